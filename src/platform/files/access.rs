//! Who may use a file, whose a new file is to be, and whether two files are one. Whether a file may
//! be believed is decided in `trust.rs`.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::acting::Acting;
use super::trust::Mended;
use crate::platform::system;

/// Takes a file's permissions from all users but its owner. `None` when there was nothing to take,
/// or it could not be done. On Windows a profile directory is private anyway.
#[must_use]
pub fn mend_mode(path: &Path) -> Option<Mended> {
    let from = system::mend_mode(path)?;
    Some(Mended { from, to: 0o600 })
}

/// Has every file and directory that this process and its children make from now on be writable for
/// no other user, whatever the umask says.
pub fn let_no_others_write() {
    system::let_no_others_write();
}

/// Gives `file`, which root has made, to the owner and group of `like`: a file that root makes for
/// a user must be the user's, or `sudo authctl` locks the user out. Does nothing for other users
/// than root, nor where the file has a second name, which may be another user's.
///
/// # Errors
/// When the file cannot be given away.
pub fn keep_owner(like: &Path, file: &File) -> io::Result<()> {
    let _acting = Acting::at(like);
    system::keep_owner(like, file)
}

/// Whether `path` is a regular file of the effective user that no other user may read. Only such a
/// file counts in a directory that others can write to.
#[must_use]
pub fn is_private_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() && system::is_private(&meta))
}

/// The number that the file system has for what is at `path`; `None` on Windows, and when it cannot
/// be looked at.
#[must_use]
pub fn number_of(path: &Path) -> Option<u64> {
    system::number(&fs::metadata(path).ok()?)
}

/// How many bytes the file system of a directory has in all; `None` where that is not told.
#[must_use]
pub fn size_of_disk(directory: &Path) -> Option<u64> {
    system::size_of_disk(directory)
}

/// What changes when a file is replaced: its number, where the file system has one, and the moment
/// at which it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(Option<u64>, Option<SystemTime>);

/// The stamp of the file at `path`; `None` when it cannot be looked at.
#[must_use]
pub fn stamp_of(path: &Path) -> Option<Stamp> {
    let meta = fs::metadata(path).ok()?;
    Some(Stamp(system::number(&meta), meta.modified().ok()))
}

/// Whether `path` leads to this very file. Where that cannot be told (Windows), it counts as yes.
#[must_use]
pub fn leads_to(path: &Path, file: &File) -> bool {
    is_same(fs::metadata(path), file.metadata())
}

/// Whether `path` leads to this very file, and that can be told.
#[must_use]
pub fn certainly_leads_to(path: &Path, file: &File) -> bool {
    match (fs::metadata(path), file.metadata()) {
        (Ok(one), Ok(other)) => system::is_same(&one, &other) == Some(true),
        _ => false,
    }
}

/// Whether both are one file. Where that cannot be told (Windows) they count as one: there a file
/// that a program has open is not replaced.
#[must_use]
pub fn is_same(one: io::Result<Metadata>, other: io::Result<Metadata>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => system::is_same(&one, &other).unwrap_or(true),
        _ => false,
    }
}

/// What keeps a rename from replacing `file` although there is room, as a clause; `None` when
/// nothing is known to, or there is no such file. None of it shows when a file is created beside.
///
/// # Errors
/// When `directory`, in which the file lies, cannot be looked at.
pub fn obstacle_to_replacing(file: &Path, directory: &Path) -> io::Result<Option<&'static str>> {
    system::obstacle_to_replacing(file, directory)
}
