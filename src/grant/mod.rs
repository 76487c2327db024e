//! The ways to get tokens, and what goes with them: discovery, who has logged in, revocation.
//!
//! | file | what it does | specification |
//! |---|---|---|
//! | [`authorization_code`] | logs a user in by a browser | RFC 6749 4.1, RFC 7636, RFC 8252 |
//! | [`device`] | logs a user in on another device | RFC 8628 |
//! | [`client_credentials`] | gets a token for the client itself | RFC 6749 4.4 |
//! | [`refresh`] | spends a refresh token | RFC 6749 6 |
//! | [`identify`] | finds out which user logged in | OpenID Connect Core 1.0 |
//! | [`inspect`] | asks what a server says of a token | RFC 7662 |
//! | [`revoke`] | ends the life of a token | RFC 7009 |
//! | [`register`] | has a server register a client, and delete it | RFC 7591, RFC 7592 |
//! | [`endpoint`] | the one authenticated POST request that all of them use | RFC 6749 2.3 |
//!
//! Each grant asks the same [`TokenEndpoint`], which alone says what a response of it means.
//!
//! Deliberately absent: any store. A grant returns tokens, and its caller decides what becomes of
//! them.

pub mod authorization_code;
pub mod client_credentials;
pub mod device;
pub mod endpoint;
pub mod id_token;
pub mod identify;
pub mod inspect;
pub mod refresh;
pub mod register;
pub mod revoke;
mod server;
mod token;

pub use server::{NoMetadata, Server, check_remembered, describe, discover, remembered};
pub use token::TokenEndpoint;

use crate::http::HttpError;
use crate::oauth::client::{AuthMethod, Client, Form, Proof};
use crate::oauth::discovery::Unusable;
use crate::oauth::jwt::Untrusted;
use crate::profile::Profile;
use crate::provider::outcome::Refusal;

/// Why a grant came to nothing.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message is the documentation")]
pub enum GrantError {
    #[error("{0}")]
    Http(#[from] HttpError),
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("{issuer} has no usable metadata: {why}")]
    Discovery { issuer: String, why: NoMetadata },
    #[error("the metadata of {asked} says it is of {said}")]
    WrongIssuer { asked: String, said: String },
    #[error("the {what} `{address}` cannot be used: {why}")]
    BadEndpoint {
        what: &'static str,
        address: String,
        why: Unusable,
    },
    #[error("no {what} is known for this server")]
    NoEndpoint { what: &'static str },
    #[error("the server did not register a client: {0}")]
    Unregistered(#[from] register::Unregistered),
    #[error("the redirect came from {said} and not from the server that was asked")]
    MixUp { said: String },
    #[error("cannot trust the ID token: {0}")]
    Untrusted(#[from] Untrusted),
    #[error("the login did not finish within {0}")]
    TimedOut(String),
    #[error("cannot listen on {what}: {source}")]
    Listen {
        what: String,
        source: std::io::Error,
    },
    #[error("that is not the address that the browser was sent back to")]
    NotTheRedirect,
}

/// The profile's client. How it proves its identity is what the profile says, else what worked at
/// login, else what the server's metadata allows, else HTTP Basic.
#[must_use]
pub fn client(profile: &Profile, proof: Proof, server: Option<&Server>) -> Client {
    Client {
        id: profile.client_id.clone(),
        auth_method: auth_method(profile, &proof, server),
        proof,
    }
}

fn auth_method(profile: &Profile, proof: &Proof, server: Option<&Server>) -> AuthMethod {
    if let Some(method) = profile.auth_method {
        return method;
    }
    // A method that worked at login says nothing if the profile's secret has come or gone since.
    if let Some(known) = server.and_then(|server| server.endpoints.auth_method)
        && (known == AuthMethod::None) == proof.is_none()
    {
        return known;
    }
    if proof.is_none() {
        return AuthMethod::None;
    }
    let offered = server.and_then(|server| server.auth_methods.as_deref());
    if offers(offered, "client_secret_basic") || !offers(offered, "client_secret_post") {
        AuthMethod::ClientSecretBasic
    } else {
        AuthMethod::ClientSecretPost
    }
}

/// `form` with the access that the profile wants: scope, audience, resources (RFC 8707, section 2).
/// A scope is not empty (RFC 6749, section 3.3).
fn with_wanted_access(form: Form, profile: &Profile) -> Form {
    let scope = profile.scope_parameter();
    form.with_some("scope", (!scope.is_empty()).then_some(scope.as_str()))
        .with_some("audience", profile.audience.as_deref())
        .with_each("resource", &profile.resource)
}

/// Whether a server's metadata allows `method`. A server that announces no methods allows any.
fn offers(offered: Option<&[String]>, method: &str) -> bool {
    offered.is_none_or(|methods| methods.iter().any(|name| name == method))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::identity::Endpoints;
    use crate::secret::Secret;

    #[test]
    fn the_proof_that_worked_at_login_is_the_one_of_every_refresh() {
        let client_id = crate::profile::setting::Setting {
            name: "client_id",
            values: vec!["c".to_owned()],
            source: crate::profile::setting::Source::File,
        };
        let profile = Profile::resolve("work", vec![client_id]).expect("a profile");
        let proof = Proof::from(Secret::new("s".to_owned()));
        let at_login = Server {
            auth_methods: Some(vec!["client_secret_post".to_owned()]),
            ..Server::without_metadata(Endpoints::default())
        };
        let method = client(&profile, proof.clone(), Some(&at_login)).auth_method;
        assert_eq!(method, AuthMethod::ClientSecretPost);
        let at_refresh = Server::without_metadata(Endpoints {
            auth_method: Some(method),
            ..Endpoints::default()
        });
        assert_eq!(
            client(&profile, proof, Some(&at_refresh)).auth_method,
            AuthMethod::ClientSecretPost
        );
    }
}
