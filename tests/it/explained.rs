//! `authctl explain`: every cause is staged, and none is taken for another.

use std::fs;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use authctl::sandbox::Options;
use authctl::time::Clock;

use crate::support::machine;
use crate::support::stage::{Done, Stage};

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
    scene(
        "logged_out",
        "logged out, here and at the server",
        |stage| {
            stage.run(&["logout", "work"]).answer();
        },
    ),
    scene("removed", "no logout removed it", |stage| {
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
    scene(
        "answer_lost",
        "although the server had spent the token",
        |stage| {
            stage.expects_reuse = true;
            stage.expire();
            stage.fault("drop_after");
            stage
                .run(&["token", "work"])
                .fails(5, "not known until the next try");
            stage
                .run(&["token", "work", "--now"])
                .fails(4, "was interrupted at");
        },
    ),
    scene("cannot_read", "nothing has ended", |stage| {
        fs::remove_file(stage.file("work.json")).expect("there");
        fs::create_dir(stage.file("work.json")).expect("made");
    }),
    scene("foreign_write", "another program has written it", |stage| {
        change(stage, |record| {
            record["tokens"]["access_token"] = "at-of-another-program".into();
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

/// Two machines have the same session: the second one to refresh is refused. Whose copy it is can
/// be seen on the machine whose directory is one.
#[test]
fn two_copies_of_one_session_are_told() {
    for copy_is_first in [true, false] {
        let mut stage = Stage::logged_in();
        stage.expects_reuse = true;
        stage.expire();
        let copy = stage.home.path().join("copy");
        let copied = Command::new("cp")
            .arg("-r")
            .arg(stage.state())
            .arg(&copy)
            .status();
        assert!(copied.expect("cp runs").success());
        let place = copy.display().to_string();
        let there = |args: &[&str]| stage.run_with(&[("AUTHCTL_HOME", &place)], args);
        if copy_is_first {
            there(&["token", "work"]).answer();
            stage.run(&["token", "work"]).fails(4, "invalid_grant");
            let found = explained(&stage);
            assert_eq!(found["cause"], "ended_elsewhere", "{found}");
            let text = found["text"].as_str().expect("a text");
            assert!(
                text.contains("another copy of this session exists"),
                "{text}"
            );
            assert_eq!(found["line"]["event"], "refresh_refused");
        } else {
            stage.run(&["token", "work"]).answer();
            there(&["token", "work"]).fails(4, "invalid_grant");
            let found = there(&["explain", "work", "--json"]);
            let found: Value = serde_json::from_str(found.answer()).expect("json");
            assert_eq!(found["cause"], "copied", "{found}");
            let log = fs::read_to_string(copy.join("log.jsonl")).expect("there");
            assert_eq!(log.matches("copy_found").count(), 1, "told once: {log}");
        }
    }
}

/// The message of exit 4 says why in a sentence, and who tells more.
#[test]
fn a_session_that_has_ended_says_why_at_once() {
    let stage = Stage::logged_in();
    refresh(&stage);
    stage.sandbox.revoke_everything();
    stage.expire();
    let done = stage.run(&["token", "work"]);
    done.fails(4, "although no process here had sent it before");
    assert!(
        done.stderr.contains("`authctl explain work` tells why"),
        "{done:?}"
    );
    // Without anything to explain there is nothing more to say.
    let fresh = Stage::new();
    fresh.configure("[profile.work]\nissuer = \"https://as.example\"\nclient_id = \"c\"\n");
    let done = fresh.run(&["token", "work"]);
    done.fails(4, "nobody has logged in");
    assert!(!done.stderr.contains("explain"), "{done:?}");
}

#[test]
fn a_process_that_died_in_a_refresh_is_named() {
    if !machine::has_fault_points() {
        return;
    }
    let mut stage = Stage::logged_in();
    stage.expects_reuse = true;
    stage.expire();
    let died = (1..).find_map(|n| {
        let (step, _) = stage.token_dying_at(n, true);
        (step.expect("a step") == "refresh: answered").then_some(())
    });
    assert!(died.is_some());
    let found = explained(&stage);
    assert_eq!(found["cause"], "interrupted", "{found}");
    assert!(
        found["text"]
            .as_str()
            .expect("a text")
            .contains("died in it"),
        "{found}"
    );
    stage.run(&["token", "work"]).fails(4, "was interrupted at");
    let found = explained(&stage);
    assert_eq!(found["cause"], "interrupted", "{found}");
    assert_eq!(found["line"]["event"], "refresh_interrupted", "{found}");
    let pid = found["line"]["of_pid"].to_string();
    assert!(
        found["text"].as_str().expect("a text").contains(&pid),
        "{found}"
    );
}

/// The disk becomes read-only between the request and the answer.
#[cfg(target_os = "linux")]
#[test]
fn a_session_that_could_not_be_saved_in_its_place_is_found() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.fault("slow=1500");
    let state = stage.state().display().to_string();
    let bind = ["mount", "--bind", &state, &state];
    let unbind = ["umount", "-l", &state];
    if !machine::succeeds(&bind) || !machine::succeeds(&unbind) {
        machine::not_run("no file system can be mounted here");
        return;
    }
    let child = stage.spawn(&["token", "work"]);
    stage.until_asked(2);
    // A file that is open for writing keeps a file system from becoming read-only, and not a second
    // mount of the directory.
    assert!(machine::succeeds(&bind));
    assert!(machine::succeeds(&[
        "mount",
        "-o",
        "remount,bind,ro",
        &state
    ]));
    let done = Done::of(child);
    let found = explained(&stage);
    assert!(machine::succeeds(&unbind));
    assert!(done.stderr.contains("is kept in"), "{done:?}");
    assert_eq!(found["cause"], "not_saved", "{found}");
    assert!(
        found["text"].as_str().expect("a text").contains("lies in "),
        "{found}"
    );
    stage.token();
    assert_eq!(explained(&stage)["cause"], "alive", "it was brought home");
}

#[test]
fn a_refresh_that_is_under_way_is_no_failure() {
    let stage = Stage::logged_in_with(Options {
        latency: Duration::from_millis(1500),
        ..Options::default()
    });
    stage.expire();
    let child = stage.spawn(&["token", "work"]);
    stage.until_asked(2);
    let found = explained(&stage);
    assert_eq!(found["cause"], "refreshing", "{found}");
    Done::of(child).answer();
    assert_eq!(explained(&stage)["cause"], "alive");
}
