//! Sealed sessions: what can be read of them and what cannot, keys that are lost, wrong or
//! replaced, moves from one way of keeping a session to another, whoever dies on the way.

use std::fs;

use authctl::store::key::Key;
use authctl::store::seal::Form;
use serde_json::Value;

use crate::support::machine;
use crate::support::programs::{copy_program, visitor};
use crate::support::stage::{Done, Stage, StageOf};
use crate::support::storage::{ByEnvironment, WithReadableToken};

type Sealed = StageOf<ByEnvironment>;

/// Runs the program on a stage of files, with its key at hand.
fn run(stage: &Stage, args: &[&str]) -> Done {
    stage
        .command(args)
        .env("AUTHCTL_KEY", &stage.key)
        .output()
        .expect("authctl runs")
        .into()
}

#[track_caller]
fn is_sealed(stage: &Stage) -> bool {
    let bytes = fs::read(stage.file("work.json")).expect("there is a record");
    matches!(Form::of(&bytes).expect("it is whole"), Form::Sealed(_))
}

/// Every token of a session.
fn secrets(record: &Value) -> Vec<String> {
    let tokens =
        ["access_token", "refresh_token", "id_token"].map(|name| record["tokens"][name].as_str());
    tokens.into_iter().flatten().map(str::to_owned).collect()
}

/// What any program can find that reads every file of the state directory.
fn found<'a>(stage: &Stage, secrets: &'a [String]) -> Vec<&'a String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(stage.state()).expect("there").flatten() {
        all.extend(fs::read(entry.path()).expect("readable"));
    }
    let all = String::from_utf8_lossy(&all).into_owned();
    secrets
        .iter()
        .filter(|secret| all.contains(secret.as_str()))
        .collect()
}

#[test]
fn no_token_is_found_in_the_directory_of_a_sealed_session() {
    if !machine::has_fault_points() {
        return;
    }
    let stage = Sealed::logged_in();
    let mut known = secrets(&stage.record());
    for _ in 0..3 {
        stage.expire();
        stage.token();
        known.extend(secrets(&stage.record()));
    }
    // Whoever dies leaves what it had begun.
    stage.expire();
    stage.token_dying_at(8, true);
    assert!(stage.file("work.pending").exists());
    known.push(stage.key.clone());
    assert_eq!(known.len(), 13);
    for entry in fs::read_dir(stage.state()).expect("there").flatten() {
        let bytes = fs::read(entry.path()).expect("readable");
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            known.iter().all(|secret| !text.contains(secret.as_str())),
            "{:?}",
            entry.file_name()
        );
    }
    assert!(stage.token().starts_with("at-"));
}

#[test]
fn the_status_of_a_sealed_session_needs_no_key() {
    let stage = Sealed::logged_in();
    let status = stage
        .command(&["status", "--json"])
        .env_remove("AUTHCTL_KEY")
        .output()
        .expect("runs");
    let status: Value = serde_json::from_slice(&status.stdout).expect("json");
    let record = stage.record();
    let of = |name: &str| status[0][name].clone();
    assert_eq!(of("state"), "logged in");
    assert_eq!((of("generation"), of("renewable")), (1.into(), true.into()));
    assert_eq!(of("scope"), record["tokens"]["scope"]);
    assert_eq!(of("subject")["name"], "alice@sandbox.example");
    assert_eq!(of("seal")["store"], "env");
    let token = record["tokens"]["access_token"].as_str().expect("a token");
    assert_eq!(
        of("fingerprint"),
        authctl::secret::Fingerprint::of(token).to_string()
    );
}

