//! What a caller accepts: the one predicate that decides whether the stored token is handed out or
//! a refresh is needed.

use std::time::Duration;

use super::scope;
use super::token::{AccessToken, Facts};
use crate::secret::Fingerprint;
use crate::time::Timestamp;

/// How much of a token's life is left when it is refreshed; a tenth of the life, if that is less.
pub const LATE_MARGIN: Duration = Duration::from_secs(60);

/// How much of a token's life is left when it is refreshed, where a refresh ends the life of the
/// old token, which another process may be using: as little as possible, with time to reach the
/// server.
pub const LAST_MARGIN: Duration = Duration::from_secs(10);

/// A clock that stands this many seconds before the moment at which the token was obtained was set
/// back. A smaller difference arises between two processes that read the clock at different
/// moments.
const SET_BACK: i64 = 5;

/// A token without a known end satisfies a demanded life only while it is younger than this, in
/// seconds.
const UNKNOWN_IS_YOUNG: i64 = 60;

/// Which token of a session a caller gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenKind {
    /// The access token (RFC 6749, section 1.4), for an API.
    #[default]
    Access,
    /// The ID token (OpenID Connect Core 1.0, section 2), for a program that has to know which
    /// user has logged in.
    Id,
}

impl TokenKind {
    /// Both kinds with the names that the configuration gives them.
    pub const ALL: &[(&str, TokenKind)] = &[
        ("access_token", TokenKind::Access),
        ("id_token", TokenKind::Id),
    ];

    /// The name that the configuration gives this kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(name, _)| name)
    }
}

/// What a caller asks of a token.
#[derive(Clone, Debug)]
pub struct Want {
    /// Which token of the session the caller gets. [`Want::accepts`] and [`Want::tolerates`] do not
    /// read it: they judge the access token. The life of an ID token is read from its claims where
    /// it is handed out.
    pub kind: TokenKind,
    /// How long the token must live on. `None` leaves it to `margin`, or a tenth of the life if
    /// that is less.
    pub min_ttl: Option<Duration>,
    /// How much has to be left of a long life when the caller demands none: [`LATE_MARGIN`] or
    /// [`LAST_MARGIN`].
    pub margin: Duration,
    /// Scopes that the token must have.
    pub scopes: Vec<String>,
    /// The token that an API has just refused: any other one is accepted, this one is not.
    pub rejected: Option<Fingerprint>,
    /// Whether the server is asked although a refresh has just failed.
    pub insists: bool,
}

impl Default for Want {
    fn default() -> Self {
        Self {
            kind: TokenKind::default(),
            min_ttl: None,
            margin: LATE_MARGIN,
            scopes: vec![],
            rejected: None,
            insists: false,
        }
    }
}

impl Want {
    /// Whether the caller accepts `token` at `now`, so that no refresh is needed.
    #[must_use]
    pub fn accepts(&self, token: &AccessToken, now: Timestamp) -> bool {
        !self.rejects(token)
            && scope::missing(&self.scopes, &token.facts.scope).is_empty()
            && self.lives_on(&token.facts, now)
    }

    /// Whether `token` is better than none at `now`: it is handed out, with a warning, when a
    /// refresh fails.
    #[must_use]
    pub fn tolerates(&self, token: &AccessToken, now: Timestamp) -> bool {
        !self.rejects(token)
            && scope::missing(&self.scopes, &token.facts.scope).is_empty()
            && token.facts.may_live(now)
    }

    /// Whether a token with a life of `lifetime` can live for as long as the caller demands. If
    /// not, nine tenths of that life are demanded instead, so that an impossible demand costs a
    /// refresh now and then and not one for each call.
    #[must_use]
    pub fn attainable(&self, lifetime: Duration) -> bool {
        self.min_ttl.is_none_or(|asked| asked <= lifetime / 10 * 9)
    }

    /// Whether `token` is the one that an API has refused.
    #[must_use]
    pub fn rejects(&self, token: &AccessToken) -> bool {
        self.rejected
            .as_ref()
            .is_some_and(|refused| *refused == token.secret.fingerprint())
    }

