//! The client credentials grant (RFC 6749, section 4.4): a client that acts for itself and for no
//! user.

use super::{TokenEndpoint, with_wanted_access};
use crate::oauth::client::Form;
use crate::profile::Profile;
use crate::provider::outcome::{Granted, Refusal};

/// The parameters of the request, without the client's.
#[must_use]
pub fn form(profile: &Profile) -> Form {
    with_wanted_access(Form::grant("client_credentials"), profile)
}

/// Asks for a token.
///
/// # Errors
/// Why none came.
pub async fn request_token(
    endpoint: &TokenEndpoint<'_>,
    profile: &Profile,
) -> Result<Granted, Refusal> {
    endpoint.ask(form(profile)).await
}
