//! Dynamic client registration: has a server register a client (RFC 7591), and delete it again
//! (RFC 7592, section 2.3).
//!
//! Deliberately absent: any repetition. A request whose answer is lost may have made a client that
//! this program knows nothing of.

use url::Url;

use super::GrantError;
use crate::http::{Body, Http, HttpError, Response};
use crate::oauth::registration::{ClientMetadata, NotRegistered, Registered};
use crate::oauth::response::decode_error;
use crate::secret::Secret;

/// What an endpoint is called that registers clients.
pub const ENDPOINT: &str = "registration endpoint";

/// Why a server did not register a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unregistered {
    /// It wants to see an initial access token (RFC 7591, section 3), or another one.
    #[error("it lets in only who has an initial access token ({0})")]
    Guarded(String),
    /// It is not well, or has too much to do.
    #[error("{0}")]
    Unwell(String),
    /// It refused the client as it was described.
    #[error("{0}")]
    Refused(String),
    /// Its answer cannot be used.
    #[error("{0}")]
    Unusable(#[from] NotRegistered),
}

/// Has the server at `endpoint` register a client. `initial` is the initial access token, where the
/// server demands one.
///
/// # Errors
/// [`GrantError::Http`] when there is no answer, [`GrantError::Unregistered`] when it is no client.
pub async fn register(
    http: &Http,
    endpoint: &Url,
    metadata: &ClientMetadata,
    initial: Option<&Secret>,
) -> Result<Registered, GrantError> {
    let body = Body::Json(metadata.to_json().to_string().into());
    let headers: Vec<_> = initial.map(bearer).into_iter().collect();
    let response = http.post(endpoint, &body, &headers).await?;
    if (200..300).contains(&response.status) {
        let registered = Registered::parse(&response.body, metadata.auth_method);
        return registered.map_err(|why| Unregistered::Unusable(why).into());
    }
    let said = said(&response);
    Err(GrantError::from(match response.status {
        401 | 403 => Unregistered::Guarded(said),
        408 | 425 | 429 | 500.. => Unregistered::Unwell(said),
        _ => Unregistered::Refused(said),
    }))
}

/// What became of a registration that was to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// It is gone.
    Done,
    /// The server does not say so. What it says, in a few words.
    Unconfirmed(String),
}

/// Deletes the registration at `address`, to which its `token` gives access. A registration that is
/// not there is gone.
///
/// # Errors
/// When there is no answer.
pub async fn unregister(http: &Http, address: &Url, token: &Secret) -> Result<Deletion, HttpError> {
    let response = http.delete(address, &[bearer(token)]).await?;
    Ok(match response.status {
        200..300 | 404 | 410 => Deletion::Done,
        _ => Deletion::Unconfirmed(said(&response)),
    })
}

fn bearer(token: &Secret) -> (&'static str, Secret) {
    let value = Secret::new(format!("Bearer {}", token.expose()));
    ("authorization", value)
}

/// What a server says that does not do what it was asked for.
fn said(response: &Response) -> String {
    match decode_error(&response.body) {
        Some(error) => error.to_string(),
        None => format!("HTTP {}", response.status),
    }
}
