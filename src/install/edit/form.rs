//! How a file's text is written, apart from what it says: the byte order mark and the line breaks.
//! Editors see neither, and both are as before in the file that is written.

/// The byte order mark that some editors put before UTF-8 text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The form of a file's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextForm {
    has_mark: bool,
    has_crlf: bool,
}

impl TextForm {
    /// The form of this text. Where some lines end in CRLF and others do not, a CR is part of the
    /// line.
    pub fn of(text: &str) -> Self {
        let crlf = text.matches("\r\n").count();
        Self {
            has_mark: text.starts_with(BYTE_ORDER_MARK),
            has_crlf: crlf > 0 && crlf == text.matches('\n').count(),
        }
    }

    /// The text without its form: no byte order mark, and lines that end in LF.
    pub fn remove(self, text: &str) -> String {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        if self.has_crlf {
            text.replace("\r\n", "\n")
        } else {
            text.to_owned()
        }
    }

    /// The text in this form.
    pub fn restore(self, text: &str) -> String {
        let mut restored = String::new();
        if self.has_mark {
            restored.push(BYTE_ORDER_MARK);
        }
        if self.has_crlf {
            restored.push_str(&text.replace('\n', "\r\n"));
        } else {
            restored.push_str(text);
        }
        restored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_removed_and_restored() {
        for text in ["a\nb\n", "\u{feff}a\r\nb\r\n", "\u{feff}a", "a\r\nb\n", ""] {
            let form = TextForm::of(text);
            assert_eq!(form.restore(&form.remove(text)), text);
        }
        let form = TextForm::of("\u{feff}a\r\n");
        assert_eq!(form.remove("\u{feff}a\r\n"), "a\n");
    }
}
