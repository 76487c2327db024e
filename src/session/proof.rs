//! What a client proves itself with, fetched from where the profile says: before any lock is taken,
//! because a command that prints a secret may ask a person.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::config::{env, expand, variable};
use crate::error::{Error, ErrorKind};
use crate::oauth::client::Proof;
use crate::profile::{Profile, SecretSource};
use crate::secret::Secret;

/// The variable that holds the key of sessions with `store = "env"`.
pub(super) const KEY_VARIABLE: &str = "AUTHCTL_KEY";

/// How long a command may take to print a secret: time enough for a person at a prompt.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// How long a command that has printed a secret may take to end.
const EXIT_LIMIT: Duration = Duration::from_secs(1);

/// How often a command that has printed a secret is looked at.
const EXIT_POLL: Duration = Duration::from_millis(20);

/// What the profile's client proves itself with; nothing for a public client.
///
/// # Errors
/// When it is not where the profile says.
pub(super) fn fetch(profile: &Profile) -> Result<Proof, Error> {
    Ok(Proof::from(client_secret(profile)?))
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
fn client_secret(profile: &Profile) -> Result<Option<Secret>, Error> {
    let Some(source) = &profile.client_secret else {
        return Ok(None);
    };
    let (text, place) = match source {
        SecretSource::Env(name) => (
            env::var(name).map(Zeroizing::new),
            format!("the environment variable {name}"),
        ),
        SecretSource::File(path) => read_file(path),
        SecretSource::Command(line) => (printed(line), format!("what `{line}` prints")),
    };
    let text = text.as_deref().map_or("", |text| text.as_str());
    let text = text.trim_end_matches(['\r', '\n']);
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

/// The environment variables that hold secrets of the profile. The helper process and the browser
/// do not get them.
#[must_use]
pub(super) fn secret_variables(profile: &Profile) -> Vec<String> {
    let mut variables = vec![variable("client_secret"), KEY_VARIABLE.to_owned()];
    if let Some(SecretSource::Env(name)) = &profile.client_secret {
        variables.push(name.clone());
    }
    variables
}

/// What a command prints, if it succeeds in time.
pub(super) fn printed(line: &str) -> Option<Zeroizing<String>> {
    let words = shlex::split(line).filter(|words| !words.is_empty())?;
    let mut child = Command::new(&words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .env_remove(variable("client_secret"))
        .env_remove(KEY_VARIABLE)
        .spawn()
        .ok()?;
    let text = read_stdout(&mut child);
    // A command that has printed a secret and stays is not waited for: it has until now to say that
    // it failed.
    let limit = if text.is_some() {
        EXIT_LIMIT
    } else {
        Duration::ZERO
    };
    if exits_well(&mut child, limit) {
        return text;
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

/// All that a command writes to its stdout within [`COMMAND_LIMIT`].
fn read_stdout(child: &mut Child) -> Option<Zeroizing<String>> {
    let mut stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    let read = move || {
        let mut text = Zeroizing::new(String::new());
        let read = stdout.read_to_string(&mut text);
        let _ = sender.send(read.ok().map(|_| text));
    };
    std::thread::Builder::new().spawn(read).ok()?;
    receiver.recv_timeout(COMMAND_LIMIT).ok().flatten()
}

/// Whether a command ends within `limit`, and says that it succeeded.
fn exits_well(child: &mut Child, limit: Duration) -> bool {
    let mut waited = Duration::ZERO;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if waited < limit => {}
            Ok(None) | Err(_) => return false,
        }
        std::thread::sleep(EXIT_POLL);
        waited += EXIT_POLL;
    }
}
