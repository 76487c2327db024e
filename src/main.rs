//! The door: arguments in, exit code out. Only this file ends the process.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use authctl::cli::{Cli, Command, HookArgs, HookCli, HookCommand, Manner, TokenCli};
use authctl::command::{self, definition::definition};
use authctl::error::{Error, ErrorKind};
use authctl::hook::protocol::{HOOKS, Row};
use authctl::platform::process;
use authctl::session::detached;
use authctl::ui;
use clap::{FromArgMatches, Parser};

fn main() -> ExitCode {
    process::forbid_core_dumps();
    let args: Vec<OsString> = std::env::args_os().collect();
    if let Some(done) = shortest_way(&args).or_else(|| errand(&args)) {
        return done;
    }
    let cli = match called(&args).unwrap_or_else(|| parse(&args)) {
        Ok(cli) => cli,
        Err(error) => return parsing_ended(&error, &args),
    };
    if let Command::Hook(HookCommand::Call(row, call)) = &cli.command {
        return ExitCode::from(command::hook::call(row, call, &cli.manner));
    }
    let json = cli.manner.json;
    match command::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, json),
    }
}

/// A program that asks for credentials called us: by a name of its own, by its own flag, by ours.
fn called(args: &[OsString]) -> Option<Result<Cli, clap::Error>> {
    let program = args
        .first()
        .and_then(|path| Path::new(path).file_stem()?.to_str());
    let (row, words) = match args.get(1..).unwrap_or_default() {
        words if program.and_then(Row::of_program).is_some() => {
            (program.and_then(Row::of_program)?, words)
        }
        // cargo leaves out what its configuration has before this.
        words @ [flag, ..]
            if HOOKS
                .iter()
                .any(|row| row.flag.is_some_and(|known| flag == known)) =>
        {
            (
                HOOKS
                    .iter()
                    .find(|row| row.flag.is_some_and(|known| flag == known))?,
                words,
            )
        }
        [verb, name, words @ ..] if verb == "hook" => (Row::find(name.to_str()?)?, words),
        _ => return None,
    };
    let words: Vec<OsString> = words
        .iter()
        .filter(|word| row.flag.is_none_or(|flag| *word != flag))
        .cloned()
        .collect();
    // What does not fit goes the long way, which knows how to complain.
    let HookCli { args: call, manner } = HookCli::read(&words).ok()?;
    Some(Ok(Cli {
        command: Command::Hook(HookCommand::Call(row, Box::new(call))),
        manner,
    }))
}

fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    if args.get(1).is_some_and(|verb| verb == "token")
        && let Ok(TokenCli { args, manner }) = TokenCli::try_parse_from(&args[1..])
    {
        return Ok(Cli {
            command: Command::Token(args),
            manner,
        });
    }
    let matches = definition().try_get_matches_from(args)?;
    // The table's verbs are none that the derived definition knows.
    if let Some(("hook", hook)) = matches.subcommand()
        && let Some((row, call)) = hook
            .subcommand()
            .and_then(|(name, call)| Some((Row::find(name)?, call)))
    {
        let call = HookArgs::from_arg_matches(call)?;
        return Ok(Cli {
            command: Command::Hook(HookCommand::Call(row, Box::new(call))),
            manner: Manner::from_arg_matches(&matches)?,
        });
    }
    Cli::from_arg_matches(&matches)
}

/// `authctl token [PROFILE]` without a flag is most of all calls. It does without the parser, whose
/// tables cost more than the rest of the way together. Whatever is not plain goes the long way,
/// from the start.
fn shortest_way(args: &[OsString]) -> Option<ExitCode> {
    let words: Vec<&str> = args
        .iter()
        .skip(1)
        .map(|arg| arg.to_str())
        .collect::<Option<_>>()?;
    let profile = match words.as_slice() {
        ["token"] => None,
        ["token", name] if !name.starts_with('-') => Some(*name),
        _ => return None,
    };
    Some(match command::token::run_without_flags(profile) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, false),
    })
}

/// This process may have been started by another of us, to do what must not die with it.
fn errand(args: &[OsString]) -> Option<ExitCode> {
    args.get(1)
        .filter(|verb| *verb == detached::VERB)
        .and_then(|_| detached::run())
}

/// Help and version are answers; everything else is a wrong command line. What was typed is not
/// repeated whole: a secret may have been typed by mistake.
fn parsing_ended(error: &clap::Error, args: &[OsString]) -> ExitCode {
    if !error.use_stderr() {
        return match command::answer(&error.to_string()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error, false),
        };
    }
    let json = args.iter().any(|arg| arg == "--json");
    if !json && error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        ui::show(&error.to_string());
        return ExitCode::from(ErrorKind::Usage.row().code);
    }
    let text = error.to_string();
    let said = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("tip:"));
    let said = said
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let first = said
        .trim_start_matches("error: ")
        .trim_end_matches('.')
        .split(" For more information")
        .next();
    let tips = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("tip: "));
    let failure = Error::new(ErrorKind::Usage, first.unwrap_or_default());
    let failure = tips.fold(failure, Error::hint).hint("see `authctl --help`");
    fail(&failure, json)
}

fn fail(error: &Error, json: bool) -> ExitCode {
    if json {
        ui::show(&error.json().to_string());
    } else {
        ui::say(&error.to_string());
        for hint in error.hints() {
            ui::say(&format!("hint: {hint}"));
        }
    }
    ExitCode::from(error.kind.row().code)
}
