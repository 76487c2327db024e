//! A profile: the user's registration of one client with one server, as data.
//!
//! [`Profile::resolve`] makes a profile of [`setting::Setting`]s. Finding the settings, in the
//! configuration file, in the environment and in flags, is the work of `config`; a profile keeps
//! them with their sources, so that `profile show` can tell where each value comes from.
//!
//! Deliberately absent: files, the environment, and the client secret itself. A profile only knows
//! where the secret can be found.

use std::time::Duration;

pub mod binding;
pub mod identity;
pub mod redirect;
mod resolve;
mod server;
pub mod setting;
pub mod store_kind;
pub mod target;
mod values;

use identity::{Endpoints, Identity, Registration};
use setting::{Setting, Source};
use store_kind::StoreKind;

use crate::oauth::client::AuthMethod;
use crate::oauth::want::{LAST_MARGIN, LATE_MARGIN};
use crate::provider::{OldAccessToken, Provider};
use crate::text::repeatable;

/// The path of the redirect URI, unless the user names another.
pub const DEFAULT_REDIRECT_PATH: &str = "/callback";

/// How a profile gets its first token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// RFC 6749, section 4.1: a person logs in with a browser on this machine, or opens the address
    /// elsewhere and pastes the answer.
    AuthorizationCode,
    /// RFC 8628: a person logs in with a browser on another device.
    DeviceCode,
    /// RFC 6749, section 4.4: the client asks for itself, and no person takes part.
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

    /// Whether a person has to take part when a session begins. Such a person may be asked to
    /// unlock a keyring as well, and what they did must not be lost for want of a place to save it.
    #[must_use]
    pub fn needs_person(self) -> bool {
        match self {
            Grant::AuthorizationCode | Grant::DeviceCode => true,
            Grant::ClientCredentials => false,
        }
    }

    /// Whether a new access token is bought with a stored refresh token. If not, the client asks
    /// again as it did the first time, and a record that is lost costs nothing.
    #[must_use]
    pub fn spends_refresh_token(self) -> bool {
        match self {
            Grant::AuthorizationCode | Grant::DeviceCode => true,
            Grant::ClientCredentials => false,
        }
    }

    /// Whether the client's own authentication is the only proof that the server sees, so that a
    /// public client cannot use this grant (RFC 6749, section 4.4).
    #[must_use]
    pub fn needs_client_authentication(self) -> bool {
        match self {
            Grant::AuthorizationCode | Grant::DeviceCode => false,
            Grant::ClientCredentials => true,
        }
    }

    /// The word that records keep for this grant, in [`Identity::grant`]. Sessions of both grants
    /// that need a person are alike once they have begun, so that they share a word.
    fn recorded_as(self) -> &'static str {
        match self {
            Grant::AuthorizationCode | Grant::DeviceCode => "user",
            Grant::ClientCredentials => "client_credentials",
        }
    }
}

/// Where a client secret is found. A profile never holds the secret itself: neither a file of
/// authctl's nor a flag does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// In the environment variable of this name.
    Env(String),
    /// In the file at this path; a line break at its end is not part of the secret.
    File(String),
    /// On the standard output of this command.
    Command(String),
    /// With the client that a server has registered for the profile (RFC 7591).
    Registration,
}

/// How a setting names [`SecretSource::Registration`].
pub const FROM_REGISTRATION: &str = "from=registration";

/// A setting that a profile cannot be made with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{setting}` is {actual}: expected {expected}")]
pub struct Invalid {
    /// The name of the setting.
    pub setting: &'static str,
    /// What the setting holds instead.
    pub actual: Actual,
    /// What it has to say, in words that follow "expected".
    pub expected: String,
}

/// What stands where a setting is [`Invalid`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actual {
    /// Nothing: a setting that is needed is not there.
    Missing,
    /// This value.
    Value(String),
    /// A value that may be a secret and is never shown.
    Hidden,
}

impl std::fmt::Display for Actual {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Actual::Missing => f.write_str("missing"),
            Actual::Value(value) => write!(f, "`{}`", repeatable(value)),
            Actual::Hidden => f.write_str("something else"),
        }
    }
}

