//! A token of a session that is valid now: the one that is stored, or a new one.
//!
//! Most calls find a stored token that will do: configuration, record, nothing else. Only a miss
//! builds a network client and a runtime.

use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::task::{Caller, Task};
use super::{Session, detached, keys, refresh};
use crate::broker::{self, BrokerError, Obtained, Policy};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::oauth::client::Proof;
use crate::oauth::jwt::{self, IdToken};
use crate::oauth::token::Facts;
use crate::oauth::want::{TokenKind, Want};
use crate::platform::files::{self, Stamp};
use crate::platform::{parent, signals};
use crate::profile::Profile;
use crate::profile::store_kind::StoreKind;
use crate::secret::{Fingerprint, Secret};
use crate::store::record::Header;
use crate::store::{Locked, Peek, Store};
use crate::text::printable;
use crate::time::Timestamp;

/// A token that is refused within this many seconds of its birth is refused for another reason than
/// its age, and the next one would be refused, too: no caller can make the server give more than
/// one token in this time.
pub const YOUNG: i64 = 10;

/// The least time for which a key is waited for. A caller's limit is for other processes and the
/// server, and a key is neither.
const KEY_WAIT: Duration = Duration::from_secs(1);

/// How long to wait for another process that stores the session elsewhere, if one does.
const MOVE_WAIT: Duration = Duration::from_millis(500);

/// How often a session may be stored elsewhere while a token of it is asked for.
const MOVES: u32 = 5;

/// A token, with what is known of it and of its session.
pub struct Token {
    peek: Peek,
    kind: TokenKind,
}

impl Token {
    /// The token of this kind.
    ///
    /// # Errors
    /// [`BrokerError::NoIdToken`] when an ID token is wanted and there is none.
    fn new(peek: Peek, kind: TokenKind) -> Result<Self, BrokerError> {
        if kind == TokenKind::Id && peek.id_token.is_none() {
            return Err(BrokerError::NoIdToken);
        }
        Ok(Self { peek, kind })
    }

    /// The kind that was wanted.
    #[must_use]
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The token itself, of the kind that was wanted.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        match (&self.peek.id_token, self.kind) {
            (Some(IdToken(secret)), TokenKind::Id) => secret,
            _ => &self.peek.access.secret,
        }
    }

    /// The token as the value of the header `Authorization` (RFC 6750, section 2.1): its scheme and
    /// itself.
    #[must_use]
    pub fn authorization(&self) -> Zeroizing<String> {
        let scheme = self.facts().scheme();
        Zeroizing::new(format!("{scheme} {}", self.secret().expose()))
    }

    /// The access token's fingerprint, whatever kind was wanted: it names the pair of tokens when
    /// one of them was refused ([`Want::rejected`]).
    #[must_use]
    pub fn access_fingerprint(&self) -> Fingerprint {
        self.peek.access.secret.fingerprint()
    }

    /// The audience of the token, in words for an error, unless it is `wanted`; `None` if it is.
    /// The audience of a token that only its server can read is the one that was asked for.
    #[must_use]
    pub fn other_audience(&self, wanted: &str) -> Option<String> {
        let identity = &self.header().identity;
        let is_asked_for = identity.audience.as_deref() == Some(wanted)
            || identity.resource.iter().any(|resource| resource == wanted);
        match jwt::audience(self.secret().expose()) {
            Some(said) if said.iter().any(|audience| audience == wanted) => None,
            None if self.kind == TokenKind::Access && is_asked_for => None,
            Some(said) => Some(printable(&said.join(", "), 200)),
            None => Some("an audience that it does not name".to_owned()),
        }
    }

    /// What is known of the access token.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.peek.access.facts
    }

    /// What is known of the session.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.peek.header
    }

    /// When the token ends, by this machine's clock; `None` where that is not known.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match (&self.peek.id_token, self.kind) {
            (Some(token), TokenKind::Id) => {
                jwt::expires_at(token).map(|end| self.peek.header.by_local_clock(end))
            }
            _ => self.peek.access.facts.expires_at,
        }
    }

    /// From the token's birth to its end; `None` where that is not known.
    #[must_use]
    pub fn lifetime(&self) -> Option<Duration> {
        match (&self.peek.id_token, self.kind) {
            (Some(IdToken(secret)), TokenKind::Id) => jwt::lifetime(secret.expose()),
            _ => self.peek.access.facts.lifetime(),
        }
    }
}

