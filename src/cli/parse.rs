//! Reads a command line.
//!
//! Most calls are made by scripts and programs, a thousand times for each time that a person types
//! one. These have ways of their own, which do without the parser: its tables of all verbs and
//! flags cost more than a cached token costs to print. What a short way does not understand goes
//! the long way, which also knows how to complain.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::error::ErrorKind as Parsing;
use clap::{FromArgMatches, Parser};

use super::definition::definition;
use super::topics;
use super::usage::usage_error;
use super::{
    Cli, Command, ExecCli, HookArgs, HookCli, HookCommand, OutputArgs, StatusCli, TokenArgs,
    TokenCli,
};
use crate::error::Error;
use crate::hook::protocol::{HOOKS, Row};

/// What a command line asks for.
pub enum Invocation {
    /// A verb with its flags.
    Command(Box<Cli>),
    /// The help or the version that was asked for, which is the answer.
    Answer(String),
    /// The help for a command line that ends where a verb is expected. It is wrong, and a person
    /// sees what is possible.
    Help(String),
}

/// What a person reads who types the program's name alone.
const FRONT_PAGE: &str = "\
authctl keeps you logged in: OAuth 2.0 and OpenID Connect tokens for people, scripts and CI.

  authctl login             log in; asks for what it needs to know
  authctl token             print a token that is valid now
  authctl exec -- COMMAND   run a command with one
  authctl status            who is logged in, and for how long
  authctl hook install git --host HOST      have git ask authctl; others: `authctl hook list`
  authctl explain           why a session ended
  authctl demo              see what it does, in three seconds

All verbs: authctl --help. Topics: authctl help config, exit-codes or environment.
";

/// Reads a command line, of which the first word is the program's name.
///
/// # Errors
/// When it is not understood. The message never repeats a whole value: a secret may have been typed
/// by mistake.
pub fn parse(args: &[OsString]) -> Result<Invocation, Error> {
    let known = plain_token(args).or_else(|| hook_call(args));
    if let Some(cli) = known
        .or_else(|| token(args))
        .or_else(|| exec(args))
        .or_else(|| status(args))
    {
        return Ok(Invocation::Command(Box::new(cli)));
    }
    if args.len() < 2 {
        return Ok(Invocation::Help(FRONT_PAGE.to_owned()));
    }
    if let [_, help, topic] = args
        && help == "help"
        && let Some(text) = topic.to_str().and_then(topics::text)
    {
        return Ok(Invocation::Answer(text));
    }
    let error = match any_verb(args) {
        Ok(cli) => return Ok(Invocation::Command(Box::new(cli))),
        Err(error) => error,
    };
    match error.kind() {
        Parsing::DisplayHelp | Parsing::DisplayVersion => Ok(Invocation::Answer(error.to_string())),
        Parsing::DisplayHelpOnMissingArgumentOrSubcommand if !wants_json(args) => {
            Ok(Invocation::Help(error.to_string()))
        }
        _ => {
            let words = args.iter().skip(1).map_while(|word| word.to_str());
            Err(usage_error(&error, &words.collect::<Vec<_>>()))
        }
    }
}

/// Whether errors are wanted as JSON, for a command line that may not be understood otherwise.
#[must_use]
pub fn wants_json(args: &[OsString]) -> bool {
    args.iter().any(|arg| arg == "--json")
}

/// `authctl token [PROFILE]` without a flag, which is most of all calls: it does without the
/// parser, whose tables cost more than the rest of such a call. `None` for any other command line.
fn plain_token(args: &[OsString]) -> Option<Cli> {
    let profile = match args {
        [_, verb] if verb == "token" => None,
        [_, verb, name] if verb == "token" => {
            let name = name.to_str().filter(|name| !name.starts_with('-'))?;
            Some(name.to_owned())
        }
        _ => return None,
    };
    Some(Cli {
        command: Command::Token(TokenArgs {
            profile,
            ..TokenArgs::default()
        }),
        output: OutputArgs::default(),
    })
}

/// The command line of a program that asks for credentials: it calls a link to authctl, gives a
/// flag of its own, or calls `authctl hook NAME`.
fn hook_call(args: &[OsString]) -> Option<Cli> {
    let (row, words) = called_protocol(args)?;
    let words: Vec<OsString> = words
        .iter()
        .filter(|word| row.flag.is_none_or(|flag| *word != flag))
        .cloned()
        .collect();
    let HookCli { args, output } = HookCli::read(&words).ok()?;
    Some(Cli {
        command: Command::Hook(HookCommand::Call(row, Box::new(args))),
        output,
    })
}

/// The protocol that is called, and the words of the call.
fn called_protocol(args: &[OsString]) -> Option<(&'static Row, &[OsString])> {
    let (program, words) = args.split_first()?;
    let program = Path::new(program).file_stem().and_then(OsStr::to_str);
    if let Some(row) = program.and_then(Row::of_program) {
        return Some((row, words));
    }
    // cargo drops the words that its configuration has before this flag.
    let flag = words.first()?;
    let of_flag = HOOKS
        .iter()
        .find(|row| row.flag.is_some_and(|known| flag == known));
    match (of_flag, words) {
        (Some(row), words) => Some((row, words)),
        (None, [verb, name, words @ ..]) if verb == "hook" => {
            Some((Row::find(name.to_str()?)?, words))
        }
        _ => None,
    }
}

