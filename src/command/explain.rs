//! `authctl explain`: how a session stands or why it ended, without asking any server.

use crate::cli::ExplainArgs;
use crate::error::Error;
use crate::explain::{explain, report};
use crate::output::Output;
use crate::session::Context;

/// Prints the explanation.
///
/// # Errors
/// When there is no such profile, or the configuration or the log cannot be read.
pub fn run(context: &Context, output: Output, args: &ExplainArgs) -> Result<(), Error> {
    let (profile, verdict) = explain(context, args.profile.as_deref())?;
    output.answer(
        || report::json(&profile, &verdict),
        || report::text(&profile, &verdict),
    )
}