/// Where a session is stored, as far as the profile says it.
fn place(profile: &Profile) -> (StoreKind, Option<String>, Option<String>) {
    let Profile {
        store,
        lock_dir,
        key_command,
        ..
    } = profile;
    (*store, lock_dir.clone(), key_command.clone())
}

impl Session<'_> {
    /// A token that `want` accepts. Processes that share a record refresh it once. `wait` is how
    /// long to wait for other processes and the server; by default 90 seconds, or 5 where the
    /// stored token lives on meanwhile.
    ///
    /// # Errors
    /// Why there is none.
    pub fn token(&self, want: &Want, wait: Option<Duration>) -> Result<Token, Error> {
        let obtained = match self.stored_or_new(want, wait) {
            Err(error) if error.kind == ErrorKind::Store => {
                self.obtain_after_move(want, wait, error)
            }
            other => other,
        };
        let obtained = obtained.map_err(|error| self.about(self.with_rescued(error)))?;
        match (&obtained.despite, &obtained.rescued) {
            (None, _) => {}
            (Some(error), None) => self.notify(&Event::OldTokenUsed {
                cause: error.to_string(),
            }),
            (Some(error), Some(path)) => self.notify(&Event::RescuedTokenUsed {
                cause: error.to_string(),
                path: path.display().to_string(),
            }),
        }
        Token::new(obtained.peek, want.kind).map_err(|error| self.about(error))
    }

    /// What changes when the record does; `None` where there is none, or it is not seen.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        files::stamp_of(self.store.path())
    }

    /// The stored token of this kind, whether or not it is still good. Asks no server, but may ask
    /// for the key of a sealed record.
    #[must_use]
    pub fn stored_token(&self, kind: TokenKind) -> Option<Token> {
        let peek = self.store.peek_whole().ok()??;
        Token::new(peek, kind).ok()
    }

    /// The store failed, perhaps because another process has stored the session elsewhere since the
    /// profile was read. Tries again as the profile says now. Waiting for the login's lock is
    /// waiting for that process, which holds the lock until the profile names the new place.
    fn obtain_after_move(
        &self,
        want: &Want,
        wait: Option<Duration>,
        mut error: Error,
    ) -> Result<Obtained, Error> {
        let name = self.asked_as.as_deref();
        let mut tried = None;
        for _ in 0..MOVES {
            let before = self.context.session(name)?;
            drop(before.store.lock_login(self.now(), MOVE_WAIT, &mut |_| {}));
            let session = self.context.session(name)?;
            let now = place(&session.profile);
            if tried.as_ref() == Some(&now) {
                break;
            }
            match session.stored_or_new(want, wait) {
                Err(again) if again.kind == ErrorKind::Store => error = again,
                other => return other,
            }
            tried = Some(now);
        }
        Err(error)
    }

    /// A token that will do: the stored one, or a new one.
    fn stored_or_new(&self, want: &Want, wait: Option<Duration>) -> Result<Obtained, Error> {
        let registration = self.profile.registration();
        let policy = Policy {
            patience: wait,
            ..self.policy(&registration)
        };
        let waiting = wait.map(|wait| self.store_within(wait));
        let store = waiting.as_ref().unwrap_or(&self.store);
        let Some(peek) = self.stored(store, want, &policy)? else {
            return self.obtain(store, want, &policy);
        };
        let generation = peek.header.generation;
        self.notify(&Event::GenerationUsed { generation });
        Ok(peek.into())
    }

    /// An error of the store, which names the session that lies elsewhere, if there is one.
    fn with_rescued(&self, error: Error) -> Error {
        let rescued = self.store.rescued();
        match rescued.filter(|_| error.kind == ErrorKind::Store) {
            None => error,
            Some((path, _)) => error.first_hint(format!(
                "the session is in {} for now, in memory: the next call that finds its place in \
                 order brings it home; a reboot ends it",
                path.display()
            )),
        }
    }

    /// The store for a caller that waits only so long, for a key as well.
    fn store_within(&self, wait: Duration) -> Store {
        let limit = wait.max(KEY_WAIT).min(keys::limit(&self.profile));
        let keys = keys::source(self.context, &self.profile, limit);
        self.store.with_keys(keys)
    }

    /// The stored token, if it will do. A record that other users could read is mended.
    fn stored(
        &self,
        store: &Store,
        want: &Want,
        policy: &Policy<'_>,
    ) -> Result<Option<Peek>, BrokerError> {
        if self.profile.store == StoreKind::None {
            return Ok(None);
        }
        let peek = broker::cached(store, want, policy, self.now())?;
        if peek.is_some()
            && let Some(mended) = store.mend_mode()
        {
            self.context.notify(None, &mended);
        }
        Ok(peek)
    }

    /// A token where the stored one will not do: takes the lock, looks again, then asks the server.
    pub(super) fn obtain(
        &self,
        store: &Store,
        want: &Want,
        policy: &Policy<'_>,
    ) -> Result<Obtained, Error> {
        signals::survive_size_limit();
        // Fetched before the lock, for a person may have to type it; and a failure counts only if
        // the server is to be asked.
        let proof = self.proof();
        if self.profile.store == StoreKind::None {
            return self.unsaved(proof?, policy.patience);
        }
        if let Err(unknown) = self.context.locations.state() {
            return self.unkept(&unknown.to_string(), proof?, policy.patience);
        }
        if !self.profile.grant.needs_person() {
            self.ensure_key(store);
        }
        let mut notify = |event: Event| self.notify(&event);
        let began = Instant::now();
        let dispatch = |locked: Locked<'_>, patience: Duration| match &proof {
            Ok(proof) => {
                let caller = Caller {
                    asked_by: parent::chain(),
                    waited: began.elapsed(),
                    was_refused: want.rejected.is_some() && !want.insists,
                };
                let task = Task {
                    caller: &caller,
                    session: self,
                    proof,
                    rejected: want.rejected.as_ref(),
                    patience_is_set: policy.patience.is_some(),
                };
                detached::dispatch(&task, locked, patience)
            }
            Err(error) => Err(BrokerError::Reported(error.report())),
        };
        let clock = &self.context.clock;
        let obtained = broker::obtain(store, want, policy, clock, &mut notify, dispatch);
        match obtained.map_err(Error::from) {
            // What spends nothing may be had although it cannot be kept: a job on a read-only disk
            // has no other way.
            Err(error)
                if error.kind == ErrorKind::Store && !self.profile.grant.spends_refresh_token() =>
            {
                self.unkept(&error.message, proof?, policy.patience)
            }
            other => other,
        }
    }

    /// No person logs in for such a client. Therefore its key is made when it asks for a token.
    fn ensure_key(&self, store: &Store) {
        let limit = keys::limit(&self.profile);
        if let Err(error) = keys::ensure(self.context, &self.profile, store, limit) {
            let cause = error.to_string();
            self.notify(&Event::NoKeyMade { cause });
        }
    }

    /// A token that cannot be saved, for a client that needs no person.
    fn unkept(
        &self,
        cause: &str,
        proof: &Proof,
        patience: Option<Duration>,
    ) -> Result<Obtained, Error> {
        let cause = cause.to_owned();
        self.notify(&Event::TokenNotKept { cause });
        self.unsaved(proof, patience)
    }

    /// A token that is not saved, for a client that needs no person.
    fn unsaved(&self, proof: &Proof, patience: Option<Duration>) -> Result<Obtained, Error> {
        let renewed = refresh::without_record(self, proof, patience)?;
        let registration = self.profile.registration();
        Ok(broker::unsaved_peek(renewed, &self.policy(&registration)).into())
    }
}
