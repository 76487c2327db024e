//! Logins at another server than the one that a profile has.

use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};

fn log_in(stage: &Stage, at: &Stage, more: &[&str]) -> Done {
    let issuer = at.sandbox.issuer();
    let browser = visitor("alice");
    let flags = [
        "--issuer",
        issuer,
        "--client-id",
        "sandbox",
        "--browser",
        &browser,
    ];
    let args = [&["login"], more, &flags].concat();
    stage.run(&args)
}

/// Flags for another server re-pointed the default profile, and overwrote its session.
#[test]
fn a_login_without_a_name_leaves_the_default_profile_alone() {
    let stage = Stage::logged_in();
    let before = (
        stage.record(),
        std::fs::read_to_string(stage.config()).expect("there"),
    );
    let elsewhere = Stage::new();
    let done = log_in(&stage, &elsewhere, &[]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(stage.record(), before.0);
    let config = std::fs::read_to_string(stage.config()).expect("there");
    assert!(config.starts_with(&before.1), "{config}");
    let name = elsewhere
        .sandbox
        .issuer()
        .replace("http://", "")
        .replace(':', "-");
    assert!(stage.run(&["token", &name]).answer().starts_with("at-"));
    // The same flags mean the same profile again, and the default one those of its own server.
    assert_eq!(log_in(&stage, &elsewhere, &[]).code, Some(0));
    assert_eq!(elsewhere.ledger().logins, 2);
    assert_eq!(log_in(&stage, &stage, &[]).code, Some(0));
    assert_ne!(stage.record()["id"], before.0["id"]);
    let provider = stage.run(&[
        "login",
        "--provider",
        "github",
        "--client-id",
        "c",
        "--timeout",
        "1s",
    ]);
    assert_ne!(provider.code, Some(0));
    let config = std::fs::read_to_string(stage.config()).expect("there");
    assert!(!config.contains("github"), "{config}");
}

/// A session that lives is not overwritten by that of another server, and nobody is sent anywhere.
#[test]
fn a_session_of_another_server_is_not_overwritten_unasked() {
    let stage = Stage::logged_in();
    let before = stage.record();
    let elsewhere = Stage::new();
    let done = log_in(&stage, &elsewhere, &["work"]);
    done.fails(1, "has a session at");
    assert!(done.stderr.contains("authctl logout work"), "{done:?}");
    assert_eq!((stage.record(), elsewhere.ledger().logins), (before, 0));
    let done = log_in(&stage, &elsewhere, &["work", "--replace"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let told = format!("that was here lives on at {}", stage.sandbox.issuer());
    assert!(done.stderr.contains(&told), "{done:?}");
    assert_eq!(
        stage.record()["identity"]["server"],
        elsewhere.sandbox.issuer()
    );
}
