//! The exclusive lock on Windows: two bytes of the lock file, far behind its text.
//!
//! Windows keeps a lock for the process that took it: it cannot be lent to another one. So a lock
//! has two parts. The *session* is what the lock is for. The *turn* is held by a process that waits
//! for the session or has it. A process that starts a helper gives up the session and keeps the
//! turn until the helper has the session: no third process comes between them, and of two hundred
//! that wait only one starts a helper. The helper takes the session alone.
//!
//! Locks of Windows keep every other process from reading what is locked. The text that names the
//! holder is not locked.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::api;

/// Behind every text that a lock file can have.
const SESSION: u64 = 1 << 62;
const TURN: u64 = SESSION + 1;

/// How long a helper waits for the session. Its starter gives it up at once; only where the starter
/// has died can another process have taken it.
const HAND_OVER_LIMIT: Duration = Duration::from_secs(5);

pub fn try_lock(file: &File) -> io::Result<bool> {
    if !api::lock_byte(file, TURN, false)? {
        return Ok(false);
    }
    match api::lock_byte(file, SESSION, false) {
        Ok(true) => Ok(true),
        other => {
            api::unlock_byte(file, TURN)?;
            other
        }
    }
}

pub fn lock(file: &File) -> io::Result<()> {
    api::lock_byte(file, TURN, true)?;
    api::lock_byte(file, SESSION, true)?;
    Ok(())
}

pub fn lend_lock(lock: &File) -> io::Result<File> {
    lock.try_clone()
}

/// Gives up the session and keeps the turn.
pub fn give_up_session(lock: &File) -> io::Result<()> {
    api::unlock_byte(lock, SESSION)
}

/// The word by which a helper asks for the session.
pub const READY: u8 = b'r';

/// The pipe to the process that holds the session and will give it up.
#[derive(Debug)]
pub struct Lent(pub(super) File);

impl Lent {
    /// Asks the starter for the session, and takes it on the lock file that `open` opens.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when another process has it; otherwise why there is no lock.
    pub fn take(mut self, open: impl FnOnce() -> io::Result<File>) -> io::Result<File> {
        let file = open()?;
        // A starter that has died holds nothing.
        let _ = self.0.write_all(&[READY]);
        let (sender, receiver) = mpsc::sync_channel(0);
        thread::Builder::new().spawn(move || {
            let locked = api::lock_byte(&file, SESSION, true).map(|_| file);
            // When the waiting has ended the file is dropped here, and the lock with it.
            let _ = sender.send(locked);
        })?;
        receiver
            .recv_timeout(HAND_OVER_LIMIT)
            .unwrap_or_else(|_| Err(io::ErrorKind::WouldBlock.into()))
    }
}
