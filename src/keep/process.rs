//! The keeper as a process of its own, beside a command.
//!
//! ```text
//! exec        finds out that tokens can be had, starts the keeper, becomes the command
//! keeper      writes the files and says where; replaces them; takes them away when the command has
//!             ended
//!   guard     takes them away if the keeper is killed
//! ```
//!
//! Nothing is written before the keeper runs, so that no death leaves a token behind. The keeper is
//! no child of the command, which may wait for all of its children: a process in between starts it
//! and ends. It leaves the terminal and defers every demand to end: it ends when the command does,
//! and a command that is asked to end may need its token until then. The guard reads from a pipe
//! that only the keeper holds; the keeper's death closes it.
//!
//! On Windows a program cannot become another one. There the process that was asked waits for the
//! command and keeps the files meanwhile.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::place::{Leftover, Place, Wanted};
use super::{Keeper, once};
use crate::broker::Report;
use crate::error::{Error, ErrorKind};
use crate::platform::child::{self, Secrets};
use crate::platform::parent::Other;
use crate::platform::process;
use crate::platform::signals::{self, Then};
use crate::session::{Context, Sink};
use crate::ui::Loudness;

/// The word that starts a keeper. It is no verb for people.
pub const VERB: &str = "keep";

/// The word behind it that starts the process in between.
const BETWEEN: &str = "start";

/// The word behind it that starts the keeper itself, or its guard.
const ITSELF: &str = "files";

/// No order is longer.
const LIMIT: u64 = 1 << 20;

/// What a process is started for.
#[derive(Debug, Serialize, Deserialize)]
enum Order {
    /// Keep the files until the process of this number ends.
    Keep {
        command: u32,
        wanted: Vec<Wanted>,
        loudness: Loudness,
    },
    /// Take away what the lines that follow name, when they end.
    Guard,
}

/// What the keeper says when the files are there, or why they are not.
#[derive(Debug, Serialize, Deserialize)]
enum Reply {
    Ready(Vec<OsString>),
    Failed(Option<String>, Report),
}

/// Starts a keeper of files for as long as this process lives, whatever program it becomes. Gives
/// the paths of the files, which are there by now.
///
/// # Errors
/// When there is no keeper, or a file cannot be written. Nothing is left behind then.
pub fn start(wanted: Vec<Wanted>, loudness: Loudness) -> Result<Vec<PathBuf>, Error> {
    let order = Order::Keep {
        command: std::process::id(),
        wanted,
        loudness,
    };
    let started =
        start_process(&[VERB, BETWEEN], &order, Stdio::inherit()).and_then(|mut between| {
            drop(between.stdin.take());
            between.wait()?;
            let mut line = String::new();
            let out = between.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
            BufReader::new(out.take(LIMIT)).read_line(&mut line)?;
            serde_json::from_str(&line).map_err(|_| io::Error::other("it ended at once"))
        });
    match started {
        Ok(Reply::Ready(paths)) => Ok(paths.into_iter().map(PathBuf::from).collect()),
        Ok(Reply::Failed(about, report)) => {
            let error = Error::from(report);
            Err(about.iter().fold(error, |error, name| error.about(name)))
        }
        Err(error) => {
            let message = format!("cannot keep the files fresh: no process for that: {error}");
            Err(Error::new(ErrorKind::Failed, message)
                .hint("is there a limit on processes or memory?"))
        }
    }
}

/// Starts this program with an order on its stdin, which stays open.
fn start_process(words: &[&str], order: &Order, stderr: Stdio) -> io::Result<Child> {
    let mut command = child::command(process::own_program()?, &Secrets::default());
    child::show_as(&mut command, "authctl");
    command
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(stderr);
    let mut child = command.spawn()?;
    let text = serde_json::to_string(order)?;
    let stdin = child.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
    writeln!(stdin, "{text}")?;
    Ok(child)
}

/// Carries out the order that this process was started for; `None` when a person started it.
#[must_use]
pub fn run(words: &[OsString], sink: impl Fn(Loudness) -> Arc<Sink>) -> Option<u8> {
    match words.first()?.to_str()? {
        _ if io::stdin().is_terminal() => return None,
        BETWEEN => return Some(start_itself()),
        ITSELF => {}
        _ => return None,
    }
    // A pipe of the command's stays open no longer than the command says.
    process::leave_open_files();
    let done = match read_order()? {
        Order::Guard => guard(),
        Order::Keep {
            command,
            wanted,
            loudness,
        } => keep(command, wanted, sink(loudness)),
    };
    Some(u8::from(!done))
}

