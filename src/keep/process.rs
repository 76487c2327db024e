//! The keeper as a process of its own, beside a command.
//!
//! ```text
//! exec        gets the tokens, writes the files, starts the keeper, becomes the command
//!   keeper    replaces the files; ends, and takes them away, when the command ends
//!     guard   takes the files away if the keeper is killed
//! ```
//!
//! The keeper is the command's child: it sees the command's end as the end of its parent. It leaves
//! the terminal, so that Ctrl-C there is the command's affair. The guard reads from a pipe that
//! only the keeper holds; the keeper's death closes it.
//!
//! On Windows a program cannot become another one. There the process that was asked waits for the
//! command and keeps the files meanwhile.

use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ExitCode, Stdio};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{File, Keeper, once};
use crate::error::{Error, ErrorKind};
use crate::platform::child::{self, Secrets};
use crate::platform::files;
use crate::platform::parent::Parent;
use crate::platform::process;
use crate::session::{Context, Sink};

/// The word that starts a keeper. It is no verb for people.
pub const VERB: &str = "keep";

/// What the keeper says when it is ready.
const READY: &[u8] = b"+";

/// No order is longer.
const LIMIT: u64 = 1 << 20;

/// What is to be taken away when it is over: files, and directories that are empty then.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Leftovers {
    /// The files.
    pub files: Vec<PathBuf>,
    /// The directories.
    pub directories: Vec<PathBuf>,
}

impl Leftovers {
    /// Takes them away. What cannot be taken away stays.
    pub fn take_away(&self) {
        for file in &self.files {
            files::wipe(file);
            let _ = files::remove(file);
        }
        for directory in &self.directories {
            let _ = files::remove_directory(directory);
        }
    }
}

/// What a process is started for.
#[derive(Debug, Serialize, Deserialize)]
enum Order {
    /// Keep the files until the parent, which has this number, ends.
    Keep {
        parent: u32,
        files: Vec<File>,
        leftovers: Leftovers,
        quiet: bool,
        verbose: bool,
    },
    /// Take this away when stdin ends.
    Guard(Leftovers),
}

/// How much the keeper says on stderr.
#[derive(Clone, Copy, Debug)]
pub struct Loudness {
    /// Nothing but failures.
    pub quiet: bool,
    /// Details as well.
    pub verbose: bool,
}

/// Starts a keeper of `files` for as long as this process lives, whatever program it becomes.
///
/// # Errors
/// When it cannot be started. The files are as they were.
pub fn start(files: Vec<File>, leftovers: Leftovers, loudness: Loudness) -> Result<(), Error> {
    let order = Order::Keep {
        parent: std::process::id(),
        files,
        leftovers,
        quiet: loudness.quiet,
        verbose: loudness.verbose,
    };
    let started = start_process(&order, Stdio::inherit()).and_then(|mut keeper| {
        drop(keeper.stdin.take());
        let mut said = [0];
        let ready = keeper
            .stdout
            .take()
            .map(|mut out| out.read_exact(&mut said));
        match ready {
            Some(Ok(())) => Ok(()),
            _ => Err(io::Error::other("it ended at once")),
        }
    });
    started.map_err(|error| {
        let message = format!("cannot keep the files fresh: no process for that: {error}");
        Error::new(ErrorKind::Failed, message).hint("is there a limit on processes or memory?")
    })
}

/// Starts this program with an order on its stdin, which stays open.
fn start_process(order: &Order, stderr: Stdio) -> io::Result<Child> {
    let program = process::own_program()?;
    let mut command = child::command(program, &Secrets::default());
    child::show_as(&mut command, "authctl");
    command
        .arg(VERB)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(stderr);
    let mut child = command.spawn()?;
    let text = serde_json::to_string(order).expect("only string keys");
    let Some(stdin) = &mut child.stdin else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    writeln!(stdin, "{text}")?;
    Ok(child)
}

/// Carries out the order that this process was started for; `None` when a person started it.
#[must_use]
pub fn run(sink: impl Fn(Loudness) -> Arc<Sink>) -> Option<ExitCode> {
    if io::stdin().is_terminal() {
        return None;
    }
    // A pipe of the command's stays open no longer than the command says.
    process::leave_open_files();
    let order = read_order()?;
    Some(match order {
        Order::Guard(leftovers) => guard(&leftovers),
        Order::Keep {
            parent,
            files,
            leftovers,
            quiet,
            verbose,
        } => {
            let sink = sink(Loudness { quiet, verbose });
            let kept = keep(parent, files, &leftovers, sink);
            leftovers.take_away();
            match kept {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            }
        }
    })
}

/// The order is one line of JSON. Byte by byte: what follows it is not for a buffer.
fn read_order() -> Option<Order> {
    let mut line = Vec::new();
    for byte in io::stdin().lock().take(LIMIT).bytes() {
        match byte.ok()? {
            b'\n' => return serde_json::from_slice(&line).ok(),
            other => line.push(other),
        }
    }
    None
}

fn keep(
    parent: u32,
    files: Vec<File>,
    leftovers: &Leftovers,
    sink: Arc<Sink>,
) -> Result<(), Error> {
    process::leave_terminal();
    let Some(parent) = Parent::watch(parent) else {
        return Ok(());
    };
    let context = Context::new(once(sink))?;
    let keeper = Keeper::new(&context, files)?;
    let mut guard = Guard::start(leftovers);
    let mut stdout = io::stdout().lock();
    let told = stdout.write_all(READY).and_then(|()| stdout.flush());
    if told.is_err() {
        return Ok(());
    }
    keeper.run(|time| {
        guard.renew(leftovers);
        parent.lives_for(time)
    });
    Ok(())
}

/// The guard of a keeper, as the keeper sees it. Its pipe closes when the keeper ends, in whatever
/// way.
struct Guard(Option<Child>);

impl Guard {
    fn start(leftovers: &Leftovers) -> Self {
        let order = Order::Guard(leftovers.clone());
        Self(start_process(&order, Stdio::null()).ok())
    }

    /// Starts another one if this one was killed.
    fn renew(&mut self, leftovers: &Leftovers) {
        let lives = |child: &mut Child| matches!(child.try_wait(), Ok(None));
        if !self.0.as_mut().is_some_and(lives) {
            *self = Self::start(leftovers);
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}

/// Waits for the end of stdin, and takes away what is left.
fn guard(leftovers: &Leftovers) -> ExitCode {
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    leftovers.take_away();
    ExitCode::SUCCESS
}

/// Keeps files on a thread until the returned value is dropped, where this process lives as long as
/// its command.
pub fn on_a_thread(files: Vec<File>, sink: Arc<Sink>) -> impl Drop {
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        let context = Context::new(once(sink)).ok()?;
        let keeper = Keeper::new(&context, files).ok()?;
        keeper.run(|time| {
            let waited: Result<(), _> = stopped.recv_timeout(time);
            waited == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
        });
        Some(())
    });
    Thread(Some(stop), Some(thread))
}

/// A thread that ends when this is dropped.
struct Thread(
    Option<std::sync::mpsc::Sender<()>>,
    Option<std::thread::JoinHandle<Option<()>>>,
);

impl Drop for Thread {
    fn drop(&mut self) {
        drop(self.0.take());
        if let Some(thread) = self.1.take() {
            let _ = thread.join();
        }
    }
}
