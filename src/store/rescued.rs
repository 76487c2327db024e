//! A session that could not be saved in its place, as it can be seen without the lock. While the
//! place cannot be read or locked, this is all that callers have; the next holder of the lock
//! brings it home.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::seal::{Form, Summary};
use super::{Peek, Store};

/// A session that lies elsewhere than in its place.
struct Rescued {
    path: PathBuf,
    bytes: Zeroizing<Vec<u8>>,
    form: Form,
}

impl Store {
    /// Where the newest session lies that could not be saved in its place, and what can be seen of
    /// it without its key. `None` where the place has that generation or a later one, or certainly
    /// has no session.
    #[must_use]
    pub fn rescued(&self) -> Option<(PathBuf, Summary)> {
        let rescued = self.newest_rescued()?;
        Some((rescued.path, rescued.form.summary()))
    }

    /// The session that [`Store::rescued`] tells of, and its path. May ask for a key.
    #[must_use]
    pub fn peek_rescued(&self) -> Option<(PathBuf, Peek)> {
        let Rescued { path, bytes, form } = self.newest_rescued()?;
        let opened = self.open_rescued(form, &bytes).ok()?;
        Some((path, opened.record.into()))
    }

    fn newest_rescued(&self) -> Option<Rescued> {
        // What cannot be read may be an earlier generation of the same session.
        let in_place = match self.files.read() {
            Ok(stored) => Form::of(&stored?.bytes).ok(),
            Err(_) => None,
        };
        let mut newest: Option<Rescued> = None;
        for (path, bytes) in self.files.salvaged() {
            let Ok(form) = Form::of(&bytes) else { continue };
            let header = form.header();
            let continues = header.profile == self.profile
                && in_place.as_ref().map(Form::header).is_none_or(|stored| {
                    stored.id == header.id && stored.generation < header.generation
                });
            let newest_yet = newest
                .as_ref()
                .map(|newest| newest.form.header().generation);
            if continues && newest_yet.is_none_or(|generation| generation < header.generation) {
                newest = Some(Rescued { path, bytes, form });
            }
        }
        newest
    }
}
