//! Requests and responses whose bodies are passed on piece by piece, of any size and for any time.

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty};
use url::Url;

use super::{Http, HttpError, WireBody, classify_failure, not_sent};

/// A body on its way.
pub type Stream = BoxBody<Bytes, StreamError>;

/// Why a body did not come to its end.
pub type StreamError = Box<dyn std::error::Error + Send + Sync>;

/// A body without a byte.
#[must_use]
pub fn empty() -> Stream {
    Empty::new().map_err(|never| match never {}).boxed()
}

impl Http {
    /// Sends a request to `url`, and gives the response as soon as its head is there. There is no
    /// limit on either body, nor on the time that they take.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn exchange(
        &self,
        url: &Url,
        request: ::http::Request<Stream>,
    ) -> Result<::http::Response<Stream>, HttpError> {
        let request = request.map(WireBody::wrap);
        let request = request
            .try_into()
            .map_err(|_| not_sent(url, "the request is not valid"))?;
        let sent = self.client(url)?.execute(request).await;
        let response =
            sent.map_err(|error| self.with_proxy_named(url, classify_failure(url, error)))?;
        let response = ::http::Response::<WireBody>::from(response);
        Ok(response.map(|body| {
            let body = body.map_err(|error| StreamError::from(error.without_url()));
            body.boxed()
        }))
    }
}
