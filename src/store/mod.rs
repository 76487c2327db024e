//! Where a session lives, and the types that make the refresh protocol hard to get wrong.
//!
//! **What you can get without the lock holds no refresh token.** [`Store::peek`] gives a [`Peek`];
//! only [`Store::lock`] (or [`Store::inherit`], of a process that has it and lends it) gives a
//! [`Locked`], which reads *as it locks* and lends the refresh token; only a [`Pending`], which has
//! claimed room on the disk and written down what it is about to do, can save. So "forgot to
//! re-read", "spent what could not be saved" and "saved without the lock" do not compile:
//!
//! A peek has no refresh token:
//! ```compile_fail
//! fn steal(store: &authctl::store::Store) {
//!     let peek = store.peek().unwrap().unwrap();
//!     println!("{}", peek.refresh_token.expose());
//! }
//! ```
//! ```
//! fn read(store: &authctl::store::Store) {
//!     let peek = store.peek().unwrap().unwrap();
//!     println!("{}", peek.access.secret.expose());
//! }
//! ```
//!
//! A refresh token cannot outlive the lock under which it was read:
//! ```compile_fail
//! use authctl::store::Locked;
//! fn keep(locked: Locked<'_>) -> Option<String> {
//!     let token = locked.refresh_token();
//!     drop(locked);
//!     token.map(|token| token.fingerprint().to_string())
//! }
//! ```
//! ```
//! use authctl::store::Locked;
//! fn look(locked: Locked<'_>) -> Option<String> {
//!     let token = locked.refresh_token();
//!     token.map(|token| token.fingerprint().to_string())
//! }
//! ```
//!
//! Nothing is saved without the lock and the write-ahead file, and not twice:
//! ```compile_fail
//! use authctl::store::{Pending, record::Record};
//! fn save(pending: Pending<'_, '_>, record: impl Fn(Option<Record>) -> Record) {
//!     pending.commit(&record);
//!     pending.commit(&record);
//! }
//! ```
//! ```
//! use authctl::store::{Pending, record::Record};
//! fn save(pending: Pending<'_, '_>, record: impl Fn(Option<Record>) -> Record) {
//!     pending.commit(&record);
//! }
//! ```

mod error;
pub mod key;
pub mod keyring;
pub mod keyspace;
mod locked;
mod open;
mod pending;
pub mod record;
mod record_copies;
mod record_files;
mod recover;
pub mod seal;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::platform::lock::{self, Lock, LockError};
pub use error::StoreError;
use key::KeySource;
pub use locked::Locked;
pub use pending::{Pending, Saved};
use record::{Header, Record};
use record_files::{RecordFiles, create_directory};

use crate::oauth::jwt::IdToken;
use crate::oauth::token::{AccessToken, Credential};
use crate::platform::files;
use crate::platform::parent;
use crate::platform::process::host_name;
use crate::profile::store_kind::StoreKind;
use crate::time::Timestamp;

/// How often a session may be sealed anew by others between our having its key and our having its
/// lock.
const ROUNDS: u32 = 10;

/// One profile's session.
#[derive(Debug)]
pub struct Store {
    files: RecordFiles,
    locks: Option<PathBuf>,
    profile: String,
    kind: StoreKind,
    readable_access: bool,
    replacing: bool,
    keys: KeySource,
}

/// A session as it can be seen without the lock.
#[derive(Debug, Serialize, Deserialize)]
pub struct Peek {
    /// What may be seen of it.
    pub header: Header,
    /// The access token.
    pub access: AccessToken,
    /// The ID token.
    pub id_token: Option<IdToken>,
    /// Whether there is a refresh token.
    pub renewable: bool,
    /// When the refresh token ends, where the server says so.
    pub refresh_expires_at: Option<Timestamp>,
}

impl From<Record> for Peek {
    fn from(record: Record) -> Self {
        let Credential {
            access,
            id_token,
            refresh_token,
            refresh_expires_at,
            ..
        } = record.tokens;
        let renewable = refresh_token.is_some();
        Self {
            header: record.header,
            access,
            id_token,
            renewable,
            refresh_expires_at,
        }
    }
}

