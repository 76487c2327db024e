//! Where authctl's files are, and what the user has configured: one TOML file, in which every
//! setting can also be set by an environment variable and by a flag.
//!
//! A named profile is made of the file's table, the environment over it, and flags over both. If no
//! profile is named and `AUTHCTL_CLIENT_ID` is set, the environment alone makes the profile, so
//! that a CI job needs no file.
//!
//! Deliberately absent: the current directory. No file is looked for or made in the directory that
//! a command happens to run in.

mod document;
pub mod edit;
pub mod env;
mod file;

use std::path::{Path, PathBuf};

use crate::platform::places;
use crate::profile::binding::Binding;
use crate::profile::setting::{SETTINGS, Setting, Shape, Source};
use crate::profile::{Invalid, Profile};

/// The name of the profile that the environment alone makes.
pub const ENVIRONMENT_PROFILE: &str = "env";

/// What can be wrong with the configuration.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages name the fields")]
pub enum ConfigError {
    /// The user has no home directory, so that the usual places of the files are not known.
    #[error("no home directory is known")]
    NoHome,
    /// A variable, or a setting, names a relative path where only an absolute one will do.
    #[error("{variable} is not an absolute path: {}", path.display())]
    Relative {
        variable: &'static str,
        path: PathBuf,
    },
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
    /// No profile has this name. `nearest` are names like it, the most alike first; `all` are all
    /// names.
    #[error("there is no profile `{name}`")]
    Unknown {
        name: String,
        nearest: Vec<String>,
        all: Vec<String>,
    },
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
        "`{name}` cannot be a profile's name: use letters, digits, `.`, `_`, `-`, `@`, at most 64, \
         a letter or digit first"
    )]
    Name { name: String },
    /// A setting of this profile has a value that cannot be used, or is missing.
    #[error("profile `{profile}`: {invalid}")]
    Invalid { profile: String, invalid: Invalid },
}

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
        })
    }

    /// Reads the configuration file.
    ///
    /// # Errors
    /// When it cannot be read or parsed.
    pub fn read(&self) -> Result<Config, ConfigError> {
        Ok(Config {
            file: file::load(&self.config)?,
        })
    }

    /// The names of the profiles in the configuration file, in its order.
    ///
    /// # Errors
    /// When the file cannot be read or parsed.
    pub fn profiles(&self) -> Result<Vec<String>, ConfigError> {
        let profiles = file::load(&self.config)?.profiles;
        Ok(profiles.into_iter().map(|(name, _)| name).collect())
    }

    /// The name of the profile that is used when a command names none, as the file says it.
    ///
    /// # Errors
    /// When the file cannot be read or parsed.
    pub fn default_profile(&self) -> Result<Option<String>, ConfigError> {
        Ok(file::load(&self.config)?.default_profile)
    }

    /// The profile `name`. Without a name: the one that `$AUTHCTL_PROFILE` names, else the one that
    /// the environment makes if `$AUTHCTL_CLIENT_ID` is set, else the file's default, else the
    /// only one.
    ///
    /// # Errors
    /// When there is no such profile, or one of its values cannot be used.
    pub fn profile(&self, name: Option<&str>) -> Result<Profile, ConfigError> {
        // Without the file: a CI job may have none that can be read.
        if environment_is_profile(name) {
            return resolve(ENVIRONMENT_PROFILE, environment());
        }
        self.read()?.profile(name)
    }

    /// The profile that a login with these flags makes or changes: the file's table, if there is
    /// one, the environment over it, and the flags over both.
    ///
    /// # Errors
    /// When the name or a value cannot be used.
    pub fn profile_with(&self, name: &str, flags: Vec<Setting>) -> Result<Profile, ConfigError> {
        check_name(name)?;
        let file = file::load(&self.config)?;
        let known = file.settings_of(name).unwrap_or_default();
        resolve(name, [known, &environment(), &flags].concat())
    }
}

/// The configuration file, as it was read once.
pub struct Config {
    file: file::File,
}

