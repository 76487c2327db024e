//! Whether this process was started with a closed stdout.
//!
//! Rust's library opens `/dev/null` for a closed standard stream before `main`, so that an answer
//! would go nowhere and count as given. What was there can be seen only before that, in a function
//! that the loader of programs calls. The attribute that names it to the loader is the one piece of
//! unsafe code on Unix.
//!
//! Tried and rejected: to look whether stdout is `/dev/null` that was opened for reading, too. A
//! program that wants no answer, and only a session that is fresh, opens it like that.

use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::{Errno, fcntl_getfd};

static WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Called before `main`.
extern "C" fn look() {
    let is_closed = fcntl_getfd(rustix::stdio::stdout()) == Err(Errno::BADF);
    WAS_CLOSED.store(is_closed, Ordering::Relaxed);
}

#[expect(
    unsafe_code,
    reason = "a linker's section cannot be named otherwise; the function makes one system call"
)]
#[used]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_os = "macos"), unsafe(link_section = ".init_array"))]
static LOOK: extern "C" fn() = look;

pub fn stdout_was_closed() -> bool {
    WAS_CLOSED.load(Ordering::Relaxed)
}
