//! ID tokens and the keys that sign them (OpenID Connect Core 1.0, section 3.1.3.7; RFC 7515; RFC
//! 7517; RFC 7518).
//!
//! Signatures are checked with `ring`, which the TLS stack brings anyway. The usual JWT crate was
//! tried and left: it pulls either an RSA crate with an open advisory (RUSTSEC-2023-0071) or a
//! second TLS provider, and panics at run time when two of its features meet.
//!
//! Deliberately absent: `alg: none`, encryption, keys that a token brings along (`jwk`, `jku`,
//! `x5u`).

use std::time::Duration;

use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::secret::{Secret, base64url, exposed, from_base64url};
use crate::time::Timestamp;

/// How far apart our clock and the server's may be before an ID token counts as expired.
const LEEWAY: Duration = Duration::from_secs(300);

/// An ID token (OpenID Connect Core 1.0, section 2): who logged in, as a signed statement.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdToken(#[serde(serialize_with = "exposed")] pub Secret);

/// The claims of an ID token that we use.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// Who logged in: unique within `iss`, never reassigned.
    pub sub: String,
    aud: OneOrMany,
    azp: Option<String>,
    exp: Option<f64>,
    nonce: Option<String>,
    at_hash: Option<String>,
    email: Option<String>,
    preferred_username: Option<String>,
    name: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    /// What a person recognises themselves by, where the token says it.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.email
            .as_deref()
            .or(self.preferred_username.as_deref())
            .or(self.name.as_deref())
    }

    /// Whether `newer` is of the same issuer, subject and client, as a refresh must leave them.
    #[must_use]
    pub fn is_continued_by(&self, newer: &Claims) -> bool {
        let audience = |claims: &Claims| match &claims.aud {
            OneOrMany::One(one) => vec![one.clone()],
            OneOrMany::Many(many) => many.clone(),
        };
        self.iss == newer.iss && self.sub == newer.sub && audience(self) == audience(newer)
    }

    fn is_for(&self, client_id: &str) -> bool {
        match &self.aud {
            OneOrMany::One(audience) => audience == client_id,
            OneOrMany::Many(audiences) => audiences.iter().any(|audience| audience == client_id),
        }
    }
}

/// What an ID token must say to be believed.
pub struct Expected<'a> {
    /// The issuer that we asked.
    pub issuer: &'a str,
    /// Who we are.
    pub client_id: &'a str,
    /// The nonce that we sent; `None` in the device flow, which has no place for one.
    pub nonce: Option<&'a Secret>,
    /// The access token that came along, for `at_hash`.
    pub access_token: &'a Secret,
    /// The time, by the server's clock where we know it.
    pub now: Timestamp,
}

/// Why an ID token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message is the documentation")]
pub enum Untrusted {
    #[error("it is not a signed JSON web token")]
    Malformed,
    #[error("it is signed by an algorithm that we do not accept")]
    Algorithm,
    #[error("no key of the server made its signature")]
    Signature,
    #[error("it was issued by another server")]
    Issuer,
    #[error("it was issued for another client")]
    Audience,
    #[error("it belongs to another login attempt (nonce)")]
    Nonce,
    #[error("it has expired, or the clock is wrong")]
    Expired,
    #[error("it belongs to another access token (at_hash)")]
    AccessToken,
}

/// A server's public keys (RFC 7517, section 5).
#[derive(Debug, Default, Deserialize)]
pub struct KeySet {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a key set; `None` when it is none. A key that we cannot use is kept and never matches.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// Whether one of the keys made `sig` over `message` by the algorithm `alg`. A `kid` narrows
    /// the search; it is a hint, not a proof.
    fn verifies(&self, alg: &str, kid: Option<&str>, message: &[u8], sig: &[u8]) -> bool {
        let fits = |key: &&Value| {
            let said = key.get("kid").and_then(Value::as_str);
            kid.is_none() || said.is_none() || said == kid
        };
        self.keys
            .iter()
            .filter(fits)
            .any(|key| verify_with(key, alg, message, sig).is_some())
    }
}

