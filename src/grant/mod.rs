//! The ways to get tokens. Each grant asks the same [`TokenEndpoint`], which knows the one
//! way to send a form, to read the answer and to say what it means.
//!
//! Deliberately absent: any store. A grant returns tokens; what becomes of them is decided above.

pub mod authorization_code;
pub mod client_credentials;
pub mod device;
pub mod identify;
pub mod refresh;
pub mod revoke;

use url::Url;

use crate::http::{Body, Http, HttpError};
use crate::oauth::client::{AuthMethod, Client, Form};
use crate::oauth::discovery::{self, Metadata, Unusable};
use crate::oauth::jwt::Untrusted;
use crate::oauth::response::{Decoded, decode};
use crate::profile::Profile;
use crate::profile::identity::Endpoints;
use crate::provider::outcome::{Disposition, Granted, Refusal, classify};
use crate::provider::{self, IssuerCheck, Provider};
use crate::secret::Secret;
use crate::text::printable;
use crate::time::Clock;

/// Why a grant came to nothing.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum GrantError {
    #[error("{0}")]
    Http(#[from] HttpError),
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("{issuer} has no usable metadata: {why}")]
    Discovery { issuer: String, why: String },
    #[error("the metadata of {asked} says it is of {said}")]
    WrongIssuer { asked: String, said: String },
    #[error("the {what} `{address}` cannot be used: {}", unusable(*.why))]
    BadEndpoint {
        what: &'static str,
        address: String,
        why: Unusable,
    },
    #[error("no {what} is known for this server")]
    NoEndpoint { what: &'static str },
    #[error("the redirect came from {said} and not from the server that was asked")]
    MixUp { said: String },
    #[error("the ID token is not to be trusted: {0}")]
    Untrusted(#[from] Untrusted),
    #[error("nobody came back within {0}")]
    TimedOut(String),
    #[error("cannot listen on {what}: {source}")]
    Listen {
        what: String,
        source: std::io::Error,
    },
    #[error("that is not the address that the browser was sent back to")]
    NotTheRedirect,
}

fn unusable(why: Unusable) -> &'static str {
    match why {
        Unusable::NotAnAddress => "it is not an address",
        Unusable::PlainHttp => "it is plain http, and tokens would cross the network in the open",
        Unusable::NotHttp => "it is not a plain https address",
    }
}

/// A server, as its metadata and the profile describe it together.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its issuer, where it has one.
    pub issuer: Option<String>,
    /// Its addresses.
    pub endpoints: Endpoints,
    /// Where its keys are.
    pub jwks_uri: Option<String>,
    /// Whether it announces that its redirects carry `iss` (RFC 9207).
    pub announces_issuer: bool,
    /// How it lets clients prove who they are.
    pub auth_methods: Option<Vec<String>>,
}

impl Server {
    /// A server of which only its addresses are known.
    #[must_use]
    pub fn known(endpoints: Endpoints) -> Self {
        Self {
            issuer: None,
            endpoints,
            jwks_uri: None,
            announces_issuer: false,
            auth_methods: None,
        }
    }
}

/// Finds out about the profile's server. What the profile says itself is not asked for.
///
/// # Errors
/// When the issuer cannot be reached, answers with something else, or names another issuer.
pub async fn discover(http: &Http, profile: &Profile) -> Result<Server, GrantError> {
    let Some(issuer) = &profile.issuer else {
        return Ok(Server::known(profile.endpoints.clone()));
    };
    let url = endpoint("issuer", issuer)?;
    let metadata = metadata(http, issuer, &url).await?;
    if !same_issuer(&metadata.issuer, issuer, &profile.provider) {
        let said = printable(&metadata.issuer, 200);
        return Err(GrantError::WrongIssuer {
            asked: issuer.clone(),
            said,
        });
    }
    if let Some((what, address)) = metadata.downgraded(&url) {
        let address = printable(address, 200);
        return Err(GrantError::BadEndpoint {
            what,
            address,
            why: Unusable::PlainHttp,
        });
    }
    let discovered = Endpoints {
        authorization: metadata.authorization_endpoint,
        token: metadata.token_endpoint,
        device_authorization: metadata.device_authorization_endpoint,
        revocation: metadata.revocation_endpoint,
        userinfo: metadata.userinfo_endpoint,
        auth_method: None,
        redirect_uri: None,
    };
    Ok(Server {
        issuer: Some(metadata.issuer),
        endpoints: profile.endpoints.clone().or(discovered),
        jwks_uri: metadata.jwks_uri,
        announces_issuer: metadata.authorization_response_iss_parameter_supported,
        auth_methods: metadata.token_endpoint_auth_methods_supported,
    })
}

