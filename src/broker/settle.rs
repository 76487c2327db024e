//! What a refresh does to the record: room is claimed before it, tokens are merged into the record,
//! a refusal marks the session or leaves it as it is.

use std::time::Duration;

use super::judge::Judge;
use super::{BrokerError, Policy, Renewed};
use crate::event::Event;
use crate::oauth::response::ErrorBody;
use crate::oauth::token::{Credential, RefreshToken};
use crate::profile::identity::Endpoints;
use crate::provider::outcome::{Disposition, Granted, Refusal};
use crate::store::record::{Failed, Header, Meaning, Record, Refused};
use crate::store::{Locked, Peek, Pending, Saved, StoreError};
use crate::time::Timestamp;

/// How long a refusal in words that are not known keeps callers from asking the server again.
const UNCLEAR_FOR: Duration = Duration::from_secs(300);

/// For how long the server is left alone after a failure at least. Times are kept in whole seconds.
const SHORTEST_WAIT: Duration = Duration::from_secs(2);

/// For how long it is left alone at most, where it does not ask for more.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// For how long no request is tried again at most that did not leave this machine.
const LONGEST_UNSENT: Duration = Duration::from_secs(10);

/// For how long it is left alone at most, whatever it asks for.
const LONGEST_ASKED: Duration = Duration::from_secs(600);

/// Claims room on the disk and writes the intent, before anything is sent.
pub(super) fn prepare<'l, 's>(
    locked: &'l mut Locked<'s>,
    policy: &Policy<'_>,
    now: Timestamp,
) -> Result<Pending<'l, 's>, StoreError> {
    if policy.asks_again {
        locked.prepare_grant(now)
    } else {
        locked.prepare_refresh(now)
    }
}

/// The record with the tokens of the answer; a new record where the old one was made for another
/// identity, or there is none.
pub(super) fn merge(record: Option<Record>, renewed: Renewed, policy: &Policy<'_>) -> Record {
    let Granted {
        response,
        sent,
        skew,
    } = renewed.granted;
    let (mut header, tokens) = match record {
        Some(Record { header, tokens }) if header.answers_for(policy.registration) => {
            (header, Some(tokens))
        }
        _ => {
            let identity = policy.registration.identity.clone();
            let header = Header::new(policy.profile, identity, Endpoints::default(), sent);
            (header, None)
        }
    };
    header.skew = skew.unwrap_or(header.skew);
    header.endpoints = renewed.endpoints.unwrap_or_default().or(header.endpoints);
    header.refused = None;
    header.restored_at = None;
    header.lock_dir = policy.lock_dir.map(str::to_owned);
    let tokens = match tokens {
        Some(tokens) if !policy.asks_again => {
            tokens.after_refresh(response, sent, policy.assumed_ttl)
        }
        _ => Credential::from_grant(response, sent, policy.scope, policy.assumed_ttl),
    };
    Record { header, tokens }
}

/// The tokens that were granted to a client that speaks for itself, where they cannot be saved.
/// They have cost no refresh token that could be lost.
#[must_use]
pub fn unsaved_peek(renewed: Renewed, policy: &Policy<'_>) -> Peek {
    merge(None, renewed, policy).into()
}

