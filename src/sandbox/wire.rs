//! How the sandbox reads forms and writes answers.

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::Sandbox;
use super::state::Pair;
use crate::loopback::Reply;
use crate::oauth::jwt;
use crate::secret::Secret;

/// The fields of a form or a query. A repeated one counts once.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn read(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
                .collect(),
        )
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn optional(&self, name: &str) -> Option<String> {
        Some(self.get(name))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }
}

pub(super) fn ok(value: &Value) -> Reply {
    Reply::new(200, "application/json", value.to_string())
}

pub(super) fn error(status: u16, code: &str, description: &str) -> Reply {
    Reply::new(
        status,
        "application/json",
        json!({"error": code, "error_description": description}).to_string(),
    )
}

/// RFC 6749, section 5.1; OpenID Connect Core 1.0, sections 3.1.3.3 and 12.2.
pub(super) fn tokens(sandbox: &Sandbox, pair: &Pair, refreshed: bool) -> Reply {
    let now = sandbox.shared.clock.now();
    let state = sandbox.state();
    let mut answer = json!({
        "access_token": pair.access,
        "token_type": "Bearer",
        "expires_in": state.options.access_ttl.as_secs().max(1),
    });
    if let Some(refresh) = &pair.refresh {
        answer["refresh_token"] = json!(refresh);
    }
    if let Some(family) = pair
        .family
        .and_then(|family| state.families.get(usize::try_from(family).ok()?))
    {
        answer["scope"] = json!(family.scope.join(" "));
        if family.scope.iter().any(|scope| scope == "openid") {
            let mut claims = json!({
                "iss": sandbox.issuer(), "sub": family.user, "aud": family.client, "iat": now.0,
                    "exp": now.0 + 3600,
                "email": format!("{}@sandbox.example", family.user),
                "at_hash": jwt::access_token_hash("ES256", &Secret::new(pair.access.clone())),
            });
            // OpenID Connect Core 1.0, section 12.2: a refreshed ID token should have no nonce.
            if let (Some(nonce), false) = (&family.nonce, refreshed) {
                claims["nonce"] = json!(nonce);
            }
            answer["id_token"] = json!(sandbox.shared.keys.sign(&claims));
        }
    }
    ok(&answer)
}
