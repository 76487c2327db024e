//! What can go wrong with a store.

use std::io;
use std::path::{Path, PathBuf};

use super::key::{KeyError, Place};
use super::record;
use crate::profile::store_kind::StoreKind;
use crate::secret::Fingerprint;

/// What can go wrong with a store. "Cannot be read" is never "there is nothing".
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file is there and cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    Unreadable { path: PathBuf, source: io::Error },
    /// A file or directory cannot be written.
    #[error("cannot {what} at {}: {source}", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    Unwritable {
        path: PathBuf,
        what: &'static str,
        source: io::Error,
    },
    /// A later version of this program wrote the record.
    #[error("{} was written by a newer authctl (its format is {format}, this one reads up to \
        {})", path.display(), record::SEALED_FORMAT)]
    #[expect(missing_docs, reason = "the message names them")]
    Newer { path: PathBuf, format: u32 },
    /// The key of a sealed record cannot be had.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key of a sealed record is not where it was. Whatever is there opens other records.
    #[error("{} is sealed with the key {key}, which is no longer in {place}", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    KeyLost {
        path: PathBuf,
        place: Place,
        key: Fingerprint,
    },
    /// The record was sealed for another profile, or with keys of another keyspace.
    #[error("{} is the sealed record of {origin}", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    Foreign { path: PathBuf, origin: String },
    /// The record is not sealed, and the profile wants that.
    #[error("{} is not sealed, and the profile says `store = \"{}\"`", path.display(), kind.name())]
    #[expect(missing_docs, reason = "the message names them")]
    Unsealed { path: PathBuf, kind: StoreKind },
    /// The record was sealed anew by somebody else, just now.
    #[error("{} was sealed anew by another process", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    Sealed { path: PathBuf },
    /// The record lies where it could not be replaced.
    #[error("cannot use {}: {why}", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    BadPlace { path: PathBuf, why: &'static str },
    /// The directory that was chosen for the locks is no good.
    #[error("cannot have locks in {}: {why}", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    BadLockDirectory { path: PathBuf, why: &'static str },
    /// The lock was not to be had within our patience.
    #[error("the credential is busy: {holder}")]
    #[expect(missing_docs, reason = "the message names them")]
    Busy { holder: String },
    /// This file system has no locks.
    #[error("the file system of {} has no locks that work: {source}", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    NoLocks { path: PathBuf, source: io::Error },
    /// Somebody who does not use the lock wrote the record meanwhile.
    #[error("{} was changed by a program that does not use its lock", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    Overtaken { path: PathBuf },
}

impl StoreError {
    /// Why `path` cannot be read.
    pub(super) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable {
            path: path.to_owned(),
            source,
        }
    }

    /// Why `what` cannot be done at `path`.
    pub(super) fn unwritable(path: &Path, what: &'static str, source: io::Error) -> Self {
        Self::Unwritable {
            path: path.to_owned(),
            what,
            source,
        }
    }

    /// Whether there is a record, whole for all that can be seen, that cannot be opened.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        use StoreError::{Foreign, Key, KeyLost, Sealed, Unsealed};
        matches!(
            self,
            Key(_) | KeyLost { .. } | Foreign { .. } | Unsealed { .. } | Sealed { .. }
        )
    }
}
