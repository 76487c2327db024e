//! The body of an answer on its way to stdout or to a file.

use std::io::{self, Write};
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
        let written = written.and_then(|stdout| copy(context, body, to, stdout, &mut progress));
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
