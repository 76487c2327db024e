//! Registrations and deletions that come to nothing.

use std::fs;

use authctl::sandbox::{Options, REGISTRATION_TOKEN, Registration};
use serde_json::Value;

use super::{config, counts, has_worked, register, with_secrets};
use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage, StageOf};
use crate::support::storage::ByEnvironment;

#[test]
fn a_guarded_server_wants_its_token() {
    let stage = Stage::with(Options {
        registration: Registration::Guarded,
        ..Options::default()
    });
    let refused = register(&stage, &[]);
    refused.fails(6, "who has an initial access token");
    let file = stage.home.path().join("initial");
    fs::write(&file, format!("{REGISTRATION_TOKEN}\n")).expect("written");
    let file = file.display().to_string();
    has_worked(&register(&stage, &["--registration-token-file", &file]));
    let missing = register(&stage, &["--registration-token-file", "/nowhere"]);
    has_worked(&missing);
    has_worked(&stage.run(&["logout", "work", "--unregister"]));
    let missing = register(&stage, &["--registration-token-file", "/nowhere"]);
    missing.fails(6, "there is no token in /nowhere");
}

#[test]
fn what_a_server_answers_decides_what_is_said() {
    for (fault, code, words) in [
        ("status=503@register", 5, "HTTP 503"),
        ("drop_after@register", 5, "no answer from"),
        (
            "error=invalid_client_metadata@register",
            1,
            "invalid_client_metadata",
        ),
        ("not_json@register", 1, "an answer without a client"),
        (
            "without=client_id@register",
            1,
            "an answer without a client",
        ),
        (
            "with={\"token_endpoint_auth_method\":\"private_key_jwt\"}@register",
            1,
            "`private_key_jwt`, which is not possible here",
        ),
        (
            "with={\"client_id\":\"a\\u0007b\"}@register",
            1,
            "characters that none may have",
        ),
        (
            "with={\"registration_endpoint\":null}@discovery",
            6,
            "no registration endpoint is known",
        ),
        (
            "with={\"registration_endpoint\":\"http://as.example/\"}@discovery",
            6,
            "the registration endpoint `http://as.example/` cannot be used",
        ),
    ] {
        let stage = Stage::new();
        stage.fault(fault);
        let done = register(&stage, &[]);
        done.fails(code, words);
        assert!(!stage.file("work.client").exists(), "{fault}");
        assert!(!stage.config().exists(), "{fault}");
    }
}

#[test]
fn a_deletion_that_the_server_does_not_confirm_loses_nothing() {
    let stage = Stage::new();
    has_worked(&register(&stage, &[]));
    for (fault, code, words) in [
        ("status=503@register", 1, "did not delete the client"),
        ("drop_before@register", 5, "no answer from"),
    ] {
        stage.fault(fault);
        let done = stage.run(&["logout", "work", "--unregister"]);
        assert_eq!(done.code, Some(code), "{done:?}");
        assert!(done.stderr.contains(words), "{done:?}");
        assert!(stage.file("work.client").exists());
        assert!(config(&stage).contains("client_id"));
    }
    // What is not known there any more, only a person can tell from a token that has ended.
    stage.fault("error=invalid_token@register");
    let done = stage.run(&["logout", "work", "--unregister"]);
    done.fails(1, "invalid_token");
    assert!(done.stderr.contains("--unregister --local"), "{done:?}");
    has_worked(&stage.run(&["logout", "work", "--unregister", "--local"]));
    assert!(!stage.file("work.client").exists());
    assert_eq!(counts(&stage), (1, 0));
}

#[test]
fn a_secret_goes_to_the_server_that_gave_it_and_no_other() {
    let (stage, other) = (Stage::with(with_secrets()), Stage::new());
    has_worked(&register(&stage, &[]));
    let (own, another) = (stage.sandbox.issuer(), other.sandbox.issuer());
    let text = config(&stage).replace(own, another);
    fs::write(stage.config(), text).expect("written");
    let done = stage.run(&["login", "work", "--replace", "--browser", &visitor("alice")]);
    done.fails(6, "no secret of a registered client");
    assert_eq!(other.ledger().token_requests, 0);
}

