//! A profile: what the user told us of one registration with one server. Pure data: where the
//! values come from is `config`'s affair, and each keeps its source.

use std::time::Duration;

pub mod binding;
pub mod identity;
pub mod setting;
pub mod store_kind;
pub mod target;

use identity::{Endpoints, Identity};
use setting::Setting;
use store_kind::StoreKind;

use crate::oauth::client::AuthMethod;
use crate::oauth::scope;
use crate::oauth::want::{LAST_MARGIN, LATE_MARGIN};
use crate::provider::{OldAccessToken, PRESETS, Preset, Provider};
use crate::time;

/// How a profile gets its first token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// RFC 6749, section 4.1: a person with a browser on this machine, or one who pastes.
    AuthorizationCode,
    /// RFC 8628: a person with a browser elsewhere.
    DeviceCode,
    /// RFC 6749, section 4.4: a machine that speaks for itself.
    ClientCredentials,
}

impl Grant {
    /// Every grant with the name that a profile calls it by.
    pub const ALL: &[(&str, Grant)] = &[
        ("authorization_code", Grant::AuthorizationCode),
        ("device_code", Grant::DeviceCode),
        ("client_credentials", Grant::ClientCredentials),
    ];

    /// The name that a profile calls it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, grant)| *grant == self)
            .map_or("", |(name, _)| name)
    }
}

/// Where a client secret is found. Never the secret itself: no file of ours and no flag holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable of this name.
    Env(String),
    /// A file, whose trailing line break does not count.
    File(String),
    /// A command that prints it.
    Command(String),
}

/// What is wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{setting}` is {found}: expected {expected}")]
pub struct Invalid {
    /// The name of the setting.
    pub setting: &'static str,
    /// What stands there.
    pub found: String,
    /// What should.
    pub expected: String,
}

/// Parameters of the authorization request that nobody else may set.
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
];

