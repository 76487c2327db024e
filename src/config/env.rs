//! The environment of this process, read in this file and nowhere else.
//!
//! A variable that is empty, or whose value is not Unicode, counts as not set. Variables that other
//! programs define, and paths, have functions with rules of their own.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::platform::manner::Manner;

/// The value of an environment variable; `None` if it is empty.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The value of an environment variable, which may be empty: for variables of other programs that
/// give a meaning to an empty value (`GIT_TERMINAL_PROMPT=`). What is not Unicode is replaced:
/// an address with such a piece is no address, and not an absent one.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn var_or_empty(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// What the environment says of terminals.
#[must_use]
pub fn manner() -> Manner {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(var);
    let no_color = var("NO_COLOR").is_some();
    Manner::of(var("TERM").as_deref(), locale.as_deref(), no_color)
}

/// The proxy for requests to https servers, as every program has it from the environment: the name
/// of the variable, and its value.
#[must_use]
pub fn proxy() -> Option<(&'static str, String)> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    names.into_iter().find_map(|name| Some((name, var(name)?)))
}

/// Whether the environment wants a host to be asked without the proxy (`NO_PROXY`): by its name, a
/// domain that it is in, its address, or a network.
#[must_use]
pub fn is_without_proxy(host: &str) -> bool {
    let list = var("NO_PROXY")
        .or_else(|| var("no_proxy"))
        .unwrap_or_default();
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    list.split(',').map(str::trim).any(|entry| {
        let domain = entry.trim_start_matches('.').to_ascii_lowercase();
        let is_in_network = || {
            let network: Option<ipnet::IpNet> = entry.parse().ok();
            let address: Option<std::net::IpAddr> = host.parse().ok();
            network
                .zip(address)
                .is_some_and(|(network, address)| network.contains(&address))
        };
        entry == "*"
            || !domain.is_empty() && (host == domain || host.ends_with(&format!(".{domain}")))
            || is_in_network()
    })
}

/// The values of all variables that are meant for authctl, for a message that must not repeat them.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn values_for_authctl() -> Vec<String> {
    let mut values = Vec::new();
    for (name, value) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AUTHCTL_") {
            values.push(value.to_string_lossy().into_owned());
        }
    }
    values
}

/// Every variable with its value.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn all() -> Vec<(OsString, OsString)> {
    std::env::vars_os().collect()
}

/// The directories in which programs are looked for, as `$PATH` has them; none if it is not set.
#[must_use]
pub fn search_path() -> Vec<PathBuf> {
    path("PATH").map_or_else(Vec::new, |path| std::env::split_paths(&path).collect())
}

/// The value of an environment variable that names a file or a directory; `None` if it is empty.
/// A path need not be Unicode.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
