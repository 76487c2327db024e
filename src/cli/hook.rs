//! The flags of `hook`: of its own verbs, and of the protocols, which all have the same.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use super::Manner;
use crate::error::{Error, ErrorKind};
use crate::hook::protocol::Row;
use crate::oauth::want::TokenKind;
use crate::time::parse_duration;

/// Verbs of `hook`. Beside these there is one for each protocol, which the table of protocols
/// makes.
#[derive(Subcommand, Debug)]
pub enum HookCommand {
    /// List the protocols
    List,
    /// Say which profile an address gets its token from, and why
    Which(HookWhichArgs),
    /// Tell a client to ask authctl, by its own configuration
    Install(HookInstallArgs),
    /// Undo that
    Uninstall(HookInstallArgs),
    /// One call of a protocol
    #[command(skip)]
    Call(&'static Row, Box<HookArgs>),
}

/// Flags of `hook which`.
#[derive(Args, Debug)]
pub struct HookWhichArgs {
    /// The address: a URL, a host, a host with its port
    pub address: String,
    /// Who asks
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
    /// Where links go under which clients look for us, by default ~/.local/bin
    #[arg(long, value_name = "DIR")]
    pub links: Option<PathBuf>,
    /// kubectl: the user in its configuration; aws: the profile in its configuration
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// aws: the role
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
}

/// `authctl hook NAME` alone, for the same reason as [`TokenCli`](super::TokenCli).
#[derive(Parser, Debug)]
#[command(name = "authctl hook", disable_help_flag = true)]
pub struct HookCli {
    /// How to answer
    #[command(flatten)]
    pub args: HookArgs,
    /// How to say it
    #[command(flatten)]
    pub manner: Manner,
}

/// Flags of `hook NAME`.
#[derive(Args, Debug, Default, Clone)]
pub struct HookArgs {
    /// The profile; by default the one that a `[[match]]` binds to the address
    #[arg(long, short, value_name = "NAME", help_heading = "Which token")]
    pub profile: Option<String>,
    /// Answer for this host, too, as if a `[[match]]` bound the profile to it; may be repeated
    #[arg(long, value_name = "HOST", help_heading = "Which token")]
    pub host: Vec<String>,
    /// access_token or id_token
    #[arg(long, value_name = "KIND", help_heading = "Which token")]
    pub token: Option<String>,
    /// Who the token must be for
    #[arg(long, value_name = "AUDIENCE", help_heading = "Which token")]
    pub audience: Option<String>,
    /// Refresh it if less than this is left
    #[arg(long, value_name = "TIME", value_parser = parse_duration, help_heading = "Which token")]
    pub min_ttl: Option<Duration>,
    /// How long to wait for other processes and the server
    #[arg(long, value_name = "TIME", value_parser = parse_duration, help_heading = "Which token")]
    pub wait: Option<Duration>,
    /// The user name that goes with it
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
    /// aws: what the cloud's logs call the session; by default AWS_ROLE_SESSION_NAME
    #[arg(long, value_name = "NAME", help_heading = "How to give it")]
    pub role_session_name: Option<String>,
    /// token, headers, pnpm: the caller asks so often; if sooner, the token was refused
    #[arg(long, value_name = "TIME", value_parser = parse_duration, help_heading = "How to give \
        it")]
    pub asks_every: Option<Duration>,
    /// What the caller says, after the options
    #[arg(trailing_var_arg = true, value_name = "CALL")]
    pub words: Vec<String>,
}

impl HookCli {
    /// Reads what stands behind the protocol's name. Most calls have no flags, and do without the
    /// parser.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn read(words: &[OsString]) -> Result<Self, clap::Error> {
        let plain: Option<Vec<String>> = words
            .iter()
            .map(|word| {
                word.to_str()
                    .filter(|word| !word.starts_with('-'))
                    .map(str::to_owned)
            })
            .collect();
        match plain {
            Some(words) => Ok(Self {
                args: HookArgs {
                    words,
                    ..HookArgs::default()
                },
                manner: Manner::default(),
            }),
            None => Self::try_parse_from(std::iter::once(&OsString::from("hook")).chain(words)),
        }
    }
}

/// Reads `--token`.
///
/// # Errors
/// When it is not the name of a kind of token.
pub fn token_kind(text: &str) -> Result<TokenKind, Error> {
    let mut kinds = TokenKind::ALL.iter();
    let found = kinds.find(|(name, _)| *name == text);
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        Error::new(ErrorKind::Usage, "--token takes access_token or id_token")
            .hint("see `authctl hook --help`")
    })
}
