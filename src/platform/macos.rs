//! What macOS does differently from Linux. Every Unix system but Linux takes this file: nothing in
//! it is Apple's alone.

use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

pub use super::ancestors::named_process;

pub const NEEDS_DISPLAY: bool = false;

/// Where the system's log listens.
pub const SYSLOG: &str = "/var/run/syslog";

/// Nothing is known to.
pub fn forbid_inspection() -> bool {
    false
}

pub fn is_unmapped(_user: u32) -> bool {
    false
}

/// A thread has the rights of its process.
pub struct Rights;

impl Rights {
    pub fn of(_user: u32, _group: u32) -> Self {
        Self
    }
}

/// The system does not tell whose a connection is.
pub fn is_another_persons(_own: SocketAddr, _other: SocketAddr) -> bool {
    false
}

pub fn parent_id() -> Option<String> {
    None
}

/// Only Linux has such addresses.
pub fn abstract_address(_name: &str) -> Option<std::os::unix::net::SocketAddr> {
    None
}

/// The kernel gives no such handle.
pub fn open_process(_number: rustix::process::Pid) -> Option<OwnedFd> {
    None
}

pub fn own_program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// Root has its own rights everywhere, so that this is not asked.
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

/// It is not looked up: a signal that was to be ignored is then deferred, and obeyed.
pub fn is_signal_ignored(_signal: i32) -> bool {
    false
}

#[expect(clippy::unnecessary_wraps, reason = "on Linux it can fail")]
pub fn allocate(_file: &File, _room: u64) -> io::Result<bool> {
    Ok(false)
}

/// The kernel does not tell.
pub fn is_mount_point(_path: &Path) -> Option<bool> {
    None
}
