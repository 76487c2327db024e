//! What a server may answer to a refresh, and what comes of it: a table, and the promise that
//! nothing is lost which could be kept.

use std::time::{Duration, Instant};

use crate::support::stage::Stage;

/// Faults with the exit code of a call whose token has expired, words of its message, and whether
/// the session goes on.
const OUTCOMES: &[(&str, i32, &str, bool)] = &[
    ("status=503", 5, "HTTP 503", true),
    (
        "status=403",
        5,
        "something between here and the server",
        true,
    ),
    ("status=429", 5, "HTTP 429", true),
    ("gateway=503", 5, "HTTP 503", true),
    ("gateway=403", 5, "HTTP 403", true),
    ("gateway=429", 5, "HTTP 429", true),
    ("status=404", 5, "HTTP 404", true),
    ("redirect", 5, "the token endpoint redirects", true),
    ("drop_before", 5, "no answer from 127.0.0.1", true),
    (
        "error=temporarily_unavailable",
        5,
        "temporarily_unavailable",
        true,
    ),
    ("error=server_error", 5, "server_error", true),
    (
        "error=interaction_required",
        4,
        "the server wants to see you",
        true,
    ),
    ("error=invalid_client", 6, "invalid_client", true),
    ("error=invalid_scope", 6, "invalid_scope", true),
    ("error=invalid_grant", 4, "the session has ended", false),
    (
        "error_in_200=invalid_grant",
        4,
        "the session has ended",
        false,
    ),
    (
        "error_object=refresh_token_reused",
        4,
        "the session has ended",
        false,
    ),
    ("error=what_is_this", 4, "not asked again before", false),
];

#[test]
fn every_answer_has_its_outcome() {
    for (fault, code, words, goes_on) in OUTCOMES {
        let stage = Stage::logged_in();
        stage.expire();
        let before = stage.refresh_token();
        stage.fault(fault);
        let done = stage.run(&["token", "work"]);
        assert!(done.code == Some(*code), "{fault}: {done:?}");
        done.fails(*code, words);
        assert_eq!(
            stage.refresh_token(),
            before,
            "{fault}: the refresh token is kept"
        );
        let asked = stage.ledger().token_requests;
        if *goes_on {
            stage.let_the_server_be_asked();
            stage.token();
            assert_eq!(stage.ledger().refreshes, 1, "{fault}");
            continue;
        }
        stage.run(&["token", "work"]).fails(*code, words);
        assert_eq!(
            stage.ledger().token_requests,
            asked,
            "{fault}: it is not asked again"
        );
        stage.log_in();
        stage.token();
    }
}

#[test]
fn lost_answers_are_asked_for_again_at_once_within_a_grace() {
    for fault in [
        "drop_after",
        "truncate",
        "not_json",
        "status_after=502",
        "huge",
    ] {
        for grace in authctl::sandbox::Grace::ALL
            .iter()
            .map(|(_, grace)| *grace)
            .skip(1)
        {
            let stage = Stage::logged_in_with(authctl::sandbox::Options {
                grace,
                ..Default::default()
            });
            stage.add_to_config("reuse_interval = \"30s\"\n");
            stage.expire();
            stage.fault(fault);
            stage.token();
            assert_eq!(
                (stage.ledger().refreshes, stage.ledger().forgiven),
                (1, 1),
                "{fault}, {grace:?}"
            );
            stage.expire();
            stage.token();
        }
    }
}

#[test]
fn an_answer_that_is_only_odd_is_taken() {
    for fault in [
        "form",
        "expires_in=\"3600\"",
        "expires_in=3600.5",
        "without=token_type",
        "without=scope",
    ] {
        let stage = Stage::logged_in();
        stage.expire();
        stage.fault(fault);
        stage.token();
        let life = stage.record()["tokens"]["expires_at"]
            .as_i64()
            .expect(fault)
            - stage.record()["tokens"]["obtained_at"]
                .as_i64()
                .expect(fault);
        assert!([300, 3600].contains(&life), "{fault}: {life}");
        assert_eq!(stage.record()["tokens"]["scope"][0], "openid", "{fault}");
    }
}

