//! A JSON object whose last member holds secrets that are sealed: the others can be read without
//! the key, and none of them can be changed without it.
//!
//! That member, `sealed`, is the base64url of a nonce and of the secrets as XChaCha20-Poly1305
//! encrypts them. Everything before its value is associated data, byte for byte. The nonce has 192
//! random bits, so that the uses of a key need not be counted.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::key::Key;
use crate::secret::{base64url, from_base64url, random_bytes};

/// What comes before the sealed secrets.
const BEFORE: &[u8] = b"\"sealed\": \"";

/// What comes after the sealed secrets, before any blank lines.
const BEHIND: &[u8] = b"\"\n}";

/// The length of a nonce in bytes.
const NONCE: usize = 24;

/// How much room the bytes are given, so that they do not grow: growing would leave copies of what
/// is in them in memory.
const ROOM: usize = 64 << 10;

/// Seals `secrets` behind the members of `visible`, which is a JSON object with at least one.
///
/// # Panics
/// When the operating system has no randomness to give.
pub(super) fn seal(
    visible: &impl Serialize,
    secrets: &impl Serialize,
    key: &Key,
) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
    serde_json::to_writer_pretty(&mut *bytes, visible).expect("it has only string keys");
    let end = bytes.len() - b"\n}".len();
    bytes.truncate(end);
    bytes.extend_from_slice(b",\n  ");
    bytes.extend_from_slice(BEFORE);

    let mut sealed = Zeroizing::new(Vec::with_capacity(ROOM));
    serde_json::to_writer(&mut *sealed, secrets).expect("it has only string keys");
    let nonce = *random_bytes::<NONCE>();
    cipher(key)
        .encrypt_in_place(&XNonce::from(nonce), &bytes, &mut *sealed)
        .expect("secrets are shorter than any limit of the cipher's");
    bytes.extend_from_slice(base64url(&[&nonce, sealed.as_slice()].concat()).as_bytes());
    bytes.extend_from_slice(BEHIND);
    bytes.push(b'\n');
    bytes
}

/// Opens the secrets in `bytes`, whose member `sealed` has this value. `None` when one bit is not
/// as it was when they were sealed, or the key is another.
pub(super) fn open<T: DeserializeOwned>(bytes: &[u8], sealed: &str, key: &Key) -> Option<T> {
    let visible = visible(bytes)?;
    let sealed = from_base64url(sealed)?;
    let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
    let nonce = XNonce::try_from(nonce).ok()?;
    let mut secrets = Zeroizing::new(sealed.to_vec());
    cipher(key)
        .decrypt_in_place(&nonce, visible, &mut *secrets)
        .ok()?;
    serde_json::from_slice(&secrets).ok()
}

/// The part of a sealed object that is associated data; `None` for what is no sealed object. Looked
/// for from the end, so that an object that is not sealed is told by its last bytes.
pub(super) fn visible(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().rposition(|byte| *byte != b'\n')?;
    let object = bytes[..=end].strip_suffix(BEHIND)?;
    // What is sealed is base64url and has no quotation mark in it.
    let start = object.iter().rposition(|byte| *byte == b'"')?;
    let visible = &object[..=start];
    visible.ends_with(BEFORE).then_some(visible)
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new_from_slice(&key.bytes()).expect("a key has the length of one")
}
