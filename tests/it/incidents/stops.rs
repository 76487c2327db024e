//! What went wrong between jobs and the terminal's stop signals.

#![expect(
    clippy::zombie_processes,
    reason = "waitpid waits for a job, as a shell does"
)]

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::support::machine;
use crate::support::mixed::Random;
use crate::support::stage::{Stage, StageOf};
use crate::support::storage::Storage;

/// What a shell sees of its job within five seconds; `None` when the job goes on.
fn seen_of(job: Pid) -> Option<WaitStatus> {
    let ends = Instant::now() + Duration::from_secs(5);
    while Instant::now() < ends {
        match waitpid(job, Some(WaitPidFlag::WUNTRACED | WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::StillAlive) => std::thread::sleep(Duration::from_millis(1)),
            seen => return Some(seen.expect("it is a child")),
        }
    }
    None
}

/// A caller in a process group of its own, as an interactive shell starts a job.
fn start_job<S: Storage>(stage: &StageOf<S>) -> (Child, Pid) {
    stage.expire();
    let mut command = stage.command(&["token", "work"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.process_group(0).spawn().expect("authctl runs");
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid"));
    (child, pid)
}

/// A stop that came while authctl started a program stopped that program half way, between `vfork`
/// and `exec`. authctl itself was not stopped then, and the shell waited for it without end.
fn a_stop_at_any_moment_gives_the_terminal_back<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    let (mut child, _) = start_job(&stage);
    let began = Instant::now();
    assert!(child.wait().expect("it ends").success());
    let usual = u64::try_from(began.elapsed().as_micros()).expect("short");
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut stops = 0;
    for round in 0..100 {
        let (_, job) = start_job(&stage);
        std::thread::sleep(Duration::from_micros(random.below(usual)));
        let _ = killpg(job, Signal::SIGTSTP);
        let mut seen = seen_of(job);
        if matches!(seen, Some(WaitStatus::Stopped(..))) {
            stops += 1;
            let _ = killpg(job, Signal::SIGCONT);
            seen = seen_of(job);
        }
        if seen.is_none() {
            let _ = killpg(job, Signal::SIGKILL);
        }
        assert_eq!(seen, Some(WaitStatus::Exited(job, 0)), "round {round}");
    }
    assert!(stops > 10, "only {stops} came in time");
}

/// What authctl waits for, the arguments that let it, what makes it wait, and what it says then.
struct State {
    waits_for: &'static str,
    args: &'static [&'static str],
    /// What it takes. A file that comes back stays open until the end of the scene.
    prepare: fn(&Stage) -> Option<File>,
    says: &'static str,
}

fn held(stage: &Stage, lock: &str) -> File {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(stage.file(lock));
    let file = file.expect("opened");
    file.lock().expect("taken");
    file
}

const STATES: &[State] = &[
    State {
        waits_for: "a browser",
        args: &["login", "work", "--browser", "true"],
        prepare: |_| None,
        says: "waiting for the browser",
    },
    State {
        waits_for: "a device",
        args: &["login", "work", "--device"],
        prepare: |_| None,
        says: "waiting for you to approve",
    },
    State {
        waits_for: "a paste",
        args: &["login", "work", "--paste"],
        prepare: |_| None,
        says: "waiting for the browser",
    },
    State {
        waits_for: "another login",
        args: &["login", "work", "--device"],
        prepare: |stage| Some(held(stage, "work.login")),
        says: "another login is under way",
    },
    State {
        waits_for: "a server's metadata",
        args: &["login", "work", "--device"],
        prepare: |stage| {
            stage.fault("slow=60000@discovery");
            None
        },
        says: "",
    },
    State {
        waits_for: "another refresh",
        args: &["token", "work"],
        prepare: |stage| {
            stage.expire();
            Some(held(stage, "work.lock"))
        },
        says: "waiting for",
    },
    State {
        waits_for: "its helper process",
        args: &["token", "work"],
        prepare: |stage| {
            stage.expire();
            stage.fault("slow=1500");
            None
        },
        says: "refreshing, as pid",
    },
    State {
        waits_for: "a command",
        args: &["token", "work"],
        prepare: |stage| {
            stage.expire();
            stage.add_to_config("[profile.work.client_secret]\ncommand = \"sleep 3\"\n");
            None
        },
        says: "",
    },
];

/// In each state in which authctl waits, a signal ends it at once, and a stop stops it.
#[test]
fn signals_work_in_every_state() {
    let Some(by_default) = machine::default_signals() else {
        return;
    };
    for state in STATES {
        for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGTSTP] {
            let stage = Stage::logged_in();
            let said = stage.home.path().join("said");
            let mut command = stage.command_by(by_default, state.args);
            let held = (state.prepare)(&stage);
            command
                .arg("-v")
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(File::create(&said).expect("created"));
            let mut child = command.process_group(0).spawn().expect("authctl runs");
            let job = Pid::from_raw(i32::try_from(child.id()).expect("a pid"));
            let ends = Instant::now() + Duration::from_secs(30);
            while !fs::read_to_string(&said).is_ok_and(|text| text.contains(state.says)) {
                assert!(
                    Instant::now() < ends,
                    "{}: {:?}",
                    state.waits_for,
                    fs::read_to_string(&said)
                );
                std::thread::sleep(Duration::from_millis(5));
            }
            // Where it says nothing it has had the time to come there.
            std::thread::sleep(Duration::from_millis(200));
            let _ = killpg(job, signal);
            let seen = seen_of(job);
            let _ = child.kill();
            drop(held);
            let is_right = match (signal, seen) {
                (Signal::SIGTSTP, Some(WaitStatus::Stopped(..))) => true,
                (_, Some(WaitStatus::Signaled(_, by, _))) => by == signal,
                _ => false,
            };
            assert!(
                is_right,
                "{} waits for {}: {seen:?}: {:?}",
                signal,
                state.waits_for,
                fs::read_to_string(&said)
            );
            stage.until_settled();
        }
    }
}

tests_by_storage! {
    a_stop_at_any_moment_gives_the_terminal_back,
}
