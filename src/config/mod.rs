//! Where things are, and what the user wants. One TOML file, every setting also by environment
//! and by flag.
//!
//! A named profile is the file's table, overlaid by the environment, overlaid by flags. Without a
//! file and with `AUTHCTL_CLIENT_ID` set, the environment alone makes a profile: a CI job needs
//! nothing else.
//!
//! Deliberately absent: the current directory. Nothing of ours is ever looked for, or left, where
//! somebody stands.

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
    /// There is no home directory to be found.
    #[error("no home directory is known")]
    NoHome,
    /// A variable that must name an absolute path names a relative one.
    #[error("{variable} is not an absolute path: {}", path.display())]
    Relative {
        variable: &'static str,
        path: PathBuf,
    },
    /// The file is there and cannot be read or written.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        what: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        column: usize,
        message: String,
    },
    /// A profile that nobody defined.
    #[error("there is no profile `{name}`")]
    Unknown {
        name: String,
        nearest: Vec<String>,
        all: Vec<String>,
    },
    /// Several profiles, and nobody said which.
    #[error("which profile? there are {}", all.join(", "))]
    Ambiguous { all: Vec<String> },
    /// The environment describes a server, and no client.
    #[error("AUTHCTL_ISSUER is set and AUTHCTL_CLIENT_ID is not")]
    NoClient,
    /// No profile at all.
    #[error("there is no profile yet")]
    Nothing,
    /// A name that cannot be a file's.
    #[error(
        "`{name}` cannot be a profile's name: use letters, digits, `.`, `_`, `-`, `@`, at most 64, \
         a letter or digit first"
    )]
    Name { name: String },
    /// A value that cannot be used.
    #[error("profile `{profile}`: {invalid}")]
    Invalid { profile: String, invalid: Invalid },
}

/// Where things are.
#[derive(Clone, Debug)]
pub struct Locations {
    /// The configuration file: `$AUTHCTL_CONFIG`, else the platform's place.
    pub config: PathBuf,
    /// The state directory: `$AUTHCTL_HOME`, else the platform's place.
    pub state: PathBuf,
    /// Where a record may be put that cannot be saved in the state directory.
    pub salvage: Vec<PathBuf>,
}

impl Locations {
    /// Finds them. Creates nothing.
    ///
    /// # Errors
    /// When there is no home directory, or a variable names a relative path.
    pub fn find() -> Result<Self, ConfigError> {
        let given = |variable: &'static str| match env::path(variable) {
            Some(path) if path.is_relative() => Err(ConfigError::Relative { variable, path }),
            other => Ok(other),
        };
        // Only asked when needed: without $HOME the answer comes from the user database, over a
        // socket.
        let platform =
            || directories::ProjectDirs::from("", "", "authctl").ok_or(ConfigError::NoHome);
        let config = match given("AUTHCTL_CONFIG")? {
            Some(path) => path,
            None => platform()?.config_dir().join("config.toml"),
        };
        let state = match given("AUTHCTL_HOME")? {
            Some(path) => path,
            None => platform()
                .map(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned())?,
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

    /// The profiles' names, in the file's order.
    ///
    /// # Errors
    /// When the file cannot be read or parsed.
    pub fn profiles(&self) -> Result<Vec<String>, ConfigError> {
        Ok(file::load(&self.config)?
            .profiles
            .into_iter()
            .map(|(name, _)| name)
            .collect())
    }

    /// The profile that is used when nobody names one, as the file says it.
    ///
    /// # Errors
    /// When the file cannot be read or parsed.
    pub fn default_profile(&self) -> Result<Option<String>, ConfigError> {
        Ok(file::load(&self.config)?.default_profile)
    }

    /// The profile `name`, or the one that is meant when no name is given: `$AUTHCTL_PROFILE`, the
    /// environment's own if `$AUTHCTL_CLIENT_ID` is set, the file's default, the only one.
    ///
    /// # Errors
    /// When there is no such profile, or one of its values cannot be used.
    pub fn profile(&self, name: Option<&str>) -> Result<Profile, ConfigError> {
        match only_environment(name) {
            true => resolve(ENVIRONMENT_PROFILE, environment()),
            false => self.read()?.profile(name),
        }
    }

    /// The profile that a login with these flags makes or changes: what the file has of it, the
    /// environment, flags.
    ///
    /// # Errors
    /// When the name or a value cannot be used.
    pub fn profile_with(&self, name: &str, flags: Vec<Setting>) -> Result<Profile, ConfigError> {
        check_name(name)?;
        let file = file::load(&self.config)?;
        let known = file
            .profiles
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, settings)| settings);
        resolve(
            name,
            [known.unwrap_or_default(), environment(), flags].concat(),
        )
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

