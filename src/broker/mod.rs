//! The refresh protocol, and nothing else: [`obtain`] and [`renew`], in the order in which their
//! steps happen. What they decide by is in `judge`; what an answer does to the record is in
//! `settle`.
//!
//! Peek without the lock; lock; re-read; prepare; spend; commit. Nothing refreshes without the
//! lock. What cannot be saved is not spent. A failed early refresh is not fatal while an access
//! token lives that the caller tolerates. Only a refusal in the words of OAuth marks a session as
//! ended, and the mark deletes nothing.
//!
//! The protocol has two halves because callers get killed. [`obtain`] is the caller's half: the
//! caller may end at any moment. [`renew`] is the half in which a session can be lost. The
//! `dispatch` that the caller passes runs it under the same lock, in a helper process that the
//! caller's death does not reach.
//!
//! Deliberately absent: the network and the process. How a token endpoint is asked, and how often
//! (a second time within a provider's grace), is decided by the argument `ask`.

mod error;
mod judge;
mod settle;

use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use error::{BrokerError, Report};
pub use settle::unsaved_peek;

use crate::event::Event;
use crate::fault;
use crate::http;
use crate::oauth::token::RefreshToken;
use crate::oauth::want::{TokenKind, Want};
use crate::platform::signals;
use crate::profile::identity::{Endpoints, Registration};
use crate::provider::outcome::{Granted, Refusal};
use crate::secret::Fingerprint;
use crate::store::record::Header;
use crate::store::{Locked, Peek, Store};
use crate::time::{Clock, Timestamp};
use judge::{Judge, change_of_identity};
use settle::{mark_access_refused, merge, notify_saved, prepare, settle};

/// How long one refresh may take in all. It may have to look for the server in two places and ask
/// it twice.
pub const REFRESH_LIMIT: Duration = Duration::from_secs(80);
const _: () = assert!(REFRESH_LIMIT.as_secs() >= 4 * http::TOTAL_LIMIT.as_secs());

/// How long a caller waits for the lock and for the refresh together. It is longer than a refresh
/// by another caller takes.
pub const PATIENCE: Duration = Duration::from_secs(90);
const _: () = assert!(PATIENCE.as_secs() > REFRESH_LIMIT.as_secs());

/// How often a caller comes back to the lock after a helper process that brought it no answer.
const ROUNDS: u32 = 1;

/// What the protocol has to know of a profile.
pub struct Policy<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// The access token that the caller says was refused. If the refresh is refused as well, no
    /// other caller is given that token either.
    pub rejected: Option<&'a Fingerprint>,
    /// What a record must have been made for.
    pub registration: &'a Registration,
    /// The scopes that the profile asks for.
    pub scope: &'a [String],
    /// The life to assume for an access token that comes without one.
    pub assumed_ttl: Option<Duration>,
    /// Whether a token can be had without a refresh token: a client that speaks for itself
    /// (RFC 6749, section 4.4) just asks again.
    pub asks_again: bool,
    /// How long the server accepts a spent refresh token once more.
    pub reuse_interval: Duration,
    /// Whether the old access token lives until its own end, whatever a refresh brings.
    pub old_lives: bool,
    /// The directory of the locks; `None` when they are beside the record.
    pub lock_dir: Option<&'a str>,
    /// How long the caller waits for the lock and the server together, where the user has said so.
    pub patience: Option<Duration>,
}

/// A token that is what the caller wants, or is better than none.
#[derive(Debug)]
pub struct Obtained {
    /// The session, as it was read or has just been saved.
    pub peek: Peek,
    /// Why there is no better token; `None` when this is the token that was wanted.
    pub despite: Option<BrokerError>,
    /// Where the session lies, if that is not its place: it could not be saved or read there.
    pub rescued: Option<PathBuf>,
}

impl From<Peek> for Obtained {
    fn from(peek: Peek) -> Self {
        Self {
            peek,
            despite: None,
            rescued: None,
        }
    }
}

/// The server's answer to a refresh.
#[derive(Debug)]
pub struct Renewed {
    /// The tokens.
    pub granted: Granted,
    /// The server's addresses, where they had to be discovered for the refresh.
    pub endpoints: Option<Endpoints>,
}

