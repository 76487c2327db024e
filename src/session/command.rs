//! Commands that a profile names, to print a secret: how they are run, and which are not.

use std::io::Read;
use std::process::{Child, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::config::{Locations, TRUST_OWNER};
use crate::platform::child::{self, Secrets};
use crate::platform::words;
use crate::profile::Profile;

/// How long a command may take to print a secret: time enough for a person at a prompt.
const LIMIT: Duration = Duration::from_secs(60);

/// How long a command that has printed a secret may take to end.
const EXIT_LIMIT: Duration = Duration::from_secs(1);

/// How often a command that has printed a secret is looked at.
const EXIT_POLL: Duration = Duration::from_millis(20);

/// A command line of a profile.
pub(super) struct CommandLine {
    /// The words, quoted as for a shell.
    pub line: String,
    /// Another user, whose configuration names the command: root does not run it.
    lent_by: Option<u32>,
    locations: Arc<Locations>,
}

impl CommandLine {
    /// The command `line`, which stands in this setting of the profile.
    pub(super) fn new(
        locations: &Arc<Locations>,
        profile: &Profile,
        setting: &str,
        line: &str,
    ) -> Self {
        Self {
            locations: Arc::clone(locations),
            line: line.to_owned(),
            lent_by: profile.lent_by(setting),
        }
    }

    /// Refuses the command where another user's configuration names it and root asks.
    ///
    /// # Errors
    /// Why it is not run, as a clause that names the way out.
    pub(super) fn check(&self) -> Result<(), String> {
        match self.lent_by {
            None => Ok(()),
            Some(user) => Err(format!(
                "root does not run `{}`, which the configuration of uid {user} names: run authctl \
                 as that user, or set {TRUST_OWNER}={user}",
                self.line
            )),
        }
    }

    /// What the command prints.
    ///
    /// # Errors
    /// Why there is nothing, as a clause: it may not be run, fails, or takes too long.
    pub(super) fn printed(&self) -> Result<Zeroizing<String>, String> {
        self.check()?;
        printed(&self.line, &self.locations.secrets())
            .ok_or_else(|| format!("`{}` fails, or takes too long", self.line))
    }
}

/// What a command prints, if it succeeds in time.
fn printed(line: &str, secrets: &Secrets) -> Option<Zeroizing<String>> {
    let words = words::split(line).filter(|words| !words.is_empty())?;
    let mut child = child::command(&words[0], secrets)
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
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

/// All that a command writes to its stdout within [`LIMIT`].
fn read_stdout(child: &mut Child) -> Option<Zeroizing<String>> {
    let mut stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    let read = move || {
        let mut text = Zeroizing::new(String::new());
        let read = stdout.read_to_string(&mut text);
        let _ = sender.send(read.ok().map(|_| text));
    };
    std::thread::Builder::new().spawn(read).ok()?;
    receiver.recv_timeout(LIMIT).ok().flatten()
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
