//! Flags of `login`, and what they say of the profile.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::config::of_flag;
use crate::oauth::scope;
use crate::profile::setting::Setting;
use crate::time::parse_duration;

/// Flags of `login`.
#[derive(Args, Debug, Default)]
pub struct LoginArgs {
    /// The name of the profile
    pub profile: Option<String>,
    /// A preset for a well-known server
    #[arg(long, value_name = "NAME", help_heading = "Server")]
    pub provider: Option<String>,
    /// The server's issuer
    #[arg(long, value_name = "URL", help_heading = "Server")]
    pub issuer: Option<String>,
    /// The client's registered name
    #[arg(long, value_name = "ID", help_heading = "Client")]
    pub client_id: Option<String>,
    /// A file that holds the client's secret
    #[arg(long, value_name = "FILE", help_heading = "Client")]
    pub client_secret_file: Option<PathBuf>,
    /// Have the server register a client for the profile (RFC 7591)
    #[arg(long, conflicts_with_all = ["client_id", "client_secret_file"], help_heading = "Client")]
    pub register: bool,
    /// A file that holds the token with which the server lets in who registers a client
    #[arg(
        long,
        value_name = "FILE",
        requires = "register",
        help_heading = "Client"
    )]
    pub registration_token_file: Option<PathBuf>,
    /// How the first token is got: authorization_code, device_code, or client_credentials for a
    /// client that speaks for itself
    #[arg(long, value_name = "GRANT", help_heading = "Client")]
    pub grant: Option<String>,
    /// A scope to ask for; may be repeated
    #[arg(long, value_name = "SCOPE", help_heading = "Request")]
    pub scope: Vec<String>,
    /// A scope to ask for beside those of the profile; may be repeated
    #[arg(
        long,
        value_name = "SCOPE",
        conflicts_with = "scope",
        help_heading = "Request"
    )]
    pub add_scope: Vec<String>,
    /// The audience to ask for (the parameter `audience`)
    #[arg(long, value_name = "AUDIENCE", help_heading = "Request")]
    pub audience: Option<String>,
    /// A resource indicator (RFC 8707); may be repeated
    #[arg(long, value_name = "URI", help_heading = "Request")]
    pub resource: Vec<String>,
    /// One more parameter of the authorization request; may be repeated
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Request")]
    pub param: Vec<String>,
    /// The account to log in as (login_hint)
    #[arg(long, value_name = "ACCOUNT", help_heading = "Request")]
    pub account: Option<String>,
    /// A port for the redirect; may be repeated: they are tried in turn
    #[arg(long, value_name = "PORT", help_heading = "Redirect")]
    pub port: Vec<u16>,
    /// The path of the redirect
    #[arg(long, value_name = "PATH", help_heading = "Redirect")]
    pub redirect_path: Option<String>,
    /// The host of the redirect: 127.0.0.1 or localhost
    #[arg(long, value_name = "HOST", help_heading = "Redirect")]
    pub redirect_host: Option<String>,
    /// Log in with a code on another device
    #[arg(long, group = "how", help_heading = "How")]
    pub device: bool,
    /// Log in by pasting the address that the browser ends at
    #[arg(long, group = "how", help_heading = "How")]
    pub paste: bool,
    /// Print the address and open no browser
    #[arg(long, group = "how", help_heading = "How")]
    pub no_browser: bool,
    /// Open the browser with this command; the address is its last argument
    #[arg(long, value_name = "CMD", group = "how", help_heading = "How")]
    pub browser: Option<String>,
    /// How long to wait for the person
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = parse_duration,
        help_heading = "How")]
    pub timeout: Duration,
    /// Where to keep the session: file; keyring, command or env for a file that is sealed by a key
    /// in the OS keyring, of a command, in AUTHCTL_KEY; none; auto
    #[arg(long, value_name = "KIND", help_heading = "Store")]
    pub store: Option<String>,
    /// The command that prints the key, for `--store command`
    #[arg(long, value_name = "CMD", help_heading = "Store")]
    pub key_command: Option<String>,
    /// Replace the session of another account, if there is one
    #[arg(long)]
    pub replace: bool,
    /// Show the request that would be sent, and what would be written; log in to nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl LoginArgs {
    /// The scopes of `--add-scope`.
    #[must_use]
    pub fn more_scope(&self) -> Vec<String> {
        let words = self.add_scope.iter().flat_map(|text| scope::parse(text));
        words.collect()
    }

    /// What the flags say of the profile.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        let secret_file = self.client_secret_file.as_ref();
        let secret_file = secret_file.map(|path| format!("file={}", path.display()));
        let scope = self.scope.iter().flat_map(|text| scope::parse(text));
        settings([
            ("provider", one(self.provider.as_ref())),
            ("issuer", one(self.issuer.as_ref())),
            ("client_id", one(self.client_id.as_ref())),
            ("client_secret", one(secret_file.as_ref())),
            ("grant", one(self.grant.as_ref())),
            ("scope", scope.collect()),
            ("audience", one(self.audience.as_ref())),
            ("resource", self.resource.clone()),
            ("account", one(self.account.as_ref())),
            ("params", self.param.clone()),
            ("ports", self.port.iter().map(u16::to_string).collect()),
            ("redirect_path", one(self.redirect_path.as_ref())),
            ("redirect_host", one(self.redirect_host.as_ref())),
            ("store", one(self.store.as_ref())),
            ("key_command", one(self.key_command.as_ref())),
        ])
    }
}

/// The settings for which there are values.
pub(super) fn settings<const N: usize>(given: [(&'static str, Vec<String>); N]) -> Vec<Setting> {
    let given = given.into_iter().filter(|(_, values)| !values.is_empty());
    given.map(|(name, values)| of_flag(name, values)).collect()
}

pub(super) fn one(value: Option<&String>) -> Vec<String> {
    value.into_iter().cloned().collect()
}
