//! The environment, read in this file and nowhere else. A variable that is empty, or not Unicode,
//! is not set.

use std::path::PathBuf;

/// The value of an environment variable.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The value of an environment variable of somebody else's, for whom to be empty means something.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn given(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The value of an environment variable that names a file or a directory. Paths need not be
/// Unicode.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
