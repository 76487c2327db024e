//! Relative paths in settings. In the configuration file they start from that file's directory: a
//! command may run in any directory, and what lies there may be another user's. A flag or a
//! variable of the environment is meant by who types it, from the current directory.

use std::path::Path;

use super::home::expand;
use crate::platform::words;
use crate::profile::setting::{Setting, Source};

/// Makes the paths in the values of a setting start from `base`. What is no path, or whole, or
/// starts with `~/`, stays as it is.
pub(super) fn anchor(setting: &str, values: &mut [String], base: &Path) {
    for value in values {
        let anchored = match setting {
            "ca_file" => anchored_path(value, base),
            "key_command" | "browser" => anchored_command(value, base),
            "client_secret" => anchored_source(value, base),
            _ => None,
        };
        if let Some(anchored) = anchored {
            *value = anchored;
        }
    }
}

/// A setting as it was typed: paths in it start from the current directory.
pub(super) fn typed(name: &'static str, mut values: Vec<String>, source: Source) -> Setting {
    if let Ok(here) = std::env::current_dir() {
        anchor(name, &mut values, &here);
    }
    Setting {
        name,
        values,
        source,
    }
}

/// `file=PATH` or `command=LINE`.
fn anchored_source(value: &str, base: &Path) -> Option<String> {
    let (kind, rest) = value.split_once('=')?;
    let anchored = match kind {
        "file" => anchored_path(rest, base),
        "command" => anchored_command(rest, base),
        _ => None,
    };
    Some(format!("{kind}={}", anchored?))
}

fn anchored_path(path: &str, base: &Path) -> Option<String> {
    if path.is_empty() || path.starts_with("~/") || Path::new(path).is_absolute() {
        return None;
    }
    // What is not Unicode cannot be written down. The path leads nowhere then, and not into the
    // current directory.
    Some(base.join(path).to_string_lossy().into_owned())
}

/// A command line whose program is a path. A bare name is looked for in `$PATH`. No shell expands
/// `~/`, so that it is done here: otherwise it would be a directory of that name wherever the
/// command runs.
fn anchored_command(line: &str, base: &Path) -> Option<String> {
    let mut words = words::split(line)?;
    let program = words.first_mut()?;
    if !program.contains(std::path::is_separator) {
        return None;
    }
    *program = match program.strip_prefix("~/") {
        Some(_) => expand(program).to_string_lossy().into_owned(),
        None => anchored_path(program, base)?,
    };
    words::join(&words)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_start_from_the_base_and_all_else_stays() {
        for (setting, value, expected) in [
            ("ca_file", "ca.pem", "/base/ca.pem"),
            ("ca_file", "../ca.pem", "/base/../ca.pem"),
            ("ca_file", "/etc/ca.pem", "/etc/ca.pem"),
            ("ca_file", "~/ca.pem", "~/ca.pem"),
            ("ca_file", "", ""),
            ("client_secret", "file=secret", "file=/base/secret"),
            ("client_secret", "env=SECRET", "env=SECRET"),
            (
                "client_secret",
                "command=pass show x/y",
                "command=pass show x/y",
            ),
            (
                "client_secret",
                "command=./get 'a b'",
                "command=/base/./get 'a b'",
            ),
            ("key_command", "bin/key --now", "/base/bin/key --now"),
            ("browser", "firefox", "firefox"),
            (
                "browser",
                "\"my browsers/one\" -x",
                "'/base/my browsers/one' -x",
            ),
            ("lock_dir", "locks", "locks"),
            ("scope", "a/b", "a/b"),
        ] {
            let mut values = [value.to_owned()];
            anchor(setting, &mut values, Path::new("/base"));
            assert_eq!(values, [expected], "{setting} = {value}");
        }
    }

    /// A command `~/bin/key` was looked for in a directory named `~` below the current one.
    #[test]
    fn a_command_in_the_home_directory_is_found_there_and_nowhere_else() {
        let home = expand("~/bin/key").to_string_lossy().into_owned();
        assert!(Path::new(&home).is_absolute(), "{home}");
        for (setting, value, expected) in [
            ("key_command", "~/bin/key -x", format!("{home} -x")),
            ("browser", "~/bin/key", home.clone()),
            (
                "client_secret",
                "command=~/bin/key",
                format!("command={home}"),
            ),
        ] {
            let mut values = [value.to_owned()];
            anchor(setting, &mut values, Path::new("/base"));
            assert_eq!(values, [expected], "{setting}");
        }
    }
}
