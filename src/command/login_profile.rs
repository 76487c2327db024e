//! Which profile a login is for, and what its flags say of it.

use super::Run;
use crate::cli::LoginArgs;
use crate::config::{ConfigError, env};
use crate::error::{Error, ErrorKind};
use crate::oauth::scope;
use crate::provider::key::{Setting, Source};

/// The profile that is meant: named, or the preset's name for a new one, or the one that `token` would use.
pub(super) fn name(run: &Run, args: &LoginArgs) -> Result<String, Error> {
    if let Some(name) = args.profile.clone().or_else(|| env::var("AUTHCTL_PROFILE")) {
        return Ok(name);
    }
    match run.locations.profile(None) {
        Ok(profile) => Ok(profile.name),
        Err(ConfigError::Nothing) if args.provider.is_some() => Ok(args.provider.clone().unwrap_or_default()),
        Err(ConfigError::Nothing) if args.issuer.is_some() => Ok("default".to_owned()),
        Err(error) => Err(error.into()),
    }
}

/// A value that came by a flag is a wrong command line; anything else is a wrong configuration.
pub(super) fn blame(error: ConfigError, flags: &[Setting]) -> Error {
    match &error {
        ConfigError::Invalid { invalid, .. } if flags.iter().any(|flag| flag.key == invalid.key) => {
            Error::new(ErrorKind::Usage, invalid.to_string()).hint("see `authctl login --help`")
        }
        ConfigError::Name { .. } => {
            Error::new(ErrorKind::Usage, error.to_string()).hint("it becomes the name of a file")
        }
        _ => error.into(),
    }
}

/// What the flags say of the profile.
pub(super) fn flags(args: &LoginArgs) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut add = |key: &'static str, values: Vec<String>| {
        if !values.is_empty() {
            settings.push(Setting { key, values, source: Source::Flag });
        }
    };
    let one = |value: &Option<String>| value.iter().cloned().collect();
    add("provider", one(&args.provider));
    add("issuer", one(&args.issuer));
    add("client_id", one(&args.client_id));
    add(
        "client_secret",
        args.client_secret_file
            .iter()
            .map(|path| format!("file={}", std::path::absolute(path).unwrap_or(path.clone()).display()))
            .collect(),
    );
    add("scope", args.scope.iter().flat_map(|text| scope::parse(text)).collect());
    add("audience", one(&args.audience));
    add("resource", args.resource.clone());
    add("account", one(&args.account));
    add("params", args.param.clone());
    add("ports", args.port.iter().map(u16::to_string).collect());
    add("redirect_path", one(&args.redirect_path));
    add("redirect_host", one(&args.redirect_host));
    settings
}
