//! What the sandbox knows: clients, codes, devices, families of tokens, the ledger.
//!
//! Deliberately absent: the clock. Time comes in as a value, so that tests choose it.

use std::collections::HashMap;
use std::time::Duration;

use super::clients::Clients;
use super::fault::{Fault, Kind};
use super::{Grace, Ledger, Options, Revokes};
use crate::secret::Secret;
use crate::time::Timestamp;

/// An authorization code (RFC 6749, section 4.1.2), and what a person approved with it.
pub struct Code {
    pub client: String,
    pub redirect_uri: String,
    /// `code_challenge` (RFC 7636, section 4.2), by S256.
    pub challenge: String,
    pub nonce: Option<String>,
    pub user: String,
    pub scope: Vec<String>,
    /// The family that the code was redeemed for, if it was.
    pub family: Option<FamilyId>,
}

/// A device that waits for a person to approve it (RFC 8628).
pub struct Device {
    pub client: String,
    pub user_code: String,
    pub scope: Vec<String>,
    pub expires_at: Timestamp,
    /// The least seconds between two polls.
    pub interval: u64,
    pub last_poll: Option<std::time::Instant>,
    /// What the person decided: the user who approved, or an error if they denied.
    pub decision: Option<Result<String, ()>>,
}

/// The number of a family: its place in [`State::families`].
pub type FamilyId = usize;

/// A login, and what it says of all tokens that come of it.
pub struct Family {
    pub client: String,
    pub user: String,
    pub scope: Vec<String>,
    pub revoked: bool,
    pub nonce: Option<String>,
    /// What ID tokens call this login (`sid`, OpenID Connect Front-Channel Logout 1.0, section 3).
    pub session: String,
}

struct RefreshToken {
    family: FamilyId,
    spent: Option<Spent>,
}

/// When a refresh token was spent, and which tokens that gave.
struct Spent {
    at: Timestamp,
    gave: Pair,
}

struct AccessToken {
    /// `None` for a token of the client credentials grant.
    family: Option<FamilyId>,
    client: String,
    issued_at: Timestamp,
    expires_at: Timestamp,
    is_revoked: bool,
}

/// The tokens that a grant gives.
#[derive(Clone, Debug)]
pub struct Pair {
    pub access: String,
    pub refresh: Option<String>,
    pub family: Option<FamilyId>,
}

/// Everything that the sandbox knows.
#[derive(Default)]
pub struct State {
    pub options: Options,
    pub faults: Vec<Fault>,
    pub ledger: Ledger,
    pub clients: Clients,
    pub codes: HashMap<String, Code>,
    pub devices: HashMap<String, Device>,
    pub families: Vec<Family>,
    refresh_tokens: HashMap<String, RefreshToken>,
    access_tokens: HashMap<String, AccessToken>,
}

impl State {
    pub fn new(options: Options) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// Takes the next fault for `endpoint`, or, at the token endpoint, for this `grant`.
    pub fn next_fault(&mut self, endpoint: &str, grant: &str) -> Option<Kind> {
        let index = self
            .faults
            .iter()
            .position(|fault| fault.at == endpoint || (endpoint == "token" && fault.at == grant))?;
        let fault = &mut self.faults[index];
        let kind = fault.kind.clone();
        fault.times -= 1;
        if fault.times == 0 {
            self.faults.remove(index);
        }
        Some(kind)
    }

    /// Begins a family, with its first tokens.
    pub fn begin_family(
        &mut self,
        client: &str,
        user: &str,
        scope: Vec<String>,
        nonce: Option<String>,
        now: Timestamp,
    ) -> Pair {
        let is_offline = scope.iter().any(|scope| scope == "offline_access");
        self.families.push(Family {
            client: client.to_owned(),
            user: user.to_owned(),
            scope,
            revoked: false,
            nonce,
            session: Secret::random().expose().to_owned(),
        });
        self.ledger.logins += 1;
        self.issue_pair(self.families.len() - 1, is_offline, now)
    }

    /// Gives an access token to a client that asks for itself.
    pub fn issue_client_token(&mut self, client: &str, now: Timestamp) -> Pair {
        self.ledger.client_credentials += 1;
        Pair {
            access: self.issue_access_token(None, client, now),
            refresh: None,
            family: None,
        }
    }

