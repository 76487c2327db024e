//! The terminal and the standard streams, where the operating systems differ.
//!
//! Deliberately absent: output. What the user sees is written by `ui`.

use std::io::StdinLock;
use std::time::Duration;

use super::system;

/// Whether a read of stdin would return at once, asked for at most `wait`. A stdin that cannot be
/// waited for (a file, a closed stream) counts as readable: the read then says what is wrong.
///
/// Windows cannot wait for a stream with a deadline. There every stdin counts as readable.
#[must_use]
pub fn stdin_is_readable(stdin: &StdinLock<'_>, wait: Duration) -> bool {
    system::stdin_is_readable(stdin, wait)
}

/// Columns and rows of the terminal that stderr is; `None` when stderr is no terminal, and on
/// Windows, where the size is not looked up.
#[must_use]
pub fn terminal_size() -> Option<(usize, usize)> {
    system::terminal_size()
}
