//! The parts of a profile that a record keeps: what its session was made for ([`Identity`]), where
//! its server is ([`Endpoints`]), and who it belongs to ([`Subject`]).
//!
//! The names and forms of these types are part of the record format.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::oauth::client::AuthMethod;
use crate::oauth::discovery;

/// A server's endpoints, and what the login found out about the client, as far as they are known. A
/// record keeps them, so that a refresh needs no discovery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// `authorization_endpoint` of the server's metadata (RFC 8414, section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<String>,
    /// `token_endpoint` of the server's metadata (RFC 8414, section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// `device_authorization_endpoint` of the server's metadata (RFC 8628, section 4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_authorization: Option<String>,
    /// `revocation_endpoint` of the server's metadata (RFC 8414, section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<String>,
    /// `userinfo_endpoint` of the server's metadata (OpenID Connect Discovery 1.0, section 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo: Option<String>,
    /// How the client authenticated when the login succeeded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auth_method: Option<AuthMethod>,
    /// The redirect URI that the login used, for servers that want it repeated at a refresh.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub redirect_uri: Option<String>,
}

impl Endpoints {
    /// Whether an address that the user has named since the login is at a server to which this
    /// session's tokens go anyway: at the issuer's, or at that of an address which is known.
    #[must_use]
    pub fn are_beside(&self, server: &str, address: &str) -> bool {
        let origin = |address: &str| Url::parse(address).ok().map(|url| url.origin());
        let asked = origin(address);
        let known = [&self.token, &self.revocation, &self.userinfo];
        let known = known.into_iter().flatten().map(String::as_str);
        asked.is_some() && known.chain([server]).any(|known| origin(known) == asked)
    }

    /// The first of these in plain http although the issuer is https: what it is, and its address.
    #[must_use]
    pub fn downgraded(&self, issuer: &Url) -> Option<(&'static str, &str)> {
        discovery::downgraded(
            issuer,
            [
                ("authorization endpoint", &self.authorization),
                ("token endpoint", &self.token),
                ("device authorization endpoint", &self.device_authorization),
                ("revocation endpoint", &self.revocation),
                ("userinfo endpoint", &self.userinfo),
            ],
        )
    }

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

/// What a session was made for. If the profile changes one of these, the stored record no longer
/// answers for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// The issuer, or the token endpoint of a server that has no issuer.
    pub server: String,
    /// The client's identifier at the server.
    pub client_id: String,
    /// `user` if a person logged in, by whichever grant; `client_credentials` if the client asked
    /// for itself.
    pub grant: String,
    /// The scopes that were asked for, sorted.
    pub scope: Vec<String>,
    /// The `audience` that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The resource indicators (RFC 8707) that were asked for, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub resource: Vec<String>,
    /// The account that the profile demands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

impl Identity {
    /// Whether that is the address of the server, with or without a slash at its end: much
    /// documentation adds one.
    #[must_use]
    pub fn is_at(&self, server: &str) -> bool {
        self.server.trim_end_matches('/') == server.trim_end_matches('/')
    }
}

/// A slash at the end of the server's address makes no difference, see [`Identity::is_at`].
impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.changes(other).is_empty()
    }
}

impl Eq for Identity {}

impl Identity {
    /// In words, how this identity differs from `now`: a clause for each difference. Empty if they
    /// are equal.
    #[must_use]
    pub fn changes(&self, now: &Identity) -> Vec<String> {
        let old = self.parts_as_text();
        let mut changes = Vec::new();
        for ((name, then), (_, now)) in old.into_iter().zip(now.parts_as_text()) {
            if then != now {
                changes.push(format!("{name} was {then} and is {now}"));
            }
        }
        changes
    }

    /// Each part with the name that a profile gives it, as text.
    fn parts_as_text(&self) -> [(&'static str, String); 7] {
        [
            ("issuer", self.server.trim_end_matches('/').to_owned()),
            ("client_id", self.client_id.clone()),
            ("grant", self.grant.clone()),
            ("scope", list_or_nothing(&self.scope)),
            ("audience", text_or_nothing(self.audience.as_deref())),
            ("resource", list_or_nothing(&self.resource)),
            ("account", text_or_nothing(self.account.as_deref())),
        ]
    }
}

fn list_or_nothing(list: &[String]) -> String {
    text_or_nothing((!list.is_empty()).then(|| list.join(" ")).as_deref())
}

fn text_or_nothing(text: Option<&str>) -> String {
    text.unwrap_or("nothing").to_owned()
}

/// What a profile is now, for a comparison with what its session was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The server, the client and what was asked for.
    pub identity: Identity,
    /// The addresses that the user names, to which a refresh token is sent.
    pub endpoints: Endpoints,
}

impl Registration {
    /// Whether a session that was made for `identity`, with these `endpoints`, answers for the
    /// profile.
    #[must_use]
    pub fn is_answered_by(&self, identity: &Identity, endpoints: &Endpoints) -> bool {
        self.identity == *identity && self.has_addresses_of(endpoints)
    }

    /// Whether the session's addresses are those that the user names.
    #[must_use]
    pub fn has_addresses_of(&self, endpoints: &Endpoints) -> bool {
        self.addresses(endpoints).all(|(_, then, now)| then == now)
    }

    /// In words, how the profile has changed since a session was made for `identity`, with these
    /// `endpoints`: a clause for each difference.
    #[must_use]
    pub fn changes(&self, identity: &Identity, endpoints: &Endpoints) -> Vec<String> {
        let mut changes = identity.changes(&self.identity);
        for (name, then, now) in self.addresses(endpoints) {
            if then != now {
                changes.push(format!("{name} was {then} and is {now}"));
            }
        }
        changes
    }

    /// The name of each address that both have, the session's and the user's.
    fn addresses<'a>(
        &'a self,
        then: &'a Endpoints,
    ) -> impl Iterator<Item = (&'static str, &'a str, &'a str)> {
        let now = &self.endpoints;
        [
            ("token_endpoint", &then.token, &now.token),
            ("revocation_endpoint", &then.revocation, &now.revocation),
        ]
        .into_iter()
        .filter_map(|(name, then, now)| Some((name, then.as_deref()?, now.as_deref()?)))
    }
}

/// The person or the client that a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The identifier that the server never gives to another: `sub`, or what takes its place.
    pub id: String,
    /// A name that a person recognises: a mail address, a user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Subject {
    /// Whether that is its identifier or its name, in capitals or not.
    #[must_use]
    pub fn is_called(&self, account: &str) -> bool {
        let mut names = self.name.iter().chain([&self.id]);
        names.any(|name| name.eq_ignore_ascii_case(account))
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name.as_deref().unwrap_or(&self.id))
    }
}
