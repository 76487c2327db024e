//! Changes of the configuration file. Comments, order and everything that authctl does not know
//! stay as they are.
//!
//! Deliberately absent: any other way to write the file. Every change goes through
//! `Locations::change`, which locks the file, reads it anew and replaces it whole.

use std::path::{Path, PathBuf};
use std::time::Duration;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use super::content::text;
use super::document::{binding_table, comments_above, remove_strings, set_value, toml_value};
use super::{ConfigError, Locations, file};
use crate::platform::files;
use crate::platform::files::trust;
use crate::platform::lock::acquire_briefly;
use crate::profile::binding::Binding;
use crate::profile::setting::{Setting, Source};

impl Locations {
    /// Writes `settings` into `[profile.NAME]`, which is made if it is not there. The first profile
    /// becomes the default. Returns whether anything changed.
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
                set_value(table, setting.name, toml_value(setting)?);
            }
            Some(())
        })
    }

    /// Adds a `[[match]]` table after those that are there. Returns whether anything changed.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn write_binding(&self, binding: &Binding) -> Result<bool, ConfigError> {
        self.change(|document| {
            let all = document
                .entry("match")
                .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
            all.as_array_of_tables_mut()?.push(binding_table(binding));
            Some(())
        })
    }

    /// In each `[[match]]` table for which `is_meant` holds, sets the user name and the token of
    /// `new`, as far as it has them. Returns whether anything changed.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn refine_bindings(
        &self,
        is_meant: impl Fn(&Binding) -> bool,
        new: &Binding,
    ) -> Result<bool, ConfigError> {
        self.change(|document| {
            let tables = document.get_mut("match")?.as_array_of_tables_mut()?;
            for table in tables.iter_mut() {
                if !file::binding(table).is_ok_and(|binding| is_meant(&binding)) {
                    continue;
                }
                if let Some(username) = &new.username {
                    set_value(table, "username", username.as_str().into());
                }
                if let Some(token) = new.token {
                    set_value(table, "token", token.name().into());
                }
            }
            Some(())
        })
    }

    /// From each `[[match]]` table for which `is_meant` holds, removes the addresses for which
    /// `is_removed` holds, and the table itself with the last of them. Returns whether anything
    /// changed.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn remove_bindings(
        &self,
        is_meant: impl Fn(&Binding) -> bool,
        is_removed: impl Fn(&str) -> bool,
    ) -> Result<bool, ConfigError> {
        self.change(|document| {
            let tables = document.get_mut("match")?.as_array_of_tables_mut()?;
            let mut comments = String::new();
            for place in (0..tables.len()).rev() {
                let table = tables.get_mut(place)?;
                if !file::binding(table).is_ok_and(|binding| is_meant(&binding)) {
                    continue;
                }
                remove_strings(table, "url", &is_removed);
                remove_strings(table, "host", &is_removed);
                if table.get("url").is_none() && table.get("host").is_none() {
                    comments.insert_str(0, comments_above(table));
                    tables.remove(place);
                }
            }
            if tables.is_empty() {
                document.remove("match");
            }
            // A comment above a table may have been about something else: it moves to the end.
            let trailing = document.trailing().as_str().unwrap_or_default();
            document.set_trailing(format!("{comments}{trailing}"));
            Some(())
        })
    }

    /// Makes `name` the profile that is used when a command names none. Returns whether anything
    /// changed.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn write_default(&self, name: &str) -> Result<bool, ConfigError> {
        self.change(|document| {
            document["default_profile"] = name.into();
            Some(())
        })
    }

    /// Removes `[profile.NAME]`, the `[[match]]` tables that name it, and the default if it was the
    /// default. Returns whether anything changed.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn remove_profile(&self, name: &str) -> Result<bool, ConfigError> {
        self.change(|document| {
            document
                .get_mut("profile")?
                .as_table_like_mut()?
                .remove(name)?;
            let tables = document
                .get_mut("match")
                .and_then(Item::as_array_of_tables_mut);
            if let Some(tables) = tables {
                tables.retain(|table| table.get("profile").and_then(Item::as_str) != Some(name));
            }
            if document.get("default_profile").and_then(Item::as_str) == Some(name) {
                document.remove("default_profile");
            }
            Some(())
        })
    }

    /// Takes a setting out of `[profile.NAME]`. Returns whether anything changed.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn remove_setting(&self, name: &str, setting: &str) -> Result<bool, ConfigError> {
        self.change(|document| {
            let profile = document["profile"].as_table_mut()?.get_mut(name)?;
            profile.as_table_like_mut()?.remove(setting)?;
            Some(())
        })
    }

    /// Makes `[profile.NEW]` with what `[profile.OLD]` has. Returns whether anything changed.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn copy_profile(&self, old: &str, new: &str) -> Result<bool, ConfigError> {
        self.change(|document| {
            let profiles = document.get_mut("profile")?.as_table_mut()?;
            let mut copy = profiles.get(old)?.clone();
            if let Some(table) = copy.as_table_mut() {
                // It comes after all that are there.
                table.set_position(None);
            }
            profiles.insert(new, copy);
            Some(())
        })
    }

    /// Gives `[profile.OLD]` the name `new`, also in each `[[match]]` table and as the default. Its
    /// place and its comments stay. Returns whether anything changed.
    ///
    /// # Errors
    /// When the file cannot be read, parsed or written.
    pub fn rename_profile(&self, old: &str, new: &str) -> Result<bool, ConfigError> {
        self.change(|document| {
            let profiles = document.get_mut("profile")?.as_table_mut()?;
            let (key, profile) = profiles.remove_entry(old)?;
            let renamed = toml_edit::Key::new(new).with_leaf_decor(key.leaf_decor().clone());
            profiles.insert_formatted(&renamed, profile);
            let tables = document
                .get_mut("match")
                .and_then(Item::as_array_of_tables_mut);
            for table in tables.into_iter().flat_map(ArrayOfTables::iter_mut) {
                if table.get("profile").and_then(Item::as_str) == Some(old) {
                    set_value(table, "profile", new.into());
                }
            }
            if document.get("default_profile").and_then(Item::as_str) == Some(old) {
                set_value(document.as_table_mut(), "default_profile", new.into());
            }
            Some(())
        })
    }

    /// Tests whether the file could be written, without writing it. A login does so before it asks
    /// a person for anything.
    ///
    /// # Errors
    /// When the file could not be locked, or its directory does not take a new file.
    pub fn rehearse(&self) -> Result<(), ConfigError> {
        let path = self.real_path()?;
        let made = self
            .lock(&path)
            .and_then(|_lock| files::unnamed_file(files::directory_of(&path)));
        match made {
            Ok(_) => Ok(()),
            Err(source) => Err(ConfigError::io("write", &path, source)),
        }
    }

    /// The file itself: a link to it stays a link. What is there must be a file: a device
    /// (`/dev/null`) or a pipe can be read as a configuration, and is never replaced by one.
    fn real_path(&self) -> Result<PathBuf, ConfigError> {
        let config = self.config()?;
        let path = files::resolve_link_in_home(config)
            .map_err(|source| ConfigError::io("write", config, source))?;
        if std::fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
            let source = std::io::Error::other("it is not a file");
            return Err(ConfigError::io("write", &path, source));
        }
        Ok(path)
    }

    /// Keeps two processes from changing the file at once: each would lose what the other wrote.
    /// Held for a moment, until the file that comes back is dropped. Where others may write beside
    /// the configuration, one of them could hold the lock for ever: there it lies in the state
    /// directory.
    fn lock(&self, path: &Path) -> std::io::Result<std::fs::File> {
        if trust::check_own_directory(files::directory_of(path)).is_ok() {
            return acquire_briefly(&files::append(path, ".lock"), PATIENCE);
        }
        let state = self.state().map_err(std::io::Error::other)?;
        acquire_briefly(&state.join(".config.lock"), PATIENCE)
    }

    /// Reads the file under its lock, makes `change`, and replaces the file if that changed
    /// anything. A `change` that returns `None` leaves the file as it is. Returns whether the file
    /// was replaced.
    fn change(
        &self,
        change: impl FnOnce(&mut DocumentMut) -> Option<()>,
    ) -> Result<bool, ConfigError> {
        let path = self.real_path()?;
        let _lock = self
            .lock(&path)
            .map_err(|source| ConfigError::io("lock", &path, source))?;
        let before = text(&path)?.text;
        file::read(&before, &path, Source::File)?;
        let (mark, text) = match before.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) => (BYTE_ORDER_MARK, text),
            None => ("", before.as_str()),
        };
        let mut document: DocumentMut = text
            .parse()
            .map_err(|_| ConfigError::io("read", &path, std::io::ErrorKind::InvalidData.into()))?;
        let unchanged = document.to_string();
        if change(&mut document).is_none() || document.to_string() == unchanged {
            return Ok(false);
        }
        let mut after = document.to_string().replace("\r\n", "\n");
        if text.contains("\r\n") {
            after = after.replace('\n', "\r\n");
        }
        let text = format!("{mark}{after}");
        files::replace_keeping_mode(&path, text.as_bytes())
            .map_err(|source| ConfigError::io("write", &path, source))?;
        Ok(true)
    }
}

