//! A JWT taken apart for a person to read. Nothing of it is checked but by [`check_signature`].

use serde_json::{Map, Value};

use super::parse_part;
use super::signers::{Signers, alg};
use super::untrusted::Untrusted;

/// The parts of a signed JWT that can be read (RFC 7515, section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The header: the algorithm, and the key that is said to have signed.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
}

/// Takes a token apart; `None` when it is no signed JWT.
#[must_use]
pub fn open(token: &str) -> Option<Opened> {
    let mut parts = token.split('.');
    let (header, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next())
    else {
        return None;
    };
    Some(Opened {
        header: parse_part(header)?,
        claims: parse_part(claims)?,
    })
}

/// Checks who made a token's signature, and nothing else of it.
///
/// # Errors
/// When none of `signers` did.
pub fn check_signature(token: &str, signers: &Signers<'_>) -> Result<(), Untrusted> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Untrusted::Malformed)?;
    let (header, _) = signed.split_once('.').ok_or(Untrusted::Malformed)?;
    let header: Value = parse_part(header).ok_or(Untrusted::Malformed)?;
    signers.check(&header, alg(&header)?, signed.as_bytes(), signature)
}
