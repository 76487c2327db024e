//! Which user has logged in: by the ID token, whose signature and claims are checked; else by the
//! userinfo endpoint; else by an address that the provider's preset knows.

use serde_json::Value;

use super::GrantError;
use super::endpoint::parse_address;
use super::server::{Server, is_same_issuer};
use crate::http::Http;
use crate::oauth::jwt::{self, Claims, Expected, IdToken, KeySet};
use crate::oauth::token::TokenResponse;
use crate::profile::Profile;
use crate::profile::identity::Subject;
use crate::provider::IssuerCheck;
use crate::provider::outcome::Refusal;
use crate::secret::Secret;
use crate::text::printable;
use crate::time::Timestamp;

/// The JSON member of a userinfo response that names the user (OpenID Connect Core 1.0, section
/// 5.3.2).
const SUBJECT: &str = "sub";

/// How many characters of a user's identifier are used: the limit of OpenID Connect Core 1.0,
/// section 2.
const ID_LIMIT: usize = 255;

/// A user whom the server named.
pub struct Identified {
    /// What a record keeps of the user.
    pub subject: Subject,
    /// Every name that the server gave the user.
    names: Vec<String>,
}

impl Identified {
    /// Whether the user is called that, by the identifier or a name, in capitals or not.
    #[must_use]
    pub fn is_called(&self, account: &str) -> bool {
        let mut names = self.names.iter().chain([&self.subject.id]);
        names.any(|name| name.eq_ignore_ascii_case(account))
    }
}

/// Finds out which user the tokens belong to; `None` when the server does not say. `now` is the
/// time by the server's clock, where it is known.
///
/// # Errors
/// When there is an ID token and it cannot be trusted or checked. That ends the login; a server
/// that does not name the user does not.
pub async fn identify(
    http: &Http,
    profile: &Profile,
    server: &Server,
    tokens: &TokenResponse,
    nonce: Option<&Secret>,
    now: Timestamp,
) -> Result<Option<Identified>, GrantError> {
    let claims = verified_claims(http, profile, server, tokens, nonce, now).await?;
    if let Some(claims) = &claims
        && claims.display_name().is_some()
    {
        return Ok(Some(identified_by(claims)));
    }
    let asked = match (&server.endpoints.userinfo, profile.provider.whoami) {
        (_, Some((address, member))) => {
            ask_for_subject(http, address, member, &tokens.access_token).await
        }
        (Some(address), None) => {
            ask_for_subject(http, address, SUBJECT, &tokens.access_token).await
        }
        (None, None) => None,
    };
    // OpenID Connect Core 1.0, section 5.3.2: the userinfo of another subject must not be used.
    Ok(match (claims, asked) {
        (Some(claims), Some(asked)) if asked.subject.id != subject_id(&claims) => {
            Some(identified_by(&claims))
        }
        (Some(claims), None) => Some(identified_by(&claims)),
        (_, asked) => asked,
    })
}

fn identified_by(claims: &Claims) -> Identified {
    Identified {
        subject: Subject {
            id: subject_id(claims),
            name: claims.display_name().map(|name| printable(name, 100)),
        },
        names: claims.names(),
    }
}

fn subject_id(claims: &Claims) -> String {
    printable(&claims.sub, ID_LIMIT)
}

/// The claims of the ID token that came with `tokens`, checked; `None` when there is none, or the
/// server has no issuer to check it against.
async fn verified_claims(
    http: &Http,
    profile: &Profile,
    server: &Server,
    tokens: &TokenResponse,
    nonce: Option<&Secret>,
    now: Timestamp,
) -> Result<Option<Claims>, GrantError> {
    let (Some(id_token), Some(issuer)) = (&tokens.id_token, &server.issuer) else {
        return Ok(None);
    };
    // A server for many tenants signs with the issuer of the user's own tenant.
    let claimed = jwt::claims(id_token)
        .map(|claims| claims.iss)
        .unwrap_or_default();
    let any_tenant = profile.provider.issuer_check == IssuerCheck::AnyTenant
        && is_same_issuer(&claimed, issuer, &profile.provider);
    let expected = Expected {
        issuer: if any_tenant { &claimed } else { issuer },
        client_id: &profile.client_id,
        nonce,
        access_token: &tokens.access_token,
        now,
    };
    let claims = match &server.jwks_uri {
        Some(address) => jwt::verify(id_token, &fetch_keys(http, address).await?, &expected)?,
        // Where a server shows no keys, TLS may stand for the signature (OpenID Connect Core 1.0,
        // section 3.1.3.7, 6).
        None => jwt::verify_claims(id_token, &expected)?,
    };
    Ok(Some(claims))
}

