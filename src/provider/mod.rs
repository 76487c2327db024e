//! What authctl knows of servers, as data.
//!
//! A [`Preset`] is a list of [`Fact`]s: each says one thing in which a server differs from the
//! RFCs' defaults, where that was read, and how reliable it is. [`Provider`] is what the code asks;
//! it never asks for a provider's name. A server without a preset is [`Provider::default`], which
//! assumes the worst: refresh tokens rotate, a spent one is never taken again, and a refresh may
//! end the old access token.
//!
//! Deliberately absent: any `if` about a particular provider, here or above.

use std::time::Duration;

pub mod builtin;
pub mod ending;
pub mod outcome;
mod preset;
pub mod registration;
mod words;

pub use builtin::PRESETS;
pub use preset::{Fact, Mark, Preset, Set};

use crate::oauth::client::AuthMethod;
use ending::Ending;
use registration::{Registration, Use};

/// What a refresh does to the refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Each refresh gives a new one and spends the old one. This is assumed of a server without a
    /// preset.
    Rotating,
    /// A refresh leaves it valid, and it can be used again.
    Stable,
}

/// What a refresh does to the previous access token, which other processes may still be using.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldAccessToken {
    /// It stays valid until it expires.
    Lives,
    /// It may become invalid at once, so that a refresh has to wait as long as possible.
    DiesOnRefresh,
}

impl OldAccessToken {
    /// Both with the words that the setting `old_access_token` has for them.
    pub const ALL: &[(&str, OldAccessToken)] = &[
        ("lives", OldAccessToken::Lives),
        ("dies_on_refresh", OldAccessToken::DiesOnRefresh),
    ];
}

/// A request parameter that a refresh has to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// `scope`, as it was asked for at login.
    Scope,
    /// `resource` (RFC 8707, section 2.2).
    Resource,
    /// `audience`, as it was asked for at login.
    Audience,
    /// `redirect_uri`, as the login used it.
    RedirectUri,
}

/// How a request body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// `application/x-www-form-urlencoded`, as RFC 6749 says.
    Form,
    /// A JSON object, with a string member for each parameter.
    Json,
}

/// How strictly the issuer is compared with what was asked for (RFC 8414, section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuerCheck {
    /// Character by character.
    Exact,
    /// The metadata of a server for many tenants has `{tenantid}` in its issuer where a token has
    /// the identifier of its tenant. Any tenant is accepted in that place.
    AnyTenant,
}

/// How a client ends a session at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// By a request to the revocation endpoint (RFC 7009), if the server has one.
    Rfc7009,
    /// The server has no revocation endpoint that this client could use. The text says where the
    /// user can end the session.
    Elsewhere(&'static str),
}

