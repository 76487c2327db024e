//! The client credentials grant (RFC 6749, section 4.4): a machine that speaks for itself.

use crate::oauth::client::Form;
use crate::profile::Profile;
use crate::provider::outcome::{Granted, Refusal};

use super::TokenEndpoint;

/// Asks for a token.
///
/// # Errors
/// Why none came.
pub async fn grant(endpoint: &TokenEndpoint<'_>, profile: &Profile) -> Result<Granted, Refusal> {
    let scope = profile.scope_parameter();
    let form = Form::grant("client_credentials")
        .with_some("scope", (!scope.is_empty()).then_some(scope.as_str()))
        .with_some("audience", profile.audience.as_deref())
        .with_each("resource", &profile.resource);
    endpoint.ask(form).await
}
