//! What Linux does differently from the other Unix systems: it tells more (`/proc`, `statx`), and
//! room on a disk can be claimed without writing.

use std::io;
use std::path::PathBuf;

use rustix::process::DumpableBehavior;

pub use super::unix::*;

/// Where the distributions keep the bundle of certificates.
const BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The limit alone would not count where dumps are piped to a program. A process that is not
/// dumpable has none at all, and other programs of the same user cannot look into its memory.
pub fn forbid_core_dumps() {
    limit_core_dumps();
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

pub fn parent_id() -> Option<String> {
    let pid = std::os::unix::process::parent_id();
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // proc_pid_stat(5): the 22nd field. The second is a name in parentheses, and may have anything
    // in it.
    let began = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?;
    Some(format!("{pid} {began}"))
}

/// This very program, even where a newer one has taken its place on the disk meanwhile.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub fn own_program() -> io::Result<PathBuf> {
    Ok(PathBuf::from("/proc/self/exe"))
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
