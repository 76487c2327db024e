//! What was found out, with a judgement: as lines for a person, as JSON, and as TOML for a profile
//! and for a preset.

use serde_json::{Value, json};

use super::measured::{End, Measured, Renewal, Spent};
use crate::time::{Timestamp, describe};

/// A question, its answer, and what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was asked, by its name in JSON.
    pub name: &'static str,
    /// The question.
    pub question: &'static str,
    /// The answer.
    pub answer: String,
    /// What follows from it; `None` where nothing has to be said.
    pub judgement: Option<String>,
}

type Judge = fn(&Measured) -> (String, Option<String>);

/// Every question, in the order in which it is answered.
const QUESTIONS: &[(&str, &str, Judge)] = &[
    (
        "refresh",
        "what a refresh does to the refresh token",
        renewal,
    ),
    ("spent", "a spent refresh token, sent again", spent),
    ("reuse", "what that does to the session", reuse),
    ("at_once", "two refreshes with one token at once", at_once),
    (
        "old_access",
        "the access token before a refresh",
        old_access,
    ),
    ("expires_in", "how long an access token lives", life),
    ("revoke_access", "revoking an access token", revoked_access),
    (
        "revoke_refresh",
        "revoking a refresh token",
        revoked_refresh,
    ),
    (
        "logout",
        "a refresh token after a logout in the browser",
        logout,
    ),
    ("errors", "errors that were answered", errors),
    ("clock", "the server's clock", clock),
    ("left", "what is left of the probe", left),
];

/// The answer to every question.
#[must_use]
pub fn answers(measured: &Measured) -> Vec<Answer> {
    let answer = |(name, question, judge): &(&'static str, &'static str, Judge)| {
        let (answer, judgement) = judge(measured);
        Answer {
            name,
            question,
            answer,
            judgement,
        }
    };
    QUESTIONS.iter().map(answer).collect()
}

const NOT_KNOWN: &str = "not known";

fn plain(answer: impl Into<String>) -> (String, Option<String>) {
    (answer.into(), None)
}

fn judged(answer: impl Into<String>, judgement: &str) -> (String, Option<String>) {
    (answer.into(), Some(judgement.to_owned()))
}

fn renewal(measured: &Measured) -> (String, Option<String>) {
    if !measured.renewable {
        return judged(
            "there is no refresh token",
            "ask for offline_access, or allow it in the client's registration",
        );
    }
    let for_ever = measured.revoked_refresh == Some(End::LivesOn)
        || measured.revoked_refresh == Some(End::NotOffered);
    let stolen = if for_ever {
        "a stolen refresh token stays good for ever: tell your provider"
    } else {
        "a stolen refresh token stays good until it is revoked, and nobody notices"
    };
    match measured.renewal {
        None => plain(NOT_KNOWN),
        Some(Renewal::Rotates) => plain("it is spent, and a new one comes"),
        Some(Renewal::Repeats) => judged("the same one comes again", stolen),
        Some(Renewal::Omits) => judged("the answer has none, and the old one stays good", stolen),
    }
}

fn spent(measured: &Measured) -> (String, Option<String>) {
    let how = measured
        .spent
        .iter()
        .rev()
        .find(|(_, spent)| *spent != Spent::Refused);
    let how = match how {
        Some((_, Spent::SameTokens)) => "gives the same tokens again",
        _ => "gives new tokens",
    };
    match (measured.grace(), measured.refused_from()) {
        (None, None) => plain(NOT_KNOWN),
        (None, Some(_)) => plain("is refused at once"),
        (Some(0), None) => judged(
            format!("{how}; for how long is not known"),
            "`--long` finds out how long",
        ),
        (Some(grace), None) => judged(
            format!("{how} for {grace} s at least"),
            "a stolen refresh token stays good for that long after it was spent",
        ),
        (Some(0), Some(refused)) => {
            plain(format!("{how} at once, and is refused after {refused} s"))
        }
        (Some(grace), Some(refused)) => plain(format!(
            "{how} after {grace} s, and is refused after {refused} s"
        )),
    }
}

