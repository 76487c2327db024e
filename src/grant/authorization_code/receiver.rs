//! What receives the redirect on this machine: a small web server on loopback, and the page that it
//! shows to the browser when the caller knows how the login has ended.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::LoginAttempt;
use crate::grant::GrantError;
use crate::loopback::{Listener, Reply, Request, escape};
use crate::oauth::authorize::Redirect;
use crate::profile::Profile;

/// How many connections may be open at once: half of the files that a process may usually open, for
/// the exchange of the code needs some, too.
const CONNECTIONS: usize = 512;

/// How long the process waits for a page to leave it, before it may end.
const PAGE_TIME: Duration = Duration::from_millis(150);

/// A redirect of the awaited attempt, with the browser that brought it.
pub(super) struct Arrival {
    pub(super) redirect: Redirect,
    pub(super) browser: WaitingBrowser,
}

/// A browser that waits for its page. There is none when the address was pasted.
pub struct WaitingBrowser(Option<oneshot::Sender<Reply>>);

impl WaitingBrowser {
    /// What stands for the browser where none waits.
    pub(super) fn absent() -> Self {
        Self(None)
    }

    /// Shows the page for a login that is done: after the exchange, and after the record is safe.
    /// `subject` is the user who has logged in, where the server says so.
    pub async fn show_success(self, profile: &str, subject: Option<&str>) {
        let as_subject = match subject {
            Some(subject) => format!(" as <b>{}</b>", escape(subject)),
            None => String::new(),
        };
        let profile = escape(profile);
        let text = format!("<b>{profile}</b> is ready{as_subject}. You can close this page.");
        self.show(200, "You are logged in", &text).await;
    }

    /// Shows the page for a login that came to nothing. `why` is a sentence in plain text.
    pub async fn show_failure(self, why: &str) {
        self.show(400, "The login failed", &escape(why)).await;
    }

    async fn show(self, status: u16, title: &str, text: &str) {
        let Some(browser) = self.0 else { return };
        if browser.send(page(status, title, text)).is_ok() {
            tokio::time::sleep(PAGE_TIME).await;
        }
    }
}

/// Binds a loopback port as the profile wants it, and serves it for as long as the runtime lives.
/// Redirects of `attempt` are sent to `arrivals`. Returns the redirect URI.
///
/// # Errors
/// [`GrantError::Listen`] when no port can be bound.
pub(super) async fn receive_redirects(
    profile: &Profile,
    attempt: &Arc<LoginAttempt>,
    arrivals: mpsc::Sender<Arrival>,
) -> Result<String, GrantError> {
    let listener = bind(profile).await?;
    let port = listener.port();
    let receiver = Arc::new(Receiver {
        path: profile.redirect_path.clone(),
        port,
        attempt: Arc::clone(attempt),
        arrivals,
    });
    tokio::spawn(listener.serve(CONNECTIONS, move |request| {
        let receiver = Arc::clone(&receiver);
        async move { receiver.answer(request).await }
    }));
    let Profile {
        redirect_host,
        redirect_path,
        ..
    } = profile;
    Ok(format!("http://{redirect_host}:{port}{redirect_path}"))
}

async fn bind(profile: &Profile) -> Result<Listener, GrantError> {
    let both_families = profile.redirect_host == "localhost";
    let bound = Listener::bind(&profile.ports, both_families).await;
    bound.map_err(|source| {
        let ports: Vec<String> = profile.ports.iter().map(u16::to_string).collect();
        let what = if ports.is_empty() {
            "127.0.0.1".to_owned()
        } else {
            format!("port {}", ports.join(", "))
        };
        GrantError::Listen { what, source }
    })
}

/// What answers the requests that arrive at the redirect's port.
struct Receiver {
    path: String,
    port: u16,
    attempt: Arc<LoginAttempt>,
    arrivals: mpsc::Sender<Arrival>,
}

impl Receiver {
    async fn answer(&self, request: Request) -> Reply {
        if !self.is_host(&request.host) || request.path != self.path {
            return Reply::new(404, "text/plain", "nothing here\n");
        }
        if request.method != "GET" {
            return Reply::new(405, "text/plain", "only GET\n").header("allow", "GET");
        }
        let redirect = self.attempt.read_redirect(&request.query);
        if matches!(redirect, Redirect::Stray) {
            let text = "This address belongs to another login, or to none. The login that waits \
                here goes on waiting.";
            return page(400, "Not this login", text);
        }
        let (sender, page) = oneshot::channel();
        let browser = WaitingBrowser(Some(sender));
        if self
            .arrivals
            .send(Arrival { redirect, browser })
            .await
            .is_err()
        {
            return too_late();
        }
        page.await.unwrap_or_else(|_| too_late())
    }

    /// Whether the `Host` header names this machine. A page of another site whose name was made to
    /// resolve to loopback (DNS rebinding) sends the name of that site.
    fn is_host(&self, host: &str) -> bool {
        ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|name| host == format!("{name}:{}", self.port))
    }
}

fn too_late() -> Reply {
    page(410, "Too late", "This login has already ended.")
}

/// A page that loads nothing from elsewhere, in light and dark. `text` is HTML: what comes from a
/// server or the user must be escaped in it already.
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
