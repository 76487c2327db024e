//! The helper process on Windows: two pipes, and no console.
//!
//! Over one pipe comes the order, to the pipe's end. Back over the other go [`lock::READY`], when
//! the helper has understood the order and wants the lock; [`BEGUN`], when it has the lock; and the
//! answer behind its length.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::os::windows::io::{AsHandle, AsRawHandle};
use std::os::windows::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::api;
use super::lock::{self, Lent};

/// More bytes than any order or answer needs.
const LIMIT: u64 = 16 << 20;

/// How long the starter waits for each of the helper's two words. After this time the helper is
/// dead, or was stopped.
const START_LIMIT: Duration = Duration::from_secs(10);

const BEGUN: u8 = b'+';

/// The helper has no console, and so hears of no Ctrl-C and of no console's end.
const DETACHED_PROCESS: u32 = 0x0000_0008;
/// The helper is in no job that ends with the caller, where the job allows that.
const CREATE_BREAKAWAY_FROM_JOB: u32 = 0x0100_0000;
const ACCESS_DENIED: i32 = 5;

/// What comes from the helper.
#[derive(Debug)]
enum Said {
    Word(u8),
    Answer(Zeroizing<Vec<u8>>),
}

#[derive(Debug)]
pub struct Process {
    child: Child,
    said: Receiver<Said>,
}

pub fn start_helper(
    mut command: Command,
    args: &[&str],
    lock: File,
    order: &[u8],
) -> io::Result<Process> {
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    // No directory of the caller's is kept from being removed.
    if let Some(directory) = Path::new(command.get_program()).parent() {
        let directory = directory.to_owned();
        command.current_dir(directory);
    }
    keep_streams_from_children();
    let mut child = spawn(&mut command)?;
    let said = listen(child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?)?;
    let stdin = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let written = write_on_thread(stdin, order);
    if let Err(error) = written.and_then(|()| await_word(&said, lock::READY)) {
        // It is another program, or cannot be a helper, or was killed or stopped. The lock is here.
        let _ = child.kill();
        let _ = child.wait();
        return Err(error);
    }
    lock::give_up_session(&lock)?;
    // Where the word does not come, the helper was killed, or another process has the lock after a
    // crash of this one's predecessor: `wait` tells.
    let _ = await_word(&said, BEGUN);
    Ok(Process { child, said })
}

fn spawn(command: &mut Command) -> io::Result<Child> {
    command.creation_flags(DETACHED_PROCESS | CREATE_BREAKAWAY_FROM_JOB);
    match command.spawn() {
        Err(error) if error.raw_os_error() == Some(ACCESS_DENIED) => {
            command.creation_flags(DETACHED_PROCESS);
            command.spawn()
        }
        spawned => spawned,
    }
}

/// A script that reads this process's stdout is not to wait for the helper's end.
fn keep_streams_from_children() {
    api::keep_from_children(io::stdin().as_raw_handle());
    api::keep_from_children(io::stdout().as_raw_handle());
    api::keep_from_children(io::stderr().as_raw_handle());
}

/// Writes the order on a thread: the helper may never read it.
fn write_on_thread(mut pipe: impl Write + Send + 'static, order: &[u8]) -> io::Result<()> {
    let order = Zeroizing::new(order.to_vec());
    thread::Builder::new()
        .spawn(move || drop(pipe.write_all(&order)))
        .map(drop)
}

/// Reads what the helper says on a thread, which ends with the helper.
fn listen(mut pipe: ChildStdout) -> io::Result<Receiver<Said>> {
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new().spawn(move || drop(read(&mut pipe, &sender)))?;
    Ok(receiver)
}

fn read(pipe: &mut ChildStdout, sender: &Sender<Said>) -> io::Result<()> {
    for _ in 0..2 {
        let mut word = [0];
        pipe.read_exact(&mut word)?;
        let _ = sender.send(Said::Word(word[0]));
    }
    let mut length = [0; 4];
    pipe.read_exact(&mut length)?;
    let length = u64::from(u32::from_le_bytes(length)).min(LIMIT);
    let mut answer = Zeroizing::new(Vec::with_capacity(64 << 10));
    pipe.take(length).read_to_end(&mut answer)?;
    let _ = sender.send(Said::Answer(answer));
    Ok(())
}

fn await_word(said: &Receiver<Said>, word: u8) -> io::Result<()> {
    match said.recv_timeout(START_LIMIT) {
        Ok(Said::Word(said)) if said == word => Ok(()),
        Ok(_) => Err(io::ErrorKind::InvalidData.into()),
        Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
        Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

impl Process {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The answer; empty when the helper was killed, and `None` when it goes on.
    pub fn wait(mut self, patience: Duration) -> Option<Zeroizing<Vec<u8>>> {
        match self.said.recv_timeout(patience) {
            Ok(Said::Answer(answer)) => Some(answer),
            Err(RecvTimeoutError::Timeout) => None,
            Ok(Said::Word(_)) | Err(RecvTimeoutError::Disconnected) => {
                // Its pipe is closed, so that it is dead or about to be. What it left on the disk
                // can be judged when it is.
                let _ = self.child.kill();
                let _ = self.child.wait();
                Some(Zeroizing::default())
            }
        }
    }
}

/// The pipe to the process that gave the order. A failure to write is ignored: it may be dead.
#[derive(Debug)]
pub struct Starter(File);

impl Starter {
    pub fn report_start(&mut self) {
        let _ = self.0.write_all(&[BEGUN]);
    }

    pub fn send_answer(mut self, answer: &[u8]) {
        let Ok(length) = u32::try_from(answer.len()) else {
            return;
        };
        let _ = self.0.write_all(&length.to_le_bytes());
        let _ = self.0.write_all(answer);
    }
}

/// What a helper is started with: the order, the way to the lock, and the way back.
type Received = (Zeroizing<Vec<u8>>, Lent, Starter);

pub fn receive_order() -> io::Result<Option<Received>> {
    if io::stdin().is_terminal() || io::stdout().is_terminal() {
        return Ok(None);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 << 10));
    io::stdin().lock().take(LIMIT).read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let pipe = || -> io::Result<File> { Ok(io::stdout().as_handle().try_clone_to_owned()?.into()) };
    Ok(Some((bytes, Lent(pipe()?), Starter(pipe()?))))
}
