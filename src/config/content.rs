//! The text of the configuration file, and whose it is.

use std::io::Read;
use std::path::Path;

use super::ConfigError;
use crate::platform::files::{open_believed, read_unbelieved};

/// What is made room for at most before it is read.
const LONGEST: u64 = 1 << 20;

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
    let length = believed.meta.len();
    if believed.meta.is_file() && length > 0 {
        // The system is not asked for the length, nor for the end, once more.
        text.reserve_exact(usize::try_from(length.min(LONGEST)).unwrap_or(0));
        believed.file.take(length).read_to_string(&mut text)?;
    } else {
        // A pipe, or a file of the kernel's own, does not tell its length.
        believed.file.read_to_string(&mut text)?;
    }
    Ok(Content { text, lent_by })
}

/// The text of a regular file that another user may have written, or that is not UTF-8. The escapes
/// of TOML for single characters are undone. The caller must believe nothing in it.
pub fn text_of_any(path: &Path) -> String {
    let bytes = read_unbelieved(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mut plain = String::new();
    let mut rest = &*text;
    while let Some((before, escape)) = rest.split_once('\\') {
        plain.push_str(before);
        rest = escape;
        for (kind, length) in [('u', 4), ('U', 8), ('x', 2)] {
            let digits = escape
                .strip_prefix(kind)
                .and_then(|digits| digits.get(..length));
            let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
            if let Some(character) = code.and_then(char::from_u32) {
                plain.push(character);
                rest = &escape[1 + length..];
                break;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::files;

    #[test]
    fn the_words_of_a_file_that_is_no_configuration_are_read_all_the_same() {
        let directory = files::temporary_directory("authctl-test-").expect("a directory");
        let path = directory.path().join("config.toml");
        let bytes = b"\xe9 = { env = \"A\\u005FB\\x43\\U00000044\" } \\q \\u00 \\";
        files::replace(&path, bytes).expect("written");
        let text = text_of_any(&path);
        assert!(text.contains("\"A_BCD\""), "{text}");
        assert_eq!(text_of_any(directory.path()), "");
    }
}
