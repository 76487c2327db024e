//! What the checks found, as lines for a person and as JSON.

use serde_json::{Value, json};

use super::Examined;
use crate::ui;

/// A line for each finding, and what mends it below.
#[must_use]
pub fn text(examined: &[Examined]) -> String {
    let mut text = String::from("this machine:\n");
    let mut profile = None;
    for row in examined {
        if row.profile != profile {
            profile.clone_from(&row.profile);
            let name = row.profile.as_deref().unwrap_or_default();
            text.push_str(&format!("profile {name}:\n"));
        }
        let finding = &row.finding;
        // Padded before it is painted: a style has no width.
        let grade = format!("{:<9}", finding.grade.name());
        let grade = ui::styled_answer(&grade, finding.grade.style());
        let (check, what) = (row.check.name, &finding.what);
        text.push_str(&format!("  {grade}  {check:<10} {what}\n"));
        if let Some(fix) = &finding.fix {
            text.push_str(&format!("{:<23} -> {fix}\n", ""));
        }
    }
    text
}

/// An object for each finding.
#[must_use]
pub fn json(examined: &[Examined]) -> Value {
    let rows = examined.iter().map(|row| {
        json!({
            "check": row.check.name,
            "profile": row.profile,
            "grade": row.finding.grade.name(),
            "what": row.finding.what,
            "fix": row.finding.fix,
        })
    });
    Value::Array(rows.collect())
}
