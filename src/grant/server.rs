//! What is known of a profile's server: by its metadata (RFC 8414; OpenID Connect Discovery 1.0)
//! and by what the profile says.

use url::Url;

use crate::http::{Http, HttpError};
use crate::oauth::discovery::{self, Metadata, NotMetadata, Unusable};
use crate::profile::Profile;
use crate::profile::identity::Endpoints;
use crate::provider::{IssuerCheck, Provider};
use crate::text::printable;

use super::GrantError;
use super::endpoint::parse_address;

/// A server, as its metadata and the profile describe it together.
#[derive(Clone, Debug)]
pub struct Server {
    /// The issuer as the server's metadata writes it; `None` for a server without metadata.
    pub issuer: Option<String>,
    /// The addresses of its endpoints. What the profile says wins over the metadata.
    pub endpoints: Endpoints,
    /// The address of the keys that sign its ID tokens (RFC 8414, section 2).
    pub jwks_uri: Option<String>,
    /// The address at which it says what a token is good for (RFC 7662).
    pub introspection: Option<String>,
    /// The address at which it registers clients (RFC 7591).
    pub registration: Option<String>,
    /// Where a browser ends its login (OpenID Connect RP-Initiated Logout 1.0).
    pub end_session: Option<String>,
    /// Whether it announces that its redirects carry `iss` (RFC 9207, section 3).
    pub announces_issuer: bool,
    /// The client authentication methods that it announces, by their registered names (RFC 8414,
    /// section 2: `token_endpoint_auth_methods_supported`); `None` when it announces none.
    pub auth_methods: Option<Vec<String>>,
}

impl Server {
    /// A server of which only the addresses are known.
    #[must_use]
    pub fn without_metadata(endpoints: Endpoints) -> Self {
        Self {
            issuer: None,
            endpoints,
            jwks_uri: None,
            introspection: None,
            registration: None,
            end_session: None,
            announces_issuer: false,
            auth_methods: None,
        }
    }
}

/// Why an issuer has no usable metadata. `place` is the address that was asked last.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoMetadata {
    /// The place answers with a redirect, which is not followed.
    #[error("{place} redirects, which metadata must not")]
    #[expect(missing_docs, reason = "the enum says it")]
    Redirects { place: Url },
    /// The place answers with another status than 200.
    #[error("{place} answered HTTP {status}")]
    #[expect(missing_docs, reason = "the enum says it")]
    Status { place: Url, status: u16 },
    /// The place answers with something that is not metadata.
    #[error("{place} is {what}")]
    #[expect(missing_docs, reason = "the enum says it")]
    NotMetadata { place: Url, what: NotMetadata },
}

/// Finds out about the profile's server. A profile without an issuer is not asked about: what it
/// says itself is all that is known.
///
/// # Errors
/// [`GrantError::Http`] when the issuer cannot be reached, [`GrantError::Discovery`] when it
/// answers with something else, [`GrantError::WrongIssuer`] when the metadata is of another issuer,
/// and [`GrantError::BadEndpoint`] when an address in it may not be used.
pub async fn discover(http: &Http, profile: &Profile) -> Result<Server, GrantError> {
    let Some(issuer) = &profile.issuer else {
        return Ok(Server::without_metadata(profile.endpoints.clone()));
    };
    let described = describe(http, issuer, &profile.provider).await?;
    Ok(Server {
        endpoints: profile.endpoints.clone().or(described.endpoints),
        ..described
    })
}

/// Asks a server what it is, by its issuer's address alone.
///
/// # Errors
/// As [`discover`].
pub async fn describe(
    http: &Http,
    issuer: &str,
    provider: &Provider,
) -> Result<Server, GrantError> {
    let url = parse_address("issuer", issuer)?;
    let metadata = fetch_metadata(http, issuer, &url).await?;
    if !is_same_issuer(&metadata.issuer, issuer, provider) {
        return Err(GrantError::WrongIssuer {
            asked: issuer.to_owned(),
            said: printable(&metadata.issuer, 200),
        });
    }
    refuse_plain_http(metadata.downgraded(&url))?;
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
        endpoints: discovered,
        jwks_uri: metadata.jwks_uri,
        introspection: metadata.introspection_endpoint,
        registration: metadata.registration_endpoint,
        end_session: metadata.end_session_endpoint,
        announces_issuer: metadata.authorization_response_iss_parameter_supported,
        auth_methods: metadata.token_endpoint_auth_methods_supported,
    })
}

/// The profile's server by what is `known` of it since the login, which a record tells. What the
/// profile says wins. `None` when that is not enough and the server has to be asked.
///
/// # Errors
/// [`GrantError::BadEndpoint`] when an https issuer has an endpoint in plain http.
pub fn remembered(profile: &Profile, known: Endpoints) -> Result<Option<Server>, GrantError> {
    if let Some(issuer) = &profile.issuer {
        check_remembered(issuer, &known)?;
    }
    let endpoints = profile.endpoints.clone().or(known);
    let is_enough = endpoints.token.is_some();
    Ok(is_enough.then(|| Server::without_metadata(endpoints)))
}

