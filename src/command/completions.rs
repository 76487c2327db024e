//! `authctl completions`: from the same definition as the help.

use super::answer_to_reader;
use crate::cli::CompletionsArgs;
use crate::cli::definition::definition;
use crate::error::Error;

/// Prints the completions for a shell.
///
/// # Errors
/// When they cannot be written.
pub fn run(args: &CompletionsArgs) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut definition(), "authctl", &mut script);
    answer_to_reader(&String::from_utf8_lossy(&script)).map(|_| ())
}
