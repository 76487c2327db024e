//! The command of Python's `keyring`, as pip and uv call it; twine and poetry load the library
//! instead.
//!
//! Whoever finds nothing hears nothing, with exit code 1: pip and uv then ask in another way.

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, TokenKind, malformed};
use crate::profile::target::Target;

pub(super) const ROW: Row = Row {
    name: "keyring",
    help: "pip, uv: --keyring-provider subprocess",
    usage: "get SERVICE [USER] [--mode creds]",
    input: Input::Nothing,
    flag: None,
    variables: &[],
    program: Some("keyring"),
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Keyring,
};

struct Keyring;

impl Hook for Keyring {
    fn question(&self, call: &Call) -> Question {
        let words = words(call);
        match words.as_slice() {
            ["get", service] | ["get", service, _] => match Target::parse(service) {
                // pip and uv ask by the whole URL first, and by the host alone when that was
                // refused. They do not say then whether they would send the token in the clear.
                Some(target) if target.scheme.is_none() => {
                    Question::Known(Reply::fails().quietly())
                }
                Some(target) => Question::Token(Ask::about(target)),
                None => Question::Known(Reply::fails().quietly()),
            },
            ["set" | "del" | "delete", ..] => {
                malformed("no passwords of others are kept here: log in with `authctl login`")
            }
            _ => malformed(format!("expected {}", ROW.usage)),
        }
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        match answer {
            Answer::Token(token) if both(call) => {
                let user = words(call).get(2).copied();
                let user = token.named.or(user).unwrap_or(token.usual);
                let lines = zeroize::Zeroizing::new(format!("{user}\n{}", token.secret.expose()));
                Reply::line(&lines)
            }
            Answer::Token(token) => Reply::line(token.secret.expose()),
            Answer::Failed(_) => Reply::fails(),
            _ => Reply::fails().quietly(),
        }
    }
}

/// Whether the user name is asked for, too.
fn both(call: &Call) -> bool {
    let follows = call
        .words
        .windows(2)
        .any(|pair| pair[0] == "--mode" && pair[1] == "creds");
    follows || call.words.iter().any(|word| word == "--mode=creds")
}

/// The words that are no options.
fn words(call: &Call) -> Vec<&str> {
    const WITH_VALUE: &[&str] = &[
        "--mode",
        "--output",
        "-b",
        "--keyring-backend",
        "-p",
        "--keyring-path",
    ];
    let mut words = Vec::new();
    let mut rest = call.words.iter().map(String::as_str);
    while let Some(word) = rest.next() {
        if WITH_VALUE.contains(&word) {
            rest.next();
        } else if !word.starts_with('-') {
            words.push(word);
        }
    }
    words
}
