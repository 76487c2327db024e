//! The command line: verbs, flags and their help. The sentences on fields are what help, manual
//! pages and completions say.
//!
//! | file | what it holds |
//! |---|---|
//! | this one, `hook` | verbs and flags |
//! | [`definition`] | the whole definition, with the parts that come from tables |
//! | [`parse`] | how a command line is read |
//! | `usage` | what is said about one that is not understood |
//!
//! Deliberately absent: what a verb does, and every check that is not about the form of a flag.

#![expect(
    clippy::doc_markdown,
    reason = "doc comments are the help text here, which would show backticks as they are"
)]

pub mod complete;
pub mod definition;
mod exec;
mod hook;
mod login;
pub mod manual;
pub mod parse;
mod profile;
mod provider;
mod proxy;
mod request;
mod sandbox;
mod status;
pub mod topics;
mod trouble;
pub mod typed;
mod usage;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
pub use exec::{ExecArgs, ExecCli, TokenFile, USUAL_VARIABLE, Variable};
pub use hook::{HookArgs, HookCli, HookCommand, HookInstallArgs, HookWhichArgs, token_kind};

pub use login::LoginArgs;
pub use profile::{
    ProfileCommand, ProfileMoveArgs, ProfileNameArgs, ProfilePairArgs, ProfileSetArgs,
    ProfileShowArgs, ProfileUnsetArgs,
};
pub use provider::{ProviderCommand, ProviderShowArgs, Use};
pub use proxy::ProxyArgs;
pub use request::RequestArgs;
pub use sandbox::{SandboxArgs, SandboxCommand, VisitArgs};
pub use status::{StatusArgs, StatusCli};
pub use trouble::{DoctorArgs, ExplainArgs, LogArgs, ProbeArgs, Since};

use crate::time::parse_duration;

/// Keeps you logged in: OAuth 2.0 and OpenID Connect tokens for people, scripts and CI.
///
/// Log in once with `authctl login`; `authctl token` then prints a token that is valid now, to any
/// number of processes at once, and refreshes it once for all of them.
#[derive(Parser, Debug)]
#[command(name = "authctl", version, max_term_width = 100)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// How to answer
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Flags of every verb.
#[derive(Args, Debug, Default)]
pub struct OutputArgs {
    /// Print JSON; a failure is then one JSON object on stderr
    #[arg(long, global = true)]
    pub json: bool,
    /// Print nothing on stderr but failures
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Print on stderr what is done and why; never a secret
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
}

/// The command line of `authctl token`, without the tables of all other verbs, which cost more to
/// make than a cached token costs to print. [`Cli`] reads what does not fit here.
#[derive(Parser, Debug)]
#[command(name = "authctl token", disable_help_flag = true)]
pub struct TokenCli {
    /// What to print
    #[command(flatten)]
    pub args: TokenArgs,
    /// How to answer
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Every verb.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Log in, and write the profile if flags describe a new one
    Login(Box<LoginArgs>),
    /// Print an access token that is valid now
    Token(TokenArgs),
    /// Run a command with tokens that are valid now
    Exec(Box<ExecArgs>),
    /// Send one HTTP request with a token, and once more if the token is refused
    Request(Box<RequestArgs>),
    /// Forward the requests of a program that cannot be taught, with a token
    Proxy(Box<ProxyArgs>),
    /// Show what a token says: its claims, its signature, what its server says of it
    Inspect(InspectArgs),
    /// End a session at the server and on this machine
    Logout(LogoutArgs),
    /// Say who is logged in, and for how long
    Status(StatusArgs),
    /// Say how a session stands or why it ended, what shows it, and what to do
    Explain(ExplainArgs),
    /// Look for what is wrong on this machine and on the way to the server, with what mends it
    Doctor(DoctorArgs),
    /// Measure what a provider really does with its tokens, on logins of its own
    Probe(Box<ProbeArgs>),
    /// Show what happened to sessions: logins, refreshes, refusals, recoveries
    Log(LogArgs),
    /// List, show, choose, change, rename, move and remove profiles
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Say how to register a client at a provider, and what is known of it
    #[command(subcommand)]
    Provider(ProviderCommand),
    /// Answer a program that asks for credentials: git, kubectl, docker, cargo, ...
    #[command(subcommand)]
    Hook(HookCommand),
    /// Run an authorization server on this machine, to rehearse expiry and outages
    Sandbox(Box<SandboxArgs>),
    /// Show in a few seconds what authctl does
    Demo(DemoArgs),
    /// Print the completions for a shell
    Completions(CompletionsArgs),
    /// Print a page of the manual, or install all of them
    Man(ManArgs),
}

