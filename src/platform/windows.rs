//! What Windows does differently.
//!
//! - A profile directory is private by its access control list, which new files inherit. Modes and
//!   owners are not looked at.
//! - A file that another program has open for a moment (a virus scanner, an indexer) can be neither
//!   replaced nor removed in that moment: both are tried again for three seconds. Readers of this
//!   program let it happen: the standard library opens every file so that it may be renamed and
//!   deleted.
//! - A directory cannot be synced. Links need a privilege, so that a copy is made.
//! - A lock cannot be lent to another process: a helper process takes it itself (`lock.rs`).
//! - Stdin cannot be waited for with a deadline.

mod api;
mod detached;
mod lock;
mod signals;
mod words;

use std::convert::Infallible;
use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, StdinLock};
use std::net::SocketAddr;
use std::os::windows::io::AsRawHandle;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

pub use detached::{Process, Starter, receive_order, start_helper};
pub use lock::{Lent, lend_lock, lock, try_lock};
pub use signals::{Deferred, defer_signals};
pub use words::{join_words, split_words};

/// `SystemRoot` is where the network's library finds its parts.
pub const NEEDED_VARIABLES: &[&str] = &[
    "APPDATA",
    "LOCALAPPDATA",
    "SystemDrive",
    "SystemRoot",
    "TEMP",
    "TMP",
    "USERPROFILE",
];

pub fn is_variable(found: &OsStr, name: &str) -> bool {
    found.eq_ignore_ascii_case(name)
}

pub const NEEDS_DISPLAY: bool = false;

/// The system does not tell whose a connection is.
pub fn is_another_persons(_own: SocketAddr, _other: SocketAddr) -> bool {
    false
}

pub fn stdin_is_readable(_stdin: &StdinLock<'_>, _wait: Duration) -> bool {
    true
}

/// A console takes lines of any length as it is.
#[derive(Debug)]
pub struct Unseen(Infallible);

pub fn read_unseen() -> Option<Unseen> {
    None
}

/// There are no background jobs of a console.
pub fn is_in_background() -> bool {
    false
}

pub fn terminal_size() -> Option<(usize, usize)> {
    None
}

/// Rust's library does it.
pub fn begin() {}

pub fn forbid_core_dumps() {}

pub fn open_files() -> Option<usize> {
    None
}

pub use super::ancestors::{host_name, named_process};

pub fn parent_pid() -> Option<u32> {
    named_process(std::process::id()).map(|(_, parent)| parent)
}

/// There is none that takes lines of text.
pub fn send_to_system_log(_text: &str) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub fn parent_id() -> Option<String> {
    None
}

pub fn open_without_links(_path: &Path) -> io::Result<File> {
    Err(io::ErrorKind::PermissionDenied.into())
}

pub fn is_contained() -> bool {
    false
}

pub fn memory_directories() -> Vec<PathBuf> {
    vec![]
}

pub fn certificate_bundle() -> Option<PathBuf> {
    None
}

pub fn stdout_was_closed() -> bool {
    io::stdout().as_raw_handle().is_null()
}

pub fn exit_code(status: ExitStatus) -> u8 {
    u8::try_from(status.code().unwrap_or(1)).unwrap_or(u8::MAX)
}

/// There is no such signal.
pub fn ask_to_end(_pid: u32) {}

pub fn end_group(_pid: u32) {}

pub fn use_all_files() {}

/// There is none.
pub struct Local(Infallible);

impl Local {
    pub fn bind(_path: &Path) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[expect(clippy::unused_async, reason = "on Unix it waits")]
    pub async fn accept(&self) -> io::Result<tokio::io::DuplexStream> {
        match self.0 {}
    }
}

pub fn tell_service_manager(_socket: &str, _state: &str) {}

pub fn show_as(_command: &mut Command, _name: &str) {}

pub const STAYS_BESIDE_COMMAND: bool = true;

/// A program cannot become another one.
pub fn become_command(command: &mut Command) -> io::Result<u8> {
    signals::ignore_from_now_on();
    let code = command.status()?.code().unwrap_or(1);
    Ok(u8::try_from(code).unwrap_or(u8::MAX))
}

pub fn leave_terminal() {}

/// What a process inherits is named when it is started.
pub fn leave_open_files() {}

/// A process by its number, which may be another one's by now.
pub struct Other(u32);

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(200);

impl Other {
    pub fn watch(number: u32) -> Option<Self> {
        let other = Self(number);
        other.lives().then_some(other)
    }

    fn lives(&self) -> bool {
        named_process(self.0).is_some()
    }

    pub fn lives_for(&self, time: Duration) -> bool {
        let ends = Instant::now() + time;
        while self.lives() {
            let left = ends.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(LOOK));
        }
        false
    }
}

/// No signal stops a process.
pub fn start_by_fork(_command: &mut Command) {}

/// A terminal's signals are not sent by process group.
pub fn leave_process_group(_command: &mut Command) {}

