//! Why an ID token is not believed.

/// Why an ID token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message is the documentation")]
pub enum Untrusted {
    #[error("it is not a signed JSON web token")]
    Malformed,
    #[error("it is signed by an algorithm that is not accepted")]
    Algorithm,
    #[error("no key of the server made its signature")]
    Signature,
    #[error("it was issued by another server")]
    Issuer,
    #[error("it was issued for another client")]
    Audience,
    #[error("it belongs to another login attempt (nonce)")]
    Nonce,
    #[error("it does not say to which login attempt it belongs (nonce)")]
    NoNonce,
    #[error("it has a date that is none")]
    NotADate,
    #[error("it does not say when it ends")]
    Endless,
    #[error("it is from the future, or the clock is wrong")]
    Early,
    #[error("it came without TLS, and there is no key to check its signature with")]
    NoKeys,
    #[error("it has expired, or the clock is wrong")]
    Expired,
    #[error("it belongs to another access token (at_hash)")]
    AccessToken,
}
