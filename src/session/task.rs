//! What a refresh needs to be carried out, in whichever process.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Session;
use crate::oauth::client::Proof;
use crate::secret::Fingerprint;

/// A refresh that is to be carried out.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub session: &'a Session<'a>,
    /// What the client proves itself with.
    pub proof: &'a Proof,
    /// The access token that the caller says was refused.
    pub rejected: Option<&'a Fingerprint>,
    /// Whether the user has said how long the caller waits.
    pub patience_is_set: bool,
    /// The process that asked for it.
    pub caller: &'a Caller,
}

/// The process that asked for a refresh, as the log tells of it. It crosses to the helper process
/// as JSON.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Caller {
    /// The program that called this one, and what called that, by
    /// [`crate::platform::parent::chain`].
    pub asked_by: String,
    /// How long the caller has waited for the lock.
    pub waited: Duration,
    /// Whether an API had refused the stored token. A client that logs in again only wants another.
    pub was_refused: bool,
}
