//! What was found out of a server.

use std::collections::BTreeSet;
use std::time::Duration;

/// What a refresh does to the refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The answer has a new one.
    Rotates,
    /// The answer has the same one again.
    Repeats,
    /// The answer has none.
    Omits,
}

/// What came of a refresh token that had been spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It was refused.
    Refused,
    /// It gave new tokens.
    NewTokens,
    /// It gave those tokens again that it had given before.
    SameTokens,
}

/// What became of something that was to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It has ended.
    Ended,
    /// It lives on.
    LivesOn,
    /// The server offers no way to end it.
    NotOffered,
}

/// What was found out. `None` is not known.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// How often a person logged in.
    pub logins: u32,
    /// Whether there was a refresh token.
    pub renewable: bool,
    /// What a refresh does to the refresh token.
    pub renewal: Option<Renewal>,
    /// What a spent refresh token gave, by how long ago it was spent, in seconds.
    pub spent: Vec<(u64, Spent)>,
    /// Whether a refused spent token ended the session.
    pub reuse_ends_session: Option<bool>,
    /// Of two refreshes with one token at once, how many were answered with tokens.
    pub at_once: Option<u32>,
    /// Whether the access token before a refresh lives on after it.
    pub old_access_lives: Option<bool>,
    /// How long an access token lives, as the server says.
    pub stated_life: Option<Duration>,
    /// How long it lives, by the token itself, by introspection, or as was seen.
    pub true_life: Option<Duration>,
    /// Whether it was seen to live until its stated end and no longer (only in a long probe).
    pub ends_as_stated: Option<bool>,
    /// What revoking an access token does to it.
    pub revoked_access: Option<End>,
    /// What revoking an access token does to the refresh token.
    pub refresh_after_revoked_access: Option<End>,
    /// What revoking a refresh token does to it.
    pub revoked_refresh: Option<End>,
    /// What revoking a refresh token does to the access token.
    pub access_after_revoked_refresh: Option<End>,
    /// What a logout in the browser does to the refresh token.
    pub refresh_after_logout: Option<End>,
    /// Errors that were answered: to what, the code, and the HTTP status.
    pub errors: BTreeSet<(&'static str, String, Option<u16>)>,
    /// The server's clock minus this machine's, in seconds.
    pub skew: Option<i64>,
    /// What could not be ended again, in words.
    pub left: Vec<String>,
}

impl Measured {
    /// How long a spent refresh token was taken again at least, in seconds; `None` where it was
    /// refused at once.
    #[must_use]
    pub fn grace(&self) -> Option<u64> {
        let taken = self
            .spent
            .iter()
            .filter(|(_, spent)| *spent != Spent::Refused);
        taken.map(|(seconds, _)| *seconds).max()
    }

    /// From when on a spent refresh token was refused, in seconds; `None` where that was not seen.
    #[must_use]
    pub fn refused_from(&self) -> Option<u64> {
        let refused = self
            .spent
            .iter()
            .filter(|(_, spent)| *spent == Spent::Refused);
        refused.map(|(seconds, _)| *seconds).min()
    }
}
