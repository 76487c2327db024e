//! Whose files these are: the only place that decides whether a file, a directory or a link may be
//! believed.
//!
//! A file is believed when the effective user or root owns it and no other user may write to it.
//! Root also believes the files of a user where only that user or root can have put them: a
//! container often runs as root in a mounted home. A caller is told of that
//! ([`super::Believed::lent_by`]), because root must not run the commands that such a file names.
//! What belongs to the effective user and is only too open is closed to the others, and the caller
//! is told the old mode.
//!
//! A file to which its group may write is believed as well if its owner is the only member of that
//! group: a umask of 002 makes such files. Directories above the one that was named are not looked
//! at. On Windows an access control list keeps a profile directory private, and everything is
//! believed.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::paths::directory_of;
use crate::platform::system;

/// Why a file or a directory is not believed, as a clause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// It belongs to neither the effective user nor root.
    #[error("it belongs to another user (uid {user})")]
    Foreign {
        /// Whose it is.
        user: u32,
    },
    /// It is a link, and neither the effective user nor root made it.
    #[error("it is a link that another user made")]
    ForeignLink,
    /// It is a file that lies elsewhere too, so that writing to it would write there.
    #[error("it is a second name of a file that lies elsewhere")]
    SecondName,
    /// It is a directory, a pipe or a device.
    #[error("it is not a regular file")]
    Special,
    /// Other users may write to it, and it is not the effective user's to close.
    #[error("other users may write to it")]
    Open,
    /// Other users could write to it until this program has taken that permission from them. One of
    /// them may have written what it says.
    #[error("other users could write to it until now, and what it says may be theirs")]
    WasOpen,
    /// Other users may write to this directory, which is theirs too: it is sticky, belongs to root
    /// or holds other things.
    #[error("other users may write to it, and it is not for sessions alone")]
    Shared,
    /// Other users may write to this directory, and something in it is not believed.
    #[error("other users may write to it, and of `{name}` in it: {why}")]
    Holds {
        /// The name in the directory.
        name: String,
        /// What is the matter with it.
        why: Box<Distrust>,
    },
}

impl Distrust {
    /// The distrust for which an error stands, if it does.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<Distrust> for io::Error {
    fn from(why: Distrust) -> Self {
        io::Error::other(why)
    }
}

/// A mode that was too open, and the one that took its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The permission bits that were found.
    pub from: u32,
    /// The permission bits now.
    pub to: u32,
}

/// Checks a file that this program keeps for itself (a lock, a write-ahead file), and that is open:
/// no other user's, no second name of a file elsewhere, which would be written over.
///
/// # Errors
/// Why it is not believed.
pub fn check_own_file(file: &File, path: &Path) -> io::Result<()> {
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(Distrust::Special.into());
    }
    check_owner(&meta, path)?;
    if system::names(&meta).is_some_and(|names| names > 1) {
        return Err(Distrust::SecondName.into());
    }
    Ok(())
}

/// Checks a pipe or a device that is open to be written to: what is written goes to whomever it
/// belongs to.
///
/// # Errors
/// [`Distrust::Foreign`] when it is neither the effective user's nor root's; [`Distrust::Special`]
/// when a file has taken its place.
pub(super) fn check_reader(file: &File) -> io::Result<()> {
    let meta = file.metadata()?;
    if meta.is_file() {
        return Err(Distrust::Special.into());
    }
    match (system::owner(&meta), system::effective_user()) {
        (Some(owner), Some(user)) if owner != user && owner != 0 => {
            Err(Distrust::Foreign { user: owner }.into())
        }
        _ => Ok(()),
    }
}

/// Checks whose the file at `path` is. Says the user if it is another's and root asks.
pub(super) fn check_owner(meta: &Metadata, path: &Path) -> Result<Option<u32>, Distrust> {
    let (Some(owner), Some(user)) = (system::owner(meta), system::effective_user()) else {
        return Ok(None);
    };
    if owner == user {
        return Ok(None);
    }
    if owner == 0 {
        return if meta.is_file() && system::others_may_write(meta) {
            Err(Distrust::Open)
        } else {
            Ok(None)
        };
    }
    if user == 0 && is_where_its_owner_may_write(owner, path) {
        return Ok(Some(owner));
    }
    Err(Distrust::Foreign { user: owner })
}

/// Whether nobody but root and the user `owner` can have put a file into the place `path`.
fn is_where_its_owner_may_write(owner: u32, path: &Path) -> bool {
    fs::metadata(directory_of(path)).is_ok_and(|around| {
        let whose = system::owner(&around);
        [Some(owner), Some(0)].contains(&whose) && !system::others_may_write(&around)
    })
}

