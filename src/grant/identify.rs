//! Which user has logged in: by the ID token, whose signature and claims are checked; else by the
//! userinfo endpoint; else by an address that the provider's preset knows.

use serde_json::Value;

use super::GrantError;
use super::endpoint::{BackChannel, parse_address};
use super::id_token::Check;
use super::server::Server;
use crate::http::Http;
use crate::oauth::jwt::{self, Claims, KeySet, Nonce};
use crate::oauth::token::TokenResponse;
use crate::profile::Profile;
use crate::profile::identity::Subject;
use crate::provider::outcome::Refusal;
use crate::secret::{Fingerprint, Secret};
use crate::text::printable;
use crate::time::Timestamp;

/// The JSON member of a userinfo response that names the user (OpenID Connect Core 1.0, section
/// 5.3.2).
const SUBJECT: &str = "sub";

/// How many characters of a user's identifier are used: the limit of OpenID Connect Core 1.0,
/// section 2.
const ID_LIMIT: usize = 255;

/// The user who has logged in, as the server names that user.
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

/// Finds out which user the tokens belong to; `None` when the server does not say. Beside the user
/// come the keys with which the ID token was checked. `now` is the time by the server's clock,
/// where it is known.
///
/// # Errors
/// When there is an ID token and it cannot be trusted or checked. That ends the login; a server
/// that does not name the user does not.
pub async fn identify(
    channel: &BackChannel<'_>,
    profile: &Profile,
    server: &Server,
    tokens: &TokenResponse,
    nonce: Option<&Secret>,
    now: Timestamp,
) -> Result<(Option<Identified>, Option<KeySet>), GrantError> {
    let (claims, keys) = verified_claims(channel, profile, server, tokens, nonce, now).await?;
    if let Some(claims) = &claims
        && claims.display_name().is_some()
    {
        return Ok((Some(identified_by(claims)), keys));
    }
    let asked = match (&server.endpoints.userinfo, profile.provider.whoami) {
        (_, Some((address, member))) => {
            ask_for_subject(channel.http, address, member, &tokens.access_token).await
        }
        (Some(address), None) => {
            ask_for_subject(channel.http, address, SUBJECT, &tokens.access_token).await
        }
        (None, None) => None,
    };
    // OpenID Connect Core 1.0, section 5.3.2: the userinfo of another subject must not be used.
    let user = match (claims, asked) {
        (Some(claims), Some(asked)) if asked.subject.id != subject_id(&claims) => {
            Some(identified_by(&claims))
        }
        (Some(claims), None) => Some(identified_by(&claims)),
        (_, asked) => asked,
    };
    Ok((user, keys))
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

/// What a record calls the user of an ID token.
#[must_use]
pub fn subject_id(claims: &Claims) -> String {
    id_of(&claims.sub)
}

/// What a record calls the user. A name that cannot be shown as it is has its fingerprint behind
/// it, so that no two users have one.
fn id_of(sub: &str) -> String {
    let shown = printable(sub, ID_LIMIT);
    if shown == sub {
        return shown;
    }
    format!("{shown} ({})", Fingerprint::of(sub))
}

/// The claims of the ID token that came with `tokens`, checked, and the keys that they were checked
/// with. `None` for claims when there is no ID token, and when the server has no issuer: then its
/// token is checked as far as it can be, and its `sub` is not used as the identity.
async fn verified_claims(
    channel: &BackChannel<'_>,
    profile: &Profile,
    server: &Server,
    tokens: &TokenResponse,
    nonce: Option<&Secret>,
    now: Timestamp,
) -> Result<(Option<Claims>, Option<KeySet>), GrantError> {
    let Some(id_token) = &tokens.id_token else {
        return Ok((None, None));
    };
    let proof = &channel.client.proof;
    let by_secret = proof.secret().is_some() && jwt::is_by_secret(id_token);
    let keys = match &server.jwks_uri {
        Some(address) if !by_secret => Some(fetch_keys(channel.http, address).await?),
        _ => None,
    };
    let check = Check {
        profile,
        issuer: server.issuer.as_deref(),
        endpoints: &server.endpoints,
        nonce: match nonce {
            Some(sent) if profile.nonce_may_lack => Nonce::IfPresent(sent),
            Some(sent) => Nonce::Demanded(sent),
            None => Nonce::Unknown,
        },
        access_token: &tokens.access_token,
        keys: keys.as_ref(),
        proof,
        now,
    };
    let claims = check.verify(id_token)?;
    let names_somebody = server.issuer.is_some();
    Ok((Some(claims).filter(|_| names_somebody), keys))
}

/// Fetches a server's keys. A failure here would cost a login that a user has just finished, so the
/// server is asked twice.
///
/// # Errors
/// When the server cannot be asked, or shows no keys.
pub async fn fetch_keys(http: &Http, address: &str) -> Result<KeySet, GrantError> {
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
        .or_else(|| number_member(&fields, SUBJECT))
        .or_else(|| text_member(&fields, member))
        .or_else(|| number_member(&fields, "id"))?;
    let shown = ["email", "preferred_username", "name", member];
    let name = shown.iter().find_map(|name| text_member(&fields, name));
    let name = name.filter(|name| *name != id);
    let name = name.map(|name| printable(&name, 100));
    let is_unverified = fields.as_object().is_some_and(jwt::is_unverified);
    let email = (!is_unverified).then_some("email");
    let names = [email, Some("preferred_username"), Some(member)];
    let names = names.into_iter().flatten();
    let names = names
        .filter_map(|name| text_member(&fields, name))
        .collect();
    Some(Identified {
        subject: Subject {
            id: id_of(&id),
            name,
        },
        names,
    })
}

fn number_member(fields: &Value, name: &str) -> Option<String> {
    fields.get(name)?.as_number().map(ToString::to_string)
}

fn text_member(fields: &Value, name: &str) -> Option<String> {
    fields.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that differ in what is not seen, or behind the limit, were one.
    #[test]
    fn two_users_are_never_one() {
        let read = |fields: Value| {
            read_subject(fields.to_string().as_bytes(), SUBJECT).expect("it names a user")
        };
        let alice = read(serde_json::json!({"sub": "alice"}));
        assert_eq!(alice.subject.id, "alice");
        let unseen = read(serde_json::json!({"sub": "alice\u{200b}"}));
        assert_ne!(unseen.subject.id, alice.subject.id);
        let long = |end: &str| read(serde_json::json!({"sub": "x".repeat(300) + end}));
        assert_ne!(long("a").subject.id, long("b").subject.id);
        let named = |name: &str| read(serde_json::json!({"sub": "m", "preferred_username": name}));
        assert!(named("alice@corp.com").is_called("Alice@corp.com"));
        assert!(!named("alice@corp.com\u{200b}").is_called("alice@corp.com"));
    }
}
