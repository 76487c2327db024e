//! The time of day where the user is. The only file that knows `jiff`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment, in seconds since 1970 in UTC, as a person's clock shows it: the time of day, and the
/// date before it unless that is also the date of `now`. `None` for a moment that no calendar has.
#[must_use]
pub fn local(moment: i64, now: i64) -> Option<String> {
    let zone = TimeZone::system();
    let at = |seconds| Some(Timestamp::from_second(seconds).ok()?.to_zoned(zone.clone()));
    let (moment, now) = (at(moment)?, at(now)?);
    if moment.date() == now.date() {
        return Some(moment.strftime("%H:%M").to_string());
    }
    Some(moment.strftime("%Y-%m-%d %H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn the_date_is_told_where_it_is_another() {
        let now = 1_800_000_000;
        let today = local(now, now).expect("a time");
        assert_eq!(today.len(), 5, "{today}");
        let later = local(now + 3 * 86_400, now).expect("a time");
        assert_eq!(later.len(), 16, "{later}");
        assert!(later.ends_with(&today[3..]), "{later} and {today}");
        assert_eq!(local(i64::MAX, now), None);
    }
}
