//! Tests of the whole program: real processes, real locks, real disks, a real authorization server.
//!
//! One binary, because each more would be linked again. `support` is what the tests stand on; every
//! other file is a subject.

#![allow(
    clippy::if_not_else,
    clippy::items_after_statements,
    clippy::large_stack_arrays,
    clippy::match_wild_err_arm,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test tells what happens in its own order, and prints why it cannot run"
)]
// Many tests need Linux: elsewhere they leave imports and helpers unused.
#![cfg_attr(
    not(target_os = "linux"),
    allow(unused_imports, dead_code, reason = "many tests need Linux")
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the fences are for the program: a test damages what it likes"
)]

#[macro_use]
mod support;

mod answers;
mod bad_input;
#[cfg(target_os = "linux")]
mod cached;
#[cfg(unix)]
mod certificates;
#[cfg(unix)]
mod clients;
#[cfg(target_os = "linux")]
mod clocks;
mod compat;
#[cfg(unix)]
mod completing;
#[cfg(unix)]
mod copies;
mod crash;
#[cfg(windows)]
mod credential_manager;
#[cfg(target_os = "linux")]
mod dead_disks;
#[cfg(unix)]
mod detached;
mod disk;
#[cfg(target_os = "linux")]
mod everything;
#[cfg(target_os = "linux")]
mod examined;
mod exec;
mod explained;
mod fuzzed;
mod golden;
#[cfg(unix)]
mod guided;
mod herd;
mod hooks;
#[cfg(target_os = "linux")]
mod hostile;
#[cfg(target_os = "linux")]
mod incidents;
mod inspecting;
mod install;
#[cfg(unix)]
mod interop;
#[cfg(target_os = "linux")]
mod keyring;
mod killed;
#[cfg(unix)]
mod last_mile;
mod logged;
mod login;
mod logout;
#[cfg(unix)]
mod lost;
mod model;
mod outcomes;
mod overview;
mod pages;
#[cfg(target_os = "linux")]
mod places;
mod probed;
mod profiles;
mod providers;
mod proxies;
mod record;
#[cfg(unix)]
mod refusals;
mod registered;
mod requests;
mod sealed;
mod secrets;
mod shapes;
mod status;
mod tidy;
mod token;
#[cfg(unix)]
mod transcripts;
#[cfg(target_os = "linux")]
mod trust;
mod wrong_lines;