/// Checks addresses that a record tells of the server `issuer`: another program may have written
/// them.
///
/// # Errors
/// [`GrantError::BadEndpoint`] when an https issuer has an endpoint in plain http.
pub fn check_remembered(issuer: &str, known: &Endpoints) -> Result<(), GrantError> {
    refuse_plain_http(known.downgraded(&parse_address("issuer", issuer)?))
}

fn refuse_plain_http(downgraded: Option<(&'static str, &str)>) -> Result<(), GrantError> {
    match downgraded {
        None => Ok(()),
        Some((what, address)) => Err(GrantError::BadEndpoint {
            what,
            address: printable(address, 200),
            why: Unusable::PlainHttp,
        }),
    }
}

/// Looks for an issuer's metadata where OpenID Connect puts it, then where RFC 8414 does.
async fn fetch_metadata(http: &Http, issuer: &str, url: &Url) -> Result<Metadata, GrantError> {
    let [openid_place, oauth_place] = discovery::well_known(url);
    let first = match metadata_at(http, openid_place).await? {
        Ok(metadata) => return Ok(metadata),
        Err(why) => why,
    };
    let second = metadata_at(http, oauth_place).await?;
    second.map_err(|why| GrantError::Discovery {
        issuer: issuer.to_owned(),
        // A place that is not there says less than one that has something else.
        why: match first {
            NoMetadata::Status { status: 404, .. } => why,
            first => first,
        },
    })
}

async fn metadata_at(http: &Http, place: Url) -> Result<Result<Metadata, NoMetadata>, HttpError> {
    let response = http.get(&place, &[]).await?;
    Ok(match response.status {
        200 => {
            Metadata::parse(&response.body).map_err(|what| NoMetadata::NotMetadata { place, what })
        }
        300..=399 => Err(NoMetadata::Redirects { place }),
        status => Err(NoMetadata::Status { place, status }),
    })
}

/// Whether the issuer that a document names is the one that was asked. RFC 8414, section 3.3 wants
/// them to be identical. A slash at the end makes no difference here, because much documentation
/// adds one.
pub(super) fn is_same_issuer(said: &str, asked: &str, provider: &Provider) -> bool {
    match provider.issuer_check {
        IssuerCheck::Exact => said.trim_end_matches('/') == asked.trim_end_matches('/'),
        IssuerCheck::AnyTenant => {
            let (Some(said), Some(asked)) = (tenant(said), tenant(asked)) else {
                return false;
            };
            said.origin() == asked.origin() && (is_for_any(&asked) || said.path() == asked.path())
        }
    }
}

/// The address of an issuer whose path may hold `{tenantid}` in the place of a tenant.
fn tenant(issuer: &str) -> Option<Url> {
    Url::parse(issuer.trim_end_matches('/')).ok()
}

/// Whether an issuer does not tell the one tenant whose users it is for: it names none (`common`),
/// or a domain, in whose place the server writes the tenant's number.
fn is_for_any(issuer: &Url) -> bool {
    let first = issuer
        .path_segments()
        .and_then(|mut segments| segments.next());
    let is_number = |text: &str| {
        text.len() == 36
            && text
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    };
    !first.is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Preset;

    #[test]
    fn an_issuer_is_itself_and_a_server_for_many_tenants_is_any_of_them() {
        let generic = Provider::default();
        assert!(is_same_issuer(
            "https://as.example/",
            "https://as.example",
            &generic
        ));
        assert!(!is_same_issuer(
            "https://evil.example",
            "https://as.example",
            &generic
        ));
        let entra = Preset::find("entra").expect("a preset").provider();
        let said = "https://login.microsoftonline.com/{tenantid}/v2.0";
        assert!(is_same_issuer(
            said,
            "https://login.microsoftonline.com/common/v2.0",
            &entra
        ));
        let tenant = |number: char| {
            let number = number.to_string();
            let guid = [8, 4, 4, 4, 12]
                .map(|length| number.repeat(length))
                .join("-");
            format!("https://login.microsoftonline.com/{guid}/v2.0")
        };
        assert!(is_same_issuer(&tenant('a'), &tenant('a'), &entra));
        assert!(!is_same_issuer(&tenant('b'), &tenant('a'), &entra));
        let common = "https://login.microsoftonline.com/common/v2.0";
        assert!(is_same_issuer(&tenant('b'), common, &entra));
        let plain = tenant('b').replace("https", "http");
        assert!(!is_same_issuer(&plain, common, &entra));
        assert!(!is_same_issuer(
            "https://evil.example/{tenantid}/v2.0",
            "https://login.microsoftonline.com/common/v2.0",
            &entra
        ));
    }

    #[test]
    fn a_missing_document_is_a_finding_with_a_sentence() {
        let place = Url::parse("https://as.example/.well-known/x").expect("an address");
        let status = NoMetadata::Status {
            place: place.clone(),
            status: 404,
        };
        assert_eq!(status.to_string(), format!("{place} answered HTTP 404"));
        let html = NoMetadata::NotMetadata {
            place: place.clone(),
            what: NotMetadata::NotJson,
        };
        assert_eq!(
            html.to_string(),
            format!("{place} is a page that is not JSON")
        );
        let redirect = NoMetadata::Redirects {
            place: place.clone(),
        };
        assert_eq!(
            redirect.to_string(),
            format!("{place} redirects, which metadata must not")
        );
    }
}
