//! What is known of a provider's registrations that a login goes against: told before a person is
//! sent there, and again when no answer has come. The server decides; this only says why.

use crate::profile::Profile;
use crate::profile::redirect::Destination;
use crate::provider::registration::Redirects;

/// Why a login by browser may not work.
pub(super) fn of_browser_login(profile: &Profile) -> Vec<String> {
    let provider = &profile.provider;
    let registration = &provider.registration;
    let name = provider.id;
    let (host, path) = (&profile.redirect_host, &profile.redirect_path);
    let address = registration.redirect(host, path, profile.ports.first().copied());
    let is_public =
        matches!(profile.redirect(), Destination::Elsewhere(_)) || profile.listen.is_some();
    let mut doubts = Vec::new();
    match registration.redirects {
        Redirects::OnePort if profile.ports.is_empty() && profile.redirect_uri.is_none() => {
            doubts.push(format!(
                "{name} compares the redirect address with its port; register {address}"
            ));
        }
        Redirects::HttpsOnly if !is_public => {
            doubts.push(format!(
                "{name} takes no redirect to this machine; register {address}"
            ));
        }
        _ => {}
    }
    if registration.secret.is_needed_by_browser() && profile.client_secret.is_none() {
        let secret = registration.secret.words();
        doubts.push(format!(
            "{name} wants the client's secret after a login by browser: {secret}"
        ));
    }
    doubts
}

/// What the server has to know for a login to come back, as a hint.
pub(super) fn to_register(profile: &Profile, redirect_uri: &str) -> String {
    let client = &profile.client_id;
    let place = match profile.provider.registration.address() {
        Some(page) => format!(" (at {page})"),
        None => String::new(),
    };
    format!(
        "if the browser showed an error of the server: is {redirect_uri} registered there for the \
         client {client}{place}?"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::setting::{Setting, Source};
    use crate::provider::PRESETS;
    use crate::provider::registration::{ClientSecret, USUAL_PORT};

    fn profile(provider: &str, more: &[(&'static str, &str)]) -> Profile {
        let settings = [
            ("client_id", "c"),
            ("provider", provider),
            ("issuer", "https://a.example"),
        ];
        let settings = settings.iter().chain(more).map(|(name, value)| Setting {
            name,
            values: vec![(*value).to_owned()],
            source: Source::File,
        });
        Profile::resolve("work", settings.collect()).expect("a profile")
    }

    #[test]
    fn what_a_preset_says_of_registrations_is_told_unless_it_is_heeded() {
        for preset in PRESETS {
            let registration = preset.provider().registration;
            let port = USUAL_PORT.to_string();
            let mut heeded = vec![("client_secret", "file=/secret")];
            match registration.redirects {
                Redirects::AnyPort => {}
                Redirects::OnePort => heeded.push(("ports", &port)),
                Redirects::HttpsOnly => heeded.push(("redirect_uri", "https://b.example/cb")),
            }
            let doubts = of_browser_login(&profile(preset.id, &heeded));
            assert!(doubts.is_empty(), "{}: {doubts:?}", preset.id);
            let expected = usize::from(registration.redirects != Redirects::AnyPort)
                + usize::from(registration.secret != ClientSecret::None);
            let doubts = of_browser_login(&profile(preset.id, &[]));
            assert_eq!(doubts.len(), expected, "{}: {doubts:?}", preset.id);
        }
    }
}
