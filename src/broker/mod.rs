//! The refresh protocol, and nothing else. [`obtain`] and [`renew`] are all of it, and fit
//! on a screen.
//!
//! Peek without the lock; lock; re-read; prepare; spend; commit. Nothing refreshes without the
//! lock. What cannot be saved is not spent. A failed early refresh is never fatal while the access
//! token lives. Only a refusal in OAuth's own words marks a session as ended, and the mark deletes
//! nothing.
//!
//! The protocol has two halves because callers get killed. [`obtain`] is the caller's: it may end
//! at any moment. [`renew`] is the half in which a session can be lost; whoever passes `dispatch`
//! runs it under the same lock, in a process that the caller's death does not reach.
//!
//! Deliberately absent: the network and the process. How a token endpoint is asked is the argument
//! `ask`; how often one waits for it (a second try within a provider's grace) is the business of
//! whoever passes it.

mod error;

use std::path::Path;
use std::time::{Duration, Instant};

pub use error::{BrokerError, Report};

use crate::event::Event;
use crate::fault;
use crate::http;
use crate::oauth::jwt;
use crate::oauth::jwt::IdToken;
use crate::oauth::scope;
use crate::oauth::token::{AccessToken, Credential, RefreshToken};
use crate::oauth::want::{LATE_MARGIN, Want};
use crate::platform::signals;
use crate::profile::identity::{Endpoints, Identity};
use crate::provider::outcome::{Disposition, Granted, Refusal};
use crate::store::record::{Header, Record, Refused};
use crate::store::{Locked, Peek, Pending, Saved, Store, StoreError};
use crate::time::{Clock, Timestamp};

/// How long one refresh may take in all. It may have to look for the server in two places and ask
/// it twice.
pub const REFRESH_LIMIT: Duration = Duration::from_secs(80);
const _: () = assert!(REFRESH_LIMIT.as_secs() >= 4 * http::TOTAL_LIMIT.as_secs());

/// How long to wait for the lock and for the refresh together. Whoever waits outlasts whoever
/// refreshes.
pub const PATIENCE: Duration = Duration::from_secs(90);
const _: () = assert!(PATIENCE.as_secs() > REFRESH_LIMIT.as_secs());

/// The same with a token in hand that lives on: its last minute is better used than waited for.
const SHORT_PATIENCE: Duration = Duration::from_secs(5);

/// How long a refusal in words that we do not know keeps us from asking again.
const UNCLEAR_FOR: Duration = Duration::from_secs(300);

/// What the protocol has to know of a profile.
pub struct Terms<'a> {
    /// The profile's name.
    pub profile: &'a str,
    /// What a record must have been made for.
    pub identity: &'a Identity,
    /// The scopes that are asked for.
    pub scope: &'a [String],
    /// The life to assume for an access token that comes without one.
    pub assumed_ttl: Option<Duration>,
    /// Whether a token can be had without a refresh token: a client that speaks for itself just
    /// asks again.
    pub asks_again: bool,
    /// Whether the ID token is what is wanted.
    pub id_token: bool,
    /// How long the server takes a spent refresh token again.
    pub reuse_interval: Duration,
    /// Whether the old access token lives until its own end, whatever a refresh brings.
    pub old_lives: bool,
    /// Where the locks are, if not beside the record.
    pub lock_dir: Option<&'a str>,
    /// How long to wait for the lock and the server together, if somebody said so.
    pub patience: Option<Duration>,
}

/// A token that will do, or is better than nothing.
#[derive(Debug)]
pub struct Obtained {
    /// The session, as it was read or has just been saved.
    pub peek: Peek,
    /// What went wrong on the way to a better one.
    pub despite: Option<BrokerError>,
}

/// What `ask` gives: tokens, and the server's addresses if it had to look for them.
#[derive(Debug)]
pub struct Renewed {
    /// The tokens.
    pub granted: Granted,
    /// The addresses.
    pub endpoints: Option<Endpoints>,
}

