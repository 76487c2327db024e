//! The only type that can save: a session under its lock, with room claimed and the intent on the
//! disk.

use std::path::PathBuf;

use super::locked::ROOM;
use super::record::{Failed, Header, Intent, Interrupted, Loss, Record, Refused};
use super::record_files::Claim;
use super::seal::{Form, Sealing};
use super::{Locked, StoreError};
use crate::oauth::token::RefreshToken;
use crate::platform::files;
use crate::platform::process::host_name;
use crate::profile::identity::Identity;
use crate::secret::Fingerprint;
use crate::time::Timestamp;

/// A session under its lock, with room claimed and the intent on the disk: the only type that can
/// save.
///
/// Dropping one leaves the write-ahead file, which says that an answer may be lost. That is right
/// wherever none of the methods below was called.
#[derive(Debug)]
pub struct Pending<'l, 's> {
    pub(super) locked: &'l mut Locked<'s>,
    pub(super) claim: Claim,
    /// The `id` of the session that was in place when this was prepared.
    pub(super) continues: Option<String>,
    /// What stands in the write-ahead file.
    intent: Intent,
}

/// Where a new record was written.
#[derive(Debug)]
pub enum Saved {
    /// In its place, durably.
    InPlace,
    /// Elsewhere, from where the next holder of the lock brings it home.
    Rescued(PathBuf, StoreError),
    /// Nowhere. The tokens are valid, and are lost with this process.
    Nowhere(StoreError),
}

impl<'s> Locked<'s> {
    /// Claims room on the disk and writes down that the refresh token is about to be spent.
    ///
    /// # Errors
    /// When the result could not be saved. Then nothing may be spent.
    pub fn prepare_refresh(&mut self, now: Timestamp) -> Result<Pending<'_, 's>, StoreError> {
        let spends = self.refresh_token().map(RefreshToken::fingerprint);
        self.prepare(now, spends)
    }

    /// Claims room on the disk for tokens that cost no other token: a login, or a client's own
    /// grant.
    ///
    /// # Errors
    /// When the result could not be saved.
    pub fn prepare_grant(&mut self, now: Timestamp) -> Result<Pending<'_, 's>, StoreError> {
        self.prepare(now, None)
    }

    fn prepare(
        &mut self,
        mut since: Timestamp,
        mut spends: Option<Fingerprint>,
    ) -> Result<Pending<'_, 's>, StoreError> {
        // An answer that was missing is still missing, whatever is prepared now.
        if let (Some(interrupted), Some(token)) = (&self.interrupted, self.refresh_token()) {
            since = interrupted.since;
            spends = Some(token.fingerprint());
        }
        let intent = Intent {
            intent: if spends.is_some() { "refresh" } else { "grant" }.to_owned(),
            generation: self.version,
            spends,
            since,
            pid: std::process::id(),
            host: host_name(),
            how: Loss::default(),
            earlier: self.earlier(),
            failed: None,
        };
        let bytes = intent_bytes(&intent);
        let files = &self.store.files;
        let mut claim = files
            .prepare(&bytes, ROOM.max(4 * self.size))
            .inspect_err(|_| {
                // Nothing was sent, and the write-ahead file must not say that something was.
                if self.interrupted.is_none() {
                    files.remove_pending();
                }
            })?;
        claim.keeps_previous = !self.damaged;
        let continues = self.header().map(|header| header.id.clone());
        Ok(Pending {
            locked: self,
            claim,
            continues,
            intent,
        })
    }
}

impl Locked<'_> {
    /// The refresh whose answer is missing, for the next intent.
    fn earlier(&self) -> Option<Interrupted> {
        self.refresh_token()?;
        self.interrupted.clone().filter(|it| !it.restored)
    }
}

