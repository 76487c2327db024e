//! Addresses as callers name them, and the patterns that bind a profile to some of them.
//!
//! A [`Pattern`] is compared part by part, so that no wildcard reaches from one part of an address
//! into the next: `https://*.example.com` is never `https://evil.example/.example.com`.
//!
//! Deliberately absent: regular expressions, and any guess. What does not match is not ours.

use url::{Host, Url};
use wildmatch::WildMatchPattern;

type Glob = WildMatchPattern<'*', '\0'>;

/// What a caller wants a token for: a URL, or as much of one as it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The scheme, where the caller names one.
    pub scheme: Option<String>,
    /// The host, in lower case; an IPv6 address in brackets.
    pub host: String,
    /// The port, where it is not the scheme's own.
    pub port: Option<u16>,
    /// The path with its slash; `/` where the caller names none.
    pub path: String,
    /// The user name in it.
    pub user: Option<String>,
}

impl Target {
    /// Reads a URL, `host`, `host:port` or `host/path`. A registry's `sparse+` or `git+` before the
    /// scheme does not count. What browsers forgive (a backslash for a slash, a line break in the
    /// middle) is no address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = without_kind(text.trim());
        if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
            return None;
        }
        let named = text.contains("://");
        if !named && text.contains('@') {
            return None;
        }
        let whole = if named {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        // Only a web address is split as the web does it; any other scheme is compared as a name.
        let (scheme, rest) = whole.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        if !is_scheme(&scheme) {
            return None;
        }
        let web = ["http", "https"].contains(&scheme.as_str());
        let url = Url::parse(&if web {
            whole.clone()
        } else {
            format!("https://{rest}")
        })
        .ok()?;
        Self::of_url(&url, named.then_some(scheme))
    }

    fn of_url(url: &Url, scheme: Option<String>) -> Option<Self> {
        let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
        let user = Some(url.username())
            .filter(|user| !user.is_empty())
            .map(str::to_owned);
        (!host.is_empty()).then(|| Self {
            scheme,
            host,
            port: url.port(),
            path: url.path().to_owned(),
            user,
        })
    }

    /// Reads an address that comes in parts, of which none may reach into the next. The path is as
    /// it is meant, and not as it would be written in a URL.
    #[must_use]
    pub fn of_parts(scheme: &str, authority: &str, path: &str) -> Option<Self> {
        let plain =
            |text: &str| !text.is_empty() && !text.contains(['/', '?', '#', '@', '%', '\\']);
        if !plain(scheme)
            || !plain(authority)
            || scheme.contains(':')
            || path.contains(char::is_control)
        {
            return None;
        }
        let bare = Self::parse(&format!("{scheme}://{authority}/"))?;
        Some(Self {
            path: encoded(path)?,
            ..bare
        })
    }

    /// The host, and the port where it is not the scheme's own.
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

/// RFC 3986, section 3.1, in lower case.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c))
}

/// A path in the form that it has in a URL, with what would end it encoded, and without steps back.
fn encoded(path: &str) -> Option<String> {
    let mut url = Url::parse("https://x/").ok()?;
    url.set_path(&path.replace('\\', "%5C"));
    Some(url.path().to_owned())
}

fn without_kind(text: &str) -> &str {
    text.strip_prefix("sparse+")
        .or(text.strip_prefix("git+"))
        .unwrap_or(text)
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

/// Which addresses are meant: `git.example.com`, `*.example.com:8443`,
/// `https://git.example.com/team/*`.
///
/// Without a scheme it is `https`, or `http` where that stays on this machine: a token crosses no
/// network in the clear unless a pattern says `http://` itself. A path means itself and everything
/// below it; with a `*` it means what it says, but for `/*` at its end. A port that is not named is
/// the scheme's own; `:*` is any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    scheme: Option<String>,
    host: String,
    port: Port,
    path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    Default,
    Any,
    Only(u16),
}

