//! Patterns of addresses: what `url` and `host` of a `[[match]]` table say.

use super::host::{Glob, HostPattern};
use super::path::is_plain;
use super::{Target, encode_path, is_scheme, without_registry_kind};

/// Which addresses are meant: `git.example.com`, `*.example.com:8443`, `10.0.0.0/8`,
/// `https://git.example.com/team/*`.
///
/// In a host, a `*` may stand only in the first labels, before two that say themselves. A path
/// decides only about paths that every server reads in the same way: one with an empty segment, a
/// step or an encoded separator is not meant by any pattern that has a path.
///
/// Without a scheme a pattern means `https`, and `http` only to this machine: a token crosses no
/// network in the clear unless a pattern says `http://` itself. A path means itself and everything
/// below it. If it contains a `*` other than a final `/*`, it means exactly what it matches.
/// Without a port a pattern means the default port of the scheme; `:*` means any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    scheme: Option<String>,
    /// The user that is meant, where the pattern names one: `https://alice@git.example.com`.
    user: Option<String>,
    host: HostPattern,
    port: Port,
    path: String,
}

/// The ports that a pattern means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    /// The default port of the scheme.
    Default,
    /// Any port.
    Any,
    /// This port.
    Only(u16),
}

/// How much a pattern says. Of two patterns that match an address, the greater one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specificity {
    /// The characters of the host that are not wildcards.
    host: usize,
    /// The length of a network's prefix.
    prefix: u8,
    /// The characters of the path that are not wildcards.
    path: usize,
    /// Whether the port is known.
    port: bool,
    /// Whether the user is known.
    user: bool,
}

/// A pattern with its defaults filled in. Patterns that mean the same are equal in this form,
/// however they are written.
#[derive(PartialEq, Eq)]
struct Normal<'a> {
    user: Option<&'a str>,
    scheme: &'a str,
    host: &'a HostPattern,
    port: Port,
    path: &'a str,
}

impl Pattern {
    /// Reads a pattern; `None` for a text that could match nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = without_registry_kind(text);
        if text.contains(|c: char| c.is_control() || "?#\\".contains(c)) {
            return None;
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        if scheme.as_deref().is_some_and(|scheme| !is_scheme(scheme)) {
            return None;
        }
        let (user, rest) = split_user(rest, scheme.is_some())?;
        if let Some((host, port)) = network(rest).filter(|_| scheme.is_none()) {
            let path = "/".to_owned();
            return Some(Self {
                scheme,
                user,
                host,
                port,
                path,
            });
        }
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let (host, port) = split_port(authority)?;
        let is_whole = |path: &str| is_plain(path.strip_suffix("/*").unwrap_or(path));
        Some(Self {
            scheme,
            user,
            host: HostPattern::parse(host)?,
            port,
            path: encode_path(path).filter(|encoded| is_whole(path) && is_whole(encoded))?,
        })
    }

    /// Whether `target` is meant.
    #[must_use]
    pub fn matches(&self, target: &Target) -> bool {
        self.scheme_matches(target)
            && self.host_matches(target)
            && self.port_matches(target)
            && self.path_matches(target)
            && (self.user.is_none() || self.user == target.user)
    }

    /// The user that the pattern names.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Whether both patterns mean the same addresses, however they are written.
    #[must_use]
    pub fn is_same_as(&self, other: &Pattern) -> bool {
        self.normal() == other.normal()
    }

    /// Whether both patterns have the same host and port, whatever their paths.
    #[must_use]
    pub fn is_beside(&self, other: &Pattern) -> bool {
        let this = self.normal();
        let other = other.normal();
        this.host == other.host && this.port == other.port
    }

    /// The host, without a port; it may contain wildcards.
    #[must_use]
    pub fn host(&self) -> String {
        self.host.to_string()
    }

