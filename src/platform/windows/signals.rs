//! Signals on Windows: what a console says when a person types Ctrl-C or closes it, and what the
//! system says when it ends. The only file that asks tokio for signals.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close,
    ctrl_logoff, ctrl_shutdown,
};

/// The exit code of a process that a Ctrl-C ended (`STATUS_CONTROL_C_EXIT`).
const CONTROL_C_EXIT: i32 = 0xC000_013A_u32.cast_signed();

/// Is told whether the signal is Ctrl-C, and which in the row it is. Says whether the signal is to
/// be obeyed now.
type Listener = Box<dyn Fn(bool, u32) -> bool + Send>;

/// Who hears of signals, and how many have come since it listens.
static LISTENER: Mutex<Option<(Listener, u32)>> = Mutex::new(None);

/// How many [`Deferred`] live.
static DEFERRING: AtomicUsize = AtomicUsize::new(0);

/// Whether a signal came that waits.
static CAME: AtomicBool = AtomicBool::new(false);

static IS_HANDLED: OnceLock<()> = OnceLock::new();

pub struct Deferred {
    listens: bool,
}

pub fn defer_signals() -> Deferred {
    DEFERRING.fetch_add(1, Ordering::SeqCst);
    IS_HANDLED.get_or_init(|| {
        // Without a handler, signals end the process as ever.
        let _ = handle();
    });
    Deferred { listens: false }
}

/// Has this process outlive a Ctrl-C that is meant for the command beside which it waits.
pub fn ignore_from_now_on() {
    let Deferred { .. } = Box::leak(Box::new(defer_signals()));
}

struct Handles {
    c: CtrlC,
    r#break: CtrlBreak,
    close: CtrlClose,
    logoff: CtrlLogoff,
    shutdown: CtrlShutdown,
}

fn handle() -> io::Result<()> {
    let mut handles = Handles {
        c: ctrl_c()?,
        r#break: ctrl_break()?,
        close: ctrl_close()?,
        logoff: ctrl_logoff()?,
        shutdown: ctrl_shutdown()?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    thread::Builder::new().spawn(move || {
        loop {
            let is_interrupt = runtime.block_on(handles.next());
            came(is_interrupt);
        }
    })?;
    Ok(())
}

impl Handles {
    /// Waits for a signal. Says whether it is one that a person types.
    async fn next(&mut self) -> bool {
        tokio::select! {
            _ = self.c.recv() => true,
            _ = self.r#break.recv() => true,
            _ = self.close.recv() => false,
            _ = self.logoff.recv() => false,
            _ = self.shutdown.recv() => false,
        }
    }
}

fn came(is_interrupt: bool) {
    if DEFERRING.load(Ordering::SeqCst) == 0 {
        obey();
    }
    CAME.store(true, Ordering::SeqCst);
    let obeys = match &mut *listener() {
        None => false,
        Some((hear, count)) => {
            *count += 1;
            hear(is_interrupt, *count)
        }
    };
    if obeys {
        obey();
    }
}

fn listener() -> MutexGuard<'static, Option<(Listener, u32)>> {
    LISTENER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does what would have been done about a signal without a handler.
#[expect(
    clippy::disallowed_methods,
    reason = "the console has asked for the end of this process"
)]
fn obey() {
    std::process::exit(CONTROL_C_EXIT);
}

impl Deferred {
    pub fn hear(mut self, hear: impl Fn(bool, u32) -> bool + Send + 'static) -> Self {
        *listener() = Some((Box::new(hear), 0));
        self.listens = true;
        self
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        if self.listens {
            *listener() = None;
        }
        if DEFERRING.fetch_sub(1, Ordering::SeqCst) == 1 && CAME.swap(false, Ordering::SeqCst) {
            obey();
        }
    }
}