    /// Spends a refresh token. `None` means that the answer is `invalid_grant`.
    pub fn spend(&mut self, token: &str, client: &str, now: Timestamp) -> Option<Pair> {
        let Some(known) = self.refresh_tokens.get(token) else {
            self.ledger.refused += 1;
            return None;
        };
        let id = known.family;
        let family = &self.families[id];
        if family.revoked || family.client != client {
            self.ledger.refused += 1;
            return None;
        }
        if known.spent.is_some() {
            return self.spend_again(token, id, now);
        }
        self.ledger.refreshes += 1;
        if self.options.access_dies_on_refresh {
            self.revoke_access_tokens(id);
        }
        let mut pair = self.issue_pair(id, self.options.rotate, now);
        if self.options.rotate {
            self.mark_spent(token, &pair, now);
        } else if self.options.repeats {
            pair.refresh = Some(token.to_owned());
        }
        Some(pair)
    }

    /// Spends a refresh token that was spent before: the grace allows it, or the family ends.
    fn spend_again(&mut self, token: &str, family: FamilyId, now: Timestamp) -> Option<Pair> {
        let spent = self.refresh_tokens.get(token)?.spent.as_ref()?;
        let gave = spent.gave.clone();
        let age = now.seconds_since(spent.at);
        let is_in_time = age >= 0 && age.unsigned_abs() <= self.options.grace_interval.as_secs();
        // The grace is for the token before the newest, and only while the newest is unused.
        let newest = gave.refresh.as_ref();
        let newest = newest.and_then(|newest| self.refresh_tokens.get(newest));
        let newest_is_unused = newest.is_some_and(|newest| newest.spent.is_none());
        if self.options.grace == Grace::None || !is_in_time || !newest_is_unused {
            self.ledger.reuses += 1;
            if self.options.reuse_ends_family {
                self.ledger.families_revoked += 1;
                self.end_family(family);
            }
            return None;
        }
        self.ledger.forgiven += 1;
        if self.options.grace == Grace::SamePair {
            return Some(gave);
        }
        if self.options.grace == Grace::LatestWins {
            self.withdraw(&gave);
        }
        let pair = self.issue_pair(family, true, now);
        self.mark_spent(token, &pair, now);
        Some(pair)
    }

    fn mark_spent(&mut self, token: &str, gave: &Pair, now: Timestamp) {
        if let Some(refresh) = self.refresh_tokens.get_mut(token) {
            refresh.spent = Some(Spent {
                at: now,
                gave: gave.clone(),
            });
        }
    }

    /// Makes both tokens of a pair useless, without ending their family.
    fn withdraw(&mut self, pair: &Pair) {
        if let Some(refresh) = &pair.refresh {
            self.refresh_tokens.remove(refresh);
        }
        if let Some(access) = self.access_tokens.get_mut(&pair.access) {
            access.is_revoked = true;
        }
    }

    fn issue_pair(&mut self, family: FamilyId, with_refresh: bool, now: Timestamp) -> Pair {
        let client = self.families[family].client.clone();
        Pair {
            access: self.issue_access_token(Some(family), &client, now),
            refresh: with_refresh.then(|| self.issue_refresh_token(family)),
            family: Some(family),
        }
    }

    fn issue_refresh_token(&mut self, family: FamilyId) -> String {
        let token = format!("rt-{}", Secret::random().expose());
        let known = RefreshToken {
            family,
            spent: None,
        };
        self.refresh_tokens.insert(token.clone(), known);
        token
    }

    fn issue_access_token(
        &mut self,
        family: Option<FamilyId>,
        client: &str,
        now: Timestamp,
    ) -> String {
        let token = format!("at-{}", Secret::random().expose());
        let expires_at = now.after(self.options.access_ttl.max(Duration::from_secs(1)));
        let known = AccessToken {
            family,
            client: client.to_owned(),
            issued_at: now,
            expires_at,
            is_revoked: false,
        };
        self.access_tokens.insert(token.clone(), known);
        token
    }

    fn revoke_access_tokens(&mut self, family: FamilyId) {
        for access in self.access_tokens.values_mut() {
            if access.family == Some(family) {
                access.is_revoked = true;
            }
        }
    }

    /// Ends a family, with everything that came of it.
    pub fn end_family(&mut self, family: FamilyId) {
        self.families[family].revoked = true;
        self.revoke_access_tokens(family);
    }

    /// Ends every family.
    pub fn revoke_everything(&mut self) {
        for family in 0..self.families.len() {
            self.end_family(family);
        }
    }

