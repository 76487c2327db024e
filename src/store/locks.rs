//! The locks of a session: where they are, how they are taken, and what their files say of their
//! holder. A session has a lock for its record and one for its login. Sessions of one keyspace
//! share a lock for their keys and one under which they are sealed with other keys.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::record_files::create_directory;
use super::{Store, StoreError};
use crate::event::Event;
use crate::platform::files::trust::{self, Distrust};
use crate::platform::lock::{self, Lent, Lock, LockError};
use crate::platform::parent;
use crate::platform::process::host_name;
use crate::time::Timestamp;

/// Held while keys change.
#[derive(Debug)]
pub struct KeyLock {
    _lock: Lock,
}

/// Held while a person is asked to log in.
#[derive(Debug)]
pub struct LoginLock {
    _lock: Lock,
}

impl Store {
    /// Takes the lock of the record. `holder` is the verb that other processes read.
    pub(super) fn acquire_lock(
        &self,
        now: Timestamp,
        holder: &str,
        patience: Duration,
        notify: &mut dyn FnMut(Event),
    ) -> Result<Lock, StoreError> {
        let path = self.lock_path("lock")?;
        self.acquire(path, holder, now, patience, &mut |holder| {
            notify(waiting_for(holder));
        })
    }

    /// Takes over the lock of the record that the process which started this one has lent.
    pub(super) fn inherit_lock(&self, now: Timestamp, lent: Lent) -> Result<Lock, StoreError> {
        let path = self.lock_path("lock")?;
        let mut holder = holder_text("refresh", now);
        if let Some(starter) = parent::pid() {
            holder.push_str(&format!(" for pid {starter}"));
        }
        lock::inherit(&path, self.files.directory(), lent, &holder)
            .map_err(|error| lock_error(path, error))
    }

    /// Takes the lock of the login: one person is asked at a time. It is not the lock of the
    /// record, so that a caller which only wants a token does not wait for it.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when `patience` ends first; otherwise what is wrong with the disk.
    pub fn lock_login(
        &self,
        now: Timestamp,
        patience: Duration,
        notify: &mut dyn FnMut(Event),
    ) -> Result<LoginLock, StoreError> {
        self.secure_directory(notify)?;
        let path = self.lock_path("login")?;
        let lock = self.acquire(path, "login", now, patience, &mut |holder| {
            notify(Event::AnotherLogin {
                holder: holder.to_owned(),
            });
        })?;
        Ok(LoginLock { _lock: lock })
    }

    /// Takes the lock under which keys of this session's keyspace are made and removed.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when `patience` ends first; otherwise what is wrong with the disk.
    pub fn lock_keys(&self, now: Timestamp, patience: Duration) -> Result<KeyLock, StoreError> {
        self.lock_shared("keys", now, patience, &mut |_| {})
    }

    /// Takes the lock under which one process at a time seals the sessions of this session's
    /// keyspace with other keys.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when `patience` ends first; otherwise what is wrong with the disk.
    pub fn lock_reseal(
        &self,
        now: Timestamp,
        patience: Duration,
        notify: &mut dyn FnMut(Event),
    ) -> Result<KeyLock, StoreError> {
        self.lock_shared("reseal", now, patience, &mut |holder| {
            notify(waiting_for(holder));
        })
    }

    /// Takes a lock that all sessions of a keyspace share. No profile's name begins with a dot.
    fn lock_shared(
        &self,
        what: &str,
        now: Timestamp,
        patience: Duration,
        waits: &mut dyn FnMut(&str),
    ) -> Result<KeyLock, StoreError> {
        let name = self.keyspace()?.name;
        let beside = self.files.directory().join(format!(".{what}.lock"));
        // Beside the record first, even where the profile has a directory for its locks: it shares
        // its keys with profiles that have none.
        let lock = match self.acquire(beside, what, now, patience, waits) {
            Err(StoreError::NoLocks { .. }) if self.lock_dir.is_some() => {
                let own = self.lock_path("lock")?;
                let path = own.with_file_name(format!("authctl-{name}.{what}"));
                self.acquire(path, what, now, patience, waits)?
            }
            acquired => acquired?,
        };
        Ok(KeyLock { _lock: lock })
    }

    /// Takes the lock at `path`. `waits` hears what its file says of its holder, when another
    /// process holds it for longer than a second.
    fn acquire(
        &self,
        path: PathBuf,
        holder: &str,
        now: Timestamp,
        patience: Duration,
        waits: &mut dyn FnMut(&str),
    ) -> Result<Lock, StoreError> {
        let text = |waited| holder_text(holder, now.after(waited));
        lock::acquire(&path, self.files.directory(), &text, patience, waits)
            .map_err(|error| lock_error(path, error))
    }

    /// The path of a lock of this session.
    fn lock_path(&self, extension: &str) -> Result<PathBuf, StoreError> {
        let Some(directory) = &self.lock_dir else {
            return Ok(self.files.beside(extension));
        };
        self.prepare_lock_dir(directory)?;
        Ok(directory.join(format!("authctl-{}.{extension}", self.files.id())))
    }

    /// Creates the directory of the locks if it is missing. Refuses one in which another user could
    /// hold the locks.
    fn prepare_lock_dir(&self, directory: &Path) -> Result<(), StoreError> {
        if let Err(why) = trust::check_place_for(self.files.directory(), directory) {
            let path = directory.to_owned();
            return Err(StoreError::Distrusted { path, why });
        }
        if !directory.exists() {
            // What root creates in a place of a user's is that user's.
            create_directory(directory)?;
        }
        let why = match trust::check_own_directory(directory) {
            Ok(()) => return Ok(()),
            Err(Distrust::Foreign { .. }) => "it belongs to another user",
            Err(_) => "others may write to it, and keep us out",
        };
        Err(StoreError::BadLockDirectory {
            path: directory.to_owned(),
            why,
        })
    }
}

fn waiting_for(holder: &str) -> Event {
    Event::WaitingFor {
        holder: holder.to_owned(),
    }
}

/// What a lock file says of its holder.
fn holder_text(verb: &str, now: Timestamp) -> String {
    format!(
        "pid {} on {} (authctl {verb}) since {now}",
        std::process::id(),
        host_name()
    )
}

fn lock_error(path: PathBuf, error: LockError) -> StoreError {
    match error {
        LockError::Busy(holder) => StoreError::Busy { holder },
        LockError::Unsupported(source) => StoreError::NoLocks { path, source },
        LockError::Io(source) => StoreError::unwritable(&path, "open the lock", source),
    }
}
