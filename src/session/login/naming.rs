//! Which profile a login is for, where it does not say.

use crate::config::{ConfigError, env};
use crate::error::{Error, ErrorKind};
use crate::profile::setting::{Setting, value};
use crate::profile::target::Target;
use crate::session::Context;

impl Context {
    /// The name of the profile that a login with these settings is for: the one that is named, or
    /// that `$AUTHCTL_PROFILE` names; else a new one where the settings name another server than
    /// the usual profile's; else the usual one. Settings for another server never touch a profile
    /// that was not named.
    ///
    /// # Errors
    /// When it is not clear which profile is meant.
    pub fn name_for_login(
        &self,
        named: Option<&str>,
        settings: &[Setting],
    ) -> Result<String, Error> {
        if let Some(name) = named
            .map(str::to_owned)
            .or_else(|| env::var("AUTHCTL_PROFILE"))
        {
            return Ok(name);
        }
        match self.profile(None) {
            Ok(profile) if !profile.is_elsewhere(settings) => Ok(profile.name),
            Ok(_) => self.name_for_server(settings),
            Err(ConfigError::Nothing | ConfigError::Ambiguous { .. })
                if value(settings, "provider")
                    .or(value(settings, "issuer"))
                    .is_some() =>
            {
                self.name_for_server(settings)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The name of the profile for the server that the settings name: the issuer's host, or the
    /// provider's name.
    fn name_for_server(&self, settings: &[Setting]) -> Result<String, Error> {
        let host = value(settings, "issuer").and_then(Target::parse);
        let host = host.map(|target| name_of_host(&target.authority()));
        let provider = value(settings, "provider").map(str::to_owned);
        let name = host.or(provider).unwrap_or_else(|| "default".to_owned());
        match self.profile(Some(&name)) {
            Ok(known) if known.is_elsewhere(settings) => {
                let message = format!("the profile {name} is for another server");
                let hint = "name the profile that is meant: `authctl login NAME`";
                Err(Error::new(ErrorKind::Usage, message).hint(hint))
            }
            _ => Ok(name),
        }
    }
}

/// The name of a profile for the server at this host, which may have a port.
#[must_use]
pub fn name_of_host(host: &str) -> String {
    host.replace([':', '[', ']'], "-")
}
