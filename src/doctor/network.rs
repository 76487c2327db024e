//! The way to the server. Each step is tried once, and a step that needs one which failed is not
//! known.

use std::cell::OnceCell;
use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use url::{Host, Url};

use super::{Finding, Grade, Patient};
use crate::config::env;
use crate::grant::{GrantError, Server};
use crate::http::{HttpError, Response};
use crate::oauth::discovery::is_loopback;
use crate::oauth::response::decode_error;
use crate::platform::places;
use crate::time::describe;

/// How long a name is looked up, and a proxy is connected to.
const LIMIT: Duration = Duration::from_secs(5);

/// What to do where nothing answers.
const IS_IT_THERE: &str = "is it running, and is the network there? behind a proxy set HTTPS_PROXY";

/// How far apart two clocks may be, in seconds: servers take tokens of so long ago or ahead.
const NOTABLE_SKEW: i64 = 30;

/// From here on tokens are refused for the time alone.
const HARMFUL_SKEW: i64 = 300;

/// What came of asking a server. Each question is asked once.
#[derive(Default)]
pub(super) struct Answers {
    names: OnceCell<Result<String, String>>,
    proxy: OnceCell<Finding>,
    server: OnceCell<Result<Server, GrantError>>,
    endpoint: OnceCell<Option<Result<(Response, Duration), HttpError>>>,
}

impl Patient<'_> {
    /// The address that the server is found by: its issuer, else its token endpoint.
    fn server_address(&self) -> Option<Url> {
        let profile = self.profile();
        let address = profile.issuer.as_ref().or(profile.endpoints.token.as_ref());
        Url::parse(address?).ok()
    }

    /// The proxy on the way to the server, by the name of its variable.
    fn proxy(&self) -> Option<(&'static str, String)> {
        let url = self.server_address()?;
        let is_direct = is_loopback(&url) || env::is_without_proxy(url.host_str()?);
        if is_direct { None } else { env::proxy() }
    }

    /// What came of connecting to the proxy, which is done once.
    fn proxy_finding(&self) -> &Finding {
        self.answers.proxy.get_or_init(|| match self.proxy() {
            None => Finding::ok("none on the way"),
            Some((variable, proxy)) => connect(variable, &proxy),
        })
    }

    fn resolved(&self) -> &Result<String, String> {
        self.answers
            .names
            .get_or_init(|| match self.server_address() {
                None => Err("the profile names no server".to_owned()),
                Some(url) => look_up(&url),
            })
    }

    fn server(&self) -> &Result<Server, GrantError> {
        let ask = || self.session.ask_for_server();
        self.answers.server.get_or_init(ask)
    }

    /// What the token endpoint answers to a question without any credentials; `None` where it is
    /// not known.
    fn endpoint(&self) -> Option<&Result<(Response, Duration), HttpError>> {
        let asked = self.answers.endpoint.get_or_init(|| {
            let server = self.server().as_ref().ok()?;
            let address = server.endpoints.token.as_ref()?;
            let url = Url::parse(address).ok()?;
            let began = Instant::now();
            let answer = self.session.ask_without_proof(&url);
            Some(answer.map(|response| (response, began.elapsed())))
        });
        asked.as_ref()
    }

    /// Why no connection can be tried; `None` where one can.
    fn obstacle_on_the_way(&self) -> Option<&'static str> {
        if self.proxy_finding().grade == Grade::Fault {
            return Some("it needs the proxy");
        }
        let needs_name = self.proxy().is_none();
        (needs_name && self.resolved().is_err()).then_some("it needs the server's name")
    }

    /// The failure of the first question to the server, if it failed: for its metadata, or where
    /// the profile names no issuer, to its token endpoint.
    fn failure(&self) -> Option<&HttpError> {
        match (self.server(), self.profile().issuer.is_some()) {
            (Err(GrantError::Http(error)), _) => Some(error),
            (_, true) => None,
            (_, false) => self.endpoint()?.as_ref().err(),
        }
    }

    /// Why the server cannot be asked; `None` when it answers.
    fn obstacle(&self) -> Option<&'static str> {
        if let Some(obstacle) = self.obstacle_on_the_way() {
            return Some(obstacle);
        }
        Some(if is_of_certificate(self.failure()?) {
            "it needs a certificate that is accepted"
        } else {
            "it needs the server"
        })
    }
}

