//! What Linux does differently from the other Unix systems: it tells more (`/proc`, `statx`), and
//! room on a disk can be claimed without writing.

mod rights;
mod sockets;

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use rights::{Rights, is_unmapped};
pub use sockets::is_another_persons;

use rustix::fs::{
    AtFlags, CWD, FallocateFlags, Mode, OFlags, ResolveFlags, StatxAttributes, StatxFlags,
    fallocate, openat2, statx,
};
use rustix::io::Errno;
use rustix::process::{DumpableBehavior, Pid, PidfdFlags, Resource};

/// Where the distributions keep the bundle of certificates.
const BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Where the system's log listens.
pub const SYSLOG: &str = "/dev/log";

/// Whether a browser needs a display server, of which the environment tells.
pub const NEEDS_DISPLAY: bool = true;

/// A process that is not dumpable has no core dump at all, wherever that would go, and other
/// programs of the same user cannot look into its memory.
pub fn forbid_inspection() -> bool {
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

pub fn parent_id() -> Option<String> {
    let pid = std::os::unix::process::parent_id();
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // proc_pid_stat(5): the 22nd field. The second is a name in parentheses, and may have anything
    // in it.
    let began = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?;
    // A program that makes way for another one (execve(2)) stays the same process. What that one
    // asks for the first time is no second question. Another user's program cannot be looked at.
    let program = std::fs::metadata(format!("/proc/{pid}/exe"));
    let program = program.map_or((0, 0), |meta| (meta.dev(), meta.ino()));
    Some(format!("{pid} {began} {} {}", program.0, program.1))
}

/// The name of the process with this number, and the number of the process that started it.
pub fn named_process(number: u32) -> Option<(String, u32)> {
    let stat = std::fs::read(format!("/proc/{number}/stat")).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    // proc_pid_stat(5): the second field is a name in parentheses, and may have anything in it. The
    // fourth is the parent.
    let (before, behind) = stat.rsplit_once(')')?;
    let (_, name) = before.split_once('(')?;
    let parent = behind.split_whitespace().nth(1)?.parse().ok()?;
    Some((name.to_owned(), parent))
}

/// This very program, even where a newer one has taken its place on the disk meanwhile. Where
/// `/proc` is not mounted, the path by which the kernel started it.
pub fn own_program() -> io::Result<PathBuf> {
    let link = PathBuf::from("/proc/self/exe");
    if link.exists() {
        return Ok(link);
    }
    let path = rustix::param::linux_execfn();
    let path = Path::new(OsStr::from_bytes(path.to_bytes()));
    std::path::absolute(path)
}

pub fn abstract_address(name: &str) -> Option<SocketAddr> {
    SocketAddr::from_abstract_name(name).ok()
}

pub fn open_process(number: Pid) -> Option<OwnedFd> {
    rustix::process::pidfd_open(number, PidfdFlags::empty()).ok()
}

/// Opens a file for reading, if no link is anywhere on the way to it.
pub fn open_without_links(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS)?;
    Ok(opened.into())
}

/// The kernel gives the namespace in which it starts the system's first process a fixed number
/// (`PROC_PID_INIT_INO`).
pub fn is_contained() -> bool {
    let namespace = std::fs::read_link("/proc/self/ns/pid");
    namespace.is_ok_and(|name| name.as_os_str() != "pid:[4026531836]")
}

/// The first is the user's, and its name is fixed: a job without a desktop's environment has to
/// find what a desktop's process left.
pub fn memory_directories() -> Vec<PathBuf> {
    let user = rustix::process::getuid().as_raw();
    vec![format!("/run/user/{user}").into(), "/dev/shm".into()]
}

pub fn certificate_bundle() -> Option<PathBuf> {
    BUNDLES
        .iter()
        .map(PathBuf::from)
        .find(|path| path.is_file())
}

pub fn is_signal_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or(0) & (1 << (signal - 1)) != 0
}

/// `false` where the file system cannot allocate.
pub fn allocate(file: &File, room: u64) -> io::Result<bool> {
    // A limit on the size of files shows when they are written, not when room is claimed; and then
    // by a signal.
    let limit = rustix::process::getrlimit(Resource::Fsize).current;
    if limit.is_some_and(|limit| limit < room) {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    match fallocate(file, FallocateFlags::KEEP_SIZE, 0, room) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(false),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(true),
    }
}

/// Whether something is mounted on this very file; `None` where the kernel is too old to tell.
pub fn is_mount_point(path: &Path) -> Option<bool> {
    let flags = StatxFlags::BASIC_STATS;
    let stat = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, flags).ok()?;
    if !stat
        .stx_attributes_mask
        .contains(StatxAttributes::MOUNT_ROOT)
    {
        return None;
    }
    Some(stat.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}
