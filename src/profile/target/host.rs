//! Patterns of hosts: names, in whose first labels a `*` may stand, and networks of addresses.
//!
//! A name is compared label by label. A `*` may stand only where the owner of what follows decides
//! who gets that name: in the first labels, with at least two labels behind it that say themselves.
//! `*.com` would be everybody's, and `git.*.example` the one's who owns any of them. A network of
//! addresses is written with the length of its prefix (RFC 4632), never with a `*`.

use core::net::IpAddr;

use ipnet::IpNet;
use url::Url;
use wildmatch::WildMatchPattern;

/// A glob with `*` as its only wildcard. The second parameter is the wildcard for one character: no
/// address contains NUL, so that there is none.
pub(super) type Glob = WildMatchPattern<'*', '\0'>;

/// The shortest prefix of a network that is taken: with less, half of the world would be meant.
const SHORTEST_PREFIX: u8 = 8;

/// Which hosts are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HostPattern {
    /// A name as it is looked up, or an address as it is written in a URL.
    Name(String),
    /// The addresses of a network.
    Network(IpNet),
}

impl HostPattern {
    /// Reads a host; `None` when it is none, or has a `*` where none may stand.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let name = lookup_form(text)?;
        has_wildcards_where_they_may_stand(&name).then_some(Self::Name(name))
    }

    /// Reads a network, such as `10.0.0.0/8` or `[fd00::]/16`.
    pub(super) fn parse_network(address: &str, prefix: &str) -> Option<Self> {
        let address: IpAddr = address.trim_matches(['[', ']']).parse().ok()?;
        // Written in one way only: `0080` may be meant as a path.
        if prefix.len() > 1 && prefix.starts_with('0') {
            return None;
        }
        let prefix = prefix
            .parse()
            .ok()
            .filter(|length| *length >= SHORTEST_PREFIX)?;
        Some(Self::Network(IpNet::new(address, prefix).ok()?.trunc()))
    }

    /// Whether a host, as a target has it, is meant.
    pub(super) fn matches(&self, host: &str) -> bool {
        match self {
            Self::Name(name) => name_matches(name, host),
            Self::Network(network) => {
                let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
                address.is_some_and(|address| network.contains(&address))
            }
        }
    }

    /// Whether one host is meant and no other.
    pub(super) fn is_single(&self) -> bool {
        matches!(self, Self::Name(name) if !name.contains('*'))
    }

    /// How much the pattern says: of a name the characters that are no wildcards, of a network the
    /// length of its prefix. Any name says more than any network.
    pub(super) fn specificity(&self) -> (usize, u8) {
        match self {
            Self::Name(name) => (name.chars().filter(|c| *c != '*').count(), 0),
            Self::Network(network) => (0, network.prefix_len()),
        }
    }
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Network(network) => network.fmt(f),
        }
    }
}

fn has_wildcards_where_they_may_stand(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let Some(last) = labels.iter().rposition(|label| label.contains('*')) else {
        return true;
    };
    let (first, literal) = labels.split_at(last + 1);
    let is_address = literal
        .last()
        .is_some_and(|label| label.parse::<u8>().is_ok());
    first.iter().all(|label| label.contains('*')) && literal.len() >= 2 && !is_address
}

/// Compares from the last label to the first. A first label that is `*` alone stands for one label
/// or more.
fn name_matches(pattern: &str, host: &str) -> bool {
    let wanted: Vec<&str> = pattern.rsplit('.').collect();
    let given: Vec<&str> = host.rsplit('.').collect();
    let is_open = wanted.last() == Some(&"*");
    if given.len() < wanted.len() || given.len() > wanted.len() && !is_open {
        return false;
    }
    let mut pairs = wanted.iter().zip(&given);
    pairs.all(|(wanted, given)| !given.is_empty() && Glob::new(wanted).matches(given))
}

/// A host in the form in which targets have it: a name as it is looked up, an address as it is
/// written in a URL. `None` if it is not a host.
fn lookup_form(host: &str) -> Option<String> {
    if host.is_empty() || host.starts_with('-') || !host.chars().all(is_host_character) {
        return None;
    }
    let needs_url = !host.is_ascii() || host.starts_with('[');
    let known = if needs_url {
        Url::parse(&format!("https://{host}"))
            .ok()?
            .host_str()?
            .to_owned()
    } else {
        host.to_owned()
    };
    Some(known.to_ascii_lowercase().trim_end_matches('.').to_owned())
}

/// Whether `c` may be part of a host as a pattern has it: a name, an address or a wildcard.
fn is_host_character(c: char) -> bool {
    c.is_alphanumeric() || "-._*:[]".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_only_before_two_labels_that_say_themselves() {
        for good in [
            "*.example.com",
            "*.*.example.com",
            "git-*.example.com",
            "*.a.b.example.com",
            "localhost",
            "10.0.0.1",
        ] {
            assert!(HostPattern::parse(good).is_some(), "{good}");
        }
        for bad in [
            "*",
            "*.com",
            "*.*",
            "*.*.com",
            "git.*.com",
            "git.*.example.com",
            "git.example.*",
            "10.0.*",
            "10.*.0.1",
            "*.0.0.1",
            "*example.com",
            "*.com.",
        ] {
            assert_eq!(HostPattern::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_name_is_compared_label_by_label() {
        for (pattern, host, expected) in [
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "a.b.example.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "evilexample.com", false),
            ("*.*.example.com", "a.example.com", false),
            ("*.*.example.com", "a.b.example.com", true),
            ("git-*.example.com", "git-1.example.com", true),
            ("git-*.example.com", "git-1.evil.example.com", false),
            ("git-*.example.com", "a.git-1.example.com", false),
            ("*.example.com", ".example.com", false),
        ] {
            let parsed = HostPattern::parse(pattern).expect("a pattern");
            assert_eq!(parsed.matches(host), expected, "{pattern} and {host}");
        }
    }

    #[test]
    fn a_network_has_the_addresses_of_its_prefix() {
        for (address, prefix, host, expected) in [
            ("10.0.0.0", "8", "10.255.0.1", true),
            ("10.1.2.3", "8", "10.255.0.1", true),
            ("10.0.0.0", "8", "11.0.0.1", false),
            ("10.0.0.0", "8", "10.example.com", false),
            ("192.168.1.0", "24", "192.168.1.77", true),
            ("192.168.1.0", "24", "192.168.2.77", false),
            ("[fd00::]", "16", "[fd00::1]", true),
            ("[fd00::]", "16", "[fe80::1]", false),
        ] {
            let parsed = HostPattern::parse_network(address, prefix).expect("a network");
            assert_eq!(
                parsed.matches(host),
                expected,
                "{address}/{prefix} and {host}"
            );
        }
        for (address, prefix) in [
            ("10.0.0.0", "008"),
            ("0.0.0.0", "0"),
            ("10.0.0.0", "7"),
            ("10.0.0.0", "33"),
            ("a", "8"),
        ] {
            assert_eq!(
                HostPattern::parse_network(address, prefix),
                None,
                "{address}/{prefix}"
            );
        }
    }
}
