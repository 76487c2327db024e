//! A login whose server is measured: each of its tokens is used as a client should not, and its
//! session is no profile's.
//!
//! This is the only place beside the refresh protocol in which a refresh token is sent. The session
//! lies in a directory of its own, which no other process knows.

use std::time::Duration;

use serde_json::{Map, Value};

use super::Session;
use crate::broker::PATIENCE;
use crate::error::Error;
use crate::grant::endpoint::{Endpoint, EndpointKind};
use crate::grant::revoke::{self, Revoked};
use crate::grant::{self, Server, TokenEndpoint, inspect};
use crate::oauth::client::{Client, Proof};
use crate::oauth::token::{Expiry, Facts, RefreshToken};
use crate::provider::outcome::{Granted, Refusal};
use crate::secret::Secret;
use crate::store::{Store, StoreError};

/// The tokens of a login.
pub struct Tokens {
    /// The access token.
    pub access: Secret,
    /// The refresh token, if the server gave one.
    pub refresh: Option<Secret>,
    /// The ID token, if the server gave one.
    pub id_token: Option<Secret>,
    /// How long the access token lives, as the server has said.
    pub stated_life: Option<Duration>,
}

/// A server that is measured, as its client asks it.
pub struct Trial<'a> {
    session: &'a Session<'a>,
    server: Server,
    client: Client,
}

impl Session<'_> {
    /// Takes the tokens of the session out of its store, which has none afterwards.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn take_tokens(&self) -> Result<Option<Tokens>, Error> {
        let store: &Store = &self.store;
        let locked = store.lock(self.now(), "probe", PATIENCE, &mut |_| {});
        let locked = locked.map_err(|error: StoreError| self.about(error))?;
        let copy = |text: &str| Secret::new(text.to_owned());
        let tokens = locked.access().map(|access| Tokens {
            access: copy(access.secret.expose()),
            refresh: locked.refresh_token().map(|token| copy(token.expose())),
            id_token: locked.id_token().map(|token| copy(token.0.expose())),
            stated_life: stated_life(&access.facts),
        });
        locked.remove_session().map_err(|error| self.about(error))?;
        Ok(tokens)
    }

    /// The session's server, to be measured.
    ///
    /// # Errors
    /// When it cannot be found out about, or the client's proof not be fetched.
    pub fn trial(&self) -> Result<Trial<'_>, Error> {
        let proof: Proof = self.proof()?.clone();
        let server = self.ask_for_server().map_err(|error| self.about(error))?;
        Ok(Trial {
            client: grant::client(&self.profile, proof, Some(&server)),
            session: self,
            server,
        })
    }
}

fn stated_life(facts: &Facts) -> Option<Duration> {
    facts.lifetime().filter(|_| facts.expiry == Expiry::Server)
}

impl Trial<'_> {
    /// The server.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Sends a refresh token, once.
    ///
    /// # Errors
    /// Why no tokens came.
    pub async fn refresh(&self, token: &Secret) -> Result<Granted, Refusal> {
        let missing = || Refusal::NotTried("no token endpoint is known".to_owned());
        let endpoint = Endpoint::find(EndpointKind::Token, &self.server.endpoints);
        let endpoint = TokenEndpoint {
            channel: self.session.channel(&self.client),
            endpoint: endpoint.map_err(|_| missing())?,
        };
        let token = RefreshToken::new(Secret::new(token.expose().to_owned()));
        let profile = &self.session.profile;
        grant::refresh::refresh(&endpoint, profile, &self.server.endpoints, &token).await
    }

    /// Whether the server lets an access token in: by its userinfo endpoint, else by introspection.
    /// `None` where it has neither, or does not say.
    pub async fn is_alive(&self, access: &Secret) -> Option<bool> {
        if let Some(address) = &self.server.endpoints.userinfo {
            let channel = self.session.channel(&self.client);
            return match inspect::lets_in(&channel, address, access).await {
                Some(200) => Some(true),
                Some(401) => Some(false),
                _ => None,
            };
        }
        self.introspect(access).await?.get("active")?.as_bool()
    }

    /// What introspection says of an access token; `None` where the server does not say.
    pub async fn introspect(&self, access: &Secret) -> Option<Map<String, Value>> {
        let address = self.server.introspection.as_ref()?;
        let channel = self.session.channel(&self.client);
        inspect::introspect(&channel, address, access).await.ok()
    }

    /// Revokes a token. `None` where the server offers no revocation.
    pub async fn revoke(&self, token: &Secret, hint: &str) -> Option<Revoked> {
        let endpoint = Endpoint::find(EndpointKind::Revocation, &self.server.endpoints).ok()?;
        let channel = self.session.channel(&self.client);
        Some(revoke::revoke(&channel, &endpoint, token.expose(), hint).await)
    }

    /// Ends the login in the browser, as a logout there does. Says whether the server has done so:
    /// it may ask the person first whether they mean it. `None` where it offers no such logout, or
    /// cannot be asked.
    pub async fn end_session(&self, id_token: &Secret) -> Option<bool> {
        let address = self.server.end_session.as_ref()?;
        let mut url = url::Url::parse(address).ok()?;
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token.expose())
            .append_pair("client_id", &self.client.id);
        let answer = self.session.http.get(&url, &[]).await.ok()?;
        let page = String::from_utf8_lossy(&answer.body).to_ascii_lowercase();
        Some((200..400).contains(&answer.status) && !page.contains("<form"))
    }
}
