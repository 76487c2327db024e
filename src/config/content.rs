//! The text of the configuration file, and whose it is.

use std::io::Read;
use std::path::Path;

use super::ConfigError;
use crate::platform::files::open_believed;

/// The text of the file, and whose it is.
#[derive(Default)]
pub struct Content {
    /// The text.
    pub text: String,
    /// The user whose file it is, when root reads another user's.
    pub lent_by: Option<u32>,
}

/// The text of the file; empty if the file does not exist.
pub fn text(path: &Path) -> Result<Content, ConfigError> {
    read_text(path).map_err(|source| ConfigError::io("read", path, source))
}

fn read_text(path: &Path) -> std::io::Result<Content> {
    let Some(mut believed) = open_believed(path)? else {
        return Ok(Content::default());
    };
    let lent_by = believed.lender();
    let mut text = String::new();
    believed.file.read_to_string(&mut text)?;
    Ok(Content { text, lent_by })
}
