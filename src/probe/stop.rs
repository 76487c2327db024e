//! What an interrupt does to a probe: while a person is asked it ends the probe at once; otherwise
//! the login that is under way is ended first.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, ErrorKind};
use crate::platform::signals::{self, Deferred, Then};
use crate::session::trial::Tokens;
use crate::ui;

/// Whether the probe is to end.
pub(super) struct Stop {
    state: Arc<State>,
    _deferred: Deferred,
}

#[derive(Default)]
struct State {
    /// Whether a person is being asked to log in, so that there is nothing to end yet.
    asks: AtomicBool,
    wanted: AtomicBool,
}

impl Stop {
    /// Hears of interrupts from now on. `place` is the probe's own directory, which is removed
    /// before this process ends.
    pub fn new(place: &Path) -> Self {
        let state = Arc::new(State::default());
        let (heard, place) = (Arc::clone(&state), PathBuf::from(place));
        let deferred = signals::defer().hear(move |_, count| {
            if heard.asks.load(Ordering::SeqCst) || count > 2 {
                let _ = std::fs::remove_dir_all(&place);
                return Then::Obey;
            }
            if count == 1 {
                ui::say("the login is ended first; twice more leaves it as it is");
            }
            heard.wanted.store(true, Ordering::SeqCst);
            Then::Wait
        });
        Self {
            state,
            _deferred: deferred,
        }
    }

    /// Lets a person log in. An interrupt ends the probe at once meanwhile.
    pub fn while_asking(
        &self,
        log_in: &dyn Fn() -> Result<Tokens, Error>,
    ) -> Result<Tokens, Error> {
        self.state.asks.store(true, Ordering::SeqCst);
        let tokens = log_in();
        self.state.asks.store(false, Ordering::SeqCst);
        tokens
    }

    /// Fails if the probe is to end.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`].
    pub fn check(&self) -> Result<(), Error> {
        if !self.state.wanted.load(Ordering::SeqCst) {
            return Ok(());
        }
        Err(
            Error::new(ErrorKind::Interrupted, "the probe was interrupted")
                .hint("what it found out is not shown: begin it again"),
        )
    }

    /// Lets the probe go on, to end a login. Says whether it was to end.
    pub fn take(&self) -> bool {
        self.state.wanted.swap(false, Ordering::SeqCst)
    }

    /// Has it end, if it was to.
    pub fn restore(&self, wanted: bool) {
        if wanted {
            self.state.wanted.store(true, Ordering::SeqCst);
        }
    }
}
