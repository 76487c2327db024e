//! What a person sees, all of it on stderr: messages, a spinner with the time left, a QR code, a
//! bar.
//!
//! No line shows the password of an address, which a configuration may hold by mistake, nor what
//! the program was given that may be a secret ([`conceal_by`]).
//!
//! Deliberately absent: stdout, which belongs to the answer, and reading what a person types.

use std::io::{IsTerminal, Write};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use supports_hyperlinks::Stream;

use crate::platform::console;
use crate::platform::manner::{Manner, Style};
use crate::platform::signals::{self, Then};
use crate::text::{shown, without_passwords};
use crate::time;

/// How much a process says on stderr.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Loudness {
    /// Nothing but failures.
    pub quiet: bool,
    /// Details as well.
    pub verbose: bool,
}

/// Whether stderr is a terminal, so that a person reads it.
#[must_use]
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// Takes out of a line what no line may repeat.
type Conceal = fn(&str) -> String;

static CONCEAL: OnceLock<Conceal> = OnceLock::new();

/// Has every line pass `conceal` before it is shown, in addition to what this room hides itself.
pub fn conceal_by(conceal: Conceal) {
    let _ = CONCEAL.set(conceal);
}

static MANNER: OnceLock<fn() -> Manner> = OnceLock::new();

/// Has `manner` say what terminals can show. It is asked when that is needed first.
pub fn learn_manner_by(manner: fn() -> Manner) {
    let _ = MANNER.set(manner);
}

fn manner() -> Manner {
    static KNOWN: OnceLock<Manner> = OnceLock::new();
    *KNOWN.get_or_init(|| MANNER.get().map(|manner| manner()).unwrap_or_default())
}

/// Whether stderr is a terminal that can move its cursor.
#[must_use]
pub fn can_draw() -> bool {
    is_watched() && manner().draws
}

/// `text` in a style, where it goes to stderr and that shows styles.
#[must_use]
pub fn styled(text: &str, style: Style) -> String {
    if is_watched() && manner().colours {
        style.paint(text)
    } else {
        text.to_owned()
    }
}

/// `text` in a style, where it goes to stdout and that shows styles.
#[must_use]
pub fn styled_answer(text: &str, style: Style) -> String {
    if std::io::stdout().is_terminal() && manner().colours {
        style.paint(text)
    } else {
        text.to_owned()
    }
}

/// An address for stderr, which is a link there where the terminal shows links (OSC 8): one that is
/// longer than the terminal is wide can be opened as a whole.
#[must_use]
pub fn link(address: &str) -> String {
    const END: &str = "\x1b\\";
    let shows_links = can_draw() && supports_hyperlinks::on(Stream::Stderr);
    if shows_links && !address.contains(char::is_control) {
        format!("\x1b]8;;{address}{END}{address}\x1b]8;;{END}")
    } else {
        address.to_owned()
    }
}

/// A line without what no line may repeat.
#[must_use]
pub fn concealed(line: &str) -> String {
    let line = without_passwords(&shown(line));
    match CONCEAL.get() {
        Some(conceal) => conceal(&line),
        None => line,
    }
}

/// Writes a line for the person: `authctl: ...`. If stderr is closed, the line is lost and nothing
/// fails.
pub fn say(message: &str) {
    show(&format!("authctl: {message}"));
}

/// Writes lines for a person who does not see stderr, because the program that called authctl keeps
/// it to itself. They go to the terminal of this process, if it has one.
pub fn say_at_terminal(messages: &[String]) {
    let Ok(mut terminal) = std::fs::File::options().write(true).open("/dev/tty") else {
        return;
    };
    // One write: the calling program may be writing to the terminal as well.
    let lines: String = messages
        .iter()
        .map(|message| format!("authctl: {}\r\n", concealed(message)))
        .collect();
    let _ = terminal.write_all(lines.as_bytes());
}

/// Writes why the command failed: `authctl: ...`.
pub fn say_failure(message: &str) {
    show(&format!("{} {message}", styled("authctl:", Style::Bad)));
}

/// Writes a line as it is, for addresses and codes that people copy.
pub fn show(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", concealed(line));
}

/// Writes a question, behind which the answer is typed.
pub fn prompt(question: &str) {
    draw(&concealed(question));
}

/// How a wait is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A spinner with the time left. stderr must be a terminal that can move its cursor, and the
    /// person must not be asked to type there: a spinner would wipe that away.
    Spinner,
    /// One line at the start.
    Line,
    /// Not at all.
    Nothing,
}

/// Wipes the line away on which the cursor is.
const WIPE: &str = "\r\x1b[K";

/// Shows a wait, and disappears when it is dropped or a signal ends the process.
///
/// Tried and rejected: the crate `indicatif`. Its estimate of speed needs the C library of
/// mathematics, and to load that cost every cached token a twentieth of its time.
pub struct Wait {
    what: String,
    began: Instant,
    limit: Duration,
    /// There while a spinner is drawn.
    spinner: Option<signals::Deferred>,
    /// Whether signs beyond ASCII are shown.
    unicode: bool,
}

impl Wait {
    /// Shows that authctl waits for `what`, for at most `limit`.
    #[must_use]
    pub fn begin(what: &str, limit: Duration, shown: Shown) -> Self {
        let wipe = |_, _| {
            draw(WIPE);
            Then::Obey
        };
        if shown == Shown::Line {
            say(&format!("{what} (at most {})", time::describe(limit)));
        }
        let wait = Self {
            what: what.to_owned(),
            began: Instant::now(),
            limit,
            spinner: (shown == Shown::Spinner).then(|| signals::defer().hear(wipe)),
            unicode: manner().unicode,
        };
        wait.tick();
        wait
    }

