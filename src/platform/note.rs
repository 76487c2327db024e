//! Small files of ours that are no sessions: a token where a program looks for one, what
//! was told to whom.
//!
//! Written beside their place and renamed over it, 0600 from birth: nobody reads half of one.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// No note is longer.
const LIMIT: u64 = 1 << 16;

/// Puts `bytes` in the file's place, for good. A link of our own stays a link.
///
/// # Errors
/// When it cannot be written, or what is there is no file, or somebody else's link. What was there
/// is still there.
pub fn publish(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = behind_links(path)?;
    put(&path, bytes, true)
}

/// Puts `bytes` in the file's place, and the directory if it is missing. A power cut may lose it.
///
/// # Errors
/// When it cannot be written.
pub fn jot(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create_directory(path)?;
    put(path, bytes, false)
}

/// The directory of a note, for its owner only.
fn create_directory(path: &Path) -> io::Result<()> {
    let Some(directory) = path.parent().filter(|directory| !directory.exists()) else {
        return Ok(());
    };
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(directory)
}

/// Puts `bytes` in the place of a file that is another program's, and keeps its mode.
///
/// # Errors
/// When it cannot be written. What was there is still there.
pub fn rewrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = behind_links(path)?;
    let mode = fs::metadata(&path).ok().map(|old| old.permissions());
    if mode.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    put(&path, bytes, true)?;
    if let Some(mode) = mode {
        fs::set_permissions(&path, mode)?;
    }
    Ok(())
}

/// Keeps others from doing the same at once, for as long as the file lives that comes back.
///
/// # Errors
/// When somebody else does it for longer than `patience`, or it cannot be locked.
pub fn lock(path: &Path, patience: Duration) -> io::Result<fs::File> {
    create_directory(path)?;
    let file = fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    let ends = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::Error(error)) => return Err(error),
            Err(fs::TryLockError::WouldBlock) if Instant::now() > ends => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Makes `path` a link to `target`, in the place of a link that is there.
///
/// # Errors
/// When it cannot be made.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "a link holds nothing")]
pub fn link(target: &str, path: &Path) -> io::Result<()> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let beside = path.with_file_name(format!(".{name}.authctl-new"));
    let _ = unlink(&beside);
    std::os::unix::fs::symlink(target, &beside)?;
    fs::rename(&beside, path)
}

/// Here a copy is made: links need a privilege.
///
/// # Errors
/// When it cannot be made.
#[cfg(not(unix))]
pub fn link(target: &str, path: &Path) -> io::Result<()> {
    fs::copy(target, path).map(|_| ())
}

/// Removes a link of ours.
///
/// # Errors
/// When it cannot be removed, or is no link.
#[expect(clippy::disallowed_methods, reason = "a link holds nothing")]
pub fn unlink(path: &Path) -> io::Result<()> {
    if !path.is_symlink() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::remove_file(path)
}

/// What stands in a note; `None` if there is none that can be read.
#[must_use]
pub fn read(path: &Path) -> Option<String> {
    let mut text = String::new();
    // A pipe would be waited for.
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    fs::File::open(path)
        .ok()?
        .take(LIMIT)
        .read_to_string(&mut text)
        .ok()?;
    Some(text)
}

fn put(path: &Path, bytes: &[u8], for_good: bool) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        // A directory, a device, a pipe: a rename would put a file in its place.
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut file = tempfile::NamedTempFile::new_in(directory(path))?;
    file.write_all(bytes)?;
    if for_good {
        file.as_file().sync_all()?;
    }
    file.persist(path)?;
    // Without this a power cut may bring back what was there. Elsewhere a directory cannot be
    // synced.
    #[cfg(unix)]
    if for_good {
        fs::File::open(directory(path))?.sync_all()?;
    }
    Ok(())
}

fn directory(path: &Path) -> PathBuf {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// The file that a path means in the end. Whoever can make a link where we write could choose what
/// is written over: only our own are followed, to a file that need not be there.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..16 {
        let Ok(link) = fs::symlink_metadata(&path) else {
            return Ok(path);
        };
        if !link.is_symlink() {
            return Ok(path);
        }
        #[cfg(unix)]
        if std::os::unix::fs::MetadataExt::uid(&link) != rustix::process::geteuid().as_raw() {
            return Err(io::Error::other("it is a link that somebody else has made"));
        }
        path = directory(&path).join(fs::read_link(&path)?);
    }
    Err(io::Error::other("it is a circle of links"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_whole_and_private_and_a_link_stays_a_link() {
        let directory = tempfile::tempdir().expect("a directory");
        let (path, link) = (
            directory.path().join("deep/er/note"),
            directory.path().join("link"),
        );
        assert_eq!(read(&path), None);
        jot(&path, b"one").expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::os::unix::fs::symlink(&path, &link).expect("linked");
            publish(&link, b"two").expect("written");
            assert!(link.is_symlink());
            assert_eq!(
                fs::metadata(&path).expect("there").permissions().mode() & 0o777,
                0o600
            );
            assert_eq!(read(&path).as_deref(), Some("two"));
        }
        assert!(publish(directory.path(), b"x").is_err());
    }
}
