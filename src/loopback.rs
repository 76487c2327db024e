//! HTTP as a server on this machine. The only room that knows `hyper`.
//!
//! It serves the redirect of a login and the rehearsal server. Both get whole requests of bounded
//! size and answer each with a [`Reply`]. A slow or broken client costs its own connection and no
//! other one.
//!
//! Deliberately absent: TLS, and any address that another machine can reach.

mod delivery;
mod places;
mod socket;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use ring::digest::{self, SHA256};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::body::{Stream, StreamError};
use crate::platform::peer::Ends;
use delivery::into_response;
pub use delivery::{Delivery, Reply};
use places::Places;

/// The hosts, as a URL writes them, by which a listener is reached.
pub const HOSTS: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// How long a client may take to send its headers, and then as long again to send its body.
const READ_LIMIT: Duration = Duration::from_secs(10);

/// How long a connection whose bodies have no limit may be idle.
const IDLE_LIMIT: Duration = Duration::from_secs(120);

/// How large the body of a request may be, in bytes. Its headers have the same limit.
const BODY_LIMIT: usize = 64 << 10;

/// How many times a free port is looked for that both families of addresses have free.
const PORT_TRIES: usize = 20;

/// How long to wait when a connection cannot be accepted, most likely for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A whole request.
#[derive(Debug)]
pub struct Request {
    /// The method, in upper case as clients send it: `GET`.
    pub method: String,
    /// The path, as it was sent, without the query and still percent-encoded.
    pub path: String,
    /// The query, as it was sent, without its question mark; empty if there is none.
    pub query: String,
    /// The `Host` header; empty if there is none.
    pub host: String,
    /// The `Authorization` header, with its scheme.
    pub authorization: Option<String>,
    /// The `Origin` header (RFC 6454, section 7), which browsers send.
    pub origin: Option<String>,
    /// The `Sec-Fetch-Site` header, by which browsers say whose page makes the request.
    pub fetch_site: Option<String>,
    /// The `Sec-WebSocket-Key` header, with which a client asks for a WebSocket (RFC 6455, section
    /// 4.1).
    pub socket_key: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The body; empty if there is none. Of a long one (see [`Listener::with_long_bodies`]) only
    /// the beginning.
    pub body: Vec<u8>,
    /// The length of the whole body, in bytes.
    pub body_length: u64,
    /// The SHA-256 of the whole body, in hexadecimal.
    pub body_hash: String,
    /// The connection by which it came; `None` where the system does not tell its ends.
    pub ends: Option<Ends>,
}

/// Escapes text for HTML, and for the quoted value of an attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Bound sockets of one port. They are bound before the port is told to another program, so that no
/// other process can take it.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<TcpListener>,
    port: u16,
    /// Whether a request to this path may have a body of any length.
    is_long: fn(&str) -> bool,
}

impl Listener {
    /// Binds 127.0.0.1, and `[::1]` on the same port when `both_families` are wanted (for
    /// `localhost`, which browsers resolve to either). Tries the `ports` in order, or any free port
    /// when there are none.
    ///
    /// # Errors
    /// The failure at the last port that was tried.
    ///
    /// # Panics
    /// When there is no runtime.
    pub async fn bind(ports: &[u16], both_families: bool) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        for port in if ports.is_empty() { &[0][..] } else { ports } {
            // A port that the system chooses is free in the first family of addresses, and may be
            // in use in the other one. Another try finds a port that is free in both.
            let tries = if *port == 0 { PORT_TRIES } else { 1 };
            for _ in 0..tries {
                match Self::bind_port(*port, both_families).await {
                    Ok(listener) => return Ok(listener),
                    Err(error) => last = error,
                }
            }
        }
        Err(last)
    }

    async fn bind_port(port: u16, both_families: bool) -> io::Result<Self> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = first.local_addr()?.port();
        let mut sockets = vec![first];
        if both_families {
            match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
                Ok(socket) => sockets.push(socket),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
                // A machine without IPv6 resolves localhost to 127.0.0.1.
                Err(_) => {}
            }
        }
        Ok(Self {
            sockets,
            port,
            is_long: |_| false,
        })
    }

    /// Reads a body of any length where `is_long` says so of the path. It is hashed and counted,
    /// and not kept.
    #[must_use]
    pub fn with_long_bodies(self, is_long: fn(&str) -> bool) -> Self {
        Self { is_long, ..self }
    }

    /// The port that was bound.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Answers requests until the returned future is dropped. At most `limit` connections are open
    /// at once. When there is one more, the oldest that has not sent a whole request makes room: a
    /// flood of connections that say nothing keeps no other out.
    pub async fn serve<F, A>(self, limit: usize, handler: F)
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Reply> + Send + 'static,
    {
        let handler = Arc::new(handler);
        let places = Arc::new(Places::new(limit));
        let mut tasks = tokio::task::JoinSet::new();
        for socket in self.sockets {
            tasks.spawn(accept_connections(
                socket,
                Arc::clone(&places),
                Arc::clone(&handler),
                self.is_long,
            ));
        }
        while tasks.join_next().await.is_some() {}
    }
}

