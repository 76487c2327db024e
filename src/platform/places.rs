//! Where an operating system has what this program looks for.

use std::path::PathBuf;

use super::system;

/// Directories in memory that every process of this user finds, by whatever environment it was
/// started: a record goes there that cannot be saved in its place. They survive a full disk and no
/// reboot. Only Linux has any.
#[must_use]
pub fn memory_directories() -> Vec<PathBuf> {
    system::memory_directories()
}

/// The file with all certificates of authorities that this system trusts; `None` where there is no
/// such file (macOS, Windows): there the system is asked to verify a certificate.
#[must_use]
pub fn certificate_bundle() -> Option<PathBuf> {
    system::certificate_bundle()
}

/// What the file of a program of this name is called: on Windows it ends with `.exe`.
#[must_use]
pub fn program_file(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}
