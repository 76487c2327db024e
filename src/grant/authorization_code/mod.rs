//! The authorization code grant with PKCE (RFC 6749, section 4.1; RFC 7636; RFC 8252): the user
//! logs in with a browser on this machine, or pastes the address at which a browser elsewhere has
//! ended.
//!
//! The socket for the redirect is bound before its port is told to the server, and stays bound. Any
//! other request that arrives there (for an icon, a guess, an attacker who was first) is answered
//! and does not end the wait: a redirect without the `state` of this attempt is not believed. The
//! browser gets its page when the caller knows how the login has ended.

mod receiver;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use url::Url;

pub use self::receiver::WaitingBrowser;
use self::receiver::{Arrival, Doors, receive_redirects};
use super::endpoint::parse_address;
use super::{GrantError, Server, TokenEndpoint};
use crate::oauth::authorize::{self, Attempt, Expected, Redirect};
use crate::oauth::client::Form;
use crate::profile::Profile;
use crate::profile::redirect::Destination;
use crate::provider::outcome::{Disposition, Granted, Refusal};
use crate::secret::Secret;
use crate::time::describe;

/// How often the caller is told that the wait goes on.
const TICK: Duration = Duration::from_secs(1);

/// What messages to the user call the endpoint that a browser is sent to.
const ENDPOINT: &str = "authorization endpoint";

/// One attempt to log in: its secrets, and the server that may answer it.
struct LoginAttempt {
    secrets: Attempt,
    /// The issuer that was asked, where the server has one.
    issuer: Option<String>,
    /// Whether the server announces that its redirects name the issuer (RFC 9207, section 3).
    announces_issuer: bool,
    /// Whether the server shows the code alone for the user to copy: the redirect URI is one of the
    /// kind `urn:ietf:wg:oauth:2.0:oob`.
    shows_code: bool,
}

impl LoginAttempt {
    fn new(profile: &Profile, server: &Server) -> Self {
        let own_redirect = profile.redirect_uri.as_deref();
        Self {
            secrets: Attempt::new(),
            issuer: server.issuer.clone(),
            announces_issuer: server.announces_issuer,
            shows_code: own_redirect.is_some_and(|uri| uri.starts_with("urn:")),
        }
    }

    /// Reads the query of a redirect.
    fn read_redirect(&self, query: &str) -> Redirect {
        let expected = Expected {
            issuer: self.issuer.as_deref(),
            announced: self.announces_issuer,
        };
        authorize::read_redirect(query, &self.secrets, &expected)
    }

    /// Reads an address that the user pasted; `None` when it is not the redirect of this attempt.
    fn read_pasted(&self, address: &str) -> Option<Redirect> {
        let address = address.trim();
        // The code alone carries no state: it is taken only where a person copies it from the
        // server's own page.
        if self.shows_code && !address.contains(['?', '&', '=', ' ']) && !address.is_empty() {
            return Some(Redirect::Code(Secret::new(address.to_owned())));
        }
        let query = address.split_once('?').map_or(address, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        match self.read_redirect(query) {
            Redirect::Stray | Redirect::WrongIssuer(_) => None,
            redirect => Some(redirect),
        }
    }
}

/// A login that was begun: the user is to open [`BrowserLogin::url`], and the redirect is awaited.
pub struct BrowserLogin {
    attempt: Arc<LoginAttempt>,
    /// Where the server is to send the browser, character for character.
    pub redirect_uri: String,
    /// The authorization request: where a person sends the browser.
    pub url: Url,
    /// What a program that opens a browser is given in place of the request, because other users
    /// can read its arguments.
    pub to_open: Secret,
    /// A short address that leads to the request, for a browser on this machine; `None` where the
    /// redirect leads elsewhere.
    pub to_show: Option<String>,
    arrivals: mpsc::Receiver<Arrival>,
}

/// An authorization code, and what is needed to exchange it.
#[expect(
    clippy::struct_field_names,
    reason = "`code` is the parameter's name (RFC 6749, section 4.1.3)"
)]
pub struct Code {
    code: Secret,
    redirect_uri: String,
    attempt: Arc<LoginAttempt>,
}

/// Binds a socket for the redirect, unless the profile has it go elsewhere, and makes the address
/// for the browser.
///
/// # Errors
/// [`GrantError::Listen`] when no port can be bound, [`GrantError::NoEndpoint`] and
/// [`GrantError::BadEndpoint`] when the server has no usable authorization endpoint.
pub async fn begin_login(profile: &Profile, server: &Server) -> Result<BrowserLogin, GrantError> {
    let address = server.endpoints.authorization.as_deref();
    let address = address.ok_or(GrantError::NoEndpoint { what: ENDPOINT })?;
    let endpoint = parse_address(ENDPOINT, address)?;
    let attempt = Arc::new(LoginAttempt::new(profile, server));
    let (sender, arrivals) = mpsc::channel(4);
    let (redirect_uri, doorway) = match profile.redirect() {
        Destination::Elsewhere(elsewhere) => (elsewhere, None),
        Destination::Here(listening) => {
            let (redirect_uri, doorway) = receive_redirects(listening, &attempt, sender).await?;
            (redirect_uri, Some(doorway))
        }
    };
    let request = authorize::Request {
        endpoint: &endpoint,
        client_id: &profile.client_id,
        redirect_uri: &redirect_uri,
        scope: &profile.scope_parameter(),
        resource: &profile.resource,
        extra: &extra_parameters(profile),
    };
    let url = request.url(&attempt.secrets);
    // Where the redirect leads elsewhere, only who is at this terminal can answer.
    let doors = doorway.map(|doorway| doorway.lead_to(&url));
    let (to_open, to_show) = match doors {
        Some(Doors { to_open, to_show }) => (to_open, Some(to_show)),
        None => (Secret::new(url.to_string()), None),
    };
    Ok(BrowserLogin {
        attempt,
        redirect_uri,
        url,
        to_open,
        to_show,
        arrivals,
    })
}

