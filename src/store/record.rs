//! The on-disk format of a session: JSON, versioned, with unknown fields kept.
//!
//! A record has two halves. The [`Header`] holds no secret, and `status` shows it; `tokens` is
//! secret. A later version of this program may add fields to either. An earlier version keeps them
//! unread when it writes the record again.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::oauth::token::{AccessToken, Credential, Unknown};
use crate::profile::identity::{Endpoints, Identity, Registration, Subject};
use crate::secret::{Fingerprint, Secret};
use crate::time::Timestamp;

/// The format of a record that is not sealed.
pub const PLAIN_FORMAT: u32 = 1;

/// The format of a record that is; and the newest that this version reads.
pub const SEALED_FORMAT: u32 = 2;

/// By how many seconds a clock may be set back before a refusal is no longer believed.
const SET_BACK: i64 = 5;

/// One profile's session, as it is stored.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    /// What is no secret. On the disk its fields are those of the record itself.
    #[serde(flatten)]
    pub header: Header,
    /// The tokens, which are secret.
    pub tokens: Credential,
}

/// The part of a record that holds no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header {
    /// The format of the file.
    pub format: u32,
    /// How often this session's tokens were saved: 1 after the login that began it, and one more
    /// for each refresh.
    pub generation: u64,
    /// A random name for the login that began the session, by which one session is never taken for
    /// another. Empty in records of early versions.
    #[serde(default)]
    pub id: String,
    /// The name of the profile that the session belongs to.
    pub profile: String,
    /// The server, client and scope that the session was made for.
    pub identity: Identity,
    /// The user who logged in, where the server names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The server's addresses, so that a refresh needs no discovery.
    pub endpoints: Endpoints,
    /// When the user, or the client that speaks for itself, logged in.
    pub logged_in_at: Timestamp,
    /// The server's clock minus this machine's, in seconds, by the `Date` header of its last
    /// answer.
    #[serde(default)]
    pub skew: i64,
    /// The refusal that ended the session, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// The directory of the session's locks; `None` when they are beside the record. A profile that
    /// names another directory does not use this session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_dir: Option<String>,
    /// When an earlier generation had to be used because the file was damaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored_at: Option<Timestamp>,
    /// The number of the directory in which the record was saved last (its inode), by which a copy
    /// of the directory is told from it. `None` where directories have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<u64>,
    /// Fields of a later version of this program, kept as they are.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Header {
    /// Whether the session answers for a profile as that is now.
    #[must_use]
    pub fn answers_for(&self, registration: &Registration) -> bool {
        registration.is_answered_by(&self.identity, &self.endpoints)
    }

    /// In words, how the profile has changed since the session was made: a clause for each
    /// difference.
    #[must_use]
    pub fn changes_to(&self, registration: &Registration) -> Vec<String> {
        registration.changes(&self.identity, &self.endpoints)
    }
}

/// The mark on a session that the server refused to renew. Later calls fail at once instead of
/// asking again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// When the server refused.
    pub at: Timestamp,
    /// The error code (RFC 6749, section 5.2), and the server's description of it.
    pub error: String,
    /// Which refresh token was refused. The mark says nothing about others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Fingerprint>,
    /// When the server may be asked again, if the refusal was not clear enough to be final.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The interrupted refresh before the refusal, which explains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Interrupted>,
    /// The access token that an API had refused, so that the refresh was asked for. It is not
    /// handed out any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Fingerprint>,
}

/// Why the newest refresh token may not be the stored one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interrupted {
    /// Since when the answer has been missing.
    pub since: Timestamp,
    /// What happened, as a clause.
    pub what: String,
    /// Whether an earlier generation took the place of a damaged one: its refresh token was spent
    /// long ago.
    #[serde(default)]
    pub restored: bool,
    /// How the answer was lost.
    #[serde(default)]
    pub how: Loss,
    /// The process that was to get it, and the name of its machine, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<(u32, String)>,
    /// The process that tried last, if it died, which no line of the log tells yet.
    #[serde(skip)]
    pub died_last: Option<(u32, String)>,
}

