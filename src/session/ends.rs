//! When a session ends by itself, so that a person has to log in again: by what the server said,
//! else by what is known of such servers.

use std::time::Duration;

use crate::provider::Provider;
use crate::store::Peek;
use crate::store::record::Header;
use crate::store::seal::Summary;
use crate::time::Timestamp;

/// By how many seconds two ends may differ that are the same one.
const SAME: i64 = 60;

/// An end that is known beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// When the session ends.
    pub at: Timestamp,
    /// Whether that is so whatever is refreshed until then. If not, a refresh puts the end off.
    pub is_firm: bool,
    /// Whether the server said so. If not, it is what is known of the provider.
    pub is_said: bool,
}

/// What the end of a session follows from.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    logged_in_at: Timestamp,
    /// When the tokens came that are stored.
    refreshed_at: Timestamp,
    access_expires_at: Option<Timestamp>,
    refresh_expires_at: Option<Timestamp>,
    session_expires_at: Option<Timestamp>,
    renewable: bool,
    is_of_person: bool,
}

impl Life {
    fn new(header: &Header, refreshed_at: Timestamp) -> Self {
        Self {
            logged_in_at: header.logged_in_at,
            refreshed_at,
            access_expires_at: None,
            refresh_expires_at: None,
            session_expires_at: None,
            renewable: false,
            is_of_person: header.is_of_person(),
        }
    }

    /// The life of a session as it was read or has just been saved.
    #[must_use]
    pub fn of_peek(peek: &Peek) -> Self {
        Self {
            access_expires_at: peek.access.facts.expires_at,
            refresh_expires_at: peek.refresh_expires_at,
            session_expires_at: peek.session_expires_at,
            renewable: peek.renewable,
            ..Self::new(&peek.header, peek.access.facts.obtained_at)
        }
    }

    /// The life of a session as it is seen without its key.
    #[must_use]
    pub fn of_summary(summary: &Summary) -> Self {
        Self {
            access_expires_at: summary.access.facts.expires_at,
            refresh_expires_at: summary.refresh_expires_at,
            session_expires_at: summary.session_expires_at,
            renewable: summary.renewable,
            ..Self::new(&summary.header, summary.access.facts.obtained_at)
        }
    }

    /// The first end that is known; `None` where none is, or no person takes part.
    #[must_use]
    pub fn end(&self, provider: &Provider) -> Option<End> {
        if !self.is_of_person {
            return None;
        }
        if !self.renewable {
            return said(self.access_expires_at, true);
        }
        let after = |from: Timestamp, life: Option<Duration>, is_firm| {
            let at = from.after(life?);
            let is_said = false;
            Some(End {
                at,
                is_firm,
                is_said,
            })
        };
        let idle = provider
            .idle_life
            .filter(|_| self.refresh_expires_at.is_none());
        let whole = provider
            .absolute_life
            .filter(|_| self.session_expires_at.is_none());
        let all = [
            said(self.session_expires_at, true),
            said(self.refresh_expires_at, false),
            after(self.logged_in_at, whole, true),
            after(self.refreshed_at, idle, false),
        ];
        all.into_iter().flatten().min_by_key(|end| end.at)
    }

    /// The end of a session that has just been refreshed, as it will be whatever is refreshed from
    /// now on. `before`: when the refresh token ended that was spent. One that ends no later was
    /// not put off by the refresh.
    #[must_use]
    pub fn end_after_refresh(&self, before: Option<Timestamp>, provider: &Provider) -> Option<End> {
        let end = self.end(provider)?;
        let was_put_off = match (before, self.refresh_expires_at) {
            (Some(before), Some(now)) => now.0 > before.0.saturating_add(SAME),
            _ => true,
        };
        let is_fixed = !was_put_off && end.is_said;
        (end.is_firm || is_fixed).then_some(End {
            is_firm: true,
            ..end
        })
    }

    /// How long before its end the user is warned: as long as they want, but not in the first four
    /// fifths of the session.
    #[must_use]
    pub fn warning_time(&self, end: End, wanted: Duration) -> Duration {
        let whole = end.at.remaining(self.logged_in_at);
        wanted.min(whole / 5)
    }
}

fn said(at: Option<Timestamp>, is_firm: bool) -> Option<End> {
    let is_said = true;
    at.map(|at| End {
        at,
        is_firm,
        is_said,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Life = Life {
        logged_in_at: Timestamp(1000),
        refreshed_at: Timestamp(2000),
        access_expires_at: Some(Timestamp(2300)),
        refresh_expires_at: None,
        session_expires_at: None,
        renewable: true,
        is_of_person: true,
    };

    fn provider(idle: Option<u64>, whole: Option<u64>) -> Provider {
        Provider {
            idle_life: idle.map(Duration::from_secs),
            absolute_life: whole.map(Duration::from_secs),
            ..Provider::default()
        }
    }

    fn end(at: i64, is_firm: bool, is_said: bool) -> End {
        End {
            at: Timestamp(at),
            is_firm,
            is_said,
        }
    }

    #[test]
    fn the_first_known_end_counts_and_the_servers_word_before_the_provider_s() {
        let said = Life {
            refresh_expires_at: Some(Timestamp(9000)),
            ..LIFE
        };
        let whole = Life {
            session_expires_at: Some(Timestamp(8000)),
            ..said
        };
        assert_eq!(LIFE.end(&provider(None, None)), None);
        assert_eq!(
            LIFE.end(&provider(Some(500), None)),
            Some(end(2500, false, false))
        );
        assert_eq!(
            LIFE.end(&provider(Some(5000), Some(1500))),
            Some(end(2500, true, false))
        );
        assert_eq!(
            said.end(&provider(Some(500), None)),
            Some(end(9000, false, true))
        );
        assert_eq!(
            whole.end(&provider(None, Some(10))),
            Some(end(8000, true, true))
        );
        let unrenewable = Life {
            renewable: false,
            ..LIFE
        };
        assert_eq!(
            unrenewable.end(&provider(None, None)),
            Some(end(2300, true, true))
        );
        let machine = Life {
            is_of_person: false,
            ..LIFE
        };
        assert_eq!(machine.end(&provider(Some(1), Some(1))), None);
    }

    #[test]
    fn what_a_refresh_puts_off_is_no_end_to_warn_of() {
        let said = Life {
            refresh_expires_at: Some(Timestamp(9000)),
            ..LIFE
        };
        let after = |before| said.end_after_refresh(before, &provider(None, None));
        assert_eq!(after(Some(Timestamp(8000))), None, "it was put off");
        assert_eq!(after(Some(Timestamp(9001))), Some(end(9000, true, true)));
        assert_eq!(after(None), None, "that is not known yet");
    }

    #[test]
    fn the_first_four_fifths_pass_without_a_warning() {
        let end = end(2000, true, true);
        let time = |wanted| LIFE.warning_time(end, Duration::from_secs(wanted));
        assert_eq!(time(100), Duration::from_secs(100));
        assert_eq!(time(100_000), Duration::from_secs(200));
    }
}
