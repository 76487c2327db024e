//! Floor 0: the places where a crash test dies.
//!
//! A [`point`] stands at every step of the refresh that touches the disk or the network. In a debug build, a test
//! that sets `AUTHCTL_FAULT=N` makes the process die (SIGABRT, no unwinding, no destructors) at the N-th point that
//! it passes. In a release build the function is empty and the variable's name is not in the binary, which
//! `tests/run` checks.

/// A step at which the world may end. `name` says in the test's output which one it was.
#[cfg(debug_assertions)]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that both fences name; it is absent from a release"
)]
pub fn point(name: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);

    let Some(at) = std::env::var("AUTHCTL_FAULT").ok().and_then(|n| n.parse::<u32>().ok()) else { return };
    if PASSED.fetch_add(1, Ordering::SeqCst) + 1 == at {
        eprintln!("fault point {at}: {name}");
        std::process::abort();
    }
}

/// A step at which the world may end. Nothing, in a release build.
#[cfg(not(debug_assertions))]
pub const fn point(_name: &str) {}
