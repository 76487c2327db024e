//! What the protocol decides by: whether a token is what the caller wants, whether a refresh would
//! be of use, and whether a token that is not what was wanted is better than none.

use std::path::Path;
use std::time::Duration;

use super::{BrokerError, Obtained, PATIENCE, Policy, take_obtained};
use crate::oauth::jwt::{self, IdToken};
use crate::oauth::scope;
use crate::oauth::token::AccessToken;
use crate::oauth::want::{LATE_MARGIN, TokenKind, Want};
use crate::store::record::{Header, Interrupted};
use crate::store::{Locked, Peek, Store};
use crate::time::Timestamp;

/// How long a caller waits that has a token in hand which lives on: the token's last minute is
/// better used than waited for.
const SHORT_PATIENCE: Duration = Duration::from_secs(5);

/// How many seconds ago a token was obtained that is not replaced only because the server sent no
/// ID token with it.
const YOUNG: i64 = 60;

/// Judges the sessions of one profile by what a caller wants.
pub(super) struct Judge<'a> {
    pub want: &'a Want,
    pub policy: &'a Policy<'a>,
    /// When the caller began to ask.
    pub since: Timestamp,
}

impl Judge<'_> {
    /// How long to wait for the lock and the refresh together.
    pub fn patience(&self, store: &Store, now: Timestamp) -> Duration {
        if let Some(patience) = self.policy.patience {
            return patience;
        }
        let outlives_a_wait = self.living(store, now.after(2 * SHORT_PATIENCE)).is_some();
        if outlives_a_wait && self.policy.old_lives {
            SHORT_PATIENCE
        } else {
            PATIENCE
        }
    }

    /// Whether what was read under the lock is what the caller wants.
    pub fn accepts(&self, locked: &Locked<'_>, now: Timestamp) -> bool {
        let (Some(header), Some(access)) = (locked.header(), locked.access()) else {
            return false;
        };
        self.accepts_tokens(header, access, locked.id_token(), now)
    }

    /// Whether what was read without the lock is what the caller wants.
    pub fn accepts_peek(&self, peek: &Peek, now: Timestamp) -> bool {
        self.accepts_tokens(&peek.header, &peek.access, peek.id_token.as_ref(), now)
    }

    fn accepts_tokens(
        &self,
        header: &Header,
        access: &AccessToken,
        id_token: Option<&IdToken>,
        now: Timestamp,
    ) -> bool {
        header.answers_for(self.policy.registration)
            && !header.says_refused(access)
            && self.want.accepts(access, now)
            && (!self.wants_id_token() || self.accepts_id_token(header, id_token, now))
    }

    /// Whether an ID token lives long enough. It says when it ends by the server's clock, and only
    /// so.
    fn accepts_id_token(
        &self,
        header: &Header,
        id_token: Option<&IdToken>,
        now: Timestamp,
    ) -> bool {
        let Some(id_token) = id_token else {
            return false;
        };
        let Some(end) = jwt::expires_at(id_token) else {
            return false;
        };
        let life = jwt::lifetime(id_token.0.expose()).unwrap_or(LATE_MARGIN);
        header.by_local_clock(end).remaining(now) > self.want.margin(life)
    }

    fn wants_id_token(&self) -> bool {
        self.want.kind == TokenKind::Id
    }

    /// Whether the caller says that an API has refused this token, and the record does not know.
    pub fn learns_of_refusal(&self, header: &Header, access: &AccessToken) -> bool {
        header.answers_for(self.policy.registration)
            && self.want.rejects(access)
            && !header.says_refused(access)
    }

    /// Why a refresh would be of no use; `None` when it may be.
    pub fn objection(&self, locked: &Locked<'_>, now: Timestamp) -> Option<BrokerError> {
        let (Some(header), Some(access)) = (locked.header(), locked.access()) else {
            return match self.policy.asks_again {
                true => self.failing(locked, now),
                false => Some(BrokerError::NeverLoggedIn),
            };
        };
        if header.answers_for(self.policy.registration)
            && let Some(missing) = self.missing_scope(access)
        {
            return Some(missing);
        }
        if self.policy.asks_again {
            return self.failing(locked, now);
        }
        if let Some(changed) = change_of_identity(header, self.policy) {
            return Some(changed);
        }
        if let Some(changed) = change_of_locks(header, self.policy) {
            return Some(changed);
        }
        if let Some(refused) = header.refusal(now) {
            return Some(BrokerError::Ended(Box::new(refused.clone())));
        }
        if let Some(failing) = self.failing(locked, now) {
            return Some(failing);
        }
        if let Some(interrupted) = locked.interrupted()
            && self.is_past_grace(interrupted, now)
            && self.want.tolerates(access, now)
        {
            // The answer to the last refresh may be lost, and the server does not forgive a second
            // use of the token. Another refresh could end a session that lives.
            return Some(BrokerError::Interrupted(interrupted.clone()));
        }
        if locked.refresh_token().is_none() {
            return Some(BrokerError::NotRenewable {
                ended: access.facts.expires_at,
            });
        }
        // A server that sends no new ID token with a refresh is not asked for one again and again.
        let young = now.seconds_since(access.facts.obtained_at).abs() < YOUNG;
        (self.wants_id_token() && young && self.want.accepts(access, now))
            .then_some(BrokerError::NoIdToken)
    }

    /// The failure of the last refresh, while it keeps callers from asking the server.
    fn failing(&self, locked: &Locked<'_>, now: Timestamp) -> Option<BrokerError> {
        let own = &self.policy.registration.identity;
        let failed = locked
            .failed()
            .filter(|failed| !self.want.insists && failed.is_of(own))?;
        // A caller that has waited for that refresh shares its failure, however long it waited.
        let left = match failed.left(now) {
            None if failed.at > self.since => Duration::ZERO,
            left => left?,
        };
        Some(BrokerError::Failing {
            failed: Box::new(failed.clone()),
            left,
        })
    }

    fn missing_scope(&self, access: &AccessToken) -> Option<BrokerError> {
        let missing = scope::missing(&self.want.scopes, &access.facts.scope);
        if missing.is_empty() {
            return None;
        }
        let missing = missing.into_iter().map(str::to_owned).collect();
        Some(BrokerError::MissingScope(missing))
    }

    /// Whether the server no longer accepts the refresh token of an interrupted refresh once more.
    fn is_past_grace(&self, interrupted: &Interrupted, now: Timestamp) -> bool {
        let age = now.seconds_since(interrupted.since).unsigned_abs();
        interrupted.restored || age >= self.policy.reuse_interval.as_secs()
    }

    /// A refresh went wrong, or was not tried. While the access token lives, that is only worth a
    /// warning. Releases the lock.
    pub fn tolerate(
        &self,
        locked: Locked<'_>,
        now: Timestamp,
        error: BrokerError,
    ) -> Result<Obtained, BrokerError> {
        let (Some(header), Some(access)) = (locked.header(), locked.access()) else {
            return Err(error);
        };
        if !self.tolerates_token(header, access, now) {
            return Err(error);
        }
        take_obtained(locked, Some(error))
    }

    /// There is no lock, or no longer: gives the token that was seen under it and could not be
    /// saved, else one that can be read without it, if that is better than none.
    pub fn fall_back(
        &self,
        store: &Store,
        now: Timestamp,
        unsaved: Option<Peek>,
        error: BrokerError,
    ) -> Result<Obtained, BrokerError> {
        // A session that was rescued is newer than the one in place.
        let rescued = store.peek_rescued();
        let rescued = rescued.filter(|(_, peek)| self.tolerates(peek, now));
        let (path, peek) = match (unsaved, rescued) {
            (Some(peek), _) => (None, Some(peek)),
            (None, Some((path, peek))) => (Some(path), Some(peek)),
            (None, None) => (None, self.living(store, now)),
        };
        match peek {
            Some(peek) => Ok(Obtained {
                peek,
                despite: Some(error),
                rescued: path,
            }),
            None => Err(error),
        }
    }

    /// A token that is better than none, as it can be read without the lock.
    fn living(&self, store: &Store, now: Timestamp) -> Option<Peek> {
        let peek = store.peek().ok().flatten()?;
        self.tolerates(&peek, now).then_some(peek)
    }

    /// Whether a token is better than none.
    pub fn tolerates(&self, peek: &Peek, now: Timestamp) -> bool {
        self.tolerates_token(&peek.header, &peek.access, now)
    }

    fn tolerates_token(&self, header: &Header, access: &AccessToken, now: Timestamp) -> bool {
        header.answers_for(self.policy.registration)
            && !header.says_refused(access)
            && !self.wants_id_token()
            && self.want.tolerates(access, now)
    }

    /// A refresh succeeded. What came is handed out even if it does not live as long as the caller
    /// wants.
    ///
    /// # Errors
    /// When it lacks a scope, or there is no ID token and one is wanted.
    pub fn check(&self, peek: Peek, now: Timestamp) -> Result<Obtained, BrokerError> {
        if let Some(missing) = self.missing_scope(&peek.access) {
            return Err(missing);
        }
        if self.wants_id_token()
            && !self.accepts_id_token(&peek.header, peek.id_token.as_ref(), now)
        {
            return Err(BrokerError::NoIdToken);
        }
        Ok(peek.into())
    }
}

/// How the profile's identity differs from that of the session; `None` when it does not.
pub(super) fn change_of_identity(header: &Header, policy: &Policy<'_>) -> Option<BrokerError> {
    if header.answers_for(policy.registration) {
        return None;
    }
    Some(BrokerError::Changed(header.changes_to(policy.registration)))
}

/// How the directory of the profile's locks differs from that of the session's locks; `None` when
/// it does not. Two callers that use different directories could refresh at the same time.
fn change_of_locks(header: &Header, policy: &Policy<'_>) -> Option<BrokerError> {
    let (was, is) = (header.lock_dir.as_deref(), policy.lock_dir);
    if was.map(Path::new) == is.map(Path::new) {
        return None;
    }
    let beside = "beside the record";
    let change = format!(
        "lock_dir was {} and is {}",
        was.unwrap_or(beside),
        is.unwrap_or(beside)
    );
    Some(BrokerError::Changed(vec![change]))
}