/// Everything that the code asks about a server.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The preset's name; `generic` for a server that is described by its metadata alone.
    pub id: &'static str,
    /// The issuer, where there is one for all users of the provider.
    pub issuer: Option<&'static str>,
    /// How the issuer in the server's metadata and tokens is compared with the expected one.
    pub issuer_check: IssuerCheck,
    /// The authorization endpoint, where discovery does not name it.
    pub authorization_endpoint: Option<&'static str>,
    /// The token endpoint, where discovery does not name it.
    pub token_endpoint: Option<&'static str>,
    /// The device authorization endpoint (RFC 8628), where discovery does not name it.
    pub device_authorization_endpoint: Option<&'static str>,
    /// The revocation endpoint (RFC 7009), where discovery does not name it.
    pub revocation_endpoint: Option<&'static str>,
    /// For servers without ID tokens: an address that answers, to a request with an access token,
    /// to which account it belongs, and the member of that JSON answer that names the account.
    pub whoami: Option<(&'static str, &'static str)>,
    /// How a client with a secret authenticates. `None`: as the server's metadata says, else HTTP
    /// Basic.
    pub auth_method: Option<AuthMethod>,
    /// How request bodies are written.
    pub body: Body,
    /// What separates scopes in a request.
    pub scope_separator: &'static str,
    /// The scopes to ask for when a person logs in and the profile names none.
    pub default_scope: &'static [&'static str],
    /// Parameters that an authorization request needs, mostly to get a refresh token.
    pub authorization_params: &'static [(&'static str, &'static str)],
    /// The host in a loopback redirect: `127.0.0.1` by RFC 8252, `localhost` where registrations
    /// demand it.
    pub redirect_host: &'static str,
    /// Whether refresh tokens rotate.
    pub rotation: Rotation,
    /// How long the server takes a refresh token again after it was spent. Zero: not at all.
    pub reuse_interval: Duration,
    /// What a refresh does to the previous access token.
    pub old_access_token: OldAccessToken,
    /// The parameters of the login that a refresh has to repeat.
    pub repeats: &'static [Repeat],
    /// Error codes that end a session at this server, beside those that end it everywhere.
    pub terminal_codes: &'static [&'static str],
    /// Where the tokens are in a token response, as a JSON pointer (RFC 6901); empty for the usual
    /// place.
    pub token_pointer: &'static str,
    /// The life to assume for an access token that comes without one.
    pub assumed_ttl: Option<Duration>,
    /// How a session is ended at the server.
    pub revocation: Revocation,
    /// How long after a login a session ends at the latest, where the server has such a limit and
    /// its answers do not tell.
    pub absolute_life: Option<Duration>,
    /// How long a session may stay unused, likewise.
    pub idle_life: Option<Duration>,
    /// How many sessions of one user and client there may be: the oldest one makes room for the
    /// next. `None` where no limit is known.
    pub session_limit: Option<u32>,
    /// Words in the answers of this server that tell why a session has ended, beside those that
    /// tell it everywhere. They decide nothing: they help to explain.
    pub endings: &'static [(&'static str, Ending)],
    /// The user name that goes with an access token to services that take only HTTP Basic.
    pub basic_username: &'static str,
    /// Whether the server takes no other user name with a token.
    pub fixes_username: bool,
    /// The host of the provider's git repositories, where it is another than the server's.
    pub git_host: Option<&'static str>,
    /// How a client is registered at this server.
    pub registration: Registration,
    /// The scopes that a token for each use needs, where that is known.
    pub scopes_for: &'static [(Use, &'static [&'static str])],
}

impl Provider {
    /// What is known of the kind of server, without the addresses of the preset's own.
    #[must_use]
    pub fn at_another_server(self) -> Self {
        Self {
            issuer: None,
            authorization_endpoint: None,
            token_endpoint: None,
            device_authorization_endpoint: None,
            revocation_endpoint: None,
            whoami: None,
            ..self
        }
    }

    /// The scopes that a token for this use needs, where that is known.
    #[must_use]
    pub fn scopes_for(&self, wanted: Use) -> Option<&'static [&'static str]> {
        let row = self.scopes_for.iter().find(|(known, _)| *known == wanted);
        row.map(|(_, scopes)| *scopes)
    }

    /// What the preset says of the server; nothing where there is no preset.
    #[must_use]
    pub fn facts(&self) -> &'static [Fact] {
        Preset::find(self.id).map_or(&[], |preset| preset.facts)
    }
}

impl Default for Provider {
    fn default() -> Self {
        Self {
            id: "generic",
            issuer: None,
            issuer_check: IssuerCheck::Exact,
            authorization_endpoint: None,
            token_endpoint: None,
            device_authorization_endpoint: None,
            revocation_endpoint: None,
            whoami: None,
            auth_method: None,
            body: Body::Form,
            scope_separator: " ",
            default_scope: &["openid", "offline_access"],
            authorization_params: &[],
            redirect_host: "127.0.0.1",
            rotation: Rotation::Rotating,
            reuse_interval: Duration::ZERO,
            old_access_token: OldAccessToken::DiesOnRefresh,
            repeats: &[Repeat::Resource],
            terminal_codes: &[],
            token_pointer: "",
            assumed_ttl: None,
            revocation: Revocation::Rfc7009,
            absolute_life: None,
            idle_life: None,
            session_limit: None,
            endings: &[],
            basic_username: "oauth2",
            fixes_username: false,
            git_host: None,
            registration: Registration::GENERIC,
            scopes_for: &[],
        }
    }
}

