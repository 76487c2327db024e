//! Several sessions, a line each; and one session as words of the user's choice, for a prompt.

use super::status;
use crate::session::state::{Recorded, SessionState};
use crate::time::{Timestamp, describe};
use crate::ui;

/// What a line can say of a session.
const FIELDS: &[&str] = &["name", "account", "server", "state", "left"];

/// Which of them is which.
const ACCOUNT: usize = 1;
const SERVER: usize = 2;
const STATE: usize = 3;
const LEFT: usize = 4;

/// What `--short` says unless the user chooses.
pub const USUAL_FORMAT: &str = "{name} {left}";

/// Columns between two of the table.
const GAP: usize = 2;

/// No column is cut to less than this.
const NARROWEST: usize = 8;

/// A line for each session, with a mark on the default. `columns` is how wide a line may be.
#[must_use]
pub fn table(states: &[SessionState], now: Timestamp, columns: Option<usize>) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for state in states {
        let mark = if state.is_default { "* " } else { "  " };
        let mut row: Vec<String> = FIELDS
            .iter()
            .map(|field| value(state, field, now))
            .collect();
        if state.nothing_to_hand_out(now).is_some() {
            // The state says it.
            row[LEFT] = "-".to_owned();
        }
        row[0].insert_str(0, mark);
        rows.push(row);
    }
    let mut widths: Vec<usize> = (0..FIELDS.len())
        .map(|at| {
            rows.iter()
                .map(|row| row[at].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    fit(&mut widths, columns);
    let mut text = String::new();
    for (state, row) in states.iter().zip(rows) {
        let style = status::style(state, now);
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if *width == 0 {
                continue;
            }
            let shown = cut(cell, *width);
            // Before it is painted: a style has no width.
            let padding = width - shown.chars().count() + GAP;
            line.push_str(&match at {
                STATE => ui::styled_answer(&shown, style),
                _ => shown,
            });
            line.push_str(&" ".repeat(padding));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Makes columns narrower until a line fits: the server's first, then the account's. One that would
/// say nothing any more is left out. Names and states stay whole.
fn fit(widths: &mut [usize], columns: Option<usize>) {
    let Some(columns) = columns else {
        return;
    };
    for at in [SERVER, ACCOUNT] {
        let shown = widths.iter().filter(|width| **width > 0);
        let whole: usize = shown.map(|width| width + GAP).sum();
        let surplus = whole.saturating_sub(GAP).saturating_sub(columns);
        if surplus == 0 {
            return;
        }
        let is_enough = widths[at] >= NARROWEST + surplus;
        widths[at] = if is_enough { widths[at] - surplus } else { 0 };
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(2)).collect();
    format!("{kept}..")
}

/// A session as `format` says, in which `{name}`, `{account}`, `{server}`, `{state}` and `{left}`
/// stand for what they name. What is left of a token that cannot be had is the state.
///
/// # Errors
/// The first word in braces that names nothing.
pub fn short(state: &SessionState, format: &str, now: Timestamp) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        let (field, behind) = after.split_once('}').ok_or_else(|| after.to_owned())?;
        if !FIELDS.contains(&field) {
            return Err(field.to_owned());
        }
        text.push_str(before);
        text.push_str(&value(state, field, now));
        rest = behind;
    }
    text.push_str(rest);
    Ok(text)
}

fn value(state: &SessionState, field: &str, now: Timestamp) -> String {
    let known = match &state.recorded {
        Recorded::Known(known) => Some(&known.summary),
        _ => None,
    };
    let header = known.map(|summary| &summary.header);
    match field {
        "name" => state.profile.clone(),
        "account" => header
            .and_then(|header| header.subject.as_ref())
            .map_or_else(|| "-".to_owned(), ToString::to_string),
        "server" => header.map_or_else(
            || "-".to_owned(),
            |header| {
                let server = header.identity.server.trim_end_matches('/');
                server.strip_prefix("https://").unwrap_or(server).to_owned()
            },
        ),
        "left" => {
            let end = known.and_then(|summary| summary.access.facts.expires_at);
            match end {
                _ if state.nothing_to_hand_out(now).is_some() => state.word(now).to_owned(),
                Some(end) if now < end => describe(end.remaining(now)),
                Some(_) => "to be refreshed".to_owned(),
                None => "-".to_owned(),
            }
        }
        _ => match &state.fault {
            Some(_) => "profile cannot be used".to_owned(),
            None => state.word(now).to_owned(),
        },
    }
}
