//! The configuration file, changed: comments, order and everything that we do not know stay as they
//! are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::{ConfigError, Locations, file};
use crate::oauth::want::TokenKind;
use crate::platform::files;
use crate::platform::lock::acquire_briefly;
use crate::profile::binding::Binding;
use crate::profile::setting::{SETTINGS, Setting, Shape};

impl Locations {
    /// Writes `settings` into `[profile.NAME]`, which is made if it is not there. The first profile
    /// becomes the default. Says whether anything changed.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn write_profile(&self, name: &str, settings: &[Setting]) -> Result<bool, ConfigError> {
        self.change(|document| {
            if document.get("profile").is_none() {
                let mut parent = Table::new();
                parent.set_implicit(true);
                document.insert("profile", Item::Table(parent));
                document["default_profile"] = name.into();
            }
            let profile = document["profile"]
                .as_table_mut()?
                .entry(name)
                .or_insert(Item::Table(Table::new()));
            let table = profile.as_table_like_mut()?;
            for setting in settings {
                put(table, setting.name, value(setting)?);
            }
            Some(())
        })
    }

    /// Adds a `[[match]]`, at the end.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn write_binding(&self, binding: &Binding) -> Result<bool, ConfigError> {
        self.change(|document| {
            let all = document
                .entry("match")
                .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
            all.as_array_of_tables_mut()?.push(table(binding));
            Some(())
        })
    }

    /// Sets in each `[[match]]` that is `meant` the user name and the token, where one is given.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn refine_bindings(
        &self,
        meant: impl Fn(&Binding) -> bool,
        new: &Binding,
    ) -> Result<bool, ConfigError> {
        self.change(|document| {
            for known in document
                .get_mut("match")?
                .as_array_of_tables_mut()?
                .iter_mut()
            {
                if file::binding(known).is_ok_and(|known| meant(&known)) {
                    if let Some(username) = &new.username {
                        put(known, "username", username.as_str().into());
                    }
                    if let Some(token) = new.token {
                        put(known, "token", token.name().into());
                    }
                }
            }
            Some(())
        })
    }

    /// Takes addresses out of each `[[match]]` that is `meant`, and the table with the last of
    /// them. `goes` tells which.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn remove_bindings(
        &self,
        meant: impl Fn(&Binding) -> bool,
        goes: impl Fn(&str) -> bool,
    ) -> Result<bool, ConfigError> {
        self.change(|document| {
            let all = document.get_mut("match")?.as_array_of_tables_mut()?;
            let mut comments = String::new();
            for place in (0..all.len()).rev() {
                let known = all.get_mut(place)?;
                if file::binding(known).is_ok_and(|known| meant(&known)) {
                    for name in ["url", "host"] {
                        thin(known, name, &goes);
                    }
                    if known.get("url").is_none() && known.get("host").is_none() {
                        let prefix = known
                            .decor()
                            .prefix()
                            .and_then(|prefix| prefix.as_str())
                            .unwrap_or_default();
                        comments.insert_str(0, if prefix.contains('#') { prefix } else { "" });
                        all.remove(place);
                    }
                }
            }
            if all.is_empty() {
                document.remove("match");
            }
            // What somebody wrote above it may have been about something else.
            let trailing = format!(
                "{comments}{}",
                document.trailing().as_str().unwrap_or_default()
            );
            document.set_trailing(trailing);
            Some(())
        })
    }

    /// Makes `name` the profile that is used when nobody names one.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn write_default(&self, name: &str) -> Result<bool, ConfigError> {
        self.change(|document| {
            document["default_profile"] = name.into();
            Some(())
        })
    }

    /// Takes `[profile.NAME]` out, and the default with it if it was that.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn remove_profile(&self, name: &str) -> Result<bool, ConfigError> {
        self.change(|document| {
            document
                .get_mut("profile")?
                .as_table_like_mut()?
                .remove(name)?;
            // What was bound to it would be bound to nothing.
            if let Some(all) = document
                .get_mut("match")
                .and_then(Item::as_array_of_tables_mut)
            {
                all.retain(|table| table.get("profile").and_then(Item::as_str) != Some(name));
            }
            if document.get("default_profile").and_then(Item::as_str) == Some(name) {
                document.remove("default_profile");
            }
            Some(())
        })
    }

    /// Tries whether the file could be written, before anybody is asked for what would be written.
    ///
    /// # Errors
    /// When it could not.
    pub fn rehearse(&self) -> Result<(), ConfigError> {
        let path = self.real_path()?;
        let made = lock(&path)
            .and_then(|_lock| tempfile::NamedTempFile::new_in(files::directory_of(&path)));
        match made {
            Ok(_) => Ok(()),
            Err(source) => Err(ConfigError::Io {
                what: "write",
                path,
                source,
            }),
        }
    }

    /// The file itself: a link to it stays a link, see [`files::resolve_link`].
    fn real_path(&self) -> Result<PathBuf, ConfigError> {
        files::resolve_link(&self.config).map_err(|source| ConfigError::Io {
            what: "write",
            path: self.config.clone(),
            source,
        })
    }

    /// Reads, changes and replaces the file, if the change changes anything.
    fn change(
        &self,
        change: impl FnOnce(&mut DocumentMut) -> Option<()>,
    ) -> Result<bool, ConfigError> {
        let path = self.real_path()?;
        let io = |what, source| ConfigError::Io {
            what,
            path: path.clone(),
            source,
        };
        let _lock = lock(&path).map_err(|source| io("lock", source))?;
        let before = file::text(&path)?;
        file::read(&before, &path)?;
        let (mark, text) = before
            .strip_prefix('\u{feff}')
            .map_or(("", before.as_str()), |text| ("\u{feff}", text));
        let windows = text.contains("\r\n");
        let mut document: DocumentMut = text
            .parse()
            .map_err(|_| io("read", std::io::ErrorKind::InvalidData.into()))?;
        let same = document.to_string();
        let changed = change(&mut document).is_some() && document.to_string() != same;
        if changed {
            let text = document.to_string().replace("\r\n", "\n");
            let text = if windows {
                text.replace('\n', "\r\n")
            } else {
                text
            };
            let text = format!("{mark}{text}");
            files::replace_keeping_mode(&path, text.as_bytes())
                .map_err(|source| io("write", source))?;
        }
        Ok(changed)
    }
}

