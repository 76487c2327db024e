//! Moves of a session from one way to store it to another: nothing is lost, whichever process dies
//! on the way, and nothing readable is left behind.

use std::fs;
use std::path::Path;
use std::process::Command;

use authctl::secret::Fingerprint;
use authctl::store::key::Key;

use super::{found, is_sealed, refuse_token, run, run_by_key, secrets};
use crate::support::machine;
use crate::support::stage::{Done, Stage};

#[test]
fn a_session_moves_both_ways_and_leaves_nothing() {
    let stage = Stage::logged_in();
    stage.expire();
    let token = stage.token();
    let known = secrets(&stage.record());
    let (session, old) = (
        stage.record()["id"].clone(),
        fs::File::open(stage.file("work.previous")).expect("there"),
    );
    assert!(!found(&stage, &known).is_empty());

    let moved = run(&stage, &["profile", "move", "work", "--store", "env"]);
    assert_eq!(moved.code, Some(0), "{moved:?}");
    assert!(is_sealed(&stage) && !stage.file("work.previous").exists());
    assert!(found(&stage, &known).is_empty());
    let mut left = Vec::new();
    std::io::Read::read_to_end(&mut &old, &mut left).expect("readable");
    assert!(
        left.iter().all(|byte| *byte == 0),
        "what was there before is wiped, not only unlinked"
    );
    assert!(
        fs::read_to_string(stage.config())
            .expect("there")
            .contains("store = \"env\"")
    );
    assert_eq!(run(&stage, &["token", "work"]).answer(), token);
    assert_eq!(
        (
            stage.record()["id"].clone(),
            stage.record()["generation"].clone()
        ),
        (session, 3.into())
    );

    let again = run(&stage, &["profile", "move", "work", "--store", "env"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    let key = stage.home.path().join("key").display().to_string();
    let command = format!("cat {key}");
    let moved = run(
        &stage,
        &[
            "profile",
            "move",
            "work",
            "--store",
            "command",
            "--key-command",
            &command,
        ],
    );
    assert_eq!(moved.code, Some(0), "{moved:?}");
    assert_eq!(stage.token(), token, "no variable is needed now");
    assert_eq!(
        run(&stage, &["profile", "move", "work", "--store", "file"]).code,
        Some(0)
    );
    assert!(!is_sealed(&stage));
    assert_eq!(stage.token(), token);
    stage.expire();
    stage.token();
    assert_eq!(stage.ledger().refreshes, 2);
}

#[test]
fn a_move_that_cannot_be_is_explained_and_changes_nothing() {
    let stage = Stage::logged_in();
    let before = fs::read(stage.file("work.json")).expect("there");
    for (kind, code, words) in [
        ("env", 3, "there is no key in AUTHCTL_KEY"),
        (
            "vault",
            2,
            "`store` is `vault`: expected one of file, keyring",
        ),
        ("command", 2, "`key_command` is missing"),
        (
            "none",
            2,
            "what a person logged in for has to be kept somewhere",
        ),
        ("auto", 2, "cannot be moved to `auto`"),
    ] {
        let done = stage.run(&["profile", "move", "work", "--store", kind]);
        done.fails(code, words);
    }
    let elsewhere = stage
        .command(&["profile", "move", "work", "--store", "env"])
        .env("AUTHCTL_STORE", "file")
        .output();
    Done::from(elsewhere.expect("runs")).fails(6, "`store` comes from the environment");
    assert_eq!(fs::read(stage.file("work.json")).expect("there"), before);
    assert!(
        !fs::read_to_string(stage.config())
            .expect("there")
            .contains("store")
    );
}

#[cfg(unix)]
#[test]
fn a_move_that_finds_no_room_leaves_everything_as_it_was() {
    for way in [["file", "env"], ["env", "file"], ["file", "command"]] {
        let stage = Stage::logged_in();
        if way[0] == "env" {
            assert_eq!(
                run(&stage, &["profile", "move", "work", "--store", "env"]).code,
                Some(0)
            );
        }
        refuse_token(&stage).answer();
        let files = [
            stage.file("work.json"),
            stage.file("work.previous"),
            stage.config(),
        ];
        let before = files.clone().map(|path| fs::read(path).expect("there"));
        let small = ["sh", "-c", "ulimit -f 32; exec \"$0\" \"$@\""];
        let mut command = stage.command_by(&small, &["profile", "move", "work", "--store", way[1]]);
        if way[1] == "command" {
            command.args([
                "--key-command",
                &format!("cat {}/key", stage.home.path().display()),
            ]);
        }
        let done = Done::from(
            command
                .env("AUTHCTL_KEY", &stage.key)
                .output()
                .expect("runs"),
        );
        done.fails(3, "make room for the next token");
        assert_eq!(files.map(|path| fs::read(path).expect("there")), before);
    }
}

#[test]
fn a_death_while_a_session_is_moved_loses_nothing() {
    if !machine::has_fault_points() {
        return;
    }
    for way in [["file", "env"], ["env", "file"]] {
        let mut steps = 0;
        for n in 1.. {
            let stage = Stage::logged_in();
            if way[0] == "env" {
                run(&stage, &["profile", "move", "work", "--store", "env"]).answer();
            }
            let token = run(&stage, &["token", "work"]).answer().to_owned();
            let file = stage.home.path().join("step");
            let mut command = stage.command(&["profile", "move", "work", "--store", way[1]]);
            command
                .env("AUTHCTL_KEY", &stage.key)
                .env("AUTHCTL_FAULT", format!("{n}:self:{}", file.display()));
            let done = Done::from(command.output().expect("runs"));
            let Ok(step) = fs::read_to_string(&file) else {
                assert_eq!(done.code, Some(0), "{done:?}");
                break;
            };
            steps += 1;
            // The next caller has the same session, in either form; and the move can be made again.
            assert_eq!(
                run(&stage, &["token", "work"]).answer(),
                token,
                "at `{step}`"
            );
            let known = secrets(&stage.record());
            let again = run(&stage, &["profile", "move", "work", "--store", way[1]]);
            assert_eq!(again.code, Some(0), "at `{step}`: {again:?}");
            assert_eq!(is_sealed(&stage), way[1] == "env", "at `{step}`");
            assert_eq!(
                found(&stage, &known).is_empty(),
                way[1] == "env",
                "at `{step}`"
            );
            stage.expire();
            run(&stage, &["token", "work"]).answer();
            assert_eq!(stage.ledger().refreshes, 1, "at `{step}`");
        }
        assert!(steps >= 11, "only {steps} steps were tried");
    }
}

#[test]
fn no_caller_is_turned_away_while_a_session_is_moved_to_and_fro() {
    let stage = Stage::logged_in();
    let asking = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        let askers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut count = 0;
                    while asking.load(std::sync::atomic::Ordering::SeqCst) {
                        let done = run(&stage, &["token", "work"]);
                        let refused = Fingerprint::of(done.answer()).to_string();
                        if count % 5 == 0 {
                            run(&stage, &["token", "work", "--rejected", &refused]).answer();
                        }
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        for round in 0..20 {
            let to = if round % 2 == 0 { "env" } else { "file" };
            let moved = run(&stage, &["profile", "move", "work", "--store", to]);
            assert_eq!(moved.code, Some(0), "{moved:?}");
        }
        asking.store(false, std::sync::atomic::Ordering::SeqCst);
        let asked: u32 = askers
            .into_iter()
            .map(|asker| asker.join().expect("none was turned away"))
            .sum();
        assert!(asked > 20, "only {asked} asked");
    });
    assert!(stage.ledger().refreshes > 3);
}

#[test]
fn an_answer_that_is_missing_is_missing_still_after_a_move() {
    let mut stage = Stage::logged_in();
    stage.expects_reuse = true;
    stage.expire();
    stage.fault("drop_after");
    stage
        .run(&["token", "work"])
        .fails(5, "whether the session was renewed is not known");
    assert_eq!(
        run(&stage, &["profile", "move", "work", "--store", "env"]).code,
        Some(0)
    );
    run(&stage, &["token", "work"]).fails(4, "was interrupted at");
}

/// The move to a command that prints the keys in a file.
fn move_to_command(stage: &Stage, keys: &Path) -> Command {
    let mut command = stage.command(&["profile", "move", "work", "--store", "command"]);
    command.args(["--key-command", &format!("cat {}", keys.display())]);
    command
}

#[test]
fn a_command_gives_way_to_another_at_whatever_step_it_dies() {
    if !machine::has_fault_points() {
        return;
    }
    for n in 1.. {
        let stage = Stage::logged_in();
        let one = stage.home.path().join("one");
        let two = stage.home.path().join("two");
        for path in [&one, &two] {
            fs::write(path, Key::random().expose()).expect("written");
        }
        assert!(
            move_to_command(&stage, &one)
                .output()
                .expect("runs")
                .status
                .success()
        );
        let token = stage.token();
        let step = stage.home.path().join("step");
        let done = move_to_command(&stage, &two)
            .env("AUTHCTL_FAULT", format!("{n}:self:{}", step.display()))
            .output();
        let died = fs::read_to_string(&step);
        if died.is_ok() {
            assert!(
                move_to_command(&stage, &two)
                    .output()
                    .expect("runs")
                    .status
                    .success(),
                "at {died:?}"
            );
        }
        assert_eq!(stage.token(), token, "at {died:?}");
        if died.is_err() {
            assert!(done.expect("runs").status.success());
            assert!(n > 10, "only {n} steps were tried");
            break;
        }
    }
}

/// A stage on which the move to `env` died at its n-th step, and that step.
fn dying_at(n: u32, key: &str) -> (Stage, String) {
    let stage = Stage::logged_in();
    let step = stage.home.path().join("step");
    let mut command = stage.command(&["profile", "move", "work", "--store", "env"]);
    command
        .env("AUTHCTL_KEY", key)
        .env("AUTHCTL_FAULT", format!("{n}:self:{}", step.display()))
        .output()
        .expect("runs");
    let step = fs::read_to_string(&step).expect("there are more steps than those");
    (stage, step)
}

/// A stage on which the move to `env` died at a step of this name.
fn dying_in(step: &str, key: &str) -> Stage {
    for n in 1.. {
        let (stage, found) = dying_at(n, key);
        if found == step {
            return stage;
        }
    }
    unreachable!()
}

#[test]
fn a_move_that_died_lets_every_caller_have_a_session_that_is_not_sealed() {
    if !machine::has_fault_points() {
        return;
    }
    let stage = dying_in("commit: record written and synced", Key::random().expose());
    let token = stage.token();
    assert!(stage.file("work.pending").exists() && !is_sealed(&stage));
    // That key is lost; and the session never was sealed with it.
    let refused = Fingerprint::of(&token).to_string();
    let done = stage.run(&["token", "work", "--rejected", &refused]);
    assert!(done.answer().starts_with("at-"), "{done:?}");
}

#[test]
fn what_a_death_left_unsealed_goes_with_the_next_refresh_at_the_latest() {
    if !machine::has_fault_points() {
        return;
    }
    let key = Key::random();
    let stage = dying_in("commit: done", key.expose());
    let plain = fs::read_to_string(stage.file("work.previous")).expect("there");
    assert!(plain.contains("refresh_token"));
    stage.fault("status=503");
    let token = run_by_key(&stage, key.expose(), &["token", "work"]);
    let refused = Fingerprint::of(token.answer()).to_string();
    let again = ["token", "work", "--rejected", &refused];
    let done = run_by_key(&stage, key.expose(), &again);
    assert!(!stage.file("work.previous").exists(), "{done:?}");
}
