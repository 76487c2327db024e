//! Why a session stands as it does, or why it ended: one paragraph, the line of the log that proves
//! it, and the one command to run. No server is asked.
//!
//! | file | what it holds |
//! |---|---|
//! | `cause` | every cause, as a table |
//! | `evidence` | what is known: the record, the log, the profile, the time |
//! | `refusal` | causes of a refusal by the server |
//! | `trouble` | causes on this machine, on the way, and of a failed refresh |
//! | `standing` | sessions that are well, or were never there |
//!
//! A judge looks at the evidence and gives a verdict, or none. The first verdict counts, so that
//! the order of `JUDGES` is the order in which causes are ruled out.
//!
//! Deliberately absent: guesses. Where the evidence fits two causes, the verdict names both.

pub mod cause;
mod evidence;
mod refusal;
pub mod report;
mod standing;
mod trouble;

use cause::Cause;
pub use evidence::Evidence;

use crate::error::{Error, ErrorKind};
use crate::log::Entry;
use crate::session::Context;

/// What a judge found.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The cause.
    pub cause: Cause,
    /// What happened, and what shows it: sentences without a capital and a full stop. The first
    /// says it alone.
    pub sentences: Vec<String>,
    /// The line of the log that proves it.
    pub line: Option<Entry>,
    /// The command to run, with the name of the profile.
    pub command: Option<String>,
}

impl Verdict {
    fn new(cause: Cause, sentence: impl Into<String>) -> Self {
        Self {
            cause,
            sentences: vec![sentence.into()],
            line: None,
            command: None,
        }
    }

    fn and(mut self, sentence: impl Into<String>) -> Self {
        self.sentences.push(sentence.into());
        self
    }

    fn and_some(self, sentence: Option<String>) -> Self {
        match sentence {
            Some(sentence) => self.and(sentence),
            None => self,
        }
    }

    fn line(self, line: Option<&Entry>) -> Self {
        Self {
            line: line.cloned(),
            ..self
        }
    }

    fn run(self, command: impl Into<String>) -> Self {
        Self {
            command: Some(command.into()),
            ..self
        }
    }

    /// The paragraph.
    #[must_use]
    pub fn text(&self) -> String {
        let sentences = self.sentences.iter().map(|sentence| {
            let mut letters = sentence.chars();
            let first = letters.next().map(char::to_uppercase);
            let first: String = first.into_iter().flatten().collect();
            format!("{first}{}.", letters.as_str())
        });
        let sentences: Vec<String> = sentences.collect();
        sentences.join(" ")
    }
}

type Judge = fn(&Evidence) -> Option<Verdict>;

/// Those who look at the evidence, in their order. The last one always finds something.
const JUDGES: &[Judge] = &[
    trouble::broken_profile,
    trouble::unreadable,
    standing::nothing,
    trouble::changed_profile,
    refusal::unclear,
    refusal::after_interruption,
    refusal::of_a_copy,
    refusal::of_a_spent_token,
    refusal::by_its_words,
    refusal::by_dates,
    refusal::of_a_foreign_record,
    refusal::without_a_word,
    trouble::unsaved,
    trouble::failing,
    trouble::interrupted,
    trouble::foreign_record,
    standing::unrenewable,
    trouble::clock,
];

/// Explains the session of the profile `name`, or of the one that is meant when none is named.
///
/// # Errors
/// When there is no such profile, or the configuration cannot be read.
pub fn explain(context: &Context, name: Option<&str>) -> Result<(String, Verdict), Error> {
    let evidence = Evidence::gather(context, name)?;
    let verdict = judge(&evidence);
    Ok((evidence.name, verdict))
}

fn judge(evidence: &Evidence) -> Verdict {
    let mut verdicts = JUDGES.iter().filter_map(|judge| judge(evidence));
    verdicts.next().unwrap_or_else(|| standing::alive(evidence))
}

/// Adds to a failure that calls for a login why the session ended, in one sentence, and where the
/// whole story is told. Other failures stay as they are.
#[must_use]
pub fn add_to(context: &Context, error: Error) -> Error {
    let about = error.about.clone();
    let Some(profile) = about.filter(|_| error.kind == ErrorKind::LoginRequired) else {
        return error;
    };
    let Ok((_, verdict)) = explain(context, Some(&profile)) else {
        return error;
    };
    if !verdict.cause.is_worth_a_word() {
        return error;
    }
    let why = verdict.sentences.first().cloned().unwrap_or_default();
    let names_this = |hint: &String| hint.contains("authctl explain");
    if error.hints().iter().any(names_this) {
        return error.hint(why);
    }
    error.hint(format!("{why}: `authctl explain {profile}` tells more"))
}
