//! Where a command's files of tokens are: in a directory of its own in memory, unless the user
//! names a path.

use std::path::{Path, PathBuf};

use super::process::Leftovers;
use crate::cli::TokenFile;
use crate::config::Locations;
use crate::error::{Error, ErrorKind};
use crate::platform::files;

/// What a command's own directory is called.
const PREFIX: &str = "authctl-exec-";

/// The files of a command, and what is to be taken away with them.
pub struct Places {
    /// Absolute paths, one for each file.
    pub paths: Vec<PathBuf>,
    /// All of it, for when the command has ended.
    pub leftovers: Leftovers,
}

/// Finds a place for each file, and makes the command's own directory where one is needed.
///
/// # Errors
/// When a path is no file's, or no directory can be made.
pub fn find(locations: &Locations, wanted: &[TokenFile]) -> Result<Places, Error> {
    let mut leftovers = Leftovers::default();
    for file in wanted {
        let path = match &file.path {
            Some(path) => named(path)?,
            None => own_directory(locations, &mut leftovers)?.join(&file.name),
        };
        leftovers.files.push(path);
    }
    Ok(Places {
        paths: leftovers.files.clone(),
        leftovers,
    })
}

/// A path that the user names. What is no file cannot be replaced, nor taken away.
fn named(path: &Path) -> Result<PathBuf, Error> {
    let failed = |why: &str| {
        let message = format!("cannot keep a token in {}: {why}", path.display());
        Error::new(ErrorKind::Usage, message).hint("name a file, or none for one in memory")
    };
    if path.exists() && !path.is_file() {
        return Err(failed("it is not a regular file"));
    }
    std::path::absolute(path).map_err(|error| failed(&error.to_string()))
}

fn own_directory(locations: &Locations, leftovers: &mut Leftovers) -> Result<PathBuf, Error> {
    if let Some(made) = leftovers.directories.first() {
        return Ok(made.clone());
    }
    let in_memory = &locations.salvage;
    let temporary = std::env::temp_dir();
    let mut last = None;
    for place in in_memory.iter().chain([&temporary]) {
        match files::private_directory(place, PREFIX) {
            Ok(directory) => {
                let directory = directory.keep();
                leftovers.directories.push(directory.clone());
                return Ok(directory);
            }
            Err(error) => last = Some(error),
        }
    }
    let why = last.map_or_else(String::new, |error| format!(": {error}"));
    let message = format!("cannot make a directory for the files of tokens{why}");
    Err(Error::new(ErrorKind::Failed, message).hint("name a path: `--file NAME=PATH`"))
}