/// Gives a token that `want` accepts, refreshing at most once for all callers together. `dispatch`
/// has [`renew`] done under the lock that it is given, and waits so long for what comes of it.
///
/// # Errors
/// See [`BrokerError`]. Whatever happens, no session is lost that could be kept.
pub fn obtain<D>(
    store: &Store,
    want: &Want,
    terms: &Terms<'_>,
    clock: &Clock,
    notify: &mut dyn FnMut(Event),
    mut dispatch: D,
) -> Result<Obtained, BrokerError>
where
    D: FnMut(Locked<'_>, Duration) -> Result<Peek, BrokerError>,
{
    if let Some(peek) = cached(store, want, terms, clock.now())? {
        return Ok(Obtained {
            peek,
            despite: None,
        });
    }
    let patience = terms
        .patience
        .unwrap_or_else(|| usual_patience(store, want, terms, clock.now()));
    let (began, mut again) = (Instant::now(), false);
    loop {
        let left = || patience.saturating_sub(began.elapsed());
        let mut locked = match store.lock(clock.now(), "token", left(), notify) {
            Ok(locked) => locked,
            Err(error) => return unlocked(store, want, terms, clock.now(), error.into()),
        };
        let now = clock.now();
        // Shown after the lock is released: the reader of stderr may have stopped reading.
        let events = locked.take_events();
        if acceptable(
            locked.header(),
            locked.access(),
            locked.id_token(),
            want,
            terms,
            now,
        ) {
            let obtained = finish(locked, None);
            events.into_iter().for_each(notify);
            return obtained;
        }
        if let Some(error) = objection(&locked, want, terms, now) {
            let obtained = tolerate(locked, want, terms, now, error);
            events.into_iter().for_each(notify);
            return obtained;
        }
        let unsaved = locked
            .unsaved()
            .filter(|peek| is_better_than_nothing(peek, want, terms, now));
        let dispatched = dispatch(locked, left());
        events.into_iter().for_each(&mut *notify);
        match dispatched {
            Ok(peek) => return check(peek, want, terms, clock.now(), notify),
            // Whoever refreshed is dead. What they left is judged as any other's, under the lock.
            Err(BrokerError::Killed { .. }) if !std::mem::replace(&mut again, true) => {}
            Err(error) => {
                return match unsaved {
                    Some(peek) => Ok(Obtained {
                        peek,
                        despite: Some(error),
                    }),
                    None => unlocked(store, want, terms, clock.now(), error),
                };
            }
        }
    }
}

/// Spends the refresh token and saves what comes: prepare, spend, commit. From the first step to
/// the last, signals wait. `ask` asks the token endpoint.
///
/// # Errors
/// See [`BrokerError`]. The session is as it was, or marked as refused, or known to be in doubt.
pub async fn renew<F>(
    locked: &mut Locked<'_>,
    terms: &Terms<'_>,
    clock: &Clock,
    notify: &mut dyn FnMut(Event),
    ask: F,
) -> Result<Peek, BrokerError>
where
    F: AsyncFnOnce(Option<&RefreshToken>, Option<&Header>) -> Result<Renewed, Refusal>,
{
    if let Some(header) = locked
        .header()
        .filter(|header| header.identity != *terms.identity)
        && !terms.asks_again
    {
        return Err(BrokerError::Changed(
            header.identity.changes(terms.identity),
        ));
    }
    let deferred = signals::defer();
    let pending = prepare(locked, terms, clock.now())?;
    fault::point("refresh: about to be sent");
    // What is known of another server is not for this one, nor what is known of this one for
    // another.
    let known = pending
        .header()
        .filter(|header| header.identity == *terms.identity);
    let outcome = ask(pending.refresh_token(), known).await;
    fault::point("refresh: answered");
    let saved = match outcome {
        Ok(renewed) => pending.commit(|record| merge(record, renewed, terms)),
        Err(refusal) => return Err(settle(pending, refusal, terms, clock.now())),
    };
    drop(deferred);
    notify_saved(saved, notify);
    locked.take_peek().ok_or(BrokerError::NeverLoggedIn)
}

/// How long to wait when nobody said how long. With a token in hand that lives through it, and
/// outlives a refresh, its last minute is better used than waited for.
fn usual_patience(store: &Store, want: &Want, terms: &Terms<'_>, now: Timestamp) -> Duration {
    let outlives = living(store, want, terms, now.after(2 * SHORT_PATIENCE)).is_some();
    if outlives && terms.old_lives {
        SHORT_PATIENCE
    } else {
        PATIENCE
    }
}

/// The path that most calls take: what is there will do. No lock, no write, no network, no runtime.
///
/// # Errors
/// What can be said without asking anybody: the session has ended, the profile has changed.
pub fn cached(
    store: &Store,
    want: &Want,
    terms: &Terms<'_>,
    now: Timestamp,
) -> Result<Option<Peek>, BrokerError> {
    // A record that cannot be read is looked at again under the lock, where more can be done about
    // it.
    let found = if terms.id_token {
        store.peek_whole()
    } else {
        store.peek()
    };
    let Ok(Some(peek)) = found else {
        return Ok(None);
    };
    if acceptable(
        Some(&peek.header),
        Some(&peek.access),
        peek.id_token.as_ref(),
        want,
        terms,
        now,
    ) {
        return Ok(Some(peek));
    }
    match peek.header.refusal(now) {
        Some(refused) if !terms.asks_again && !want.tolerates(&peek.access, now) => {
            Err(BrokerError::Ended(refused.clone()))
        }
        _ => Ok(None),
    }
}

fn acceptable(
    header: Option<&Header>,
    access: Option<&AccessToken>,
    id_token: Option<&IdToken>,
    want: &Want,
    terms: &Terms<'_>,
    now: Timestamp,
) -> bool {
    let Some(header) = header.filter(|header| header.identity == *terms.identity) else {
        return false;
    };
    access.is_some_and(|access| want.accepts(access, now))
        && (!terms.id_token || id_token_lives(header, id_token, want, now))
}

/// An ID token says when it ends by the server's clock, and only so.
fn id_token_lives(
    header: &Header,
    id_token: Option<&IdToken>,
    want: &Want,
    now: Timestamp,
) -> bool {
    let Some(id_token) = id_token else {
        return false;
    };
    let life = jwt::lifetime(id_token.0.expose()).unwrap_or(LATE_MARGIN);
    jwt::expires_at(id_token).is_some_and(|end| header.here(end).remaining(now) > want.margin(life))
}

/// Why a refresh would be of no use.
fn objection(
    locked: &Locked<'_>,
    want: &Want,
    terms: &Terms<'_>,
    now: Timestamp,
) -> Option<BrokerError> {
    let (Some(header), Some(access)) = (locked.header(), locked.access()) else {
        return (!terms.asks_again).then_some(BrokerError::NeverLoggedIn);
    };
    let missing = scope::missing(&want.scopes, &access.facts.scope);
    if header.identity == *terms.identity && !missing.is_empty() {
        return Some(BrokerError::MissingScope(
            missing.into_iter().map(str::to_owned).collect(),
        ));
    }
    if terms.asks_again {
        return None;
    }
    if header.identity != *terms.identity {
        return Some(BrokerError::Changed(
            header.identity.changes(terms.identity),
        ));
    }
    if header.lock_dir.as_deref().map(Path::new) != terms.lock_dir.map(Path::new) {
        // Whoever uses the other directory would refresh at the same time.
        let at = |directory: Option<&str>| directory.unwrap_or("beside the record").to_owned();
        let change = format!(
            "lock_dir was {} and is {}",
            at(header.lock_dir.as_deref()),
            at(terms.lock_dir)
        );
        return Some(BrokerError::Changed(vec![change]));
    }
    if let Some(refused) = header.refusal(now) {
        return Some(BrokerError::Ended(refused.clone()));
    }
    if let Some(interrupted) = locked.interrupted()
        && (interrupted.restored
            || now.seconds_since(interrupted.since).unsigned_abs()
                >= terms.reuse_interval.as_secs())
        && want.tolerates(access, now)
    {
        // The answer to the last try may be lost, and the server does not forgive. Another try
        // could end what lives.
        return Some(BrokerError::Interrupted(interrupted.clone()));
    }
    if locked.refresh_token().is_none() {
        return Some(BrokerError::NotRenewable {
            ended: access.facts.expires_at,
        });
    }
    // A server that gives no new ID token at a refresh is not asked for one again and again.
    let young = now.seconds_since(access.facts.obtained_at).abs() < 60;
    (terms.id_token && young && want.accepts(access, now)).then_some(BrokerError::NoIdToken)
}

fn prepare<'l, 's>(
    locked: &'l mut Locked<'s>,
    terms: &Terms<'_>,
    now: Timestamp,
) -> Result<Pending<'l, 's>, StoreError> {
    if terms.asks_again {
        locked.prepare_grant(now)
    } else {
        locked.prepare_refresh(now)
    }
}

fn merge(record: Option<Record>, renewed: Renewed, terms: &Terms<'_>) -> Record {
    let Granted {
        response,
        sent,
        skew,
    } = renewed.granted;
    let (mut header, tokens) = match record {
        Some(Record { header, tokens }) if header.identity == *terms.identity => {
            (header, Some(tokens))
        }
        _ => (
            Header::begin(
                terms.profile,
                terms.identity.clone(),
                Endpoints::default(),
                sent,
            ),
            None,
        ),
    };
    header.skew = skew.unwrap_or(header.skew);
    header.endpoints = renewed.endpoints.unwrap_or_default().or(header.endpoints);
    (header.refused, header.restored_at) = (None, None);
    header.lock_dir = terms.lock_dir.map(str::to_owned);
    let tokens = match tokens {
        Some(tokens) if !terms.asks_again => tokens.rotated(response, sent, terms.assumed_ttl),
        _ => Credential::granted(response, sent, terms.scope, terms.assumed_ttl),
    };
    Record { header, tokens }
}

/// What was granted to a client that speaks for itself, where it cannot be kept. It spent nothing
/// that could be lost.
#[must_use]
pub fn unsaved(renewed: Renewed, terms: &Terms<'_>) -> Peek {
    merge(None, renewed, terms).into()
}

/// What a refusal does to the record: a clear one marks it, an ambiguous one leaves the intent
/// standing.
fn settle(
    pending: Pending<'_, '_>,
    refusal: Refusal,
    terms: &Terms<'_>,
    now: Timestamp,
) -> BrokerError {
    let interrupted = pending.interrupted().cloned();
    let (disposition, error) = match refusal {
        refusal if refusal.is_ambiguous() => {
            return BrokerError::Transient {
                refusal,
                at_risk: true,
            };
        }
        Refusal::Said { disposition, error } => (disposition, error),
        refusal => {
            pending.never_sent();
            return BrokerError::Transient {
                refusal,
                at_risk: false,
            };
        }
    };
    let until = match disposition {
        Disposition::Terminal if !terms.asks_again => None,
        Disposition::Unclear if !terms.asks_again => Some(now.after(UNCLEAR_FOR)),
        // The others say nothing of a session, and a client that asks again has none that could
        // end.
        other => {
            pending.never_sent();
            return match other {
                Disposition::Interaction => BrokerError::Interaction(error),
                Disposition::Transient => BrokerError::Transient {
                    refusal: Refusal::Said { disposition, error },
                    at_risk: false,
                },
                _ => BrokerError::Config(error),
            };
        }
    };
    let token = pending.refresh_token().map(RefreshToken::fingerprint);
    let refused = Refused {
        at: now,
        error: error.to_string(),
        token,
        until,
        after: interrupted,
    };
    match pending.refused(refused.clone()) {
        // Somebody has replaced the record meanwhile: their session is not ours to end.
        Err(overtaken @ StoreError::Overtaken { .. }) => overtaken.into(),
        _ => BrokerError::Ended(refused),
    }
}

/// A refresh went wrong, or was not tried. While the access token lives, that is only worth a
/// warning.
fn tolerate(
    locked: Locked<'_>,
    want: &Want,
    terms: &Terms<'_>,
    now: Timestamp,
    error: BrokerError,
) -> Result<Obtained, BrokerError> {
    let same = locked
        .header()
        .is_some_and(|header| header.identity == *terms.identity);
    let lives = locked
        .access()
        .is_some_and(|access| want.tolerates(access, now));
    if !same || !lives || terms.id_token {
        return Err(error);
    }
    finish(locked, Some(error))
}

/// There is no lock, or no longer. What can be read without it may still do.
fn unlocked(
    store: &Store,
    want: &Want,
    terms: &Terms<'_>,
    now: Timestamp,
    error: BrokerError,
) -> Result<Obtained, BrokerError> {
    match living(store, want, terms, now) {
        Some(peek) => Ok(Obtained {
            peek,
            despite: Some(error),
        }),
        None => Err(error),
    }
}

/// A token that is better than nothing, as it can be seen without the lock.
fn living(store: &Store, want: &Want, terms: &Terms<'_>, now: Timestamp) -> Option<Peek> {
    let peek = store.peek().ok().flatten()?;
    is_better_than_nothing(&peek, want, terms, now).then_some(peek)
}

fn is_better_than_nothing(peek: &Peek, want: &Want, terms: &Terms<'_>, now: Timestamp) -> bool {
    let same = peek.header.identity == *terms.identity && !terms.id_token;
    same && want.tolerates(&peek.access, now)
}

fn notify_saved(saved: Saved, notify: &mut dyn FnMut(Event)) {
    match saved {
        Saved::InPlace => {}
        Saved::Rescued(path, error) => notify(Event::SavedElsewhere {
            cause: error.to_string(),
            path: path.display().to_string(),
        }),
        Saved::Nowhere(error) => notify(Event::NotSaved {
            cause: error.to_string(),
        }),
    }
}

/// A refresh succeeded. What came is handed out even if it is not all that was wanted, with the
/// reason.
fn check(
    peek: Peek,
    want: &Want,
    terms: &Terms<'_>,
    now: Timestamp,
    notify: &mut dyn FnMut(Event),
) -> Result<Obtained, BrokerError> {
    let missing = scope::missing(&want.scopes, &peek.access.facts.scope);
    if !missing.is_empty() {
        return Err(BrokerError::MissingScope(
            missing.into_iter().map(str::to_owned).collect(),
        ));
    }
    if let Some(life) = peek
        .access
        .facts
        .lifetime()
        .filter(|life| !want.attainable(*life))
    {
        notify(Event::LifeTooShort { life });
    }
    if terms.id_token && !id_token_lives(&peek.header, peek.id_token.as_ref(), want, now) {
        return Err(BrokerError::NoIdToken);
    }
    Ok(Obtained {
        peek,
        despite: None,
    })
}

fn finish(mut locked: Locked<'_>, despite: Option<BrokerError>) -> Result<Obtained, BrokerError> {
    let peek = locked.take_peek().ok_or(BrokerError::NeverLoggedIn)?;
    Ok(Obtained { peek, despite })
}