fn verify_with(key: &Value, alg: &str, message: &[u8], sig: &[u8]) -> Option<()> {
    let bytes = |name: &str| {
        key.get(name)
            .and_then(Value::as_str)
            .and_then(from_base64url)
    };
    let kty = key.get("kty").and_then(Value::as_str)?;
    let curve = key.get("crv").and_then(Value::as_str);
    let rsa = match alg {
        "RS256" => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        "RS384" => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        "RS512" => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        "PS256" => Some(&signature::RSA_PSS_2048_8192_SHA256),
        "PS384" => Some(&signature::RSA_PSS_2048_8192_SHA384),
        "PS512" => Some(&signature::RSA_PSS_2048_8192_SHA512),
        _ => None,
    };
    if let Some(parameters) = rsa {
        let key = (kty == "RSA").then(|| {
            Some(RsaPublicKeyComponents {
                n: bytes("n")?,
                e: bytes("e")?,
            })
        })??;
        return key.verify(parameters, message, sig).ok();
    }
    let (parameters, point): (&dyn signature::VerificationAlgorithm, Vec<u8>) =
        match (alg, kty, curve) {
            ("ES256", "EC", Some("P-256")) => (
                &signature::ECDSA_P256_SHA256_FIXED,
                point(bytes("x")?, bytes("y")?),
            ),
            ("ES384", "EC", Some("P-384")) => (
                &signature::ECDSA_P384_SHA384_FIXED,
                point(bytes("x")?, bytes("y")?),
            ),
            ("EdDSA", "OKP", Some("Ed25519")) => (&signature::ED25519, bytes("x")?),
            _ => return None,
        };
    UnparsedPublicKey::new(parameters, point)
        .verify(message, sig)
        .ok()
}

/// The uncompressed form of a point on a curve (SEC 1, section 2.3.3).
fn point(x: Vec<u8>, y: Vec<u8>) -> Vec<u8> {
    [vec![4], x, y].concat()
}

const ALGORITHMS: &[&str] = &[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
];

/// Checks an ID token whole: form, algorithm, signature, issuer, audience, nonce, expiry,
/// `at_hash`.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn verify(
    token: &IdToken,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<Claims, Untrusted> {
    let text = token.0.expose();
    let (signed, sig) = text.rsplit_once('.').ok_or(Untrusted::Malformed)?;
    let (header, _) = signed.split_once('.').ok_or(Untrusted::Malformed)?;
    let header: Value = parse_part(header).ok_or(Untrusted::Malformed)?;
    let alg = header
        .get("alg")
        .and_then(Value::as_str)
        .ok_or(Untrusted::Malformed)?;
    if !ALGORITHMS.contains(&alg) || header.get("crit").is_some() {
        return Err(Untrusted::Algorithm);
    }
    let kid = header.get("kid").and_then(Value::as_str);
    let sig = from_base64url(sig).ok_or(Untrusted::Malformed)?;
    if !keys.verifies(alg, kid, signed.as_bytes(), &sig) {
        return Err(Untrusted::Signature);
    }
    let claims = claims(token).ok_or(Untrusted::Malformed)?;
    check(&claims, alg, expected)?;
    Ok(claims)
}

/// Checks what an ID token says, where there are no keys to check who says it.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn verify_claims(token: &IdToken, expected: &Expected<'_>) -> Result<Claims, Untrusted> {
    let header = token
        .0
        .expose()
        .split('.')
        .next()
        .and_then(parse_part::<Value>)
        .ok_or(Untrusted::Malformed)?;
    let alg = header
        .get("alg")
        .and_then(Value::as_str)
        .ok_or(Untrusted::Malformed)?;
    let claims = claims(token).ok_or(Untrusted::Malformed)?;
    check(&claims, alg, expected)?;
    Ok(claims)
}

