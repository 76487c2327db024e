//! `authctl explain`: every cause is staged, and none is taken for another.

mod stories;

use std::fs;

use serde_json::Value;

use authctl::time::Clock;

use crate::support::stage::Stage;

const DAY: i64 = 86_400;

/// What `explain` says of `work`.
fn explained(stage: &Stage) -> Value {
    let done = stage.run(&["explain", "work", "--json"]);
    serde_json::from_str(done.answer()).expect("json")
}

/// A scene: what it is called in JSON, what a person reads, how it comes about.
struct Scene {
    cause: &'static str,
    words: &'static str,
    play: fn(&mut Stage),
}

const fn scene(cause: &'static str, words: &'static str, play: fn(&mut Stage)) -> Scene {
    Scene { cause, words, play }
}

/// Sessions that nothing but time, the server or a person has ended, and what else can be staged
/// with a stage alone.
const SCENES: &[Scene] = &[
    scene("alive", "The session is alive: generation 2", |stage| {
        refresh(stage);
    }),
    scene("alive", "The next call renews its token", |stage| {
        stage.expire();
    }),
    scene(
        "logged_out",
        "logged out, here and at the server",
        |stage| {
            stage.run(&["logout", "work"]).answer();
        },
    ),
    scene("removed", "no logout is in the log", |stage| {
        for name in ["work.json", "work.previous"] {
            let _ = fs::remove_file(stage.file(name));
        }
    }),
    scene("not_renewable", "had given no refresh token", |stage| {
        change(stage, |record| {
            let tokens = record["tokens"].as_object_mut().expect("an object");
            tokens.remove("refresh_token");
        });
        stage.expire();
    }),
    scene("expired", "as the server had said", |stage| {
        refused_after(stage, "", |record| {
            let now = Clock.now().0;
            record["tokens"]["refresh_expires_at"] = (now - 60).into();
        });
    }),
    scene("expired", "not used for 7d", |stage| {
        refused_after(stage, "okta", |record| {
            let then = Clock.now().0 - 8 * DAY;
            record["tokens"]["obtained_at"] = then.into();
            record["tokens"]["expires_at"] = (then + 300).into();
        });
    }),
    scene("expired", "ends sessions 30d after it", |stage| {
        refused_after(stage, "cognito", |record| {
            record["logged_in_at"] = (Clock.now().0 - 31 * DAY).into();
        });
    }),
    scene("expired", "too old, or unused for too long", |stage| {
        refused_with(stage, "error=token_expired");
    }),
    scene("reused", "another copy of this session exists", |stage| {
        refused_with(stage, "error=refresh_token_reused");
    }),
    scene(
        "revoked",
        "a password change, a logout elsewhere",
        |stage| {
            refused_with(stage, "error=token_revoked");
        },
    ),
    scene("revoked", "refresh tokens are not spent", |stage| {
        be_of(stage, "google");
        stage.fault("with={\"refresh_token\":null}");
        refresh(stage);
        stage.sandbox.revoke_everything();
        refused(stage);
    }),
    // This server is said to spend no refresh token, although it gives new ones.
    scene("foreign_write", "is not the one that was saved", |stage| {
        be_of(stage, "google");
        let old = fs::read(stage.file("work.json")).expect("there");
        refresh(stage);
        fs::write(stage.file("work.json"), old).expect("written");
        stage.sandbox.revoke_everything();
        refused(stage);
    }),
    // A refresh that brings no refresh token has spent none.
    scene("ended_elsewhere", "exists and was used", |stage| {
        stage.fault("with={\"refresh_token\":null}");
        refresh(stage);
        stage.sandbox.revoke_everything();
        refused(stage);
    }),
    scene(
        "ended_elsewhere",
        "although no process here had sent it before",
        |stage| {
            refresh(stage);
            stage.sandbox.revoke_everything();
            refused(stage);
        },
    ),
    scene("answer_lost", "had spent the token all the same", |stage| {
        stage.expects_reuse = true;
        stage.expire();
        stage.fault("drop_after");
        stage
            .run(&["token", "work"])
            .fails(5, "not known until the next try");
        stage
            .run(&["token", "work", "--now"])
            .fails(4, "was interrupted at");
    }),
    scene("cannot_read", "nothing has ended", |stage| {
        fs::remove_file(stage.file("work.json")).expect("there");
        fs::create_dir(stage.file("work.json")).expect("made");
    }),
    scene("foreign_write", "another program has written it", |stage| {
        change(stage, |record| {
            record["tokens"]["access_token"] = "at-of-another-program".into();
            let then = record["tokens"]["obtained_at"].as_i64().expect("a time") - 5;
            record["tokens"]["obtained_at"] = then.into();
        });
    }),
    scene(
        "foreign_write",
        "older copy of the record was put back",
        |stage| {
            stage.expects_reuse = true;
            let older = fs::read(stage.file("work.json")).expect("there");
            refresh(stage);
            refresh(stage);
            fs::write(stage.file("work.json"), older).expect("written");
            stage.expire();
            stage
                .run(&["token", "work"])
                .fails(4, "the session is lost");
        },
    ),
    scene("foreign_write", "had been spent at", |stage| {
        stage.expects_reuse = true;
        let older = fs::read(stage.file("work.json")).expect("there");
        refresh(stage);
        fs::write(stage.file("work.json"), older).expect("written");
        let _ = fs::remove_file(stage.file("work.previous"));
        refused(stage);
    }),
    scene(
        "profile_changed",
        "client_id was sandbox and is other",
        |stage| {
            let config = fs::read_to_string(stage.config()).expect("there");
            stage.configure(&config.replace("client_id = \"sandbox\"", "client_id = \"other\""));
        },
    ),
    scene(
        "client_refused",
        "in words that end no session by themselves",
        |stage| refused_with(stage, "error=invalid_request"),
    ),
    scene("profile_broken", "`grant` is `magic`", |stage| {
        stage.add_to_config("grant = \"magic\"\n");
    }),
    scene("clock_jumped", "clock jumped by 2h", |stage| {
        stage.fault("date=7200");
        refresh(stage);
    }),
    scene("unreachable", "cannot reach 127.0.0.1", |stage| {
        stage.sandbox.stop();
        failed(stage, 5);
    }),
    scene("unreachable", "no answer from 127.0.0.1", |stage| {
        stage.expects_reuse = true;
        stage.fault("drop_before");
        failed(stage, 5);
    }),
    scene(
        "not_the_server",
        "a proxy's, a gateway's or a captive portal's",
        |stage| {
            stage.fault("status=503");
            failed(stage, 5);
        },
    ),
    scene("server_failing", "temporarily_unavailable", |stage| {
        stage.fault("description=later");
        failed(stage, 5);
    }),
    scene("client_refused", "invalid_client", |stage| {
        stage.fault("error=invalid_client");
        failed(stage, 6);
    }),
    scene("person_wanted", "interaction_required", |stage| {
        stage.fault("error=interaction_required");
        failed(stage, 4);
    }),
];