/// What some editors on Windows write before the text of a file.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// How long one change of the file waits for another.
const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn comments_and_order_survive_and_a_second_write_changes_nothing() {
        let directory = files::temporary_directory("authctl-test-").expect("a directory");
        let config = directory.path().join("config.toml");
        let locations = Locations::at(config.clone(), directory.path().to_owned());
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
        let text = std::fs::read_to_string(&config).expect("there");
        let commented = text
            .replace("issuer", "# mine\nissuer")
            .replace(".example\"", ".example\" # do not touch");
        files::replace(&config, commented.as_bytes()).expect("written");

        assert!(
            !locations.write_profile("work", &settings).expect("read"),
            "nothing to change"
        );
        assert!(locations.write_profile("home", &settings).expect("written"));
        let text = std::fs::read_to_string(&config).expect("there");
        assert!(
            text.contains("# mine\nissuer")
                && text.contains("# do not touch")
                && text.contains("[profile.home]"),
            "{text}"
        );
        let config = locations.read().expect("read");
        assert_eq!(config.default_profile(), Some("work"));
        assert_eq!(config.names(), ["work", "home"]);

        assert!(locations.remove_profile("work").expect("written"));
        let config = locations.read().expect("read");
        assert_eq!(config.default_profile(), None);
        assert_eq!(config.names(), ["home"]);
    }

    #[test]
    fn a_table_that_is_written_out_is_left_as_it_is() {
        let directory = files::temporary_directory("authctl-test-").expect("a directory");
        let config = directory.path().join("config.toml");
        let locations = Locations::at(config.clone(), directory.path().to_owned());
        let mut file = tempfile::NamedTempFile::new_in(directory.path()).expect("a file");
        let text = b"[profile.work.client_secret]\nfile = \"/s\"\n";
        file.write_all(text).expect("written");
        file.persist(&config).expect("renamed");
        let secret = Setting {
            name: "client_secret",
            values: vec!["file=/s".to_owned()],
            source: Source::Flag,
        };
        assert!(!locations.write_profile("work", &[secret]).expect("read"));
    }
}
