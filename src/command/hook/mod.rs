//! `authctl hook NAME`: joins a wire protocol with the broker. What a caller asks becomes a token
//! that is valid now, and that becomes the bytes which the caller understands; or its own way to be
//! told that a person has to log in.
//!
//! A hook says nothing on stdout but what its protocol has, and asks a person only where the caller
//! allows it and the profile says so.

mod choice;
mod conversation;
mod handout;
mod input;
mod memory;
mod which;

use std::io::Write;

use conversation::Caller;

use super::answer;
use crate::cli::{HookArgs, HookCommand, HookInstallArgs, Manner};
use crate::config::env;
use crate::error::{Error, ErrorKind};
use crate::hook::protocol::{Failure, FailureKind, Input, Options, Outcome, Reply, Request, Row};
use crate::install;
use crate::session::Context;
use crate::ui;

/// Carries out a verb of `hook`, other than a call.
///
/// # Errors
/// What went wrong.
pub fn run(run: &Context, command: &HookCommand) -> Result<(), Error> {
    match command {
        HookCommand::List => which::list(run),
        HookCommand::Which(args) => which::which(run, args),
        HookCommand::Install(args) => install(run, args, install::install),
        HookCommand::Uninstall(args) => install(run, args, install::uninstall),
        // `main` has these: their exit codes are the protocols' own.
        HookCommand::Call(row, args) => Err(Error::new(
            ErrorKind::Failed,
            format!("{row:?} {args:?} is a call"),
        )),
    }
}

/// Shows what an installation would change, where that is all that was asked for.
fn install(
    run: &Context,
    args: &HookInstallArgs,
    way: fn(&Context, &HookInstallArgs) -> Result<Option<String>, Error>,
) -> Result<(), Error> {
    match way(run, args)? {
        Some(shown) => answer(&shown),
        None => Ok(()),
    }
}

/// One call, or for some protocols one conversation. Gives the exit code: each protocol has its
/// own.
#[must_use]
pub fn call(row: &'static Row, args: &HookArgs, manner: &Manner) -> u8 {
    // Every failure is told as the protocol wants it, and not as JSON.
    let manner = Manner {
        json: false,
        quiet: manner.quiet || !row.writes_stderr,
        verbose: manner.verbose && row.writes_stderr,
    };
    let run = Context::new(manner.json, manner.quiet, manner.verbose);
    let mut call = Request {
        words: args.words.clone(),
        options: options(args),
        watched: ui::is_watched(),
        ..Request::default()
    };
    call.variables = row
        .variables
        .iter()
        .filter_map(|name| Some((*name, env::var_or_empty(name)?)))
        .collect();
    if let Some(why) = superfluous(row, &call) {
        return give(row, &failed(row, &call, &misunderstood(why)));
    }
    let run = match run {
        Ok(run) => run,
        Err(error) => {
            let greeted = row
                .hook
                .greeting()
                .map_or(0, |greeting| give(row, &greeting.into()));
            return greeted | give(row, &failed(row, &call, &error.into()));
        }
    };
    let caller = Caller::new(&run, row, args);
    if row.input == Input::Lines {
        return caller.converse(call);
    }
    let reply = match caller.input(&call) {
        Ok(bytes) => {
            call.input = bytes;
            caller.reply(&call)
        }
        Err(why) => failed(row, &call, &misunderstood(why)),
    };
    give(row, &reply)
}

/// Words that would be swallowed without a word: a profile that is not asked for, an option that
/// comes too late.
fn superfluous(row: &Row, call: &Request) -> Option<String> {
    let option = |word: &String| word.starts_with('-') && !row.own_options;
    match call.words.iter().find(|word| option(word)) {
        Some(_) => Some(format!(
            "options come first: authctl hook {} [OPTIONS] {}",
            row.name, row.usage
        )),
        None if row.usage.is_empty() && !call.words.is_empty() => Some(format!(
            "hook {} takes no words: name a profile with `--profile`",
            row.name
        )),
        None => None,
    }
}

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

/// What is to be written, and to be said.
struct Told {
    reply: Reply,
    failure: Option<Failure>,
}

fn failed(row: &Row, call: &Request, failure: &Failure) -> Told {
    Told {
        reply: row.hook.reply(call, &Outcome::Failed(failure)),
        failure: Some(failure.clone()),
    }
}

fn misunderstood(why: String) -> Failure {
    Failure {
        kind: FailureKind::Malformed,
        message: why,
        hints: vec![],
    }
}

impl From<Reply> for Told {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            failure: None,
        }
    }
}

/// All of it at once, after everything that can fail.
fn give(row: &Row, told: &Told) -> u8 {
    let mut stdout = std::io::stdout().lock();
    let written = stdout
        .write_all(&told.reply.stdout)
        .and_then(|()| stdout.flush());
    if let Some(complaint) = told.reply.complaint {
        ui::say(complaint);
    }
    if let Some(failure) = told
        .failure
        .as_ref()
        .filter(|_| told.reply.failure_on_stderr && row.writes_stderr)
    {
        let hints: Vec<String> = failure
            .hints
            .iter()
            .map(|hint| format!("hint: {hint}"))
            .collect();
        let lines: Vec<&str> = std::iter::once(&failure.message)
            .chain(&hints)
            .map(String::as_str)
            .collect();
        lines.iter().for_each(|line| ui::say(line));
        if !row.shows_stderr && !ui::is_watched() {
            ui::say_at_terminal(&lines);
        }
    }
    if written.is_err() {
        ErrorKind::Failed.row().code
    } else {
        told.reply.code
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
            message: error.message,
            hints: error.hints,
        }
    }
}
