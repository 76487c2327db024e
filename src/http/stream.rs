//! Requests and responses whose bodies are passed on piece by piece, of any size and for any time.

use ::http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use url::Url;

use super::{Http, HttpError, WireBody, classify_failure, not_sent};
use crate::body::{Stream, StreamError, empty};
use crate::platform::local::Duplex;

/// What a request is answered with.
pub struct Exchanged {
    /// The response. Its body may still be on its way.
    pub response: Response<Stream>,
    /// The connection, where the server has switched to another protocol (status 101).
    pub switched: Option<Box<dyn Duplex>>,
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
        request: Request<Stream>,
    ) -> Result<Exchanged, HttpError> {
        let request = request.map(WireBody::wrap);
        let request = request
            .try_into()
            .map_err(|_| not_sent(url, "the request is not valid"))?;
        let failed = |error| self.with_proxy_named(url, classify_failure(url, error));
        let response = self.client(url)?.execute(request).await.map_err(failed)?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let mut head = Response::new(empty());
            *head.status_mut() = response.status();
            *head.headers_mut() = response.headers().clone();
            let connection = response.upgrade().await.map_err(failed)?;
            return Ok(Exchanged {
                response: head,
                switched: Some(Box::new(connection)),
            });
        }
        let response = Response::<WireBody>::from(response).map(|body| {
            let body = body.map_err(|error| StreamError::from(error.without_url()));
            body.boxed()
        });
        Ok(Exchanged {
            response,
            switched: None,
        })
    }
}
