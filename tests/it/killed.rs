//! Callers that are killed at any moment, on every system: the operating system's own way to end a
//! process, which no process can refuse.

use std::time::Duration;

use crate::support::stage::{Done, Stage};

/// How many callers are killed; more where this variable says so.
const TIMES: u32 = 40;
const MORE: &str = "AUTHCTL_TESTS_KILLS";

#[test]
fn a_killed_caller_loses_no_session_and_tears_no_record() {
    let times = std::env::var(MORE).ok().and_then(|it| it.parse().ok());
    let stage = Stage::logged_in();
    let mut killed = 0;
    for n in 0..times.unwrap_or(TIMES) {
        stage.expire();
        let mut caller = stage.spawn(&["token", "work"]);
        // Steps of a prime number: before the lock, during the refresh, after it.
        std::thread::sleep(Duration::from_millis(u64::from(n * 37 % 251)));
        let has_ended = caller.try_wait().expect("a child").is_some();
        killed += u32::from(!has_ended);
        let _ = caller.kill();
        let _ = Done::of(caller);
        let done = stage.run(&["token", "work"]);
        assert_eq!(done.code, Some(0), "kill {n}: {done:?}");
        assert!(done.stdout.starts_with("at-"), "kill {n}: {done:?}");
    }
    let ledger = stage.ledger();
    assert!(killed > 0, "no caller was killed in time");
    assert_eq!(
        (ledger.reuses, ledger.families_revoked),
        (0, 0),
        "{ledger:?}"
    );
}
