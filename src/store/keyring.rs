//! The operating system's keyring: one small item for a keyspace, which holds the keys of its
//! sealed records.
//!
//! Only this file imports a crate that talks to a keyring. Every call has a limit, because a
//! keyring can wait for ever: for a daemon that is stopped, for a prompt that nobody answers. It is
//! made on a thread that is left behind when the limit comes; it holds nothing that anybody waits
//! for.
//!
//! The stores of the `keyring` family are used one by one, as that crate's own page asks of
//! programs that choose theirs: `keyring` itself brings an asynchronous runtime with threads of its
//! own to Linux.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use super::key::{Keeper, KeyError, Keys, Place};
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

/// What all items of ours have in common.
const SERVICE: &str = "authctl";

/// What a person sees who looks through their keyring.
const LABEL: &str = "Key of authctl's sealed sessions";

/// A failure that took so long is the library's own limit on one message, which is two seconds: too
/// short for a keyring that is being started, or asked by hundreds at once. Then it is asked again,
/// until the limit.
const IMPATIENCE: Duration = Duration::from_millis(1900);

/// How long to wait in silence before saying what for.
const SILENCE: Duration = Duration::from_secs(2);

/// An item of the keyring, and how it is asked for.
#[derive(Clone)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// How long to wait for an answer.
    pub limit: Duration,
    /// Hears of a wait that takes longer than a moment: a person may be there to unlock the
    /// keyring.
    pub notify: Arc<dyn Fn(Event) + Send + Sync>,
}

impl Item {
    fn place(&self) -> Place {
        Place {
            keeper: Keeper::Keyring,
            keyspace: self.name.clone(),
        }
    }

    /// The keys in it.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn read(&self) -> Result<Keys, KeyError> {
        let bytes = self.within(|entry| match entry.get_secret() {
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

    /// Puts keys into it, and reads them back.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn write(&self, keys: &Keys) -> Result<(), KeyError> {
        let text = keys.text();
        let kept = self.within(move |entry| {
            entry.set_secret(text.as_bytes())?;
            let kept = Zeroizing::new(entry.get_secret()?);
            Ok(*kept == text.as_bytes())
        })?;
        self.trusted(kept)
    }

    /// Tries whether the keyring keeps things: writes an item of another name, reads it back,
    /// removes it. Whatever a person has to do for that, to unlock it or to think of a password, is
    /// done when this comes back.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn rehearse(&self) -> Result<(), KeyError> {
        // A name of its own for each, so that two who try at once do not remove each other's.
        let trial = Self {
            name: format!("trial {}", Secret::random().fingerprint()),
            ..self.clone()
        };
        let written = Secret::random();
        let kept = trial.within(move |entry| {
            entry.set_secret(written.expose().as_bytes())?;
            let read = entry.get_secret();
            let removed = entry.delete_credential();
            let same = written.expose().as_bytes() == read?;
            removed.map(|()| same)
        })?;
        self.trusted(kept)
    }

    fn trusted(&self, kept: bool) -> Result<(), KeyError> {
        let why = "it does not keep what it is given".to_owned();
        if kept {
            Ok(())
        } else {
            Err(KeyError::Unavailable {
                place: self.place(),
                why,
            })
        }
    }

    /// Carries out `call` within the limit.
    fn within<T: Send + 'static>(
        &self,
        call: impl Fn(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, KeyError> {
        let unavailable = |why: String| KeyError::Unavailable {
            place: self.place(),
            why,
        };
        let (sender, receiver) = mpsc::sync_channel(1);
        let (name, limit) = (self.name.clone(), self.limit);
        let ends = Instant::now() + limit;
        let caller = thread::Builder::new().spawn(move || {
            let done = loop {
                let began = Instant::now();
                // Nobody waits for what comes after the limit, and nothing is to be written then.
                let in_time = |entry| {
                    if Instant::now() < ends {
                        call(&entry)
                    } else {
                        Err(late())
                    }
                };
                let done = entry(&name).and_then(in_time);
                let gave_up =
                    matches!(done, Err(Error::PlatformFailure(_))) && began.elapsed() >= IMPATIENCE;
                if !gave_up || Instant::now() >= ends {
                    break done;
                }
            };
            let _ = sender.send(done);
        });
        if let Err(error) = caller {
            return Err(unavailable(format!("cannot start a thread: {error}")));
        }
        let received = match receiver.recv_timeout(SILENCE.min(limit)) {
            Err(RecvTimeoutError::Timeout) if limit > SILENCE => {
                let left = limit.saturating_sub(SILENCE);
                (self.notify)(Event::WaitingForKeyring { left });
                receiver.recv_timeout(limit.saturating_sub(SILENCE))
            }
            other => other,
        };
        match received {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(Error::Ambiguous(items))) => {
                let why = format!(
                    "it has {} items of the name {}, and one is right",
                    items.len(),
                    self.name
                );
                Err(KeyError::Malformed {
                    place: self.place(),
                    why,
                })
            }
            Ok(Err(error)) => Err(unavailable(reason(&error))),
            Err(RecvTimeoutError::Disconnected) => {
                Err(unavailable("the call broke off".to_owned()))
            }
            Err(RecvTimeoutError::Timeout) => Err(unavailable(format!(
                "it did not answer within {}; it may be waiting for somebody to unlock it",
                describe(limit)
            ))),
        }
    }
}

fn late() -> Error {
    Error::NotSupportedByStore("it is too late".to_owned())
}

fn entry(item: &str) -> Result<Entry, Error> {
    let store: Arc<Store> = Store::new()?;
    // The Secret Service shows an item by its label; the others have a name of their own making.
    let label = HashMap::from([("label", LABEL)]);
    let modifiers = cfg!(all(unix, not(target_os = "macos"))).then_some(&label);
    store.build(SERVICE, item, modifiers)
}

/// Why a keyring cannot be used. An error that carries what was stored is not repeated.
fn reason(error: &Error) -> String {
    match error {
        Error::NoStorageAccess(why) => {
            format!(
                "it is locked, or has nowhere to keep things, and nobody was there to help ({})",
                printable(&why.to_string(), 100)
            )
        }
        Error::PlatformFailure(why) => printable(&why.to_string(), 200),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "it holds something else".to_owned(),
        other => printable(&other.to_string(), 200),
    }
}
