//! Where a client's secret is fetched: before any lock is taken, because a command that prints it may ask a person.

use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use crate::config::{env, expand};
use crate::error::{Error, ErrorKind};
use crate::provider::profile::{Profile, SecretSource};
use crate::secret::Secret;

/// The profile's client secret; `None` for a public client.
///
/// # Errors
/// When it is not where the profile says.
pub fn client_secret(profile: &Profile) -> Result<Option<Secret>, Error> {
    let Some(source) = &profile.client_secret else { return Ok(None) };
    let (text, place) = match source {
        SecretSource::Env(name) => {
            (env::var(name).map(Zeroizing::new), format!("the environment variable {name}"))
        }
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
    let text = text.as_deref().map_or("", |text| text.trim_end_matches(['\r', '\n']));
    if text.is_empty() {
        let message = format!("{}: there is no client secret in {place}", profile.name);
        return Err(
            Error::new(ErrorKind::Config, message).hint("the profile's `client_secret` says where it is")
        );
    }
    Ok(Some(Secret::new(text.to_owned())))
}

fn printed(line: &str) -> Option<Zeroizing<String>> {
    let words = shlex::split(line).filter(|words| !words.is_empty())?;
    let output = Command::new(&words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok().map(Zeroizing::new))?
}
