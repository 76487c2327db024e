//! A terminal, with a program at one end and the test at the other.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::{Winsize, openpty};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;

/// A program at a terminal.
pub struct AtTerminal {
    /// The program.
    pub child: Child,
    /// The end at which the person sits.
    pub person: File,
    /// The end that the program has; kept, so that its state can be read after it.
    pub terminal: OwnedFd,
    /// What was on the terminal so far.
    pub said: String,
}

impl AtTerminal {
    /// Starts the command at a terminal of this kind and width. Its stdout is no terminal.
    pub fn start(command: Command, term: &str, columns: u16) -> Self {
        Self::start_with(command, term, columns, false)
    }

    /// Starts the command with all three streams at the terminal.
    pub fn start_whole(command: Command, term: &str, columns: u16) -> Self {
        Self::start_with(command, term, columns, true)
    }

    fn start_with(mut command: Command, term: &str, columns: u16, whole: bool) -> Self {
        let size = Winsize {
            ws_row: 60,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pair = openpty(Some(&size), None).expect("a terminal");
        let end = || Stdio::from(pair.slave.try_clone().expect("cloned"));
        command.env("TERM", term).stdin(end()).stderr(end());
        command.stdout(if whole { end() } else { Stdio::null() });
        let child = command.spawn().expect("runs");
        Self {
            child,
            person: File::from(pair.master),
            terminal: pair.slave,
            said: String::new(),
        }
    }

    /// Reads what is on the terminal until `words` are there.
    pub fn read_until(&mut self, words: &str) -> &str {
        let ends = Instant::now() + Duration::from_secs(60);
        while !self.said.contains(words) {
            let left = ends.saturating_duration_since(Instant::now());
            let left = PollTimeout::try_from(left).expect("a minute at most");
            let mut wanted = [PollFd::new(self.person.as_fd(), PollFlags::POLLIN)];
            if poll(&mut wanted, left).expect("polled") == 0 {
                // It waits for an answer, and would for ever.
                let _ = self.child.kill();
                panic!("no {words:?} in {:?}", self.said);
            }
            let mut some = [0; 4096];
            let count = self.person.read(&mut some).expect("read");
            self.said.push_str(&String::from_utf8_lossy(&some[..count]));
        }
        &self.said
    }

    /// Whether the terminal shows what is typed, and hands on whole lines.
    pub fn is_usual(&self) -> bool {
        let usual = LocalFlags::ECHO | LocalFlags::ICANON;
        let terminal = tcgetattr(&self.terminal).expect("a terminal");
        terminal.local_flags.contains(usual)
    }

    /// Its number.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).expect("a pid"))
    }

    /// Interrupts it, as Ctrl-C does.
    pub fn interrupt(&mut self) {
        kill(self.pid(), Signal::SIGINT).expect("sent");
        let status = self.child.wait().expect("it ends");
        assert!(!status.success(), "{status}");
    }

    /// Waits for a question, of which these are words that were not there before, and types an
    /// answer.
    pub fn answer(&mut self, question: &str, typed: &str) {
        self.said.clear();
        self.read_until(question);
        writeln!(self.person, "{typed}").expect("typed");
    }

    /// All that is on the terminal, once the program has ended.
    pub fn rest(mut self) -> String {
        drop(self.terminal);
        let mut rest = Vec::new();
        // A terminal without another end is an error on Linux and an end elsewhere.
        let _ = self.person.read_to_end(&mut rest);
        self.said + &String::from_utf8_lossy(&rest)
    }
}
