//! Why the server refused to renew a session.

use super::evidence::Evidence;
use super::{Cause, Verdict};
use crate::event::Event;
use crate::provider::Rotation;
use crate::provider::ending::Ending;
use crate::store::record::{Loss, Refused};
use crate::time::describe;

/// How the refusal reads in a sentence.
fn refusal(evidence: &Evidence, refused: &Refused) -> String {
    format!(
        "at {} the server refused to renew generation {}: {}",
        evidence.when(refused.at),
        evidence.generation(),
        refused.error
    )
}

/// A refresh before it had lost its answer.
pub(super) fn after_interruption(evidence: &Evidence) -> Option<Verdict> {
    let refused = evidence.refused()?;
    let after = refused.after.as_ref().filter(|after| !after.restored)?;
    let since = evidence.when(after.since);
    let process = match &after.process {
        Some((pid, host)) => format!("pid {pid} on {host}"),
        None => "a process".to_owned(),
    };
    let verdict = match after.how {
        Loss::Died => Verdict::new(
            Cause::Interrupted,
            format!("{process} died in a refresh at {since}, and the next refresh token with it"),
        )
        .line(evidence.last(|event| is_death_of(event, after.process.as_ref()))),
        Loss::Unanswered => Verdict::new(Cause::AnswerLost, unanswered(&since))
            .line(evidence.last(|event| matches!(event, Event::RefreshFailed { lost: true, .. }))),
        Loss::Unsaved => Verdict::new(
            Cause::NotSaved,
            format!(
                "the session that a refresh by {process} brought at {since} could not be saved on \
                 this machine"
            ),
        )
        .line(evidence.last(|event| matches!(event, Event::NotSaved { .. }))),
    };
    let line = verdict.line.clone();
    Some(
        verdict
            .and(refusal(evidence, refused))
            .line(line.as_ref().or_else(|| evidence.refusal_line()))
            .run(evidence.log_in()),
    )
}

fn unanswered(when: &str) -> String {
    format!(
        "a refresh at {when} got no answer: the server had spent the token all the same, or has \
         ended the session since"
    )
}

/// A refusal in words that end no session.
pub(super) fn unclear(evidence: &Evidence) -> Option<Verdict> {
    let refused = evidence.refused()?;
    let until = refused.until?;
    let what = format!(
        "the server refused a refresh in words that end no session by themselves: {}",
        refused.error
    );
    Some(
        Verdict::new(Cause::ClientRefused, what)
            .and(format!("it is asked again after {}", evidence.when(until)))
            .line(evidence.refusal_line())
            .run(format!("authctl profile show {}", evidence.name)),
    )
}

/// Whether an event tells of the death of this process, or of any if it is not known.
fn is_death_of(event: &Event, process: Option<&(u32, String)>) -> bool {
    match event {
        Event::RefreshInterrupted { of_pid, .. } => process.is_none_or(|(pid, _)| pid == of_pid),
        _ => false,
    }
}

/// The record or its directory is a copy, or an older record was put back.
pub(super) fn of_a_copy(evidence: &Evidence) -> Option<Verdict> {
    let refused = evidence.refused()?;
    let line = evidence.last_since_refresh(|event| {
        matches!(event, Event::CopyFound | Event::OlderRecordFound { .. })
    });
    let restored = refused.after.as_ref().filter(|after| after.restored);
    if line.is_none() && restored.is_none() {
        return None;
    }
    let is_copy = line.is_some_and(|line| line.event == Event::CopyFound)
        || restored.is_some_and(|after| after.what.contains("copied"));
    let (cause, what) = if is_copy {
        let what = "the session's directory is a copy of another one, and that one's copy of the \
                    session was refreshed as well";
        (Cause::Copied, what.to_owned())
    } else {
        let what = restored.map_or("an older copy of the record was put back", |it| &it.what);
        let what = format!("{what}, and its refresh token had been spent already");
        (Cause::ForeignWrite, what)
    };
    Some(
        Verdict::new(cause, what)
            .and(refusal(evidence, refused))
            .line(line.or_else(|| evidence.refusal_line()))
            .run(evidence.log_in()),
    )
}

/// The token that was refused had been sent before, by a process that writes this log.
pub(super) fn of_a_spent_token(evidence: &Evidence) -> Option<Verdict> {
    let refused = evidence.refused()?;
    let sent = evidence.sent_before()?;
    let verdict = match &sent.event {
        Event::Refreshed { attempt, to, .. } => Verdict::new(
            Cause::ForeignWrite,
            format!(
                "the refresh token that was refused had been spent at {} for generation {to}: an \
                 older record (generation {}) was put back",
                sent.at.timestamp(),
                attempt.generation
            ),
        ),
        Event::RefreshFailed { lost: true, .. } => Verdict::new(
            Cause::AnswerLost,
            unanswered(&evidence.when(sent.at.timestamp())),
        ),
        _ => return None,
    };
    Some(
        verdict
            .and(refusal(evidence, refused))
            .line(Some(sent))
            .run(evidence.log_in()),
    )
}