#[test]
fn absurd_lifetimes_are_unknown_and_never_a_loop() {
    for life in ["-1", "0", "1e308", "null", "\"soon\""] {
        let stage = Stage::logged_in();
        stage.expire();
        stage.fault(&format!("expires_in={life}"));
        let token = stage.token();
        assert_eq!(stage.token(), token, "{life}");
        assert_eq!(
            stage.record()["tokens"]["expires_at"],
            serde_json::Value::Null,
            "{life}"
        );
    }
}

#[test]
fn a_refresh_token_that_does_not_come_again_is_kept() {
    let stage = Stage::logged_in_with(authctl::sandbox::Options {
        rotate: false,
        ..Default::default()
    });
    let refresh = stage.refresh_token();
    for refreshes in 1..=3 {
        stage.expire();
        stage.token();
        assert_eq!(
            (stage.refresh_token(), stage.ledger().refreshes),
            (refresh.clone(), refreshes)
        );
    }
}

#[test]
fn a_session_that_has_ended_costs_the_server_nothing_and_the_caller_no_time() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.sandbox.revoke_everything();
    stage
        .run(&["token", "work"])
        .fails(4, "Unknown or invalid refresh token.");
    let asked = stage.ledger().token_requests;
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(stage.run(&["status", "work"]).code, Some(4));
    }
    let usual = began.elapsed();
    let began = Instant::now();
    for _ in 0..20 {
        stage
            .run(&["token", "work"])
            .fails(4, "the session has ended");
    }
    assert_eq!(stage.ledger().token_requests, asked);
    // Twenty waits for a network would not fit. On a machine under load, all commands take longer.
    assert!(began.elapsed() < Duration::from_secs(10).max(usual * 10));
}

#[test]
fn a_server_that_is_gone_keeps_the_session() {
    let stage = Stage::logged_in();
    let there = stage.record()["endpoints"]["token"].clone();
    stage.edit_record(|record| record["endpoints"]["token"] = "http://127.0.0.1:1/token".into());
    stage.expire();
    stage
        .run(&["token", "work"])
        .fails(5, "cannot reach 127.0.0.1:1");
    assert!(
        !stage.store().in_flight(),
        "nothing was sent, so nothing can be lost"
    );
    stage.edit_record(|record| record["endpoints"]["token"] = there);
    stage.let_the_server_be_asked();
    stage.token();
}

#[test]
fn the_servers_clock_is_learned_and_shown() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.fault("date=3600");
    stage.token();
    let skew = stage.record()["skew"].as_i64().expect("learned");
    assert!((3590..=3610).contains(&skew), "{skew}");
    assert!(
        stage
            .run(&["status"])
            .answer()
            .contains("seconds ahead of this machine's")
    );
}

/// A wrong issuer was mended in a job's variables, and the right server was left alone for the
/// failure of the wrong one.
#[test]
fn a_failure_at_one_server_is_none_at_another() {
    let stage = Stage::new();
    let wrong = [("AUTHCTL_ISSUER", "http://127.0.0.1:1")];
    let done = stage.run_machine(&wrong, &["token"]);
    done.fails(5, "127.0.0.1:1");
    let done = stage.run_machine(&wrong, &["token"]);
    done.fails(5, "is left alone for");
    // Nor does it make the wait for another server longer.
    let another = [("AUTHCTL_ISSUER", "http://127.0.0.1:2")];
    stage
        .run_machine(&another, &["token"])
        .fails(5, "127.0.0.1:2");
    let states = stage.run_machine(&another, &["status", "env", "--json"]);
    assert!(states.stdout.contains("\"count\":1"), "{states:?}");
    let done = stage.run_machine(&[], &["token"]);
    assert!(
        done.answer().starts_with("mt-") || done.answer().starts_with("at-"),
        "{done:?}"
    );
    assert_eq!(stage.ledger().token_requests, 1);
}
