//! Single steps on the disk: create, overwrite, claim room, sync, rename, remove.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::acting::{Acting, is_lent};
use super::paths::directory_of;
use super::trust;
use crate::platform::system;

/// The most bytes of a file that are read, or wiped. No record is nearly as large.
pub(super) const LIMIT: u64 = 8 << 20;

/// Creates a directory, and those above it that are missing, for their owner only, whatever the
/// umask.
///
/// # Errors
/// When it cannot be created.
pub fn create_directory(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let _acting = Acting::at(path);
    // One by one: under some umasks nothing can be created in a directory that was just created.
    if let Some(parent) = path.parent() {
        create_directory(parent)?;
    }
    match system::create_private_directory(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        created => {
            created?;
            // What root makes in a user's directory has to be the user's.
            system::keep_owner_of_directory(directory_of(path), path);
            Ok(())
        }
    }
}

/// Creates a directory, and those above it that are missing, which others may enter, as the umask
/// says, and none may write to. What root makes in a user's place is the user's.
///
/// # Errors
/// When it cannot be created.
pub fn create_readable_directory(path: &Path) -> io::Result<()> {
    let _acting = Acting::at(path);
    let mut builder = fs::DirBuilder::new();
    system::keep_others_from_writing(&mut builder);
    builder.recursive(true).create(path)
}

/// A new directory for its owner only, among the system's temporary files. It is removed when the
/// value is dropped.
///
/// # Errors
/// When it cannot be created.
pub fn temporary_directory(prefix: &str) -> io::Result<tempfile::TempDir> {
    let place = std::env::temp_dir();
    if is_lent(&place.join("file")) {
        // The user in whose place it lies could put another directory there.
        let message = format!("{} is another user's: set TMPDIR", place.display());
        return Err(io::Error::other(message));
    }
    private_directory(&place, prefix)
}

/// A new directory in `place` for its owner only. It is removed when the value is dropped.
///
/// # Errors
/// When it cannot be created.
pub fn private_directory(place: &Path, prefix: &str) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    system::make_temporary_private(&mut builder);
    let directory = builder.tempdir_in(place)?;
    system::make_directory_private(directory.path())?;
    Ok(directory)
}

/// A new file in a directory, for its owner only, whatever the umask. It is removed when the value
/// is dropped, unless it was renamed.
///
/// # Errors
/// When it cannot be created.
pub fn temporary_file(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    let _acting = Acting::at(&directory.join("file"));
    let file = tempfile::NamedTempFile::new_in(directory)?;
    // It is never too open. A umask may keep its owner out, and some file systems know no modes.
    let _ = system::make_usable(file.as_file());
    Ok(file)
}

/// A new file in a directory that has no name, so that nothing of it stays behind.
///
/// # Errors
/// When it cannot be created.
pub fn unnamed_file(directory: &Path) -> io::Result<File> {
    let _acting = Acting::at(&directory.join("file"));
    tempfile::tempfile_in(directory)
}

/// Opens a file for reading and writing, for its owner only from birth, through no link. `fresh`
/// demands that it does not exist yet.
///
/// # Errors
/// When it cannot be opened, is a link, or is not believed.
pub fn create(path: &Path, fresh: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .create_new(fresh)
        .truncate(false);
    system::open_privately(&mut options);
    let _acting = Acting::at(path);
    let file = options.open(path)?;
    trust::check_own_file(&file, path)?;
    system::make_private(&file)?;
    Ok(file)
}

/// Opens a file for reading and for writing at its end, for its owner only from birth, through no
/// link. What is written in one piece stands in one piece, however many processes write.
///
/// # Errors
/// When it cannot be opened, is a link, or is not believed.
pub fn open_to_append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    system::open_privately(&mut options);
    let _acting = Acting::at(path);
    let file = options.open(path)?;
    trust::check_own_file(&file, path)?;
    system::make_usable(&file)?;
    Ok(file)
}

/// Writes `bytes` from the file's start as [`write()`] does, and syncs the file.
///
/// # Errors
/// When they cannot be written or synced.
pub fn overwrite(file: &File, bytes: &[u8], cover: u64) -> io::Result<()> {
    write(file, bytes, cover)?;
    file.sync_all()
}

/// Writes `bytes` from the file's start, filled up with line breaks to the length `cover` so that
/// nothing of a longer older text is left behind them, and cuts the file there. JSON with line
/// breaks behind it is the same JSON.
///
/// # Errors
/// When they cannot be written.
pub fn write(mut file: &File, bytes: &[u8], cover: u64) -> io::Result<()> {
    let cover = usize::try_from(cover).unwrap_or(0);
    let padding = cover.saturating_sub(bytes.len());
    file.seek(SeekFrom::Start(0))?;
    file.write_all(bytes)?;
    file.write_all(&vec![b'\n'; padding])?;
    file.set_len((bytes.len() + padding) as u64)
}

/// Writes zeros over a file. A failure is ignored: the file's name is removed all the same.
pub fn wipe(path: &Path) {
    let mut options = OpenOptions::new();
    options.write(true);
    system::refuse_links(&mut options);
    let _acting = Acting::at(path);
    let Ok(file) = options.open(path) else { return };
    let length = file.metadata().map_or(0, |meta| meta.len().min(LIMIT));
    let zeros = vec![0; usize::try_from(length).unwrap_or(0)];
    let _ = (&file).write_all(&zeros).and_then(|()| file.sync_all());
}

/// Claims room on the disk, so that a file can later be `room` bytes long although the disk is full
/// by then. What is written in it stays.
///
/// # Errors
/// When there is no room, or a limit on the size of files is smaller.
pub fn claim_room(file: &File, room: u64) -> io::Result<()> {
    if system::allocate(file, room)? {
        return Ok(());
    }
    claim_by_writing(file, room)
}

/// Claims room where none can be allocated: line breaks behind the content take it.
fn claim_by_writing(mut file: &File, room: u64) -> io::Result<()> {
    let written = file.seek(SeekFrom::End(0))?;
    let blank = usize::try_from(room.saturating_sub(written)).unwrap_or(0);
    file.write_all(&vec![b'\n'; blank])
}

/// Renames `from` to `to`, which it replaces. Where another program's open file is in the way
/// (Windows), it is tried again for a second in all.
///
/// # Errors
/// When it cannot be renamed.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let _acting = Acting::at(to);
    system::patiently(|| fs::rename(from, to))
}

/// Removes a file. A file that does not exist counts as removed.
///
/// # Errors
/// When it cannot be removed.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
pub fn remove(path: &Path) -> io::Result<()> {
    let _acting = Acting::at(path);
    match system::patiently(|| fs::remove_file(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes an empty directory.
///
/// # Errors
/// When it cannot be removed, or is not empty.
pub fn remove_directory(path: &Path) -> io::Result<()> {
    let _acting = Acting::at(path);
    fs::remove_dir(path)
}

/// Makes a rename in a directory durable. Windows has no such step.
///
/// # Errors
/// When the directory cannot be synced.
pub fn sync_directory(path: &Path) -> io::Result<()> {
    system::sync_directory(path)
}