fn check(claims: &Claims, alg: &str, expected: &Expected<'_>) -> Result<(), Untrusted> {
    if claims.iss != expected.issuer {
        return Err(Untrusted::Issuer);
    }
    let authorized_party = claims
        .azp
        .as_deref()
        .is_none_or(|azp| azp == expected.client_id);
    if !claims.is_for(expected.client_id) || !authorized_party {
        return Err(Untrusted::Audience);
    }
    if let Some(sent) = expected.nonce
        && !claims
            .nonce
            .as_deref()
            .is_some_and(|nonce| sent.same_as(nonce))
    {
        return Err(Untrusted::Nonce);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, which is what is wanted of an absurd date"
    )]
    let expires = Timestamp(claims.exp.ok_or(Untrusted::Expired)? as i64);
    if expires.after(LEEWAY) <= expected.now {
        return Err(Untrusted::Expired);
    }
    match &claims.at_hash {
        Some(at_hash) if *at_hash != access_token_hash(alg, expected.access_token) => {
            Err(Untrusted::AccessToken)
        }
        _ => Ok(()),
    }
}

/// `at_hash` (OpenID Connect Core 1.0, section 3.1.3.6): the left half of the hash that `alg` uses.
/// Ed25519 uses SHA-512.
#[must_use]
pub fn access_token_hash(alg: &str, token: &Secret) -> String {
    let algorithm = match alg.get(alg.len().saturating_sub(3)..).unwrap_or_default() {
        "384" => &ring::digest::SHA384,
        "512" | "DSA" => &ring::digest::SHA512,
        _ => &ring::digest::SHA256,
    };
    let hash = ring::digest::digest(algorithm, token.expose().as_bytes());
    base64url(&hash.as_ref()[..hash.as_ref().len() / 2])
}

/// The claims of an ID token that came straight from the token endpoint over TLS, which OpenID
/// Connect Core 1.0 section 3.1.3.7 (6) lets stand for the signature. `None` when it is not a JWT.
#[must_use]
pub fn claims(token: &IdToken) -> Option<Claims> {
    parse_part(token.0.expose().split('.').nth(1)?)
}

/// Whom a JWT says that it is for; `None` when it is no JWT, or does not say.
#[must_use]
pub fn audience(token: &str) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct For {
        aud: OneOrMany,
    }
    match parse_part::<For>(token.split('.').nth(1)?)?.aud {
        OneOrMany::One(one) => Some(vec![one]),
        OneOrMany::Many(many) => Some(many),
    }
}

/// The life that a JWT says it has, from `iat` to `exp`: a distance, so that no clock but the
/// issuer's is in it.
#[must_use]
pub fn lifetime(token: &str) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Dates {
        iat: f64,
        exp: f64,
    }
    let mut parts = token.split('.');
    let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let dates: Dates = parse_part(payload)?;
    let life = dates.exp - dates.iat;
    (1.0..=3_155_760_000.0)
        .contains(&life)
        .then(|| Duration::from_secs_f64(life))
}

/// When the ID token says that it expires. For people; it decides nothing.
#[must_use]
pub fn expires_at(token: &IdToken) -> Option<Timestamp> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, which is what is wanted of an absurd date"
    )]
    claims(token)?.exp.map(|exp| Timestamp(exp as i64))
}

