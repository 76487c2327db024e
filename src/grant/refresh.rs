//! The refresh grant (RFC 6749, section 6). It repeats what the provider needs, and asks once more at once when the
//! answer is lost and the provider takes the same token again within its grace.

use crate::http;
use crate::oauth::client::Form;
use crate::oauth::token::RefreshToken;
use crate::provider::Repeat;
use crate::provider::outcome::{Granted, Refusal};
use crate::provider::profile::Profile;

use super::TokenEndpoint;

/// Spends `token`.
///
/// # Errors
/// Why no tokens came. An ambiguous outcome is ambiguous still after the second try.
pub async fn refresh(
    endpoint: &TokenEndpoint<'_>,
    profile: &Profile,
    token: &RefreshToken,
) -> Result<Granted, Refusal> {
    let began = endpoint.clock.now();
    let first = endpoint.ask(form(profile, token)).await;
    let Err(refusal) = &first else { return first };
    // Time for a second try must be left both at the provider and in the patience of those who wait for the lock.
    let spent = began.after(http::TOTAL_LIMIT + http::CONNECT_LIMIT).remaining(endpoint.clock.now());
    let in_grace =
        endpoint.clock.now().seconds_since(began).unsigned_abs() < endpoint.provider.reuse_interval.as_secs();
    if refusal.is_ambiguous() && in_grace && !spent.is_zero() {
        return endpoint.ask(form(profile, token)).await;
    }
    first
}

fn form(profile: &Profile, token: &RefreshToken) -> Form {
    let form = Form::grant("refresh_token").with("refresh_token", token.expose());
    profile.provider.repeats.iter().fold(form, |form, repeat| match repeat {
        Repeat::Scope => form.with("scope", &profile.scope_parameter()),
        Repeat::Resource => form.with_each("resource", &profile.resource),
        Repeat::Audience => form.with_some("audience", profile.audience.as_deref()),
        Repeat::RedirectUri => form.with_some("redirect_uri", profile.redirect_uri.as_deref()),
    })
}
