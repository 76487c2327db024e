//! Which profile a login is for, and what its flags say of it.

use crate::cli::LoginArgs;
use crate::config::{ConfigError, env};
use crate::error::{Error, ErrorKind};
use crate::oauth::scope;
use crate::profile::Profile;
use crate::profile::setting::{Setting, Source};
use crate::profile::store_kind::StoreKind;
use crate::session::Context;
use crate::session::keys as key;
use crate::store::StoreError;

/// The profile that is meant: named, or the preset's name for a new one, or the one that `token`
/// would use.
pub(super) fn name(run: &Context, args: &LoginArgs) -> Result<String, Error> {
    if let Some(name) = args.profile.clone().or_else(|| env::var("AUTHCTL_PROFILE")) {
        return Ok(name);
    }
    match run.locations.profile(None) {
        Ok(profile) => Ok(profile.name),
        Err(ConfigError::Nothing) if args.provider.is_some() => {
            Ok(args.provider.clone().unwrap_or_default())
        }
        Err(ConfigError::Nothing) if args.issuer.is_some() => Ok("default".to_owned()),
        Err(error) => Err(error.into()),
    }
}

/// A value that came by a flag is a wrong command line; anything else is a wrong configuration.
pub(super) fn blame(error: ConfigError, flags: &[Setting]) -> Error {
    match &error {
        // A store that a flag wants may want more.
        ConfigError::Invalid { invalid, .. }
            if flags.iter().any(|flag| {
                flag.name == invalid.setting
                    || (flag.name, invalid.setting) == ("store", "key_command")
            }) =>
        {
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
    let mut add = |name: &'static str, values: Vec<String>| {
        if !values.is_empty() {
            settings.push(Setting {
                name,
                values,
                source: Source::Flag,
            });
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
            .map(|path| {
                format!(
                    "file={}",
                    std::path::absolute(path).unwrap_or(path.clone()).display()
                )
            })
            .collect(),
    );
    add(
        "scope",
        args.scope
            .iter()
            .flat_map(|text| scope::parse(text))
            .collect(),
    );
    add("audience", one(&args.audience));
    add("resource", args.resource.clone());
    add("account", one(&args.account));
    add("params", args.param.clone());
    add("ports", args.port.iter().map(u16::to_string).collect());
    add("redirect_path", one(&args.redirect_path));
    add("redirect_host", one(&args.redirect_host));
    add("store", one(&args.store));
    add("key_command", one(&args.key_command));
    settings
}

/// Where the session is kept, if the profile leaves that to the login: in the OS keyring, if that
/// keeps what it is given. It is written into the profile, so that nobody who asks for a token has
/// to find out.
pub(super) fn choose_store(
    run: &Context,
    profile: Profile,
    mut flags: Vec<Setting>,
) -> Result<(Profile, Vec<Setting>), Error> {
    if profile.store != StoreKind::Auto {
        return Ok((profile, flags));
    }
    let behind = Profile {
        store: StoreKind::Keyring,
        ..profile.clone()
    };
    let store = run.store_with(
        &behind,
        key::source(run, &behind, key::login_limit(&behind)),
    )?;
    let (kind, why) = match key::ensure(run, &behind, &store, key::login_limit(&behind)) {
        Ok(()) => (
            StoreKind::Keyring,
            "which keeps what it is given".to_owned(),
        ),
        Err(error @ StoreError::Key(_)) => (StoreKind::File, format!("because {error}")),
        // What is wrong on this machine is no reason to keep the session in the clear for good.
        Err(error) => return Err(error.into()),
    };
    run.say(&format!("{}: {}, {why}", profile.name, kind.words()));
    flags.retain(|flag| flag.name != "store");
    flags.push(Setting {
        name: "store",
        values: vec![kind.name().to_owned()],
        source: Source::Flag,
    });
    Ok((
        run.locations.profile_with(&profile.name, flags.clone())?,
        flags,
    ))
}
