//! The configuration file, read: TOML with a line and a column for everything that is wrong with
//! it.

use std::path::Path;

use toml_edit::{Document, Item, Table, Value};

use super::ConfigError;
use crate::oauth::want::TokenKind;
use crate::profile::binding::{self, Binding};
use crate::profile::setting::{Definition, SETTINGS, Setting, Shape, Source};
use crate::profile::target::Pattern;

/// The file's content.
#[derive(Default)]
pub struct File {
    /// `default_profile`.
    pub default_profile: Option<String>,
    /// `[profile.NAME]`, in the file's order.
    pub profiles: Vec<(String, Vec<Setting>)>,
    /// `[[match]]`, in the file's order.
    pub bindings: Vec<Binding>,
}

/// Something wrong at a place in the text.
pub(super) struct Wrong {
    at: usize,
    message: String,
}

/// Reads the file; one that does not exist is empty.
pub fn load(path: &Path) -> Result<File, ConfigError> {
    read(&text(path)?, path)
}

/// The file's text; that of one that does not exist is empty.
pub fn text(path: &Path) -> Result<String, ConfigError> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|source| ConfigError::Io {
            what: "read",
            path: path.to_owned(),
            source,
        }),
    }
}

/// Reads the file's text; `path` is for messages.
pub fn read(text: &str, path: &Path) -> Result<File, ConfigError> {
    parse(text).map_err(|Wrong { at, message }| {
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

fn parse(text: &str) -> Result<File, Wrong> {
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
                    file.profiles.push((name.to_owned(), profile(name, item)?));
                }
            }
            ("profile", item) => {
                return Err(wrong(item, "expected tables `[profile.NAME]`".to_owned()));
            }
            ("match", Item::ArrayOfTables(tables)) => {
                for table in tables {
                    file.bindings.push(binding(table)?);
                }
            }
            ("match", item) => return Err(wrong(item, "expected tables `[[match]]`".to_owned())),
            (other, item) => {
                let known = ["default_profile", "profile", "match"];
                return Err(wrong(item, unknown(other, &known)));
            }
        }
    }
    Ok(file)
}

fn profile(name: &str, item: &Item) -> Result<Vec<Setting>, Wrong> {
    let table = item
        .as_table_like()
        .ok_or_else(|| wrong(item, format!("expected a table `[profile.{name}]`")))?;
    let mut settings = Vec::new();
    for (name, item) in table.iter() {
        let Some(known) = SETTINGS.iter().find(|known| known.name == name) else {
            let known: Vec<&str> = SETTINGS.iter().map(|known| known.name).collect();
            return Err(wrong(item, unknown(name, &known)));
        };
        settings.push(Setting {
            name: known.name,
            values: values(known, item)?,
            source: Source::File,
        });
    }
    Ok(settings)
}

/// Reads a `[[match]]` table.
pub(super) fn binding(table: &Table) -> Result<Binding, Wrong> {
    let mut binding = Binding::default();
    for (name, item) in table {
        let texts = texts(name, item)?;
        let only = texts.first().cloned();
        match name {
            "url" | "host" => {
                for text in texts {
                    // Both are read in the same way; the two names only say what people mean.
                    let pattern =
                        Pattern::parse(&text).filter(|_| name == "url" || !text.contains('/'));
                    let expected = if name == "url" {
                        "https://git.example.com/team"
                    } else {
                        "*.example.com:8443"
                    };
                    let pattern = pattern.ok_or_else(|| {
                        wrong(
                            item,
                            format!("`{name}`: `{text}` is none: write {expected}"),
                        )
                    })?;
                    binding.patterns.push((text, pattern));
                }
            }
            "profile" => binding.profile = only,
            "hook" => binding.hooks = texts,
            "username" => binding.username = only,
            "audience" => binding.audience = only,
            "token" => {
                let kind = TokenKind::ALL
                    .iter()
                    .find(|(known, _)| Some(*known) == only.as_deref());
                let kind = kind.ok_or_else(|| {
                    wrong(
                        item,
                        "`token`: expected access_token or id_token".to_owned(),
                    )
                })?;
                binding.token = Some(kind.1);
            }
            other => {
                let known: Vec<&str> = binding::SETTINGS.iter().map(|known| known.name).collect();
                return Err(wrong(item, unknown(other, &known)));
            }
        }
    }
    let at = table.span().map_or(0, |span| span.start);
    let lacks = |what: &str| {
        Err(Wrong {
            at,
            message: format!("this `[[match]]` has no `{what}`"),
        })
    };
    match &binding {
        Binding { profile: None, .. } => lacks("profile"),
        Binding { patterns, .. } if patterns.is_empty() => lacks("url` or `host"),
        _ => Ok(binding),
    }
}

