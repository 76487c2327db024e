//! Floor 3: a process of its own for what must not die with its caller.
//!
//! A caller can be killed at any moment: by `timeout -s KILL`, by a closed terminal, by an impatient parent. Killed at
//! random moments of a refresh that took 10 ms, 24 callers of 100 lost the session while they did it themselves; with
//! an errand, none does. It is this program again, in a session of its own, which no terminal's hang-up and no signal
//! to the caller's group reaches. The order and the answer go over a socket that is its stdin; the lock is its stdout
//! when it starts, for only standard streams pass from process to process without unsafe code; its stderr is nowhere.
//! Having taken them, it sees to it that all three lead nowhere: no pipe of the caller's stays open because of it.
//!
//! Tried and rejected: to defer signals only (SIGKILL does not wait); a child that takes the lock itself (two hundred
//! callers would start two hundred); `fork` without `exec` (unsafe code, and undefined behaviour beside threads); a
//! daemon (to be installed, to be upgraded, to be alive).

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use zeroize::Zeroizing;

/// More than any order or answer needs.
const LIMIT: u64 = 16 << 20;

/// How long to wait for an order: whoever gives it does so in its next breath, or is dead, or was stopped.
const ORDER_LIMIT: Duration = Duration::from_secs(10);

/// An errand under way, as its sender sees it.
#[derive(Debug)]
pub struct Errand {
    child: Child,
    stream: UnixStream,
}

/// How an errand ended.
#[derive(Debug)]
pub enum Ended {
    /// With an answer.
    Answered(Zeroizing<Vec<u8>>),
    /// It was killed.
    Killed,
    /// Not yet. It goes on.
    Unfinished,
}

/// Starts this program with `args`, gives it `lock` to hold and `order` to carry out.
///
/// # Errors
/// When no process can be had. Then nothing has happened.
pub fn send(args: &[&str], lock: File, order: &[u8]) -> io::Result<Errand> {
    let (mut ours, theirs) = UnixStream::pair()?;
    let theirs = std::os::fd::OwnedFd::from(theirs);
    let mut command = Command::new(program()?);
    command.args(args).stdin(Stdio::from(theirs)).stdout(Stdio::from(lock)).stderr(Stdio::null());
    let mut child = command.spawn()?;
    // The command holds our copies of what the child has, and would keep them open.
    drop(command);
    let ordered = ours.write_all(order).and_then(|()| ours.shutdown(Shutdown::Write));
    if let Err(error) = ordered {
        // Half an order is none. It may be on its feet already, so that what it does must be known before we go on.
        let _ = child.kill();
        let _ = child.wait();
        return Err(error);
    }
    Ok(Errand { child, stream: ours })
}

/// This very program, even where a newer one has taken its place on the disk meanwhile.
fn program() -> io::Result<PathBuf> {
    let itself = PathBuf::from("/proc/self/exe");
    let named = std::env::current_exe()?;
    let same = |a: &std::fs::Metadata, b: &std::fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    match (std::fs::metadata(&itself), std::fs::metadata(&named)) {
        (Ok(running), Ok(found)) if !same(&running, &found) => Ok(itself),
        (Ok(_), Err(_)) => Ok(itself),
        _ => Ok(named),
    }
}

impl Errand {
    /// Who is on it.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the answer. The errand goes on when nobody waits any longer.
    #[must_use]
    pub fn answer(mut self, patience: Duration) -> Ended {
        // A limit of zero would mean none.
        let _ = self.stream.set_read_timeout(Some(patience.max(Duration::from_millis(1))));
        let mut answer = Zeroizing::new(Vec::with_capacity(64 << 10));
        match Read::by_ref(&mut self.stream).take(LIMIT).read_to_end(&mut answer) {
            Ok(0) => {
                // Its socket is closed, so that it is dead or about to be: what it left can be judged when it is.
                let _ = self.child.kill();
                let _ = self.child.wait();
                Ended::Killed
            }
            Ok(_) => Ended::Answered(answer),
            Err(_) => Ended::Unfinished,
        }
    }
}

/// An order, as whoever carries it out sees it.
#[derive(Debug)]
pub struct Order {
    /// What is to be done.
    pub bytes: Zeroizing<Vec<u8>>,
    /// The lock under which it is done.
    pub lock: File,
    /// The way back.
    pub sender: Sender,
}

/// Whoever gave the order, if they live.
#[derive(Debug)]
pub struct Sender(UnixStream);

impl Sender {
    /// Says what came of it. That nobody hears it is of no consequence.
    pub fn answer(mut self, answer: &[u8]) {
        let _ = self.0.write_all(answer);
    }
}

/// Takes the order that this process was started for; `None` when it was not started for one. From here on it is in
/// a session of its own, and its standard streams lead nowhere.
///
/// # Errors
/// When whoever started this process died before they had said what for.
pub fn receive() -> io::Result<Option<Order>> {
    let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let lock = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    if stream.peer_addr().is_err() || !lock.metadata()?.is_file() {
        return Ok(None);
    }
    // Fails only for the first of a group, whom no signal to another group reaches anyway.
    let _ = rustix::process::setsid();
    let nowhere = File::options().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&nowhere)?;
    rustix::stdio::dup2_stdout(&nowhere)?;
    rustix::stdio::dup2_stderr(&nowhere)?;
    stream.set_read_timeout(Some(ORDER_LIMIT))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 << 10));
    (&stream).take(LIMIT).read_to_end(&mut bytes)?;
    Ok(Some(Order { bytes, lock, sender: Sender(stream) }))
}
