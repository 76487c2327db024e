//! Floor 3: what a person sees, all of it on stderr: messages, a spinner with the time left, a QR code, a bar.
//! stdout belongs to the answer.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
pub struct Wait {
    bar: Option<ProgressBar>,
    what: String,
    ends: Instant,
}

impl Wait {
    /// Begins to show that we wait for `what`, for at most `limit`.
    #[must_use]
    pub fn begin(what: &str, limit: Duration) -> Self {
        let ends = Instant::now() + limit;
        if !is_watched() {
            say(&format!("{what} (at most {})", time::describe(limit)));
            return Self { bar: None, what: what.to_owned(), ends };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        let wait = Self { bar: Some(bar), what: what.to_owned(), ends };
        wait.tick();
        wait
    }

    /// Shows how much time is left. To be called now and then.
    pub fn tick(&self) {
        if let Some(bar) = &self.bar {
            let left = self.ends.saturating_duration_since(Instant::now());
            bar.set_message(format!("{} ({} left)", self.what, time::describe(left)));
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
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
    let share = if whole.is_zero() { 0.0 } else { left.as_secs_f64() / whole.as_secs_f64() };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 20")]
    let full = (share.clamp(0.0, 1.0) * CELLS as f64).ceil() as usize;
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
