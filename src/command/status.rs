//! `authctl status`: who is logged in, and for how long. Reads the records without lock, network or
//! prompt.

use std::io::IsTerminal;

use serde_json::Value;

use crate::cli::StatusArgs;
use crate::error::{Error, ErrorKind};
use crate::output::{Output, answer, answer_json};
use crate::platform::console;
use crate::session::Context;
use crate::view::{overview, status};

/// Prints the state of a profile, or of all.
///
/// # Errors
/// When there is no such profile, or nothing to hand out of the one that is named.
pub fn run(context: &Context, output: Output, args: &StatusArgs) -> Result<(), Error> {
    let now = context.clock.now();
    let mut named = args.profile.clone();
    if args.short && named.is_none() {
        named = Some(context.profile(None)?.name);
    }
    let states = context.states(named.as_deref())?;
    if output.json {
        let rows = states.iter().map(|state| status::json(state, now));
        answer_json(&Value::Array(rows.collect()))?;
    } else if args.short {
        let format = args.format.as_deref().unwrap_or(overview::USUAL_FORMAT);
        let line = overview::short(&states[0], format, now);
        let line = line.map_err(|word| {
            let message = format!("`{{{word}}}` in --format names nothing");
            Error::new(ErrorKind::Usage, message).hint("see `authctl status --help`")
        })?;
        answer(&format!("{line}\n"))?;
    } else if states.len() > 1 && !args.all {
        let size = std::io::stdout().is_terminal().then(console::terminal_size);
        let columns = size.flatten().map(|(columns, _)| columns);
        answer(&overview::table(&states, now, columns))?;
    } else {
        let texts = states.iter().map(|state| status::text(state, now));
        answer(&texts.collect::<String>())?;
    }
    let named = states.first().filter(|_| named.is_some());
    let nothing = named.and_then(|state| state.nothing_to_hand_out(now));
    nothing.map_or(Ok(()), Err)
}
