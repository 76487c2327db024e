//! `cargo bench --bench campaign -- NAME [OPTIONS]`: what the tests show once, done ten thousand
//! times, with figures.
//!
//! Every campaign plays against a sandbox of its own on loopback, with single-use refresh tokens
//! and no forgiveness, and ends with a line of figures. It fails if one of them breaks a promise.
//! All of them are bounded.

#![allow(
    clippy::cast_precision_loss,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a campaign prints figures"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the fences are for the program: a campaign damages what it likes"
)]

#[cfg(target_os = "linux")]
mod contained;
mod crowd;
#[cfg(target_os = "linux")]
mod dead_disks;
mod jobs;
#[cfg(target_os = "linux")]
mod keyring;
mod kills;
#[cfg(target_os = "linux")]
mod pauses;
#[cfg(target_os = "linux")]
mod proxies;
#[path = "../it/support/mod.rs"]
#[expect(dead_code, unused_macros, reason = "the tests use all of it")]
mod support;
mod tally;

use std::process::ExitCode;

use support::storage::{ByEnvironment, InFile};

/// A campaign: its name, its arguments, what it shows, and itself. Says whether every promise was
/// kept.
type Campaign = (
    &'static str,
    &'static str,
    &'static str,
    fn(&[&str]) -> bool,
);

const CAMPAIGNS: &[Campaign] = &[
    (
        "kills",
        "[COUNT] [kill|term|int] [caller|all|cgroup] [none|grace] [LATENCY] [file|env|keyring]",
        "kills the caller, or everything, at random moments of a refresh",
        kills::run,
    ),
    #[cfg(target_os = "linux")]
    (
        "contained",
        "(as for kills)",
        "kills in a container whose first process waits for no other one",
        contained::run,
    ),
    #[cfg(target_os = "linux")]
    (
        "pauses",
        "[COUNT]",
        "stops the helper process for half a minute at random moments of a refresh",
        pauses::run,
    ),
    #[cfg(target_os = "linux")]
    (
        "dead_disks",
        "[COUNT] [ext4|fuse]",
        "a disk dies at random moments of a refresh, and comes back",
        dead_disks::run,
    ),
    (
        "jobs",
        "[TIME] [COUNT]",
        "so many commands read their token from a file that is kept fresh",
        jobs::run,
    ),
    #[cfg(target_os = "linux")]
    (
        "proxies",
        "[REQUESTS] [STREAMS]",
        "the proxy beside a plain forwarder, and with many open event streams",
        proxies::run,
    ),
    (
        "crowd",
        "[COUNT]",
        "so many callers at once, on a token that lives and on one that has expired",
        crowd::run,
    ),
    #[cfg(target_os = "linux")]
    (
        "keyring",
        "[COUNT]",
        "a cached token behind a keyring, beside secret-tool and the file store",
        keyring::run,
    ),
    (
        "mixed",
        "[TIME] [file|env]",
        "everything at once for so long: callers, kills, logins, logouts, outages, full disks",
        mixed,
    ),
];

fn mixed(args: &[&str]) -> bool {
    let length = args
        .first()
        .map_or(Ok(std::time::Duration::from_secs(60)), |text| {
            authctl::time::parse_duration(text)
        });
    let length = length.expect("a length of time");
    let tally = match args.get(1) {
        Some(&"env") => support::mixed::run::<ByEnvironment>(length),
        _ => support::mixed::run::<InFile>(length),
    };
    println!(
        "{} of everything at once: {}",
        authctl::time::describe(length),
        tally.report()
    );
    tally.broken.lock().is_ok_and(|broken| broken.is_empty())
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let Some((name, rest)) = words.split_first() else {
        for (name, arguments, help, _) in CAMPAIGNS {
            println!("campaign {name} {arguments}\n    {help}");
        }
        return ExitCode::SUCCESS;
    };
    match CAMPAIGNS.iter().find(|(known, ..)| known == name) {
        Some((.., run)) if run(rest) => ExitCode::SUCCESS,
        Some(_) => ExitCode::FAILURE,
        None => {
            eprintln!("there is no campaign `{name}`");
            ExitCode::FAILURE
        }
    }
}
