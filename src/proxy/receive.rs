//! The body of an answer on its way to stdout or to a file.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use http_body_util::BodyExt;

use crate::body::Stream;
use crate::error::{Error, ErrorKind};
use crate::platform::{console, files};
use crate::session::Context;
use crate::ui::Progress;

/// Where a body goes.
pub struct To {
    /// What is written before it.
    pub head: Vec<u8>,
    /// A file that takes it once it is whole; `None` for stdout.
    pub file: Option<PathBuf>,
    /// Whether a person sees how much has come.
    pub is_watched: bool,
}

/// A body that ended too early.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct BrokenOff(String);

/// Writes the body as it comes.
///
/// # Errors
/// When it ends too early, or cannot be written. A file is then as it was.
pub fn body(context: &Context, body: Stream, to: &To) -> Result<(), Error> {
    let mut progress = Progress::begin(to.is_watched);
    let Some(path) = &to.file else {
        let written = console::answer();
        let written = written.and_then(|stdout| {
            if stdout.is_terminal() {
                copy(context, body, to, Seen::new(stdout), &mut progress)
            } else {
                copy(context, body, to, stdout, &mut progress)
            }
        });
        return written.map_err(|error| failure("the answer", &error));
    };
    let written = match files::open_special(path) {
        Ok(Some(file)) => copy(context, body, to, file, &mut progress),
        Ok(None) => files::replace_by(path, |file| copy(context, body, to, file, &mut progress)),
        Err(error) => Err(error),
    };
    written.map_err(|error| failure(&path.display().to_string(), &error))
}

fn copy(
    context: &Context,
    mut body: Stream,
    to: &To,
    mut writer: impl Write,
    progress: &mut Progress,
) -> io::Result<()> {
    writer.write_all(&to.head)?;
    let copied = context.block_on(async {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| io::Error::other(BrokenOff(error.to_string())))?;
            // Trailers are not shown.
            let Ok(piece) = frame.into_data() else {
                continue;
            };
            writer.write_all(&piece)?;
            // What comes slowly, like events, is seen as it comes.
            writer.flush()?;
            progress.add(piece.len());
        }
        Ok(())
    });
    copied.map_err(|error| io::Error::other(error.to_string()))?
}

/// A terminal, to which no byte goes that would move its cursor or change its modes: a person reads
/// there what a server has sent.
struct Seen<W> {
    terminal: W,
    /// The last byte was the first of two that would be a control character beyond ASCII.
    is_half: bool,
}

impl<W> Seen<W> {
    fn new(terminal: W) -> Self {
        Self {
            terminal,
            is_half: false,
        }
    }
}

impl<W: Write> Write for Seen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut seen = bytes.to_vec();
        for byte in &mut seen {
            let is_control = *byte < b' ' && !b"\n\r\t".contains(byte) || *byte == 0x7f;
            let ends_control = self.is_half && (0x80..0xa0).contains(byte);
            self.is_half = *byte == 0xc2;
            if is_control || ends_control {
                *byte = b'?';
            }
        }
        self.terminal.write_all(&seen)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.terminal.flush()
    }
}

fn failure(what: &str, error: &io::Error) -> Error {
    let cause = error.get_ref();
    if cause.is_some_and(<dyn std::error::Error + Send + Sync>::is::<BrokenOff>) {
        let message = format!("the answer broke off: {error}");
        return Error::new(ErrorKind::TryAgain, message).hint("try again");
    }
    let hint = if error.kind() == io::ErrorKind::BrokenPipe {
        "the program that reads it has ended"
    } else {
        "check the disk's room, and who may write there"
    };
    Error::new(ErrorKind::Failed, format!("cannot write {what}: {error}")).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sequence_of_a_servers_reaches_a_terminal() {
        for (pieces, expected) in [
            (&["a\x1b[2Jb\r\n\tc\x07\x7f"][..], "a?[2Jb\r\n\tc??"),
            (&["\u{e9}\u{9b}31m"], "\u{e9}\u{c2}?31m"),
        ] {
            let mut seen = Seen::new(Vec::new());
            for piece in pieces {
                seen.write_all(piece.as_bytes()).expect("memory");
            }
            let shown: Vec<u8> = expected
                .replace("\u{c2}?", "\0?")
                .bytes()
                .map(|byte| if byte == 0 { 0xc2 } else { byte })
                .collect();
            assert_eq!(seen.terminal, shown, "{pieces:?}");
        }
    }
}
