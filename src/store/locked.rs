//! A session under its lock: what may be read of it, and the one way that leads to saving.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::key::KeySource;
use super::open::Closed;
use super::record::{Failed, Header, Interrupted, Record};
use super::seal::Sealing;
use super::{Peek, Store, StoreError};
use crate::event::Event;
use crate::oauth::jwt::IdToken;
use crate::oauth::token::{AccessToken, RefreshToken};
use crate::platform::lock::Lock;
use crate::time::Timestamp;

/// Room is claimed for at least this many bytes, and for four times what the record has now.
pub(super) const ROOM: u64 = 64 << 10;

/// What a process found under a lock that it handed over, in so far as it decides whether a refresh
/// is still wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    generation: Option<u64>,
    is_refused: bool,
    failures: u32,
    is_interrupted: bool,
}

/// A session under its lock, read after the lock was taken.
#[derive(Debug)]
pub struct Locked<'s> {
    pub(super) store: &'s Store,
    lock: Lock,
    pub(super) record: Option<Record>,
    /// The generation of the record on the disk; 0 when there is none, or it does not tell.
    pub(super) version: u64,
    /// What the record is sealed with when it is saved; `None` for a plain record.
    pub(super) sealing: Option<Sealing>,
    /// How many bytes the record has on the disk.
    pub(super) size: u64,
    /// Whether the record on the disk is damaged: it is then no generation to go back to.
    pub(super) damaged: bool,
    pub(super) interrupted: Option<Interrupted>,
    pub(super) failed: Option<Failed>,
    pub(super) events: Vec<Event>,
}

impl<'s> Locked<'s> {
    pub(super) fn new(store: &'s Store, lock: Lock) -> Self {
        Self {
            store,
            lock,
            record: None,
            version: 0,
            sealing: None,
            size: 0,
            damaged: false,
            interrupted: None,
            failed: None,
            events: vec![],
        }
    }

    /// The header of the record; `None` when there certainly is no session.
    #[must_use]
    pub fn header(&self) -> Option<&Header> {
        self.record.as_ref().map(|record| &record.header)
    }

    /// The access token.
    #[must_use]
    pub fn access(&self) -> Option<&AccessToken> {
        self.record.as_ref().map(|record| &record.tokens.access)
    }

    /// The ID token.
    #[must_use]
    pub fn id_token(&self) -> Option<&IdToken> {
        self.record
            .as_ref()
            .and_then(|record| record.tokens.id_token.as_ref())
    }

    /// The refresh token, which cannot outlive the lock.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.record
            .as_ref()
            .and_then(|record| record.tokens.refresh_token.as_ref())
    }

    /// When the refresh token ends, where the server says so.
    #[must_use]
    pub fn refresh_expires_at(&self) -> Option<Timestamp> {
        self.record.as_ref()?.tokens.refresh_expires_at
    }

    /// The refresh that failed last, unless one has succeeded since.
    #[must_use]
    pub fn failed(&self) -> Option<&Failed> {
        self.failed.as_ref()
    }

    /// The refresh whose answer may be lost, if one was interrupted and the record was not replaced
    /// since.
    #[must_use]
    pub fn interrupted(&self) -> Option<&Interrupted> {
        self.interrupted.as_ref()
    }

    /// What is found here. Two processes that find the same would come to the same decision.
    #[must_use]
    pub fn sighting(&self) -> Sighting {
        let header = self.header();
        Sighting {
            generation: header.map(|header| header.generation),
            is_refused: header.is_some_and(|header| header.refused.is_some()),
            failures: self.failed.as_ref().map_or(0, |failed| failed.count),
            is_interrupted: self.interrupted.is_some(),
        }
    }

    /// What happened to the files since the lock was taken. To be shown after it is released.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Takes out what was read or saved, without the refresh token; `None` when there is no
    /// session. To be called last: no session is left here afterwards.
    #[must_use]
    pub fn take_peek(&mut self) -> Option<Peek> {
        self.record.take().map(Peek::from)
    }

    /// The session, without the refresh token, if it is newer than the record in place because it
    /// could not be saved there: [`Store::peek`] does not see it.
    #[must_use]
    pub fn unsaved_peek(&self) -> Option<Peek> {
        let ahead = self
            .record
            .as_ref()
            .filter(|record| record.header.generation > self.version);
        ahead
            .and_then(|record| Record::parse(&record.bytes()).ok())
            .map(Peek::from)
    }

    /// The lock as a file that is handed to a helper process.
    ///
    /// # Errors
    /// When this process may not open one more file.
    pub fn lend_lock(&self) -> Result<std::fs::File, StoreError> {
        self.lock
            .lend()
            .map_err(|source| StoreError::unwritable(self.store.path(), "lend the lock", source))
    }

    /// The keys that are in hand.
    #[must_use]
    pub fn keys(&self) -> &KeySource {
        &self.store.keys
    }

    /// What the record is sealed with; `None` when it is not.
    #[must_use]
    pub fn sealing(&self) -> Option<&Sealing> {
        self.sealing.as_ref()
    }

    /// Saves the session as it is, but sealed with `sealing`, or plain. An answer that was missing
    /// is still missing.
    ///
    /// # Errors
    /// When it could not be saved so. Then the record is as it was.
    pub fn seal_anew(
        &mut self,
        sealing: Option<Sealing>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if self.record.is_none() {
            return Ok(());
        }
        self.prepare_grant(now)?.sealed_with(sealing).rewrite()?;
        if self
            .interrupted
            .as_ref()
            .is_some_and(|interrupted| !interrupted.restored)
        {
            // It leaves the intent of the earlier refresh.
            self.prepare_refresh(now)?.withdraw_intent();
        }
        self.wipe_earlier();
        Ok(())
    }

    /// Saves the session of another name under this one, sealed as it is there. An answer that is
    /// missing there is missing here.
    ///
    /// # Errors
    /// When it could not be saved. Then nothing has changed.
    pub fn take_over(&mut self, other: &Locked<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Some(record) = &other.record else {
            return Ok(());
        };
        let copy = Record::parse(&record.bytes());
        let mut copy = copy.map_err(|why| self.store.closed_error(Closed::NotARecord(why)))?;
        copy.header.profile.clone_from(&self.store.profile);
        self.record = Some(copy);
        self.interrupted.clone_from(&other.interrupted);
        self.seal_anew(other.sealing.clone(), now)
    }

    /// The bytes of `record` as they are saved.
    pub(super) fn bytes(&self, record: &Record) -> Zeroizing<Vec<u8>> {
        match &self.sealing {
            Some(sealing) => sealing.bytes(record, self.store.readable_access),
            None => record.bytes(),
        }
    }

    /// Wipes what earlier generations have left beside the record and elsewhere, so that a session
    /// which is sealed now is not found in the clear. On disks that write each change to a new
    /// place, this removes no more than the names.
    pub fn wipe_earlier(&self) {
        self.store.files.wipe_earlier();
    }

    /// Removes the session from this machine: the record, the generation before, the write-ahead
    /// file, salvaged and damaged records.
    ///
    /// # Errors
    /// When the record cannot be removed.
    pub fn remove_session(self) -> Result<(), StoreError> {
        self.store.files.remove_all()
    }
}
