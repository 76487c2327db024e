//! What a client proves itself with, fetched from where the profile says: before any lock is taken,
//! because a command that prints a secret may ask a person.

use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::command::CommandLine;
use super::{Context, keys};
use crate::config::{TRUST_OWNER, env, expand};
use crate::error::{Error, ErrorKind};
use crate::oauth::client::Proof;
use crate::platform::files;
use crate::profile::setting::value;
use crate::profile::{Profile, SecretSource};
use crate::secret::Secret;

/// What the profile's client proves itself with; nothing for a public client.
///
/// # Errors
/// When it is not where the profile says.
pub(super) fn fetch(context: &Context, profile: &Profile) -> Result<Proof, Error> {
    Ok(Proof::from(client_secret(context, profile)?))
}

/// The secret that the server has given to the client that it registered for this profile. It goes
/// to that server only, and only for that client.
fn of_registration(context: &Context, profile: &Profile) -> Result<Option<Secret>, Error> {
    let keys = keys::source(context, profile, keys::limit(profile));
    let store = context.store(profile, keys)?;
    let lent_by = profile.lent_by("client_secret");
    if lent_by.is_some() && !store.is_lent() {
        return Err(not_for(lent_by, "the secret of root's registered client"));
    }
    refuse_own_addresses(profile)?;
    let known = store.client_with_secrets()?;
    let identity = profile.identity();
    let known = known.filter(|(client, _)| {
        client.client_id == profile.client_id && identity.is_at(&client.server)
    });
    let anew = "`authctl login {profile} --register` has the server register another";
    let Some((client, secrets)) = known else {
        let message = format!(
            "no secret of a registered client {} is here",
            profile.client_id
        );
        return Err(Error::new(ErrorKind::Config, message).hint(anew));
    };
    if client.has_ended(context.clock.now()) {
        let message = format!(
            "the secret of the registered client {} has ended",
            client.client_id
        );
        return Err(Error::new(ErrorKind::Config, message).hint(anew));
    }
    let secret = secrets.client_secret();
    Ok(secret.map(|secret| Secret::new(secret.expose().to_owned())))
}

/// Refuses a client that needs no person and has nothing to prove itself with.
///
/// # Errors
/// When it is one.
pub(super) fn demand(profile: &Profile, proof: &Proof) -> Result<(), Error> {
    if !profile.grant.needs_client_authentication() || !proof.is_none() {
        return Ok(());
    }
    let message = "a client that speaks for itself needs a secret, and none is configured";
    Err(Error::new(ErrorKind::Config, message)
        .hint("set AUTHCTL_CLIENT_SECRET, or `client_secret` in the profile"))
}

/// Refuses addresses that the profile names: the secret goes where the metadata of the issuer say
/// that has given it, and nowhere else.
fn refuse_own_addresses(profile: &Profile) -> Result<(), Error> {
    let named = [
        "token_endpoint",
        "device_authorization_endpoint",
        "revocation_endpoint",
    ];
    let Some(named) = named
        .iter()
        .find(|name| value(&profile.settings, name).is_some())
    else {
        return Ok(());
    };
    let message = format!(
        "`{named}` names an address, and the secret of a registered client goes only to those of \
         its issuer"
    );
    Err(Error::new(ErrorKind::Config, message).hint(format!(
        "`authctl profile unset {{profile}} {named}` lets the issuer name it"
    )))
}

/// The profile's client secret; `None` for a public client.
fn client_secret(context: &Context, profile: &Profile) -> Result<Option<Secret>, Error> {
    let Some(source) = &profile.client_secret else {
        return Ok(None);
    };
    let lent_by = profile.lent_by("client_secret");
    if lent_by.is_none() && !matches!(source, SecretSource::Registration) {
        refuse_other_servers(profile, "the client's secret")?;
    }
    let (text, place) = match source {
        SecretSource::Registration => return of_registration(context, profile),
        SecretSource::Env(name) if lent_by.is_some() => {
            let what = format!("the environment variable {name}");
            return Err(not_for(lent_by, &what));
        }
        SecretSource::Env(name) => (
            env::var(name).map(Zeroizing::new),
            format!("the environment variable {name}"),
        ),
        SecretSource::File(path) => read_file(path, lent_by)?,
        SecretSource::Command(line) => {
            let command = CommandLine::new(&context.locations, profile, "client_secret", line);
            match command.printed() {
                Ok(text) => (Some(text), format!("what `{line}` prints")),
                Err(why) => (None, format!("what `{line}` prints ({why})")),
            }
        }
    };
    let text = text.as_deref().map_or("", |text| text.as_str());
    secret_in(
        text,
        "client secret",
        &place,
        "the profile's `client_secret` says where it is",
    )
    .map(Some)
}

/// The secret that a person names on the command line as the whole content of this file.
///
/// # Errors
/// When there is none in it, or another user may have written it.
pub(super) fn read_secret(profile: &Profile, path: &Path) -> Result<Secret, Error> {
    refuse_other_servers(profile, "the token")?;
    let (text, place) = read_file(&path.to_string_lossy(), None)?;
    let text = text.as_deref().map_or("", |text| text.as_str());
    secret_in(text, "token", &place, "write it into that file, alone")
}

/// The secret that is the whole of `text`, which is from `place`. `what` it is called in messages;
/// `hint` says where one would be.
fn secret_in(text: &str, what: &str, place: &str, hint: &str) -> Result<Secret, Error> {
    // What editors on Windows write before a text, and every editor behind it, is not typed.
    let text = text
        .trim_start_matches('\u{feff}')
        .trim_end_matches(['\r', '\n']);
    if text.contains(char::is_control) {
        let message = format!("{place} has a line break, and a {what} has none");
        return Err(Error::new(ErrorKind::Config, message).hint("leave the secret in it, alone"));
    }
    if text.is_empty() {
        let message = format!("there is no {what} in {place}");
        return Err(Error::new(ErrorKind::Config, message).hint(hint));
    }
    Ok(Secret::new(text.to_owned()))
}

/// What is in a file, and how the file is called in a message.
///
/// # Errors
/// When another user may have written it; when another user's configuration names it and root would
/// read what that user cannot.
fn read_file(
    path: &str,
    lent_by: Option<u32>,
) -> Result<(Option<Zeroizing<String>>, String), Error> {
    let path = expand(path);
    let place = path.display().to_string();
    let unreadable = |error: &std::io::Error| (None, format!("{place} ({error})"));
    let mut believed = match files::open_believed(&path) {
        Ok(Some(believed)) => believed,
        Ok(None) => return Ok(unreadable(&std::io::ErrorKind::NotFound.into())),
        Err(error) => return Ok(unreadable(&error)),
    };
    if lent_by.is_some() && believed.lent_by != lent_by {
        return Err(not_for(lent_by, &place));
    }
    let mut text = Zeroizing::new(String::new());
    Ok(match believed.file.read_to_string(&mut text) {
        Ok(_) => (Some(text), place),
        Err(error) => unreadable(&error),
    })
}

/// Refuses to send a secret that root names to a server that another user's configuration names.
fn refuse_other_servers(profile: &Profile, what: &str) -> Result<(), Error> {
    match profile.directed_by() {
        None => Ok(()),
        user => Err(not_for(user, what)),
    }
}

/// The refusal to send what is root's to the server of another user's configuration.
fn not_for(user: Option<u32>, what: &str) -> Error {
    let user = user.unwrap_or_default();
    let message = format!("{what} is not read for the configuration of uid {user}");
    Error::new(ErrorKind::Config, message).hint(format!(
        "run authctl as that user, or set {TRUST_OWNER}={user}"
    ))
}
