//! The operating system: files, locks, processes, signals, a browser.

pub mod browser;
#[cfg(unix)]
pub mod detached;
pub mod disk;
pub mod lock;
pub mod note;
pub mod parent;
pub mod rename;
pub mod signals;
