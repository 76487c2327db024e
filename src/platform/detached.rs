//! A helper process for work that must not die with the process that asked for it.
//!
//! The caller of this program can be killed at any moment: by `timeout -s KILL`, by a closed
//! terminal, by an impatient parent. Killed at random moments of a refresh that took 10 ms, 24
//! processes of 100 lost the session while they refreshed it themselves; with a helper process,
//! none does. The helper is this program again, in a session (of processes) of its own, which no
//! terminal's hang-up and no signal to the caller's group reaches. The order and the answer go over
//! a socket that is the helper's stdin. The lock is its stdout when it starts, because only the
//! standard streams pass from process to process without unsafe code. Its stderr leads nowhere.
//! Having taken the order and the lock, the helper makes all three lead nowhere. It has nothing
//! else of the caller's: no pipe and no lock of a script stays open with it, its directory is `/`,
//! and its environment holds what it needs. The caller's cgroup it cannot leave.
//!
//! On Windows a lock cannot be lent. There the helper has no console, the order and the answer go
//! over two pipes, and the helper takes the lock when its starter has given it up for it: see
//! `windows/lock.rs`. It may have been overtaken, and compares what it finds with what its starter
//! saw.
//!
//! Tried and rejected: to defer signals only (SIGKILL does not wait); a child that takes the lock
//! as any caller does (two hundred callers would start two hundred); `fork` without `exec` (unsafe
//! code, and undefined behaviour beside threads); a daemon (to be installed, to be upgraded, to be
//! alive).

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::time::Duration;

use zeroize::Zeroizing;

use super::child;
use super::lock::Lent;
use super::system;

/// A helper process at work, as the process that started it sees it.
#[derive(Debug)]
pub struct Process(system::Process);

/// How a helper process ended.
#[derive(Debug)]
pub enum Ended {
    /// With this answer.
    Answered(Zeroizing<Vec<u8>>),
    /// It was killed, and at which step is not known.
    Killed,
    /// Not yet. It goes on.
    Unfinished,
}

/// Starts this program as a helper process with the arguments `args` and this environment, gives it
/// `lock` to hold and `order` to carry out, and waits until it says that it begins.
///
/// # Errors
/// When no helper can be had. Then nothing has happened, and the lock is still held.
pub fn start(
    args: &[&str],
    environment: &[(OsString, OsString)],
    lock: File,
    order: &[u8],
) -> io::Result<Process> {
    let command = child::command_with(system::own_program()?, environment);
    system::start_helper(command, args, lock, order).map(Process)
}

impl Process {
    /// The helper's process number.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.0.pid()
    }

    /// Waits for the answer for at most `patience`. After that the helper goes on without a waiter.
    #[must_use]
    pub fn wait(self, patience: Duration) -> Ended {
        match self.0.wait(patience) {
            None => Ended::Unfinished,
            Some(answer) if answer.is_empty() => Ended::Killed,
            Some(answer) => Ended::Answered(answer),
        }
    }
}

/// What a helper process was started with.
#[derive(Debug)]
pub struct Received {
    /// The order: what is to be done.
    pub bytes: Zeroizing<Vec<u8>>,
    /// The lock under which it is done.
    pub lock: Lent,
    /// The way back to the process that gave the order.
    pub starter: Starter,
}

/// The process that gave a helper its order, if it still lives.
#[derive(Debug)]
pub struct Starter(system::Starter);

impl Starter {
    /// Says that the order was understood and that the work begins. A starter that is dead does not
    /// hear it, and the work begins all the same.
    pub fn report_start(&mut self) {
        self.0.report_start();
    }

    /// Sends the answer. A failure is ignored: the starter may be dead.
    pub fn send_answer(self, answer: &[u8]) {
        self.0.send_answer(answer);
    }
}

/// Takes the order that this process was started for; `None` when it was not started as a helper.
/// Having returned an order, the process is in a session (of processes) of its own, and its
/// standard streams lead nowhere.
///
/// # Errors
/// When the process that started this one died before it had given the order.
pub fn receive() -> io::Result<Option<Received>> {
    let received = system::receive_order()?;
    Ok(received.map(|(bytes, lock, starter)| Received {
        bytes,
        lock: Lent(lock),
        starter: Starter(starter),
    }))
}
