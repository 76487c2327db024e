//! How a verb answers and what it says on the way: the answer on stdout, in one go; everything else
//! on stderr, as far as the flags want it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cli::OutputArgs;
use crate::error::{Error, ErrorKind};
use crate::platform::console;
use crate::session::Sink;
use crate::text;
use crate::ui::{self, Loudness};

/// How a verb answers and what it says on the way.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Whether answers and failures are JSON.
    pub json: bool,
    /// Whether stderr is for failures only, and for what a person must see.
    pub quiet: bool,
    /// Whether details are said, too.
    pub verbose: bool,
}

impl Output {
    /// What the flags ask for. With JSON, stderr is for one object, the failure, and for what a
    /// person must see at a login.
    #[must_use]
    pub fn new(flags: &OutputArgs) -> Self {
        let OutputArgs {
            json,
            quiet,
            verbose,
        } = *flags;
        Self {
            json,
            quiet: quiet || json,
            verbose: verbose && !json,
        }
    }

    /// Writes the answer to stdout: as JSON if the flags ask for that, else as text.
    ///
    /// # Errors
    /// When the reader is gone, or the disk behind stdout is full.
    pub fn answer(
        self,
        json: impl FnOnce() -> Value,
        text: impl FnOnce() -> String,
    ) -> Result<(), Error> {
        if self.json {
            return answer_json(&json());
        }
        answer(&text::shown(&text()))
    }

    /// Writes the answer of a verb that has none as text: as JSON, if the flags ask for that.
    ///
    /// # Errors
    /// When the reader is gone, or the disk behind stdout is full.
    pub fn done(self, json: impl FnOnce() -> Value) -> Result<(), Error> {
        if self.json {
            return answer_json(&json());
        }
        Ok(())
    }

    /// Says something on stderr, unless the user asked for quiet.
    pub fn say(self, message: &str) {
        if !self.quiet {
            ui::say(message);
        }
    }

    /// Tells what was done, each as a sentence: on stderr, or on stdout as JSON if the flags ask
    /// for that.
    ///
    /// # Errors
    /// When the reader is gone, or the disk behind stdout is full.
    pub fn tell(self, done: &[String]) -> Result<(), Error> {
        for sentence in done {
            self.say(sentence);
        }
        self.done(|| json!({"done": done}))
    }

    /// Shows lines on stderr as they are, unless the user asked for quiet.
    pub fn show(self, lines: &str) {
        if !self.quiet {
            ui::show(lines);
        }
    }

    /// Whether a person may be asked for what the command line does not say.
    #[must_use]
    pub fn may_ask(self) -> bool {
        !self.quiet
    }

    /// Whether a person wants to see how far something is.
    #[must_use]
    pub fn shows_progress(self) -> bool {
        !self.quiet && ui::is_watched()
    }

    /// How much a process says that is started to help.
    #[must_use]
    pub fn loudness(self) -> Loudness {
        Loudness {
            quiet: self.quiet,
            verbose: self.verbose,
        }
    }

    /// Where the events of a session go: to stderr, the details only for a user who asked for them.
    #[must_use]
    pub fn sink(self) -> Arc<Sink> {
        Arc::new(move |profile, event| {
            if self.quiet || (event.is_detail() && !self.verbose) {
                return;
            }
            match profile {
                Some(profile) => ui::say(&format!("{profile}: {event}")),
                None => ui::say(&event.to_string()),
            }
        })
    }
}

impl From<Loudness> for Output {
    fn from(Loudness { quiet, verbose }: Loudness) -> Self {
        Self {
            json: false,
            quiet,
            verbose,
        }
    }
}

/// Writes the answer to stdout: in one go, after everything that can fail.
///
/// # Errors
/// When the reader is gone, or the disk behind stdout is full.
pub fn answer(text: &str) -> Result<(), Error> {
    console::write_answer(text.as_bytes()).map_err(|error| cannot_write(&error))
}

/// Writes help, a script or a list to stdout. A reader who has read enough is no failure: says
/// whether there may be more.
///
/// # Errors
/// When the disk behind stdout is full.
pub fn answer_to_reader(text: &str) -> Result<bool, Error> {
    match console::write_answer(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(cannot_write(&error)),
        Ok(()) => Ok(true),
    }
}

fn cannot_write(error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Failed,
        format!("cannot write the answer: {error}"),
    )
}

/// Writes the answer as JSON on one line.
///
/// # Errors
/// As [`answer`].
pub fn answer_json(value: &Value) -> Result<(), Error> {
    answer(&text::visible_json(&format!("{value}\n")))
}
