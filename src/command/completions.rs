//! `authctl completions`: the script that a shell loads, printed or put where the shell looks.

use super::{Output, answer_to_reader};
use crate::cli::{CompletionsArgs, complete};
use crate::error::Error;
use crate::install::install_completions;

/// Prints or installs the completions for a shell.
///
/// # Errors
/// When they cannot be written.
pub fn run(output: Output, args: &CompletionsArgs) -> Result<(), Error> {
    let script = complete::script(args.shell);
    if args.install {
        for sentence in install_completions(&args.shell.to_string(), &script)? {
            output.say(&sentence);
        }
        return Ok(());
    }
    answer_to_reader(&String::from_utf8_lossy(&script)).map(|_| ())
}