/// Whether the server can be reached.
pub(super) fn server(patient: &Patient<'_>) -> Vec<Finding> {
    if let Some(obstacle) = patient.obstacle_on_the_way() {
        return vec![Finding::unknown(obstacle)];
    }
    vec![match patient.failure() {
        Some(error) if !is_of_certificate(error) => Finding::fault(error.to_string(), IS_IT_THERE),
        _ => Finding::ok("it answers"),
    }]
}

fn is_of_certificate(error: &HttpError) -> bool {
    match error {
        HttpError::Trust { .. } => true,
        HttpError::NotSent { why, .. } | HttpError::Unanswered { why, .. } => {
            why.contains("certificate")
        }
        HttpError::Proxy { .. } => false,
    }
}

/// Looks a name up.
fn look_up(url: &Url) -> Result<String, String> {
    let port = url.port_or_known_default().unwrap_or(443);
    let name = match url.host() {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(address) => return Ok(format!("{address} is an address")),
        None => return Err("the profile's server has no name".to_owned()),
    };
    let looked_up = name.clone();
    let found = within_limit(move || {
        let mut addresses = (looked_up.as_str(), port).to_socket_addrs()?;
        addresses
            .next()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    });
    match found {
        Ok(address) => Ok(format!("{name} is {}", address.ip())),
        Err(error) => Err(format!("{name} cannot be looked up: {error}")),
    }
}

/// The proxy.
pub(super) fn proxy(patient: &Patient<'_>) -> Vec<Finding> {
    vec![patient.proxy_finding().clone()]
}

/// Connects to the proxy that a variable names. Of its address only host and port are shown: the
/// rest may be a password.
fn connect(variable: &str, proxy: &str) -> Finding {
    let fix = format!("write {variable} as http://HOST:PORT or socks5h://HOST:PORT, or unset it");
    let whole = if proxy.contains("://") {
        proxy.to_owned()
    } else {
        format!("http://{proxy}")
    };
    let Some(url) = Url::parse(&whole).ok().filter(Url::has_host) else {
        return Finding::fault(format!("{variable} names no proxy"), fix);
    };
    let port = url.port_or_known_default().unwrap_or(1080);
    let shown = format!("{}:{port}", url.host_str().unwrap_or_default());
    let connected = within_limit(move || {
        let addresses = url.socket_addrs(|| Some(1080))?;
        let address = addresses.first().ok_or(io::ErrorKind::NotFound)?;
        TcpStream::connect_timeout(address, LIMIT)
    });
    match connected {
        Ok(_) => Finding::ok(format!("{shown}, by {variable}")),
        Err(error) => Finding::fault(
            format!("the proxy that {variable} names cannot be reached: {shown}: {error}"),
            format!("start it, or unset {variable}"),
        ),
    }
}

/// Does what may hang in the system, on a thread that is left behind when it takes too long.
fn within_limit<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || drop(sender.send(work())));
    let answered = receiver.recv_timeout(LIMIT);
    answered.unwrap_or_else(|_| Err(io::Error::other(format!("nothing in {}", describe(LIMIT)))))
}

/// The server's name.
pub(super) fn names(patient: &Patient<'_>) -> Vec<Finding> {
    if patient.proxy().is_some() {
        return vec![Finding::unknown("the proxy looks names up")];
    }
    vec![match patient.resolved() {
        Ok(what) => Finding::ok(what),
        Err(why) => Finding::fault(why, "is the network there, and is the name right?"),
    }]
}

