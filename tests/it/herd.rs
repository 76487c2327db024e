//! Many processes at once: one refresh, no reuse, equal tokens.

use std::fs;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use authctl::broker::{self, BrokerError, Policy};
use authctl::oauth::want::Want;
use authctl::platform::lock::{self, Lock};
use authctl::profile::identity::Registration;
use authctl::sandbox::Options;
use authctl::secret::Fingerprint;
use authctl::store::{Locked, StoreError};
use authctl::time::Clock;

use crate::support::stage::{Done, Stage, StageOf};
use crate::support::storage::Storage;

/// Herds take turns. A keyring daemon answers its callers one after another: on a busy machine, two
/// herds beside each other wait longer for it than authctl does.
static TURN: Mutex<()> = Mutex::new(());

fn herd<S: Storage>(stage: &StageOf<S>, size: usize, args: &[&str]) -> Vec<String> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    answers(stage.outlive(|| {
        let children: Vec<_> = (0..size).map(|_| stage.spawn(args)).collect();
        children.into_iter().map(Done::of).collect()
    }))
}

fn answers(herd: Vec<Done>) -> Vec<String> {
    let answers = herd.iter().map(Done::answer);
    answers.map(str::to_owned).collect()
}

fn slow_server() -> Options {
    Options {
        latency: Duration::from_millis(50),
        ..Options::default()
    }
}

fn two_hundred_processes_on_an_expired_token_make_one_refresh<S: Storage>() {
    let stage = StageOf::<S>::logged_in_with(slow_server());
    stage.expire();
    let mut tokens = herd(&stage, 200, &["token", "work"]);
    tokens.dedup();
    assert_eq!(tokens.len(), 1, "all the same token");
    assert_eq!(stage.ledger().refreshes, 1);
    assert_eq!(stage.record()["generation"], 2);
}

fn two_hundred_processes_whose_token_was_refused_make_one_refresh<S: Storage>() {
    let stage = StageOf::<S>::logged_in_with(slow_server());
    let old: serde_json::Value =
        serde_json::from_str(stage.run(&["token", "work", "--json"]).answer()).expect("json");
    let refused = old["fingerprint"].as_str().expect("a fingerprint");
    let mut tokens = herd(&stage, 200, &["token", "work", "--rejected", refused]);
    tokens.dedup();
    assert_eq!(tokens.len(), 1, "all the same token");
    assert_ne!(tokens[0], old["access_token"]);
    assert_eq!(stage.ledger().refreshes, 1);
}

/// Expired and refused in turn, so that both reasons meet every generation before and after them.
fn twenty_rotations_in_a_row_with_two_hundred_callers_each_cost_one_refresh<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    for rotation in 1..=20 {
        let refused = Fingerprint::of(&stage.token()).to_string();
        let mut tokens = if rotation % 2 == 0 {
            herd(&stage, 200, &["token", "work", "--rejected", &refused])
        } else {
            stage.expire();
            herd(&stage, 200, &["token", "work"])
        };
        tokens.dedup();
        assert_eq!((tokens.len(), stage.ledger().refreshes), (1, rotation));
    }
    assert_eq!(stage.record()["generation"], 21);
}

