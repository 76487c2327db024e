//! Reading the log: both files, older lines first, and then what is added.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Entry;
use super::file::paths;
use crate::platform::files;
use crate::time::Moment;

/// A line of the log.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it says, where this version knows the event.
    pub entry: Option<Entry>,
    /// The line as JSON.
    pub json: Value,
}

impl Line {
    /// The profile that it is about, if it is about one.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.json.get("profile")?.as_str()
    }

    /// When it was written.
    #[must_use]
    pub fn at(&self) -> Option<Moment> {
        Moment::parse(self.json.get("at")?.as_str()?)
    }

    fn parse(text: &str) -> Option<Self> {
        // What is no JSON did not fit on a disk that was full.
        let json = serde_json::from_str(text).ok().filter(Value::is_object)?;
        let entry = Entry::parse(text);
        Some(Self { entry, json })
    }
}

/// Reads a log, and what is added to it.
pub struct Reader {
    directory: PathBuf,
    /// The newest file, as far as it was read.
    newest: Option<File>,
    /// The beginning of a line whose end was not there yet.
    rest: String,
}

impl Reader {
    /// A reader of the log in this directory.
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            newest: None,
            rest: String::new(),
        }
    }

    /// All lines that there are, the oldest first. None where there is no log.
    ///
    /// # Errors
    /// When a file is there and cannot be read, or is not believed.
    pub fn all(&mut self) -> io::Result<Vec<Line>> {
        let [older, _] = paths(&self.directory);
        let mut lines = Vec::new();
        if let Some(mut older) = open(&older)? {
            lines.extend(self.read_on(&mut older)?);
            self.rest.clear();
        }
        lines.extend(self.added()?);
        Ok(lines)
    }

    /// The lines that were added since.
    ///
    /// # Errors
    /// As for [`Reader::all`].
    pub fn added(&mut self) -> io::Result<Vec<Line>> {
        let [_, newest] = paths(&self.directory);
        let mut lines = Vec::new();
        // The file that was read may have become the older one, and have got some more lines.
        if let Some(mut file) = self.newest.take() {
            // A program that rotates by copying cuts the file.
            if file.metadata()?.len() < file.stream_position()? {
                file.rewind()?;
                self.rest.clear();
            }
            lines.extend(self.read_on(&mut file)?);
            if files::leads_to(&newest, &file) {
                self.newest = Some(file);
                return Ok(lines);
            }
            self.rest.clear();
        }
        if let Some(mut file) = open(&newest)? {
            lines.extend(self.read_on(&mut file)?);
            self.newest = Some(file);
        }
        Ok(lines)
    }

    fn read_on(&mut self, file: &mut File) -> io::Result<Vec<Line>> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        self.rest.push_str(&String::from_utf8_lossy(&bytes));
        let whole = self.rest.rfind('\n').map_or(0, |end| end + 1);
        let lines = self.rest[..whole].lines().filter_map(Line::parse).collect();
        self.rest.drain(..whole);
        Ok(lines)
    }
}

fn open(path: &Path) -> io::Result<Option<File>> {
    Ok(files::open_believed(path)?.map(|believed| believed.file))
}

#[cfg(test)]
mod tests {
    use super::super::file::append;
    use super::*;
    use crate::platform::files::temporary_directory;

    fn numbers(lines: Vec<Line>) -> Vec<u64> {
        let numbers = lines.iter().map(|line| line.json["number"].as_u64());
        numbers.map(|number| number.expect("a number")).collect()
    }

    #[test]
    fn what_is_added_is_read_once_also_when_the_file_changes() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let add = |number: u64| {
            let line = format!("{{\"number\":{number}}}");
            append(directory.path(), &line, 60).expect("written");
        };
        (0..6).for_each(add);
        let mut reader = Reader::new(directory.path());
        assert_eq!(numbers(reader.all().expect("read")), [0, 1, 2, 3, 4, 5]);
        for number in 6..20 {
            add(number);
            assert_eq!(numbers(reader.added().expect("read")), [number]);
        }
        assert!(reader.added().expect("read").is_empty());
    }

    #[test]
    fn a_file_that_was_cut_is_read_from_its_beginning() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let add = |number: u64| {
            let line = format!("{{\"number\":{number}}}");
            append(directory.path(), &line, 1000).expect("written");
        };
        (0..6).for_each(add);
        let mut reader = Reader::new(directory.path());
        assert_eq!(reader.all().expect("read").len(), 6);
        let [_, newest] = paths(directory.path());
        let file = File::options().write(true).open(newest);
        file.and_then(|file| file.set_len(0)).expect("cut");
        add(6);
        assert_eq!(numbers(reader.added().expect("read")), [6]);
    }

    #[test]
    fn a_line_of_a_later_version_is_kept_and_half_a_line_is_not() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let later = r#"{"at":"2030-01-01T00:00:00.000Z","profile":"work","event":"dreamt"}"#;
        for line in ["{\"half\":", later] {
            append(directory.path(), line, 1000).expect("written");
        }
        let lines = Reader::new(directory.path()).all().expect("read");
        let [line] = lines.as_slice() else {
            panic!("{lines:?}")
        };
        assert!(line.entry.is_none());
        assert_eq!(line.profile(), Some("work"));
    }
}
