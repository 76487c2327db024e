//! Makes a [`Profile`] of settings: chooses the winning value of each, checks it, and fills in what
//! the provider's preset says.
//!
//! A value that cannot be used is an error and is never replaced by a default. Deliberately absent:
//! everything that would need the network. Endpoints that are not known here are for discovery.

use std::time::Duration;

use super::setting::Setting;
use super::store_kind::StoreKind;
use super::values::{Values, invalid, unusable_value};
use super::{
    Actual, DEFAULT_REDIRECT_PATH, Grant, Invalid, Profile, SecretSource, redirect, server,
};
use crate::oauth::client::AuthMethod;
use crate::oauth::scope;
use crate::provider::Provider;

/// How long before the end of a session the user is warned, unless they say otherwise.
const WARN_BEFORE: Duration = Duration::from_secs(3 * 86_400);

/// Parameters of the authorization request that authctl sets itself.
const RESERVED: &[&str] = &[
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "resource",
    // RFC 9101: another request would take the place of this one.
    "request",
    "request_uri",
    // The receiver reads the query of a redirect, and nothing else.
    "response_mode",
];

/// The words of a setting that is on or off.
const SWITCH: &[(&str, bool)] = &[("true", true), ("false", false)];

/// The words of `nonce`, each with whether an ID token may lack it.
const NONCES: &[(&str, bool)] = &[("required", false), ("optional", true)];

/// The words of `cache_access_token`, each with whether the access token can be read without the
/// key.
const CACHES: &[(&str, bool)] = &[("none", false), ("file", true)];

impl Profile {
    /// Makes the profile `name` of settings. Where several have one name, the one with the greatest
    /// source wins.
    ///
    /// # Errors
    /// The first setting whose value cannot be used, or that is needed and missing.
    pub fn resolve(name: &str, mut settings: Vec<Setting>) -> Result<Self, Invalid> {
        settings.sort_by_key(|setting| std::cmp::Reverse(setting.source));
        let values = Values(&settings);
        let provider = server::provider(&values)?;
        let params = params(&values, &provider)?;
        let client_id = values.required_text("client_id", "the client's registered name")?;
        let client_secret = secret_source(values.list("client_secret"))?;
        let auth_method = values.choice("auth_method", AuthMethod::ALL)?;
        let grant = grant(&values)?;
        let issuer = server::issuer(&values, &provider);
        Ok(Self {
            name: name.to_owned(),
            client_id,
            client_secret,
            auth_method: auth_method.or(provider.auth_method),
            grant,
            scope: scopes(&values, &provider, grant)?,
            audience: values.text("audience"),
            resource: values.list("resource").unwrap_or_default().to_vec(),
            account: values.text("account"),
            params,
            redirect_host: redirect_host(&values, &provider)?,
            redirect_path: redirect_path(&values)?,
            redirect_uri: values.text("redirect_uri"),
            listen: listen(&values)?,
            ports: ports(&values)?,
            endpoints: server::endpoints(&values, &provider),
            assumed_ttl: values.duration("assumed_ttl")?.or(provider.assumed_ttl),
            warn_before: values.duration("warn_before")?.unwrap_or(WARN_BEFORE),
            ca_file: values.text("ca_file"),
            lock_dir: values.text("lock_dir"),
            store: store(&values, grant)?,
            key_command: values.text("key_command"),
            keyring_timeout: values.duration("keyring_timeout")?,
            readable_access: values.switch("cache_access_token", CACHES)?,
            nonce_may_lack: values.switch("nonce", NONCES)?,
            interactive_hooks: values.switch("interactive_hooks", SWITCH)?,
            browser: values.text("browser"),
            issuer,
            provider,
            settings,
        })
    }
}

fn grant(values: &Values<'_>) -> Result<Grant, Invalid> {
    let named = values.choice("grant", Grant::ALL)?;
    Ok(named.unwrap_or(Grant::AuthorizationCode))
}

/// The scopes that the user names, else the preset's. The preset's are there to get a refresh
/// token, which a grant without a person has no use for.
fn scopes(values: &Values<'_>, provider: &Provider, grant: Grant) -> Result<Vec<String>, Invalid> {
    if let Some(words) = values.list("scope") {
        let mut scopes = Vec::new();
        for word in words.iter().filter(|word| !word.trim().is_empty()) {
            let expected = "scopes, which are printable ASCII";
            let parsed = scope::parse_whole(word);
            scopes.extend(parsed.ok_or_else(|| unusable_value("scope", word, expected))?);
        }
        return Ok(scopes);
    }
    if !grant.needs_person() {
        return Ok(Vec::new());
    }
    let preset = provider.default_scope.iter();
    Ok(preset.map(|&scope| scope.to_owned()).collect())
}

/// The preset's parameters, and the user's in place of those of the same name.
fn params(values: &Values<'_>, provider: &Provider) -> Result<Vec<(String, String)>, Invalid> {
    let mut params: Vec<(String, String)> = Vec::new();
    for (name, value) in provider.authorization_params {
        params.push(((*name).to_owned(), (*value).to_owned()));
    }
    for (name, value) in pairs("params", values.list("params").unwrap_or_default())? {
        if RESERVED.contains(&name.as_str()) {
            let expected = "a parameter that is not authctl's own to set";
            return Err(unusable_value("params", name, expected));
        }
        params.retain(|(known, _)| *known != name);
        params.push((name, value));
    }
    Ok(params)
}