/// One string, or where the table of settings allows it an array of them.
fn texts(name: &str, item: &Item) -> Result<Vec<String>, Wrong> {
    let list = binding::SETTINGS
        .iter()
        .any(|known| known.name == name && known.is_list);
    match item.as_array().filter(|_| list) {
        Some(array) => {
            let text = |value: &Value| value.as_str().map(str::to_owned);
            let all: Option<Vec<String>> = array.iter().map(text).collect();
            all.ok_or_else(|| wrong(item, format!("`{name}`: expected strings")))
        }
        None => Ok(vec![string(name, item)?]),
    }
}

fn values(setting: &Definition, item: &Item) -> Result<Vec<String>, Wrong> {
    let expected = |what: &str| wrong(item, format!("`{}`: expected {what}", setting.name));
    match setting.shape {
        Shape::Text => match item.as_bool() {
            Some(yes) => Ok(vec![yes.to_string()]),
            None => Ok(vec![string(setting.name, item)?]),
        },
        Shape::Duration => match item.as_value() {
            Some(Value::String(text)) => Ok(vec![text.value().clone()]),
            Some(Value::Integer(seconds)) => Ok(vec![seconds.value().to_string()]),
            _ => Err(expected("a length of time such as \"90s\" or \"5m\"")),
        },
        // One string with spaces is how OAuth writes a scope; an array is how TOML does.
        Shape::List => match item.as_value() {
            Some(Value::String(text)) => {
                Ok(text.value().split_whitespace().map(str::to_owned).collect())
            }
            Some(Value::Array(array)) => {
                let text = |value: &Value| value.as_str().map(str::to_owned);
                array
                    .iter()
                    .map(text)
                    .collect::<Option<_>>()
                    .ok_or_else(|| expected("an array of strings"))
            }
            _ => Err(expected("an array of strings")),
        },
        Shape::Ports => {
            let array = item
                .as_array()
                .ok_or_else(|| expected("an array of ports"))?;
            let port = |value: &Value| value.as_integer().map(|port| port.to_string());
            array
                .iter()
                .map(port)
                .collect::<Option<_>>()
                .ok_or_else(|| expected("an array of ports"))
        }
        Shape::Table => {
            let table = item
                .as_table_like()
                .ok_or_else(|| expected("a table of strings"))?;
            let pair = |(name, item): (&str, &Item)| Some(format!("{name}={}", item.as_str()?));
            table
                .iter()
                .map(pair)
                .collect::<Option<_>>()
                .ok_or_else(|| expected("a table of strings"))
        }
    }
}

fn string(name: &str, item: &Item) -> Result<String, Wrong> {
    item.as_str()
        .map(str::to_owned)
        .ok_or_else(|| wrong(item, format!("`{name}`: expected a string")))
}

fn unknown(name: &str, known: &[&str]) -> String {
    let likeness = |candidate: &&&str| strsim::jaro_winkler(name, candidate);
    let best = known
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best {
        Some(best) if strsim::jaro_winkler(name, best) > 0.7 => {
            format!("unknown setting `{name}`: did you mean `{best}`?")
        }
        _ => format!(
            "unknown setting `{name}`: expected one of {}",
            known.join(", ")
        ),
    }
}

fn wrong(item: &Item, message: String) -> Wrong {
    Wrong {
        at: item.span().map_or(0, |span| span.start),
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(text: &str) -> String {
        match parse(text) {
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
        let file = parse(text).unwrap_or_else(|wrong| panic!("{}", wrong.message));
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
        assert!(message("[[match]]\nhost = \"a/b\"\nprofile = \"a\"").contains("`a/b` is none"));
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
            let _ = parse(&text);
        }
    }
}
