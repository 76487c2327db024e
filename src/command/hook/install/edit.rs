//! Changes to the text of other programs' configuration: what is not ours stays as it is, to make one twice is to make
//! it once, and to undo it gives back what was there. Pure: text in, text out.

use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Value, json};
use toml_edit::{Array, DocumentMut, Item, Table};

/// Why a text is not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not what its program could read.
    Unreadable,
    /// Somebody else's value stands there.
    Taken(String),
}

/// Whether a change is made, or undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Made.
    Make,
    /// Undone.
    Undo,
}

type Changed = Result<String, Refused>;

/// A line of its own, at the end.
pub fn line(text: &str, line: &str, way: Way) -> Changed {
    let there = text.lines().any(|known| known.trim_end() == line);
    match way {
        Way::Make if there => Ok(text.to_owned()),
        Way::Make => Ok(format!("{}{line}\n", ended(text))),
        Way::Undo => Ok(text.split_inclusive('\n').filter(|known| known.trim_end() != line).collect()),
    }
}

/// The only setting of its name: one that somebody else has made is not touched. `is_named` tells its lines.
pub fn only_line(text: &str, setting: &str, is_named: impl Fn(&str) -> bool, way: Way) -> Changed {
    let other = text.lines().map(str::trim).find(|known| is_named(known) && *known != setting);
    match (other, way) {
        (Some(other), Way::Make) => Err(Refused::Taken(other.to_owned())),
        _ => line(text, setting, way),
    }
}

/// A string in a JSON object, below these names.
pub fn json(text: &str, names: [&str; 2], value: &str, way: Way) -> Changed {
    let mut root: Map<String, Value> = match text.trim() {
        "" => Map::new(),
        text => serde_json::from_str(text).map_err(|_| Refused::Unreadable)?,
    };
    let [outer, inner] = names;
    let there = root.get(outer).and_then(|object| object.get(inner)).cloned();
    match (there, way) {
        (Some(known), _) if known != value => {
            return if way == Way::Make {
                Err(Refused::Taken(known.to_string()))
            } else {
                Ok(text.to_owned())
            };
        }
        (Some(_), Way::Make) | (None, Way::Undo) => return Ok(text.to_owned()),
        (None, Way::Make) => {
            let object = root.entry(outer).or_insert_with(|| json!({}));
            object.as_object_mut().ok_or(Refused::Unreadable)?.insert(inner.to_owned(), json!(value));
        }
        (Some(_), Way::Undo) => {
            let object = root.get_mut(outer).and_then(Value::as_object_mut).ok_or(Refused::Unreadable)?;
            object.shift_remove(inner);
            if object.is_empty() {
                root.shift_remove(outer);
            }
        }
    }
    // As it was indented before; docker does it with a tab.
    let indent = text.lines().nth(1).map(|line| &line[..line.len() - line.trim_start().len()]);
    let indent = indent.filter(|indent| !indent.is_empty()).unwrap_or("\t");
    let mut bytes = Vec::new();
    let mut serializer =
        serde_json::Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(indent.as_bytes()));
    root.serialize(&mut serializer).map_err(|_| Refused::Unreadable)?;
    let ends = if text.ends_with('\n') { "\n" } else { "" };
    Ok(String::from_utf8_lossy(&bytes).into_owned() + ends)
}

