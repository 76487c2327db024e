//! `authctl probe`: what it finds out of servers that differ, and that nothing stays logged in.

#[cfg(unix)]
mod certified;

use std::thread;

use authctl::sandbox::{Grace, Options, PUBLIC_CLIENT, Revokes};
use serde_json::Value;

use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};

/// A server, and what is to be found out of it: by question, words of the answer.
struct Form {
    options: fn(&mut Options),
    expected: &'static [(&'static str, &'static str)],
    flags: &'static [&'static str],
    /// Whether logins stay that the server does not end.
    leaves: bool,
}

const fn form(
    options: fn(&mut Options),
    expected: &'static [(&'static str, &'static str)],
) -> Form {
    Form {
        options,
        expected,
        flags: &[],
        leaves: false,
    }
}

const FORMS: &[Form] = &[
    form(
        |_| {},
        &[
            ("refresh", "it is spent, and a new one comes"),
            ("spent", "is refused at once"),
            ("reuse", "ends it: a thief is noticed"),
            ("at_once", "one is answered, the other refused"),
            ("old_access", "lives on until its end"),
            ("expires_in", "5m, as it says, and in truth"),
            ("revoke_access", "ends it"),
            ("revoke_refresh", "ends it, and its access token"),
            ("logout", "has ended"),
            (
                "errors",
                "one of two refreshes at once: invalid_grant (HTTP 400)",
            ),
            ("clock", "+0 s"),
            ("left", "nothing is logged in"),
        ],
    ),
    form(
        |options| options.rotate = false,
        &[
            ("refresh", "the answer has none, and the old one stays good"),
            ("spent", "not known"),
            ("at_once", "not known"),
        ],
    ),
    form(
        |options| (options.rotate, options.repeats) = (false, true),
        &[("refresh", "the same one comes again")],
    ),
    form(
        |options| options.reuse_ends_family = false,
        &[
            ("spent", "is refused at once"),
            ("reuse", "a thief who is first has the session"),
        ],
    ),
    form(
        |options| options.grace = Grace::NewPair,
        &[
            ("spent", "gives new tokens; for how long is not known"),
            ("at_once", "both are answered"),
        ],
    ),
    form(
        |options| options.grace = Grace::SamePair,
        &[("spent", "gives the same tokens again")],
    ),
    Form {
        flags: &["--long"],
        ..form(
            |options| {
                options.grace = Grace::NewPair;
                options.grace_interval = std::time::Duration::from_secs(2);
                options.access_ttl = std::time::Duration::from_secs(6);
            },
            &[
                (
                    "spent",
                    "gives new tokens at once, and is refused after 5 s",
                ),
                ("reuse", "ends it"),
                ("expires_in", "6s, as it says"),
            ],
        )
    },
    form(
        |options| options.access_dies_on_refresh = true,
        &[("old_access", "dies at once")],
    ),
    form(
        |options| options.stated_ttl = Some(std::time::Duration::from_secs(3600)),
        &[("expires_in", "1h, as it says; 5m in truth")],
    ),
    form(
        |options| options.revokes = Revokes::Refresh,
        &[
            ("revoke_access", "it lives on"),
            ("revoke_refresh", "its access token lives until its end"),
        ],
    ),
    Form {
        leaves: true,
        ..form(
            |options| options.revokes = Revokes::Nothing,
            &[
                (
                    "revoke_refresh",
                    "a logout does not end the session at the server",
                ),
                ("left", "could not be ended"),
            ],
        )
    },
    Form {
        leaves: true,
        ..form(
            |options| (options.rotate, options.revokes) = (false, Revokes::Nothing),
            &[(
                "refresh",
                "a stolen refresh token stays good for ever: tell your provider",
            )],
        )
    },
    form(
        |options| options.logout_ends_family = false,
        &[("logout", "a stolen refresh token stays good after a logout")],
    ),
    form(
        |options| options.refusal = "invalid_request".to_owned(),
        &[(
            "errors",
            "one of two refreshes at once: invalid_request (HTTP 400)",
        )],
    ),
];

/// The verb, for the server of the stage.
fn verb(stage: &Stage) -> [&str; 5] {
    let issuer = stage.sandbox.issuer();
    ["probe", "--issuer", issuer, "--client-id", PUBLIC_CLIENT]
}

fn probe(stage: &Stage, more: &[&str]) -> Done {
    let browser = visitor("alice");
    let how = ["--browser", browser.as_str(), "--timeout", "30s"];
    stage.run(&[&verb(stage)[..], &how, more].concat())
}

fn measure(form: &Form) {
    let mut options = Options::default();
    (form.options)(&mut options);
    let mut stage = Stage::with(options);
    stage.expects_reuse = true;
    let done = probe(&stage, &[form.flags, &["--json"]].concat());
    let found: Value = serde_json::from_str(done.answer()).expect("json");
    for (question, words) in form.expected {
        let said = found[question].to_string();
        assert!(
            said.contains(words),
            "{question}: no `{words}` in {said} of {found}"
        );
    }
    let page = crate::support::programs::get(&format!("{}/", stage.sandbox.issuer())).1;
    let is_empty = page.contains("; 0 logins are open");
    assert_eq!(is_empty, !form.leaves, "{page}");
    assert!(stage.ledger().token_requests < 30, "{:?}", stage.ledger());
    assert!(!stage.state().exists(), "nothing is kept");
}