fn parse_part<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    serde_json::from_slice(&from_base64url(part)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use serde_json::json;

    struct Signer(EcdsaKeyPair);

    impl Signer {
        fn new() -> Self {
            let random = SystemRandom::new();
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
                .expect("a key");
            Self(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
                    .expect("a key"),
            )
        }

        fn keys(&self) -> KeySet {
            let point = self.0.public_key().as_ref();
            let (x, y) = (base64url(&point[1..33]), base64url(&point[33..]));
            let junk = json!({"kty": "RSA"});
            KeySet {
                keys: vec![
                    junk,
                    json!({"kty": "EC", "crv": "P-256", "kid": "k", "x": x, "y": y}),
                ],
            }
        }

        fn sign(&self, header: &Value, claims: &Value) -> IdToken {
            let part = |value: &Value| base64url(value.to_string().as_bytes());
            let signed = format!("{}.{}", part(header), part(claims));
            let sig = self
                .0
                .sign(&SystemRandom::new(), signed.as_bytes())
                .expect("a signature");
            IdToken(Secret::new(format!("{signed}.{}", base64url(sig.as_ref()))))
        }
    }

    fn good() -> Value {
        json!({"iss": "https://as.example", "sub": "1", "aud": ["app"], "exp": 1000, "nonce": "n",
               "at_hash": access_token_hash("ES256", &Secret::new("at".to_owned()))})
    }

    fn verdict(claims: &Value, header: &Value) -> Result<Claims, Untrusted> {
        let signer = Signer::new();
        let (nonce, access_token) = (Secret::new("n".to_owned()), Secret::new("at".to_owned()));
        let expected = Expected {
            issuer: "https://as.example",
            client_id: "app",
            nonce: Some(&nonce),
            access_token: &access_token,
            now: Timestamp(900),
        };
        verify(&signer.sign(header, claims), &signer.keys(), &expected)
    }

    #[test]
    fn a_good_token_is_believed() {
        assert_eq!(
            verdict(&good(), &json!({"alg": "ES256", "kid": "k"}))
                .expect("good")
                .sub,
            "1"
        );
    }

    #[test]
    fn each_wrong_claim_is_named() {
        let header = json!({"alg": "ES256", "kid": "k"});
        for (name, value, why) in [
            ("iss", json!("https://evil.example"), Untrusted::Issuer),
            ("aud", json!("other"), Untrusted::Audience),
            ("azp", json!("other"), Untrusted::Audience),
            ("nonce", json!("m"), Untrusted::Nonce),
            ("nonce", Value::Null, Untrusted::Nonce),
            ("exp", json!(500), Untrusted::Expired),
            ("exp", Value::Null, Untrusted::Expired),
            ("at_hash", json!("AAAA"), Untrusted::AccessToken),
        ] {
            let mut claims = good();
            claims[name] = value;
            assert_eq!(verdict(&claims, &header).err(), Some(why), "{name}");
        }
    }

    #[test]
    fn no_algorithm_but_a_listed_one_is_accepted() {
        for alg in ["none", "HS256", "ES256K"] {
            assert_eq!(
                verdict(&good(), &json!({"alg": alg})).err(),
                Some(Untrusted::Algorithm),
                "{alg}"
            );
        }
        assert_eq!(
            verdict(&good(), &json!({"alg": "RS256"})).err(),
            Some(Untrusted::Signature)
        );
        assert_eq!(
            verdict(&good(), &json!({"alg": "ES256", "crit": ["x"]})).err(),
            Some(Untrusted::Algorithm)
        );
    }

    #[test]
    fn another_servers_signature_is_refused() {
        let token = Signer::new().sign(&json!({"alg": "ES256", "kid": "k"}), &good());
        let access_token = Secret::new("at".to_owned());
        let expected = Expected {
            issuer: "https://as.example",
            client_id: "app",
            nonce: None,
            access_token: &access_token,
            now: Timestamp(900),
        };
        assert_eq!(
            verify(&token, &Signer::new().keys(), &expected).err(),
            Some(Untrusted::Signature)
        );
    }

    #[test]
    fn a_jwt_says_how_long_it_lives_and_an_opaque_token_does_not() {
        let token = Signer::new().sign(&json!({"alg": "ES256"}), &json!({"iat": 100, "exp": 160}));
        assert_eq!(lifetime(token.0.expose()), Some(Duration::from_secs(60)));
        assert_eq!(lifetime("opaque"), None);
    }

    proptest! {
        #[test]
        fn no_token_panics(text in "[A-Za-z0-9_.-]{0,200}") {
            let _ = lifetime(&text);
            let _ = claims(&IdToken(Secret::new(text)));
        }

        #[test]
        fn no_key_set_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = KeySet::parse(&body);
        }
    }
}
