//! ID tokens: what a login believes, what a refresh keeps, and what is handed out.

use authctl::sandbox::{MACHINE_CLIENT, MACHINE_SECRET, Options};
use serde_json::json;

use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn log_in(stage: &Stage, claims: &serde_json::Value) -> Done {
    stage.fault(&format!("claims={claims}@authorization_code"));
    stage.login(&["--browser", &visitor("alice")])
}

#[test]
fn what_a_login_does_not_believe_is_named() {
    let stage = Stage::new();
    for (claims, why) in [
        (
            json!({"nonce": "of-another"}),
            "belongs to another login attempt",
        ),
        (
            json!({"aud": ["sandbox", "other"]}),
            "issued for another client",
        ),
        (json!({"iat": 99_999_999_999_i64}), "from the future"),
        (json!({"nbf": 99_999_999_999_i64}), "from the future"),
        (json!({"exp": 5}), "it has expired"),
        (json!({"exp": null}), "does not say when it ends"),
        (
            json!({"at_hash": "AAAA"}),
            "belongs to another access token",
        ),
    ] {
        let done = log_in(&stage, &claims);
        done.fails(1, why);
        assert!(!stage.file("work.json").exists(), "{claims}");
    }
}

/// A mail address that is a list, or a number of the user, ended the login with "it is not a signed
/// JSON web token".
#[test]
fn what_only_describes_the_user_may_have_any_form() {
    for claims in [
        json!({"email": ["a@example.com", "b@example.com"]}),
        json!({"name": {"given": "A"}, "email": 7}),
        json!({"sub": 4711}),
    ] {
        let stage = Stage::new();
        assert_eq!(log_in(&stage, &claims).code, Some(0), "{claims}");
    }
}

/// Some servers leave the nonce out. That is told apart from another one, and there is a way on.
#[test]
fn a_nonce_that_is_left_out_has_its_own_way_out() {
    let stage = Stage::new();
    let done = log_in(&stage, &json!({"nonce": null}));
    done.fails(1, "does not say to which login attempt it belongs");
    assert!(done.stderr.contains("`nonce = \"optional\"`"), "{done:?}");
    stage.configure("[profile.work]\nclient_id = \"sandbox\"\nnonce = \"optional\"\n");
    let done = log_in(&stage, &json!({"nonce": "of-another"}));
    done.fails(1, "belongs to another login attempt");
    assert_eq!(log_in(&stage, &json!({"nonce": null})).code, Some(0));
}

/// An ID token that came with a refresh was looked at for its user only.
#[test]
fn a_refresh_keeps_no_id_token_that_a_login_would_not_believe() {
    let stage = Stage::logged_in();
    let first = stage.record()["tokens"]["id_token"].clone();
    for (claims, why) in [
        (json!({"exp": 5}), "it has expired"),
        (
            json!({"at_hash": "AAAA"}),
            "belongs to another access token",
        ),
        (
            json!({"nonce": "of-another"}),
            "belongs to another login attempt",
        ),
        (
            json!({"iss": "https://evil.example"}),
            "issued by another server",
        ),
        (json!({"sub": "mallory"}), "it is of another user"),
        (json!({"aud": "other"}), "issued for another client"),
    ] {
        stage.expire();
        stage.fault(&format!("claims={claims}"));
        let done = stage.run(&["token", "work"]);
        assert!(
            done.answer().starts_with("at-"),
            "the access token is good all the same"
        );
        assert!(done.stderr.contains(why), "{claims}: {done:?}");
        assert_eq!(stage.record()["tokens"]["id_token"], first, "{claims}");
    }
    stage.expire();
    assert_eq!(stage.run(&["token", "work"]).stderr, "");
    assert_ne!(stage.record()["tokens"]["id_token"], first);
}

/// The signature of a refreshed ID token is checked by the keys that the login was shown. Without
/// them and without TLS nothing stands for it.
#[test]
fn a_refreshed_id_token_is_signed_by_the_keys_of_the_login() {
    let stage = Stage::logged_in();
    let keys = stage.file(".jwks/work.json");
    let shown = std::fs::read_to_string(&keys).expect("kept");
    let first = stage.record()["tokens"]["id_token"].clone();
    let others = shown.replace("\"x\":\"", "\"x\":\"A");
    for (kept, why) in [
        (&*others, "no key of the server made its signature"),
        ("", "there is no key to check its signature with"),
    ] {
        std::fs::write(&keys, kept).expect("written");
        stage.expire();
        let done = stage.run(&["token", "work"]);
        assert!(
            done.answer().starts_with("at-") && done.stderr.contains(why),
            "{done:?}"
        );
        assert_eq!(stage.record()["tokens"]["id_token"], first);
    }
    std::fs::write(&keys, shown).expect("written");
    stage.expire();
    assert_eq!(stage.run(&["token", "work"]).stderr, "");
    assert_ne!(stage.record()["tokens"]["id_token"], first);
}

/// Without TLS, a server has to show the keys with which its ID tokens are signed.
#[test]
fn without_tls_and_keys_no_id_token_is_believed() {
    let stage = Stage::new();
    stage.fault("without=jwks_uri@discovery");
    let done = stage.login(&["--browser", &visitor("alice")]);
    done.fails(1, "it came without TLS");
}

/// Some servers sign the ID tokens of a confidential client with its secret (HS256). "It is signed
/// by an algorithm that is not accepted" ended such a login.
#[test]
fn the_secret_of_a_confidential_client_may_sign_its_id_tokens() {
    let stage = Stage::with(Options {
        approve: Some("alice".to_owned()),
        ..Options::default()
    });
    let secret = stage.home.path().join("secret");
    std::fs::write(&secret, MACHINE_SECRET).expect("written");
    stage.configure(&format!(
        "[profile.work]\nissuer = \"{}\"\nclient_id = \"{MACHINE_CLIENT}\"\n\
         client_secret = {{ file = \"{}\" }}\ngrant = \"device_code\"\n",
        stage.sandbox.issuer(),
        secret.display()
    ));
    stage.fault(&format!("by_secret@{DEVICE_GRANT}"));
    let done = stage.run(&["login", "work", "--device"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(stage.record()["subject"]["id"], "alice");
    let first = stage.record()["tokens"]["id_token"].clone();

    stage.expire();
    stage.fault("by_secret");
    assert_eq!(stage.run(&["token", "work"]).stderr, "");
    assert_ne!(stage.record()["tokens"]["id_token"], first);

    // A public client has no secret that could have signed.
    let public = Stage::new();
    public.fault("by_secret@authorization_code");
    let done = public.login(&["--browser", &visitor("alice")]);
    done.fails(1, "signed by an algorithm that is not accepted");
}
