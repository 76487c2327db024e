//! A refresh that was tried, as it is told about afterwards: which token, for which program, how
//! long it took.
//!
//! Fingerprints are keyed: they tell which lines of one log speak of the same token, and nothing
//! to a reader who has the token and not the log's key.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A refresh that was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which session: the beginning of its record's `id`. Empty where there was none.
    pub session: String,
    /// The generation that was to be renewed.
    pub generation: u64,
    /// The keyed fingerprint of the refresh token that was sent; `None` where none was, or the log
    /// has no key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<String>,
    /// The status of the HTTP response, if there was one and it was no success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The server's clock minus this machine's, in seconds, where the server told the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew: Option<i64>,
    /// How long the caller had waited for the lock, in milliseconds.
    #[serde(default)]
    pub waited_ms: u64,
    /// How long the server took, with the search for its addresses, in milliseconds.
    #[serde(default)]
    pub took_ms: u64,
    /// Whether an API had refused the access token, so that the refresh was asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rejected: bool,
    /// The program that asked, and what called it: `git < make < bash`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub asked_by: String,
}

/// What of it a person may want to know beside the sentence, in parentheses.
impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(status) = self.status {
            parts.push(format!("HTTP {status}"));
        }
        if !self.asked_by.is_empty() {
            parts.push(format!("for {}", self.asked_by));
        }
        if self.rejected {
            parts.push("an API had refused the token".to_owned());
        }
        if self.waited_ms > 0 {
            parts.push(format!("{} ms for the lock", self.waited_ms));
        }
        if self.took_ms > 0 {
            parts.push(format!("{} ms for the server", self.took_ms));
        }
        if let Some(skew) = self.skew.filter(|skew| skew.abs() > 1) {
            parts.push(format!("the server's clock is {skew:+} s"));
        }
        if parts.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", parts.join(", "))
    }
}

/// Why a refresh that was not refused brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The request did not leave this machine, or no answer came.
    Unreachable,
    /// The answer was not one of OAuth: a proxy's, a gateway's, or that of a server which had
    /// failed.
    NotOauth,
    /// The server said that it could not answer now.
    Server,
    /// The server did not accept the client or the request.
    Client,
    /// The server wants a person to take part.
    Person,
    /// The session could not be read or saved on this machine, so that nothing was sent.
    Storage,
    /// Something else on this machine.
    Machine,
}