fn change(stage: &Stage, change: impl FnOnce(&mut Value)) {
    let mut record = stage.record();
    change(&mut record);
    fs::write(stage.file("work.json"), record.to_string()).expect("written");
}

fn refresh(stage: &Stage) {
    stage.expire();
    stage.token();
}

fn failed(stage: &Stage, code: i32) {
    stage.expire();
    let done = stage.run(&["token", "work"]);
    assert_eq!(done.code, Some(code), "{done:?}");
}

fn refused(stage: &Stage) {
    failed(stage, 4);
}

fn refused_with(stage: &Stage, fault: &str) {
    stage.fault(fault);
    refused(stage);
}

/// Makes the profile one of this provider, without a change of what its session was made for.
fn be_of(stage: &Stage, provider: &str) {
    let scope = "scope = [\"openid\", \"offline_access\"]";
    stage.add_to_config(&format!("provider = \"{provider}\"\n{scope}\n"));
}

/// Has the session refused after a change of the record, at a provider.
fn refused_after(stage: &Stage, provider: &str, how: fn(&mut Value)) {
    if !provider.is_empty() {
        be_of(stage, provider);
    }
    stage.expire();
    change(stage, how);
    stage.sandbox.revoke_everything();
    stage.run(&["token", "work"]).fails(4, "invalid_grant");
}

#[test]
fn every_cause_is_told_from_every_other() {
    for Scene { cause, words, play } in SCENES {
        let mut stage = Stage::logged_in();
        play(&mut stage);
        let found = explained(&stage);
        assert_eq!(found["cause"], *cause, "{words}: {found}");
        let text = found["text"].as_str().expect("a text");
        assert!(text.contains(words), "no `{words}` in {text}");
        let told = stage.run(&["explain", "work"]);
        assert!(told.answer().contains(words), "{told:?}");
    }
}

#[test]
fn a_profile_without_a_login_is_told_so() {
    let stage = Stage::new();
    stage.configure("[profile.work]\nissuer = \"https://as.example\"\nclient_id = \"c\"\n");
    let found = explained(&stage);
    assert_eq!(found["cause"], "never_logged_in");
    assert_eq!(found["command"], "authctl login work");
    stage
        .run(&["explain", "nobody"])
        .fails(6, "there is no profile");
}
