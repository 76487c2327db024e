//! Where authctl's files are, and what of the environment is no setting of a profile.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::home::platform_directories;
use super::{Config, ConfigError, KEY_VARIABLE, TRUST_OWNER, content, env, file, variable};
use crate::platform::child::Secrets;
use crate::platform::places;

/// Where authctl's files are.
#[derive(Clone, Debug)]
pub struct Locations {
    /// The configuration file: `$AUTHCTL_CONFIG`, else `config.toml` in the platform's directory
    /// for configuration. `None` where neither is known.
    pub config: Option<PathBuf>,
    /// The directory of the sessions: `$AUTHCTL_HOME`, else the platform's directory for state.
    /// `None` where neither is known.
    pub state: Option<PathBuf>,
    /// Directories in memory, for a record that cannot be saved in the state directory.
    pub salvage: Vec<PathBuf>,
    /// The environment variables that the profiles of the file name as secrets.
    pub named: OnceLock<Vec<String>>,
    /// The user, by number, the commands of whose configuration root runs (`$AUTHCTL_TRUST_OWNER`).
    pub trusted: Option<u32>,
}

impl Locations {
    /// Finds the places, from the environment or the platform's rules. Creates nothing. A user
    /// without a home directory has no places, and needs none where nothing is kept.
    ///
    /// # Errors
    /// When a variable names a relative path, or a user that is no number.
    pub fn find() -> Result<Self, ConfigError> {
        let config = match absolute("AUTHCTL_CONFIG")? {
            Some(path) => Some(path),
            None => platform_directories().map(|dirs| dirs.config_dir().join("config.toml")),
        };
        let state = match absolute("AUTHCTL_HOME")? {
            Some(path) => Some(path),
            None => platform_directories().map(|dirs| {
                let state = dirs.state_dir().unwrap_or(dirs.data_local_dir());
                state.to_owned()
            }),
        };
        Ok(Self {
            config,
            state,
            salvage: salvage_directories(),
            trusted: trusted_user()?,
            named: OnceLock::new(),
        })
    }

    /// These places, and nothing of the environment's.
    #[must_use]
    pub fn at(config: PathBuf, state: PathBuf) -> Self {
        Self {
            config: Some(config),
            state: Some(state),
            salvage: Vec::new(),
            named: OnceLock::new(),
            trusted: None,
        }
    }

    /// The configuration file.
    ///
    /// # Errors
    /// When no home directory is known.
    pub fn config(&self) -> Result<&Path, ConfigError> {
        self.config.as_deref().ok_or(ConfigError::NoHome)
    }

    /// The directory of the sessions.
    ///
    /// # Errors
    /// When no home directory is known.
    pub fn state(&self) -> Result<&Path, ConfigError> {
        self.state.as_deref().ok_or(ConfigError::NoHome)
    }

    /// Reads the configuration file.
    ///
    /// # Errors
    /// When it cannot be read or parsed, or is not believed.
    pub fn read(&self) -> Result<Config, ConfigError> {
        let file = file::load(self.config()?, self.trusted)?;
        let named = || {
            file.secret_variables()
                .unwrap_or_else(|| self.words_in_file())
        };
        self.named.get_or_init(named);
        Ok(Config { file })
    }

    /// The environment variables that hold secrets: those that authctl itself knows, and those that
    /// any profile names, as the file was when it was read first: it may be a pipe.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let mut names = vec![variable("client_secret"), KEY_VARIABLE.to_owned()];
        names.extend(
            self.named
                .get_or_init(|| self.names_in_file())
                .iter()
                .cloned(),
        );
        Secrets::new(names)
    }

    /// The variables that the file names as secrets.
    fn names_in_file(&self) -> Vec<String> {
        let Ok(config) = self.config() else {
            return Vec::new();
        };
        let file = file::load(config, self.trusted).ok();
        let named = file.and_then(|file| file.secret_variables());
        named.unwrap_or_else(|| self.words_in_file())
    }

    /// Every word in a file that cannot be understood, or is not believed: one of them may name a
    /// secret, and to keep one variable more from a program does no harm.
    fn words_in_file(&self) -> Vec<String> {
        let Ok(config) = self.config() else {
            return Vec::new();
        };
        let text = content::text_of_any(config);
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words
            .filter(|word| word.len() > 2)
            .map(str::to_owned)
            .collect()
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
