//! From bytes to a record: which form the record has, whether the profile allows that form, which
//! key opens it.
//!
//! A sealed record names the place of its key, and that can be believed: only what was sealed with
//! a key opens with it. A record cannot prove that it ought to be sealed. Where the profile wants
//! sealed records, a plain one is refused.

use std::path::PathBuf;

use super::key::{Keeper, KeyError, Keys, Place};
use super::keyspace::{self, Keyspace};
use super::record::{Header, NotARecord, Record};
use super::seal::{Envelope, Form, Seal, Sealing, Summary};
use super::{Peek, Store, StoreError};
use crate::platform::files;
use crate::profile::store_kind::StoreKind;

/// A record, and what it was sealed with.
pub(super) struct Opened {
    pub record: Record,
    pub sealing: Option<Sealing>,
}

/// Why a record stays closed.
pub(super) enum Closed {
    /// The bytes are no record, or one of a later version.
    NotARecord(NotARecord),
    /// It was sealed for this other profile, or with keys of another keyspace.
    Foreign(String),
    /// The keyspace of this directory cannot be read.
    UnknownKeyspace(StoreError),
    /// It is not sealed, and should be.
    Unsealed,
    /// Its key was not asked for yet.
    NotAsked,
    /// The place of its key does not give keys.
    NoKey(KeyError),
    /// The place of its key has other keys now.
    KeyLost(Seal),
}

impl Store {
    /// Reads a record of either form. With `asking`, a key that is not in hand is asked for.
    pub(super) fn open(&self, bytes: &[u8], asking: bool) -> Result<Opened, Closed> {
        self.open_form(Form::of(bytes).map_err(Closed::NotARecord)?, bytes, asking)
    }

    /// Reads a record that lies elsewhere than in its place, which may not be readable. Asks for
    /// its key.
    pub(super) fn open_rescued(&self, form: Form, bytes: &[u8]) -> Result<Opened, Closed> {
        let Form::Sealed(envelope) = form else {
            return self.open_form(form, bytes, true);
        };
        match self.check_origin(&envelope.summary.header, &envelope.seal) {
            Ok(()) | Err(Closed::UnknownKeyspace(_)) => self.open_envelope(envelope, bytes, true),
            Err(why) => Err(why),
        }
    }

    fn open_form(&self, form: Form, bytes: &[u8], asking: bool) -> Result<Opened, Closed> {
        let envelope = match form {
            Form::Plain(record) if self.kind.admits_plain() => {
                self.check_profile(&record.header)?;
                return Ok(Opened {
                    record: *record,
                    sealing: None,
                });
            }
            Form::Plain(_) => return Err(Closed::Unsealed),
            Form::Sealed(envelope) => envelope,
        };
        self.check_origin(&envelope.summary.header, &envelope.seal)?;
        self.open_envelope(envelope, bytes, asking)
    }

    fn open_envelope(
        &self,
        envelope: Box<Envelope>,
        bytes: &[u8],
        asking: bool,
    ) -> Result<Opened, Closed> {
        let Seal { place, key: id } = envelope.seal.clone();
        let key = if asking {
            self.keys.find(&place, &id).map_err(Closed::NoKey)?
        } else {
            self.keys
                .in_hand(&place)
                .ok_or(Closed::NotAsked)?
                .map_err(Closed::NoKey)?
                .find(&id)
                .cloned()
        };
        let Some(key) = key else {
            return Err(if asking || self.for_new_session {
                Closed::KeyLost(envelope.seal)
            } else {
                Closed::NotAsked
            });
        };
        let record = envelope.open(bytes, &key).map_err(Closed::NotARecord)?;
        Ok(Opened {
            record,
            sealing: Some(Sealing::new(place, key)),
        })
    }

    /// Whether a record was sealed for this profile, with keys of this directory's keyspace.
    fn check_origin(&self, header: &Header, seal: &Seal) -> Result<(), Closed> {
        self.check_profile(header)?;
        let own = keyspace::read(self.files.directory()).map_err(Closed::UnknownKeyspace)?;
        if own.is_some_and(|own| own.name != seal.place.keyspace) {
            return Err(Closed::Foreign("another installation".to_owned()));
        }
        Ok(())
    }

    fn check_profile(&self, header: &Header) -> Result<(), Closed> {
        if header.profile == self.profile {
            return Ok(());
        }
        Err(Closed::Foreign(format!("the profile `{}`", header.profile)))
    }

