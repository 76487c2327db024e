//! `authctl demo`: what authctl does, shown.

use crate::cli::DemoArgs;
use crate::demo;
use crate::error::{Error, ErrorKind};
use crate::output::answer;
use crate::session::Context;

/// Shows it.
///
/// # Errors
/// When something did not go as this program promises.
pub fn run(context: &Context, args: &DemoArgs) -> Result<(), Error> {
    let report = demo::play(context.clock, args.keep).map_err(|error| {
        Error::new(ErrorKind::Failed, format!("the demo went wrong: {error:#}"))
            .hint("that should not be: please report it")
    })?;
    answer(&report)
}
