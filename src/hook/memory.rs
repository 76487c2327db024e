//! Which token a caller was given, for callers that do not say when it was refused.
//!
//! client-go runs its plugin again after a 401, in the same process, and does not say why; a helper
//! that answers from its cache would be stuck until the token ends. So authctl notes which caller
//! was given which token, and until when: the same question before that time means that the token
//! was refused. A note is lost without harm, and so there is a fixed number of them and no lock.

use std::path::PathBuf;

use crate::platform::{files, parent};
use crate::secret::Fingerprint;
use crate::session::Context;
use crate::time::Timestamp;

/// Where the note of one caller and question is, and what tells it from another in the same place.
pub(super) struct Memory {
    path: PathBuf,
    asker: Fingerprint,
}

impl Memory {
    /// The note of the program that called this process, for what it asks by these names; `None`
    /// where callers cannot be told apart.
    pub(super) fn of_parent(context: &Context, names: &[&str]) -> Option<Self> {
        let question = format!("{}\n{}", parent::id()?, names.join("\n"));
        let asker = Fingerprint::of(&question);
        // No profile's name begins with a dot. There are 256 places.
        let directory = context.locations.state().ok()?.join(".hooks");
        let path = directory.join(&asker.to_string()[..2]);
        Some(Self { path, asker })
    }

    /// The token that the caller was given and has no reason to ask for again.
    pub(super) fn given_token(&self, now: Timestamp) -> Option<Fingerprint> {
        let text = files::read_hint(&self.path)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let [asker, token, until] = words[..] else {
            return None;
        };
        let until = Timestamp(until.parse().ok()?);
        if asker != self.asker.to_string() || now >= until {
            return None;
        }
        Fingerprint::parse(token)
    }

    /// Notes what the caller is given now, and until when it was told to use it.
    pub(super) fn note(&self, token: &Fingerprint, until: Timestamp) {
        let text = format!("{} {token} {}\n", self.asker, until.0);
        // A note that cannot be written costs a caller its way back, and no one a session.
        let _ = files::write_hint(&self.path, text.as_bytes());
    }
}
