//! JSON web tokens, as far as a client reads them: ID tokens, and what an access token says of
//! itself if it happens to be a JWT (RFC 7519; OpenID Connect Core 1.0, section 2).
//!
//! [`verify`] checks an ID token with a server's [`KeySet`] or the client's secret. What the other
//! functions read is not checked by a signature: the documentation of each says what it may be used
//! for.
//!
//! Tried and rejected: the usual JWT crate. It pulls in either an RSA crate with an open advisory
//! (RUSTSEC-2023-0071) or a second TLS provider, and panics at run time when two of its features
//! meet.
//!
//! Deliberately absent: `alg: none`, encryption, keys that a token brings along (`jwk`, `jku`,
//! `x5u`).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::secret::{Secret, exposed, from_base64url};
use crate::time::Timestamp;

mod keys;
mod opened;
mod signers;
mod untrusted;
mod verification;

pub use keys::KeySet;
pub use opened::{Opened, check_signature, open};
pub use signers::{Signers, is_by_secret};
pub use untrusted::Untrusted;
pub use verification::{Expected, Nonce, access_token_hash, verify};

/// The longest life that a token may claim: a century, in seconds.
const LONGEST_LIFE: f64 = 3_155_760_000.0;

/// An ID token (OpenID Connect Core 1.0, section 2): a signed statement of which user logged in.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdToken(#[serde(serialize_with = "exposed")] pub Secret);

/// The claims of an ID token that this program uses. A claim that decides something and has another
/// form than it must have never compares equal; one that only describes counts as absent.
#[derive(Clone, Debug)]
pub struct Claims {
    /// The issuer: the server that made the token.
    pub iss: String,
    /// The user who logged in: unique within `iss`, never given to another user.
    pub sub: String,
    /// The clients that the token is for (RFC 7519, section 4.1.3).
    aud: Vec<String>,
    azp: Option<String>,
    exp: Date,
    nbf: Date,
    iat: Date,
    nonce: Option<String>,
    at_hash: Option<String>,
    email: Option<String>,
    email_is_unverified: bool,
    preferred_username: Option<String>,
    name: Option<String>,
}

/// A `NumericDate` (RFC 7519, section 2), as a claim has it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Date {
    Absent,
    At(f64),
    /// Something that is no date.
    Strange,
}

impl Date {
    /// A number, or one that is written as text.
    fn of(value: Option<&Value>) -> Self {
        let number = match value {
            None | Some(Value::Null) => return Self::Absent,
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        number
            .filter(|number| number.is_finite())
            .map_or(Self::Strange, Self::At)
    }

    fn timestamp(self) -> Option<Timestamp> {
        match self {
            Self::At(seconds) => Some(timestamp(seconds)),
            Self::Absent | Self::Strange => None,
        }
    }
}

/// Whether a server says that the address in `email` is not the user's for certain (OpenID Connect
/// Core 1.0, section 5.1). What is there and does not say yes says no; some servers write text.
#[must_use]
pub fn is_unverified(claims: &Map<String, Value>) -> bool {
    match claims.get("email_verified") {
        None | Some(Value::Null | Value::Bool(true)) => false,
        Some(Value::String(text)) => !text.eq_ignore_ascii_case("true"),
        Some(_) => true,
    }
}

impl Claims {
    /// Reads the payload of an ID token; `None` when it names no issuer, user or client.
    fn read(payload: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| payload.get(name).and_then(Value::as_str).map(str::to_owned);
        // What is there and is no text is not what was expected, whatever that was.
        let deciding = |name: &str| match payload.get(name) {
            None | Some(Value::Null) => None,
            Some(value) => Some(value.as_str().unwrap_or_default().to_owned()),
        };
        let date = |name: &str| Date::of(payload.get(name));
        Some(Self {
            iss: text("iss")?,
            // Some servers write their number of the user as a number.
            sub: match payload.get("sub")? {
                Value::Number(number) => number.to_string(),
                other => other.as_str()?.to_owned(),
            },
            aud: texts(payload.get("aud")?)?,
            azp: deciding("azp"),
            exp: date("exp"),
            nbf: date("nbf"),
            iat: date("iat"),
            nonce: deciding("nonce"),
            at_hash: deciding("at_hash"),
            email: text("email"),
            email_is_unverified: is_unverified(payload),
            preferred_username: text("preferred_username"),
            name: text("name"),
        })
    }

