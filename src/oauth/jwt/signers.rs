//! What may have signed an ID token: the server's keys, or the secret of a confidential client
//! (OpenID Connect Core 1.0, sections 3.1.3.7 and 10.1).

use serde_json::Value;

use super::keys::{Algorithm, KeySet};
use super::untrusted::Untrusted;
use super::{IdToken, parse_part};
use crate::secret::{Secret, from_base64url};

/// What may show that an ID token is the server's.
#[derive(Clone, Copy)]
pub struct Signers<'a> {
    /// The server's public keys, where it shows any.
    pub keys: Option<&'a KeySet>,
    /// The secret of a confidential client, which may have made the signature too: only the server
    /// has it beside the client.
    pub client_secret: Option<&'a Secret>,
    /// Whether the token came from the server by TLS, which may stand for a signature where the
    /// server shows no keys (section 3.1.3.7, 6).
    pub tls: bool,
}

impl Signers<'_> {
    /// Whether one of them has signed, as the token's header says.
    pub(super) fn check(
        &self,
        header: &Value,
        alg: &str,
        signed: &[u8],
        signature: &str,
    ) -> Result<(), Untrusted> {
        // A header that is marked as critical would change what the signature means (RFC 7515,
        // section 4.1.11). None is understood here.
        if header.get("crit").is_some() {
            return Err(Untrusted::Algorithm);
        }
        let algorithm = Algorithm::find(alg);
        let signature = from_base64url(signature);
        let is_verified = match (algorithm, self.client_secret, self.keys) {
            (Some(algorithm), Some(secret), _) if algorithm.is_by_secret() => {
                let signature = signature.ok_or(Untrusted::Malformed)?;
                algorithm.verifies(secret, signed, &signature)
            }
            (_, _, None) => return self.tls.then_some(()).ok_or(Untrusted::NoKeys),
            (Some(algorithm), _, Some(keys)) if !algorithm.is_by_secret() => {
                let signature = signature.ok_or(Untrusted::Malformed)?;
                let kid = header.get("kid").and_then(Value::as_str);
                keys.verifies(algorithm, kid, signed, &signature)
            }
            _ => return Err(Untrusted::Algorithm),
        };
        is_verified.then_some(()).ok_or(Untrusted::Signature)
    }
}

/// Whether the client's secret is said to have made a token's signature, so that no key of the
/// server's is needed to check it.
#[must_use]
pub fn is_by_secret(token: &IdToken) -> bool {
    let header: Option<Value> = token.0.expose().split('.').next().and_then(parse_part);
    let algorithm = header
        .as_ref()
        .and_then(|it| alg(it).ok())
        .and_then(Algorithm::find);
    algorithm.is_some_and(Algorithm::is_by_secret)
}

/// The `alg` of a token's header (RFC 7515, section 4.1.1).
pub(super) fn alg(header: &Value) -> Result<&str, Untrusted> {
    let alg = header.get("alg").and_then(Value::as_str);
    alg.ok_or(Untrusted::Malformed)
}
