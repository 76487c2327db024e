//! Signals on Unix. The only file that knows `signal-hook`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rustix::process::{Signal, getpid, kill_process};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGTSTP, SIGXFSZ};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::{flag, low_level};

use crate::platform::variant;

/// Makes a write to a pipe without a reader an error, and not the end of this process.
pub fn note_broken_pipes() {
    let _ = flag::register(SIGPIPE, Arc::default());
}

/// The signals that can be made to wait.
const DEFERRED: [i32; 3] = [SIGHUP, SIGINT, SIGTERM];

/// What this process does about signals. A handler cannot be taken back, so that there is one for
/// good, which can be told to do what would have been done without it.
#[derive(Default)]
struct Handling {
    /// How many [`Deferred`] live.
    deferring: AtomicUsize,
    /// The number of the last signal that came; 0 when none did.
    last: Arc<AtomicUsize>,
    /// Whether signals are obeyed at once.
    obey: Arc<AtomicBool>,
}

static HANDLING: OnceLock<Handling> = OnceLock::new();

pub struct Deferred {
    /// The thread that hears of signals, if there is one.
    listener: Option<Handle>,
}

pub fn defer_signals() -> Deferred {
    let handling = HANDLING.get_or_init(install_handlers);
    handling.deferring.fetch_add(1, Ordering::SeqCst);
    handling.obey.store(false, Ordering::SeqCst);
    Deferred { listener: None }
}

fn install_handlers() -> Handling {
    let handling = Handling::default();
    for signal in signals_to_defer() {
        let number = usize::try_from(signal).unwrap_or(0);
        if !is_first_process() {
            let _ = flag::register_conditional_default(signal, Arc::clone(&handling.obey));
        }
        let _ = flag::register_usize(signal, Arc::clone(&handling.last), number);
    }
    handling
}

/// Leaves out the signals that this process was started to ignore (`nohup`, a script's background
/// job): a handler would forget that wish.
fn signals_to_defer() -> impl Iterator<Item = i32> {
    DEFERRED
        .into_iter()
        .filter(|signal| !variant::is_signal_ignored(*signal))
}

/// The first process of a container is not ended by a signal: the kernel sees to that. It would
/// crash if it tried to end itself by one.
fn is_first_process() -> bool {
    std::process::id() == 1
}

/// Does what would have been done about a signal without a handler.
fn obey(signal: i32) {
    if !is_first_process() {
        let _ = low_level::emulate_default_handler(signal);
    }
}

impl Deferred {
    /// `hear` is told whether the signal is SIGINT, and which in the row it is. It says whether the
    /// signal is to be obeyed now.
    pub fn hear(mut self, hear: impl Fn(bool, u32) -> bool + Send + 'static) -> Self {
        let Ok(mut signals) = Signals::new(signals_to_defer()) else {
            return self;
        };
        self.listener = Some(signals.handle());
        // Without the thread, signals wait as they would if none were heard.
        let _ = std::thread::Builder::new().spawn(move || {
            for (signal, count) in signals.forever().zip(1..) {
                if hear(signal == SIGINT, count) {
                    obey(signal);
                }
            }
        });
        self
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.close();
        }
        let Some(handling) = HANDLING.get() else {
            return;
        };
        if handling.deferring.fetch_sub(1, Ordering::SeqCst) > 1 {
            return;
        }
        handling.obey.store(true, Ordering::SeqCst);
        if let Ok(signal @ 1..) = i32::try_from(handling.last.swap(0, Ordering::SeqCst)) {
            obey(signal);
        }
    }
}

/// Whether a stop (Ctrl-Z) stops this process at once, as without a handler.
static STOP_AT_ONCE: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// While one lives, a stop waits until something is put in order.
pub struct Stops {
    /// The thread that hears of stops, if there is one.
    listener: Option<Handle>,
}

/// Has `before` called before a stop stops this process, and `after` when it goes on.
pub fn around_stops(
    before: impl Fn() + Send + 'static,
    after: impl Fn() + Send + 'static,
) -> Stops {
    if variant::is_signal_ignored(SIGTSTP) {
        return Stops { listener: None };
    }
    let at_once = STOP_AT_ONCE.get_or_init(|| {
        let at_once = Arc::default();
        let _ = flag::register_conditional_default(SIGTSTP, Arc::clone(&at_once));
        at_once
    });
    let Ok(mut signals) = Signals::new([SIGTSTP, SIGCONT]) else {
        return Stops { listener: None };
    };
    let listener = signals.handle();
    let hear = move || {
        for signal in signals.forever() {
            if signal == SIGTSTP {
                before();
                let _ = low_level::emulate_default_handler(SIGTSTP);
            } else {
                after();
            }
        }
    };
    // Without the thread, a stop stops the process at once.
    let is_heard = std::thread::Builder::new().spawn(hear).is_ok();
    at_once.store(!is_heard, Ordering::SeqCst);
    Stops {
        listener: Some(listener),
    }
}

impl Drop for Stops {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.close();
        }
        if let Some(at_once) = STOP_AT_ONCE.get() {
            at_once.store(true, Ordering::SeqCst);
        }
    }
}

pub fn survive_size_limit() {
    let _ = flag::register(SIGXFSZ, Arc::default());
}

pub fn end_process() {
    let _ = kill_process(getpid(), Signal::KILL);
}