pub fn is_unmapped(_user: u32) -> bool {
    false
}

pub const RENAMES_OPEN_FILES: bool = false;

/// The program that edits text where the user has chosen none.
pub const USUAL_EDITOR: &str = "notepad";

pub fn number(_meta: &Metadata) -> Option<u64> {
    None
}

pub fn limit_behind(_error: &io::Error) -> Option<&'static str> {
    None
}

pub fn owners_on_the_way(_path: &Path) -> Option<[(u32, u32); 2]> {
    None
}

/// A user has no number here.
pub struct Rights;

impl Rights {
    pub fn of(_user: u32, _group: u32) -> Self {
        Self
    }
}

pub fn own_program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

pub fn survive_size_limit() {}

#[expect(
    clippy::disallowed_methods,
    reason = "only a helper process ends itself, which has no console to put in order"
)]
pub fn end_process() {
    std::process::abort();
}

pub fn open_without_waiting(_options: &mut OpenOptions) {}

pub fn refuse_links(_options: &mut OpenOptions) {}

pub fn open_privately(_options: &mut OpenOptions) {}

#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub fn make_private(_file: &File) -> io::Result<()> {
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub fn make_usable(_file: &File) -> io::Result<()> {
    Ok(())
}

pub fn create_private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().create(path)
}

#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub fn make_directory_private(_path: &Path) -> io::Result<()> {
    Ok(())
}

pub fn make_temporary_private(_builder: &mut tempfile::Builder<'_, '_>) {}

pub fn size_of_disk(_directory: &Path) -> Option<u64> {
    None
}

pub fn let_no_others_write() {}

pub fn mend_mode(_path: &Path) -> Option<u32> {
    None
}

pub fn effective_user() -> Option<u32> {
    None
}

pub fn owner(_meta: &Metadata) -> Option<u32> {
    None
}

pub fn names(_meta: &Metadata) -> Option<u64> {
    None
}

pub fn others_may_write(_meta: &Metadata) -> bool {
    false
}

pub fn is_sticky(_meta: &Metadata) -> bool {
    false
}

pub fn mode_without_others_write(_meta: &Metadata) -> (u32, u32) {
    (0, 0)
}

#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub fn set_mode(_file: &File, _mode: u32) -> io::Result<()> {
    Ok(())
}

pub fn keep_others_from_writing(_builder: &mut DirBuilder) {}

pub fn is_open_already(_path: &Path) -> bool {
    false
}

pub fn open_for_delivery(path: &Path, _follows: bool) -> io::Result<File> {
    OpenOptions::new().write(true).open(path)
}

pub fn has_no_reader(_error: &io::Error) -> bool {
    false
}

pub fn is_link_in_the_way(_error: &io::Error) -> bool {
    false
}

#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub fn keep_owner(_like: &Path, _file: &File) -> io::Result<()> {
    Ok(())
}

pub fn keep_owner_of_directory(_like: &Path, _path: &Path) {}

pub fn is_private(_meta: &Metadata) -> bool {
    true
}

/// The standard library does not tell a file's number here.
pub fn is_same(_one: &Metadata, _other: &Metadata) -> Option<bool> {
    None
}

#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub fn obstacle_to_replacing(_file: &Path, _around: &Path) -> io::Result<Option<&'static str>> {
    Ok(None)
}

pub fn is_own_link(_link: &Metadata) -> bool {
    true
}

pub fn is_link_to_own(_link: &Metadata, _found: Option<&Metadata>) -> bool {
    true
}

/// A second name of the program, which needs no privilege; where there can be none, a copy.
pub fn make_link(target: &str, path: &Path) -> io::Result<()> {
    fs::hard_link(target, path).or_else(|_| fs::copy(target, path).map(|_| ()))
}

/// The program of which a file is a second name or a copy. One of another version is told by a
/// variable that it knows.
pub fn link_target(path: &Path) -> Option<PathBuf> {
    const KNOWN: &[u8] = b"AUTHCTL_CONFIG";
    let found = fs::read(path).ok()?;
    let own = own_program().ok()?;
    if fs::read(&own).is_ok_and(|bytes| bytes == found) {
        return Some(own);
    }
    let is_older = found.windows(KNOWN.len()).any(|piece| piece == KNOWN);
    is_older.then(|| PathBuf::from("authctl.exe"))
}

pub fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    for pause in [1, 2, 5, 10, 20, 40, 80, 160, 320, 360, 500, 500, 1000] {
        match attempt() {
            Err(error)
                if matches!(
                    error.raw_os_error(),
                    Some(ACCESS_DENIED | SHARING_VIOLATION)
                ) =>
            {
                std::thread::sleep(Duration::from_millis(pause));
            }
            result => return result,
        }
    }
    attempt()
}

#[expect(clippy::unnecessary_wraps, reason = "on Linux it can fail")]
pub fn allocate(_file: &File, _room: u64) -> io::Result<bool> {
    Ok(false)
}

#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