/// A string in an array of a TOML table, behind `first` where the array is ours to make.
pub fn toml_array(text: &str, table: &str, key: &str, first: &str, value: &str, way: Way) -> Changed {
    let mut document: DocumentMut = text.parse().map_err(|_| Refused::Unreadable)?;
    let array = document.get(table).and_then(|table| table.get(key));
    if array.is_some_and(|item| item.as_array().is_none()) {
        return Err(Refused::Unreadable);
    }
    let array = array.and_then(Item::as_array).cloned();
    let place = array.as_ref().and_then(|array| array.iter().position(|item| item.as_str() == Some(value)));
    match (place, array, way) {
        (Some(_), _, Way::Make) | (None, _, Way::Undo) => return Ok(text.to_owned()),
        (None, array, Way::Make) => {
            let mut array = array.unwrap_or_else(|| Array::from_iter([first]));
            array.push(value);
            let table = document.entry(table).or_insert_with(|| Item::Table(Table::new()));
            table.as_table_like_mut().ok_or(Refused::Unreadable)?.insert(key, Item::Value(array.into()));
        }
        (Some(place), Some(mut array), Way::Undo) => {
            array.remove(place);
            let ours = array.len() == 1 && array.get(0).and_then(|item| item.as_str()) == Some(first);
            let parent =
                document.get_mut(table).and_then(Item::as_table_like_mut).ok_or(Refused::Unreadable)?;
            if ours {
                parent.remove(key);
            } else {
                parent.insert(key, Item::Value(array.into()));
            }
            if parent.is_empty() {
                document.remove(table);
            }
        }
        (Some(_), None, Way::Undo) => {}
    }
    Ok(document.to_string())
}

/// A string at the top of a TOML file.
pub fn toml_string(text: &str, key: &str, value: &str, way: Way) -> Changed {
    let mut document: DocumentMut = text.parse().map_err(|_| Refused::Unreadable)?;
    match (document.get(key).map(|item| item.as_str() == Some(value)), way) {
        (Some(true), Way::Make) | (None | Some(false), Way::Undo) => return Ok(text.to_owned()),
        (Some(false), Way::Make) => {
            return Err(Refused::Taken(document[key].to_string().trim().to_owned()));
        }
        (None, Way::Make) => document[key] = toml_edit::value(value),
        (Some(true), Way::Undo) => {
            document.remove(key);
        }
    }
    Ok(document.to_string())
}

/// A setting in a section of an INI file.
pub fn ini(text: &str, section: &str, key: &str, value: &str, way: Way) -> Changed {
    let header = format!("[{section}]");
    let setting = format!("{key} = {value}");
    let mut lines: Vec<&str> = text.lines().collect();
    let begin = lines.iter().position(|line| line.trim() == header);
    let end = begin.map(|begin| {
        let next = lines[begin + 1..].iter().position(|line| line.trim_start().starts_with('['));
        next.map_or(lines.len(), |next| begin + 1 + next)
    });
    let Some((begin, end)) = begin.zip(end) else {
        let gap = if text.trim().is_empty() { "" } else { "\n" };
        return Ok(match way {
            Way::Make => format!("{}{gap}{header}\n{setting}\n", ended(text)),
            Way::Undo => text.to_owned(),
        });
    };
    let is_named = |line: &&str| line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
    let place = lines[begin..end].iter().position(is_named).map(|place| begin + place);
    match (place, way) {
        (Some(place), _) if lines[place].trim() != setting => {
            return if way == Way::Make {
                Err(Refused::Taken(lines[place].trim().to_owned()))
            } else {
                Ok(text.to_owned())
            };
        }
        (Some(_), Way::Make) | (None, Way::Undo) => return Ok(text.to_owned()),
        (None, Way::Make) => lines.insert(begin + 1, &setting),
        (Some(place), Way::Undo) => {
            lines.remove(place);
            if lines[begin + 1..end - 1].iter().all(|line| line.trim().is_empty()) {
                let before =
                    begin.saturating_sub(usize::from(begin > 0 && lines[begin - 1].trim().is_empty()));
                lines.drain(before..end - 1);
            }
        }
    }
    Ok(lines.iter().map(|line| format!("{line}\n")).collect())
}

fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made twice it is made once, and undone it is as it was.
    fn check(before: &str, expected: &str, edit: impl Fn(&str, Way) -> Changed) {
        let made = edit(before, Way::Make).expect("made");
        assert_eq!(made, expected);
        assert_eq!(edit(&made, Way::Make).expect("made"), made, "twice");
        assert_eq!(edit(&made, Way::Undo).expect("undone"), before, "undone");
        assert_eq!(edit(before, Way::Undo).expect("undone"), before, "nothing to undo");
    }

    #[test]
    fn a_line_comes_last_and_goes_alone() {
        check("", "a\n", |text, way| line(text, "a", way));
        check("# mine\nb\n", "# mine\nb\na\n", |text, way| line(text, "a", way));
        let other = only_line(
            "token_helper = \"/x\"\n",
            "token_helper = \"/y\"",
            |line| line.starts_with("token_helper"),
            Way::Make,
        );
        assert_eq!(other, Err(Refused::Taken("token_helper = \"/x\"".to_owned())));
    }

    #[test]
    fn json_keeps_its_order_its_indent_and_what_it_does_not_know() {
        let docker = |text: &str, way| json(text, ["credHelpers", "r.example.com"], "authctl", way);
        check("{}", "{\n\t\"credHelpers\": {\n\t\t\"r.example.com\": \"authctl\"\n\t}\n}", docker);
        let before = "{\n  \"zoo\": [\n    1\n  ],\n  \"credHelpers\": {\n    \"gcr.io\": \"gcloud\"\n  },\n  \"auths\": {}\n}\n";
        let after = before.replace("\"gcloud\"\n", "\"gcloud\",\n    \"r.example.com\": \"authctl\"\n");
        check(before, &after, docker);
        let taken = before.replace("gcr.io", "r.example.com");
        assert_eq!(docker(&taken, Way::Make), Err(Refused::Taken("\"gcloud\"".to_owned())));
        assert_eq!(docker(&taken, Way::Undo), Ok(taken.clone()), "that is not ours to remove");
        assert_eq!(docker("{", Way::Make), Err(Refused::Unreadable));
        assert_eq!(docker("{\"credHelpers\":5}", Way::Make), Err(Refused::Unreadable));
    }

    #[test]
    fn toml_keeps_its_comments() {
        let cargo = |text: &str, way| {
            toml_array(text, "registry", "global-credential-providers", "cargo:token", "/a hook cargo", way)
        };
        check("", "[registry]\nglobal-credential-providers = [\"cargo:token\", \"/a hook cargo\"]\n", cargo);
        check(
            "# mine\n[build]\njobs = 2 # two\n\n[registry]\nglobal-credential-providers = [\"cargo:libsecret\"]\n",
            "# mine\n[build]\njobs = 2 # two\n\n[registry]\nglobal-credential-providers = [\"cargo:libsecret\", \"/a hook cargo\"]\n",
            cargo,
        );
        assert_eq!(
            cargo("[registry]\nglobal-credential-providers = 5\n", Way::Make),
            Err(Refused::Unreadable)
        );
        check("# mine\nx = 1\n", "# mine\nx = 1\nkeyring-provider = \"subprocess\"\n", |text, way| {
            toml_string(text, "keyring-provider", "subprocess", way)
        });
        let taken =
            toml_string("keyring-provider = \"disabled\"\n", "keyring-provider", "subprocess", Way::Make);
        assert_eq!(taken, Err(Refused::Taken("\"disabled\"".to_owned())));
    }

    #[test]
    fn ini_has_sections() {
        let aws = |text: &str, way| ini(text, "profile work", "credential_process", "/a hook aws", way);
        check("", "[profile work]\ncredential_process = /a hook aws\n", aws);
        check(
            "[default]\nregion = x\n",
            "[default]\nregion = x\n\n[profile work]\ncredential_process = /a hook aws\n",
            aws,
        );
        check(
            "[profile work]\nregion = x\n\n[profile home]\nregion = y\n",
            "[profile work]\ncredential_process = /a hook aws\nregion = x\n\n[profile home]\nregion = y\n",
            aws,
        );
        let taken = aws("[profile work]\ncredential_process = other\n", Way::Make);
        assert_eq!(taken, Err(Refused::Taken("credential_process = other".to_owned())));
    }
}
