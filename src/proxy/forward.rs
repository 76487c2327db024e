//! One request of a program on its way to the upstream server, and the answer on its way back.

use std::sync::Arc;

use ::http::header::{
    AUTHORIZATION, CONNECTION, HOST, HeaderName, LOCATION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION,
    REFERER, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use ::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use url::Url;

use super::guard::Guard;
use super::refusal::is_refusal;
use super::tokens::{Held, Tokens};
use super::{Source, Spool};
use crate::body::{Stream, whole};
use crate::error::Error;
use crate::event::Event;
use crate::http::Http;
use crate::http::stream::Exchanged;
use crate::loopback;
use crate::platform::local::Duplex;
use crate::profile::target::leads_up;
use crate::session::Sink;

/// A proxy in front of one server.
pub struct Forward {
    /// The server, with the path to which every request's path is added.
    pub upstream: Url,
    /// Who may use the proxy.
    pub guard: Guard,
    /// Where the token comes from.
    pub tokens: Tokens,
    /// The client for the upstream server.
    pub http: Http,
    /// Where it is told what happened.
    pub sink: Arc<Sink>,
}

impl Forward {
    /// Answers a request.
    pub async fn answer(&self, mut request: Request<Stream>) -> Response<Stream> {
        if request.method() == Method::CONNECT {
            return sentence(405, "this is a proxy of one server");
        }
        let path = match self.guard.admit(&request) {
            Ok(path) => path,
            Err((status, why)) => return sentence(status, why),
        };
        let Some(url) = self.url_of(&path) else {
            return sentence(400, "the path is not valid");
        };
        let switches = request.headers().contains_key(UPGRADE);
        let connection = switches.then(|| loopback::connection_behind(&mut request));
        let (head, body) = request.into_parts();
        let spool = Spool::new(Source::Stream(body));
        let outgoing = Outgoing {
            method: head.method,
            headers: passed_on(&head.headers, switches),
            spool,
            url,
        };
        let asked = outgoing.url.clone();
        let exchanged = match self.heal(&outgoing).await {
            Ok(exchanged) => exchanged,
            Err(error) => return failure(&error),
        };
        let Exchanged { response, switched } = exchanged;
        let is_switched = switched.is_some();
        if let (Some(upstream), Some(connection)) = (switched, connection) {
            tokio::spawn(pass_on(connection, upstream));
        }
        let (mut head, body) = response.into_parts();
        head.headers = passed_on(&head.headers, is_switched);
        self.keep_redirect_here(&mut head.headers, &asked);
        Response::from_parts(head, body)
    }

    /// The address of a path at the upstream server.
    fn url_of(&self, path: &str) -> Option<Url> {
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(p, q)| (p, Some(q)));
        if leads_up(path) {
            return None;
        }
        let mut url = self.upstream.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}{path}"));
        url.set_query(query);
        // `..` may have led out of the path that the upstream has.
        let rest = url.path().strip_prefix(&base)?;
        (path.starts_with('/') && rest.starts_with('/')).then_some(url)
    }

    /// Sends the request, and once more if its token is refused.
    async fn heal(&self, outgoing: &Outgoing) -> Result<Exchanged, Error> {
        let token = self.tokens.get().await?;
        let first = self.send(outgoing, &token).await?;
        if !is_refusal(first.response.status(), first.response.headers()) {
            return Ok(first);
        }
        if !outgoing.spool.is_kept() {
            (self.sink)(None, &Event::BodyNotKept);
            return Ok(first);
        }
        match self.tokens.instead_of(&token).await {
            Ok(Some(other)) => {
                (self.sink)(None, &Event::RequestSentAgain);
                self.send(outgoing, &other).await
            }
            Ok(None) => Ok(first),
            Err(error) => {
                let cause = error.to_string();
                (self.sink)(None, &Event::RequestNotSentAgain { cause });
                Ok(first)
            }
        }
    }

    async fn send(&self, outgoing: &Outgoing, token: &Held) -> Result<Exchanged, Error> {
        let mut request = Request::new(outgoing.spool.attempt());
        *request.method_mut() = outgoing.method.clone();
        *request.headers_mut() = outgoing.headers.clone();
        request
            .headers_mut()
            .insert(AUTHORIZATION, token.header.clone());
        if let Ok(uri) = outgoing.url.as_str().parse() {
            *request.uri_mut() = uri;
        }
        Ok(self.http.exchange(&outgoing.url, request).await?)
    }

    /// A redirect to the upstream server leads to the proxy again. It is never followed here.
    fn keep_redirect_here(&self, headers: &mut HeaderMap, asked: &Url) {
        let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let Some(url) = location.and_then(|text| asked.join(text).ok()) else {
            return;
        };
        if url.origin() != self.upstream.origin() {
            return;
        }
        let base = self.upstream.path().trim_end_matches('/');
        let rest = url.path().strip_prefix(base);
        // `/v1evil` is no path below `/v1`, and would get the secret behind which it is put.
        let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
            return;
        };
        let query = url
            .query()
            .map_or_else(String::new, |query| format!("?{query}"));
        let secret = self.guard.secret.as_ref();
        let prefix = secret.map_or_else(String::new, |secret| format!("/{}", secret.expose()));
        if let Ok(value) = HeaderValue::from_str(&format!("{prefix}{rest}{query}")) {
            headers.insert(LOCATION, value);
        }
    }
}

/// A request as it is to be sent, but for its token.
struct Outgoing {
    method: Method,
    headers: HeaderMap,
    spool: Spool,
    url: Url,
}

/// The headers that mean one connection only (RFC 9110, section 7.6.1), or the proxy itself, and
/// `Referer`, which has the secret of the address that the program used.
const NOT_PASSED_ON: [HeaderName; 9] = [
    AUTHORIZATION,
    HOST,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    REFERER,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    HeaderName::from_static("keep-alive"),
];

/// The headers that are passed on. Where the connection is to switch to another protocol, that is
/// passed on as well.
fn passed_on(headers: &HeaderMap, switches: bool) -> HeaderMap {
    let mut passed = headers.clone();
    let named = headers.get_all(CONNECTION).iter();
    let named = named.filter_map(|value| value.to_str().ok());
    let named: Vec<String> = named
        .flat_map(|text| text.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    for name in named.iter().filter(|name| *name != "upgrade") {
        passed.remove(name.as_str());
    }
    for name in NOT_PASSED_ON {
        passed.remove(name);
    }
    passed.remove(CONNECTION);
    if switches {
        passed.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    } else {
        passed.remove(UPGRADE);
    }
    passed
}

/// Passes bytes on in both directions until both have ended.
async fn pass_on(
    connection: impl Future<Output = Option<impl Duplex>>,
    mut upstream: Box<dyn Duplex>,
) {
    if let Some(mut connection) = connection.await {
        let _ = tokio::io::copy_bidirectional(&mut connection, &mut upstream).await;
    }
}

/// A failure in a sentence, for the program that asked: 502, as a gateway says it.
fn failure(error: &Error) -> Response<Stream> {
    let mut text = format!("authctl: {error}");
    for hint in error.hints() {
        text.push_str(&format!("\nauthctl: hint: {hint}"));
    }
    sentence(502, &text)
}

pub(super) fn sentence(status: u16, text: &str) -> Response<Stream> {
    let mut response = Response::new(whole(format!("{text}\n")));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response
        .headers_mut()
        .insert(::http::header::CONTENT_TYPE, plain);
    response
}