#[test]
fn a_missing_wrong_or_lost_key_is_named_and_is_no_logout() {
    let stage = Sealed::logged_in();
    let before = fs::read(stage.file("work.json")).expect("there");
    let with = |key: &str, args: &[&str]| -> Done {
        stage
            .command(args)
            .env("AUTHCTL_KEY", key)
            .output()
            .expect("runs")
            .into()
    };
    let another = Key::random();
    for args in [
        &["token", "work"][..],
        &["token", "work", "--id-token"],
        &["logout", "work"],
    ] {
        with("", args).fails(3, "there is no key in AUTHCTL_KEY");
        with("correct horse battery staple", args).fails(3, "what is in AUTHCTL_KEY is no key");
    }
    for expired in [false, true] {
        if expired {
            stage.expire();
        }
        with(another.expose(), &["token", "work"]).fails(3, "which is no longer in AUTHCTL_KEY");
    }
    assert_eq!(
        (stage.ledger().refreshes, stage.ledger().token_requests),
        (0, 1)
    );
    assert!(!stage.file("work.previous").exists());
    // Any of several will do.
    let both = format!("{}\n{}", another.expose(), stage.key);
    with(&both, &["token", "work"]).answer();
    assert_ne!(fs::read(stage.file("work.json")).expect("there"), before);
}

#[test]
fn a_login_takes_the_place_of_a_session_whose_key_is_lost() {
    let stage = Sealed::logged_in();
    let key = Key::random();
    let login = |key: &str| -> Done {
        let issuer = stage.sandbox.issuer();
        let browser = visitor("alice");
        let args = [
            "login",
            "work",
            "--issuer",
            issuer,
            "--client-id",
            "sandbox",
            "--browser",
            &browser,
        ];
        stage
            .command(&args)
            .env("AUTHCTL_KEY", key)
            .output()
            .expect("runs")
            .into()
    };
    let done = login(key.expose());
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stderr.contains("it gives way to a new session"),
        "{done:?}"
    );
    let token = stage
        .command(&["token", "work"])
        .env("AUTHCTL_KEY", key.expose())
        .output()
        .expect("runs");
    assert!(Done::from(token).answer().starts_with("at-"));
    assert!(
        !stage.file("work.previous").exists(),
        "nobody can go back to what nobody can open"
    );
    // A session that nobody can open is removed all the same, and the server is said not to know.
    let done = stage.run(&["logout", "work"]);
    assert!(
        done.stderr.contains("its tokens cannot be read"),
        "{done:?}"
    );
    assert!(!stage.file("work.json").exists());
}

#[test]
fn the_sealed_record_of_another_profile_or_installation_is_named() {
    let (mine, other) = (Sealed::logged_in(), Sealed::logged_in());
    let config = fs::read_to_string(mine.config()).expect("there");
    mine.configure(&format!(
        "{config}{}",
        config
            .split_once("[profile.work]")
            .map_or(String::new(), |(_, keys)| format!("\n[profile.home]{keys}"))
    ));
    fs::copy(mine.file("work.json"), mine.file("home.json")).expect("copied");
    mine.run(&["token", "home"])
        .fails(3, "is the sealed record of the profile `work`");
    // Its name is part of what is sealed.
    let renamed = fs::read_to_string(mine.file("work.json")).expect("text");
    let renamed = renamed.replace("\"profile\": \"work\"", "\"profile\": \"home\"");
    fs::write(mine.file("home.json"), renamed).expect("written");
    let done = mine.run(&["token", "home"]);
    done.fails(4, "nobody has logged in");
    assert!(
        done.stderr
            .contains("the record was damaged; it is kept as"),
        "{done:?}"
    );

    fs::copy(other.file("work.json"), mine.file("work.json")).expect("copied");
    mine.run(&["token", "work"])
        .fails(3, "is the sealed record of another installation");
    // Whoever has the same key in several places has several installations all the same.
    let with = |key: &str| -> Done {
        mine.command(&["token", "work"])
            .env("AUTHCTL_KEY", key)
            .output()
            .expect("runs")
            .into()
    };
    with(&other.key).fails(3, "is the sealed record of another installation");
    // A directory that has lost its name has it from its session.
    fs::remove_file(mine.file(".installation")).expect("there");
    with(&other.key).fails(4, "issuer was");
}

#[test]
fn a_plain_record_in_the_place_of_a_sealed_one_is_refused() {
    let stage = Sealed::logged_in();
    let plain = stage.record();
    fs::write(stage.file("work.json"), plain.to_string()).expect("written");
    stage
        .run(&["token", "work"])
        .fails(3, "is not sealed, and the profile says `store = \"env\"`");
    assert_eq!(stage.ledger().refreshes, 0);
}

