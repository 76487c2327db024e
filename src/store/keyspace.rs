//! What all sessions of one state directory have in common: the name under which their keys are
//! stored, and the keys that the directory's files still need.
//!
//! The name is in the file `.installation`, which is the word that the files and the JSON output
//! use for a keyspace. A key is never removed because nothing seems to need it: a sealed record may
//! have been copied to another place. Only when keys are replaced are old ones removed, one
//! replacement later, and only by the directory that they were made for.

use std::io::Write;
use std::path::Path;

use super::StoreError;
use super::client;
use super::record::NotARecord;
use super::record_files::{create_directory, read_file};
use super::seal::{Form, Seal};
use crate::platform::files;
use crate::secret::{Fingerprint, Secret};

/// The file that names a keyspace. No profile's name begins with a dot.
const NAME: &str = ".installation";

/// The text whose fingerprint the file has where the directory is not known for which the keyspace
/// was made. It is no directory's path.
const UNKNOWN_HOME: &str = "somewhere else";

/// The keys of one state directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyspace {
    /// The name under which its keys are stored. It goes with the directory wherever that is moved
    /// or mounted.
    pub name: String,
    home: Home,
}

/// For which directory a keyspace was made.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Home {
    /// The fingerprint of the directory's path. A copy of the directory has another path.
    At(Fingerprint),
    /// Not known: the name was read from a sealed record, and the directory may be a copy.
    Unknown,
}

impl Home {
    fn of(directory: &Path) -> Self {
        let real = std::fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
        Self::At(Fingerprint::of(&real.to_string_lossy()))
    }

    fn parse(text: &str) -> Option<Self> {
        let fingerprint = Fingerprint::parse(text)?;
        if fingerprint == Fingerprint::of(UNKNOWN_HOME) {
            return Some(Self::Unknown);
        }
        Some(Self::At(fingerprint))
    }

    fn fingerprint(&self) -> Fingerprint {
        match self {
            Home::At(fingerprint) => fingerprint.clone(),
            Home::Unknown => Fingerprint::of(UNKNOWN_HOME),
        }
    }
}

impl Keyspace {
    /// A keyspace for `directory`: with the name that a sealed record in it has, else with a new
    /// one.
    fn for_directory(directory: &Path) -> Self {
        let seals = seals(directory).unwrap_or_default();
        if let Some(seal) = seals.into_iter().next() {
            return Self {
                name: seal.place.keyspace,
                home: Home::Unknown,
            };
        }
        Self {
            name: Secret::random().fingerprint().to_string(),
            home: Home::of(directory),
        }
    }

    /// Reads what [`Keyspace::write`] has written.
    fn parse(text: &str) -> Option<Self> {
        let (name, home) = text.trim().split_once('\n')?;
        Some(Self {
            name: Fingerprint::parse(name)?.to_string(),
            home: Home::parse(home)?,
        })
    }

    /// Writes the file, whole from birth. Without `replace`, a file that is there stays.
    fn write(&self, directory: &Path, path: &Path, replace: bool) -> std::io::Result<()> {
        let mut file = files::temporary_file(directory)?;
        write!(file, "{}\n{}\n", self.name, self.home.fingerprint())?;
        files::keep_owner(directory, file.as_file())?;
        file.as_file().sync_all()?;
        if replace {
            file.persist(path)?;
        } else {
            drop(file.persist_noclobber(path));
        }
        Ok(())
    }

    /// Whether it was made for `directory`, which is then no copy.
    #[must_use]
    pub fn is_at_home(&self, directory: &Path) -> bool {
        self.home == Home::of(directory)
    }
}

/// The keyspace of a directory, if it has a name yet.
///
/// # Errors
/// When the file that names it is there and cannot be read.
pub(super) fn read(directory: &Path) -> Result<Option<Keyspace>, StoreError> {
    let bytes = read_file(&directory.join(NAME))?;
    let text = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    Ok(text.and_then(|text| Keyspace::parse(&text)))
}

