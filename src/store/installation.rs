//! What all sessions of one state directory share: the keys that seal them, and the lock under which those change.

use std::path::Path;
use std::time::Duration;

use super::lock::{self, Lock};
use super::seal::{Form, Seal};
use super::{StoreError, disk, holder_text, lock_error};
use crate::time::Timestamp;

/// Held while the keys of an installation change.
#[derive(Debug)]
pub struct KeyLock {
    _lock: Lock,
}

/// Takes the lock of the keys. Nobody who only wants a token waits for it.
///
/// # Errors
/// As for [`super::Store::lock`].
pub fn lock_keys(
    state: &Path,
    now: Timestamp,
    patience: Duration,
    tell: &mut dyn FnMut(&str),
) -> Result<KeyLock, StoreError> {
    disk::create_directory(state)?;
    // No profile's name begins with a dot.
    let path = state.join(".keys.lock");
    let text = |waited| holder_text("keys", now.after(waited));
    let lock = lock::acquire(&path, state, &text, patience, tell).map_err(|error| lock_error(path, error))?;
    Ok(KeyLock { _lock: lock })
}

/// What the sealed files of a state directory are sealed with: records, what waits to become one, what was one before.
///
/// # Errors
/// When there is a file that cannot be read. Who knows which key it needs.
pub fn seals(state: &Path) -> Result<Vec<Seal>, StoreError> {
    let entries = match std::fs::read_dir(state) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        other => other.map_err(|source| StoreError::Unreadable { path: state.to_owned(), source })?,
    };
    let mut seals = Vec::new();
    for entry in entries.flatten().filter(|entry| entry.path().is_file()) {
        let Some(bytes) = disk::read_file(&entry.path())? else { continue };
        if let Ok(Form::Sealed(envelope)) = Form::of(&bytes) {
            seals.push(envelope.seal);
        }
    }
    Ok(seals)
}

/// The names of the profiles that have a session in a state directory, or had one that was damaged.
#[must_use]
pub fn profiles(state: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(state).into_iter().flatten().flatten();
    let records = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let (record, _) =
            name.split_once(".json.corrupt-").or_else(|| Some((name.strip_suffix(".json")?, "")))?;
        Some(record.to_owned())
    });
    records.collect()
}