/// The server would refuse the redirect, after the person had been sent to it.
#[test]
fn a_client_with_other_redirects_is_not_used_again() {
    let stage = Stage::new();
    has_worked(&register(&stage, &[]));
    let moved = register(&stage, &["--redirect-path", "/other"]);
    moved.fails(2, "has other redirect addresses");
    // A profile that names no client has its session all the same, which would end with it.
    let written = config(&stage);
    let left = written
        .lines()
        .filter(|line| !line.starts_with("client_id") && !line.starts_with("ports"));
    fs::write(stage.config(), left.collect::<Vec<_>>().join("\n")).expect("written");
    let moved = register(&stage, &["--redirect-path", "/other"]);
    moved.fails(2, "has other redirect addresses");
    fs::write(stage.config(), written).expect("written");
    stage.expire();
    stage.token();
    assert_eq!(counts(&stage), (1, 0));
    has_worked(&stage.run(&["logout", "work", "--unregister"]));
    has_worked(&register(&stage, &["--redirect-path", "/other"]));
    assert_eq!(counts(&stage), (2, 1));
}

#[test]
fn a_profile_that_has_a_client_keeps_it() {
    let stage = Stage::logged_in();
    let none = stage.run(&["logout", "work", "--unregister", "--json"]);
    let rows: Value = serde_json::from_str(none.answer()).expect("json");
    assert_eq!(rows[0]["unregistered"], false, "{rows}");
    assert!(config(&stage).contains("client_id"));
    register(&stage, &[]).fails(2, "the profile has a client already: sandbox");
    assert_eq!(counts(&stage), (0, 0));
    let by_flags = stage.run(&["login", "work", "--register", "--client-id", "c"]);
    assert_eq!(by_flags.code, Some(2), "{by_flags:?}");
    let no_issuer = stage.run(&["login", "other", "--register", "--provider", "github"]);
    no_issuer.fails(2, "known by its issuer");
}

/// Where the client cannot be kept, it is deleted again.
#[test]
fn a_client_that_cannot_be_kept_is_not_left_at_the_server() {
    let stage = Stage::new();
    stage.fault("slow=5000@register");
    let issuer = stage.sandbox.issuer().to_owned();
    let words = ["login", "work", "--issuer", &issuer, "--register"];
    let child = stage.spawn(&[&words[..], &["--no-browser", "--timeout", "5s"]].concat());
    for _ in 0..6_000 {
        if counts(&stage) != (0, 0) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // The answer is still on its way. Nothing replaces a directory with something in it.
    fs::create_dir_all(stage.file("work.client").join("full")).expect("made");
    Done::of(child).fails(3, "cannot keep the client");
    assert_eq!(counts(&stage), (1, 1));
    assert!(!stage.config().exists());
}

/// Another program may write files here, and a client in the clear would be believed where the
/// profile wants it sealed.
#[test]
fn a_client_that_was_put_there_is_not_believed() {
    let stage = StageOf::<ByEnvironment>::with(with_secrets());
    has_worked(&register(&stage, &[]));
    let own = fs::read(stage.file("work.client")).expect("there");
    let plain = Stage::with(with_secrets());
    has_worked(&register(&plain, &[]));
    // Sealed by the same key, in another installation.
    let mut other = StageOf::<ByEnvironment>::with(with_secrets());
    other.key.clone_from(&stage.key);
    has_worked(&register(&other, &[]));
    for (planted, words) in [
        (plain.file("work.client"), "is not sealed"),
        (
            other.file("work.client"),
            "the record of another installation",
        ),
    ] {
        fs::copy(&planted, stage.file("work.client")).expect("copied");
        stage.expire();
        stage.run(&["token", "work"]).fails(3, words);
        assert_eq!(stage.ledger().refreshes, 0);
        let done = stage.run(&["logout", "work", "--unregister"]);
        assert_ne!(done.code, Some(0), "{done:?}");
        fs::write(stage.file("work.client"), &own).expect("written");
        has_worked(&stage.run(&["login", "work", "--browser", &visitor("alice")]));
    }
    assert_eq!((counts(&plain), counts(&other)), ((1, 0), (1, 0)));
}
