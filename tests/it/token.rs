//! `authctl token`: formats, wants, machines.

use serde_json::Value;

use crate::support::programs::AUTHCTL;
use crate::support::stage::{Done, Stage};

#[test]
fn every_format_says_the_same_token() {
    let stage = Stage::logged_in();
    let token = stage.token();
    assert_eq!(
        stage.run(&["token"]).answer(),
        token,
        "the only profile is the default"
    );
    assert_eq!(
        stage.run(&["token", "work", "--format", "header"]).answer(),
        format!("Authorization: Bearer {token}")
    );
    let env = stage.run(&["token", "work", "--format", "env"]);
    let script = format!("{}\nprintf %s \"$AUTHCTL_ACCESS_TOKEN\"", env.answer());
    let shell = std::process::Command::new("sh")
        .args(["-c", &script])
        .output()
        .expect("sh runs");
    assert_eq!(String::from_utf8_lossy(&shell.stdout), token);
    let json: Value =
        serde_json::from_str(stage.run(&["token", "work", "--json"]).answer()).expect("json");
    assert_eq!(json["access_token"], token.as_str());
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!(json["scope"], "openid offline_access");
    assert!(
        json["expires_in"]
            .as_u64()
            .is_some_and(|left| (290..=300).contains(&left)),
        "{json}"
    );
    let id: Value = serde_json::from_str(
        stage
            .run(&["token", "work", "--id-token", "--json"])
            .answer(),
    )
    .expect("json");
    assert_eq!(
        id["id_token"].as_str().expect("a token").split('.').count(),
        3
    );
    assert_eq!(stage.ledger().token_requests, 1, "all of that was cached");
}

#[test]
fn a_minimum_life_is_met_once_and_an_impossible_one_makes_no_storm() {
    let stage = Stage::logged_in();
    let first = stage.token();
    stage.age(100);
    assert_eq!(stage.token(), first);
    let second = stage.run(&["token", "work", "--min-ttl", "4m"]);
    assert_ne!(second.answer(), first);
    assert_eq!(stage.ledger().refreshes, 1);
    let third = stage.run(&["token", "work", "--min-ttl", "1h"]);
    assert_eq!(
        third.answer(),
        second.answer(),
        "five minutes is all that this server gives"
    );
    stage.age(60);
    let fourth = stage.run(&["token", "work", "--min-ttl", "1h"]);
    assert!(
        fourth.stderr.contains("less than --min-ttl asks for"),
        "{fourth:?}"
    );
    assert_eq!(stage.ledger().refreshes, 2);
}

#[test]
fn the_last_minute_is_refreshed_and_a_failed_early_refresh_is_only_a_warning() {
    let stage = Stage::logged_in();
    stage.age(293);
    let old = stage.record()["tokens"]["access_token"].clone();
    stage.fault("status=503");
    let done = stage.run(&["token", "work"]);
    assert_eq!(done.answer(), old.as_str().expect("a token"));
    assert!(
        done.stderr
            .contains("handing out the old token, which lives on"),
        "{done:?}"
    );
    stage.let_the_server_be_asked();
    assert_ne!(stage.token(), old.as_str().expect("a token"));
}

#[test]
fn a_refused_token_is_replaced_once_however_it_is_named() {
    let stage = Stage::logged_in();
    let first = stage.token();
    let second = stage
        .run_with_stdin(&["token", "work", "--rejected", "-"], &format!("{first}\n"))
        .answer()
        .to_owned();
    assert_ne!(second, first);
    // A caller that is late says the same of the first token: the newer one is what it needs.
    let late = stage.run_with_stdin(&["token", "work", "--rejected", "-"], &first);
    assert_eq!(late.answer(), second);
    assert_eq!(stage.ledger().refreshes, 1);
    stage
        .run(&["token", "work", "--rejected", &second])
        .fails(2, "--rejected takes a fingerprint");
    stage
        .run_with_stdin(&["token", "work", "--rejected", "-"], "")
        .fails(2, "there is no token on stdin");
}

#[test]
fn a_refused_token_is_not_handed_out_again_when_the_refresh_fails() {
    let stage = Stage::logged_in();
    let token = stage.token();
    stage.fault("status=503");
    stage
        .run_with_stdin(&["token", "work", "--rejected", "-"], &token)
        .fails(5, "HTTP 503");
}

#[test]
fn a_scope_that_was_not_granted_is_said_without_asking() {
    let stage = Stage::logged_in();
    assert_eq!(
        stage
            .run(&["token", "work", "--require-scope", "openid"])
            .code,
        Some(0)
    );
    stage
        .run(&["token", "work", "--require-scope", "admin"])
        .fails(4, "does not have the scope admin");
    assert_eq!(stage.ledger().refreshes, 0);
}