/// Starts the keeper with everything that this process was given, and ends.
fn start_itself() -> u8 {
    let started = process::own_program().and_then(|program| {
        let mut command = child::command(program, &Secrets::default());
        child::show_as(&mut command, "authctl");
        command.args([VERB, ITSELF]).spawn()
    });
    match started {
        Ok(_) => 0,
        Err(_) => 1,
    }
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

/// Says whether the files could be kept.
fn keep(command: u32, wanted: Vec<Wanted>, sink: Arc<Sink>) -> bool {
    process::leave_terminal();
    signals::survive_size_limit();
    let _deferred = signals::defer().hear(|_, _| Then::Wait);
    let Some(command) = Other::watch(command) else {
        return false;
    };
    let mut guard = Guard::start();
    let context = Context::new(once(sink));
    let begun = context.as_ref().map_err(failed).and_then(|context| {
        let place = Place::find(&context.locations, &wanted, |leftover| guard.tell(leftover));
        let place = place.map_err(|error| failed(&error))?;
        let keeper = Keeper::new(context, place.files(&wanted)).map_err(|error| failed(&error));
        Ok((keeper, place))
    });
    let (keeper, mut place) = match begun {
        Ok((Ok(keeper), place)) => (keeper, place),
        Ok((Err(reply), place)) => {
            place.take_away();
            return refuse(&reply);
        }
        Err(reply) => return refuse(&reply),
    };
    let mut keeper = keeper.telling(|leftover| {
        place.note(&leftover);
        guard.tell(leftover);
    });
    let is_ready = match keeper.tend() {
        Ok(()) => say(&Reply::Ready(keeper.paths())),
        Err(error) => refuse(&failed(&error)),
    };
    if is_ready {
        keeper.run(|time| command.lives_for(time));
    }
    drop(keeper);
    place.take_away();
    is_ready
}

fn failed(error: &Error) -> Reply {
    Reply::Failed(error.about.clone(), error.report())
}

/// Writes a reply to stdout; `false` when the process that started this one has ended.
fn say(reply: &Reply) -> bool {
    let Ok(text) = serde_json::to_string(reply) else {
        return false;
    };
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
    written.is_ok()
}

/// Says why nothing is kept.
fn refuse(reply: &Reply) -> bool {
    say(reply);
    false
}

/// The guard of a keeper, as the keeper sees it. Its pipe closes when the keeper ends, in whatever
/// way.
struct Guard {
    process: Option<Child>,
    told: Vec<Leftover>,
}

impl Guard {
    fn start() -> Self {
        Self {
            process: start_guard(),
            told: vec![],
        }
    }

    /// Tells what is to be taken away. A guard that was killed is replaced first.
    fn tell(&mut self, leftover: Leftover) {
        self.told.retain(|told| !told.is_followed_by(&leftover));
        self.told.push(leftover);
        let lives = |child: &mut Child| matches!(child.try_wait(), Ok(None));
        if self.process.as_mut().is_some_and(lives) {
            let last = self.told.len() - 1;
            self.write(last..);
        } else {
            self.process = start_guard();
            self.write(0..);
        }
    }

    fn write(&mut self, range: std::ops::RangeFrom<usize>) {
        let Some(stdin) = self.process.as_mut().and_then(|child| child.stdin.as_mut()) else {
            return;
        };
        for leftover in &self.told[range] {
            if let Ok(text) = serde_json::to_string(leftover) {
                let _ = writeln!(stdin, "{text}");
            }
        }
    }
}

fn start_guard() -> Option<Child> {
    start_process(&[VERB, ITSELF], &Order::Guard, Stdio::null()).ok()
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(mut child) = self.process.take() {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}

/// Reads what there is to be taken away until the keeper ends, and takes it away.
fn guard() -> bool {
    let _deferred = signals::defer().hear(|_, _| Then::Wait);
    let mut told: Vec<Leftover> = vec![];
    for line in io::stdin().lock().lines() {
        if let Ok(leftover) = line.and_then(|line| Ok(serde_json::from_str::<Leftover>(&line)?)) {
            told.retain(|earlier| !earlier.is_followed_by(&leftover));
            told.push(leftover);
        }
    }
    for leftover in &told {
        leftover.take_away();
    }
    true
}

/// Files that are kept on a thread, where this process lives as long as its command. They are taken
/// away when the value is dropped.
pub struct OnThread {
    /// Where the files are.
    pub paths: Vec<PathBuf>,
    stop: Option<std::sync::mpsc::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl OnThread {
    /// Writes the files, and keeps them.
    ///
    /// # Errors
    /// When a file cannot be written. Nothing is left behind then.
    pub fn start(wanted: Vec<Wanted>, sink: Arc<Sink>) -> Result<Self, Error> {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let (ready, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let goes_on = |time: Duration| {
                let waited = stopped.recv_timeout(time);
                waited == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
            };
            if let Err(error) = keep_here(&wanted, sink, &ready, goes_on) {
                let _ = ready.send(Err(error));
            }
        });
        let ended = || Error::new(ErrorKind::Failed, "the thread that keeps files ended");
        Ok(Self {
            paths: told.recv().map_err(|_| ended())??,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

fn keep_here(
    wanted: &[Wanted],
    sink: Arc<Sink>,
    ready: &std::sync::mpsc::Sender<Result<Vec<PathBuf>, Error>>,
    goes_on: impl FnMut(Duration) -> bool,
) -> Result<(), Error> {
    let context = Context::new(once(sink))?;
    let mut place = Place::find(&context.locations, wanted, |_| {})?;
    let kept = Keeper::new(&context, place.files(wanted)).and_then(|keeper| {
        let mut keeper = keeper.telling(|leftover| place.note(&leftover));
        keeper.tend()?;
        let paths = keeper.paths().into_iter().map(PathBuf::from);
        let _ = ready.send(Ok(paths.collect()));
        keeper.run(goes_on);
        Ok(())
    });
    place.take_away();
    kept
}

impl Drop for OnThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
