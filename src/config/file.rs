//! The configuration file, read: TOML, in which everything that is wrong is named with its line and
//! column. What is wrong in the table of one profile is no concern of the others.
//!
//! Deliberately absent: what the values of a profile mean. Here only their shape is checked;
//! `profile::resolve` uses them.

use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, Table};

use super::ConfigError;
use super::anchor::anchor;
use super::content::text;
use super::log_setting::{self, LogSetting};
use super::name::check_name;
use super::shapes::{Wrong, string, texts, unknown_setting, values, wrong};
use crate::oauth::want::TokenKind;
use crate::platform::files::directory_of;
use crate::profile::binding::{self, Binding};
use crate::profile::setting::{SETTINGS, Setting, Source};
use crate::profile::target::Pattern;
use crate::text::{printable, repeatable};

/// The content of the configuration file.
#[derive(Default)]
pub struct File {
    /// The name of the profile that is used when a command names none (`default_profile`).
    pub default_profile: Option<String>,
    /// What is said of the log.
    pub log: LogSetting,
    /// The `[profile.NAME]` tables, in the file's order.
    pub profiles: Vec<ProfileTable>,
    /// The `[[match]]` tables, in the file's order.
    pub bindings: Vec<Binding>,
}

/// A `[profile.NAME]` table.
pub struct ProfileTable {
    /// The name of the profile.
    pub name: String,
    /// The settings that could be read.
    settings: Vec<Setting>,
    /// The first thing that is wrong with the others.
    fault: Option<Fault>,
}

/// What is wrong in a file, and where.
#[derive(Clone)]
struct Fault {
    path: PathBuf,
    line: usize,
    column: usize,
    message: String,
}

impl From<Fault> for ConfigError {
    fn from(fault: Fault) -> Self {
        let Fault {
            path,
            line,
            column,
            message,
        } = fault;
        Self::Syntax {
            path,
            line,
            column,
            message,
        }
    }
}

impl File {
    /// The environment variables that profiles name as secrets; `None` where a table cannot be
    /// read, which may name another one.
    pub fn secret_variables(&self) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for table in &self.profiles {
            if table.fault.is_some() {
                return None;
            }
            let sources = table
                .settings
                .iter()
                .filter(|setting| setting.name == "client_secret");
            for word in sources.flat_map(|setting| &setting.values) {
                names.extend(word.strip_prefix("env=").map(str::to_owned));
            }
        }
        Some(names)
    }

    /// The settings of the profile `name`, if the file has it.
    ///
    /// # Errors
    /// When its table cannot be read.
    pub fn settings_of(&self, name: &str) -> Result<Option<&[Setting]>, ConfigError> {
        let Some(table) = self.profiles.iter().find(|table| table.name == name) else {
            return Ok(None);
        };
        match &table.fault {
            None => Ok(Some(&table.settings)),
            Some(fault) => Err(fault.clone().into()),
        }
    }
}

/// Reads the file. A file that does not exist is empty. `trusted` is a user whose commands root
/// runs.
pub fn load(path: &Path, trusted: Option<u32>) -> Result<File, ConfigError> {
    let content = text(path)?;
    let lent_by = content.lent_by.filter(|user| Some(*user) != trusted);
    let source = lent_by.map_or(Source::File, |user| Source::FileOf { user });
    let mut file = read(&content.text, path, source)?;
    let base = directory_of(path);
    for table in &mut file.profiles {
        for setting in &mut table.settings {
            anchor(setting.name, &mut setting.values, base);
        }
    }
    Ok(file)
}

/// Reads the text of the file; `path` is for messages, and `source` for what it sets.
pub fn read(text: &str, path: &Path, source: Source) -> Result<File, ConfigError> {
    let locate = |wrong| locate(wrong, text, path);
    parse(text, source, &locate).map_err(|wrong| locate(wrong).into())
}

/// What is wrong, with the place in the file at `path` in which `text` stands.
fn locate(Wrong { at, message }: Wrong, text: &str, path: &Path) -> Fault {
    let before = text.get(..at).unwrap_or(text);
    Fault {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
        message,
    }
}

