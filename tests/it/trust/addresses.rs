//! Which address a secret may go to, and where a path starts.

use std::fs;

use authctl::sandbox::{MACHINE_CLIENT, MACHINE_SECRET};

use super::open;
use crate::support::stage::{Done, Stage};

/// A variable for another server sent the refresh token of a named profile there, and the address
/// stayed in the record.
#[test]
fn the_environment_redirects_no_named_profile() {
    let stage = Stage::logged_in();
    let elsewhere = Stage::new();
    let issuer = elsewhere.sandbox.issuer();
    let endpoint = format!("{issuer}/token");
    let before = stage.record()["endpoints"].clone();
    let variables = [
        ("AUTHCTL_TOKEN_ENDPOINT", &*endpoint),
        ("AUTHCTL_REVOCATION_ENDPOINT", &endpoint),
        ("AUTHCTL_ISSUER", issuer),
        ("AUTHCTL_PROVIDER", "github"),
        ("AUTHCTL_CLIENT_ID", "another"),
        ("AUTHCTL_CLIENT_SECRET", "the-secret-of-another"),
        ("AUTHCTL_REDIRECT_URI", &endpoint),
        ("AUTHCTL_KEY_COMMAND", "touch key-command-ran"),
        ("AUTHCTL_BROWSER", "touch browser-ran"),
        ("AUTHCTL_GRANT", "client_credentials"),
    ];
    stage.expire();
    let done = stage.run_with(&variables, &["token", "work"]);
    assert!(done.answer().starts_with("at-"));
    assert_eq!(stage.ledger().refreshes, 1);
    let mut after = stage.record()["endpoints"].clone();
    after["auth_method"] = before["auth_method"].clone();
    assert_eq!(after, before);
    let shown = stage.run_with(&variables, &["profile", "show", "work"]);
    for (variable, _) in variables
        .iter()
        .filter(|(name, _)| *name != "AUTHCTL_CLIENT_SECRET")
    {
        let told = format!("{variable:<30} does not count for a profile with a name");
        assert!(shown.answer().contains(&told), "{shown:?}");
    }
    let new = stage.run_with(&variables, &["login", "new", "--browser", "true"]);
    new.fails(6, "`client_id` is missing");
    assert!(
        new.stderr.contains("AUTHCTL_CLIENT_ID does not count"),
        "{new:?}"
    );
    assert_eq!(
        stage.run_with(&variables, &["logout", "work"]).code,
        Some(0)
    );
    assert_eq!(stage.ledger().revocations, 2);
    assert_eq!(elsewhere.ledger().token_requests, 0);
}

/// The profile that the environment makes has its addresses from the environment, each time anew.
#[test]
fn no_address_of_the_environment_stays_in_a_record() {
    let stage = Stage::new();
    let endpoint = format!("{}/token", stage.sandbox.issuer());
    let variables = [("AUTHCTL_TOKEN_ENDPOINT", &*endpoint)];
    let done = stage.run_machine(&variables, &["token"]);
    assert!(done.answer().starts_with("at-"));
    let record = fs::read_to_string(stage.file("env.json")).expect("there");
    assert!(!record.contains("/token"), "{record}");
    assert_eq!(
        stage.run_machine(&variables, &["token"]).answer(),
        done.answer()
    );
}

/// The address of the token endpoint is part of what a session was made for.
#[test]
fn another_token_endpoint_in_the_profile_is_another_session() {
    let stage = Stage::logged_in();
    let elsewhere = Stage::new();
    stage.expire();
    stage.add_to_config(&format!(
        "token_endpoint = \"{}/token\"\n",
        elsewhere.sandbox.issuer()
    ));
    stage.run(&["token", "work"]).fails(4, "token_endpoint was");
    let out = stage.run(&["logout", "work"]);
    assert_eq!(out.code, Some(0), "its own server ends it: {out:?}");
    assert_eq!(stage.ledger().revocations, 2);
    let there = elsewhere.ledger();
    assert_eq!((there.token_requests, there.revocations), (0, 0));
}

/// A record may not send the secrets of a client of an https server to this machine in the clear.
#[test]
fn a_record_has_no_plain_address_for_an_https_server() {
    let stage = Stage::logged_in();
    let issuer = stage.sandbox.issuer();
    let config = fs::read_to_string(stage.config()).expect("there");
    stage.configure(&config.replace(issuer, "https://as.example"));
    stage.edit_record(|record| record["identity"]["server"] = "https://as.example".into());
    stage.expire();
    stage.run(&["token", "work"]).fails(6, "plain http");
    assert_eq!(stage.ledger().refreshes, 0);
    let out = stage.run(&["logout", "work"]);
    assert!(out.stderr.contains("plain http"), "{out:?}");
    assert_eq!(stage.ledger().revocations, 0);
}

/// A relative path in the configuration meant the directory in which a command happened to run.
#[test]
fn relative_paths_start_from_the_configuration() {
    let stage = Stage::new();
    let place = stage.home.path();
    fs::write(place.join("secret"), MACHINE_SECRET).expect("written");
    fs::write(
        place.join("get"),
        format!("#!/bin/sh\necho {MACHINE_SECRET}\n"),
    )
    .expect("written");
    open(&place.join("get"), 0o755);
    let elsewhere = place.join("elsewhere");
    fs::create_dir(&elsewhere).expect("made");
    fs::write(elsewhere.join("secret"), "planted").expect("written");
    for source in ["file = \"secret\"", "command = \"./get\""] {
        stage.configure(&format!(
            "[profile.work]\nissuer = \"{}\"\nclient_id = \"{MACHINE_CLIENT}\"\nstore = \"none\"\n\
             grant = \"client_credentials\"\nclient_secret = {{ {source} }}\n",
            stage.sandbox.issuer()
        ));
        let mut command = stage.command(&["token", "work"]);
        let output = command.current_dir(&elsewhere).output().expect("runs");
        let done = Done::from(output);
        assert!(done.answer().starts_with("at-"), "{source}");
    }
}
