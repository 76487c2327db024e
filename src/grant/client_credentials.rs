//! The client credentials grant (RFC 6749, section 4.4): a client that acts for itself and for no
//! user.

use super::{TokenEndpoint, with_wanted_access};
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
    let form = with_wanted_access(Form::grant("client_credentials"), profile);
    endpoint.ask(form).await
}
