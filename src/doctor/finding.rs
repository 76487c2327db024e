//! What a check found.

use crate::error::Error;
use crate::platform::manner::Style;

/// How good or bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// It is well.
    Ok,
    /// It works, and may not tomorrow.
    Warning,
    /// It does not work.
    Fault,
    /// It could not be found out.
    Unknown,
}

impl Grade {
    /// Its name, in both outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Grade::Ok => "ok",
            Grade::Warning => "warning",
            Grade::Fault => "fault",
            Grade::Unknown => "not known",
        }
    }

    /// How its name stands out.
    #[must_use]
    pub fn style(self) -> Style {
        match self {
            Grade::Ok => Style::Good,
            Grade::Warning | Grade::Unknown => Style::Doubtful,
            Grade::Fault => Style::Bad,
        }
    }
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// How good or bad it is.
    pub grade: Grade,
    /// What was found, without a full stop.
    pub what: String,
    /// What mends it, where something can be done.
    pub fix: Option<String>,
}

impl Finding {
    fn new(grade: Grade, what: impl Into<String>) -> Self {
        Self {
            grade,
            what: what.into(),
            fix: None,
        }
    }

    pub(super) fn ok(what: impl Into<String>) -> Self {
        Self::new(Grade::Ok, what)
    }

    pub(super) fn warning(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(Grade::Warning, what).fix(fix)
    }

    pub(super) fn fault(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(Grade::Fault, what).fix(fix)
    }

    pub(super) fn unknown(what: impl Into<String>) -> Self {
        Self::new(Grade::Unknown, what)
    }

    /// A fault that says what an error says, with its first hint.
    pub(super) fn of_error(error: &Error) -> Self {
        Self {
            grade: Grade::Fault,
            what: error.message.clone(),
            fix: error.hints().into_iter().next(),
        }
    }

    pub(super) fn fix(self, fix: impl Into<String>) -> Self {
        Self {
            fix: Some(fix.into()),
            ..self
        }
    }
}
