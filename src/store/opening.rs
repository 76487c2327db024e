//! From bytes to a record: which form it has, whether the profile may have it in that form, which key opens it.
//!
//! A sealed record says itself where its key is, and is believed: what the key opens is what was sealed with it. That a
//! record is sealed at all, it cannot say; where the profile wants that, one that is not is refused.

use super::key::{KeyError, Place};
use super::record::{NotARecord, Record};
use super::seal::{Form, Outline, Seal, Sealing};
use super::vault::Vault;
use super::{Peek, Store, StoreError, disk};
use crate::provider::keeping::StoreKind;

/// A record, and what it was sealed with.
pub(super) struct Opened {
    pub record: Record,
    pub sealing: Option<Sealing>,
}

/// Why a record stays closed.
pub(super) enum Closed {
    /// It is none, or of a later version.
    NotARecord(NotARecord),
    /// It was sealed for this other profile.
    Foreign(String),
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
                return Ok(Opened { record: *record, sealing: None });
            }
            Form::Plain(_) => return Err(Closed::Unsealed),
            Form::Sealed(envelope) => envelope,
        };
        let Seal { place, key: id } = envelope.seal.clone();
        if envelope.outline.session.profile != self.profile {
            return Err(Closed::Foreign(envelope.outline.session.profile.clone()));
        }
        let key = if asking {
            self.keys.find(&place, &id).map_err(Closed::NoKey)?
        } else {
            self.keys.in_hand(&place).ok_or(Closed::NotAsked)?.map_err(Closed::NoKey)?.find(&id).cloned()
        };
        let Some(key) = key else {
            return Err(if asking { Closed::Lost(envelope.seal) } else { Closed::NotAsked });
        };
        let record = envelope.open(bytes, &key).map_err(Closed::NotARecord)?;
        Ok(Opened { record, sealing: Some(Sealing::new(place, key)) })
    }

    /// What anybody may see of the session: needs no key, and asks for none.
    ///
    /// # Errors
    /// When there is a record and it cannot be read.
    pub fn outline(&self) -> Result<Option<Outline>, StoreError> {
        let Some(stored) = self.vault.read()? else { return Ok(None) };
        let form = Form::of(&stored.bytes).map_err(|why| self.closed(Closed::NotARecord(why)))?;
        Ok(Some(form.outline()))
    }

    /// Looks at the session without the lock, without writing anything, in one open and one read. Where the access
    /// token can be seen without the key, that is all: there is then no ID token in what comes.
    ///
    /// # Errors
    /// When there is a record and it cannot be read. Under the lock more can be done about that.
    pub fn peek(&self) -> Result<Option<Peek>, StoreError> {
        self.look(false)
    }

    /// The same with everything that may be seen without the lock, for which a sealed record needs its key.
    ///
    /// # Errors
    /// As for [`Store::peek`].
    pub fn peek_whole(&self) -> Result<Option<Peek>, StoreError> {
        self.look(true)
    }

    fn look(&self, whole: bool) -> Result<Option<Peek>, StoreError> {
        let Some(stored) = self.vault.read()? else { return Ok(None) };
        let mut form = Form::of(&stored.bytes).map_err(|why| self.closed(Closed::NotARecord(why)))?;
        if let Form::Sealed(envelope) = &mut form
            && envelope.outline.session.profile == self.profile
            && !whole
            && let Some(access) = envelope.outline.take_access()
        {
            let Outline { session, renewable, refresh_expires_at, .. } = &envelope.outline;
            let session = session.clone();
            let (renewable, refresh_expires_at) = (*renewable, *refresh_expires_at);
            return Ok(Some(Peek { session, access, id_token: None, renewable, refresh_expires_at }));
        }
        let opened = self.open_form(form, &stored.bytes, true).map_err(|why| self.closed(why))?;
        Ok(Some(opened.record.into()))
    }

    /// Has every key in hand that will be needed under the lock. To be called before it is taken: it may be a person
    /// who gives them.
    pub(super) fn get_keys(&self) -> Result<(), StoreError> {
        let files = [self.vault.path().to_owned(), self.vault.beside("pending")];
        let mut opens = false;
        for bytes in files.iter().filter_map(|path| disk::read_file(path).ok().flatten()) {
            let Ok(Form::Sealed(envelope)) = Form::of(&bytes) else { continue };
            let Seal { place, key } = &envelope.seal;
            let why = match self.keys.find(place, key) {
                Ok(Some(_)) => {
                    opens = true;
                    continue;
                }
                Ok(None) => Closed::Lost(envelope.seal),
                Err(error) => Closed::NoKey(error),
            };
            if !self.replacing {
                return Err(self.closed(why));
            }
        }
        if !opens {
            self.sealing()?;
        }
        Ok(())
    }

    /// Where the key of this profile's next session is; `None` when that is not sealed.
    ///
    /// # Errors
    /// When the state directory cannot be had, which is what tells one installation from another.
    pub fn place(&self) -> Result<Option<Place>, StoreError> {
        Ok(match self.kind {
            StoreKind::File | StoreKind::None | StoreKind::Auto => None,
            StoreKind::Command => Some(Place::Command),
            StoreKind::Env => Some(Place::Env),
            StoreKind::Keyring => {
                self.vault.create_directory()?;
                Some(Place::Keyring { item: self.vault.installation().to_string() })
            }
        })
    }

    /// What this profile's next session is sealed with.
    ///
    /// # Errors
    /// When there is no key.
    pub fn sealing(&self) -> Result<Option<Sealing>, StoreError> {
        let Some(place) = self.place()? else { return Ok(None) };
        let keys = self.keys.get(&place)?;
        Ok(Some(Sealing::new(place, keys.newest().clone())))
    }

    /// The same by the keys that are in hand.
    pub(super) fn sealing_in_hand(&self) -> Result<Option<Sealing>, StoreError> {
        match self.place()? {
            Some(place) if self.keys.in_hand(&place).is_none() => Err(self.closed(Closed::NotAsked)),
            _ => self.sealing(),
        }
    }

    /// Whether a record that stays closed for this reason gives way to a new one.
    pub(super) fn replaces(&self, why: &Closed) -> bool {
        self.replacing && !matches!(why, Closed::NotARecord(_))
    }

    pub(super) fn closed(&self, why: Closed) -> StoreError {
        let path = self.vault.path().to_owned();
        match why {
            Closed::NotARecord(NotARecord::Newer(format)) => StoreError::Newer { path, format },
            Closed::NotARecord(NotARecord::Corrupt) => StoreError::Unreadable {
                path,
                source: std::io::Error::other("it is damaged, or no record of authctl's"),
            },
            Closed::Foreign(profile) => StoreError::Foreign { path, profile },
            Closed::Unsealed => StoreError::Unsealed { path, kind: self.kind },
            Closed::NotAsked => StoreError::Sealed { path },
            Closed::NoKey(error) => StoreError::Key(error),
            Closed::Lost(Seal { place, key }) => StoreError::KeyLost { path, place, key },
        }
    }
}