    /// See [`Locations::profile`].
    ///
    /// # Errors
    /// When there is no such profile, or one of its values cannot be used.
    pub fn profile(&self, name: Option<&str>) -> Result<Profile, ConfigError> {
        if only_environment(name) {
            return resolve(ENVIRONMENT_PROFILE, environment());
        }
        let file = &self.file;
        let named = name
            .map(str::to_owned)
            .or_else(|| env::var("AUTHCTL_PROFILE"));
        let all: Vec<String> = file.profiles.iter().map(|(name, _)| name.clone()).collect();
        let name = match named.or(file.default_profile.clone()) {
            Some(name) => name,
            None => match all.as_slice() {
                [] if env::var("AUTHCTL_ISSUER").is_some() => return Err(ConfigError::NoClient),
                [] => return Err(ConfigError::Nothing),
                [only] => only.clone(),
                _ => return Err(ConfigError::Ambiguous { all }),
            },
        };
        check_name(&name)?;
        let found = file.profiles.iter().find(|(known, _)| *known == name);
        let settings = match found {
            Some((_, settings)) => settings.clone(),
            None if name == ENVIRONMENT_PROFILE && env::var("AUTHCTL_CLIENT_ID").is_some() => {
                vec![]
            }
            None => {
                return Err(ConfigError::Unknown {
                    nearest: nearest(&name, &all),
                    name,
                    all,
                });
            }
        };
        resolve(&name, [settings, environment()].concat())
    }
}

/// Whether the environment alone makes the profile that is meant.
fn only_environment(name: Option<&str>) -> bool {
    name.is_none()
        && env::var("AUTHCTL_PROFILE").is_none()
        && env::var("AUTHCTL_CLIENT_ID").is_some()
}

/// Where a record goes that cannot be saved in its place: neither survives a reboot, and both
/// survive a full disk.
fn salvage_directories() -> Vec<PathBuf> {
    let runtime = env::path("XDG_RUNTIME_DIR").filter(|path| path.is_absolute());
    // A job without a desktop's environment has to find what a desktop's process left.
    let usual = places::memory_directories();
    let mut all: Vec<PathBuf> = runtime.into_iter().chain(usual).collect();
    all.dedup();
    all
}

/// Whether `name` can be a profile's: it becomes a file's.
fn check_name(name: &str) -> Result<(), ConfigError> {
    let first = name
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphanumeric());
    let plain = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b));
    if first && plain && name.len() <= 64 {
        Ok(())
    } else {
        Err(ConfigError::Name {
            name: name.to_owned(),
        })
    }
}

fn resolve(name: &str, settings: Vec<Setting>) -> Result<Profile, ConfigError> {
    Profile::resolve(name, settings).map_err(|invalid| ConfigError::Invalid {
        profile: name.to_owned(),
        invalid,
    })
}

/// What the environment says, for every setting of the table.
fn environment() -> Vec<Setting> {
    let of = |name: &'static str, values: Vec<String>| Setting {
        name,
        values,
        source: Source::Environment,
    };
    let mut settings = Vec::new();
    for setting in SETTINGS {
        let Some(value) = env::var(&variable(setting.name)) else {
            continue;
        };
        // Here the variable holds the secret itself, and what is noted down is only where it is.
        let values = match (setting.name, setting.shape) {
            ("client_secret", _) => vec![format!("env={}", variable(setting.name))],
            (_, Shape::Text | Shape::Duration) => vec![value],
            (_, Shape::List | Shape::Ports | Shape::Table) => value
                .split([' ', ','])
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
        };
        settings.push(of(setting.name, values));
    }
    if let Some(path) = env::var("AUTHCTL_CLIENT_SECRET_FILE") {
        settings.push(of("client_secret", vec![format!("file={path}")]));
    }
    settings
}

/// The environment variable of a setting.
#[must_use]
pub fn variable(setting: &str) -> String {
    format!("AUTHCTL_{}", setting.to_ascii_uppercase())
}

/// `~/` at the start of a path that a user wrote.
#[must_use]
pub fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => Path::new(path).to_owned(),
    }
}

/// Those of `all` that `name` could have been meant for.
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
