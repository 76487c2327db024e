//! Death at every step of a refresh: the record stays whole, and the next call works or says what
//! was lost and why.

use authctl::sandbox::{Grace, Options};

use crate::support::machine;
use crate::support::stage::{Done, StageOf};
use crate::support::storage::Storage;

/// Steps after which the server has rotated and no record says so yet: the one window that no
/// client can close.
const WINDOW: &[&str] = &["refresh: answered", "commit: before the record is written"];

/// Lets the process that refreshes die at its n-th fault point for n = 1, 2, ... until none is
/// left. Says at which steps the session was lost.
fn die_everywhere<S: Storage>(options: Options, provider: &str, with_caller: bool) -> Vec<String> {
    let mut lost = Vec::new();
    for n in 1.. {
        let mut stage = StageOf::<S>::logged_in_with(options.clone());
        stage.expects_reuse = true;
        stage.add_to_config(provider);
        stage.expire();
        let before = stage.record();
        let (step, died) = stage.token_dying_at(n, with_caller);
        let Some(step) = step else {
            assert_eq!(died.code, Some(0), "{died:?}");
            assert!(n > 10, "only {n} steps were tried");
            return lost;
        };
        let after = stage.record();
        assert!(
            !with_caller || after == before || after["generation"] == 2,
            "at `{step}` the record is neither old nor new"
        );
        assert!(died.stdout.is_empty() || !with_caller, "at `{step}`");

        // A caller that lives finishes what it finds, and does not have to be called again.
        let next = if with_caller {
            stage.run(&["token", "work"])
        } else {
            died
        };
        if next.code == Some(0) {
            assert_eq!(stage.ledger().reuses, 0, "at `{step}`");
            assert!(
                !stage.file("work.pending").exists(),
                "at `{step}` the write-ahead file is still there"
            );
            // And the session goes on: the refresh token that is stored now is the server's newest.
            stage.expire();
            stage.token();
        } else {
            next.fails(4, "was interrupted at");
            lost.push(step);
        }
    }
    lost
}

fn without_any_grace_only_the_window_that_no_client_can_close_loses_a_session<S: Storage>() {
    if !machine::has_fault_points() {
        return;
    }
    for with_caller in [true, false] {
        assert_eq!(
            die_everywhere::<S>(Options::default(), "", with_caller),
            WINDOW
        );
    }
}

fn with_a_grace_no_death_loses_a_session<S: Storage>() {
    if !machine::has_fault_points() {
        return;
    }
    for grace in [Grace::NewPair, Grace::SamePair, Grace::LatestWins] {
        let options = Options {
            grace,
            ..Options::default()
        };
        for with_caller in [true, false] {
            let lost =
                die_everywhere::<S>(options.clone(), "reuse_interval = \"30s\"\n", with_caller);
            assert!(lost.is_empty(), "{grace:?}: {lost:?}");
        }
    }
}

fn without_rotation_no_death_loses_a_session<S: Storage>() {
    if !machine::has_fault_points() {
        return;
    }
    let lost = die_everywhere::<S>(
        Options {
            rotate: false,
            ..Options::default()
        },
        "",
        true,
    );
    assert!(lost.is_empty(), "{lost:?}");
}

fn a_lost_session_is_lost_once_and_then_said_at_once<S: Storage>() {
    let mut stage = StageOf::<S>::logged_in();
    stage.expects_reuse = true;
    stage.expire();
    stage.fault("drop_after");
    stage
        .run(&["token", "work"])
        .fails(5, "whether the session was renewed is not known");
    stage.let_the_server_be_asked();
    stage.run(&["token", "work"]).fails(4, "was interrupted at");
    let asked = stage.ledger().token_requests;
    for _ in 0..5 {
        stage.run(&["token", "work"]).fails(4, "was interrupted at");
    }
    assert_eq!(
        stage.ledger().token_requests,
        asked,
        "a session that has ended is not asked for again"
    );
    stage.log_in();
    stage.token();
}

