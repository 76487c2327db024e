//! The protocols of hooks.

use serde_json::{Value, json};

use crate::hook::protocol::HOOKS;

/// As lines for a person.
#[must_use]
pub fn list() -> String {
    let lines = HOOKS
        .iter()
        .map(|row| format!("{:<12} {}\n", row.name, row.help));
    lines.collect()
}

/// As JSON.
#[must_use]
pub fn list_json() -> Value {
    let rows = HOOKS.iter().map(|row| {
        json!({
            "hook": row.name,
            "for": row.help,
            "call": row.usage,
            "program": row.program,
        })
    });
    rows.collect()
}