#[test]
fn each_kind_of_server_is_told_from_the_others() {
    thread::scope(|scope| {
        let running: Vec<_> = FORMS
            .iter()
            .map(|form| scope.spawn(|| measure(form)))
            .collect();
        for (form, measured) in FORMS.iter().zip(running) {
            assert!(measured.join().is_ok(), "{:?}", form.expected);
        }
    });
}

/// The session of a profile is as it was, and its settings are what is asked with.
#[test]
fn a_profiles_session_is_not_touched() {
    let mut stage = Stage::logged_in();
    stage.expects_reuse = true;
    let (record, token) = (stage.record(), stage.token());
    let browser = visitor("alice");
    let args = ["probe", "work", "--browser", &browser, "--toml"];
    let done = stage.run(&args);
    let toml = done.answer();
    assert!(
        toml.contains("reuse_interval = \"0s\"\nold_access_token = \"lives\""),
        "{toml}"
    );
    assert!(toml.contains("rotation = \"rotating\""), "{toml}");
    assert!(toml.contains("source = \"measured with authctl "), "{toml}");
    assert!(toml.parse::<toml_edit::DocumentMut>().is_ok(), "{toml}");
    assert!(
        done.stderr.contains("no session of yours is touched"),
        "{done:?}"
    );
    assert_eq!(stage.record(), record);
    assert_eq!(stage.token(), token);
    stage.expire();
    stage.token();
    assert_eq!(
        stage.ledger().logins,
        4,
        "one of the profile, three of the probe"
    );
}

#[test]
fn a_probe_that_cannot_begin_says_why() {
    let stage = Stage::new();
    stage.run(&["probe"]).fails(6, "there is no profile yet");
    let machine = stage.run_machine(&[], &["probe"]);
    machine.fails(2, "gets its tokens without a person");
    stage
        .run(&["probe", "--issuer", "http://127.0.0.1:1"])
        .fails(2, "--client-id");
    let done = stage.run(&[
        "probe",
        "--issuer",
        stage.sandbox.issuer(),
        "--client-id",
        "sandbox",
    ]);
    done.fails(4, "there is no terminal to ask a person at");
}

/// A gateway that was ill counted as a server that does not revoke.
#[test]
fn what_a_gateway_answers_is_no_habit_of_the_server() {
    let mut stage = Stage::new();
    stage.expects_reuse = true;
    stage.fault("status=503*50@revoke");
    let done = probe(&stage, &["--json"]);
    let found: Value = serde_json::from_str(done.answer()).expect("json");
    assert_eq!(found["revoke_refresh"]["answer"], "not known", "{found}");
    assert_eq!(found["revoke_access"]["answer"], "not known", "{found}");
    let left = found["left"]["answer"].as_str().expect("a text");
    assert!(left.contains("could not be ended"), "{found}");
    // Nor is a refresh that got no answer a refusal.
    let mut stage = Stage::new();
    stage.expects_reuse = true;
    stage.fault("status=503*50");
    let done = probe(&stage, &["--json"]);
    let found: Value = serde_json::from_str(done.answer()).expect("json");
    for question in ["refresh", "spent", "reuse", "at_once", "logout"] {
        assert_eq!(
            found[question]["answer"], "not known",
            "{question}: {found}"
        );
    }
}

/// Ctrl-C left the login of the probe behind, and its directory.
#[cfg(unix)]
#[test]
fn an_interrupted_probe_ends_its_login_first() {
    let Some(way) = crate::support::machine::default_signals() else {
        return;
    };
    let mut stage = Stage::with(Options {
        latency: std::time::Duration::from_millis(300),
        ..Options::default()
    });
    stage.expects_reuse = true;
    let place = stage.home.path().join("tmp");
    std::fs::create_dir(&place).expect("made");
    let browser = visitor("alice");
    let args = [&verb(&stage)[..], &["--browser", &browser]].concat();
    let mut command = stage.command_by(way, &args);
    command.env("TMPDIR", &place);
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let child = command.spawn().expect("runs");
    stage.until_asked(3);
    let pid = child.id().to_string();
    assert!(crate::support::machine::succeeds(&["kill", "-INT", &pid]));
    let done = Done::of(child);
    // The interrupt that was put off ends the process at last, as its caller expects it.
    assert_eq!((done.code, &*done.stdout), (None, ""), "{done:?}");
    assert!(done.stderr.contains("the login has ended"), "{done:?}");
    let page = crate::support::programs::get(&format!("{}/", stage.sandbox.issuer())).1;
    assert!(page.contains("; 0 logins are open"), "{page}");
    let left = std::fs::read_dir(&place).expect("there").count();
    assert_eq!(left, 0, "its directory is left");
}
