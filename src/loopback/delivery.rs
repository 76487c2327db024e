//! What a request is answered with, and how that reaches the client.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::Response;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::socket;

/// What a request is answered with.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers, as name and value, beside those that HTTP itself needs.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body, whatever part of it is delivered.
    pub body: Vec<u8>,
    /// How it reaches the client.
    pub delivery: Delivery,
}

/// How a reply reaches the client. All ways but the first are for rehearsals of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The whole reply, at once.
    Whole,
    /// Nothing: the connection closes.
    Dropped,
    /// Nothing: the connection is reset (TCP's RST).
    Reset,
    /// Half of the body, then the connection closes.
    Truncated,
    /// The body in single bytes, with this pause before each.
    Dripping(Duration),
    /// The body up to each empty line, with this pause before each piece, as events are sent
    /// (`text/event-stream`).
    Paced(Duration),
    /// The body and then spaces for ever.
    Endless,
    /// The head, and then a WebSocket that sends back what it gets.
    Socket,
}

impl Reply {
    /// A reply with a body of the given media type, which no cache may store.
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

    /// The answer to a client that asks for a WebSocket with this key: it sends back what it gets.
    #[must_use]
    pub fn socket(key: &str) -> Self {
        let headers = vec![
            ("connection", "upgrade".to_owned()),
            ("upgrade", "websocket".to_owned()),
            ("sec-websocket-accept", socket::accept(key)),
        ];
        Self {
            status: 101,
            headers,
            body: vec![],
            delivery: Delivery::Socket,
        }
    }

    /// Adds a header. `name` is in lower case.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// The reply as `hyper` sends it. An error makes `hyper` close the connection without a reply.
pub(super) fn into_response(reply: Reply) -> Result<Response<Delivered>, Dropped> {
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
pub(super) struct Dropped;

/// A body on its way, delivered as [`Delivery`] says.
pub(super) struct Delivered {
    /// What is still to be sent.
    bytes: Bytes,
    /// How many bytes a truncated body still sends, before the connection closes.
    half: usize,
    delivery: Delivery,
    /// The pause before the next byte of a dripping body.
    pause: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Delivered {
    /// How many bytes are sent after a pause.
    fn next_piece(&self) -> usize {
        let length = self.bytes.len();
        if matches!(self.delivery, Delivery::Dripping(_)) {
            return length.min(1);
        }
        let empty_line = self.bytes.windows(2).position(|pair| pair == b"\n\n");
        empty_line.map_or(length, |at| at + 2)
    }
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
            Delivery::Whole | Delivery::Endless | Delivery::Socket => {
                std::mem::take(&mut this.bytes)
            }
            Delivery::Dripping(interval) | Delivery::Paced(interval) => {
                let pause = this
                    .pause
                    .get_or_insert_with(|| Box::pin(tokio::time::sleep(interval)));
                std::task::ready!(pause.as_mut().poll(context));
                this.pause = None;
                this.bytes.split_to(this.next_piece())
            }
        };
        Poll::Ready((!next.is_empty()).then(|| Ok(Frame::data(next))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty() && !matches!(self.delivery, Delivery::Endless | Delivery::Truncated)
    }

    fn size_hint(&self) -> SizeHint {
        match self.delivery {
            Delivery::Whole => SizeHint::with_exact(self.bytes.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
