//! The files of one record: the record itself, beside it the lock and, while a refresh is in
//! flight, the write-ahead file. How the record is replaced so that a crash leaves the old one or
//! the new one. Other copies of a record are in `record_copies`.
//!
//! For a record `work.json` these are: `work.lock` (see `platform::lock`), `work.pending` (first
//! the intent, then the new record, which is renamed over the old one), `work.previous` (the
//! generation before), `work.json.corrupt-TIME` (a damaged record). Every file is 0600 from birth,
//! in the directory of the record's real place: a link that may be trusted is followed once, and
//! its target is replaced.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::StoreError;
use crate::event::Event;
use crate::fault;
use crate::platform::files::trust::{self, Distrust};
use crate::platform::files::{
    self, append, claim_room, create, keep_owner, leads_to, overwrite, remove, rename,
    resolve_link_in_home, sync_directory, write,
};
use crate::secret::Fingerprint;
use crate::time::Timestamp;

/// How many files the commit may have to open at a time: the record, its link and the directory,
/// and one more where it has to write the record elsewhere.
const RESERVE: usize = 4;

/// A record's bytes with their version.
pub struct Stored {
    /// The bytes, in a buffer that is wiped.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Grows with every replacement of the tokens. 0 when the bytes do not tell.
    pub version: u64,
}

/// The files of one record.
#[derive(Clone, Debug)]
pub struct RecordFiles {
    pub(super) record: PathBuf,
    /// Why a link that leads to the record is not followed. Then nothing is read or written.
    distrust: Option<Distrust>,
    /// Directories for a record that could not be saved in its place, in order of preference.
    pub(super) salvage: Vec<PathBuf>,
}

/// The write-ahead file, open and with room for the record.
#[derive(Debug)]
pub struct Claim {
    file: File,
    /// The length of the intent in bytes.
    intent: u64,
    /// Open files that the commit can close to open others. The request to the server that is made
    /// meanwhile cannot use up what this process may open.
    reserve: Vec<File>,
    /// Whether the record that is replaced is a generation to go back to.
    pub keeps_previous: bool,
}

impl Claim {
    /// The write-ahead file, wherever it is by now.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Writes another intent over the one that stands in the file.
    pub(super) fn rewrite_intent(&self, intent: &[u8]) {
        let _ = write(&self.file, intent, self.intent);
    }
}

