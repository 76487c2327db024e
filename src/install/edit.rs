//! Changes to the text of other programs' configuration: what is not ours stays as it is, to make
//! one twice is to make it once, and to undo it gives back what was there. Pure: text in, text out.
//!
//! What could as well be somebody else's has a comment above it that says whose it is ([`MARK`]);
//! without that it is not removed.

use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Value, json};
use toml_edit::{Array, DocumentMut, Item, Table};

/// What stands above a setting of ours that somebody else could have made.
pub const MARK: &str = "# by authctl hook install";

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

/// A text after its change.
pub type Changed = Result<String, Refused>;

/// A line at the end, in the place of those that it supersedes. A line of somebody else's for the
/// same is not touched.
pub fn line(
    text: &str,
    line: &str,
    is_named: impl Fn(&str) -> bool,
    is_ours: impl Fn(&str) -> bool,
    way: Way,
) -> Changed {
    let named = |known: &&str| is_named(known.trim());
    if let (Way::Make, Some(other)) = (
        way,
        text.lines().filter(named).find(|known| !is_ours(known)),
    ) {
        return Err(Refused::Taken(other.trim().to_owned()));
    }
    if way == Way::Make && text.lines().filter(named).eq([line]) {
        return Ok(text.to_owned());
    }
    let ours = |known: &&str| is_named(known.trim()) && is_ours(known);
    let rest: String = text
        .split_inclusive('\n')
        .filter(|known| !ours(known))
        .collect();
    Ok(match way {
        Way::Make if rest.trim_end().ends_with('\\') => return Err(Refused::Unreadable),
        Way::Make => format!("{}{line}\n", ended(&rest)),
        Way::Undo => rest,
    })
}

/// A string in a JSON object, below these names.
pub fn json(text: &str, names: [&str; 2], value: &str, way: Way) -> Changed {
    let mut root: Map<String, Value> = match text.trim() {
        "" => Map::new(),
        text => serde_json::from_str(text).map_err(|_| Refused::Unreadable)?,
    };
    let [outer, inner] = names;
    let there = root
        .get(outer)
        .and_then(|object| object.get(inner))
        .cloned();
    match (there, way) {
        (Some(known), Way::Make) if known != value => {
            return Err(Refused::Taken(known.to_string()));
        }
        (Some(known), Way::Undo) if known != value => return Ok(text.to_owned()),
        (Some(_), Way::Make) | (None, Way::Undo) => return Ok(text.to_owned()),
        (None, Way::Make) => {
            let object = root.entry(outer).or_insert_with(|| json!({}));
            object
                .as_object_mut()
                .ok_or(Refused::Unreadable)?
                .insert(inner.to_owned(), json!(value));
        }
        (Some(_), Way::Undo) => {
            let object = root
                .get_mut(outer)
                .and_then(Value::as_object_mut)
                .ok_or(Refused::Unreadable)?;
            object.shift_remove(inner);
            if object.is_empty() {
                root.shift_remove(outer);
            }
        }
    }
    // As it was indented before; docker does it with a tab.
    let indent = text
        .lines()
        .nth(1)
        .map(|line| &line[..line.len() - line.trim_start().len()]);
    let indent = indent.filter(|indent| !indent.is_empty()).unwrap_or("\t");
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(
        &mut bytes,
        PrettyFormatter::with_indent(indent.as_bytes()),
    );
    root.serialize(&mut serializer)
        .map_err(|_| Refused::Unreadable)?;
    let ends = if text.ends_with('\n') { "\n" } else { "" };
    Ok(String::from_utf8_lossy(&bytes).into_owned() + ends)
}

