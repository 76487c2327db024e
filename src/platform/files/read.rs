//! Reading what is to be believed: opened through links that may be trusted, and judged by what the
//! open file says of itself.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::acting::{Acting, lender_of};
use super::links::resolve_link_in_home;
use super::replace::replace_keeping_mode;
use super::steps::LIMIT;
use super::trust::{self, Distrust};
use crate::platform::system;

/// A file that is believed, open for reading.
#[derive(Debug)]
pub struct Believed {
    /// The file.
    pub file: File,
    /// What it says of itself.
    pub meta: Metadata,
    /// The user whose file it is, when root reads another user's.
    pub lent_by: Option<u32>,
    /// The user in whose place root found it.
    place_of: Option<u32>,
}

impl Believed {
    /// The user who may have chosen that root reads this file: whose it is, or in whose place it
    /// was found.
    #[must_use]
    pub fn lender(&self) -> Option<u32> {
        self.lent_by.or(self.place_of)
    }
}

/// A file that was opened, and the user in whose place root found it.
struct InPlace {
    file: File,
    place_of: Option<u32>,
}

/// Opens a file that is to be believed, for reading; `None` only when it does not exist. A device
/// or a pipe is opened as well, and no writer is waited for. What belongs to the effective user and
/// is too open is closed to other users, and not believed this once.
///
/// # Errors
/// When it cannot be opened, or is not believed: then [`trust::Distrust::of`] says why.
pub fn open_believed(path: &Path) -> io::Result<Option<Believed>> {
    let Some(InPlace { file, place_of }) = open_in_place(path)? else {
        return Ok(None);
    };
    let meta = file.metadata()?;
    let lent_by = trust::check_owner(&meta, path)?;
    if meta.is_file()
        && let Err(why) = trust::close_to_others(&file, &meta, path)
    {
        if why == Distrust::WasOpen && system::others_may_write(&meta) {
            // Another user who has the file open could write to it still. Where no copy can take
            // its place, it is closed at least.
            let _ = replace_by_copy(path, file);
        }
        return Err(why.into());
    }
    Ok(Some(Believed {
        file,
        meta,
        lent_by,
        place_of,
    }))
}

fn replace_by_copy(path: &Path, file: File) -> io::Result<()> {
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LIMIT).read_to_end(&mut bytes)?;
    replace_keeping_mode(&resolve_link_in_home(path)?, &bytes)
}

/// Opens a file for reading; `None` only when it does not exist. A link is followed if it may be
/// trusted, see [`resolve_link_in_home`].
///
/// # Errors
/// When it cannot be opened, or is a link that may not be trusted.
fn open_in_place(path: &Path) -> io::Result<Option<InPlace>> {
    match open_without_waiting(path) {
        Err(error) if system::is_link_in_the_way(&error) => {}
        opened => return opened,
    }
    let target = resolve_link_in_home(path)?;
    if fs::symlink_metadata(&target).is_err() && path.exists() {
        // A link of the kernel's own, such as `/dev/fd/3`, leads to no name.
        // Another user may have exchanged the link since it was looked at: root opens it with the
        // rights of the user in whose place it lies.
        let lender = lender_of(path);
        let place_of = lender.map(|(user, _)| user);
        let _acting = Acting::with_rights_of(lender);
        let opened = File::open(path);
        return opened.map(|file| Some(InPlace { file, place_of }));
    }
    open_without_waiting(&target)
}

fn open_without_waiting(path: &Path) -> io::Result<Option<InPlace>> {
    let mut options = OpenOptions::new();
    options.read(true);
    // The caller may hold a lock: a named pipe in a record's place must not keep it waiting for a
    // writer.
    system::open_without_waiting(&mut options);
    let lender = lender_of(path);
    let place_of = lender.map(|(user, _)| user);
    let acting = Acting::with_rights_of(lender);
    let opened = system::patiently(|| options.open(path));
    drop(acting);
    let opened = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // A file of root's own in a user's place, to which no link may lead.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && place_of.is_some() => {
            system::open_without_links(path)
        }
        opened => opened,
    };
    opened.map(|file| Some(InPlace { file, place_of }))
}

/// The bytes of a regular file that may be another user's work, and of which nothing is to be
/// believed; `None` when it cannot be read.
#[must_use]
pub fn read_unbelieved(path: &Path) -> Option<Vec<u8>> {
    let file = open_in_place(path).ok()??.file;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(LIMIT).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The whole of a regular file that is believed, see [`open_believed`].
///
/// # Errors
/// When it does not exist, cannot be read, is not believed or is not a regular file.
pub fn read_trusted(path: &Path) -> io::Result<Vec<u8>> {
    let mut believed = open_believed(path)?.ok_or(io::ErrorKind::NotFound)?;
    if !believed.meta.is_file() {
        return Err(Distrust::Special.into());
    }
    let mut bytes = Vec::new();
    believed.file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The whole of a file that is believed (see [`trust`]), in a buffer that is wiped; `None` only
/// when the file does not exist.
///
/// # Errors
/// When it cannot be read, is not believed, is not a regular file, or is far too large.
pub fn read_file(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let Some(Believed { file, meta, .. }) = open_believed(path)? else {
        return Ok(None);
    };
    if !meta.is_file() || meta.len() > LIMIT {
        return Err(io::Error::other(
            "it is not a regular file, or far too large to be a record",
        ));
    }
    // One allocation of the right size: growing would leave pieces of the secrets behind, unwiped.
    let length = usize::try_from(meta.len()).unwrap_or(0);
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    // It is replaced as a whole, and does not grow.
    file.take(meta.len()).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::{PermissionsExt, chown, symlink};

    use super::*;
    use crate::platform::files::temporary_directory;

    const USER: u32 = 12_345;

    /// A link of the kernel's own leads to no name. Root followed it with its own rights, and the
    /// user had put another link into its place meanwhile.
    #[test]
    fn root_follows_a_link_to_no_name_with_the_rights_of_the_user_in_whose_place_it_lies() {
        let directory = temporary_directory("authctl-test-").expect("a directory");
        let treasure = directory.path().join("treasure");
        let open = File::create_new(&treasure).expect("made");
        open.set_permissions(fs::Permissions::from_mode(0o600))
            .expect("own");
        #[expect(clippy::disallowed_methods, reason = "the file of a test")]
        fs::remove_file(&treasure).expect("own");
        let home = directory.path().join("home");
        fs::create_dir(&home).expect("made");
        let link = home.join("link");
        symlink(format!("/proc/self/fd/{}", open.as_raw_fd()), &link).expect("linked");
        let is_root = system::effective_user() == Some(0);
        if !is_root || chown(&home, Some(USER), Some(USER)).is_err() {
            eprintln!("NOT RUN: only root can give a directory away");
            return;
        }
        let error = open_in_place(&link)
            .err()
            .expect("the user may not read it");
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    }
}
