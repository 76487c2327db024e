//! Keys of sealed records: what they look like, where they are, and how they come to hand.
//!
//! A place holds one key, or several while they are being replaced: newest first, with white space
//! between them. They are asked for when they are first needed, at most once for each place, and
//! never by whoever holds a lock: it may be a person who answers.

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
    /// A fresh one.
    #[must_use]
    pub fn random() -> Self {
        Self(Secret::random())
    }

    /// Reads a key as people's tools print it: base64 in either alphabet, padded or not, or
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

    /// Which key this is: what a sealed record says of the key that opens it.
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

    /// The one that seals what is new.
    #[must_use]
    pub fn newest(&self) -> &Arc<Key> {
        &self.0[0]
    }

    /// The one of this name.
    #[must_use]
    pub fn find(&self, id: &Fingerprint) -> Option<&Arc<Key>> {
        self.0.iter().find(|key| key.id() == *id)
    }

    /// These with a newer one.
    #[must_use]
    pub fn with(&self, newest: Key) -> Self {
        Self(
            [Arc::new(newest)]
                .into_iter()
                .chain(self.0.iter().cloned())
                .collect(),
        )
    }

    /// These, and those of `others`.
    #[must_use]
    pub fn and(&self, others: &Keys) -> Self {
        Self(self.0.iter().chain(&others.0).cloned().collect())
    }

    /// The newest, the one before it, and of the others those that `needed` is true for.
    #[must_use]
    pub fn without(&self, needed: impl Fn(&Fingerprint) -> bool) -> Self {
        let (young, old) = self.0.split_at(self.0.len().min(2));
        Self(
            young
                .iter()
                .chain(old.iter().filter(|key| needed(&key.id())))
                .cloned()
                .collect(),
        )
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// Who has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keeper {
    /// The operating system's keyring, in an item that has the keyspace's name.
    Keyring,
    /// A command, which prints it.
    Command,
    /// An environment variable.
    Env,
}

/// Where the key of a sealed record is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Who has it.
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
pub enum KeyError {
    /// The place does not answer, or refuses to.
    #[error("{place} cannot be used: {why}")]
    #[expect(missing_docs, reason = "the message names them")]
    Unavailable { place: Place, why: String },
    /// The place answers, and holds nothing.
    #[error("there is no key in {place}")]
    #[expect(missing_docs, reason = "the message names them")]
    Missing { place: Place },
    /// The place holds something else, or too much. What that is, is not repeated.
    #[error("what is in {place} is no key: {why}")]
    #[expect(missing_docs, reason = "the message names them")]
    Malformed { place: Place, why: String },
}

/// How keys are asked for: the place, and whether what was read before will not do.
type Ask = Box<dyn Fn(&Place, bool) -> Result<Keys, KeyError>>;

/// The keys that are in hand, and how others come to it.
pub struct KeySource {
    ask: Ask,
    had: RefCell<Vec<(Place, Result<Keys, KeyError>)>>,
}

impl KeyError {
    /// A place that holds something else.
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
    /// Keys that `ask` gets.
    #[must_use]
    pub fn new(ask: impl Fn(&Place, bool) -> Result<Keys, KeyError> + 'static) -> Self {
        Self {
            ask: Box::new(ask),
            had: RefCell::default(),
        }
    }

    /// No keys at all: enough for what is not sealed, and for what may be seen of what is.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|place, _| {
            Err(KeyError::Unavailable {
                place: place.clone(),
                why: "nobody may ask it here".to_owned(),
            })
        })
    }

    /// Puts keys in hand.
    pub fn take(&self, place: Place, keys: Keys) {
        self.keep(place, Ok(keys));
    }

    /// The keys of a place: asked for, if nobody has asked yet.
    ///
    /// # Errors
    /// Why there are none. That is not asked again.
    pub fn get(&self, place: &Place) -> Result<Keys, KeyError> {
        match self.in_hand(place) {
            Some(had) => had,
            None => self.get_anew(place, false),
        }
    }

    /// The key of this name; asked for anew if it is not among those in hand, for it may have come
    /// since. `None` when others are in its place.
    ///
    /// # Errors
    /// Why there are no keys at all.
    pub fn find(&self, place: &Place, id: &Fingerprint) -> Result<Option<Arc<Key>>, KeyError> {
        let asked = self.in_hand(place).is_some();
        let found = self.get(place)?.find(id).cloned();
        if found.is_some() || !asked {
            return Ok(found);
        }
        Ok(self.get_anew(place, true)?.find(id).cloned())
    }

    /// The keys of a place, if they were asked for. Asks nobody.
    #[must_use]
    pub fn in_hand(&self, place: &Place) -> Option<Result<Keys, KeyError>> {
        self.had
            .borrow()
            .iter()
            .find(|(had, _)| had == place)
            .map(|(_, keys)| keys.clone())
    }

    /// Every key that is in hand, with its place.
    #[must_use]
    pub fn all(&self) -> Vec<(Place, Keys)> {
        let had = self.had.borrow();
        had.iter()
            .filter_map(|(place, keys)| Some((place.clone(), keys.clone().ok()?)))
            .collect()
    }

    fn get_anew(&self, place: &Place, again: bool) -> Result<Keys, KeyError> {
        let keys = (self.ask)(place, again);
        self.keep(place.clone(), keys.clone());
        keys
    }

    fn keep(&self, place: Place, keys: Result<Keys, KeyError>) {
        let mut had = self.had.borrow_mut();
        had.retain(|(known, _)| *known != place);
        had.push((place, keys));
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.had.borrow().iter().map(|(place, _)| place))
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
        assert_eq!(three.without(|id| *id == old.newest().id()).count(), 3);
        let left = three.without(|_| false);
        assert_eq!((left.count(), left.newest().id()), (2, three.newest().id()));
        assert!(
            left.find(&both.newest().id()).is_some(),
            "somebody may have it in hand"
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
