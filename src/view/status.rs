//! The state of a session.

use serde_json::{Value, json};

use crate::oauth::token::Expiry;
use crate::platform::manner::Style;
use crate::platform::zone;
use crate::session::ends::End;
use crate::session::state::{Known, Recorded, SessionState};
use crate::store::seal::{Seal, Summary};
use crate::time::{Timestamp, describe};
use crate::ui;

/// A difference between two clocks that is worth a line, in seconds.
const NOTABLE_SKEW: i64 = 30;

/// A profile's session as JSON.
#[must_use]
pub fn json(state: &SessionState, now: Timestamp) -> Value {
    let mut object = json!({
        "profile": state.profile,
        "state": state.word(now),
        "path": state.path,
        "in_flight": state.in_flight,
    });
    match &state.recorded {
        Recorded::Nothing => {}
        Recorded::Unreadable(error) => object["error"] = json!(error.to_string()),
        Recorded::Known(known) => add_members(known, &mut object, now),
    }
    if let Some(fault) = &state.fault {
        object["profile_error"] = json!(fault.to_string());
    }
    if let Some(failed) = &state.failed {
        object["failed"] = json!({
            "at": failed.at.to_string(),
            "until": failed.until.to_string(),
            "count": failed.count,
            "error": failed.error,
        });
    }
    if let Some((path, summary)) = &state.rescued {
        let expires_at = summary.access.facts.expires_at;
        object["rescued"] = json!({
            "path": path,
            "generation": summary.header.generation,
            "expires_at": expires_at.map(|end| end.to_string()),
        });
    }
    object
}

/// A profile's session as lines for a person.
#[must_use]
pub fn text(state: &SessionState, now: Timestamp) -> String {
    let mut text = format!("{}: {}\n", state.profile, coloured(state, now));
    let mut lines = match &state.recorded {
        Recorded::Nothing => vec![],
        Recorded::Unreadable(error) => vec![("error", error.to_string())],
        Recorded::Known(known) => lines_of(known, now),
    };
    if let Some(fault) = &state.fault {
        lines.push(("profile", fault.to_string()));
    }
    if state.in_flight {
        let what = "a refresh is under way, or was interrupted";
        lines.push(("in flight", what.to_owned()));
    }
    if let Some(failed) = &state.failed {
        let mut what = format!("{} at {}", failed.error, when(failed.at, now));
        if let Some(left) = failed.left(now) {
            what.push_str(&format!("; the next try is in {}", describe(left)));
        }
        lines.push(("failed", what));
    }
    if let Some((path, summary)) = &state.rescued {
        let (generation, path) = (summary.header.generation, path.display());
        let what = format!("generation {generation} is in {path}, until a reboot");
        lines.push(("rescued", what));
    }
    for (label, value) in lines {
        text.push_str(&format!("  {label:<11} {value}\n"));
    }
    text
}

/// The state in a few words, in the colour of how it stands.
#[must_use]
pub fn coloured(state: &SessionState, now: Timestamp) -> String {
    ui::styled_answer(state.word(now), style(state, now))
}

/// The style of how a session stands.
#[must_use]
pub fn style(state: &SessionState, now: Timestamp) -> Style {
    match state.nothing_to_hand_out(now) {
        Some(_) if matches!(state.recorded, Recorded::Nothing) => Style::Doubtful,
        Some(_) => Style::Bad,
        None if state.failed.is_some() || state.rescued.is_some() => Style::Doubtful,
        None => Style::Good,
    }
}

fn add_members(known: &Known, object: &mut Value, now: Timestamp) {
    let Summary { header, access, .. } = &known.summary;
    let facts = &access.facts;
    let left = facts.expires_at.map(|end| end.remaining(now).as_secs());
    let refresh_end = known.summary.refresh_expires_at;
    object["server"] = json!(header.identity.server);
    object["client_id"] = json!(header.identity.client_id);
    object["subject"] = json!(header.subject);
    object["scope"] = json!(facts.scope);
    object["generation"] = json!(header.generation);
    object["logged_in_at"] = json!(header.logged_in_at.to_string());
    object["expires_at"] = json!(facts.expires_at.map(|end| end.to_string()));
    object["expires_in"] = json!(left);
    object["expiry"] = json!(facts.expiry);
    object["renewable"] = json!(known.summary.renewable);
    object["refresh_expires_at"] = json!(refresh_end.map(|end| end.to_string()));
    object["login_needed_at"] = json!(known.end.map(|end| end.at.to_string()));
    object["login_needed_in_any_case"] = json!(known.end.map(|end| end.is_firm));
    object["refused"] = json!(header.refused);
    object["clock_skew"] = json!(header.skew);
    object["fingerprint"] = json!(access.fingerprint);
    object["seal"] = json!(known.summary.seal);
    object["changed"] = json!(known.changed);
}

