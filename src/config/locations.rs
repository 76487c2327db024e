//! Where authctl's files are, and what of the environment is no setting of a profile.

use std::path::{Path, PathBuf};

use super::{Config, ConfigError, KEY_VARIABLE, TRUST_OWNER, env, file, variable};
use crate::platform::child::Secrets;
use crate::platform::places;

/// Where authctl's files are.
#[derive(Clone, Debug)]
pub struct Locations {
    /// The configuration file: `$AUTHCTL_CONFIG`, else `config.toml` in the platform's directory
    /// for configuration.
    pub config: PathBuf,
    /// The directory of the sessions: `$AUTHCTL_HOME`, else the platform's directory for state.
    pub state: PathBuf,
    /// Directories in memory, for a record that cannot be saved in the state directory.
    pub salvage: Vec<PathBuf>,
    /// The user, by number, the commands of whose configuration root runs (`$AUTHCTL_TRUST_OWNER`).
    pub trusted: Option<u32>,
}

impl Locations {
    /// Finds the places, from the environment or the platform's rules. Creates nothing.
    ///
    /// # Errors
    /// When the user has no home directory, or a variable names a relative path.
    pub fn find() -> Result<Self, ConfigError> {
        let config = match absolute("AUTHCTL_CONFIG")? {
            Some(path) => path,
            None => platform_directories()?.config_dir().join("config.toml"),
        };
        let state = match absolute("AUTHCTL_HOME")? {
            Some(path) => path,
            None => {
                let platform = platform_directories()?;
                let state = platform.state_dir().unwrap_or(platform.data_local_dir());
                state.to_owned()
            }
        };
        Ok(Self {
            config,
            state,
            salvage: salvage_directories(),
            trusted: trusted_user()?,
        })
    }

    /// Reads the configuration file.
    ///
    /// # Errors
    /// When it cannot be read or parsed, or is not believed.
    pub fn read(&self) -> Result<Config, ConfigError> {
        Ok(Config {
            file: file::load(&self.config, self.trusted)?,
        })
    }

    /// The environment variables that hold secrets: those that authctl itself knows, and those that
    /// any profile names. Where the file cannot be read, no command comes from it either.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let mut names = vec![variable("client_secret"), KEY_VARIABLE.to_owned()];
        for (_, settings) in self
            .read()
            .map(|config| config.file.profiles)
            .unwrap_or_default()
        {
            let sources = settings
                .iter()
                .filter(|setting| setting.name == "client_secret");
            for word in sources.flat_map(|setting| &setting.values) {
                names.extend(word.strip_prefix("env=").map(str::to_owned));
            }
        }
        Secrets::new(names)
    }
}

/// The absolute path that a variable names, if it is set.
fn absolute(variable: &'static str) -> Result<Option<PathBuf>, ConfigError> {
    match env::path(variable) {
        Some(path) if path.is_relative() => Err(ConfigError::Relative { variable, path }),
        path => Ok(path),
    }
}

/// The user that [`TRUST_OWNER`] names, by number.
fn trusted_user() -> Result<Option<u32>, ConfigError> {
    let Some(text) = env::var(TRUST_OWNER) else {
        return Ok(None);
    };
    let user = text.parse().map_err(|_| ConfigError::NotAUser {
        variable: TRUST_OWNER,
    })?;
    Ok(Some(user))
}

/// The platform's directories for this program. To be asked only when they are needed: without
/// `$HOME` the answer comes from the user database, over a socket.
fn platform_directories() -> Result<directories::ProjectDirs, ConfigError> {
    directories::ProjectDirs::from("", "", "authctl").ok_or(ConfigError::NoHome)
}

/// Directories for a record that cannot be saved in its place. They are in memory: they have room
/// when the disk is full, and are empty after a reboot.
fn salvage_directories() -> Vec<PathBuf> {
    let runtime = env::path("XDG_RUNTIME_DIR").filter(|path| path.is_absolute());
    // A job that has no XDG_RUNTIME_DIR has to find what a process of a desktop session left there.
    let usual = places::memory_directories();
    let mut all: Vec<PathBuf> = runtime.into_iter().chain(usual).collect();
    all.dedup();
    all
}

/// A path as a user writes it: `~/` at its start is the home directory.
#[must_use]
pub fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => Path::new(path).to_owned(),
    }
}
