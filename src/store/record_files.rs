//! The files of one record: the record itself, beside it the lock and, while a refresh is in flight,
//! the write-ahead file.
//!
//! For a record `work.json`: `work.lock` (see `lock.rs`), `work.pending` (the intent, then the new
//! record, then renamed over the old one), `work.previous` (the generation before, in case the file
//! is damaged from outside), `work.json.corrupt-TIME` (damage, kept aside). Everything is 0600 from
//! birth, in the directory of the record's real place: a symlink is followed once and its target is
//! what gets replaced.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::StoreError;
use crate::fault;
use crate::platform::files::{
    self, append, claim_room, create, follow, is_private_file, keep_owner, leads_to, overwrite,
    remove, rename, sync_directory, wipe, write,
};
use crate::secret::Fingerprint;
use crate::time::Timestamp;

/// The files beside a record that may hold a secret of it.
const BESIDE: [&str; 3] = ["pending", "previous", "previous.new"];

/// A record's bytes with their version.
pub struct Stored {
    /// The bytes, in a buffer that is wiped.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Grows with every replacement of the tokens. 0 when the bytes do not tell.
    pub version: u64,
}

/// The files of one record.
#[derive(Debug)]
pub struct RecordFiles {
    record: PathBuf,
    /// Directories for a record that could not be saved in its place, in order of preference.
    salvage: Vec<PathBuf>,
}

/// The write-ahead file, open and with room for the record.
#[derive(Debug)]
pub struct Claim {
    file: File,
    intent: u64,
    /// Open files that are in the way of others until the record is written, so that the request
    /// which is made meanwhile does not use up what a process may open.
    reserve: Vec<File>,
    /// Whether the record that is replaced is a generation to go back to.
    pub keeps_previous: bool,
}

/// The commit opens the record, its link and the directory, one after the other, and a rescue one
/// more.
const RESERVE: usize = 4;

/// What lies in the write-ahead file of a writer that is gone.
pub struct Leftover {
    /// Its content.
    pub bytes: Zeroizing<Vec<u8>>,
    /// When it was last written to.
    pub written_at: Timestamp,
}

impl RecordFiles {
    /// The files of the record at `record`, wherever that leads. Touches nothing.
    #[must_use]
    pub fn new(record: &Path, salvage: &[PathBuf]) -> Self {
        Self {
            record: follow(record),
            salvage: salvage.to_owned(),
        }
    }

    /// The files in which a record is looked for that could not be saved in its place. Made when
    /// they are needed: hashing wakes the processor's feature detection, which costs a cached token
    /// a tenth of its time.
    fn salvage_paths(&self) -> impl Iterator<Item = PathBuf> {
        let name = self.id();
        self.salvage
            .iter()
            .map(move |directory| directory.join(format!("authctl-{name}.json")))
    }

    /// What tells this record from all others on this machine, however one came to it.
    #[must_use]
    pub fn id(&self) -> Fingerprint {
        let directory =
            fs::canonicalize(self.directory()).unwrap_or_else(|_| self.directory().to_owned());
        let name = self.record.file_name().unwrap_or_default();
        Fingerprint::of(&directory.join(name).to_string_lossy())
    }