impl Store {
    /// The session of `profile` in the state directory `state`. `salvage` are directories for a
    /// record that cannot be saved there. Touches nothing.
    #[must_use]
    pub fn new(state: &Path, salvage: &[PathBuf], profile: &str) -> Self {
        Self {
            files: RecordFiles::new(&state.join(format!("{profile}.json")), salvage),
            locks: None,
            profile: profile.to_owned(),
            kind: StoreKind::default(),
            readable_access: false,
            replacing: false,
            keys: KeySource::none(),
        }
    }

    /// The same, kept as the profile says, with keys from there.
    #[must_use]
    pub fn kept(self, kind: StoreKind, readable_access: bool, keys: KeySource) -> Self {
        Self {
            kind,
            readable_access,
            keys,
            ..self
        }
    }

    /// The same for somebody who brings a new session, to whom a record that no key opens is of no
    /// use: it gives way.
    #[must_use]
    pub fn replacing(self) -> Self {
        Self {
            replacing: true,
            ..self
        }
    }

    /// The keys that are in hand, and how others come to it.
    #[must_use]
    pub fn keys(&self) -> &KeySource {
        &self.keys
    }

    /// The same with its locks in another directory, for a state directory that has none that work.
    /// Whoever uses another one is not kept out.
    #[must_use]
    pub fn with_locks_in(self, directory: PathBuf) -> Self {
        Self {
            locks: Some(directory),
            ..self
        }
    }

