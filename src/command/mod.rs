//! One file per verb: flags become a request, the session, the hooks or the installer are called,
//! and what comes back is printed.
//!
//! No verb calls a verb: what two of them need is in a room below.

pub mod completions;
pub mod demo;
pub mod doctor;
pub mod exec;
pub mod explain;
pub mod hook;
pub mod inspect;
pub mod log;
pub mod login;
pub mod logout;
pub mod man;
pub mod probe;
pub mod profile;
pub mod provider;
pub mod proxy;
pub mod request;
pub mod sandbox;
pub mod status;
pub mod token;

use crate::cli::{Cli, Command};
use crate::error::Error;
use crate::output::Output;
use crate::session::Context;

/// Carries out a command, and gives the exit code.
///
/// # Errors
/// What went wrong. Then nothing was written to stdout.
pub fn run(cli: Cli) -> Result<u8, Error> {
    let output = Output::new(&cli.output);
    let context = Context::new(output.sink())?;
    let done = carry_out(&context, output, cli.command);
    done.map_err(|error| crate::explain::add_to(&context, error))
}

fn carry_out(context: &Context, output: Output, command: Command) -> Result<u8, Error> {
    let done = match command {
        Command::Exec(args) => return exec::run(context, output, &args),
        Command::Proxy(args) => return proxy::run(context, output, &args),
        Command::Login(args) => login::run(context, output, &args),
        Command::Token(args) => token::run(context, output, &args),
        Command::Request(args) => request::run(context, output, &args),
        Command::Inspect(args) => inspect::run(context, output, &args),
        Command::Logout(args) => logout::run(context, output, &args),
        Command::Status(args) => status::run(context, output, &args),
        Command::Explain(args) => explain::run(context, output, &args),
        Command::Doctor(args) => doctor::run(context, output, &args),
        Command::Probe(args) => probe::run(context, output, &args),
        Command::Log(args) => log::run(context, output, &args),
        Command::Profile(command) => profile::run(context, output, &command),
        Command::Provider(command) => provider::run(output, &command),
        Command::Hook(command) => hook::run(context, output, &command),
        Command::Sandbox(args) => sandbox::run(context, output, &args),
        Command::Demo(args) => demo::run(context, &args),
        Command::Completions(args) => completions::run(output, &args),
        Command::Man(args) => man::run(output, &args),
    };
    done.map(|()| 0)
}
