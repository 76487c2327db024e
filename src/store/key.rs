//! Keys of sealed records: what they look like, where they are, and how they are asked for.
//!
//! A place holds one key, or several while they are being replaced: newest first, with white space
//! between them. A place is asked when its keys are first needed, at most once, and never under a
//! lock, because the user may have to answer.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::secret::{Fingerprint, Secret, base64url};

/// The length of a key in bytes.
pub const KEY_LENGTH: usize = 32;

/// A key: 256 random bits.
#[derive(Debug)]
pub struct Key(Secret);

impl Key {
    /// A new key from the operating system's source of randomness.
    #[must_use]
    pub fn random() -> Self {
        Self(Secret::random())
    }

    /// Reads a key as common tools print it: base64 in either alphabet, padded or not, or
    /// hexadecimal.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = if text.len() == 2 * KEY_LENGTH {
            from_hexadecimal(text)
        } else {
            from_base64(text)
        };
        let bytes = bytes.filter(|bytes| bytes.len() == KEY_LENGTH)?;
        Some(Self(Secret::new(base64url(&bytes))))
    }

    /// The key's fingerprint, which a sealed record has beside it to say which key opens it.
    #[must_use]
    pub fn id(&self) -> Fingerprint {
        self.0.fingerprint()
    }

    /// The key's text, base64url without padding.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The key's bytes.
    #[must_use]
    pub fn bytes(&self) -> Zeroizing<Vec<u8>> {
        from_base64(self.expose()).unwrap_or_default()
    }
}

fn from_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    const EITHER: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if text.contains(['-', '_']) {
        alphabet::URL_SAFE
    } else {
        alphabet::STANDARD
    };
    // Of its final size from the start: growing would leave pieces of the key behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    GeneralPurpose::new(&alphabet, EITHER)
        .decode_vec(text, &mut bytes)
        .ok()?;
    Some(bytes)
}

fn from_hexadecimal(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.chars().map(|digit| {
        digit
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    });
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(digits.collect::<Option<_>>()?);
    Some(Zeroizing::new(
        digits
            .chunks_exact(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect(),
    ))
}

/// The keys of one place, newest first. Never empty. A clone is the same keys, not copies of them.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Arc<Key>>);

impl Keys {
    /// One key alone.
    #[must_use]
    pub fn only(key: Key) -> Self {
        Self(vec![Arc::new(key)])
    }

    /// Reads what a place holds; `None` when that is not keys, or nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let keys: Vec<Arc<Key>> = text
            .split_whitespace()
            .map(|word| Key::parse(word).map(Arc::new))
            .collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// What [`Keys::parse`] reads.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.0.len() * 2 * KEY_LENGTH));
        for key in &self.0 {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(key.expose());
        }
        text
    }

    /// The key that seals new records.
    #[must_use]
    pub fn newest(&self) -> &Arc<Key> {
        &self.0[0]
    }

    /// The key with this fingerprint.
    #[must_use]
    pub fn find(&self, id: &Fingerprint) -> Option<&Arc<Key>> {
        self.0.iter().find(|key| key.id() == *id)
    }

    /// These keys and a newer one.
    #[must_use]
    pub fn with(&self, newest: Key) -> Self {
        Self(
            [Arc::new(newest)]
                .into_iter()
                .chain(self.0.iter().cloned())
                .collect(),
        )
    }

    /// These keys, and then those of `others`.
    #[must_use]
    pub fn and(&self, others: &Keys) -> Self {
        Self(self.0.iter().chain(&others.0).cloned().collect())
    }

    /// The newest key, the one before it, and of the others those that `needed` is true for.
    #[must_use]
    pub fn only_needed(&self, needed: impl Fn(&Fingerprint) -> bool) -> Self {
        let (young, old) = self.0.split_at(self.0.len().min(2));
        Self(
            young
                .iter()
                .chain(old.iter().filter(|key| needed(&key.id())))
                .cloned()
                .collect(),
        )
    }

    /// How many keys there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// What stores a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keeper {
    /// The operating system's keyring, in an item that has the keyspace's name.
    Keyring,
    /// A command of the profile (`key_command`) prints it.
    Command,
    /// The environment variable `AUTHCTL_KEY`.
    Env,
}

/// Where the key of a sealed record is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What stores it.
    #[serde(rename = "store")]
    pub keeper: Keeper,
    /// The name of the keyspace: a record that was sealed with keys of another one is refused.
    #[serde(rename = "installation")]
    pub keyspace: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.keeper {
            Keeper::Keyring => "the OS keyring",
            Keeper::Command => "what `key_command` prints",
            Keeper::Env => "AUTHCTL_KEY",
        })
    }
}

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the sentence beside each variant shows its fields"
)]
pub enum KeyError {
    /// The place does not answer, or refuses to.
    #[error("{place} cannot be used: {why}")]
    Unavailable { place: Place, why: String },
    /// The place answers, and holds nothing.
    #[error("there is no key in {place}")]
    Missing { place: Place },
    /// The place holds something else, or too much. The message does not repeat it.
    #[error("what is in {place} is not a key: {why}")]
    Malformed { place: Place, why: String },
}

/// How a place is asked for its keys. The flag says that the keys which it gave before do not have
/// the one that is needed.
type Ask = Box<dyn Fn(&Place, bool) -> Result<Keys, KeyError>>;

/// The keys that are in hand, and how others are asked for.
pub struct KeySource {
    ask: Ask,
    /// The answer of each place that was asked.
    answers: RefCell<Vec<(Place, Result<Keys, KeyError>)>>,
}

