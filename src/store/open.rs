//! From bytes to a record: which form it has, whether the profile may have it in that form, which
//! key opens it.
//!
//! A sealed record says itself where its key is, and is believed: what the key opens is what was
//! sealed with it. That a record is sealed at all, it cannot say; where the profile wants that, one
//! that is not is refused.

use std::path::PathBuf;

use super::key::{Keeper, KeyError, Keys, Place};
use super::keyspace::{self, Keyspace};
use super::record::{Header, NotARecord, Record};
use super::seal::{Form, Seal, Sealing, Summary};
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
    /// It is none, or of a later version.
    NotARecord(NotARecord),
    /// It was sealed for this other profile, or with keys of another keyspace.
    Foreign(String),
    /// The keyspace of this directory cannot be read.
    Unknown(StoreError),
    /// It is not sealed, and should be.
    Unsealed,
    /// Nobody has asked for its key yet.
    NotAsked,
    /// Its key cannot be had.
    NoKey(KeyError),
    /// Its key is not where it was.
    Lost(Seal),
}

impl Store {
    /// Reads a record of either form. Without `asking`, with the keys that are in hand.
    pub(super) fn open(&self, bytes: &[u8], asking: bool) -> Result<Opened, Closed> {
        self.open_form(Form::of(bytes).map_err(Closed::NotARecord)?, bytes, asking)
    }

