//! The flags of `proxy`.

use std::ffi::OsString;

use clap::Args;

use super::exec::variable_name;

/// Flags of `proxy`.
#[derive(Args, Debug)]
pub struct ProxyArgs {
    /// The server that requests are forwarded to: the only one that gets the token
    #[arg(long, value_name = "URL")]
    pub upstream: String,
    /// Where to listen: 127.0.0.1:PORT, or unix:PATH
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: String,
    /// The name of the profile
    #[arg(long, short, value_name = "NAME")]
    pub profile: Option<String>,
    /// A variable that holds the secret of this run for the command, as where it looks for a token
    #[arg(long, value_name = "NAME", value_parser = variable_name)]
    pub secret_env: Option<String>,
    /// A command, with its arguments, for which the proxy runs and with which it ends
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}
