//! Floor 3: signals that wait. Between "request about to be sent" and "renamed", an interrupt would lose a session:
//! the server has rotated, and nobody has written it down.

#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// While it lives, SIGINT, SIGTERM and SIGHUP are noted and not obeyed. When it is dropped, the last one that came is
/// obeyed as if it came then; later ones are obeyed at once, as ever.
#[must_use]
pub struct Deferred {
    #[cfg(unix)]
    came: Arc<AtomicUsize>,
    #[cfg(unix)]
    obey: Arc<AtomicBool>,
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
const DEFERRED: [i32; 3] =
    [signal_hook::consts::SIGHUP, signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];

/// Begins to defer. If that cannot be arranged, signals end the process as ever.
#[cfg(unix)]
pub fn defer() -> Deferred {
    use signal_hook::flag;
    let deferred = Deferred { came: Arc::default(), obey: Arc::default(), ear: None };
    for signal in DEFERRED.into_iter().filter(|signal| !is_ignored(*signal)) {
        // A handler cannot be taken back; it can be told to do what would have been done without it.
        let _ = flag::register_conditional_default(signal, Arc::clone(&deferred.obey));
        let _ =
            flag::register_usize(signal, Arc::clone(&deferred.came), usize::try_from(signal).unwrap_or(0));
    }
    deferred
}

/// Whether whoever started us wanted this signal to be ignored (`nohup`, a script's background job). A handler would
/// forget that wish.
#[cfg(target_os = "linux")]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask & (1 << (signal - 1)) != 0
}

#[cfg(all(unix, not(target_os = "linux")))]
fn is_ignored(_signal: i32) -> bool {
    false
}

/// Begins to defer: nothing, where there are no such signals.
#[cfg(not(unix))]
pub fn defer() -> Deferred {
    Deferred {}
}

#[cfg(unix)]
impl Deferred {
    /// Lets `hear` be called, on a thread of its own, for each signal that comes, with how many have come
    /// by then. It decides what becomes of this one.
    pub fn hear(mut self, hear: impl Fn(u32) -> Then + Send + 'static) -> Self {
        let wanted = DEFERRED.into_iter().filter(|signal| !is_ignored(*signal));
        let Ok(mut signals) = signal_hook::iterator::Signals::new(wanted) else { return self };
        self.ear = Some(signals.handle());
        // Without a thread the signals wait as they would without anybody to hear them.
        let _ = std::thread::Builder::new().spawn(move || {
            for (signal, count) in signals.forever().zip(1..) {
                if hear(count) == Then::Obey {
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            }
        });
        self
    }
}

#[cfg(not(unix))]
impl Deferred {
    /// There is nothing to hear.
    pub fn hear(self, _hear: impl Fn(u32) -> Then + Send + 'static) -> Self {
        self
    }
}

#[cfg(unix)]
impl Drop for Deferred {
    fn drop(&mut self) {
        self.obey.store(true, Ordering::SeqCst);
        if let Some(ear) = &self.ear {
            ear.close();
        }
        if let Ok(signal @ 1..) = i32::try_from(self.came.load(Ordering::SeqCst)) {
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    }
}
