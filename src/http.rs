//! HTTP as a client, with a limit on everything. The only room that knows `reqwest` and `rustls`.
//!
//! No response is larger than a mebibyte, and no request takes longer than [`TOTAL_LIMIT`]. Plain
//! http goes to loopback only, but for a redirect, which gets no secret; and requests to loopback
//! never go through a proxy. One bundle of certificates is loaded and not a directory of 150 files,
//! which takes 3.3 ms instead of 0.6. The provider of cryptography is `ring`, because the other one
//! costs 32 ms of CPU in each process.
//!
//! A refresh depends on the difference between [`HttpError::NotSent`] and
//! [`HttpError::Unanswered`]: after the first one the refresh token is certainly not spent.
//!
//! Deliberately absent: redirects. A token endpoint that redirects would have its secrets sent to
//! another address.

mod cause;
mod limit;
mod name;
mod proxy;
pub mod stream;
#[cfg(test)]
mod tests;
mod tls;

pub use limit::within;
use name::host;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::Body as WireBody;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use url::Url;
use zeroize::Zeroizing;

use crate::oauth::discovery;
use crate::platform::files;
use crate::platform::places;
use crate::secret::Secret;
use crate::time::Timestamp;

/// How long to wait for a connection.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long one request may take, from the connection to the last byte of the response.
pub const TOTAL_LIMIT: Duration = Duration::from_secs(20);
/// Why there is no answer within a limit.
const TOO_LONG: &str = "it took too long";
/// How large the body of a response may be, in bytes.
const BODY_LIMIT: usize = 1 << 20;

/// Why there is no response. The bytes of a response are never part of it.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Nothing left this machine: no connection, no name, no trust in the certificate.
    #[error("cannot reach {host}: {why}")]
    #[expect(missing_docs, reason = "the message names them")]
    NotSent { host: String, why: String },
    /// The request left, and no whole response came. What the server did with it is not known.
    #[error("no answer from {host}: {why}")]
    #[expect(missing_docs, reason = "the message names them")]
    Unanswered { host: String, why: String },
    /// The environment names a proxy that cannot be spoken to.
    #[error("{variable} names no proxy that can be used: {why}")]
    #[expect(missing_docs, reason = "the message names them")]
    Proxy { variable: &'static str, why: String },
    /// The bundle of certificates cannot be used.
    #[error("cannot use the certificates in {}: {why}", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    Trust { path: PathBuf, why: String },
}

/// A whole response of a server.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The body, which is wiped when the response is dropped: it may hold tokens.
    pub body: Zeroizing<Vec<u8>>,
    headers: HeaderMap,
}

impl Response {
    /// The first value of a header, if there is one and it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The time by the server's clock, from the `Date` header (RFC 9110, section 6.6.1).
    #[must_use]
    pub fn date(&self) -> Option<Timestamp> {
        let date = httpdate::parse_http_date(self.header("date")?).ok()?;
        Some(Timestamp::from(date))
    }

    /// How long the server asks to be left alone, from a `Retry-After` header (RFC 9110, section
    /// 10.2.3): a number of seconds, or a date, which counts from the response's own.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.header("retry-after")?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = httpdate::parse_http_date(text).ok()?;
        Some(Timestamp::from(date).remaining(self.date()?))
    }

    /// The `Location` header, which names the target of a redirect. It is not followed.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }
}

/// The body of a request.
pub enum Body {
    /// `application/x-www-form-urlencoded`.
    Form(Zeroizing<String>),
    /// `application/json`.
    Json(Zeroizing<String>),
}

