//! Server metadata (RFC 8414; OpenID Connect Discovery 1.0).

use serde::Deserialize;
use url::Url;

/// The part of a server's metadata that we use. Unknown members are ignored, as both specifications
/// demand.
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    /// `issuer`: must be the one that was asked (RFC 8414, section 3.3).
    pub issuer: String,
    /// `authorization_endpoint`; absent on servers for machines only.
    pub authorization_endpoint: Option<String>,
    /// `token_endpoint`.
    pub token_endpoint: Option<String>,
    /// `device_authorization_endpoint` (RFC 8628, section 4).
    pub device_authorization_endpoint: Option<String>,
    /// `revocation_endpoint` (RFC 7009).
    pub revocation_endpoint: Option<String>,
    /// `userinfo_endpoint`.
    pub userinfo_endpoint: Option<String>,
    /// `jwks_uri`.
    pub jwks_uri: Option<String>,
    /// `authorization_response_iss_parameter_supported` (RFC 9207, section 3).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
    /// `token_endpoint_auth_methods_supported`; `client_secret_basic` where it is absent (RFC 8414,
    /// section 2).
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Metadata {
    /// Reads a metadata document.
    ///
    /// # Errors
    /// In a few words, why it is none.
    pub fn parse(body: &[u8]) -> Result<Self, &'static str> {
        serde_json::from_slice(body).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => {
                "a document without the members that metadata must have"
            }
            _ => "a page that is not JSON",
        })
    }
}

impl Metadata {
    /// The first endpoint in plain http of an issuer that is not: its name and its address. On this
    /// machine, too, for a server elsewhere has no business here.
    #[must_use]
    pub fn downgraded(&self, issuer: &Url) -> Option<(&'static str, &str)> {
        let endpoints = [
            ("authorization endpoint", &self.authorization_endpoint),
            ("token endpoint", &self.token_endpoint),
            (
                "device authorization endpoint",
                &self.device_authorization_endpoint,
            ),
            ("revocation endpoint", &self.revocation_endpoint),
            ("userinfo endpoint", &self.userinfo_endpoint),
            ("key set", &self.jwks_uri),
        ];
        let is_plain = |address: &str| Url::parse(address).is_ok_and(|url| url.scheme() != "https");
        let mut named = endpoints
            .into_iter()
            .filter_map(|(what, address)| Some((what, address.as_deref()?)));
        named.find(|(_, address)| issuer.scheme() == "https" && is_plain(address))
    }
}

/// Where an issuer's metadata may be, in the order in which to ask: OpenID's place, then RFC
/// 8414's.
#[must_use]
pub fn well_known(issuer: &Url) -> Vec<Url> {
    let path = issuer.path().trim_end_matches('/');
    let at = |path: String| {
        let mut url = issuer.clone();
        url.set_path(&path);
        url
    };
    vec![
        at(format!("{path}/.well-known/openid-configuration")),
        at(format!("/.well-known/oauth-authorization-server{path}")),
    ]
}

/// Why a server's address may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It does not parse as an absolute address.
    NotAnAddress,
    /// It is plain http and not on loopback: tokens would cross the network in the open.
    PlainHttp,
    /// It has another scheme, credentials or a fragment.
    NotHttp,
}

/// Reads the address of an endpoint or an issuer: https, or plain http on loopback (RFC 8414,
/// section 2; RFC 8252, section 8.3).
///
/// # Errors
/// Why it may not be used.
pub fn endpoint(text: &str) -> Result<Url, Unusable> {
    let url = Url::parse(text).map_err(|_| Unusable::NotAnAddress)?;
    let clean = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    match url.scheme() {
        "https" if clean && url.has_host() => Ok(url),
        "http" if clean && is_loopback(&url) => Ok(url),
        "http" if clean => Err(Unusable::PlainHttp),
        _ => Err(Unusable::NotHttp),
    }
}

/// Whether `url` names this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_looked_for_where_each_specification_puts_it() {
        let issuer = Url::parse("https://as.example/realms/r/").expect("an address");
        let places: Vec<String> = well_known(&issuer).iter().map(Url::to_string).collect();
        assert_eq!(
            places,
            [
                "https://as.example/realms/r/.well-known/openid-configuration",
                "https://as.example/.well-known/oauth-authorization-server/realms/r",
            ]
        );
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        assert!(endpoint("http://127.0.0.1:8080/token").is_ok());
        assert!(endpoint("http://[::1]:8080/token").is_ok());
        assert!(endpoint("http://localhost/token").is_ok());
        assert_eq!(
            endpoint("http://as.example/token"),
            Err(Unusable::PlainHttp)
        );
        assert_eq!(
            endpoint("http://localhost.evil.example/"),
            Err(Unusable::PlainHttp)
        );
        assert_eq!(
            endpoint("https://user:pw@as.example/"),
            Err(Unusable::NotHttp)
        );
        assert_eq!(endpoint("file:///etc/passwd"), Err(Unusable::NotHttp));
        assert_eq!(endpoint("as.example"), Err(Unusable::NotAnAddress));
    }

    #[test]
    fn an_issuer_with_tls_has_endpoints_with_tls() {
        let issuer = Url::parse("https://as.example").expect("an address");
        let metadata = |token: &str| {
            let text =
                format!("{{\"issuer\":\"https://as.example\",\"token_endpoint\":\"{token}\"}}");
            Metadata::parse(text.as_bytes()).expect("metadata")
        };
        assert_eq!(
            metadata("https://other.example/token").downgraded(&issuer),
            None
        );
        let here = metadata("http://127.0.0.1:8080/token");
        assert_eq!(
            here.downgraded(&issuer),
            Some(("token endpoint", "http://127.0.0.1:8080/token"))
        );
        assert_eq!(
            here.downgraded(&Url::parse("http://127.0.0.1:8080").expect("an address")),
            None
        );
    }

    #[test]
    fn html_is_no_metadata() {
        assert_eq!(
            Metadata::parse(b"<html>").err(),
            Some("a page that is not JSON")
        );
        assert!(Metadata::parse(b"{}").is_err());
    }
}
