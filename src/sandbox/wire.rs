//! How the sandbox reads forms and writes answers in JSON.

use std::collections::HashMap;

use serde_json::{Value, json};
use url::form_urlencoded;

use super::Sandbox;
use super::state::{Family, Pair};
use crate::loopback::Reply;
use crate::oauth::jwt;
use crate::secret::Secret;

/// The fields of a form or a query. Of a repeated field the last value counts.
pub(super) struct Fields(HashMap<String, String>);

impl Fields {
    pub(super) fn read(text: &str) -> Self {
        let mut fields = HashMap::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            fields.insert(name.into_owned(), value.into_owned());
        }
        Self(fields)
    }

    /// The value of a field; empty if it is not there.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The value of a field, unless it is not there or empty.
    pub(super) fn optional(&self, name: &str) -> Option<String> {
        Some(self.get(name))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }
}

/// A good answer.
pub(super) fn ok(value: &Value) -> Reply {
    Reply::new(200, "application/json", value.to_string())
}

/// An OAuth error (RFC 6749, section 5.2).
pub(super) fn error(status: u16, code: &str, description: &str) -> Reply {
    Reply::new(
        status,
        "application/json",
        json!({"error": code, "error_description": description}).to_string(),
    )
}

/// A token response (RFC 6749, section 5.1; OpenID Connect Core 1.0, sections 3.1.3.3 and 12.2).
/// `refreshed` says whether it answers a refresh.
pub(super) fn tokens(sandbox: &Sandbox, pair: &Pair, refreshed: bool) -> Reply {
    let state = sandbox.state();
    let stated = state.options.stated_ttl.unwrap_or(state.options.access_ttl);
    let mut answer = json!({
        "access_token": pair.access,
        "token_type": "Bearer",
        "expires_in": stated.as_secs().max(1),
    });
    if let Some(refresh) = &pair.refresh {
        answer["refresh_token"] = json!(refresh);
    }
    let family = pair.family.and_then(|id| state.families.get(id));
    if let Some(family) = family {
        answer["scope"] = json!(family.scope.join(" "));
        if family.scope.iter().any(|scope| scope == "openid") {
            answer["id_token"] = json!(id_token(sandbox, family, &pair.access, refreshed));
        }
    }
    ok(&answer)
}

/// An ID token for the user of a family (OpenID Connect Core 1.0, sections 2 and 12.2).
fn id_token(sandbox: &Sandbox, family: &Family, access_token: &str, refreshed: bool) -> String {
    let now = sandbox.shared.clock.now().0;
    let mut claims = json!({
        "iss": sandbox.issuer(),
        "sub": family.user,
        "aud": family.client,
        "sid": family.session,
        "iat": now,
        "exp": now + 3600,
        "email": format!("{}@sandbox.example", family.user),
        "at_hash": jwt::access_token_hash("ES256", &Secret::new(access_token.to_owned())),
    });
    // The ID token of a refresh should have no nonce (section 12.2).
    if let (Some(nonce), false) = (&family.nonce, refreshed) {
        claims["nonce"] = json!(nonce);
    }
    sandbox.shared.keys.sign(&claims)
}
