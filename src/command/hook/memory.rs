//! What a caller was given that says nothing when it was refused.
//!
//! client-go runs its plugin again after a 401, in the same process, and with no word of why; a
//! helper that answers from its cache would be stuck until the token ends. So we note who was given
//! what, and until when: whoever asks again before that was refused. A note is lost without harm,
//! and so there is a fixed number of them and no lock.

use std::path::PathBuf;

use crate::platform::files;
use crate::platform::parent as caller;
use crate::secret::Fingerprint;
use crate::session::Context;
use crate::time::Timestamp;

/// Where one caller's note is, and what tells it from another's in the same place.
pub struct Memory {
    path: PathBuf,
    whose: Fingerprint,
}

impl Memory {
    /// The memory of our caller, for what it asks by these names; `None` where callers cannot be
    /// told apart.
    pub fn of(run: &Context, names: &[&str]) -> Option<Self> {
        let whose = Fingerprint::of(&format!("{}\n{}", caller::id()?, names.join("\n")));
        // No profile's name begins with a dot. There are 256 places.
        let path = run
            .locations
            .state
            .join(".hooks")
            .join(&whose.to_string()[..2]);
        Some(Self { path, whose })
    }

    /// The token that it was given and has no reason to ask for again.
    pub fn given(&self, now: Timestamp) -> Option<Fingerprint> {
        let text = files::read_hint(&self.path)?;
        let [whose, token, until] = text.split_whitespace().collect::<Vec<_>>()[..] else {
            return None;
        };
        let told = Timestamp(until.parse().ok()?);
        Fingerprint::parse(token).filter(|_| whose == self.whose.to_string() && now < told)
    }

    /// Notes what it is given now, and until when it was told to use it.
    pub fn note(&self, token: &Fingerprint, until: Timestamp) {
        let text = format!("{} {token} {}\n", self.whose, until.0);
        // What cannot be noted costs a caller its way back, and nobody their session.
        let _ = files::write_hint(&self.path, text.as_bytes());
    }
}
