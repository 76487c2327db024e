//! Clients that a server registers for a profile (RFC 7591): made once, kept as the session is
//! kept, used by logins and refreshes, taken along wherever the session goes, deleted at the end
//! (RFC 7592).

mod refused;

use std::fs;

use authctl::sandbox::Options;
use serde_json::Value;

use crate::support::programs::{scribe, visitor};
use crate::support::stage::{Done, Stage, StageOf, StoreKind};
use crate::support::storage::Storage;

tests_by_storage!(
    a_client_lives_from_its_registration_to_its_deletion,
    a_client_goes_with_its_profile_to_another_name,
);

/// A server on which every registered client has a secret.
fn with_secrets() -> Options {
    Options {
        client_secrets: true,
        ..Options::default()
    }
}

/// Logs in to `work` as a client that the server registers.
fn register<S: Storage>(stage: &StageOf<S>, more: &[&str]) -> Done {
    let (issuer, browser) = (stage.sandbox.issuer().to_owned(), visitor("alice"));
    let key_command = stage.key_command();
    let mut words = vec!["login", "work", "--issuer", &issuer, "--register"];
    if S::STORE == StoreKind::Command {
        words.extend(["--key-command", &key_command]);
    }
    words.extend(["--timeout", "60s", "--browser", &browser]);
    words.extend(more);
    stage.run(&words)
}

fn config<S: Storage>(stage: &StageOf<S>) -> String {
    fs::read_to_string(stage.config()).expect("there")
}

fn kept<S: Storage>(stage: &StageOf<S>, name: &str) -> Value {
    let text = fs::read_to_string(stage.file(name)).expect("there");
    serde_json::from_str(&text).expect("json")
}

fn has_worked(done: &Done) {
    assert_eq!(done.code, Some(0), "{done:?}");
}

fn counts<S: Storage>(stage: &StageOf<S>) -> (u64, u64) {
    let ledger = stage.ledger();
    (ledger.registrations, ledger.unregistrations)
}

/// Has the next refresh done, as an API does that refuses the token.
fn renew<S: Storage>(stage: &StageOf<S>, name: &str) {
    let token = stage.run(&["token", name]).answer().to_owned();
    let before = stage.ledger().refreshes;
    let refused = authctl::secret::Fingerprint::of(&token).to_string();
    let next = stage.run(&["token", name, "--rejected", &refused]);
    assert_ne!(next.answer(), token);
    assert_eq!(stage.ledger().refreshes, before + 1);
}

fn a_client_lives_from_its_registration_to_its_deletion<S: Storage>() {
    if !S::is_available() {
        return;
    }
    let stage = StageOf::<S>::with(with_secrets());
    has_worked(&register(&stage, &[]));
    let client = kept(&stage, "work.client");
    let is_sealed = S::STORE != StoreKind::File;
    assert_eq!(client.get("sealed").is_some(), is_sealed, "{client}");
    assert_eq!(client.get("secrets").is_none(), is_sealed, "{client}");
    let id = client["client_id"].as_str().expect("text");
    for words in [
        &format!("client_id = \"{id}\""),
        "client_secret = { from = \"registration\" }",
        "auth_method = \"client_secret_basic\"",
        "\nports = [",
    ] {
        assert!(config(&stage).contains(words), "{words}");
    }
    renew(&stage, "work");
    // A logout leaves it for the next login, which needs no flag.
    has_worked(&stage.run(&["logout", "work"]));
    has_worked(&stage.run(&["login", "work", "--browser", &visitor("alice")]));
    has_worked(&register(&stage, &[]));
    assert_eq!(counts(&stage), (1, 0), "no second client");
    renew(&stage, "work");
    let refused = stage.run(&["profile", "remove", "work"]);
    refused.fails(1, "still logged in");
    has_worked(&stage.run(&["logout", "work"]));
    let refused = stage.run(&["profile", "remove", "work"]);
    refused.fails(1, "is still registered");
    let done = stage.run(&["logout", "work", "--unregister", "--json"]);
    let rows: Value = serde_json::from_str(done.answer()).expect("json");
    assert_eq!(rows[0]["unregistered"], true, "{rows}");
    assert_eq!(counts(&stage), (1, 1));
    assert!(!stage.file("work.client").exists());
    for words in ["client_id", "client_secret", "auth_method"] {
        assert!(!config(&stage).contains(words), "{words}");
    }
    // And from the beginning.
    has_worked(&register(&stage, &[]));
    assert_eq!(counts(&stage), (2, 1));
    renew(&stage, "work");
}

