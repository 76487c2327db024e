//! Where a command's files of tokens are: in a directory of its own in memory, unless the user
//! names a path; and what is to be taken away when it is over.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::File;
use crate::config::Locations;
use crate::error::{Error, ErrorKind};
use crate::platform::files::{self, Stamp};
use crate::secret::Fingerprint;

/// What a command's own directory is called.
const PREFIX: &str = "authctl-exec-";

/// A file that a command is to have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wanted {
    /// What it is called in a directory of the command's own.
    pub name: String,
    /// Where it is to be, where the user says that.
    pub path: Option<OsString>,
    /// The name of the profile; `None` for the one that is meant when none is named.
    pub profile: Option<String>,
    /// Whether it holds the ID token.
    pub id_token: bool,
    /// How long the token in it has to live on, where the user has said so.
    pub min_ttl: Option<Duration>,
}

/// Something that is to be taken away.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Leftover {
    /// A directory of the command's own, with all files in it.
    Directory(OsString),
    /// A file that is about to hold the token with this fingerprint. Another one is not this
    /// command's.
    File(OsString, Fingerprint),
}

impl Leftover {
    /// Whether `later` says of the same file what it holds now.
    pub(super) fn is_followed_by(&self, later: &Self) -> bool {
        matches!((self, later), (Self::File(one, _), Self::File(other, _)) if one == other)
    }

    /// Takes it away, if it is still what it was.
    pub(super) fn take_away(&self) {
        match self {
            Self::Directory(path) => remove_all(Path::new(path)),
            Self::File(path, fingerprint) => {
                let path = Path::new(path);
                for file in [path, &files::beside(path)] {
                    if holds(file, fingerprint) {
                        remove(file);
                    }
                }
            }
        }
    }
}

/// Whether a file holds this token.
fn holds(file: &Path, fingerprint: &Fingerprint) -> bool {
    let text = files::read_hint(file);
    text.is_some_and(|text| Fingerprint::of(&text) == *fingerprint)
}

fn remove(file: &Path) {
    files::wipe(file);
    let _ = files::remove(file);
}

fn remove_all(directory: &Path) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        remove(&entry.path());
    }
    let _ = files::remove_directory(directory);
}

/// The files of a command.
pub struct Place {
    /// Absolute paths without a link at their end, one for each file.
    paths: Vec<PathBuf>,
    own: Option<PathBuf>,
    /// The files at paths that the user names, as they were written last.
    written: Vec<(PathBuf, Option<Stamp>)>,
}

impl Place {
    /// Finds a place for each file, and makes the command's own directory where one is needed,
    /// which `tell` hears of.
    ///
    /// # Errors
    /// When a path is no file's, or no directory can be made. Nothing is left behind then.
    pub(super) fn find(
        locations: &Locations,
        wanted: &[Wanted],
        tell: impl FnOnce(Leftover),
    ) -> Result<Self, Error> {
        let mut named = Vec::new();
        for file in wanted {
            named.push(
                file.path
                    .as_ref()
                    .map(|path| resolved(Path::new(path)))
                    .transpose()?,
            );
        }
        let own = if named.iter().any(Option::is_none) {
            Some(own_directory(locations)?)
        } else {
            None
        };
        if let Some(own) = &own {
            tell(Leftover::Directory(own.clone().into_os_string()));
        }
        let in_own = |name: &str| own.as_deref().unwrap_or(Path::new("")).join(name);
        let paths = named.into_iter().zip(wanted);
        let paths = paths.map(|(path, file)| path.unwrap_or_else(|| in_own(&file.name)));
        Ok(Self {
            paths: paths.collect(),
            own,
            written: vec![],
        })
    }

    /// The files, as their keeper knows them.
    pub(super) fn files(&self, wanted: &[Wanted]) -> Vec<File> {
        let file = |(file, path): (&Wanted, &PathBuf)| File {
            path: path.clone(),
            profile: file.profile.clone(),
            id_token: file.id_token,
            min_ttl: file.min_ttl,
            follows: false,
        };
        wanted.iter().zip(&self.paths).map(file).collect()
    }

    /// Notes that a file is about to be written, or was.
    pub(super) fn note(&mut self, leftover: &Leftover) {
        let Leftover::File(path, _) = leftover else {
            return;
        };
        let path = PathBuf::from(path);
        self.written.retain(|(written, _)| *written != path);
        let stamp = files::stamp_of(&path);
        self.written.push((path, stamp));
    }

    /// Takes away what is this command's: its own directory, and the files that no other process
    /// has written since.
    pub(super) fn take_away(&self) {
        for (path, stamp) in &self.written {
            if stamp.is_some() && files::stamp_of(path) == *stamp {
                remove(path);
            }
        }
        if let Some(own) = &self.own {
            remove_all(own);
        }
    }
}

/// A path that the user names, through links of the user's own. What is no file cannot be replaced,
/// nor taken away.
fn resolved(path: &Path) -> Result<PathBuf, Error> {
    let failed = |why: &str| {
        let message = format!("cannot keep a token in {}: {why}", path.display());
        Error::new(ErrorKind::Usage, message).hint("name a file, or none for one in memory")
    };
    let absolute = std::path::absolute(path).map_err(|error| failed(&error.to_string()))?;
    let path = files::resolve_link(&absolute).map_err(|error| failed(&error.to_string()))?;
    if path.exists() && !path.is_file() {
        return Err(failed("it is not a regular file"));
    }
    Ok(path)
}

fn own_directory(locations: &Locations) -> Result<PathBuf, Error> {
    let temporary = std::env::temp_dir();
    let mut last = None;
    // What another user controls, root makes no directory in: that user could put another one, or a
    // link, in its place.
    let places = locations.salvage.iter().chain([&temporary]);
    for place in places.filter(|place| files::is_safe_place(place)) {
        match files::private_directory(place, PREFIX) {
            Ok(directory) => return Ok(directory.keep()),
            Err(error) => last = Some(error),
        }
    }
    let why = last.map_or_else(String::new, |error| format!(": {error}"));
    let message = format!("cannot make a directory for the files of tokens{why}");
    Err(Error::new(ErrorKind::Failed, message).hint("name a path: `--file NAME=PATH`"))
}
