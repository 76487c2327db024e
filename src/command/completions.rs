//! `authctl completions`: the script that a shell loads, printed or put where the shell looks.

use crate::cli::{CompletionsArgs, complete};
use crate::error::Error;
use crate::install::install_completions;
use crate::output::{Output, answer_to_reader};

/// Prints or installs the completions for a shell.
///
/// # Errors
/// When they cannot be written.
pub fn run(output: Output, args: &CompletionsArgs) -> Result<(), Error> {
    let script = complete::script(args.shell);
    if args.install {
        return output.tell(&install_completions(&args.shell.to_string(), &script)?);
    }
    answer_to_reader(&String::from_utf8_lossy(&script)).map(|_| ())
}
