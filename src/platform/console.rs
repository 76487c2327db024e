//! The terminal and the standard streams, where the operating systems differ.
//!
//! Deliberately absent: what the user sees, which `ui` writes.

use std::io::{self, ErrorKind, StdinLock, StdoutLock, Write};
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

/// Writes all of an answer to stdout at once. Where this process was started without a stdout
/// (`>&-`), the standard library would throw the answer away and report no error.
///
/// # Errors
/// When the reader is gone, the disk behind stdout is full, or there is no stdout.
pub fn write_answer(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = answer()?;
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// Stdout, for an answer that is written piece by piece.
///
/// # Errors
/// When there is no stdout.
pub fn answer() -> io::Result<StdoutLock<'static>> {
    if system::stdout_was_closed() {
        return Err(io::Error::new(ErrorKind::BrokenPipe, "stdout is closed"));
    }
    Ok(io::stdout().lock())
}

/// Columns and rows of the terminal that stderr is; `None` when stderr is no terminal, and on
/// Windows, where the size is not looked up.
#[must_use]
pub fn terminal_size() -> Option<(usize, usize)> {
    system::terminal_size()
}

/// While it lives, the terminal that stdin is shows nothing of what is typed, and lines may be of
/// any length. Else a terminal cuts what is pasted at 4095 bytes (Linux) or 1024 (macOS). When it
/// is dropped, or a signal ends or stops the process, the terminal is as it was.
#[must_use]
pub struct Unseen {
    _until_dropped: system::Unseen,
}

/// Has stdin read unseen; `None` where it is no terminal, and on Windows. What is typed comes as it
/// is then: [`edited`] makes of it the line that the person means.
#[must_use]
pub fn read_unseen() -> Option<Unseen> {
    let terminal = system::read_unseen()?;
    Some(Unseen {
        _until_dropped: terminal,
    })
}

/// Whether stdin is a terminal that another job reads from: the system would stop this process if
/// it read there.
#[must_use]
pub fn is_in_background() -> bool {
    system::is_in_background()
}

/// A line that was typed unseen, after its corrections: erased characters (backspace), words
/// (Ctrl-W) and lines (Ctrl-U), and without the marks that some terminals set around a paste.
#[must_use]
pub fn edited(typed: &str) -> String {
    let typed = typed.replace("\x1b[200~", "").replace("\x1b[201~", "");
    let mut line = String::new();
    for character in typed.chars() {
        match character {
            '\u{7f}' | '\u{8}' => _ = line.pop(),
            '\u{15}' => line.clear(),
            '\u{17}' => {
                let word = line.trim_end();
                line.truncate(word.rfind(' ').map_or(0, |space| space + 1));
            }
            other if other.is_control() => {}
            other => line.push(other),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::edited;

    #[test]
    fn what_is_typed_unseen_can_be_corrected() {
        for (typed, line) in [
            ("https://a.example/?code=ü", "https://a.example/?code=ü"),
            ("\x1b[200~pasted\x1b[201~", "pasted"),
            ("abx\u{7f}c", "abc"),
            ("\u{8}ü\u{8}a", "a"),
            ("wrong\u{15}right", "right"),
            ("one two  \u{17}three", "one three"),
            ("one\u{17}", ""),
            ("end\u{4}\r", "end"),
        ] {
            assert_eq!(edited(typed), line, "{typed:?}");
        }
    }
}