/// The server says why.
pub(super) fn by_its_words(evidence: &Evidence) -> Option<Verdict> {
    let refused = evidence.refused()?;
    let ending = evidence.provider.ending_in(&refused.error)?;
    let generation = evidence.generation();
    let verdict = match ending {
        Ending::Reused => Verdict::new(
            Cause::Reused,
            format!(
                "generation {generation} was refused as spent{}: another copy of this session \
                 exists",
                although_unsent(evidence)
            ),
        )
        .and("look for it on another machine, in a container's volume, or in a restored backup"),
        Ending::Revoked => revoked(evidence),
        Ending::Expired => {
            let (login, last) = dates(evidence)?;
            let what =
                "the server ended the session because it was too old, or unused for too long";
            Verdict::new(Cause::Expired, what).and(format!("{login}, {last}"))
        }
    };
    Some(
        verdict
            .and(refusal(evidence, refused))
            .line(evidence.refusal_line())
            .run(evidence.log_in()),
    )
}

/// When the login was, and the last refresh.
fn dates(evidence: &Evidence) -> Option<(String, String)> {
    let known = evidence.known()?;
    let login = evidence.when(known.summary.header.logged_in_at);
    let last = evidence.when(known.summary.access.facts.obtained_at);
    Some((
        format!("the login was at {login}"),
        format!("the last refresh at {last}"),
    ))
}

/// An end that was known beforehand had passed.
pub(super) fn by_dates(evidence: &Evidence) -> Option<Verdict> {
    let refused = evidence.refused()?;
    let known = evidence.known()?;
    let summary = &known.summary;
    let (login, last) = (
        summary.header.logged_in_at,
        summary.access.facts.obtained_at,
    );
    let has_passed = |end: Option<crate::time::Timestamp>| end.filter(|end| *end <= refused.at);
    let said =
        has_passed(summary.session_expires_at).or_else(|| has_passed(summary.refresh_expires_at));
    let provider = &evidence.provider;
    let whole = provider
        .absolute_life
        .filter(|life| login.after(*life) <= refused.at);
    let idle = provider
        .idle_life
        .filter(|life| last.after(*life) <= refused.at);
    let what = match (said, whole, idle) {
        (Some(end), _, _) => format!("the session ended at {end}, as the server had said"),
        (_, Some(life), _) => format!(
            "the session was too old: the login was at {}, and this provider ends sessions {} \
             after it",
            evidence.when(login),
            describe(life)
        ),
        (_, _, Some(life)) => format!(
            "the session was unused for too long: the last refresh was at {}, and this provider \
             ends sessions that are not used for {}",
            evidence.when(last),
            describe(life)
        ),
        _ => return None,
    };
    Some(
        Verdict::new(Cause::Expired, what)
            .and(refusal(evidence, refused))
            .line(evidence.refusal_line())
            .run(evidence.log_in()),
    )
}

/// The record is not the one that was saved last.
pub(super) fn of_a_foreign_record(evidence: &Evidence) -> Option<Verdict> {
    let refused = evidence.refused()?;
    let verdict = super::trouble::foreign_record(evidence)?;
    Some(
        verdict
            .and(refusal(evidence, refused))
            .run(evidence.log_in()),
    )
}

/// The server says no more than that the token is not valid.
pub(super) fn without_a_word(evidence: &Evidence) -> Option<Verdict> {
    let refused = evidence.refused()?;
    let verdict = if evidence.provider.rotation == Rotation::Stable {
        revoked(evidence).and(
            "this provider's refresh tokens are not spent, so that no other copy \
            of the session could have ended it",
        )
    } else {
        let generation = evidence.generation();
        let what = format!(
            "generation {generation} was refused{}: another copy of this session exists and was \
             used, or the session was ended at the server ({})",
            although_unsent(evidence),
            ways_to_end(evidence)
        );
        Verdict::new(Cause::EndedElsewhere, what)
    };
    let known = dates(evidence).map(|(login, last)| {
        let limits =
            if evidence.provider.idle_life.is_none() && evidence.provider.absolute_life.is_none() {
                "; whether this server ends sessions by age is not known"
            } else {
                ", which is within the limits of this provider"
            };
        format!("{login}, {last}{limits}")
    });
    Some(
        verdict
            .and(refusal(evidence, refused))
            .and_some(known)
            .line(evidence.refusal_line())
            .run(evidence.log_in()),
    )
}

fn revoked(evidence: &Evidence) -> Verdict {
    let ways = ways_to_end(evidence);
    Verdict::new(
        Cause::Revoked,
        format!("the session was ended at the server: {ways}"),
    )
}

/// How a session ends at a server without a doing of its owner's here.
fn ways_to_end(evidence: &Evidence) -> String {
    let limit = evidence.provider.session_limit.map_or_else(
        || ", or too many sessions of one user".to_owned(),
        |limit| format!(", or more than {limit} sessions of one user"),
    );
    format!("a password change, a logout elsewhere, an administrator{limit}")
}

/// What the log says of earlier uses of the token that was refused.
fn although_unsent(evidence: &Evidence) -> &'static str {
    if evidence.knows_its_birth() {
        " although no process here had sent it before"
    } else {
        ", and the log does not reach back to when its token came"
    }
}
