//! What went wrong, in words for the outside. [`KINDS`] is the one table of exit codes:
//! `main`, the manual and the tests read it.
//!
//! An error says what happened and to what; its hints say what to do next; its kind decides the
//! exit code.

mod advice;

use std::ffi::OsStr;
use std::io;
use std::time::Duration;

use crate::broker::Report;
use crate::config::ConfigError;
use crate::event::Event;
use crate::text::repeatable;

/// A kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "KINDS documents each")]
pub enum ErrorKind {
    Failed,
    Usage,
    Store,
    LoginRequired,
    TryAgain,
    Config,
    CommandNotRun,
    CommandNotFound,
    Interrupted,
}

/// A row of the table.
pub struct Row {
    /// The kind.
    pub kind: ErrorKind,
    /// The exit code.
    pub code: u8,
    /// Its name in JSON.
    pub name: &'static str,
    /// What it means.
    pub help: &'static str,
}

const fn row(kind: ErrorKind, code: u8, name: &'static str, help: &'static str) -> Row {
    Row {
        kind,
        code,
        name,
        help,
    }
}

/// Every way to fail, by exit code.
pub const KINDS: &[Row] = &[
    row(ErrorKind::Failed, 1, "failed", "something else went wrong"),
    row(
        ErrorKind::Usage,
        2,
        "usage",
        "the command line is not understood",
    ),
    row(
        ErrorKind::Store,
        3,
        "store",
        "the session cannot be read or saved on this machine; nothing was spent",
    ),
    row(
        ErrorKind::LoginRequired,
        4,
        "login_required",
        "a person has to log in",
    ),
    row(
        ErrorKind::TryAgain,
        5,
        "try_again",
        "the server or the lock could not answer now; the session is kept",
    ),
    row(
        ErrorKind::Config,
        6,
        "config",
        "the configuration, or the client's registration, is wrong",
    ),
    row(
        ErrorKind::CommandNotRun,
        126,
        "command_not_run",
        "exec: the command cannot be run",
    ),
    row(
        ErrorKind::CommandNotFound,
        127,
        "command_not_found",
        "exec: there is no such command",
    ),
    row(
        ErrorKind::Interrupted,
        130,
        "interrupted",
        "Ctrl-C ended the command",
    ),
];

impl ErrorKind {
    /// Its row of the table.
    #[must_use]
    pub fn row(self) -> &'static Row {
        KINDS
            .iter()
            .find(|row| row.kind == self)
            .unwrap_or(&KINDS[0])
    }
}

/// Stands in a hint for the name of the profile that the error is about.
pub const PROFILE: &str = "{profile}";

/// What a failure was caused by, where another error is known to be behind it.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// A failure, ready to be told.
///
/// `Display` writes `ABOUT: MESSAGE`. The name of the profile is put on by the session, once, when
/// the error leaves it; a message does not begin with it.
#[derive(Debug)]
pub struct Error {
    /// The name of the profile whose session failed, where it is about one.
    pub about: Option<String>,
    /// The kind of failure, which decides the exit code.
    pub kind: ErrorKind,
    /// What happened, to what: lower case, without a full stop.
    pub message: String,
    /// What to do next. [`PROFILE`] stands for the name of the profile.
    hints: Vec<String>,
    source: Option<Source>,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.about {
            Some(profile) => write!(f, "{profile}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}

impl Error {
    /// A failure without a hint.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            about: None,
            kind,
            message: message.into(),
            hints: vec![],
            source: None,
        }
    }

    /// A command of the user's that cannot be run.
    #[must_use]
    pub fn command_not_run(program: &OsStr, error: &io::Error) -> Self {
        let (kind, hint) = if error.kind() == io::ErrorKind::NotFound {
            (ErrorKind::CommandNotFound, "is it installed, and in PATH?")
        } else {
            let hint = "is it a program, and may you run it?";
            (ErrorKind::CommandNotRun, hint)
        };
        let name = program.to_string_lossy();
        let name = repeatable(&name);
        Self::new(kind, format!("cannot run {name}: {error}")).hint(hint)
    }

    /// That no token lives as long as `--min-ttl --strict` demands: the best has this much left.
    #[must_use]
    pub fn life_too_short(left: Duration) -> Self {
        Self::new(ErrorKind::Failed, Event::LifeTooShort { left }.to_string())
            .hint("ask for less, or leave `--strict` out and take what there is")
    }

    /// A failure that says what `source` says.
    fn caused_by(kind: ErrorKind, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        let mut error = Self::new(kind, source.to_string());
        error.source = Some(Box::new(source));
        error
    }

    /// Whether it is that no profile says which client is meant.
    #[must_use]
    pub fn lacks_client(&self) -> bool {
        let source = self.source.as_deref();
        source
            .and_then(|source| source.downcast_ref::<ConfigError>())
            .is_some_and(ConfigError::lacks_client)
    }

    /// Adds what to do next. [`PROFILE`] in it stands for the name of the profile.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Puts before the other hints what to do next.
    #[must_use]
    pub fn first_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.insert(0, hint.into());
        self
    }

    /// The failure as one of this profile's session, unless it already is about a profile.
    #[must_use]
    pub fn about(mut self, profile: &str) -> Self {
        self.about.get_or_insert_with(|| profile.to_owned());
        self
    }

    /// What to do next, each as one sentence.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let profile = self.about.as_deref().unwrap_or("NAME");
        let filled = self.hints.iter().map(|hint| hint.replace(PROFILE, profile));
        filled.collect()
    }

    /// The failure as it crosses to another process, which knows which profile it is about.
    #[must_use]
    pub fn report(&self) -> Report {
        Report {
            kind: self.kind.row().name.to_owned(),
            message: self.message.clone(),
            hints: self.hints.clone(),
        }
    }

    /// The failure as one JSON object.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let row = self.kind.row();
        serde_json::json!({
            "error": row.name,
            "code": row.code,
            "message": self.to_string(),
            "hints": self.hints(),
        })
    }
}

impl From<Report> for Error {
    fn from(report: Report) -> Self {
        let kind = KINDS.iter().find(|row| row.name == report.kind);
        let kind = kind.map_or(ErrorKind::Failed, |row| row.kind);
        Self {
            hints: report.hints,
            ..Self::new(kind, report.message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_row_and_every_code_is_its_own() {
        let mut codes: Vec<u8> = KINDS.iter().map(|row| row.code).collect();
        codes.dedup();
        assert_eq!(codes.len(), KINDS.len());
        assert!(KINDS.is_sorted_by_key(|row| row.code));
        for row in KINDS {
            assert_eq!(row.kind.row().code, row.code);
        }
    }

    #[test]
    fn a_profile_is_named_once_and_its_hints_name_it_too() {
        let error =
            Error::new(ErrorKind::LoginRequired, "no login").hint("authctl login {profile}");
        let error = error.about("work").about("other");
        assert_eq!(error.to_string(), "work: no login");
        assert_eq!(error.hints(), ["authctl login work"]);
        let crossed = Error::from(error.report());
        assert_eq!(crossed.to_string(), "no login");
        assert_eq!(crossed.about("work").hints(), ["authctl login work"]);
    }

    #[test]
    fn what_caused_a_failure_is_behind_it() {
        let source = io::Error::other("the disk is gone");
        let error = Error::caused_by(ErrorKind::Store, source);
        let cause = std::error::Error::source(&error).expect("a source");
        assert_eq!(cause.to_string(), "the disk is gone");
    }
}
