//! The configuration file, read: TOML, in which everything that is wrong is named with its line and
//! column.
//!
//! Deliberately absent: what the values of a profile mean. Here only their shape is checked;
//! `profile::resolve` uses them.

use std::path::Path;

use toml_edit::{Document, Item, Table, Value};

use super::ConfigError;
use super::anchor::anchor;
use super::content::text;
use crate::oauth::want::TokenKind;
use crate::platform::files::directory_of;
use crate::profile::binding::{self, Binding};
use crate::profile::setting::{Definition, SETTINGS, Setting, Shape, Source};
use crate::profile::target::Pattern;

/// How alike two names must be for one to be suggested in place of the other, from 0 to 1.
const LIKE: f64 = 0.7;

/// The content of the configuration file.
#[derive(Default)]
pub struct File {
    /// The name of the profile that is used when a command names none (`default_profile`).
    pub default_profile: Option<String>,
    /// The `[profile.NAME]` tables with their names, in the file's order.
    pub profiles: Vec<(String, Vec<Setting>)>,
    /// The `[[match]]` tables, in the file's order.
    pub bindings: Vec<Binding>,
}

impl File {
    /// The environment variables that profiles name as secrets.
    pub fn secret_variables(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (_, settings) in &self.profiles {
            let sources = settings
                .iter()
                .filter(|setting| setting.name == "client_secret");
            for word in sources.flat_map(|setting| &setting.values) {
                names.extend(word.strip_prefix("env=").map(str::to_owned));
            }
        }
        names
    }

    /// The settings of the profile `name`, if the file has it.
    pub fn settings_of(&self, name: &str) -> Option<&[Setting]> {
        let (_, settings) = self.profiles.iter().find(|(known, _)| known == name)?;
        Some(settings)
    }
}

/// What is wrong, and where in the text.
pub(super) struct Wrong {
    /// The offset in bytes.
    at: usize,
    message: String,
}

/// Reads the file. A file that does not exist is empty. `trusted` is a user whose commands root
/// runs.
pub fn load(path: &Path, trusted: Option<u32>) -> Result<File, ConfigError> {
    let content = text(path)?;
    let lent_by = content.lent_by.filter(|user| Some(*user) != trusted);
    let source = lent_by.map_or(Source::File, |user| Source::FileOf { user });
    let mut file = read(&content.text, path, source)?;
    let base = directory_of(path);
    for (_, settings) in &mut file.profiles {
        for setting in settings {
            anchor(setting.name, &mut setting.values, base);
        }
    }
    Ok(file)
}

/// Reads the text of the file; `path` is for messages, and `source` for what it sets.
pub fn read(text: &str, path: &Path, source: Source) -> Result<File, ConfigError> {
    parse(text, source).map_err(|Wrong { at, message }| {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        ConfigError::Syntax {
            path: path.to_owned(),
            line,
            column,
            message,
        }
    })
}

fn parse(text: &str, source: Source) -> Result<File, Wrong> {
    let document = Document::parse(text).map_err(|error| Wrong {
        at: error.span().map_or(0, |span| span.start),
        message: error.message().replace('\n', ", "),
    })?;
    let mut file = File::default();
    for (name, item) in document.as_table() {
        match (name, item) {
            ("default_profile", item) => file.default_profile = Some(string(name, item)?),
            ("profile", Item::Table(profiles)) => {
                for (name, item) in profiles {
                    let settings = profile(name, item, source)?;
                    file.profiles.push((name.to_owned(), settings));
                }
            }
            ("profile", item) => return Err(wrong(item, "expected tables `[profile.NAME]`")),
            ("match", Item::ArrayOfTables(tables)) => {
                for table in tables {
                    file.bindings.push(binding(table)?);
                }
            }
            ("match", item) => return Err(wrong(item, "expected tables `[[match]]`")),
            (other, item) => {
                let known = ["default_profile", "profile", "match"];
                return Err(wrong(item, unknown_setting(other, &known)));
            }
        }
    }
    Ok(file)
}

/// Reads the settings of `[profile.NAME]`.
fn profile(name: &str, item: &Item, source: Source) -> Result<Vec<Setting>, Wrong> {
    let Some(table) = item.as_table_like() else {
        return Err(wrong(item, format!("expected a table `[profile.{name}]`")));
    };
    let mut settings = Vec::new();
    for (name, item) in table.iter() {
        let Some(definition) = SETTINGS.iter().find(|known| known.name == name) else {
            let known: Vec<&str> = SETTINGS.iter().map(|known| known.name).collect();
            return Err(wrong(item, unknown_setting(name, &known)));
        };
        settings.push(Setting {
            name: definition.name,
            values: values(definition, item)?,
            source,
        });
    }
    Ok(settings)
}

