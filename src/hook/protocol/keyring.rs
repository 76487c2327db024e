//! The command of Python's `keyring`, as pip and uv run it. twine and poetry load the library
//! instead.
//!
//! An empty reply with exit code 1 means that there is nothing: pip and uv then ask in another way.

use zeroize::Zeroizing;

use super::{
    Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind, TokenRequest, malformed,
};
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
    own_options: true,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: true,
    hook: &Keyring,
};

struct Keyring;

impl Hook for Keyring {
    fn question(&self, request: &Request) -> Question {
        let words = words(request);
        match words.as_slice() {
            ["get", service] | ["get", service, _] => match Target::parse(service) {
                Some(target) if target.scheme.is_some() => {
                    Question::Token(TokenRequest::about(target))
                }
                // pip and uv ask by the whole URL first, and by the host alone when that was
                // refused. A host does not tell whether they would send the token without TLS.
                _ => Question::Answered(nothing()),
            },
            ["set" | "del" | "delete", ..] => malformed(
                "no passwords of other programs are kept here: log in with `authctl login`",
            ),
            _ => malformed(format!("expected {}", ROW.usage)),
        }
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply {
        match outcome {
            Outcome::Token(token) if wants_username(request) => {
                let user = words(request).get(2).copied();
                let user = token
                    .chosen_username
                    .or(user)
                    .unwrap_or(token.default_username);
                let lines = Zeroizing::new(format!("{user}\n{}", token.secret.expose()));
                Reply::line(&lines)
            }
            Outcome::Token(token) => Reply::line(token.secret.expose()),
            Outcome::Failed(_) => Reply::failure(),
            _ => nothing(),
        }
    }
}

/// The reply that there is no credential.
fn nothing() -> Reply {
    Reply::failure().without_stderr()
}

/// Whether the caller asks for the user name, too.
fn wants_username(request: &Request) -> bool {
    let follows = request
        .words
        .windows(2)
        .any(|pair| pair[0] == "--mode" && pair[1] == "creds");
    follows || request.words.iter().any(|word| word == "--mode=creds")
}

/// The words without the caller's own options and their values.
fn words(request: &Request) -> Vec<&str> {
    const WITH_VALUE: &[&str] = &[
        "--mode",
        "--output",
        "-b",
        "--keyring-backend",
        "-p",
        "--keyring-path",
    ];
    let mut words = Vec::new();
    let mut rest = request.words.iter().map(String::as_str);
    while let Some(word) = rest.next() {
        if WITH_VALUE.contains(&word) {
            rest.next();
        } else if !word.starts_with('-') {
            words.push(word);
        }
    }
    words
}
