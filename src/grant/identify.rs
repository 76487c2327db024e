//! Who has logged in: by the ID token, checked whole; else by the userinfo endpoint; else by the
//! address that the provider's preset knows.

use serde_json::Value;
use url::Url;

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

use super::{GrantError, Server, endpoint};

/// Finds out who the tokens belong to; `None` when the server does not say.
///
/// # Errors
/// When there is an ID token and it is not to be trusted. That ends the login; silence does not.
pub async fn identify(
    http: &Http,
    profile: &Profile,
    server: &Server,
    tokens: &TokenResponse,
    nonce: Option<&Secret>,
    now: Timestamp,
) -> Result<Option<Subject>, GrantError> {
    let claims = verified(http, profile, server, tokens, nonce, now).await?;
    if let Some(claims) = &claims
        && claims.display_name().is_some()
    {
        return Ok(Some(who(claims)));
    }
    let asked = match (&server.endpoints.userinfo, profile.provider.whoami) {
        (_, Some((address, member))) => ask(http, address, member, &tokens.access_token).await,
        (Some(address), None) => ask(http, address, "sub", &tokens.access_token).await,
        (None, None) => None,
    };
    // OpenID Connect Core 1.0, section 5.3.2: another subject's userinfo must not be used.
    Ok(match (claims, asked) {
        (Some(claims), Some(asked)) if asked.id != printable(&claims.sub, 255) => {
            Some(who(&claims))
        }
        (Some(claims), None) => Some(who(&claims)),
        (_, asked) => asked,
    })
}

fn who(claims: &Claims) -> Subject {
    Subject {
        id: printable(&claims.sub, 255),
        name: claims.display_name().map(|name| printable(name, 100)),
    }
}

async fn verified(
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
    // A server for many tenants signs with the issuer of the person's own.
    let claimed = jwt::claims(id_token)
        .map(|claims| claims.iss)
        .unwrap_or_default();
    let any_tenant = profile.provider.issuer_check == IssuerCheck::AnyTenant
        && super::same_issuer(&claimed, issuer, &profile.provider);
    let expected = Expected {
        issuer: if any_tenant { &claimed } else { issuer },
        client_id: &profile.client_id,
        nonce,
        access_token: &tokens.access_token,
        now,
    };
    let claims = match &server.jwks_uri {
        Some(address) => jwt::verify(id_token, &keys(http, address).await?, &expected)?,
        // Without keys there is TLS to vouch for the token (OpenID Connect Core 1.0, section
        // 3.1.3.7, 6).
        None => jwt::verify_claims(id_token, &expected)?,
    };
    Ok(Some(claims))
}

/// A server's keys. A hiccup here would cost a login that a person has just finished, so it is
/// asked twice.
async fn keys(http: &Http, address: &str) -> Result<KeySet, GrantError> {
    let url = endpoint("jwks_uri", address)?;
    let mut answer = http.get(&url, None).await;
    if !answer.as_ref().is_ok_and(|answer| answer.status == 200) {
        answer = http.get(&url, None).await;
    }
    let answer = answer?;
    let keys = KeySet::parse(&answer.body).filter(|_| answer.status == 200);
    let refusal = Refusal::NotOAuth {
        status: answer.status,
        what: "the server shows no keys",
        retry_after: None,
    };
    keys.ok_or(GrantError::Refused(refusal))
}

/// Whether an ID token that came with a refresh belongs to the same login (OpenID Connect Core 1.0,
/// section 12.2).
#[must_use]
pub fn continues(old: Option<&Claims>, new: &IdToken) -> bool {
    match (old, jwt::claims(new)) {
        (Some(old), Some(new)) => old.is_continued_by(&new),
        (None, new) => new.is_some(),
        (Some(_), None) => false,
    }
}

async fn ask(http: &Http, address: &str, member: &str, token: &Secret) -> Option<Subject> {
    let url: Url = endpoint("userinfo endpoint", address).ok()?;
    let bearer = Secret::new(format!("Bearer {}", token.expose()));
    let answer = http
        .get(&url, Some(&bearer))
        .await
        .ok()
        .filter(|answer| answer.status == 200)?;
    let fields: Value = serde_json::from_slice(&answer.body).ok()?;
    let text = |name: &str| {
        fields
            .get(name)
            .and_then(Value::as_str)
            .map(|text| printable(text, 255))
    };
    let id = text("sub")
        .or_else(|| text(member))
        .or_else(|| fields.get("id").map(|id| printable(&id.to_string(), 255)))?;
    let name = ["email", "preferred_username", "name"]
        .iter()
        .find_map(|name| text(name))
        .or_else(|| text(member));
    Some(Subject {
        name: name.filter(|name| *name != id),
        id,
    })
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
    fn a_refresh_cannot_bring_somebody_elses_id_token() {
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
