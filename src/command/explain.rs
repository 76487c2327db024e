//! `authctl explain`: how a session stands or why it ended, without asking any server.

use serde_json::json;

use super::{Output, answer, answer_json};
use crate::cli::ExplainArgs;
use crate::error::Error;
use crate::explain::explain;
use crate::session::Context;

/// Prints the explanation.
///
/// # Errors
/// When there is no such profile, or the configuration or the log cannot be read.
pub fn run(context: &Context, output: Output, args: &ExplainArgs) -> Result<(), Error> {
    let (profile, verdict) = explain(context, args.profile.as_deref())?;
    if output.json {
        return answer_json(&json!({
            "profile": profile,
            "cause": verdict.cause.name(),
            "text": verdict.text(),
            "line": verdict.line,
            "command": verdict.command,
        }));
    }
    let mut text = format!("{profile}: {}\n", verdict.text());
    if let Some(line) = &verdict.line {
        text.push_str(&format!("\nthe log says:\n  {line}\n"));
    }
    if let Some(command) = &verdict.command {
        text.push_str(&format!("\nrun:\n  {command}\n"));
    }
    answer(&text)
}
