//! Answering a program that asks for credentials: joins a wire protocol with a session. What the
//! caller asks becomes a token that is valid now, and that becomes the bytes which the caller
//! understands; or its own way to be told that a person has to log in.
//!
//! stdout gets only what the protocol has. A person is asked only where the caller allows it and
//! the profile says so. A hook is never given a refresh token, and ends no session.

mod choice;
mod conversation;
mod handout;
mod input;
mod memory;
mod obtain;
pub mod protocol;
mod unbound;

use std::io::IsTerminal;
use std::sync::Arc;

use conversation::Conversation;
pub use unbound::why_not_bound;

use protocol::{Failure, FailureKind, Input, Options, Outcome, Reply, Request, Row};

use crate::cli::HookArgs;
use crate::config::env;
use crate::error::{Error, ErrorKind};
use crate::platform::console;
use crate::session::{Context, Sink};
use crate::ui;

/// Answers one call, or for some protocols one conversation. Gives the exit code: each protocol has
/// its own.
#[must_use]
pub fn call(row: &'static Row, args: &HookArgs, sink: Arc<Sink>) -> u8 {
    let mut request = Request {
        words: args.words.clone(),
        options: options(args),
        watched: ui::is_watched(),
        ..Request::default()
    };
    for name in row.variables {
        if let Some(value) = env::var_or_empty(name) {
            request.variables.push((name, value));
        }
    }
    if let Some(why) = superfluous_word(row, &request) {
        return write_answer(row, &Answer::failed(row, &request, malformed(why)));
    }
    let context = match Context::new(sink) {
        Ok(context) => context,
        Err(error) => return greet_and_fail(row, &request, error.into()),
    };
    tell_a_person(row);
    let conversation = Conversation::new(&context, row, args);
    if row.input == Input::Lines {
        return conversation.answer_lines(request);
    }
    let answer = match input::read(row, &request) {
        Ok(bytes) => {
            request.input = bytes;
            conversation.answer(&request)
        }
        Err(why) => Answer::failed(row, &request, malformed(why)),
    };
    write_answer(row, &answer)
}

/// Tells a person who has typed the call of a hook what it waits for: it would seem to hang.
fn tell_a_person(row: &Row) {
    let is_typed = std::io::stdin().is_terminal() && ui::is_watched();
    if row.input == Input::Nothing || !is_typed {
        return;
    }
    ui::say(&format!(
        "this is how a program asks for a token, and waits for its request on stdin ({}); Ctrl-D \
         ends it",
        row.help
    ));
    ui::say(
        "hint: `authctl token` prints one for you; `authctl hook install` tells a program to ask",
    );
}

/// A word on the command line that would be passed over in silence: a profile that is not asked
/// for, an option that comes too late.
fn superfluous_word(row: &Row, request: &Request) -> Option<String> {
    let has_option = request.words.iter().any(|word| word.starts_with('-'));
    if has_option && !row.own_options {
        return Some(format!(
            "options come first: authctl hook {} [OPTIONS] {}",
            row.name, row.usage
        ));
    }
    if row.usage.is_empty() && !request.words.is_empty() {
        return Some(format!(
            "hook {} takes no words: name a profile with `--profile`",
            row.name
        ));
    }
    None
}

/// What the command line says because the protocol has no place for it.
fn options(args: &HookArgs) -> Options {
    Options {
        server: args.server.clone(),
        port: args.port,
        bare: args.bare,
        exchange_role: args.role_arn.clone(),
        exchange_session: args.role_session_name.clone(),
        asks_every: args.asks_every,
    }
}

/// What is written to stdout, and the failure that stderr may be told.
struct Answer {
    reply: Reply,
    failure: Option<Failure>,
}

impl Answer {
    /// The protocol's way to say that there is no token.
    /// It repeats nothing that was typed and may be a secret.
    fn failed(row: &Row, request: &Request, mut failure: Failure) -> Self {
        failure.message = ui::concealed(&failure.message);
        Self {
            reply: row.hook.reply(request, &Outcome::Failed(&failure)),
            failure: Some(failure),
        }
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            failure: None,
        }
    }
}

/// A request that cannot be understood.
fn malformed(message: String) -> Failure {
    Failure {
        kind: FailureKind::Malformed,
        message,
        hints: vec![],
    }
}

/// Greets a caller that expects it, tells it of a failure, and gives the exit code, which is not 0
/// if either cannot be written.
fn greet_and_fail(row: &Row, request: &Request, failure: Failure) -> u8 {
    let greeted = match row.hook.greeting() {
        Some(greeting) => write_answer(row, &greeting.into()),
        None => 0,
    };
    greeted | write_answer(row, &Answer::failed(row, request, failure))
}

/// Writes all of the answer at once, after everything that can fail, and gives the exit code.
fn write_answer(row: &Row, answer: &Answer) -> u8 {
    let written = console::write_answer(&answer.reply.stdout);
    if let Some(complaint) = answer.reply.complaint {
        ui::say(complaint);
    }
    if let Some(failure) = &answer.failure
        && answer.reply.failure_on_stderr
        && row.writes_stderr
    {
        show_failure(row, failure);
    }
    match written {
        Ok(()) => answer.reply.code,
        Err(error) => {
            if row.writes_stderr {
                ui::say(&format!("cannot write the answer: {error}"));
            }
            ErrorKind::Failed.row().code
        }
    }
}

/// Tells the user of a failure: on stderr, and at their terminal where the caller keeps stderr to
/// itself.
fn show_failure(row: &Row, failure: &Failure) {
    let mut lines = vec![failure.message.clone()];
    for hint in &failure.hints {
        lines.push(format!("hint: {hint}"));
    }
    for line in &lines {
        ui::say(line);
    }
    if !row.shows_stderr && !ui::is_watched() {
        ui::say_at_terminal(&lines);
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let kind = match error.kind {
            ErrorKind::LoginRequired => FailureKind::LoginRequired,
            ErrorKind::TryAgain => FailureKind::TryAgain,
            _ => FailureKind::Other,
        };
        Self {
            kind,
            message: error.to_string(),
            hints: error.hints(),
        }
    }
}