fn reuse(measured: &Measured) -> (String, Option<String>) {
    match measured.reuse_ends_session {
        None => plain(NOT_KNOWN),
        Some(true) => plain("ends it: a thief is noticed"),
        Some(false) => judged(
            "nothing",
            "a thief who is first has the session, and nobody notices: tell your provider",
        ),
    }
}

fn at_once(measured: &Measured) -> (String, Option<String>) {
    match measured.at_once {
        None => plain(NOT_KNOWN),
        Some(2) => plain("both are answered"),
        Some(1) => judged(
            "one is answered, the other refused",
            "programs that share a session must take turns, as authctl's callers do",
        ),
        Some(_) => judged(
            "both are refused",
            "programs that share a session must take turns",
        ),
    }
}

fn old_access(measured: &Measured) -> (String, Option<String>) {
    match measured.old_access_lives {
        None => plain(NOT_KNOWN),
        Some(true) => plain("lives on until its end"),
        Some(false) => judged(
            "dies at once",
            "a refresh cuts off programs that still use it: set `old_access_token = \
             \"dies_on_refresh\"`",
        ),
    }
}

fn life(measured: &Measured) -> (String, Option<String>) {
    let Some(stated) = measured.stated_life else {
        return judged(
            "the server does not say",
            "set `assumed_ttl` in the profile to what its documentation says",
        );
    };
    let said = format!("{}, as it says", describe(stated));
    if measured.ends_as_stated == Some(false) {
        return judged(
            said,
            "it was seen to end at another time: ask for tokens with a generous `--min-ttl`",
        );
    }
    match measured.true_life {
        Some(other) if differs(stated, other) => judged(
            format!("{said}; {} in truth", describe(other)),
            "tokens are refused before they should end, or live on after it: tell your provider",
        ),
        Some(_) => plain(format!("{said}, and in truth")),
        None if measured.ends_as_stated == Some(true) => plain(format!("{said}, and as was seen")),
        None => plain(said),
    }
}

/// Whether two lives are more apart than the time in which they were read.
fn differs(one: std::time::Duration, other: std::time::Duration) -> bool {
    one.abs_diff(other).as_secs() > 5
}

fn revoked_access(measured: &Measured) -> (String, Option<String>) {
    match measured.revoked_access {
        None => plain(NOT_KNOWN),
        Some(End::NotOffered) => plain("is not offered"),
        Some(End::LivesOn) => judged(
            "it lives on",
            "a stolen access token cannot be taken back before its end",
        ),
        Some(End::Ended) => {
            let session = match measured.refresh_after_revoked_access {
                Some(End::Ended) => ", and the session with it",
                _ => "",
            };
            plain(format!("ends it{session}"))
        }
    }
}

fn revoked_refresh(measured: &Measured) -> (String, Option<String>) {
    match measured.revoked_refresh {
        None => plain(NOT_KNOWN),
        Some(End::NotOffered) => judged(
            "is not offered",
            "a logout does not end the session at the server: tell your provider",
        ),
        Some(End::LivesOn) => judged(
            "it lives on",
            "a logout does not end the session at the server: tell your provider",
        ),
        Some(End::Ended) => match measured.access_after_revoked_refresh {
            Some(End::Ended) => plain("ends it, and its access token"),
            Some(_) => judged("ends it", "its access token lives until its end"),
            None => plain("ends it"),
        },
    }
}

fn logout(measured: &Measured) -> (String, Option<String>) {
    match measured.refresh_after_logout {
        None => plain(NOT_KNOWN),
        Some(End::NotOffered) => plain("the server has no such logout"),
        Some(End::Ended) => plain("has ended"),
        Some(End::LivesOn) => judged(
            "lives on",
            "a stolen refresh token stays good after a logout: tell your provider, and revoke it",
        ),
    }
}

