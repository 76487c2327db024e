//! The authorization code grant with PKCE (RFC 6749, section 4.1; RFC 7636; RFC 8252): a browser on
//! this machine, or a person who pastes the address that theirs ended at.
//!
//! The socket is bound before anybody hears its number, and stays bound. Whatever else knocks (a
//! favicon, a guess, an attacker who was first) gets its answer and the wait goes on: nothing
//! without our state is believed. The browser is kept waiting until somebody above says how the
//! login ended.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use url::Url;

use crate::loopback::{Listener, Reply, Request, escape};
use crate::oauth::authorize::{self, Attempt, Expected, Redirect};
use crate::oauth::client::Form;
use crate::profile::Profile;
use crate::provider::outcome::{Disposition, Granted, Refusal};
use crate::secret::Secret;
use crate::time::describe;

use super::{GrantError, Server, TokenEndpoint, required};

/// So many may knock at once: half of the files that a process may usually open, for the exchange
/// needs some too.
const PLACES: usize = 512;

/// A login that waits for its redirect.
pub struct Waiting {
    attempt: Arc<Attempt>,
    redirect_uri: String,
    expected: Arc<(Option<String>, bool)>,
    /// Where to send the browser.
    pub url: Url,
    arrivals: mpsc::Receiver<Arrival>,
    _server: Option<tokio::task::JoinHandle<()>>,
}

/// A redirect that is ours, with the browser that brought it.
struct Arrival {
    redirect: Redirect,
    page: oneshot::Sender<Reply>,
}

/// A browser that waits to hear how the login ended; nobody, when the address was pasted.
pub struct Browser(Option<oneshot::Sender<Reply>>);

impl Browser {
    /// Shows the page for a login that is done: after the exchange, and after the record is safe.
    pub async fn succeed(self, profile: &str, who: Option<&str>) {
        let as_whom = who
            .map(|who| format!(" as <b>{}</b>", escape(who)))
            .unwrap_or_default();
        let text = format!(
            "<b>{}</b> is ready{as_whom}. You can close this page.",
            escape(profile)
        );
        self.show(200, "You are logged in", &text).await;
    }

    /// Shows the page for a login that came to nothing.
    pub async fn fail(self, why: &str) {
        self.show(400, "The login failed", &escape(why)).await;
    }

    async fn show(self, status: u16, title: &str, text: &str) {
        let Some(page) = self.0 else { return };
        if page.send(self::page(status, title, text)).is_ok() {
            // The page has to leave before this process does.
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }
}

/// A code, and what is needed to exchange it.
pub struct Code {
    code: Secret,
    redirect_uri: String,
    attempt: Arc<Attempt>,
}

/// Binds the listener (unless the redirect goes elsewhere) and makes the address for the browser.
///
/// # Errors
/// When no port can be bound, or the server has no authorization endpoint.
pub async fn begin(profile: &Profile, server: &Server) -> Result<Waiting, GrantError> {
    let address = required(
        "authorization endpoint",
        server.endpoints.authorization.as_deref(),
    )?;
    let attempt = Arc::new(Attempt::new());
    let expected = Arc::new((server.issuer.clone(), server.announces_issuer));
    let (sender, arrivals) = mpsc::channel(4);
    let (redirect_uri, serving) = match &profile.redirect_uri {
        Some(elsewhere) => (elsewhere.clone(), None),
        None => {
            let listener = listen(profile).await?;
            let uri = format!(
                "http://{}:{}{}",
                profile.redirect_host,
                listener.port(),
                profile.redirect_path
            );
            let door = Door {
                path: profile.redirect_path.clone(),
                port: listener.port(),
                attempt: Arc::clone(&attempt),
                expected: Arc::clone(&expected),
                arrivals: sender,
            };
            let door = Arc::new(door);
            let serving = tokio::spawn(listener.serve(PLACES, move |request| {
                let door = Arc::clone(&door);
                async move { door.answer(request).await }
            }));
            (uri, Some(serving))
        }
    };
    let url = authorize::Request {
        endpoint: &address,
        client_id: &profile.client_id,
        redirect_uri: &redirect_uri,
        scope: &profile.scope_parameter(),
        resource: &profile.resource,
        extra: &extra(profile),
    }
    .url(&attempt);
    Ok(Waiting {
        attempt,
        redirect_uri,
        expected,
        url,
        arrivals,
        _server: serving,
    })
}

fn extra(profile: &Profile) -> Vec<(String, String)> {
    let mut extra = profile.params.clone();
    let named = [
        ("audience", &profile.audience),
        ("login_hint", &profile.account),
    ];
    for (name, value) in named {
        if let Some(value) = value
            && !extra.iter().any(|(known, _)| known == name)
        {
            extra.push((name.to_owned(), value.clone()));
        }
    }
    extra
}

async fn listen(profile: &Profile) -> Result<Listener, GrantError> {
    let both = profile.redirect_host == "localhost";
    Listener::bind(&profile.ports, both)
        .await
        .map_err(|source| {
            let ports: Vec<String> = profile.ports.iter().map(u16::to_string).collect();
            let what = if ports.is_empty() {
                "127.0.0.1".to_owned()
            } else {
                format!("port {}", ports.join(", "))
            };
            GrantError::Listen { what, source }
        })
}

impl Waiting {
    /// Waits for the redirect, or for `pasted` to give the address that the browser ended at.
    /// `tick` is called now and then.
    ///
    /// # Errors
    /// When the server or the person said no, or nobody came within `limit`.
    pub async fn code(
        mut self,
        mut pasted: mpsc::Receiver<String>,
        limit: Duration,
        tick: &dyn Fn(),
        complain: &dyn Fn(&GrantError),
    ) -> Result<(Code, Browser), (GrantError, Browser)> {
        let deadline = tokio::time::Instant::now() + limit;
        loop {
            let second = tokio::time::Instant::now() + Duration::from_secs(1);
            let (redirect, browser) = tokio::select! {
                Some(Arrival { redirect, page }) = self.arrivals.recv() => (redirect,
                    Browser(Some(page))),
                Some(address) = pasted.recv() => match self.read_pasted(&address) {
                    // A terminal may have folded it: ask again rather than cry wolf.
                    Redirect::Stray | Redirect::WrongIssuer(_) => {
                        complain(&GrantError::NotTheRedirect);
                        continue;
                    }
                    redirect => (redirect, Browser(None)),
                },
                () = tokio::time::sleep_until(deadline.min(second)) => {
                    tick();
                    if tokio::time::Instant::now() >= deadline {
                        return Err((GrantError::TimedOut(describe(limit)), Browser(None)));
                    }
                    continue;
                }
            };
            return match redirect {
                Redirect::Code(code) => Ok((
                    Code {
                        code,
                        redirect_uri: self.redirect_uri,
                        attempt: self.attempt,
                    },
                    browser,
                )),
                Redirect::WrongIssuer(said) => Err((GrantError::MixUp { said }, browser)),
                Redirect::Refused(error) => {
                    let refusal = Refusal::Said {
                        disposition: Disposition::Interaction,
                        error,
                    };
                    Err((refusal.into(), browser))
                }
                Redirect::Stray => continue,
            };
        }
    }

