//! What happened to sessions, one line of JSON for each event, in `log.jsonl` beside the records.
//!
//! A line is written after the session is safe, in one piece, by as many processes at once as there
//! are. No lock is taken, none is waited for, and a line that cannot be written fails nothing. Two
//! files bound the log: when `log.jsonl` is full it becomes `log.1.jsonl`, whose place it takes.
//!
//! | file | what it holds |
//! |---|---|
//! | `entry` | one line: what it says, and how a person reads it |
//! | `file` | appending, and what keeps the log bounded |
//! | `read` | reading both files, and waiting for more |
//! | `mark` | the key of the fingerprints in it |
//!
//! Deliberately absent: any secret, any argument of a program, and who has logged in. A log may be
//! shown to a stranger, who may read a path in it. Also absent: `fsync`. A machine that loses its
//! power loses the last lines.

mod entry;
mod file;
mod mark;
mod read;

use std::io;
use std::path::{Path, PathBuf};

pub use entry::Entry;
pub use mark::Marks;
pub use read::{Line, Reader};

use crate::config::log_setting::{LogSetting, Sink};
use crate::event::Event;
use crate::platform::{process, signals};
use crate::secret::Fingerprint;
use crate::time::Moment;
use crate::ui;

/// How many bytes the newest file of the log in this directory has; `None` if there is none.
///
/// # Errors
/// When nothing could be added to it.
pub fn check(directory: &Path) -> io::Result<Option<u64>> {
    file::check(directory)
}

/// Where events are written to.
pub struct Log {
    sink: Sink,
    /// The directory of the records; `None` where none is known.
    directory: Option<PathBuf>,
    /// How many bytes one file has at most, give or take a line of each process.
    limit: u64,
    marks: Marks,
}

impl Log {
    /// The log of the sessions in this directory. Touches nothing.
    #[must_use]
    pub fn new(directory: Option<PathBuf>, setting: &LogSetting) -> Self {
        Self {
            sink: setting.sink,
            limit: setting.size,
            marks: Marks::default(),
            directory,
        }
    }

    /// Writes that something happened, to the session of this profile or to none in particular.
    /// Nothing is written of an event that is not worth it.
    pub fn write(&self, at: Moment, profile: Option<&str>, event: &Event) {
        if !event.is_logged() || self.sink == Sink::Nothing {
            return;
        }
        // The text of an error may repeat what was typed, or an address with a password.
        let line = ui::concealed(&Entry::new(at, profile, event.clone()).line());
        // It is told about what is safe already: a failure here must not change that.
        let _ = match (self.sink, &self.directory) {
            (Sink::System, _) => process::send_to_system_log(&line),
            (_, Some(directory)) => {
                // A limit on the size of files must not end the process.
                signals::survive_size_limit();
                file::append(directory, &line, self.limit)
            }
            (_, None) => Ok(()),
        };
    }

    /// What the log calls a token: its keyed fingerprint. `None` where nothing is logged, or no key
    /// can be had.
    #[must_use]
    pub fn mark(&self, token: &Fingerprint) -> Option<String> {
        if self.sink == Sink::Nothing {
            return None;
        }
        self.marks.of(self.directory.as_deref()?, token)
    }
}
