//! What Windows does differently.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, StdinLock};
use std::path::PathBuf;
use std::time::Duration;

use super::detached::{Ended, Received};

pub fn stdin_is_readable(_stdin: &StdinLock<'_>, _wait: Duration) -> bool {
    true
}

pub fn terminal_size() -> Option<(usize, usize)> {
    None
}

pub fn forbid_core_dumps() {}

pub fn host_name() -> String {
    "this machine".to_owned()
}

pub fn parent_pid() -> Option<u32> {
    None
}

pub fn parent_id() -> Option<String> {
    None
}

/// There is none: a lock cannot be lent.
#[derive(Debug)]
pub struct Helper(Infallible);

impl Helper {
    pub fn pid(&self) -> u32 {
        match self.0 {}
    }

    pub fn wait(self, _patience: Duration) -> Ended {
        match self.0 {}
    }
}

pub fn start_helper(
    _args: &[&str],
    _secrets: &[String],
    _lock: File,
    _order: &[u8],
) -> io::Result<Helper> {
    Err(unsupported("this system has no helper processes"))
}

/// There is none, because there is no helper.
#[derive(Debug)]
pub struct Starter(Infallible);

impl Starter {
    pub fn report_start(&mut self) {
        match self.0 {}
    }

    pub fn send_answer(self, _answer: &[u8]) {
        match self.0 {}
    }
}

#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub fn receive() -> io::Result<Option<Received>> {
    Ok(None)
}

pub fn lend_lock(_lock: &File) -> io::Result<File> {
    Err(unsupported("this system lends no lock to another process"))
}

fn unsupported(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, why)
}

pub fn memory_directories() -> Vec<PathBuf> {
    vec![]
}

pub fn certificate_bundle() -> Option<PathBuf> {
    None
}