impl Pending<'_, '_> {
    /// The refresh token that is about to be spent.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.locked.refresh_token()
    }

    /// The header of the record; `None` when there certainly is no session.
    #[must_use]
    pub fn header(&self) -> Option<&Header> {
        self.locked.header()
    }

    /// Why the newest refresh token may not be the stored one.
    #[must_use]
    pub fn interrupted(&self) -> Option<&Interrupted> {
        self.locked.interrupted()
    }

    /// Seals what is saved with `sealing`, or saves it plain. The generation before, which is
    /// sealed in another way, is wiped.
    #[must_use]
    pub fn sealed_with(self, sealing: Option<Sealing>) -> Self {
        self.locked.store.files.wipe_previous();
        self.locked.sealing = sealing;
        self
    }

    /// Replaces the record by what `change` makes of it, durably. If that fails although there was
    /// room, writes it wherever that is possible.
    pub fn commit(mut self, change: impl FnOnce(Option<Record>) -> Record) -> Saved {
        // A record that was brought home but could not be saved is ahead of the one on the disk.
        let before = self
            .locked
            .header()
            .map_or(0, |header| header.generation)
            .max(self.locked.version);
        let mut record = change(self.locked.record.take());
        record.header.generation = before + 1;
        record.header.home = self.locked.store.files.home();
        let saved = self.save(&record);
        if matches!(saved, Saved::InPlace) {
            self.locked.version = record.header.generation;
        }
        if matches!(saved, Saved::Nowhere(_)) {
            self.note_loss();
        }
        self.locked.interrupted = None;
        self.locked.record = Some(record);
        saved
    }

    /// Writes down that the answer came and could not be saved, which explains why the next refresh
    /// is refused. The room for that is there already; a disk that has died keeps the intent.
    fn note_loss(&self) {
        let path = self.locked.store.files.beside("pending");
        // What was renamed to the record's place is the record. And what could only not be synced
        // or renamed may lie whole in the write-ahead file, for the next holder of the lock.
        let found = files::read_file(&path);
        let is_record = found.map(|found| found.is_none_or(|bytes| Form::of(&bytes).is_ok()));
        if self.intent.spends.is_none()
            || is_record.unwrap_or(true)
            || !files::leads_to(&path, self.claim.file())
        {
            return;
        }
        let intent = Intent {
            how: Loss::Unsaved,
            ..self.intent.clone()
        };
        self.claim.rewrite_intent(&intent_bytes(&intent));
    }

    fn save(&mut self, record: &Record) -> Saved {
        let files = &self.locked.store.files;
        let bytes = self.locked.bytes(record);
        let Err(error) = files.write_if(&mut self.claim, self.locked.version, &bytes) else {
            return Saved::InPlace;
        };
        // Elsewhere only what continues the session in place, by which the next holder of the lock
        // sees that it belongs there. Where that session was certainly removed meanwhile, the file
        // elsewhere would never be found. A disk that has died tells nothing.
        let id = &record.header.id;
        if self.continues.as_ref() == Some(id)
            && self.may_be_in_place(id)
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

    /// Whether the session with this `id` is in place, or its place cannot be read.
    fn may_be_in_place(&self, id: &str) -> bool {
        let Ok(stored) = self.locked.store.files.read() else {
            return true;
        };
        let form = stored.and_then(|stored| Form::of(&stored.bytes).ok());
        form.is_some_and(|form| form.header().id == id)
    }

    /// Saves the session as it is, in its place or not at all. Nothing is lost when that fails.
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
        record.header.home = self.locked.store.files.home();
        let bytes = self.locked.bytes(&record);
        self.locked
            .store
            .files
            .write_if(&mut self.claim, self.locked.version, &bytes)?;
        self.locked.version = record.header.generation;
        self.locked.record = Some(record);
        Ok(())
    }

    /// Marks the session as refused, if the record still has the token that was refused. Nothing is
    /// deleted: the tokens stay where they are until a login replaces them.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when the record has changed; otherwise what is wrong with the
    /// disk.
    pub fn mark_refused(mut self, refused: Refused) -> Result<(), StoreError> {
        let Some(mut record) = self.locked.record.take() else {
            self.withdraw_intent();
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

    /// Writes down that the request failed. `lost`: an answer may be missing, so that the intent
    /// stands; otherwise nothing was spent. An intent of an earlier refresh, whose answer is still
    /// missing, stands in any case.
    pub fn fail(self, failed: Failed, lost: bool) {
        let spends = self.intent.spends.clone();
        let intent = Intent {
            spends: spends.filter(|_| lost || self.locked.interrupted.is_some()),
            how: Loss::Unanswered,
            failed: Some(failed.clone()),
            ..self.intent
        };
        // Without the note the next caller asks the server, which does no harm.
        self.claim.rewrite_intent(&intent_bytes(&intent));
        self.locked.failed = Some(failed);
    }

    /// How many refreshes in a row have failed before this one, of what it asks for.
    #[must_use]
    pub fn failures_before(&self, identity: &Identity) -> u32 {
        let failed = self.locked.failed.as_ref();
        failed
            .filter(|failed| failed.is_of(identity))
            .map_or(0, |failed| failed.count)
    }

    /// Takes the intent back, because the request did not leave this machine. An intent of an
    /// earlier refresh, whose answer is still missing, stays.
    pub fn withdraw_intent(self) {
        if self.locked.interrupted.is_none() {
            self.locked.store.files.remove_pending();
            return;
        }
        // This process goes on: what is missing is the answer to the earlier one.
        let intent = Intent {
            how: Loss::Unanswered,
            ..self.intent
        };
        self.claim.rewrite_intent(&intent_bytes(&intent));
    }
}

fn intent_bytes(intent: &Intent) -> Vec<u8> {
    serde_json::to_vec(intent).expect("an intent has only string keys")
}
