//! `authctl status`: who is logged in, and for how long. Reads the records without lock, network or
//! prompt.

use serde_json::Value;

use super::{Output, answer, answer_json};
use crate::cli::StatusArgs;
use crate::error::Error;
use crate::session::Context;
use crate::view::status;

/// Prints the state of a profile, or of all.
///
/// # Errors
/// When there is no such profile.
pub fn run(context: &Context, output: Output, args: &StatusArgs) -> Result<(), Error> {
    let now = context.clock.now();
    let states = context.states(args.profile.as_deref())?;
    if output.json {
        let rows = states.iter().map(|state| status::json(state, now));
        answer_json(&Value::Array(rows.collect()))?;
    } else {
        let texts = states.iter().map(|state| status::text(state, now));
        answer(&texts.collect::<String>())?;
    }
    let named = states.first().filter(|_| args.profile.is_some());
    let nothing = named.and_then(|state| state.nothing_to_hand_out(now));
    nothing.map_or(Ok(()), Err)
}
