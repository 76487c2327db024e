//! Addresses as callers name them ([`Target`]), and patterns that say which of them are meant
//! ([`Pattern`]).
//!
//! A pattern is compared part by part, so that no wildcard reaches from one part of an address into
//! the next: `https://*.example.com` is never `https://evil.example/.example.com`.
//!
//! Deliberately absent: regular expressions, and any guess. An address that no pattern matches gets
//! no token.

use url::{Host, Url};

mod host;
mod path;
mod pattern;

pub use path::leads_up;
pub use pattern::{Pattern, Specificity};

/// What a caller wants a token for: a URL, or as much of one as the caller knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The scheme, in lower case, where the caller names one.
    pub scheme: Option<String>,
    /// The host, in lower case; an IPv6 address in brackets.
    pub host: String,
    /// The port, where it is not the default of the scheme.
    pub port: Option<u16>,
    /// The path with its leading slash; `/` where the caller names none.
    pub path: String,
    /// The user name in the address, where there is one.
    pub user: Option<String>,
    /// Whether the path was written so that all servers read it in the same way.
    pub is_plain: bool,
}

impl Target {
    /// Reads a URL, `host`, `host:port` or `host/path`. A package manager's `sparse+` or `git+`
    /// before the scheme is dropped. What browsers forgive (a backslash for a slash, a line break
    /// in the middle) is not an address and gives `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = without_registry_kind(text.trim());
        if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
            return None;
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            // Without a scheme, `user@host` may as well be a mail address or an ssh remote.
            if text.contains('@') {
                return None;
            }
            return Self::from_url(&Url::parse(&format!("https://{text}")).ok()?, None);
        };
        let scheme = scheme.to_ascii_lowercase();
        if !is_scheme(&scheme) {
            return None;
        }
        // Only for web addresses does `Url` know the default port, and how a host is split from a
        // path. Any other scheme is only compared by its name.
        let url = if ["http", "https"].contains(&scheme.as_str()) {
            Url::parse(text)
        } else {
            Url::parse(&format!("https://{rest}"))
        };
        Self::from_url(&url.ok()?, Some(scheme))
    }

    fn from_url(url: &Url, scheme: Option<String>) -> Option<Self> {
        let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
        if host.is_empty() {
            return None;
        }
        let user = Some(url.username()).filter(|user| !user.is_empty());
        Some(Self {
            scheme,
            host,
            port: url.port(),
            path: url.path().to_owned(),
            user: user.map(str::to_owned),
            is_plain: path::is_plain(url.path()),
        })
    }

    /// This address, as the user of that name asks for it; empty counts as none.
    #[must_use]
    pub fn with_user(self, user: Option<&str>) -> Self {
        let user = user.filter(|user| !user.is_empty()).map(str::to_owned);
        Self {
            user: user.or(self.user),
            ..self
        }
    }

    /// Reads the address of a proxy: only its host and port count, for how it is spoken to says
    /// nothing of what is sent through it.
    #[must_use]
    pub fn of_proxy(text: &str) -> Option<Self> {
        let proxy = Self::parse(text)?;
        let usual = match proxy.scheme.as_deref() {
            Some("http") => Some(80),
            Some("socks5" | "socks5h") => Some(1080),
            _ => None,
        };
        Some(Self {
            scheme: None,
            port: proxy.port.or(usual),
            path: "/".to_owned(),
            ..proxy
        })
    }

    /// Reads an address that comes in parts, of which none may reach into the next. The path is
    /// taken literally: it is encoded here, not decoded.
    #[must_use]
    pub fn of_parts(scheme: &str, authority: &str, path: &str) -> Option<Self> {
        let separate = is_separate(scheme) && is_separate(authority) && !scheme.contains(':');
        if !separate || path.contains(char::is_control) {
            return None;
        }
        let without_path = Self::parse(&format!("{scheme}://{authority}/"))?;
        let encoded = encode_path(path)?;
        Some(Self {
            // Steps are carried out in the encoded form, and would not be seen any more.
            is_plain: path::is_plain(path) && path::is_plain(&encoded),
            path: encoded,
            ..without_path
        })
    }

    /// The host, and the port where it is not the default of the scheme.
    #[must_use]
    pub fn authority(&self) -> String {
        self.port
            .map_or_else(|| self.host.clone(), |port| format!("{}:{port}", self.host))
    }

    /// Whether what is sent there never leaves this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match Host::parse(&self.host) {
            Ok(Host::Ipv4(address)) => address.is_loopback(),
            Ok(Host::Ipv6(address)) => address.is_loopback(),
            Ok(Host::Domain(name)) => name == "localhost",
            Err(_) => false,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(scheme) = &self.scheme {
            write!(f, "{scheme}://")?;
        }
        f.write_str(&self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(if self.path == "/" { "" } else { &self.path })
    }
}

/// Whether a part of an address holds nothing that would begin another part.
fn is_separate(part: &str) -> bool {
    !part.is_empty() && !part.contains(['/', '?', '#', '@', '%', '\\'])
}

/// Whether `text` is a scheme (RFC 3986, section 3.1) in lower case.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c))
}

/// A path in the form that it has in a URL: what would end it is encoded, and steps back (`..`)
/// are carried out.
fn encode_path(path: &str) -> Option<String> {
    let mut url = Url::parse("https://x/").ok()?;
    url.set_path(&path.replace('\\', "%5C"));
    Some(url.path().to_owned())
}

/// An address without the kind of registry or repository that a package manager writes before its
/// scheme.
fn without_registry_kind(text: &str) -> &str {
    text.strip_prefix("sparse+")
        .or(text.strip_prefix("git+"))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_browser_would_forgive_is_no_address() {
        for text in [
            "https://evil.org\\\\.example.com",
            "https://git.exa\nmple.com",
            "https://a b",
            "https://",
            "u@git.example.com",
            "",
        ] {
            assert_eq!(Target::parse(text), None, "{text:?}");
        }
        for host in [
            "git.example.com/.evil.org",
            "git.example.com?.evil.org",
            "u@git.example.com",
            "git.example.com%2f.evil.org",
            "a#b",
            "",
        ] {
            assert_eq!(Target::of_parts("https", host, "x"), None, "{host:?}");
        }
        assert_eq!(
            Target::of_parts("https", "h:8443", "a/../b")
                .map(|t| t.to_string())
                .as_deref(),
            Some("https://h:8443/b")
        );
    }
}