    fn lives_on(&self, token: &Facts, now: Timestamp) -> bool {
        if now.seconds_since(token.obtained_at) < -SET_BACK {
            // The clock was set back since, so that it does not tell the token's age. One refresh
            // sets the record right.
            return false;
        }
        match (token.expires_at, token.lifetime()) {
            (Some(end), Some(lifetime)) => end.remaining(now) > self.margin(lifetime),
            _ => self.min_ttl.is_none() || now.seconds_since(token.obtained_at) < UNKNOWN_IS_YOUNG,
        }
    }

    /// How much has to be left of a life of `lifetime`.
    #[must_use]
    pub fn margin(&self, lifetime: Duration) -> Duration {
        match self.min_ttl {
            None => self.margin.min(lifetime / 10),
            Some(asked) => asked.min(lifetime / 10 * 9),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::token::Expiry;
    use crate::secret::Secret;

    fn token(obtained: i64, life: Option<i64>) -> AccessToken {
        AccessToken {
            secret: Secret::new("token".to_owned()),
            facts: Facts {
                token_type: "Bearer".to_owned(),
                obtained_at: Timestamp(obtained),
                expires_at: life.map(|life| Timestamp(obtained + life)),
                expiry: if life.is_some() {
                    Expiry::Server
                } else {
                    Expiry::Unknown
                },
                scope: vec!["read".to_owned()],
            },
        }
    }

    #[test]
    fn an_hour_long_token_is_refreshed_in_its_last_minute_and_not_before() {
        let want = Want::default();
        let token = token(0, Some(3600));
        assert!(want.accepts(&token, Timestamp(3539)));
        assert!(!want.accepts(&token, Timestamp(3540)));
        assert!(want.tolerates(&token, Timestamp(3599)));
        assert!(!want.tolerates(&token, Timestamp(3600)));
    }

    #[test]
    fn where_a_refresh_kills_the_old_token_it_waits_for_the_last_moment() {
        let want = Want {
            margin: LAST_MARGIN,
            ..Want::default()
        };
        let token = token(0, Some(3600));
        assert!(want.accepts(&token, Timestamp(3589)));
        assert!(!want.accepts(&token, Timestamp(3590)));
    }

    #[test]
    fn a_short_token_is_refreshed_in_its_last_tenth() {
        let want = Want::default();
        let token = token(0, Some(20));
        assert!(want.accepts(&token, Timestamp(17)));
        assert!(!want.accepts(&token, Timestamp(18)));
    }

    #[test]
    fn an_impossible_minimum_asks_for_nine_tenths() {
        let want = Want {
            min_ttl: Some(Duration::from_secs(600)),
            ..Want::default()
        };
        assert!(!want.attainable(Duration::from_secs(100)));
        assert!(want.accepts(&token(0, Some(100)), Timestamp(5)));
        assert!(!want.accepts(&token(0, Some(100)), Timestamp(15)));
    }

    #[test]
    fn unknown_expiry_is_a_third_state() {
        let token = token(0, None);
        assert!(Want::default().accepts(&token, Timestamp(1_000_000)));
        let demanding = Want {
            min_ttl: Some(Duration::from_secs(300)),
            ..Want::default()
        };
        assert!(demanding.accepts(&token, Timestamp(59)));
        assert!(!demanding.accepts(&token, Timestamp(60)));
    }

    #[test]
    fn the_refused_token_will_not_do_and_any_other_will() {
        let refused = Want {
            rejected: Some(Fingerprint::of("token")),
            ..Want::default()
        };
        assert!(!refused.accepts(&token(0, Some(3600)), Timestamp(1)));
        assert!(!refused.tolerates(&token(0, Some(3600)), Timestamp(1)));
        let other = Want {
            rejected: Some(Fingerprint::of("an older one")),
            ..Want::default()
        };
        assert!(other.accepts(&token(0, Some(3600)), Timestamp(1)));
    }

    #[test]
    fn a_missing_scope_is_not_tolerated() {
        let want = Want {
            scopes: vec!["write".to_owned()],
            ..Want::default()
        };
        assert!(!want.accepts(&token(0, Some(3600)), Timestamp(1)));
        assert!(!want.tolerates(&token(0, Some(3600)), Timestamp(1)));
    }

    #[test]
    fn a_clock_set_back_asks_for_one_refresh_and_does_not_declare_the_token_dead() {
        let token = token(10_000, Some(3600));
        assert!(!Want::default().accepts(&token, Timestamp(6_400)));
        assert!(Want::default().tolerates(&token, Timestamp(6_400)));
    }
}
