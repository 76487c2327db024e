//! Files on Unix: modes, owners, symbolic links.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown, symlink,
};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::geteuid;

use super::groups;
use crate::platform::variant;

/// The mode bits of all users but the owner.
const OTHERS: u32 = 0o077;

/// The mode bits that let other users than the owner write.
const OTHERS_WRITE: u32 = 0o022;

/// The mode bit that lets the group write.
const GROUP_WRITES: u32 = 0o020;

/// In a directory with this bit, a user removes and renames only what is the user's own.
const STICKY: u32 = 0o1000;

/// Opens through no link, and says no more of a named pipe than that it is one.
pub fn open_without_waiting(options: &mut OpenOptions) {
    let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW;
    options.custom_flags(flags.bits().cast_signed());
}

/// Whether an error says that a link is in the way of [`refuse_links`].
pub fn is_link_in_the_way(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::LOOP)
}

/// Opens a pipe or a device for writing. A pipe without a reader is not waited for.
/// `is_given`: a name of what this process has open, which may be a file that others write to as
/// well: what is written follows what is there.
pub fn open_for_delivery(path: &Path, is_given: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).append(is_given);
    let flags = if is_given {
        OFlags::NONBLOCK
    } else {
        OFlags::NONBLOCK | OFlags::NOFOLLOW
    };
    options.custom_flags(flags.bits().cast_signed());
    let file = options.open(path)?;
    // Only the opening was not to wait.
    let kept = if is_given {
        OFlags::APPEND
    } else {
        OFlags::empty()
    };
    rustix::fs::fcntl_setfl(&file, kept)?;
    Ok(file)
}

/// Whether a path is a name for a file that this process has open.
pub fn is_open_already(path: &Path) -> bool {
    const NAMES: [&str; 2] = ["/dev/stdout", "/dev/stderr"];
    NAMES.iter().any(|name| path == Path::new(name))
        || path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd")
}

/// Whether an error says that nobody reads a pipe.
pub fn has_no_reader(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::NXIO)
}

/// A pipe in the place of a file is not waited for either.
pub fn refuse_links(options: &mut OpenOptions) {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    options.custom_flags(flags.bits().cast_signed());
}

/// Whether a file can be renamed over another one while it is open and locked.
pub const RENAMES_OPEN_FILES: bool = true;

/// The program that edits text where the user has chosen none.
pub const USUAL_EDITOR: &str = "vi";

/// The owners and groups of what is at `path`, and of what it leads to.
pub fn owners_on_the_way(path: &Path) -> Option<[(u32, u32); 2]> {
    let owner = |meta: &Metadata| (meta.uid(), meta.gid());
    let there = fs::symlink_metadata(path).ok()?;
    if !there.is_symlink() {
        return Some([owner(&there); 2]);
    }
    let target = fs::metadata(path).ok()?;
    Some([owner(&there), owner(&target)])
}

pub fn keep_others_from_writing(builder: &mut DirBuilder) {
    builder.mode(0o755);
}

pub fn open_privately(options: &mut OpenOptions) {
    options.mode(0o600);
    refuse_links(options);
}

pub fn make_private(file: &File) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(0o600))
}

/// Under some umasks even its owner could not open a new lock file again; and a lock that another
/// user may read, that user may hold.
pub fn make_usable(file: &File) -> io::Result<()> {
    if file.metadata()?.mode() & 0o677 != 0o600 {
        make_private(file)?;
    }
    Ok(())
}

pub fn create_private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)?;
    make_directory_private(path)
}

