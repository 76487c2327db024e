//! Where authctl's files are, and what the user has configured: one TOML file, in which every
//! setting can also be set by an environment variable and by a flag.
//!
//! A named profile is made of the file's table, the environment over it, and flags over both. If no
//! profile is named and `AUTHCTL_CLIENT_ID` is set, the environment alone makes the profile, so
//! that a CI job needs no file.
//!
//! Deliberately absent: the current directory, but for a path that was typed in it. No file is
//! looked for or made in the directory that a command happens to run in.

mod anchor;
mod content;
mod document;
pub mod edit;
pub mod env;
mod error;
mod file;
mod home;
mod locations;
pub mod log_setting;
mod name;
mod shapes;

pub use error::ConfigError;
pub use home::{expand, is_anothers_home};
pub use locations::Locations;
pub use name::is_name;

use log_setting::LogSetting;
use name::check_name;

use crate::profile::Profile;
use crate::profile::binding::Binding;
use crate::profile::setting::{self, SETTINGS, Setting, Shape, Source};
use crate::provider::Preset;

/// The name of the profile that the environment alone makes.
pub const ENVIRONMENT_PROFILE: &str = "env";

/// The variable that holds the key of sessions with `store = "env"`.
pub const KEY_VARIABLE: &str = "AUTHCTL_KEY";

/// The variable that names a user whose commands root runs.
pub const TRUST_OWNER: &str = "AUTHCTL_TRUST_OWNER";

/// The profile that the environment makes: where no name is given, `$AUTHCTL_PROFILE` gives none
/// and `$AUTHCTL_CLIENT_ID` is set. It needs no file: a CI job may have none that can be read.
///
/// # Errors
/// When one of its values cannot be used.
pub fn environment_profile(name: Option<&str>) -> Option<Result<Profile, ConfigError>> {
    environment_is_profile(name).then(|| resolve(ENVIRONMENT_PROFILE, environment(false)))
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

    /// The name of the profile that is used when a command names none, as the file says it.
    #[must_use]
    pub fn default_profile(&self) -> Option<&str> {
        self.file.default_profile.as_deref()
    }

    /// What the file says of the log.
    #[must_use]
    pub fn log(&self) -> &LogSetting {
        &self.file.log
    }

    /// The profile that a login with these flags makes or changes: the file's table, if there is
    /// one, the environment over it, and the flags over both.
    ///
    /// # Errors
    /// When the name or a value cannot be used.
    pub fn profile_with(&self, name: &str, flags: &[Setting]) -> Result<Profile, ConfigError> {
        self.check_new_name(name)?;
        let known = self.file.settings_of(name)?;
        // A profile that the file has is named, whatever its name is.
        let is_named = known.is_some() || name != ENVIRONMENT_PROFILE;
        let known = known.unwrap_or_default();
        resolve(name, [known, &environment(is_named), flags].concat())
    }

    /// The profile `name`. Without a name: the one that `$AUTHCTL_PROFILE` names, else the one that
    /// the environment makes if `$AUTHCTL_CLIENT_ID` is set, else the file's default, else the
    /// only one.
    ///
    /// # Errors
    /// When there is no such profile, or one of its values cannot be used.
    pub fn profile(&self, name: Option<&str>) -> Result<Profile, ConfigError> {
        if let Some(profile) = environment_profile(name) {
            return profile;
        }
        let name = match name {
            Some(name) => name.to_owned(),
            None => self.usual_name()?,
        };
        check_name(&name)?;
        let settings = self.file.settings_of(&name)?;
        if let Some(other) = self.twin_of(&name).filter(|_| settings.is_some()) {
            return Err(ConfigError::TwinNames {
                other: other.to_owned(),
                name,
            });
        }
        let of_environment = name == ENVIRONMENT_PROFILE && is_set("AUTHCTL_CLIENT_ID");
        match settings {
            Some(settings) => resolve(&name, [settings, &environment(true)].concat()),
            None if of_environment => resolve(&name, environment(false)),
            None => Err(self.unknown(&name)),
        }
    }

    /// The profile `name` as it would be without this setting in the file.
    ///
    /// # Errors
    /// When the profile cannot be used without it.
    pub fn profile_without(&self, name: &str, setting: &str) -> Result<Profile, ConfigError> {
        let known = self.file.settings_of(name)?.unwrap_or_default();
        let left = known.iter().filter(|known| known.name != setting);
        let mut settings: Vec<Setting> = left.cloned().collect();
        settings.extend(environment(true));
        resolve(name, settings)
    }

    /// That there is no profile `name`, and which ones there are.
    #[must_use]
    pub fn unknown(&self, name: &str) -> ConfigError {
        let all = self.names();
        ConfigError::Unknown {
            name: name.to_owned(),
            all,
        }
    }

    /// Checks that a new profile can have this name.
    ///
    /// # Errors
    /// When it cannot be a file's, or is another's but for capitals.
    pub fn check_new_name(&self, name: &str) -> Result<(), ConfigError> {
        check_name(name)?;
        match self.twin_of(name) {
            None => Ok(()),
            Some(other) => Err(ConfigError::TwinNames {
                name: name.to_owned(),
                other: other.to_owned(),
            }),
        }
    }

    /// Another profile whose name differs from this one only by case: where a file system does not
    /// tell them apart, both would have one record.
    fn twin_of(&self, name: &str) -> Option<&str> {
        let mut names = self.file.profiles.iter().map(|table| table.name.as_str());
        names.find(|known| *known != name && known.eq_ignore_ascii_case(name))
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
            [only] => Ok(only.name.clone()),
            _ => Err(ConfigError::Ambiguous { all: self.names() }),
        }
    }

    /// The names of the profiles, in the file's order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let profiles = self.file.profiles.iter();
        profiles.map(|table| table.name.clone()).collect()
    }
}

