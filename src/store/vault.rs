//! Where a record lives: two verbs and a preparation.
//!
//! The trait is this small so that another place (many hosts sharing one session through etcd, say)
//! can serve the same broker. What fences writers off from each other is the version, never the
//! lock.

use zeroize::Zeroizing;

use super::StoreError;

/// A record's bytes with their version.
pub struct Stored {
    /// The bytes, in a buffer that is wiped.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Grows with every replacement of the tokens. 0 when the bytes do not tell.
    pub version: u64,
}

/// Where one record lives.
pub trait Vault {
    /// Room that is claimed for the next write.
    type Claim;

    /// The record as it is now; `None` only when there is certainly none.
    ///
    /// # Errors
    /// When it cannot be read. That is never the same as "there is none".
    fn read(&self) -> Result<Option<Stored>, StoreError>;

    /// Writes down what is about to happen and claims `room` bytes for its result, durably. When
    /// this succeeds, the write will.
    ///
    /// # Errors
    /// When the result could not be saved. Then nothing may be spent.
    fn prepare(&self, intent: &[u8], room: u64) -> Result<Self::Claim, StoreError>;

    /// Replaces the record, durably and whole, if its version still is `version` (0: if there is
    /// none).
    ///
    /// # Errors
    /// When it was not replaced. The bytes that were there before are still there.
    fn write_if(
        &self,
        claim: &mut Self::Claim,
        version: u64,
        bytes: &[u8],
    ) -> Result<(), StoreError>;
}
