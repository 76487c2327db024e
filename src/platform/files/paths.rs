//! Paths as text: the directory of a file, a name with an ending. Nothing here touches the disk.

use std::path::{Path, PathBuf};

/// The directory in which the file `path` lies; the current one for a bare name.
#[must_use]
pub fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) => Path::new("."),
        None => Path::new("/"),
    }
}

/// `path` with `suffix` at its end.
#[must_use]
pub fn append(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
