//! The public keys that sign a server's tokens (RFC 7517), and the algorithms with which they may
//! do so (RFC 7518; RFC 8037).
//!
//! Deliberately absent: symmetric algorithms (`HS256`). Their key is the client's secret, and what
//! both sides can sign proves nothing.

use ring::signature::{
    self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::Value;

use super::{IdToken, parse_part};
use crate::secret::from_base64url;

/// A signature algorithm, as the `alg` of a JWT names it.
#[derive(Debug)]
pub(super) struct Algorithm {
    name: &'static str,
    method: Method,
}

#[derive(Debug)]
enum Method {
    /// RSA, with an `RSA` key.
    Rsa(&'static RsaParameters),
    /// ECDSA, with an `EC` key on the named curve.
    Ecdsa(&'static str, &'static dyn VerificationAlgorithm),
    /// Ed25519, with an `OKP` key on that curve.
    Ed25519,
}

/// Every algorithm that is accepted.
static ALGORITHMS: &[Algorithm] = &[
    Algorithm {
        name: "RS256",
        method: Method::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
    },
    Algorithm {
        name: "RS384",
        method: Method::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
    },
    Algorithm {
        name: "RS512",
        method: Method::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
    },
    Algorithm {
        name: "PS256",
        method: Method::Rsa(&signature::RSA_PSS_2048_8192_SHA256),
    },
    Algorithm {
        name: "PS384",
        method: Method::Rsa(&signature::RSA_PSS_2048_8192_SHA384),
    },
    Algorithm {
        name: "PS512",
        method: Method::Rsa(&signature::RSA_PSS_2048_8192_SHA512),
    },
    Algorithm {
        name: "ES256",
        method: Method::Ecdsa("P-256", &signature::ECDSA_P256_SHA256_FIXED),
    },
    Algorithm {
        name: "ES384",
        method: Method::Ecdsa("P-384", &signature::ECDSA_P384_SHA384_FIXED),
    },
    Algorithm {
        name: "EdDSA",
        method: Method::Ed25519,
    },
];

impl Algorithm {
    /// The algorithm that `alg` names; `None` when it is not accepted.
    pub(super) fn find(alg: &str) -> Option<&'static Self> {
        ALGORITHMS.iter().find(|algorithm| algorithm.name == alg)
    }
}

/// A server's public keys (RFC 7517, section 5).
#[derive(Debug, Default)]
pub struct KeySet {
    /// The keys as the server wrote them. Those that cannot be used stay, and never match.
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a key set; `None` when `body` is not one.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let mut document: Value = serde_json::from_slice(body).ok()?;
        match document.get_mut("keys")?.take() {
            Value::Array(keys) => Some(Self { keys }),
            _ => None,
        }
    }

    /// The set as text, which [`KeySet::parse`] reads.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::json!({"keys": self.keys}).to_string()
    }

    /// Whether the set has the key that the header of a token names. A token that names none may be
    /// of any.
    #[must_use]
    pub fn knows(&self, token: &IdToken) -> bool {
        let header: Option<Value> = token.0.expose().split('.').next().and_then(parse_part);
        let kid = header.as_ref().and_then(|it| it.get("kid")?.as_str());
        self.keys.iter().any(|key| matches_kid(key, kid))
    }

    /// Whether one of the keys made `signature` over `message`. `kid` (RFC 7515, section 4.1.4)
    /// leaves out the keys that have another one; it is a hint and proves nothing.
    pub(super) fn verifies(
        &self,
        algorithm: &Algorithm,
        kid: Option<&str>,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        self.keys
            .iter()
            .filter(|key| matches_kid(key, kid) && is_for(key, algorithm))
            .any(|key| verify_with(key, algorithm, message, signature).is_some())
    }
}

fn matches_kid(key: &Value, kid: Option<&str>) -> bool {
    let own = key.get("kid").and_then(Value::as_str);
    kid.is_none() || own.is_none() || own == kid
}

/// Whether a key may check signatures of this algorithm, by what it says of its purpose (RFC 7517,
/// sections 4.2 to 4.4). What it does not say, or says as `null`, excludes nothing.
fn is_for(key: &Value, algorithm: &Algorithm) -> bool {
    let says = |name: &str| key.get(name).filter(|value| !value.is_null());
    let operations = says("key_ops").map(|it| it.as_array().cloned().unwrap_or_default());
    says("use").is_none_or(|purpose| purpose == "sig")
        && operations.is_none_or(|it| it.iter().any(|operation| operation == "verify"))
        && says("alg").is_none_or(|alg| alg == algorithm.name)
}

/// `Some` when `key` made the signature.
fn verify_with(key: &Value, algorithm: &Algorithm, message: &[u8], signature: &[u8]) -> Option<()> {
    let kty = key.get("kty")?.as_str()?;
    match (&algorithm.method, kty) {
        (Method::Rsa(parameters), "RSA") => {
            let public = RsaPublicKeyComponents {
                n: bytes(key, "n")?,
                e: bytes(key, "e")?,
            };
            public.verify(parameters, message, signature).ok()
        }
        (Method::Ecdsa(curve, algorithm), "EC") if is_on(key, curve) => {
            let point = uncompressed_point(&bytes(key, "x")?, &bytes(key, "y")?);
            let public = UnparsedPublicKey::new(*algorithm, point);
            public.verify(message, signature).ok()
        }
        (Method::Ed25519, "OKP") if is_on(key, "Ed25519") => {
            let public = UnparsedPublicKey::new(&signature::ED25519, bytes(key, "x")?);
            public.verify(message, signature).ok()
        }
        _ => None,
    }
}

fn is_on(key: &Value, curve: &str) -> bool {
    key.get("crv").and_then(Value::as_str) == Some(curve)
}

/// The bytes of a key's member that is written in base64url.
fn bytes(key: &Value, member: &str) -> Option<Vec<u8>> {
    from_base64url(key.get(member)?.as_str()?)
}

/// The uncompressed form of a point on a curve (SEC 1, section 2.3.3).
fn uncompressed_point(x: &[u8], y: &[u8]) -> Vec<u8> {
    [&[4], x, y].concat()
}

#[cfg(test)]
impl KeySet {
    /// A key set with these keys.
    pub(super) fn of(keys: Vec<Value>) -> Self {
        Self { keys }
    }

    /// Sets a member of every key.
    pub(super) fn set(&mut self, member: &str, value: &Value) {
        for key in &mut self.keys {
            key[member] = value.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_key_set_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = KeySet::parse(&body);
        }
    }
}
