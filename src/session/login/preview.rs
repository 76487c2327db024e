//! What a login would send, without a login: only the server's metadata are asked for.

use super::Session;
use crate::error::Error;
use crate::grant::authorization_code::begin_login;
use crate::grant::endpoint::{Endpoint, EndpointKind};
use crate::grant::{self, GrantError, Server, client_credentials, device};
use crate::oauth::client::{Client, Form, Proof};
use crate::profile::Grant;
use crate::secret::Secret;
use crate::session::Context;

/// The first request of a login, and what follows it.
#[derive(Clone, Debug)]
pub struct Preview {
    /// How the person is asked, or that none is.
    pub grant: Grant,
    /// The method of the first request.
    pub verb: &'static str,
    /// Its address.
    pub url: String,
    /// Its body, without the client's secret; `None` where it has none.
    pub body: Option<String>,
    /// Where tokens are asked for afterwards.
    pub token_endpoint: String,
    /// How the client proves itself there, by its registered name (RFC 7591, section 4.2).
    pub auth_method: &'static str,
}

impl Session<'_> {
    /// What a login of this profile would send. A state, nonce and code challenge are made for it,
    /// and no login is going to use them.
    ///
    /// # Errors
    /// When the server cannot be found out about, or has no endpoint for it.
    pub fn preview(&self, by_device: bool) -> Result<Preview, Error> {
        let grant = match self.profile.grant {
            Grant::AuthorizationCode if by_device => Grant::DeviceCode,
            grant => grant,
        };
        let preview = Context::block_on_apart(self.preview_of(grant))?;
        preview.map_err(|error| self.about(error))
    }

    async fn preview_of(&self, grant: Grant) -> Result<Preview, GrantError> {
        let profile = &self.profile;
        let http = self.context.http(profile);
        let server = grant::discover(&http, profile).await?;
        let client = self.stand_in(&server);
        let token = Endpoint::find(EndpointKind::Token, &server.endpoints)?;
        let (verb, url, body) = match grant {
            Grant::AuthorizationCode => {
                let login = begin_login(profile, &server).await?;
                ("GET", login.url.to_string(), None)
            }
            Grant::DeviceCode => {
                let endpoint =
                    Endpoint::find(EndpointKind::DeviceAuthorization, &server.endpoints)?;
                let body = self.body(&client, device::form(profile), &endpoint);
                ("POST", endpoint.url.to_string(), Some(body))
            }
            Grant::ClientCredentials => {
                let body = self.body(&client, client_credentials::form(profile), &token);
                ("POST", token.url.to_string(), Some(body))
            }
        };
        Ok(Preview {
            grant,
            verb,
            url,
            body,
            token_endpoint: token.url.to_string(),
            auth_method: client.auth_method.name(),
        })
    }

    fn body(&self, client: &Client, form: Form, endpoint: &Endpoint) -> String {
        let sent = client.authenticate(form, &endpoint.url, self.now());
        sent.form.encode().to_string()
    }

    /// The client, whose secret is not asked for: a command that prints it may ask a person.
    fn stand_in(&self, server: &Server) -> Client {
        let secret = self.profile.client_secret.as_ref();
        let proof = Proof::from(secret.map(|_| Secret::new("***".to_owned())));
        grant::client(&self.profile, proof, Some(server))
    }
}
