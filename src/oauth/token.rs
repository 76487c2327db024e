//! Tokens, and what a refresh makes of those that are there (RFC 6749, sections 5.1 and 6).
//!
//! Deliberately absent: any way to clone or print a [`RefreshToken`]. It is spent at most once.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::jwt::{self, IdToken};
use crate::secret::{Fingerprint, Secret, exposed};
use crate::time::Timestamp;

/// Where an access token's end of life comes from. An unknown end is a state of its own: such a
/// token is neither expired nor valid for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expiry {
    /// The server's `expires_in`, counted from the moment the request was sent.
    Server,
    /// The token's own `exp`, because the server gave no `expires_in`.
    Jwt,
    /// The provider's or the profile's `assumed_ttl`, because the server and the token say nothing.
    Assumed,
    /// It is not known. `expires_at` is absent.
    Unknown,
}

/// An access token (RFC 6749, section 1.4).
#[derive(Debug, Serialize, Deserialize)]
pub struct AccessToken {
    /// The token's text.
    #[serde(rename = "access_token", serialize_with = "exposed")]
    pub secret: Secret,
    /// What is known of the token and is not secret.
    #[serde(flatten)]
    pub facts: Facts,
}

/// What is known of an access token and is not secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// The token's type as the server wrote it: nearly always `Bearer`, in upper or lower case.
    pub token_type: String,
    /// When the request was sent that brought the token.
    pub obtained_at: Timestamp,
    /// When the token stops working; `None` when that is not known.
    pub expires_at: Option<Timestamp>,
    /// Where `expires_at` comes from.
    pub expiry: Expiry,
    /// The scopes that were granted, or those that were asked for where the server does not say
    /// (RFC 6749, section 5.1).
    pub scope: Vec<String>,
}

impl Facts {
    /// The token's whole life, from the request to its end; `None` when the end is not known.
    #[must_use]
    pub fn lifetime(&self) -> Option<Duration> {
        self.expires_at.map(|end| end.remaining(self.obtained_at))
    }

    /// Whether the token may still work: not past its end, or without a known end.
    ///
    /// A clock that stands before `obtained_at` was set back. A token does not count as expired by
    /// such a clock.
    #[must_use]
    pub fn may_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// The scheme for an `Authorization` header. Servers write `bearer` in any mixture of cases.
    /// RFC 6750, section 2.1 writes `Bearer`, and some APIs accept no other form.
    #[must_use]
    pub fn scheme(&self) -> &str {
        if self.token_type.eq_ignore_ascii_case("bearer") {
            "Bearer"
        } else {
            &self.token_type
        }
    }
}

/// A refresh token (RFC 6749, section 1.5). It is neither `Clone` nor `Display`, because it is lent
/// to one request and spent by it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RefreshToken(#[serde(serialize_with = "exposed")] Secret);

impl RefreshToken {
    /// The refresh token that a server gave.
    #[must_use]
    pub fn new(secret: Secret) -> Self {
        Self(secret)
    }

    /// The token's text, for the body of one request.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What the record and messages call this token.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint()
    }
}

/// A successful response of a token endpoint (RFC 6749, section 5.1).
#[derive(Debug)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Secret,
    /// How the access token is used; `Bearer` where a server leaves it out.
    pub token_type: String,
    /// The access token's life from the request on; `None` when it is absent, zero, negative or
    /// absurd.
    pub expires_in: Option<Duration>,
    /// The next refresh token; `None` when it is absent, `null` or empty.
    pub refresh_token: Option<RefreshToken>,
    /// The scopes that were granted; `None` when the server leaves them out, which means those that
    /// were asked for.
    pub scope: Option<Vec<String>>,
    /// The ID token (OpenID Connect Core 1.0, section 3.1.3.3).
    pub id_token: Option<IdToken>,
    /// The refresh token's life, in no specification: `refresh_token_expires_in` (GitHub, Google)
    /// or `refresh_expires_in` (Keycloak), else `refresh_token_timeout`.
    pub refresh_expires_in: Option<Duration>,
    /// The life of the whole authorization, whatever is refreshed until then, in no specification
    /// either: `authorization_expires_in`.
    pub session_expires_in: Option<Duration>,
}

/// Members of a record that a later version of this program wrote. They are written back as they
/// are. `Debug` does not show them, because they may be secrets.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unknown(Map<String, Value>);

impl std::fmt::Debug for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} unknown fields", self.0.len())
    }
}

