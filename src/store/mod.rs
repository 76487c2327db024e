//! Where a session is stored, and the types that make the refresh protocol hard to get wrong.
//!
//! **What you can get without the lock holds no refresh token.** [`Store::peek`] gives a [`Peek`].
//! Only [`Store::lock`] gives a [`Locked`], which reads *as it locks* and lends the refresh token;
//! [`Store::inherit`] gives one in the helper process, to which the caller has lent its lock. Only
//! a [`Pending`] can save, and it has claimed room on the disk and written what it is about to do.
//! So "forgot to re-read" and "saved without the lock" do not compile. That room is claimed before
//! a token is spent is the order of steps in the broker's `renew`.
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
//! fn outlive(locked: Locked<'_>) -> Option<String> {
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

pub mod client;
mod client_file;
mod envelope;
mod error;
mod item;
pub mod key;
#[cfg(feature = "keyring")]
pub mod keyring;
#[cfg(not(feature = "keyring"))]
#[path = "no_keyring.rs"]
pub mod keyring;
pub mod keyspace;
mod locked;
mod locks;
mod open;
mod pending;
pub mod record;
mod record_copies;
mod record_files;
mod recover;
mod rescued;
pub mod seal;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

pub use error::StoreError;
use key::KeySource;
pub use locked::{Locked, Sighting};
pub use locks::{KeyLock, LoginLock};
pub use pending::{Pending, Saved};
use record::{Failed, Header, Intent, Loss, Record};
use record_files::RecordFiles;

use crate::event::Event;
use crate::oauth::jwt::IdToken;
use crate::oauth::token::{AccessToken, Credential};
use crate::platform::files;
use crate::platform::files::trust::Mended;
use crate::platform::lock::{Lent, Lock};
use crate::profile::store_kind::StoreKind;
use crate::time::Timestamp;

/// How often other processes may seal a session with another key while this one waits for its lock
/// with the key that it had before.
const ROUNDS: u32 = 10;

/// A path below which no file can be.
const NOWHERE: &str = "/dev/null/authctl";

/// One profile's session, as it is stored.
#[derive(Debug)]
pub struct Store {
    files: RecordFiles,
    /// The directory of the locks; `None` when they are beside the record.
    lock_dir: Option<PathBuf>,
    profile: String,
    kind: StoreKind,
    readable_access: bool,
    for_new_session: bool,
    for_removal: bool,
    keys: KeySource,
}

/// A session as it can be seen without the lock.
#[derive(Debug, Serialize, Deserialize)]
pub struct Peek {
    /// What may be seen of the session without any secret.
    pub header: Header,
    /// The access token.
    pub access: AccessToken,
    /// The ID token, where there is one and the key for it was asked for.
    pub id_token: Option<IdToken>,
    /// Whether there is a refresh token.
    pub renewable: bool,
    /// When the refresh token ends, where the server says so.
    pub refresh_expires_at: Option<Timestamp>,
    /// When the whole session ends, where the server says so.
    pub session_expires_at: Option<Timestamp>,
}

impl From<Record> for Peek {
    fn from(record: Record) -> Self {
        let Credential {
            access,
            id_token,
            refresh_token,
            refresh_expires_at,
            session_expires_at,
            ..
        } = record.tokens;
        let renewable = refresh_token.is_some();
        Self {
            header: record.header,
            access,
            id_token,
            renewable,
            refresh_expires_at,
            session_expires_at,
        }
    }
}

impl Store {
    /// The session of `profile` in the state directory `state`, in a plain file. `salvage` are
    /// directories for a record that cannot be saved there. Touches nothing.
    #[must_use]
    pub fn new(state: &Path, salvage: &[PathBuf], profile: &str) -> Self {
        Self {
            files: RecordFiles::new(&state.join(format!("{profile}.json")), salvage),
            lock_dir: None,
            profile: profile.to_owned(),
            kind: StoreKind::default(),
            readable_access: false,
            for_new_session: false,
            for_removal: false,
            keys: KeySource::none(),
        }
    }

    /// A session for which there is no place, and that holds nothing: where no directory is known,
    /// and the profile needs none.
    #[must_use]
    pub fn nowhere(profile: &str) -> Self {
        Self::new(Path::new(NOWHERE), &[], profile)
    }

    /// This store with the kind that the profile has, and with `keys` to open and seal its record.
    /// `readable_access`: the access token can be read without the key.
    #[must_use]
    pub fn with_kind(self, kind: StoreKind, readable_access: bool, keys: KeySource) -> Self {
        Self {
            kind,
            readable_access,
            keys,
            ..self
        }
    }

    /// The same session, whose record is opened and sealed with other keys.
    #[must_use]
    pub fn with_keys(&self, keys: KeySource) -> Self {
        Self {
            files: self.files.clone(),
            lock_dir: self.lock_dir.clone(),
            profile: self.profile.clone(),
            keys,
            ..*self
        }
    }

