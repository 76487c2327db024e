//! The user's home directory, and where this platform has programs keep their files in it.

use std::path::{Path, PathBuf};

/// The platform's directories for this program. To be asked only when they are needed: without
/// `$HOME` the answer comes from the user database, over a socket. `None` without a home directory.
pub(super) fn platform_directories() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "authctl")
}

/// A path as a user writes it: `~/` at its start is the home directory.
#[must_use]
pub fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => Path::new(path).to_owned(),
    }
}
