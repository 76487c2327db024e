//! The flags of `hook`: those of its own verbs, and those of the protocols, which all protocols
//! share.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use super::OutputArgs;
use crate::error::{Error, ErrorKind};
use crate::hook::protocol::Row;
use crate::oauth::want::TokenKind;
use crate::time::parse_duration;

/// Verbs of `hook`. Each row of the table of protocols is a verb as well.
#[derive(Subcommand, Debug)]
pub enum HookCommand {
    /// List the protocols
    List,
    /// Say which profile an address gets its token from, and why
    Which(HookWhichArgs),
    /// Tell a client to ask authctl, by its own configuration
    Install(HookInstallArgs),
    /// Undo what `install` did
    Uninstall(HookInstallArgs),
    /// A call of a protocol
    #[command(skip)]
    Call(&'static Row, Box<HookArgs>),
}

/// Flags of `hook which`.
#[derive(Args, Debug)]
pub struct HookWhichArgs {
    /// The address: a URL, a host, a host with its port
    pub address: String,
    /// The hook that asks
    #[arg(long, value_name = "NAME")]
    pub hook: Option<String>,
}

/// Flags of `hook install` and `hook uninstall`.
#[derive(Args, Debug)]
pub struct HookInstallArgs {
    /// The protocol: `authctl hook list` shows them
    pub hook: String,
    /// The host whose tokens the profile has, or a URL; may be repeated
    #[arg(long, value_name = "HOST")]
    pub host: Vec<String>,
    /// The profile
    #[arg(long, short, value_name = "NAME")]
    pub profile: Option<String>,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The user name that goes with the token
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// access_token or id_token; by default what the hook's callers expect
    #[arg(long, value_name = "KIND")]
    pub token: Option<String>,
    /// The directory for links to authctl that clients look for, by default ~/.local/bin
    #[arg(long, value_name = "DIR")]
    pub links: Option<PathBuf>,
    /// kubectl: the user in its configuration; aws: the profile in its configuration
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// aws: the role
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
}

/// The command line of `authctl hook NAME`, without the tables of all other verbs. There is one for
/// the reason that there is a [`TokenCli`](super::TokenCli).
#[derive(Parser, Debug)]
#[command(name = "authctl hook", disable_help_flag = true)]
pub struct HookCli {
    /// Which token to give, and how
    #[command(flatten)]
    pub args: HookArgs,
    /// How to answer
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Flags of `hook NAME`.
#[derive(Args, Debug, Default, Clone)]
pub struct HookArgs {
    /// The name of the profile; by default the one that a `[[match]]` binds to the address
    #[arg(long, short, value_name = "NAME", help_heading = "Which token")]
    pub profile: Option<String>,
    /// Answer for this host as well, as if a `[[match]]` bound the profile to it; may be repeated
    #[arg(long, value_name = "HOST", help_heading = "Which token")]
    pub host: Vec<String>,
    /// access_token or id_token
    #[arg(long, value_name = "KIND", help_heading = "Which token")]
    pub token: Option<String>,
    /// The audience that the token must be for
    #[arg(long, value_name = "AUDIENCE", help_heading = "Which token")]
    pub audience: Option<String>,
    /// Refresh the token if less than this is left of its life
    #[arg(long, value_name = "TIME", value_parser = parse_duration, help_heading = "Which token")]
    pub min_ttl: Option<Duration>,
    /// How long to wait for other processes and the server
    #[arg(long, value_name = "TIME", value_parser = parse_duration, help_heading = "Which token")]
    pub wait: Option<Duration>,
    /// The user name that goes with the token
    #[arg(long, value_name = "NAME", help_heading = "How to give it")]
    pub username: Option<String>,
    /// cargo: give the token without `Bearer`
    #[arg(long, help_heading = "How to give it")]
    pub bare: bool,
    /// oauthbearer: the mail server
    #[arg(long, value_name = "HOST", help_heading = "How to give it")]
    pub server: Option<String>,
    /// oauthbearer: its port
    #[arg(long, value_name = "PORT", help_heading = "How to give it")]
    pub port: Option<u16>,
    /// aws: the role; by default AWS_ROLE_ARN
    #[arg(long, value_name = "ARN", help_heading = "How to give it")]
    pub role_arn: Option<String>,
    /// aws: the name of the session in the logs of AWS; by default AWS_ROLE_SESSION_NAME
    #[arg(long, value_name = "NAME", help_heading = "How to give it")]
    pub role_session_name: Option<String>,
    /// token, headers, pnpm: how often the caller asks; if it asks sooner, its token was refused
    #[arg(long, value_name = "TIME", value_parser = parse_duration, help_heading = "How to give \
        it")]
    pub asks_every: Option<Duration>,
    /// What the caller says, after the options
    #[arg(trailing_var_arg = true, value_name = "CALL")]
    pub words: Vec<String>,
}

impl HookCli {
    /// Reads the words after the protocol's name. Most calls have no flags, and do without the
    /// parser.
    ///
    /// # Errors
    /// When the parser does not understand them.
    pub fn read(words: &[OsString]) -> Result<Self, clap::Error> {
        if let Some(words) = without_flags(words) {
            return Ok(Self {
                args: HookArgs {
                    words,
                    ..HookArgs::default()
                },
                output: OutputArgs::default(),
            });
        }
        Self::try_parse_from(std::iter::once(&OsString::from("hook")).chain(words))
    }
}

/// The words as text, if none of them may be a flag.
fn without_flags(words: &[OsString]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for word in words {
        let text = word.to_str().filter(|text| !text.starts_with('-'))?;
        texts.push(text.to_owned());
    }
    Some(texts)
}

/// Reads the value of `--token`.
///
/// # Errors
/// When it is not the name of a kind of token.
pub fn token_kind(text: &str) -> Result<TokenKind, Error> {
    if let Some((_, kind)) = TokenKind::ALL.iter().find(|(name, _)| *name == text) {
        return Ok(*kind);
    }
    Err(
        Error::new(ErrorKind::Usage, "--token takes access_token or id_token")
            .hint("see `authctl hook --help`"),
    )
}