/// Accepts connections for ever, each when a place can be had.
async fn accept_connections<F, A>(
    socket: TcpListener,
    places: Arc<Places>,
    handler: Arc<F>,
    is_long: fn(&str) -> bool,
) where
    F: Fn(Request) -> A + Send + Sync + 'static,
    A: Future<Output = Reply> + Send + 'static,
{
    loop {
        let Ok((stream, _)) = socket.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let place = places.take().await;
        let handler = Arc::clone(&handler);
        let places_of_task = Arc::clone(&places);
        places.start(|number| async move {
            answer_connection(stream, handler, &places_of_task, number, is_long).await;
            places_of_task.speaks(number);
            drop(place);
        });
    }
}

/// Answers the requests of one connection, which has this number among `places`. While a whole
/// request is being answered, it makes no room for others.
async fn answer_connection<F, A>(
    stream: TcpStream,
    handler: Arc<F>,
    places: &Arc<Places>,
    number: u64,
    is_long: fn(&str) -> bool,
) where
    F: Fn(Request) -> A + Send + Sync + 'static,
    A: Future<Output = Reply> + Send + 'static,
{
    let _ = stream.set_nodelay(true);
    let ends = match (stream.local_addr(), stream.peer_addr()) {
        (Ok(own), Ok(other)) => Some(Ends { own, other }),
        _ => None,
    };
    // What becomes of the connection when the last reply has been sent.
    let last = Arc::new(Mutex::new(Delivery::Whole));
    let delivered = Arc::clone(&last);
    let places = Arc::clone(places);
    let service = service_fn(move |request| {
        let handler = Arc::clone(&handler);
        let delivered = Arc::clone(&delivered);
        let places = Arc::clone(&places);
        Box::pin(async move {
            let reply = match read_request(request, ends, is_long).await {
                Ok(request) => {
                    let speaking = places.speaks(number);
                    let reply = handler(request).await;
                    speaking.into_iter().for_each(|it| places.rests(it));
                    reply
                }
                Err(status) => Reply::new(status, "text/plain", "not understood\n")
                    .header("connection", "close"),
            };
            *lock(&delivered) = reply.delivery;
            into_response(reply)
        })
    });
    let mut connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(READ_LIMIT)
        .max_buf_size(BODY_LIMIT)
        .serve_connection(TokioIo::new(stream), service);
    // A failure here is the client's: it went away, or what it sent is not HTTP.
    let _ = std::future::poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    let last = *lock(&last);
    match last {
        // A connection that does not linger is reset when it is closed, which happens here.
        Delivery::Reset => _ = stream.set_zero_linger(),
        Delivery::Socket => _ = socket::echo(stream, parts.read_buf).await,
        _ => _ = stream.shutdown().await,
    }
}

fn lock(delivery: &Mutex<Delivery>) -> MutexGuard<'_, Delivery> {
    delivery.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a whole request. The error is the status to answer with.
async fn read_request(
    request: hyper::Request<Incoming>,
    ends: Option<Ends>,
    is_long: fn(&str) -> bool,
) -> Result<Request, u16> {
    let (head, mut incoming) = request.into_parts();
    let is_long = is_long(head.uri.path());
    let mut body = Vec::new();
    let (mut length, mut hash) = (0, digest::Context::new(&SHA256));
    // The time is for all of a usual body, and for each piece of a long one.
    let mut ends_at = Instant::now() + READ_LIMIT;
    while let Some(frame) = tokio::time::timeout_at(ends_at, incoming.frame())
        .await
        .map_err(|_| 408_u16)?
    {
        let Ok(piece) = frame.map_err(|_| 400_u16)?.into_data() else {
            continue;
        };
        length += piece.len() as u64;
        hash.update(&piece);
        if body.len() + piece.len() <= BODY_LIMIT {
            body.extend_from_slice(&piece);
        } else if !is_long {
            return Err(413);
        }
        if is_long {
            ends_at = Instant::now() + READ_LIMIT;
        }
    }
    let hash = hash.finish();
    let hash = hash.as_ref().iter().map(|byte| format!("{byte:02x}"));
    Ok(Request {
        socket_key: header(&head.headers, "sec-websocket-key"),
        content_type: header(&head.headers, "content-type"),
        body_length: length,
        body_hash: hash.collect(),

        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        host: header(&head.headers, "host").unwrap_or_default(),
        authorization: header(&head.headers, "authorization"),
        origin: header(&head.headers, "origin"),
        fetch_site: header(&head.headers, "sec-fetch-site"),
        body,
        ends,
    })
}

/// Answers the requests of one connection, of which neither request nor answer has a limit, until
/// it ends. An idle connection ends after two minutes.
pub async fn serve_streams<I, F, A>(connection: I, handler: F)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Fn(hyper::Request<Stream>) -> A,
    A: Future<Output = hyper::Response<Stream>>,
{
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let request = request.map(|body| body.map_err(StreamError::from).boxed());
        let answer = handler(request);
        async move { Ok::<_, std::convert::Infallible>(answer.await) }
    });
    // A failure here is the client's.
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_LIMIT)
        .max_buf_size(BODY_LIMIT)
        .serve_connection(TokioIo::new(connection), service)
        .with_upgrades()
        .await;
}

/// The connection of a request, once its answer has been sent, which must have switched to another
/// protocol (status 101).
pub fn connection_behind(
    request: &mut hyper::Request<Stream>,
) -> impl Future<Output = Option<impl AsyncRead + AsyncWrite + Unpin + Send + use<>>>
+ Send
+ 'static
+ use<> {
    let upgrade = hyper::upgrade::on(request);
    async move { upgrade.await.ok().map(TokioIo::new) }
}

fn header(headers: &hyper::HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}