    /// Where the record is, or would be.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.files.path()
    }

    /// Whether any file is there that may hold a secret of this session.
    #[must_use]
    pub fn holds_anything(&self) -> bool {
        self.files.holds_anything()
    }

    /// Whether a refresh is under way, or was interrupted, by the word of the write-ahead file.
    #[must_use]
    pub fn in_flight(&self) -> bool {
        self.files.beside("pending").exists()
    }

    /// Mends a record that others may read. Says so, if there was something to mend.
    #[must_use]
    pub fn mend_mode(&self) -> Option<Event> {
        let path = self.files.path();
        let mode = files::mend_mode(path)?;
        Some(Event::ModeMended {
            path: path.display().to_string(),
            mode,
        })
    }

    /// Takes the lock and reads the record under it. A dead writer's whole record is rolled
    /// forward, damage is kept aside, a salvaged record is brought home. `holder` says to others
    /// what we are doing; `notify` hears who holds the lock when that takes longer than a second.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when `patience` ends first; otherwise what is wrong with the disk.
    pub fn lock(
        &self,
        now: Timestamp,
        holder: &str,
        patience: Duration,
        notify: &mut dyn FnMut(Event),
    ) -> Result<Locked<'_>, StoreError> {
        self.files.create_directory()?;
        let began = Instant::now();
        for _ in 0..ROUNDS {
            // It may be a person who gives a key, so that no lock is held meanwhile.
            self.get_keys()?;
            let left = patience.saturating_sub(began.elapsed());
            let path = self.lock_path("lock")?;
            let mut waits = |holder: &str| notify(waiting_for(holder));
            match self.read_under(self.acquire(path, holder, now, left, &mut waits)?, now) {
                // It was moved, or sealed anew, while we waited.
                Err(StoreError::Sealed { .. }) => {}
                other => return other,
            }
        }
        Err(StoreError::Sealed {
            path: self.files.path().to_owned(),
        })
    }

    /// Takes over a lock that the process which started this one holds and has lent, and reads the
    /// record under it.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when `lent` is not that lock; otherwise what is wrong with the disk.
    pub fn inherit(&self, now: Timestamp, lent: std::fs::File) -> Result<Locked<'_>, StoreError> {
        let path = self.lock_path("lock")?;
        let mut holder = holder_text("refresh", now);
        if let Some(starter) = parent::pid() {
            holder.push_str(&format!(" for pid {starter}"));
        }
        let lock = lock::inherit(&path, self.files.directory(), lent, &holder)
            .map_err(|error| lock_error(path, error))?;
        self.read_under(lock, now)
    }

    fn read_under(&self, lock: Lock, now: Timestamp) -> Result<Locked<'_>, StoreError> {
        let mut locked = Locked::new(self, lock);
        recover::settle(&mut locked, now)?;
        Ok(locked)
    }

    /// Tries whether a session could be saved, without touching the one that is there.
    ///
    /// # Errors
    /// When it could not.
    pub fn rehearse(&self) -> Result<(), StoreError> {
        self.files.create_directory()?;
        let directory = self.files.directory();
        let made = tempfile::NamedTempFile::new_in(directory)
            .and_then(|file| files::claim_room(file.as_file(), locked::ROOM));
        made.map_err(|source| StoreError::Unwritable {
            path: directory.to_owned(),
            what: "make room for a session",
            source,
        })
    }

    /// Takes the lock of a login: one person is asked at a time. It is not the credential's lock,
    /// and nobody who only wants a token waits for it.
    ///
    /// # Errors
    /// As for [`Store::lock`].
    pub fn lock_login(
        &self,
        now: Timestamp,
        patience: Duration,
        notify: &mut dyn FnMut(Event),
    ) -> Result<LoginLock, StoreError> {
        self.files.create_directory()?;
        let mut waits = |holder: &str| {
            notify(Event::AnotherLogin {
                holder: holder.to_owned(),
            });
        };
        let path = self.lock_path("login")?;
        self.acquire(path, "login", now, patience, &mut waits)
            .map(|lock| LoginLock { _lock: lock })
    }

    /// Takes the lock under which keys of this session's keyspace are made and put away.
    ///
    /// # Errors
    /// As for [`Store::lock`].
    pub fn lock_keys(&self, now: Timestamp, patience: Duration) -> Result<KeyLock, StoreError> {
        self.lock_shared("keys", now, patience, &mut |_| {})
    }

    /// Takes the lock under which the sessions of this one's keyspace are sealed anew: by one
    /// at a time.
    ///
    /// # Errors
    /// As for [`Store::lock`].
    pub fn lock_reseal(
        &self,
        now: Timestamp,
        patience: Duration,
        notify: &mut dyn FnMut(Event),
    ) -> Result<KeyLock, StoreError> {
        self.lock_shared("reseal", now, patience, notify)
    }

    /// A lock that all sessions of a keyspace share. No profile's name begins with a dot.
    fn lock_shared(
        &self,
        what: &str,
        now: Timestamp,
        patience: Duration,
        notify: &mut dyn FnMut(Event),
    ) -> Result<KeyLock, StoreError> {
        let name = self.keyspace()?.name;
        let beside = self.files.directory().join(format!(".{what}.lock"));
        let mut waits = |holder: &str| notify(waiting_for(holder));
        // Profiles with locks of their own have their keys in common with those that have none.
        let locked = match self.acquire(beside, what, now, patience, &mut waits) {
            Err(StoreError::NoLocks { .. }) if self.locks.is_some() => {
                let path = self
                    .lock_path("lock")?
                    .with_file_name(format!("authctl-{name}.{what}"));
                self.acquire(path, what, now, patience, &mut waits)
            }
            locked => locked,
        };
        locked.map(|lock| KeyLock { _lock: lock })
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

    /// Where a lock of this session is.
    fn lock_path(&self, extension: &str) -> Result<PathBuf, StoreError> {
        let Some(directory) = &self.locks else {
            return Ok(self.files.beside(extension));
        };
        let bad = |why| StoreError::BadLockDirectory {
            path: directory.clone(),
            why,
        };
        if !directory.exists() {
            create_directory(directory)?;
            // What root makes for a user must not keep the user out.
            let made = std::fs::File::open(directory);
            let _ = made.and_then(|made| files::keep_owner(self.files.directory(), &made));
        }
        match files::owner(directory) {
            Some(files::Owner::Another) => return Err(bad("it belongs to another user")),
            Some(files::Owner::Shared) => {
                return Err(bad("others may write to it, and keep us out"));
            }
            _ => {}
        }
        Ok(directory.join(format!("authctl-{}.{extension}", self.files.id())))
    }
}

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

fn waiting_for(holder: &str) -> Event {
    Event::WaitingFor {
        holder: holder.to_owned(),
    }
}

/// What others read about whoever holds a lock.
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
        LockError::Io(source) => StoreError::Unwritable {
            path,
            what: "open the lock",
            source,
        },
    }
}
