//! HTTP as a client, with limits on everything. The only room that knows `reqwest` and
//! `rustls`.
//!
//! No redirects: a token endpoint that redirects would have its secrets sent elsewhere. No answer
//! over a mebibyte. No wait longer than [`TOTAL_LIMIT`]. Plain http to loopback only, and never
//! through a proxy then. One bundle of certificates is loaded, not a directory of 150 files (0.6
//! against 3.3 ms); `ring`, because the other provider costs 32 ms of CPU in each process.
//!
//! The distinction that a refresh lives by is [`HttpError::NotSent`] against
//! [`HttpError::Unanswered`].

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderValue, RETRY_AFTER};
use url::Url;
use zeroize::Zeroizing;

use crate::oauth::discovery;
use crate::platform::places;
use crate::secret::Secret;
use crate::time::Timestamp;

/// How long to wait for a connection.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long one request may take in all.
pub const TOTAL_LIMIT: Duration = Duration::from_secs(20);
/// How large an answer may be.
const BODY_LIMIT: usize = 1 << 20;

/// What can go wrong on the way. The bytes of an answer are never part of it.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Nothing left this machine: no connection, no name, no trust in the certificate.
    #[error("cannot reach {host}: {why}")]
    #[expect(missing_docs, reason = "the message names them")]
    NotSent { host: String, why: String },
    /// The request left, and no whole answer came. What the server did with it is not known.
    #[error("no answer from {host}: {why}")]
    #[expect(missing_docs, reason = "the message names them")]
    Unanswered { host: String, why: String },
    /// The bundle of certificates cannot be used.
    #[error("cannot use the certificates in {}: {why}", path.display())]
    #[expect(missing_docs, reason = "the message names them")]
    Trust { path: PathBuf, why: String },
}

/// A whole answer.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
    /// The server's clock, from the `Date` header.
    pub date: Option<Timestamp>,
    /// How long to leave the server alone, from the `Retry-After` header.
    pub retry_after: Option<Duration>,
    /// `Location`, of a redirect that was not followed.
    pub location: Option<String>,
}

/// How a request's body is written.
pub enum Body {
    /// `application/x-www-form-urlencoded`.
    Form(Zeroizing<String>),
    /// `application/json`.
    Json(Zeroizing<String>),
}

/// A client. Making one costs nothing: the real one is built at the first request.
#[derive(Debug, Default)]
pub struct Http {
    ca_file: Option<PathBuf>,
    remote: OnceLock<reqwest::Client>,
    loopback: OnceLock<reqwest::Client>,
    /// Plain http, which is for loopback only, and needs no certificates.
    plain: OnceLock<reqwest::Client>,
}

impl Http {
    /// A client that trusts the certificates in `ca_file`, or the system's.
    #[must_use]
    pub fn new(ca_file: Option<PathBuf>) -> Self {
        Self {
            ca_file,
            ..Self::default()
        }
    }

    /// Makes ready what a request to `url` needs of this machine.
    ///
    /// # Errors
    /// [`HttpError::Trust`], mostly.
    pub fn ready(&self, url: &Url) -> Result<(), HttpError> {
        self.client(url).map(|_| ())
    }

    /// Sends a GET. `authorization` is the header's whole value.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn get(
        &self,
        url: &Url,
        authorization: Option<&Secret>,
    ) -> Result<Answer, HttpError> {
        self.send(self.client(url)?.get(url.clone()), url, authorization)
            .await
    }

    /// Sends a POST.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn post(
        &self,
        url: &Url,
        body: &Body,
        authorization: Option<&Secret>,
    ) -> Result<Answer, HttpError> {
        let (kind, text) = match body {
            Body::Form(text) => ("application/x-www-form-urlencoded", text),
            Body::Json(text) => ("application/json", text),
        };
        let request = self
            .client(url)?
            .post(url.clone())
            .header(CONTENT_TYPE, kind)
            .body(text.to_string());
        self.send(request, url, authorization).await
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        url: &Url,
        authorization: Option<&Secret>,
    ) -> Result<Answer, HttpError> {
        let mut request = request.header(ACCEPT, "application/json");
        if let Some(secret) = authorization {
            let mut value = HeaderValue::from_str(secret.expose())
                .map_err(|_| not_sent(url, "the token is no header"))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let mut response = request.send().await.map_err(|error| failed(url, error))?;
        let header = |name| {
            response
                .headers()
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let mut answer = Answer {
            status: response.status().as_u16(),
            body: Zeroizing::new(Vec::new()),
            date: header(DATE)
                .and_then(|text| httpdate::parse_http_date(text).ok())
                .map(Timestamp::from),
            retry_after: header(RETRY_AFTER)
                .and_then(|text| text.trim().parse().ok())
                .map(Duration::from_secs),
            location: header(reqwest::header::LOCATION).map(str::to_owned),
        };
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(url, error))? {
            if answer.body.len() + chunk.len() > BODY_LIMIT {
                return Err(unanswered(url, "the answer is larger than a mebibyte"));
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }

    fn client(&self, url: &Url) -> Result<&reqwest::Client, HttpError> {
        let loopback = discovery::is_loopback(url);
        let slot = match (url.scheme(), loopback) {
            ("http", _) => &self.plain,
            (_, true) => &self.loopback,
            (_, false) => &self.remote,
        };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        // Fails only when it was installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("authctl/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_LIMIT)
            .timeout(TOTAL_LIMIT)
            .tcp_nodelay(true);
        if loopback {
            builder = builder.no_proxy();
        }
        if url.scheme() == "http" {
            builder = builder.tls_certs_only([]);
        } else if let Some(path) = self.bundle() {
            builder = builder.tls_certs_only(certificates(&path)?);
        }
        let client = builder
            .build()
            .map_err(|error| not_sent(url, &chain(&error)))?;
        Ok(slot.get_or_init(|| client))
    }

    /// The bundle to trust; `None` where the platform verifies certificates itself.
    fn bundle(&self) -> Option<PathBuf> {
        self.ca_file.clone().or_else(places::certificate_bundle)
    }
}

fn certificates(path: &PathBuf) -> Result<Vec<reqwest::Certificate>, HttpError> {
    let bad = |why: String| HttpError::Trust {
        path: path.clone(),
        why,
    };
    // A pipe in its place would keep us waiting for a writer.
    if !path.is_file() {
        return Err(bad("it is not a regular file".to_owned()));
    }
    let pem = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
    let certificates =
        reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| bad(chain(&error)))?;
    if certificates.is_empty() {
        Err(bad("there is none in it".to_owned()))
    } else {
        Ok(certificates)
    }
}

fn failed(url: &Url, error: reqwest::Error) -> HttpError {
    let never_left =
        error.is_connect() || error.is_builder() || error.is_request() && is_refused(&error);
    let timeout = error.is_timeout();
    let error = error.without_url();
    let why = if timeout {
        "it took too long".to_owned()
    } else {
        chain(&error)
    };
    if never_left {
        not_sent(url, &why)
    } else {
        unanswered(url, &why)
    }
}

fn is_refused(error: &reqwest::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return io.kind() == std::io::ErrorKind::ConnectionRefused;
        }
        source = inner.source();
    }
    false
}

/// The innermost cause says what happened; the layers around it say "error sending request".
fn chain(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    crate::text::printable(&innermost.to_string(), 200)
}

fn host(url: &Url) -> String {
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    format!("{}{port}", url.host_str().unwrap_or("the server"))
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
