//! Patterns of addresses: what `url` and `host` of a `[[match]]` table say.

use super::host::{Glob, HostPattern};
use super::path::is_plain;
use super::{Target, encode_path, is_scheme, without_registry_kind};

/// Which addresses are meant: `git.example.com`, `*.example.com:8443`, `10.0.0.0/8`,
/// `https://git.example.com/team/*`.
///
/// Where a `*` may stand in a host is said at [`HostPattern`]. A path decides only about paths that
/// every server reads in the same way: one with an empty segment, a step or an encoded separator is
/// not meant by any pattern that has a path.
///
/// Without a scheme a pattern means `https`, and `http` only to this machine: a token crosses no
/// network in the clear unless a pattern says `http://` itself. A path means itself and everything
/// below it. If it contains a `*` other than a final `/*`, it means exactly what it matches.
/// Without a port a pattern means the default port of the scheme; `:*` means any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    scheme: Option<String>,
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
}

/// A pattern with its defaults filled in. Patterns that mean the same are equal in this form,
/// however they are written.
#[derive(PartialEq, Eq)]
struct Normal<'a> {
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
        if text.contains(|c: char| c.is_control() || "@?#\\".contains(c)) {
            return None;
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        if scheme.as_deref().is_some_and(|scheme| !is_scheme(scheme)) {
            return None;
        }
        if let Some((host, port)) = network(rest).filter(|_| scheme.is_none()) {
            let path = "/".to_owned();
            return Some(Self {
                scheme,
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
        if self.has_path() && !is_plain(&target.path) {
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(pattern: &str, target: &str) -> bool {
        let target = Target::parse(target).unwrap_or_else(|| panic!("{target} is not an address"));
        Pattern::parse(pattern)
            .unwrap_or_else(|| panic!("{pattern} is not a pattern"))
            .matches(&target)
    }

    #[test]
    fn a_pattern_means_what_it_says() {
        for (pattern, target) in [
            ("git.example.com", "https://git.example.com/team/repo.git"),
            ("git.example.com", "git.example.com"),
            ("git.example.com.", "git.example.com"),
            ("git.example.com", "https://GIT.example.com.:443/"),
            ("*.example.com", "a.b.example.com"),
            ("git.example.com:8443", "https://git.example.com:8443"),
            ("git.example.com:*", "git.example.com:8443"),
            (
                "https://git.example.com/team",
                "https://git.example.com/team/repo",
            ),
            (
                "https://git.example.com/team/",
                "https://git.example.com/team",
            ),
            (
                "https://git.example.com/team/*",
                "https://git.example.com/team",
            ),
            (
                "https://git.example.com/team/*",
                "https://git.example.com/team/a/b",
            ),
            (
                "https://git.example.com/*/mine",
                "https://git.example.com/a/b/mine",
            ),
            ("http://git.example.com", "http://git.example.com/x"),
            ("127.0.0.1:*", "http://127.0.0.1:4000/x"),
            ("[::1]:*", "http://[::1]:4000/x"),
            (
                "index.example.com",
                "sparse+https://index.example.com/crates/",
            ),
            ("oci://r.example.com", "oci://r.example.com/chart"),
            ("bücher.example", "https://bücher.example/"),
            (
                "https://a.example/bücher",
                "https://a.example/b%C3%BCcher/x",
            ),
            (
                "https://a.example/My Team/*",
                "https://a.example/My%20Team/x",
            ),
            ("[0:0::1]:8443", "https://[::1]:8443/"),
            ("10.0.0.0/8", "https://10.1.2.3/x"),
            ("10.0.0.0/8:8443", "https://10.1.2.3:8443/x"),
            ("127.0.0.0/8:*", "http://127.0.0.1:4000/x"),
        ] {
            assert!(matches(pattern, target), "{pattern} is not {target}");
        }
    }

    #[test]
    fn a_wildcard_never_leaves_its_part_and_nothing_crosses_a_network_in_the_clear() {
        for (pattern, target) in [
            ("*.example.com", "example.com"),
            ("*.example.com", "https://evil.org/.example.com"),
            ("*.example.com", "https://x@evil.org/?a.example.com"),
            ("*.example.com", "https://evil.org#.example.com"),
            ("git.example.com", "git.example.com.evil.org"),
            ("git.example.com", "http://git.example.com/x"),
            ("git.example.com", "ssh://git.example.com/x"),
            ("git.example.com", "https://git.example.com:8443"),
            (
                "https://git.example.com/team",
                "https://git.example.com/teammates",
            ),
            (
                "https://git.example.com/team",
                "https://git.example.com/team/../other",
            ),
            (
                "https://git.example.com/team",
                "https://git.example.com/team/%2e%2e/other",
            ),
            ("https://git.example.com/team", "https://git.example.com"),
            (
                "https://git.example.com/team",
                "https://git.example.com/team/..%2fother",
            ),
            (
                "https://git.example.com/team",
                "https://git.example.com/team/%252e%252e/other",
            ),
            (
                "https://git.example.com/team",
                "https://git.example.com/team//x",
            ),
            (
                "https://git.example.com/team",
                "https://git.example.com/team%5cx",
            ),
            ("10.0.0.0/8", "https://11.0.0.1"),
            ("10.0.0.0/8", "http://10.0.0.1"),
            ("http://git.example.com", "git.example.com"),
        ] {
            assert!(!matches(pattern, target), "{pattern} is {target}");
        }
        for nothing in [
            "",
            "/",
            "https://",
            "https:///x",
            "a b",
            "https://u@h",
            "h:port",
            "h:0",
            "://h",
            "$(id)",
            "-x",
            "a'b",
            "*",
            "*.com",
            "git.*.com",
            "10.0.*",
            "https://h/a//b",
            "https://h/a/../b",
            "https://h/a%2fb",
        ] {
            assert_eq!(Pattern::parse(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_longer_pattern_says_more() {
        let specificity = |text: &str| Pattern::parse(text).expect("a pattern").specificity();
        assert!(specificity("git.example.com") > specificity("*.example.com"));
        assert!(
            specificity("https://git.example.com/team") > specificity("https://git.example.com")
        );
        assert!(specificity("git.example.com:443") > specificity("git.example.com:*"));
        assert_eq!(
            specificity("git.example.com"),
            specificity("https://git.example.com/")
        );
    }

    #[test]
    fn only_a_literal_pattern_is_an_address() {
        let address = |text: &str| Pattern::parse(text).expect("a pattern").address();
        assert_eq!(
            address("r.example.com").as_deref(),
            Some("https://r.example.com")
        );
        assert_eq!(
            address("http://r.example.com:80/a/*").as_deref(),
            Some("http://r.example.com:80/a")
        );
        assert_eq!(address("*.example.com"), None);
        assert_eq!(address("r.example.com:*"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_matches_has_the_patterns_host(pattern in any::<String>(),
            target in any::<String>()) {
            if let (Some(pattern), Some(target)) = (Pattern::parse(&pattern),
                Target::parse(&target)) {
                prop_assert!(
                    !pattern.matches(&target)
                        || !pattern.host.is_single()
                        || pattern.host() == target.host
                );
            }
        }
    }
}
