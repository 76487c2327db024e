//! Single steps on the disk, each of them what the platform calls by another name: create,
//! overwrite, claim room, sync, remove. What they add up to is decided in `file.rs`.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::rename::patiently;

/// More than any record needs; a file larger than this is not one.
const LIMIT: u64 = 8 << 20;

/// Where a record really is: a symlink (dotfile managers make them) is followed, even to a file
/// that is not there yet, so that its target is replaced and not the link.
pub fn follow(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..40 {
        let Ok(target) = fs::read_link(&path) else {
            break;
        };
        path = path.parent().unwrap_or(Path::new("/")).join(target);
    }
    path
}

/// `path` with `suffix` at its end.
#[must_use]
pub fn append(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The whole of a file; `None` only when it does not exist. Modes that let others read it are
/// mended on the way.
pub fn read_file(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut options = OpenOptions::new();
    options.read(true);
    // A named pipe in a record's place must not keep us, who may hold the lock, waiting for a
    // writer.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
    );
    let file = match patiently(|| options.open(path)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let meta = file.metadata()?;
    if !meta.is_file() || meta.len() > LIMIT {
        return Err(io::Error::other(
            "it is not a regular file, or far too large to be a record",
        ));
    }
    // One allocation of the right size: growing would leave pieces of the secrets behind, unwiped.
    let mut bytes = Zeroizing::new(Vec::with_capacity(
        usize::try_from(meta.len()).unwrap_or(0) + 1,
    ));
    file.take(LIMIT).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Whether others than the owner may read the file, and it could be mended. Says the mode that it
/// had.
#[cfg(unix)]
#[must_use]
pub fn mend_mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return None;
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
        .ok()
        .map(|()| mode)
}

/// Whether others than the owner may read the file. Elsewhere than on Unix a profile directory is
/// private anyway.
#[cfg(not(unix))]
#[must_use]
pub fn mend_mode(_path: &Path) -> Option<u32> {
    None
}

/// Whether others than the owner may put files into a directory, or take them away.
#[cfg(unix)]
pub fn is_open_to_others(directory: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(directory).map_or(0, |meta| meta.permissions().mode());
    let sticky = mode & 0o1000 != 0;
    mode & 0o022 != 0 && !sticky
}

/// Whose a directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(unix),
    expect(dead_code, reason = "there every directory of a user's is private")
)]
pub enum Owner {
    /// Ours, or it is root who asks, and nobody else may put files into it.
    Us,
    /// Another user's.
    Another,
    /// Others may put files into it.
    Shared,
}

/// Whose a directory is; `None` where that cannot be told.
#[must_use]
#[cfg(unix)]
pub fn owner(directory: &Path) -> Option<Owner> {
    use std::os::unix::fs::MetadataExt;
    let (me, meta) = (
        rustix::process::geteuid().as_raw(),
        fs::metadata(directory).ok()?,
    );
    Some(match meta.uid() {
        _ if meta.mode() & 0o022 != 0 => Owner::Shared,
        uid if uid != me && me != 0 => Owner::Another,
        _ => Owner::Us,
    })
}

#[cfg(not(unix))]
pub fn owner(_directory: &Path) -> Option<Owner> {
    None
}

#[cfg(not(unix))]
pub fn is_open_to_others(_directory: &Path) -> bool {
    false
}

/// Creates a directory, with those above it, for its owner only.
pub fn create_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a file for writing, 0600 from birth, through no symlink. `fresh` demands that it does not
/// exist yet.
pub fn create(path: &Path, fresh: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .create_new(fresh)
        .truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options
            .mode(0o600)
            .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

/// [`write()`], and syncs the file.
pub fn overwrite(file: &File, bytes: &[u8], cover: u64) -> io::Result<()> {
    write(file, bytes, cover)?;
    file.sync_all()
}

/// Writes `bytes` from the start, at least as many as `cover` so that nothing of an older text
/// looks out behind them, and cuts the file there. Blank lines after JSON are JSON still.
pub fn write(mut file: &File, bytes: &[u8], cover: u64) -> io::Result<()> {
    let padding = usize::try_from(cover)
        .unwrap_or(0)
        .saturating_sub(bytes.len());
    file.seek(SeekFrom::Start(0))?;
    file.write_all(bytes)?;
    file.write_all(&vec![b'\n'; padding])?;
    file.set_len((bytes.len() + padding) as u64)
}

/// Writes zeros over a file. That it cannot be done is of no consequence: its name goes all the
/// same.
pub fn wipe(path: &Path) {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    let Ok(file) = options.open(path) else { return };
    let length = file.metadata().map_or(0, |meta| meta.len().min(LIMIT));
    let _ = (&file)
        .write_all(&vec![0; usize::try_from(length).unwrap_or(0)])
        .and_then(|()| file.sync_all());
}

/// Claims room behind what is written, so that the disk cannot be full later.
#[cfg(target_os = "linux")]
pub fn claim_room(file: &File, room: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::Errno;
    // A limit on the size of files shows when they are written, not when room is claimed; and then
    // by a signal.
    let limit = rustix::process::getrlimit(rustix::process::Resource::Fsize).current;
    if limit.is_some_and(|limit| limit < room) {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    match fallocate(file, FallocateFlags::KEEP_SIZE, 0, room) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => claim_by_writing(file, room),
        result => Ok(result?),
    }
}

#[cfg(not(target_os = "linux"))]
pub fn claim_room(file: &File, room: u64) -> io::Result<()> {
    claim_by_writing(file, room)
}

/// For file systems that cannot allocate: blank lines take the room. JSON ends before them.
fn claim_by_writing(mut file: &File, room: u64) -> io::Result<()> {
    let written = file.seek(SeekFrom::End(0))?;
    let blank = vec![b'\n'; usize::try_from(room.saturating_sub(written)).unwrap_or(0)];
    file.write_all(&blank)
}

/// A file that root replaces for a user must stay the user's, or `sudo authctl` locks them out.
#[cfg(unix)]
pub fn keep_owner(record: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let Ok(old) = fs::metadata(record) else {
        return Ok(());
    };
    let (me, owner) = (rustix::process::geteuid().as_raw(), old.uid());
    if me != 0 || owner == 0 {
        return Ok(());
    }
    std::os::unix::fs::fchown(file, Some(owner), Some(old.gid()))
}

#[cfg(not(unix))]
pub fn keep_owner(_record: &Path, _file: &File) -> io::Result<()> {
    Ok(())
}

/// A file in a place that others can write to counts only when it is a plain file of our own that
/// nobody else may read.
#[cfg(unix)]
pub fn is_ours(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    fs::symlink_metadata(path)
        .is_ok_and(|meta| meta.is_file() && meta.uid() == me && meta.mode() & 0o077 == 0)
}

#[cfg(not(unix))]
pub fn is_ours(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file())
}

