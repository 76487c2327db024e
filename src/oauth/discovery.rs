//! Server metadata, and which addresses of a server may be used (RFC 8414; OpenID Connect Discovery
//! 1.0).
//!
//! Deliberately absent: fetching it, and signed metadata (RFC 8414, section 2.1).

use serde_json::Value;
use url::Url;

use super::response::text;

/// The part of a server's metadata that this program uses. Other members are ignored, as both
/// specifications demand. Each field has the name of its member (RFC 8414, section 2).
#[derive(Clone, Debug)]
pub struct Metadata {
    /// The server's own name. It must be the one that was asked (RFC 8414, section 3.3).
    pub issuer: String,
    /// Where users log in; absent on a server that serves clients only.
    pub authorization_endpoint: Option<String>,
    /// Where tokens are given.
    pub token_endpoint: Option<String>,
    /// Where codes are given for a user to type on another device (RFC 8628, section 4).
    pub device_authorization_endpoint: Option<String>,
    /// Where a token's life is ended (RFC 7009).
    pub revocation_endpoint: Option<String>,
    /// Where the server says which user a token belongs to (OpenID Connect Core 1.0, section 5.3).
    pub userinfo_endpoint: Option<String>,
    /// Where the server says what a token is good for (RFC 7662).
    pub introspection_endpoint: Option<String>,
    /// Where the server registers clients (RFC 7591).
    pub registration_endpoint: Option<String>,
    /// Where a browser ends its login (OpenID Connect RP-Initiated Logout 1.0, section 2.1).
    pub end_session_endpoint: Option<String>,
    /// Where the keys are that sign the server's tokens.
    pub jwks_uri: Option<String>,
    /// Whether redirects carry `iss` (RFC 9207, section 3); `false` where it is absent.
    pub authorization_response_iss_parameter_supported: bool,
    /// How clients may prove their identity. Where it is absent, `client_secret_basic` is meant.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// What a document is that is not metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMetadata {
    /// It is not JSON; most often it is an HTML page.
    #[error("a page that is not JSON")]
    NotJson,
    /// It is JSON and lacks a member that metadata must have, or has one of another type.
    #[error("a document without the members that metadata must have")]
    WithoutMembers,
}

impl Metadata {
    /// Reads a metadata document. A member that is `null`, or has another form than it must have,
    /// counts as absent, but for the issuer.
    ///
    /// # Errors
    /// What the document is instead.
    pub fn parse(body: &[u8]) -> Result<Self, NotMetadata> {
        let document: Value = serde_json::from_slice(body).map_err(|_| NotMetadata::NotJson)?;
        let members = document.as_object().ok_or(NotMetadata::WithoutMembers)?;
        let address = |name: &str| text(members, name).map(str::to_owned);
        let methods = members.get("token_endpoint_auth_methods_supported");
        let methods = methods.and_then(Value::as_array).map(|list| {
            let methods = list.iter().filter_map(Value::as_str);
            methods.map(str::to_owned).collect()
        });
        let announces = members.get("authorization_response_iss_parameter_supported");
        Ok(Self {
            issuer: address("issuer").ok_or(NotMetadata::WithoutMembers)?,
            authorization_endpoint: address("authorization_endpoint"),
            token_endpoint: address("token_endpoint"),
            device_authorization_endpoint: address("device_authorization_endpoint"),
            revocation_endpoint: address("revocation_endpoint"),
            userinfo_endpoint: address("userinfo_endpoint"),
            introspection_endpoint: address("introspection_endpoint"),
            registration_endpoint: address("registration_endpoint"),
            end_session_endpoint: address("end_session_endpoint"),
            jwks_uri: address("jwks_uri"),
            authorization_response_iss_parameter_supported: announces == Some(&Value::Bool(true)),
            token_endpoint_auth_methods_supported: methods,
        })
    }

    /// The first endpoint in plain http of an issuer that is itself https, see [`downgraded`]: what
    /// it is, and its address.
    #[must_use]
    pub fn downgraded(&self, issuer: &Url) -> Option<(&'static str, &str)> {
        downgraded(
            issuer,
            [
                ("authorization endpoint", &self.authorization_endpoint),
                ("token endpoint", &self.token_endpoint),
                (
                    "device authorization endpoint",
                    &self.device_authorization_endpoint,
                ),
                ("revocation endpoint", &self.revocation_endpoint),
                ("userinfo endpoint", &self.userinfo_endpoint),
                ("introspection endpoint", &self.introspection_endpoint),
                ("registration endpoint", &self.registration_endpoint),
                ("key set", &self.jwks_uri),
            ],
        )
    }
}

