//! What is wrong on this machine, on the way to the server, or with the last refresh, while the
//! server has not ended the session.

use super::evidence::{Evidence, attempt, brought_tokens};
use super::{Cause, Verdict};
use crate::event::{Event, Why};
use crate::log::{Entry, Marks};
use crate::platform::parent::Other;
use crate::platform::process::host_name;
use crate::session::state::Recorded;
use crate::store::record::Meaning;
use crate::time::{Timestamp, describe};

/// A difference between two clocks that no network makes, in seconds.
const JUMP: i64 = 120;

/// How long a refresh takes at most, in seconds, and some more.
const LONGEST_REFRESH: i64 = 120;

/// The profile cannot be used as it stands.
pub(super) fn broken_profile(evidence: &Evidence) -> Option<Verdict> {
    let fault = evidence.state.fault.as_ref()?;
    Some(
        Verdict::new(Cause::ProfileBroken, fault.to_string())
            .and("the session itself is as it was")
            .run(format!("authctl profile show {}", evidence.name)),
    )
}

/// The record cannot be read or opened.
pub(super) fn unreadable(evidence: &Evidence) -> Option<Verdict> {
    let Recorded::Unreadable(error) = &evidence.state.recorded else {
        return None;
    };
    Some(
        Verdict::new(Cause::CannotRead, error.to_string())
            .and("nothing was spent, and nothing has ended")
            .run(format!("authctl doctor {}", evidence.name)),
    )
}

/// The profile describes another server, client or scope than at the login.
pub(super) fn changed_profile(evidence: &Evidence) -> Option<Verdict> {
    let changed = &evidence.known()?.changed;
    if changed.is_empty() {
        return None;
    }
    let what = format!(
        "the profile has changed since its login: {}",
        changed.join(", ")
    );
    Some(
        Verdict::new(Cause::ProfileChanged, what)
            .and("the session is there still, and is used again if the profile is put back")
            .run(evidence.log_in()),
    )
}

/// The newest session could not be saved where it belongs.
pub(super) fn unsaved(evidence: &Evidence) -> Option<Verdict> {
    if let Some((path, summary)) = &evidence.state.rescued {
        let what = format!(
            "generation {} could not be saved in its place, and lies in {} until a reboot",
            summary.header.generation,
            path.display()
        );
        return Some(
            Verdict::new(Cause::NotSaved, what)
                .and("the next call that finds its place in order brings it home")
                .line(evidence.last(|event| matches!(event, Event::SavedElsewhere { .. })))
                .run(format!("authctl doctor {}", evidence.name)),
        );
    }
    let is_outcome = |event: &Event| {
        matches!(event, Event::NotSaved { .. })
            || matches!(event, Event::RefreshFailed { why: Why::Storage, .. })
            // The line of a refresh comes before that of what could not be saved.
            || brought_tokens(event)
    };
    let last = evidence.last(is_outcome)?;
    let what = match &last.event {
        Event::NotSaved { cause } => {
            format!("the answer to the last refresh could not be saved: {cause}")
        }
        Event::RefreshFailed { error, .. } => format!("a refresh was not tried: {error}"),
        _ => return None,
    };
    Some(
        Verdict::new(Cause::NotSaved, what)
            .line(Some(last))
            .run(format!("authctl doctor {}", evidence.name)),
    )
}

/// The last refresh failed, and a later one may succeed.
pub(super) fn failing(evidence: &Evidence) -> Option<Verdict> {
    let failed = evidence.state.failed.as_ref()?;
    let line = evidence
        .last(|event| matches!(event, Event::RefreshFailed { .. }))
        .filter(|line| line.at.timestamp().seconds_since(failed.at).abs() <= 2);
    let why = match line.map(|line| &line.event) {
        Some(Event::RefreshFailed { why, .. }) => *why,
        // Without its line, its words have to do.
        _ if failed.error.contains("(HTTP ") => Why::NotOauth,
        _ if failed.error.starts_with("the server refused") => Why::Server,
        _ => Why::Unreachable,
    };
    let cause = match (failed.meaning, why) {
        (Meaning::Config, _) => Cause::ClientRefused,
        (Meaning::Interaction, _) => Cause::PersonWanted,
        (Meaning::TryAgain, Why::NotOauth) => Cause::NotTheServer,
        (Meaning::TryAgain, Why::Server) => Cause::ServerFailing,
        (Meaning::TryAgain, Why::Unreachable) => Cause::Unreachable,
        (Meaning::TryAgain, _) => Cause::MachineFailing,
    };
    let times = match failed.count {
        1 => String::new(),
        count => format!(", {count} times in a row"),
    };
    let what = format!(
        "the last refresh failed at {}{times}: {}",
        evidence.when(failed.at),
        failed.error
    );
    let next = match failed.left(evidence.now) {
        Some(left) => format!("the server is left alone for {}", describe(left)),
        None => "the next call asks again".to_owned(),
    };
    let meaning = match cause {
        Cause::NotTheServer => Some(
            "the answer was none of OAuth's: a proxy's, a gateway's or a captive portal's, or \
                  that of a server which had failed"
                .to_owned(),
        ),
        _ => None,
    };
    let command = match cause {
        Cause::PersonWanted => evidence.log_in(),
        Cause::ClientRefused => format!("authctl profile show {}", evidence.name),
        Cause::Unreachable | Cause::NotTheServer => format!("authctl doctor {}", evidence.name),
        _ => format!("authctl token {} --now", evidence.name),
    };
    Some(
        Verdict::new(cause, what)
            .and_some(meaning)
            .and(format!("the session has not ended; {next}"))
            .line(line)
            .run(command),
    )
}

