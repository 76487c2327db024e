//! A process of its own for what must not die with its caller.
//!
//! A caller can be killed at any moment: by `timeout -s KILL`, by a closed terminal, by an
//! impatient parent. Killed at random moments of a refresh that took 10 ms, 24 callers of 100 lost
//! the session while they did it themselves; with an errand, none does. It is this program again,
//! in a session of its own, which no terminal's hang-up and no signal to the caller's group
//! reaches. The order and the answer go over a socket that is its stdin; the lock is its stdout
//! when it starts, for only standard streams pass from process to process without unsafe code; its
//! stderr is nowhere. Having taken them, it sees to it that all three lead nowhere. It has no other
//! file of the caller's: no pipe and no lock of a script stays with it.
//!
//! Tried and rejected: to defer signals only (SIGKILL does not wait); a child that takes the lock
//! itself (two hundred callers would start two hundred); `fork` without `exec` (unsafe code, and
//! undefined behaviour beside threads); a daemon (to be installed, to be upgraded, to be alive).

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use zeroize::Zeroizing;

/// More than any order or answer needs.
const LIMIT: u64 = 16 << 20;

/// How long to wait for an order, and until it is begun: whoever gives it does so in its next
/// breath, or is dead, or was stopped.
const BEGIN_LIMIT: Duration = Duration::from_secs(10);

/// How long to wait until an answer is taken.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);

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
    /// It was killed, nobody knows at which step.
    Killed,
    /// Not yet. It goes on.
    Unfinished,
}

/// Starts this program with `args` and without the environment's `secrets`, gives it `lock` to hold
/// and `order` to carry out, and waits until it begins.
///
/// # Errors
/// When no process can be had that does. Then nothing has happened.
pub fn send(args: &[&str], secrets: &[String], lock: File, order: &[u8]) -> io::Result<Errand> {
    let (mut ours, theirs) = UnixStream::pair()?;
    let theirs = std::os::fd::OwnedFd::from(theirs);
    let mut command = Command::new(program()?);
    // For those who read lists of processes.
    command.arg0("authctl").args(args);
    command
        .stdin(Stdio::from(theirs))
        .stdout(Stdio::from(lock))
        .stderr(Stdio::null());
    for secret in secrets {
        command.env_remove(secret);
    }
    // Whatever else the caller left open for its children is not for one that may outlive it.
    close_fds::set_fds_cloexec(3, &[]);
    let mut child = command.spawn()?;
    // The command holds our copies of what the child has, and would keep them open.
    drop(command);
    let begun = ours
        .set_write_timeout(Some(BEGIN_LIMIT))
        .and_then(|()| ours.set_read_timeout(Some(BEGIN_LIMIT)))
        .and_then(|()| ours.write_all(order))
        .and_then(|()| ours.shutdown(Shutdown::Write))
        .and_then(|()| ours.read_exact(&mut [0]));
    if let Err(error) = begun {
        // It is no errand of ours, or cannot be one, or was killed or stopped. When it is dead,
        // nothing has happened, unless it said so in its last moment: then it is one that was
        // killed.
        let _ = child.kill();
        let _ = child.wait();
        if ours.read_exact(&mut [0]).is_err() {
            return Err(error);
        }
    }
    Ok(Errand {
        child,
        stream: ours,
    })
}

/// This very program, even where a newer one has taken its place on the disk meanwhile.
#[cfg(target_os = "linux")]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn program() -> io::Result<PathBuf> {
    Ok(PathBuf::from("/proc/self/exe"))
}

#[cfg(not(target_os = "linux"))]
fn program() -> io::Result<PathBuf> {
    std::env::current_exe()
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
        let _ = self
            .stream
            .set_read_timeout(Some(patience.max(Duration::from_millis(1))));
        let mut answer = Zeroizing::new(Vec::with_capacity(64 << 10));
        let read = Read::by_ref(&mut self.stream)
            .take(LIMIT)
            .read_to_end(&mut answer);
        if read.is_err_and(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
            )
        }) {
            return Ended::Unfinished;
        }
        if answer.is_empty() {
            // Its socket is closed, so that it is dead or about to be: what it left can be judged
            // when it is.
            let _ = self.child.kill();
            let _ = self.child.wait();
            return Ended::Killed;
        }
        Ended::Answered(answer)
    }
}

/// An order, as whoever carries it out sees it.
#[derive(Debug)]
pub struct Received {
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
    /// Says that all is there, and that it begins. A sender that is dead does not hear it, and it
    /// begins all the same.
    pub fn begin(&mut self) {
        let _ = self.0.write_all(b"+");
    }

    /// Says what came of it. That nobody hears it is of no consequence.
    pub fn answer(mut self, answer: &[u8]) {
        let _ = self
            .0
            .set_write_timeout(Some(ANSWER_LIMIT))
            .and_then(|()| self.0.write_all(answer));
    }
}

/// Takes the order that this process was started for; `None` when it was not started for one. From
/// here on it is in a session of its own, and its standard streams lead nowhere.
///
/// # Errors
/// When whoever started this process died before they had said what for.
pub fn receive() -> io::Result<Option<Received>> {
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
    stream.set_read_timeout(Some(BEGIN_LIMIT))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 << 10));
    (&stream).take(LIMIT).read_to_end(&mut bytes)?;
    Ok(Some(Received {
        bytes,
        lock,
        sender: Sender(stream),
    }))
}
