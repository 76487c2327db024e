//! What the sandbox knows: codes, families of tokens, the ledger. Pure: time comes in as a value.

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;

use super::fault::{Fault, Kind};
use super::{Grace, Options};
use crate::secret::Secret;
use crate::time::Timestamp;

/// What has happened since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Requests to the token endpoint.
    pub token_requests: u64,
    /// Sessions begun, by an authorization code or a device code.
    pub logins: u64,
    /// Tokens given to clients that speak for themselves.
    pub client_credentials: u64,
    /// Refreshes that spent a refresh token, or, without rotation, used one.
    pub refreshes: u64,
    /// Spent refresh tokens that were forgiven within the grace.
    pub forgiven: u64,
    /// Spent refresh tokens that were not.
    pub reuses: u64,
    /// Families that ended because of a reuse.
    pub families_revoked: u64,
    /// Refresh tokens of ended families, or unknown ones.
    pub refused: u64,
    /// Revocations asked for (RFC 7009).
    pub revocations: u64,
    /// Requests to the protected resource that were let in.
    pub resource_ok: u64,
    /// Requests to the protected resource that were not.
    pub resource_denied: u64,
}

/// An authorization that a person gave and nobody has redeemed yet.
pub struct Code {
    pub client: String,
    pub redirect_uri: String,
    pub challenge: String,
    pub nonce: Option<String>,
    pub user: String,
    pub scope: Vec<String>,
    pub family: Option<u64>,
}

/// A device that waits for a person.
pub struct Device {
    pub client: String,
    pub user_code: String,
    pub scope: Vec<String>,
    pub expires_at: Timestamp,
    pub interval: u64,
    pub last_poll: Option<std::time::Instant>,
    pub decision: Option<Result<String, ()>>,
}

/// All tokens that came of one login.
pub struct Family {
    pub client: String,
    pub user: String,
    pub scope: Vec<String>,
    pub revoked: bool,
    pub nonce: Option<String>,
}

struct Refresh {
    family: u64,
    spent: Option<Spent>,
}

struct Spent {
    at: Timestamp,
    gave: Pair,
}

struct Access {
    family: Option<u64>,
    client: String,
    expires_at: Timestamp,
    dead: bool,
}

/// What a grant gives.
#[derive(Clone, Debug)]
pub struct Pair {
    pub access: String,
    pub refresh: Option<String>,
    pub family: Option<u64>,
}

/// Everything that the sandbox knows.
pub struct State {
    pub options: Options,
    pub faults: Vec<Fault>,
    pub ledger: Ledger,
    pub codes: HashMap<String, Code>,
    pub devices: HashMap<String, Device>,
    pub families: Vec<Family>,
    refresh: HashMap<String, Refresh>,
    access: HashMap<String, Access>,
}

impl State {
    pub fn new(options: Options) -> Self {
        Self {
            options,
            faults: vec![],
            ledger: Ledger::default(),
            codes: HashMap::new(),
            devices: HashMap::new(),
            families: vec![],
            refresh: HashMap::new(),
            access: HashMap::new(),
        }
    }

    /// Takes the next fault that is meant for `endpoint` (or, for the token endpoint, its grant).
    pub fn next_fault(&mut self, endpoint: &str, grant: &str) -> Option<Kind> {
        let meant =
            |fault: &Fault| fault.at == endpoint || (endpoint == "token" && fault.at == grant);
        let index = self.faults.iter().position(meant)?;
        let fault = &mut self.faults[index];
        let kind = fault.kind.clone();
        fault.times -= 1;
        if fault.times == 0 {
            self.faults.remove(index);
        }
        Some(kind)
    }

    /// Begins a family and gives its first pair.
    pub fn begin(
        &mut self,
        client: &str,
        user: &str,
        scope: Vec<String>,
        nonce: Option<String>,
        now: Timestamp,
    ) -> Pair {
        let offline = scope.iter().any(|scope| scope == "offline_access");
        self.families.push(Family {
            client: client.to_owned(),
            user: user.to_owned(),
            scope,
            revoked: false,
            nonce,
        });
        let family = self.families.len() as u64 - 1;
        self.ledger.logins += 1;
        self.give(family, offline, now)
    }

    /// Gives a token to a client that speaks for itself.
    pub fn give_client(&mut self, client: &str, now: Timestamp) -> Pair {
        self.ledger.client_credentials += 1;
        let access = self.new_access(None, client, now);
        Pair {
            access,
            refresh: None,
            family: None,
        }
    }

