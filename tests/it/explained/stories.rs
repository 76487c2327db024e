//! `authctl explain` on what takes more than a stage: copies, deaths, disks, and sessions before.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use authctl::sandbox::Options;

use super::{explained, refresh, refused};
use crate::support::machine;
use crate::support::stage::{Done, Stage};

/// A copy of the whole state directory, as a backup or a disk image makes it.
fn copy_of(stage: &Stage) -> PathBuf {
    let copy = stage.home.path().join("copy");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(stage.state())
        .arg(&copy)
        .status();
    assert!(copied.expect("cp runs").success());
    copy
}

/// Two machines have the same session: the second one to refresh is refused. Whose copy it is can
/// be seen on the machine whose directory is one.
#[test]
fn two_copies_of_one_session_are_told() {
    for copy_is_first in [true, false] {
        let mut stage = Stage::logged_in();
        stage.expects_reuse = true;
        stage.expire();
        let copy = copy_of(&stage);
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

/// What `explain` says once the process that is dying in a refresh has ended: its caller may end
/// before it.
fn once_it_has_ended(stage: &Stage) -> Value {
    stage.until_settled();
    for _ in 0..400 {
        let found = explained(stage);
        if found["cause"] != "refreshing" {
            return found;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the process does not end");
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
    let found = once_it_has_ended(&stage);
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

/// What was found about an earlier session explained the end of a later one.
#[test]
fn an_earlier_sessions_copy_explains_no_later_end() {
    let mut stage = Stage::logged_in();
    stage.expects_reuse = true;
    stage.expire();
    let copy = copy_of(&stage);
    fs::remove_dir_all(stage.state()).expect("there");
    fs::rename(&copy, stage.state()).expect("moved");
    stage.token();
    stage.run(&["logout", "work", "--local"]).answer();
    stage.log_in();
    refresh(&stage);
    stage.sandbox.revoke_everything();
    refused(&stage);
    assert_eq!(explained(&stage)["cause"], "ended_elsewhere");
}

/// A key of the log that was lost made a foreign record of the session.
#[test]
fn a_lost_key_of_the_log_accuses_no_program() {
    let stage = Stage::logged_in();
    refresh(&stage);
    fs::remove_file(stage.file(".log-key")).expect("there");
    assert_eq!(explained(&stage)["cause"], "alive");
}