/// What the write-ahead file holds whose writer is dead.
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
        let (record, distrust) = match resolve_link_in_home(record) {
            Ok(record) => (record, None),
            // A link that cannot be followed for another reason cannot be opened either.
            Err(error) => (record.to_owned(), Distrust::of(&error).cloned()),
        };
        Self {
            record,
            distrust,
            salvage: salvage.to_owned(),
        }
    }

    /// A name for the record that no other record on this machine has, and that does not depend on
    /// the links by which the record was reached.
    #[must_use]
    pub fn id(&self) -> Fingerprint {
        let record = resolved_so_far(&self.record);
        Fingerprint::of(&record.to_string_lossy())
    }

    /// The path of the record itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.record
    }

    /// The path of a file beside the record: `lock`, `pending`, `previous`, `login`.
    #[must_use]
    pub fn beside(&self, extension: &str) -> PathBuf {
        match self.record.extension() {
            Some(json) if json == "json" => self.record.with_extension(extension),
            _ => append(&self.record, &format!(".{extension}")),
        }
    }

    /// The directory of the record.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.record.parent().unwrap_or(Path::new("/"))
    }

    /// The number of the directory; `None` where directories have none, or it cannot be looked at.
    #[must_use]
    pub fn home(&self) -> Option<u64> {
        files::number_of(self.directory())
    }

    /// Creates the directory, for its owner only. One that is there and too open is closed to other
    /// users, which comes back as an event.
    ///
    /// # Errors
    /// When it cannot be created, or it or the link that leads to the record is not believed.
    pub fn secure_directory(&self) -> Result<Option<Event>, StoreError> {
        self.check_link()?;
        let directory = self.directory();
        create_directory(directory)?;
        let secured = trust::secure_directory(directory, is_of_sessions);
        let mended = secured.map_err(|source| StoreError::unreadable(directory, source))?;
        Ok(mended.map(|mended| super::mended(directory, mended)))
    }

    fn check_link(&self) -> Result<(), StoreError> {
        match &self.distrust {
            None => Ok(()),
            Some(why) => Err(StoreError::unreadable(&self.record, why.clone().into())),
        }
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
        self.check_link()?;
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
        self.check_replaceable()?;
        self.claim_pending(intent, room).map_err(|source| {
            StoreError::unwritable(
                &self.beside("pending"),
                "make room for the next token",
                source,
            )
        })
    }

    fn claim_pending(&self, intent: &[u8], room: u64) -> io::Result<Claim> {
        fault::point("prepare: before the write-ahead file");
        // An earlier writer's file is written over and not removed first. That it is there says
        // that an answer may be lost, and a crash here must not forget that.
        let file = create(&self.beside("pending"), false)?;
        let owner = if self.record.exists() {
            &*self.record
        } else {
            self.directory()
        };
        keep_owner(owner, &file)?;
        fault::point("prepare: write-ahead file created");
        overwrite(&file, intent, 0)?;
        fault::point("prepare: intent written");
        claim_room(&file, room)?;
        file.sync_all()?;
        sync_directory(self.directory())?;
        fault::point("prepare: done");
        let reserve = (0..RESERVE)
            .map(|_| file.try_clone())
            .collect::<Result<_, _>>()?;
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
        claim.reserve.clear();
        let stored = self.read()?.map_or(0, |stored| stored.version);
        if stored != version {
            return Err(self.overtaken());
        }
        // A writer that uses another lock has the same write-ahead file, and may have renamed it.
        if !leads_to(&self.beside("pending"), &claim.file) {
            return Err(self.overtaken());
        }
        fault::point("commit: before the record is written");
        overwrite(&claim.file, bytes, claim.intent).map_err(|source| self.unwritten(source))?;
        fault::point("commit: record written and synced");
        self.replace_by_pending(claim.keeps_previous)?;
        fault::point("commit: done");
        let again = self.read()?.map(|stored| stored.bytes);
        if again.is_some_and(|again| again.starts_with(bytes)) {
            return Ok(());
        }
        let different = "what was written does not read back the same";
        Err(self.unwritten(io::Error::other(different)))
    }

    fn overtaken(&self) -> StoreError {
        StoreError::Overtaken {
            path: self.record.clone(),
        }
    }

    fn unwritten(&self, source: io::Error) -> StoreError {
        StoreError::unwritable(&self.record, "write the record", source)
    }

    /// Finds what would keep the record from being replaced although there is room, and does not
    /// show when a file is created.
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

    /// Renames the write-ahead file over the record. `keeps_previous` is false for a damaged
    /// record, which must not take the place of the generation before.
    fn replace_by_pending(&self, keeps_previous: bool) -> Result<(), StoreError> {
        if keeps_previous {
            self.link_previous();
        }
        fault::point("commit: before the rename");
        rename(&self.beside("pending"), &self.record)
            .map_err(|source| StoreError::unwritable(&self.record, "replace the record", source))?;
        fault::point("commit: renamed, directory not synced");
        // Without this a power cut brings the old refresh token back (seen on ext4, xfs and btrfs).
        self.sync_directory()
    }

    pub(super) fn sync_directory(&self) -> Result<(), StoreError> {
        sync_directory(self.directory()).map_err(|source| {
            StoreError::unwritable(self.directory(), "sync the directory", source)
        })
    }

    /// What a dead writer has left in the write-ahead file; `None` when there is no such file. Only
    /// the holder of the lock may ask.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read_leftover(&self) -> Result<Option<Leftover>, StoreError> {
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

    /// Completes a dead writer's write: its whole record takes the place of the stored one.
    /// `keeps_previous`: that one is a generation to go back to.
    ///
    /// # Errors
    /// When the rename fails. The write-ahead file is then still there.
    pub fn roll_forward(&self, keeps_previous: bool) -> Result<(), StoreError> {
        self.replace_by_pending(keeps_previous)
    }

    /// Removes the write-ahead file: the request was never sent, or another record has overtaken
    /// it.
    pub fn remove_pending(&self) {
        // A failure does no harm: the next holder of the lock finds the file and comes to the same
        // conclusion.
        let _ = remove(&self.beside("pending"));
    }

    /// Writes bytes over the record in place. This is the last resort, because a failure half-way
    /// leaves neither the old bytes nor the new ones. The generation before may be the same file by
    /// another name, and is removed first.
    ///
    /// # Errors
    /// When they could not be written.
    pub fn overwrite_record(&self, bytes: &[u8]) -> io::Result<()> {
        let file = create(&self.record, false)?;
        let _ = remove(&self.beside("previous"));
        overwrite(&file, bytes, 0)
    }
}

/// A path whose links are followed, down to the last directory that can be read: a disk that has
/// died hides what is below.
fn resolved_so_far(record: &Path) -> PathBuf {
    for directory in record.ancestors().skip(1) {
        if let Ok(real) = fs::canonicalize(directory)
            && let Ok(rest) = record.strip_prefix(directory)
        {
            return real.join(rest);
        }
    }
    record.to_owned()
}

/// Whether a thing in a directory of sessions belongs to them, by its name: their files, those
/// whose name begins with a dot, the log, and a configuration that lies among them.
fn is_of_sessions(name: &OsStr) -> bool {
    const ENDINGS: [&str; 8] = [
        ".json",
        ".lock",
        ".pending",
        ".previous",
        ".previous.new",
        ".login",
        ".toml",
        ".toml.lock",
    ];
    let name = name.to_string_lossy();
    name.starts_with('.')
        || ["log.jsonl", "log.1.jsonl"].contains(&&*name)
        || name.contains(".json.corrupt-")
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
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
