//! What a caller writes to stdin: bounded in size and in time. A caller may think between two
//! requests for as long as it likes, but not in the middle of one.

use std::io::{IsTerminal, Read, StdinLock};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::protocol::{Input, REQUEST_LIMIT, Request, Row};
use crate::platform::console;

/// A request.
pub(super) type Bytes = Zeroizing<Vec<u8>>;

/// How long a request may take that has begun.
const TIME_LIMIT: Duration = Duration::from_secs(10);

const TOO_LONG: &str = "the request is longer than a mebibyte";
const TOO_SLOW: &str = "the request does not come to its end";

/// What the caller writes before it is answered, as its protocol has it.
///
/// # Errors
/// When it is too long, or does not come to its end.
pub(super) fn read(row: &Row, request: &Request) -> Result<Bytes, String> {
    let verb = request.word(0);
    match row.input {
        Input::ToTheEnd => read_to_the_end(false),
        Input::ToTheEndAfterAWord if !request.words.is_empty() => read_to_the_end(false),
        Input::ToTheEndFor(verbs) if verbs.contains(&verb) => read_to_the_end(false),
        Input::ToABlankLineFor(verbs) if verbs.contains(&verb) => read_to_the_end(true),
        _ => Ok(Bytes::default()),
    }
}

/// Everything up to the end of stdin, or to the first empty line.
fn read_to_the_end(blank_line_ends: bool) -> Result<Bytes, String> {
    let mut stdin = std::io::stdin().lock();
    let mut bytes = Bytes::default();
    let ends = deadline(&stdin);
    loop {
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
        if blank_line_ends && lines.any(|line| line == b"\n" || line == b"\r\n") {
            return Ok(bytes);
        }
        if !more(&mut stdin, &mut bytes, ends)? {
            return Ok(bytes);
        }
    }
}

/// One line after the other.
#[derive(Default)]
pub(super) struct Lines {
    ahead: Bytes,
    over: bool,
}

impl Lines {
    /// The next line that is not empty, without its line break; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Result<Bytes, String>> {
        let mut stdin = std::io::stdin().lock();
        let mut ends = None;
        loop {
            if let Some(at) = self.ahead.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.ahead.drain(..=at).collect();
                let line = Zeroizing::new(line);
                let text = line.trim_ascii();
                if !text.is_empty() {
                    return Some(Ok(Zeroizing::new(text.to_vec())));
                }
                continue;
            }
            if !self.ahead.is_empty() {
                ends = ends.or_else(|| deadline(&stdin));
            }
            match more(&mut stdin, &mut self.ahead, ends) {
                Ok(true) => {}
                // A last line without its end.
                Ok(false) if !self.ahead.trim_ascii().is_empty() => {
                    return Some(Ok(std::mem::take(&mut self.ahead)));
                }
                Ok(false) => return None,
                Err(why) => {
                    self.over = true;
                    return Some(Err(why));
                }
            }
        }
    }

    /// Whether nothing more can be read, because what came was not a line.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }
}

/// A person who types has all the time in the world.
fn deadline(stdin: &StdinLock<'_>) -> Option<Instant> {
    (!stdin.is_terminal()).then(|| Instant::now() + TIME_LIMIT)
}

/// Reads what is there, waiting until something is. `false` at the end.
fn more(
    stdin: &mut StdinLock<'_>,
    bytes: &mut Bytes,
    ends: Option<Instant>,
) -> Result<bool, String> {
    if let Some(ends) = ends
        && !console::stdin_is_readable(stdin, ends.saturating_duration_since(Instant::now()))
    {
        return Err(TOO_SLOW.to_owned());
    }
    let mut part = Zeroizing::new([0_u8; 1 << 13]);
    let count = loop {
        match stdin.read(part.as_mut()) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            read => break read.map_err(|error| format!("the request cannot be read: {error}"))?,
        }
    };
    if bytes.len() + count > REQUEST_LIMIT {
        return Err(TOO_LONG.to_owned());
    }
    bytes.extend_from_slice(&part[..count]);
    Ok(count > 0)
}
