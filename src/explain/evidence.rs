//! What is known of a session without asking any server.

use crate::error::{Error, ErrorKind};
use crate::event::{Attempt, Event};
use crate::log::{Entry, Reader};
use crate::provider::{Provider, Rotation};
use crate::secret::Fingerprint;
use crate::session::Context;
use crate::session::state::{Known, Recorded, SessionState};
use crate::store::record::Refused;
use crate::time::{Timestamp, describe};

/// What is known of a session.
pub struct Evidence {
    /// The name of the profile.
    pub name: String,
    /// What is recorded.
    pub state: SessionState,
    /// What the log says of the profile, the oldest line first.
    pub lines: Vec<Entry>,
    /// What is known of the server.
    pub provider: Provider,
    /// What the log calls the refresh token that was refused, if one was.
    pub refused_mark: Option<String>,
    /// What the log calls the access token that is stored.
    pub access_mark: Option<String>,
    /// The time.
    pub now: Timestamp,
}

impl Evidence {
    /// Gathers it.
    ///
    /// # Errors
    /// When there is no such profile, or the configuration cannot be read.
    pub fn gather(context: &Context, name: Option<&str>) -> Result<Self, Error> {
        let name = match name {
            Some(name) => name.to_owned(),
            None => context.profile(None)?.name,
        };
        let state = context.states(Some(&name)).or_else(|error| {
            // A record whose profile is gone, or is broken, can be explained as well.
            context
                .state_of_record(&name)
                .map(|state| vec![state])
                .ok_or(error)
        })?;
        let state = state.into_iter().next().ok_or_else(|| {
            Error::new(ErrorKind::Config, "there is no such profile")
                .hint("`authctl profile list` lists them")
        })?;
        let lines = Reader::new(context.locations.state()?).all();
        // What cannot be read tells nothing; the record does.
        let lines = lines.unwrap_or_default();
        let lines = lines.into_iter().filter_map(|line| line.entry);
        let lines = lines.filter(|entry| entry.profile.as_deref() == Some(&name));
        let provider = context.profile(Some(&name)).map(|profile| profile.provider);
        let mark = |token: &Fingerprint| context.log().mark(token);
        let known = match &state.recorded {
            Recorded::Known(known) => Some(known),
            _ => None,
        };
        let refused = known.and_then(|known| known.summary.header.refused.as_ref());
        Ok(Self {
            refused_mark: refused.and_then(|it| it.token.as_ref()).and_then(mark),
            access_mark: known.and_then(|known| mark(&known.summary.access.fingerprint)),
            lines: lines.collect(),
            provider: provider.unwrap_or_default(),
            now: context.clock.now(),
            name,
            state,
        })
    }

    /// The session, if there is a record of one that can be read.
    pub fn known(&self) -> Option<&Known> {
        match &self.state.recorded {
            Recorded::Known(known) => Some(known),
            _ => None,
        }
    }

    /// The refusal that stands.
    pub fn refused(&self) -> Option<&Refused> {
        self.known()?.summary.header.refusal(self.now)
    }

    /// The generation that is stored.
    pub fn generation(&self) -> u64 {
        self.known()
            .map_or(0, |known| known.summary.header.generation)
    }

    /// The last line that is so.
    pub fn last(&self, is_so: impl Fn(&Event) -> bool) -> Option<&Entry> {
        self.lines.iter().rev().find(|entry| is_so(&entry.event))
    }

    /// The line of the refusal that stands, or the last one of a refusal.
    pub fn refusal_line(&self) -> Option<&Entry> {
        self.last(|event| matches!(event, Event::RefreshRefused { .. }))
    }

    /// The last line that is so since the session began, and since it was refreshed last.
    pub fn last_since_refresh(&self, is_so: impl Fn(&Event) -> bool) -> Option<&Entry> {
        let lines = self.lines.iter().rev();
        let mut since = lines.take_while(|entry| !brought_tokens(&entry.event));
        since.find(|entry| is_so(&entry.event))
    }

    /// The line that tells of a refresh which spent the token that was refused, before it was. A
    /// refresh that brought no other refresh token spends none.
    pub fn sent_before(&self) -> Option<&Entry> {
        let mark = self.refused_mark.as_ref()?;
        let rotates = self.provider.rotation == Rotation::Rotating;
        self.lines.iter().rev().find(|entry| match &entry.event {
            Event::Refreshed {
                attempt, refresh, ..
            } => {
                let is_new = refresh.as_ref().is_some_and(|refresh| refresh != mark);
                rotates && is_new && attempt.spent.as_ref() == Some(mark)
            }
            Event::RefreshFailed { attempt, lost, .. } => {
                *lost && attempt.spent.as_ref() == Some(mark)
            }
            _ => false,
        })
    }

    /// Whether the log tells how the token came that was refused: then it would tell as well if a
    /// process here had sent it.
    pub fn knows_its_birth(&self) -> bool {
        let Some(mark) = &self.refused_mark else {
            return false;
        };
        self.lines.iter().any(|entry| match &entry.event {
            Event::SessionBegan { refresh, .. } | Event::Refreshed { refresh, .. } => {
                refresh.as_ref() == Some(mark)
            }
            _ => false,
        })
    }

    /// A point in time, and how far it is away.
    pub fn when(&self, at: Timestamp) -> String {
        if at > self.now {
            return format!("{at} (in {})", describe(at.remaining(self.now)));
        }
        format!("{at} ({} ago)", describe(self.now.remaining(at)))
    }

    /// The command by which the person logs in again.
    pub fn log_in(&self) -> String {
        format!("authctl login {}", self.name)
    }
}

/// Whether an event tells of tokens that came, by a login or a refresh.
pub(super) fn brought_tokens(event: &Event) -> bool {
    matches!(event, Event::SessionBegan { .. } | Event::Refreshed { .. })
}

/// The refresh that an event tells of.
pub(super) fn attempt(event: &Event) -> Option<&Attempt> {
    match event {
        Event::Refreshed { attempt, .. }
        | Event::RefreshRefused { attempt, .. }
        | Event::RefreshFailed { attempt, .. } => Some(attempt),
        _ => None,
    }
}
