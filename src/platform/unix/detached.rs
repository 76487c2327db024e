//! The helper process on Unix: a socket pair, the standard streams and `setsid`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::platform::unix::Lent;
use crate::platform::variant;

/// More bytes than any order or answer needs.
const LIMIT: u64 = 16 << 20;

/// How long the helper waits for its order, and the starter for the word that the work begins. Each
/// is the other's next step: after this time the other is dead, or was stopped.
const START_LIMIT: Duration = Duration::from_secs(10);

/// How long the helper waits until its answer is taken.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);

/// How long a helper that has answered may take to end.
const END_LIMIT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct Process {
    child: Child,
    stream: UnixStream,
}

pub fn start_helper(
    mut command: Command,
    args: &[&str],
    lock: File,
    order: &[u8],
) -> io::Result<Process> {
    let (mut stream, far_end) = UnixStream::pair()?;
    // For people who read lists of processes.
    command.arg0("authctl").args(args);
    command
        .stdin(Stdio::from(OwnedFd::from(far_end)))
        .stdout(Stdio::from(lock))
        .stderr(nowhere()?);
    // No directory of the caller's is kept from being unmounted.
    command.current_dir("/");
    let mut child = command.spawn()?;
    // The command holds copies of the child's files, and would keep them open.
    drop(command);
    if let Err(error) = hand_over(&mut stream, order) {
        // It is another program, or cannot be a helper, or was killed or stopped. When it is dead,
        // nothing has happened, unless it said in its last moment that it begins: then it is a
        // helper that was killed.
        let _ = child.kill();
        let _ = child.wait();
        if stream.read_exact(&mut [0]).is_err() {
            return Err(error);
        }
    }
    Ok(Process { child, stream })
}

/// A file that leads nowhere: `/dev/null`, or where a minimal system has none, a pipe without a
/// reader.
fn nowhere() -> io::Result<OwnedFd> {
    match File::options().read(true).write(true).open("/dev/null") {
        Ok(file) => Ok(file.into()),
        Err(_) => io::pipe().map(|(_, writer)| writer.into()),
    }
}

/// Gives the order, and waits for the word that the work begins.
fn hand_over(stream: &mut UnixStream, order: &[u8]) -> io::Result<()> {
    stream.set_write_timeout(Some(START_LIMIT))?;
    stream.set_read_timeout(Some(START_LIMIT))?;
    stream.write_all(order)?;
    stream.shutdown(Shutdown::Write)?;
    stream.read_exact(&mut [0])
}

impl Process {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The answer; empty when the helper was killed, and `None` when it goes on.
    pub fn wait(mut self, patience: Duration) -> Option<Zeroizing<Vec<u8>>> {
        // A limit of zero would mean none.
        let limit = patience.max(Duration::from_millis(1));
        let _ = self.stream.set_read_timeout(Some(limit));
        let mut answer = Zeroizing::new(Vec::with_capacity(64 << 10));
        let read = Read::by_ref(&mut self.stream)
            .take(LIMIT)
            .read_to_end(&mut answer);
        if read.is_err_and(|error| is_timeout(&error)) {
            return None;
        }
        if answer.is_empty() {
            // Its socket is closed, so that it is dead or about to be. What it left on the disk can
            // be judged when it is.
            let _ = self.child.kill();
            let _ = self.child.wait();
        } else {
            self.reap();
        }
        Some(answer)
    }

    /// Waits until the helper, which has answered and ends, has ended. If its starter left it as it
    /// is, it would stay in the list of processes where the first process of a container does not
    /// look after orphans.
    fn reap(&mut self) {
        let mut pause = Duration::from_micros(100);
        let mut waited = Duration::ZERO;
        while waited < END_LIMIT && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(pause);
            waited += pause;
            pause = (2 * pause).min(Duration::from_millis(10));
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

#[derive(Debug)]
pub struct Starter(UnixStream);

impl Starter {
    pub fn report_start(&mut self) {
        let _ = self.0.write_all(b"+");
    }

    pub fn send_answer(mut self, answer: &[u8]) {
        let _ = self
            .0
            .set_write_timeout(Some(ANSWER_LIMIT))
            .and_then(|()| self.0.write_all(answer));
    }
}

/// What a helper is started with: the order, the lock, and the way back.
type Received = (Zeroizing<Vec<u8>>, Lent, Starter);

/// The socket on which the order comes, and the file that is locked, if these are they.
fn order_and_lock() -> io::Result<(UnixStream, File)> {
    let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let lock = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    Ok((stream, lock))
}

/// Whether another process started this one as its helper.
fn is_helper() -> io::Result<bool> {
    let (stream, lock) = order_and_lock()?;
    Ok(stream.peer_addr().is_ok() && lock.metadata()?.is_file())
}

/// What else the caller left open for its children is not for a process that may outlive it. If the
/// caller closed it, it would be closed for the command, too, that the caller may become. So the
/// helper marks it, and starts its program anew, where there is any.
pub fn leave_open_files() {
    if close_fds::iter_open_fds(3).next().is_none() {
        return;
    }
    close_fds::set_fds_cloexec(3, &[]);
    let Ok(program) = variant::own_program() else {
        return;
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "it is this process, with the environment that it was given"
    )]
    let mut anew = Command::new(program);
    let mut words = std::env::args_os();
    anew.arg0(words.next().unwrap_or_default()).args(words);
    // Where that fails, this process goes on as it is.
    let _ = anew.exec();
}

pub fn receive_order() -> io::Result<Option<Received>> {
    if !is_helper()? {
        return Ok(None);
    }
    leave_open_files();
    let (stream, lock) = order_and_lock()?;
    // Fails only for the first process of a group, which no signal to another group reaches anyway.
    let _ = rustix::process::setsid();
    let nowhere = nowhere()?;
    rustix::stdio::dup2_stdin(&nowhere)?;
    rustix::stdio::dup2_stdout(&nowhere)?;
    rustix::stdio::dup2_stderr(&nowhere)?;
    stream.set_read_timeout(Some(START_LIMIT))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 << 10));
    (&stream).take(LIMIT).read_to_end(&mut bytes)?;
    Ok(Some((bytes, Lent(lock), Starter(stream))))
}
