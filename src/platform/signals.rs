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
    /// Has `hear` called, on a thread of its own, for each signal that comes, with the number of
    /// signals that have come by then. Its answer decides what becomes of this signal.
    pub fn hear(self, hear: impl Fn(u32) -> Then + Send + 'static) -> Self {
        Self(self.0.hear(move |count| hear(count) == Then::Obey))
    }
}

/// Makes a limit on the size of files an error of the write that exceeds it, and not the end of the
/// process by SIGXFSZ.
pub fn survive_size_limit() {
    system::survive_size_limit();
}

/// Waits for `limit`, and then ends this process at once, whatever its other threads hang in.
pub fn end_process_after(limit: Duration) {
    std::thread::sleep(limit);
    system::end_process();
}