/// A string at the end of an array in a TOML table, behind `first` where there is no array yet.
pub fn toml_array(
    text: &str,
    names: [&str; 2],
    first: &str,
    value: &str,
    is_ours: impl Fn(&str) -> bool,
    way: Way,
) -> Changed {
    let [table, key] = names;
    let mut document: DocumentMut = text.parse().map_err(|_| Refused::Unreadable)?;
    let there = document.get(table).and_then(|table| table.get(key));
    if there.is_some_and(|item| item.as_array().is_none()) {
        return Err(Refused::Unreadable);
    }
    let there = there.and_then(Item::as_array).cloned();
    let is_new = there.is_none();
    let mut array = there.clone().unwrap_or_else(|| Array::from_iter([first]));
    array.retain(|item| !item.as_str().is_some_and(&is_ours));
    if way == Way::Make {
        array.push(value);
    }
    let texts = |array: &Array| {
        array
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    if there
        .as_ref()
        .is_some_and(|there| texts(there) == texts(&array))
        || (is_new && way == Way::Undo)
    {
        return Ok(text.to_owned());
    }
    let known = document.get(table);
    let new_table = known.is_none_or(|known| known.as_table().is_some_and(Table::is_implicit));
    let inline = known.is_some_and(|known| known.as_inline_table().is_some());
    let parent = document
        .entry(table)
        .or_insert_with(|| Item::Table(Table::new()));
    let parent = parent.as_table_like_mut().ok_or(Refused::Unreadable)?;
    let marked = parent
        .key(key)
        .is_some_and(|key| is_marked(key.leaf_decor().prefix()));
    if way == Way::Undo && marked && texts(&array) == [Some(first.to_owned())] {
        return Ok(unmarked(&unmarked(text, key), &format!("[{table}]")));
    }
    // To insert it again would lose what stands above it.
    match parent.get_mut(key) {
        Some(item) => *item = Item::Value(array.into()),
        None => drop(parent.insert(key, Item::Value(array.into()))),
    }
    if is_new
        && !inline
        && let Some(mut key) = parent.key_mut(key)
    {
        key.leaf_decor_mut().set_prefix(format!("{MARK}\n"));
    }
    if new_table && let Some(table) = document[table].as_table_mut() {
        table.set_implicit(false);
        let gap = if text.trim().is_empty() { "" } else { "\n" };
        table.decor_mut().set_prefix(format!("{gap}{MARK}\n"));
    }
    Ok(document.to_string())
}

/// The text without the line that begins so, and without the mark above it. A header goes only when
/// nothing is left below it, and takes the empty line before it along.
fn unmarked(text: &str, begin: &str) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let pair = lines
        .windows(2)
        .position(|pair| pair[0].trim() == MARK && pair[1].trim_start().starts_with(begin));
    let Some(at) = pair else {
        return text.to_owned();
    };
    let is_header = begin.starts_with('[');
    let below = lines[at + 2..].iter().find(|line| !line.trim().is_empty());
    if is_header && below.is_some_and(|line| !line.trim_start().starts_with('[')) {
        return text.to_owned();
    }
    let gap = is_header && at > 0 && lines[at - 1].trim().is_empty();
    lines.drain(at - usize::from(gap)..at + 2);
    lines.concat()
}

fn is_marked(prefix: Option<&toml_edit::RawString>) -> bool {
    prefix
        .and_then(toml_edit::RawString::as_str)
        .is_some_and(|prefix| prefix.contains(MARK))
}

/// A string at the top of a TOML file.
pub fn toml_string(text: &str, key: &str, value: &str, way: Way) -> Changed {
    let mut document: DocumentMut = text.parse().map_err(|_| Refused::Unreadable)?;
    let there = document.get(key).map(|item| item.as_str() == Some(value));
    let marked = document
        .key(key)
        .is_some_and(|key| is_marked(key.leaf_decor().prefix()));
    match (there, way) {
        (Some(false), Way::Make) => {
            Err(Refused::Taken(document[key].to_string().trim().to_owned()))
        }
        (None, Way::Make) => {
            document[key] = toml_edit::value(value);
            if let Some(mut key) = document.key_mut(key) {
                key.leaf_decor_mut().set_prefix(format!("{MARK}\n"));
            }
            Ok(document.to_string())
        }
        (Some(true), Way::Undo) if marked => Ok(unmarked(text, key)),
        _ => Ok(text.to_owned()),
    }
}