/// Reads a `[[match]]` table.
pub(super) fn binding(table: &Table) -> Result<Binding, Wrong> {
    let mut binding = Binding::default();
    for (name, item) in table {
        let texts = texts(name, item)?;
        match name {
            "url" | "host" => {
                for text in texts {
                    let pattern = pattern(name, &text, item)?;
                    binding.patterns.push((text, pattern));
                }
            }
            "profile" => binding.profile = texts.into_iter().next(),
            "hook" => binding.hooks = texts,
            "username" => binding.username = texts.into_iter().next(),
            "audience" => binding.audience = texts.into_iter().next(),
            "token" => binding.token = Some(token_kind(texts.first(), item)?),
            other => {
                let known: Vec<&str> = binding::SETTINGS.iter().map(|known| known.name).collect();
                return Err(wrong(item, unknown_setting(other, &known)));
            }
        }
    }
    if binding.profile.is_none() {
        return Err(missing_setting(table, "`profile`"));
    }
    if binding.patterns.is_empty() {
        return Err(missing_setting(table, "`url` or `host`"));
    }
    Ok(binding)
}

fn missing_setting(table: &Table, what: &str) -> Wrong {
    Wrong {
        at: table.span().map_or(0, |span| span.start),
        message: format!("this `[[match]]` has no {what}"),
    }
}

/// Reads an address of a `[[match]]` table. `url` and `host` are read in the same way, except that
/// a `host` may not have a path: the two names say what the user means.
fn pattern(name: &str, text: &str, item: &Item) -> Result<Pattern, Wrong> {
    let (expected, example) = match name {
        "host" => ("a host", "*.example.com:8443"),
        _ => ("an address", "https://git.example.com/team"),
    };
    Pattern::parse(text)
        .filter(|pattern| name != "host" || !pattern.has_path() && !text.contains("://"))
        .ok_or_else(|| {
            let asterisk = if text.contains('*') {
                "; a `*` stands only in the first labels, before two others"
            } else {
                ""
            };
            let message =
                format!("`{name}`: `{text}` is not {expected}: write {example}{asterisk}");
            wrong(item, message)
        })
}

fn token_kind(text: Option<&String>, item: &Item) -> Result<TokenKind, Wrong> {
    TokenKind::ALL
        .iter()
        .find(|(name, _)| text.is_some_and(|text| text == name))
        .map(|(_, kind)| *kind)
        .ok_or_else(|| wrong(item, "`token`: expected access_token or id_token"))
}

/// Reads a setting of a `[[match]]` table: one string, or an array of them if the table of settings
/// allows that.
fn texts(name: &str, item: &Item) -> Result<Vec<String>, Wrong> {
    let is_list = binding::SETTINGS
        .iter()
        .any(|known| known.name == name && known.is_list);
    match item.as_array().filter(|_| is_list) {
        Some(array) => {
            strings(array.iter()).ok_or_else(|| wrong(item, format!("`{name}`: expected strings")))
        }
        None => Ok(vec![string(name, item)?]),
    }
}

/// Reads a setting of a profile, in the shape that its definition gives it.
fn values(definition: &Definition, item: &Item) -> Result<Vec<String>, Wrong> {
    let read = match definition.shape {
        Shape::Text => text_or_switch(item),
        Shape::Duration => duration(item),
        Shape::List => list(item),
        Shape::Ports => ports(item),
        Shape::Table => pairs(item),
    };
    read.ok_or_else(|| {
        let expected = match definition.shape {
            Shape::Text => "a string",
            Shape::Duration => "a length of time such as \"90s\" or \"5m\"",
            Shape::List => "an array of strings",
            Shape::Ports => "an array of ports",
            Shape::Table => "a table of strings",
        };
        wrong(item, format!("`{}`: expected {expected}", definition.name))
    })
}

/// A string, or the word for TOML's `true` and `false`.
fn text_or_switch(item: &Item) -> Option<Vec<String>> {
    match item.as_bool() {
        Some(is_on) => Some(vec![is_on.to_string()]),
        None => Some(vec![item.as_str()?.to_owned()]),
    }
}

/// A string such as `90s`, or a number of seconds.
fn duration(item: &Item) -> Option<Vec<String>> {
    match item.as_value()? {
        Value::String(text) => Some(vec![text.value().clone()]),
        Value::Integer(seconds) => Some(vec![seconds.value().to_string()]),
        _ => None,
    }
}

/// An array of strings, as TOML has lists; or one string with spaces, as OAuth writes a scope.
fn list(item: &Item) -> Option<Vec<String>> {
    match item.as_value()? {
        Value::String(text) => Some(text.value().split_whitespace().map(str::to_owned).collect()),
        Value::Array(array) => strings(array.iter()),
        _ => None,
    }
}

/// An array of numbers. Whether they are ports is not decided here.
fn ports(item: &Item) -> Option<Vec<String>> {
    let array = item.as_array()?;
    let ports = array.iter().map(Value::as_integer);
    ports
        .map(|port| port.map(|port| port.to_string()))
        .collect()
}

