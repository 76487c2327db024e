//! What a session was made for, and where its server is: the part of a profile that a record keeps.

use serde::{Deserialize, Serialize};

use crate::oauth::client::AuthMethod;

/// A server's addresses, the proof of a client that it takes, and the redirect that a login used,
/// as far as they are known. A record keeps them, so that a refresh asks nobody for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of RFC 8414, section 2")]
pub struct Endpoints {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_authorization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auth_method: Option<AuthMethod>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub redirect_uri: Option<String>,
}

impl Endpoints {
    /// These, and from `other` what is missing here.
    #[must_use]
    pub fn or(self, other: Endpoints) -> Self {
        Self {
            authorization: self.authorization.or(other.authorization),
            token: self.token.or(other.token),
            device_authorization: self.device_authorization.or(other.device_authorization),
            revocation: self.revocation.or(other.revocation),
            userinfo: self.userinfo.or(other.userinfo),
            auth_method: self.auth_method.or(other.auth_method),
            redirect_uri: self.redirect_uri.or(other.redirect_uri),
        }
    }
}

/// What a session was made for: change one of these and the stored record no longer answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The issuer, or the token endpoint of a server that has none.
    pub server: String,
    /// `client_id`.
    pub client_id: String,
    /// `user` or `client_credentials`.
    pub grant: String,
    /// The scopes asked for, sorted.
    pub scope: Vec<String>,
    /// `audience`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// `resource`, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub resource: Vec<String>,
    /// `account`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

impl Identity {
    /// In words, how this identity differs from `now`; empty when it does not.
    #[must_use]
    pub fn changes(&self, now: &Identity) -> Vec<String> {
        let show = |list: &[String]| {
            if list.is_empty() {
                "nothing".to_owned()
            } else {
                list.join(" ")
            }
        };
        let some = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        let fields = [
            ("issuer", self.server.clone(), now.server.clone()),
            ("client_id", self.client_id.clone(), now.client_id.clone()),
            ("grant", self.grant.clone(), now.grant.clone()),
            ("scope", show(&self.scope), show(&now.scope)),
            ("audience", some(&self.audience), some(&now.audience)),
            ("resource", show(&self.resource), show(&now.resource)),
            ("account", some(&self.account), some(&now.account)),
        ];
        let changed = fields.into_iter().filter(|(_, then, now)| then != now);
        changed
            .map(|(name, then, now)| format!("{name} was {then} and is {now}"))
            .collect()
    }
}

/// Who a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The identifier that the server never reassigns: `sub`, or what takes its place.
    pub id: String,
    /// What a person recognises: an address, a user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name.as_deref().unwrap_or(&self.id))
    }
}
