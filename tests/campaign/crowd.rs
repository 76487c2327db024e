//! A thousand callers at once: on a token that lives, and on one that has expired.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use authctl::sandbox::Options;

use crate::support::stage::Stage;

const ROUNDS: usize = 7;

/// Runs it: how many callers.
pub fn run(args: &[&str]) -> bool {
    let size = args.first().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let options = Options {
        latency: Duration::from_millis(50),
        ..Options::default()
    };
    let stage = Stage::logged_in_with(options);
    let (mut fresh, mut expired, mut alone) = (vec![], vec![], vec![]);
    let mut failures = 0;
    // Turn by turn, so that a machine which slows down slows all three.
    for _ in 0..ROUNDS {
        fresh.push(crowd(&stage, size, &mut failures));
        stage.expire();
        expired.push(crowd(&stage, size, &mut failures));
        stage.expire();
        alone.push(crowd(&stage, 1, &mut failures));
    }
    let refreshes = stage.ledger().refreshes;
    let (fresh, expired, alone) = (median(fresh), median(expired), median(alone));
    let ratio = (expired.saturating_sub(alone)).as_secs_f64() / fresh.as_secs_f64();
    println!(
        "{size} callers at once, medians of {ROUNDS}: {} ms on a token that lives, {} ms on one \
         that has expired, of \
         which one refresh alone {} ms: {ratio:.2} times the first beside it; {:.0} refreshes for \
         {ROUNDS} crowds, {failures} failures",
        fresh.as_millis(),
        expired.as_millis(),
        alone.as_millis(),
        refreshes as f64 - ROUNDS as f64,
    );
    failures == 0 && refreshes == 2 * ROUNDS as u64 && ratio <= 1.3
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn crowd(stage: &Stage, size: usize, failures: &mut usize) -> Duration {
    let began = Instant::now();
    let start = || {
        let mut command = stage.command(&["token", "work"]);
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("authctl runs")
    };
    let children: Vec<Child> = (0..size).map(|_| start()).collect();
    for mut child in children {
        *failures += usize::from(!child.wait().expect("it ends").success());
    }
    began.elapsed()
}
