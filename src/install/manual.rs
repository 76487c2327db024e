//! Where `man` looks for the pages of programs that a user has installed for themselves.

use std::path::Path;

use super::completions::{XDG_DATA, directory};
use super::refuse_other_homes;
use crate::error::{Error, ErrorKind};
use crate::platform::files;

/// Writes pages, each with the name of its file, to where `man` looks for them. Gives what was
/// done, and what may be left to do, each as a sentence.
///
/// # Errors
/// When a page cannot be written.
pub fn install_manual<'a>(
    pages: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<String>, Error> {
    refuse_other_homes()?;
    let manual = directory(XDG_DATA).join("man");
    let place = manual.join("man1");
    let count = pages.len();
    write(&place, pages).map_err(|error| {
        let message = format!("cannot write to {}: {error}", place.display());
        Error::new(ErrorKind::Failed, message).hint("`authctl man VERB` prints a page")
    })?;
    let manual = manual.display();
    Ok(vec![
        format!("{count} pages are written to {}", place.display()),
        format!("if `man authctl` does not find them: export MANPATH=\"{manual}:\""),
    ])
}

fn write<'a>(place: &Path, pages: impl Iterator<Item = (&'a str, &'a str)>) -> std::io::Result<()> {
    files::create_readable_directory(place)?;
    for (file, text) in pages {
        files::replace_keeping_mode(&place.join(file), text.as_bytes())?;
    }
    Ok(())
}
