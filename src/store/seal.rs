//! Sealed records: the header and the facts about the tokens are readable, the tokens themselves
//! are encrypted.
//!
//! A sealed record is one JSON object whose last member is sealed, see `envelope`: a change of one
//! bit of the record (of the profile's name, the generation, the format) is noticed when it is
//! opened.
//!
//! Not noticed: a whole, older record of the same profile that was put back in its place.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::envelope;
use super::key::{Key, Place};
use super::record::{Header, NotARecord, PLAIN_FORMAT, Record, SEALED_FORMAT};
use crate::oauth::token::{AccessToken, Credential, Facts};
use crate::secret::{Fingerprint, Secret, exposed};
use crate::time::Timestamp;

/// Which key seals a record, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Where the key is.
    #[serde(flatten)]
    pub place: Place,
    /// Which of the keys there it is.
    pub key: Fingerprint,
}

/// What can be seen of a record without its key.
#[derive(Debug, Serialize, Deserialize)]
pub struct Summary {
    /// The record's header.
    #[serde(flatten)]
    pub header: Header,
    /// What can be seen of the access token.
    pub access: AccessSummary,
    /// Whether there is a refresh token.
    pub renewable: bool,
    /// When the refresh token ends, where the server says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_expires_at: Option<Timestamp>,
    /// When the whole session ends, where the server says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_expires_at: Option<Timestamp>,
    /// Which key seals the tokens; `None` when they are not sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
}

/// What can be seen of an access token without the record's key.
#[derive(Debug, Serialize, Deserialize)]
pub struct AccessSummary {
    /// What is known of the token and is no secret.
    #[serde(flatten)]
    pub facts: Facts,
    /// The token's fingerprint.
    pub fingerprint: Fingerprint,
    /// The token itself, where the profile wants it to be readable without the key.
    #[serde(
        default,
        rename = "access_token",
        skip_serializing_if = "Option::is_none"
    )]
    pub readable: Option<Readable>,
}

/// A secret that is written in the clear, because the profile wants that.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Readable(#[serde(serialize_with = "exposed")] pub Secret);

impl Summary {
    /// The summary of a record that is not sealed.
    pub(super) fn of(record: &Record) -> Self {
        let Credential {
            access,
            refresh_token,
            refresh_expires_at,
            session_expires_at,
            ..
        } = &record.tokens;
        Self {
            header: record.header.clone(),
            access: AccessSummary {
                facts: access.facts.clone(),
                fingerprint: access.secret.fingerprint(),
                readable: None,
            },
            renewable: refresh_token.is_some(),
            refresh_expires_at: *refresh_expires_at,
            session_expires_at: *session_expires_at,
            seal: None,
        }
    }

    /// Whether it has the same tokens as `record`, sealed or not.
    pub(super) fn has_tokens_of(&self, record: &Summary) -> bool {
        self.header.id == record.header.id && self.access.fingerprint == record.access.fingerprint
    }

    /// Whether it has newer tokens of the same session.
    pub(super) fn is_ahead_of(&self, record: &Summary) -> bool {
        self.header.id == record.header.id
            && self.header.generation > record.header.generation
            && !self.has_tokens_of(record)
    }

    /// Takes the access token out, if it is readable without the key.
    pub(super) fn take_access(&mut self) -> Option<AccessToken> {
        let Readable(secret) = self.access.readable.take()?;
        Some(AccessToken {
            secret,
            facts: self.access.facts.clone(),
        })
    }
}

/// A record as it is stored: plain or sealed.
#[derive(Debug)]
pub enum Form {
    /// Its tokens are in the clear.
    Plain(Box<Record>),
    /// Its tokens are sealed.
    Sealed(Box<Envelope>),
}

/// A sealed record, unopened.
#[derive(Debug)]
pub struct Envelope {
    /// What can be seen of it without its key.
    pub summary: Summary,
    /// Which key opens it.
    pub seal: Seal,
    sealed: String,
}

impl Form {
    /// Reads a record of either form, without opening it.
    ///
    /// # Errors
    /// Why the bytes are none.
    pub fn of(bytes: &[u8]) -> Result<Self, NotARecord> {
        #[derive(Deserialize)]
        struct Whole {
            #[serde(flatten)]
            summary: Summary,
            sealed: String,
        }
        // Looked for first, because parsing a record twice would cost every caller its time.
        if envelope::visible(bytes).is_none() {
            return Record::parse(bytes).map(|record| Form::Plain(Box::new(record)));
        }
        match serde_json::from_slice::<Whole>(bytes) {
            Ok(Whole {
                mut summary,
                sealed,
            }) if summary.header.format <= SEALED_FORMAT => {
                let seal = summary.seal.take().ok_or(NotARecord::Corrupt)?;
                Ok(Form::Sealed(Box::new(Envelope {
                    summary,
                    seal,
                    sealed,
                })))
            }
            Ok(newer) => Err(NotARecord::Newer(newer.summary.header.format)),
            // A record of a later version says so, whatever else it holds.
            Err(_) => Err(Record::parse(bytes).err().unwrap_or(NotARecord::Corrupt)),
        }
    }

    /// What can be seen of the record without its key.
    #[must_use]
    pub fn summary(self) -> Summary {
        match self {
            Form::Plain(record) => Summary::of(&record),
            Form::Sealed(envelope) => Summary {
                seal: Some(envelope.seal),
                ..envelope.summary
            },
        }
    }

    /// The record's header.
    #[must_use]
    pub fn header(&self) -> &Header {
        match self {
            Form::Plain(record) => &record.header,
            Form::Sealed(envelope) => &envelope.summary.header,
        }
    }
}

