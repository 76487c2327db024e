//! Revocation (RFC 7009): ends the life of one token at the server.

use super::endpoint::{BackChannel, Endpoint};
use crate::oauth::client::Form;
use crate::oauth::response::decode_error;

/// What came of a revocation.
#[derive(Debug, PartialEq, Eq)]
pub enum Revoked {
    /// The token has ended. RFC 7009, section 2.2 has a server answer so for a token, too, that it
    /// does not know.
    Done,
    /// The server refused, or could not be asked. Why, in a few words.
    Failed(String),
}

/// Revokes one token. `hint` is the `token_type_hint` of RFC 7009, section 2.1: `refresh_token` or
/// `access_token`.
pub async fn revoke(
    channel: &BackChannel<'_>,
    endpoint: &Endpoint,
    token: &str,
    hint: &str,
) -> Revoked {
    let form = Form::default()
        .with("token", token)
        .with("token_type_hint", hint);
    let response = match channel.post(endpoint, form).await {
        Ok(round_trip) => round_trip.response,
        Err(error) => return Revoked::Failed(error.to_string()),
    };
    if (200..300).contains(&response.status) {
        return Revoked::Done;
    }
    Revoked::Failed(match decode_error(&response.body) {
        Some(error) => error.to_string(),
        None => format!("HTTP {}", response.status),
    })
}