impl Interrupted {
    /// A doubt whether the stored refresh token is the newest, for a reason other than a refresh.
    #[must_use]
    pub fn restored(since: Timestamp, what: &str) -> Self {
        Self {
            since,
            what: what.to_owned(),
            restored: true,
            how: Loss::default(),
            process: None,
            died_last: None,
        }
    }
}

/// How the answer to a refresh was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The process that waited for it died.
    #[default]
    Died,
    /// It never came, or was not an answer of OAuth's.
    Unanswered,
    /// It came, and could not be written anywhere on this machine.
    Unsaved,
}

/// What stands in the write-ahead file before a request is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Marks the file as an intent and not a record.
    pub intent: String,
    /// The generation that the record had.
    pub generation: u64,
    /// The refresh token that is about to be spent; none when no session is at risk (a login).
    pub spends: Option<Fingerprint>,
    /// Since when the answer has been missing: the first of several attempts with the same token.
    pub since: Timestamp,
    /// The process that is about to spend it.
    pub pid: u32,
    /// The name of its machine.
    pub host: String,
    /// How the answer was lost, if this stands although the process has gone on.
    #[serde(default)]
    pub how: Loss,
    /// The earlier refresh whose answer is missing as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<Interrupted>,
    /// What came of it, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Failed>,
}

/// A refresh that failed, and may succeed later. Callers that come meanwhile are given the same
/// failure, and the server is left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// When it failed.
    pub at: Timestamp,
    /// Until when no caller asks the server again.
    pub until: Timestamp,
    /// How many have failed in a row.
    pub count: u32,
    /// What went wrong, as a sentence.
    pub error: String,
    /// What follows from that.
    pub meaning: Meaning,
    /// What was asked for, at which server, as which client: another server is not left alone for
    /// it. `None` in what an earlier version has written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

/// What follows from a failed refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// A later try may succeed.
    TryAgain,
    /// The client or the request is wrong.
    Config,
    /// A person has to take part.
    Interaction,
}

impl Failed {
    /// Whether it is of what is asked for now: at the same server, as the same client.
    #[must_use]
    pub fn is_of(&self, identity: &Identity) -> bool {
        self.identity.as_ref().is_none_or(|asked| asked == identity)
    }

    /// For how long the server is left alone still; `None` when it may be asked again. A clock that
    /// was set back since the failure makes it count no more.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> Option<Duration> {
        let since = Timestamp(self.at.0.saturating_sub(SET_BACK));
        let left = self.until.remaining(now);
        (since <= now && !left.is_zero()).then_some(left)
    }
}

/// Why bytes are no record that this version reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotARecord {
    /// A later version of this program wrote it.
    Newer(u32),
    /// They are damaged, or were never a record.
    Corrupt,
}

impl Header {
    /// The header of a session that begins at `now`. Its generation is set when it is saved.
    #[must_use]
    pub fn new(profile: &str, identity: Identity, endpoints: Endpoints, now: Timestamp) -> Self {
        Self {
            format: PLAIN_FORMAT,
            generation: 0,
            id: Secret::random().fingerprint().to_string(),
            profile: profile.to_owned(),
            identity,
            subject: None,
            endpoints,
            logged_in_at: now,
            skew: 0,
            refused: None,
            lock_dir: None,
            restored_at: None,
            home: None,
            unknown: Unknown::default(),
        }
    }

    /// The time that this machine's clock shows when the server's shows `server_time`.
    #[must_use]
    pub fn by_local_clock(&self, server_time: Timestamp) -> Timestamp {
        Timestamp(server_time.0.saturating_sub(self.skew))
    }

    /// Whether a person logged in. A client that needs none asks again when its token ends.
    #[must_use]
    pub fn is_of_person(&self) -> bool {
        self.identity.grant == "user"
    }

    /// The access token that an API had refused before the refresh was refused.
    #[must_use]
    pub fn refused_access(&self) -> Option<&Fingerprint> {
        self.refused.as_ref()?.access.as_ref()
    }

