//! What this machine lets a test do: privileges, programs, fault points, signals.
//!
//! Plain `cargo test` passes on a machine that lacks some of it, and names each test that did not
//! run. Where `AUTHCTL_TESTS_ALL` is set, as `tests/run` does, such a test fails instead.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Says that the running test, or a part of it, cannot run on this machine, and why.
///
/// # Panics
///
/// If `AUTHCTL_TESTS_ALL` is set.
#[track_caller]
pub fn not_run(why: &str) {
    assert!(std::env::var_os("AUTHCTL_TESTS_ALL").is_none(), "{why}");
    announce(why);
}

/// Writes why a part of the running test does not run. The line goes to stderr directly: what
/// `eprintln!` writes is not shown for a test that passes.
pub fn announce(why: &str) {
    let thread = std::thread::current();
    let line = format!("NOT RUN: {}: {why}\n", thread.name().unwrap_or("a part"));
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Fails if the program under test could not find its own file, which it starts as its helper
/// process. Without helpers many tests fail for reasons that are hard to see, and a fault point
/// that kills the program's caller kills the tests.
///
/// # Panics
///
/// Without `/proc` on Linux.
#[track_caller]
pub fn demand_helpers() {
    let own = std::env::current_exe();
    assert!(
        own.is_ok(),
        "the tests need /proc: without it no helper process can be started"
    );
}

/// Lets the tests write files and directories with the usual modes, whatever umask their user has.
/// What they start inherits that. What the program does under other umasks has tests of its own.
pub fn use_the_usual_umask() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::WGRP | rustix::fs::Mode::WOTH);
}

/// Gives `holds` back. If it is false, says why the running test cannot run.
#[track_caller]
pub fn allows(holds: bool, why_not: &str) -> bool {
    if !holds {
        not_run(why_not);
    }
    holds
}

/// Whether a program can be started and succeeds.
pub fn succeeds(words: &[&str]) -> bool {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether programs are installed where the program under test would look for them, or where the
/// system has those of its administrator.
#[track_caller]
pub fn has_programs(names: &[&str]) -> bool {
    let mut missing = names.to_vec();
    missing.retain(|name| {
        !["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
            .iter()
            .any(|bin| Path::new(bin).join(name).exists())
    });
    let why_not = format!("missing: {} (tests/run installs it)", missing.join(", "));
    allows(missing.is_empty(), &why_not)
}

/// Whether the tests run as root, who may become another user and own any file. Root of a container
/// may lack that.
#[cfg(unix)]
#[track_caller]
pub fn has_root() -> bool {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let may_give = std::os::unix::fs::chown(file.path(), Some(65534), Some(65534)).is_ok();
    let is_root = rustix::process::geteuid().is_root();
    allows(is_root && may_give, "only root can do this")
}

/// Whether a process can be started as the first one of a container, for which root is needed.
#[cfg(unix)]
#[track_caller]
pub fn has_pid_namespaces() -> bool {
    let there = succeeds(&["unshare", "-pf", "--mount-proc", "true"]);
    allows(there, "no PID namespace can be made here")
}

/// Whether `strace` is installed and may trace.
#[track_caller]
pub fn has_strace() -> bool {
    let there = succeeds(&["strace", "-f", "-qq", "-o", "/dev/null", "true"]);
    allows(
        there,
        "strace is missing (tests/run installs it) or may not trace here",
    )
}

/// Whether a test may look into a process of authctl: at its environment, and at the strings that
/// it hands to the kernel. authctl makes itself not dumpable, so that only root may.
#[cfg(target_os = "linux")]
#[track_caller]
pub fn can_look_into_processes() -> bool {
    let there = Path::new("/proc/self/environ").exists();
    let is_root = rustix::process::geteuid().is_root();
    let may = is_root && there;
    allows(
        may,
        "only root may look into a process that is not dumpable, by way of /proc",
    )
}

/// Whether the program under test has fault points. An optimised build has none.
#[track_caller]
pub fn has_fault_points() -> bool {
    let there = cfg!(debug_assertions);
    allows(there, "an optimised build has no fault points to die at")
}

/// Words to put before a command so that every signal has its usual effect on it. Under `nohup`, in
/// a CI system, and as a shell's job in the background, the tests themselves ignore some signals,
/// and what they start inherits that.
#[cfg(unix)]
#[track_caller]
pub fn default_signals() -> Option<&'static [&'static str]> {
    if succeeds(&["env", "--default-signal", "true"]) {
        return Some(&["env", "--default-signal"]);
    }
    // Only an ignored signal lets this shell live to its end.
    let ignores = |signal: &&str| succeeds(&["sh", "-c", "kill -$0 $$", signal]);
    let none = !["INT", "TERM", "HUP"].iter().any(ignores);
    allows(
        none,
        "signals are ignored here, and `env --default-signal` is missing",
    )
    .then_some(&[])
}

/// Lets this process open as many files as it may.
#[cfg(unix)]
pub fn use_all_files() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).expect("known");
    setrlimit(Resource::RLIMIT_NOFILE, most, most).expect("up to the limit");
}