fn errors(measured: &Measured) -> (String, Option<String>) {
    if measured.errors.is_empty() {
        return plain("none");
    }
    let told = measured
        .errors
        .iter()
        .map(|(what, code, status)| match status {
            Some(status) => format!("{what}: {code} (HTTP {status})"),
            None => format!("{what}: {code}"),
        });
    plain(told.collect::<Vec<_>>().join("; "))
}

fn clock(measured: &Measured) -> (String, Option<String>) {
    match measured.skew {
        None => plain(NOT_KNOWN),
        Some(skew) if skew.abs() < 30 => plain(format!("{skew:+} s")),
        Some(skew) => judged(format!("{skew:+} s"), "set this machine's clock"),
    }
}

fn left(measured: &Measured) -> (String, Option<String>) {
    if measured.left.is_empty() {
        return plain("nothing is logged in");
    }
    judged(
        measured.left.join(", "),
        "end it where the provider lists sessions",
    )
}

/// Lines for a person.
#[must_use]
pub fn text(server: &str, measured: &Measured) -> String {
    let mut text = format!("{server}, by {} logins:\n", measured.logins);
    for Answer {
        question,
        answer,
        judgement,
        ..
    } in answers(measured)
    {
        text.push_str(&format!("  {question:<46} {answer}\n"));
        if let Some(judgement) = judgement {
            text.push_str(&format!("  {:<46} -> {judgement}\n", ""));
        }
    }
    text
}

/// One object, with a member for each question.
#[must_use]
pub fn json(server: &str, measured: &Measured) -> Value {
    let mut object = json!({"server": server, "logins": measured.logins});
    for answer in answers(measured) {
        object[answer.name] = json!({
            "answer": answer.answer,
            "judgement": answer.judgement,
        });
    }
    object
}

/// The settings of a profile that follow, and what a preset would say.
#[must_use]
pub fn toml(server: &str, measured: &Measured, now: Timestamp) -> String {
    let (date, version) = (now.to_string(), env!("CARGO_PKG_VERSION"));
    let date = date.split('T').next().unwrap_or_default();
    let source = format!("measured with authctl {version} on {date}");
    let mut profile = Vec::new();
    let mut preset = vec![format!("issuer = {server:?}")];
    if let Some(renewal) = measured.renewal {
        let rotation = match renewal {
            Renewal::Rotates => "rotating",
            Renewal::Repeats | Renewal::Omits => "stable",
        };
        preset.push(format!("rotation = {rotation:?}"));
    }
    if let Some(interval) = measured
        .refused_from()
        .map(|_| measured.grace().unwrap_or(0))
    {
        profile.push(format!("reuse_interval = \"{interval}s\""));
    }
    if let Some(lives) = measured.old_access_lives {
        let word = if lives { "lives" } else { "dies_on_refresh" };
        profile.push(format!("old_access_token = {word:?}"));
    }
    if let (None, Some(life)) = (measured.stated_life, measured.true_life) {
        profile.push(format!("assumed_ttl = \"{}s\"", life.as_secs()));
    }
    preset.extend(profile.iter().cloned());
    let ends = |end: Option<End>| match end {
        Some(End::Ended) => Some("ends"),
        Some(End::LivesOn) => Some("lives on"),
        Some(End::NotOffered) => Some("not offered"),
        None => None,
    };
    for (name, end) in [
        ("revoked_refresh_token", measured.revoked_refresh),
        ("revoked_access_token", measured.revoked_access),
        ("refresh_token_after_logout", measured.refresh_after_logout),
    ] {
        preset.extend(ends(end).map(|word| format!("{name} = {word:?}")));
    }
    if let Some(ends) = measured.reuse_ends_session {
        preset.push(format!("reuse_ends_session = {ends}"));
    }
    format!(
        "# {source}, at {server}\n# for a profile:\n{}\n\n# for a preset:\n[preset]\n{}\n\
         mark = \"measured\"\nsource = {source:?}\n",
        profile.join("\n"),
        preset.join("\n")
    )
}