/// The tokens of a session: what a login brings and a refresh renews.
#[derive(Debug, Serialize, Deserialize)]
pub struct Credential {
    /// The access token of the last response.
    #[serde(flatten, deserialize_with = "read_access_token")]
    pub access: AccessToken,
    /// The ID token of the last response that had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<IdToken>,
    /// The refresh token of the last response that had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<RefreshToken>,
    /// When the refresh token ends; `None` where the server does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_expires_at: Option<Timestamp>,
    /// When the whole session ends, whatever is refreshed until then; `None` where the server does
    /// not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_expires_at: Option<Timestamp>,
    /// Members that a later version of this program wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Reads an access token from among members of which the unknown ones are kept. A derived
/// implementation would leave the token's facts among the unknown members as well, because `serde`
/// takes away nothing that is flattened twice.
fn read_access_token<'de, D: Deserializer<'de>>(from: D) -> Result<AccessToken, D::Error> {
    #[derive(Deserialize)]
    struct Flat {
        access_token: Secret,
        token_type: String,
        obtained_at: Timestamp,
        expires_at: Option<Timestamp>,
        expiry: Expiry,
        scope: Vec<String>,
    }
    let Flat {
        access_token,
        token_type,
        obtained_at,
        expires_at,
        expiry,
        scope,
    } = Flat::deserialize(from)?;
    let facts = Facts {
        token_type,
        obtained_at,
        expires_at,
        expiry,
        scope,
    };
    Ok(AccessToken {
        secret: access_token,
        facts,
    })
}

impl Credential {
    /// The credential that a grant brings. `sent` is when the request was sent, `asked` the scope
    /// that it asked for, `assumed` the life of a token whose life is not known.
    #[must_use]
    pub fn from_grant(
        response: TokenResponse,
        sent: Timestamp,
        asked: &[String],
        assumed: Option<Duration>,
    ) -> Self {
        let (expires_at, expiry) = end_of_life(&response, sent, assumed);
        Self {
            access: AccessToken {
                secret: response.access_token,
                facts: Facts {
                    token_type: response.token_type,
                    obtained_at: sent,
                    expires_at,
                    expiry,
                    scope: response.scope.unwrap_or_else(|| asked.to_vec()),
                },
            },
            id_token: response.id_token,
            refresh_token: response.refresh_token,
            refresh_expires_at: response.refresh_expires_in.map(|life| sent.after(life)),
            session_expires_at: response.session_expires_in.map(|life| sent.after(life)),
            unknown: Unknown::default(),
        }
    }

    /// This credential after a refresh. What the response leaves out stays as it was: RFC 6749,
    /// section 6 has the client replace its refresh token only where the server sent a new one.
    #[must_use]
    pub fn after_refresh(
        self,
        response: TokenResponse,
        sent: Timestamp,
        assumed: Option<Duration>,
    ) -> Self {
        let fresh = Self::from_grant(response, sent, &self.access.facts.scope, assumed);
        let rotated = fresh.refresh_token.is_some();
        Self {
            access: fresh.access,
            id_token: fresh.id_token.or(self.id_token),
            refresh_token: fresh.refresh_token.or(self.refresh_token),
            refresh_expires_at: match fresh.refresh_expires_at {
                None if !rotated => self.refresh_expires_at,
                end => end,
            },
            session_expires_at: fresh.session_expires_at.or(self.session_expires_at),
            unknown: self.unknown,
        }
    }
}

/// When an access token ends. `expires_in` wins over everything. The `exp` of a JWT counts only in
/// its absence, and only as the distance from the token's own `iat`, so that a wrong clock on
/// either side makes no difference.
fn end_of_life(
    response: &TokenResponse,
    sent: Timestamp,
    assumed: Option<Duration>,
) -> (Option<Timestamp>, Expiry) {
    if let Some(life) = response.expires_in {
        return (Some(sent.after(life)), Expiry::Server);
    }
    if let Some(life) = jwt::lifetime(response.access_token.expose()) {
        return (Some(sent.after(life)), Expiry::Jwt);
    }
    match assumed {
        Some(life) => (Some(sent.after(life)), Expiry::Assumed),
        None => (None, Expiry::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(access: &str, refresh: Option<&str>, expires_in: Option<u64>) -> TokenResponse {
        TokenResponse {
            access_token: Secret::new(access.to_owned()),
            token_type: "bearer".to_owned(),
            expires_in: expires_in.map(Duration::from_secs),
            refresh_token: refresh.map(|text| RefreshToken::new(Secret::new(text.to_owned()))),
            scope: None,
            id_token: None,
            refresh_expires_in: None,
            session_expires_in: None,
        }
    }

    #[test]
    fn an_unknown_end_is_neither_expired_nor_dated() {
        let credential =
            Credential::from_grant(answer("opaque", None, None), Timestamp(100), &[], None);
        assert_eq!(credential.access.facts.expiry, Expiry::Unknown);
        assert!(credential.access.facts.may_live(Timestamp(i64::MAX)));
        let assumed = Credential::from_grant(
            answer("opaque", None, None),
            Timestamp(100),
            &[],
            Some(Duration::from_secs(7)),
        );
        assert_eq!(assumed.access.facts.expires_at, Some(Timestamp(107)));
        assert_eq!(assumed.access.facts.expiry, Expiry::Assumed);
    }

    #[test]
    fn bearer_is_written_as_the_rfc_writes_it() {
        assert_eq!(
            Credential::from_grant(answer("a", None, None), Timestamp(0), &[], None)
                .access
                .facts
                .scheme(),
            "Bearer"
        );
    }

    proptest! {
        /// After any sequence of responses, the credential has the refresh token of the last
        /// response that brought one.
        #[test]
        fn the_newest_refresh_token_is_never_lost(
            answers in proptest::collection::vec(proptest::option::of("[a-z]{8}"), 1..20)
        ) {
            let mut newest = "first".to_owned();
            let mut credential = Credential::from_grant(answer("at", Some("first"), Some(60)),
                Timestamp(0), &[], None);
            for refresh_token in &answers {
                let response = answer("at", refresh_token.as_deref(), Some(60));
                credential = credential.after_refresh(response, Timestamp(1), None);
                if let Some(refresh_token) = refresh_token {
                    newest.clone_from(refresh_token);
                }
                prop_assert_eq!(credential.refresh_token.as_ref().map(RefreshToken::expose),
                    Some(newest.as_str()));
            }
        }
    }
}
