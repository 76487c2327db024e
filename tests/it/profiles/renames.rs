//! A profile gets another name: no session is lost, at whichever step the process dies, and while
//! other processes ask for tokens.

use std::fs;

use crate::support::stage::{Done, Stage, StageOf};
use crate::support::storage::Storage;

tests_by_storage!(
    a_session_goes_with_its_profile,
    a_rename_that_dies_is_finished_by_the_next,
);

fn named<S: Storage>(stage: &StageOf<S>, name: &str) -> Done {
    stage.run(&["token", name])
}

fn a_session_goes_with_its_profile<S: Storage>() {
    if !S::is_available() {
        return;
    }
    let stage = StageOf::<S>::logged_in();
    let text = fs::read_to_string(stage.config()).expect("there");
    let text = text.replace("[profile.work]", "# about work\n[profile.work] # here")
        + "\n[[match]]\nhost = \"git.example.com\"\nprofile = \"work\" # mine\n";
    fs::write(stage.config(), text).expect("written");
    let token = stage.token();
    stage
        .run(&["profile", "rename", "work", "home"])
        .answer_nothing();
    assert_eq!(named(&stage, "home").answer(), token);
    assert_eq!(
        stage.run(&["token"]).answer(),
        token,
        "it is the default still"
    );
    named(&stage, "work").fails(6, "there is no profile `work`");
    let text = fs::read_to_string(stage.config()).expect("there");
    for words in [
        "# about work\n[profile.home] # here",
        "profile = \"home\" # mine",
    ] {
        assert!(text.contains(words), "{text}");
    }
    for left in ["work.json", "work.previous", "work.pending"] {
        assert!(!stage.file(left).exists(), "{left}");
    }
    // It is renewed as before, and its history tells the name that it had.
    let refused = authctl::secret::Fingerprint::of(&token).to_string();
    let next = stage
        .run(&["token", "home", "--rejected", &refused])
        .answer()
        .to_owned();
    assert_ne!(next, token);
    assert_eq!((stage.ledger().refreshes, stage.ledger().reuses), (1, 0));
    let log = stage.run(&["log", "home"]).answer().to_owned();
    assert!(log.contains("this was work"), "{log}");
    stage
        .run(&["profile", "rename", "home", "work"])
        .answer_nothing();
    assert_eq!(stage.token(), next);
}

fn a_rename_that_dies_is_finished_by_the_next<S: Storage>() {
    if !S::is_available() || !cfg!(debug_assertions) {
        return;
    }
    let mut steps = Vec::new();
    for n in 1.. {
        let stage = StageOf::<S>::logged_in();
        let token = stage.token();
        let file = stage.home.path().join("step");
        let mut command = stage.command(&["profile", "rename", "work", "home"]);
        command.env("AUTHCTL_FAULT", format!("{n}:self:{}", file.display()));
        let done = Done::from(command.output().expect("runs"));
        stage.revive_keyring();
        let Ok(step) = fs::read_to_string(&file) else {
            assert_eq!(done.code, Some(0), "{done:?}");
            break;
        };
        // Under one of the two names the session is whole, and can be renewed.
        let text = fs::read_to_string(stage.config()).expect("there");
        let name = if text.contains("[profile.home]") {
            "home"
        } else {
            "work"
        };
        let refuse = |token: &str, name: &str| -> String {
            let refused = authctl::secret::Fingerprint::of(token).to_string();
            let ask = ["token", name, "--rejected", &refused];
            stage.run(&ask).answer().to_owned()
        };
        assert_eq!(named(&stage, name).answer(), token, "{step}");
        let next = refuse(&token, name);
        let again = stage.run(&["profile", "rename", "work", "home"]);
        assert_eq!(again.code, Some(0), "{step}: {again:?}");
        assert_eq!(named(&stage, "home").answer(), next, "{step}");
        assert!(!stage.file("work.json").exists(), "{step}");
        refuse(&next, "home");
        let ledger = stage.ledger();
        assert_eq!((ledger.refreshes, ledger.reuses), (2, 0), "{step}");
        steps.push(step);
    }
    for step in ["the session has both names", "the profile is renamed"] {
        let is_there = steps.iter().any(|known| known.contains(step));
        assert!(is_there, "{step} in {steps:?}");
    }
}

#[test]
fn a_name_that_is_taken_is_not_written_over() {
    let stage = Stage::logged_in();
    stage
        .run(&["profile", "copy", "work", "other"])
        .answer_nothing();
    let rename = |old: &str, new: &str| stage.run(&["profile", "rename", old, new]);
    rename("work", "other").fails(2, "there is a profile other already");
    rename("work", "con").fails(6, "cannot be a profile's name");
    rename("nothing", "x").fails(6, "there is no profile `nothing`");
    // A session that no profile has any more is a session.
    let login = [
        "login",
        "other",
        "--browser",
        &crate::support::programs::visitor("bob"),
    ];
    assert_eq!(stage.run(&login).code, Some(0));
    let text = fs::read_to_string(stage.config()).expect("there");
    let without = text
        .split("[profile.other]")
        .next()
        .expect("the first part");
    fs::write(stage.config(), without).expect("written");
    rename("work", "other").fails(1, "`authctl logout other` ends it");
    stage.token();
}

/// Callers that ask while the profile is renamed get the token, or hear that the name is gone; none
/// makes a second refresh.
#[test]
fn callers_meanwhile_get_the_token_by_either_name() {
    let stage = Stage::logged_in();
    stage.expire();
    let mut callers = Vec::new();
    for _ in 0..10 {
        callers.push(stage.spawn(&["token", "work"]));
    }
    let rename = stage.run(&["profile", "rename", "work", "home"]);
    assert_eq!(rename.code, Some(0), "{rename:?}");
    for _ in 0..10 {
        callers.push(stage.spawn(&["token", "home"]));
    }
    let mut tokens = Vec::new();
    for caller in callers {
        let done = Done::of(caller);
        match done.code {
            Some(0) => tokens.push(done.answer().to_owned()),
            // It read the profile before, and the record after.
            Some(4) => assert!(done.stderr.contains("nobody has logged in"), "{done:?}"),
            _ => done.fails(6, "there is no profile `work`"),
        }
    }
    tokens.dedup();
    assert_eq!((tokens.len(), stage.ledger().refreshes), (1, 1));
    assert_eq!(stage.ledger().reuses, 0);
}

/// aws names a profile of authctl's in its own file.
#[cfg(unix)]
#[test]
fn a_client_that_names_the_profile_names_the_new_one() {
    let stage = Stage::logged_in();
    let home = stage.home.path();
    let arn = "arn:aws:iam::123456789012:role/r";
    let install = [
        "hook",
        "install",
        "aws",
        "--profile",
        "work",
        "--role-arn",
        arn,
    ];
    assert_eq!(stage.run(&install).code, Some(0));
    let file = home.join(".aws/config");
    let before = fs::read_to_string(&file).expect("there");
    let more = format!("{before}\n[profile mine]\ncredential_process = x --profile work \n");
    fs::write(&file, &more).expect("written");
    let done = stage.run(&["profile", "rename", "work", "home"]);
    assert!(
        done.stderr.contains(".aws/config asks for home"),
        "{done:?}"
    );
    let after = fs::read_to_string(&file).expect("there");
    let expected = more.replace("hook aws --profile work", "hook aws --profile home");
    assert_eq!(after, expected);
}
