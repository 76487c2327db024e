//! Flags of `sandbox`, and how the server behaves by them.

use std::time::Duration;

use clap::{Args, Subcommand};

use crate::sandbox::fault::Fault;
use crate::sandbox::{Grace, Options};
use crate::time::parse_duration;

/// Flags of `sandbox`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct SandboxArgs {
    /// What to do instead of running the server
    #[command(subcommand)]
    pub command: Option<SandboxCommand>,
    /// The port to listen on; any free one if absent
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Approve every request at once, as this user
    #[arg(long, value_name = "USER")]
    pub approve: Option<String>,
    /// The life of an access token
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = parse_duration)]
    pub access_ttl: Duration,
    /// Give the same refresh token for ever
    #[arg(long)]
    pub no_rotate: bool,
    /// What a spent refresh token gives: none, new-pair, same-pair or latest-wins
    #[arg(long, value_name = "MODE", default_value = "none")]
    pub grace: String,
    /// For how long after it was spent it gives that
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse_duration)]
    pub grace_interval: Duration,
    /// How long the token endpoint takes to answer
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = parse_duration)]
    pub latency: Duration,
    /// How it behaves otherwise, as `set` of its control does; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// A fault, written as below; may be repeated
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<String>,
}

/// Verbs of `sandbox`.
#[derive(Subcommand, Debug)]
pub enum SandboxCommand {
    /// A scripted browser: opens the address, logs in to the sandbox there, follows the redirects
    Visit(VisitArgs),
}

/// Flags of `sandbox visit`.
#[derive(Args, Debug)]
pub struct VisitArgs {
    /// The user who logs in
    #[arg(long, default_value = "alice")]
    pub user: String,
    /// Deny the request
    #[arg(long)]
    pub deny: bool,
    /// The address to open
    pub url: String,
}

impl SandboxArgs {
    /// How the server behaves.
    ///
    /// # Errors
    /// Which flag cannot be used, and why.
    pub fn options(&self) -> Result<Options, String> {
        let grace: Grace = self.grace.parse()?;
        let mut options = Options {
            access_ttl: self.access_ttl,
            rotate: !self.no_rotate,
            grace,
            grace_interval: self.grace_interval,
            latency: self.latency,
            approve: self.approve.clone(),
            ..Options::default()
        };
        for text in &self.set {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            let set = options.set(name, value);
            set.map_err(|why| format!("--set {name}: {why}"))?;
        }
        Ok(options)
    }

    /// The faults that it begins with.
    ///
    /// # Errors
    /// Which one cannot be used, and why.
    pub fn faults(&self) -> Result<Vec<Fault>, String> {
        self.fault.iter().map(|spec| spec.parse()).collect()
    }
}
