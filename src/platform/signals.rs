//! Signals that wait. Between "the request is about to be sent" and "the record is renamed", an
//! interrupt would lose a session: the server has rotated the refresh token, and the new one is
//! written down nowhere.
//!
//! On Windows nothing is deferred.

use std::time::Duration;

use super::system;

/// While one lives, SIGINT, SIGTERM and SIGHUP are noted and not obeyed. When the last one is
/// dropped, the last signal that came is obeyed as if it came then. Later signals are obeyed at
/// once, as ever.
#[must_use]
pub struct Deferred(system::Deferred);

/// A wish that this process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A person typed Ctrl-C (SIGINT). At a terminal the whole group gets it, and may mean another
    /// program.
    Interrupt,
    /// Another program wants it (SIGTERM), or the terminal is gone (SIGHUP).
    Demand,
}

/// What to do about a signal that came while signals wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It goes on waiting.
    Wait,
    /// It has waited long enough, and is obeyed now.
    Obey,
}

/// Defers signals from here on. A signal that this process was started to ignore stays ignored. If
/// deferring cannot be arranged, signals end the process as ever.
pub fn defer() -> Deferred {
    Deferred(system::defer_signals())
}

impl Deferred {
    /// Has `hear` called, on a thread of its own, for each signal that comes, with its meaning and
    /// the number of signals that have come by then. Its answer decides what becomes of this
    /// signal.
    pub fn hear(self, hear: impl Fn(Ending, u32) -> Then + Send + 'static) -> Self {
        Self(self.0.hear(move |is_interrupt, count| {
            let ending = if is_interrupt {
                Ending::Interrupt
            } else {
                Ending::Demand
            };
            hear(ending, count) == Then::Obey
        }))
    }
}

/// Makes a limit on the size of files an error of the write that exceeds it, and not the end of the
/// process by SIGXFSZ.
pub fn survive_size_limit() {
    system::survive_size_limit();
}

/// Waits until this process has run for `limit`, and then ends it at once, whatever its other
/// threads hang in. Time in which the process was stopped, or its machine paused, does not count:
/// an answer may have come meanwhile that nothing has read yet.
pub fn end_process_after(limit: Duration) {
    const STEP: Duration = Duration::from_millis(500);
    let mut ran = Duration::ZERO;
    while ran < limit {
        std::thread::sleep(STEP);
        ran += STEP;
    }
    system::end_process();
}
