//! Replacing a small file as a whole: written beside its place and renamed over it, so that a
//! reader sees the old text or the new one, and never half of one.
//!
//! Records have a way of their own, which claims room first, see the store.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::access::keep_owner;
use super::acting::Acting;
use super::beside::Beside;
use super::links::resolve_link;
use super::paths::directory_of;
use super::steps::{create_directory, remove, sync_directory};
use super::trust;
use crate::platform::signals::{self, Then};
use crate::platform::system;

/// How long a writer waits until another process opens a pipe for reading.
pub const READER: Duration = Duration::from_secs(10);

/// The most bytes of a hint that are read.
const LIMIT: u64 = 1 << 16;

/// Replaces the file at `path` by `bytes`, durably. The new file is for its owner only, whatever
/// mode the old one had. A link that may be trusted stays a link, see [`resolve_link`].
///
/// # Errors
/// When the file cannot be written, is not a regular file, or is another user's link. What was
/// there is then still there.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = resolve_link(path)?;
    let _acting = Acting::at(&path);
    let file = write_beside(&path, bytes)?;
    rename_durably(file, &path)
}

/// Replaces the file at `path` by what `write` writes, piece by piece. The new file has the mode of
/// the old one, and where root replaces it its owner; without an old one it is for its owner only.
///
/// # Errors
/// What [`replace_keeping_mode`] fails with, and what `write` does.
pub fn replace_by(path: &Path, write: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    let path = resolve_link(path)?;
    let acting = Acting::at(&path);
    let old = writable(&path)?;
    demand_file(&path)?;
    let beside = Beside::begin(&path)?;
    drop(acting);
    let half = beside.path().to_owned();
    // That takes its time, and a person may lose patience.
    let deferred = signals::defer().hear(move |_, _| {
        let _ = remove(&half);
        Then::Obey
    });
    write(beside.file())?;
    drop(deferred);
    let _acting = Acting::at(&path);
    put_in_place(beside, old, &path)
}

/// Writes `bytes` to `path`. A file, or nothing, is replaced there as [`replace()`] does it. What
/// [`open_special`] opens is written to and stays.
///
/// # Errors
/// What [`replace()`] fails with, and [`open_special`].
pub fn deliver(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match open_special(path)? {
        Some(mut special) => special.write_all(bytes),
        None => replace(path, bytes),
    }
}

