//! The authorization request and its redirect (RFC 6749, section 4.1; RFC 7636; RFC 8252; RFC
//! 9207).
//!
//! Deliberately absent: the implicit grant, and PKCE without a hash (the method `plain`).

use ring::digest::{SHA256, digest};
use url::{Url, form_urlencoded};

use super::response::{ErrorBody, redact};
use crate::secret::{Secret, base64url};
use crate::text::printable;

/// The secrets of one attempt to log in. Each lives as long as the attempt and is sent once.
pub struct Attempt {
    /// `state` (RFC 6749, section 10.12): ties the redirect to this process.
    pub state: Secret,
    /// `nonce` (OpenID Connect Core 1.0, section 3.1.2.1): ties the ID token to this attempt.
    pub nonce: Secret,
    /// The PKCE code verifier (RFC 7636, section 4.1): ties the code to this process.
    pub verifier: Secret,
}

impl Attempt {
    /// Random secrets of 256 bits each.
    #[must_use]
    pub fn new() -> Self {
        Self {
            state: Secret::random(),
            nonce: Secret::random(),
            verifier: Secret::random(),
        }
    }

    /// `code_challenge` by the method `S256` (RFC 7636, section 4.2).
    #[must_use]
    pub fn challenge(&self) -> String {
        base64url(digest(&SHA256, self.verifier.expose().as_bytes()).as_ref())
    }
}

impl Default for Attempt {
    fn default() -> Self {
        Self::new()
    }
}

/// An authorization request (RFC 6749, section 4.1.1) without the attempt's secrets.
pub struct Request<'a> {
    /// The authorization endpoint. A query that it has already is kept (RFC 6749, section 3.1).
    pub endpoint: &'a Url,
    /// `client_id` (RFC 6749, section 2.2).
    pub client_id: &'a str,
    /// `redirect_uri`, character for character as it will be sent to the token endpoint.
    pub redirect_uri: &'a str,
    /// `scope`, joined by the provider's separator; not sent when empty.
    pub scope: &'a str,
    /// The APIs that the token is for: one `resource` parameter for each (RFC 8707, section 2).
    pub resource: &'a [String],
    /// All other parameters, as name and value: `audience`, `prompt`, `access_type`, and those that
    /// the user gave with `--param`.
    pub extra: &'a [(String, String)],
}

impl Request<'_> {
    /// The address to send the browser to.
    #[must_use]
    pub fn url(&self, attempt: &Attempt) -> Url {
        let mut url = self.endpoint.clone();
        let mut query = url.query_pairs_mut();
        query.append_pair("response_type", "code");
        query.append_pair("client_id", self.client_id);
        query.append_pair("redirect_uri", self.redirect_uri);
        if !self.scope.is_empty() {
            query.append_pair("scope", self.scope);
        }
        query.append_pair("state", attempt.state.expose());
        query.append_pair("nonce", attempt.nonce.expose());
        query.append_pair("code_challenge", &attempt.challenge());
        query.append_pair("code_challenge_method", "S256");
        for resource in self.resource {
            query.append_pair("resource", resource);
        }
        for (name, value) in self.extra {
            query.append_pair(name, value);
        }
        drop(query);
        url
    }
}

/// What a redirect brought back.
#[derive(Debug)]
pub enum Redirect {
    /// It is not for this attempt: it has another state, or none. The wait for the redirect goes
    /// on.
    Stray,
    /// The server refused, or the user refused at the server (RFC 6749, section 4.1.2.1).
    Refused(ErrorBody),
    /// It came from another server than the one that was asked, whose name this is (RFC 9207,
    /// section 2.4). Its code must not be used.
    WrongIssuer(String),
    /// The authorization code (RFC 6749, section 4.1.2).
    Code(Secret),
}

/// Which server may answer, for the check of RFC 9207.
pub struct Expected<'a> {
    /// The issuer that was asked; `None` where the server has none, and nothing is checked.
    pub issuer: Option<&'a str>,
    /// Whether the issuer's metadata announces that its redirects carry `iss`. A redirect without
    /// one is refused then.
    pub announced: bool,
}

