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
pub mod probe;
pub mod profile;
pub mod provider;
pub mod proxy;
pub mod request;
pub mod sandbox;
pub mod status;
pub mod token;

use std::process::ExitCode;
use std::sync::Arc;

use serde_json::Value;

use crate::cli::{Cli, Command, OutputArgs};
use crate::error::{Error, ErrorKind};
use crate::keep::process::Loudness;
use crate::platform::console;
use crate::session::{Context, Sink};
use crate::ui;

/// How a verb answers and what it says on the way.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Whether answers and failures are JSON.
    pub json: bool,
    quiet: bool,
    verbose: bool,
}

impl Output {
    /// What the flags ask for. With JSON, stderr is for one object, the failure, and for what a
    /// person must see at a login.
    #[must_use]
    pub fn new(flags: &OutputArgs) -> Self {
        let OutputArgs {
            json,
            quiet,
            verbose,
        } = *flags;
        Self {
            json,
            quiet: quiet || json,
            verbose: verbose && !json,
        }
    }

    /// Writes the answer to stdout: as JSON if the flags ask for that, else as text.
    ///
    /// # Errors
    /// When the reader is gone, or the disk behind stdout is full.
    fn answer(
        self,
        json: impl FnOnce() -> Value,
        text: impl FnOnce() -> String,
    ) -> Result<(), Error> {
        if self.json {
            return answer_json(&json());
        }
        answer(&text())
    }

    /// Writes the answer of a verb that has none as text: as JSON, if the flags ask for that.
    ///
    /// # Errors
    /// When the reader is gone, or the disk behind stdout is full.
    fn done(self, json: impl FnOnce() -> Value) -> Result<(), Error> {
        if self.json {
            return answer_json(&json());
        }
        Ok(())
    }

    /// Says something on stderr, unless the user asked for quiet.
    pub fn say(self, message: &str) {
        if !self.quiet {
            ui::say(message);
        }
    }

    /// Shows lines on stderr as they are, unless the user asked for quiet.
    fn show(self, lines: &str) {
        if !self.quiet {
            ui::show(lines);
        }
    }

    /// Whether a person may be asked for what the command line does not say.
    fn may_ask(self) -> bool {
        !self.quiet
    }

    /// Whether a person wants to see how far something is.
    fn shows_progress(self) -> bool {
        !self.quiet && ui::is_watched()
    }

    /// How much a process says that is started to help.
    #[must_use]
    pub fn loudness(self) -> Loudness {
        Loudness {
            quiet: self.quiet,
            verbose: self.verbose,
        }
    }

    /// Where the events of a session go: to stderr, the details only for a user who asked for them.
    #[must_use]
    pub fn sink(self) -> Arc<Sink> {
        Arc::new(move |profile, event| {
            if self.quiet || (event.is_detail() && !self.verbose) {
                return;
            }
            match profile {
                Some(profile) => ui::say(&format!("{profile}: {event}")),
                None => ui::say(&event.to_string()),
            }
        })
    }
}

impl From<Loudness> for Output {
    fn from(Loudness { quiet, verbose }: Loudness) -> Self {
        Self {
            json: false,
            quiet,
            verbose,
        }
    }
}

/// Carries out a command, and gives the exit code.
///
/// # Errors
/// What went wrong. Then nothing was written to stdout.
pub fn run(cli: Cli) -> Result<ExitCode, Error> {
    let output = Output::new(&cli.output);
    let context = Context::new(output.sink())?;
    let done = carry_out(&context, output, cli.command);
    done.map_err(|error| crate::explain::add_to(&context, error))
}

fn carry_out(context: &Context, output: Output, command: Command) -> Result<ExitCode, Error> {
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
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// Writes the answer to stdout: in one go, after everything that can fail.
///
/// # Errors
/// When the reader is gone, or the disk behind stdout is full.
pub fn answer(text: &str) -> Result<(), Error> {
    console::write_answer(text.as_bytes()).map_err(|error| cannot_write(&error))
}

/// Writes help, a script or a list to stdout. A reader who has read enough is no failure: says
/// whether there may be more.
///
/// # Errors
/// When the disk behind stdout is full.
pub fn answer_to_reader(text: &str) -> Result<bool, Error> {
    match console::write_answer(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(cannot_write(&error)),
        Ok(()) => Ok(true),
    }
}

fn cannot_write(error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Failed,
        format!("cannot write the answer: {error}"),
    )
}

/// Writes the answer as JSON on one line.
fn answer_json(value: &Value) -> Result<(), Error> {
    answer(&format!("{value}\n"))
}