/// The keyspace of a directory, which is given a name if it has none. If there are sealed records,
/// it is given the name that they have, and counts as a copy from then on: it may be one that was
/// made without the file.
///
/// # Errors
/// When the file that names it can neither be read nor written.
pub(super) fn read_or_create(directory: &Path) -> Result<Keyspace, StoreError> {
    create_directory(directory)?;
    let path = directory.join(NAME);
    // The first attempt leaves a file alone that another process writes at the same time. The
    // second replaces one that names nothing.
    for replace in [false, true] {
        if let Some(keyspace) = read(directory)? {
            return Ok(keyspace);
        }
        let keyspace = Keyspace::for_directory(directory);
        keyspace
            .write(directory, &path, replace)
            .map_err(|source| StoreError::unwritable(&path, "name the installation", source))?;
    }
    read(directory)?.ok_or_else(|| {
        let source = std::io::Error::other("it names no installation");
        StoreError::Unreadable { path, source }
    })
}

/// What the sealed files of a directory are sealed with: records, write-ahead files, earlier
/// generations, registered clients. `None` when a file cannot be read, or is of a later version:
/// which key it needs is then not known.
#[must_use]
pub(super) fn seals(directory: &Path) -> Option<Vec<Seal>> {
    let mut seals = Vec::new();
    for entry in std::fs::read_dir(directory).ok()? {
        let path = entry.ok()?.path();
        let ends_with = |ending: &str| path.extension().is_some_and(|known| known == ending);
        // The log is no record, however long it is.
        if !path.is_file() || ends_with("jsonl") {
            continue;
        }
        let bytes = files::read_file(&path).ok()??;
        let seal = if ends_with(client::EXTENSION) {
            client::seal_of(bytes)
        } else {
            Form::of(&bytes).map(|form| form.summary().seal)
        };
        match seal {
            Ok(seal) => seals.extend(seal),
            Err(NotARecord::Corrupt) => {}
            Err(NotARecord::Newer(_)) => return None,
        }
    }
    Some(seals)
}

/// The names of the profiles that have a session in a directory, or had one that was damaged.
#[must_use]
pub fn profiles_with_sessions(directory: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let Ok(file) = entry.file_name().into_string() else {
            continue;
        };
        let damaged = file.split_once(".json.corrupt-").map(|(name, _)| name);
        if let Some(name) = damaged.or_else(|| file.strip_suffix(".json")) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files that a test finds")]
mod tests {
    use super::*;

    /// The second line that 0.1.0 writes where it does not know the directory.
    const UNKNOWN_IN_0_1_0: &str = "somewhere else";

    #[test]
    fn a_name_that_came_from_a_sealed_record_is_at_home_nowhere() {
        let name = Secret::random().fingerprint();
        let directory = files::temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join(NAME);
        let written = format!("{name}\n{}\n", Fingerprint::of(UNKNOWN_IN_0_1_0));
        std::fs::write(&path, &written).expect("written");
        let keyspace = read(directory.path()).expect("readable").expect("named");
        assert_eq!(
            (keyspace.name.as_str(), &keyspace.home),
            (&*name.to_string(), &Home::Unknown)
        );
        assert!(!keyspace.is_at_home(directory.path()));
        keyspace
            .write(directory.path(), &path, true)
            .expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("there"), written);
    }

    #[test]
    fn a_directory_is_at_home_where_it_was_named_and_a_copy_of_it_is_not() {
        let (one, other) = (
            files::temporary_directory("authctl-test-").expect("a directory"),
            files::temporary_directory("authctl-test-").expect("a directory"),
        );
        std::fs::write(one.path().join(NAME), "damaged").expect("written");
        let keyspace = read_or_create(one.path()).expect("named");
        assert!(keyspace.is_at_home(one.path()));
        std::fs::copy(one.path().join(NAME), other.path().join(NAME)).expect("copied");
        let copy = read_or_create(other.path()).expect("named");
        assert_eq!(copy, keyspace);
        assert!(!copy.is_at_home(other.path()));
    }
}
