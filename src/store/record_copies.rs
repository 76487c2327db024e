//! The other copies of a record: the generation before, damaged records that were set aside,
//! records that could not be saved in their place and were written elsewhere. They are found, set
//! aside, wiped and removed here. Whether that is right is decided in `recover` and `locked`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::StoreError;
use super::record_files::RecordFiles;
use crate::platform::files::{self, trust};
use crate::platform::files::{
    append, certainly_leads_to, create, create_directory, is_private_file, leads_to, read_file,
    remove, rename, sync_directory, wipe, write,
};
use crate::time::Timestamp;

/// What the user's own directories are called in a directory that all users share.
const SALVAGE: &str = "authctl";

/// The files beside a record that may hold a secret of it.
const BESIDE: [&str; 3] = ["pending", "previous", "previous.new"];

impl RecordFiles {
    /// The bytes of the generation before; `None` when they cannot be read.
    #[must_use]
    pub fn previous(&self) -> Option<Zeroizing<Vec<u8>>> {
        read_file(&self.beside("previous")).ok().flatten()
    }

    /// Keeps the stored record as the generation before, for the day on which the record is damaged
    /// from outside. A hard link costs no room; on a file system without hard links there is no
    /// generation before.
    pub(super) fn link_previous(&self) {
        let link = self.beside("previous.new");
        let _acting = files::Acting::at(&link);
        let _ = remove(&link);
        let _ = fs::hard_link(&self.record, &link)
            .and_then(|()| rename(&link, &self.beside("previous")));
        // Two names of one file are not renamed over each other, and the link stays.
        let _ = remove(&link);
    }

    /// Gives a damaged record a second name that nothing overwrites, and says which. The first name
    /// stays until a better record takes its place, so that a crash here does not look like a
    /// logout.
    ///
    /// # Errors
    /// When it cannot be given a second name.
    pub fn set_aside_damaged(&self, now: Timestamp) -> Result<PathBuf, StoreError> {
        // After a crash, or on a full disk, the same damage is found again and has its second name.
        if let Ok(record) = File::open(&self.record)
            && let Some(aside) = self
                .damaged()
                .find(|path| certainly_leads_to(path, &record))
        {
            return Ok(aside);
        }
        let aside = self.free_name_for_damaged(now);
        let _acting = files::Acting::at(&aside);
        fs::hard_link(&self.record, &aside)
            .or_else(|_| copy_anew(&self.record, &aside))
            .map_err(|source| {
                StoreError::unwritable(&aside, "keep the damaged record aside", source)
            })?;
        Ok(aside)
    }

    fn free_name_for_damaged(&self, now: Timestamp) -> PathBuf {
        let stamp = now.to_string().replace([':', '-'], "");
        let first = append(&self.record, &format!(".corrupt-{stamp}"));
        if fs::symlink_metadata(&first).is_err() {
            return first;
        }
        for n in 1..u32::MAX {
            let path = append(&first, &format!("-{n}"));
            if fs::symlink_metadata(&path).is_err() {
                return path;
            }
        }
        first
    }

