//! What the tests stand on: a stage with a server and a home, the ways to store a session, and what
//! this machine lets a test do.
//!
//! `tests/campaign` uses these files too, so nothing here is a test.

#[cfg(target_os = "linux")]
pub mod disks;
pub mod machine;
pub mod mixed;
pub mod programs;
mod records;
#[cfg(target_os = "linux")]
pub mod secret_service;
pub mod stage;
#[macro_use]
pub mod storage;
#[cfg(unix)]
pub mod terminal;
pub mod tls;
#[cfg(unix)]
pub mod users;
