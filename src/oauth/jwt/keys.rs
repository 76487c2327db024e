//! The keys that sign a server's tokens: public keys (RFC 7517), and the secret of a confidential
//! client; and the algorithms with which they may do so (RFC 7518; RFC 8037).
//!
//! Signatures are checked with `ring`, but for those on the curve P-521, which it lacks.

use p521::ecdsa::signature::Verifier;
use ring::hmac;
use ring::signature::{
    self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::Value;

use super::{IdToken, parse_part};
use crate::secret::{Secret, from_base64url};

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
    /// ECDSA on the curve P-521, with an `EC` key on it.
    EcdsaP521,
    /// Ed25519, with an `OKP` key on that curve.
    Ed25519,
    /// HMAC, with the client's secret (OpenID Connect Core 1.0, section 10.1).
    Hmac(&'static hmac::Algorithm),
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
        name: "ES512",
        method: Method::EcdsaP521,
    },
    Algorithm {
        name: "EdDSA",
        method: Method::Ed25519,
    },
    Algorithm {
        name: "HS256",
        method: Method::Hmac(&hmac::HMAC_SHA256),
    },
    Algorithm {
        name: "HS384",
        method: Method::Hmac(&hmac::HMAC_SHA384),
    },
    Algorithm {
        name: "HS512",
        method: Method::Hmac(&hmac::HMAC_SHA512),
    },
];

impl Algorithm {
    /// The algorithm that `alg` names; `None` when it is not accepted.
    pub(super) fn find(alg: &str) -> Option<&'static Self> {
        ALGORITHMS.iter().find(|algorithm| algorithm.name == alg)
    }

    /// Whether signatures are made with the client's secret, and not with a key of the server's.
    pub(super) fn is_by_secret(&self) -> bool {
        matches!(self.method, Method::Hmac(_))
    }

    /// Whether the client's secret made `signature` over `message`.
    pub(super) fn verifies(&self, secret: &Secret, message: &[u8], signature: &[u8]) -> bool {
        let Method::Hmac(algorithm) = self.method else {
            return false;
        };
        let key = hmac::Key::new(*algorithm, secret.expose().as_bytes());
        hmac::verify(&key, message, signature).is_ok()
    }
}

/// How many keys are tried for one signature.
const MOST_KEYS: usize = 50;

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
            .take(MOST_KEYS)
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
        (Method::EcdsaP521, "EC") if is_on(key, "P-521") => {
            let point = uncompressed_point(&bytes(key, "x")?, &bytes(key, "y")?);
            let public = p521::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()?;
            let signature = p521::ecdsa::Signature::from_slice(signature).ok()?;
            public.verify(message, &signature).ok()
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
    use crate::secret::base64url;
    use proptest::prelude::*;
    use serde_json::json;

    /// ring has no keys on this curve, so that its crate signs here what it checks.
    #[test]
    fn a_key_on_p521_makes_its_own_signatures_only() {
        use p521::ecdsa::signature::Signer;
        use p521::ecdsa::{Signature, SigningKey};
        let signer = SigningKey::from_slice(&[1; 66]).expect("a key");
        let point = signer.verifying_key().to_sec1_point(false);
        let (x, y) = (&point.as_bytes()[1..67], &point.as_bytes()[67..]);
        let key =
            |x: &[u8]| json!({"kty": "EC", "crv": "P-521", "x": base64url(x), "y": base64url(y)});
        let keys = KeySet::of(vec![
            json!({"kty": "EC", "crv": "P-521"}),
            key(&[7; 66]),
            key(x),
        ]);
        let signature: Signature = signer.sign(b"message");
        let algorithm = Algorithm::find("ES512").expect("it is accepted");
        let signature = signature.to_bytes();
        assert!(keys.verifies(algorithm, None, b"message", &signature));
        assert!(!keys.verifies(algorithm, None, b"another", &signature));
        assert!(!keys.verifies(algorithm, None, b"message", &signature[1..]));
        let others = KeySet::of(vec![key(&[7; 66])]);
        assert!(!others.verifies(algorithm, None, b"message", &signature));
    }

    #[test]
    fn a_secret_makes_its_own_signatures_only() {
        let message = b"message";
        let key = hmac::Key::new(hmac::HMAC_SHA512, b"the client's secret");
        let tag = hmac::sign(&key, message);
        let secret = Secret::new("the client's secret".to_owned());
        let find = |alg| Algorithm::find(alg).expect("it is accepted");
        assert!(find("HS512").verifies(&secret, message, tag.as_ref()));
        assert!(!find("HS512").verifies(&secret, b"another", tag.as_ref()));
        assert!(!find("HS384").verifies(&secret, message, tag.as_ref()));
        assert!(!find("HS512").verifies(&Secret::new(String::new()), message, tag.as_ref()));
        assert!(!find("ES256").verifies(&secret, message, tag.as_ref()));
        // What a key set shows to everyone is no secret.
        let shown = json!({"kty": "oct", "k": base64url(b"the client's secret")});
        let keys = KeySet::of(vec![shown]);
        assert!(!keys.verifies(find("HS512"), None, message, tag.as_ref()));
    }

    proptest! {
        #[test]
        fn no_key_set_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = KeySet::parse(&body);
        }
    }
}
