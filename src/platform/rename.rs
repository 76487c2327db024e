//! A rename that takes another file's place, as each platform needs it.
//!
//! On Windows a file that somebody else has open for a moment (a virus scanner, an indexer, a
//! reader of ours) cannot be replaced in that moment: error 5 (access denied) or 32 (sharing
//! violation). It is tried again for a second in all. Readers of ours let it happen: the standard
//! library opens every file so that it may be renamed and deleted.

use std::io;
use std::path::Path;

/// Renames `from` to `to`, which it replaces.
#[cfg(not(windows))]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)
}

/// Renames `from` to `to`, which it replaces, as soon as whoever has it open lets go.
#[cfg(windows)]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    patiently(|| std::fs::rename(from, to))
}

/// Does what may fail because somebody else has the file open, for up to a second.
#[cfg(windows)]
pub fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    for pause in [1, 2, 5, 10, 20, 40, 80, 160, 320, 360] {
        match attempt() {
            Err(error)
                if matches!(
                    error.raw_os_error(),
                    Some(ACCESS_DENIED | SHARING_VIOLATION)
                ) =>
            {
                std::thread::sleep(std::time::Duration::from_millis(pause));
            }
            result => return result,
        }
    }
    attempt()
}

/// Does it once: elsewhere a file that is open can be replaced and read all the same.
#[cfg(not(windows))]
pub fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    attempt()
}