    /// Revokes a token of either kind (RFC 7009). A refresh token takes its family with it.
    pub fn revoke(&mut self, token: &str) {
        self.ledger.revocations += 1;
        if self.options.revokes == Revokes::Nothing {
            return;
        }
        if let Some(family) = self.refresh_tokens.get(token).map(|known| known.family) {
            self.families[family].revoked = true;
            if self.options.revokes == Revokes::All {
                self.revoke_access_tokens(family);
            }
        }
        let access = self.access_tokens.get_mut(token);
        if let Some(access) = access.filter(|_| self.options.revokes == Revokes::All) {
            access.is_revoked = true;
        }
    }

    /// Ends the login that an ID token names by its session, as a logout in the browser does.
    pub fn log_out(&mut self, session: &str) {
        self.ledger.logouts += 1;
        let family = self
            .families
            .iter()
            .position(|known| known.session == session);
        if let Some(family) = family.filter(|_| self.options.logout_ends_family) {
            self.end_family(family);
        }
    }

    /// How many logins have not ended.
    pub fn open_families(&self) -> usize {
        self.families
            .iter()
            .filter(|family| !family.revoked)
            .count()
    }

    /// The user, or the client, that a good access token belongs to. `None` for a token that is
    /// unknown, expired or revoked.
    pub fn owner(&self, token: &str, now: Timestamp) -> Option<&str> {
        let access = self.access_tokens.get(token)?;
        if access.is_revoked || now >= access.expires_at {
            return None;
        }
        match access.family {
            Some(family) => Some(&self.families[family].user),
            None => Some(&access.client),
        }
    }

    /// How long an access token lives: from when, and until when.
    pub fn life_of(&self, token: &str) -> Option<(Timestamp, Timestamp)> {
        let access = self.access_tokens.get(token)?;
        Some((access.issued_at, access.expires_at))
    }

    /// Whether a refresh token would be accepted.
    pub fn is_active(&self, refresh: &str) -> bool {
        self.refresh_tokens.get(refresh).is_some_and(|refresh| {
            refresh.spent.is_none() && !self.families[refresh.family].revoked
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(grace: Grace) -> (State, String) {
        let mut state = State::new(Options {
            grace,
            ..Options::default()
        });
        let pair = state.begin_family(
            "c",
            "u",
            vec!["offline_access".to_owned()],
            None,
            Timestamp(0),
        );
        (state, pair.refresh.expect("offline"))
    }

    fn spend(state: &mut State, token: &str, at: i64) -> Option<String> {
        state
            .spend(token, "c", Timestamp(at))
            .and_then(|pair| pair.refresh)
    }

    #[test]
    fn reuse_ends_the_family_and_its_access_tokens() {
        let (mut state, first) = state(Grace::None);
        let pair = state.spend(&first, "c", Timestamp(1)).expect("good");
        assert!(state.owner(&pair.access, Timestamp(2)).is_some());
        assert!(spend(&mut state, &first, 2).is_none());
        assert!(
            spend(&mut state, &pair.refresh.expect("rotated"), 3).is_none(),
            "the newest died with the family"
        );
        assert!(state.owner(&pair.access, Timestamp(3)).is_none());
        assert_eq!(
            (
                state.ledger.reuses,
                state.ledger.families_revoked,
                state.ledger.refused
            ),
            (1, 1, 1)
        );
    }

    #[test]
    fn each_grace_forgives_in_its_own_way_and_for_its_time_only() {
        for grace in [Grace::NewPair, Grace::SamePair, Grace::LatestWins] {
            let (mut state, first) = state(grace);
            let second = spend(&mut state, &first, 1).expect("good");
            let again = spend(&mut state, &first, 20).expect("forgiven");
            assert_eq!(second == again, grace == Grace::SamePair, "{grace:?}");
            assert_eq!(
                state.is_active(&second),
                grace != Grace::LatestWins,
                "{grace:?}"
            );
            assert!(
                spend(&mut state, &first, 100).is_none(),
                "{grace:?}: too late"
            );
            assert_eq!(state.ledger.reuses, 1, "{grace:?}");
        }
    }

    #[test]
    fn the_token_before_the_previous_is_never_forgiven() {
        let (mut state, first) = state(Grace::NewPair);
        let second = spend(&mut state, &first, 1).expect("good");
        spend(&mut state, &second, 2).expect("good");
        assert!(spend(&mut state, &first, 3).is_none());
        assert_eq!(state.ledger.families_revoked, 1);
    }
}
