//! Who logged in, as far as the server says so, and what the server granted.

use crate::support::programs::visitor;
use crate::support::stage::Stage;

#[test]
fn another_person_does_not_take_the_place_unasked() {
    let stage = Stage::logged_in();
    let before = stage.record();
    let done = stage.login(&["--browser", &visitor("mallory")]);
    done.fails(
        1,
        "the session belongs to alice@sandbox.example, and mallory@sandbox.example logged in",
    );
    assert_eq!(stage.record(), before);
    assert_eq!(
        stage.ledger().revocations,
        1,
        "what mallory was given was given back"
    );
    stage.token();
    let done = stage.login(&["--browser", &visitor("mallory"), "--replace"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(stage.record()["subject"]["id"], "mallory");
    assert_eq!(stage.record()["generation"], 2);
    let told = "the session of alice@sandbox.example that was here was ended at the server";
    assert!(done.stderr.contains(told), "{done:?}");
    assert_eq!(stage.ledger().revocations, 2);
    stage.fault("status=503@revoke");
    let done = stage.login(&["--browser", &visitor("alice"), "--replace"]);
    let told = "the session of mallory@sandbox.example that was here lives on at";
    assert!(done.stderr.contains(told), "{done:?}");
}

/// A server may have one session for two logins of one person: to end the old would end the new.
#[test]
fn a_person_who_logs_in_again_is_not_logged_out() {
    let stage = Stage::logged_in();
    let done = stage.login(&["--browser", &visitor("alice"), "--replace"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(stage.ledger().revocations, 0);
    assert!(!done.stderr.contains("that was here"), "{done:?}");
}

/// The person was sent to the browser, logged in there, and then heard that it was for nothing.
#[test]
fn a_login_for_another_account_is_refused_before_the_browser() {
    let stage = Stage::logged_in();
    let before = stage.record();
    let bob = visitor("bob");
    let done = stage.login(&["--account", "bob", "--browser", &bob]);
    let told = "the session belongs to alice@sandbox.example, and this login is for bob";
    done.fails(1, told);
    assert_eq!((stage.record(), stage.ledger().logins), (before, 1));
    for account in ["alice", "Alice@Sandbox.example"] {
        let done = stage.login(&["--account", account, "--browser", &visitor("alice")]);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    let done = stage.login(&["--account", "bob", "--browser", &bob, "--replace"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(stage.record()["subject"]["id"], "bob");
}

#[test]
fn an_id_token_that_is_not_to_be_trusted_ends_the_login() {
    let stage = Stage::new();
    stage.fault("other_key@jwks");
    stage
        .login(&["--browser", &visitor("alice")])
        .fails(1, "cannot trust the ID token");
    assert!(!stage.file("work.json").exists());
}

#[test]
fn what_the_server_did_not_grant_is_said_at_login() {
    let stage = Stage::new();
    stage.fault("without=refresh_token@authorization_code");
    let done = stage.login(&["--browser", &visitor("alice")]);
    assert!(
        done.code == Some(0) && done.stderr.contains("no refresh token"),
        "{done:?}"
    );
    stage.expire();
    stage
        .run(&["token", "work"])
        .fails(4, "the server gave no refresh token");
}

#[test]
fn people_with_long_identifiers_are_told_apart() {
    let stage = Stage::new();
    let alice = visitor("7c9e6679-7425-40de-944b-e07fc1f90ae7");
    assert_eq!(stage.login(&["--browser", &alice]).code, Some(0));
    assert_eq!(
        stage.record()["subject"]["id"],
        "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    );
    stage
        .login(&[
            "--browser",
            &visitor("11111111-2222-40de-944b-deadbeefdead"),
        ])
        .fails(1, "belongs to 7c9e6679");
    assert_eq!(
        stage.login(&["--browser", &alice]).code,
        Some(0),
        "the same person may come again"
    );
}

#[test]
fn a_login_that_the_server_does_not_name_takes_no_place() {
    let stage = Stage::logged_in();
    stage.fault("without=id_token@authorization_code");
    stage.fault("status=503@userinfo");
    stage
        .login(&["--browser", &visitor("bob")])
        .fails(1, "a person whom the server does not name logged in");
    assert_eq!(stage.record()["subject"]["id"], "alice");
}

#[test]
fn keys_that_cannot_be_had_for_a_moment_do_not_end_a_login() {
    let stage = Stage::new();
    stage.fault("status=503@jwks");
    assert_eq!(
        stage.login(&["--browser", &visitor("alice")]).code,
        Some(0),
        "it is asked twice"
    );
    stage.fault("status=503*2@jwks");
    stage
        .login(&["--browser", &visitor("alice")])
        .fails(5, "the server shows no keys");
    assert_eq!(
        stage.ledger().revocations,
        1,
        "what came of it was given back"
    );
}
