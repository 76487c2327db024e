//! What macOS does differently from Linux. Every Unix system but Linux takes this file: nothing in
//! it is Apple's alone.

use std::io;
use std::path::PathBuf;

pub use super::unix::*;

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