fn lines_of(known: &Known, now: Timestamp) -> Vec<(&'static str, String)> {
    let Summary { header, access, .. } = &known.summary;
    let who = match &header.subject {
        Some(subject) => subject.to_string(),
        None => "not told by the server".to_owned(),
    };
    let generation = format!(
        "{}, since {}",
        header.generation,
        when(header.logged_in_at, now)
    );
    let mut lines = vec![
        ("who", who),
        ("server", header.identity.server.clone()),
        ("client", header.identity.client_id.clone()),
        ("scope", access.facts.scope.join(" ")),
        ("expires", expires(&known.summary, now)),
        ("refresh", refresh(&known.summary, now)),
        ("kept", where_stored(known.summary.seal.as_ref())),
        ("generation", generation),
    ];
    if let Some(end) = known.end.filter(|_| header.refused.is_none()) {
        lines.push(("person", person(end, now)));
    }
    if let Some(refused) = &header.refused {
        lines.push((
            "refused",
            format!("{} at {}", refused.error, when(refused.at, now)),
        ));
        lines.push(("next", format!("authctl login {}", header.profile)));
    }
    if header.skew.abs() >= NOTABLE_SKEW {
        let skew = header.skew;
        let clock = format!("the server's is {skew} seconds ahead of this machine's");
        lines.push(("clock", clock));
    }
    for change in &known.changed {
        lines.push(("changed", change.clone()));
    }
    lines
}

/// A moment as the person's clock shows it.
fn when(moment: Timestamp, now: Timestamp) -> String {
    zone::local(moment.0, now.0).unwrap_or_else(|| moment.to_string())
}

fn expires(summary: &Summary, now: Timestamp) -> String {
    let facts = &summary.access.facts;
    let Some(end) = facts.expires_at else {
        return "unknown: the server did not say".to_owned();
    };
    let when = when(end, now);
    let source = match facts.expiry {
        Expiry::Jwt => ", by the token itself",
        Expiry::Assumed => ", assumed",
        Expiry::Server | Expiry::Unknown => "",
    };
    if now < facts.obtained_at {
        return format!("{when}{source}, but the clock was set back since it came");
    }
    let left = end.remaining(now);
    if left.is_zero() {
        return format!("{when}, which has passed");
    }
    let mut text = format!("{} left, until {when}{source}", describe(left));
    if std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        let bar = ui::bar(left, facts.lifetime().unwrap_or_default());
        text.insert_str(0, &format!("{bar} "));
    }
    text
}

/// When a person has to log in again.
fn person(end: End, now: Timestamp) -> String {
    let left = end.at.remaining(now);
    let when = if left.is_zero() {
        format!("has to log in, since {}", when(end.at, now))
    } else {
        format!(
            "has to log in by {} (in {})",
            when(end.at, now),
            describe(left)
        )
    };
    let source = if end.is_said {
        ""
    } else {
        ", by what is known of the provider"
    };
    let unless = match end {
        End { is_firm: true, .. } => "",
        // Some servers give each refresh token a new life, others the rest of the first one's.
        End { is_said: true, .. } => "; a refresh may put that off",
        End { .. } => "; a refresh puts that off",
    };
    format!("{when}{source}{unless}")
}

fn where_stored(seal: Option<&Seal>) -> String {
    match seal {
        None => "in a file that only you may read".to_owned(),
        Some(Seal { place, .. }) => format!("in a sealed file, whose key is in {place}"),
    }
}

fn refresh(summary: &Summary, now: Timestamp) -> String {
    match (summary.renewable, summary.refresh_expires_at) {
        (true, Some(end)) => format!("by refresh token, until {}", when(end, now)),
        (true, None) => "by refresh token".to_owned(),
        (false, _) if summary.header.is_of_person() => "by a new login only".to_owned(),
        (false, _) => "by asking again".to_owned(),
    }
}
