//! Floor 3: what a person sees, all of it on stderr: messages, a spinner with the time left, a QR code, a bar.
//! stdout belongs to the answer.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::time;

/// Whether a person reads stderr.
#[must_use]
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether a person can answer: stdin and stderr are a terminal.
#[must_use]
pub fn is_attended() -> bool {
    std::io::stdin().is_terminal() && is_watched()
}

/// A line for the person: `authctl: ...`. A closed stderr is no reason to fail.
pub fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "authctl: {message}");
}

/// A line as it is, for addresses and codes that people copy.
pub fn show(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A wait that is seen: a spinner with the time left on a terminal, one plain line elsewhere.
///
/// The usual crate was tried: its estimate of speed needs the C library of mathematics, whose loading cost every
/// cached token a twentieth of its time.
pub struct Wait {
    watched: bool,
    what: String,
    began: Instant,
    limit: Duration,
}

impl Wait {
    /// Begins to show that we wait for `what`, for at most `limit`.
    #[must_use]
    pub fn begin(what: &str, limit: Duration) -> Self {
        let wait = Self { watched: is_watched(), what: what.to_owned(), began: Instant::now(), limit };
        if !wait.watched {
            say(&format!("{what} (at most {})", time::describe(limit)));
        }
        wait.tick();
        wait
    }

    /// Shows how much time is left. To be called once a second.
    pub fn tick(&self) {
        const FRAMES: [char; 8] = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠧', '⠇', '⠏'];
        let waited = self.began.elapsed();
        let frame = FRAMES[usize::try_from(waited.as_secs()).unwrap_or(0) % FRAMES.len()];
        let left = time::describe(self.limit.saturating_sub(waited));
        self.draw(&format!("\r{frame} {} ({left} left)\x1b[K", self.what));
    }

    fn draw(&self, text: &str) {
        if self.watched {
            let mut stderr = std::io::stderr();
            let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.draw("\r\x1b[K");
    }
}

/// `text` as a QR code for a terminal, dark on light whatever the terminal's colours; `None` if it is too long.
#[must_use]
pub fn qr(text: &str) -> Option<String> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::L).ok()?;
    Some(code.render::<qrcode::render::unicode::Dense1x2>().build())
}

/// How much of `whole` is `left`, as a bar of twenty cells.
#[must_use]
pub fn bar(left: Duration, whole: Duration) -> String {
    const CELLS: usize = 20;
    let cells = (left.as_millis() * CELLS as u128).div_ceil(whole.as_millis().max(1));
    let full = usize::try_from(cells).unwrap_or(CELLS).min(CELLS);
    format!("{}{}", "█".repeat(full), "░".repeat(CELLS - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_at_the_start_and_empty_at_the_end() {
        let hour = Duration::from_secs(3600);
        assert_eq!(bar(hour, hour), "█".repeat(20));
        assert_eq!(bar(Duration::ZERO, hour), "░".repeat(20));
        assert_eq!(bar(hour / 2, hour).matches('█').count(), 10);
    }

    #[test]
    fn an_address_becomes_a_qr_code() {
        assert!(
            qr("https://as.example/device?user_code=ABCD-EFGH").is_some_and(|code| code.lines().count() > 10)
        );
    }
}