/// The files that this process has found open to others. A file is not believed by the same call a
/// second time: no person has looked at it meanwhile.
static WERE_OPEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Takes the write permission for `file`, which lies at `path`, from other users, if they have it.
///
/// # Errors
/// [`Distrust::WasOpen`] when they had it: the next caller finds the file closed, after a person
/// has had a chance to look at it. [`Distrust::Open`] when it cannot be taken.
pub(super) fn close_to_others(file: &File, meta: &Metadata, path: &Path) -> Result<(), Distrust> {
    if !system::others_may_write(meta) {
        return if were_open().iter().any(|open| open == path) {
            Err(Distrust::WasOpen)
        } else {
            Ok(())
        };
    }
    let (_, to) = system::mode_without_others_write(meta);
    // Where the file system is read-only, others cannot write either.
    match system::set_mode(file, to) {
        Ok(()) => {
            were_open().push(path.to_owned());
            Err(Distrust::WasOpen)
        }
        Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => Ok(()),
        Err(_) => Err(Distrust::Open),
    }
}

fn were_open() -> MutexGuard<'static, Vec<PathBuf>> {
    WERE_OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Checks that a directory may be made or used at `place` for the files in `like`: where root works
/// in a user's directory, only where that user could have made it. What the user names must not
/// become the user's because root makes it.
///
/// # Errors
/// [`Distrust::Foreign`], with the owner of the place.
pub fn check_place_for(like: &Path, place: &Path) -> Result<(), Distrust> {
    let owner_of = |path: &Path| fs::metadata(path).ok().as_ref().and_then(system::owner);
    let Some(user) = owner_of(like).filter(|user| *user != 0) else {
        return Ok(());
    };
    if system::effective_user() != Some(0) {
        return Ok(());
    }
    let nearest = place.ancestors().find_map(owner_of);
    match nearest {
        Some(owner) if owner != user => Err(Distrust::Foreign { user: owner }),
        _ => Ok(()),
    }
}

/// Checks that a directory is the effective user's own, without changing anything. For root each
/// is.
///
/// # Errors
/// [`Distrust::Foreign`] or [`Distrust::Open`].
pub fn check_own_directory(directory: &Path) -> Result<(), Distrust> {
    let Ok(meta) = fs::metadata(directory) else {
        return Ok(());
    };
    if system::others_may_write(&meta) {
        return Err(Distrust::Open);
    }
    match (system::owner(&meta), system::effective_user()) {
        (Some(owner), Some(user)) if user != 0 && user != owner => {
            Err(Distrust::Foreign { user: owner })
        }
        _ => Ok(()),
    }
}

/// Whether a file is another user's in a directory that other users may write to: one of them may
/// have put it there.
pub(super) fn may_be_planted(meta: &Metadata, path: &Path) -> bool {
    let is_foreign = system::owner(meta) != system::effective_user();
    let around = fs::metadata(directory_of(path));
    is_foreign && around.is_ok_and(|around| system::others_may_write(&around))
}

/// Makes sure that only its owner may put files into a directory that sessions lie in. One that is
/// the effective user's and only too open is closed to other users, after a look that nothing of
/// theirs lies in it. `is_ours` tells by its name whether a thing in it belongs to the sessions.
///
/// # Errors
/// When it is not believed, or cannot be looked at. Then nothing was changed.
pub fn secure_directory(
    directory: &Path,
    is_ours: impl Fn(&OsStr) -> bool,
) -> io::Result<Option<Mended>> {
    check_link_to_directory(directory)?;
    match check_own_directory(directory) {
        Ok(()) | Err(Distrust::Foreign { user: 0 }) => return Ok(None),
        Err(Distrust::Open) => {}
        Err(why) => return Err(why.into()),
    }
    let opened = File::open(directory)?;
    let meta = opened.metadata()?;
    let is_ours_to_close = match (system::owner(&meta), system::effective_user()) {
        (Some(owner), Some(user)) => owner == user || user == 0,
        _ => true,
    };
    if !is_ours_to_close || system::is_sticky(&meta) {
        return Err(Distrust::Shared.into());
    }
    look_for_strangers(directory, &meta, &is_ours)?;
    let (from, to) = system::mode_without_others_write(&meta);
    system::set_mode(&opened, to)?;
    if !system::others_may_write(&opened.metadata()?) {
        // Another user may have been quicker than the change of the mode.
        if let Err(why) = look_for_strangers(directory, &meta, &is_ours) {
            system::set_mode(&opened, from)?;
            return Err(why);
        }
    }
    Ok(Some(Mended { from, to }))
}

/// Checks a link that leads to a directory: the effective user or root made it, or root works where
/// a user has linked a directory of that user's own.
///
/// # Errors
/// [`Distrust::ForeignLink`].
pub fn check_link_to_directory(path: &Path) -> Result<(), Distrust> {
    let Ok(link) = fs::symlink_metadata(path) else {
        return Ok(());
    };
    let found = fs::metadata(path).ok();
    if !link.is_symlink()
        || system::is_own_link(&link)
        || system::is_link_to_own(&link, found.as_ref())
    {
        return Ok(());
    }
    Err(Distrust::ForeignLink)
}