#[test]
fn an_unknown_expiry_is_neither_expired_nor_for_ever() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.fault("without=expires_in");
    let token = stage.token();
    assert_eq!(stage.record()["tokens"]["expiry"], "unknown");
    assert_eq!(
        stage.token(),
        token,
        "it will do until a caller says otherwise"
    );
    stage.edit_record(|record| {
        record["tokens"]["obtained_at"] =
            (record["tokens"]["obtained_at"].as_i64().unwrap_or(0) - 1000).into()
    });
    assert_eq!(stage.token(), token);
    assert_ne!(
        stage.run(&["token", "work", "--min-ttl", "2m"]).answer(),
        token,
        "two minutes cannot be promised"
    );
}

#[test]
fn an_assumed_life_ends() {
    let stage = Stage::logged_in();
    stage.add_to_config("assumed_ttl = \"10m\"\n");
    stage.expire();
    stage.fault("without=expires_in");
    stage.token();
    assert_eq!(stage.record()["tokens"]["expiry"], "assumed");
    stage.age(601);
    stage.token();
    assert_eq!(stage.ledger().refreshes, 2);
}

fn machine(stage: &Stage, more: &[(&str, &str)]) -> Done {
    stage.run_machine(more, &["token"])
}

#[test]
fn a_ci_job_needs_no_file_and_its_token_is_cached() {
    for method in ["client_secret_basic", "client_secret_post"] {
        let stage = Stage::new();
        let method = [("AUTHCTL_AUTH_METHOD", method)];
        let token = machine(&stage, &method).answer().to_owned();
        assert_eq!(machine(&stage, &method).answer(), token);
        assert_eq!(stage.ledger().client_credentials, 1);
        assert!(!stage.config().exists());
        let record = std::fs::read_to_string(stage.file("env.json")).expect("there");
        assert!(!record.contains("sandbox-secret"));
        assert!(
            record.contains(method[0].1),
            "how the client proved itself is remembered"
        );
        std::fs::write(
            stage.file("env.json"),
            record.replace("\"expires_at\"", "\"ended_at\""),
        )
        .expect("written");
        machine(&stage, &[("AUTHCTL_SCOPE", "read")]).answer();
        assert_eq!(
            stage.ledger().client_credentials,
            2,
            "another scope is another token, and no error"
        );
    }
}

#[test]
fn a_machine_with_a_wrong_secret_is_told_so() {
    let stage = Stage::new();
    machine(&stage, &[("AUTHCTL_CLIENT_SECRET", "wrong")]).fails(6, "invalid_client");
    let file = stage.home.path().join("secret");
    std::fs::write(&file, "sandbox-secret\n").expect("written");
    stage.let_the_server_be_asked();
    let by_file = machine(
        &stage,
        &[
            ("AUTHCTL_CLIENT_SECRET", ""),
            ("AUTHCTL_CLIENT_SECRET_FILE", &file.display().to_string()),
        ],
    );
    assert!(by_file.answer().starts_with("at-"));
    stage.run(&["logout", "env"]);
    machine(
        &stage,
        &[
            ("AUTHCTL_CLIENT_SECRET", ""),
            ("AUTHCTL_CLIENT_SECRET_FILE", "/nonexistent"),
        ],
    )
    .fails(6, "no client secret in /nonexistent");
}

#[test]
fn a_clock_that_was_set_back_costs_one_refresh_and_no_login() {
    let stage = Stage::logged_in();
    stage.age(-7200);
    let token = stage.token();
    assert_eq!(stage.ledger().refreshes, 1);
    assert_eq!(stage.token(), token);
    assert_eq!(stage.ledger().refreshes, 1, "one is enough");
}

/// `token >&-` gave its answer to no reader, and called that a success.
#[test]
fn a_closed_stdout_is_a_failure_and_dev_null_is_none() {
    let stage = Stage::logged_in();
    for (script, code) in [
        ("token work >&-", 1),
        ("token work --json >&-", 1),
        ("status work >&-", 1),
        ("hook token work >&- </dev/null", 1),
        ("token work >/dev/null", 0),
        // As Node, Go and daemons open it for a program whose answer they do not want.
        ("token work 1<>/dev/null", 0),
        ("token work --output /dev/null >&-", 0),
    ] {
        let mut command = std::process::Command::new("sh");
        let done = command
            .args(["-c", &format!("exec {AUTHCTL} {script}")])
            .env_clear()
            .env("AUTHCTL_HOME", stage.state())
            .env("AUTHCTL_CONFIG", stage.config());
        let done = Done::from(done.output().expect("sh runs"));
        assert_eq!(done.code, Some(code), "{script}: {done:?}");
        let is_told = done
            .stderr
            .contains("cannot write the answer: stdout is closed");
        assert_eq!(is_told, code == 1, "{script}: {done:?}");
    }
}