impl KeyError {
    /// The error for a place that holds something else than keys.
    #[must_use]
    pub fn malformed(place: &Place) -> Self {
        let why = "32 bytes in base64 or hexadecimal are".to_owned();
        KeyError::Malformed {
            place: place.clone(),
            why,
        }
    }
}

impl KeySource {
    /// Keys for which `ask` asks their place.
    #[must_use]
    pub fn new(ask: impl Fn(&Place, bool) -> Result<Keys, KeyError> + 'static) -> Self {
        Self {
            ask: Box::new(ask),
            answers: RefCell::default(),
        }
    }

    /// No keys at all: enough for plain records, and for the summary of sealed ones.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|place, _| {
            Err(KeyError::Unavailable {
                place: place.clone(),
                why: "it may not be asked here".to_owned(),
            })
        })
    }

    /// Puts keys in hand, in place of those that are.
    pub fn put(&self, place: Place, keys: Keys) {
        self.remember(place, Ok(keys));
    }

    /// The keys of a place, which is asked if it was not asked before.
    ///
    /// # Errors
    /// Why it gives none. It is not asked again.
    pub fn get(&self, place: &Place) -> Result<Keys, KeyError> {
        match self.in_hand(place) {
            Some(answer) => answer,
            None => self.get_anew(place, false),
        }
    }

    /// The key with this fingerprint. If it is not among those in hand, the place is asked again,
    /// because the key may have been added since. `None` when the place has other keys.
    ///
    /// # Errors
    /// Why the place gives no keys.
    pub fn find(&self, place: &Place, id: &Fingerprint) -> Result<Option<Arc<Key>>, KeyError> {
        let asked = self.in_hand(place).is_some();
        let found = self.get(place)?.find(id).cloned();
        if found.is_some() || !asked {
            return Ok(found);
        }
        Ok(self.get_anew(place, true)?.find(id).cloned())
    }

    /// The answer of a place, if it was asked before. Asks for nothing.
    #[must_use]
    pub fn in_hand(&self, place: &Place) -> Option<Result<Keys, KeyError>> {
        self.answers
            .borrow()
            .iter()
            .find(|(asked, _)| asked == place)
            .map(|(_, keys)| keys.clone())
    }

    /// Every key that is in hand, with its place.
    #[must_use]
    pub fn all(&self) -> Vec<(Place, Keys)> {
        let answers = self.answers.borrow();
        answers
            .iter()
            .filter_map(|(place, keys)| Some((place.clone(), keys.clone().ok()?)))
            .collect()
    }

    fn get_anew(&self, place: &Place, again: bool) -> Result<Keys, KeyError> {
        let keys = (self.ask)(place, again);
        self.remember(place.clone(), keys.clone());
        keys
    }

    fn remember(&self, place: Place, keys: Result<Keys, KeyError>) {
        let mut answers = self.answers.borrow_mut();
        answers.retain(|(asked, _)| *asked != place);
        answers.push((place, keys));
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.answers.borrow().iter().map(|(place, _)| place))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_key_is_read_as_tools_print_it_and_nothing_else_is_one() {
        let hexadecimal = "fb".repeat(32);
        let standard = "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=";
        let keys: Vec<Key> = [
            hexadecimal.as_str(),
            &hexadecimal.to_uppercase(),
            standard,
            standard.trim_end_matches('='),
        ]
        .iter()
        .map(|text| Key::parse(text).unwrap_or_else(|| panic!("{text}")))
        .collect();
        assert_eq!(keys[0].bytes().len(), KEY_LENGTH);
        assert!(keys.iter().all(|key| key.id() == keys[0].id()));
        assert_ne!(Key::random().id(), keys[0].id());
        assert_eq!(
            Key::parse(keys[2].expose()).map(|key| key.id()),
            Some(keys[2].id())
        );
        for bad in [
            "",
            "hunter2",
            &"a".repeat(64).replace('a', "z"),
            &standard[..40],
            "ä",
        ] {
            assert!(Key::parse(bad).is_none(), "{bad}");
        }
        assert!(!format!("{:?}", keys[0]).contains(keys[0].expose()));
    }

    #[test]
    fn keys_are_kept_newest_first_and_old_ones_go_when_nothing_needs_them() {
        let old = Keys::only(Key::random());
        let both = old.with(Key::random());
        let again = Keys::parse(&both.text()).expect("keys");
        assert_eq!(again.newest().id(), both.newest().id());
        assert!(again.find(&old.newest().id()).is_some());
        let three = both.with(Key::random());
        assert_eq!(three.only_needed(|id| *id == old.newest().id()).count(), 3);
        let left = three.only_needed(|_| false);
        assert_eq!((left.count(), left.newest().id()), (2, three.newest().id()));
        assert!(
            left.find(&both.newest().id()).is_some(),
            "another process may have it in hand"
        );
        assert!(Keys::parse(" \n").is_none() && Keys::parse("key").is_none());
    }

    #[test]
    fn a_place_is_asked_once_and_once_more_for_a_key_that_came_since() {
        let asked = std::rc::Rc::new(Cell::new(0));
        let count = asked.clone();
        let place = Place {
            keeper: Keeper::Env,
            keyspace: "i".to_owned(),
        };
        let key = Key::random();
        let (id, text) = (key.id(), key.expose().to_owned());
        let source = KeySource::new(move |_, again| {
            count.set(count.get() + 1);
            if again {
                Ok(Keys::parse(&text).expect("a key"))
            } else {
                Ok(Keys::only(Key::random()))
            }
        });
        for _ in 0..3 {
            source.get(&place).expect("keys");
        }
        assert_eq!(asked.get(), 1);
        assert!(source.find(&place, &id).expect("keys").is_some());
        assert_eq!(asked.get(), 2);
    }
}
