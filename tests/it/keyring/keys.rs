//! The keys in the keyring: shared by profiles and copies, and replaced while they are in use.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::desk::{Desk, spawn};
use crate::support::machine;
use crate::support::stage::Done;

#[test]
fn a_logout_leaves_the_others_and_the_key_even_with_copies() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let state = desk.stage.state();
    assert_eq!(desk.login_at(&state, "home").code, Some(0));
    assert_eq!(desk.items().len(), 1, "one item for all");
    let copy = desk.stage.home.path().join("copy");
    assert!(
        Command::new("cp")
            .arg("-a")
            .arg(desk.stage.state())
            .arg(&copy)
            .status()
            .expect("runs")
            .success()
    );
    assert_eq!(desk.run(&["logout", "work"]).code, Some(0));
    let token = desk.run(&["token", "home"]).answer().to_owned();
    // A copy, or a directory that was moved, has the same key; and it never takes any away.
    for _ in 0..3 {
        assert_eq!(desk.run_at(&copy, &["profile", "reseal"]).code, Some(0));
    }
    assert_eq!(
        desk.run_at(&copy, &["logout", "home", "--local"]).code,
        Some(0)
    );
    assert_eq!(desk.run(&["token", "home"]).answer(), token);
}

#[test]
fn a_directory_that_lost_its_name_or_has_strangers_in_it_takes_no_others_key() {
    let (Some(desk), Some(_)) = (Desk::logged_in(), Desk::new()) else {
        return;
    };
    let token = desk.token();
    // Its name is hidden, and is left behind easily.
    fs::remove_file(desk.stage.file(".installation")).expect("there");
    assert_eq!(desk.login_at(&desk.stage.state(), "home").code, Some(0));
    assert_eq!(
        (desk.token(), desk.items().len()),
        (token.clone(), 1),
        "it has it from its session"
    );

    let copy = desk.stage.home.path().join("copy");
    fs::create_dir(&copy).expect("a directory");
    fs::copy(desk.stage.file("work.json"), copy.join("work.json")).expect("copied");
    assert_eq!(desk.login_at(&copy, "work").code, Some(0));
    for _ in 0..3 {
        assert_eq!(desk.run_at(&copy, &["profile", "reseal"]).code, Some(0));
    }
    assert_eq!(
        desk.token(),
        token,
        "a copy without a name is not the original"
    );

    let elsewhere = desk.stage.home.path().join("elsewhere");
    assert_eq!(desk.login_at(&elsewhere, "home").code, Some(0));
    fs::copy(desk.stage.file("work.json"), elsewhere.join("work.json")).expect("copied");
    for _ in 0..3 {
        let began = Instant::now();
        desk.run_at(&elsewhere, &["profile", "reseal"])
            .fails(3, "is the record of another installation");
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "no command waits for itself"
        );
    }
    assert!(
        desk.run_at(&elsewhere, &["token", "home"])
            .answer()
            .starts_with("at-")
    );
    assert_eq!(desk.token(), token);
}

#[test]
fn a_login_that_takes_its_time_has_the_key_that_is_the_newest_then() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    desk.stage.fault("slow=2500@authorization_code");
    let home = spawn(&mut desk.login_command("home", "bob", &["--store", "keyring"]));
    desk.stage.until_asked(2);
    for _ in 0..3 {
        assert_eq!(desk.run(&["profile", "reseal"]).code, Some(0));
    }
    let home = Done::of(home);
    assert_eq!(home.code, Some(0), "{home:?}");
    assert!(desk.run(&["token", "home"]).answer().starts_with("at-"));
}

#[test]
fn two_that_seal_anew_at_once_lose_no_session() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let token = desk.token();
    for _ in 0..3 {
        let four = || {
            (0..4)
                .map(|_| desk.command(&["profile", "reseal"]))
                .collect()
        };
        for done in desk.run_all(four) {
            assert_eq!(done.code, Some(0), "{done:?}");
        }
        assert_eq!(desk.token(), token);
    }
    assert_eq!(
        desk.keys().len(),
        2,
        "the newest, and the one that another process may be using"
    );
}

/// Asks for tokens for as long as `asking` says so, and refuses each fifth of them.
fn ask_and_refuse(desk: &Desk, asking: &AtomicBool) -> u32 {
    let mut count = 0;
    while asking.load(Ordering::SeqCst) {
        let refused = authctl::secret::Fingerprint::of(&desk.token()).to_string();
        if count % 5 == 0 {
            let again = ["token", "work", "--rejected", &refused];
            desk.run(&again).answer();
        }
        count += 1;
    }
    count
}

#[test]
fn no_caller_is_turned_away_while_sessions_are_sealed_anew() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let asking = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let askers: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| ask_and_refuse(&desk, &asking)))
            .collect();
        for _ in 0..10 {
            assert_eq!(desk.run(&["profile", "reseal"]).code, Some(0));
        }
        asking.store(false, Ordering::SeqCst);
        let asked: u32 = askers
            .into_iter()
            .map(|asker| asker.join().expect("none was turned away"))
            .sum();
        assert!(asked > 10, "only {asked} asked");
    });
    assert!(desk.stage.ledger().refreshes > 1);
}

#[test]
fn sessions_are_sealed_anew_with_a_new_key_at_whatever_step_it_dies() {
    if !machine::has_fault_points() {
        return;
    }
    let mut steps = 0;
    for n in 1.. {
        let Some(desk) = Desk::logged_in() else {
            return;
        };
        let (token, old) = (desk.token(), desk.keys());
        let file = desk.stage.home.path().join("step");
        let mut command = desk.command(&["profile", "reseal"]);
        let done = Done::from(
            command
                .env("AUTHCTL_FAULT", format!("{n}:self:{}", file.display()))
                .output()
                .expect("runs"),
        );
        let step = fs::read_to_string(&file).ok();
        let step = step.as_deref().unwrap_or("the end");
        assert_eq!(desk.token(), token, "at `{step}`");
        if step != "the end" {
            steps += 1;
            assert_eq!(
                desk.run(&["profile", "reseal"]).code,
                Some(0),
                "at `{step}`"
            );
            assert_eq!(desk.token(), token, "at `{step}`");
        } else {
            assert_eq!(done.code, Some(0), "{done:?}");
        }
        let new = desk.keys();
        assert_eq!((desk.items().len(), new.len()), (1, 2), "at `{step}`");
        assert!(
            !new[..1].contains(&old[0]),
            "at `{step}` what is sealed has a new key"
        );
        if step == "the end" {
            break;
        }
    }
    assert!(steps > 10, "only {steps} steps were tried");
}

#[test]
fn two_that_log_in_for_the_first_time_at_once_make_one_key() {
    let Some(desk) = Desk::new() else { return };
    let names: Vec<String> = (0..6).map(|n| format!("p{n}")).collect();
    let six = || {
        let login = |name: &String| desk.login_command(name, "alice", &["--store", "keyring"]);
        names.iter().map(login).collect()
    };
    for done in desk.run_all(six) {
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    for name in &names {
        assert!(
            desk.run(&["token", name]).answer().starts_with("at-"),
            "{name}"
        );
    }
    assert_eq!(desk.items().len(), 1);
}
