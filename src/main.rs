//! The door: arguments in, exit code out. Only this file ends the process.

use std::ffi::OsString;
use std::process::ExitCode;

use authctl::cli::parse::{Invocation, parse, wants_json};
use authctl::cli::typed::Typed;
use authctl::cli::{Cli, Command, HookCommand};
use authctl::command;
use authctl::error::{Error, ErrorKind};
use authctl::platform::process;
use authctl::session::detached;
use authctl::ui;

fn main() -> ExitCode {
    process::forbid_core_dumps();
    ui::conceal_by(Typed::hide);
    let args: Vec<OsString> = std::env::args_os().collect();
    if let Some(code) = helper_process(&args) {
        return code;
    }
    match parse(&args) {
        Ok(Invocation::Command(cli)) => carry_out(*cli),
        Ok(Invocation::Answer(text)) => exit_code(command::answer_to_reader(&text), false),
        Ok(Invocation::Help(text)) => {
            ui::show(&text);
            ExitCode::from(ErrorKind::Usage.row().code)
        }
        Err(error) => exit_code(Err(error), wants_json(&args)),
    }
}

/// The work of a helper process, if another process of authctl started this one as its helper, to
/// do what must not end with that process.
fn helper_process(args: &[OsString]) -> Option<ExitCode> {
    args.get(1)
        .filter(|verb| *verb == detached::VERB)
        .and_then(|_| detached::run())
}

fn carry_out(cli: Cli) -> ExitCode {
    if let Command::Hook(HookCommand::Call(row, call)) = &cli.command {
        return ExitCode::from(command::hook::call(row, call, &cli.output));
    }
    let json = cli.output.json;
    exit_code(command::run(cli), json)
}

/// The exit code of a result. An error is shown first.
fn exit_code(result: Result<(), Error>, json: bool) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
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
