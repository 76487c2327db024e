//! The refresh in a helper process: which process may die, which one waits, and what callers are
//! told.

use std::process::Child;

use crate::support::machine;
use crate::support::programs::wait_for;
use crate::support::stage::{Done, Stage};

fn send(signal: &str, pid: u32) {
    let kill = std::process::Command::new("kill")
        .args([&format!("-{signal}"), &pid.to_string()])
        .status();
    assert!(kill.expect("kill runs").success(), "{signal} to {pid}");
}

/// A caller, started by `way`, whose refresh has reached the server, which takes its time.
fn under_way(stage: &Stage, milliseconds: u64, way: &[&str], args: &[&str]) -> Child {
    stage.expire();
    stage.fault(&format!("slow={milliseconds}"));
    let asked = stage.ledger().token_requests;
    let caller = stage.spawn_by(way, args);
    stage.until_asked(asked + 1);
    caller
}

/// The process that holds the lock, as the lock file says.
fn holder(stage: &Stage) -> u32 {
    let text = wait_for(&stage.file("work.lock"));
    text.split_whitespace()
        .nth(1)
        .and_then(|pid| pid.parse().ok())
        .expect("a pid")
}

#[test]
fn a_caller_with_little_time_is_told_to_come_again_and_the_token_lands() {
    let stage = Stage::logged_in();
    let caller = under_way(&stage, 1500, &[], &["token", "work", "--wait", "300ms"]);
    // Its pipes are closed although the refresh goes on: a `$(authctl token)` does not hang on it.
    let done = Done::of(caller);
    assert_eq!(
        stage.record()["generation"],
        1,
        "the answer is not there yet"
    );
    done.fails(
        5,
        &format!("the refresh goes on by itself, as pid {}", holder(&stage)),
    );
    stage.until_settled();
    assert_eq!(stage.record()["generation"], 2);
    stage.token();
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn a_caller_with_little_time_and_a_living_token_has_that() {
    let stage = Stage::logged_in();
    let old = stage.token();
    stage.age(293);
    stage.fault("slow=1500");
    let done = stage.run(&["token", "work", "--wait", "300ms"]);
    assert_eq!(done.answer(), old);
    assert!(
        done.stderr.contains("handing out the old token"),
        "{done:?}"
    );
    stage.until_settled();
    assert_ne!(stage.token(), old);
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn a_second_interrupt_says_what_goes_on_and_for_how_long_and_ends_the_caller_at_once() {
    let Some(by_default) = machine::default_signals() else {
        return;
    };
    let stage = Stage::logged_in();
    let caller = under_way(&stage, 3000, by_default, &["token", "work"]);
    let pid = caller.id();
    send("INT", pid);
    std::thread::sleep(std::time::Duration::from_millis(200));
    send("INT", pid);
    let done = Done::of(caller);
    assert_eq!((done.code, done.stdout.as_str()), (None, ""), "{done:?}");
    assert!(
        done.stderr
            .contains("a refresh is under way, for at most 1m"),
        "{done:?}"
    );
    assert!(
        done.stderr
            .contains(&format!("the refresh goes on as pid {}", holder(&stage))),
        "{done:?}"
    );
    assert!(done.stderr.contains("nothing is lost"), "{done:?}");
    assert_eq!(
        stage.record()["generation"],
        1,
        "it did not wait for the server"
    );
    stage.until_settled();
    stage.token();
    assert_eq!(
        (
            stage.record()["generation"].clone(),
            stage.ledger().refreshes
        ),
        (2.into(), 1)
    );
}

#[test]
fn the_refresh_itself_is_not_ended_by_any_signal_that_can_wait() {
    for signal in ["INT", "TERM", "HUP"] {
        let stage = Stage::logged_in();
        let caller = under_way(&stage, 800, &[], &["token", "work"]);
        send(signal, holder(&stage));
        // Its answer is lost with it, but not what it was sent for.
        let done = Done::of(caller);
        assert!(done.answer().starts_with("at-"), "{signal}: {done:?}");
        assert_eq!(
            stage.record()["tokens"]["access_token"],
            done.answer(),
            "{signal}"
        );
        assert_eq!(
            (stage.ledger().refreshes, stage.ledger().reuses),
            (1, 0),
            "{signal}"
        );
    }
}

#[test]
fn a_reader_that_went_away_does_not_stop_a_commit() {
    let stage = Stage::logged_in();
    let mut caller = under_way(&stage, 300, &[], &["token", "work"]);
    drop(caller.stdout.take());
    drop(caller.stderr.take());
    caller.wait().expect("it ends");
    assert_eq!(stage.record()["generation"], 2);
    stage.token();
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn a_stopped_holder_is_named_and_nothing_is_lost_when_it_goes_on() {
    let stage = Stage::logged_in();
    let old = stage.token();
    let caller = under_way(&stage, 200, &[], &["token", "work"]);
    let pid = holder(&stage);
    send("STOP", pid);
    let named = format!("pid {pid} on ");
    stage
        .run(&["token", "work", "--wait", "500ms"])
        .fails(5, &named);
    // A caller whose token still lives is told so too.
    stage.age(60 - 100_000);
    let done = stage.run(&["token", "work", "--min-ttl", "4m10s", "--wait", "500ms"]);
    assert_eq!(done.answer(), old);
    assert!(done.stderr.contains(&named), "{done:?}");
    send("CONT", pid);
    assert_ne!(Done::of(caller).answer(), old);
    stage.token();
    assert_eq!((stage.ledger().refreshes, stage.ledger().reuses), (1, 0));
}

#[test]
fn the_helper_is_no_verb_for_people() {
    let stage = Stage::logged_in();
    let before = stage.record();
    stage
        .run(&["refresh", "work"])
        .fails(2, "unrecognized subcommand 'refresh'");
    stage
        .run_with_stdin(&["refresh", "work"], "{}")
        .fails(2, "unrecognized subcommand 'refresh'");
    assert_eq!(stage.record(), before);
}

#[test]
fn an_order_under_a_lock_that_is_not_the_records_is_refused() {
    use std::io::{Read, Write};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;
    let stage = Stage::logged_in();
    stage.expire();
    let (mut caller, helper) = UnixStream::pair().expect("sockets");
    let elsewhere = std::fs::File::create(stage.home.path().join("other.lock")).expect("a file");
    let settings = [
        ("issuer", vec![stage.sandbox.issuer()]),
        ("client_id", vec!["sandbox"]),
    ];
    let order = serde_json::json!({"version": env!("CARGO_PKG_VERSION"), "profile": "work",
        "settings": settings,
        "secret": null});
    caller
        .write_all(order.to_string().as_bytes())
        .expect("sent");
    caller.shutdown(std::net::Shutdown::Write).expect("sent");
    let mut command = stage.command(&["refresh", "work"]);
    command.stdin(OwnedFd::from(helper)).stdout(elsewhere);
    let status = command.status().expect("runs");
    drop(command);
    let mut answer = String::new();
    caller.read_to_string(&mut answer).expect("an answer");
    assert!(!status.success() && answer.is_empty(), "{status} {answer}");
    assert_eq!(
        stage.ledger().refreshes,
        0,
        "nothing refreshes without the lock"
    );
}

#[test]
fn the_demo_shows_what_it_says() {
    let stage = Stage::new();
    let done = stage.run(&["demo"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stderr.contains("the new token landed all the same"),
        "{done:?}"
    );
}