/// A refresh is under way, or a process died in it.
pub(super) fn interrupted(evidence: &Evidence) -> Option<Verdict> {
    let (pid, host, since) = evidence.state.refreshing.as_ref()?;
    // No refresh takes longer; a later process may have the same number.
    let is_recent = evidence.now.seconds_since(*since) < LONGEST_REFRESH;
    let is_here = *host == host_name();
    let since = evidence.when(*since);
    if is_recent && is_here && Other::watch(*pid).is_some() {
        let what = format!("pid {pid} is refreshing the session since {since}");
        return Some(
            Verdict::new(Cause::Refreshing, what).run(format!("authctl token {}", evidence.name)),
        );
    }
    let what = format!("pid {pid} on {host} began a refresh at {since} and died in it");
    let known = evidence.known()?;
    let lives = known.summary.access.facts.may_live(evidence.now);
    let next = if lives {
        "the token that is there lives still; the next refresh shows whether the session does"
    } else {
        "the next call shows whether the server had spent the refresh token already"
    };
    Some(
        Verdict::new(Cause::Interrupted, what)
            .and(next)
            .line(evidence.last(|event| matches!(event, Event::RefreshInterrupted { .. })))
            .run(format!("authctl token {}", evidence.name)),
    )
}

/// The record is not the one that the last line of the log tells of.
pub(super) fn foreign_record(evidence: &Evidence) -> Option<Verdict> {
    let known = evidence.known()?;
    let header = &known.summary.header;
    let mark = evidence.access_mark.as_ref()?;
    let last = evidence.last(|event| saved(event).is_some())?;
    let (session, access) = saved(&last.event)?;
    let is_same_session = header.id.starts_with(session);
    // Marks are of one key, or tell nothing.
    let logged = access.filter(|access| Marks::are_of_one_key(access, mark))?;
    if is_same_session && logged == mark {
        return None;
    }
    // Tokens that came later were saved while no line could be written: on a disk that was full, by
    // a process that died, or with the log switched off.
    let found = evidence.last(|event| {
        matches!(
            event,
            Event::SaveCompleted
                | Event::RecordBroughtHome { .. }
                | Event::GenerationRestored { .. }
        )
    });
    if known.summary.access.facts.obtained_at >= last.at.timestamp()
        || found.is_some_and(|found| found.at > last.at)
    {
        return None;
    }
    let what = format!(
        "the record is not the one that was saved last, at {}: another program has written it",
        evidence.when(last.at.timestamp())
    );
    Some(
        Verdict::new(Cause::ForeignWrite, what)
            .and("a backup that was put back, or a program that does not write this log")
            .line(Some(last))
            .run(evidence.log_in()),
    )
}

/// The session that an event has saved, and what the log calls its access token.
fn saved(event: &Event) -> Option<(&str, Option<&String>)> {
    match event {
        Event::SessionBegan {
            session, access, ..
        } => Some((session, access.as_ref())),
        Event::Refreshed {
            attempt, access, ..
        } => Some((&attempt.session, access.as_ref())),
        _ => None,
    }
}

/// A clock was set: this machine's stands before what it showed, or the distance to the server's
/// has changed.
pub(super) fn clock(evidence: &Evidence) -> Option<Verdict> {
    let now = evidence.now;
    // What was saved after the clock was set has a time that fits again.
    let newest = evidence.last(brought_tokens);
    if let Some(newest) = newest.filter(|newest| newest.at.timestamp().seconds_since(now) > JUMP) {
        let back = describe(newest.at.timestamp().remaining(now));
        let what = format!(
            "this machine's clock was set back: it stands {back} before what it showed at the \
             last event"
        );
        return Some(clock_verdict(evidence, what, newest));
    }
    let obtained = evidence.known()?.summary.access.facts.obtained_at;
    let mut told = evidence
        .lines
        .iter()
        .rev()
        .filter_map(|entry| Some((entry, skew(entry)?)));
    let (newest, skew) = told.next()?;
    let (before, earlier) = told.next()?;
    let jump = skew.saturating_sub(earlier);
    if jump.abs() < JUMP || obtained < before.at.timestamp() {
        return None;
    }
    let what = format!(
        "a clock jumped by {} between {} and {}: this machine's, or the server's",
        describe(Timestamp(jump.abs()).remaining(Timestamp(0))),
        before.at.timestamp(),
        newest.at.timestamp()
    );
    Some(clock_verdict(evidence, what, newest))
}

fn clock_verdict(evidence: &Evidence, what: String, line: &Entry) -> Verdict {
    Verdict::new(Cause::ClockJumped, what)
        .and(
            "the session is alive; tokens may count as expired too early or too late until the \
              next refresh",
        )
        .line(Some(line))
        .run(format!("authctl doctor {}", evidence.name))
}

/// The server's clock minus this machine's, at an answer.
fn skew(entry: &Entry) -> Option<i64> {
    match &entry.event {
        Event::SessionBegan { skew, .. } => Some(*skew),
        event => attempt(event)?.skew,
    }
}
