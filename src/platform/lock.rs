//! The exclusive lock: a kernel lock on a file of its own that is never deleted and never renamed.
//!
//! The kernel releases the lock when its holder dies, so that it never goes stale. The file's text
//! names the holder and is information only. Waiting is done by the kernel, on a thread with a
//! deadline, and only when the lock is found taken.
//!
//! [`acquire_briefly`] is for what is over in a moment and belongs to no session: a change of a
//! settings file.
//!
//! Tried and rejected, each seen to end sessions or to hang: a lock on the record itself (a rename
//! replaces it), unlinking the lock file, breaking a lock by its age, waiting with a shared lock
//! (livelock), polling (2 to 8 times slower for a herd).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::files::trust;
use super::{files, system};

/// How long to wait in silence before saying who holds the lock.
const SILENCE: Duration = Duration::from_secs(1);

/// A lock that is held until it is dropped, or until the process ends in whatever way. A process to
/// which it was lent holds it on.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// The lock as a file that is handed to a helper process ([`super::detached::start`]). The lock
    /// is free when this process and the helper have both let go.
    ///
    /// # Errors
    /// When this process may not open one more file.
    pub fn lend(&self) -> io::Result<File> {
        system::lend_lock(&self.file)
    }
}

/// A lock that the process which started this one has handed over.
#[derive(Debug)]
pub struct Lent(pub(super) system::Lent);

/// Takes over the lock at `path` that another process has lent. `holder` is the text that others
/// will read in the lock file, `like` as for [`acquire`]. On Windows a third process can have had
/// the lock in between: what was read under it before may be out of date.
///
/// # Errors
/// [`LockError::Busy`] when `lent` is another file, or does not hold the lock and cannot have it.
pub fn inherit(path: &Path, like: &Path, lent: Lent, holder: &str) -> Result<Lock, LockError> {
    let file = match lent.0.take(|| open(path, like)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            return Err(LockError::Busy(self::holder(path)));
        }
        Err(error) => return Err(LockError::Unsupported(error)),
    };
    if !keeps_others_out(path, like, &file)? {
        return Err(LockError::Busy(self::holder(path)));
    }
    sign(&file, holder);
    Ok(Lock { file })
}

/// Why there is no lock.
#[derive(Debug)]
pub enum LockError {
    /// Another process holds it. What the lock file says about that process.
    Busy(String),
    /// This file system has no locks (`ENOLCK`, `EOPNOTSUPP`), or locks that keep no process out.
    Unsupported(io::Error),
    /// The lock file cannot be opened.
    Io(io::Error),
}

/// Takes the lock at `path`, waiting for at most `patience`. After a second of waiting `tell` hears
/// once who holds it. `holder` makes the text that others will read in the lock file, from the time
/// that was waited. A lock file that root makes belongs to the owner of `like`.
///
/// # Errors
/// See [`LockError`]. Never goes on without the lock.
pub fn acquire(
    path: &Path,
    like: &Path,
    holder: &dyn Fn(Duration) -> String,
    patience: Duration,
    tell: &mut dyn FnMut(&str),
) -> Result<Lock, LockError> {
    let began = Instant::now();
    loop {
        let left = patience.saturating_sub(began.elapsed());
        let file = open(path, like).map_err(LockError::Io)?;
        let file = if take(&file)? {
            file
        } else {
            wait(path, file, left, tell)?
        };
        if keeps_others_out(path, like, &file)? {
            sign(&file, &holder(began.elapsed()));
            return Ok(Lock { file });
        }
        if left.is_zero() {
            return Err(LockError::Busy(self::holder(path)));
        }
    }
}

/// Whether the lock on `file` is the one that other processes ask for. The lock file may have been
/// deleted, although it should not be: a lock on a file that others no longer find keeps none of
/// them out. And there are file systems on which every process that asks gets the lock: so it is
/// asked for a second time, and must be refused.
fn keeps_others_out(path: &Path, like: &Path, file: &File) -> Result<bool, LockError> {
    let second = open(path, like).map_err(LockError::Io)?;
    if !files::is_same(second.metadata(), file.metadata()) {
        return Ok(false);
    }
    if take(&second)? {
        let error = io::Error::other("two can hold one and the same lock at a time");
        return Err(LockError::Unsupported(error));
    }
    Ok(true)
}