/// Reads the query of a redirect. The state is checked first, in constant time: without it nothing
/// is believed, not even an error.
#[must_use]
pub fn read_redirect(query: &str, attempt: &Attempt, expected: &Expected<'_>) -> Redirect {
    let state = parameter(query, "state");
    if !state.is_some_and(|state| attempt.state.same_as(&state)) {
        return Redirect::Stray;
    }
    if let Some(name) = repeated(query) {
        return Redirect::Refused(ErrorBody {
            code: "invalid_request".to_owned(),
            description: Some(format!("the server's answer has `{name}` more than once")),
            interval: None,
        });
    }
    match (parameter(query, "iss"), expected.issuer) {
        (Some(iss), Some(issuer)) if iss != issuer => {
            return Redirect::WrongIssuer(printable(&iss, 200));
        }
        (None, Some(_)) if expected.announced => {
            return Redirect::WrongIssuer("a server that does not name itself".to_owned());
        }
        _ => {}
    }
    if let Some(code) = parameter(query, "error") {
        let description = parameter(query, "error_description");
        return Redirect::Refused(ErrorBody {
            code: printable(&code, 64),
            description: description.map(|text| redact(&text, 400)),
            interval: None,
        });
    }
    match parameter(query, "code") {
        Some(code) if !code.is_empty() => Redirect::Code(Secret::new(code)),
        _ => Redirect::Stray,
    }
}

/// A parameter that decides and is there more than once, which RFC 6749, section 3.1 forbids.
fn repeated(query: &str) -> Option<&'static str> {
    ["iss", "error", "code"].into_iter().find(|name| {
        let pairs = form_urlencoded::parse(query.as_bytes());
        pairs.filter(|(known, _)| known == name).count() > 1
    })
}

/// The value of a parameter; `None` when it is absent, and when it is there more than once, which
/// RFC 6749, section 3.1 forbids.
fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let mut values = pairs.filter(|(known, _)| known == name);
    let (_, value) = values.next()?;
    values.next().is_none().then(|| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HERE: Expected<'static> = Expected {
        issuer: Some("https://as.example"),
        announced: true,
    };

    fn read(attempt: &Attempt, query: &str, expected: &Expected<'_>) -> Redirect {
        read_redirect(
            &query.replace("STATE", attempt.state.expose()),
            attempt,
            expected,
        )
    }

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636_appendix_b() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        let attempt = Attempt {
            verifier,
            ..Attempt::new()
        };
        assert_eq!(
            attempt.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn without_the_state_not_even_an_error_is_believed() {
        let attempt = Attempt::new();
        for query in [
            "",
            "error=access_denied",
            "code=c&state=guess",
            "code=c",
            "code=c&state=STATE&state=STATE",
        ] {
            assert!(
                matches!(read(&attempt, query, &HERE), Redirect::Stray),
                "{query}"
            );
        }
    }

    #[test]
    fn the_issuer_is_compared_whenever_it_is_there_and_demanded_when_announced() {
        let attempt = Attempt::new();
        let silent = Expected {
            issuer: Some("https://as.example"),
            announced: false,
        };
        let wrong = "code=c&state=STATE&iss=https%3A%2F%2Fevil.example";
        assert!(matches!(
            read(&attempt, wrong, &HERE),
            Redirect::WrongIssuer(_)
        ));
        assert!(matches!(
            read(&attempt, wrong, &silent),
            Redirect::WrongIssuer(_)
        ));
        assert!(matches!(
            read(&attempt, "code=c&state=STATE", &HERE),
            Redirect::WrongIssuer(_)
        ));
        assert!(matches!(
            read(&attempt, "code=c&state=STATE", &silent),
            Redirect::Code(_)
        ));
        let right = "code=c&state=STATE&iss=https%3A%2F%2Fas.example";
        assert!(matches!(read(&attempt, right, &HERE), Redirect::Code(_)));
    }

    /// A repeated parameter counted as absent: with two issuers, none was compared.
    #[test]
    fn a_parameter_that_is_repeated_is_no_answer() {
        let attempt = Attempt::new();
        let silent = Expected {
            issuer: Some("https://as.example"),
            announced: false,
        };
        for query in [
            "code=c&state=STATE&iss=https%3A%2F%2Fevil.example&iss=https%3A%2F%2Fas.example",
            "code=c&code=d&state=STATE",
            "error=a&error=b&code=c&state=STATE",
        ] {
            let redirect = read(&attempt, query, &silent);
            assert!(
                matches!(redirect, Redirect::Refused(_)),
                "{query}: {redirect:?}"
            );
        }
    }

    #[test]
    fn a_refusal_with_the_right_state_is_heard_and_cleaned() {
        let attempt = Attempt::new();
        let query = "error=access_denied&error_description=no%1b%5B31m&\
            state=STATE&iss=https%3A%2F%2Fas.example";
        match read(&attempt, query, &HERE) {
            Redirect::Refused(error) => assert_eq!(error.to_string(), "access_denied (no [31m)"),
            other => panic!("{other:?}"),
        }
    }

    proptest! {
        #[test]
        fn no_query_panics_and_none_is_believed(query in any::<String>()) {
            let attempt = Attempt::new();
            prop_assert!(matches!(read_redirect(&query, &attempt, &HERE), Redirect::Stray));
        }
    }
}