    /// Spends a refresh token. `None` is `invalid_grant`.
    pub fn spend(&mut self, token: &str, client: &str, now: Timestamp) -> Option<Pair> {
        let known = self
            .refresh
            .get(token)
            .map(|refresh| (refresh.family, refresh.spent.is_some()));
        let Some((family, spent)) = known else {
            self.ledger.refused += 1;
            return None;
        };
        let owner = &self.families[usize::try_from(family).unwrap_or(0)];
        if owner.revoked || owner.client != client {
            self.ledger.refused += 1;
            return None;
        }
        if spent {
            return self.spend_again(token, family, now);
        }
        self.ledger.refreshes += 1;
        if self.options.access_dies_on_refresh {
            self.access
                .values_mut()
                .filter(|access| access.family == Some(family))
                .for_each(|access| access.dead = true);
        }
        let pair = self.give(family, self.options.rotate, now);
        if self.options.rotate
            && let Some(refresh) = self.refresh.get_mut(token)
        {
            refresh.spent = Some(Spent {
                at: now,
                gave: pair.clone(),
            });
        }
        Some(pair)
    }

    fn spend_again(&mut self, token: &str, family: u64, now: Timestamp) -> Option<Pair> {
        let spent = self
            .refresh
            .get(token)
            .and_then(|refresh| refresh.spent.as_ref())?;
        let (gave, age) = (spent.gave.clone(), now.seconds_since(spent.at));
        let in_time = age >= 0 && age.unsigned_abs() <= self.options.grace_interval.as_secs();
        // Only the token before the newest is forgiven, and only while the newest is unused.
        let successor = gave
            .refresh
            .as_ref()
            .and_then(|next| self.refresh.get(next));
        let directly_before = successor.is_some_and(|next| next.spent.is_none());
        if self.options.grace == Grace::None || !in_time || !directly_before {
            self.ledger.reuses += 1;
            self.ledger.families_revoked += 1;
            self.end(family);
            return None;
        }
        self.ledger.forgiven += 1;
        if self.options.grace == Grace::SamePair {
            return Some(gave);
        }
        if self.options.grace == Grace::LatestWins {
            gave.refresh.as_ref().map(|next| self.refresh.remove(next));
            self.access
                .get_mut(&gave.access)
                .into_iter()
                .for_each(|access| access.dead = true);
        }
        let pair = self.give(family, true, now);
        if let Some(refresh) = self.refresh.get_mut(token) {
            refresh.spent = Some(Spent {
                at: now,
                gave: pair.clone(),
            });
        }
        Some(pair)
    }

    fn give(&mut self, family: u64, with_refresh: bool, now: Timestamp) -> Pair {
        let client = self.families[usize::try_from(family).unwrap_or(0)]
            .client
            .clone();
        let access = self.new_access(Some(family), &client, now);
        let refresh = with_refresh.then(|| {
            let token = format!("rt-{}", Secret::random().expose());
            self.refresh.insert(
                token.clone(),
                Refresh {
                    family,
                    spent: None,
                },
            );
            token
        });
        Pair {
            access,
            refresh,
            family: Some(family),
        }
    }

    fn new_access(&mut self, family: Option<u64>, client: &str, now: Timestamp) -> String {
        let token = format!("at-{}", Secret::random().expose());
        let expires_at = now.after(self.options.access_ttl.max(Duration::from_secs(1)));
        self.access.insert(
            token.clone(),
            Access {
                family,
                client: client.to_owned(),
                expires_at,
                dead: false,
            },
        );
        token
    }

    /// Ends a family with everything that came of it.
    pub fn end(&mut self, family: u64) {
        self.families[usize::try_from(family).unwrap_or(0)].revoked = true;
        self.access
            .values_mut()
            .filter(|access| access.family == Some(family))
            .for_each(|access| access.dead = true);
    }

    /// Ends every family.
    pub fn revoke_everything(&mut self) {
        for family in 0..self.families.len() as u64 {
            self.end(family);
        }
    }

    /// Revokes a token of either kind (RFC 7009): a refresh token takes its family along.
    pub fn revoke(&mut self, token: &str) {
        self.ledger.revocations += 1;
        if let Some(family) = self.refresh.get(token).map(|refresh| refresh.family) {
            self.end(family);
        }
        if let Some(access) = self.access.get_mut(token) {
            access.dead = true;
        }
    }

    /// Who an access token belongs to, if it is alive: the family's user, or the client itself.
    pub fn owner(&self, token: &str, now: Timestamp) -> Option<(String, Option<&Family>)> {
        let access = self
            .access
            .get(token)
            .filter(|access| !access.dead && now < access.expires_at)?;
        let family = access
            .family
            .map(|family| &self.families[usize::try_from(family).unwrap_or(0)]);
        Some((
            family.map_or_else(|| access.client.clone(), |family| family.user.clone()),
            family,
        ))
    }

    /// Whether a refresh token would be taken.
    pub fn is_active(&self, refresh: &str) -> bool {
        self.refresh.get(refresh).is_some_and(|refresh| {
            refresh.spent.is_none()
                && !self.families[usize::try_from(refresh.family).unwrap_or(0)].revoked
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
        let pair = state.begin(
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