    /// What can be seen of the session without its key. Asks for no key.
    ///
    /// # Errors
    /// When there is a record and it cannot be read.
    pub fn summary(&self) -> Result<Option<Summary>, StoreError> {
        let Some(stored) = self.files.read()? else {
            return Ok(None);
        };
        let form =
            Form::of(&stored.bytes).map_err(|why| self.closed_error(Closed::NotARecord(why)))?;
        Ok(Some(form.summary()))
    }

    /// Looks at the session without the lock, without writing anything, in one open and one read.
    /// Where the access token can be read without the key, no key is asked for, and the peek has no
    /// ID token.
    ///
    /// # Errors
    /// When there is a record and it cannot be read. Under the lock more can be done about that.
    pub fn peek(&self) -> Result<Option<Peek>, StoreError> {
        self.look(false)
    }

    /// Looks at the session as [`Store::peek`] does, but always with the ID token, for which a
    /// sealed record needs its key.
    ///
    /// # Errors
    /// When there is a record and it cannot be read. Under the lock more can be done about that.
    pub fn peek_whole(&self) -> Result<Option<Peek>, StoreError> {
        self.look(true)
    }

    fn look(&self, whole: bool) -> Result<Option<Peek>, StoreError> {
        let Some(stored) = self.files.read()? else {
            return Ok(None);
        };
        let mut form =
            Form::of(&stored.bytes).map_err(|why| self.closed_error(Closed::NotARecord(why)))?;
        if let Form::Sealed(envelope) = &mut form
            && self.readable_access
            && !whole
            && let Some(access) = envelope.summary.take_access()
        {
            self.check_profile(&envelope.summary.header)
                .map_err(|why| self.closed_error(why))?;
            let Summary {
                header,
                renewable,
                refresh_expires_at,
                session_expires_at,
                ..
            } = &envelope.summary;
            let mut header = header.clone();
            // The seal is not checked here, so that a mark of a refusal proves nothing. One that
            // names the access token sends the caller to the lock, under which the seal is checked.
            if header.refused_access().is_none() {
                header.refused = None;
            }
            return Ok(Some(Peek {
                header,
                access,
                id_token: None,
                renewable: *renewable,
                refresh_expires_at: *refresh_expires_at,
                session_expires_at: *session_expires_at,
            }));
        }
        let opened = self
            .open_form(form, &stored.bytes, true)
            .map_err(|why| self.closed_error(why))?;
        Ok(Some(opened.record.into()))
    }

    /// Asks for every key that will be needed under the lock. To be called before the lock is
    /// taken, because the user may have to give a key.
    pub(super) fn fetch_keys(&self) -> Result<(), StoreError> {
        let bytes = files::read_file(self.files.path()).ok().flatten();
        let opened = bytes.as_deref().map(|bytes| self.open(bytes, true));
        let mut has_key = false;
        let mut damaged = false;
        match opened {
            None => {}
            Some(Ok(opened)) => has_key = opened.sealing.is_some(),
            Some(Err(Closed::NotARecord(_))) => damaged = true,
            Some(Err(_)) if self.for_new_session => {}
            Some(Err(why)) => return Err(self.closed_error(why)),
        }
        let form = bytes.and_then(|bytes| Form::of(&bytes).ok());
        let record = form.filter(|_| !damaged).map(Form::summary);
        for (path, other) in self.successors(record.as_ref(), damaged) {
            let Some(seal) = other.seal else { continue };
            let why = match self.keys.find(&seal.place, &seal.key) {
                Ok(Some(_)) => {
                    has_key = true;
                    continue;
                }
                Ok(None) => Closed::KeyLost(seal),
                Err(error) => Closed::NoKey(error),
            };
            if !self.for_new_session {
                return Err(self.closed_error_at(path, why));
            }
        }
        if !has_key {
            self.sealing()?;
        }
        Ok(())
    }