    fn normal(&self) -> Normal<'_> {
        let scheme = self.scheme.as_deref().unwrap_or("https");
        let port = if self.port == Port::Only(default_port(Some(scheme))) {
            Port::Default
        } else {
            self.port
        };
        let path = self.path.strip_suffix("/*").unwrap_or(&self.path);
        Normal {
            user: self.user.as_deref(),
            scheme,
            host: &self.host,
            port,
            path: path.trim_end_matches('/'),
        }
    }

    /// How much the pattern says.
    #[must_use]
    pub fn specificity(&self) -> Specificity {
        let (host, prefix) = self.host.specificity();
        Specificity {
            host,
            prefix,
            path: literal_characters(self.path.trim_end_matches('/')),
            port: self.port != Port::Any,
            user: self.user.is_some(),
        }
    }

    /// The address that the pattern means, if it is a single one that can be written as a URL. A
    /// caller that asks for a list of addresses is shown these.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let path = self.path.trim_end_matches('*').trim_end_matches('/');
        if !self.host.is_single() || path.contains('*') {
            return None;
        }
        let port = match self.port {
            Port::Any => return None,
            Port::Default => String::new(),
            Port::Only(port) => format!(":{port}"),
        };
        let scheme = self.scheme.as_deref().unwrap_or("https");
        Some(format!("{scheme}://{}{port}{path}", self.host))
    }

    /// Whether only a part of a host is meant, so that a caller that names no path cannot be
    /// answered.
    #[must_use]
    pub fn has_path(&self) -> bool {
        !["/", "/*"].contains(&self.path.as_str())
    }

    fn scheme_matches(&self, target: &Target) -> bool {
        match (self.scheme.as_deref(), target.scheme.as_deref()) {
            (Some(wanted), Some(named)) => wanted == named,
            (None | Some("https"), None) | (None, Some("https")) => true,
            (None, Some("http")) => target.is_loopback(),
            _ => false,
        }
    }

    fn host_matches(&self, target: &Target) -> bool {
        self.host.matches(&target.host)
    }

    fn port_matches(&self, target: &Target) -> bool {
        let target_scheme = target.scheme.as_deref();
        let asked = target.port.unwrap_or(default_port(target_scheme));
        match self.port {
            Port::Any => true,
            Port::Only(port) => asked == port,
            Port::Default => asked == default_port(self.scheme.as_deref().or(target_scheme)),
        }
    }

    fn path_matches(&self, target: &Target) -> bool {
        if self.has_path() && !target.is_plain {
            return false;
        }
        let path = self.path.strip_suffix("/*").unwrap_or(&self.path);
        if path.contains('*') {
            return Glob::new(&self.path).matches(&target.path);
        }
        let below = target.path.strip_prefix(path.trim_end_matches('/'));
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Splits the user from an address that has a scheme. `None` if there is a password, or an `@`
/// where none may be.
fn split_user(text: &str, has_scheme: bool) -> Option<(Option<String>, &str)> {
    let (authority, path) = text.find('/').map_or((text, ""), |at| text.split_at(at));
    let Some((user, host)) = authority.rsplit_once('@') else {
        return (!path.contains('@')).then_some((None, text));
    };
    let is_plain = has_scheme && !user.is_empty() && !user.contains(['@', ':', '%', '*']);
    is_plain.then(|| {
        (
            Some(user.to_owned()),
            &text[text.len() - host.len() - path.len()..],
        )
    })
}

/// Reads a network of addresses with its port: `10.0.0.0/8`, `10.0.0.0/8:8443`.
fn network(text: &str) -> Option<(HostPattern, Port)> {
    let (address, rest) = text.split_once('/')?;
    let (prefix, port) = split_port(rest)?;
    Some((HostPattern::parse_network(address, prefix)?, port))
}

/// Splits `host:port`. `None` if there is a port that is not a number from 1 to 65535.
fn split_port(authority: &str) -> Option<(&str, Port)> {
    match authority.rsplit_once(':') {
        // The colon is inside the brackets of an IPv6 address.
        Some((_, port)) if port.contains(']') => Some((authority, Port::Default)),
        Some((host, "*")) => Some((host, Port::Any)),
        Some((host, port)) => {
            let port = port.parse().ok().filter(|port| *port > 0)?;
            Some((host, Port::Only(port)))
        }
        None => Some((authority, Port::Default)),
    }
}

/// The port that belongs to a scheme; that of `https` if there is none.
fn default_port(scheme: Option<&str>) -> u16 {
    if scheme == Some("http") { 80 } else { 443 }
}

fn literal_characters(text: &str) -> usize {
    text.chars().filter(|c| *c != '*').count()
}

#[cfg(test)]
mod tests;
