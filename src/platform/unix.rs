//! What Linux, macOS and the other Unix systems do alike.

use std::fs::File;
use std::io::{self, StdinLock};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit};

mod detached;

pub use detached::{Helper, Starter, receive, start_helper};

pub fn stdin_is_readable(stdin: &StdinLock<'_>, wait: Duration) -> bool {
    let mut stdin = [PollFd::new(stdin, PollFlags::IN)];
    let ends = Instant::now() + wait;
    loop {
        let left = Timespec::try_from(ends.saturating_duration_since(Instant::now())).ok();
        match poll(&mut stdin, left.as_ref()) {
            Err(Errno::INTR) => {}
            Err(_) => return true,
            Ok(count) => return count > 0,
        }
    }
}

pub fn terminal_size() -> Option<(usize, usize)> {
    let size = rustix::termios::tcgetwinsize(std::io::stderr()).ok()?;
    Some((usize::from(size.ws_col), usize::from(size.ws_row)))
}

/// Limits the size of core dumps to nothing. The limit does not count where the system pipes dumps
/// to a program.
pub fn limit_core_dumps() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = rustix::process::setrlimit(Resource::Core, none);
}

pub fn host_name() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

#[expect(clippy::unnecessary_wraps, reason = "Windows has none")]
pub fn parent_pid() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

/// The kernel counts every copy of the file as one holder: the lock is free when all are closed.
pub fn lend_lock(lock: &File) -> io::Result<File> {
    lock.try_clone()
}
