//! Signals that wait. Between "request about to be sent" and "renamed", an interrupt would
//! lose a session: the server has rotated, and nobody has written it down.

#[cfg(unix)]
use std::time::Duration;

#[cfg(unix)]
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
#[cfg(unix)]
use std::sync::{Arc, OnceLock};

/// While one lives, SIGINT, SIGTERM and SIGHUP are noted and not obeyed. When the last is dropped,
/// the last signal that came is obeyed as if it came then; later ones are obeyed at once, as ever.
#[must_use]
pub struct Deferred {
    #[cfg(unix)]
    ear: Option<signal_hook::iterator::Handle>,
}

/// What to do about a signal that came while signals wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It goes on waiting.
    Wait,
    /// It has waited long enough, and is obeyed now.
    Obey,
}

/// The signals that wait.
#[cfg(unix)]
const DEFERRED: [i32; 3] = [
    signal_hook::consts::SIGHUP,
    signal_hook::consts::SIGINT,
    signal_hook::consts::SIGTERM,
];

/// What this process does about signals. A handler cannot be taken back, so there is one for good;
/// it can be told to do what would have been done without it.
#[cfg(unix)]
#[derive(Default)]
struct Handling {
    /// How many want signals to wait.
    deferring: AtomicUsize,
    /// The last that came.
    came: Arc<AtomicUsize>,
    obey: Arc<AtomicBool>,
}

#[cfg(unix)]
static HANDLING: OnceLock<Handling> = OnceLock::new();

/// Begins to defer. If that cannot be arranged, signals end the process as ever.
#[cfg(unix)]
pub fn defer() -> Deferred {
    use signal_hook::flag;
    let handling = HANDLING.get_or_init(|| {
        let handling = Handling::default();
        for signal in deferred() {
            let number = usize::try_from(signal).unwrap_or(0);
            // The first process of a container is not ended by a signal, and crashes if it tries.
            if std::process::id() != 1 {
                let _ = flag::register_conditional_default(signal, Arc::clone(&handling.obey));
            }
            let _ = flag::register_usize(signal, Arc::clone(&handling.came), number);
        }
        handling
    });
    handling.deferring.fetch_add(1, Ordering::SeqCst);
    handling.obey.store(false, Ordering::SeqCst);
    Deferred { ear: None }
}

/// The signals that are to wait: not those that whoever started us wanted to be ignored (`nohup`, a
/// script's background job). A handler would forget that wish.
#[cfg(unix)]
fn deferred() -> impl Iterator<Item = i32> {
    DEFERRED.into_iter().filter(|signal| !is_ignored(*signal))
}

#[cfg(target_os = "linux")]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0);
    mask & (1 << (signal - 1)) != 0
}

#[cfg(all(unix, not(target_os = "linux")))]
fn is_ignored(_signal: i32) -> bool {
    false
}

#[cfg(unix)]
impl Deferred {
    /// Lets `hear` be called, on a thread of its own, for each signal that comes, with how many
    /// have come by then. It decides what becomes of this one.
    pub fn hear(mut self, hear: impl Fn(u32) -> Then + Send + 'static) -> Self {
        let Ok(mut signals) = signal_hook::iterator::Signals::new(deferred()) else {
            return self;
        };
        self.ear = Some(signals.handle());
        // Without a thread the signals wait as they would without anybody to hear them.
        let _ = std::thread::Builder::new().spawn(move || {
            for (signal, count) in signals.forever().zip(1..) {
                if hear(count) == Then::Obey {
                    obey(signal);
                }
            }
        });
        self
    }
}

/// Does what would have been done about a signal without us. The first process of a container is
/// not ended by one: the kernel sees to that, and to try it would be to crash.
#[cfg(unix)]
fn obey(signal: i32) {
    if std::process::id() != 1 {
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
}

#[cfg(unix)]
impl Drop for Deferred {
    fn drop(&mut self) {
        if let Some(ear) = &self.ear {
            ear.close();
        }
        let Some(handling) = HANDLING.get() else {
            return;
        };
        if handling.deferring.fetch_sub(1, Ordering::SeqCst) > 1 {
            return;
        }
        handling.obey.store(true, Ordering::SeqCst);
        if let Ok(signal @ 1..) = i32::try_from(handling.came.swap(0, Ordering::SeqCst)) {
            obey(signal);
        }
    }
}

/// Makes a limit on the size of files an error of the one who writes, and not the end of the
/// process.
#[cfg(unix)]
pub fn survive_size_limit() {
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

/// There is no such signal.
#[cfg(not(unix))]
pub fn survive_size_limit() {}

/// Ends this process after so long, wherever it hangs by then.
#[cfg(unix)]
pub fn end_after(limit: Duration) {
    std::thread::sleep(limit);
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
}

/// Begins to defer: nothing, where there are no such signals.
#[cfg(not(unix))]
pub fn defer() -> Deferred {
    Deferred {}
}

#[cfg(not(unix))]
impl Deferred {
    /// There is nothing to hear.
    pub fn hear(self, _hear: impl Fn(u32) -> Then + Send + 'static) -> Self {
        self
    }
}