    /// The record itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.record
    }

    /// A file that lies beside the record: `lock`, `pending`, `previous`, `login`.
    #[must_use]
    pub fn beside(&self, extension: &str) -> PathBuf {
        match self.record.extension() {
            Some(json) if json == "json" => self.record.with_extension(extension),
            _ => append(&self.record, &format!(".{extension}")),
        }
    }

    /// The directory that it lies in.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.record.parent().unwrap_or(Path::new("/"))
    }

    /// Creates the directory, for its owner only.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn create_directory(&self) -> Result<(), StoreError> {
        create_directory(self.directory())
    }

    /// What a writer left behind that is gone; `None` when there is nothing. Only to be asked under
    /// the lock.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn leftover(&self) -> Result<Option<Leftover>, StoreError> {
        let path = self.beside("pending");
        let Some(bytes) = read_file(&path)? else {
            return Ok(None);
        };
        let written = fs::metadata(&path)
            .and_then(|meta| meta.modified())
            .unwrap_or(SystemTime::UNIX_EPOCH);
        Ok(Some(Leftover {
            bytes,
            written_at: written.into(),
        }))
    }

    /// Completes a dead writer's write: its whole record takes the place of one that may be a
    /// generation to go back to.
    ///
    /// # Errors
    /// When the rename fails. The write-ahead file is then still there.
    pub fn roll_forward(&self, keeps_previous: bool) -> Result<(), StoreError> {
        self.replace_by_pending(keeps_previous)
    }

    /// Removes the write-ahead file: the request was never sent, or another record has overtaken
    /// it.
    pub fn forget_pending(&self) {
        // Of no consequence when it fails: the next one to lock finds the file and comes to the
        // same conclusion.
        let _ = remove(&self.beside("pending"));
    }

    /// The bytes of the generation before; `None` when there are none to be had.
    #[must_use]
    pub fn previous(&self) -> Option<Zeroizing<Vec<u8>>> {
        files::read_file(&self.beside("previous")).ok().flatten()
    }

    /// Gives a damaged record a second name, under which nobody overwrites it. Says which. The
    /// first name stays until something better takes its place, so that a crash here does not look
    /// like a logout.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn keep_aside(&self, now: Timestamp) -> Result<PathBuf, StoreError> {
        let stamp = now.to_string().replace([':', '-'], "");
        let free = |n: u32| {
            append(
                &self.record,
                &format!(
                    ".corrupt-{stamp}{}",
                    if n == 0 {
                        String::new()
                    } else {
                        format!("-{n}")
                    }
                ),
            )
        };
        // A crash, or a disk that is full, may have us come here again with the same damage.
        let same = File::open(&self.record).ok().and_then(|damage| {
            self.damaged()
                .find(|path| files::certainly_leads_to(path, &damage))
        });
        if let Some(kept) = same {
            return Ok(kept);
        }
        let aside = (0..)
            .map(free)
            .find(|path| !path.exists())
            .unwrap_or_else(|| free(0));
        fs::hard_link(&self.record, &aside)
            .or_else(|_| fs::copy(&self.record, &aside).map(|_| ()))
            .map_err(|source| unwritable(&aside, "keep the damaged record aside", source))?;
        Ok(aside)
    }

    /// Takes the first name from a damaged record that was kept aside and for which there is no
    /// replacement.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn drop_damaged(&self) -> Result<(), StoreError> {
        remove(&self.record)
            .map_err(|source| unwritable(&self.record, "move the damaged record aside", source))
    }

    /// The records that could not be saved in their place, each with its path.
    #[must_use]
    pub fn salvaged(&self) -> Vec<(PathBuf, Zeroizing<Vec<u8>>)> {
        let ours = self.salvage_paths().filter(|path| is_private_file(path));
        ours.filter_map(|path| Some((path.clone(), files::read_file(&path).ok()??)))
            .collect()
    }

    /// Removes a salvaged record after it was adopted.
    pub fn forget_salvaged(&self, path: &Path) {
        let _ = remove(path);
    }

    /// Puts bytes that could not be saved as they should be wherever they can be: in the runtime
    /// directory, in shared memory. Says where.
    #[must_use]
    pub fn rescue(&self, bytes: &[u8]) -> Option<PathBuf> {
        let elsewhere = |path: &PathBuf| {
            let _ = remove(path);
            let written = create(path, true).and_then(|file| write(&file, bytes, 0).map(|()| file));
            // It is memory, which needs no sync; and if it is none that can, nothing better is
            // left.
            written.map(|file| drop(file.sync_all())).is_ok()
        };
        self.salvage_paths().find(elsewhere)
    }

    /// Writes bytes over the record in place: the last resort, for a failure half-way leaves
    /// neither. The generation before may be the same file by another name, and goes first.
    ///
    /// # Errors
    /// When they could not be written.
    pub fn overwrite_record(&self, bytes: &[u8]) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(&self.record)?;
        let _ = remove(&self.beside("previous"));
        overwrite(&file, bytes, 0)
    }

    /// Whether any file is there that may hold a secret of this record.
    #[must_use]
    pub fn holds_anything(&self) -> bool {
        let beside = BESIDE
            .map(|name| self.beside(name))
            .into_iter()
            .chain([self.record.clone()]);
        self.salvage_paths()
            .chain(beside)
            .chain(self.damaged())
            .any(|path| fs::symlink_metadata(path).is_ok())
    }

    /// The damaged records that were kept aside.
    fn damaged(&self) -> impl Iterator<Item = PathBuf> {
        let prefix = append(&self.record, ".corrupt-")
            .to_string_lossy()
            .into_owned();
        let entries = fs::read_dir(self.directory())
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        entries.filter(move |path| path.to_string_lossy().starts_with(&prefix))
    }

    /// Removes every file that holds a secret of this record. The lock stays.
    ///
    /// # Errors
    /// When the record itself cannot be removed.
    pub fn remove_all(&self) -> Result<(), StoreError> {
        for path in self
            .salvage_paths()
            .chain(BESIDE.map(|name| self.beside(name)))
        {
            let _ = remove(&path);
        }
        for damaged in self.damaged() {
            let _ = remove(&damaged);
        }
        remove(&self.record)
            .map_err(|source| unwritable(&self.record, "remove the record", source))?;
        sync_directory(self.directory())
            .map_err(|source| unwritable(self.directory(), "sync the directory", source))
    }

    /// Wipes the generation before.
    pub fn wipe_previous(&self) {
        for path in ["previous", "previous.new"].map(|name| self.beside(name)) {
            self.wipe(&path);
        }
    }

    /// Wipes every file that may hold a secret of an earlier generation.
    pub fn wipe_earlier(&self) {
        self.wipe_previous();
        for path in self
            .salvage_paths()
            .filter(|path| is_private_file(path))
            .chain(self.damaged())
        {
            self.wipe(&path);
        }
        let _ = sync_directory(self.directory());
    }

    /// Wipes one file.
    pub fn wipe(&self, path: &Path) {
        // It may be another name of the record itself.
        let apart = File::open(&self.record).map_or(true, |record| !leads_to(path, &record));
        if apart {
            wipe(path);
        }
        let _ = remove(path);
    }

    /// The record as it is now; `None` only when there certainly is none.
    ///
    /// # Errors
    /// When it cannot be read. That never means that there is none.
    pub fn read(&self) -> Result<Option<Stored>, StoreError> {
        #[derive(Deserialize)]
        struct Version {
            generation: u64,
        }
        let Some(bytes) = read_file(&self.record)? else {
            return Ok(None);
        };
        let version = serde_json::from_slice(&bytes).map_or(0, |Version { generation }| generation);
        Ok(Some(Stored { bytes, version }))
    }

    /// Writes `intent` to the write-ahead file and claims `room` bytes for the record that will
    /// follow it, durably. When this succeeds, [`RecordFiles::write_if`] finds room for its bytes.
    ///
    /// # Errors
    /// When the record could not be saved. Then no refresh token may be spent.
    pub fn prepare(&self, intent: &[u8], room: u64) -> Result<Claim, StoreError> {
        let path = self.beside("pending");
        let failed = |source| unwritable(&path, "make room for the next token", source);
        self.check_replaceable()?;
        fault::point("prepare: before the write-ahead file");
        // An earlier writer's file is written over, not removed first: its mere presence tells that
        // an answer may be lost, and that must not be forgotten by dying here.
        let file = create(&path, false).map_err(failed)?;
        let owner = if self.record.exists() {
            &*self.record
        } else {
            self.directory()
        };
        keep_owner(owner, &file).map_err(failed)?;
        fault::point("prepare: write-ahead file created");
        overwrite(&file, intent, 0).map_err(failed)?;
        fault::point("prepare: intent written");
        claim_room(&file, room).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        sync_directory(self.directory()).map_err(failed)?;
        fault::point("prepare: done");
        let reserve = (0..RESERVE)
            .map(|_| file.try_clone())
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        Ok(Claim {
            file,
            intent: intent.len() as u64,
            reserve,
            keeps_previous: true,
        })
    }

    /// Replaces the record, durably and whole, if its version still is `version` (0: if there is
    /// none). The version keeps two writers apart that do not use the same lock.
    ///
    /// # Errors
    /// When it was not replaced. The bytes that were there before are still there.
    pub fn write_if(
        &self,
        claim: &mut Claim,
        version: u64,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let failed = |source| unwritable(&self.record, "write the record", source);
        claim.reserve.clear();
        let stored = self.read()?.map_or(0, |stored| stored.version);
        if stored != version {
            return Err(StoreError::Overtaken {
                path: self.record.clone(),
            });
        }
        // Whoever has another lock has our write-ahead file, too, and may have made it the record.
        if !leads_to(&self.beside("pending"), &claim.file) {
            return Err(StoreError::Overtaken {
                path: self.record.clone(),
            });
        }
        fault::point("commit: before the record is written");
        overwrite(&claim.file, bytes, claim.intent).map_err(failed)?;
        fault::point("commit: record written and synced");
        self.replace_by_pending(claim.keeps_previous)?;
        fault::point("commit: done");
        let again = self.read()?.map(|stored| stored.bytes);
        if again.is_some_and(|again| again.starts_with(bytes)) {
            return Ok(());
        }
        Err(failed(io::Error::other(
            "what was written does not read back the same",
        )))
    }

    /// What a rename would trip over although there is room: these do not show when a file is
    /// created.
    fn check_replaceable(&self) -> Result<(), StoreError> {
        let directory = self.directory();
        let obstacle = files::obstacle_to_replacing(&self.record, directory)
            .map_err(|source| StoreError::unreadable(directory, source))?;
        match obstacle {
            None => Ok(()),
            Some(why) => Err(StoreError::BadPlace {
                path: self.record.clone(),
                why,
            }),
        }
    }

    /// The generation before stays for the day on which the file is damaged from outside. A hard
    /// link costs no room; a file system without hard links goes without.
    fn keep_previous(&self) {
        let anew = self.beside("previous.new");
        let _ = remove(&anew);
        let _ = fs::hard_link(&self.record, &anew)
            .and_then(|()| rename(&anew, &self.beside("previous")));
        // Two names of one file are not renamed over each other.
        let _ = remove(&anew);
    }

    /// A damaged record is no generation to go back to, and must not take the place of one that is.
    fn replace_by_pending(&self, keeps_previous: bool) -> Result<(), StoreError> {
        if keeps_previous {
            self.keep_previous();
        }
        fault::point("commit: before the rename");
        rename(&self.beside("pending"), &self.record)
            .map_err(|source| unwritable(&self.record, "replace the record", source))?;
        fault::point("commit: renamed, directory not synced");
        // Without this a power cut brings the old refresh token back (seen on ext4, xfs and btrfs).
        sync_directory(self.directory())
            .map_err(|source| unwritable(self.directory(), "sync the directory", source))
    }
}

fn unwritable(path: &Path, what: &'static str, source: io::Error) -> StoreError {
    StoreError::unwritable(path, what, source)
}

/// The whole of a file; `None` only when it does not exist.
///
/// # Errors
/// When it is there and cannot be read.
pub(super) fn read_file(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
    files::read_file(path).map_err(|source| StoreError::unreadable(path, source))
}

/// Creates a directory, with those above it, for its owner only.
///
/// # Errors
/// When it cannot be created.
pub(super) fn create_directory(path: &Path) -> Result<(), StoreError> {
    files::create_directory(path)
        .map_err(|source| StoreError::unwritable(path, "create the directory", source))
}
