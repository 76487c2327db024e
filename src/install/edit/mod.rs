//! Changes to the text of other programs' configuration. Pure: text in, text out.
//!
//! What authctl has not written stays as it is. To install twice is to install once, and to remove
//! gives back the text that was there before.
//!
//! A setting that the user could have written word for word has a comment above it that names
//! authctl ([`MARK`]). Without that comment it is not removed.

mod form;
mod ini;
mod json;
mod line;
mod toml;

pub use form::TextForm;
pub use ini::{IniSetting, ini};
pub use json::json;
pub use line::line;
pub use toml::{toml_array, toml_string};

/// The comment above a setting of authctl's that a user could have written, too.
pub const MARK: &str = "# by authctl hook install";

/// Whether a setting is installed or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The client is told to ask authctl.
    Install,
    /// The client is told no longer to ask authctl.
    Remove,
}

/// Why a text is not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// The text cannot be parsed, or has a shape in which there is no room for the setting.
    Unreadable,
    /// The setting has this value, which authctl has not written.
    OtherValue(String),
}

/// The text after the change; the same text if nothing has to change.
pub type Edited = Result<String, EditError>;

/// The text with a line break at its end.
fn with_line_break(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') {
        text.to_owned()
    } else {
        format!("{text}\n")
    }
}

#[cfg(test)]
mod testing {
    //! What holds for every kind of text.

    use super::{Direction, EditError, Edited};

    /// Installed twice it is installed once, and removed it is as it was.
    pub fn check(before: &str, expected: &str, edit: impl Fn(&str, Direction) -> Edited) {
        let installed = edit(before, Direction::Install).expect("installed");
        assert_eq!(installed, expected);
        assert_eq!(
            edit(&installed, Direction::Install).expect("installed"),
            installed,
            "twice"
        );
        assert_eq!(
            edit(&installed, Direction::Remove).expect("removed"),
            before,
            "removed"
        );
        assert_eq!(
            edit(before, Direction::Remove).expect("removed"),
            before,
            "nothing to remove"
        );
    }

    /// The error that another value stands there.
    pub fn other_value(text: &str) -> Edited {
        Err(EditError::OtherValue(text.to_owned()))
    }

    /// Whatever the text is, what can be installed is installed once and can be removed.
    pub fn check_any(text: &str, edits: &[fn(&str, Direction) -> Edited]) {
        for edit in edits {
            if let Ok(installed) = edit(text, Direction::Install) {
                assert_eq!(edit(&installed, Direction::Install), Ok(installed.clone()));
                assert!(edit(&installed, Direction::Remove).is_ok());
            }
        }
    }
}