fn a_client_goes_with_its_profile_to_another_name<S: Storage>() {
    if !S::is_available() {
        return;
    }
    for n in 1.. {
        let stage = StageOf::<S>::with(with_secrets());
        has_worked(&register(&stage, &[]));
        let file = stage.home.path().join("step");
        let mut command = stage.command(&["profile", "rename", "work", "home"]);
        command.env("AUTHCTL_FAULT", format!("{n}:self:{}", file.display()));
        let died: Done = command.output().expect("runs").into();
        stage.revive_keyring();
        let has_died = file.exists() && cfg!(debug_assertions);
        if has_died {
            has_worked(&stage.run(&["profile", "rename", "work", "home"]));
        } else {
            has_worked(&died);
        }
        assert!(!stage.file("work.client").exists(), "{n}");
        renew(&stage, "home");
        has_worked(&stage.run(&["logout", "home", "--unregister"]));
        assert_eq!(counts(&stage), (1, 1), "{n}");
        if !has_died {
            break;
        }
    }
}

#[test]
fn a_public_client_has_no_secret() {
    let stage = Stage::new();
    has_worked(&register(&stage, &[]));
    assert!(!config(&stage).contains("client_secret"));
    let client = kept(&stage, "work.client");
    assert!(client["secrets"].get("client_secret").is_none(), "{client}");
    let uris = client["redirect_uris"].as_array().expect("a list");
    let own = |uri: &Value| {
        uri.as_str()
            .is_some_and(|uri| uri.starts_with("http://127.0.0.1:"))
    };
    assert!(uris.len() == 3 && uris.iter().all(own), "{client}");
    renew(&stage, "work");
    has_worked(&stage.run(&["logout", "work", "--unregister"]));
    assert_eq!(counts(&stage), (1, 1));
}

#[cfg(unix)]
#[test]
fn a_client_is_for_its_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::new();
    has_worked(&register(&stage, &[]));
    let meta = fs::metadata(stage.file("work.client")).expect("there");
    assert_eq!(meta.permissions().mode() & 0o777, 0o600);
}

/// No server is filled with clients by people who change their mind.
#[test]
fn a_login_that_comes_to_nothing_leaves_its_client_for_the_next() {
    let stage = Stage::new();
    let (browser, _) = scribe(stage.home.path());
    let issuer = stage.sandbox.issuer().to_owned();
    for _ in 0..2 {
        let words = ["login", "work", "--issuer", &issuer, "--register"];
        let done = stage.run(&[&words[..], &["--browser", &browser, "--timeout", "1s"]].concat());
        done.fails(4, "did not finish");
    }
    assert!(!stage.config().exists(), "nothing was written");
    has_worked(&register(&stage, &[]));
    assert_eq!(counts(&stage), (1, 0));
    // One that no profile has can be deleted all the same.
    has_worked(&stage.run(&["logout", "work"]));
    fs::remove_file(stage.config()).expect("removed");
    has_worked(&stage.run(&["logout", "work", "--unregister"]));
    assert_eq!(counts(&stage), (1, 1));
}

#[test]
fn logins_at_once_register_one_client() {
    let stage = Stage::new();
    let (issuer, browser) = (stage.sandbox.issuer().to_owned(), visitor("alice"));
    let words = ["login", "work", "--issuer", &issuer, "--register"];
    let words = [&words[..], &["--browser", &browser, "--timeout", "60s"]].concat();
    let children: Vec<_> = (0..5).map(|_| stage.spawn(&words)).collect();
    for child in children {
        has_worked(&Done::of(child));
    }
    assert_eq!(counts(&stage), (1, 0));
    renew(&stage, "work");
}

