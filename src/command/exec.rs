//! `authctl exec`: runs a command with tokens that are valid now.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::cli::{ExecArgs, TokenFile, USUAL_VARIABLE};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::keep::place::Wanted;
use crate::keep::process::{self as keeper, OnThread};
use crate::oauth::want::{TokenKind, Want};
use crate::output::Output;
use crate::platform::child;
use crate::session::{Context, Token};

/// Gets every token, and only then becomes the command.
///
/// # Errors
/// Why there is no token, or no command. The command was not run.
pub fn run(context: &Context, output: Output, args: &ExecArgs) -> Result<u8, Error> {
    let (program, words) = args.command.split_first().ok_or_else(no_command)?;
    let mut command = child::command(program, &context.locations.secrets());
    command.args(words);
    for (name, value) in variables(context, args)? {
        command.env(name, &*value);
    }
    let wanted = wanted(args);
    for file in &wanted {
        // What fails is told before anything is written.
        token(context, args, file.profile.as_deref())?;
    }
    let kept = keep(wanted, output)?;
    for (file, path) in args.file.iter().zip(&kept.paths) {
        command.env(&file.name, path);
    }
    let ended = child::become_command(&mut command);
    drop(kept);
    ended.map_err(|error| Error::command_not_run(program, &error))
}

/// Files that are kept.
struct Kept {
    paths: Vec<PathBuf>,
    _thread: Option<OnThread>,
}

/// Has the files kept by a process of their own, or where this one stays beside its command, here.
fn keep(wanted: Vec<Wanted>, output: Output) -> Result<Kept, Error> {
    if wanted.is_empty() {
        return Ok(Kept {
            paths: vec![],
            _thread: None,
        });
    }
    if child::STAYS_BESIDE_COMMAND {
        let thread = OnThread::start(wanted, output.sink())?;
        return Ok(Kept {
            paths: thread.paths.clone(),
            _thread: Some(thread),
        });
    }
    Ok(Kept {
        paths: keeper::start(wanted, output.loudness())?,
        _thread: None,
    })
}

/// The variables that hold tokens, with their values.
fn variables(
    context: &Context,
    args: &ExecArgs,
) -> Result<Vec<(String, Zeroizing<String>)>, Error> {
    let mut variables = Vec::new();
    for variable in &args.env {
        let token = token(context, args, variable.profile.as_deref())?;
        variables.push((variable.name.clone(), text(&token)));
    }
    for variable in &args.header {
        let token = token(context, args, variable.profile.as_deref())?;
        let header = format!("Authorization: {}", &*token.authorization());
        variables.push((variable.name.clone(), header.into()));
    }
    if variables.is_empty() && args.file.is_empty() {
        let token = token(context, args, None)?;
        variables.push((USUAL_VARIABLE.to_owned(), text(&token)));
    }
    Ok(variables)
}

fn text(token: &Token) -> Zeroizing<String> {
    Zeroizing::new(token.secret().expose().to_owned())
}

/// A token of the profile that a place names, else of the one that the command line names.
fn token(context: &Context, args: &ExecArgs, profile: Option<&str>) -> Result<Token, Error> {
    let session = context.session(profile.or(args.profile.as_deref()))?;
    let kind = if args.id_token {
        TokenKind::Id
    } else {
        TokenKind::Access
    };
    let want = Want {
        min_ttl: args.min_ttl,
        kind,
        ..session.want()
    };
    let token = session.token(&want, args.wait)?;
    let left = token
        .expires_at()
        .map(|end| end.remaining(context.clock.now()));
    if let Some(left) = left.filter(|left| *left < args.min_ttl.unwrap_or_default()) {
        if args.strict {
            return Err(Error::life_too_short(left).about(&token.header().profile));
        }
        context.notify(Some(&token.header().profile), &Event::LifeTooShort { left });
    }
    Ok(token)
}

/// The files that the command is to have.
fn wanted(args: &ExecArgs) -> Vec<Wanted> {
    let wanted = |file: &TokenFile| Wanted {
        name: file.name.clone(),
        path: file.path.clone().map(PathBuf::into_os_string),
        profile: file.profile.clone().or_else(|| args.profile.clone()),
        id_token: args.id_token,
        min_ttl: args.min_ttl,
    };
    args.file.iter().map(wanted).collect()
}

fn no_command() -> Error {
    Error::new(ErrorKind::Usage, "there is no command to run").hint("see `authctl exec --help`")
}
