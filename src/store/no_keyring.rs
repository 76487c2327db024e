//! In the place of `keyring`, where the program is built without keyrings: every call says so.

use std::sync::Arc;
use std::time::Duration;

use super::key::{Keeper, KeyError, Keys, Place};
use crate::event::Event;

/// An item of a keyring that this program cannot ask.
#[derive(Clone)]
pub struct Item {
    /// Its name: that of the keyspace.
    pub name: String,
    /// How long to wait for an answer.
    pub limit: Duration,
    /// Hears nothing: no keyring is waited for.
    pub notify: Arc<dyn Fn(Event) + Send + Sync>,
}

impl Item {
    /// The keys that the item holds.
    ///
    /// # Errors
    /// Always.
    pub fn read(&self) -> Result<Keys, KeyError> {
        Err(self.unavailable())
    }

    /// Writes keys to the item.
    ///
    /// # Errors
    /// Always.
    pub fn write(&self, _keys: &Keys) -> Result<(), KeyError> {
        Err(self.unavailable())
    }

    /// Tries whether the keyring keeps things.
    ///
    /// # Errors
    /// Always.
    pub fn rehearse(&self) -> Result<(), KeyError> {
        Err(self.unavailable())
    }

    fn unavailable(&self) -> KeyError {
        KeyError::Unavailable {
            place: Place {
                keeper: Keeper::Keyring,
                keyspace: self.name.clone(),
            },
            why: "this authctl was built without keyrings".to_owned(),
        }
    }
}
