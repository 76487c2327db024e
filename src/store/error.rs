//! What can go wrong with a store.

use std::io;
use std::path::{Path, PathBuf};

use super::key::{KeyError, Place};
use super::record;
use crate::platform::files::trust::Distrust;
use crate::profile::store_kind::StoreKind;
use crate::secret::Fingerprint;

/// What can go wrong with a store. "Cannot be read" is never "there is nothing".
#[derive(Debug, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the sentence beside each variant shows its fields"
)]
pub enum StoreError {
    /// A file is there and cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    /// A file or directory may be another user's work, and is not believed.
    #[error("cannot use {}: {why}", path.display())]
    Distrusted { path: PathBuf, why: Distrust },
    /// A file or directory cannot be written.
    #[error("cannot {what} at {}: {source}", path.display())]
    Unwritable {
        path: PathBuf,
        what: &'static str,
        source: io::Error,
    },
    /// A later version of this program wrote the record.
    #[error("{} was written by a newer authctl (its format is {format}, this one reads up to \
        {})", path.display(), record::SEALED_FORMAT)]
    Newer { path: PathBuf, format: u32 },
    /// The place of a sealed record's key does not give keys.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key of a sealed record is not where it was. The keys that are there open other records.
    #[error("{} is sealed with the key {key}, which is no longer in {place}", path.display())]
    KeyLost {
        path: PathBuf,
        place: Place,
        key: Fingerprint,
    },
    /// The record is another profile's, or was sealed with keys of another keyspace.
    #[error("{} is the record of {origin}", path.display())]
    Foreign { path: PathBuf, origin: String },
    /// The record is not sealed, and the profile wants that.
    #[error("{} is not sealed, and the profile says `store = \"{}\"`", path.display(), kind.name())]
    Unsealed { path: PathBuf, kind: StoreKind },
    /// Another process has just sealed the record with another key.
    #[error("{} was sealed anew by another process", path.display())]
    Sealed { path: PathBuf },
    /// The record lies where it could not be replaced.
    #[error("cannot use {}: {why}", path.display())]
    BadPlace { path: PathBuf, why: &'static str },
    /// Locks in the directory that the profile names for them would not be safe.
    #[error("cannot place locks in {}: {why}", path.display())]
    BadLockDirectory { path: PathBuf, why: &'static str },
    /// Another process holds the lock for longer than this one waits.
    #[error("the credential is busy: {holder}")]
    Busy { holder: String },
    /// The file system has no locks that work.
    #[error("the file system of {} has no locks that work: {source}", path.display())]
    NoLocks { path: PathBuf, source: io::Error },
    /// A program that does not use the lock wrote the record meanwhile.
    #[error("{} was changed by a program that does not use its lock", path.display())]
    Overtaken { path: PathBuf },
}

impl StoreError {
    /// The error for a file that cannot be read.
    pub(super) fn unreadable(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match Distrust::of(&source).cloned() {
            Some(why) => Self::Distrusted { path, why },
            None => Self::Unreadable { path, source },
        }
    }

    /// The error for a file or directory at which `what` cannot be done.
    pub(super) fn unwritable(path: &Path, what: &'static str, source: io::Error) -> Self {
        let path = path.to_owned();
        match Distrust::of(&source).cloned() {
            Some(why) => Self::Distrusted { path, why },
            None => Self::Unwritable { path, what, source },
        }
    }

    /// Whether there is a record that cannot be opened, and that is whole as far as can be seen.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        use StoreError::{Foreign, Key, KeyLost, Sealed, Unsealed};
        matches!(
            self,
            Key(_) | KeyLost { .. } | Foreign { .. } | Unsealed { .. } | Sealed { .. }
        )
    }
}
