//! One line of the log.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::platform::process::host_name;
use crate::text::printable;
use crate::time::Moment;

/// How many characters of an event are shown.
const LONGEST: usize = 4000;

/// What happened, when, where, and to the session of which profile. As JSON, the members of the
/// event stand beside the others; `event` names its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was written, by this machine's clock.
    pub at: Moment,
    /// The profile whose session it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// The process that wrote it.
    pub pid: u32,
    /// The name of its machine.
    pub host: String,
    /// The version of its program.
    pub authctl: String,
}

impl Entry {
    /// What this process tells.
    pub(super) fn new(at: Moment, profile: Option<&str>, event: Event) -> Self {
        Self {
            at,
            profile: profile.map(str::to_owned),
            event,
            pid: std::process::id(),
            host: host_name(),
            authctl: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// The line, without its end.
    pub(super) fn line(&self) -> String {
        serde_json::to_string(self).expect("only string keys")
    }

    /// Reads a line; `None` for one that no version up to this one has written whole.
    pub(super) fn parse(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }
}

/// As a person reads it.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profile = self.profile.as_deref().unwrap_or("all");
        // The file may be another user's, whose text no terminal should obey.
        let profile = printable(profile, 64);
        let what = printable(&self.event.to_string(), LONGEST);
        write!(f, "{}  {profile}: {what}", self.at)
    }
}