    /// What can be seen of the other files that may take the record's place. `record` is what can
    /// be seen of the record itself.
    fn successors(&self, record: Option<&Summary>, damaged: bool) -> Vec<(PathBuf, Summary)> {
        let pending = self.files.beside("pending");
        let mut found = Vec::new();
        let previous = damaged.then(|| self.files.beside("previous"));
        for path in [pending.clone()].into_iter().chain(previous) {
            if let Ok(Some(bytes)) = files::read_file(&path) {
                found.push((path, bytes));
            }
        }
        found.extend(self.files.salvaged());
        let mut successors = Vec::new();
        for (path, bytes) in found {
            let Ok(form) = Form::of(&bytes) else { continue };
            let other = form.summary();
            let succeeds = match record {
                None => true,
                Some(record) if path == pending => !other.has_tokens_of(record),
                Some(record) => other.is_ahead_of(record),
            };
            if succeeds {
                successors.push((path, other));
            }
        }
        successors
    }

    /// Where the key of this profile's next session is; `None` when that session is not sealed.
    ///
    /// # Errors
    /// When the name of this session's keyspace can neither be read nor written.
    pub fn key_place(&self) -> Result<Option<Place>, StoreError> {
        let keeper = match self.kind {
            StoreKind::File | StoreKind::None | StoreKind::Auto => return Ok(None),
            StoreKind::Command => Keeper::Command,
            StoreKind::Env => Keeper::Env,
            StoreKind::Keyring => Keeper::Keyring,
        };
        Ok(Some(Place {
            keeper,
            keyspace: self.keyspace()?.name,
        }))
    }

    /// The keyspace that this session's keys belong to.
    pub(super) fn keyspace(&self) -> Result<Keyspace, StoreError> {
        keyspace::read_or_create(self.files.directory())
    }

    /// Whether the keys of that place belong to this session's keyspace.
    ///
    /// # Errors
    /// When the name of this session's keyspace can neither be read nor written.
    pub fn owns_keys_of(&self, place: &Place) -> Result<bool, StoreError> {
        Ok(self.keyspace()?.name == place.keyspace)
    }

    /// Of `keys`, newest first, those that are still needed: all of them where that is not certain.
    /// The key before the newest stays, because another process may be about to seal with it.
    #[must_use]
    pub fn keys_still_needed(&self, keys: &Keys) -> Keys {
        let directory = self.files.directory();
        let own = keyspace::read(directory).ok().flatten();
        let seals = keyspace::seals(directory);
        match (own, seals) {
            (Some(own), Some(seals)) if own.is_at_home(directory) => {
                keys.only_needed(|id| seals.iter().any(|seal| seal.key == *id))
            }
            _ => keys.clone(),
        }
    }

    /// What this profile's next session is sealed with.
    ///
    /// # Errors
    /// When there is no key.
    pub fn sealing(&self) -> Result<Option<Sealing>, StoreError> {
        let Some(place) = self.key_place()? else {
            return Ok(None);
        };
        let keys = self.keys.get(&place)?;
        Ok(Some(Sealing::new(place, keys.newest().clone())))
    }

    /// What this profile's next session is sealed with, if its key was asked for before.
    pub(super) fn sealing_in_hand(&self) -> Result<Option<Sealing>, StoreError> {
        match self.key_place()? {
            Some(place) if self.keys.in_hand(&place).is_none() => {
                Err(self.closed_error(Closed::NotAsked))
            }
            _ => self.sealing(),
        }
    }

    /// Whether a record that stays closed for this reason gives way to a new one.
    pub(super) fn gives_way(&self, why: &Closed) -> bool {
        match why {
            Closed::NotARecord(NotARecord::Newer(_)) => self.for_removal,
            Closed::NotARecord(NotARecord::Corrupt) => false,
            _ => self.for_new_session,
        }
    }

    pub(super) fn closed_error(&self, why: Closed) -> StoreError {
        self.closed_error_at(self.files.path().to_owned(), why)
    }

    pub(super) fn closed_error_at(&self, path: PathBuf, why: Closed) -> StoreError {
        match why {
            Closed::NotARecord(NotARecord::Newer(format)) => StoreError::Newer { path, format },
            Closed::NotARecord(NotARecord::Corrupt) => StoreError::Unreadable {
                path,
                source: std::io::Error::other("it is damaged, or no record of authctl's"),
            },
            Closed::Foreign(origin) => StoreError::Foreign { path, origin },
            Closed::UnknownKeyspace(error) => error,
            Closed::Unsealed => StoreError::Unsealed {
                path,
                kind: self.kind,
            },
            Closed::NotAsked => StoreError::Sealed { path },
            Closed::NoKey(error) => StoreError::Key(error),
            Closed::KeyLost(Seal { place, key }) => StoreError::KeyLost { path, place, key },
        }
    }
}
