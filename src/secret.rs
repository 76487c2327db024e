//! Strings that must never be seen.
//!
//! [`Secret`] is the one type for everything that gives access: tokens, client secrets, PKCE
//! verifiers, device codes. It has no `Display`, no `Serialize` and no `Clone`; its `Debug` shows
//! nothing; its memory is wiped when it is dropped. It is read only by [`Secret::expose`], so that
//! one search finds every place where a secret leaves the type.
//!
//! Deliberately absent: any encryption. How a secret is written to a disk is decided by the store.

use std::fmt;

use ring::digest::{SHA256, digest};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A string that gives access to something.
///
/// It cannot be printed, cloned or serialised by accident:
///
/// ```compile_fail
/// let secret = authctl::secret::Secret::new("s3cr3t".to_owned());
/// println!("{secret}");
/// ```
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of `text`, which is wiped when the secret is dropped.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// A new secret of 256 random bits, in base64url without padding (43 characters): what RFC
    /// 7636, section 4.1, asks of a verifier and RFC 6749, section 10.12, of a state.
    ///
    /// # Panics
    /// When the operating system gives no random bytes. To go on without them would be worse.
    #[must_use]
    pub fn random() -> Self {
        Self::new(base64url(random_bytes::<32>().as_ref()))
    }

    /// The text itself. Every call is a place where a secret leaves this type, and needs a review.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be written down in place of the secret.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.expose())
    }

    /// Whether the secret is this text. The time that the comparison takes does not depend on where
    /// they differ.
    #[must_use]
    pub fn same_as(&self, other: &str) -> bool {
        use subtle::ConstantTimeEq;
        self.expose().as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::new)
    }
}

/// Serialises the text of a secret, for `#[serde(serialize_with = "secret::exposed")]`: in records,
/// and on the private socket between two processes of authctl.
///
/// # Errors
/// Only what the serializer itself reports.
pub fn exposed<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose())
}

/// The first 128 bits of a secret's SHA-256, in lower-case hexadecimal (32 characters).
///
/// It may be written into files and messages, because the secrets that it stands for have far more
/// entropy than a search could cover. It tells *which* token is meant: `authctl token --rejected
/// FINGERPRINT`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let hash = digest(&SHA256, text.as_bytes());
        Self(
            hash.as_ref()[..16]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }

    /// The first 64 bits of the HMAC-SHA256 (RFC 2104) of the fingerprint by `key`, in hexadecimal:
    /// which token is meant, for readers who have no token to compare with.
    #[must_use]
    pub fn keyed(&self, key: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let tag = hmac::sign(&key, self.0.as_bytes());
        let bytes = tag.as_ref().iter().take(8);
        bytes.map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads a fingerprint that was written down; `None` if `text` is not in the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == 32
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        well_formed.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Random bytes, in a buffer that is wiped when it is dropped.
///
/// # Panics
/// When the operating system gives no random bytes. To go on without them would be worse.
#[must_use]
pub fn random_bytes<const N: usize>() -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0_u8; N]);
    SystemRandom::new()
        .fill(bytes.as_mut())
        .expect("the operating system gives random bytes");
    bytes
}

/// Base64url without padding (RFC 7515, section 2).
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes base64url without padding; `None` for anything else, such as text with padding.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_says_nothing() {
        assert_eq!(
            format!("{:?}", Secret::new("hunter2".to_owned())),
            "Secret(..)"
        );
    }

    #[test]
    fn a_fingerprint_reads_back_and_nothing_else_does() {
        let fingerprint = Fingerprint::of("token");
        assert_eq!(
            Fingerprint::parse(&fingerprint.to_string()),
            Some(fingerprint)
        );
        assert_eq!(Fingerprint::parse("token"), None);
        assert_eq!(Fingerprint::parse(&"G".repeat(32)), None);
    }

    #[test]
    fn random_secrets_have_the_length_that_pkce_asks_for() {
        let secret = Secret::random();
        assert_eq!(secret.expose().len(), 43);
        assert!(!secret.same_as(Secret::random().expose()));
    }
}
