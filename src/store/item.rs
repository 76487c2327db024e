//! An item of the operating system's keyring, and how it is asked for. What asks is `keyring`, or
//! `no_keyring` in a program that is built without keyrings.

use std::sync::Arc;
use std::time::Duration;

use super::key::{Keeper, KeyError, Place};
use crate::event::Event;

/// An item of the keyring, and how it is asked for.
#[derive(Clone)]
pub struct Item {
    /// Its name: that of the keyspace.
    pub name: String,
    /// How long to wait for an answer.
    pub limit: Duration,
    /// Hears that the keyring is waited for, when that takes longer than two seconds: the user may
    /// have to unlock it.
    pub notify: Arc<dyn Fn(Event) + Send + Sync>,
}

impl Item {
    pub(super) fn place(&self) -> Place {
        Place {
            keeper: Keeper::Keyring,
            keyspace: self.name.clone(),
        }
    }

    pub(super) fn unavailable(&self, why: String) -> KeyError {
        KeyError::Unavailable {
            place: self.place(),
            why,
        }
    }
}
