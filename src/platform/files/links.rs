//! Symbolic links: followed, made, removed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::steps::directory_of;
use crate::platform::system;

/// How many links in a row are followed, as many as Linux follows.
const LIMIT: usize = 40;

/// Where a record really is: a link (dotfile managers make them) is followed, even to a file that
/// does not exist yet, so that the target is replaced and not the link. A link that cannot be
/// followed to its end leads to where following it ended.
#[must_use]
pub fn follow(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LIMIT {
        let Ok(target) = fs::read_link(&path) else {
            break;
        };
        path = path.parent().unwrap_or(Path::new("/")).join(target);
    }
    path
}

/// The file that `path` leads to, through links that may be trusted, even if it does not exist yet.
///
/// A user who may make a link where this program writes could otherwise choose which file is
/// written over. A link may be trusted when the effective user or root made it. Root also follows
/// another user's link to what that user owns, as in the home of a user whose dotfile manager
/// places links: so root replaces nothing that the user could not have replaced.
///
/// # Errors
/// When another user made a link on the way, or a link cannot be read, or they go round in a
/// circle.
pub fn resolve_link(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LIMIT {
        let Ok(link) = fs::symlink_metadata(&path) else {
            return Ok(path);
        };
        if !link.is_symlink() {
            return Ok(path);
        }
        let target = directory_of(&path).join(fs::read_link(&path)?);
        if !system::is_trusted_link(&link, &target) {
            return Err(io::Error::other("it is a link that another user made"));
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
    system::link(target, path)
}

/// Removes a link, and nothing else.
///
/// # Errors
/// When it cannot be removed, or `path` is not a link.
#[expect(clippy::disallowed_methods, reason = "a link holds nothing")]
pub fn unlink(path: &Path) -> io::Result<()> {
    if !path.is_symlink() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::remove_file(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{lchown, symlink};

    use super::*;

    #[test]
    fn a_link_is_followed_to_a_file_that_does_not_exist_yet_and_a_circle_is_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let place = |name: &str| directory.path().join(name);
        symlink("second", place("first")).expect("linked");
        symlink("deep/file", place("second")).expect("linked");
        assert_eq!(
            resolve_link(&place("first")).expect("trusted"),
            place("deep/file")
        );
        assert_eq!(follow(&place("first")), place("deep/file"));

        symlink("round", place("about")).expect("linked");
        symlink("about", place("round")).expect("linked");
        let error = resolve_link(&place("round")).expect_err("a circle");
        assert!(error.to_string().contains("circle"), "{error}");
    }

    #[test]
    fn a_link_of_another_user_is_followed_by_root_alone_and_only_to_what_that_user_owns() {
        const ANOTHER: u32 = 12_345;
        let directory = tempfile::tempdir().expect("a directory");
        let (file, link) = (directory.path().join("file"), directory.path().join("link"));
        symlink("file", &link).expect("linked");
        assert_eq!(resolve_link(&link).expect("the test's own link"), file);
        if lchown(&link, Some(ANOTHER), None).is_err() {
            eprintln!("NOT RUN: only root can give a link away");
            return;
        }
        let refused = |why: &str| {
            let error = resolve_link(&link).expect_err(why);
            assert!(error.to_string().contains("another user made"), "{error}");
        };
        refused("a file that does not exist yet would be made in root's directory");
        let open = fs::File::create_new(&file).expect("made");
        refused("the file is root's");
        std::os::unix::fs::fchown(&open, Some(ANOTHER), None).expect("root may");
        assert_eq!(
            resolve_link(&link).expect("the link and the file are one user's"),
            file
        );
    }
}
