//! In the place of `keyring`, where the program is built without keyrings: every call says so.

pub use super::item::Item;
use super::key::{KeyError, Keys};

impl Item {
    /// The keys that the item holds.
    ///
    /// # Errors
    /// Always.
    pub fn read(&self) -> Result<Keys, KeyError> {
        Err(self.not_built_in())
    }

    /// Writes keys to the item.
    ///
    /// # Errors
    /// Always.
    pub fn write(&self, _keys: &Keys) -> Result<(), KeyError> {
        Err(self.not_built_in())
    }

    /// Tries whether the keyring keeps things.
    ///
    /// # Errors
    /// Always.
    pub fn rehearse(&self) -> Result<(), KeyError> {
        Err(self.not_built_in())
    }

    fn not_built_in(&self) -> KeyError {
        self.unavailable("this authctl was built without keyrings".to_owned())
    }
}