/// Fetches a server's keys. A failure here would cost a login that a user has just finished, so the
/// server is asked twice.
async fn fetch_keys(http: &Http, address: &str) -> Result<KeySet, GrantError> {
    let url = parse_address("jwks_uri", address)?;
    let first = http.get(&url, &[]).await;
    let response = match first {
        Ok(response) if response.status == 200 => response,
        _ => http.get(&url, &[]).await?,
    };
    let keys = KeySet::parse(&response.body).filter(|_| response.status == 200);
    let refusal = Refusal::NotOAuth {
        status: response.status,
        what: "the server shows no keys",
        retry_after: None,
    };
    keys.ok_or(GrantError::Refused(refusal))
}

/// Whether an ID token that came with a refresh belongs to the login whose ID token had the claims
/// `old` (OpenID Connect Core 1.0, section 12.2).
#[must_use]
pub fn continues(old: Option<&Claims>, new: &IdToken) -> bool {
    match (old, jwt::claims(new)) {
        (Some(old), Some(new)) => old.is_continued_by(&new),
        (None, new) => new.is_some(),
        (Some(_), None) => false,
    }
}

/// Asks a server at `address` for the user that the access token belongs to. `member` is the JSON
/// member that names the user where the response has no `sub`.
async fn ask_for_subject(
    http: &Http,
    address: &str,
    member: &str,
    access_token: &Secret,
) -> Option<Identified> {
    let url = parse_address("userinfo endpoint", address).ok()?;
    let bearer = Secret::new(format!("Bearer {}", access_token.expose()));
    let response = http.get(&url, &[("authorization", bearer)]).await.ok()?;
    if response.status != 200 {
        return None;
    }
    read_subject(&response.body, member)
}

fn read_subject(body: &[u8], member: &str) -> Option<Identified> {
    let fields: Value = serde_json::from_slice(body).ok()?;
    let id = text_member(&fields, SUBJECT)
        .or_else(|| text_member(&fields, member))
        .or_else(|| Some(printable(&fields.get("id")?.to_string(), ID_LIMIT)))?;
    let names = ["email", "preferred_username", "name", member];
    let names = names.iter().filter_map(|name| text_member(&fields, name));
    let names: Vec<String> = names.collect();
    let name = names.first().filter(|name| **name != id).cloned();
    Some(Identified {
        subject: Subject { id, name },
        names,
    })
}

fn text_member(fields: &Value, name: &str) -> Option<String> {
    let text = fields.get(name)?.as_str()?;
    Some(printable(text, ID_LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::base64url;

    fn id_token(sub: &str) -> IdToken {
        let claims =
            serde_json::json!({"iss": "https://as.example", "sub": sub, "aud": "app"}).to_string();
        IdToken(Secret::new(format!(
            "e30.{}.sig",
            base64url(claims.as_bytes())
        )))
    }

    #[test]
    fn a_refresh_cannot_bring_another_users_id_token() {
        let alice = jwt::claims(&id_token("alice"));
        assert!(continues(alice.as_ref(), &id_token("alice")));
        assert!(!continues(alice.as_ref(), &id_token("mallory")));
        assert!(continues(None, &id_token("alice")));
        assert!(!continues(
            alice.as_ref(),
            &IdToken(Secret::new("opaque".to_owned()))
        ));
    }
}
