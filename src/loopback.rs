//! HTTP as a server on this machine. The only room that knows `hyper`.
//!
//! Two tenants: the redirect listener of a login, and the rehearsal server. Both get whole requests
//! of bounded size and answer with a [`Reply`]. A slow or broken client costs its own connection
//! and nobody else's.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, Incoming};
use hyper::{Response, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// How long a client may take to send its headers, and then its body.
const READ_LIMIT: Duration = Duration::from_secs(10);
const BODY_LIMIT: usize = 64 << 10;

/// A whole request.
#[derive(Debug)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path, as it was sent.
    pub path: String,
    /// The query, as it was sent, without its question mark; empty if there is none.
    pub query: String,
    /// The `Host` header.
    pub host: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How it reaches the client.
    pub delivery: Delivery,
}

/// How an answer reaches the client. All but the first are for rehearsals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As it should.
    Whole,
    /// Not at all: the connection closes.
    Dropped,
    /// Not at all: the connection is torn down (TCP's RST, where the platform lets us).
    Reset,
    /// Half of the body, then the connection closes.
    Truncated,
    /// One byte after another, with this pause between them.
    Dripping(Duration),
    /// Blank after blank behind the body, without an end in sight.
    Endless,
}

impl Reply {
    /// An answer with a body of the given type.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![
            ("content-type", content_type.to_owned()),
            ("cache-control", "no-store".to_owned()),
        ];
        Self {
            status,
            headers,
            body: body.into(),
            delivery: Delivery::Whole,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// Text made fit for HTML and for an attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let replaced = text.chars().map(|c| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&#39;".to_owned(),
        other => other.to_string(),
    });
    replaced.collect()
}

/// Sockets that are bound before anybody is told about them, so that nobody else can have the port.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<TcpListener>,
    port: u16,
}

impl Listener {
    /// Binds 127.0.0.1, and `[::1]` on the same port when `both` families are wanted (for
    /// `localhost`, which browsers resolve to either). Tries the `ports` in order; any free one
    /// when there are none.
    ///
    /// # Errors
    /// That of the last port. Must be called inside a runtime.
    pub async fn bind(ports: &[u16], both: bool) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        for port in if ports.is_empty() { &[0][..] } else { ports } {
            // With a port of our own choice the other family may have it in use; another try finds
            // a free pair.
            let tries = if *port == 0 { 20 } else { 1 };
            for _ in 0..tries {
                match Self::bind_port(*port, both).await {
                    Ok(listener) => return Ok(listener),
                    Err(error) => last = error,
                }
            }
        }
        Err(last)
    }

    async fn bind_port(port: u16, both: bool) -> io::Result<Self> {
        let first =
            TcpListener::bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)).await?;
        let port = first.local_addr()?.port();
        let mut sockets = vec![first];
        if both {
            match TcpListener::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port)).await {
                Ok(socket) => sockets.push(socket),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
                // A machine without IPv6 resolves localhost to 127.0.0.1.
                Err(_) => {}
            }
        }
        Ok(Self { sockets, port })
    }

    /// The port that was bound.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Answers requests until the returned future is dropped. More connections at once than there
    /// are `places` wait for one.
    pub async fn serve<F, A>(self, places: usize, handler: F)
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Reply> + Send,
    {
        let handler = Arc::new(handler);
        let places = Arc::new(Semaphore::new(places));
        let accept = |socket: TcpListener| {
            let (handler, places) = (Arc::clone(&handler), Arc::clone(&places));
            async move {
                loop {
                    let place = Arc::clone(&places).acquire_owned().await;
                    match socket.accept().await {
                        Ok((stream, _)) => {
                            let handler = Arc::clone(&handler);
                            tokio::spawn(async move {
                                connection(stream, handler).await;
                                drop(place);
                            });
                        }
                        // Out of file descriptors, most likely. They come back.
                        Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                    }
                }
            }
        };
        let mut tasks = tokio::task::JoinSet::new();
        for socket in self.sockets {
            tasks.spawn(accept(socket));
        }
        while tasks.join_next().await.is_some() {}
    }
}

