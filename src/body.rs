//! Bodies of requests and responses on their way, piece by piece.

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full};

/// A body on its way, of any length.
pub type Stream = BoxBody<Bytes, StreamError>;

/// Why a body did not come to its end.
pub type StreamError = Box<dyn std::error::Error + Send + Sync>;

/// A body without a byte.
#[must_use]
pub fn empty() -> Stream {
    Empty::new().map_err(|never| match never {}).boxed()
}

/// A body that is there as a whole.
#[must_use]
pub fn whole(text: impl Into<Bytes>) -> Stream {
    Full::new(text.into())
        .map_err(|never| match never {})
        .boxed()
}
