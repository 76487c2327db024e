//! Symbolic links: followed, made, removed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::acting::Acting;
use super::paths::directory_of;
use super::steps::rename;
use super::trust::Distrust;
use crate::platform::system;

/// How many links in a row are followed, as many as Linux follows.
const LIMIT: usize = 40;

/// The file that `path` leads to, through links that may be trusted, even if it does not exist yet.
///
/// A user who may make a link where this program writes could otherwise choose which file is
/// written over. A link may be trusted when the effective user or root made it.
///
/// # Errors
/// When another user made a link on the way, or a link cannot be read, or they lead round in a
/// circle.
pub fn resolve_link(path: &Path) -> io::Result<PathBuf> {
    resolve(path, |link, _| system::is_own_link(link))
}

/// The file that `path` leads to, as [`resolve_link`] tells it. Root also follows another user's
/// link to a file of that user: a dotfile manager may have placed links in a user's home, where
/// root now works. Root then reads and replaces only what the user could have replaced.
///
/// # Errors
/// When another user made a link on the way that leads elsewhere, or a link cannot be read, or they
/// lead round in a circle.
pub fn resolve_link_in_home(path: &Path) -> io::Result<PathBuf> {
    resolve(path, |link, target| {
        // A file that does not exist yet would be made in this directory.
        let found = fs::metadata(target).or_else(|_| fs::metadata(directory_of(target)));
        system::is_own_link(link) || system::is_link_to_own(link, found.ok().as_ref())
    })
}

/// Follows links as long as `is_trusted` says yes to what a link says of itself and to its target.
fn resolve(path: &Path, is_trusted: impl Fn(&fs::Metadata, &Path) -> bool) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LIMIT {
        let Ok(link) = fs::symlink_metadata(&path) else {
            return Ok(path);
        };
        if !link.is_symlink() {
            return Ok(path);
        }
        let target = directory_of(&path).join(fs::read_link(&path)?);
        if !is_trusted(&link, &target) {
            return Err(Distrust::ForeignLink.into());
        }
        path = target;
    }
    Err(io::Error::other("its links lead round in a circle"))
}

/// Makes `path` a link to the file `target`, in the place of a link that is there. On Windows,
/// where links need a privilege, `path` becomes a copy.
///
/// # Errors
/// When it cannot be made.
pub fn link(target: &str, path: &Path) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.authctl-new"));
    let _acting = Acting::at(path);
    let _ = unlink(&beside);
    system::make_link(target, &beside)?;
    rename(&beside, path)
}

/// Where a link that [`link`] makes leads to; `None` when there is none. On Windows, the program of
/// which it is a second name or a copy.
#[must_use]
pub fn link_target(path: &Path) -> Option<PathBuf> {
    system::link_target(path)
}

/// Removes a link, and nothing else.
///
/// # Errors
/// When it cannot be removed, or `path` is not a link.
#[expect(clippy::disallowed_methods, reason = "a link holds nothing")]
pub fn unlink(path: &Path) -> io::Result<()> {
    if link_target(path).is_none() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let _acting = Acting::at(path);
    fs::remove_file(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{fchown, lchown, symlink};

    use super::*;
    use crate::platform::files::temporary_directory;

    fn place(directory: &tempfile::TempDir, name: &str) -> PathBuf {
        directory.path().join(name)
    }

    #[test]
    fn a_link_is_followed_to_a_file_that_does_not_exist_yet_and_a_circle_is_not() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        symlink("second", place(&directory, "first")).expect("linked");
        symlink("deep/file", place(&directory, "second")).expect("linked");
        assert_eq!(
            resolve_link(&place(&directory, "first")).expect("trusted"),
            place(&directory, "deep/file")
        );

        symlink("round", place(&directory, "about")).expect("linked");
        symlink("about", place(&directory, "round")).expect("linked");
        let error = resolve_link(&place(&directory, "round")).expect_err("a circle");
        assert!(error.to_string().contains("circle"), "{error}");
    }

    #[test]
    fn a_link_of_another_user_is_refused_but_by_root_in_that_users_home() {
        const ANOTHER: u32 = 12_345;
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let file = directory.path().join("file");
        let link = directory.path().join("link");
        symlink("file", &link).expect("linked");
        assert_eq!(resolve_link(&link).expect("the test's own link"), file);
        if lchown(&link, Some(ANOTHER), None).is_err() {
            eprintln!("NOT RUN: only root can give a link away");
            return;
        }
        assert_refused(resolve_link_in_home(&link));
        let open = fs::File::create_new(&file).expect("made");
        assert_refused(resolve_link_in_home(&link));
        fchown(&open, Some(ANOTHER), None).expect("root may");
        let found = resolve_link_in_home(&link).expect("the link and the file are one user's");
        assert_eq!(found, file);
        assert_refused(resolve_link(&link));
    }

    fn assert_refused(result: io::Result<PathBuf>) {
        let error = result.expect_err("it is another user's link");
        assert!(error.to_string().contains("another user made"), "{error}");
    }
}
