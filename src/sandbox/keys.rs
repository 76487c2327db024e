//! The key that the sandbox signs ID tokens with: ES256 (RFC 7518, section 3.4), made when the
//! server starts and never stored. On request a client's secret signs (section 3.2).

use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use crate::secret::base64url;

/// An ECDSA key pair on the curve P-256.
pub struct Keys(EcdsaKeyPair);

impl Keys {
    /// A new random key pair.
    pub fn generate() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random)
            .expect("the operating system gives random bytes");
        Self(
            EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random)
                .expect("the key that was just made"),
        )
    }

    /// The public half as a key set (RFC 7517, section 5).
    pub fn set(&self) -> Value {
        let point = self.0.public_key().as_ref();
        // An uncompressed point: one byte that says so, then both coordinates.
        let x = base64url(&point[1..33]);
        let y = base64url(&point[33..]);
        json!({"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
            "kid": "sandbox", "x": x, "y": y}]})
    }

    /// Signs claims as a compact JWS (RFC 7515, section 7.1).
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({"alg": "ES256", "kid": "sandbox", "typ": "JWT"});
        let signed = encode_signed(&header, claims);
        let signature = self
            .0
            .sign(&SystemRandom::new(), signed.as_bytes())
            .expect("the operating system gives random bytes");
        format!("{signed}.{}", base64url(signature.as_ref()))
    }
}

/// Claims that a client's secret signs: HS256.
pub fn sign_with_secret(claims: &Value, secret: &str) -> String {
    let signed = encode_signed(&json!({"alg": "HS256", "typ": "JWT"}), claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", base64url(tag.as_ref()))
}

fn encode_signed(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encode_part(header), encode_part(claims))
}

fn encode_part(value: &Value) -> String {
    base64url(value.to_string().as_bytes())
}
