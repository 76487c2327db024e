//! Flags of `provider`.

use clap::{Args, Subcommand, ValueEnum};

use crate::provider::registration;

/// Verbs of `provider`.
#[derive(Subcommand, Debug)]
pub enum ProviderCommand {
    /// List the providers that `--provider` knows
    List,
    /// Show how to register a client at a provider and log in, and what is known of it
    Show(ProviderShowArgs),
}

/// Flags of `provider show`.
#[derive(Args, Debug)]
pub struct ProviderShowArgs {
    /// The provider, as `provider list` names it
    #[arg(value_name = "NAME")]
    pub provider: String,
    /// What the token is for: says which scopes that needs
    #[arg(long = "use", value_enum, value_name = "USE")]
    pub wanted: Option<Use>,
}

/// What a token is for.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Repositories of git
    Git,
    /// The provider's own programming interface
    Api,
    /// Mail by IMAP and SMTP
    Mail,
}

impl From<Use> for registration::Use {
    fn from(wanted: Use) -> Self {
        match wanted {
            Use::Git => Self::Git,
            Use::Api => Self::Api,
            Use::Mail => Self::Mail,
        }
    }
}
