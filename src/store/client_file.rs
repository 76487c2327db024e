//! The file of the client that a server has registered for a profile: `work.client`, beside the
//! record.
//!
//! It outlives sessions: a logout leaves it for the next login. It is written under the session's
//! lock only, so that two processes do not write it at the same time.

use std::fs;
use std::path::PathBuf;

use super::client::{EXTENSION, KeptClient, Whole};
use super::open::Closed;
use super::record::NotARecord;
use super::record_files::read_file;
use super::seal::{Seal, Sealing};
use super::{Locked, Store, StoreError, envelope, keyspace};
use crate::fault;
use crate::oauth::registration::RegisteredSecrets;
use crate::platform::files::{self, remove, sync_directory};

/// What the file is called for a moment that is to be wiped.
const OLD: &str = "client.old";

impl Store {
    fn client_path(&self) -> PathBuf {
        self.files.beside(EXTENSION)
    }

    fn read_client(&self) -> Result<Option<Whole>, StoreError> {
        let Some(bytes) = read_file(&self.client_path())? else {
            return Ok(None);
        };
        let whole = Whole::parse(bytes);
        let whole = whole.map_err(|why| self.client_error(Closed::NotARecord(why)))?;
        Ok(Some(whole))
    }

    fn client_error(&self, why: Closed) -> StoreError {
        self.closed_error_at(self.client_path(), why)
    }

    /// The client that a server has registered for this profile. Asks for no key.
    ///
    /// # Errors
    /// When its file is there and cannot be read.
    pub fn client(&self) -> Result<Option<KeptClient>, StoreError> {
        Ok(self.read_client()?.map(|whole| whole.client))
    }

    /// The registered client with its secrets. Asks for the key that opens them.
    ///
    /// # Errors
    /// When its file is there and cannot be read or opened.
    pub fn client_with_secrets(
        &self,
    ) -> Result<Option<(KeptClient, RegisteredSecrets)>, StoreError> {
        let Some(whole) = self.read_client()? else {
            return Ok(None);
        };
        let Whole {
            client,
            secrets,
            sealed,
            bytes,
        } = whole;
        let opened = match client.seal() {
            None => self.open_plain(secrets),
            Some(seal) => self.open_sealed(seal, &sealed.unwrap_or_default(), &bytes),
        };
        let secrets = opened.map_err(|why| self.client_error(why))?;
        Ok(Some((client, secrets)))
    }

    fn open_plain(&self, secrets: Option<RegisteredSecrets>) -> Result<RegisteredSecrets, Closed> {
        if !self.kind.admits_plain() {
            return Err(Closed::Unsealed);
        }
        secrets.ok_or(Closed::NotARecord(NotARecord::Corrupt))
    }

    fn open_sealed(
        &self,
        seal: &Seal,
        sealed: &str,
        bytes: &[u8],
    ) -> Result<RegisteredSecrets, Closed> {
        let own = keyspace::read(self.files.directory()).map_err(Closed::UnknownKeyspace)?;
        if own.is_some_and(|own| own.name != seal.place.keyspace) {
            return Err(Closed::Foreign("another installation".to_owned()));
        }
        let key = self.keys.find(&seal.place, &seal.key);
        let Some(key) = key.map_err(Closed::NoKey)? else {
            return Err(Closed::KeyLost(seal.clone()));
        };
        envelope::open(bytes, sealed, &key).ok_or(Closed::NotARecord(NotARecord::Corrupt))
    }

    /// Asks for the key that opens the registered client, if there is one. To be called before a
    /// lock is taken under which the client is sealed anew.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn fetch_client_key(&self) -> Result<(), StoreError> {
        self.client_with_secrets().map(|_| ())
    }
}

impl Locked<'_> {
    /// Keeps a registered client, sealed as the next session is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_client(
        &self,
        client: &KeptClient,
        secrets: &RegisteredSecrets,
    ) -> Result<(), StoreError> {
        let sealing = self.store.sealing_in_hand()?;
        self.write_client(&client.bytes(secrets, sealing.as_ref()))
    }

    /// Seals the registered client anew, or opens it for good, if there is one.
    ///
    /// # Errors
    /// When it cannot be opened or written. It is as it was then.
    pub fn seal_client_anew(&self, sealing: Option<&Sealing>) -> Result<(), StoreError> {
        let Some((client, secrets)) = self.store.client_with_secrets()? else {
            return Ok(());
        };
        let was_plain = client.seal().is_none();
        if was_plain && sealing.is_none() {
            return Ok(());
        }
        let old = self.store.files.beside(OLD);
        if was_plain {
            let _acting = files::Acting::at(&old);
            let _ = remove(&old);
            // On a file system without hard links, no more than the name is removed.
            let _ = fs::hard_link(self.store.client_path(), &old);
        }
        let written = self.write_client(&client.bytes(&secrets, sealing));
        self.wipe_old_client(written.is_ok());
        written
    }

    /// Keeps the client of another name under this one, as it is there.
    ///
    /// # Errors
    /// When it cannot be read there, or written here.
    pub fn take_over_client(&self, other: &Locked<'_>) -> Result<(), StoreError> {
        match other.store.read_client()? {
            None => Ok(()),
            Some(whole) => self.write_client(&whole.bytes),
        }
    }

    /// Removes the registered client from this machine, if there is one.
    ///
    /// # Errors
    /// When its file cannot be removed.
    pub fn remove_client(&self) -> Result<(), StoreError> {
        let path = self.store.client_path();
        self.wipe_old_client(true);
        let removed = remove(&path).and_then(|()| sync_directory(self.store.files.directory()));
        removed.map_err(|source| StoreError::unwritable(&path, "remove the client", source))
    }

    fn write_client(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.store.client_path();
        fault::point("client: before it is written");
        files::replace(&path, bytes)
            .map_err(|source| StoreError::unwritable(&path, "keep the client", source))
    }

    /// Removes the second name of the file that was replaced; wipes it where `replaced` says that
    /// it is no other file's.
    fn wipe_old_client(&self, replaced: bool) {
        let old = self.store.files.beside(OLD);
        if replaced {
            self.store.files.wipe_file(&old);
        } else {
            let _ = remove(&old);
        }
    }
}
