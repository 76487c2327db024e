//! Command lines that a user writes down, as words: quoted as a shell of the system would have it,
//! though no shell runs.
//!
//! On Unix a quotation mark or a backslash takes the next signs as they are. On Windows a backslash
//! is a part of a path, and only double quotation marks keep spaces together
//! (`CommandLineToArgvW`).

use super::system;

/// The words of a command line; `None` when a quotation does not end.
#[must_use]
pub fn split(line: &str) -> Option<Vec<String>> {
    system::split_words(line)
}

/// The command line of these words; `None` when one of them cannot be written down.
#[must_use]
pub fn join(words: &[String]) -> Option<String> {
    system::join_words(words)
}
