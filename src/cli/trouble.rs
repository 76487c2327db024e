//! Flags of the verbs for a person in trouble: what happened, why, and what is wrong here.

use std::time::Duration;

use clap::Args;

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

fn parse_since(text: &str) -> Result<Since, String> {
    if let Some(moment) = Moment::parse(text) {
        return Ok(Since::At(moment));
    }
    let ago = parse_duration(text).map(Since::Ago);
    ago.map_err(|_| "not a time: write 2d, 90m or 2026-11-27T09:30:00Z".to_owned())
}
