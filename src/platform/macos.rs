//! What macOS does differently from Linux. Every Unix system but Linux takes this file: nothing in
//! it is Apple's alone.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::files::claim_by_writing;

pub use super::unix::*;

pub const NEEDS_DISPLAY: bool = false;

pub fn forbid_core_dumps() {
    limit_core_dumps();
}

pub fn parent_id() -> Option<String> {
    None
}

pub fn own_program() -> io::Result<PathBuf> {
    std::env::current_exe()
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

pub fn claim_room(file: &File, room: u64) -> io::Result<()> {
    claim_by_writing(file, room)
}

/// The kernel does not tell.
pub fn is_mount_point(_path: &Path) -> Option<bool> {
    None
}
