//! The operating system: files, locks, processes, signals, a terminal, a browser.
//!
//! The only room, but for `store/keyring`, that asks which operating system this is. Each module
//! here is neutral: it has the functions that the rooms above call, with their meaning. Where
//! systems differ, it hands on to a function in `unix.rs` or `windows.rs`, and Unix hands on to
//! `linux.rs` or `macos.rs`. To read what one system does differently, open its file. A system's
//! file knows no neutral module.
//!
//! Deliberately absent: a trait for a system. One system is compiled at a time, so that a name
//! which stands in one file and is missing in another is an error of the compiler, which
//! `tests/systems` asks for each of them.

pub mod browser;
pub mod child;
pub mod console;
pub mod detached;
pub mod files;
pub mod local;
pub mod lock;
pub mod manner;
pub mod parent;
pub mod peer;
pub mod places;
pub mod process;
pub mod signals;
pub mod words;
pub mod zone;

#[cfg(not(target_os = "linux"))]
mod ancestors;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as system;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as variant;

#[cfg(all(unix, not(target_os = "linux")))]
mod macos;
#[cfg(all(unix, not(target_os = "linux")))]
use macos as variant;