/// The directories that are the effective user's alone, in a directory that all users share: their
/// names begin with this one and the user's number. Beside them, a name for another one that is
/// free: strangers may have been first with any that can be guessed.
pub fn own_directories_in(shared: &Path, name: &str) -> (Vec<PathBuf>, PathBuf) {
    let user = system::effective_user().map_or_else(String::new, |user| format!("-{user}"));
    let first = shared.join(format!("{name}{user}"));
    let entries = fs::read_dir(shared).into_iter().flatten().flatten();
    let mut own: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| is_named_like(path, &first) && is_own_directory(path))
        .collect();
    own.sort();
    if fs::symlink_metadata(&first).is_err() {
        return (own, first);
    }
    let random = RandomState::new().hash_one(&first);
    (own, shared.join(format!("{name}{user}-{random:016x}")))
}

/// Whether a path is `first`, or that with something behind a hyphen.
fn is_named_like(path: &Path, first: &Path) -> bool {
    let (path, first) = (path.to_string_lossy(), first.to_string_lossy());
    let rest = path.strip_prefix(&*first);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn is_own_directory(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| {
        meta.is_dir()
            && system::owner(&meta) == system::effective_user()
            && check_own_directory(path).is_ok()
    })
}

/// Looks at everything in a directory to which other users may write.
fn look_for_strangers(
    directory: &Path,
    around: &Metadata,
    is_ours: &impl Fn(&OsStr) -> bool,
) -> io::Result<()> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        found.push((entry.file_name(), entry.metadata()?));
    }
    let known = [system::owner(around), system::effective_user(), Some(0)];
    for (name, meta) in &found {
        let owner = system::owner(meta);
        let twins = found
            .iter()
            .filter(|(_, other)| system::is_same(meta, other) == Some(true));
        let here = u64::try_from(twins.count()).unwrap_or(u64::MAX);
        let why = match owner {
            Some(_) if !known.contains(&owner) && meta.is_symlink() => Distrust::ForeignLink,
            Some(user) if !known.contains(&owner) => Distrust::Foreign { user },
            _ if meta.is_file() && system::names(meta).is_some_and(|names| names > here) => {
                Distrust::SecondName
            }
            _ if !is_ours(name) => return Err(Distrust::Shared.into()),
            _ => continue,
        };
        return Err(Distrust::Holds {
            name: name.to_string_lossy().into_owned(),
            why: Box::new(why),
        }
        .into());
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, chown};

    use super::*;
    use crate::platform::files::temporary_directory;

    const STRANGER: u32 = 54_321;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("owned");
    }

    #[test]
    fn a_file_with_a_second_name_is_not_kept_and_no_file_is_a_reader() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join("file");
        let file = File::create_new(&path).expect("made");
        check_own_file(&file, &path).expect("it has one name");
        fs::hard_link(&path, directory.path().join("second")).expect("linked");
        let error = check_own_file(&file, &path).expect_err("it has two");
        assert_eq!(Distrust::of(&error), Some(&Distrust::SecondName));
        let error = check_reader(&file).expect_err("a file has taken the place of a pipe");
        assert_eq!(Distrust::of(&error), Some(&Distrust::Special));
    }

    #[test]
    fn a_sticky_directory_is_not_closed_to_others() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        set_mode(directory.path(), 0o1777);
        let error = secure_directory(directory.path(), |_| true).expect_err("it is shared");
        assert_eq!(Distrust::of(&error), Some(&Distrust::Shared));
        let mode = fs::metadata(directory.path()).expect("there").permissions();
        assert_eq!(mode.mode() & 0o7777, 0o1777, "nothing was changed");
    }

    /// Root took a stranger's file for a user's where any user could put it, and a stranger's
    /// directory for its own.
    #[test]
    fn root_believes_strangers_only_in_their_own_places() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let (path, own) = (directory.path().join("file"), directory.path().join("a-0"));
        let file = File::create_new(&path).expect("made");
        fs::create_dir(&own).expect("made");
        set_mode(&own, 0o700);
        let (found, _) = own_directories_in(directory.path(), "a");
        if chown(&path, Some(STRANGER), None).is_err() || system::effective_user() != Some(0) {
            eprintln!("NOT RUN: only root can give a file away");
            return;
        }
        assert_eq!(found, std::slice::from_ref(&own));
        chown(&own, Some(STRANGER), None).expect("root may");
        let (found, _) = own_directories_in(directory.path(), "a");
        assert!(found.is_empty(), "{found:?}");

        let meta = file.metadata().expect("open");
        assert_eq!(check_owner(&meta, &path), Ok(Some(STRANGER)));
        set_mode(directory.path(), 0o777);
        let foreign = Err(Distrust::Foreign { user: STRANGER });
        assert_eq!(check_owner(&meta, &path), foreign);
        set_mode(directory.path(), 0o700);
        chown(directory.path(), Some(STRANGER + 1), None).expect("root may");
        assert_eq!(check_owner(&meta, &path), foreign);
    }
}