/// The user's registration of one client with one server.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The name of the profile, and of the record that its session is kept in.
    pub name: String,
    /// What is known of the server: a preset, or the defaults of a server without one.
    pub provider: Provider,
    /// The server's issuer identifier (RFC 8414, section 2), where it has one.
    pub issuer: Option<String>,
    /// The client's identifier at the server (RFC 6749, section 2.2).
    pub client_id: String,
    /// Where the client's secret is found; `None` for a public client.
    pub client_secret: Option<SecretSource>,
    /// How the client authenticates. `None`: as the server's metadata says, else HTTP Basic.
    pub auth_method: Option<AuthMethod>,
    /// How the first token is got.
    pub grant: Grant,
    /// The scopes to ask for; empty to ask for none.
    pub scope: Vec<String>,
    /// The `audience` parameter of requests, which some servers take in place of `resource`.
    pub audience: Option<String>,
    /// Resource indicators (RFC 8707): the APIs that tokens are asked for.
    pub resource: Vec<String>,
    /// The account to log in as, given to the server as `login_hint`. No other is let in, where the
    /// server says who has logged in.
    pub account: Option<String>,
    /// More parameters of the authorization request: those of the preset, then the user's.
    pub params: Vec<(String, String)>,
    /// The host in the loopback redirect URI: `127.0.0.1` or `localhost`.
    pub redirect_host: String,
    /// The path in the loopback redirect URI, with its leading slash.
    pub redirect_path: String,
    /// A redirect URI of the user's own, see [`Profile::redirect`].
    pub redirect_uri: Option<String>,
    /// The port on this machine to which another server hands on what arrives at the redirect URI
    /// (`listen`).
    pub listen: Option<u16>,
    /// The ports that the loopback listener may use; empty for any.
    pub ports: Vec<u16>,
    /// The endpoints that the user or the preset names. Discovery fills the rest.
    pub endpoints: Endpoints,
    /// The life to assume for an access token that comes without one.
    pub assumed_ttl: Option<Duration>,
    /// How long before the session ends by itself the user is warned.
    pub warn_before: Duration,
    /// A file of certificates, in PEM, that are trusted in place of the system's.
    pub ca_file: Option<String>,
    /// The directory of the session's lock files, where it is not that of the records.
    pub lock_dir: Option<String>,
    /// Where the session is kept.
    pub store: StoreKind,
    /// The command that prints the key of a sealed session.
    pub key_command: Option<String>,
    /// How long the OS keyring may take to answer.
    pub keyring_timeout: Option<Duration>,
    /// Whether the access token of a sealed session can be read without the key
    /// (`cache_access_token = "file"`).
    pub readable_access: bool,
    /// Whether an ID token may lack the nonce that was sent (`nonce = "optional"`).
    pub nonce_may_lack: bool,
    /// Whether a hook may open a browser and wait for a person, if its caller allows that too.
    pub interactive_hooks: bool,
    /// The command that opens a browser; the address is its last argument.
    pub browser: Option<String>,
    /// Every value that was found, with its source. The greatest source comes first.
    pub settings: Vec<Setting>,
}

impl Profile {
    /// How much of its life an access token must have left to be handed out.
    #[must_use]
    pub fn margin(&self) -> Duration {
        match self.provider.old_access_token {
            OldAccessToken::Lives => LATE_MARGIN,
            OldAccessToken::DiesOnRefresh => LAST_MARGIN,
        }
    }

    /// What the profile is now, for a comparison with its session.
    #[must_use]
    pub fn registration(&self) -> Registration {
        // An address that the configuration, a flag or the environment names; never a preset's.
        let named = |name: &str| setting::value(&self.settings, name).map(str::to_owned);
        Registration {
            identity: self.identity(),
            endpoints: Endpoints {
                token: named("token_endpoint"),
                revocation: named("revocation_endpoint"),
                ..Endpoints::default()
            },
        }
    }

