//! The house, kept tidy: floors, fences, file sizes, opening comments.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The floors of the architecture, as `src/lib.rs` draws them.
const FLOORS: &[(u8, &[&str])] = &[
    (0, &["secret", "time", "text"]),
    (1, &["oauth", "platform", "event"]),
    (2, &["fault", "provider", "exchange"]),
    (3, &["profile"]),
    (4, &["http", "loopback", "ui", "config"]),
    (5, &["store", "sandbox", "hook"]),
    (6, &["broker", "grant"]),
    (7, &["error"]),
    (8, &["cli", "session"]),
    (9, &["install"]),
    (10, &["command"]),
];

/// Crates that touch the world, each with the files that may import it.
const FENCED: &[(&str, &[&str])] = &[
    ("reqwest", &["src/http.rs"]),
    ("rustls", &["src/http.rs"]),
    ("hyper", &["src/loopback.rs"]),
    ("fs2", &["src/platform/lock.rs"]),
    ("open::", &["src/platform/browser.rs"]),
    ("directories", &["src/config/mod.rs"]),
    ("close_fds", &["src/platform/unix/detached.rs"]),
    ("signal_hook", &["src/platform/unix/signals.rs"]),
    ("keyring_core", &["src/store/keyring.rs"]),
    (
        "dbus_secret_service_keyring_store",
        &["src/store/keyring.rs"],
    ),
    ("chacha20poly1305", &["src/store/seal.rs"]),
    ("qrcode", &["src/ui.rs"]),
];

fn sources() -> BTreeMap<PathBuf, String> {
    fn walk(directory: &Path, into: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(directory).expect("there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                into.insert(
                    path.strip_prefix(env!("CARGO_MANIFEST_DIR"))
                        .expect("inside")
                        .to_owned(),
                    text,
                );
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    all
}

fn floor(room: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(_, rooms)| rooms.contains(&room))
        .map(|(floor, _)| *floor)
}

/// The room that a file belongs to; none for the door and the map.
fn room(path: &Path) -> Option<String> {
    let inside = path.strip_prefix("src").expect("a source");
    let first = inside.components().next()?.as_os_str().to_str()?;
    let room = first.strip_suffix(".rs").unwrap_or(first);
    (!["main", "lib"].contains(&room)).then(|| room.to_owned())
}

/// Code without tests, comments and strings' doc links.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_room_uses_only_lower_floors() {
    let mut arrows = 0;
    for (path, text) in sources() {
        let Some(from) = room(&path) else { continue };
        let here = floor(&from).unwrap_or_else(|| panic!("{} is on no floor", path.display()));
        for mention in code(&text).split("crate::").skip(1) {
            let to: String = mention
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if to == from || to.is_empty() {
                continue;
            }
            arrows += 1;
            let there = floor(&to)
                .unwrap_or_else(|| panic!("{}: crate::{to} is on no floor", path.display()));
            assert!(
                there < here,
                "{}: {from} (floor {here}) uses {to} (floor {there})",
                path.display()
            );
        }
        assert!(
            !code(&text).contains("use crate::{"),
            "{}: name the room in each use",
            path.display()
        );
    }
    assert!(arrows > 100, "the test reads the sources wrongly");
}

#[test]
fn the_lower_floors_never_see_the_world() {
    for (path, text) in sources() {
        // Fault points end the world; a release has none.
        let room = room(&path).filter(|room| !["fault", "platform"].contains(&room.as_str()));
        let low = room
            .and_then(|room| floor(&room))
            .is_some_and(|floor| floor <= 3);
        for word in ["anyhow", "tokio", "std::path", "std::fs", "std::net"] {
            assert!(
                !low || !code(&text).contains(word),
                "{} knows {word}",
                path.display()
            );
        }
    }
}

#[test]
fn a_crate_that_touches_the_world_is_imported_in_one_file() {
    for (krate, homes) in FENCED {
        for (path, text) in sources() {
            let mentioned = code(&text).lines().any(|line| {
                let line = line.trim_start();
                line.starts_with(&format!("use {krate}"))
                    || line.contains(&format!(" {}::", krate.trim_end_matches("::")))
            });
            let at_home = homes.iter().any(|home| path == Path::new(home));
            assert!(!mentioned || at_home, "{} imports {krate}", path.display());
        }
    }
}

/// The conditions of a text that ask which operating system this is: `cfg(...)`, `cfg!(...)` and
/// `cfg_attr(...)`, and the paths of what only one system has.
fn operating_systems(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for opening in ["cfg(", "cfg!(", "cfg_attr("] {
        for (at, _) in code.match_indices(opening) {
            let condition = balanced(&code[at + opening.len()..]);
            let mut words = condition.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.any(|word| ["unix", "windows", "target_os", "target_family"].contains(&word)) {
                found.push(format!("{opening}{condition})"));
            }
        }
    }
    for path in ["std::os::", "rustix::", "consts::OS"] {
        found.extend(code.contains(path).then(|| path.to_owned()));
    }
    found
}

/// What stands before the parenthesis that closes one which was opened before `text`.
fn balanced(text: &str) -> &str {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

#[test]
fn an_operating_system_is_named_only_in_platform() {
    let mut at_home = 0;
    for (path, text) in sources() {
        let found = operating_systems(&code(&text));
        if path.starts_with("src/platform") || path == Path::new("src/store/keyring.rs") {
            at_home += found.len();
            continue;
        }
        let path = path.display();
        assert!(found.is_empty(), "{path} asks for the system: {found:?}");
    }
    assert!(at_home > 10, "the test reads the sources wrongly");
}

#[test]
fn every_file_opens_by_saying_what_it_is_for_and_is_one_room() {
    for (path, text) in sources() {
        assert!(
            text.starts_with("//!"),
            "{} does not say what it is for",
            path.display()
        );
        let lines = text.lines().count();
        assert!(lines <= 570, "{} has {lines} lines", path.display());
        assert!(
            !text.contains("unsafe {")
                && !text.contains("todo!(")
                && !text.contains("unimplemented!("),
            "{}",
            path.display()
        );
        for word in ["Manager", "Helper", "Util", "Handler"] {
            assert!(
                !code(&text).contains(&format!("struct {word}")),
                "{}: what is a {word}?",
                path.display()
            );
        }
    }
}

#[test]
fn the_map_names_every_room() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"))
        .expect("there");
    for (_, rooms) in FLOORS {
        for room in *rooms {
            assert!(
                map.contains(&format!("pub mod {room};")),
                "{room} is on a floor and not in the house"
            );
            let drawn = map.lines().filter(|line| line.starts_with("//! floor"));
            let words = drawn.flat_map(|line| line.split([' ', ',']));
            assert!(
                words.into_iter().any(|word| word == *room),
                "{room} is not on the map"
            );
        }
    }
}
