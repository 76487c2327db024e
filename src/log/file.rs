//! Appending to the log, and what keeps it bounded.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::platform::files;

/// Longer than it takes to write a line.
const WRITING: Duration = Duration::from_millis(2);

/// The lock of the process that makes a full log the older one.
const LOCK: &str = ".log.lock";

/// No disk is so small that a log of this size is in the way of sessions.
const SMALL: u64 = 16 << 10;

/// At which size a log is full on a disk of this size: it and the older one leave most of a small
/// disk to the sessions, which need room to be refreshed.
fn limit_on(disk: Option<u64>, limit: u64) -> u64 {
    disk.map_or(limit, |disk| limit.min((disk / 16).max(SMALL)))
}

/// The files of the log in this directory, the older first.
pub(super) fn paths(directory: &Path) -> [PathBuf; 2] {
    [directory.join("log.1.jsonl"), directory.join("log.jsonl")]
}

/// Appends a line. The kernel puts what one call writes at the end of the file in one piece, so
/// that no lock is needed.
///
/// # Errors
/// When it could not be written, or not whole.
pub(super) fn append(directory: &Path, line: &str, limit: u64) -> io::Result<()> {
    let [_, newest] = paths(directory);
    let mut file = open(directory, &newest)?;
    let length = file.metadata()?.len();
    let limit = if length < SMALL {
        limit
    } else {
        limit_on(files::size_of_disk(directory), limit)
    };
    if length >= limit {
        make_room(directory, &file, limit)?;
        file = open(directory, &newest)?;
    }
    let mut bytes = Vec::with_capacity(line.len() + 2);
    if has_torn_end(&mut file)? {
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(line.as_bytes());
    bytes.push(b'\n');
    // Not `write_all`: the rest of a line that did not fit must not follow behind another one.
    let written = file.write(&bytes)?;
    if written < bytes.len() {
        return Err(io::ErrorKind::WriteZero.into());
    }
    Ok(())
}

/// How many bytes the newest file has; `None` if there is none.
///
/// # Errors
/// When nothing could be added to it.
pub(super) fn check(directory: &Path) -> io::Result<Option<u64>> {
    let [_, newest] = paths(directory);
    if std::fs::symlink_metadata(&newest).is_err() {
        return Ok(None);
    }
    let file = files::open_to_append(&newest)?;
    Ok(Some(file.metadata()?.len()))
}

fn open(directory: &Path, path: &Path) -> io::Result<File> {
    let file = files::open_to_append(path)?;
    files::keep_owner(directory, &file)?;
    Ok(file)
}

/// Whether the last line is not whole and stays so: the disk was full. A line that another process
/// is just writing may be seen in two pieces.
fn has_torn_end(file: &mut File) -> io::Result<bool> {
    let mut seen = None;
    loop {
        let length = file.metadata()?.len();
        if length == 0 || last_byte(file)? == b'\n' {
            return Ok(false);
        }
        if seen == Some(length) {
            return Ok(true);
        }
        seen = Some(length);
        thread::sleep(WRITING);
    }
}

fn last_byte(file: &mut File) -> io::Result<u8> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last[0])
}

/// Makes a full log the older one. Of several processes that find it full, one does so: the others
/// write into the full file, wherever it is by then. That needs a lock, for which no process waits;
/// where there are no locks, it is done without.
fn make_room(directory: &Path, full: &File, limit: u64) -> io::Result<()> {
    let [older, newest] = paths(directory);
    // Not the log itself: on some systems a lock keeps writers out.
    let lock = open(directory, &directory.join(LOCK))?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        return Ok(());
    }
    let is_full = std::fs::metadata(&newest).is_ok_and(|meta| meta.len() >= limit);
    if is_full && files::leads_to(&newest, full) {
        files::rename(&newest, &older)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::files::temporary_directory;

    /// On a disk of one megabyte a log of its usual size left no session any room.
    #[test]
    fn a_log_leaves_room_on_a_small_disk() {
        for (disk, limit, expected) in [
            (None, 1 << 20, 1 << 20),
            (Some(500 << 30), 1 << 20, 1 << 20),
            (Some(1 << 20), 1 << 20, 64 << 10),
            (Some(1 << 20), 32 << 10, 32 << 10),
            (Some(64 << 10), 1 << 20, SMALL),
        ] {
            assert_eq!(limit_on(disk, limit), expected, "{disk:?} {limit}");
        }
    }

    const WRITERS: usize = 1000;
    const LINES: usize = 4;

    /// Every line of both files, and whether each is whole.
    fn lines(directory: &Path) -> Vec<String> {
        let texts = paths(directory).map(|path| std::fs::read_to_string(path).unwrap_or_default());
        assert!(
            texts
                .iter()
                .all(|text| text.is_empty() || text.ends_with('\n'))
        );
        texts.concat().lines().map(str::to_owned).collect()
    }

    fn written_at_once(directory: &Path, limit: u64) {
        // Each has the file open by itself, as another process would.
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                scope.spawn(move || {
                    for line in 0..LINES {
                        let text = format!("{{\"writer\":{writer},\"line\":{line}}}");
                        append(directory, &text, limit).expect("written");
                    }
                });
            }
        });
    }

    #[test]
    fn a_thousand_writers_at_once_lose_no_line() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        written_at_once(directory.path(), 1 << 20);
        let mut lines = lines(directory.path());
        lines.sort();
        lines.dedup();
        assert_eq!(lines.len(), WRITERS * LINES);
    }

    /// Both files together hold more than half of what was written, and the change from one to the
    /// other comes in the middle of it.
    #[test]
    fn a_thousand_writers_lose_no_line_when_the_file_is_full() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let whole = WRITERS * LINES * r#"{"writer":999,"line":3}"#.len();
        written_at_once(directory.path(), (whole * 2 / 3) as u64);
        let mut lines = lines(directory.path());
        lines.sort();
        lines.dedup();
        assert_eq!(lines.len(), WRITERS * LINES);
        let [older, newest] = paths(directory.path());
        assert!(older.exists() && newest.exists());
    }

    /// The file was found full, and two others were since.
    #[test]
    fn a_full_file_makes_room_once() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let [older, newest] = paths(directory.path());
        let mut full = open(directory.path(), &newest).expect("opened");
        full.write_all(b"{\"first\":0}\n").expect("written");
        files::rename(&newest, &older).expect("renamed");
        append(directory.path(), "{\"second\":0}", 1000).expect("written");
        make_room(directory.path(), &full, 5).expect("there is room");
        assert_eq!(lines(directory.path()), ["{\"first\":0}", "{\"second\":0}"]);
    }

    #[test]
    fn the_log_stays_bounded() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        for number in 0..1000 {
            append(directory.path(), &format!("{{\"number\":{number}}}"), 1000).expect("written");
        }
        let sizes = paths(directory.path()).map(|path| path.metadata().expect("a file").len());
        assert!(sizes.iter().all(|size| *size < 1100), "{sizes:?}");
        assert!(
            lines(directory.path())
                .last()
                .expect("lines")
                .contains("999")
        );
    }

    #[test]
    fn a_line_that_did_not_fit_spoils_no_other() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let [_, newest] = paths(directory.path());
        (&open(directory.path(), &newest).expect("opened"))
            .write_all(b"{\"half\":")
            .expect("written");
        append(directory.path(), "{}", 1000).expect("written");
        append(directory.path(), "{}", 1000).expect("written");
        assert_eq!(lines(directory.path()), ["{\"half\":", "{}", "{}"]);
    }
}
