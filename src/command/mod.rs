//! One room per verb. Each joins what the floors below keep apart: the store with the
//! grants, the broker with the network.

pub mod completions;
pub mod definition;
pub mod demo;
pub mod errand;
pub mod hook;
mod keeping;
pub mod login;
mod login_method;
mod login_profile;
mod login_saved;
pub mod logout;
pub mod profile;
mod refresh;
pub mod sandbox;
pub mod status;
pub mod token;

use std::io::Write;

use serde_json::Value;

use crate::cli::{Cli, Command};
use crate::error::{Error, ErrorKind};
use crate::session::Context;

/// Carries out a command.
///
/// # Errors
/// What went wrong. Then nothing was written to stdout.
pub fn run(cli: Cli) -> Result<(), Error> {
    let run = Context::new(cli.manner.json, cli.manner.quiet, cli.manner.verbose)?;
    match cli.command {
        Command::Login(args) => login::run(&run, &args),
        Command::Token(args) => token::run(&run, &args),
        Command::Logout(args) => logout::run(&run, &args),
        Command::Status(args) => status::run(&run, &args),
        Command::Profile(command) => profile::run(&run, &command),
        Command::Hook(command) => hook::run(&run, &command),
        Command::Sandbox(args) => sandbox::run(&run, &args),
        Command::Demo(args) => demo::run(&run, &args),
        Command::Completions(args) => completions::run(&args),
    }
}

/// The answer. All of it or nothing: it is written at once, after everything that can fail.
///
/// # Errors
/// When nobody reads it any more, or the disk behind it is full.
pub fn answer(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    written.map_err(|error| {
        Error::new(
            ErrorKind::Failed,
            format!("cannot write the answer: {error}"),
        )
    })
}

/// The answer as JSON on one line.
fn answer_json(value: &Value) -> Result<(), Error> {
    answer(&format!("{value}\n"))
}
