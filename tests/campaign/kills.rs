//! Kills at random moments of a refresh: the caller alone, or the caller with everything that works
//! for it.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use authctl::sandbox::{Grace, Options};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::mixed::Random;
use crate::support::stage::{Done, StageOf};
#[cfg(target_os = "linux")]
use crate::support::storage::ByKeyring;
use crate::support::storage::{ByEnvironment, InFile, Storage};

/// What became of so many kills.
#[derive(Debug, Default)]
struct Tally {
    /// The caller was there to be killed.
    hits: u64,
    /// It had ended by itself before.
    misses: u64,
    /// The server had rotated, and the next call found nothing that works.
    lost: u64,
    /// A record that is no record.
    torn: u64,
    /// A next call that found the lock taken by a process that is dead.
    stale: u64,
    /// A loss that the next call did not explain.
    unexplained: u64,
    /// A keyring that did not survive the death of a process that asked it. That is the keyring's
    /// own fault; it is started again.
    keyrings: u64,
}

/// Runs it. Arguments: how often, which signal, to the caller or to all, with which grace; how many
/// milliseconds the server takes for a refresh, half before and half after it rotates; and how the
/// session is stored.
pub fn run(args: &[&str]) -> bool {
    match args.get(5) {
        Some(&"env") => run_on::<ByEnvironment>(args),
        #[cfg(target_os = "linux")]
        Some(&"keyring") => run_on::<ByKeyring>(args),
        _ => run_on::<InFile>(args),
    }
}

fn run_on<S: Storage>(args: &[&str]) -> bool {
    let count: u32 = args.first().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let signal = match args.get(1) {
        Some(&"term") => Signal::SIGTERM,
        Some(&"int") => Signal::SIGINT,
        _ => Signal::SIGKILL,
    };
    let (everything, grace) = (args.get(2) == Some(&"all"), args.get(3) == Some(&"grace"));
    let latency = Duration::from_millis(args.get(4).and_then(|ms| ms.parse().ok()).unwrap_or(4));
    let mut stage = prepare::<S>(grace, latency);
    stage.expects_reuse = true;
    let whole = usual_time(&stage);
    let (mut tally, mut random) = (Tally::default(), Random(0x9E37_79B9_7F4A_7C15));
    let began = Instant::now();
    for _ in 0..count {
        round(
            &mut stage,
            &mut tally,
            signal,
            everything,
            whole.mul_f64(random.below(1_300_000) as f64 / 1e6),
        );
    }
    let Tally {
        hits,
        misses,
        lost,
        torn,
        stale,
        unexplained,
        keyrings,
    } = tally;
    let target = if everything {
        "everything"
    } else {
        "the caller"
    };
    // Of all moments of a refresh, those at which a death costs the session.
    let share = 100.0 * lost as f64 / hits.max(1) as f64;
    println!(
        "{count} x {signal} to {target}, store {}, grace {}: {hits} hit it at work, {misses} came \
         too late; {lost} sessions lost \
         ({share:.2} % of the hits), {unexplained} of them unexplained; {torn} torn records, \
         {stale} stale locks; {keyrings} keyrings died of it; a refresh takes \
         {:.1} ms, of which the server {} ms; {:.0} s",
        S::STORE.name(),
        if grace { "30s" } else { "none" },
        whole.as_secs_f64() * 1e3,
        latency.as_millis(),
        began.elapsed().as_secs_f64()
    );
    if hits < u64::from(count / 10) {
        println!(
            "so few were hit that this shows nothing: is the signal ignored where this was started?"
        );
        return false;
    }
    let excused = everything && !grace;
    (lost == 0 || excused) && unexplained + torn + stale == 0
}

fn prepare<S: Storage>(grace: bool, latency: Duration) -> StageOf<S> {
    let grace_mode = if grace { Grace::NewPair } else { Grace::None };
    let stage = StageOf::logged_in_with(Options {
        latency,
        grace: grace_mode,
        ..Options::default()
    });
    if grace {
        let config = std::fs::read_to_string(stage.config()).expect("there");
        stage.configure(&format!("{config}reuse_interval = \"30s\"\n"));
    }
    stage
}

/// How long a refresh takes that is not killed.
fn usual_time<S: Storage>(stage: &StageOf<S>) -> Duration {
    let mut times: Vec<Duration> = (0..21)
        .map(|_| {
            stage.expire();
            let began = Instant::now();
            stage.token();
            began.elapsed()
        })
        .collect();
    times.sort();
    times[10]
}

fn round<S: Storage>(
    stage: &mut StageOf<S>,
    tally: &mut Tally,
    signal: Signal,
    everything: bool,
    after: Duration,
) {
    tally.keyrings += u64::from(stage.revive_keyring());
    stage.expire();
    let mut command = stage.command(&["token", "work"]);
    let mut caller = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("runs");
    spin(after);
    kill_caller(&caller, signal, everything);
    let status = caller.wait().expect("it ends");
    if status.success() {
        tally.misses += 1
    } else {
        tally.hits += 1
    }

    let whole = std::fs::read(stage.file("work.json"))
        .is_ok_and(|bytes| authctl::store::seal::Form::of(&bytes).is_ok());
    tally.torn += u64::from(!whole);
    tally.keyrings += u64::from(stage.revive_keyring());
    let next: Done = stage.run(&["token", "work"]);
    match next.code {
        Some(0) => {}
        Some(4) => {
            tally.lost += 1;
            tally.unexplained += u64::from(!next.stderr.contains("was interrupted at"));
            stage.log_in();
        }
        _ if next.stderr.contains("is busy") => tally.stale += 1,
        _ => panic!("{next:?}"),
    }
}

/// Waits so long, to the microsecond.
fn spin(time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}

fn kill_caller(caller: &Child, signal: Signal, everything: bool) {
    let pid = i32::try_from(caller.id()).expect("a pid");
    if everything {
        // Its children first: a process that dies later could see the death and mend what it broke.
        let children =
            std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        for child in children
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok())
        {
            let _ = kill(Pid::from_raw(child), signal);
        }
    }
    let _ = kill(Pid::from_raw(pid), signal);
}