/// Takes the lock on a file, unless another holds it. Says whether it did.
fn take(file: &File) -> Result<bool, LockError> {
    match system::try_lock(file) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(false),
        tried => tried.map_err(LockError::Unsupported),
    }
}

/// Takes a lock at `path` that is held for a moment only, waiting for at most `patience`. It is
/// held until the file that comes back is dropped. The directory is created if it is missing.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] when another process holds it for longer; otherwise why it cannot be
/// locked.
pub fn acquire_briefly(path: &Path, patience: Duration) -> io::Result<File> {
    let directory = files::directory_of(path);
    files::create_directory(directory)?;
    let file = open_file(path)?;
    let ends = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() > ends => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Opens the lock file, which is made if it is missing. What root makes in a user's directory has
/// to be the user's: root's lock file would keep the user out for ever.
fn open(path: &Path, like: &Path) -> io::Result<File> {
    let file = open_file(path)?;
    files::keep_owner(like, &file)?;
    Ok(file)
}

/// Opens a lock file through no link, and makes it if it is missing.
fn open_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    system::open_privately(&mut options);
    let _acting = files::Acting::at(path);
    let file = options.open(path)?;
    trust::check_own_file(&file, path)?;
    system::make_usable(&file)?;
    Ok(file)
}

/// Has the kernel wait for the lock on `file`, on a thread that is left behind when `patience`
/// ends.
fn wait(
    path: &Path,
    file: File,
    patience: Duration,
    tell: &mut dyn FnMut(&str),
) -> Result<File, LockError> {
    let (sender, receiver) = mpsc::sync_channel(0);
    let waiter = thread::Builder::new().spawn(move || {
        let locked = loop {
            match system::lock(&file) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result.map(|()| file),
            }
        };
        // When the waiting has ended the file is dropped here, and the lock with it.
        let _ = sender.send(locked);
    });
    waiter.map_err(LockError::Io)?;
    let received = match receiver.recv_timeout(SILENCE.min(patience)) {
        Err(RecvTimeoutError::Timeout) if patience > SILENCE => {
            tell(&holder(path));
            receiver.recv_timeout(patience.saturating_sub(SILENCE))
        }
        other => other,
    };
    match received {
        Ok(Ok(file)) => Ok(file),
        Ok(Err(error)) => Err(LockError::Unsupported(error)),
        Err(_) => Err(LockError::Busy(holder(path))),
    }
}

/// Writes who holds the lock. A failure is ignored: a full disk must not keep a process from
/// locking.
fn sign(mut file: &File, holder: &str) {
    let _ = file
        .set_len(0)
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .and_then(|_| file.write_all(holder.as_bytes()));
}

/// What the lock file says about its holder.
#[must_use]
pub fn holder(path: &Path) -> String {
    let mut text = String::new();
    let mut options = OpenOptions::new();
    options.read(true);
    system::refuse_links(&mut options);
    let opened = options.open(path);
    let read = opened.and_then(|file| file.take(300).read_to_string(&mut text));
    match read {
        Ok(_) if !text.trim().is_empty() => crate::text::printable(&text, 200),
        _ => "another process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_lock_is_waited_for_until_patience_ends_and_its_holder_is_named() {
        let directory = files::temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join("work.lock");
        let mut heard = Vec::new();
        let take = |who: &'static str, patience, heard: &mut Vec<String>| {
            acquire(&path, &path, &|_| who.to_owned(), patience, &mut |who| {
                heard.push(who.to_owned())
            })
        };
        let first = take("pid 1 (first)", Duration::ZERO, &mut heard).expect("free");
        let second = take("pid 2", SILENCE + Duration::from_millis(100), &mut heard);
        assert!(
            matches!(second, Err(LockError::Busy(ref who)) if who == "pid 1 (first)"),
            "{second:?}"
        );
        assert_eq!(heard, ["pid 1 (first)"]);
        drop(first);
        // The thread that was left behind must not have kept the lock when it came to it at last.
        take("pid 3", Duration::from_secs(5), &mut heard).expect("free again");
        assert!(path.exists(), "the lock file is never deleted");
    }

    #[test]
    fn a_brief_lock_is_waited_for_until_patience_ends() {
        let directory = files::temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join("deep/er/lock");
        let held = acquire_briefly(&path, Duration::ZERO).expect("free");
        let error = acquire_briefly(&path, Duration::from_millis(50)).expect_err("taken");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(held);
        acquire_briefly(&path, Duration::ZERO).expect("free again");
    }
}