fn a_request_that_never_arrived_costs_nothing<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    stage.fault("drop_before");
    stage
        .run(&["token", "work"])
        .fails(5, "whether the session was renewed is not known");
    stage.let_the_server_be_asked();
    stage.token();
    assert_eq!(stage.ledger().refreshes, 1);
}

#[cfg(unix)]
fn an_interrupt_waits_until_the_new_token_is_safe<S: Storage>() {
    let Some(by_default) = machine::default_signals() else {
        return;
    };
    let stage = StageOf::<S>::logged_in();
    let done = signalled(&stage, "INT", by_default);
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (None, ""),
        "it dies of the signal, afterwards"
    );
    assert_eq!(
        stage.record()["generation"],
        2,
        "the new token was saved first"
    );
    stage.token();
    assert_eq!(stage.ledger().refreshes, 1);
}

/// `timeout 3 authctl token` took twenty seconds where the server did.
#[cfg(unix)]
fn a_demand_to_end_is_obeyed_at_once_and_costs_nothing<S: Storage>() {
    let Some(by_default) = machine::default_signals() else {
        return;
    };
    for signal in ["TERM", "HUP"] {
        let stage = StageOf::<S>::logged_in();
        let done = signalled(&stage, signal, by_default);
        assert_eq!((done.code, done.stdout.as_str()), (None, ""), "{signal}");
        assert!(
            done.stderr.contains("the refresh goes on as pid"),
            "{done:?}"
        );
        assert_eq!(
            stage.record()["generation"],
            1,
            "{signal}: it did not wait for the server"
        );
        stage.until_settled();
        stage.token();
        assert_eq!(stage.ledger().refreshes, 1, "{signal}");
    }
}

/// What a caller says that gets a signal while the server takes its time.
#[cfg(unix)]
fn signalled<S: Storage>(stage: &StageOf<S>, signal: &str, by_default: &[&str]) -> Done {
    stage.expire();
    stage.fault("slow=1500");
    let asked = stage.ledger().token_requests;
    let child = stage.spawn_by(by_default, &["token", "work"]);
    stage.until_asked(asked + 1);
    let kill = std::process::Command::new("kill")
        .args([&format!("-{signal}"), &child.id().to_string()])
        .status();
    assert!(kill.expect("kill runs").success());
    Done::of(child)
}

fn a_token_that_lives_is_not_put_at_risk_by_asking_again<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.age(293);
    stage.fault("drop_after");
    let first = stage.run(&["token", "work"]);
    assert!(
        first.stderr.contains("handing out the old token"),
        "{first:?}"
    );
    stage.let_the_server_be_asked();
    let asked = stage.ledger().token_requests;
    let second = stage.run(&["token", "work"]);
    assert!(
        second
            .stderr
            .contains("not tried again while the token lives"),
        "{second:?}"
    );
    assert_eq!(
        (second.answer(), stage.ledger().token_requests),
        (first.answer(), asked)
    );
}

#[cfg(unix)]
fn nohup_is_respected_while_signals_wait<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    stage.fault("slow=1500");
    let child = stage.spawn_by(
        &["sh", "-c", "trap '' HUP; exec \"$0\" \"$@\""],
        &["token", "work"],
    );
    stage.until_asked(2);
    let kill = std::process::Command::new("kill")
        .args(["-HUP", &child.id().to_string()])
        .status();
    assert!(kill.expect("kill runs").success());
    assert!(Done::of(child).answer().starts_with("at-"));
}

tests_by_storage! {
    without_any_grace_only_the_window_that_no_client_can_close_loses_a_session,
    with_a_grace_no_death_loses_a_session,
    without_rotation_no_death_loses_a_session,
    a_lost_session_is_lost_once_and_then_said_at_once,
    a_request_that_never_arrived_costs_nothing,
    #[cfg(unix)]
    an_interrupt_waits_until_the_new_token_is_safe,
    #[cfg(unix)]
    a_demand_to_end_is_obeyed_at_once_and_costs_nothing,
    a_token_that_lives_is_not_put_at_risk_by_asking_again,
    #[cfg(unix)]
    nohup_is_respected_while_signals_wait,
}