fn a_herd_of_machines_asks_once<S: Storage>() {
    let stage = StageOf::<S>::with(slow_server());
    let mut asked_before = 0;
    let mut tokens = answers(stage.outlive(|| {
        let _ = fs::remove_file(stage.file("env.json"));
        asked_before = stage.ledger().client_credentials;
        let children: Vec<_> = (0..50)
            .map(|_| {
                let mut command = stage.machine_command(&["token"]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().expect("authctl runs")
            })
            .collect();
        children.into_iter().map(Done::of).collect()
    }));
    tokens.dedup();
    let asked = stage.ledger().client_credentials - asked_before;
    assert_eq!((tokens.len(), asked), (1, 1));
    assert!(stage.file("env.json").exists());
}

/// How a refresh can fail for a while: a fault of the server, and the exit code that follows.
const FAILURES: &[(&str, i32, &str)] = &[
    ("busy=30*1000", 5, "HTTP 429"),
    ("status=503*1000", 5, "HTTP 503"),
    ("drop_before*1000", 5, "is not known"),
    (
        "error=temporarily_unavailable*1000",
        5,
        "temporarily_unavailable",
    ),
    ("error=invalid_client*1000", 6, "invalid_client"),
];

/// Thirty callers sent thirty refreshes to a server that had asked the first to leave it alone, and
/// a slow failure made each of them wait in turn.
fn a_failure_is_shared_by_all_that_waited_for_it<S: Storage>() {
    for (fault, code, words) in FAILURES {
        // All callers are there before the server answers: who comes when the time of a failure is
        // over may ask again.
        let mut stage = StageOf::<S>::logged_in_with(Options {
            latency: Duration::from_secs(2),
            ..Options::default()
        });
        stage.expects_reuse = true;
        stage.expire();
        stage.fault(fault);
        let asked = stage.ledger().turned_away;
        let one = Instant::now();
        let done = failing_herd(&stage, 40);
        let took = one.elapsed();
        for done in &done {
            assert_eq!(
                (done.code, &*done.stdout),
                (Some(*code), ""),
                "{fault}: {done:?}"
            );
            assert!(done.stderr.contains(words), "{fault}: {done:?}");
        }
        assert_eq!(stage.ledger().turned_away, asked + 1, "{fault}: {took:?}");

        // Until the time has come nobody asks again, but for a person who insists.
        let next = stage.run(&["token", "work"]);
        assert_eq!(next.code, Some(*code), "{fault}: {next:?}");
        assert!(next.stderr.contains("--now"), "{fault}: {next:?}");
        let status = stage.run(&["status", "work"]);
        assert!(
            status.stdout.contains(words) && status.stdout.contains("the next try is in"),
            "{fault}: {status:?}"
        );
        assert_eq!(stage.ledger().turned_away, asked + 1, "{fault}");
        let insisting = stage.run(&["token", "work", "--now"]);
        assert_eq!(insisting.code, Some(*code), "{fault}: {insisting:?}");
        assert_eq!(stage.ledger().turned_away, asked + 2, "{fault}");
    }
}

/// Two hundred callers wait for one slow failure, and no longer than that takes.
#[test]
fn two_hundred_callers_wait_for_one_failure_only() {
    for (fault, seconds) in [
        ("busy=30*1000", 2),
        ("status=503*1000", 2),
        ("slow=60000", 21),
    ] {
        let mut stage = Stage::logged_in_with(Options {
            latency: Duration::from_secs(if seconds == 2 { 4 } else { 0 }),
            ..Options::default()
        });
        stage.expects_reuse = true;
        stage.expire();
        stage.fault(fault);
        let asked = stage.ledger().turned_away + stage.ledger().token_requests;
        let began = Instant::now();
        let done = failing_herd(&stage, 200);
        let took = began.elapsed();
        assert!(
            done.iter().all(|done| done.code == Some(5)),
            "{fault}: {:?}",
            done[0]
        );
        let answered = stage.ledger().turned_away + stage.ledger().token_requests;
        assert_eq!(answered, asked + 1, "{fault}: {took:?}");
        assert!(
            took < Duration::from_secs(seconds + 10),
            "{fault}: {took:?}"
        );
        assert_eq!(stage.store().failed().map(|failed| failed.count), Some(1));
    }
    let stage = Stage::logged_in();
    stage.edit_record(|record| record["endpoints"]["token"] = "http://127.0.0.1:1/token".into());
    stage.expire();
    let done = failing_herd(&stage, 200);
    assert!(
        done.iter().all(|done| done.code == Some(5)),
        "{:?}",
        done[0]
    );
    let failed = stage.store().failed().expect("it failed");
    assert_eq!(failed.count, 1, "{failed:?}");
    assert!(
        failed.error.contains("cannot reach 127.0.0.1:1"),
        "{failed:?}"
    );
}

fn failing_herd<S: Storage>(stage: &StageOf<S>, size: usize) -> Vec<Done> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let children: Vec<_> = (0..size).map(|_| stage.spawn(&["token", "work"])).collect();
    children.into_iter().map(Done::of).collect()
}

/// Takes the lock, and writes into it what another process would.
fn hold<S: Storage>(stage: &StageOf<S>) -> Lock {
    let path = stage.file("work.lock");
    let holder = |_| "pid 1 on elsewhere (authctl token)".to_owned();
    lock::acquire(&path, &path, &holder, Duration::ZERO, &mut |_| {}).expect("free")
}

fn who_waits_says_for_whom_and_goes_on_when_the_lock_is_free<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    let lock = hold(&stage);
    let waiting = stage.spawn(&["token", "work"]);
    std::thread::sleep(Duration::from_millis(1500));
    drop(lock);
    let done = Done::of(waiting);
    assert!(done.answer().starts_with("at-"));
    assert!(
        done.stderr
            .contains("waiting for pid 1 on elsewhere (authctl token)"),
        "{done:?}"
    );
}

fn patience_ends_with_a_living_token_or_with_the_holders_name_and_never_without_the_lock<
    S: Storage,
>() {
    let stage = StageOf::<S>::logged_in();
    let token = stage.token();
    let _lock = hold(&stage);
    stage.age(280);
    let early = obtain_impatiently(&stage).expect("the old token lives");
    assert_eq!(early.peek.access.secret.expose(), token);
    assert!(
        matches!(
            early.despite,
            Some(BrokerError::Store(StoreError::Busy { .. }))
        ),
        "{:?}",
        early.despite
    );
    stage.expire();
    let late = obtain_impatiently(&stage).expect_err("nothing to hand out");
    assert!(matches!(late,
            BrokerError::Store(StoreError::Busy { ref holder }) if holder.contains("elsewhere")));
    assert_eq!(stage.ledger().refreshes, 0);
}

fn obtain_impatiently<S: Storage>(stage: &StageOf<S>) -> Result<broker::Obtained, BrokerError> {
    let store = stage.store();
    let header = store.peek().expect("readable").expect("there").header;
    let registration = Registration {
        identity: header.identity,
        endpoints: header.endpoints,
    };
    let policy = Policy {
        profile: "work",
        rejected: None,
        registration: &registration,
        scope: &registration.identity.scope,
        assumed_ttl: None,
        asks_again: false,
        reuse_interval: Duration::ZERO,
        old_lives: true,
        lock_dir: None,
        patience: Some(Duration::from_millis(100)),
    };
    broker::obtain(
        &store,
        &Want::default(),
        &policy,
        &Clock,
        &mut |_| {},
        |_: Locked<'_>, _: Duration| panic!("nothing refreshes without the lock"),
    )
}

tests_by_storage! {
    two_hundred_processes_on_an_expired_token_make_one_refresh,
    two_hundred_processes_whose_token_was_refused_make_one_refresh,
    twenty_rotations_in_a_row_with_two_hundred_callers_each_cost_one_refresh,
    a_herd_of_machines_asks_once,
    a_failure_is_shared_by_all_that_waited_for_it,
    who_waits_says_for_whom_and_goes_on_when_the_lock_is_free,
    patience_ends_with_a_living_token_or_with_the_holders_name_and_never_without_the_lock,
}
