//! The places where a crash test dies.
//!
//! A [`point`] stands at every step of the refresh that touches the disk or the network. In a debug
//! build, a test that sets `AUTHCTL_FAULT=N:WHO:FILE` makes the process die at the N-th point that
//! it passes (SIGABRT, no unwinding, no destructors), having written the point's name to `FILE`: it
//! alone, or, where `WHO` is `all`, after the process that started it. It happens once; with the
//! file there, no process dies. In a release build the function is empty and the variable's name is
//! not in the binary, which `tests/run` checks.

/// The variables that a helper process is given for a crash test.
#[cfg(debug_assertions)]
pub const VARIABLES: &[&str] = &["AUTHCTL_FAULT"];

/// The variables that a helper process is given for a crash test. None, in a release build.
#[cfg(not(debug_assertions))]
pub const VARIABLES: &[&str] = &[];

/// A step at which the world may end. `name` tells the test which one it was.
#[cfg(debug_assertions)]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fences name; it is absent from a release"
)]
pub fn point(name: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);

    let Ok(spec) = std::env::var("AUTHCTL_FAULT") else {
        return;
    };
    let mut words = spec.splitn(3, ':');
    let (Some(at), Some(who), Some(file)) = (words.next(), words.next(), words.next()) else {
        return;
    };
    if (PASSED.fetch_add(1, Ordering::SeqCst) + 1).to_string() != at
        || std::fs::exists(file).unwrap_or(true)
        || std::fs::write(file, name).is_err()
    {
        return;
    }
    if who == "all"
        && let Some(starter) = crate::platform::parent::pid()
    {
        // The first is missing on Windows, the second on all other systems.
        for killer in [&["kill", "-KILL"][..], &["taskkill", "/F", "/PID"]] {
            let _ = std::process::Command::new(killer[0])
                .args(&killer[1..])
                .arg(starter.to_string())
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .status();
        }
    }
    std::process::abort();
}

/// A step at which the world may end. Nothing, in a release build.
#[cfg(not(debug_assertions))]
pub const fn point(_name: &str) {}
