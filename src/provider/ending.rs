//! Why a session has ended, as far as the server's words tell. They are for people to read, differ
//! from server to server, and decide nothing: the error code does that
//! ([`outcome`](super::outcome)).

use super::Provider;

/// Why a server ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A refresh token was sent that had been spent before.
    Reused,
    /// The user, an administrator or another program ended it.
    Revoked,
    /// It was too old, or had not been used for too long.
    Expired,
}

impl Ending {
    /// What it says of the server, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Ending::Reused => "a spent refresh token was sent again",
            Ending::Revoked => "the session was revoked",
            Ending::Expired => "the session was too old, or unused for too long",
        }
    }
}

/// Words, in lower case, that mean one thing wherever they were seen.
const WORDS: &[(&str, Ending)] = &[
    ("reuse", Ending::Reused),
    ("already used", Ending::Reused),
    ("been used", Ending::Reused),
    ("already been claimed", Ending::Reused),
    ("already exchanged", Ending::Reused),
    ("revoked", Ending::Revoked),
    ("logged out", Ending::Revoked),
    ("signed out", Ending::Revoked),
    ("password", Ending::Revoked),
    ("expired", Ending::Expired),
    ("inactiv", Ending::Expired),
];

impl Provider {
    /// Why a session ended, as an error of this server tells it. `None` where it does not tell, or
    /// names two causes ("expired or revoked").
    #[must_use]
    pub fn ending_in(&self, error: &str) -> Option<Ending> {
        let error = error.to_ascii_lowercase();
        let own = self.endings.iter();
        // A server's own words say more than words that all have.
        if let Some((_, ending)) = own.clone().find(|(words, _)| error.contains(words)) {
            return Some(*ending);
        }
        let mut found = WORDS.iter().filter(|(words, _)| error.contains(words));
        let (_, first) = found.next()?;
        found.all(|(_, other)| other == first).then_some(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{PRESETS, Preset};

    #[test]
    fn words_that_name_one_cause_tell_it() {
        let unknown = Provider::default();
        for (error, ending) in [
            ("refresh_token_reused", Some(Ending::Reused)),
            (
                "invalid_grant (Maximum allowed refresh token reuse exceeded)",
                Some(Ending::Reused),
            ),
            ("token_expired", Some(Ending::Expired)),
            (
                "invalid_grant (Token has been revoked)",
                Some(Ending::Revoked),
            ),
            ("invalid_grant (Token has been expired or revoked.)", None),
            ("invalid_grant (Unknown or invalid refresh token.)", None),
        ] {
            assert_eq!(unknown.ending_in(error), ending, "{error}");
        }
    }

    #[test]
    fn a_servers_own_words_come_first() {
        let entra = Preset::find("entra").expect("a preset").provider();
        let said = "invalid_grant (AADSTS50173: The provided grant has expired due to it being \
                    revoked)";
        assert_eq!(entra.ending_in(said), Some(Ending::Revoked));
    }

    #[test]
    fn own_words_are_in_lower_case() {
        for preset in PRESETS {
            for (words, _) in preset.provider().endings {
                assert_eq!(*words, words.to_ascii_lowercase(), "{}", preset.id);
            }
        }
    }
}
