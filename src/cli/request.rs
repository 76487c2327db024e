//! The flags of `request`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::time::parse_duration;

/// Flags of `request`.
#[derive(Args, Debug)]
pub struct RequestArgs {
    /// The name of the profile; by default the one that a `[[match]]` binds to the address
    #[arg(long, short, value_name = "NAME")]
    pub profile: Option<String>,
    /// Send the token to this host as well, as if a `[[match]]` bound the profile to it; may be
    /// repeated
    #[arg(long, value_name = "HOST")]
    pub host: Vec<String>,
    /// The method, by default GET, or POST with a body
    #[arg(long = "request", short = 'X', value_name = "METHOD")]
    pub method: Option<String>,
    /// A header; may be repeated
    #[arg(long, short = 'H', value_name = "NAME: VALUE")]
    pub header: Vec<String>,
    /// The body: a text, a file (@FILE), or stdin (@-)
    #[arg(long, short, value_name = "DATA|@FILE|@-")]
    pub data: Option<String>,
    /// Write the body of the answer to this file instead, once it is whole
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print the status and the headers of the answer, too
    #[arg(long, short)]
    pub include: bool,
    /// Fail, and print nothing, for an answer with a status from 400 on
    #[arg(long)]
    pub fail: bool,
    /// Refresh the token if less than this is left of its life
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub min_ttl: Option<Duration>,
    /// How long to wait until an answer begins
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = parse_duration)]
    pub timeout: Duration,
    /// The address
    pub url: String,
}
