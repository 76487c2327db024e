//! What receives the redirect on this machine: a small web server on loopback, and the page that it
//! shows to the browser when the caller knows how the login has ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use subtle::ConstantTimeEq;
use tokio::sync::{mpsc, oneshot};
use url::Url;

use super::LoginAttempt;
use crate::grant::GrantError;
use crate::loopback::{HOSTS, Listener, Reply, Request, escape};
use crate::oauth::authorize::Redirect;
use crate::platform::process;
use crate::profile::redirect::Listening;
use crate::secret::Secret;

/// How long the word in the address is that a person may type: 60 random bits.
const SHORT_WORD: usize = 10;

/// How many connections may be open at once, at most. It is never more than half of the files that
/// the process may open: the exchange of the code needs some, and so does the look at whose a
/// connection is.
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

/// Addresses on this machine that lead to the authorization request, each by a random word, unless
/// another user asks.
///
/// One is handed to the program which opens a browser. Other users can read that program's
/// arguments and must not answer the authorization request, so that only the first request with the
/// word is led there. The other is for the eyes of the person at the terminal, who can
/// type it, and leads there as often as they like.
pub(super) struct Doorway {
    port: u16,
    to_open: Secret,
    to_show: String,
    /// The authorization request, when it is known.
    leads_to: OnceLock<Url>,
    used: AtomicBool,
}

/// The two addresses of a [`Doorway`].
pub(super) struct Doors {
    /// For the program that opens a browser.
    pub to_open: Secret,
    /// For the person at the terminal.
    pub to_show: String,
}

/// Which of the two addresses a request asks for.
#[derive(Clone, Copy)]
enum Door {
    Once,
    Often,
}

impl Doorway {
    fn new(port: u16) -> Self {
        let mut to_show = Secret::random().expose().to_owned();
        to_show.truncate(SHORT_WORD);
        Self {
            port,
            to_open: Secret::random(),
            to_show,
            leads_to: OnceLock::new(),
            used: AtomicBool::new(false),
        }
    }

    /// Lets the addresses lead to `request`. Returns them.
    pub(super) fn lead_to(&self, request: &Url) -> Doors {
        let _ = self.leads_to.set(request.clone());
        let address = |word: &str| format!("http://127.0.0.1:{}/{word}", self.port);
        Doors {
            to_open: Secret::new(address(self.to_open.expose())),
            to_show: address(&self.to_show),
        }
    }

    /// Which of the addresses a request asks for, if it does.
    fn meant(&self, path: &str) -> Option<Door> {
        let word = path.trim_start_matches('/').as_bytes();
        let is = |known: &str| -> bool { word.ct_eq(known.as_bytes()).into() };
        if is(self.to_open.expose()) {
            return Some(Door::Once);
        }
        is(&self.to_show).then_some(Door::Often)
    }

    fn answer(&self, door: Door) -> Reply {
        let Some(url) = self.leads_to.get() else {
            return too_late();
        };
        if matches!(door, Door::Once) && self.used.swap(true, Ordering::SeqCst) {
            let text = "This address leads to a login once. Open the one that the terminal shows.";
            return page(410, "Already opened", text);
        }
        Reply::new(302, "text/plain", "")
            .header("location", url.as_str())
            .header("referrer-policy", "no-referrer")
    }
}

/// Binds a loopback port as the profile wants it and serves it for as long as the runtime lives.
/// Redirects of `attempt` are sent to `arrivals`. Returns the redirect URI, and the doorway to the
/// authorization request.
///
/// # Errors
/// [`GrantError::Listen`] when no port can be bound.
pub(super) async fn receive_redirects(
    listening: Listening,
    attempt: &Arc<LoginAttempt>,
    arrivals: mpsc::Sender<Arrival>,
) -> Result<(String, Arc<Doorway>), GrantError> {
    let listener = bind(&listening).await?;
    let port = listener.port();
    let doorway = Arc::new(Doorway::new(port));
    let receiver = Arc::new(Receiver {
        path: listening.path.clone(),
        hosts: hosts(&listening, port),
        by_another_server: listening.by_another_server,
        attempt: Arc::clone(attempt),
        doorway: Arc::clone(&doorway),
        arrivals,
    });
    let connections = process::open_files().map_or(CONNECTIONS, |files| files / 2);
    let connections = connections.clamp(1, CONNECTIONS);
    tokio::spawn(listener.serve(connections, move |request| {
        let receiver = Arc::clone(&receiver);
        async move { receiver.answer(request).await }
    }));
    let Listening { host, path, .. } = &listening;
    let made = format!("http://{host}:{port}{path}");
    Ok((listening.uri.unwrap_or(made), doorway))
}

/// The `Host` headers of requests that are meant for this login. A page of another site whose name
/// was made to resolve to loopback (DNS rebinding) sends the name of that site. Browsers leave out
/// the port that is usual.
fn hosts(listening: &Listening, port: u16) -> Vec<String> {
    let mut hosts = Vec::new();
    for host in HOSTS.into_iter().chain([&*listening.host]) {
        hosts.push(format!("{host}:{port}"));
        if port == 80 || listening.uri.is_some() {
            hosts.push(host.to_owned());
        }
    }
    hosts
}

async fn bind(listening: &Listening) -> Result<Listener, GrantError> {
    let both_families = ["localhost", "[::1]"].contains(&listening.host.as_str());
    let bound = Listener::bind(&listening.ports, both_families).await;
    bound.map_err(|source| {
        let ports: Vec<String> = listening.ports.iter().map(u16::to_string).collect();
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
    hosts: Vec<String>,
    /// Whether another server hands the browser's request on. It may run as another user, so that
    /// the user of the connection says nothing.
    by_another_server: bool,
    attempt: Arc<LoginAttempt>,
    doorway: Arc<Doorway>,
    arrivals: mpsc::Sender<Arrival>,
}

impl Receiver {
    async fn answer(&self, request: Request) -> Reply {
        let door = self.doorway.meant(&request.path);
        if !self.hosts.contains(&request.host) || door.is_none() && request.path != self.path {
            return nothing_here();
        }
        if request.method != "GET" {
            return Reply::new(405, "text/plain", "only GET\n")
                .header("allow", "GET")
                .header("connection", "close");
        }
        if let Some(door) = door {
            return if is_another_persons(&request) {
                nothing_here()
            } else {
                self.doorway.answer(door)
            };
        }
        let redirect = self.attempt.read_redirect(&request.query);
        if matches!(redirect, Redirect::Stray) {
            let text = "This address belongs to another login, or to none. The login that waits \
                here goes on waiting.";
            return page(400, "Not this login", text);
        }
        // Who has read the address on this machine could answer it as another account.
        if !self.by_another_server && is_another_persons(&request) {
            return nothing_here();
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
}

fn is_another_persons(request: &Request) -> bool {
    // A connection that was reset at once has no other end any more.
    request.ends.is_none_or(|ends| ends.is_another_persons())
}

fn nothing_here() -> Reply {
    Reply::new(404, "text/plain", "nothing here\n").header("connection", "close")
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
