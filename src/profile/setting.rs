//! The settings of a profile, as a table. The configuration file, the environment, `profile show`
//! and the manual are loops over it.
//!
//! Deliberately absent: what a value means. A table row says its shape; `profile::resolve` checks
//! and uses it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a value was found. If several sources have a value, the last of these wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Source {
    /// The built-in default: no other source has a value.
    Default,
    /// The preset of the profile's provider.
    Preset,
    /// The table of the profile in the configuration file.
    File,
    /// The same, in the configuration file of another user, which root reads. Root does not run the
    /// commands that it names.
    FileOf {
        /// The number of that user.
        user: u32,
    },
    /// The environment variable of the setting.
    Environment,
    /// A flag of the command line.
    Flag,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::Preset => f.write_str("preset"),
            Source::File => f.write_str("config file"),
            Source::FileOf { user } => write!(f, "config file of uid {user}"),
            Source::Environment => f.write_str("environment"),
            Source::Flag => f.write_str("flag"),
        }
    }
}

/// What a setting's value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One string.
    Text,
    /// A length of time: `90s`, `5m`.
    Duration,
    /// Several strings: an array in the file, separated by spaces in the environment.
    List,
    /// Several port numbers: an array in the file, separated by spaces in the environment.
    Ports,
    /// Named strings: a table in the file, `name=value` separated by spaces in the environment.
    Table,
}

impl Shape {
    /// What a value looks like in the configuration file.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Shape::Text => "a string",
            Shape::Duration => "a length of time, as \"5m\"",
            Shape::List => "an array of strings",
            Shape::Ports => "an array of numbers",
            Shape::Table => "a table of strings",
        }
    }
}

/// A setting that a profile may have.
pub struct Definition {
    /// Its name in the file; the environment has it in capitals after `AUTHCTL_`.
    pub name: &'static str,
    /// What its value looks like, in the file and in the environment.
    pub shape: Shape,
    /// Whether the environment may also set it for a profile that has a name. It may not set where
    /// a secret is sent, nor what is run: a variable that is meant for the profile which the
    /// environment makes, or for another program, would reach the user's own sessions.
    pub for_named: bool,
    /// What it means, in one line.
    pub help: &'static str,
}

const fn setting(name: &'static str, shape: Shape, help: &'static str) -> Definition {
    Definition {
        name,
        shape,
        for_named: true,
        help,
    }
}

/// A setting that says where a secret is sent, or what is run.
const fn directing(name: &'static str, shape: Shape, help: &'static str) -> Definition {
    Definition {
        for_named: false,
        ..setting(name, shape, help)
    }
}

/// The setting of that name which counts: the first, where the greatest source comes first.
#[must_use]
pub fn find<'a>(settings: &'a [Setting], name: &str) -> Option<&'a Setting> {
    settings.iter().find(|setting| setting.name == name)
}

/// The value of a setting of one text.
#[must_use]
pub fn value<'a>(settings: &'a [Setting], name: &str) -> Option<&'a str> {
    find(settings, name)?.values.first().map(String::as_str)
}

/// Every setting that a profile may have.
pub const SETTINGS: &[Definition] = &[
    directing(
        "provider",
        Shape::Text,
        "a preset: authctl login --help lists them",
    ),
    directing(
        "issuer",
        Shape::Text,
        "the server's issuer; everything else is discovered from it",
    ),
    directing("client_id", Shape::Text, "the client's registered name"),
    setting(
        "client_secret",
        Shape::Table,
        "where the secret is: { env | file | command = \"...\" }; { from = \"registration\" } for \
         a client that `login --register` has made",
    ),
    setting(
        "auth_method",
        Shape::Text,
        "client_secret_basic, client_secret_post or none",
    ),
    directing(
        "grant",
        Shape::Text,
        "authorization_code, device_code or client_credentials",
    ),
    setting("scope", Shape::List, "the scopes to ask for"),
    setting(
        "audience",
        Shape::Text,
        "the audience parameter that Auth0 and Atlassian want",
    ),
    setting("resource", Shape::List, "resource indicators (RFC 8707)"),
    setting(
        "account",
        Shape::Text,
        "which account of the server this is: a hint for its login page, and no other is let in",
    ),
    setting(
        "params",
        Shape::Table,
        "more parameters of the authorization request",
    ),
    setting(
        "redirect_host",
        Shape::Text,
        "127.0.0.1, or localhost where the registration says so",
    ),
    setting("redirect_path", Shape::Text, "the path of the redirect URI"),
    directing(
        "redirect_uri",
        Shape::Text,
        "a redirect of your own: received here if it is on this machine or `listen` says where, \
         else the login is by paste",
    ),
    directing(
        "listen",
        Shape::Text,
        "127.0.0.1:PORT, to which your own server hands on what arrives at `redirect_uri`",
    ),
    setting(
        "ports",
        Shape::Ports,
        "ports that the registration allows; any if absent",
    ),
    directing(
        "authorization_endpoint",
        Shape::Text,
        "where discovery does not name it",
    ),
    directing(
        "token_endpoint",
        Shape::Text,
        "where discovery does not name it",
    ),
    directing(
        "device_authorization_endpoint",
        Shape::Text,
        "where discovery does not name it",
    ),
    directing(
        "revocation_endpoint",
        Shape::Text,
        "where discovery does not name it",
    ),
    directing(
        "userinfo_endpoint",
        Shape::Text,
        "where discovery does not name it",
    ),
    setting(
        "assumed_ttl",
        Shape::Duration,
        "the life to assume for a token that comes without one",
    ),
    setting(
        "reuse_interval",
        Shape::Duration,
        "how long the server takes the previous refresh token again",
    ),
    setting(
        "old_access_token",
        Shape::Text,
        "lives, or dies_on_refresh: then a refresh waits as long as possible",
    ),
    directing(
        "ca_file",
        Shape::Text,
        "a PEM bundle to trust instead of the system's",
    ),
    setting(
        "lock_dir",
        Shape::Text,
        "the absolute path of a local directory of your own for the locks, if locks do not work in \
         the directory of the sessions",
    ),
    setting(
        "store",
        Shape::Text,
        "file; keyring, command or env: a file sealed by a key in the OS keyring, of key_command, \
         in AUTHCTL_KEY; none; or auto",
    ),
    directing(
        "key_command",
        Shape::Text,
        "the command that prints the key: 32 bytes in base64 or hexadecimal",
    ),
    setting(
        "keyring_timeout",
        Shape::Duration,
        "how long to wait for the OS keyring: by default 3s, and longer at a login",
    ),
    setting(
        "cache_access_token",
        Shape::Text,
        "file: the access token can be read without the key, the refresh token cannot; or none",
    ),
    directing(
        "nonce",
        Shape::Text,
        "required: an ID token has the nonce that was sent; or optional, for a server that leaves \
         it out: PKCE protects the code all the same",
    ),
    setting(
        "warn_before",
        Shape::Duration,
        "how long before the session ends a refresh warns that a person has to log in: by default \
         3d, and never in its first four fifths; 0s: never",
    ),
    setting(
        "interactive_hooks",
        Shape::Text,
        "true: a hook whose caller allows it may open a browser and wait for a person; or false",
    ),
    directing(
        "browser",
        Shape::Text,
        "the command that opens a browser; the address is its last argument",
    ),
];

/// The value of one setting, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name of the setting, as in [`Definition::name`].
    pub name: &'static str,
    /// The values: one for [`Shape::Text`] and [`Shape::Duration`], any number for the others, each
    /// `name=value` for [`Shape::Table`].
    pub values: Vec<String>,
    /// Where they were found.
    pub source: Source,
}
