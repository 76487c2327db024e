//! Two minutes of everything at once. `cargo bench --bench campaign -- mixed 1h` is the long form.

use std::time::Duration;

use crate::support::mixed;
use crate::support::storage::{ByEnvironment, InFile};

#[test]
fn two_minutes_of_everything_at_once_break_no_promise() {
    let tally = mixed::run::<InFile>(Duration::from_secs(120));
    println!("{}", tally.report());
    assert!(
        tally.broken.lock().expect("counted").is_empty(),
        "{}",
        tally.report()
    );
}

#[test]
fn half_a_minute_of_everything_at_once_with_sealed_sessions_breaks_no_promise() {
    let tally = mixed::run::<ByEnvironment>(Duration::from_secs(30));
    println!("{}", tally.report());
    assert!(
        tally.broken.lock().expect("counted").is_empty(),
        "{}",
        tally.report()
    );
}