impl Config {
    /// The `[[match]]` tables, in the file's order.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.file.bindings
    }

    /// The profile `name`, or the one that is meant without a name, by the rules of
    /// [`Locations::profile`].
    ///
    /// # Errors
    /// When there is no such profile, or one of its values cannot be used.
    pub fn profile(&self, name: Option<&str>) -> Result<Profile, ConfigError> {
        if environment_is_profile(name) {
            return resolve(ENVIRONMENT_PROFILE, environment());
        }
        let name = match name {
            Some(name) => name.to_owned(),
            None => self.usual_name()?,
        };
        check_name(&name)?;
        let of_environment = name == ENVIRONMENT_PROFILE && is_set("AUTHCTL_CLIENT_ID");
        match self.file.settings_of(&name) {
            Some(settings) => resolve(&name, [settings, &environment()].concat()),
            None if of_environment => resolve(&name, environment()),
            None => {
                let all = self.names();
                Err(ConfigError::Unknown {
                    nearest: nearest(&name, &all),
                    name,
                    all,
                })
            }
        }
    }

    /// The name of the profile that is used when a command names none.
    fn usual_name(&self) -> Result<String, ConfigError> {
        let chosen = env::var("AUTHCTL_PROFILE").or(self.file.default_profile.clone());
        if let Some(name) = chosen {
            return Ok(name);
        }
        match self.file.profiles.as_slice() {
            [] if is_set("AUTHCTL_ISSUER") => Err(ConfigError::NoClient),
            [] => Err(ConfigError::Nothing),
            [(only, _)] => Ok(only.clone()),
            _ => Err(ConfigError::Ambiguous { all: self.names() }),
        }
    }

    fn names(&self) -> Vec<String> {
        let profiles = self.file.profiles.iter();
        profiles.map(|(name, _)| name.clone()).collect()
    }
}

/// Whether the environment alone makes the profile that is meant.
fn environment_is_profile(name: Option<&str>) -> bool {
    name.is_none() && !is_set("AUTHCTL_PROFILE") && is_set("AUTHCTL_CLIENT_ID")
}

fn is_set(variable: &str) -> bool {
    env::var(variable).is_some()
}

/// The absolute path that a variable names, if it is set.
fn absolute(variable: &'static str) -> Result<Option<PathBuf>, ConfigError> {
    match env::path(variable) {
        Some(path) if path.is_relative() => Err(ConfigError::Relative { variable, path }),
        path => Ok(path),
    }
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

/// Whether `name` can be the name of a profile, and so of a file.
fn check_name(name: &str) -> Result<(), ConfigError> {
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_plain = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b));
    if begins_well && is_plain && name.len() <= 64 {
        return Ok(());
    }
    Err(ConfigError::Name {
        name: name.to_owned(),
    })
}

fn resolve(name: &str, settings: Vec<Setting>) -> Result<Profile, ConfigError> {
    Profile::resolve(name, settings).map_err(|invalid| ConfigError::Invalid {
        profile: name.to_owned(),
        invalid,
    })
}

/// The settings that the environment has values for.
fn environment() -> Vec<Setting> {
    let mut settings = Vec::new();
    for definition in SETTINGS {
        let variable = variable(definition.name);
        if let Some(value) = env::var(&variable) {
            settings.push(of_environment(
                definition.name,
                match definition.name {
                    // This variable holds the secret itself, and a setting says where the secret
                    // is.
                    "client_secret" => vec![format!("env={variable}")],
                    _ => words(definition.shape, value),
                },
            ));
        }
    }
    if let Some(path) = env::var("AUTHCTL_CLIENT_SECRET_FILE") {
        settings.push(of_environment(
            "client_secret",
            vec![format!("file={path}")],
        ));
    }
    settings
}

fn of_environment(name: &'static str, values: Vec<String>) -> Setting {
    Setting {
        name,
        values,
        source: Source::Environment,
    }
}

/// The values in a variable: one, or words that are separated by spaces or commas.
fn words(shape: Shape, value: String) -> Vec<String> {
    match shape {
        Shape::Text | Shape::Duration => vec![value],
        Shape::List | Shape::Ports | Shape::Table => value
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}

/// The name of the environment variable for a setting.
#[must_use]
pub fn variable(setting: &str) -> String {
    let mut name = ["AUTHCTL_", setting].concat();
    name.make_ascii_uppercase();
    name
}

/// A path as a user writes it: `~/` at its start is the home directory.
#[must_use]
pub fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => Path::new(path).to_owned(),
    }
}

/// At most three names of `all` that are like `name`, the most alike first.
fn nearest(name: &str, all: &[String]) -> Vec<String> {
    let mut close: Vec<(f64, &String)> = all
        .iter()
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .collect();
    close.retain(|(likeness, _)| *likeness > 0.7);
    close.sort_by(|a, b| b.0.total_cmp(&a.0));
    close
        .into_iter()
        .take(3)
        .map(|(_, known)| known.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_files_and_must_look_like_it() {
        for good in ["work", "a", "me@example.com", "a.b_c-d"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "../x", "a/b", ".hidden", "a b", "-x", "ä"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_misspelt_profile_finds_its_neighbours() {
        let all = ["work".to_owned(), "home".to_owned(), "works".to_owned()];
        assert_eq!(nearest("wrok", &all), ["work", "works"]);
    }
}