#[test]
fn a_readable_access_token_needs_no_key_and_the_rest_does() {
    let stage = StageOf::<WithReadableToken>::logged_in();
    let keyless = |args: &[&str]| -> Done {
        stage
            .command(args)
            .env_remove("AUTHCTL_KEY")
            .output()
            .expect("runs")
            .into()
    };
    assert_eq!(keyless(&["token", "work"]).answer(), stage.token());
    keyless(&["token", "work", "--id-token"]).fails(3, "there is no key in AUTHCTL_KEY");
    let text = fs::read_to_string(stage.file("work.json")).expect("text");
    let known = secrets(&stage.record());
    assert_eq!(
        known
            .iter()
            .map(|secret| text.contains(secret.as_str()))
            .collect::<Vec<_>>(),
        [true, false, false]
    );
    stage.age(293);
    let early = keyless(&["token", "work"]);
    assert_eq!(early.answer(), known[0], "it lives");
    assert!(
        early.stderr.contains("there is no key in AUTHCTL_KEY"),
        "{early:?}"
    );
    // Nobody is sent away on the word of what is readable: the seal is looked at first.
    let refused = "\"refused\": {\"at\": 1, \"error\": \"go to http://evil\"},\n\"renewable\"";
    let planted = text
        .replacen("\"renewable\"", refused, 1)
        .replacen("at-", "ax-", 1);
    let ended = planted.replacen("\"expires_at\": 1", "\"expires_at\": ", 1);
    fs::write(stage.file("work.json"), ended).expect("written");
    let done = stage.run(&["token", "work"]);
    assert!(
        done.stderr.contains("the record was damaged") && !done.stderr.contains("evil"),
        "{done:?}"
    );
    // A bit that is changed is found out by the first who has the key in hand.
    fs::write(stage.file("work.json"), text.replacen("at-", "ax-", 1)).expect("written");
    let fingerprint = authctl::secret::Fingerprint::of("ax-").to_string();
    let done = stage.run(&["token", "work", "--rejected", &fingerprint, "--id-token"]);
    assert!(
        done.stderr
            .contains("the record was damaged; it is kept as"),
        "{done:?}"
    );
}

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
    let to = |kind: &str| stage.run(&["profile", "move", "work", "--store", kind]);
    to("env").fails(3, "there is no key in AUTHCTL_KEY");
    to("vault").fails(2, "`store` is `vault`: expected one of file, keyring");
    to("command").fails(2, "`key_command` is missing");
    to("none").fails(2, "what a person logged in for has to be kept somewhere");
    to("auto").fails(2, "cannot be moved to `auto`");
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
        let refused =
            authctl::secret::Fingerprint::of(run(&stage, &["token", "work"]).answer()).to_string();
        run(&stage, &["token", "work", "--rejected", &refused]).answer();
        let files = ["work.json", "work.previous"].map(|name| stage.file(name));
        let read = || files.clone().map(|path| fs::read(path).expect("there"));
        let before = (read(), fs::read_to_string(stage.config()).expect("there"));
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
        assert_eq!(
            (read(), fs::read_to_string(stage.config()).expect("there")),
            before
        );
    }
}

#[test]
fn an_unsealed_generation_before_a_damaged_one_is_neither_used_nor_dropped() {
    let stage = Sealed::logged_in();
    fs::write(stage.file("work.previous"), stage.record().to_string()).expect("written");
    fs::write(stage.file("work.json"), "{").expect("written");
    for _ in 0..2 {
        stage
            .run(&["token", "work"])
            .fails(3, "work.previous is not sealed");
    }
    assert!(stage.file("work.previous").exists() && stage.file("work.json").exists());
}