    fn read_pasted(&self, address: &str) -> Redirect {
        let address = address.trim();
        let query = address.split_once('?').map_or(address, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        authorize::read_redirect(query, &self.attempt, &expected(&self.expected))
    }
}

fn expected(expected: &(Option<String>, bool)) -> Expected<'_> {
    Expected {
        issuer: expected.0.as_deref(),
        announced: expected.1,
    }
}

impl Code {
    /// The redirect that brought it, to the letter.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The nonce that the ID token must have.
    #[must_use]
    pub fn nonce(&self) -> &Secret {
        &self.attempt.nonce
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
            .with("code_verifier", self.attempt.verifier.expose())
            .with_each("resource", &profile.resource);
        endpoint.ask(form).await
    }
}

/// What the browser knocks at.
struct Door {
    path: String,
    port: u16,
    attempt: Arc<Attempt>,
    expected: Arc<(Option<String>, bool)>,
    arrivals: mpsc::Sender<Arrival>,
}

impl Door {
    async fn answer(&self, request: Request) -> Reply {
        // A page elsewhere whose name was made to point here (DNS rebinding) says its own name.
        let here = ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|host| request.host == format!("{host}:{}", self.port));
        if !here || request.path != self.path {
            return Reply::new(404, "text/plain", "nothing here\n");
        }
        if request.method != "GET" {
            return Reply::new(405, "text/plain", "only GET\n").header("allow", "GET");
        }
        let redirect =
            authorize::read_redirect(&request.query, &self.attempt, &expected(&self.expected));
        if matches!(redirect, Redirect::Stray) {
            let text = "This address belongs to another login, or to none. The login that waits \
                here goes on waiting.";
            return page(400, "Not this login", text);
        }
        let (page, verdict) = oneshot::channel();
        if self
            .arrivals
            .send(Arrival { redirect, page })
            .await
            .is_err()
        {
            return self::page(410, "Too late", "This login has already ended.");
        }
        verdict
            .await
            .unwrap_or_else(|_| self::page(410, "Too late", "This login has already ended."))
    }
}

/// A page that needs nothing from elsewhere, in light and dark. `text` is HTML: whoever calls has
/// escaped it.
fn page(status: u16, title: &str, text: &str) -> Reply {
    let mark = if status == 200 { "ok" } else { "no" };
    let html = include_str!("page.html")
        .replace("{title}", title)
        .replace("{mark}", mark)
        .replace("{text}", text);
    Reply::new(status, "text/html; charset=utf-8", html)
        .header(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; \
            base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        )
        .header("referrer-policy", "no-referrer")
        .header("x-content-type-options", "nosniff")
        .header("connection", "close")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_cannot_write_html() {
        assert_eq!(escape("<script>\"'&"), "&lt;script&gt;&quot;&#39;&amp;");
        let reply = page(400, "The login failed", &escape("<img src=x>"));
        let html = String::from_utf8(reply.body).expect("text");
        assert!(html.contains("&lt;img src=x&gt;") && !html.contains("<img"));
        assert!(
            !html.contains("http://") && !html.contains("https://"),
            "no asset from elsewhere"
        );
    }
}
