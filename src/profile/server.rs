//! Which server a profile means: the preset's own, or another one of the same kind.

use url::Url;

use super::Invalid;
use super::identity::Endpoints;
use super::values::{Values, one_of, unusable_value};
use crate::provider::{OldAccessToken, PRESETS, Preset, Provider};

/// The server's data: the preset that is named, else the defaults, with what the user knows better.
pub(super) fn provider(values: &Values<'_>) -> Result<Provider, Invalid> {
    let mut provider = match values.text("provider") {
        Some(id) => preset(&id)?.provider(),
        None => Provider::default(),
    };
    if let Some(interval) = values.duration("reuse_interval")? {
        provider.reuse_interval = interval;
    }
    if let Some(old) = values.choice("old_access_token", OldAccessToken::ALL)? {
        provider.old_access_token = old;
    }
    if names_another_server(values, &provider) {
        // What is known of the preset's own server is of no use at another, and would take its
        // tokens and its client's secret to the wrong place.
        return Ok(provider.at_another_server());
    }
    Ok(provider)
}

fn preset(id: &str) -> Result<&'static Preset, Invalid> {
    if let Some(preset) = Preset::find(id) {
        return Ok(preset);
    }
    let known: Vec<&str> = PRESETS.iter().map(|preset| preset.id).collect();
    Err(unusable_value("provider", id, &one_of(&known, id)))
}

pub(super) fn issuer(values: &Values<'_>, provider: &Provider) -> Option<String> {
    values
        .text("issuer")
        .or_else(|| provider.issuer.map(str::to_owned))
}

/// The endpoints that the user names, else those of the preset.
pub(super) fn endpoints(values: &Values<'_>, provider: &Provider) -> Endpoints {
    let endpoints = Endpoints {
        authorization: values.text("authorization_endpoint"),
        token: values.text("token_endpoint"),
        device_authorization: values.text("device_authorization_endpoint"),
        revocation: values.text("revocation_endpoint"),
        userinfo: values.text("userinfo_endpoint"),
        auth_method: None,
        redirect_uri: None,
    };
    endpoints.or(Endpoints {
        authorization: provider.authorization_endpoint.map(str::to_owned),
        token: provider.token_endpoint.map(str::to_owned),
        device_authorization: provider.device_authorization_endpoint.map(str::to_owned),
        revocation: provider.revocation_endpoint.map(str::to_owned),
        ..Endpoints::default()
    })
}

/// Whether the user means another server than the preset's: by its issuer, or by an endpoint on a
/// host that the preset does not know.
fn names_another_server(values: &Values<'_>, provider: &Provider) -> bool {
    let issuer = values.text("issuer");
    if issuer.is_some() && provider.issuer != issuer.as_deref() {
        return true;
    }
    let known = [
        provider.issuer,
        provider.authorization_endpoint,
        provider.token_endpoint,
        provider.device_authorization_endpoint,
        provider.revocation_endpoint,
    ];
    let known: Vec<String> = known.into_iter().flatten().filter_map(host).collect();
    let own = [
        "authorization_endpoint",
        "token_endpoint",
        "device_authorization_endpoint",
    ];
    let own = own.into_iter().filter_map(|name| values.text(name));
    let mut own = own.filter_map(|address| host(&address));
    !known.is_empty() && own.any(|host| !known.contains(&host))
}

/// The host of an address, with its port.
fn host(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let port = url
        .port()
        .map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("{}{port}", url.host_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::profile::setting::{Setting, Source};

    fn of_file(settings: &[(&'static str, &str)]) -> Result<Profile, Invalid> {
        let settings = settings.iter().map(|(name, value)| Setting {
            name,
            values: vec![(*value).to_owned()],
            source: Source::File,
        });
        Profile::resolve("work", settings.collect())
    }

    /// A preset without an issuer sent the tokens and the secret of the user's own server to the
    /// public one.
    #[test]
    fn a_preset_has_no_say_of_another_servers_addresses() {
        for own in [
            ("issuer", "https://git.example"),
            ("token_endpoint", "https://git.example/token"),
            ("authorization_endpoint", "https://git.example/authorize"),
        ] {
            for preset in PRESETS {
                let settings = [("provider", preset.id), ("client_id", "c"), own];
                let profile = of_file(&settings).expect("a profile");
                let provider = preset.provider();
                let addresses = serde_json::json!(profile.endpoints).to_string();
                let has_addresses = provider.issuer.or(provider.token_endpoint).is_some();
                let count = |text| addresses.matches(text).count();
                let only_own = count("://") == count("://git.example");
                assert!(
                    !has_addresses || only_own,
                    "{} with {own:?}: {addresses}",
                    preset.id
                );
                assert!(
                    !has_addresses || profile.provider.whoami.is_none(),
                    "{}",
                    preset.id
                );
            }
        }
        let plain = of_file(&[("provider", "github"), ("client_id", "c")]).expect("a profile");
        assert!(plain.provider.whoami.is_some() && plain.endpoints.token.is_some());
    }
}
