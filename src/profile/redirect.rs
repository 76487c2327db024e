//! Where a server sends the browser after a login, and whether that is received on this machine.

use url::Url;

use super::Profile;

/// Where the browser ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// At a listener of authctl's.
    Here(Listening),
    /// At a page that authctl does not serve: the person pastes what it shows.
    Elsewhere(String),
}

/// What the listener listens for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    /// The redirect URI, character for character, where the user names it. `None`: it is made of
    /// the host, the port that is bound and the path.
    pub uri: Option<String>,
    /// The host in the redirect URI.
    pub host: String,
    /// The ports that may be bound; empty for any.
    pub ports: Vec<u16>,
    /// The path in the redirect URI, with its leading slash.
    pub path: String,
    /// Whether another server hands the browser's request on (`listen`). It may run as another user
    /// of this machine.
    pub by_another_server: bool,
}

impl Profile {
    /// Where the browser ends. A redirect URI of the user's own is received here if it is on this
    /// machine, or if `listen` says at which port another server hands its requests on.
    #[must_use]
    pub fn redirect(&self) -> Destination {
        let Some(uri) = &self.redirect_uri else {
            return Destination::Here(Listening {
                uri: None,
                host: self.redirect_host.clone(),
                ports: self.ports.clone(),
                path: self.redirect_path.clone(),
                by_another_server: false,
            });
        };
        match listening_for(uri, self.listen) {
            Some(listening) => Destination::Here(listening),
            None => Destination::Elsewhere(uri.clone()),
        }
    }
}

/// What is listened for where the user names the redirect URI; `None` if it leads elsewhere.
fn listening_for(uri: &str, listen: Option<u16>) -> Option<Listening> {
    let url = Url::parse(uri).ok()?;
    Some(Listening {
        uri: Some(uri.to_owned()),
        host: url.host_str()?.to_owned(),
        ports: vec![listen.or_else(|| port_here(&url))?],
        path: url.path().to_owned(),
        by_another_server: listen.is_some(),
    })
}

/// The port of an address in plain http on this machine.
fn port_here(url: &Url) -> Option<u16> {
    let is_here = ["127.0.0.1", "[::1]", "localhost"].contains(&url.host_str()?);
    (is_here && url.scheme() == "http").then(|| url.port_or_known_default())?
}

/// The port in `127.0.0.1:PORT`; `None` for anything else.
pub(super) fn local_port(text: &str) -> Option<u16> {
    let (host, port) = text.split_once(':')?;
    let port = port.parse().ok().filter(|port| *port > 0)?;
    ["127.0.0.1", "localhost"].contains(&host).then_some(port)
}

/// Whether this can be the path of a redirect URI: without a query, and without what a server
/// would encode in another way.
pub(super) fn is_path(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_graphic() && !b"?#\"<>".contains(&b);
    text.starts_with('/') && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::setting::{Setting, Source};

    fn redirect(settings: &[(&'static str, &str)]) -> Destination {
        let all = [&[("client_id", "c")], settings].concat();
        let all = all.into_iter().map(|(name, value)| Setting {
            name,
            values: vec![value.to_owned()],
            source: Source::File,
        });
        Profile::resolve("work", all.collect())
            .expect("a profile")
            .redirect()
    }

    #[test]
    fn a_redirect_on_this_machine_is_received() {
        for (uri, host, port, path) in [
            ("http://localhost:8080/cb", "localhost", 8080, "/cb"),
            ("http://127.0.0.1/cb", "127.0.0.1", 80, "/cb"),
            ("http://[::1]:9000/", "[::1]", 9000, "/"),
        ] {
            let expected = Listening {
                uri: Some(uri.to_owned()),
                host: host.to_owned(),
                ports: vec![port],
                path: path.to_owned(),
                by_another_server: false,
            };
            assert_eq!(
                redirect(&[("redirect_uri", uri)]),
                Destination::Here(expected),
                "{uri}"
            );
        }
        for uri in [
            "https://localhost/cb",
            "http://127.0.0.2:8080/cb",
            "https://app.example/cb",
            "urn:ietf:wg:oauth:2.0:oob",
        ] {
            let expected = Destination::Elsewhere(uri.to_owned());
            assert_eq!(redirect(&[("redirect_uri", uri)]), expected, "{uri}");
        }
        let public = [
            ("redirect_uri", "https://app.example/cb"),
            ("listen", "127.0.0.1:7777"),
        ];
        let Destination::Here(listening) = redirect(&public) else {
            panic!("it is received here")
        };
        assert_eq!(
            (listening.ports, listening.path.as_str()),
            (vec![7777], "/cb")
        );
        assert!(listening.by_another_server);
    }
}
