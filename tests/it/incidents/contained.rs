//! What went wrong in containers and minimal systems: no process that looks after orphans, no
//! `/proc`, no `/dev/null`, and an end that ends everything.

use std::fs;
use std::time::{Duration, Instant};

use super::{by_shell, shell_command};
use authctl::sandbox::Options;

use crate::support::machine;
use crate::support::programs::wait_for;
use crate::support::stage::{Done, Stage};

/// The first process of a container waited for a minute and a half although it was told to wait for
/// less, and "the refresh goes on by itself" was said of a refresh that ended with the container.
#[test]
fn the_first_process_of_a_container_keeps_to_its_time_and_claims_nothing() {
    if !machine::has_pid_namespaces() {
        return;
    }
    for wrapped in [
        "exec unshare -pf --mount-proc \"$AUTHCTL\" token work --wait 100ms",
        "exec unshare -pf --mount-proc sh -c '\"$AUTHCTL\" token work --wait 100ms; exit $?'",
    ] {
        let mut stage = Stage::logged_in();
        stage.expects_reuse = true;
        stage.expire();
        stage.fault("slow=9000");
        let began = Instant::now();
        let done = by_shell(&stage, wrapped);
        done.fails(5, "unless this container ends");
        assert!(done.stderr.contains("without `--wait`"), "{done:?}");
        assert!(began.elapsed() < Duration::from_secs(7), "{done:?}");
    }
}

/// A last step that waits is the way out.
#[test]
fn a_last_step_without_a_limit_waits_for_the_refresh_of_its_container() {
    if !machine::has_pid_namespaces() {
        return;
    }
    let stage = Stage::logged_in();
    stage.expire();
    stage.fault("slow=1500");
    let script = "exec unshare -pf --mount-proc sh -c '\
        \"$AUTHCTL\" token work --wait 100ms; \"$AUTHCTL\" token work; exit $?'";
    let done = by_shell(&stage, script);
    assert_eq!(
        stage.record()["tokens"]["access_token"],
        done.answer(),
        "{done:?}"
    );
    assert_eq!((stage.ledger().refreshes, stage.ledger().reuses), (1, 0));
}

/// Each refresh left a zombie where the first process does not look after orphans: 288 a day, until
/// the container's limit of processes stopped the application.
#[test]
fn no_refresh_leaves_a_zombie() {
    if !machine::has_pid_namespaces() {
        return;
    }
    let stage = Stage::logged_in_with(Options {
        access_ttl: Duration::from_secs(1),
        ..Options::default()
    });
    // The first process, `sleep`, waits for no other one.
    let script = "exec unshare -pf --mount-proc --kill-child sh -c '(\
        for n in 1 2 3 4 5; do sleep 1.1; \"$AUTHCTL\" token work >/dev/null; done; \
        cat /proc/[0-9]*/stat | grep -c \" Z \" >\"$HOME/new\"; mv \"$HOME/new\" \"$HOME/zombies\"\
        ) & exec sleep 60'";
    let mut container = shell_command(&stage, script).spawn().expect("sh runs");
    let zombies = wait_for(&stage.home.path().join("zombies"));
    container.kill().expect("it runs");
    container.wait().expect("it ends");
    assert_eq!(zombies.trim(), "0");
    assert_eq!(stage.ledger().refreshes, 5);
}

/// Where `/proc` or `/dev/null` is missing no helper was used, and nothing said so: each caller
/// that was killed in a refresh lost the session.
#[test]
fn a_killed_caller_loses_nothing_in_a_minimal_system() {
    if !machine::has_root() || !machine::has_programs(&["unshare"]) {
        return;
    }
    for hidden in ["/proc", "/dev"] {
        let stage = Stage::logged_in();
        stage.expire();
        stage.fault("slow=1500");
        let asked = stage.ledger().token_requests;
        // An empty file system lies over the place.
        let script = format!(
            "exec unshare -m sh -c 'mount -t tmpfs none {hidden} && exec \"$AUTHCTL\" token work'"
        );
        let mut caller = shell_command(&stage, &script).spawn().expect("sh runs");
        stage.until_asked(asked + 1);
        caller.kill().expect("it runs");
        let done = Done::of(caller);
        assert_eq!((done.code, done.stderr.as_str()), (None, ""), "{hidden}");
        stage.until_settled();
        assert!(stage.token().starts_with("at-"), "{hidden}");
        let ledger = stage.ledger();
        assert_eq!((ledger.refreshes, ledger.reuses), (1, 0), "{hidden}");
    }
}

/// A machine was paused for longer than a request may take, with the server's answer in the socket.
/// When it went on, the time was over and the answer thrown away. The scene takes its 22 seconds:
/// the limit is 20.
#[test]
fn an_answer_that_came_during_a_pause_is_read() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.fault("slow=700");
    let asked = stage.ledger().token_requests;
    let caller = stage.spawn(&["token", "work"]);
    stage.until_asked(asked + 1);
    let holder = fs::read_to_string(stage.file("work.lock")).expect("it is held");
    let helper = holder.split_whitespace().nth(1).expect("a pid").to_owned();
    assert!(machine::succeeds(&["kill", "-STOP", &helper]));
    std::thread::sleep(Duration::from_secs(22));
    assert!(machine::succeeds(&["kill", "-CONT", &helper]));
    let done = Done::of(caller);
    assert!(done.answer().starts_with("at-"), "{done:?}");
    assert_eq!((stage.ledger().refreshes, stage.ledger().reuses), (1, 0));
}

/// `timeout 1 authctl token` on a server that hangs took as long as the server.
#[test]
fn a_caller_with_a_time_limit_ends_when_that_is_over() {
    if !machine::has_programs(&["timeout"]) {
        return;
    }
    let stage = Stage::logged_in();
    stage.expire();
    stage.fault("slow=9000");
    let began = Instant::now();
    let done = Done::of(stage.spawn_by(&["timeout", "1"], &["token", "work"]));
    assert_eq!(done.code, Some(124), "{done:?}");
    assert!(
        began.elapsed() < Duration::from_secs(7),
        "{:?}",
        began.elapsed()
    );
    stage.until_settled();
    stage.token();
    assert_eq!((stage.ledger().refreshes, stage.ledger().reuses), (1, 0));
}
