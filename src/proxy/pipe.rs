//! A body that is read from a pipe, on a thread of its own.

use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use tokio::sync::mpsc::{Receiver, channel};

use super::Source;
use crate::body::StreamError;

/// How many bytes are read at a time.
const PIECE: usize = 64 << 10;

/// How many pieces are read ahead.
const AHEAD: usize = 4;

/// What `reader` brings, piece by piece.
#[must_use]
pub fn pipe(mut reader: impl Read + Send + 'static) -> Source {
    let (sender, pieces) = channel(AHEAD);
    let read = move || {
        loop {
            let mut piece = vec![0; PIECE];
            let read = match reader.read(&mut piece) {
                Ok(0) => return,
                Ok(count) => {
                    piece.truncate(count);
                    Ok(Bytes::from(piece))
                }
                Err(error) => Err(StreamError::from(error)),
            };
            let is_over = read.is_err();
            if sender.blocking_send(read).is_err() || is_over {
                return;
            }
        }
    };
    // Without the thread, the channel is closed and the body empty: that would be a lie.
    match std::thread::Builder::new().spawn(read) {
        Ok(_) => Source::Stream(Pieces(pieces).boxed()),
        Err(error) => Source::Stream(Broken(Some(error.into())).boxed()),
    }
}

/// All of stdin.
#[must_use]
pub fn stdin() -> Source {
    pipe(std::io::stdin())
}

struct Pieces(Receiver<Result<Bytes, StreamError>>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let piece = std::task::ready!(self.0.poll_recv(context));
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }
}

/// A body that cannot be read.
struct Broken(Option<StreamError>);

impl Body for Broken {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        Poll::Ready(self.0.take().map(Err))
    }
}
