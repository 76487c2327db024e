//! The one authenticated POST request of the program: every request in which a client proves its
//! identity to a server goes through [`BackChannel::post`].
//!
//! A request is an [`Endpoint`] (which one, and its address), a client with its proof, a form, what
//! is known of the server, and the clock. The outcome is the HTTP response with the time at which
//! the request was sent. What a response means is decided by the callers: [`super::TokenEndpoint`],
//! [`super::device`] and [`super::revoke`].
//!
//! A provider's data says how the bodies of its requests are written ([`provider::Body`]). That
//! holds for all of its endpoints and not for the token endpoint alone. The one known provider that
//! wants JSON is Notion. Its documentation shows a JSON body with HTTP Basic for tokens, and its
//! published SDK sends requests for tokens, revocation and introspection by one and the same
//! function, which writes JSON. No provider is known whose endpoints differ in this.
//!
//! Deliberately absent: retries, and any reading of a response's body.

use url::Url;

use crate::http::{Body, Http, HttpError, Response};
use crate::oauth::client::{Authenticated, Client, Form};
use crate::oauth::discovery;
use crate::profile::identity::Endpoints;
use crate::provider::{self, Provider};
use crate::text::printable;
use crate::time::{Clock, Timestamp};

use super::GrantError;

/// The endpoints that a client proves its identity to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointKind {
    /// Gives tokens for a grant (RFC 6749, section 3.2).
    Token,
    /// Gives a code for a user to type on another device (RFC 8628, section 3.1).
    DeviceAuthorization,
    /// Ends the life of a token (RFC 7009, section 2).
    Revocation,
    /// Says what a token is good for (RFC 7662, section 2).
    Introspection,
}

impl EndpointKind {
    /// What messages to the user call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token endpoint",
            Self::DeviceAuthorization => "device authorization endpoint",
            Self::Revocation => "revocation endpoint",
            Self::Introspection => "introspection endpoint",
        }
    }

    fn address(self, endpoints: &Endpoints) -> Option<&str> {
        let address = match self {
            Self::Token => &endpoints.token,
            Self::DeviceAuthorization => &endpoints.device_authorization,
            Self::Revocation => &endpoints.revocation,
            // No record remembers it: it is asked for by people, who can wait for the metadata.
            Self::Introspection => return None,
        };
        address.as_deref()
    }
}

/// Where an authenticated request goes.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Which of the server's endpoints it is.
    pub kind: EndpointKind,
    /// Its address: https, or plain http on loopback.
    pub url: Url,
}

impl Endpoint {
    /// The endpoint of this kind among a server's `endpoints`.
    ///
    /// # Errors
    /// [`GrantError::NoEndpoint`] when the server is not known to have one,
    /// [`GrantError::BadEndpoint`] when its address may not be used.
    pub fn find(kind: EndpointKind, endpoints: &Endpoints) -> Result<Self, GrantError> {
        let address = kind.address(endpoints);
        let what = kind.name();
        Self::parse(kind, address.ok_or(GrantError::NoEndpoint { what })?)
    }

    /// The endpoint of this kind at `address`.
    ///
    /// # Errors
    /// [`GrantError::BadEndpoint`] when the address may not be used.
    pub fn parse(kind: EndpointKind, address: &str) -> Result<Self, GrantError> {
        let url = parse_address(kind.name(), address)?;
        Ok(Self { kind, url })
    }
}

/// Reads the address of an endpoint, which must be https unless it is on loopback. `what` names the
/// endpoint in the error.
///
/// # Errors
/// [`GrantError::BadEndpoint`] when the address may not be used.
pub fn parse_address(what: &'static str, address: &str) -> Result<Url, GrantError> {
    discovery::parse_endpoint(address).map_err(|why| GrantError::BadEndpoint {
        what,
        address: printable(address, 200),
        why,
    })
}

