//! The client credentials grant (RFC 6749, section 4.4): a client that acts for itself and for no
//! user.

use super::TokenEndpoint;
use crate::oauth::client::Form;
use crate::profile::Profile;
use crate::provider::outcome::{Granted, Refusal};

/// Asks for a token.
///
/// # Errors
/// Why none came.
pub async fn request_token(
    endpoint: &TokenEndpoint<'_>,
    profile: &Profile,
) -> Result<Granted, Refusal> {
    let scope = profile.scope_parameter();
    let form = Form::grant("client_credentials")
        .with_some("scope", (!scope.is_empty()).then_some(scope.as_str()))
        .with_some("audience", profile.audience.as_deref())
        .with_each("resource", &profile.resource);
    endpoint.ask(form).await
}