    /// Shows how much time is left. To be called once a second.
    pub fn tick(&self) {
        if self.spinner.is_some() {
            let columns = console::terminal_size().map(|(columns, _)| columns);
            let line = self.line(self.began.elapsed(), columns.unwrap_or(80));
            draw(&format!("\r{line}\x1b[K"));
        }
    }

    /// The spinner after it has `waited`. A terminal of so many columns would break a longer line
    /// in two, of which only the last is wiped away. The time left is the first to go.
    fn line(&self, waited: Duration, columns: usize) -> String {
        const FRAMES: [char; 8] = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠧', '⠇', '⠏'];
        const ASCII: [char; 4] = ['|', '/', '-', '\\'];
        let frames: &[char] = if self.unicode { &FRAMES } else { &ASCII };
        let frame = frames[usize::try_from(waited.as_secs()).unwrap_or(0) % frames.len()];
        let left = time::describe(self.limit.saturating_sub(waited));
        let short = format!("{frame} {}", self.what);
        let long = format!("{short} ({left} left)");
        let line = if long.chars().count() < columns {
            long
        } else {
            short
        };
        line.chars().take(columns.saturating_sub(1)).collect()
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if self.spinner.is_some() {
            draw(WIPE);
        }
    }
}

/// Shows how much of something long has come: one line, from its second second on.
pub struct Progress {
    is_shown: bool,
    began: Instant,
    drawn: Option<Instant>,
    bytes: u64,
}

impl Progress {
    /// Begins to count. Nothing is drawn unless `is_shown`, on a terminal.
    #[must_use]
    pub fn begin(is_shown: bool) -> Self {
        Self {
            is_shown: is_shown && is_watched(),
            began: Instant::now(),
            drawn: None,
            bytes: 0,
        }
    }

    /// So many bytes more have come.
    pub fn add(&mut self, bytes: usize) {
        const EVERY: Duration = Duration::from_millis(250);
        self.bytes += bytes as u64;
        let waited = self.began.elapsed();
        let is_due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= EVERY);
        if self.is_shown && is_due && waited > Duration::from_secs(1) {
            self.drawn = Some(Instant::now());
            draw(&format!("\r{}\x1b[K", self.line(waited)));
        }
    }

    /// How much has come after it has `waited`, and how fast.
    fn line(&self, waited: Duration) -> String {
        let millions = |bytes: u64| format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10);
        let speed = self.bytes * 1000 / u64::try_from(waited.as_millis()).unwrap_or(1).max(1);
        format!("{}, {}/s", millions(self.bytes), millions(speed))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            draw(WIPE);
        }
    }
}

fn draw(text: &str) {
    let mut stderr = std::io::stderr();
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}

/// `text` as a QR code, black on white whatever the colours of the terminal. `None` if stderr is
/// not a terminal, or the code does not fit into it.
#[must_use]
pub fn qr(text: &str) -> Option<String> {
    /// Lines that have to stay in sight with the code: the address, the user code, the wait.
    const BESIDE: usize = 9;
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::L).ok()?;
    let picture = code.render::<qrcode::render::unicode::Dense1x2>().build();
    let width = picture.lines().next()?.chars().count();
    let height = picture.lines().count();
    let (columns, rows) = console::terminal_size()?;
    if !manner().unicode {
        return None;
    }
    if columns < width || rows < height + BESIDE {
        return None;
    }
    let lines = picture.lines();
    Some(
        lines
            .map(|line| format!("\x1b[30;107m{line}\x1b[0m\n"))
            .collect(),
    )
}

/// How much of `whole` is `left`, as a bar of twenty cells.
#[must_use]
pub fn bar(left: Duration, whole: Duration) -> String {
    bar_of(left, whole, manner().unicode)
}

fn bar_of(left: Duration, whole: Duration, unicode: bool) -> String {
    const CELLS: usize = 20;
    let [on, off] = if unicode { ["█", "░"] } else { ["#", "."] };
    let cells = (left.as_millis() * CELLS as u128).div_ceil(whole.as_millis().max(1));
    let full = usize::try_from(cells).unwrap_or(CELLS).min(CELLS);
    format!("{}{}", on.repeat(full), off.repeat(CELLS - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_at_the_start_and_empty_at_the_end() {
        let hour = Duration::from_secs(3600);
        assert_eq!(bar_of(hour, hour, true), "█".repeat(20));
        assert_eq!(bar_of(Duration::ZERO, hour, true), "░".repeat(20));
        assert_eq!(bar_of(hour / 2, hour, true).matches('█').count(), 10);
    }

    #[test]
    fn a_transfer_says_how_much_and_how_fast() {
        let mut progress = Progress::begin(false);
        progress.add(12_345_678);
        let line = progress.line(Duration::from_secs(2));
        assert_eq!(line, "12.3 MB, 6.1 MB/s");
    }

    #[test]
    fn a_spinner_never_fills_its_line() {
        let wait = Wait {
            what: "waiting for you to approve".to_owned(),
            began: Instant::now(),
            limit: Duration::from_secs(300),
            spinner: None,
            unicode: true,
        };
        let waited = Duration::from_secs(1);
        for (columns, expected) in [
            (80, "⠙ waiting for you to approve (4m 59s left)"),
            (43, "⠙ waiting for you to approve (4m 59s left)"),
            (42, "⠙ waiting for you to approve"),
            (10, "⠙ waiting"),
            (0, ""),
        ] {
            assert_eq!(wait.line(waited, columns), expected, "{columns}");
        }
    }
}
