//! The new text of a file, written beside it before it takes its place.
//!
//! It has one name, which is made from the file's. A process that is killed leaves it behind, and
//! the next one writes over it: so there is never more than one, and no heap of files with tokens.
//! Writers take turns by a lock on it. Where that name cannot be had (it is another user's, its
//! holder was stopped, the system is Windows), a random one is taken.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use super::access::is_same;
use super::acting::Acting;
use super::paths::directory_of;
use super::steps::{create, remove, rename, temporary_file};
use super::trust;
use crate::platform::system;

/// How long a writer waits for others.
const PATIENCE: Duration = Duration::from_secs(2);

/// A file that is whole, beside the one that it is to replace. It is removed when the value is
/// dropped, unless it took that one's place.
pub(super) enum Beside {
    Usual(Usual),
    Random(NamedTempFile),
}

/// The file with the name that is made for it, locked.
pub(super) struct Usual {
    path: PathBuf,
    file: File,
    took_place: bool,
}

impl Drop for Usual {
    fn drop(&mut self) {
        if !self.took_place {
            let _ = remove(&self.path);
        }
    }
}

impl Beside {
    /// Writes `bytes` beside `path`.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let beside = Self::begin(path)?;
        beside.file().write_all(bytes)?;
        Ok(beside)
    }

    /// Begins an empty file beside `path`.
    ///
    /// # Errors
    /// When there can be none.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let beside = match usual(path) {
            Some(usual) => Self::Usual(usual),
            None => Self::Random(temporary_file(directory_of(path))?),
        };
        beside.file().set_len(0)?;
        Ok(beside)
    }

    /// The file.
    pub fn file(&self) -> &File {
        match self {
            Self::Usual(usual) => &usual.file,
            Self::Random(file) => file.as_file(),
        }
    }

    /// Its path, until it takes another one's place.
    pub fn path(&self) -> &Path {
        match self {
            Self::Usual(usual) => &usual.path,
            Self::Random(file) => file.path(),
        }
    }

    /// Renames it to `path`.
    ///
    /// # Errors
    /// When it cannot be renamed. It is removed then.
    pub fn take_place(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Usual(mut usual) => {
                rename(&usual.path, path)?;
                usual.took_place = true;
            }
            Self::Random(file) => drop(file.persist(path)?),
        }
        Ok(())
    }
}

/// The one name beside `path` under which its new text is written, where that can be had.
#[must_use]
pub fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.authctl-new"))
}

/// The file with the one name beside `path`, locked; `None` when it cannot be had.
fn usual(path: &Path) -> Option<Usual> {
    if !system::RENAMES_OPEN_FILES {
        return None;
    }
    path.file_name()?;
    let path = beside(path);
    let ends = Instant::now() + PATIENCE;
    while Instant::now() < ends {
        let Some(file) = open(&path).ok()? else {
            continue;
        };
        if file.try_lock().is_err() {
            std::thread::sleep(Duration::from_millis(2));
            continue;
        }
        // The writer before may have renamed or removed it meanwhile.
        if is_same(fs::symlink_metadata(&path), file.metadata()) {
            return Some(Usual {
                path,
                file,
                took_place: false,
            });
        }
    }
    None
}

/// Makes the file, or opens the one that a writer before has left; `None` if that one goes at this
/// moment. One that others may read is not that: another user who has it open would read what is
/// written to it.
fn open(path: &Path) -> io::Result<Option<File>> {
    match create(path, true) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made.map(Some),
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    system::open_privately(&mut options);
    let _acting = Acting::at(path);
    let file = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    trust::check_own_file(&file, path)?;
    if system::is_private(&file.metadata()?) {
        Ok(Some(file))
    } else {
        Err(trust::Distrust::WasOpen.into())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::platform::files::{replace, temporary_directory};

    #[test]
    fn what_a_dead_writer_left_is_written_over_and_nothing_stays_behind() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join("token");
        let left = directory.path().join(".token.authctl-new");
        let mut dead = create(&left, true).expect("made");
        dead.write_all(b"a longer text of a writer that was killed")
            .expect("written");
        replace(&path, b"new").expect("written");
        assert_eq!(fs::read(&path).expect("there"), b"new");
        assert!(!left.exists());
        drop(Beside::write(&path, b"never in place").expect("written"));
        assert!(!left.exists());
    }

    /// A writer that lost the file between two looks took a random name, which a kill left behind.
    #[test]
    fn a_file_that_goes_while_it_is_opened_is_made_again() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join("token");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..2_000 {
                        let beside = Beside::begin(&path).expect("begun");
                        assert!(matches!(beside, Beside::Usual(_)), "a random name");
                    }
                });
            }
        });
    }

    #[test]
    fn writers_take_turns_and_one_that_was_stopped_keeps_none_waiting_for_ever() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join("token");
        std::thread::scope(|scope| {
            for writer in 0..8_u8 {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..20 {
                        replace(path, &[b'0' + writer; 100]).expect("written");
                    }
                });
            }
        });
        let text = fs::read(&path).expect("there");
        assert!(text.len() == 100 && text.iter().all(|byte| *byte == text[0]));
        let stopped = Beside::write(&path, b"stopped").expect("written");
        replace(&path, b"another").expect("written");
        drop(stopped);
        let names = fs::read_dir(directory.path()).expect("there").count();
        assert_eq!((names, fs::read(&path).expect("there").len()), (1, 7));
    }
}