    /// Whether an access token is [that one](Self::refused_access). A fingerprint is made only
    /// where there is one to compare with.
    #[must_use]
    pub fn says_refused(&self, access: &AccessToken) -> bool {
        let refused = self.refused_access();
        refused.is_some_and(|refused| *refused == access.secret.fingerprint())
    }

    /// The refusal that stands at `now`, if one does.
    #[must_use]
    pub fn refusal(&self, now: Timestamp) -> Option<&Refused> {
        let refused = self.refused.as_ref()?;
        let Some(until) = refused.until else {
            return Some(refused);
        };
        // After the clock was set back, the refusal would stand until the clock is there again.
        let since = Timestamp(refused.at.0.saturating_sub(SET_BACK));
        (since <= now && now < until).then_some(refused)
    }
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    /// Why the bytes are none.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotARecord> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        match serde_json::from_slice::<Record>(bytes) {
            Ok(record) if record.header.format <= SEALED_FORMAT => Ok(record),
            Ok(record) => Err(NotARecord::Newer(record.header.format)),
            Err(_) => match serde_json::from_slice::<Version>(bytes) {
                Ok(Version { format }) if format > SEALED_FORMAT => Err(NotARecord::Newer(format)),
                _ => Err(NotARecord::Corrupt),
            },
        }
    }

    /// The bytes that [`Record::parse`] reads, in a buffer that is wiped.
    #[must_use]
    pub fn bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a record has only string keys");
        bytes.push(b'\n');
        Zeroizing::new(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WRITTEN_BY_THE_NEXT_VERSION: &str = r#"{"format":1,"generation":3,"profile":"work",
        "mood":"sunny",
        "identity":{"server":"https://as.example","client_id":"c","grant":"user","scope":["a"]},
        "endpoints":{"token":"https://as.example/token"},"logged_in_at":5,
        "tokens":{"access_token":"at","token_type":"Bearer","obtained_at":5,"expires_at":65,
        "expiry":"server",
        "scope":["a"],"refresh_token":"rt","colour":"blue"}}"#;

    #[test]
    fn unknown_fields_survive_a_rewrite() {
        let record = Record::parse(WRITTEN_BY_THE_NEXT_VERSION.as_bytes()).expect("a record");
        let again: serde_json::Value = serde_json::from_slice(&record.bytes()).expect("json");
        assert_eq!(again["mood"], "sunny");
        assert_eq!(again["tokens"]["colour"], "blue");
        assert_eq!(again["tokens"]["refresh_token"], "rt");
        assert!(
            !format!("{record:?}").contains("\"rt\""),
            "a record's Debug keeps its secrets"
        );
    }

    /// Found by the fuzzer: read fast, a number's last digit was another one each time, and nothing
    /// sealed over it would ever have opened again.
    #[test]
    fn an_unknown_number_is_not_rounded_again_by_each_rewrite() {
        let long = "66666666666666666666666666666666666666666666666205";
        let record = WRITTEN_BY_THE_NEXT_VERSION.replace("\"sunny\"", long);
        let written = Record::parse(record.as_bytes()).expect("a record").bytes();
        let again = Record::parse(&written).expect("a record").bytes();
        assert_eq!(
            String::from_utf8_lossy(&again),
            String::from_utf8_lossy(&written)
        );
    }

    #[test]
    fn a_newer_format_is_told_apart_from_damage() {
        assert_eq!(
            Record::parse(br#"{"format":3,"all":"different"}"#).err(),
            Some(NotARecord::Newer(3))
        );
        assert_eq!(
            Record::parse(br#"{"format":1}"#).err(),
            Some(NotARecord::Corrupt)
        );
        assert_eq!(Record::parse(b"").err(), Some(NotARecord::Corrupt));
        let torn = &WRITTEN_BY_THE_NEXT_VERSION.as_bytes()[..WRITTEN_BY_THE_NEXT_VERSION.len() - 1];
        assert_eq!(Record::parse(torn).err(), Some(NotARecord::Corrupt));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(Record::parse(&bytes).is_err());
            prop_assert!(serde_json::from_slice::<Intent>(&bytes).is_err());
        }
    }
}
