//! Flags of `status`.

use clap::{Args, Parser};

use super::OutputArgs;

/// The command line of `authctl status`, without the tables of all other verbs: a prompt may ask
/// each time that it is drawn.
#[derive(Parser, Debug)]
#[command(name = "authctl status", disable_help_flag = true)]
pub struct StatusCli {
    /// What to say
    #[command(flatten)]
    pub args: StatusArgs,
    /// How to answer
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Flags of `status`.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// The name of the profile; a line for each of them if none is named
    pub profile: Option<String>,
    /// Say all that is known of each profile
    #[arg(long, conflicts_with_all = ["profile", "short"])]
    pub all: bool,
    /// One short line, for a prompt: of the profile that is named, or used when none is
    #[arg(long)]
    pub short: bool,
    /// What that line says: {name}, {account}, {server}, {state}, {left}
    #[arg(long, value_name = "TEXT", requires = "short")]
    pub format: Option<String>,
}
