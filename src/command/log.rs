//! `authctl log`: what happened to sessions, a line each, the oldest first.

use std::time::Duration;

use crate::cli::{LogArgs, Since};
use crate::error::{Error, ErrorKind};
use crate::log::{Line, Reader};
use crate::output::{Output, answer_to_reader};
use crate::session::Context;
use crate::time::Moment;

/// How long until it is looked again whether there is more.
const PAUSE: Duration = Duration::from_millis(200);

/// Prints the log, and what is added to it if that is wanted.
///
/// # Errors
/// When it cannot be read.
pub fn run(context: &Context, output: Output, args: &LogArgs) -> Result<(), Error> {
    let since = args.since.map(|since| match since {
        Since::At(moment) => moment,
        Since::Ago(ago) => context.clock.moment().before(ago),
    });
    let state = context.locations.state()?;
    let mut reader = Reader::new(state);
    let mut lines = reader.all().map_err(|error| cannot_read(&error))?;
    loop {
        lines.retain(|line| is_wanted(line, args.profile.as_deref(), since));
        let text: String = lines.iter().map(|line| shown(line, output)).collect();
        if !answer_to_reader(&text)? || !args.follow {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
        lines = reader.added().map_err(|error| cannot_read(&error))?;
    }
}

fn is_wanted(line: &Line, profile: Option<&str>, since: Option<Moment>) -> bool {
    profile.is_none_or(|profile| line.profile() == Some(profile))
        && since.is_none_or(|since| line.at().is_some_and(|at| at >= since))
}

fn shown(line: &Line, output: Output) -> String {
    match &line.entry {
        Some(entry) if !output.json => format!("{entry}\n"),
        _ => format!("{}\n", line.json),
    }
}

fn cannot_read(error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Store, format!("cannot read the log: {error}"))
        .hint("look at its owner and mode: it is `log.jsonl` beside the sessions")
}
