//! What the parser says about a command line that it does not understand, as an error of authctl.
//!
//! The message is made from the parts of the parser's error, by its kind. A value that was typed
//! may be a secret in the wrong place, and goes into terminals and logs only shortened.
//!
//! Deliberately absent: the text that the parser would print. Its form may change.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind as Parsing};

use super::definition::definition;
use crate::error::{Error, ErrorKind};
use crate::text::did_you_mean;

/// How much of a value is repeated: too little to be of use to anyone who reads it.
const SHOWN_OF_VALUE: usize = 3;

/// How long a verb or a flag may be to be repeated whole. authctl's own are no longer.
const LONGEST_NAME: usize = 24;

/// What other programs call the flag that names a profile, and hooks too.
const PROFILE_FLAGS: &[&str] = &["--profile", "-p"];

/// Verbs that other programs have, and what does the same here. People try them.
const MEANT: &[(&str, &str)] = &[
    ("access-token", "authctl token"),
    ("auth", "authctl login"),
    ("config", "authctl profile"),
    ("configure", "authctl login"),
    ("curl", "authctl request URL"),
    ("decode", "authctl inspect"),
    ("describe", "authctl status NAME"),
    ("diagnose", "authctl doctor"),
    ("env", "authctl token --format env"),
    ("get", "authctl token"),
    ("get-token", "authctl token"),
    ("git", "authctl hook install git --host HOST"),
    ("header", "authctl token --format header"),
    ("help-me", "authctl doctor"),
    ("info", "authctl status"),
    ("init", "authctl login"),
    ("install", "authctl hook install"),
    ("introspect", "authctl inspect --online"),
    ("jwt", "authctl inspect"),
    ("list", "authctl status"),
    ("ls", "authctl status"),
    ("new", "authctl login"),
    ("print-access-token", "authctl token"),
    ("providers", "authctl provider list"),
    (
        "refresh",
        "authctl token, which refreshes when that is needed",
    ),
    ("register", "authctl login, which says where"),
    ("revoke", "authctl logout"),
    ("run", "authctl exec NAME -- COMMAND"),
    ("setup", "authctl login"),
    ("show", "authctl status NAME"),
    ("signin", "authctl login"),
    ("signout", "authctl logout"),
    ("switch", "authctl profile use NAME"),
    ("use", "authctl profile use NAME"),
    ("userinfo", "authctl inspect --online"),
    ("verify", "authctl inspect --online"),
    ("version", "authctl --version"),
    ("who", "authctl status"),
    ("whoami", "authctl status"),
    ("why", "authctl explain"),
];

/// The parser's error as one of authctl, with hints. `words` are what was typed, without the
/// program's name.
pub(super) fn usage_error(error: &clap::Error, words: &[&str]) -> Error {
    let verb = words.first().copied();
    let mut failure = Error::new(ErrorKind::Usage, message(error));
    let wrong = text(error, ContextKind::InvalidSubcommand);
    let meant = MEANT.iter().find(|(word, _)| *word == wrong);
    if let Some((_, here)) = meant.filter(|_| verb == Some(wrong)) {
        return failure.hint(format!("here that is {}", quoted(here)));
    }
    let (verbs, below) = verbs(words);
    let mut hints = hints(error);
    if error.kind() == Parsing::InvalidSubcommand && hints.is_empty() {
        hints.extend(did_you_mean(wrong, below.iter().map(String::as_str)));
    }
    for hint in hints {
        failure = failure.hint(hint);
    }
    if verb == Some("exec") {
        failure = failure.hint("the command stands behind `--`: `authctl exec [NAME] -- COMMAND`");
    }
    failure.hint(format!("see `authctl{verbs} --help`"))
}

/// The verbs among the words that were typed, each behind a space, and those that may follow.
fn verbs(words: &[&str]) -> (String, Vec<String>) {
    let definition = definition();
    let (mut known, mut verbs) = (&definition, String::new());
    for word in words {
        let Some(verb) = known.find_subcommand(word).filter(|_| *word != "help") else {
            break;
        };
        verbs.push_str(&format!(" {}", verb.get_name()));
        known = verb;
    }
    let below = known.get_subcommands().filter(|verb| !verb.is_hide_set());
    (
        verbs,
        below.map(|verb| verb.get_name().to_owned()).collect(),
    )
}

/// A command as a hint quotes it, without what is said about it.
fn quoted(command: &str) -> String {
    match command.split_once(", ") {
        Some((command, about)) => format!("`{command}`, {about}"),
        None => format!("`{command}`"),
    }
}

