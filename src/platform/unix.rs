//! What Linux, macOS and the other Unix systems do alike.

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::io::{self, StdinLock};
use std::os::fd::{IntoRawFd, OwnedFd};
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, Signal};

mod detached;
mod files;
mod groups;
mod local;
mod signals;
mod stdout;
mod terminal;

pub use detached::{Process, Starter, leave_open_files, receive_order, start_helper};
pub use files::*;
pub use local::Local;
pub use signals::{Deferred, defer_signals, end_process, survive_size_limit};
pub use stdout::stdout_was_closed;
pub use terminal::{Unseen, is_in_background, read_unseen};

use super::variant;
pub use super::variant::{
    NEEDS_DISPLAY, Rights, allocate, certificate_bundle, is_another_persons, is_contained,
    is_unmapped, memory_directories, named_process, open_without_links, own_program, parent_id,
};

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
    let size = rustix::termios::tcgetwinsize(io::stderr()).ok()?;
    Some((usize::from(size.ws_col), usize::from(size.ws_row)))
}

pub fn send_to_system_log(text: &str) -> io::Result<()> {
    let socket = UnixDatagram::unbound()?;
    // A log that is not read must not be waited for.
    socket.set_nonblocking(true)?;
    socket.send_to(text.as_bytes(), variant::SYSLOG).map(|_| ())
}

pub fn begin() {
    let (stdin, stdout, stderr) = (
        rustix::stdio::stdin(),
        rustix::stdio::stdout(),
        rustix::stdio::stderr(),
    );
    let mut streams =
        [stdin, stdout, stderr].map(|stream| PollFd::from_borrowed_fd(stream, PollFlags::empty()));
    let looked = poll(&mut streams, Some(&Timespec::default()));
    let is_closed = |stream: &PollFd<'_>| stream.revents().contains(PollFlags::NVAL);
    if looked.is_ok() && streams.iter().any(is_closed) {
        open_closed_streams(streams.map(|stream| is_closed(&stream)));
    }
    signals::note_broken_pipes();
}

/// A file that is opened takes the lowest number that is free.
fn open_closed_streams(closed: [bool; 3]) {
    for _ in closed.iter().filter(|closed| **closed) {
        let opened = File::options().read(true).write(true).open("/dev/null");
        // It stays open for as long as the process lives.
        let _ = opened.map(IntoRawFd::into_raw_fd);
    }
}

/// The limit that this process had on core dumps before it forbade them.
static DUMPS: OnceLock<Rlimit> = OnceLock::new();

/// A process that may not be inspected writes no dump. Elsewhere a limit of zero forbids it, which
/// does not count where the system pipes dumps to a program.
pub fn forbid_core_dumps() {
    if variant::forbid_inspection() {
        return;
    }
    let before = rustix::process::getrlimit(Resource::Core);
    let maximum = before.maximum;
    let _ = DUMPS.set(before);
    let none = Rlimit {
        current: Some(0),
        maximum,
    };
    let _ = rustix::process::setrlimit(Resource::Core, none);
}

/// The command's own code, or 128 and the number of the signal that ended it, as a shell says it.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| Some(128 + status.signal()?))
        .unwrap_or(1);
    u8::try_from(code).unwrap_or(u8::MAX)
}

pub fn ask_to_end(pid: u32) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        let _ = rustix::process::kill_process(pid, Signal::TERM);
    }
}

/// Ends all processes of the group that a process leads, at once.
pub fn end_group(pid: u32) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        let _ = rustix::process::kill_process_group(pid, Signal::KILL);
    }
}

pub fn use_all_files() {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let _ = rustix::process::setrlimit(Resource::Nofile, most);
}

pub fn tell_service_manager(socket: &str, state: &str) {
    let Ok(own) = UnixDatagram::unbound() else {
        return;
    };
    let _ = match socket.strip_prefix('@').and_then(variant::abstract_address) {
        Some(address) => own.send_to_addr(state.as_bytes(), &address),
        None => own.send_to(state.as_bytes(), socket),
    };
}

