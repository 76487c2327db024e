//! What the user wants of the log: `log` and `log_size` of the configuration file. The variables
//! `AUTHCTL_LOG` and `AUTHCTL_LOG_SIZE` come first.

use serde::{Deserialize, Serialize};

use super::env;

/// Where the log goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sink {
    /// Into a file beside the records.
    #[default]
    File,
    /// To the system's log.
    System,
    /// Nowhere.
    Nothing,
}

/// Every place with the words that the setting has for it.
const SINKS: &[(&str, Sink)] = &[
    ("file", Sink::File),
    ("true", Sink::File),
    ("syslog", Sink::System),
    ("false", Sink::Nothing),
];

/// What the user wants of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogSetting {
    /// Where it goes.
    pub sink: Sink,
    /// How many bytes each of its two files has at most.
    pub size: u64,
}

impl Default for LogSetting {
    fn default() -> Self {
        Self {
            sink: Sink::default(),
            size: 1 << 20,
        }
    }
}

/// What `log` was expected to be.
pub(super) const EXPECTED: &str = "`log`: expected \"file\", \"syslog\" or false";

/// What `log_size` was expected to be.
pub(super) const EXPECTED_SIZE: &str = "`log_size`: expected a size from 16KiB to 256MiB, as 1MiB";

impl LogSetting {
    /// What the variables say, over what the file says. A variable that is not understood does not
    /// count: no command fails for want of a log.
    #[must_use]
    pub fn with_environment(mut self) -> Self {
        if let Some(sink) = env::var("AUTHCTL_LOG").and_then(|text| parse_sink(&text)) {
            self.sink = sink;
        }
        if let Some(size) = env::var("AUTHCTL_LOG_SIZE").and_then(|text| parse_size(&text)) {
            self.size = size;
        }
        self
    }
}

impl LogSetting {
    /// The variables that are set and not understood.
    #[must_use]
    pub fn unread_variables() -> Vec<&'static str> {
        let sink = env::var("AUTHCTL_LOG").is_some_and(|text| parse_sink(&text).is_none());
        let size = env::var("AUTHCTL_LOG_SIZE").is_some_and(|text| parse_size(&text).is_none());
        let unread = [(sink, "AUTHCTL_LOG"), (size, "AUTHCTL_LOG_SIZE")];
        let unread = unread.into_iter().filter(|(is_unread, _)| *is_unread);
        unread.map(|(_, name)| name).collect()
    }
}

/// Reads where the log goes.
pub(super) fn parse_sink(text: &str) -> Option<Sink> {
    let row = SINKS.iter().find(|(word, _)| *word == text)?;
    Some(row.1)
}

/// Reads a size: a number with `KiB` or `MiB`, or of bytes.
pub(super) fn parse_size(text: &str) -> Option<u64> {
    let units = [("KiB", 10), ("MiB", 20), ("", 0)];
    let (number, shift) = units.iter().find_map(|(unit, shift)| {
        let number = text.strip_suffix(unit)?.trim_end();
        Some((number.parse::<u64>().ok()?, shift))
    })?;
    let size = number.checked_mul(1 << shift)?;
    (16 << 10..=256 << 20).contains(&size).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_a_unit_and_bounds() {
        assert_eq!(parse_size("1MiB"), Some(1 << 20));
        assert_eq!(parse_size("64 KiB"), Some(64 << 10));
        assert_eq!(parse_size("1048576"), Some(1 << 20));
        for bad in [
            "",
            "1",
            "15KiB",
            "2GiB",
            "1MB",
            "-1MiB",
            "99999999999999MiB",
        ] {
            assert_eq!(parse_size(bad), None, "{bad}");
        }
    }
}