async fn metadata(http: &Http, issuer: &str, url: &Url) -> Result<Metadata, GrantError> {
    let mut why = String::new();
    for place in discovery::well_known(url) {
        let answer = http.get(&place, None).await?;
        why = match (answer.status, answer.location) {
            (200, _) => match Metadata::parse(&answer.body) {
                Ok(metadata) => return Ok(metadata),
                Err(what) => format!("{place} is {what}"),
            },
            (300..=399, _) => format!("{place} redirects, which metadata must not"),
            (status, _) => format!("{place} answered HTTP {status}"),
        };
    }
    Err(GrantError::Discovery {
        issuer: issuer.to_owned(),
        why,
    })
}

/// RFC 8414 section 3.3: identical. A slash at the end is forgiven, because half of all
/// documentation adds one.
fn same_issuer(said: &str, asked: &str, provider: &Provider) -> bool {
    let trim = |text: &str| text.trim_end_matches('/').to_owned();
    match provider.issuer_check {
        IssuerCheck::Exact => trim(said) == trim(asked),
        IssuerCheck::AnyTenant => {
            let host = |text: &str| {
                Url::parse(&text.replace("{tenantid}", "tenant"))
                    .ok()
                    .and_then(|u| u.host().map(|h| h.to_string()))
            };
            host(said).is_some() && host(said) == host(asked)
        }
    }
}

/// Reads an endpoint's address, which must be https unless it is on loopback.
///
/// # Errors
/// When it may not be used.
pub fn endpoint(what: &'static str, address: &str) -> Result<Url, GrantError> {
    discovery::endpoint(address).map_err(|why| GrantError::BadEndpoint {
        what,
        address: printable(address, 200),
        why,
    })
}

/// Reads an endpoint's address that has to be known.
///
/// # Errors
/// When it is not, or may not be used.
pub fn required(what: &'static str, address: Option<&str>) -> Result<Url, GrantError> {
    endpoint(what, address.ok_or(GrantError::NoEndpoint { what })?)
}

/// How a client proves who it is: as the profile says, else as the server's metadata allows, else
/// HTTP Basic.
#[must_use]
pub fn client(profile: &Profile, secret: Option<Secret>, server: Option<&Server>) -> Client {
    let offered = server.and_then(|server| server.auth_methods.as_ref());
    let offers =
        |name: &str| offered.is_none_or(|methods| methods.iter().any(|method| method == name));
    // A secret that has come or gone since then is not proved the way it was.
    let known = server.and_then(|server| server.endpoints.auth_method);
    let known = known.filter(|method| (*method == AuthMethod::None) == secret.is_none());
    let auth_method = profile.auth_method.or(known).unwrap_or(match secret {
        None => AuthMethod::None,
        Some(_) if offers("client_secret_basic") || !offers("client_secret_post") => {
            AuthMethod::ClientSecretBasic
        }
        Some(_) => AuthMethod::ClientSecretPost,
    });
    Client {
        id: profile.client_id.clone(),
        secret,
        auth_method,
    }
}

/// The one way to ask for tokens.
pub struct TokenEndpoint<'a> {
    /// How it is reached.
    pub http: &'a Http,
    /// Where it is.
    pub url: Url,
    /// Who asks.
    pub client: &'a Client,
    /// What is known of the server.
    pub provider: &'a Provider,
    /// The time.
    pub clock: &'a Clock,
}

