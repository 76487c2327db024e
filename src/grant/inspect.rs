//! What a server says of a token: by introspection (RFC 7662), and by the userinfo endpoint
//! (OpenID Connect Core 1.0, section 5.3).
//!
//! Deliberately absent: any trust in it. What it says is shown to a person.

use serde_json::{Map, Value};

use super::endpoint::{BackChannel, Endpoint, EndpointKind, parse_address};
use crate::http::Response;
use crate::oauth::client::Form;
use crate::oauth::response::decode_error;
use crate::secret::Secret;

/// What the introspection endpoint at `address` says of a token: its members, of which `active` is
/// one (RFC 7662, section 2.2).
///
/// # Errors
/// Why it says nothing, in a few words.
pub async fn introspect(
    channel: &BackChannel<'_>,
    address: &str,
    token: &Secret,
) -> Result<Map<String, Value>, String> {
    let endpoint = Endpoint::parse(EndpointKind::Introspection, address);
    let endpoint = endpoint.map_err(|error| error.to_string())?;
    let form = Form::default()
        .with("token", token.expose())
        .with("token_type_hint", "access_token");
    let answered = channel.post(&endpoint, form).await;
    members(&answered.map_err(|error| error.to_string())?.response)
}

/// What the userinfo endpoint at `address` says of the user whose token it is.
///
/// # Errors
/// Why it says nothing, in a few words.
pub async fn userinfo(
    channel: &BackChannel<'_>,
    address: &str,
    token: &Secret,
) -> Result<Map<String, Value>, String> {
    let url = parse_address("userinfo endpoint", address).map_err(|error| error.to_string())?;
    let bearer = Secret::new(format!("Bearer {}", token.expose()));
    let answered = channel.http.get(&url, &[("authorization", bearer)]).await;
    members(&answered.map_err(|error| error.to_string())?)
}

/// The status with which the userinfo endpoint at `address` answers to a token; `None` when it
/// cannot be asked.
pub async fn lets_in(channel: &BackChannel<'_>, address: &str, token: &Secret) -> Option<u16> {
    let url = parse_address("userinfo endpoint", address).ok()?;
    let bearer = Secret::new(format!("Bearer {}", token.expose()));
    let answered = channel.http.get(&url, &[("authorization", bearer)]).await;
    Some(answered.ok()?.status)
}

fn members(response: &Response) -> Result<Map<String, Value>, String> {
    let members = serde_json::from_slice(&response.body).ok();
    match members.filter(|_| response.status == 200) {
        Some(members) => Ok(members),
        None => Err(match decode_error(&response.body) {
            Some(error) => error.to_string(),
            None => format!("HTTP {}", response.status),
        }),
    }
}
