//! Values of settings, each looked up by name and read in its shape.

use std::time::Duration;

use super::setting::Setting;
use super::{Actual, Invalid};
use crate::text::did_you_mean;
use crate::time;

/// Settings, of which the first of each name wins.
pub(super) struct Values<'a>(pub &'a [Setting]);

impl Values<'_> {
    /// All values of a setting; `None` if it is not there.
    pub fn list(&self, name: &str) -> Option<&[String]> {
        let winner = self.0.iter().find(|setting| setting.name == name)?;
        Some(&winner.values)
    }

    /// The first value of a setting.
    pub fn text(&self, name: &str) -> Option<String> {
        self.list(name)?.first().cloned()
    }

    /// The first value of a setting that no profile can do without.
    pub fn required_text(&self, setting: &'static str, expected: &str) -> Result<String, Invalid> {
        self.text(setting)
            .ok_or_else(|| invalid(setting, Actual::Missing, expected))
    }

    /// What the word that a setting holds means in `all`.
    pub fn choice<T: Copy>(
        &self,
        setting: &'static str,
        all: &[(&str, T)],
    ) -> Result<Option<T>, Invalid> {
        let Some(text) = self.text(setting) else {
            return Ok(None);
        };
        if let Some((_, meaning)) = all.iter().find(|(word, _)| *word == text) {
            return Ok(Some(*meaning));
        }
        let words: Vec<&str> = all.iter().map(|(word, _)| *word).collect();
        let expected = one_of(&words, &text);
        Err(unusable_value(setting, text, &expected))
    }

    /// Whether a setting is on; one that is not there is off.
    pub fn switch(&self, setting: &'static str, words: &[(&str, bool)]) -> Result<bool, Invalid> {
        Ok(self.choice(setting, words)?.unwrap_or_default())
    }

    pub fn duration(&self, setting: &'static str) -> Result<Option<Duration>, Invalid> {
        let Some(text) = self.text(setting) else {
            return Ok(None);
        };
        match time::parse_duration(&text) {
            Ok(duration) => Ok(Some(duration)),
            Err(_) => Err(unusable_value(
                setting,
                text,
                "a length of time such as 90s or 5m",
            )),
        }
    }
}

pub(super) fn invalid(setting: &'static str, actual: Actual, expected: &str) -> Invalid {
    Invalid {
        setting,
        actual,
        expected: expected.to_owned(),
    }
}

/// A setting whose value is not one that it can have.
pub(super) fn unusable_value(
    setting: &'static str,
    value: impl Into<String>,
    expected: &str,
) -> Invalid {
    invalid(setting, Actual::Value(value.into()), expected)
}

/// What is expected where `text` is none of `words`.
pub(super) fn one_of(words: &[&str], text: &str) -> String {
    let question = did_you_mean(text, words.iter().copied());
    let question = question.map_or(String::new(), |question| format!("; {question}"));
    format!("one of {}{question}", words.join(", "))
}