pub fn show_as(command: &mut Command, name: &str) {
    command.arg0(name);
}

pub const STAYS_BESIDE_COMMAND: bool = false;

pub fn become_command(command: &mut Command) -> io::Result<u8> {
    if let Some(dumps) = DUMPS.get() {
        let _ = rustix::process::setrlimit(Resource::Core, *dumps);
    }
    Err(command.exec())
}

/// Begins a session (of processes), which no signal of the terminal reaches.
pub fn leave_terminal() {
    let _ = rustix::process::setsid();
}

/// A process whose end can be waited for.
pub struct Other {
    number: Pid,
    /// Readable when the process has ended; `None` where the system has no such thing.
    handle: Option<OwnedFd>,
}

/// How often a process is looked at that cannot be waited for.
const LOOK: Duration = Duration::from_millis(200);

impl Other {
    pub fn watch(number: u32) -> Option<Self> {
        let number = Pid::from_raw(i32::try_from(number).ok()?)?;
        let handle = variant::open_process(number);
        let other = Self { number, handle };
        other.lives().then_some(other)
    }

    /// Where there is no handle, the number may be another process's by now.
    fn lives(&self) -> bool {
        let Some(handle) = &self.handle else {
            return rustix::process::test_kill_process(self.number).is_ok();
        };
        let mut handle = [PollFd::new(handle, PollFlags::IN)];
        poll(&mut handle, Some(&Timespec::default())) == Ok(0)
    }

    pub fn lives_for(&self, time: Duration) -> bool {
        let ends = Instant::now() + time;
        while self.lives() {
            let left = ends.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            self.wait(left);
        }
        false
    }

    fn wait(&self, time: Duration) {
        let Some(handle) = &self.handle else {
            std::thread::sleep(time.min(LOOK));
            return;
        };
        let mut handle = [PollFd::new(handle, PollFlags::IN)];
        let _ = poll(&mut handle, Timespec::try_from(time).ok().as_ref());
    }
}

pub fn open_files() -> Option<usize> {
    let limit = rustix::process::getrlimit(Resource::Nofile).current?;
    usize::try_from(limit).ok()
}

pub fn limit_behind(error: &io::Error) -> Option<&'static str> {
    match Errno::from_io_error(error)? {
        Errno::MFILE => Some("ulimit -n"),
        Errno::FBIG => Some("ulimit -f"),
        _ => None,
    }
}

pub fn split_words(line: &str) -> Option<Vec<String>> {
    shlex::split(line)
}

pub fn join_words(words: &[String]) -> Option<String> {
    shlex::try_join(words.iter().map(String::as_str)).ok()
}

/// See [`super::process::NEEDED_VARIABLES`].
pub const NEEDED_VARIABLES: &[&str] = &[
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
    "LD_LIBRARY_PATH",
];

pub fn is_variable(found: &OsStr, name: &str) -> bool {
    found == name
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

pub fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

pub fn lock(file: &File) -> io::Result<()> {
    file.lock()
}

/// A file that holds the lock already.
#[derive(Debug)]
pub struct Lent(File);

impl Lent {
    pub fn take(self, _open: impl FnOnce() -> io::Result<File>) -> io::Result<File> {
        // For a file that holds the lock this is the question whether it does.
        if try_lock(&self.0)? {
            Ok(self.0)
        } else {
            Err(io::ErrorKind::WouldBlock.into())
        }
    }
}

/// Has a program started by `fork` and `exec`. Between the `vfork` and the `exec` that the standard
/// library prefers, this process waits in a way that no stop (Ctrl-Z) reaches, and the child is
/// stopped: the shell would wait for its job without end. The library takes `fork` where a group is
/// set; this sets the one that the child has anyway.
pub fn start_by_fork(command: &mut Command) {
    let group = rustix::process::getegid().as_raw();
    // A group that has no number here cannot be set.
    if !is_unmapped(group) {
        command.gid(group);
    }
}

/// In a process group of its own, the program does not get the signals of the terminal's.
pub fn leave_process_group(command: &mut Command) {
    command.process_group(0);
}