/// The command line of `authctl token` with flags, if it is right.
fn token(args: &[OsString]) -> Option<Cli> {
    if args.get(1)? != "token" {
        return None;
    }
    let TokenCli { args, output } = TokenCli::try_parse_from(&args[1..]).ok()?;
    Some(Cli {
        command: Command::Token(args),
        output,
    })
}

/// The command line of `authctl status`, if it is right.
fn status(args: &[OsString]) -> Option<Cli> {
    if args.get(1)? != "status" {
        return None;
    }
    let StatusCli { args, output } = StatusCli::try_parse_from(&args[1..]).ok()?;
    Some(Cli {
        command: Command::Status(args),
        output,
    })
}

/// The command line of `authctl exec`, if it is right.
fn exec(args: &[OsString]) -> Option<Cli> {
    if args.get(1)? != "exec" {
        return None;
    }
    let ExecCli { args, output } = ExecCli::try_parse_from(&args[1..]).ok()?;
    Some(Cli {
        command: Command::Exec(Box::new(args)),
        output,
    })
}

fn any_verb(args: &[OsString]) -> Result<Cli, clap::Error> {
    let matches = definition().try_get_matches_from(args)?;
    // The verbs that are rows of the table of protocols are unknown to the derived definition.
    if let Some(("hook", hook)) = matches.subcommand()
        && let Some((name, call)) = hook.subcommand()
        && let Some(row) = Row::find(name)
    {
        let call = HookArgs::from_arg_matches(call)?;
        return Ok(Cli {
            command: Command::Hook(HookCommand::Call(row, Box::new(call))),
            output: OutputArgs::from_arg_matches(&matches)?,
        });
    }
    Cli::from_arg_matches(&matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Invocation, Error> {
        let args: Vec<OsString> = words.iter().map(OsString::from).collect();
        parse(&args)
    }

    fn message(words: &[&str]) -> (String, Vec<String>) {
        match parsed(words) {
            Err(error) => (error.to_string(), error.hints()),
            Ok(_) => panic!("{words:?} is understood"),
        }
    }

    #[test]
    fn the_plainest_call_is_told_from_all_others() {
        for (words, plain) in [
            (&["authctl", "token"][..], Some(None)),
            (&["authctl", "token", "work"], Some(Some("work"))),
            (&["authctl", "token", "--json"], None),
            (&["authctl", "token", "a", "b"], None),
            (&["authctl", "status"], None),
        ] {
            let args: Vec<OsString> = words.iter().map(OsString::from).collect();
            let found = plain_token(&args).map(|cli| match cli.command {
                Command::Token(args) => args.profile,
                other => panic!("{other:?}"),
            });
            let plain = plain.map(|name: Option<&str>| name.map(str::to_owned));
            assert_eq!(found, plain, "{words:?}");
        }
    }

    #[test]
    fn a_protocol_is_called_by_a_link_a_flag_or_a_verb() {
        let row = |words: &[&str]| {
            let args: Vec<OsString> = words.iter().map(OsString::from).collect();
            called_protocol(&args).map(|(row, words)| (row.name, words.len()))
        };
        assert_eq!(
            row(&["/bin/docker-credential-authctl", "get"]),
            Some(("docker", 1))
        );
        assert_eq!(row(&["authctl", "--cargo-plugin"]), Some(("cargo", 1)));
        assert_eq!(row(&["authctl", "hook", "git", "get"]), Some(("git", 1)));
        assert_eq!(row(&["authctl", "hook", "list"]), None);
        assert_eq!(row(&["authctl"]), None);
    }

    #[test]
    fn a_typing_error_finds_what_was_meant() {
        let (message, hints) = message(&["authctl", "tokn"]);
        assert_eq!(message, "unrecognized subcommand 'tokn'");
        assert_eq!(
            hints,
            [
                "a similar subcommand exists: 'token'",
                "see `authctl --help`"
            ]
        );
    }

    #[test]
    fn a_value_that_may_be_a_secret_is_never_repeated_whole() {
        const TYPED: &str = "gho_16C7e42F292c6912E7710c838347Ae178B4a";
        for words in [
            &["authctl", TYPED][..],
            &["authctl", "token", "work", TYPED],
            &["authctl", "token", "--format", TYPED],
            &["authctl", "token", "--min-ttl", TYPED],
            &["authctl", &format!("--{TYPED}")],
            &["authctl", "status", &format!("--json={TYPED}")],
            &["authctl", "login", "--port", TYPED],
            &["authctl", "hook", "git", "--no-such-flag", TYPED],
            &["authctl", "profile", TYPED],
        ] {
            let (message, hints) = message(words);
            let all = format!("{message} {}", hints.join(" "));
            assert!(!all.contains(&TYPED[8..]), "{words:?}: {all}");
        }
    }
}