/// The first of `endpoints` in plain http, if their issuer is https. Loopback is no exception: a
/// server on another machine has no endpoint on this one.
pub fn downgraded<'a, const N: usize>(
    issuer: &Url,
    endpoints: [(&'static str, &'a Option<String>); N],
) -> Option<(&'static str, &'a str)> {
    if issuer.scheme() != "https" {
        return None;
    }
    for (what, address) in endpoints {
        if let Some(address) = address
            && Url::parse(address).is_ok_and(|url| url.scheme() != "https")
        {
            return Some((what, address));
        }
    }
    None
}

/// The two places where an issuer's metadata may be, in the order in which to ask: that of OpenID
/// Connect Discovery 1.0, section 4, then that of RFC 8414, section 3.
#[must_use]
pub fn well_known(issuer: &Url) -> [Url; 2] {
    let path = issuer.path().trim_end_matches('/');
    let openid = format!("{path}/.well-known/openid-configuration");
    let oauth = format!("/.well-known/oauth-authorization-server{path}");
    [openid, oauth].map(|path| {
        let mut place = issuer.clone();
        place.set_path(&path);
        place
    })
}

/// Why a server's address may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It does not parse as an absolute address.
    #[error("it is not a valid address")]
    NotAnAddress,
    /// It is plain http and not on loopback.
    #[error("it is plain http, and tokens would cross the network in the open")]
    PlainHttp,
    /// It has another scheme, credentials or a fragment.
    #[error("it is not a plain https address")]
    NotHttp,
}

/// Reads the address of an endpoint or an issuer: https, or plain http on loopback (RFC 8414,
/// section 2; RFC 8252, section 8.3).
///
/// # Errors
/// Why the address may not be used.
pub fn parse_endpoint(text: &str) -> Result<Url, Unusable> {
    let url = Url::parse(text).map_err(|_| Unusable::NotAnAddress)?;
    let clean = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    match url.scheme() {
        "https" if clean && url.has_host() => Ok(url),
        "http" if clean && is_loopback(&url) => Ok(url),
        "http" if clean => Err(Unusable::PlainHttp),
        _ => Err(Unusable::NotHttp),
    }
}

/// Whether `url` names this machine, by a loopback address or as `localhost`.
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
        assert!(parse_endpoint("http://127.0.0.1:8080/token").is_ok());
        assert!(parse_endpoint("http://[::1]:8080/token").is_ok());
        assert!(parse_endpoint("http://localhost/token").is_ok());
        assert_eq!(
            parse_endpoint("http://as.example/token"),
            Err(Unusable::PlainHttp)
        );
        assert_eq!(
            parse_endpoint("http://localhost.evil.example/"),
            Err(Unusable::PlainHttp)
        );
        assert_eq!(
            parse_endpoint("https://user:pw@as.example/"),
            Err(Unusable::NotHttp)
        );
        assert_eq!(parse_endpoint("file:///etc/passwd"), Err(Unusable::NotHttp));
        assert_eq!(parse_endpoint("as.example"), Err(Unusable::NotAnAddress));
    }

    #[test]
    fn an_issuer_with_tls_has_endpoints_with_tls() {
        let issuer = Url::parse("https://as.example").expect("an address");
        let here = Url::parse("http://127.0.0.1:8080").expect("an address");
        for (member, what) in [
            ("authorization_endpoint", "authorization endpoint"),
            ("token_endpoint", "token endpoint"),
            (
                "device_authorization_endpoint",
                "device authorization endpoint",
            ),
            ("revocation_endpoint", "revocation endpoint"),
            ("userinfo_endpoint", "userinfo endpoint"),
            ("introspection_endpoint", "introspection endpoint"),
            ("registration_endpoint", "registration endpoint"),
            ("jwks_uri", "key set"),
        ] {
            let with = |address: &str| {
                let text =
                    format!("{{\"issuer\":\"https://as.example\",\"{member}\":\"{address}\"}}");
                Metadata::parse(text.as_bytes()).expect("metadata")
            };
            assert_eq!(with("https://other.example/").downgraded(&issuer), None);
            let open = with("http://127.0.0.1:8080/");
            let expected = Some((what, "http://127.0.0.1:8080/"));
            assert_eq!(open.downgraded(&issuer), expected);
            assert_eq!(open.downgraded(&here), None);
        }
    }

    #[test]
    fn html_is_not_metadata() {
        assert_eq!(Metadata::parse(b"<html>").err(), Some(NotMetadata::NotJson));
        assert_eq!(
            Metadata::parse(b"{}").err(),
            Some(NotMetadata::WithoutMembers)
        );
    }
}