    /// This store for a user who wants the session gone from this machine, whatever it is: a record
    /// of a later version goes too.
    #[must_use]
    pub fn for_removal(self) -> Self {
        Self {
            for_removal: true,
            ..self.for_new_session()
        }
    }

    /// This store for a caller that brings a new session: a record that no key opens is replaced
    /// and is no error.
    #[must_use]
    pub fn for_new_session(self) -> Self {
        Self {
            for_new_session: true,
            ..self
        }
    }

    /// This store with its locks in another directory, for a state directory on whose file system
    /// no locks work. Processes that use another directory are not kept out.
    #[must_use]
    pub fn with_locks_in(self, directory: PathBuf) -> Self {
        Self {
            lock_dir: Some(directory),
            ..self
        }
    }

    /// The keys that were asked for, and how others are asked for.
    #[must_use]
    pub fn keys(&self) -> &KeySource {
        &self.keys
    }

    /// Where the record is, or would be.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.files.path()
    }

    /// Whether root works in the place of another user. What such a record says of the server's
    /// addresses is not believed.
    #[must_use]
    pub fn is_lent(&self) -> bool {
        files::is_lent(self.files.path())
    }

    /// Whether any file is there that may hold a secret of this session.
    #[must_use]
    pub fn holds_anything(&self) -> bool {
        self.files.holds_anything()
    }

    /// Whether a refresh is under way, or was interrupted: there is a write-ahead file, and it does
    /// not say that the refresh failed without any doubt.
    #[must_use]
    pub fn in_flight(&self) -> bool {
        let path = self.files.beside("pending");
        let intent = self.intent();
        path.exists() && intent.is_none_or(|it| it.failed.is_none() || it.spends.is_some())
    }

    /// The refresh that failed last, unless one has succeeded since, as it can be seen without the
    /// lock.
    #[must_use]
    pub fn failed(&self) -> Option<Failed> {
        self.intent()?.failed
    }

    /// The process whose refresh is under way, or died in it: its number, the name of its machine,
    /// and since when the answer has been missing.
    #[must_use]
    pub fn refreshing(&self) -> Option<(u32, String, Timestamp)> {
        let intent = self.intent()?;
        let is_open =
            intent.failed.is_none() && intent.spends.is_some() && intent.how == Loss::Died;
        is_open.then_some((intent.pid, intent.host, intent.since))
    }

    fn intent(&self) -> Option<Intent> {
        let bytes = files::read_file(&self.files.beside("pending")).ok()??;
        serde_json::from_slice(&bytes).ok()
    }

    /// Makes a record private that other users may read; `None` when it was private.
    #[must_use]
    pub fn mend_mode(&self) -> Option<Event> {
        let path = self.files.path();
        Some(mended(path, files::mend_mode(path)?))
    }

    /// Takes the lock and reads the record under it. A dead writer's whole record is rolled
    /// forward, a damaged record is set aside, a salvaged record is brought home. `holder` says
    /// what this process does, to others that wait for the lock. `notify` hears which process holds
    /// the lock when it is not free within a second.
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
        self.secure_directory(notify)?;
        let began = Instant::now();
        for _ in 0..ROUNDS {
            // The user may have to give a key, so that no lock is held meanwhile.
            self.fetch_keys()?;
            let left = patience.saturating_sub(began.elapsed());
            match self.read_under(self.acquire_lock(now, holder, left, notify)?, now) {
                // The session was moved, or sealed with another key, while this process waited.
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
    pub fn inherit(&self, now: Timestamp, lent: Lent) -> Result<Locked<'_>, StoreError> {
        self.read_under(self.inherit_lock(now, lent)?, now)
    }

    /// Makes sure that there is a directory for the record, and that only its owner may put files
    /// into it.
    fn secure_directory(&self, notify: &mut dyn FnMut(Event)) -> Result<(), StoreError> {
        let mended = self.files.secure_directory()?;
        mended.into_iter().for_each(notify);
        Ok(())
    }

    fn read_under(&self, lock: Lock, now: Timestamp) -> Result<Locked<'_>, StoreError> {
        let mut locked = Locked::new(self, lock);
        recover::recover(&mut locked, now)?;
        Ok(locked)
    }

    /// Tries whether a session could be saved, without touching the one that is there.
    ///
    /// # Errors
    /// When it could not.
    pub fn rehearse(&self) -> Result<(), StoreError> {
        self.files.secure_directory()?;
        let directory = self.files.directory();
        let made =
            files::unnamed_file(directory).and_then(|file| files::claim_room(&file, locked::ROOM));
        made.map_err(|source| StoreError::unwritable(directory, "make room for a session", source))
    }
}

/// The event that the mode of `path` was changed.
fn mended(path: &Path, Mended { from, to }: Mended) -> Event {
    Event::ModeMended {
        path: path.display().to_string(),
        from,
        to,
    }
}