    /// The name by which users recognise themselves, where the token has one.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.email
            .as_deref()
            .or(self.preferred_username.as_deref())
            .or(self.name.as_deref())
    }

    /// The nonce of the authorization request, where the token has one.
    #[must_use]
    pub fn nonce(&self) -> Option<Secret> {
        self.nonce.clone().map(Secret::new)
    }

    /// The names by which the server tells users apart, beside the identifier: no name that users
    /// give themselves, and no mail address that it says it has not verified.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let email = self.email.as_ref().filter(|_| !self.email_is_unverified);
        let names = [email, self.preferred_username.as_ref()];
        names.into_iter().flatten().cloned().collect()
    }

    /// Whether `newer` has the issuer, subject and audience of these claims, as a refresh must
    /// leave them (OpenID Connect Core 1.0, section 12.2).
    #[must_use]
    pub fn is_continued_by(&self, newer: &Claims) -> bool {
        self.iss == newer.iss && self.sub == newer.sub && self.aud == newer.aud
    }
}

/// The claims of an ID token, unchecked; `None` when it is not a JWT. They may be used where the
/// token came straight from the token endpoint, because TLS may stand for the signature then
/// (OpenID Connect Core 1.0, section 3.1.3.7, 6).
#[must_use]
pub fn claims(token: &IdToken) -> Option<Claims> {
    Claims::read(&parse_part(token.0.expose().split('.').nth(1)?)?)
}

/// One text, or a list of them.
fn texts(value: &Value) -> Option<Vec<String>> {
    let member = |value: &Value| value.as_str().map(str::to_owned);
    match value {
        Value::Array(list) => list.iter().map(member).collect(),
        one => Some(vec![member(one)?]),
    }
}

/// The audience that a JWT names; `None` when `token` is not a JWT, or names none.
#[must_use]
pub fn audience(token: &str) -> Option<Vec<String>> {
    let payload: Map<String, Value> = parse_part(token.split('.').nth(1)?)?;
    texts(payload.get("aud")?)
}

/// The life that a JWT claims, from `iat` to `exp`; `None` when `token` is not a JWT, or the claim
/// is absurd. It is a distance, so that no clock but the issuer's is in it.
#[must_use]
pub fn lifetime(token: &str) -> Option<Duration> {
    let mut parts = token.split('.');
    let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let payload: Map<String, Value> = parse_part(payload)?;
    let (Date::At(born), Date::At(end)) =
        (Date::of(payload.get("iat")), Date::of(payload.get("exp")))
    else {
        return None;
    };
    let life = end - born;
    (1.0..=LONGEST_LIFE)
        .contains(&life)
        .then(|| Duration::from_secs_f64(life))
}

/// When an ID token says that it expires, unchecked. It is for people to read and decides nothing.
#[must_use]
pub fn expires_at(token: &IdToken) -> Option<Timestamp> {
    claims(token)?.exp.timestamp()
}

/// A `NumericDate` (RFC 7519, section 2).
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, which is what is wanted of an absurd date"
)]
fn timestamp(numeric_date: f64) -> Timestamp {
    Timestamp(numeric_date as i64)
}

/// Decodes one of the parts of a JWT that are JSON in base64url.
fn parse_part<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    serde_json::from_slice(&from_base64url(part)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::base64url;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_jwt_says_how_long_it_lives_and_an_opaque_token_does_not() {
        let header = json!({"alg": "ES256"}).to_string();
        let payload = json!({"iat": 100, "exp": 160}).to_string();
        let signed = format!(
            "{}.{}",
            base64url(header.as_bytes()),
            base64url(payload.as_bytes())
        );
        let token = format!("{signed}.sig");
        assert_eq!(lifetime(&token), Some(Duration::from_secs(60)));
        assert_eq!(lifetime(&signed), None);
        assert_eq!(lifetime("opaque"), None);
    }

    proptest! {
        #[test]
        fn no_token_panics(text in "[A-Za-z0-9_.-]{0,200}") {
            let _ = lifetime(&text);
            let _ = claims(&IdToken(Secret::new(text)));
        }
    }
}