    fn open_form(&self, form: Form, bytes: &[u8], asking: bool) -> Result<Opened, Closed> {
        let envelope = match form {
            Form::Plain(record) if self.kind.admits_plain() => {
                return Ok(Opened {
                    record: *record,
                    sealing: None,
                });
            }
            Form::Plain(_) => return Err(Closed::Unsealed),
            Form::Sealed(envelope) => envelope,
        };
        self.check_origin(&envelope.summary.header, &envelope.seal)?;
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
            let final_word = asking || self.replacing;
            return Err(if final_word {
                Closed::Lost(envelope.seal)
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

    /// Whether it was sealed for this profile, here.
    fn check_origin(&self, header: &Header, seal: &Seal) -> Result<(), Closed> {
        self.check_profile(header)?;
        let own = keyspace::read(self.files.directory()).map_err(Closed::Unknown)?;
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

    /// What anybody may see of the session: needs no key, and asks for none.
    ///
    /// # Errors
    /// When there is a record and it cannot be read.
    pub fn summary(&self) -> Result<Option<Summary>, StoreError> {
        let Some(stored) = self.files.read()? else {
            return Ok(None);
        };
        let form = Form::of(&stored.bytes).map_err(|why| self.closed(Closed::NotARecord(why)))?;
        Ok(Some(form.summary()))
    }

    /// Looks at the session without the lock, without writing anything, in one open and one read.
    /// Where the access token can be seen without the key, that is all: there is then no ID token
    /// in what comes.
    ///
    /// # Errors
    /// When there is a record and it cannot be read. Under the lock more can be done about that.
    pub fn peek(&self) -> Result<Option<Peek>, StoreError> {
        self.look(false)
    }

    /// The same with everything that may be seen without the lock, for which a sealed record needs
    /// its key.
    ///
    /// # Errors
    /// As for [`Store::peek`].
    pub fn peek_whole(&self) -> Result<Option<Peek>, StoreError> {
        self.look(true)
    }

    fn look(&self, whole: bool) -> Result<Option<Peek>, StoreError> {
        let Some(stored) = self.files.read()? else {
            return Ok(None);
        };
        let mut form =
            Form::of(&stored.bytes).map_err(|why| self.closed(Closed::NotARecord(why)))?;
        if let Form::Sealed(envelope) = &mut form
            && self.readable_access
            && !whole
            && let Some(access) = envelope.summary.take_access()
        {
            self.check_profile(&envelope.summary.header)
                .map_err(|why| self.closed(why))?;
            let Summary {
                header,
                renewable,
                refresh_expires_at,
                ..
            } = &envelope.summary;
            // The seal is not looked at here. Whether the session has ended is for those to say who
            // do.
            let header = Header {
                refused: None,
                ..header.clone()
            };
            let (renewable, refresh_expires_at) = (*renewable, *refresh_expires_at);
            return Ok(Some(Peek {
                header,
                access,
                id_token: None,
                renewable,
                refresh_expires_at,
            }));
        }
        let opened = self
            .open_form(form, &stored.bytes, true)
            .map_err(|why| self.closed(why))?;
        Ok(Some(opened.record.into()))
    }

    /// Has every key in hand that will be needed under the lock. To be called before it is taken:
    /// it may be a person who gives them.
    pub(super) fn get_keys(&self) -> Result<(), StoreError> {
        let bytes = files::read_file(self.files.path()).ok().flatten();
        let opened = bytes.as_deref().map(|bytes| self.open(bytes, true));
        let (mut opens, mut damaged) = (false, false);
        match opened {
            None => {}
            Some(Ok(Opened { sealing, .. })) => opens = sealing.is_some(),
            Some(Err(Closed::NotARecord(_))) => damaged = true,
            Some(Err(_)) if self.replacing => {}
            Some(Err(why)) => return Err(self.closed(why)),
        }
        let record = bytes
            .as_deref()
            .filter(|_| !damaged)
            .and_then(|bytes| Form::of(bytes).ok());
        let record = record.map(Form::summary);
        for (path, summary) in self.others(record.as_ref(), damaged) {
            let Some(seal) = summary.seal else { continue };
            let why = match self.keys.find(&seal.place, &seal.key) {
                Ok(Some(_)) => {
                    opens = true;
                    continue;
                }
                Ok(None) => Closed::Lost(seal),
                Err(error) => Closed::NoKey(error),
            };
            if !self.replacing {
                return Err(self.closed_at(path, why));
            }
        }
        if !opens {
            self.sealing()?;
        }
        Ok(())
    }

    /// What can be seen of the other files that may take the record's place.
    fn others(&self, record: Option<&Summary>, damaged: bool) -> Vec<(PathBuf, Summary)> {
        let begun = self.files.beside("pending");
        let previous = damaged.then(|| self.files.beside("previous"));
        let beside = [begun.clone()].into_iter().chain(previous);
        let beside = beside.filter_map(|path| Some((path.clone(), files::read_file(&path).ok()??)));
        let all = beside.chain(self.files.salvaged());
        let seen = all.filter_map(|(path, bytes)| Some((path, Form::of(&bytes).ok()?.summary())));
        let matters = |path: &PathBuf, other: &Summary| match record {
            None => true,
            Some(record) if *path == begun => !other.has_tokens_of(record),
            Some(record) => other.is_ahead_of(record),
        };
        seen.filter(|(path, summary)| matters(path, summary))
            .collect()
    }

    /// Where the key of this profile's next session is; `None` when that is not sealed.
    ///
    /// # Errors
    /// When the name of this session's keyspace can neither be read nor written.
    pub fn place(&self) -> Result<Option<Place>, StoreError> {
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
    pub fn owns(&self, place: &Place) -> Result<bool, StoreError> {
        Ok(self.keyspace()?.name == place.keyspace)
    }

    /// Of `keys`, newest first, those that are still needed: all of them where that is not certain.
    /// The key before the newest stays, because another process may be about to seal with it.
    #[must_use]
    pub fn needed(&self, keys: &Keys) -> Keys {
        let directory = self.files.directory();
        let own = keyspace::read(directory).ok().flatten();
        let seals = keyspace::seals(directory);
        match (own, seals) {
            (Some(own), Some(seals)) if own.is_at_home(directory) => {
                keys.without(|id| seals.iter().any(|seal| seal.key == *id))
            }
            _ => keys.clone(),
        }
    }

    /// What this profile's next session is sealed with.
    ///
    /// # Errors
    /// When there is no key.
    pub fn sealing(&self) -> Result<Option<Sealing>, StoreError> {
        let Some(place) = self.place()? else {
            return Ok(None);
        };
        let keys = self.keys.get(&place)?;
        Ok(Some(Sealing::new(place, keys.newest().clone())))
    }

    /// The same by the keys that are in hand.
    pub(super) fn sealing_in_hand(&self) -> Result<Option<Sealing>, StoreError> {
        match self.place()? {
            Some(place) if self.keys.in_hand(&place).is_none() => {
                Err(self.closed(Closed::NotAsked))
            }
            _ => self.sealing(),
        }
    }

    /// Whether a record that stays closed for this reason gives way to a new one.
    pub(super) fn replaces(&self, why: &Closed) -> bool {
        self.replacing && !matches!(why, Closed::NotARecord(_))
    }

    pub(super) fn closed(&self, why: Closed) -> StoreError {
        self.closed_at(self.files.path().to_owned(), why)
    }

    pub(super) fn closed_at(&self, path: PathBuf, why: Closed) -> StoreError {
        match why {
            Closed::NotARecord(NotARecord::Newer(format)) => StoreError::Newer { path, format },
            Closed::NotARecord(NotARecord::Corrupt) => StoreError::Unreadable {
                path,
                source: std::io::Error::other("it is damaged, or no record of authctl's"),
            },
            Closed::Foreign(origin) => StoreError::Foreign { path, origin },
            Closed::Unknown(error) => error,
            Closed::Unsealed => StoreError::Unsealed {
                path,
                kind: self.kind,
            },
            Closed::NotAsked => StoreError::Sealed { path },
            Closed::NoKey(error) => StoreError::Key(error),
            Closed::Lost(Seal { place, key }) => StoreError::KeyLost { path, place, key },
        }
    }
}
