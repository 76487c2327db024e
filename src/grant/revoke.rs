//! Revocation (RFC 7009): the refresh token first, because that ends the session; then the access
//! token.

use url::Url;

use crate::http::{Body, Http};
use crate::oauth::client::{Client, Form};
use crate::oauth::response::decode_error;

/// What a server said to a revocation.
#[derive(Debug, PartialEq, Eq)]
pub enum Revoked {
    /// It is done. RFC 7009 section 2.2 says the same of a token that the server does not know.
    Done,
    /// It said no, or nothing useful. What, in a few words.
    Failed(String),
}

/// Revokes one token. `hint` is `refresh_token` or `access_token`.
pub async fn revoke(http: &Http, url: &Url, client: &Client, token: &str, hint: &str) -> Revoked {
    let form = Form::default()
        .with("token", token)
        .with("token_type_hint", hint);
    let (form, authorization) = client.authenticate(form);
    match http
        .post(url, &Body::Form(form.encode()), authorization.as_ref())
        .await
    {
        Ok(answer) if (200..300).contains(&answer.status) => Revoked::Done,
        Ok(answer) => Revoked::Failed(match decode_error(&answer.body) {
            Some(error) => error.to_string(),
            None => format!("HTTP {}", answer.status),
        }),
        Err(error) => Revoked::Failed(error.to_string()),
    }
}
