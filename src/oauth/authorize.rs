//! The authorization request and its redirect (RFC 6749, section 4.1; RFC 7636; RFC 9207; RFC
//! 8252).

use ring::digest::{SHA256, digest};
use url::{Url, form_urlencoded};

use super::response::{ErrorBody, redacted};
use crate::secret::{Secret, base64url};
use crate::text::printable;

/// The secrets of one attempt to log in. Each lives as long as the attempt and is used once.
pub struct Attempt {
    /// `state` (RFC 6749, section 10.12): ties the redirect to this process.
    pub state: Secret,
    /// `nonce` (OpenID Connect Core 1.0, section 3.1.2.1): ties the ID token to this attempt.
    pub nonce: Secret,
    /// The PKCE code verifier (RFC 7636, section 4.1): ties the code to this process.
    pub verifier: Secret,
}

impl Attempt {
    /// Fresh secrets.
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

/// What an authorization request says beside the attempt's own secrets.
pub struct Request<'a> {
    /// The authorization endpoint. A query that it has already is kept (RFC 6749, section 3.1).
    pub endpoint: &'a Url,
    /// `client_id`.
    pub client_id: &'a str,
    /// `redirect_uri`, to the letter as it will be sent to the token endpoint.
    pub redirect_uri: &'a str,
    /// `scope`, joined as the provider wants it.
    pub scope: &'a str,
    /// `resource` (RFC 8707).
    pub resource: &'a [String],
    /// Everything else: `audience`, `prompt`, `access_type`, what the user gave with `--param`.
    pub extra: &'a [(String, String)],
}

impl Request<'_> {
    /// The address to send the browser to.
    #[must_use]
    pub fn url(&self, attempt: &Attempt) -> Url {
        let mut url = self.endpoint.clone();
        {
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
        }
        url
    }
}

/// What a redirect brought back.
#[derive(Debug)]
pub enum Redirect {
    /// Not for this attempt: another state, or none. Answer it and go on waiting.
    Stray,
    /// The server, or the user at the server, said no.
    Refused(ErrorBody),
    /// It came from another server than the one we asked (RFC 9207, section 2.4). Never use its
    /// code.
    WrongIssuer(String),
    /// The authorization code.
    Code(Secret),
}

/// Who may answer, for the check of RFC 9207.
pub struct Expected<'a> {
    /// The issuer that we asked, where the provider has one.
    pub issuer: Option<&'a str>,
    /// Whether its metadata announces that it sends `iss`, so that a redirect without one is
    /// refused.
    pub announced: bool,
}

/// Reads the query of a redirect. State is checked first, in constant time; nothing without it is
/// believed, not even an error.
#[must_use]
pub fn read_redirect(query: &str, attempt: &Attempt, expected: &Expected<'_>) -> Redirect {
    let find = |name: &str| {
        let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
        let first = values.next().map(|(_, value)| value.into_owned());
        // RFC 6749, section 3.1: parameters must not be sent more than once.
        if values.next().is_some() { None } else { first }
    };
    if !find("state").is_some_and(|state| attempt.state.same_as(&state)) {
        return Redirect::Stray;
    }
    match (find("iss"), expected.issuer) {
        (Some(iss), Some(issuer)) if iss != issuer => {
            return Redirect::WrongIssuer(printable(&iss, 200));
        }
        (None, Some(_)) if expected.announced => return Redirect::WrongIssuer("nobody".to_owned()),
        _ => {}
    }
    if let Some(code) = find("error") {
        let description = find("error_description").map(|text| redacted(&text, 400));
        return Redirect::Refused(ErrorBody {
            code: printable(&code, 64),
            description,
            interval: None,
        });
    }
    match find("code") {
        Some(code) if !code.is_empty() => Redirect::Code(Secret::new(code)),
        _ => Redirect::Stray,
    }
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