async fn connection<F, A>(stream: TcpStream, handler: Arc<F>)
where
    F: Fn(Request) -> A + Send + Sync + 'static,
    A: Future<Output = Reply> + Send,
{
    let _ = stream.set_nodelay(true);
    let torn = Arc::new(AtomicBool::new(false));
    let tear = Arc::clone(&torn);
    let service = service_fn(move |request| {
        let (handler, tear) = (Arc::clone(&handler), Arc::clone(&tear));
        Box::pin(async move {
            let reply = match read(request).await {
                Ok(request) => handler(request).await,
                Err(status) => Reply::new(status, "text/plain", "not understood\n"),
            };
            tear.store(reply.delivery == Delivery::Reset, Ordering::SeqCst);
            respond(reply)
        })
    });
    // An error here is the client's affair: it went away, or spoke no HTTP.
    let mut connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(READ_LIMIT)
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(stream), service);
    let _ = std::future::poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let mut stream = connection.into_parts().io.into_inner();
    if torn.load(Ordering::SeqCst) {
        // A connection that does not linger is torn down when it is closed.
        let _ = stream.set_zero_linger();
        return;
    }
    let _ = stream.shutdown().await;
}

async fn read(request: hyper::Request<Incoming>) -> Result<Request, u16> {
    let (head, body) = request.into_parts();
    let header = |name| {
        head.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let body = tokio::time::timeout(READ_LIMIT, Limited::new(body, BODY_LIMIT).collect());
    let body = body.await.map_err(|_| 408_u16)?.map_err(|_| 413_u16)?;
    Ok(Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        host: header("host").unwrap_or_default(),
        authorization: header("authorization"),
        body: body.to_bytes().to_vec(),
    })
}

/// An error makes hyper close the connection without an answer.
fn respond(reply: Reply) -> Result<Response<Delivered>, Dropped> {
    if matches!(reply.delivery, Delivery::Dropped | Delivery::Reset) {
        return Err(Dropped);
    }
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    let length = reply.body.len();
    let body = Delivered {
        bytes: Bytes::from(reply.body),
        half: length / 2,
        delivery: reply.delivery,
        pause: None,
    };
    if reply.delivery == Delivery::Truncated {
        response = response.header("content-length", length);
    }
    response.body(body).map_err(|_| Dropped)
}

#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped on purpose")]
struct Dropped;

/// A body on its way, whole or as a rehearsal wants it.
struct Delivered {
    bytes: Bytes,
    half: usize,
    delivery: Delivery,
    pause: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Body for Delivered {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Dropped>>> {
        let this = &mut *self;
        let next = match this.delivery {
            Delivery::Dropped | Delivery::Reset => return Poll::Ready(Some(Err(Dropped))),
            Delivery::Truncated if this.half == 0 => return Poll::Ready(Some(Err(Dropped))),
            Delivery::Truncated => this.bytes.split_to(std::mem::take(&mut this.half)),
            Delivery::Endless if this.bytes.is_empty() => Bytes::from_static(&[b' '; 4096]),
            Delivery::Whole | Delivery::Endless => std::mem::take(&mut this.bytes),
            Delivery::Dripping(interval) => {
                let pause = this
                    .pause
                    .get_or_insert_with(|| Box::pin(tokio::time::sleep(interval)));
                std::task::ready!(pause.as_mut().poll(context));
                this.pause = None;
                this.bytes.split_to(this.bytes.len().min(1))
            }
        };
        Poll::Ready((!next.is_empty()).then(|| Ok(Frame::data(next))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty() && !matches!(self.delivery, Delivery::Endless | Delivery::Truncated)
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        match self.delivery {
            Delivery::Whole => hyper::body::SizeHint::with_exact(self.bytes.len() as u64),
            _ => hyper::body::SizeHint::default(),
        }
    }
}