#[test]
fn a_client_is_sealed_and_opened_with_its_session() {
    let stage = Stage::with(with_secrets());
    has_worked(&register(&stage, &[]));
    let plain = fs::read_to_string(stage.file("work.client")).expect("there");
    let key = stage.key.clone();
    let with_key = |args: &[&str]| stage.run_with(&[("AUTHCTL_KEY", &key)], args);
    has_worked(&with_key(&["profile", "move", "work", "--store", "env"]));
    let client = kept(&stage, "work.client");
    assert!(client.get("secrets").is_none(), "{client}");
    assert!(!stage.file("work.client.old").exists());
    stage.expire();
    let token = with_key(&["token", "work"]);
    has_worked(&token);
    stage.expire();
    let without = stage.run(&["token", "work"]);
    without.fails(3, "AUTHCTL_KEY");
    has_worked(&with_key(&["profile", "move", "work", "--store", "file"]));
    let again = fs::read_to_string(stage.file("work.client")).expect("there");
    assert_eq!(again, plain);
    renew(&stage, "work");
}

#[cfg(target_os = "linux")]
#[test]
fn a_new_key_seals_the_client_too() {
    use crate::support::storage::ByKeyring;
    if !ByKeyring::is_available() {
        return;
    }
    let stage = StageOf::<ByKeyring>::with(with_secrets());
    has_worked(&register(&stage, &[]));
    let seal = || kept(&stage, "work.client")["seal"]["key"].clone();
    let first = seal();
    // Old keys are dropped one replacement later, so that two would lose a client that was left.
    for _ in 0..3 {
        has_worked(&stage.run(&["profile", "reseal"]));
    }
    assert_ne!(seal(), first);
    renew(&stage, "work");
    has_worked(&stage.run(&["logout", "work"]));
    for _ in 0..3 {
        has_worked(&stage.run(&["profile", "reseal"]));
    }
    has_worked(&stage.run(&["login", "work", "--browser", &visitor("alice")]));
    has_worked(&stage.run(&["logout", "work", "--unregister"]));
    assert_eq!(counts(&stage), (1, 1));
}

#[test]
fn a_secret_that_has_ended_is_replaced_by_another_client() {
    let stage = Stage::with(Options {
        client_secret_ttl: Some(std::time::Duration::from_hours(1)),
        ..with_secrets()
    });
    has_worked(&register(&stage, &[]));
    let path = stage.file("work.client");
    let mut client = kept(&stage, "work.client");
    assert!(client["secret_expires_at"].as_i64().is_some(), "{client}");
    client["secret_expires_at"] = 1_000.into();
    fs::write(&path, client.to_string()).expect("written");
    stage.expire();
    let done = stage.run(&["token", "work"]);
    done.fails(6, "has ended");
    assert!(
        done.stderr.contains("authctl login work --register"),
        "{done:?}"
    );
    has_worked(&register(&stage, &["--replace"]));
    assert_eq!(counts(&stage), (2, 1), "the old one is deleted");
    renew(&stage, "work");
}

#[test]
fn a_dry_run_shows_the_request_and_sends_none() {
    let stage = Stage::new();
    let done = register(&stage, &["--dry-run"]);
    assert!(done.answer().contains("/register"), "{done:?}");
    assert!(
        done.stdout.contains("\"application_type\":\"native\""),
        "{done:?}"
    );
    let json: Value =
        serde_json::from_str(register(&stage, &["--dry-run", "--json"]).answer()).expect("json");
    assert_eq!(
        json["registration"]["body"]["token_endpoint_auth_method"],
        "none"
    );
    assert_eq!(counts(&stage), (0, 0));
    assert!(!stage.config().exists());
}

#[test]
fn a_client_without_a_session_goes_to_another_name_too() {
    for n in 1.. {
        let stage = Stage::new();
        has_worked(&register(&stage, &[]));
        has_worked(&stage.run(&["logout", "work"]));
        let file = stage.home.path().join("step");
        let mut command = stage.command(&["profile", "rename", "work", "home"]);
        command.env("AUTHCTL_FAULT", format!("{n}:self:{}", file.display()));
        command.output().expect("runs");
        let has_died = file.exists() && cfg!(debug_assertions);
        if has_died {
            has_worked(&stage.run(&["profile", "rename", "work", "home"]));
        }
        assert!(!stage.file("work.client").exists(), "{n}");
        has_worked(&stage.run(&["logout", "home", "--unregister"]));
        assert_eq!(counts(&stage), (1, 1), "{n}");
        if !has_died {
            break;
        }
    }
}
