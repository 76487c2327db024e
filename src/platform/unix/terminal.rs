//! How the terminal that stdin is takes what a person types.

use std::io;

use rustix::process::getpgrp;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

use super::signals::{Deferred, defer_signals};

pub struct Unseen {
    before: Termios,
    /// Signals that end the process restore the terminal first.
    _deferred: Deferred,
}

pub fn read_unseen() -> Option<Unseen> {
    let before = tcgetattr(io::stdin()).ok()?;
    let mut unseen = before.clone();
    unseen
        .local_modes
        .remove(LocalModes::ICANON | LocalModes::ECHO);
    let restored = before.clone();
    let deferred = defer_signals().hear(move |_, _| {
        restore(&restored);
        true
    });
    tcsetattr(io::stdin(), OptionalActions::Now, &unseen).ok()?;
    Some(Unseen {
        before,
        _deferred: deferred,
    })
}

impl Drop for Unseen {
    fn drop(&mut self) {
        restore(&self.before);
    }
}

fn restore(before: &Termios) {
    let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
}

pub fn is_in_background() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|foreground| foreground != getpgrp())
}
