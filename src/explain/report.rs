//! What is shown of an explanation.

use serde_json::{Value, json};

use super::Verdict;
use crate::platform::manner::Style;
use crate::ui;

/// As text for a person.
#[must_use]
pub fn text(profile: &str, verdict: &Verdict) -> String {
    let mut text = format!("{profile}: {}\n", verdict.text());
    if let Some(line) = &verdict.line {
        text.push_str(&format!("\nthe log says:\n  {line}\n"));
    }
    if let Some(command) = &verdict.command {
        let command = ui::styled_answer(command, Style::Strong);
        text.push_str(&format!("\nrun:\n  {command}\n"));
    }
    text
}

/// As JSON.
#[must_use]
pub fn json(profile: &str, verdict: &Verdict) -> Value {
    json!({
        "profile": profile,
        "cause": verdict.cause.name(),
        "text": verdict.text(),
        "line": verdict.line,
        "command": verdict.command,
    })
}
