//! Sessions that are well, that ended by themselves, or that were never there.

use super::evidence::{Evidence, brought_tokens};
use super::{Cause, Verdict};
use crate::event::Event;
use crate::session::state::Recorded;

/// There is no record.
pub(super) fn nothing(evidence: &Evidence) -> Option<Verdict> {
    let Recorded::Nothing = evidence.state.recorded else {
        return None;
    };
    let is_end = |event: &Event| {
        matches!(
            event,
            Event::LoggedOut | Event::LoggedOutHere | Event::LoggedOutUnconfirmed { .. }
        )
    };
    let is_damage = |event: &Event| matches!(event, Event::DamageKept { .. });
    let last = evidence.last(|event| is_end(event) || brought_tokens(event) || is_damage(event));
    let verdict = match last {
        None => Verdict::new(Cause::NeverLoggedIn, "no login is recorded here"),
        Some(line) if is_damage(&line.event) => {
            let when = evidence.when(line.at.timestamp());
            let what = format!("{}, found at {when}; there was no earlier one", line.event);
            Verdict::new(Cause::CannotRead, what)
        }
        Some(line) if is_end(&line.event) => {
            let when = evidence.when(line.at.timestamp());
            let what = format!("the session was ended at {when}: {}", line.event);
            Verdict::new(Cause::LoggedOut, what)
        }
        Some(line) => {
            let when = evidence.when(line.at.timestamp());
            let what = format!(
                "the record is gone, which was there at {when}, and no logout is in the log: \
                 another program removed it, or a logout while the log was off"
            );
            Verdict::new(Cause::Removed, what)
        }
    };
    Some(verdict.line(last).run(evidence.log_in()))
}

/// The token has ended, and there is no refresh token.
pub(super) fn unrenewable(evidence: &Evidence) -> Option<Verdict> {
    let summary = &evidence.known()?.summary;
    let needs_login = !summary.renewable && summary.header.is_of_person();
    if !needs_login || summary.access.facts.may_live(evidence.now) {
        return None;
    }
    let end = summary.access.facts.expires_at?;
    let what = format!(
        "the token ended at {}, and the server had given no refresh token",
        evidence.when(end)
    );
    Some(
        Verdict::new(Cause::NotRenewable, what)
            .and("servers give one for the scope `offline_access`, or by a setting of the client")
            .run(evidence.log_in()),
    )
}

/// Nothing is wrong.
pub(super) fn alive(evidence: &Evidence) -> Verdict {
    let Some(known) = evidence.known() else {
        return Verdict::new(Cause::NeverLoggedIn, "there was no login yet");
    };
    let summary = &known.summary;
    let facts = &summary.access.facts;
    let token = match facts.expires_at {
        None => "its token has no known end".to_owned(),
        Some(end) if end <= evidence.now => "the next call renews its token".to_owned(),
        Some(end) if summary.renewable || !summary.header.is_of_person() => {
            format!(
                "its token lives until {}, and is then renewed",
                evidence.when(end)
            )
        }
        Some(end) => format!("its token lives until {}", evidence.when(end)),
    };
    let what = format!(
        "the session is alive: generation {}, of {}",
        summary.header.generation,
        evidence.when(facts.obtained_at)
    );
    let end = known.end.map(|end| {
        let unless = if end.is_firm {
            ""
        } else {
            ", unless it is refreshed before"
        };
        format!(
            "a person has to log in by {}{unless}",
            evidence.when(end.at)
        )
    });
    let line = evidence.last(brought_tokens);
    Verdict::new(Cause::Alive, what)
        .and(token)
        .and_some(end)
        .line(line)
}