#[test]
fn whoever_dies_while_a_session_is_moved_loses_nothing() {
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
            // Whoever asks next has the same session, in whichever form; and the move can be made
            // again.
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
fn nobody_who_asks_while_a_session_is_moved_to_and_fro_is_turned_away() {
    let stage = Stage::logged_in();
    let asking = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        let askers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut count = 0;
                    while asking.load(std::sync::atomic::Ordering::SeqCst) {
                        let done = run(&stage, &["token", "work"]);
                        let refused = authctl::secret::Fingerprint::of(done.answer()).to_string();
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
            .map(|asker| asker.join().expect("nobody was turned away"))
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

/// Nobody who may only write the file can make us believe what it says, where the access token is
/// not to be readable.
#[test]
fn a_planted_token_or_refusal_is_not_believed() {
    let stage = Sealed::logged_in();
    let sealed = fs::read_to_string(stage.file("work.json")).expect("text");
    let token = sealed.replacen(
        "\"access\": {",
        "\"access\": {\n \"access_token\": \"evil\",",
        1,
    );
    let refused = "\"refused\": {\"at\": 1, \"error\": \"go to http://evil\"},\n\"renewable\"";
    for planted in [
        token.clone(),
        token
            .replacen("\"renewable\"", refused, 1)
            .replace("\"expires_at\": 1", "\"expires_at\": "),
    ] {
        fs::write(stage.file("work.json"), &planted).expect("written");
        let done = stage.run(&["token", "work"]);
        assert!(
            !done.stdout.contains("evil") && !done.stderr.contains("http://evil"),
            "{done:?}"
        );
        assert!(
            done.stderr
                .contains("the record was damaged; it is kept as"),
            "{done:?}"
        );
    }
}

#[test]
fn a_damaged_sealed_record_is_healed_by_whoever_comes_first() {
    let heal: [&[&str]; 4] = [
        &["token", "work"],
        &["profile", "move", "work", "--store", "file"],
        &["profile", "reseal"],
        &["logout", "work"],
    ];
    for args in heal {
        let stage = Stage::logged_in();
        assert_eq!(
            run(&stage, &["profile", "move", "work", "--store", "env"]).code,
            Some(0)
        );
        let refused =
            authctl::secret::Fingerprint::of(run(&stage, &["token", "work"]).answer()).to_string();
        run(&stage, &["token", "work", "--rejected", &refused]).answer();
        let torn = &fs::read(stage.file("work.json")).expect("there")[..300];
        fs::write(stage.file("work.json"), torn).expect("written");
        // Whoever has no key makes nothing worse: not even a login that comes to nothing.
        stage.run(args).fails(3, "there is no key in AUTHCTL_KEY");
        let issuer = stage.sandbox.issuer();
        let aborted = [
            "login",
            "work",
            "--issuer",
            issuer,
            "--store",
            "file",
            "--no-browser",
            "--timeout",
            "1s",
        ];
        assert_ne!(stage.run(&aborted).code, Some(0));
        let done = run(&stage, args);
        assert_eq!(done.code, Some(0), "{args:?}: {done:?}");
        assert!(
            done.stderr.contains("the record was damaged") || args[0] == "logout",
            "{args:?}: {done:?}"
        );
        if args[0] != "logout" {
            assert!(
                run(&stage, &["token", "work"]).answer().starts_with("at-"),
                "{args:?}"
            );
        } else {
            assert!(done.stderr.contains("here and at the server"), "{done:?}");
        }
    }
}

#[test]
fn a_damaged_record_whose_generation_before_has_another_key_says_so_and_is_healed_with_it() {
    let stage = Sealed::logged_in();
    fs::copy(stage.file("work.json"), stage.file("kept")).expect("copied");
    let key = Key::random();
    let with = |keys: &str, args: &[&str]| -> Done {
        stage
            .command(args)
            .env("AUTHCTL_KEY", keys)
            .output()
            .expect("runs")
            .into()
    };
    let both = format!("{} {}", key.expose(), stage.key);
    assert_eq!(with(&both, &["profile", "reseal"]).code, Some(0));
    fs::rename(stage.file("kept"), stage.file("work.previous")).expect("renamed");
    let whole = fs::read_to_string(stage.file("work.json")).expect("text");
    let at = whole.find("\"sealed\": \"").expect("it is sealed") + 40;
    let other = if &whole[at..=at] == "A" { "B" } else { "A" };
    fs::write(
        stage.file("work.json"),
        format!("{}{other}{}", &whole[..at], &whole[at + 1..]),
    )
    .expect("written");
    for args in [&["token", "work"][..], &["profile", "reseal"]] {
        with(key.expose(), args).fails(3, "which is no longer in AUTHCTL_KEY");
    }
    let done = with(&both, &["token", "work"]);
    assert!(done.answer().starts_with("at-"));
    assert!(
        done.stderr
            .contains("the last good generation is used instead"),
        "{done:?}"
    );
}

#[test]
fn a_command_gives_way_to_another_whoever_dies_or_asks_meanwhile() {
    if !machine::has_fault_points() {
        return;
    }
    for n in 1.. {
        let stage = Stage::logged_in();
        let (one, two) = (stage.home.path().join("one"), stage.home.path().join("two"));
        for path in [&one, &two] {
            fs::write(path, Key::random().expose()).expect("written");
        }
        let to = |path: &std::path::Path| format!("cat {}", path.display());
        let moving = |path: &std::path::Path| {
            let mut command = stage.command(&[
                "profile",
                "move",
                "work",
                "--store",
                "command",
                "--key-command",
            ]);
            command.arg(to(path));
            command
        };
        assert!(moving(&one).output().expect("runs").status.success());
        let token = stage.token();
        let step = stage.home.path().join("step");
        let done = moving(&two)
            .env("AUTHCTL_FAULT", format!("{n}:self:{}", step.display()))
            .output();
        let died = fs::read_to_string(&step);
        if died.is_ok() {
            assert!(
                moving(&two).output().expect("runs").status.success(),
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

#[test]
fn an_aborted_login_leaves_what_a_dead_refresh_left() {
    if !machine::has_fault_points() {
        return;
    }
    let stage = Sealed::logged_in();
    stage.expire();
    let (step, _) = stage.token_dying_at(8, true);
    assert_eq!(step.as_deref(), Some("commit: record written and synced"));
    let issuer = stage.sandbox.issuer();
    let mut login = stage.command(&[
        "login",
        "work",
        "--issuer",
        issuer,
        "--no-browser",
        "--timeout",
        "1s",
    ]);
    let aborted = login
        .env("AUTHCTL_KEY", Key::random().expose())
        .output()
        .expect("runs");
    assert!(!aborted.status.success());
    let done = stage.run(&["token", "work"]);
    assert!(done.answer().starts_with("at-"));
    assert!(
        done.stderr
            .contains("completed a save that another process had begun"),
        "{done:?}"
    );
}

#[test]
fn a_move_that_died_keeps_nobody_from_a_session_that_is_not_sealed() {
    if !machine::has_fault_points() {
        return;
    }
    let dying_at = |n: u32| {
        let stage = Stage::logged_in();
        let step = stage.home.path().join("step");
        let mut command = stage.command(&["profile", "move", "work", "--store", "env"]);
        command.env("AUTHCTL_KEY", Key::random().expose());
        command
            .env("AUTHCTL_FAULT", format!("{n}:self:{}", step.display()))
            .output()
            .expect("runs");
        let step = fs::read_to_string(&step).expect("it comes to that");
        (step == "commit: record written and synced").then_some(stage)
    };
    let stage = (1..).find_map(dying_at).expect("it comes to that");
    let token = stage.token();
    assert!(stage.file("work.pending").exists() && !is_sealed(&stage));
    // That key is lost; and the session never was sealed with it.
    let refused = authctl::secret::Fingerprint::of(&token).to_string();
    let done = stage.run(&["token", "work", "--rejected", &refused]);
    assert!(done.answer().starts_with("at-"), "{done:?}");
}

#[test]
fn what_was_left_unsealed_by_whoever_died_goes_with_the_next_refresh_at_the_latest() {
    if !machine::has_fault_points() {
        return;
    }
    for n in 1.. {
        let stage = Stage::logged_in();
        let step = stage.home.path().join("step");
        let mut command = stage.command(&["profile", "move", "work", "--store", "env"]);
        command
            .env("AUTHCTL_KEY", &stage.key)
            .env("AUTHCTL_FAULT", format!("{n}:self:{}", step.display()));
        command.output().expect("runs");
        match fs::read_to_string(&step).as_deref() {
            Ok("commit: done") => {}
            Ok(_) => continue,
            Err(_) => panic!("it never comes to that"),
        }
        let plain = fs::read_to_string(stage.file("work.previous")).expect("there");
        assert!(plain.contains("refresh_token"));
        stage.fault("status=503");
        let refused =
            authctl::secret::Fingerprint::of(run(&stage, &["token", "work"]).answer()).to_string();
        let done = run(&stage, &["token", "work", "--rejected", &refused]);
        assert!(!stage.file("work.previous").exists(), "{done:?}");
        break;
    }
}

#[test]
fn a_machine_that_keeps_nothing_any_more_leaves_nothing_of_before() {
    let stage = Stage::new();
    let secret = stage.home.path().join("secret");
    fs::write(&secret, "sandbox-secret").expect("written");
    stage.configure("[profile.bot]\ngrant = \"client_credentials\"\nclient_id = \"machine\"\n");
    let (issuer, secret) = (stage.sandbox.issuer(), secret.display().to_string());
    let login = [
        "login",
        "bot",
        "--issuer",
        issuer,
        "--client-secret-file",
        &secret,
        "--store",
    ];
    assert_eq!(stage.run(&[&login[..], &["file"]].concat()).code, Some(0));
    assert!(stage.file("bot.json").exists());
    assert_eq!(stage.run(&[&login[..], &["none"]].concat()).code, Some(0));
    assert!(!stage.file("bot.json").exists());
    assert!(stage.run(&["token", "bot"]).answer().starts_with("at-"));
    assert!(!stage.file("bot.json").exists());
}

#[test]
fn a_session_is_sealed_anew_with_the_first_key_of_several() {
    let stage = Sealed::logged_in();
    let (token, key) = (stage.token(), Key::random());
    let both = format!("{} {}", key.expose(), stage.key);
    let with = |keys: &str, args: &[&str]| -> Done {
        stage
            .command(args)
            .env("AUTHCTL_KEY", keys)
            .output()
            .expect("runs")
            .into()
    };
    let done = with(&both, &["profile", "reseal"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stderr.contains("work: sealed anew, by AUTHCTL_KEY"),
        "{done:?}"
    );
    assert_eq!(with(key.expose(), &["token", "work"]).answer(), token);
    stage
        .run(&["token", "work"])
        .fails(3, "which is no longer in AUTHCTL_KEY");
}

#[test]
fn a_machine_that_keeps_nothing_asks_each_time_and_leaves_nothing() {
    let stage = Stage::new();
    let ask = || -> Done {
        let mut command = stage.command(&["token"]);
        command
            .env("AUTHCTL_ISSUER", stage.sandbox.issuer())
            .env("AUTHCTL_STORE", "none");
        command
            .env("AUTHCTL_CLIENT_ID", "machine")
            .env("AUTHCTL_CLIENT_SECRET", "sandbox-secret");
        command
            .env("AUTHCTL_GRANT", "client_credentials")
            .output()
            .expect("runs")
            .into()
    };
    let (one, two) = (ask(), ask());
    assert_ne!(one.answer(), two.answer());
    assert_eq!(one.stderr, "");
    assert_eq!(stage.ledger().client_credentials, 2);
    assert!(!stage.state().exists());
    let person = stage.login(&["--store", "none", "--no-browser"]);
    person.fails(2, "`store` is `none`");
}

#[test]
fn a_machine_whose_key_is_lost_asks_again() {
    let stage = Stage::new();
    let ask = |key: &str| -> Done {
        let mut command = stage.command(&["token"]);
        command
            .env("AUTHCTL_ISSUER", stage.sandbox.issuer())
            .env("AUTHCTL_STORE", "env")
            .env("AUTHCTL_KEY", key);
        command
            .env("AUTHCTL_CLIENT_ID", "machine")
            .env("AUTHCTL_CLIENT_SECRET", "sandbox-secret");
        command
            .env("AUTHCTL_GRANT", "client_credentials")
            .output()
            .expect("runs")
            .into()
    };
    let (old, new) = (Key::random(), Key::random());
    let first = ask(old.expose()).answer().to_owned();
    assert_eq!(ask(old.expose()).answer(), first);
    let second = ask(new.expose());
    assert_ne!(second.answer(), first);
    assert!(
        second.stderr.contains("it gives way to a new session"),
        "{second:?}"
    );
    assert_eq!(ask(new.expose()).answer(), second.answer());
    assert_eq!(stage.ledger().client_credentials, 2);
}

#[test]
fn tokens_of_64_kib_are_sealed_and_refreshed() {
    let stage = Sealed::logged_in();
    let large = format!("at-{}", "x".repeat(64 << 10));
    stage.edit_record(|record| {
        record["tokens"]["access_token"] = large.clone().into();
        record["tokens"]["ballast"] = "y".repeat(64 << 10).into();
    });
    assert_eq!(stage.token(), large);
    stage.expire();
    assert_ne!(stage.token(), large);
    assert_eq!(stage.record()["tokens"]["ballast"], "y".repeat(64 << 10));
}

#[cfg(target_os = "linux")]
#[test]
fn no_child_has_the_key_in_its_environment_or_may_dump_core() {
    if !machine::can_look_into_processes() {
        return;
    }
    let stage = Sealed::logged_in_with(authctl::sandbox::Options {
        latency: std::time::Duration::from_millis(600),
        ..Default::default()
    });
    stage.expire();
    let child = stage.spawn(&["token", "work"]);
    stage.until_asked(2);
    let mut seen = 0;
    for process in fs::read_dir("/proc").expect("there").flatten() {
        let line = fs::read_to_string(process.path().join("cmdline")).unwrap_or_default();
        let errand = line.starts_with("authctl\0refresh\0work");
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        let environment = String::from_utf8_lossy(&environment).into_owned();
        if !errand || !environment.contains(&stage.state().display().to_string()) {
            continue;
        }
        seen += 1;
        assert!(
            !environment.contains(&stage.key),
            "the key is in the environment of a child"
        );
        let limits = fs::read_to_string(process.path().join("limits")).expect("readable");
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .expect("a limit");
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    }
    assert_eq!(seen, 1, "the errand was looked at");
    assert!(
        Done::from(child.wait_with_output().expect("it ends"))
            .answer()
            .starts_with("at-")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_users_other_programs_cannot_look_into_our_memory() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    if !machine::has_root() {
        return;
    }
    let home = tempfile::tempdir().expect("a directory");
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).expect("owned");
    let program = copy_program(home.path());
    let owner_of = |program: &std::path::Path, args: &[&str]| {
        let mut command = std::process::Command::new("setpriv");
        command
            .args(["--reuid", "65534", "--clear-groups", "--pdeathsig", "KILL"])
            .arg(program)
            .args(args);
        command
            .env_clear()
            .env("AUTHCTL_HOME", home.path())
            .env("AUTHCTL_CONFIG", home.path().join("config"));
        command
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::piped());
        let mut child = command
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("runs");
        std::thread::sleep(std::time::Duration::from_millis(500));
        let owner = fs::metadata(format!("/proc/{}/mem", child.id()))
            .expect("it runs")
            .uid();
        let _ = child.kill();
        let _ = child.wait();
        owner
    };
    assert_eq!(
        owner_of(std::path::Path::new("/bin/sleep"), &["5"]),
        65534,
        "the test looks at the right place"
    );
    assert_eq!(
        owner_of(&program, &["sandbox"]),
        0,
        "what is not dumpable is root's"
    );
}

#[test]
fn a_key_command_runs_once_in_a_process() {
    let stage = Stage::logged_in();
    let (count, key) = (
        stage.home.path().join("count"),
        stage.home.path().join("key"),
    );
    let command = format!(
        "sh -c 'echo x >> {}; cat {}'",
        count.display(),
        key.display()
    );
    let runs = || fs::read_to_string(&count).map_or(0, |text| text.lines().count());
    let moved = stage.run(&[
        "profile",
        "move",
        "work",
        "--store",
        "command",
        "--key-command",
        &command,
    ]);
    assert_eq!((moved.code, runs()), (Some(0), 1), "{moved:?}");
    stage.token();
    assert_eq!(runs(), 2);
    stage.expire();
    stage.token();
    assert_eq!(
        (runs(), stage.ledger().refreshes),
        (3, 1),
        "and so it does for a refresh"
    );
    fs::write(&key, Key::random().expose()).expect("written");
    stage
        .run(&["token", "work"])
        .fails(3, "which is no longer in what `key_command` prints");
    assert_eq!(
        runs(),
        5,
        "and once more for a key that may have come since"
    );
}