/// Some umasks take permissions away from the owner of a new directory. Root changes the mode
/// through a descriptor and never by name: the user in whose directory it was made may have put a
/// link in its place.
pub fn make_directory_private(path: &Path) -> io::Result<()> {
    let made = fs::symlink_metadata(path)?;
    if !made.is_dir() || made.mode() & 0o777 == 0o700 {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    options.read(true);
    refuse_links(&mut options);
    match options.open(path) {
        Ok(directory) if directory.metadata()?.uid() == geteuid().as_raw() => {
            directory.set_permissions(Permissions::from_mode(0o700))
        }
        Ok(_) => Err(io::Error::other("it is not the directory that was made")),
        Err(_) if !geteuid().is_root() => fs::set_permissions(path, Permissions::from_mode(0o700)),
        Err(error) => Err(error),
    }
}

pub fn make_temporary_private(builder: &mut tempfile::Builder<'_, '_>) {
    builder.permissions(Permissions::from_mode(0o700));
}

pub fn size_of_disk(directory: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(directory).ok()?;
    disk.f_blocks.checked_mul(disk.f_frsize)
}

pub fn let_no_others_write() {
    let others = Mode::WGRP | Mode::WOTH;
    let was = rustix::process::umask(others);
    rustix::process::umask(was | others);
}

pub fn mend_mode(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.mode() & 0o777;
    if mode & OTHERS == 0 {
        return None;
    }
    let mut options = OpenOptions::new();
    options.read(true);
    open_without_waiting(&mut options);
    make_private(&options.open(path).ok()?).ok()?;
    Some(mode)
}

#[expect(clippy::unnecessary_wraps, reason = "Windows cannot tell")]
pub fn effective_user() -> Option<u32> {
    // Asked of the system once: this process does not become another user.
    static USER: OnceLock<u32> = OnceLock::new();
    Some(*USER.get_or_init(|| geteuid().as_raw()))
}

#[expect(clippy::unnecessary_wraps, reason = "Windows cannot tell")]
pub fn owner(meta: &Metadata) -> Option<u32> {
    Some(meta.uid())
}

/// How many names a file has.
#[expect(clippy::unnecessary_wraps, reason = "Windows cannot tell")]
pub fn names(meta: &Metadata) -> Option<u64> {
    Some(meta.nlink())
}

/// Whether other users than the owner may write. Users of a group in which nobody else is are none.
pub fn others_may_write(meta: &Metadata) -> bool {
    match meta.mode() & OTHERS_WRITE {
        0 => false,
        _ if meta.is_symlink() => false,
        GROUP_WRITES => !groups::is_private(meta.gid(), meta.uid()),
        _ => true,
    }
}

pub fn is_sticky(meta: &Metadata) -> bool {
    meta.mode() & STICKY != 0
}

/// The permission bits, and what is left of them when only the owner may write.
pub fn mode_without_others_write(meta: &Metadata) -> (u32, u32) {
    let mode = meta.mode() & 0o7777;
    (mode, mode & !OTHERS_WRITE)
}

pub fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(mode))
}

pub fn keep_owner(like: &Path, file: &File) -> io::Result<()> {
    let Ok(like) = fs::metadata(like) else {
        return Ok(());
    };
    if !geteuid().is_root() || like.uid() == 0 {
        return Ok(());
    }
    let meta = file.metadata()?;
    if meta.is_file() && meta.nlink() > 1 || meta.uid() == like.uid() {
        return Ok(());
    }
    fchown(file, Some(like.uid()), Some(like.gid()))
}

/// Gives a directory that root has just made to the owner of the one in which it lies.
pub fn keep_owner_of_directory(like: &Path, path: &Path) {
    let Ok(like) = fs::metadata(like) else { return };
    if !geteuid().is_root() || like.uid() == 0 || like.mode() & STICKY != 0 {
        return;
    }
    let mut options = OpenOptions::new();
    options.read(true);
    refuse_links(&mut options);
    if let Ok(made) = options.open(path)
        && made
            .metadata()
            .is_ok_and(|meta| meta.is_dir() && meta.uid() == 0)
    {
        let _ = fchown(&made, Some(like.uid()), Some(like.gid()));
    }
}

#[expect(clippy::unnecessary_wraps, reason = "Windows has none")]
pub fn number(meta: &Metadata) -> Option<u64> {
    Some(meta.ino())
}

pub fn is_private(meta: &Metadata) -> bool {
    meta.uid() == geteuid().as_raw() && meta.mode() & OTHERS == 0
}

#[expect(clippy::unnecessary_wraps, reason = "Windows cannot tell")]
pub fn is_same(one: &Metadata, other: &Metadata) -> Option<bool> {
    Some(one.dev() == other.dev() && one.ino() == other.ino())
}

pub fn obstacle_to_replacing(file: &Path, directory: &Path) -> io::Result<Option<&'static str>> {
    let Ok(meta) = fs::metadata(file) else {
        return Ok(None);
    };
    let around = fs::metadata(directory)?;
    // Where the kernel does not tell, another device does; an overlay has several devices in one
    // directory.
    if variant::is_mount_point(file).unwrap_or(meta.dev() != around.dev()) {
        return Ok(Some(
            "it is mounted as a single file, which cannot be replaced: mount its directory \
             instead",
        ));
    }
    let user = geteuid();
    let is_own = [meta.uid(), around.uid()].contains(&user.as_raw());
    if around.mode() & STICKY != 0 && !user.is_root() && !is_own {
        return Ok(Some(
            "it belongs to another user in a sticky directory, where only its owner may replace it",
        ));
    }
    Ok(None)
}

/// Whether the effective user or root made a link; `link` is what the link says of itself.
pub fn is_own_link(link: &Metadata) -> bool {
    [0, geteuid().as_raw()].contains(&link.uid())
}

/// Whether root asks, and the user who made a link owns what it leads to.
pub fn is_link_to_own(link: &Metadata, found: Option<&Metadata>) -> bool {
    geteuid().is_root() && found.is_some_and(|found| found.uid() == link.uid())
}

pub fn link_target(path: &Path) -> Option<PathBuf> {
    fs::read_link(path).ok()
}

pub fn make_link(target: &str, path: &Path) -> io::Result<()> {
    symlink(target, path)
}

/// Tries once: an open file can be replaced, removed and read all the same.
pub fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    attempt()
}

pub fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
