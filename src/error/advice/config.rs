//! What to do about a configuration that cannot be used.

use super::of_distrust;
use crate::config::ConfigError;
use crate::error::{Error, ErrorKind};
use crate::profile::DEFAULT_REDIRECT_PATH;
use crate::text::did_you_mean;

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        let hints = match registering(&error) {
            Some(hints) => hints,
            None => vec![of_config(&error)],
        };
        let failure = Self::caused_by(ErrorKind::Config, error);
        hints.into_iter().fold(failure, Error::hint)
    }
}

/// How to come by a client, where the profile has none.
fn registering(error: &ConfigError) -> Option<Vec<String>> {
    let ConfigError::Invalid {
        profile,
        invalid,
        unused: None,
        preset,
    } = error
    else {
        return None;
    };
    if invalid.setting != "client_id" {
        return None;
    }
    let Some(preset) = preset else {
        return Some(vec![
            format!("`authctl login {profile} --issuer URL --client-id ID` makes the profile"),
            "`--register` in place of `--client-id ID` has the server register a client, if it does"
                .to_owned(),
            "`authctl provider list` has the servers of which more is known".to_owned(),
        ]);
    };
    let provider = preset.provider();
    let registration = &provider.registration;
    let redirect = registration.redirect(provider.redirect_host, DEFAULT_REDIRECT_PATH, None);
    let mut hints = vec![format!("register a client at {}", registration.page)];
    for (label, value) in registration.lines(&redirect).into_iter().skip(1) {
        hints.push(format!("{label}: {value}"));
    }
    hints.push(format!("then: `{}`", preset.login_command(profile, None)));
    Some(hints)
}

fn of_config(error: &ConfigError) -> String {
    let hint = match error {
        ConfigError::Relative { variable, .. } => {
            return format!("write {variable} with its whole path");
        }
        ConfigError::Unknown { name, all } => return of_unknown(name, all),
        ConfigError::Distrusted { path, why } => {
            return of_distrust(why, path, "AUTHCTL_CONFIG");
        }
        ConfigError::Invalid {
            unused: Some(variable),
            ..
        } => {
            return format!(
                "{variable} does not count for a profile that has a name: write it into the \
                 profile, or leave the name out"
            );
        }
        ConfigError::Invalid { profile, .. } => {
            return format!(
                "see `authctl profile show {profile}`, or the file and the environment"
            );
        }
        ConfigError::NoHome => "set AUTHCTL_HOME and AUTHCTL_CONFIG",
        ConfigError::NotAUser { .. } => "`id -u USER` tells it",
        ConfigError::Io { .. } => "check the file's owner and mode, or set AUTHCTL_CONFIG",
        ConfigError::Syntax { .. } => "`authctl profile --help` lists the settings of a profile",
        ConfigError::Ambiguous { .. } => {
            "name one, or choose one for good with `authctl profile use NAME`"
        }
        ConfigError::NoClient => {
            "a CI job needs AUTHCTL_ISSUER, AUTHCTL_CLIENT_ID, AUTHCTL_CLIENT_SECRET and \
             AUTHCTL_GRANT=client_credentials"
        }
        ConfigError::Nothing => {
            "`authctl login` makes one; off a terminal `authctl login NAME --issuer URL \
             --client-id ID` does; to try it out: `authctl demo`"
        }
        ConfigError::Name { .. } | ConfigError::Reserved { .. } => "it becomes the name of a file",
        ConfigError::TwinNames { .. } => {
            "on many systems both would have one file: give one of them another name"
        }
    };
    hint.to_owned()
}

/// What could have been meant by the name of a profile that is not there.
fn of_unknown(name: &str, all: &[String]) -> String {
    if let Some(question) = did_you_mean(name, all.iter().map(String::as_str)) {
        return question;
    }
    if all.is_empty() {
        return "there are none yet: `authctl login` makes one".to_owned();
    }
    format!("there are {}", all.join(", "))
}
