//! What all sessions of one directory share: its name, by which their keys are found; the keys that
//! its files need; the locks under which those change.
//!
//! A key is never taken away because nothing seems to need it: who knows what was copied where.
//! Only when keys are replaced do old ones go, one round later, and only by the directory that they
//! were made for.

use std::io::Write;
use std::path::Path;

use super::StoreError;
use super::files::{create_directory, read_file};
use super::record::NotARecord;
use super::seal::{Form, Seal};
use crate::platform::disk;
use crate::secret::{Fingerprint, Secret};

/// The file that names an installation. No profile's name begins with a dot.
const NAME: &str = ".installation";

/// A directory of sealed sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Its name, which goes with the directory wherever that is moved or mounted.
    pub name: String,
    /// Where it was made. A copy is somewhere else.
    made_at: Fingerprint,
}

/// The installation of a directory, if it has a name yet.
///
/// # Errors
/// When it is there and cannot be read.
pub(super) fn known(directory: &Path) -> Result<Option<Installation>, StoreError> {
    let bytes = read_file(&directory.join(NAME))?;
    let text = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    let installation = text.and_then(|text| {
        let (name, made_at) = text.trim().split_once('\n')?;
        Some(Installation {
            name: Fingerprint::parse(name)?.to_string(),
            made_at: Fingerprint::parse(made_at)?,
        })
    });
    Ok(installation)
}

/// The same; it is made if it is not there. A directory that has lost its name has it from what is
/// sealed in it, and is not at home then: it may be a copy that was made without its name.
///
/// # Errors
/// When it cannot be made.
pub(super) fn found(directory: &Path) -> Result<Installation, StoreError> {
    create_directory(directory)?;
    let path = directory.join(NAME);
    for attempt in 0..2 {
        if let Some(known) = known(directory)? {
            return Ok(known);
        }
        let sealed = seals(directory).unwrap_or_default().into_iter().next();
        let (name, made_at) = match sealed {
            Some(seal) => (seal.place.installation, Fingerprint::of("somewhere else")),
            None => (Secret::random().fingerprint().to_string(), place(directory)),
        };
        // Whole from birth, and the first one's.
        let made = tempfile::NamedTempFile::new_in(directory).and_then(|mut file| {
            write!(file, "{name}\n{made_at}\n")?;
            disk::keep_owner(directory, file.as_file())?;
            file.as_file().sync_all()?;
            // One that is there and names nothing gives way.
            if attempt == 0 {
                drop(file.persist_noclobber(&path));
            } else {
                file.persist(&path)?;
            }
            Ok(())
        });
        if let Err(source) = made {
            return Err(StoreError::Unwritable {
                path,
                what: "name the installation",
                source,
            });
        }
    }
    known(directory)?.ok_or_else(|| {
        let source = std::io::Error::other("it names no installation");
        StoreError::Unreadable { path, source }
    })
}

impl Installation {
    /// Whether `directory` is the one that was given this name, and no copy of it.
    #[must_use]
    pub fn is_at_home(&self, directory: &Path) -> bool {
        self.made_at == place(directory)
    }
}

fn place(directory: &Path) -> Fingerprint {
    let real = std::fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
    Fingerprint::of(&real.to_string_lossy())
}

/// What the sealed files of a directory are sealed with: records, what waits to become one, what
/// was one before. `None` when there is one that cannot be read, or is of a later version: who
/// knows which key it needs.
#[must_use]
pub(super) fn seals(directory: &Path) -> Option<Vec<Seal>> {
    let mut seals = Vec::new();
    for entry in std::fs::read_dir(directory).ok()? {
        let path = entry.ok()?.path();
        if !path.is_file() {
            continue;
        }
        match Form::of(&disk::read_file(&path).ok()??) {
            Ok(Form::Sealed(envelope)) => seals.push(envelope.seal),
            Ok(Form::Plain(_)) | Err(NotARecord::Corrupt) => {}
            Err(NotARecord::Newer(_)) => return None,
        }
    }
    Some(seals)
}

/// The names of the profiles that have a session in a directory, or had one that was damaged.
#[must_use]
pub fn profiles(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let records = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let (record, _) = name
            .split_once(".json.corrupt-")
            .or_else(|| Some((name.strip_suffix(".json")?, "")))?;
        Some(record.to_owned())
    });
    records.collect()
}
