//! The only thing that can save: a session under its lock, with room claimed and the intent on the
//! disk.

use std::path::PathBuf;

use super::record::{Header, Interrupted, Record, Refused};
use super::record_files::Claim;
use super::seal::{Form, Sealing};
use super::{Locked, StoreError};
use crate::oauth::token::RefreshToken;

/// A session under its lock, with room claimed and the intent on the disk: the only thing that can
/// save.
///
/// Dropping one leaves the write-ahead file where it is, which says "an answer may be lost". That
/// is right for every way of dropping it that is not one of the methods below.
#[derive(Debug)]
pub struct Pending<'l, 's> {
    pub(super) locked: &'l mut Locked<'s>,
    pub(super) claim: Claim,
    /// The session that was in place when this began.
    pub(super) continues: Option<String>,
}

/// Where a new record came to lie.
#[derive(Debug)]
pub enum Saved {
    /// In its place, durably.
    InPlace,
    /// Somewhere else, from where the next call brings it home.
    Rescued(PathBuf, StoreError),
    /// Nowhere. The tokens are good, and end with this process.
    Nowhere(StoreError),
}

impl Pending<'_, '_> {
    /// The refresh token that is about to be spent.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.locked.refresh_token()
    }

    /// What may be seen of the session.
    #[must_use]
    pub fn header(&self) -> Option<&Header> {
        self.locked.header()
    }

    /// Why the newest refresh token may not be among those that we have.
    #[must_use]
    pub fn interrupted(&self) -> Option<&Interrupted> {
        self.locked.interrupted()
    }

    /// Has what is saved sealed with something else, or not at all. The generation before, which is
    /// not sealed so, goes.
    #[must_use]
    pub fn sealed_with(self, sealing: Option<Sealing>) -> Self {
        self.locked.store.files.wipe_previous();
        self.locked.sealing = sealing;
        self
    }

    /// Replaces the record by what `change` makes of it, durably. If that fails after all, puts it
    /// wherever it can.
    pub fn commit(mut self, change: impl FnOnce(Option<Record>) -> Record) -> Saved {
        // A record that was brought home but could not be saved is ahead of the one on the disk.
        let before = self
            .locked
            .header()
            .map_or(0, |header| header.generation)
            .max(self.locked.version);
        let mut record = change(self.locked.record.take());
        record.header.generation = before + 1;
        let saved = self.save(&record);
        if matches!(saved, Saved::InPlace) {
            self.locked.version = record.header.generation;
        }
        self.locked.interrupted = None;
        self.locked.record = Some(record);
        saved
    }

    fn save(&mut self, record: &Record) -> Saved {
        let (files, bytes) = (&self.locked.store.files, self.locked.bytes(record));
        let Err(error) = files.write_if(&mut self.claim, self.locked.version, &bytes) else {
            return Saved::InPlace;
        };
        // Elsewhere only what continues the session in place: whoever finds it can tell that it
        // belongs there. Where that was removed meanwhile, nobody would find it, and it would lie
        // there for ever.
        if self.continues == Some(record.header.id.clone())
            && files.read().is_ok_and(|there| {
                let there = there.and_then(|stored| Form::of(&stored.bytes).ok());
                there.is_some_and(|there| there.header().id == record.header.id)
            })
            && let Some(path) = files.write_elsewhere(&bytes)
        {
            return Saved::Rescued(path, error);
        }
        let overtaken = matches!(error, StoreError::Overtaken { .. });
        if !overtaken && files.overwrite_record(&bytes).is_ok() {
            return Saved::Rescued(files.path().to_owned(), error);
        }
        Saved::Nowhere(error)
    }

    /// Saves the session as it is, in its place or not at all: nothing is lost if it cannot be.
    ///
    /// # Errors
    /// What is wrong with the disk, or [`StoreError::Overtaken`].
    pub(super) fn rewrite(mut self) -> Result<(), StoreError> {
        let mut record = self
            .locked
            .record
            .take()
            .expect("there is a session to rewrite");
        record.header.generation = record.header.generation.max(self.locked.version) + 1;
        let bytes = self.locked.bytes(&record);
        self.locked
            .store
            .files
            .write_if(&mut self.claim, self.locked.version, &bytes)?;
        self.locked.version = record.header.generation;
        self.locked.record = Some(record);
        Ok(())
    }

    /// Marks the session as refused, if the record still holds the token that was. Nothing is
    /// deleted: the tokens stay where they are, and a login replaces them.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when the record has changed; otherwise what is wrong with the
    /// disk.
    pub fn mark_refused(mut self, refused: Refused) -> Result<(), StoreError> {
        let Some(mut record) = self.locked.record.take() else {
            self.never_sent();
            return Ok(());
        };
        record.header.refused = Some(refused);
        let bytes = self.locked.bytes(&record);
        self.locked.record = Some(record);
        self.locked
            .store
            .files
            .write_if(&mut self.claim, self.locked.version, &bytes)?;
        self.locked.interrupted = None;
        Ok(())
    }

    /// The request did not leave this machine: takes the intent back, unless an earlier one is
    /// still open.
    pub fn never_sent(self) {
        if self.locked.interrupted.is_none() {
            self.locked.store.files.remove_pending();
        }
    }
}
