//! With whose rights a change is made. Root works in directories of users (a container's mounted
//! home, `sudo -E`). By path it would do there whatever such a user wants: the user puts a link, or
//! another directory, into the place between two steps. So root makes, replaces and removes nothing
//! there that the user could not: Linux checks each step with the user's rights. Other systems
//! cannot do that for one thread.

use std::fs;
use std::path::Path;

use crate::platform::system;

/// While one lives, this thread has on the disk the rights of the user who controls a place.
#[must_use]
pub struct Acting {
    _rights: Option<system::Rights>,
}

impl Acting {
    /// Rights for a change at `path`. They are this process's own, unless root works where another
    /// user controls a directory on the way.
    pub fn at(path: &Path) -> Self {
        Self::with_rights_of(lender_of(path))
    }

    /// Rights of this user and group, or this process's own.
    pub(super) fn with_rights_of(lender: Option<(u32, u32)>) -> Self {
        Self {
            _rights: lender.map(|(user, group)| system::Rights::of(user, group)),
        }
    }
}

/// The user in whose place root works at `path`, who can exchange at any moment what is there, with
/// the group of that place. `None` for other users than root, and in root's own places.
pub(super) fn lender_of(path: &Path) -> Option<(u32, u32)> {
    match system::effective_user() {
        Some(0) => controller(path),
        _ => None,
    }
}

/// Whether root works at `path` in the place of another user, so that nothing there may say where
/// root's own secrets go.
#[must_use]
pub fn is_lent(path: &Path) -> bool {
    lender_of(path).is_some()
}

/// Whether a directory that is made in this one stays what it is: no other user than root may
/// exchange it, here or on the way here.
#[must_use]
pub fn is_safe_place(directory: &Path) -> bool {
    let Ok(meta) = fs::metadata(directory) else {
        return false;
    };
    let owner = system::owner(&meta);
    let owners = [Some(0), system::effective_user(), None];
    // Root of the machine has no number in a container's user namespace.
    let is_believed = owners.contains(&owner) || owner.is_some_and(system::is_unmapped);
    let is_kept = !system::others_may_write(&meta) || system::is_sticky(&meta);
    is_believed && is_kept && !is_lent(&directory.join("file"))
}

/// The user, with the group of the directory, whose directory is the first on the way to `path`
/// that is not root's. All that lies below it that user can exchange. A directory of root's own
/// that lies there counts as root's place all the same, where no link of the user's leads to it: a
/// container's earlier steps, or `sudo`, have made it, and the user has no rights in it.
fn controller(path: &Path) -> Option<(u32, u32)> {
    if is_roots_own_directory(path) {
        return None;
    }
    let mut way: Vec<&Path> = path.ancestors().skip(1).collect();
    way.reverse();
    let mut owners = way
        .into_iter()
        .filter_map(system::owners_on_the_way)
        .flatten();
    // A user without a number here has no rights that could be taken.
    owners.find(|(user, _)| *user != 0 && !system::is_unmapped(*user))
}

fn is_roots_own_directory(path: &Path) -> bool {
    let Some(directory) = path.parent() else {
        return true;
    };
    let Ok(meta) = fs::symlink_metadata(directory) else {
        return false;
    };
    let is_roots = meta.is_dir() && system::owner(&meta) == Some(0);
    let is_link_of_users = |step: &Path| {
        fs::symlink_metadata(step)
            .is_ok_and(|meta| meta.is_symlink() && system::owner(&meta) != Some(0))
    };
    let mut above = directory.ancestors().skip(1);
    is_roots && !system::others_may_write(&meta) && !above.any(is_link_of_users)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::fs::{chown, lchown, symlink};

    use super::*;
    use crate::platform::files::temporary_directory;

    const USER: u32 = 12_345;

    /// A directory of root's counted as root's place, although a link of the user's led to it.
    #[test]
    fn where_a_users_link_leads_to_roots_directory_the_users_rights_count() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let (home, roots) = (directory.path().join("home"), directory.path().join("r"));
        for made in [&home, &roots, &home.join("of-root")] {
            fs::create_dir(made).expect("made");
        }
        let link = home.join("link");
        symlink(&roots, &link).expect("linked");
        let is_root = system::effective_user() == Some(0);
        if !is_root || chown(&home, Some(USER), Some(USER)).is_err() {
            eprintln!("NOT RUN: only root can give a directory away");
            return;
        }
        lchown(&link, Some(USER), Some(USER)).expect("root may");
        let lender = |path: &Path| lender_of(path).map(|(user, _)| user);
        assert_eq!(lender(&link.join("file")), Some(USER));
        assert_eq!(lender(&home.join("file")), Some(USER));
        assert_eq!(lender(&home.join("of-root/file")), None);
        assert_eq!(lender(&roots.join("file")), None);
    }
}