/// Everything that we know of one registration with one server.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name: that of its record, too.
    pub name: String,
    /// What is known of the server.
    pub provider: Provider,
    /// `issuer`.
    pub issuer: Option<String>,
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`.
    pub client_secret: Option<SecretSource>,
    /// `auth_method`.
    pub auth_method: Option<AuthMethod>,
    /// `grant`.
    pub grant: Grant,
    /// `scope`.
    pub scope: Vec<String>,
    /// `audience`.
    pub audience: Option<String>,
    /// `resource`.
    pub resource: Vec<String>,
    /// `account`.
    pub account: Option<String>,
    /// `params`, the preset's first.
    pub params: Vec<(String, String)>,
    /// `redirect_host`.
    pub redirect_host: String,
    /// `redirect_path`.
    pub redirect_path: String,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `ports`.
    pub ports: Vec<u16>,
    /// The endpoints that were given or preset; discovery fills the rest.
    pub endpoints: Endpoints,
    /// `assumed_ttl`.
    pub assumed_ttl: Option<Duration>,
    /// `ca_file`.
    pub ca_file: Option<String>,
    /// `lock_dir`.
    pub lock_dir: Option<String>,
    /// `store`.
    pub store: StoreKind,
    /// `key_command`.
    pub key_command: Option<String>,
    /// `keyring_timeout`.
    pub keyring_timeout: Option<Duration>,
    /// `cache_access_token`: whether the access token can be had without the key.
    pub readable_access: bool,
    /// `interactive_hooks`: whether a hook may ask a person, where its caller allows that.
    pub interactive_hooks: bool,
    /// `browser`.
    pub browser: Option<String>,
    /// Every value that was given, with its source.
    pub settings: Vec<Setting>,
}

impl Profile {
    /// Builds the profile `name` from settings, of which the one with the greatest source wins.
    ///
    /// # Errors
    /// The first setting whose value cannot be used.
    pub fn resolve(name: &str, mut settings: Vec<Setting>) -> Result<Self, Invalid> {
        settings.sort_by_key(|setting| std::cmp::Reverse(setting.source));
        let find = |name: &str| settings.iter().find(|setting| setting.name == name);
        let text = |name: &str| {
            find(name)
                .and_then(|setting| setting.values.first())
                .cloned()
        };
        let list = |name: &str| find(name).map(|setting| setting.values.clone());

        let preset = match text("provider") {
            None => None,
            Some(id) => Some(Preset::find(&id).ok_or_else(|| {
                let known: Vec<&str> = PRESETS.iter().map(|preset| preset.id).collect();
                invalid("provider", &id, &format!("one of {}", known.join(", ")))
            })?),
        };
        let mut provider = preset.map(Preset::provider).unwrap_or_default();
        if let Some(interval) = duration("reuse_interval", text("reuse_interval"))? {
            provider.reuse_interval = interval;
        }
        if let Some(old) = choice(
            "old_access_token",
            text("old_access_token"),
            OldAccessToken::ALL,
        )? {
            provider.old_access_token = old;
        }
        let issuer = text("issuer").or_else(|| provider.issuer.map(str::to_owned));
        // A preset's addresses belong to its own issuer. Another issuer has its own, and discovery
        // tells them.
        let elsewhere = provider.issuer.is_some() && issuer.as_deref() != provider.issuer;
        let of_preset = |address: Option<&str>| address.filter(|_| !elsewhere).map(str::to_owned);

        let given = list("scope").map(|words| words.iter().flat_map(|w| scope::parse(w)).collect());
        let mut params: Vec<(String, String)> = provider
            .authorization_params
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        for (name, value) in table("params", list("params"))? {
            if RESERVED.contains(&name.as_str()) {
                return Err(invalid(
                    "params",
                    &name,
                    "a parameter that is not authctl's own to set",
                ));
            }
            params.retain(|(known, _)| *known != name);
            params.push((name, value));
        }
        Ok(Self {
            name: name.to_owned(),
            client_id: text("client_id")
                .ok_or_else(|| invalid("client_id", "missing", "the client's registered name"))?,
            client_secret: secret_source(list("client_secret"))?,
            auth_method: choice("auth_method", text("auth_method"), AuthMethod::ALL)?
                .or(provider.auth_method),
            grant: choice("grant", text("grant"), Grant::ALL)?.unwrap_or(Grant::AuthorizationCode),
            scope: given.unwrap_or_else(|| default_scope(&provider, text("grant").as_deref())),
            audience: text("audience"),
            resource: list("resource").unwrap_or_default(),
            account: text("account"),
            params,
            redirect_host: redirect_host(text("redirect_host"))?
                .unwrap_or_else(|| provider.redirect_host.to_owned()),
            redirect_path: redirect_path(text("redirect_path"))?,
            redirect_uri: text("redirect_uri"),
            ports: ports(list("ports"))?,
            endpoints: Endpoints {
                authorization: text("authorization_endpoint")
                    .or(of_preset(provider.authorization_endpoint)),
                token: text("token_endpoint").or(of_preset(provider.token_endpoint)),
                device_authorization: text("device_authorization_endpoint")
                    .or(of_preset(provider.device_authorization_endpoint)),
                revocation: text("revocation_endpoint").or(of_preset(provider.revocation_endpoint)),
                userinfo: text("userinfo_endpoint"),
                auth_method: None,
                redirect_uri: None,
            },
            assumed_ttl: duration("assumed_ttl", text("assumed_ttl"))?.or(provider.assumed_ttl),
            ca_file: text("ca_file"),
            lock_dir: text("lock_dir"),
            store: store(
                text("store"),
                text("key_command").as_deref(),
                text("grant").as_deref(),
            )?,
            key_command: text("key_command"),
            keyring_timeout: duration("keyring_timeout", text("keyring_timeout"))?,
            readable_access: choice("cache_access_token", text("cache_access_token"), CACHES)?
                .unwrap_or_default(),
            interactive_hooks: choice("interactive_hooks", text("interactive_hooks"), SWITCH)?
                .unwrap_or_default(),
            browser: text("browser"),
            issuer,
            provider,
            settings,
        })
    }

    /// How much of a token's life has to be left.
    #[must_use]
    pub fn margin(&self) -> Duration {
        match self.provider.old_access_token {
            OldAccessToken::Lives => LATE_MARGIN,
            OldAccessToken::DiesOnRefresh => LAST_MARGIN,
        }
    }

    /// Whether a person has to be there to begin a session.
    #[must_use]
    pub fn interactive(&self) -> bool {
        self.grant != Grant::ClientCredentials
    }

    /// What a stored record must have been made for to answer for this profile.
    #[must_use]
    pub fn identity(&self) -> Identity {
        let sorted = |list: &[String]| {
            let mut list = list.to_vec();
            list.sort();
            list
        };
        Identity {
            server: self
                .issuer
                .clone()
                .or_else(|| self.endpoints.token.clone())
                .unwrap_or_default(),
            client_id: self.client_id.clone(),
            grant: if self.interactive() {
                "user"
            } else {
                "client_credentials"
            }
            .to_owned(),
            scope: sorted(&self.scope),
            audience: self.audience.clone(),
            resource: sorted(&self.resource),
            account: self.account.clone(),
        }
    }

    /// The scopes as one parameter, joined as the provider wants them.
    #[must_use]
    pub fn scope_parameter(&self) -> String {
        self.scope.join(self.provider.scope_separator)
    }
}

const SWITCH: &[(&str, bool)] = &[("true", true), ("false", false)];

/// Whether the access token is kept where it can be read without the key.
const CACHES: &[(&str, bool)] = &[("none", false), ("file", true)];

fn store(
    text: Option<String>,
    command: Option<&str>,
    grant: Option<&str>,
) -> Result<StoreKind, Invalid> {
    let kind = choice("store", text, StoreKind::ALL)?.unwrap_or_default();
    let machine = grant == Some(Grant::ClientCredentials.name());
    match kind {
        StoreKind::Command if command.is_none() => Err(invalid(
            "key_command",
            "missing",
            "the command that prints the key, for `store = \"command\"`",
        )),
        StoreKind::None if !machine => Err(invalid(
            "store",
            "none",
            "a place: what a person logged in for has to be kept somewhere",
        )),
        kind => Ok(kind),
    }
}