/// Whether the environment alone makes the profile that is meant.
fn environment_is_profile(name: Option<&str>) -> bool {
    name.is_none() && !is_set("AUTHCTL_PROFILE") && is_set("AUTHCTL_CLIENT_ID")
}

fn is_set(variable: &str) -> bool {
    env::var(variable).is_some()
}

fn resolve(name: &str, settings: Vec<Setting>) -> Result<Profile, ConfigError> {
    let provider = setting::value(&settings, "provider").map(str::to_owned);
    Profile::resolve(name, settings).map_err(|invalid| ConfigError::Invalid {
        profile: name.to_owned(),
        preset: provider.as_deref().and_then(Preset::find),
        unused: unused_variables(name)
            .find(|variable| *variable == self::variable(invalid.setting)),
        invalid,
    })
}

/// The settings that the environment has values for, as far as it may set them for this profile.
fn environment(is_named: bool) -> Vec<Setting> {
    // A secret that comes with a client of its own is that client's.
    let has_secret = !is_named || !is_set("AUTHCTL_CLIENT_ID");
    let mut settings = Vec::new();
    for definition in SETTINGS {
        if is_named && !definition.for_named || definition.name == "client_secret" && !has_secret {
            continue;
        }
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
    if let Some(path) = env::var("AUTHCTL_CLIENT_SECRET_FILE").filter(|_| has_secret) {
        settings.push(of_environment(
            "client_secret",
            vec![format!("file={path}")],
        ));
    }
    settings
}

/// The variables that are set and would set where a secret of this profile is sent or what is run.
/// For a profile that has a name they do not count.
pub fn unused_variables(profile: &str) -> impl Iterator<Item = String> {
    let is_named = profile != ENVIRONMENT_PROFILE;
    SETTINGS
        .iter()
        .filter(move |definition| is_named && !definition.for_named)
        .map(|definition| variable(definition.name))
        .filter(|variable| is_set(variable))
}

fn of_environment(name: &'static str, values: Vec<String>) -> Setting {
    anchor::typed(name, values, Source::Environment)
}

/// A setting that a flag brings.
#[must_use]
pub fn of_flag(name: &'static str, values: Vec<String>) -> Setting {
    anchor::typed(name, values, Source::Flag)
}

/// The values in a variable: one; or words that are separated by spaces or commas, or a list of
/// texts in JSON, where one has such a character in it.
fn words(shape: Shape, value: String) -> Vec<String> {
    match shape {
        Shape::Text | Shape::Duration => vec![value],
        Shape::List | Shape::Ports | Shape::Table if value.starts_with('[') => {
            serde_json::from_str(&value).unwrap_or_else(|_| vec![value])
        }
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
        for reserved in ["con", "NUL", "Aux.work", "com1", "LPT9.x", "work."] {
            assert!(check_name(reserved).is_err(), "{reserved}");
        }
        for near in ["console", "com", "com10", "comx", "null", "a.con"] {
            assert!(check_name(near).is_ok(), "{near}");
        }
    }
}