/// Opens what is at `path` for writing, if that is no file that could be replaced: a pipe or a
/// device, which must be the effective user's or root's; or whatever this process was given open,
/// by a name such as `/dev/stdout`. `None` for a file, and for nothing.
///
/// # Errors
/// When no process opens a pipe for reading in [`READER`], or it is another user's.
pub fn open_special(path: &Path) -> io::Result<Option<File>> {
    let is_given = system::is_open_already(path);
    let resolved = if is_given {
        path.to_owned()
    } else {
        resolve_link(path)?
    };
    let is_special = fs::metadata(&resolved).is_ok_and(|meta| !meta.is_file() && !meta.is_dir());
    if !is_special && !is_given {
        return Ok(None);
    }
    let ends = Instant::now() + READER;
    loop {
        let _acting = (!is_given).then(|| Acting::at(&resolved));
        match system::open_for_delivery(&resolved, is_given) {
            Ok(file) => {
                if !is_given {
                    trust::check_reader(&file)?;
                }
                return Ok(Some(file));
            }
            Err(error) if system::has_no_reader(&error) && Instant::now() < ends => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Replaces the file at `path`, which another program or the user has made, by `bytes`, durably.
/// The new file has the mode of the old one, and where root replaces it its owner. Without an old
/// file, it is for its owner only. A link that may be trusted stays a link, see [`resolve_link`].
///
/// # Errors
/// When the file cannot be written, may not be written to, is not a regular file, or is another
/// user's link. What was there is then still there.
pub fn replace_keeping_mode(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = resolve_link(path)?;
    let _acting = Acting::at(&path);
    let old = writable(&path)?;
    let file = write_beside(&path, bytes)?;
    put_in_place(file, old, &path)
}

/// The mode of the file at `path`, which may be written to; `None` if there is none, or it may have
/// been put there by another user, who would get what takes its place.
fn writable(path: &Path) -> io::Result<Option<fs::Permissions>> {
    let old = fs::metadata(path).ok();
    let old = old.filter(|old| !trust::may_be_planted(old, path));
    let old = old.map(|meta| meta.permissions());
    if old.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    Ok(old)
}

/// Gives a file the owner and the mode of the one at `path`, and puts it in its place.
fn put_in_place(file: Beside, old: Option<fs::Permissions>, path: &Path) -> io::Result<()> {
    if old.is_none() {
        let _ = keep_owner(directory_of(path), file.file());
    }
    if let Some(mode) = old {
        // On a file system that knows no owners, the change is worth more than the owner.
        let _ = keep_owner(path, file.file());
        file.file().set_permissions(mode)?;
    }
    rename_durably(file, path)
}

/// Replaces the hint at `path` by `bytes`: a file for its owner only whose loss does no harm, so
/// that nothing is synced and a power cut may lose it. Its directory is created if it is missing. A
/// link is replaced by the file.
///
/// # Errors
/// When the hint cannot be written, or is not a regular file.
pub fn write_hint(path: &Path, bytes: &[u8]) -> io::Result<()> {
    trust::check_link_to_directory(directory_of(path))?;
    create_directory(directory_of(path))?;
    let _acting = Acting::at(path);
    write_beside(path, bytes)?.take_place(path)
}

/// The text of a hint; `None` when there is none that can be read.
#[must_use]
pub fn read_hint(path: &Path) -> Option<String> {
    // A read of a named pipe would wait for a writer.
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(LIMIT).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Writes `bytes` into a new file beside `path`.
fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<Beside> {
    demand_file(path)?;
    Beside::write(path, bytes)
}

/// Checks that nothing but a file is at `path`: a rename would put a file in the place of a device
/// or a pipe.
fn demand_file(path: &Path) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::other("it is not a regular file"));
    }
    Ok(())
}

/// Puts `file` in the place of `path`. Without the syncs, a power cut may leave an empty file or
/// bring the old one back.
fn rename_durably(file: Beside, path: &Path) -> io::Result<()> {
    file.file().sync_all()?;
    file.take_place(path)?;
    sync_directory(directory_of(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::files::temporary_directory;

    #[test]
    fn what_is_not_a_regular_file_is_not_replaced() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join("in its place");
        create_directory(&path).expect("made");
        for attempt in [replace, replace_keeping_mode, write_hint] {
            let error = attempt(&path, b"x").expect_err("it is a directory");
            assert_eq!(error.to_string(), "it is not a regular file");
        }
        assert!(path.is_dir());
        let left = fs::read_dir(directory.path()).expect("there").count();
        assert_eq!(left, 1, "nothing is left beside it");
    }

    #[test]
    fn a_hint_is_whole_and_its_directory_is_made() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join("deep/er/hint");
        assert_eq!(read_hint(&path), None);
        write_hint(&path, b"one").expect("written");
        write_hint(&path, b"two").expect("written");
        assert_eq!(read_hint(&path).as_deref(), Some("two"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_a_mode_is_kept_where_it_is_asked_for() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join("file");
        let link = directory.path().join("link");
        let mode = || fs::metadata(&path).expect("there").permissions().mode() & 0o777;
        symlink("file", &link).expect("linked");

        replace_keeping_mode(&link, b"new").expect("written");
        assert_eq!(mode(), 0o600, "private where there was none");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        replace_keeping_mode(&link, b"kept").expect("written");
        assert_eq!(mode(), 0o640);
        replace(&link, b"private").expect("written");
        assert_eq!(mode(), 0o600);
        assert!(link.is_symlink());
        assert_eq!(read_hint(&path).as_deref(), Some("private"));

        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("set");
        let error = replace_keeping_mode(&link, b"x").expect_err("read-only");
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(read_hint(&path).as_deref(), Some("private"));
    }

    #[cfg(unix)]
    #[test]
    fn what_a_link_of_another_user_leads_to_is_not_replaced() {
        use std::os::unix::fs::{MetadataExt, lchown, symlink};
        const ANOTHER: u32 = 12_345;
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let file = directory.path().join("file");
        let link = directory.path().join("link");
        File::create_new(&file).expect("made");
        symlink("file", &link).expect("linked");
        if lchown(&link, Some(ANOTHER), None).is_err() {
            eprintln!("NOT RUN: only root can give a link away");
            return;
        }
        lchown(&file, Some(ANOTHER), None).expect("root may");
        for attempt in [replace, replace_keeping_mode] {
            let error = attempt(&link, b"new").expect_err("it is another user's link");
            assert_eq!(error.to_string(), "it is a link that another user made");
        }
        assert_eq!(fs::read(&file).expect("there"), b"");
        let (inner, around) = (directory.path().join("d"), directory.path().join("to-d"));
        fs::create_dir(&inner).expect("made");
        symlink("d", &around).expect("linked");
        lchown(&around, Some(ANOTHER), None).expect("root may");
        let error = write_hint(&around.join("hint"), b"x").expect_err("a link leads there");
        assert_eq!(error.to_string(), "it is a link that another user made");

        replace_keeping_mode(&file, b"new").expect("no link is in the way");
        assert_eq!(fs::metadata(&file).expect("there").uid(), ANOTHER);
    }
}