/// What a refusal does to the record: a clear one marks it; an ambiguous one leaves the intent
/// standing, which says that an answer may be lost.
pub(super) fn settle(
    pending: Pending<'_, '_>,
    refusal: Refusal,
    policy: &Policy<'_>,
    now: Timestamp,
) -> BrokerError {
    let at_risk = refusal.is_ambiguous();
    // A client that asks again has no session that could end.
    let may_end = !policy.asks_again && !at_risk;
    match &refusal {
        Refusal::Said {
            disposition: Disposition::Terminal,
            error,
            ..
        } if may_end => mark_refused(pending, error, None, policy, now),
        Refusal::Said {
            disposition: Disposition::Unclear,
            error,
            ..
        } if may_end => mark_refused(pending, error, Some(now.after(UNCLEAR_FOR)), policy, now),
        Refusal::NotTried(_) => {
            pending.withdraw_intent();
            BrokerError::Transient { refusal, at_risk }
        }
        _ => {
            let count = pending.failures_before(&policy.registration.identity) + 1;
            let until = now.after(wait_after(&refusal, count));
            let error = without_mark(refusal, at_risk);
            let failed = Failed {
                at: now,
                until,
                count,
                error: error.to_string(),
                meaning: meaning(&error),
                identity: Some(policy.registration.identity.clone()),
            };
            pending.fail(failed, at_risk);
            error
        }
    }
}

/// For how long no caller asks the server again: as long as it says, else for a while that grows
/// with each failure.
fn wait_after(refusal: &Refusal, count: u32) -> Duration {
    if let Some(asked) = refusal.retry_after() {
        return asked.clamp(SHORTEST_WAIT, LONGEST_ASKED);
    }
    let longest = match refusal {
        // The network may be back, and the configuration mended, at any moment.
        Refusal::NotSent(_) => LONGEST_UNSENT,
        _ if refusal.disposition() != Disposition::Transient => SHORTEST_WAIT,
        _ => LONGEST_WAIT,
    };
    let doubled = SHORTEST_WAIT * 2_u32.saturating_pow(count.min(10) - 1);
    doubled.min(longest)
}

/// What a refusal means that ends no session.
fn without_mark(refusal: Refusal, at_risk: bool) -> BrokerError {
    match refusal {
        Refusal::Said {
            disposition: Disposition::Interaction,
            error,
            ..
        } => BrokerError::Interaction(error),
        Refusal::Said {
            disposition, error, ..
        } if !at_risk && disposition != Disposition::Transient => BrokerError::Config(error),
        refusal => BrokerError::Transient { refusal, at_risk },
    }
}

fn meaning(error: &BrokerError) -> Meaning {
    match error {
        BrokerError::Interaction(_) => Meaning::Interaction,
        BrokerError::Config(_) => Meaning::Config,
        _ => Meaning::TryAgain,
    }
}

/// Marks the session as refused until `until`, or for good.
fn mark_refused(
    pending: Pending<'_, '_>,
    error: &ErrorBody,
    until: Option<Timestamp>,
    policy: &Policy<'_>,
    now: Timestamp,
) -> BrokerError {
    let refused = Refused {
        at: now,
        error: error.to_string(),
        token: pending.refresh_token().map(RefreshToken::fingerprint),
        until,
        after: pending.interrupted().cloned(),
        access: policy.rejected.cloned(),
    };
    match pending.mark_refused(refused.clone()) {
        // Another process has replaced the record meanwhile. Its session was not refused.
        Err(overtaken @ StoreError::Overtaken { .. }) => overtaken.into(),
        _ => BrokerError::Ended(Box::new(refused)),
    }
}

/// Adds to the mark of a session that is refused already which access token an API has refused, so
/// that no caller is given that token any more. What cannot be written down is told by the next
/// caller that meets the same refusal.
pub(super) fn mark_access_refused(locked: &mut Locked<'_>, judge: &Judge<'_>, now: Timestamp) {
    let (Some(header), Some(access)) = (locked.header(), locked.access()) else {
        return;
    };
    let Some(refused) = header.refusal(now) else {
        return;
    };
    if judge.policy.asks_again || !judge.learns_of_refusal(header, access) {
        return;
    }
    let refused = Refused {
        access: judge.want.rejected.clone(),
        ..refused.clone()
    };
    if let Ok(pending) = locked.prepare_refresh(now) {
        let _ = pending.mark_refused(refused);
    }
}

/// Says where the new session lies, if that is not the record's place.
pub(super) fn notify_saved(saved: Saved, notify: &mut dyn FnMut(Event)) {
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
