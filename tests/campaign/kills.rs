//! Kills at random moments of a refresh: the caller alone, the caller with everything that works
//! for it, or the cgroup that they are in.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use authctl::sandbox::{Grace, Options};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::mixed::Random;
use crate::support::stage::StageOf;
#[cfg(target_os = "linux")]
use crate::support::storage::ByKeyring;
use crate::support::storage::{ByEnvironment, InFile, Storage};
use crate::tally::Tally;

/// Which processes the signal reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Caller,
    /// The caller and its helper process.
    All,
    /// All that are in the caller's cgroup, at one moment.
    Cgroup,
}

/// Runs it. Arguments: how often, which signal, to which target, with which grace; how many
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
    let target = match args.get(2) {
        Some(&"all") => Target::All,
        Some(&"cgroup") => Target::Cgroup,
        _ => Target::Caller,
    };
    let grace = args.get(3) == Some(&"grace");
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
            target,
            whole.mul_f64(random.below(1_300_000) as f64 / 1e6),
        );
    }
    let Tally { hits, lost, .. } = tally;
    let reached = match target {
        Target::Caller => "the caller",
        Target::All => "everything",
        Target::Cgroup => "the cgroup",
    };
    // Of all moments of a refresh, those at which a death costs the session.
    let share = 100.0 * lost as f64 / hits.max(1) as f64;
    println!(
        "{count} x {signal} to {reached}, store {}, grace {}: {tally} ({share:.2} % of the hits); \
         a refresh takes {:.1} ms, of which the server {} ms; {:.0} s",
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
    let excused = target != Target::Caller && !grace;
    (lost == 0 || excused) && tally.broken() == 0
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
pub fn usual_time<S: Storage>(stage: &StageOf<S>) -> Duration {
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
    target: Target,
    after: Duration,
) {
    tally.keyrings += u64::from(stage.revive_keyring());
    stage.expire();
    let cgroup = (target == Target::Cgroup).then(Cgroup::new);
    let directory = cgroup.as_ref().map_or("/", |cgroup| &cgroup.0);
    let script = "echo $$ >\"$0/cgroup.procs\" && exec \"$@\"";
    let mut command = match target {
        Target::Cgroup => stage.command_by(&["sh", "-c", script, directory], &["token", "work"]),
        _ => stage.command(&["token", "work"]),
    };
    let mut caller = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("runs");
    spin(after);
    match &cgroup {
        Some(cgroup) => cgroup.kill(),
        None => kill_caller(&caller, signal, target == Target::All),
    }
    let status = caller.wait().expect("it ends");
    if status.success() {
        tally.misses += 1
    } else {
        tally.hits += 1
    }
    tally.judge(stage);
}

/// A cgroup (version 2) of its own, removed when it is dropped.
struct Cgroup(String);

impl Cgroup {
    fn new() -> Self {
        let root = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
            .into_iter()
            .find(|root| Path::new(root).join("cgroup.procs").exists())
            .expect("a hierarchy of cgroups, version 2");
        let path = format!("{root}/authctl-{}", std::process::id());
        std::fs::create_dir(&path).expect("only root makes cgroups");
        Self(path)
    }

    fn kill(&self) {
        std::fs::write(format!("{}/cgroup.kill", self.0), "1").expect("since Linux 5.14");
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        while std::fs::remove_dir(&self.0).is_err() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Waits so long, to the microsecond.
pub fn spin(time: Duration) {
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