/// How long one change of the file waits for another.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keeps two processes from changing the file at once: each would lose what the other wrote. Held
/// for a moment, until the file that comes back is dropped.
fn lock(path: &Path) -> std::io::Result<std::fs::File> {
    acquire_briefly(&files::append(path, ".lock"), PATIENCE)
}

/// Sets a setting of a table. One that is there keeps its place and its comments; one that is right already is not
/// touched.
fn put(table: &mut dyn TableLike, name: &str, value: Value) {
    match table.get_mut(name) {
        None => {
            table.insert(name, Item::Value(value));
        }
        Some(item) => {
            let decor = item
                .as_value()
                .map(|old| old.decor().clone())
                .unwrap_or_default();
            let same = item
                .clone()
                .into_value()
                .is_ok_and(|old| plain(old) == plain(value.clone()));
            if !same {
                let mut value = value;
                *value.decor_mut() = decor;
                *item = Item::Value(value);
            }
        }
    }
}

/// A value without the comments and spaces around it.
fn plain(mut value: Value) -> String {
    value.decor_mut().clear();
    value.to_string()
}

/// Takes strings out of an array, or the only one there is.
fn thin(table: &mut Table, name: &str, goes: impl Fn(&str) -> bool) {
    let Some(item) = table.get_mut(name) else {
        return;
    };
    let left = match item.as_array_mut() {
        Some(array) => {
            array.retain(|text| !text.as_str().is_some_and(&goes));
            array.len()
        }
        None => usize::from(!item.as_str().is_some_and(&goes)),
    };
    if left == 0 {
        table.remove(name);
    }
}

fn table(binding: &Binding) -> Table {
    let mut table = Table::new();
    let mut put = |name: &str, texts: Vec<&str>| match texts.as_slice() {
        [] => {}
        [only] => table[name] = toml_edit::value(*only),
        several => table[name] = toml_edit::value(several.iter().copied().collect::<Array>()),
    };
    let (urls, hosts): (Vec<&str>, Vec<&str>) = binding
        .patterns
        .iter()
        .map(|(text, _)| text.as_str())
        .partition(|text| text.contains('/'));
    put("url", urls);
    put("host", hosts);
    put("hook", binding.hooks.iter().map(String::as_str).collect());
    put("profile", binding.profile.as_deref().into_iter().collect());
    put(
        "username",
        binding.username.as_deref().into_iter().collect(),
    );
    put(
        "audience",
        binding.audience.as_deref().into_iter().collect(),
    );
    put(
        "token",
        binding.token.map(TokenKind::name).into_iter().collect(),
    );
    table
}

fn value(setting: &Setting) -> Option<Value> {
    let shape = SETTINGS
        .iter()
        .find(|known| known.name == setting.name)?
        .shape;
    Some(match shape {
        Shape::Text | Shape::Duration => setting.values.first()?.as_str().into(),
        Shape::List => Value::Array(setting.values.iter().map(String::as_str).collect::<Array>()),
        Shape::Ports => Value::Array(
            setting
                .values
                .iter()
                .filter_map(|p| p.parse::<i64>().ok())
                .collect::<Array>(),
        ),
        Shape::Table => {
            let pairs = setting
                .values
                .iter()
                .filter_map(|pair| pair.split_once('='));
            Value::InlineTable(pairs.collect::<InlineTable>())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::setting::Source;

    #[test]
    fn comments_and_order_survive_and_a_second_write_changes_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let locations = Locations {
            config: directory.path().join("config.toml"),
            state: directory.path().to_owned(),
            salvage: vec![],
        };
        let set = |name, value: &str| Setting {
            name,
            values: vec![value.to_owned()],
            source: Source::Flag,
        };
        let settings = [
            set("issuer", "https://as.example"),
            set("client_secret", "file=/s"),
        ];
        assert!(locations.write_profile("work", &settings).expect("written"));
        let text = std::fs::read_to_string(&locations.config).expect("there");
        let commented = text
            .replace("issuer", "# mine\nissuer")
            .replace(".example\"", ".example\" # do not touch");
        files::replace(&locations.config, commented.as_bytes()).expect("written");

        assert!(
            !locations.write_profile("work", &settings).expect("read"),
            "nothing to change"
        );
        assert!(locations.write_profile("home", &settings).expect("written"));
        let text = std::fs::read_to_string(&locations.config).expect("there");
        assert!(
            text.contains("# mine\nissuer")
                && text.contains("# do not touch")
                && text.contains("[profile.home]"),
            "{text}"
        );
        assert_eq!(
            locations.default_profile().expect("read").as_deref(),
            Some("work")
        );
        assert_eq!(locations.profiles().expect("read"), ["work", "home"]);

        assert!(locations.remove_profile("work").expect("written"));
        assert_eq!(locations.default_profile().expect("read"), None);
        assert_eq!(locations.profiles().expect("read"), ["home"]);
    }
}
