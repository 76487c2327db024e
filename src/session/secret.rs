//! Where a client's secret is fetched: before any lock is taken, because a command that prints it
//! may ask a person.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::config::{env, expand, variable};
use crate::error::{Error, ErrorKind};
use crate::profile::{Profile, SecretSource};
use crate::secret::Secret;

/// Where the key is of sessions with `store = "env"`.
pub const KEY_VARIABLE: &str = "AUTHCTL_KEY";

/// How long a command may take to print a secret: time enough for a person at a prompt.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// The profile's client secret; `None` for a public client.
///
/// # Errors
/// When it is not where the profile says.
pub fn client_secret(profile: &Profile) -> Result<Option<Secret>, Error> {
    let Some(source) = &profile.client_secret else {
        return Ok(None);
    };
    let (text, place) = match source {
        SecretSource::Env(name) => (
            env::var(name).map(Zeroizing::new),
            format!("the environment variable {name}"),
        ),
        SecretSource::File(path) => {
            let path = expand(path);
            let text = std::fs::read_to_string(&path).map(Zeroizing::new);
            let place = match &text {
                Ok(_) => path.display().to_string(),
                Err(error) => format!("{} ({error})", path.display()),
            };
            (text.ok(), place)
        }
        SecretSource::Command(line) => (printed(line), format!("what `{line}` prints")),
    };
    let text = text
        .as_deref()
        .map_or("", |text| text.trim_end_matches(['\r', '\n']));
    if text.is_empty() {
        let message = format!("{}: there is no client secret in {place}", profile.name);
        return Err(Error::new(ErrorKind::Config, message)
            .hint("the profile's `client_secret` says where it is"));
    }
    Ok(Some(Secret::new(text.to_owned())))
}

/// The variables of our environment that hold secrets, and are for no child to see.
#[must_use]
pub fn variables(profile: &Profile) -> Vec<String> {
    let own = match &profile.client_secret {
        Some(SecretSource::Env(name)) => Some(name.clone()),
        _ => None,
    };
    own.into_iter()
        .chain([variable("client_secret"), KEY_VARIABLE.to_owned()])
        .collect()
}

/// What a command prints, if it succeeds in time.
pub fn printed(line: &str) -> Option<Zeroizing<String>> {
    let words = shlex::split(line).filter(|words| !words.is_empty())?;
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit());
    let mut child = command
        .env_remove(variable("client_secret"))
        .env_remove(KEY_VARIABLE)
        .spawn()
        .ok()?;
    let mut stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::Builder::new()
        .spawn(move || {
            let mut text = Zeroizing::new(String::new());
            let read = stdout.read_to_string(&mut text);
            let _ = sender.send(read.ok().map(|_| text));
        })
        .ok()?;
    let text = receiver.recv_timeout(COMMAND_LIMIT).ok().flatten();
    // One that has said it and stays is not waited for: it has until now to say that it failed.
    let mut ended = child.try_wait().ok()?;
    for _ in 0..50 {
        if ended.is_some() || text.is_none() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
        ended = child.try_wait().ok()?;
    }
    if ended.is_none() {
        let _ = child.kill();
        let _ = child.wait();
    }
    ended
        .is_some_and(|status| status.success())
        .then_some(text)?
}