impl Pattern {
    /// Reads a pattern; `None` for what can match nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = without_kind(text);
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let (host, port) = match authority
            .rsplit_once(':')
            .filter(|(_, port)| !port.contains(']'))
        {
            Some((host, "*")) => (host, Port::Any),
            Some((host, port)) => (
                host,
                Port::Only(port.parse().ok().filter(|port| *port > 0)?),
            ),
            None => (authority, Port::Default),
        };
        let odd = |c: char| c.is_control() || "@?#\\".contains(c);
        let of_a_name = |c: char| c.is_alphanumeric() || "-._*:[]".contains(c);
        let whole = !host.is_empty()
            && !text.contains(odd)
            && host.chars().all(of_a_name)
            && !host.starts_with('-')
            && scheme.as_deref().is_none_or(is_scheme);
        // A name is compared in the form in which it is looked up, and an address in the one that
        // it has in a URL.
        let looked_up = |host: &str| {
            Url::parse(&format!("https://{host}"))
                .ok()?
                .host_str()
                .map(str::to_owned)
        };
        let host = if host.is_ascii() && !host.starts_with('[') {
            host.to_owned()
        } else {
            looked_up(host)?
        };
        let path = encoded(path)?;
        let host = host.to_ascii_lowercase().trim_end_matches('.').to_owned();
        whole.then_some(Self {
            scheme,
            host,
            port,
            path,
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

    /// Whether both mean the same, however they are written.
    #[must_use]
    pub fn is_same_as(&self, other: &Pattern) -> bool {
        self.normal() == other.normal()
    }

    /// Whether both mean the same host and port.
    #[must_use]
    pub fn is_beside(&self, other: &Pattern) -> bool {
        let (one, two) = (self.normal(), other.normal());
        (one.1, one.2) == (two.1, two.2)
    }

    /// The host alone.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    fn normal(&self) -> (&str, &str, Port, &str) {
        let scheme = self.scheme.as_deref().unwrap_or("https");
        let usual = Port::Only(if scheme == "http" { 80 } else { 443 });
        let port = if self.port == usual {
            Port::Default
        } else {
            self.port
        };
        let path = self
            .path
            .strip_suffix("/*")
            .unwrap_or(&self.path)
            .trim_end_matches('/');
        (scheme, self.host.trim_end_matches('.'), port, path)
    }

    /// How much the pattern says: what is literal in the host, then in the path, then in the port.
    #[must_use]
    pub fn length(&self) -> (usize, usize, bool) {
        let literal = |text: &str| text.chars().filter(|c| *c != '*').count();
        (
            literal(&self.host),
            literal(self.path.trim_end_matches('/')),
            self.port != Port::Any,
        )
    }

    /// The address that it means, if that is one: what a caller may be told who asks for a list.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let plain = !self.host.contains('*') && self.port != Port::Any;
        let path = self.path.trim_end_matches('*').trim_end_matches('/');
        let port = if let Port::Only(port) = self.port {
            format!(":{port}")
        } else {
            String::new()
        };
        let scheme = self.scheme.as_deref().unwrap_or("https");
        (plain && !path.contains('*')).then(|| format!("{scheme}://{}{port}{path}", self.host))
    }

    /// Whether only a part of a host is meant: then a caller who names no path is told nothing.
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
        Glob::new(&self.host).matches(&target.host)
    }

    fn port_matches(&self, target: &Target) -> bool {
        let usual = |scheme: Option<&str>| if scheme == Some("http") { 80 } else { 443 };
        let asked = target
            .port
            .unwrap_or_else(|| usual(target.scheme.as_deref()));
        match self.port {
            Port::Any => true,
            Port::Only(port) => asked == port,
            Port::Default => asked == usual(self.scheme.as_deref().or(target.scheme.as_deref())),
        }
    }

    fn path_matches(&self, target: &Target) -> bool {
        let path = self.path.strip_suffix("/*").unwrap_or(&self.path);
        if path.contains('*') {
            return Glob::new(&self.path).matches(&target.path);
        }
        let below = target.path.strip_prefix(path.trim_end_matches('/'));
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(pattern: &str, target: &str) -> bool {
        let target = Target::parse(target).unwrap_or_else(|| panic!("{target} is no address"));
        Pattern::parse(pattern)
            .unwrap_or_else(|| panic!("{pattern} is no pattern"))
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
                "https://git.example.com/*/ours",
                "https://git.example.com/a/b/ours",
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
        ] {
            assert_eq!(Pattern::parse(nothing), None, "{nothing}");
        }
    }

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

    #[test]
    fn the_longer_pattern_says_more() {
        let length = |text: &str| Pattern::parse(text).expect("a pattern").length();
        assert!(length("git.example.com") > length("*.example.com"));
        assert!(length("https://git.example.com/team") > length("https://git.example.com"));
        assert!(length("git.example.com:443") > length("git.example.com:*"));
        assert_eq!(
            length("git.example.com"),
            length("https://git.example.com/")
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
                        || pattern.host.contains('*')
                        || pattern.host == target.host
                );
            }
        }
    }
}