/// Finds the variable that names a proxy, and its value.
pub type FindProxy = fn() -> Option<(&'static str, String)>;

/// An HTTP client. Making one costs nothing: each of its connection pools is built at the first
/// request that needs it.
#[derive(Debug, Default)]
pub struct Http {
    ca_file: Option<PathBuf>,
    /// Tells which variable of the environment names a proxy, and its value.
    proxy: Option<FindProxy>,
    /// For servers on other machines.
    remote: OnceLock<reqwest::Client>,
    /// For TLS to this machine, which never goes through a proxy.
    loopback: OnceLock<reqwest::Client>,
    /// For plain http to this machine, which never goes through a proxy and needs no certificates.
    plain: OnceLock<reqwest::Client>,
    /// For plain http to other machines, which no secret goes to: the targets of redirects.
    plain_remote: OnceLock<reqwest::Client>,
}

impl Http {
    /// A client that trusts the certificates in `ca_file`, or those of the system.
    #[must_use]
    pub fn new(ca_file: Option<PathBuf>) -> Self {
        Self {
            ca_file,
            ..Self::default()
        }
    }

    /// This client, with a way to find out which proxy the environment names. `reqwest` finds the
    /// proxy itself; here it is checked, and named in failures.
    #[must_use]
    pub fn with_proxy(self, find: FindProxy) -> Self {
        Self {
            proxy: Some(find),
            ..self
        }
    }

    /// Makes ready what a request to `url` needs of this machine, without sending anything.
    ///
    /// # Errors
    /// [`HttpError::Trust`] when the certificates cannot be used, [`HttpError::NotSent`] when the
    /// client cannot be built.
    pub fn ready(&self, url: &Url) -> Result<(), HttpError> {
        self.client(url).map(|_| ())
    }

    /// Sends a GET request. `headers` are the names and whole values of its headers beside
    /// `Accept`.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn get(
        &self,
        url: &Url,
        headers: &[(&'static str, Secret)],
    ) -> Result<Response, HttpError> {
        let request = self.client(url)?.get(url.clone());
        self.send(request, url, headers).await
    }

    /// Sends a POST request. `headers` are the names and whole values of its headers beside
    /// `Accept` and `Content-Type`.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn post(
        &self,
        url: &Url,
        body: &Body,
        headers: &[(&'static str, Secret)],
    ) -> Result<Response, HttpError> {
        let (media_type, text) = match body {
            Body::Form(text) => ("application/x-www-form-urlencoded", text),
            Body::Json(text) => ("application/json", text),
        };
        let request = self
            .client(url)?
            .post(url.clone())
            .header(CONTENT_TYPE, media_type)
            .body(text.to_string());
        self.send(request, url, headers).await
    }

    /// Sends a DELETE request. `headers` are the names and whole values of its headers beside
    /// `Accept`.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn delete(
        &self,
        url: &Url,
        headers: &[(&'static str, Secret)],
    ) -> Result<Response, HttpError> {
        let request = self.client(url)?.delete(url.clone());
        self.send(request, url, headers).await
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        url: &Url,
        headers: &[(&'static str, Secret)],
    ) -> Result<Response, HttpError> {
        let sent = within(TOTAL_LIMIT, send(request, url, headers)).await;
        let sent = sent.unwrap_or_else(|| Err(unanswered(url, TOO_LONG)));
        sent.map_err(|error| self.with_proxy_named(url, error))
    }

    /// A failure of a request to `url`. What cannot be reached may be the proxy.
    fn with_proxy_named(&self, url: &Url, error: HttpError) -> HttpError {
        match (error, self.proxy()) {
            (HttpError::NotSent { host, why }, Some((variable, proxy)))
                if !discovery::is_loopback(url) =>
            {
                let why = proxy::add_to(&why, variable, &proxy);
                HttpError::NotSent { host, why }
            }
            (error, _) => error,
        }
    }

    /// The variable that names a proxy, and its value.
    fn proxy(&self) -> Option<(&'static str, String)> {
        self.proxy.and_then(|find| find())
    }

    fn client(&self, url: &Url) -> Result<&reqwest::Client, HttpError> {
        let loopback = discovery::is_loopback(url);
        let slot = match (url.scheme(), loopback) {
            ("http", true) => &self.plain,
            ("http", false) => &self.plain_remote,
            (_, true) => &self.loopback,
            (_, false) => &self.remote,
        };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        tls::install_provider();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("authctl/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_LIMIT)
            .tcp_nodelay(true);
        if loopback {
            builder = builder.no_proxy();
        } else if let Some((variable, proxy)) = self.proxy() {
            proxy::check(variable, &proxy)?;
        }
        if url.scheme() == "http" {
            builder = builder.tls_certs_only([]);
        } else if let Some(path) = self.bundle() {
            builder = builder.tls_certs_only(read_certificates(&path)?);
        }
        let client = builder
            .build()
            .map_err(|error| not_sent(url, &cause::innermost(&error)))?;
        Ok(slot.get_or_init(|| client))
    }

    /// The bundle of certificates to trust; `None` where the platform verifies them itself.
    fn bundle(&self) -> Option<PathBuf> {
        self.ca_file.clone().or_else(places::certificate_bundle)
    }
}

async fn send(
    mut request: reqwest::RequestBuilder,
    url: &Url,
    headers: &[(&'static str, Secret)],
) -> Result<Response, HttpError> {
    request = request.header(ACCEPT, "application/json");
    for (name, value) in headers {
        let mut value = HeaderValue::from_str(value.expose())
            .map_err(|_| not_sent(url, &format!("the value of the header {name} is not valid")))?;
        value.set_sensitive(true);
        request = request.header(*name, value);
    }
    let mut incoming = request
        .send()
        .await
        .map_err(|error| classify_failure(url, error))?;
    let mut response = Response {
        status: incoming.status().as_u16(),
        body: Zeroizing::new(Vec::new()),
        headers: std::mem::take(incoming.headers_mut()),
    };
    while let Some(chunk) = incoming
        .chunk()
        .await
        .map_err(|error| classify_failure(url, error))?
    {
        if response.body.len() + chunk.len() > BODY_LIMIT {
            return Err(unanswered(url, "the answer is larger than a mebibyte"));
        }
        response.body.extend_from_slice(&chunk);
    }
    Ok(response)
}

/// Reads a bundle of certificates in PEM form.
fn read_certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, HttpError> {
    let pem = files::read_trusted(path).map_err(|error| untrusted(path, &error.to_string()))?;
    let certificates = reqwest::Certificate::from_pem_bundle(&pem)
        .map_err(|error| untrusted(path, &cause::innermost(&error)))?;
    if certificates.is_empty() {
        Err(untrusted(path, "there is none in it"))
    } else {
        Ok(certificates)
    }
}

/// What a failure of `reqwest` means for the request: whether anything left this machine.
fn classify_failure(url: &Url, error: reqwest::Error) -> HttpError {
    let never_left =
        error.is_connect() || error.is_builder() || error.is_request() && cause::is_refused(&error);
    let timeout = error.is_timeout();
    let error = error.without_url();
    let why = if timeout {
        TOO_LONG.to_owned()
    } else {
        tls::certificate_fault(&error).unwrap_or_else(|| cause::innermost(&error))
    };
    if never_left {
        not_sent(url, &why)
    } else {
        unanswered(url, &why)
    }
}

fn not_sent(url: &Url, why: &str) -> HttpError {
    HttpError::NotSent {
        host: host(url),
        why: why.to_owned(),
    }
}

fn unanswered(url: &Url, why: &str) -> HttpError {
    HttpError::Unanswered {
        host: host(url),
        why: why.to_owned(),
    }
}

fn untrusted(path: &Path, why: &str) -> HttpError {
    HttpError::Trust {
        path: path.to_owned(),
        why: why.to_owned(),
    }
}
