//! What a user has to know to register a client at a server, as data: where, as what, with which
//! redirect address, and whether it needs a secret.

use std::fmt;

/// The port that a registration is given where it has to name one. It is below the ports that
/// systems give to outgoing connections.
pub const USUAL_PORT: u16 = 17_171;

/// Which redirect addresses on this machine a registration lets a login use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// The registered address with any port (RFC 8252, section 7.3).
    AnyPort,
    /// The registered address, port and all: the login has to use that port.
    OnePort,
    /// Addresses in https only, so that none on this machine can be registered.
    HttpsOnly,
}

/// Whether a client at the server has a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientSecret {
    /// It has none: it is a public client (RFC 6749, section 2.1).
    None,
    /// It has one, and the token endpoint demands it.
    Needed,
    /// It has one that the token endpoint demands and that is not confidential: each copy of a
    /// program has it.
    NotConfidential,
    /// A login by browser needs one, a login with a device code (RFC 8628) does not.
    UnlessByDevice,
}

impl ClientSecret {
    /// The words for a person who registers a client.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            ClientSecret::None => "none: a public client",
            ClientSecret::Needed => "needed: keep it in a file, --client-secret-file FILE",
            ClientSecret::NotConfidential => {
                "needed, though it is not confidential: --client-secret-file FILE"
            }
            ClientSecret::UnlessByDevice => {
                "--client-secret-file FILE; not needed with --device, if the app allows that"
            }
        }
    }

    /// Whether a login in a browser cannot work without one.
    #[must_use]
    pub fn is_needed_by_browser(self) -> bool {
        self != ClientSecret::None
    }
}

/// How a client is registered at a server.
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// The address of the page, if there is one for every user of the provider; else words for
    /// where it is done.
    pub page: &'static str,
    /// What to choose there.
    pub client: &'static str,
    /// Which redirect addresses work.
    pub redirects: Redirects,
    /// Whether the client has a secret.
    pub secret: ClientSecret,
    /// What else has to be known; empty for nothing.
    pub note: &'static str,
}

impl Registration {
    /// Of a server of which nothing is known but the standards.
    pub const GENERIC: Registration = Registration {
        page: "where your server registers clients (often: applications)",
        client: "a public or native client with PKCE",
        redirects: Redirects::AnyPort,
        secret: ClientSecret::None,
        note: "if the server compares ports, register one and use --port PORT",
    };

    /// The address of the page, where a browser can open it.
    #[must_use]
    pub fn address(&self) -> Option<&'static str> {
        self.page.starts_with("https://").then_some(self.page)
    }

    /// The redirect address to enter, with the host that the provider wants, and what is to be
    /// known of it. `port` is the one that a login is going to use; `None` for the usual one.
    #[must_use]
    pub fn redirect(&self, host: &str, path: &str, port: Option<u16>) -> String {
        match self.redirects {
            Redirects::AnyPort => format!("http://{host}{path} (any port)"),
            Redirects::OnePort => {
                let port = port.unwrap_or(USUAL_PORT);
                format!("http://{host}:{port}{path} exactly, with --port {port}")
            }
            Redirects::HttpsOnly => {
                "an https address of your own, with `redirect_uri` in the profile and --paste"
                    .to_owned()
            }
        }
    }

    /// What to do, line by line: what it is about, and what to do or to enter.
    #[must_use]
    pub fn lines(&self, redirect: &str) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            ("register at", self.page.to_owned()),
            ("as", self.client.to_owned()),
            ("redirect", redirect.to_owned()),
            ("secret", self.secret.words().to_owned()),
        ];
        if !self.note.is_empty() {
            lines.push(("note", self.note.to_owned()));
        }
        lines
    }

    /// The flags that a login needs beside the server and the client's name.
    #[must_use]
    pub fn flags(&self) -> String {
        let mut flags = String::new();
        if matches!(
            self.secret,
            ClientSecret::Needed | ClientSecret::NotConfidential
        ) {
            flags.push_str(" --client-secret-file FILE");
        }
        if self.secret == ClientSecret::UnlessByDevice {
            flags.push_str(" --device");
        }
        if self.redirects == Redirects::OnePort {
            flags.push_str(&format!(" --port {USUAL_PORT}"));
        }
        flags
    }
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, client, .. } = self;
        write!(f, "{client}, at {page}; ")?;
        f.write_str(match self.redirects {
            Redirects::AnyPort => "the redirect's port does not count",
            Redirects::OnePort => "the redirect's port counts",
            Redirects::HttpsOnly => "the redirect must be https",
        })?;
        write!(f, "; secret {}", self.secret.words())?;
        match self.note {
            "" => Ok(()),
            note => write!(f, "; {note}"),
        }
    }
}

/// What a token is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Repositories of git: clone, fetch, push.
    Git,
    /// The provider's own programming interface.
    Api,
    /// Mail by IMAP and SMTP.
    Mail,
}

impl Use {
    /// Every use with the word for it.
    pub const ALL: &[(&str, Use)] = &[("git", Use::Git), ("api", Use::Api), ("mail", Use::Mail)];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == self)
            .map_or("", |(word, _)| word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_told_as_it_has_to_be_entered() {
        let with = |redirects| Registration {
            redirects,
            ..Registration::GENERIC
        };
        let any = with(Redirects::AnyPort).redirect("127.0.0.1", "/callback", None);
        assert_eq!(any, "http://127.0.0.1/callback (any port)");
        let one = with(Redirects::OnePort).redirect("localhost", "/cb", Some(8080));
        assert_eq!(one, "http://localhost:8080/cb exactly, with --port 8080");
        assert_eq!(with(Redirects::OnePort).flags(), " --port 17171");
    }
}
