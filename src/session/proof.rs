//! What a client proves itself with, fetched from where the profile says: before any lock is taken,
//! because a command that prints a secret may ask a person.

use std::io::Read;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::command::CommandLine;
use crate::config::{Locations, TRUST_OWNER, env, expand};
use crate::error::{Error, ErrorKind};
use crate::oauth::client::Proof;
use crate::platform::files;
use crate::profile::{Profile, SecretSource};
use crate::secret::Secret;

/// What the profile's client proves itself with; nothing for a public client.
///
/// # Errors
/// When it is not where the profile says.
pub(super) fn fetch(locations: &Arc<Locations>, profile: &Profile) -> Result<Proof, Error> {
    Ok(Proof::from(client_secret(locations, profile)?))
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

/// The profile's client secret; `None` for a public client.
fn client_secret(locations: &Arc<Locations>, profile: &Profile) -> Result<Option<Secret>, Error> {
    let Some(source) = &profile.client_secret else {
        return Ok(None);
    };
    let lent_by = profile.lent_by("client_secret");
    let (text, place) = match source {
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
            let command = CommandLine::new(locations, profile, "client_secret", line);
            match command.printed() {
                Ok(text) => (Some(text), format!("what `{line}` prints")),
                Err(why) => (None, format!("what `{line}` prints ({why})")),
            }
        }
    };
    let text = text.as_deref().map_or("", |text| text.as_str());
    // What editors on Windows write before a text, and every editor behind it, is not typed.
    let text = text
        .trim_start_matches('\u{feff}')
        .trim_end_matches(['\r', '\n']);
    if text.contains(char::is_control) {
        let message = format!("{place} has a line break, and a client secret has none");
        return Err(Error::new(ErrorKind::Config, message).hint("leave the secret in it, alone"));
    }
    if text.is_empty() {
        let message = format!("there is no client secret in {place}");
        return Err(Error::new(ErrorKind::Config, message)
            .hint("the profile's `client_secret` says where it is"));
    }
    Ok(Some(Secret::new(text.to_owned())))
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

/// The refusal to send what is root's to the server of another user's configuration.
fn not_for(user: Option<u32>, what: &str) -> Error {
    let user = user.unwrap_or_default();
    let message = format!("{what} is not read for the configuration of uid {user}");
    Error::new(ErrorKind::Config, message).hint(format!(
        "run authctl as that user, or set {TRUST_OWNER}={user}"
    ))
}
