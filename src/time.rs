//! Time as a value.
//!
//! A [`Timestamp`] is a count of seconds since 1970 in UTC and nothing else. The wall clock is read
//! in one place, by [`Clock`]. Everything below floor 4 is given its time as an argument.
//!
//! Tried and rejected: to read the wall clock once, and to count from there by the monotonic clock.
//! That clock stands still while a laptop sleeps, and a process that waited for a lock meanwhile
//! handed out a token that had expired hours ago.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The first second that RFC 3339 cannot write.
const YEAR_10000: i64 = 253_402_300_800;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The point in time `duration` later, or the greatest timestamp if that would overflow.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(whole_seconds(duration)))
    }

    /// The seconds from `earlier` until this point; negative if this point comes first.
    #[must_use]
    pub fn seconds_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// How long from `now` until this point; zero if it has passed.
    #[must_use]
    pub fn remaining(self, now: Timestamp) -> Duration {
        Duration::from_secs(u64::try_from(self.seconds_since(now)).unwrap_or(0))
    }

    fn system_time(self) -> Option<SystemTime> {
        let distance = Duration::from_secs(self.0.unsigned_abs());
        if self.0 >= 0 {
            UNIX_EPOCH.checked_add(distance)
        } else {
            UNIX_EPOCH.checked_sub(distance)
        }
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(match time.duration_since(UNIX_EPOCH) {
            Ok(after) => whole_seconds(after),
            Err(error) => -whole_seconds(error.duration()),
        })
    }
}

fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// RFC 3339 in UTC: `2026-11-21T09:30:00Z`. Outside the years 1970 to 9999 the bare count of
/// seconds is shown.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.system_time() {
            Some(time) if (0..YEAR_10000).contains(&self.0) => {
                write!(f, "{}", humantime::format_rfc3339_seconds(time))
            }
            _ => write!(f, "@{}", self.0),
        }
    }
}

/// A point in time to the millisecond, for what is told about afterwards. As text, RFC 3339 in UTC:
/// `2026-11-21T09:30:00.125Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(SystemTime);

impl Moment {
    /// The same point, in whole seconds.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        self.0.into()
    }

    /// The point so long before.
    #[must_use]
    pub fn before(self, ago: Duration) -> Self {
        let earlier = self.0.checked_sub(ago);
        Self(earlier.unwrap_or(UNIX_EPOCH).max(UNIX_EPOCH))
    }

    /// Reads what `Display` has written; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        humantime::parse_rfc3339(text).ok().map(Self)
    }
}

impl From<Timestamp> for Moment {
    /// A time that the system cannot tell counts as 1970.
    fn from(time: Timestamp) -> Self {
        Self(time.system_time().unwrap_or(UNIX_EPOCH))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", humantime::format_rfc3339_millis(self.0))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a time"))
    }
}

/// The wall clock. It is passed to functions that have to know the time more than once.
#[derive(Clone, Copy, Debug)]
pub struct Clock;

impl Clock {
    /// The time by this clock.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the room that the fence names"
    )]
    pub fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }

    /// The time by this clock, to the millisecond. A clock that stands before 1970, or after the
    /// year 9999, is not told.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the room that the fence names"
    )]
    pub fn moment(&self) -> Moment {
        let now = SystemTime::now();
        if (0..YEAR_10000).contains(&Timestamp::from(now).0) {
            Moment(now)
        } else {
            Moment(UNIX_EPOCH)
        }
    }
}

/// Reads a length of time as people write it: `90s`, `5m`, `1h 30m`, or bare seconds.
///
/// # Errors
/// When it is not one, or longer than a century. The message says what was expected, and does not
/// repeat `text`.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    const CENTURY: Duration = Duration::from_secs(3_155_760_000);
    let length = match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text).ok(),
    };
    let length = length.filter(|length| *length <= CENTURY);
    length.ok_or_else(|| "not a length of time: write 90s, 5m or 1h30m".to_owned())
}

/// A length of time as people read it, in at most two units: `2h 5m`, `40s`.
#[must_use]
pub fn describe(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let days = seconds / 86_400;
    let hours = seconds / 3600 % 24;
    let minutes = seconds / 60 % 60;
    match (days, hours, minutes, seconds % 60) {
        (0, 0, 0, s) => format!("{s}s"),
        (0, 0, m, 0) => format!("{m}m"),
        (0, 0, m, s) => format!("{m}m {s}s"),
        (0, h, 0, _) => format!("{h}h"),
        (0, h, m, _) => format!("{h}h {m}m"),
        (d, 0, _, _) => format!("{d}d"),
        (d, h, _, _) => format!("{d}d {h}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_read_as_rfc_3339() {
        assert_eq!(Timestamp(1_795_253_400).to_string(), "2026-11-21T09:30:00Z");
        assert_eq!(Timestamp(-5).to_string(), "@-5");
        assert_eq!(Timestamp(i64::MAX).to_string(), format!("@{}", i64::MAX));
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(
            Timestamp(i64::MAX).after(Duration::MAX),
            Timestamp(i64::MAX)
        );
        assert_eq!(Timestamp(10).remaining(Timestamp(40)), Duration::ZERO);
    }

    #[test]
    fn durations_are_read_and_shown_as_people_write_them() {
        assert_eq!(parse_duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert!(parse_duration("soon").is_err());
        assert!(parse_duration("18446744073709551615").is_err());
        assert_eq!(describe(Duration::from_secs(7500)), "2h 5m");
        assert_eq!(describe(Duration::from_secs(45)), "45s");
    }
}