/// Gives a token that `want` accepts, refreshing at most once for all callers together. `dispatch`
/// has [`renew`] done under the lock that it is given, and waits for its result as long as it is
/// told.
///
/// # Errors
/// See [`BrokerError`]. Whatever happens, no session is lost that could be kept.
pub fn obtain(
    store: &Store,
    want: &Want,
    policy: &Policy<'_>,
    clock: &Clock,
    notify: &mut dyn FnMut(Event),
    mut dispatch: impl FnMut(Locked<'_>, Duration) -> Result<Peek, BrokerError>,
) -> Result<Obtained, BrokerError> {
    if let Some(peek) = cached(store, want, policy, clock.now())? {
        return Ok(peek.into());
    }
    let judge = Judge {
        want,
        policy,
        since: clock.now(),
    };
    let patience = judge.patience(store, clock.now());
    let began = Instant::now();
    let mut rounds_left = ROUNDS;
    loop {
        let left = patience.saturating_sub(began.elapsed());
        let mut locked = match store.lock(clock.now(), "token", left, notify) {
            Ok(locked) => locked,
            Err(error) => return judge.fall_back(store, clock.now(), None, error.into()),
        };
        let now = clock.now();
        // Shown when the lock is released: the reader of stderr may have stopped reading.
        let events = locked.take_events();
        if judge.accepts(&locked, now) {
            let obtained = take_obtained(locked, None);
            events.into_iter().for_each(notify);
            return obtained;
        }
        mark_access_refused(&mut locked, &judge, now);
        if let Some(error) = judge.objection(&locked, now) {
            let obtained = judge.tolerate(locked, now, error);
            events.into_iter().for_each(notify);
            return obtained;
        }
        let unsaved = locked
            .unsaved_peek()
            .filter(|peek| judge.tolerates(peek, now));
        let dispatched = dispatch(locked, patience.saturating_sub(began.elapsed()));
        events.into_iter().for_each(&mut *notify);
        match dispatched {
            Ok(peek) => return judge.check(peek, clock.now()),
            // What a killed process has left is judged, as any other's, under the lock.
            Err(BrokerError::Killed { .. } | BrokerError::Overtaken) if rounds_left > 0 => {
                rounds_left -= 1;
            }
            Err(error) => return judge.fall_back(store, clock.now(), unsaved, error),
        }
    }
}

/// Spends the refresh token and saves what comes: prepare, spend, commit. From the first step to
/// the last, signals are deferred. `ask` asks the token endpoint, with the refresh token, and with
/// the header of the record where that was made for this profile's identity.
///
/// # Errors
/// See [`BrokerError`]. The session is as it was, or marked as refused, or known to be in doubt.
pub async fn renew(
    locked: &mut Locked<'_>,
    policy: &Policy<'_>,
    clock: &Clock,
    notify: &mut dyn FnMut(Event),
    ask: impl AsyncFnOnce(Option<&RefreshToken>, Option<&Header>) -> Result<Renewed, Refusal>,
) -> Result<Peek, BrokerError> {
    if !policy.asks_again
        && let Some(header) = locked.header()
        && let Some(changed) = change_of_identity(header, policy)
    {
        return Err(changed);
    }
    let deferred = signals::defer();
    let pending = prepare(locked, policy, clock.now())?;
    fault::point("refresh: about to be sent");
    // What is known of one server is of no use at another.
    let known = pending
        .header()
        .filter(|header| header.answers_for(policy.registration));
    let outcome = ask(pending.refresh_token(), known).await;
    fault::point("refresh: answered");
    let saved = match outcome {
        Ok(renewed) => pending.commit(|record| merge(record, renewed, policy)),
        Err(refusal) => return Err(settle(pending, refusal, policy, clock.now())),
    };
    drop(deferred);
    notify_saved(saved, notify);
    locked.take_peek().ok_or(BrokerError::NeverLoggedIn)
}

/// The stored token, if `want` accepts it: the path that most calls take. No lock, no write, no
/// network, no runtime.
///
/// # Errors
/// The session has ended, and there is no token left that still lives.
pub fn cached(
    store: &Store,
    want: &Want,
    policy: &Policy<'_>,
    now: Timestamp,
) -> Result<Option<Peek>, BrokerError> {
    let read = match want.kind {
        TokenKind::Id => store.peek_whole(),
        TokenKind::Access => store.peek(),
    };
    // A record that cannot be read is looked at again under the lock, where more can be done about
    // it.
    let Ok(Some(peek)) = read else {
        return Ok(None);
    };
    let judge = Judge {
        want,
        policy,
        since: now,
    };
    if judge.accepts_peek(&peek, now) {
        return Ok(Some(peek));
    }
    match peek.header.refusal(now) {
        Some(refused)
            if !policy.asks_again
                && !want.tolerates(&peek.access, now)
                && !judge.learns_of_refusal(&peek.header, &peek.access) =>
        {
            Err(BrokerError::Ended(Box::new(refused.clone())))
        }
        _ => Ok(None),
    }
}

/// Releases the lock, and gives what was read under it.
fn take_obtained(
    mut locked: Locked<'_>,
    despite: Option<BrokerError>,
) -> Result<Obtained, BrokerError> {
    let peek = locked.take_peek().ok_or(BrokerError::NeverLoggedIn)?;
    Ok(Obtained {
        peek,
        despite,
        rescued: None,
    })
}
