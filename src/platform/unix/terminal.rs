//! How the terminal that stdin is takes what a person types.

use std::io;

use rustix::process::getpgrp;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

use super::signals::{Deferred, Stops, around_stops, defer_signals};

pub struct Unseen {
    before: Termios,
    /// Signals that end the process restore the terminal first,
    _deferred: Deferred,
    /// and so does one that stops it.
    _stops: Stops,
}

pub fn read_unseen() -> Option<Unseen> {
    let before = tcgetattr(io::stdin()).ok()?;
    let mut unseen = before.clone();
    unseen
        .local_modes
        .remove(LocalModes::ICANON | LocalModes::ECHO);
    let restored = before.clone();
    let deferred = defer_signals().hear(move |_, _| {
        set(&restored);
        true
    });
    tcsetattr(io::stdin(), OptionalActions::Now, &unseen).ok()?;
    let restored = before.clone();
    let stops = around_stops(
        move || set(&restored),
        // A job that goes on in the background sets no terminal: the system would stop it.
        move || {
            if !is_in_background() {
                set(&unseen);
            }
        },
    );
    Some(Unseen {
        before,
        _deferred: deferred,
        _stops: stops,
    })
}

impl Drop for Unseen {
    fn drop(&mut self) {
        set(&self.before);
    }
}

fn set(modes: &Termios) {
    let _ = tcsetattr(io::stdin(), OptionalActions::Now, modes);
}

pub fn is_in_background() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|foreground| foreground != getpgrp())
}
