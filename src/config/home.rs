//! The user's home directory, and where this platform has programs keep their files in it.

use std::path::{Path, PathBuf};

use crate::platform::files;

/// The platform's directories for this program. To be asked only when they are needed: without
/// `$HOME` the answer comes from the user database, over a socket. `None` without a home directory.
pub(super) fn platform_directories() -> Option<directories::ProjectDirs> {
    let found = directories::ProjectDirs::from("", "", "authctl");
    // With a relative `$HOME` they would be wherever a command happens to run.
    found.filter(|found| found.config_dir().is_absolute())
}

/// Whether root works with the home of another user, whose files tell other programs what to run:
/// such programs are not run then.
#[must_use]
pub fn is_anothers_home() -> bool {
    let settings = super::env::path("XDG_CONFIG_HOME").map(|place| place.join("file"));
    files::is_lent(&expand("~/file")) || settings.is_some_and(|file| files::is_lent(&file))
}

/// A path as a user writes it: `~/` at its start is the home directory.
#[must_use]
pub fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => Path::new(path).to_owned(),
    }
}
