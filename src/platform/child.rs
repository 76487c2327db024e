//! Other programs that this one starts, or becomes: the only file that makes a [`Command`], so that
//! no secret of this process's environment reaches a program that it was not given for.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::system;

/// The names of environment variables that hold secrets, which no child is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// The variables of these names.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    /// Whether the variable of this name holds a secret.
    #[must_use]
    pub fn hold(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|secret| system::is_variable(OsStr::new(name), secret))
    }
}

/// A command that runs `program` with this process's environment, but for `secrets`.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn command(program: impl AsRef<OsStr>, secrets: &Secrets) -> Command {
    let mut command = Command::new(program);
    adopt(&mut command, secrets);
    command
}

/// A command that runs `program` with this environment, and nothing of this process's.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn command_with(program: impl AsRef<OsStr>, environment: &[(OsString, OsString)]) -> Command {
    let mut command = Command::new(program);
    let pairs = environment.iter().map(|(name, value)| (name, value));
    command.env_clear().envs(pairs);
    system::start_by_fork(&mut command);
    command
}

/// Shows a command under this name in lists of processes, where the system knows such names.
pub fn show_as(command: &mut Command, name: &str) {
    system::show_as(command, name);
}

/// Makes this process the command's, where the system can: its number, terminal, signals, open
/// files, limits and exit code are the command's own then, and nothing comes back. On Windows the
/// command is waited for.
///
/// # Errors
/// When there is no such program, or it cannot be run.
pub fn become_command(command: &mut Command) -> io::Result<u8> {
    system::become_command(command)
}

/// What a shell would say of how a command ended: its own code, or 128 and the number of a signal.
#[must_use]
pub fn exit_code(status: ExitStatus) -> u8 {
    system::exit_code(status)
}

/// Asks a process to end (SIGTERM). Nothing happens on Windows.
pub fn ask_to_end(pid: u32) {
    system::ask_to_end(pid);
}

/// Whether [`become_command`] leaves this process alive beside the command.
pub const STAYS_BESIDE_COMMAND: bool = system::STAYS_BESIDE_COMMAND;

/// Takes `secrets` out of the environment of a command, which another crate may have made, and has
/// it started so that a stop (Ctrl-Z) cannot come half way.
pub fn adopt(command: &mut Command, secrets: &Secrets) {
    for name in &secrets.0 {
        command.env_remove(name);
    }
    system::start_by_fork(command);
}

/// What a command has printed.
pub struct Answer {
    /// On its stdout.
    pub stdout: String,
    /// On its stderr.
    pub stderr: String,
}

/// Runs a command with this input, for at most `limit`, with all programs that it starts. `None` if
/// it cannot be run, or does not end in time: then they are ended.
#[must_use]
pub fn answer(command: &mut Command, input: &str, limit: Duration) -> Option<Answer> {
    system::leave_process_group(command);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let ends = Instant::now() + limit;
    let mut stdin = child.stdin.take()?;
    let input = input.to_owned();
    thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let stdout = read_on_thread(child.stdout.take()?);
    let stderr = read_on_thread(child.stderr.take()?);
    let has_ended = loop {
        match child.try_wait() {
            Ok(Some(_)) => break true,
            Ok(None) if Instant::now() < ends => thread::sleep(POLL),
            Ok(None) | Err(_) => break false,
        }
    };
    // What it has started in the background would hold its streams.
    system::end_group(child.id());
    let _ = child.kill();
    let _ = child.wait();
    let text = |stream: &mpsc::Receiver<String>| stream.recv_timeout(LATE).unwrap_or_default();
    has_ended.then(|| Answer {
        stdout: text(&stdout),
        stderr: text(&stderr),
    })
}

/// How often it is looked whether a command has ended.
const POLL: Duration = Duration::from_millis(10);

/// How long after its end what it has printed may come.
const LATE: Duration = Duration::from_millis(500);

/// How much of what a command prints is read.
const MOST: u64 = 1 << 20;

fn read_on_thread(stream: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.take(MOST).read_to_end(&mut bytes);
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::platform::files::temporary_directory;

    fn answer_of(script: &str, limit: Duration) -> Option<Answer> {
        let mut shell = command("sh", &Secrets::default());
        answer(shell.args(["-c", script]), "", limit)
    }

    #[test]
    fn what_a_command_printed_is_had_although_something_holds_its_streams() {
        let began = Instant::now();
        let found = answer_of("sleep 60 & echo yes", Duration::from_secs(30));
        assert_eq!(found.map(|it| it.stdout).as_deref(), Some("yes\n"));
        assert!(began.elapsed() < Duration::from_secs(30));
    }

    /// It, and what it has started, is ended.
    #[test]
    fn a_command_that_does_not_end_in_time_is_ended_with_all_that_it_started() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let late = directory.path().join("late");
        let script = format!("(sleep 1; touch {}) & sleep 60", late.display());
        let began = Instant::now();
        assert!(answer_of(&script, Duration::from_millis(100)).is_none());
        assert!(began.elapsed() < Duration::from_secs(30));
        thread::sleep(Duration::from_millis(1500));
        assert!(!late.exists(), "a program goes on");
    }
}
