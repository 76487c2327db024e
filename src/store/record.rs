//! The on-disk format of a session: JSON, versioned, with unknown fields kept.
//!
//! A record has two halves. [`Header`] may be seen by anybody who asks for the status; `tokens`
//! opens doors. A later version of this program may add fields to either; an earlier one carries
//! them along unread.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::oauth::token::{Credential, Unknown};
use crate::profile::identity::{Endpoints, Identity, Subject};
use crate::secret::{Fingerprint, Secret};
use crate::time::Timestamp;

/// The format of a record that is not sealed.
pub const PLAIN_FORMAT: u32 = 1;

/// The format of a record that is; and the newest that this version reads.
pub const SEALED_FORMAT: u32 = 2;

/// One profile's session, as it lies on the disk.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    /// What may be seen.
    #[serde(flatten)]
    pub header: Header,
    /// What opens doors.
    pub tokens: Credential,
}

/// What may be seen of a session without any secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header {
    /// The format of the file.
    pub format: u32,
    /// How often this session's tokens were replaced since the first login: the login that began it
    /// is 1.
    pub generation: u64,
    /// Which login began it: random, so that one session is never taken for another.
    #[serde(default)]
    pub id: String,
    /// The profile that it belongs to.
    pub profile: String,
    /// What it was made for.
    pub identity: Identity,
    /// Who logged in, where the server says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The server's addresses, so that a refresh needs no discovery.
    pub endpoints: Endpoints,
    /// When the person (or the machine) logged in.
    pub logged_in_at: Timestamp,
    /// The server's clock minus ours, in seconds, as its last `Date` header told.
    #[serde(default)]
    pub skew: i64,
    /// The refusal that ended the session, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// Where its locks are, if not beside it. Whoever uses others is kept out, and not by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_dir: Option<String>,
    /// When an earlier generation had to be used because the file was damaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored_at: Option<Timestamp>,
    /// Fields of a later version of this program, kept as they are.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The mark on a session that the server refused to renew. Later calls fail at once instead of
/// asking again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// When.
    pub at: Timestamp,
    /// The error code, and the server's words for it.
    pub error: String,
    /// Which refresh token was refused. The mark says nothing about any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Fingerprint>,
    /// When it may be asked again, if the refusal was not clear enough to be final.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// What had happened before, which explains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Interrupted>,
}

/// Why the newest refresh token may not be among those that we have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interrupted {
    /// Since when.
    pub since: Timestamp,
    /// What happened, as a clause.
    pub what: String,
    /// Whether an earlier generation took the place of a damaged one: its refresh token was spent
    /// long ago.
    #[serde(default)]
    pub restored: bool,
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
    /// Who is about to spend it.
    pub pid: u32,
    /// On which machine.
    pub host: String,
}

/// Why bytes are no record of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotARecord {
    /// A later version of this program wrote it.
    Newer(u32),
    /// It is torn, or somebody else's.
    Corrupt,
}

impl Header {
    /// A session that begins now. Its generation is set when it is saved.
    #[must_use]
    pub fn begin(profile: &str, identity: Identity, endpoints: Endpoints, now: Timestamp) -> Self {
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
            unknown: Unknown::default(),
        }
    }

    /// A moment by the server's clock, by ours.
    #[must_use]
    pub fn here(&self, there: Timestamp) -> Timestamp {
        Timestamp(there.0.saturating_sub(self.skew))
    }

    /// The refusal that stands at `now`, if one does.
    #[must_use]
    pub fn refusal(&self, now: Timestamp) -> Option<&Refused> {
        // A clock that was set back would make a while of years.
        let while_it_lasts = |refused: &&Refused| {
            refused
                .until
                .is_none_or(|until| now < until && now >= Timestamp(refused.at.0.saturating_sub(5)))
        };
        self.refused.as_ref().filter(while_it_lasts)
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