fn parse(text: &str, source: Source, locate: &dyn Fn(Wrong) -> Fault) -> Result<File, Wrong> {
    let document = Document::parse(text).map_err(|error| Wrong {
        at: error.span().map_or(0, |span| span.start),
        message: error.message().replace('\n', ", "),
    })?;
    let mut file = File::default();
    for (name, item) in document.as_table() {
        match (name, item) {
            ("default_profile", item) => file.default_profile = Some(string(name, item)?),
            ("log", item) => {
                let said = item.as_bool().map(|said| said.to_string());
                let said = said.or_else(|| item.as_str().map(str::to_owned));
                let sink = said.and_then(|said| log_setting::parse_sink(&said));
                file.log.sink = sink.ok_or_else(|| wrong(item, log_setting::EXPECTED))?;
            }
            ("log_size", item) => {
                let size = log_setting::parse_size(&string(name, item)?);
                file.log.size = size.ok_or_else(|| wrong(item, log_setting::EXPECTED_SIZE))?;
            }
            ("profile", Item::Table(profiles)) => {
                for (name, item) in profiles {
                    let (settings, fault) = profile(name, item, source);
                    let named = check_name(name).map_err(|error| wrong(item, error.to_string()));
                    file.profiles.push(ProfileTable {
                        name: printable(name, 64),
                        settings,
                        fault: named.err().or(fault).map(locate),
                    });
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
                let known = ["default_profile", "log", "log_size", "profile", "match"];
                return Err(wrong(item, unknown_setting(other, &known)));
            }
        }
    }
    Ok(file)
}

/// Reads the settings of `[profile.NAME]`: those that can be read, and the first thing that is
/// wrong with the others.
fn profile(name: &str, item: &Item, source: Source) -> (Vec<Setting>, Option<Wrong>) {
    let mut settings = Vec::new();
    let Some(table) = item.as_table_like() else {
        let message = format!("expected a table `[profile.{name}]`");
        return (settings, Some(wrong(item, message)));
    };
    let mut first_wrong = None;
    for (name, item) in table.iter() {
        match setting(name, item, source) {
            Ok(setting) => settings.push(setting),
            Err(wrong) => drop(first_wrong.get_or_insert(wrong)),
        }
    }
    (settings, first_wrong)
}

fn setting(name: &str, item: &Item, source: Source) -> Result<Setting, Wrong> {
    let Some(definition) = SETTINGS.iter().find(|known| known.name == name) else {
        let known: Vec<&str> = SETTINGS.iter().map(|known| known.name).collect();
        return Err(wrong(item, unknown_setting(name, &known)));
    };
    Ok(Setting {
        name: definition.name,
        values: values(definition, item)?,
        source,
    })
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
            let text = repeatable(text);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(text: &str) -> String {
        let file = match read(text, Path::new("c.toml"), Source::File) {
            Err(error) => return error.to_string(),
            Ok(file) => file,
        };
        let faults = file.profiles.into_iter().find_map(|table| table.fault);
        let fault = faults.unwrap_or_else(|| panic!("accepted: {text}"));
        ConfigError::from(fault).to_string()
    }

    fn accepted(text: &str) -> File {
        let file = read(text, Path::new("c.toml"), Source::File).expect("a configuration");
        assert!(file.profiles.iter().all(|table| table.fault.is_none()));
        file
    }

    #[test]
    fn a_profile_is_read_in_every_shape() {
        let file = accepted(
            "default_profile = \"work\"\n[profile.work]\nissuer = \"https://as.example\"\nscope \
             = \"a b\"\n\
             resource = [\"r1\", \"r2\"]\nports = [80, 81]\nclient_secret = { file = \"~/s\" \
             }\nassumed_ttl = 90\n",
        );
        assert_eq!(file.default_profile.as_deref(), Some("work"));
        let ProfileTable { name, settings, .. } = &file.profiles[0];
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
        let file = accepted(text);
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
            let _ = read(&text, Path::new("c.toml"), Source::File);
        }
    }
}
