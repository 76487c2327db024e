//! What is told of a refresh afterwards: the events that the log keeps of it.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use super::ends::Life;
use super::task::Task;
use crate::broker::{BrokerError, Renewed};
use crate::error::{Error, ErrorKind};
use crate::event::{Attempt, Event, Why};
use crate::oauth::token::RefreshToken;
use crate::provider::outcome::{Disposition, Refusal};
use crate::secret::Fingerprint;
use crate::store::record::Header;
use crate::store::{Locked, Peek};
use crate::time::Timestamp;

/// How many characters of a session's `id` tell it from the others of a profile.
const ID_LENGTH: usize = 8;

/// What is known of a refresh while it is carried out.
pub(super) struct Story<'a> {
    task: &'a Task<'a>,
    /// What is known before the server is asked.
    before: Attempt,
    /// When the refresh token ends that is spent, where the server said so.
    refresh_ended_at: Option<Timestamp>,
    took: Cell<Duration>,
    skew: Cell<Option<i64>>,
    /// The fingerprint of the refresh token that came.
    refresh: RefCell<Option<Fingerprint>>,
    refusal: RefCell<Option<Refusal>>,
}

/// What the log calls a session.
pub(super) fn name_of(header: &Header) -> String {
    header.id.chars().take(ID_LENGTH).collect()
}

impl<'a> Story<'a> {
    /// The story of a refresh that is to begin.
    pub fn begin(task: &'a Task<'a>, locked: &Locked<'_>) -> Self {
        let header = locked.header();
        let spent = locked.refresh_token().map(RefreshToken::fingerprint);
        let before = Attempt {
            session: header.map(name_of).unwrap_or_default(),
            generation: header.map_or(0, |header| header.generation),
            spent: spent.and_then(|spent| task.session.context.log().mark(&spent)),
            waited_ms: milliseconds(task.caller.waited),
            rejected: task.caller.was_refused,
            asked_by: task.caller.asked_by.clone(),
            ..Attempt::default()
        };
        Self {
            task,
            before,
            refresh_ended_at: locked.refresh_expires_at(),
            took: Cell::default(),
            skew: Cell::default(),
            refresh: RefCell::default(),
            refusal: RefCell::default(),
        }
    }

    /// That a process died before, while it refreshed the session, unless that was told.
    pub fn interruption(&self, locked: &Locked<'_>) -> Option<Event> {
        let interrupted = locked.interrupted()?;
        let (of_pid, of_host) = interrupted.died_last.clone()?;
        Some(Event::RefreshInterrupted {
            session: self.before.session.clone(),
            generation: self.before.generation,
            since: interrupted.since,
            of_pid,
            of_host,
        })
    }

    /// Notes what the server answered, and how long that took.
    pub fn note(&self, answered: &Result<Renewed, Refusal>, took: Duration) {
        self.took.set(took);
        match answered {
            Ok(renewed) => {
                let granted = &renewed.granted;
                self.skew.set(granted.skew);
                let refresh = granted.response.refresh_token.as_ref();
                self.refresh.replace(refresh.map(RefreshToken::fingerprint));
            }
            Err(refusal) => drop(self.refusal.replace(Some(refusal.clone()))),
        }
    }

    /// That a person has to log in soon, although it succeeded.
    pub fn warning(&self, result: &Result<Peek, Error>) -> Option<Event> {
        let peek = result.as_ref().ok()?;
        let profile = self.task.session.profile();
        let life = Life::of_peek(peek);
        let end = life.end_after_refresh(self.refresh_ended_at, &profile.provider)?;
        let left = end.at.remaining(self.task.session.now());
        let is_soon = left < life.warning_time(end, profile.warn_before);
        is_soon.then_some(Event::SessionEndsSoon { left, at: end.at })
    }

    /// How it ended.
    pub fn end(&self, result: &Result<Peek, Error>) -> Event {
        let refusal = self.refusal.borrow();
        let attempt = Attempt {
            status: refusal.as_ref().and_then(status),
            skew: self.skew.get(),
            took_ms: milliseconds(self.took.get()),
            ..self.before.clone()
        };
        let error = match result {
            Ok(peek) => return self.success(attempt, peek),
            Err(error) => error,
        };
        match refusal.as_ref() {
            Some(Refusal::Said { error, .. }) if has_ended(result) => Event::RefreshRefused {
                attempt,
                error: error.to_string(),
            },
            refusal => Event::RefreshFailed {
                attempt,
                why: refusal.map_or_else(|| why_unasked(error), why),
                error: error.message.clone(),
                lost: refusal.is_some_and(Refusal::is_ambiguous),
            },
        }
    }

    fn success(&self, attempt: Attempt, peek: &Peek) -> Event {
        let log = self.task.session.context.log();
        // A client that needs no person begins its session with its first token.
        let attempt = Attempt {
            session: name_of(&peek.header),
            ..attempt
        };
        let refresh = self.refresh.borrow();
        Event::Refreshed {
            to: peek.header.generation,
            refresh: refresh.as_ref().and_then(|refresh| log.mark(refresh)),
            access: log.mark(&peek.access.secret.fingerprint()),
            until: peek.refresh_expires_at,
            attempt,
        }
    }
}

/// Whether the refusal has marked the session.
fn has_ended(result: &Result<Peek, Error>) -> bool {
    let source = result.as_ref().err().and_then(std::error::Error::source);
    let error = source.and_then(|source| source.downcast_ref::<BrokerError>());
    matches!(error, Some(BrokerError::Ended(_)))
}

fn status(refusal: &Refusal) -> Option<u16> {
    match refusal {
        Refusal::Said { status, .. } => *status,
        Refusal::NotOAuth { status, .. } => Some(*status),
        Refusal::NotSent(_) | Refusal::NotTried(_) | Refusal::Unanswered(_) => None,
    }
}

fn why(refusal: &Refusal) -> Why {
    match refusal {
        Refusal::NotSent(_) | Refusal::Unanswered(_) => Why::Unreachable,
        Refusal::NotTried(_) => Why::Machine,
        Refusal::NotOAuth { status: 429, .. } => Why::Server,
        Refusal::NotOAuth { .. } => Why::NotOauth,
        Refusal::Said { disposition, .. } => match disposition {
            Disposition::Interaction => Why::Person,
            Disposition::Config => Why::Client,
            Disposition::Transient => Why::Server,
            // A record that was replaced meanwhile.
            Disposition::Terminal | Disposition::Unclear => Why::Storage,
        },
    }
}

/// Why a refresh failed before the server was asked.
fn why_unasked(error: &Error) -> Why {
    match error.kind {
        ErrorKind::Store => Why::Storage,
        _ => Why::Machine,
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