/// What all authenticated requests of one client to one server have in common.
#[derive(Clone, Copy)]
pub struct BackChannel<'a> {
    /// The HTTP client.
    pub http: &'a Http,
    /// The OAuth client with its proof.
    pub client: &'a Client,
    /// What is known of the server.
    pub provider: &'a Provider,
    /// The clock that tells when a request is sent.
    pub clock: &'a Clock,
}

/// A request that was answered.
pub struct RoundTrip {
    /// When the request was sent: lifetimes in the response count from here.
    pub sent: Timestamp,
    /// The server's response, of whatever status.
    pub response: Response,
}

impl BackChannel<'_> {
    /// Sends `form` to `endpoint` once, with the client's proof.
    ///
    /// # Errors
    /// Why there is no response, and whether the request left this machine: see [`HttpError`].
    pub async fn post(&self, endpoint: &Endpoint, form: Form) -> Result<RoundTrip, HttpError> {
        let sent = self.clock.now();
        let Authenticated { form, headers } = self.client.authenticate(form, &endpoint.url, sent);
        let body = match self.provider.body {
            provider::Body::Form => Body::Form(form.encode()),
            provider::Body::Json => Body::Json(form.encode_json()),
        };
        let response = self.http.post(&endpoint.url, &body, &headers).await?;
        Ok(RoundTrip { sent, response })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::loopback::{Listener, Reply};
    use crate::oauth::client::{AuthMethod, Proof};
    use crate::secret::Secret;

    const KINDS: [EndpointKind; 3] = [
        EndpointKind::Token,
        EndpointKind::DeviceAuthorization,
        EndpointKind::Revocation,
    ];

    /// Sends one parameter to an endpoint of each kind, and returns the `Authorization` header and
    /// the body of each request as the server saw them.
    async fn seen_by_server(provider: &Provider) -> Vec<(Option<String>, String)> {
        let listener = Listener::bind(&[], false).await.expect("a port");
        let address = format!("http://127.0.0.1:{}/", listener.port());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        let server = tokio::spawn(listener.serve(4, move |request| {
            let body = String::from_utf8(request.body).expect("text");
            log.lock()
                .expect("no panic")
                .push((request.authorization, body));
            async { Reply::new(204, "text/plain", "") }
        }));
        let http = Http::default();
        let clock = Clock;
        let client = Client {
            id: "app".to_owned(),
            proof: Proof::from(Secret::new("s".to_owned())),
            auth_method: AuthMethod::ClientSecretBasic,
        };
        let channel = BackChannel {
            http: &http,
            client: &client,
            provider,
            clock: &clock,
        };
        for kind in KINDS {
            let endpoint = Endpoint::parse(kind, &address).expect("an address");
            let form = Form::default().with("name", "value");
            let round_trip = channel.post(&endpoint, form).await.expect("a response");
            assert_eq!(round_trip.response.status, 204);
        }
        server.abort();
        requests.lock().expect("no panic").drain(..).collect()
    }

    #[tokio::test]
    async fn every_endpoint_sees_the_proof_and_the_body_that_the_provider_reads() {
        let json = Provider {
            body: provider::Body::Json,
            ..Provider::default()
        };
        for (provider, body) in [
            (Provider::default(), "name=value"),
            (json, r#"{"name":"value"}"#),
        ] {
            let basic = Some("Basic YXBwOnM=".to_owned());
            let expected = vec![(basic, body.to_owned()); KINDS.len()];
            assert_eq!(seen_by_server(&provider).await, expected);
        }
    }

    #[test]
    fn an_endpoint_that_is_missing_or_in_the_open_is_named() {
        let endpoints = Endpoints {
            revocation: Some("http://as.example/revoke".to_owned()),
            ..Endpoints::default()
        };
        let missing = Endpoint::find(EndpointKind::Token, &endpoints).expect_err("none");
        assert_eq!(
            missing.to_string(),
            "no token endpoint is known for this server"
        );
        let open = Endpoint::find(EndpointKind::Revocation, &endpoints).expect_err("plain http");
        assert!(
            open.to_string()
                .starts_with("the revocation endpoint `http://as.example/revoke` cannot be used")
        );
    }
}