    /// Removes the first name of a damaged record that was set aside and for which there is no
    /// replacement.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove_damaged(&self) -> Result<(), StoreError> {
        remove(&self.record).map_err(|source| {
            StoreError::unwritable(&self.record, "move the damaged record aside", source)
        })
    }

    /// The damaged records that were set aside.
    fn damaged(&self) -> impl Iterator<Item = PathBuf> {
        let prefix = append(&self.record, ".corrupt-")
            .to_string_lossy()
            .into_owned();
        let entries = fs::read_dir(self.directory())
            .into_iter()
            .flatten()
            .flatten();
        entries
            .map(|entry| entry.path())
            .filter(move |path| path.to_string_lossy().starts_with(&prefix))
    }

    /// The paths of a record that could not be saved in its place. They are computed only when they
    /// are needed: hashing wakes the processor's feature detection, which costs a cached token a
    /// tenth of its time.
    fn salvage_paths(&self) -> Vec<PathBuf> {
        let name = format!("authctl-{}.json", self.id());
        let mut paths = Vec::new();
        for directory in &self.salvage {
            // Earlier versions saved there, whoever else could write there.
            paths.push(directory.join(&name));
            if trust::check_own_directory(directory).is_err() {
                let (own, _) = trust::own_directories_in(directory, SALVAGE);
                paths.extend(own.iter().map(|own| own.join(&name)));
            }
        }
        paths
    }

    /// The records that could not be saved in their place, each with its path. Files of another
    /// user do not count.
    #[must_use]
    pub fn salvaged(&self) -> Vec<(PathBuf, Zeroizing<Vec<u8>>)> {
        let mut salvaged = Vec::new();
        for path in self
            .salvage_paths()
            .into_iter()
            .filter(|path| is_private_file(path))
        {
            if let Ok(Some(bytes)) = read_file(&path) {
                salvaged.push((path, bytes));
            }
        }
        salvaged
    }

    /// Removes a salvaged record that is in its place now.
    pub fn remove_salvaged(&self, path: &Path) {
        let _ = remove(path);
    }

    /// Writes bytes that cannot be saved in their place wherever that is possible: in the runtime
    /// directory, in shared memory. Says where. In a directory that all users share it is written
    /// to one of the user's own, which others can neither read nor be first in.
    #[must_use]
    pub fn write_elsewhere(&self, bytes: &[u8]) -> Option<PathBuf> {
        let name = format!("authctl-{}.json", self.id());
        self.salvage.iter().find_map(|directory| {
            if !self.may_be_saved_in(directory) {
                return None;
            }
            let own = own_directory(directory)?;
            let path = own.join(&name);
            write_anew(&path, bytes).ok().map(|()| path)
        })
    }

    /// Whether what is saved in a directory is as safe there as in the record's own: root saves its
    /// sessions in no place of another user's.
    fn may_be_saved_in(&self, directory: &Path) -> bool {
        files::is_lent(&self.record) || !files::is_lent(&directory.join("file"))
    }

    /// Whether any file is there that may hold a secret of this record.
    #[must_use]
    pub fn holds_anything(&self) -> bool {
        let beside = BESIDE.map(|name| self.beside(name));
        self.salvage_paths()
            .into_iter()
            .chain(beside)
            .chain([self.record.clone()])
            .chain(self.damaged())
            .any(|path| fs::symlink_metadata(path).is_ok())
    }

    /// Removes every file that holds a secret of this record. The lock stays.
    ///
    /// # Errors
    /// When the record itself cannot be removed.
    pub fn remove_all(&self) -> Result<(), StoreError> {
        let beside = BESIDE.map(|name| self.beside(name));
        for path in self
            .salvage_paths()
            .into_iter()
            .chain(beside)
            .chain(self.damaged())
        {
            let _ = remove(&path);
        }
        remove(&self.record)
            .map_err(|source| StoreError::unwritable(&self.record, "remove the record", source))?;
        self.sync_directory()
    }

    /// Wipes the generation before.
    pub fn wipe_previous(&self) {
        for name in ["previous", "previous.new"] {
            self.wipe_file(&self.beside(name));
        }
    }

    /// Wipes every file that may hold a secret of an earlier generation.
    pub fn wipe_earlier(&self) {
        self.wipe_previous();
        let salvaged = self.salvage_paths().into_iter();
        let salvaged = salvaged.filter(|path| is_private_file(path));
        for path in salvaged.chain(self.damaged()) {
            self.wipe_file(&path);
        }
        let _ = sync_directory(self.directory());
    }

    /// Wipes one file and removes it.
    pub fn wipe_file(&self, path: &Path) {
        // It may be another name of the record itself.
        let is_record = File::open(&self.record).is_ok_and(|record| leads_to(path, &record));
        if !is_record {
            wipe(path);
        }
        let _ = remove(path);
    }
}

/// A directory in `directory` in which only the effective user writes, or that one itself.
fn own_directory(directory: &Path) -> Option<PathBuf> {
    if trust::check_own_directory(directory).is_ok() {
        return directory.is_dir().then(|| directory.to_owned());
    }
    let (own, free) = trust::own_directories_in(directory, SALVAGE);
    if let Some(own) = own.into_iter().next() {
        return Some(own);
    }
    create_directory(&free).ok()?;
    trust::check_own_directory(&free).is_ok().then_some(free)
}

/// Copies a file to a name that nothing has yet, not even a link.
fn copy_anew(from: &Path, to: &Path) -> io::Result<()> {
    let bytes = read_file(from)?.unwrap_or_default();
    let file = create(to, true)?;
    files::keep_owner(from, &file)?;
    write(&file, &bytes, 0)?;
    file.sync_all()
}

fn write_anew(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let _ = remove(path);
    let file = create(path, true)?;
    write(&file, bytes, 0)?;
    // Shared memory needs no sync. On a disk that cannot sync there is nothing better left to do.
    let _ = file.sync_all();
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::fs::chown;

    use super::*;

    /// Root's session was saved in a user's runtime directory, as that user's file.
    #[test]
    fn root_saves_its_session_in_no_place_of_another_users() {
        let directory = files::temporary_directory("authctl-test-").expect("a directory");
        let (own, theirs) = (
            directory.path().join("own"),
            directory.path().join("theirs"),
        );
        for place in [&own, &theirs] {
            create_directory(place).expect("made");
        }
        if chown(&theirs, Some(12_345), Some(12_345)).is_err() {
            eprintln!("NOT RUN: only root can give a directory away");
            return;
        }
        let record = RecordFiles::new(
            &directory.path().join("work.json"),
            std::slice::from_ref(&theirs),
        );
        assert_eq!(record.write_elsewhere(b"{}"), None);
        let record = RecordFiles::new(&directory.path().join("work.json"), &[theirs, own.clone()]);
        let saved = record.write_elsewhere(b"{}").expect("in root's own place");
        assert!(saved.starts_with(&own), "{saved:?}");
    }
}