/// A table of strings, each as `name=value`.
fn pairs(item: &Item) -> Option<Vec<String>> {
    let mut pairs = Vec::new();
    for (name, item) in item.as_table_like()?.iter() {
        pairs.push(format!("{name}={}", item.as_str()?));
    }
    Some(pairs)
}

/// The values as strings, if all of them are strings.
fn strings<'a>(values: impl Iterator<Item = &'a Value>) -> Option<Vec<String>> {
    values
        .map(|value| value.as_str().map(str::to_owned))
        .collect()
}

fn string(name: &str, item: &Item) -> Result<String, Wrong> {
    item.as_str()
        .map(str::to_owned)
        .ok_or_else(|| wrong(item, format!("`{name}`: expected a string")))
}

/// The message for a name that is not one of `known`.
fn unknown_setting(name: &str, known: &[&str]) -> String {
    let mut best = None;
    let mut best_likeness = LIKE;
    for candidate in known {
        let likeness = strsim::jaro_winkler(name, candidate);
        if likeness > best_likeness {
            best = Some(candidate);
            best_likeness = likeness;
        }
    }
    match best {
        Some(best) => format!("unknown setting `{name}`: did you mean `{best}`?"),
        None => format!(
            "unknown setting `{name}`: expected one of {}",
            known.join(", ")
        ),
    }
}

fn wrong(item: &Item, message: impl Into<String>) -> Wrong {
    Wrong {
        at: item.span().map_or(0, |span| span.start),
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(text: &str) -> String {
        match parse(text, Source::File) {
            Err(wrong) => wrong.message,
            Ok(_) => panic!("accepted: {text}"),
        }
    }

    #[test]
    fn a_profile_is_read_in_every_shape() {
        let file = parse(
            "default_profile = \"work\"\n[profile.work]\nissuer = \"https://as.example\"\nscope \
             = \"a b\"\n\
             resource = [\"r1\", \"r2\"]\nports = [80, 81]\nclient_secret = { file = \"~/s\" \
             }\nassumed_ttl = 90\n",
            Source::File,
        )
        .unwrap_or_else(|wrong| panic!("{}", wrong.message));
        assert_eq!(file.default_profile.as_deref(), Some("work"));
        let (name, settings) = &file.profiles[0];
        let values = |name: &str| {
            settings
                .iter()
                .find(|s| s.name == name)
                .map(|s| s.values.join("|"))
        };
        assert_eq!(name, "work");
        assert_eq!(values("scope").as_deref(), Some("a|b"));
        assert_eq!(values("resource").as_deref(), Some("r1|r2"));
        assert_eq!(values("ports").as_deref(), Some("80|81"));
        assert_eq!(values("client_secret").as_deref(), Some("file=~/s"));
        assert_eq!(values("assumed_ttl").as_deref(), Some("90"));
    }

    #[test]
    fn a_match_is_read_with_one_address_or_several() {
        let text = "[[match]]\nurl = \"https://git.example.com/team\"\nprofile = \"work\"\ntoken \
            = \"id_token\"\n\
                    [[match]]\nhost = [\"*.example.com\", \"r.example.com:*\"]\nhook \
                    = \"docker\"\nprofile = \"home\"\n";
        let file = parse(text, Source::File).unwrap_or_else(|wrong| panic!("{}", wrong.message));
        let [one, other] = file.bindings.as_slice() else {
            panic!("two")
        };
        assert_eq!(
            (one.profile.as_deref(), one.token, one.patterns.len()),
            (Some("work"), Some(TokenKind::Id), 1)
        );
        assert_eq!(
            (other.hooks.as_slice(), other.patterns.len()),
            (&["docker".to_owned()][..], 2)
        );
        assert!(message("[[match]]\nhost = \"a\"").contains("no `profile`"));
        assert!(message("[[match]]\nprofile = \"a\"").contains("no `url` or `host`"));
        assert!(
            message("[[match]]\nhost = \"a/b\"\nprofile = \"a\"").contains("`a/b` is not a host")
        );
        assert!(
            message("[[match]]\nhots = \"a\"\nprofile = \"a\"").contains("did you mean `host`")
        );
        assert!(message("[[match]]\nprofile = [\"a\"]").contains("expected a string"));
        assert!(message("match = 5").contains("[[match]]"));
    }

    #[test]
    fn what_is_wrong_is_named_with_what_was_expected() {
        assert!(message("[profile.a]\nisuer = \"x\"").contains("did you mean `issuer`"));
        assert!(message("[profile.a]\nissuer = 5").contains("expected a string"));
        assert!(message("[profile.a]\nports = [\"x\"]").contains("array of ports"));
        assert!(message("profile = 5").contains("[profile.NAME]"));
        assert!(message("colour = 1").contains("default_profile"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = parse(&text, Source::File);
        }
    }
}