/// A machine has no browser session to outlive, so `openid offline_access` is a person's default
/// only.
fn default_scope(provider: &Provider, grant: Option<&str>) -> Vec<String> {
    if grant == Some(Grant::ClientCredentials.name()) {
        return Vec::new();
    }
    provider
        .default_scope
        .iter()
        .map(|&scope| scope.to_owned())
        .collect()
}

fn invalid(setting: &'static str, found: &str, expected: &str) -> Invalid {
    let found = if found == "missing" {
        found.to_owned()
    } else {
        format!("`{found}`")
    };
    Invalid {
        setting,
        found,
        expected: expected.to_owned(),
    }
}

fn choice<T: Copy>(
    setting: &'static str,
    text: Option<String>,
    all: &[(&str, T)],
) -> Result<Option<T>, Invalid> {
    let Some(text) = text else { return Ok(None) };
    let found = all
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, value)| *value);
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    found
        .map(Some)
        .ok_or_else(|| invalid(setting, &text, &format!("one of {}", names.join(", "))))
}

fn duration(setting: &'static str, text: Option<String>) -> Result<Option<Duration>, Invalid> {
    let Some(text) = text else { return Ok(None) };
    time::parse_duration(&text)
        .map(Some)
        .map_err(|_| invalid(setting, &text, "a length of time such as 90s or 5m"))
}