/// The server's certificate, or that none is needed.
pub(super) fn tls(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(url) = patient.server_address() else {
        return vec![Finding::unknown("the profile names no server")];
    };
    if url.scheme() == "http" {
        return vec![Finding::ok("plain http, on this machine")];
    }
    let by = authorities(patient);
    if let Some(obstacle) = patient.obstacle_on_the_way() {
        return vec![Finding::unknown(obstacle)];
    }
    vec![match patient.failure() {
        Some(error) if is_of_certificate(error) => Finding::fault(
            error.to_string(),
            format!(
                "trusted are the authorities of {by}: for a private one, set `ca_file` in the \
                 profile"
            ),
        ),
        Some(_) => Finding::unknown("it needs the server"),
        None => Finding::ok(format!("accepted, by the authorities of {by}")),
    }]
}

/// Whose authorities are trusted.
fn authorities(patient: &Patient<'_>) -> String {
    if let Some(file) = &patient.profile().ca_file {
        return format!("{file} (ca_file)");
    }
    if let Some(file) = env::path("SSL_CERT_FILE") {
        return format!("{} (SSL_CERT_FILE)", file.display());
    }
    match places::certificate_bundle() {
        Some(file) => file.display().to_string(),
        None => "this system".to_owned(),
    }
}

/// The server's metadata.
pub(super) fn discovery(patient: &Patient<'_>) -> Vec<Finding> {
    if patient.profile().issuer.is_none() {
        return vec![Finding::ok(
            "the profile names its endpoints, and no issuer",
        )];
    }
    if let Some(obstacle) = patient.obstacle() {
        return vec![Finding::unknown(obstacle)];
    }
    let server = match patient.server() {
        Ok(server) => server,
        Err(error) => return vec![Finding::fault(error.to_string(), "is that the issuer?")],
    };
    let issuer = server.issuer.as_deref().unwrap_or_default();
    let mut found = vec![Finding::ok(format!("{issuer} describes itself"))];
    let Some(known) = patient.session.recorded_endpoints() else {
        return found;
    };
    let pairs = [
        ("token", &known.token, &server.endpoints.token),
        (
            "revocation",
            &known.revocation,
            &server.endpoints.revocation,
        ),
    ];
    for (what, was, is) in pairs {
        if was.is_some() && is.is_some() && was != is {
            found.push(Finding::warning(
                format!("the {what} endpoint has moved since the login"),
                format!("`authctl login {}`", patient.profile().name),
            ));
        }
    }
    found
}

/// The token endpoint, by an empty form without credentials.
pub(super) fn endpoint(patient: &Patient<'_>) -> Vec<Finding> {
    if let Some(obstacle) = patient.obstacle() {
        return vec![Finding::unknown(obstacle)];
    }
    vec![match patient.endpoint() {
        None => Finding::unknown("no token endpoint is known"),
        Some(Ok((response, took))) => {
            let (status, took) = (response.status, took.as_millis());
            // An empty form is no good request, and a token endpoint says so in words of OAuth.
            if decode_error(&response.body).is_some() {
                Finding::ok(format!("answers in {took} ms"))
            } else {
                Finding::warning(
                    format!("what answers there (HTTP {status}) is no token endpoint"),
                    "compare `token_endpoint`, or the server's metadata, with its documentation",
                )
            }
        }
        Some(Err(error)) => Finding::fault(error.to_string(), IS_IT_THERE),
    }]
}

/// The clocks.
pub(super) fn clock(patient: &Patient<'_>) -> Vec<Finding> {
    if let Some(obstacle) = patient.obstacle() {
        return vec![Finding::unknown(obstacle)];
    }
    let now = patient.context.clock.now();
    let date = match patient.endpoint() {
        Some(Ok((response, _))) => response.date(),
        _ => None,
    };
    let Some(date) = date else {
        return vec![Finding::unknown("the server does not tell the time")];
    };
    let skew = date.seconds_since(now);
    let what = format!("the server's clock is {skew:+} s");
    let fix = "set this machine's clock (NTP): or the server's is wrong";
    vec![match skew.abs() {
        0..NOTABLE_SKEW => Finding::ok(what),
        NOTABLE_SKEW..HARMFUL_SKEW => Finding::warning(what, fix),
        _ => Finding::fault(what, fix),
    }]
}