/// How `token` prints.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The token and a line break
    #[default]
    Token,
    /// A JSON object with the token, its type, its end and its scope
    Json,
    /// An HTTP header
    Header,
    /// Assignments for a shell, which evaluates them
    Env,
}

/// Flags of `token`.
#[derive(Args, Debug, Default)]
pub struct TokenArgs {
    /// The name of the profile
    pub profile: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Refresh the token if less than this is left of its life; by default a minute (ten seconds
    /// where a refresh ends the old token) or a tenth of its life
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub min_ttl: Option<Duration>,
    /// Print another token than the one with this fingerprint, which an API has refused. With `-`,
    /// the refused token itself is on stdin
    #[arg(long, value_name = "FINGERPRINT|-")]
    pub rejected: Option<String>,
    /// Print the ID token instead
    #[arg(long)]
    pub id_token: bool,
    /// Fail where no token with that much life is to be had, instead of printing what there is
    #[arg(long, requires = "min_ttl")]
    pub strict: bool,
    /// Fail unless the token has this scope; may be repeated
    #[arg(long, value_name = "SCOPE")]
    pub require_scope: Vec<String>,
    /// Ask the server at once, also if a refresh has just failed
    #[arg(long)]
    pub now: bool,
    /// How long to wait for other processes and the server, by default 90s; a refresh that takes
    /// longer is not interrupted
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub wait: Option<Duration>,
    /// Write the token to this file instead: in one step, readable only by you, without a line
    /// break
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Keep that file fresh until told to stop (Ctrl-C, SIGTERM)
    #[arg(long, requires = "output", conflicts_with_all = ["format", "rejected", "require_scope"])]
    pub keep: bool,
}

/// Flags of `inspect`.
#[derive(Args, Debug)]
pub struct InspectArgs {
    /// Show the stored token of this profile; without it, the token on stdin
    #[arg(long, short, value_name = "NAME")]
    pub profile: Option<String>,
    /// Show the ID token instead
    #[arg(long)]
    pub id_token: bool,
    /// Ask the server for its keys, and what it says of the token
    #[arg(long)]
    pub online: bool,
}

/// Flags of `logout`.
#[derive(Args, Debug)]
pub struct LogoutArgs {
    /// The name of the profile
    #[arg(conflicts_with = "all")]
    pub profile: Option<String>,
    /// End it only on this machine; the server is not told
    #[arg(long)]
    pub local: bool,
    /// End every session on this machine
    #[arg(long)]
    pub all: bool,
    /// Delete the client, too, that `login --register` has made
    #[arg(long)]
    pub unregister: bool,
}

/// Flags of `demo`.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Leave the sandbox running, with a profile to play with
    #[arg(long)]
    pub keep: bool,
}

/// Flags of `man`.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// The verb whose page is printed; that of authctl itself if absent
    #[arg(value_name = "VERB", conflicts_with = "install")]
    pub verb: Vec<String>,
    /// Write all pages to where `man` looks for those of a user, instead of printing one
    #[arg(long)]
    pub install: bool,
}

/// Flags of `completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
    /// Write them to where that shell looks for them, instead of printing them
    #[arg(long)]
    pub install: bool,
}