fn table(
    setting: &'static str,
    pairs: Option<Vec<String>>,
) -> Result<Vec<(String, String)>, Invalid> {
    let pairs = pairs.unwrap_or_default();
    let split = |pair: &String| {
        let (name, value) = pair.split_once('=').filter(|(name, _)| !name.is_empty())?;
        Some((name.to_owned(), value.to_owned()))
    };
    pairs
        .iter()
        .map(|pair| split(pair).ok_or_else(|| invalid(setting, pair, "name=value")))
        .collect()
}

fn secret_source(pairs: Option<Vec<String>>) -> Result<Option<SecretSource>, Invalid> {
    const EXPECTED: &str = "{ env = \"NAME\" }, { file = \"PATH\" } or { command = \"...\" }";
    let Some(pairs) = pairs else { return Ok(None) };
    let only = if let [pair] = pairs.as_slice() {
        pair.split_once('=')
    } else {
        None
    };
    match only {
        Some(("env", name)) => Ok(Some(SecretSource::Env(name.to_owned()))),
        Some(("file", path)) => Ok(Some(SecretSource::File(path.to_owned()))),
        Some(("command", command)) => Ok(Some(SecretSource::Command(command.to_owned()))),
        // The value is not repeated: somebody may have put the secret itself there.
        _ => Err(invalid("client_secret", "something else", EXPECTED)),
    }
}

fn redirect_host(text: Option<String>) -> Result<Option<String>, Invalid> {
    match text.as_deref() {
        None | Some("127.0.0.1" | "localhost") => Ok(text),
        Some(other) => Err(invalid("redirect_host", other, "127.0.0.1 or localhost")),
    }
}

fn redirect_path(text: Option<String>) -> Result<String, Invalid> {
    let path = text.unwrap_or_else(|| "/callback".to_owned());
    let plain = path.starts_with('/')
        && path
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"?#\"<>".contains(&b));
    if plain {
        Ok(path)
    } else {
        Err(invalid("redirect_path", &path, "a path that begins with /"))
    }
}

fn ports(list: Option<Vec<String>>) -> Result<Vec<u16>, Invalid> {
    let list = list.unwrap_or_default();
    let read = |text: &String| {
        text.parse()
            .map_err(|_| invalid("ports", text, "a port, 1 to 65535"))
    };
    list.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::setting::Source;

    fn set(name: &'static str, value: &str, source: Source) -> Setting {
        Setting {
            name,
            values: vec![value.to_owned()],
            source,
        }
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
        let gitlab = |issuer: Option<&str>| {
            let mut settings = vec![
                set("provider", "gitlab", Source::File),
                set("client_id", "c", Source::File),
            ];
            settings.extend(issuer.map(|issuer| set("issuer", issuer, Source::File)));
            Profile::resolve("work", settings).expect("a profile")
        };
        assert!(gitlab(None).endpoints.revocation.is_some());
        let own = gitlab(Some("https://git.example"));
        assert_eq!(
            own.endpoints,
            Endpoints::default(),
            "another issuer has its own addresses"
        );
        assert_eq!(own.provider.id, "gitlab");
    }

    #[test]
    fn a_secret_is_named_and_never_held() {
        let settings = vec![
            set("client_id", "c", Source::File),
            set("client_secret", "hunter2", Source::File),
        ];
        let error = Profile::resolve("work", settings)
            .expect_err("not a source")
            .to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn an_identity_says_what_changed() {
        let profile = |scope: &str| {
            let settings = vec![
                set("client_id", "c", Source::File),
                set("issuer", "https://as.example", Source::File),
                set("scope", scope, Source::File),
            ];
            Profile::resolve("work", settings)
                .expect("a profile")
                .identity()
        };
        assert!(
            profile("b a").changes(&profile("a b")).is_empty(),
            "order does not matter"
        );
        assert_eq!(
            profile("a").changes(&profile("a b")),
            ["scope was a and is a b"]
        );
    }
}
