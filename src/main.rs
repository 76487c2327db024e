//! The door: arguments in, exit code out. Only this file ends the process.

#![cfg_attr(all(own_start, not(test)), no_main)]

use std::ffi::OsString;

use authctl::cli::complete;
use authctl::cli::parse::{Invocation, parse, wants_json};
use authctl::cli::typed::Typed;
use authctl::cli::{Cli, Command, HookCommand};
use authctl::command;
use authctl::config::env;
use authctl::doctor;
use authctl::error::{Error, ErrorKind};
use authctl::keep::process as keeper;
use authctl::output::{self, Output};
use authctl::platform::process;
use authctl::session::detached;
use authctl::ui;

#[cfg(any(not(own_start), test))]
fn main() -> std::process::ExitCode {
    run().into()
}

/// Called by the C library, in the place of what Rust's library does before `main`: see `build.rs`.
#[cfg(all(own_start, not(test)))]
#[expect(
    unsafe_code,
    clippy::disallowed_methods,
    reason = "the C library calls this name, and no other function of this program has it; what \
              Rust's library does behind `main` is done by its `exit`"
)]
#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    process::begin();
    std::process::exit(run().into());
}

/// Does what the arguments say, and gives the exit code.
fn run() -> u8 {
    process::forbid_core_dumps();
    ui::conceal_by(Typed::hide);
    ui::learn_manner_by(env::manner);
    let args: Vec<OsString> = std::env::args_os().collect();
    if let Some(code) = helper_process(&args) {
        return code;
    }
    if let Some(words) = complete::answer(&args) {
        let answered = output::answer_to_reader(&words);
        return exit_code(answered.map(|_| 0), false);
    }
    match parse(&args) {
        Ok(Invocation::Command(cli)) => carry_out(*cli),
        Ok(Invocation::Answer(text)) => {
            let answered = output::answer_to_reader(&text);
            exit_code(answered.map(|_| 0), false)
        }
        Ok(Invocation::Help(text)) => {
            ui::show(&text);
            ErrorKind::Usage.row().code
        }
        Err(error) => exit_code(Err(error), wants_json(&args)),
    }
}

/// The work of a helper process, if another process of authctl started this one: to do what must
/// not end with that process, or to keep files fresh beside a command.
fn helper_process(args: &[OsString]) -> Option<u8> {
    match args.get(1)?.to_str()? {
        detached::VERB => detached::run(),
        doctor::VERB => doctor::run(&args[2..]),
        keeper::VERB => keeper::run(&args[2..], |loudness| Output::from(loudness).sink()),
        _ => None,
    }
}

fn carry_out(cli: Cli) -> u8 {
    if let Command::Hook(HookCommand::Call(row, call)) = &cli.command {
        return command::hook::call(row, call, &cli.output);
    }
    let json = cli.output.json;
    exit_code(command::run(cli), json)
}

/// The exit code of a result. An error is shown first.
fn exit_code(result: Result<u8, Error>, json: bool) -> u8 {
    let error = match result {
        Ok(code) => return code,
        Err(error) => error,
    };
    if json {
        ui::show(&error.json().to_string());
    } else {
        ui::say_failure(&error.to_string());
        for hint in error.hints() {
            ui::say(&format!("hint: {hint}"));
        }
    }
    error.kind.row().code
}
