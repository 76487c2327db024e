//! Questions at a terminal: a text in front, an answer in a line of its own. No cursor is moved, so
//! that any terminal will do, of any width, and a screen reader too.

use std::io::{self, BufRead, IsTerminal};

use crate::error::{Error, ErrorKind};
use crate::platform::console;
use crate::secret::Secret;
use crate::ui;

/// The word that leads to the question before.
pub const BACK: &str = "back";

/// What a person answers.
#[derive(Debug)]
pub enum Answer<T> {
    /// This.
    Given(T),
    /// They want the question before.
    Back,
}

/// Whether a person is there to be asked: they see stderr and type into stdin.
#[must_use]
pub fn is_there() -> bool {
    io::stdin().is_terminal() && ui::is_watched() && !console::is_in_background()
}

/// Asks for a line. An empty one is `usual`, where there is one, else it is asked for again.
///
/// # Errors
/// When the input ends.
pub fn line(question: &str, usual: Option<&str>) -> Result<Answer<String>, Error> {
    let question = match usual {
        Some("") | None => format!("{question}: "),
        Some(usual) => format!("{question} [{usual}]: "),
    };
    loop {
        ui::prompt(&question);
        let typed = read()?;
        match (typed.trim(), usual) {
            (BACK, _) => return Ok(Answer::Back),
            ("", Some(usual)) => return Ok(Answer::Given(usual.to_owned())),
            ("", None) => ui::show("an answer is needed here; Ctrl-C leaves"),
            (typed, _) => return Ok(Answer::Given(typed.to_owned())),
        }
    }
}

/// Asks for a secret, which is not shown as it is typed where the system allows that. `None` for an
/// empty line.
///
/// # Errors
/// When the input ends.
pub fn secret(question: &str) -> Result<Answer<Option<Secret>>, Error> {
    let (typed, is_unseen) = {
        // Before the question: a person may type as soon as they see it.
        let unseen = console::read_unseen();
        ui::prompt(&format!("{question}: "));
        (zeroize::Zeroizing::new(read()?), unseen.is_some())
    };
    if is_unseen {
        // The line break was not shown either.
        ui::show("");
    }
    let typed = zeroize::Zeroizing::new(console::edited(&typed));
    Ok(match typed.trim() {
        BACK => Answer::Back,
        "" => Answer::Given(None),
        typed => Answer::Given(Some(Secret::new(typed.to_owned()))),
    })
}

fn read() -> Result<String, Error> {
    let mut typed = String::new();
    let read = io::stdin().lock().read_line(&mut typed);
    let has_ended = read.as_ref().is_ok_and(|count| *count == 0);
    if let Err(error) = read {
        return Err(Error::new(
            ErrorKind::Failed,
            format!("cannot read what is typed: {error}"),
        ));
    }
    // Unseen, the key that ends the input is a character of it.
    if has_ended || typed.ends_with('\u{4}') {
        ui::show("");
        let message = "the questions were left, and nothing was changed";
        return Err(Error::new(ErrorKind::Interrupted, message));
    }
    Ok(typed)
}
