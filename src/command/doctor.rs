//! `authctl doctor`: what is wrong here, and what mends it.

use crate::cli::DoctorArgs;
use crate::doctor::{Grade, examine, report};
use crate::error::{Error, ErrorKind};
use crate::output::Output;
use crate::session::Context;

/// Makes every check, and prints what they found.
///
/// # Errors
/// When there is no such profile, or a check found a fault.
pub fn run(context: &Context, output: Output, args: &DoctorArgs) -> Result<(), Error> {
    let examined = examine(context, args.profile.as_deref())?;
    output.answer(|| report::json(&examined), || report::text(&examined))?;
    let faults = examined
        .iter()
        .filter(|row| row.finding.grade == Grade::Fault);
    match faults.count() {
        0 => Ok(()),
        count => {
            let message = format!("{count} of {} checks found a fault", examined.len());
            Err(Error::new(ErrorKind::Failed, message).hint("what mends each stands behind it"))
        }
    }
}