fn message(error: &clap::Error) -> String {
    let argument = text(error, ContextKind::InvalidArg);
    match error.kind() {
        Parsing::InvalidSubcommand => format!(
            "unrecognized subcommand '{}'",
            shown_word(text(error, ContextKind::InvalidSubcommand))
        ),
        Parsing::UnknownArgument => {
            format!("unexpected argument '{}' found", shown_argument(argument))
        }
        Parsing::InvalidValue | Parsing::ValueValidation => invalid_value(error, argument),
        Parsing::TooManyValues => format!(
            "unexpected value '{}' for '{argument}' found; no more were expected",
            shorten(text(error, ContextKind::InvalidValue))
        ),
        Parsing::ArgumentConflict => conflict(error, argument),
        Parsing::MissingRequiredArgument => format!(
            "the following required arguments were not provided: {}",
            list(error, ContextKind::InvalidArg).join(" ")
        ),
        Parsing::MissingSubcommand => format!(
            "a subcommand is missing: expected one of {}",
            list(error, ContextKind::ValidSubcommand).join(", ")
        ),
        Parsing::DisplayHelpOnMissingArgumentOrSubcommand => "a subcommand is missing".to_owned(),
        other => other
            .as_str()
            .unwrap_or("the command line is not understood")
            .to_owned(),
    }
}

fn invalid_value(error: &clap::Error, argument: &str) -> String {
    let value = text(error, ContextKind::InvalidValue);
    let mut message = if value.is_empty() && error.kind() == Parsing::InvalidValue {
        format!("a value is required for '{argument}' but none was supplied")
    } else {
        format!("invalid value '{}' for '{argument}'", shorten(value))
    };
    if let Some(why) = error.source() {
        message.push_str(&format!(": {why}"));
    }
    let possible = list(error, ContextKind::ValidValue);
    if !possible.is_empty() {
        message.push_str(&format!(" [possible values: {}]", possible.join(", ")));
    }
    message
}

fn conflict(error: &clap::Error, argument: &str) -> String {
    let (what, name) = match text(error, ContextKind::InvalidSubcommand) {
        "" => ("argument", argument),
        subcommand => ("subcommand", subcommand),
    };
    let others = list(error, ContextKind::PriorArg);
    if others == [name] {
        return format!("the {what} '{name}' cannot be used multiple times");
    }
    format!(
        "the {what} '{name}' cannot be used with '{}'",
        others.join("', '")
    )
}

fn hints(error: &clap::Error) -> Vec<String> {
    let mut hints = Vec::new();
    for (kind, what) in [
        (ContextKind::SuggestedSubcommand, "subcommand"),
        (ContextKind::SuggestedArg, "argument"),
        (ContextKind::SuggestedValue, "value"),
    ] {
        let similar = list(error, kind);
        match similar.as_slice() {
            [] => {}
            [only] => hints.push(format!("a similar {what} exists: '{only}'")),
            several => hints.push(format!(
                "some similar {what}s exist: '{}'",
                several.join("', '")
            )),
        }
    }
    let argument = text(error, ContextKind::InvalidArg);
    if PROFILE_FLAGS.contains(&argument) {
        hints.push("the profile is named without a flag: `authctl token NAME`".to_owned());
        return hints;
    }
    // These are sentences that repeat the argument. That a flag could be passed as a value leads
    // nowhere: no value of authctl's begins like one.
    if let Some(ContextValue::StyledStrs(sentences)) = error.get(ContextKind::Suggested)
        && shown_argument(argument) == argument
    {
        let sentences = sentences.iter().map(ToString::to_string);
        hints.extend(sentences.filter(|sentence| !sentence.starts_with("to pass ")));
    }
    hints
}

/// A part of the error that is one text; empty if it has none.
fn text(error: &clap::Error, kind: ContextKind) -> &str {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text,
        _ => "",
    }
}

/// A part of the error that is one text or several.
fn list(error: &clap::Error, kind: ContextKind) -> Vec<&str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text],
        Some(ContextValue::Strings(texts)) => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// An argument that was not expected: a flag, or a value.
fn shown_argument(argument: &str) -> String {
    if argument.starts_with('-') {
        shown_word(argument)
    } else {
        shorten(argument)
    }
}

/// A word that was typed for a verb or a flag: whole if it could be the name of one.
fn shown_word(word: &str) -> String {
    let letters = word.trim_start_matches('-');
    let is_name =
        word.len() <= LONGEST_NAME && letters.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if is_name {
        word.to_owned()
    } else {
        shorten(word)
    }
}

/// The beginning of a value that was typed.
fn shorten(value: &str) -> String {
    match value.char_indices().nth(SHOWN_OF_VALUE) {
        Some((end, _)) => format!("{}...", &value[..end]),
        None => value.to_owned(),
    }
}
