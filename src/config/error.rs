//! What can be wrong with the configuration.

use std::path::{Path, PathBuf};

use crate::platform::files::trust::Distrust;
use crate::profile::Invalid;
use crate::provider::Preset;
use crate::text::repeatable;

/// What can be wrong with the configuration.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages name the fields")]
pub enum ConfigError {
    /// The user has no home directory, so that the usual places of the files are not known.
    #[error("no home directory is known")]
    NoHome,
    /// A variable, or a setting, names a relative path where only an absolute one will do.
    #[error("{variable} is not an absolute path: {}", repeatable(&path.to_string_lossy()))]
    Relative {
        variable: &'static str,
        path: PathBuf,
    },
    /// The configuration file, or its lock, may be another user's work, and is not believed.
    #[error("cannot use {}: {why}", path.display())]
    Distrusted { path: PathBuf, why: Distrust },
    /// A variable names a user by something else than a number.
    #[error("{variable} is not the number of a user")]
    NotAUser { variable: &'static str },
    /// The configuration file exists and cannot be read, locked or written.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        what: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    /// The configuration file is not valid TOML, or not a configuration.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        column: usize,
        message: String,
    },
    /// No profile has this name. `all` are all names.
    #[error("there is no profile `{}`", repeatable(name))]
    Unknown { name: String, all: Vec<String> },
    /// There are several profiles, and neither the command nor the configuration says which to use.
    #[error("which profile? there are {}", all.join(", "))]
    Ambiguous { all: Vec<String> },
    /// The environment names a server and no client.
    #[error("AUTHCTL_ISSUER is set and AUTHCTL_CLIENT_ID is not")]
    NoClient,
    /// There is no profile at all.
    #[error("there is no profile yet")]
    Nothing,
    /// A name that cannot be a profile's, because it cannot be a file's.
    #[error(
        "`{}` cannot be a profile's name: use letters, digits, `.`, `_`, `-`, `@`, at most 64, \
         a letter or digit first",
        repeatable(name)
    )]
    Name { name: String },
    /// A name that is one of a device's on Windows, or ends with a dot.
    #[error(
        "`{}` cannot be a profile's name: no file on Windows can have it",
        repeatable(name)
    )]
    Reserved { name: String },
    /// Two profiles whose names are one where a file system does not tell capitals apart.
    #[error("the profiles `{name}` and `{other}` differ only by capitals")]
    TwinNames { name: String, other: String },
    /// A setting of this profile has a value that cannot be used, or is missing.
    #[error("profile `{profile}`: {invalid}")]
    Invalid {
        profile: String,
        invalid: Invalid,
        /// The variable that would set it for a profile without a name, if it is set.
        unused: Option<String>,
        /// The preset of the profile, if it has one.
        preset: Option<&'static Preset>,
    },
}

impl ConfigError {
    /// Whether it is that no profile says which client is meant.
    #[must_use]
    pub fn lacks_client(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Invalid { invalid, .. } => invalid.setting == "client_id",
            _ => false,
        }
    }

    /// The error for a file at which `what` cannot be done.
    pub(super) fn io(what: &'static str, path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        match Distrust::of(&source).cloned() {
            Some(why) => Self::Distrusted { path, why },
            None => Self::Io { what, path, source },
        }
    }
}