/// The parameters of the authorization request that only some providers or users want. A parameter
/// that the user gave wins over the one that the profile's settings imply.
fn extra_parameters(profile: &Profile) -> Vec<(String, String)> {
    let mut extra = profile.params.clone();
    let implied = [
        ("audience", &profile.audience),
        ("login_hint", &profile.account),
    ];
    for (name, value) in implied {
        if let Some(value) = value
            && !extra.iter().any(|(known, _)| known == name)
        {
            extra.push((name.to_owned(), value.clone()));
        }
    }
    extra
}

impl BrowserLogin {
    /// Waits for the redirect, or for `pasted` to give the address at which the browser ended.
    /// `tick` is called about once a second meanwhile. `complain` is called for a pasted address
    /// that is not the redirect; the wait goes on then.
    ///
    /// # Errors
    /// Why there is no code, with the browser that brought the answer: [`GrantError::Refused`] when
    /// the server or the user refused, [`GrantError::MixUp`] when another server answered,
    /// [`GrantError::TimedOut`] when no redirect arrived within `limit`.
    pub async fn wait_for_code(
        mut self,
        mut pasted: mpsc::Receiver<String>,
        limit: Duration,
        tick: &dyn Fn(),
        complain: &dyn Fn(&GrantError),
    ) -> Result<(Code, WaitingBrowser), (GrantError, WaitingBrowser)> {
        let deadline = Instant::now() + limit;
        loop {
            let next_tick = Instant::now() + TICK;
            let (redirect, browser) = tokio::select! {
                Some(arrival) = self.arrivals.recv() => (arrival.redirect, arrival.browser),
                Some(address) = pasted.recv() => match self.attempt.read_pasted(&address) {
                    Some(redirect) => (redirect, WaitingBrowser::absent()),
                    // A terminal may have broken the address into lines: the user pastes again.
                    None => {
                        complain(&GrantError::NotTheRedirect);
                        continue;
                    }
                },
                () = sleep_until(deadline.min(next_tick)) => {
                    tick();
                    if Instant::now() < deadline {
                        continue;
                    }
                    let error = GrantError::TimedOut(describe(limit));
                    return Err((error, WaitingBrowser::absent()));
                }
            };
            match redirect {
                Redirect::Stray => {}
                Redirect::Code(code) => return Ok((self.into_code(code), browser)),
                Redirect::WrongIssuer(said) => return Err((GrantError::MixUp { said }, browser)),
                Redirect::Refused(error) => {
                    let disposition = Disposition::Interaction;
                    return Err((
                        Refusal::Said {
                            disposition,
                            error,
                            status: None,
                            retry_after: None,
                        }
                        .into(),
                        browser,
                    ));
                }
            }
        }
    }

    fn into_code(self, code: Secret) -> Code {
        Code {
            code,
            redirect_uri: self.redirect_uri,
            attempt: self.attempt,
        }
    }
}

impl Code {
    /// The redirect URI of the authorization request, character for character.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The nonce that the ID token must hold (OpenID Connect Core 1.0, section 3.1.2.1).
    #[must_use]
    pub fn nonce(&self) -> &Secret {
        &self.attempt.secrets.nonce
    }

    /// Exchanges the code for tokens (RFC 6749, section 4.1.3).
    ///
    /// # Errors
    /// Why none came.
    pub async fn exchange(
        &self,
        endpoint: &TokenEndpoint<'_>,
        profile: &Profile,
    ) -> Result<Granted, Refusal> {
        let form = Form::grant("authorization_code")
            .with("code", self.code.expose())
            .with("redirect_uri", &self.redirect_uri)
            .with("code_verifier", self.attempt.secrets.verifier.expose())
            .with_each("resource", &profile.resource);
        endpoint.ask(form).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A code without a state may be another person's: only a server that shows no more is
    /// believed.
    #[test]
    fn a_code_alone_is_read_only_where_the_server_shows_it() {
        let mut attempt = LoginAttempt {
            secrets: Attempt::new(),
            issuer: None,
            announces_issuer: false,
            shows_code: false,
        };
        assert!(attempt.read_pasted("4/0AbC").is_none());
        attempt.shows_code = true;
        let Some(Redirect::Code(code)) = attempt.read_pasted(" 4/0AbC\n") else {
            panic!("the code is taken")
        };
        assert_eq!(code.expose(), "4/0AbC");
        for other in [
            "",
            "code=4/0AbC&state=wrong",
            "https://a.example/?code=4/0AbC",
        ] {
            assert!(attempt.read_pasted(other).is_none(), "{other}");
        }
    }
}
