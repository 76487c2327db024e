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
use crate::store::record::{Header, Record, Refused};
use crate::store::{Locked, Peek, Pending, Saved, StoreError};
use crate::time::Timestamp;

/// How long a refusal in words that are not known keeps callers from asking the server again.
const UNCLEAR_FOR: Duration = Duration::from_secs(300);

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
    let (disposition, error) = match refusal {
        refusal if refusal.is_ambiguous() => {
            return BrokerError::Transient {
                refusal,
                at_risk: true,
            };
        }
        Refusal::Said { disposition, error } => (disposition, error),
        refusal => {
            pending.withdraw_intent();
            return BrokerError::Transient {
                refusal,
                at_risk: false,
            };
        }
    };
    match disposition {
        Disposition::Terminal if !policy.asks_again => {
            mark_refused(pending, &error, None, policy, now)
        }
        Disposition::Unclear if !policy.asks_again => {
            mark_refused(pending, &error, Some(now.after(UNCLEAR_FOR)), policy, now)
        }
        // The others say nothing of a session, and a client that asks again has none that could
        // end.
        other => {
            pending.withdraw_intent();
            error_without_mark(other, error)
        }
    }
}

/// What a refusal means that ends no session.
fn error_without_mark(disposition: Disposition, error: ErrorBody) -> BrokerError {
    match disposition {
        Disposition::Interaction => BrokerError::Interaction(error),
        Disposition::Transient => BrokerError::Transient {
            refusal: Refusal::Said { disposition, error },
            at_risk: false,
        },
        _ => BrokerError::Config(error),
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
