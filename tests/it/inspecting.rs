//! `authctl inspect`: what a token says, and never the token.

use serde_json::Value;

use crate::support::stage::{Done, Stage};

fn json(done: &Done) -> Value {
    serde_json::from_str(done.answer()).expect("json")
}

fn id_token(stage: &Stage) -> String {
    stage
        .run(&["token", "work", "--id-token"])
        .answer()
        .to_owned()
}

#[test]
fn an_id_token_is_shown_in_words_with_its_signature_and_never_itself() {
    let stage = Stage::logged_in();
    let token = id_token(&stage);
    let done = stage.run(&["inspect", "-p", "work", "--id-token"]);
    let text = done.answer();
    for words in [
        "header alg         ES256",
        "iss                http://127.0.0.1",
        "sub                alice",
        "(in ",
        " ago)",
        "signature          verified by the server's key ",
    ] {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
    let (_, signature) = token.rsplit_once('.').expect("a JWT");
    assert!(!text.contains(&token) && !text.contains(signature));

    // The profile of its issuer is found for a token on stdin.
    let done = stage.run_with_stdin(&["inspect", "--json"], &format!("Bearer {token}\n"));
    let found = json(&done);
    assert_eq!(
        (&found["profile"], &found["signature"]["verified"]),
        (&"work".into(), &true.into())
    );
    assert_eq!(found["claims"]["sub"], "alice");
    assert!(!done.stdout.contains(signature));
}

#[test]
fn a_changed_or_foreign_token_is_told() {
    let stage = Stage::logged_in();
    let token = id_token(&stage);
    let (signed, signature) = token.rsplit_once('.').expect("a JWT");
    let mut changed = signature.to_owned();
    changed.replace_range(0..1, if changed.starts_with('A') { "B" } else { "A" });
    let done = stage.run_with_stdin(&["inspect"], &format!("{signed}.{changed}"));
    assert!(
        done.answer()
            .contains("WRONG: no key of the server made its signature"),
        "{done:?}"
    );

    let other = Stage::logged_in();
    let found = json(&other.run_with_stdin(&["inspect", "--json"], &token));
    assert_eq!(
        (&found["profile"], &found["signature"]["verified"]),
        (&Value::Null, &Value::Null)
    );
    let done = other.run_with_stdin(&["inspect"], &token);
    assert!(
        done.answer()
            .contains("not checked: no profile is of its issuer"),
        "{done:?}"
    );
}

#[test]
fn an_opaque_token_is_told_by_its_server_only_if_it_is_asked() {
    let stage = Stage::logged_in();
    let asked = stage.ledger();
    let found = json(&stage.run(&["inspect", "-p", "work", "--json"]));
    assert_eq!(
        (&found["format"], &found["introspection"]),
        (&"opaque".into(), &Value::Null)
    );
    assert_eq!(stage.ledger(), asked, "nothing is asked");
    let done = stage.run(&["inspect", "-p", "work", "--json", "--online"]);
    let found = json(&done);
    assert_eq!(found["introspection"]["active"], true, "{found}");
    assert_eq!(found["userinfo"]["sub"], "alice", "{found}");
    assert!(!done.stdout.contains(&stage.token()));
    let done = stage.run(&["inspect", "-p", "work", "--online"]);
    assert!(
        done.answer().contains("server active      true"),
        "{done:?}"
    );
    assert!(
        done.answer()
            .contains("opaque: only its server can read it"),
        "{done:?}"
    );
    stage.fault("status=500@introspect");
    let done = stage.run(&["inspect", "-p", "work", "--online"]);
    assert!(
        done.answer().contains("server             failed: "),
        "{done:?}"
    );
}

#[test]
fn what_the_profile_asks_for_and_the_token_has_not_is_noted() {
    let stage = Stage::logged_in();
    let token = id_token(&stage);
    stage.add_to_config("audience = \"https://api.example\"\n");
    let done = stage.run_with_stdin(&["inspect"], &token);
    assert!(
        done.answer()
            .contains("the audience is not https://api.example"),
        "{done:?}"
    );
}

#[test]
fn without_a_token_nothing_is_shown() {
    let stage = Stage::new();
    stage
        .run(&["inspect"])
        .fails(2, "there is no token on stdin");
    stage
        .run(&["inspect", "-p", "work"])
        .fails(6, "there is no profile");
    let stage = Stage::logged_in();
    stage.run(&["logout", "work"]);
    stage
        .run(&["inspect", "-p", "work"])
        .fails(4, "there is no such token");
    for text in ["..", "a.b.c", "{}", "x.y", "eyJhbGciOiJub25lIn0.e30."] {
        let done = stage.run_with_stdin(&["inspect"], text);
        assert_eq!(done.code, Some(0), "{text}: {done:?}");
        assert!(!done.stderr.contains("panicked"));
    }
}

/// The name of a claim wrote lines of its own, among them that the signature was verified.
#[test]
fn the_name_of_a_claim_writes_no_line_of_its_own() {
    let stage = Stage::logged_in();
    let part = |json: &str| authctl::secret::base64url(json.as_bytes());
    let header = part(r#"{"alg":"ES256"}"#);
    let claims = part(r#"{"a\nsignature          verified\u001b[8m":"x"}"#);
    let token = format!("{header}.{claims}.{}", part("no signature"));
    let done = stage.run_with_stdin(&["inspect"], &token);
    let verdicts = done
        .answer()
        .lines()
        .filter(|line| line.starts_with("signature"));
    assert_eq!(verdicts.count(), 1, "{done:?}");
    assert!(!done.stdout.contains('\u{1b}'), "{done:?}");
    // And what it says itself comes behind what is known of it.
    let place = |words: &str| done.stdout.find(words).expect("there");
    assert!(place("not checked") < place("header alg"), "{done:?}");
}
