//! The refresh grant (RFC 6749, section 6). It repeats what the provider needs, and asks once more
//! at once when the answer is lost and the provider takes the same token again within its grace.

use std::time::Instant;

use crate::http;
use crate::oauth::client::Form;
use crate::oauth::token::RefreshToken;
use crate::profile::Profile;
use crate::profile::identity::Endpoints;
use crate::provider::Repeat;
use crate::provider::outcome::{Disposition, Granted, Refusal};

use super::TokenEndpoint;

/// Spends `token`. `known` is what the login found out.
///
/// # Errors
/// Why no tokens came. An ambiguous outcome is ambiguous still after the second try.
pub async fn refresh(
    endpoint: &TokenEndpoint<'_>,
    profile: &Profile,
    known: &Endpoints,
    token: &RefreshToken,
) -> Result<Granted, Refusal> {
    let (began, sent) = (Instant::now(), endpoint.clock.now());
    let first = endpoint.ask(form(profile, known, token)).await;
    let Err(refusal) = &first else { return first };
    // Time for a second try must be left both at the provider and in the patience of those who wait
    // for the lock. The one counts what we waited, the other also what we slept.
    let in_time = began.elapsed() < http::TOTAL_LIMIT + http::CONNECT_LIMIT;
    let in_grace = endpoint.clock.now().seconds_since(sent).unsigned_abs()
        < endpoint.provider.reuse_interval.as_secs();
    if refusal.is_ambiguous() && in_grace && in_time {
        let second = endpoint.ask(form(profile, known, token)).await;
        let is_clear = match &second {
            Ok(_) => true,
            Err(refusal) => refusal.disposition() == Disposition::Terminal,
        };
        // What became of the first try is not known for all that a gateway says of the second.
        return if is_clear || second.as_ref().is_err_and(Refusal::is_ambiguous) {
            second
        } else {
            first
        };
    }
    first
}

fn form(profile: &Profile, known: &Endpoints, token: &RefreshToken) -> Form {
    let form = Form::grant("refresh_token").with("refresh_token", token.expose());
    profile
        .provider
        .repeats
        .iter()
        .fold(form, |form, repeat| match repeat {
            Repeat::Scope => form.with("scope", &profile.scope_parameter()),
            Repeat::Resource => form.with_each("resource", &profile.resource),
            Repeat::Audience => form.with_some("audience", profile.audience.as_deref()),
            Repeat::RedirectUri => form.with_some("redirect_uri", known.redirect_uri.as_deref()),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::setting::{Setting, Source};
    use crate::secret::Secret;

    fn sent(provider: &str, more: &[(&'static str, &str)]) -> String {
        let given = [
            ("provider", provider),
            ("client_id", "c"),
            ("issuer", "https://as.example"),
            ("scope", "a b"),
        ];
        let settings = given.iter().chain(more).map(|(name, value)| Setting {
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
        form(&profile, &known, &token).encode().to_string()
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
