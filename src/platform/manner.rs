//! What a terminal can show: signs beyond ASCII, and styles. Decided from what the environment
//! says, which a higher room reads.
//!
//! Deliberately absent: a table of terminals. Bold and the eight colours are everywhere where a
//! cursor can be moved.

/// What the environment says of terminals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// Whether signs beyond ASCII are shown as they are meant.
    pub unicode: bool,
    /// Whether the cursor can be moved, and text have styles.
    pub draws: bool,
    /// Whether the user wants colours.
    pub colours: bool,
}

impl Manner {
    /// The manner that these variables ask for: `TERM`; the locale (the first of `LC_ALL`,
    /// `LC_CTYPE`, `LANG` that is set); and whether `NO_COLOR` is set (no-color.org).
    #[must_use]
    pub fn of(term: Option<&str>, locale: Option<&str>, no_color: bool) -> Self {
        let locale = locale.unwrap_or_default().to_ascii_lowercase();
        let names_utf8 = locale.contains("utf-8") || locale.contains("utf8");
        let draws = term != Some("dumb");
        Self {
            // Windows has no such variables, and its terminals show all signs.
            unicode: names_utf8 || cfg!(windows),
            draws,
            colours: draws && !no_color,
        }
    }
}

/// How a piece of text stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// What a person is to compare or to type.
    Strong,
    /// What is well.
    Good,
    /// What needs attention soon, or is not known.
    Doubtful,
    /// What has failed.
    Bad,
}

impl Style {
    /// `text` in this style.
    #[must_use]
    pub fn paint(self, text: &str) -> String {
        let codes = match self {
            Style::Strong => "1",
            Style::Good => "32",
            Style::Doubtful => "33",
            Style::Bad => "1;31",
        };
        format!("\x1b[{codes}m{text}\x1b[0m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides() {
        let whole = Manner {
            unicode: true,
            draws: true,
            colours: true,
        };
        for (term, locale, no_color, expected) in [
            (Some("xterm"), Some("de_DE.UTF-8"), false, whole),
            (None, Some("C.utf8"), false, whole),
            (
                Some("xterm"),
                Some("en_US.UTF-8"),
                true,
                Manner {
                    colours: false,
                    ..whole
                },
            ),
            (
                Some("dumb"),
                Some("en_US.UTF-8"),
                false,
                Manner {
                    draws: false,
                    colours: false,
                    ..whole
                },
            ),
        ] {
            assert_eq!(
                Manner::of(term, locale, no_color),
                expected,
                "{term:?} {locale:?}"
            );
        }
        let plain = Manner::of(Some("xterm"), Some("C"), false);
        assert_eq!(plain.unicode, cfg!(windows));
        assert_eq!(Manner::of(None, None, false).unicode, cfg!(windows));
    }
}
