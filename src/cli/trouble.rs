//! Flags of the verbs for a person in trouble: what happened, why, and what is wrong here.

use std::time::Duration;

use clap::Args;

use super::login::{one, settings};
use crate::oauth::scope;
use crate::profile::setting::Setting;
use crate::time::{Moment, parse_duration};

/// From when on something is of interest.
#[derive(Clone, Copy, Debug)]
pub enum Since {
    /// So long ago.
    Ago(Duration),
    /// At this point in time.
    At(Moment),
}

/// Flags of `log`.
#[derive(Args, Debug)]
pub struct LogArgs {
    /// The name of the profile; all of them if none is named
    pub profile: Option<String>,
    /// Show only what is not older than this (2d, 90m), or not before this time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    pub since: Option<Since>,
    /// Show what happens from now on as well, until told to stop
    #[arg(long, short)]
    pub follow: bool,
}

/// Flags of `explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The name of the profile
    pub profile: Option<String>,
}

/// Flags of `doctor`.
#[derive(Args, Debug)]
pub struct DoctorArgs {
    /// The name of the profile; all of them if none is named
    pub profile: Option<String>,
}

/// Flags of `probe`.
#[derive(Args, Debug)]
pub struct ProbeArgs {
    /// The profile whose server is measured; its session is not touched
    #[arg(conflicts_with = "issuer")]
    pub profile: Option<String>,
    /// The server's issuer, where there is no profile
    #[arg(long, value_name = "URL", requires = "client_id")]
    pub issuer: Option<String>,
    /// The client's registered name, for --issuer
    #[arg(long, value_name = "ID", requires = "issuer")]
    pub client_id: Option<String>,
    /// A scope to ask for; may be repeated
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,
    /// One more parameter of the authorization request; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,
    /// Find out what takes up to four minutes as well: until when a spent refresh token is taken,
    /// and whether an access token ends when it should
    #[arg(long)]
    pub long: bool,
    /// Print settings for a profile and a preset, as TOML
    #[arg(long)]
    pub toml: bool,
    /// Go on without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Log in with a code on another device
    #[arg(long, group = "how")]
    pub device: bool,
    /// Print the address and open no browser
    #[arg(long, group = "how")]
    pub no_browser: bool,
    /// Open the browser with this command; the address is its last argument
    #[arg(long, value_name = "CMD", group = "how")]
    pub browser: Option<String>,
    /// How long to wait for the person, at each login
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = parse_duration)]
    pub timeout: Duration,
}

fn parse_since(text: &str) -> Result<Since, String> {
    if let Some(moment) = Moment::parse(text) {
        return Ok(Since::At(moment));
    }
    let ago = parse_duration(text).map(Since::Ago);
    ago.map_err(|_| "not a time: write 2d, 90m or 2026-11-27T09:30:00Z".to_owned())
}

impl ProbeArgs {
    /// What the flags say of the client.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        let scope = self.scope.iter().flat_map(|text| scope::parse(text));
        settings([
            ("issuer", one(self.issuer.as_ref())),
            ("client_id", one(self.client_id.as_ref())),
            ("scope", scope.collect()),
            ("params", self.param.clone()),
        ])
    }
}
