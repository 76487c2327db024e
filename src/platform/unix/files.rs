//! Files on Unix: modes, owners, symbolic links.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown, symlink,
};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::process::geteuid;

use crate::platform::variant;

/// The mode bits of all users but the owner.
const OTHERS: u32 = 0o077;

/// The mode bits that let other users than the owner write.
const OTHERS_WRITE: u32 = 0o022;

/// In a directory with this bit, a user removes and renames only what is the user's own.
const STICKY: u32 = 0o1000;

/// Opens, and says no more of a named pipe than that it is one.
pub fn open_without_waiting(options: &mut OpenOptions) {
    options.custom_flags(OFlags::NONBLOCK.bits().cast_signed());
}

pub fn refuse_links(options: &mut OpenOptions) {
    options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
}

pub fn open_privately(options: &mut OpenOptions) {
    options.mode(0o600);
    refuse_links(options);
}

pub fn make_private(file: &File) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(0o600))
}

/// Under some umasks even its owner could not open a new lock file again.
pub fn make_usable(file: &File) -> io::Result<()> {
    if file.metadata()?.mode() & 0o600 != 0o600 {
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

pub fn mend_mode(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.mode() & 0o777;
    if mode & OTHERS == 0 {
        return None;
    }
    fs::set_permissions(path, Permissions::from_mode(0o600)).ok()?;
    Some(mode)
}

pub fn is_open_to_others(directory: &Path) -> bool {
    let mode = fs::metadata(directory).map_or(0, |meta| meta.mode());
    mode & OTHERS_WRITE != 0 && mode & STICKY == 0
}

/// Whether other users than the owner may write, sticky or not.
pub fn is_writable_by_others(meta: &Metadata) -> bool {
    meta.mode() & OTHERS_WRITE != 0
}

/// Whether a file is the effective user's, or it is root who asks.
#[expect(clippy::unnecessary_wraps, reason = "Windows cannot tell")]
pub fn is_own(meta: &Metadata) -> Option<bool> {
    Some(meta.uid() == geteuid().as_raw() || geteuid().is_root())
}

pub fn keep_owner(like: &Path, file: &File) -> io::Result<()> {
    let Ok(like) = fs::metadata(like) else {
        return Ok(());
    };
    if !geteuid().is_root() || like.uid() == 0 {
        return Ok(());
    }
    let meta = file.metadata()?;
    if meta.is_file() && meta.nlink() > 1 {
        return Ok(());
    }
    fchown(file, Some(like.uid()), Some(like.gid()))
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

/// Whether the effective user made a link; `link` is what the link says of itself.
pub fn is_own_link(link: &Metadata) -> bool {
    link.uid() == geteuid().as_raw()
}

/// Whether root made a link, or root asks and the user who made the link owns what it leads to.
pub fn is_link_of_root_or_to_own(link: &Metadata, found: Option<&Metadata>) -> bool {
    if link.uid() == 0 {
        return true;
    }
    geteuid().is_root() && found.is_some_and(|found| found.uid() == link.uid())
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
