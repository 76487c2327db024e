//! Machines, which log in by a secret of their own: stores that store nothing, and keys that are
//! lost.

use std::fs;

use authctl::store::key::Key;

use crate::support::stage::{Done, Stage};

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
fn a_machine_that_keeps_nothing_asks_each_time_and_leaves_nothing() {
    let stage = Stage::new();
    let nowhere = [("AUTHCTL_STORE", "none")];
    let one = stage.run_machine(&nowhere, &["token"]);
    let two = stage.run_machine(&nowhere, &["token"]);
    assert_ne!(one.answer(), two.answer());
    assert_eq!(one.stderr, "");
    assert_eq!(stage.ledger().client_credentials, 2);
    assert!(!stage.state().exists());
    let person = stage.login(&["--store", "none", "--no-browser"]);
    person.fails(2, "`store` is `none`");
}

fn ask_by_key(stage: &Stage, key: &str) -> Done {
    stage.run_machine(
        &[("AUTHCTL_STORE", "env"), ("AUTHCTL_KEY", key)],
        &["token"],
    )
}

#[test]
fn a_machine_whose_key_is_lost_asks_again() {
    let stage = Stage::new();
    let (old, new) = (Key::random(), Key::random());
    let first = ask_by_key(&stage, old.expose()).answer().to_owned();
    assert_eq!(ask_by_key(&stage, old.expose()).answer(), first);
    let second = ask_by_key(&stage, new.expose());
    assert_ne!(second.answer(), first);
    assert!(
        second.stderr.contains("it gives way to a new session"),
        "{second:?}"
    );
    assert_eq!(ask_by_key(&stage, new.expose()).answer(), second.answer());
    assert_eq!(stage.ledger().client_credentials, 2);
}
