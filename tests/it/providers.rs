//! `authctl provider`, and what is said of registrations where a login needs one.

use authctl::provider::registration::Use;
use authctl::provider::{PRESETS, Set};
use serde_json::Value;

use crate::support::stage::Stage;

/// The flags of the command that a listing suggests, with something in each place to be filled.
fn suggested(command: &str) -> Vec<String> {
    let command = command
        .replace("--issuer URL", "--issuer https://a.example")
        .replace("FILE", "/nonexistent/secret");
    let words = shlex::split(&command).expect("words");
    words.into_iter().skip(1).collect()
}

#[test]
fn every_provider_says_how_to_register_and_its_command_is_understood() {
    let stage = Stage::new();
    let listed = stage.run(&["provider", "list"]).answer().to_owned();
    for preset in PRESETS {
        assert!(listed.contains(preset.name), "{listed}");
        let shown = stage
            .run(&["provider", "show", preset.id])
            .answer()
            .to_owned();
        let registration = preset.provider().registration;
        for words in [registration.page, registration.client, registration.note] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        for fact in preset.facts {
            let line = format!("{}  ({}: {})", fact.set, fact.mark.word(), fact.source);
            assert!(shown.contains(&line), "{line}: {shown}");
        }
        let json = stage
            .run(&["provider", "show", preset.id, "--json"])
            .answer()
            .to_owned();
        let found: Value = serde_json::from_str(&json).expect("json");
        let facts = found["facts"].as_array().expect("a list");
        assert_eq!(facts.len(), preset.facts.len());
        // The command is taken: the secret's file is missed, or the server, or a terminal to ask.
        let login = found["login"].as_str().expect("a command");
        let words = suggested(login);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let done = stage.run(&[&words, &["--timeout", "1s"][..]].concat());
        assert_ne!(done.code, Some(2), "{login}: {done:?}");
        assert!(!done.stderr.contains("may not work"), "{login}: {done:?}");
    }
}

#[test]
fn the_scopes_for_a_use_are_in_the_command() {
    let stage = Stage::new();
    for preset in PRESETS {
        for (word, wanted) in Use::ALL {
            let done = stage.run(&["provider", "show", preset.id, "--use", word, "--json"]);
            let found: Value = serde_json::from_str(done.answer()).expect("json");
            let login = found["login"].as_str().expect("a command");
            match preset.provider().scopes_for(*wanted) {
                Some(scopes) => assert!(login.contains(&scopes.join(" ")), "{login}"),
                None => assert!(found["scopes"].as_object().expect("an object").is_empty()),
            }
        }
    }
    stage
        .run(&["provider", "show", "github", "--use", "chess"])
        .fails(2, "possible values: git, api, mail");
    stage
        .run(&["provider", "show", "githup"])
        .fails(2, "`authctl provider list` has all");
}

/// A missing `client_id` led to a page of flags, and to none where a client comes from.
#[test]
fn a_missing_client_id_says_where_a_client_is_registered() {
    for preset in PRESETS {
        let stage = Stage::new();
        let login = [
            "login",
            "x",
            "--provider",
            preset.id,
            "--issuer",
            "https://a.example",
        ];
        let done = stage.run(&login);
        done.fails(6, "`client_id` is missing");
        let registration = preset.provider().registration;
        for words in [
            registration.page,
            registration.client,
            &preset.login_command("x", None),
        ] {
            assert!(done.stderr.contains(words), "{words}: {done:?}");
        }
        let has = |fact: &authctl::provider::Fact| matches!(fact.set, Set::Registration(_));
        assert!(preset.facts.iter().any(has));
    }
}

/// A registration that lacks the redirect address shows its error in the browser, and the login
/// ended with "give it more time".
#[test]
fn a_login_that_nobody_came_back_from_says_what_has_to_be_registered() {
    let stage = Stage::new();
    let done = stage.run_login(&["--no-browser", "--timeout", "1s"]);
    done.fails(4, "is http://127.0.0.1:");
    assert!(
        done.stderr
            .contains("registered there for the client sandbox"),
        "{done:?}"
    );
}

/// A preset that compares ports got a login on any, and the server's page said "invalid redirect".
#[test]
fn a_login_against_what_is_known_of_the_provider_says_so_first() {
    let stage = Stage::new();
    let how = ["--provider", "gitlab", "--no-browser", "--timeout", "1s"];
    let done = stage.run_login(&how);
    done.fails(4, "gitlab compares the redirect address with its port");
    let done = stage.run_login(&[&how[..], &["--port", "17171"]].concat());
    assert!(!done.stderr.contains("may not work"), "{done:?}");
}