    /// What a record may keep of `endpoints`: no address that the environment names.
    #[must_use]
    pub fn without_environment(&self, endpoints: Endpoints) -> Endpoints {
        let kept = |name: &str, address: Option<String>| {
            let winner = setting::find(&self.settings, name);
            address.filter(|_| winner.is_none_or(|it| it.source != Source::Environment))
        };
        Endpoints {
            authorization: kept("authorization_endpoint", endpoints.authorization),
            token: kept("token_endpoint", endpoints.token),
            device_authorization: kept(
                "device_authorization_endpoint",
                endpoints.device_authorization,
            ),
            revocation: kept("revocation_endpoint", endpoints.revocation),
            userinfo: kept("userinfo_endpoint", endpoints.userinfo),
            redirect_uri: kept("redirect_uri", endpoints.redirect_uri),
            auth_method: endpoints.auth_method,
        }
    }

    /// What a record is made for when a session of this profile begins.
    #[must_use]
    pub fn identity(&self) -> Identity {
        let server = self.issuer.as_ref().or(self.endpoints.token.as_ref());
        Identity {
            server: server.cloned().unwrap_or_default(),
            client_id: self.client_id.clone(),
            grant: self.grant.recorded_as().to_owned(),
            scope: sorted_copy(&self.scope),
            audience: self.audience.clone(),
            resource: sorted_copy(&self.resource),
            account: self.account.clone(),
        }
    }

    /// The settings that count: the first of each name, for the greatest source comes first.
    #[must_use]
    pub fn winning_settings(&self) -> Vec<&Setting> {
        let mut winners: Vec<&Setting> = Vec::new();
        for setting in &self.settings {
            if !winners.iter().any(|known| known.name == setting.name) {
                winners.push(setting);
            }
        }
        winners
    }

    /// Whether these settings name another server than this profile has: another provider, or
    /// another issuer.
    #[must_use]
    pub fn is_elsewhere(&self, settings: &[Setting]) -> bool {
        let own = self.issuer.as_deref();
        let own = own.map(|own| own.trim_end_matches('/'));
        let is_own = |issuer: &str| own == Some(issuer.trim_end_matches('/'));
        setting::value(settings, "provider").is_some_and(|name| name != self.provider.id)
            || setting::value(settings, "issuer").is_some_and(|issuer| !is_own(issuer))
    }

    /// The other user whose configuration file names this setting, where root asks and was not told
    /// to trust that user.
    #[must_use]
    pub fn lent_by(&self, setting: &str) -> Option<u32> {
        match setting::find(&self.settings, setting)?.source {
            Source::FileOf { user } => Some(user),
            _ => None,
        }
    }

    /// The other user whose configuration file says which server this is, where root asks and was
    /// not told to trust that user.
    #[must_use]
    pub fn directed_by(&self) -> Option<u32> {
        let names_server = |name: &str| {
            ["provider", "issuer", "ca_file"].contains(&name) || name.ends_with("_endpoint")
        };
        let mut names = self.settings.iter().map(|setting| setting.name);
        names.find_map(|name| self.lent_by(name).filter(|_| names_server(name)))
    }

    /// The scopes as one parameter, joined as the provider wants them.
    #[must_use]
    pub fn scope_parameter(&self) -> String {
        self.scope.join(self.provider.scope_separator)
    }
}

fn sorted_copy(list: &[String]) -> Vec<String> {
    let mut list = list.to_vec();
    list.sort();
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &'static str, value: &str) -> Setting {
        Setting {
            name,
            values: vec![value.to_owned()],
            source: Source::File,
        }
    }

    #[test]
    fn an_identity_says_what_changed() {
        let identity = |scope: &str| {
            let settings = vec![
                set("client_id", "c"),
                set("issuer", "https://as.example"),
                set("scope", scope),
            ];
            Profile::resolve("work", settings)
                .expect("a profile")
                .identity()
        };
        assert!(
            identity("b a").changes(&identity("a b")).is_empty(),
            "order does not matter"
        );
        assert_eq!(
            identity("a").changes(&identity("a b")),
            ["scope was a and is a b"]
        );
    }

    #[test]
    fn records_keep_the_words_that_they_have_always_kept() {
        let grant = |name: &str| {
            let settings = vec![set("client_id", "c"), set("grant", name)];
            let profile = Profile::resolve("work", settings).expect("a profile");
            profile.identity().grant
        };
        assert_eq!(grant("authorization_code"), "user");
        assert_eq!(grant("device_code"), "user");
        assert_eq!(grant("client_credentials"), "client_credentials");
    }
}