/// The text with a line break at its end.
pub(super) fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') {
        text.to_owned()
    } else {
        format!("{text}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::super::ini::ini;
    use super::*;
    use proptest::prelude::*;

    /// Made twice it is made once, and undone it is as it was.
    fn check(before: &str, expected: &str, edit: impl Fn(&str, Way) -> Changed) {
        let made = edit(before, Way::Make).expect("made");
        assert_eq!(made, expected);
        assert_eq!(edit(&made, Way::Make).expect("made"), made, "twice");
        assert_eq!(edit(&made, Way::Undo).expect("undone"), before, "undone");
        assert_eq!(
            edit(before, Way::Undo).expect("undone"),
            before,
            "nothing to undo"
        );
    }

    fn taken(text: &str) -> Changed {
        Err(Refused::Taken(text.to_owned()))
    }

    fn helper(text: &str, way: Way) -> Changed {
        line(
            text,
            "h = authctl",
            |line| line.starts_with("h ="),
            |line| line.contains("authctl"),
            way,
        )
    }

    #[test]
    fn a_line_comes_last_and_goes_alone() {
        check("", "h = authctl\n", helper);
        check("# mine\nb\n", "# mine\nb\nh = authctl\n", helper);
        assert_eq!(helper("h = other\n", Way::Make), taken("h = other"));
        assert_eq!(
            helper("h = other\n", Way::Undo).as_deref(),
            Ok("h = other\n")
        );
        assert_eq!(
            helper("a\nh = /old/authctl\nb\n", Way::Make).as_deref(),
            Ok("a\nb\nh = authctl\n")
        );
        assert_eq!(helper("goes on \\\n", Way::Make), Err(Refused::Unreadable));
    }

    fn docker(text: &str, way: Way) -> Changed {
        json(text, ["credHelpers", "r.example.com"], "authctl", way)
    }

    #[test]
    fn json_keeps_its_order_its_indent_and_what_it_does_not_know() {
        check(
            "{}",
            "{\n\t\"credHelpers\": {\n\t\t\"r.example.com\": \"authctl\"\n\t}\n}",
            docker,
        );
        let before = "{\n  \"zoo\": [\n    1\n  ],\n  \"credHelpers\": \
            {\n    \"gcr.io\": \"gcloud\"\n  },\n  \"auths\": {}\n}\n";
        let after = before.replace(
            "\"gcloud\"\n",
            "\"gcloud\",\n    \"r.example.com\": \"authctl\"\n",
        );
        check(before, &after, docker);
        let other = before.replace("gcr.io", "r.example.com");
        assert_eq!(docker(&other, Way::Make), taken("\"gcloud\""));
        assert_eq!(
            docker(&other, Way::Undo),
            Ok(other.clone()),
            "that is not ours to remove"
        );
        assert_eq!(docker("{", Way::Make), Err(Refused::Unreadable));
        assert_eq!(
            docker("{\"credHelpers\":5}", Way::Make),
            Err(Refused::Unreadable)
        );
    }

    fn cargo(text: &str, way: Way) -> Changed {
        let ours = |item: &str| item.ends_with("authctl hook cargo");
        toml_array(
            text,
            ["registry", "providers"],
            "cargo:token",
            "/a/authctl hook cargo",
            ours,
            way,
        )
    }

    fn uv(text: &str, way: Way) -> Changed {
        toml_string(text, "keyring-provider", "subprocess", way)
    }

    #[test]
    fn toml_keeps_its_comments_and_what_was_there_before() {
        check(
            "",
            &format!(
                "{MARK}\n[registry]\n{MARK}\nproviders = [\"cargo:token\", \"/a/authctl hook \
                 cargo\"]\n"
            ),
            cargo,
        );
        let before = "# mine\n[build]\njobs = 2 # two\n\n# about\n[registry]\nproviders = \
            [\"cargo:libsecret\"]\n";
        check(
            before,
            &before.replace("secret\"]", "secret\", \"/a/authctl hook cargo\"]"),
            cargo,
        );
        let before = "[registry]\n# mine\nproviders = [\"cargo:token\"]\n";
        check(
            before,
            &before.replace("token\"]", "token\", \"/a/authctl hook cargo\"]"),
            cargo,
        );
        let inline = "registry = { default = \"x\" }\n";
        let made = cargo(inline, Way::Make).expect("made");
        assert!(
            made.parse::<DocumentMut>().is_ok() && !made.contains(MARK),
            "{made}"
        );
        let kept = cargo(
            &cargo("", Way::Make)
                .expect("made")
                .replace(MARK, &format!("# mine\n{MARK}")),
            Way::Undo,
        );
        assert!(kept.expect("undone").contains("# mine"));
        let moved = cargo(
            "[registry]\nproviders = [\"/old/authctl hook cargo\", \"x\"]\n",
            Way::Make,
        );
        assert_eq!(
            moved.as_deref(),
            Ok("[registry]\nproviders = [ \"x\", \"/a/authctl hook cargo\"]\n")
        );
        assert_eq!(
            cargo("[registry]\nproviders = 5\n", Way::Make),
            Err(Refused::Unreadable)
        );

        check(
            "# mine\nx = 1\n",
            &format!("# mine\nx = 1\n{MARK}\nkeyring-provider = \"subprocess\"\n"),
            uv,
        );
        let theirs = "# mine\nkeyring-provider = \"subprocess\"\n";
        assert_eq!(
            (
                uv(theirs, Way::Make).as_deref(),
                uv(theirs, Way::Undo).as_deref()
            ),
            (Ok(theirs), Ok(theirs))
        );
        assert_eq!(
            uv("keyring-provider = \"disabled\"\n", Way::Make),
            taken("\"disabled\"")
        );
    }

    fn aws(text: &str, way: Way) -> Changed {
        let ours = |value: &str| value.contains("authctl hook aws");
        ini(
            text,
            ["profile work", "credential_process"],
            "/a/authctl hook aws",
            Some(&ours),
            way,
        )
    }

    fn pip(text: &str, way: Way) -> Changed {
        ini(
            text,
            ["global", "keyring-provider"],
            "subprocess",
            None,
            way,
        )
    }

    #[test]
    fn ini_is_read_as_its_parsers_read_it() {
        let ours = "credential_process = /a/authctl hook aws\n";
        check("", &format!("{MARK}\n[profile work]\n{ours}"), aws);
        check(
            "[default]\nregion = x\n",
            &format!("[default]\nregion = x\n\n{MARK}\n[profile work]\n{ours}"),
            aws,
        );
        for header in [
            "[profile work]",
            "[profile work]  # mine",
            "[profile \"work\"]",
            "[profile  'work'] ; x",
        ] {
            let before = format!("{header}\nregion = x\n\n[profile home]\nregion = y\n");
            check(
                &before,
                &before.replacen('\n', &format!("\n{ours}"), 1),
                aws,
            );
        }
        for other in ["credential_process = /other", "Credential_Process: /other"] {
            assert_eq!(
                aws(&format!("[profile work]\n{other}\n"), Way::Make),
                taken(other)
            );
        }
        // What is further in than the line before it would be more of its value.
        let before = "[profile work]\n  region = x\n  s3 =\n    max = 1\n";
        check(
            before,
            &before.replacen('\n', &format!("\n  {ours}"), 1),
            aws,
        );
        assert_eq!(
            aws("[profile work]\n  credential_process = /other\n", Way::Make),
            taken("credential_process = /other")
        );
        let old = "[profile work]\ncredential_process = /old/authctl hook aws --role-arn x\n";
        assert_eq!(aws(old, Way::Make), Ok(format!("[profile work]\n{ours}")));
        assert_eq!(
            aws(old, Way::Undo).as_deref(),
            Ok("[profile work]\n"),
            "the header was there before"
        );

        let setting = format!("{MARK}\nkeyring-provider = subprocess\n");
        check(
            "# mine\n[global]\nindex-url = x\n",
            &format!("# mine\n[global]\n{setting}index-url = x\n"),
            pip,
        );
        check("", &format!("{MARK}\n[global]\n{setting}"), pip);
        let theirs = "[global]\nkeyring_provider: subprocess\n";
        assert_eq!(
            (
                pip(theirs, Way::Make).as_deref(),
                pip(theirs, Way::Undo).as_deref()
            ),
            (Ok(theirs), Ok(theirs))
        );
        assert_eq!(
            pip("[global]\nkeyring-provider = import\n", Way::Make),
            taken("keyring-provider = import")
        );
    }

    proptest! {
        #[test]
        fn whatever_is_there_to_make_twice_is_to_make_once(text in "[a-z \\[\\]={}\",\n#:5]{0,\
            80}") {
            for edit in [helper, docker, cargo, uv, aws, pip] {
                if let Ok(made) = edit(&text, Way::Make) {
                    prop_assert_eq!(edit(&made, Way::Make), Ok(made.clone()));
                    prop_assert!(edit(&made, Way::Undo).is_ok());
                }
            }
        }
    }
}
