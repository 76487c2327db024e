//! The refresh grant (RFC 6749, section 6). The request repeats what the provider needs. If the
//! response is lost, the server is asked once more at once, provided that it takes the same refresh
//! token again within its grace.

use std::time::Instant;

use super::TokenEndpoint;
use crate::http::{CONNECT_LIMIT, TOTAL_LIMIT};
use crate::oauth::client::Form;
use crate::oauth::token::RefreshToken;
use crate::profile::Profile;
use crate::profile::identity::Endpoints;
use crate::provider::Repeat;
use crate::provider::outcome::{Disposition, Granted, Refusal};

/// Spends `token`. `known` is what the login found out about the server.
///
/// # Errors
/// Why no tokens came. If it is not known what became of `token` at the first request, the refusal
/// says so even after a second one ([`Refusal::is_ambiguous`]), unless the second one is clear.
pub async fn refresh(
    endpoint: &TokenEndpoint<'_>,
    profile: &Profile,
    known: &Endpoints,
    token: &RefreshToken,
) -> Result<Granted, Refusal> {
    let began = Instant::now();
    let sent = endpoint.channel.clock.now();
    let first = endpoint.ask(refresh_form(profile, known, token)).await;
    if !first.as_ref().is_err_and(Refusal::is_ambiguous) {
        return first;
    }
    // A second request must fit into the provider's grace, and into the time for which other
    // processes wait for the lock. The monotonic clock counts how long this process was awake; the
    // wall clock also counts how long the machine slept.
    let in_patience = began.elapsed() < TOTAL_LIMIT + CONNECT_LIMIT;
    let waited = endpoint.channel.clock.now().seconds_since(sent);
    let grace = endpoint.channel.provider.reuse_interval;
    if !in_patience || waited.unsigned_abs() >= grace.as_secs() {
        return first;
    }
    let second = endpoint.ask(refresh_form(profile, known, token)).await;
    if settles(&second) { second } else { first }
}

/// Whether the outcome of a second request is the outcome of the refresh. A refusal that says
/// nothing of the refresh token, as one of a gateway, does not: what became of the first request is
/// as unknown as before.
fn settles(second: &Result<Granted, Refusal>) -> bool {
    match second {
        Ok(_) => true,
        Err(refusal) => refusal.disposition() == Disposition::Terminal || refusal.is_ambiguous(),
    }
}

fn refresh_form(profile: &Profile, known: &Endpoints, token: &RefreshToken) -> Form {
    let mut form = Form::grant("refresh_token").with("refresh_token", token.expose());
    for repeat in profile.provider.repeats {
        form = match repeat {
            Repeat::Scope => form.with("scope", &profile.scope_parameter()),
            Repeat::Resource => form.with_each("resource", &profile.resource),
            Repeat::Audience => form.with_some("audience", profile.audience.as_deref()),
            Repeat::RedirectUri => form.with_some("redirect_uri", known.redirect_uri.as_deref()),
        };
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::setting::{Setting, Source};
    use crate::secret::Secret;

    fn sent(provider: &str, more: &[(&'static str, &str)]) -> String {
        let always = [
            ("provider", provider),
            ("client_id", "c"),
            ("issuer", "https://as.example"),
            ("scope", "a b"),
        ];
        let settings = always.iter().chain(more).map(|(name, value)| Setting {
            name,
            values: vec![(*value).to_owned()],
            source: Source::File,
        });
        let profile = Profile::resolve("work", settings.collect()).expect("a profile");
        let known = Endpoints {
            redirect_uri: Some("http://127.0.0.1:1/callback".to_owned()),
            ..Endpoints::default()
        };
        let token = RefreshToken::new(Secret::new("rt".to_owned()));
        refresh_form(&profile, &known, &token).encode().to_string()
    }

    #[test]
    fn a_refresh_repeats_what_the_provider_needs_and_nothing_else() {
        let plain = "grant_type=refresh_token&refresh_token=rt";
        assert_eq!(sent("okta", &[]), plain);
        assert_eq!(
            sent("okta", &[("resource", "https://api.example")]),
            format!("{plain}&resource=https%3A%2F%2Fapi.example")
        );
        assert_eq!(sent("entra", &[]), format!("{plain}&scope=a+b"));
        assert_eq!(
            sent("auth0", &[("audience", "api")]),
            format!("{plain}&audience=api")
        );
        assert_eq!(
            sent("gitlab", &[]),
            format!("{plain}&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback")
        );
    }
}