impl Envelope {
    /// Opens the record. `bytes` are those that it was read from.
    ///
    /// # Errors
    /// [`NotARecord::Corrupt`] when one bit is not as it was when the record was sealed, or the key
    /// is another.
    pub fn open(self, bytes: &[u8], key: &Key) -> Result<Record, NotARecord> {
        let tokens: Credential =
            envelope::open(bytes, &self.sealed, key).ok_or(NotARecord::Corrupt)?;
        Ok(Record {
            header: Header {
                format: PLAIN_FORMAT,
                ..self.summary.header
            },
            tokens,
        })
    }
}

/// What a record is sealed with when it is saved.
#[derive(Clone, Debug)]
pub struct Sealing {
    place: Place,
    key: Arc<Key>,
}

impl Sealing {
    /// Sealing with this key, which is in that place.
    #[must_use]
    pub fn new(place: Place, key: Arc<Key>) -> Self {
        Self { place, key }
    }

    /// What a record that is sealed with it says of its key.
    #[must_use]
    pub fn seal(&self) -> Seal {
        Seal {
            place: self.place.clone(),
            key: self.key.id(),
        }
    }

    /// The bytes of `record`, sealed; with its access token readable, if that is wanted.
    ///
    /// # Panics
    /// When the operating system has no randomness to give.
    #[must_use]
    pub fn bytes(&self, record: &Record, readable_access: bool) -> Zeroizing<Vec<u8>> {
        let mut summary = Summary {
            seal: Some(self.seal()),
            ..Summary::of(record)
        };
        summary.header.format = SEALED_FORMAT;
        summary.access.readable = readable_access
            .then(|| Readable(Secret::new(record.tokens.access.secret.expose().to_owned())));
        self.seal_behind(&summary, &record.tokens)
    }

    /// The members of `visible` with `secrets` sealed behind them.
    pub(super) fn seal_behind(
        &self,
        visible: &impl Serialize,
        secrets: &impl Serialize,
    ) -> Zeroizing<Vec<u8>> {
        envelope::seal(visible, secrets, &self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::Keeper;
    use super::*;

    const PLAIN: &str = r#"{"format":1,"generation":3,"id":"i","profile":"work","mood":"sunny",
        "identity":{"server":"https://as.example","client_id":"c","grant":"user","scope":["a"]},
        "endpoints":{"token":"https://as.example/token"},"logged_in_at":5,
        "tokens":{"access_token":"the-access-token","token_type":"Bearer","obtained_at":5,
        "expires_at":65,
        "expiry":"server","scope":["a"],"refresh_token":"the-refresh-token","colour":"blue"}}"#;

    fn record() -> Record {
        Record::parse(PLAIN.as_bytes()).expect("a record")
    }

    fn place() -> Place {
        Place {
            keeper: Keeper::Env,
            keyspace: "i".to_owned(),
        }
    }

    fn envelope(bytes: &[u8]) -> Envelope {
        match Form::of(bytes) {
            Ok(Form::Sealed(envelope)) => *envelope,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_sealed_opens_to_what_it_was_and_shows_no_token() {
        let sealing = Sealing::new(place(), Arc::new(Key::random()));
        for readable in [false, true] {
            let bytes = sealing.bytes(&record(), readable);
            let text = std::str::from_utf8(&bytes).expect("text");
            assert!(
                !text.contains("the-refresh-token") && text.contains("\"mood\": \"sunny\""),
                "{text}"
            );
            assert_eq!(text.contains("the-access-token"), readable);
            let envelope = envelope(&bytes);
            assert_eq!(envelope.seal, sealing.seal());
            let opened = envelope.open(&bytes, &sealing.key).expect("it opens");
            assert_eq!(opened.bytes(), record().bytes(), "nothing is lost or added");
        }
        assert_ne!(
            sealing.bytes(&record(), false),
            sealing.bytes(&record(), false),
            "no nonce comes twice"
        );
    }

    #[test]
    fn not_one_bit_can_be_changed() {
        let sealing = Sealing::new(place(), Arc::new(Key::random()));
        for readable in [false, true] {
            let sealed = sealing.bytes(&record(), readable);
            for (at, bit) in (0..sealed.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
                let mut bytes = sealed.to_vec();
                bytes[at] ^= 1 << bit;
                let opened = match Form::of(&bytes) {
                    Ok(Form::Sealed(envelope)) => envelope.open(&bytes, &sealing.key),
                    Ok(Form::Plain(_)) => panic!("bit {bit} of byte {at} unseals it"),
                    Err(why) => Err(why),
                };
                assert!(
                    opened.is_err(),
                    "bit {bit} of byte {at}: {}",
                    String::from_utf8_lossy(&bytes)
                );
            }
        }
    }

    #[test]
    fn parts_of_two_records_make_none() {
        let sealing = Sealing::new(place(), Arc::new(Key::random()));
        let of = |generation: u64| {
            let mut record = record();
            record.header.generation = generation;
            String::from_utf8(sealing.bytes(&record, false).to_vec()).expect("text")
        };
        let (old, new) = (of(3), of(4));
        let at = |text: &str| text.find("\"sealed\"").expect("it is sealed");
        let mixed = format!("{}{}", &new[..at(&new)], &old[at(&old)..]);
        assert!(
            envelope(mixed.as_bytes())
                .open(mixed.as_bytes(), &sealing.key)
                .is_err()
        );
        // Blank lines behind it are those of the write-ahead file that it was.
        let padded = format!("{new}\n\n\n");
        assert!(
            envelope(padded.as_bytes())
                .open(padded.as_bytes(), &sealing.key)
                .is_ok()
        );
        let longer = new.replacen("\"sealed\"", "\"sealed\": \"\",\n  \"sealed\"", 1);
        assert!(
            Form::of(longer.as_bytes()).is_err(),
            "a field that comes twice"
        );
    }
}