/// Reads `name=value` words.
fn pairs(setting: &'static str, words: &[String]) -> Result<Vec<(String, String)>, Invalid> {
    let mut pairs = Vec::new();
    for word in words {
        match word.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                pairs.push((name.to_owned(), value.to_owned()));
            }
            _ => return Err(unusable_value(setting, word, "name=value")),
        }
    }
    Ok(pairs)
}

fn secret_source(words: Option<&[String]>) -> Result<Option<SecretSource>, Invalid> {
    const EXPECTED: &str = "{ env = \"NAME\" }, { file = \"PATH\" }, { command = \"...\" } or { \
                            from = \"registration\" }";
    let only = match words {
        None => return Ok(None),
        Some([word]) => word.split_once('='),
        Some(_) => None,
    };
    match only {
        Some(("env", name)) => Ok(Some(SecretSource::Env(name.to_owned()))),
        Some(("file", path)) => Ok(Some(SecretSource::File(path.to_owned()))),
        Some(("command", command)) => Ok(Some(SecretSource::Command(command.to_owned()))),
        Some(("from", "registration")) => Ok(Some(SecretSource::Registration)),
        // A user may have written the secret itself.
        _ => Err(invalid("client_secret", Actual::Hidden, EXPECTED)),
    }
}

fn listen(values: &Values<'_>) -> Result<Option<u16>, Invalid> {
    let Some(text) = values.text("listen") else {
        return Ok(None);
    };
    match redirect::local_port(&text) {
        None => Err(unusable_value("listen", text, "127.0.0.1:PORT")),
        port => Ok(port),
    }
}

fn redirect_host(values: &Values<'_>, provider: &Provider) -> Result<String, Invalid> {
    let host = values
        .text("redirect_host")
        .unwrap_or_else(|| provider.redirect_host.to_owned());
    match host.as_str() {
        "127.0.0.1" | "localhost" => Ok(host),
        _ => Err(unusable_value(
            "redirect_host",
            host,
            "127.0.0.1 or localhost",
        )),
    }
}

fn redirect_path(values: &Values<'_>) -> Result<String, Invalid> {
    let path = values
        .text("redirect_path")
        .unwrap_or_else(|| DEFAULT_REDIRECT_PATH.to_owned());
    if redirect::is_path(&path) {
        Ok(path)
    } else {
        Err(unusable_value(
            "redirect_path",
            path,
            "a path that begins with /",
        ))
    }
}

fn ports(values: &Values<'_>) -> Result<Vec<u16>, Invalid> {
    let mut ports = Vec::new();
    for word in values.list("ports").unwrap_or_default() {
        match word.parse() {
            Ok(port) => ports.push(port),
            Err(_) => return Err(unusable_value("ports", word, "a port, 1 to 65535")),
        }
    }
    Ok(ports)
}

fn store(values: &Values<'_>, grant: Grant) -> Result<StoreKind, Invalid> {
    let kind = values.choice("store", StoreKind::ALL)?.unwrap_or_default();
    match kind {
        StoreKind::Command => {
            let expected = "the command that prints the key, for `store = \"command\"`";
            values.required_text("key_command", expected)?;
        }
        StoreKind::None if grant.needs_person() => {
            let expected = "a place: what a person logged in for has to be kept somewhere";
            return Err(unusable_value("store", "none", expected));
        }
        _ => {}
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::identity::Endpoints;
    use crate::profile::setting::Source;

    fn set(name: &'static str, value: &str, source: Source) -> Setting {
        Setting {
            name,
            values: vec![value.to_owned()],
            source,
        }
    }

    /// The profile that these settings of the configuration file make.
    fn of_file(settings: &[(&'static str, &str)]) -> Result<Profile, Invalid> {
        let settings = settings
            .iter()
            .map(|(name, value)| set(name, value, Source::File));
        Profile::resolve("work", settings.collect())
    }

    #[test]
    fn the_greatest_source_wins() {
        let profile = Profile::resolve(
            "work",
            vec![
                set("client_id", "from-flag", Source::Flag),
                set("client_id", "from-file", Source::File),
                set("issuer", "https://env.example", Source::Environment),
                set("issuer", "https://file.example", Source::File),
            ],
        )
        .expect("a profile");
        assert_eq!(profile.client_id, "from-flag");
        assert_eq!(profile.issuer.as_deref(), Some("https://env.example"));
    }

    #[test]
    fn a_preset_gives_way_to_what_the_user_says() {
        let gitlab = of_file(&[("provider", "gitlab"), ("client_id", "c")]).expect("a profile");
        assert!(gitlab.endpoints.revocation.is_some());
        let own = of_file(&[
            ("provider", "gitlab"),
            ("client_id", "c"),
            ("issuer", "https://git.example"),
        ])
        .expect("a profile");
        assert_eq!(
            own.endpoints,
            Endpoints::default(),
            "another issuer has its own addresses"
        );
        assert_eq!(own.provider.id, "gitlab");
    }

    #[test]
    fn a_secret_is_named_and_never_held() {
        let error = of_file(&[("client_id", "c"), ("client_secret", "hunter2")])
            .expect_err("not a source")
            .to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn what_is_missing_is_not_taken_for_a_value() {
        let message = |settings| of_file(settings).expect_err("unusable").to_string();
        assert_eq!(
            message(&[("issuer", "https://as.example")]),
            "`client_id` is missing: expected the client's registered name"
        );
        assert!(
            message(&[("client_id", "c"), ("grant", "missing")])
                .starts_with("`grant` is `missing`: expected one of authorization_code, ")
        );
        assert!(
            message(&[("client_id", "c"), ("store", "command")])
                .starts_with("`key_command` is missing: expected ")
        );
    }
}
