//! Helper processes that are stopped for half a minute at random moments of a refresh, as by a
//! paused container or machine, while every second caller is killed.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use authctl::sandbox::Options;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::kills::spin;
use crate::support::mixed::Random;
use crate::support::stage::Stage;
use crate::tally::Tally;

/// Longer than any limit of a request.
const PAUSE: Duration = Duration::from_secs(30);

/// How many homes there are, each with a server: a pause is long.
const AT_ONCE: u32 = 100;

/// Runs it: how often.
pub fn run(args: &[&str]) -> bool {
    let count: u32 = args.first().and_then(|n| n.parse().ok()).unwrap_or(2000);
    let homes = count.min(AT_ONCE);
    let began = Instant::now();
    let tally = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..homes)
            .map(|home| {
                let rounds = count / homes + u32::from(home < count % homes);
                scope.spawn(move || play(home, rounds))
            })
            .collect();
        threads.into_iter().fold(Tally::default(), |all, thread| {
            all.and(&thread.join().expect("no panic"))
        })
    });
    println!(
        "{count} helper processes stopped for {} s, {homes} at once, every second caller killed: \
         {tally}; {:.0} s",
        PAUSE.as_secs(),
        began.elapsed().as_secs_f64()
    );
    tally.hits > u64::from(count / 2) && tally.lost + tally.broken() == 0
}

fn play(home: u32, rounds: u32) -> Tally {
    let stage = Stage::logged_in_with(Options {
        latency: Duration::from_millis(4),
        ..Options::default()
    });
    let (mut tally, mut random) = (Tally::default(), Random(0x9E37_79B9 + u64::from(home)));
    // With so many homes at work, no length of a refresh is the usual one: what comes too late is
    // tried again.
    for round in 0..20 * rounds {
        if tally.hits == u64::from(rounds) {
            break;
        }
        let moment = Duration::from_micros(random.below(20_000));
        pause(&stage, &mut tally, moment, round % 2 == 0);
    }
    tally
}

fn pause(stage: &Stage, tally: &mut Tally, moment: Duration, kills: bool) {
    stage.expire();
    let mut command = stage.command(&["token", "work"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut caller = command.spawn().expect("runs");
    spin(moment);
    match helper_of(&caller) {
        Some(helper) if kill(helper, Signal::SIGSTOP).is_ok() => {
            tally.hits += 1;
            if kills {
                let _ = caller.kill();
            }
            std::thread::sleep(PAUSE);
            let _ = kill(helper, Signal::SIGCONT);
        }
        _ => tally.misses += 1,
    }
    let _ = caller.wait();
    stage.until_settled();
    tally.judge(stage);
}

fn helper_of(caller: &Child) -> Option<Pid> {
    let pid = caller.id();
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    let child = children.split_whitespace().next()?.parse().ok()?;
    Some(Pid::from_raw(child))
}