/// Whether `path` leads to this very file. Where it cannot be told, it does.
pub fn leads_to(path: &Path, file: &File) -> bool {
    is_same(fs::metadata(path), file.metadata())
}

/// Whether `path` leads to this very file, and that can be told.
pub fn certainly_leads_to(path: &Path, file: &File) -> bool {
    cfg!(unix) && leads_to(path, file)
}

/// Whether both are one file. Where it cannot be told, they are: there a file that somebody has
/// open is not replaced.
pub fn is_same(one: io::Result<Metadata>, other: io::Result<Metadata>) -> bool {
    #[cfg(unix)]
    let place = |meta: &Metadata| {
        use std::os::unix::fs::MetadataExt;
        (meta.dev(), meta.ino())
    };
    #[cfg(not(unix))]
    let place = |_: &Metadata| ();
    one.is_ok_and(|one| other.is_ok_and(|other| place(&one) == place(&other)))
}

/// Whether something is mounted on this very file; `None` where the kernel does not tell.
#[cfg(target_os = "linux")]
pub fn is_mount_point(path: &Path) -> Option<bool> {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    let stat = statx(
        CWD,
        path,
        AtFlags::SYMLINK_NOFOLLOW,
        StatxFlags::BASIC_STATS,
    );
    let stat = stat.ok().filter(|stat| {
        stat.stx_attributes_mask
            .contains(StatxAttributes::MOUNT_ROOT)
    })?;
    Some(stat.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(all(unix, not(target_os = "linux")))]
pub fn is_mount_point(_path: &Path) -> Option<bool> {
    None
}

/// What keeps a rename from replacing `file` although there is room, as a clause; `None` when
/// nothing does, or there is no such file. This does not show when a file is created beside it.
///
/// # Errors
/// When `directory`, in which it lies, cannot be read.
#[cfg(unix)]
pub fn obstacle_to_replacing(file: &Path, directory: &Path) -> io::Result<Option<&'static str>> {
    use std::os::unix::fs::MetadataExt;
    let Ok(record) = fs::metadata(file) else {
        return Ok(None);
    };
    let directory = fs::metadata(directory)?;
    // Where the kernel does not tell, another device does; an overlay has several devices in
    // one directory.
    if is_mount_point(file).unwrap_or(record.dev() != directory.dev()) {
        return Ok(Some(
            "it is mounted as a single file, which cannot be replaced: mount its directory \
             instead",
        ));
    }
    let me = rustix::process::geteuid().as_raw();
    let sticky = directory.mode() & 0o1000 != 0;
    if sticky && me != 0 && record.uid() != me && directory.uid() != me {
        return Ok(Some(
            "it belongs to another user in a sticky directory, where only its owner may \
             replace it",
        ));
    }
    Ok(None)
}

/// Nothing is known to.
#[cfg(not(unix))]
pub fn obstacle_to_replacing(_file: &Path, _directory: &Path) -> io::Result<Option<&'static str>> {
    Ok(None)
}

/// A new directory for its owner only, among the system's temporary files. It is removed when the
/// value is dropped.
///
/// # Errors
/// When it cannot be made.
pub fn temporary_directory(prefix: &str) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that the fence names"
)]
/// Removes a file. That it is not there is no failure.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    match patiently(|| fs::remove_file(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a rename in a directory durable.
///
/// # Errors
/// When it cannot be synced.
#[cfg(unix)]
pub fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
pub fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
