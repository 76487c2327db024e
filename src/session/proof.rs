//! What a client proves itself with, fetched from where the profile says: before any lock is taken,
//! because a command that prints a secret may ask a person.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::command::CommandLine;
use crate::config::{Locations, env, expand};
use crate::error::{Error, ErrorKind};
use crate::oauth::client::Proof;
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
    let (text, place) = match source {
        SecretSource::Env(name) => (
            env::var(name).map(Zeroizing::new),
            format!("the environment variable {name}"),
        ),
        SecretSource::File(path) => read_file(path),
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
fn read_file(path: &str) -> (Option<Zeroizing<String>>, String) {
    let path = expand(path);
    match std::fs::read_to_string(&path) {
        Ok(text) => (Some(Zeroizing::new(text)), path.display().to_string()),
        Err(error) => (None, format!("{} ({error})", path.display())),
    }
}
