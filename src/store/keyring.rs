//! The operating system's keyring: one small item for a keyspace, which holds the keys of its
//! sealed records.
//!
//! Only this file imports a crate that talks to a keyring. Every call has a limit, because a
//! keyring can wait for ever: for a daemon that is stopped, for a prompt that is not answered. The
//! call is made on a thread, which is left behind when the limit comes. That thread holds no lock.
//!
//! Tried and rejected: the crate `keyring` itself, which brings an asynchronous runtime with
//! threads of its own to Linux. Its page recommends the single stores of its family, which are used
//! here, to programs that need only one.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

pub use super::item::Item;
use super::key::{KeyError, Keys};
use crate::event::Event;
use crate::secret::Secret;
use crate::text::printable;
use crate::time::describe;

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(all(unix, not(target_os = "macos")))]
use dbus_secret_service_keyring_store::Store;
#[cfg(windows)]
use windows_native_keyring_store::Store;

/// The service name of every item of this program.
const SERVICE: &str = "authctl";

/// The label that a keyring's own program shows for an item.
const LABEL: &str = "Key of authctl's sealed sessions";

/// A call that fails only after this time was ended by the library, which waits two seconds for one
/// message. That is too short for a keyring that is being started, or asked by hundreds at once.
/// The call is then made again, until the item's limit.
const LIBRARY_GAVE_UP: Duration = Duration::from_millis(1900);

/// How long a call is waited for before the user is told.
const SILENCE: Duration = Duration::from_secs(2);

impl Item {
    /// The keys that the item holds.
    ///
    /// # Errors
    /// When it holds none, or the keyring does not give them.
    pub fn read(&self) -> Result<Keys, KeyError> {
        let bytes = self.call_within_limit(|entry| match entry.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })?;
        let Some(bytes) = bytes else {
            return Err(KeyError::Missing {
                place: self.place(),
            });
        };
        let text = std::str::from_utf8(&bytes).ok();
        text.and_then(Keys::parse)
            .ok_or_else(|| KeyError::malformed(&self.place()))
    }

    /// Writes keys to the item, and reads them back.
    ///
    /// # Errors
    /// When the keyring does not keep them.
    pub fn write(&self, keys: &Keys) -> Result<(), KeyError> {
        let text = keys.text();
        let kept = self.call_within_limit(move |entry| {
            entry.set_secret(text.as_bytes())?;
            let kept = Zeroizing::new(entry.get_secret()?);
            Ok(*kept == text.as_bytes())
        })?;
        self.expect_kept(kept)
    }

    /// Tries whether the keyring keeps things: writes an item of another name, reads it back,
    /// removes it. When this returns, the user has done what the keyring asks for: has unlocked it,
    /// or chosen a password.
    ///
    /// # Errors
    /// When the keyring does not keep what it is given.
    pub fn rehearse(&self) -> Result<(), KeyError> {
        // Each trial has a name of its own, so that two at the same time do not remove each
        // other's.
        let trial = Self {
            name: format!("trial {}", Secret::random().fingerprint()),
            ..self.clone()
        };
        let written = Secret::random();
        let kept = trial.call_within_limit(move |entry| {
            entry.set_secret(written.expose().as_bytes())?;
            let read = entry.get_secret();
            let removed = entry.delete_credential();
            let same = written.expose().as_bytes() == read?;
            removed.map(|()| same)
        })?;
        self.expect_kept(kept)
    }

    fn expect_kept(&self, kept: bool) -> Result<(), KeyError> {
        if kept {
            return Ok(());
        }
        Err(self.unavailable("it does not keep what it is given".to_owned()))
    }

    /// Makes `call` within the limit.
    fn call_within_limit<T: Send + 'static>(
        &self,
        call: impl Fn(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, KeyError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let name = self.name.clone();
        let ends = Instant::now() + self.limit;
        let thread = thread::Builder::new().spawn(move || {
            let _ = sender.send(call_until(ends, &name, call));
        });
        if let Err(error) = thread {
            return Err(self.unavailable(format!("cannot start a thread: {error}")));
        }
        match self.wait_for(&receiver) {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(error)) => Err(self.key_error(&error)),
            Err(RecvTimeoutError::Disconnected) => {
                Err(self.unavailable("the call broke off".to_owned()))
            }
            Err(RecvTimeoutError::Timeout) => Err(self.unavailable(format!(
                "it did not answer within {}; it may be waiting to be unlocked",
                describe(self.limit)
            ))),
        }
    }

    /// Waits for the result of a call until the limit. Says so after a while.
    fn wait_for<T>(&self, receiver: &Receiver<T>) -> Result<T, RecvTimeoutError> {
        match receiver.recv_timeout(SILENCE.min(self.limit)) {
            Err(RecvTimeoutError::Timeout) if self.limit > SILENCE => {
                let left = self.limit.saturating_sub(SILENCE);
                (self.notify)(Event::WaitingForKeyring { left });
                receiver.recv_timeout(left)
            }
            other => other,
        }
    }

    fn key_error(&self, error: &Error) -> KeyError {
        let Error::Ambiguous(items) = error else {
            return self.unavailable(reason(error));
        };
        let why = format!(
            "it has {} items of the name {}, and one is right",
            items.len(),
            self.name
        );
        KeyError::Malformed {
            place: self.place(),
            why,
        }
    }
}

/// Makes `call`, and makes it again while the library gives up before `ends`.
fn call_until<T>(
    ends: Instant,
    item: &str,
    call: impl Fn(&Entry) -> Result<T, Error>,
) -> Result<T, Error> {
    loop {
        let began = Instant::now();
        let result = match entry(item) {
            Ok(entry) if Instant::now() < ends => call(&entry),
            // The result would not be waited for any more, and nothing is to be written then.
            Ok(_) => Err(too_late()),
            Err(error) => Err(error),
        };
        let library_gave_up =
            matches!(result, Err(Error::PlatformFailure(_))) && began.elapsed() >= LIBRARY_GAVE_UP;
        if !library_gave_up || Instant::now() >= ends {
            return result;
        }
    }
}

fn too_late() -> Error {
    Error::NotSupportedByStore("it is too late".to_owned())
}

fn entry(item: &str) -> Result<Entry, Error> {
    let store: Arc<Store> = Store::new()?;
    // The Secret Service shows an item by its label. The other keyrings make a name themselves.
    let label = HashMap::from([("label", LABEL)]);
    let modifiers = cfg!(all(unix, not(target_os = "macos"))).then_some(&label);
    store.build(SERVICE, item, modifiers)
}

/// Why a keyring cannot be used. The text of an error that carries what was stored is left out.
fn reason(error: &Error) -> String {
    match error {
        Error::NoStorageAccess(why) => {
            format!(
                "it is locked, or has nowhere to keep things, and no person was there to help ({})",
                printable(&why.to_string(), 100)
            )
        }
        Error::PlatformFailure(why) => printable(&why.to_string(), 200),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "it holds something else".to_owned(),
        other => printable(&other.to_string(), 200),
    }
}