#[test]
fn a_machine_whose_server_changes_asks_the_new_one_and_only_it() {
    let (old, new) = (Stage::new(), Stage::new());
    machine(&old, &[]).answer();
    let asked = old.ledger().token_requests;
    let moved = machine(&old, &[("AUTHCTL_ISSUER", new.sandbox.issuer())]);
    assert!(moved.answer().starts_with("at-"));
    assert_eq!(
        (old.ledger().token_requests, new.ledger().client_credentials),
        (asked, 1)
    );
}

#[test]
fn a_missing_secret_is_no_matter_while_the_token_lives() {
    let stage = Stage::new();
    let token = machine(&stage, &[]).answer().to_owned();
    let done = machine(&stage, &[("AUTHCTL_CLIENT_SECRET", "")]);
    assert_eq!(done.answer(), token);
    let path = stage.file("env.json");
    let mut record: Value =
        serde_json::from_slice(&std::fs::read(&path).expect("there")).expect("json");
    for date in ["obtained_at", "expires_at"] {
        record["tokens"][date] = (record["tokens"][date].as_i64().expect("a date") - 293).into();
    }
    std::fs::write(&path, record.to_string()).expect("written");
    let early = machine(&stage, &[("AUTHCTL_CLIENT_SECRET", "")]);
    assert_eq!(early.answer(), token);
    assert!(
        early
            .stderr
            .contains("needs a secret, and none is configured"),
        "{early:?}"
    );
}

fn log_in_by_secret(stage: &Stage, secret: &str) -> Done {
    let file = stage.home.path().join("secret");
    std::fs::write(&file, secret).expect("written");
    stage.configure("[profile.bot]\ngrant = \"client_credentials\"\nclient_id = \"machine\"\n");
    let file = file.display().to_string();
    let issuer = stage.sandbox.issuer();
    stage.run(&[
        "login",
        "bot",
        "--issuer",
        issuer,
        "--client-secret-file",
        &file,
    ])
}

#[test]
fn a_machines_login_proves_the_secret_that_it_was_given() {
    let stage = Stage::new();
    assert_eq!(log_in_by_secret(&stage, "sandbox-secret").code, Some(0));
    log_in_by_secret(&stage, "wrong").fails(6, "invalid_client");
    assert!(
        !std::fs::read_to_string(stage.config())
            .expect("there")
            .contains("client_secret")
    );
}

#[test]
fn a_refusal_without_a_session_is_the_clients_and_not_a_persons() {
    let stage = Stage::new();
    stage.fault("error=invalid_request@client_credentials");
    machine(&stage, &[]).fails(6, "does not accept this client");
    stage.let_the_server_be_asked();
    assert!(machine(&stage, &[]).answer().starts_with("at-"));
}

/// A token that is not saved was asked for with the secret of a second run of the command, which
/// may ask a person.
#[test]
fn a_command_for_the_secret_that_fails_is_run_once() {
    let stage = Stage::new();
    let runs = stage.home.path().join("runs");
    let command = format!("sh -c 'echo run >> {}; exit 1'", runs.display());
    stage.configure(&format!(
        "[profile.bot]\ngrant = \"client_credentials\"\nclient_id = \"machine\"\nissuer = \
         \"{}\"\nstore = \"none\"\nclient_secret = {{ command = \"{command}\" }}\n",
        stage.sandbox.issuer()
    ));
    stage
        .run(&["token", "bot"])
        .fails(6, "there is no client secret");
    let runs = std::fs::read_to_string(&runs).expect("it was run");
    assert_eq!(runs.lines().count(), 1);
}

/// After a failure of the store, the profile that the environment makes was looked for by its name
/// in the configuration file.
#[test]
fn a_store_that_fails_leaves_the_environments_profile_the_one_that_is_meant() {
    let stage = Stage::new();
    let state = stage.home.path().join("a file");
    std::fs::write(&state, "").expect("written");
    stage.configure("this is not TOML");
    let place = [("AUTHCTL_HOME", state.join("state").display().to_string())];
    let mut command = stage.machine_command(&["token"]);
    command.envs(place.iter().map(|(name, path)| (name, path)));
    // A client that costs no token gets one all the same, and is told why it is not kept.
    let output: Done = command.output().expect("runs").into();
    assert!(
        output.stderr.contains("the token is not kept"),
        "{output:?}"
    );
    assert_eq!(output.code, Some(0), "{output:?}");
}

/// A scope with a character that no scope has was dropped, and the token printed without it.
#[test]
fn a_demand_that_cannot_be_read_is_not_dropped() {
    let stage = Stage::logged_in();
    for scope in ["admin\u{a0}", "\u{e4}dmin", "", " ", ",", "ad\u{1}min"] {
        let done = stage.run(&["token", "work", "--require-scope", scope]);
        done.fails(2, "--require-scope takes scopes");
    }
}