impl TokenEndpoint<'_> {
    /// Sends `form` once and reads what comes.
    ///
    /// # Errors
    /// Why no tokens came.
    pub async fn ask(&self, form: Form) -> Result<Granted, Refusal> {
        let (form, authorization) = self.client.authenticate(form);
        let body = match self.provider.body {
            provider::Body::Form => Body::Form(form.encode()),
            provider::Body::Json => Body::Json(form.encode_json()),
        };
        let sent = self.clock.now();
        let answer = self
            .http
            .post(&self.url, &body, authorization.as_ref())
            .await
            .map_err(|error| match error {
                HttpError::Unanswered { .. } => Refusal::Unanswered(error.to_string()),
                _ => Refusal::NotSent(error.to_string()),
            })?;
        let not_oauth = |what| Refusal::NotOAuth {
            status: answer.status,
            what,
            retry_after: answer.retry_after,
        };
        if (300..400).contains(&answer.status) {
            return Err(not_oauth(
                "the token endpoint redirects, and secrets are not sent after it",
            ));
        }
        match decode(&answer.body, self.provider.token_pointer) {
            Decoded::Granted(_) if !(200..300).contains(&answer.status) => {
                Err(not_oauth("tokens with the status of an error"))
            }
            Decoded::Granted(response) => {
                let skew = answer.date.map(|date| date.seconds_since(self.clock.now()));
                Ok(Granted {
                    response: *response,
                    sent,
                    skew,
                })
            }
            Decoded::Refused(error) => match classify(&error, self.provider) {
                // Gateways write JSON with an `error` of their own: not OAuth's word, and the
                // status says whose.
                Disposition::Unclear
                    if answer.status >= 500
                        || [408, 425, 429].contains(&answer.status)
                        || !error.is_a_code() =>
                {
                    Err(not_oauth("the server, or something before it, is not well"))
                }
                disposition => Err(Refusal::Said { disposition, error }),
            },
            Decoded::Unreadable(what) => Err(not_oauth(what)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Preset;

    #[test]
    fn an_issuer_is_itself_and_a_server_for_many_tenants_is_any_of_them() {
        let generic = Provider::default();
        assert!(same_issuer(
            "https://as.example/",
            "https://as.example",
            &generic
        ));
        assert!(!same_issuer(
            "https://evil.example",
            "https://as.example",
            &generic
        ));
        let entra = Preset::find("entra").expect("a preset").provider();
        let said = "https://login.microsoftonline.com/{tenantid}/v2.0";
        assert!(same_issuer(
            said,
            "https://login.microsoftonline.com/common/v2.0",
            &entra
        ));
        assert!(!same_issuer(
            "https://evil.example/{tenantid}/v2.0",
            "https://login.microsoftonline.com/common/v2.0",
            &entra
        ));
    }

    #[test]
    fn the_proof_that_worked_at_login_is_the_one_of_every_refresh() {
        let setting = |name, value: &str| crate::profile::setting::Setting {
            name,
            values: vec![value.to_owned()],
            source: crate::profile::setting::Source::File,
        };
        let profile = Profile::resolve("work", vec![setting("client_id", "c")]).expect("a profile");
        let secret = || Some(Secret::new("s".to_owned()));
        let at_login = Server {
            auth_methods: Some(vec!["client_secret_post".to_owned()]),
            ..Server::known(Endpoints::default())
        };
        let method = client(&profile, secret(), Some(&at_login)).auth_method;
        assert_eq!(method, AuthMethod::ClientSecretPost);
        let at_refresh = Server::known(Endpoints {
            auth_method: Some(method),
            ..Endpoints::default()
        });
        assert_eq!(
            client(&profile, secret(), Some(&at_refresh)).auth_method,
            AuthMethod::ClientSecretPost
        );
    }
}