impl Provider {
    fn apply(&mut self, set: Set) {
        match set {
            Set::Issuer(v) => self.issuer = Some(v),
            Set::IssuerCheck(v) => self.issuer_check = v,
            Set::AuthorizationEndpoint(v) => self.authorization_endpoint = Some(v),
            Set::TokenEndpoint(v) => self.token_endpoint = Some(v),
            Set::DeviceAuthorizationEndpoint(v) => self.device_authorization_endpoint = Some(v),
            Set::RevocationEndpoint(v) => self.revocation_endpoint = Some(v),
            Set::Whoami(address, member) => self.whoami = Some((address, member)),
            Set::AuthMethod(v) => self.auth_method = Some(v),
            Set::Body(v) => self.body = v,
            Set::ScopeSeparator(v) => self.scope_separator = v,
            Set::DefaultScope(v) => self.default_scope = v,
            Set::AuthorizationParams(v) => self.authorization_params = v,
            Set::RedirectHost(v) => self.redirect_host = v,
            Set::Rotation(v) => self.rotation = v,
            Set::ReuseInterval(seconds) => self.reuse_interval = Duration::from_secs(seconds),
            Set::OldAccessToken(v) => self.old_access_token = v,
            Set::Repeats(v) => self.repeats = v,
            Set::TerminalCodes(v) => self.terminal_codes = v,
            Set::TokenPointer(v) => self.token_pointer = v,
            Set::AssumedTtl(seconds) => self.assumed_ttl = Some(Duration::from_secs(seconds)),
            Set::Revocation(v) => self.revocation = v,
            Set::AbsoluteLife(seconds) => self.absolute_life = Some(Duration::from_secs(seconds)),
            Set::IdleLife(seconds) => self.idle_life = Some(Duration::from_secs(seconds)),
            Set::SessionLimit(v) => self.session_limit = Some(v),
            Set::Endings(v) => self.endings = v,
            Set::BasicUsername(v) => {
                self.basic_username = v;
                self.fixes_username = true;
            }
            Set::Registration(v) => self.registration = v,
            Set::ScopesFor(v) => self.scopes_for = v,
            Set::GitHost(v) => self.git_host = Some(v),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::discovery;

    #[test]
    fn an_unknown_server_rotates_and_forgives_nothing() {
        let unknown = Provider::default();
        assert_eq!(unknown.rotation, Rotation::Rotating);
        assert_eq!(unknown.reuse_interval, Duration::ZERO);
        assert_eq!(unknown.old_access_token, OldAccessToken::DiesOnRefresh);
    }

    #[test]
    fn every_preset_is_complete() {
        for preset in PRESETS {
            let provider = preset.provider();
            let reachable = preset.needs_issuer
                || provider.issuer.is_some()
                || provider.token_endpoint.is_some();
            assert!(
                reachable,
                "{} has neither issuer nor token endpoint",
                preset.id
            );
            let says_how = |fact: &Fact| matches!(fact.set, Set::Registration(_));
            assert!(
                preset.facts.iter().any(says_how),
                "{} does not say how to register",
                preset.id
            );
            for fact in preset.facts {
                assert!(
                    !fact.source.is_empty(),
                    "{}: {:?} has no source",
                    preset.id,
                    fact.set
                );
            }
            let addresses = [
                provider.issuer,
                provider.authorization_endpoint,
                provider.token_endpoint,
                provider.device_authorization_endpoint,
                provider.revocation_endpoint,
                provider.whoami.map(|(address, _)| address),
            ];
            for address in addresses.into_iter().flatten() {
                let url = discovery::parse_endpoint(address)
                    .unwrap_or_else(|why| panic!("{address}: {why:?}"));
                assert_eq!(url.scheme(), "https", "{address}");
            }
        }
    }

    #[test]
    fn presets_are_sorted_and_each_is_there_once() {
        assert!(PRESETS.is_sorted_by(|a, b| a.id < b.id));
    }
}
