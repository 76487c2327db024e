//! A string in a TOML file, by itself or in an array. Comments, order and spacing stay.

use toml_edit::{Array, DocumentMut, Item, RawString, Table, TableLike};

use super::{Direction, EditError, Edited, MARK};

/// Puts a string at the end of an array in a table; `names` are those of the table and of the
/// array. It replaces the strings that `is_authctls` tells. Where there is no array yet, it gets
/// `first` before the string, because that is what the client does without one.
pub fn toml_array(
    text: &str,
    names: [&str; 2],
    first: &str,
    value: &str,
    is_authctls: impl Fn(&str) -> bool,
    direction: Direction,
) -> Edited {
    let [table, name] = names;
    let mut document: DocumentMut = text.parse().map_err(|_| EditError::Unreadable)?;
    let known = known_array(&document, names)?;
    let mut array = match &known {
        Some(known) => known.clone(),
        None => Array::from_iter([first]),
    };
    array.retain(|item| !item.as_str().is_some_and(&is_authctls));
    if direction == Direction::Install {
        array.push(value);
    }
    let is_same = match &known {
        Some(known) => strings(known) == strings(&array),
        None => direction == Direction::Remove,
    };
    if is_same {
        return Ok(text.to_owned());
    }
    let parent = document.get(table).and_then(Item::as_table_like);
    if direction == Direction::Remove
        && parent.is_some_and(|parent| is_marked(parent, name))
        && strings(&array) == [Some(first)]
    {
        let text = without_marked(text, name);
        return Ok(without_marked(&text, &format!("[{table}]")));
    }
    let parent = document.get_mut(table).and_then(Item::as_table_like_mut);
    match parent.and_then(|parent| parent.get_mut(name)) {
        // To insert it again would lose the comments above it.
        Some(item) => *item = Item::Value(array.into()),
        None => insert_array(&mut document, names, array, text.trim().is_empty())?,
    }
    Ok(document.to_string())
}

/// The array that the file has.
fn known_array(
    document: &DocumentMut,
    [table, name]: [&str; 2],
) -> Result<Option<Array>, EditError> {
    let Some(item) = document.get(table).and_then(|table| table.get(name)) else {
        return Ok(None);
    };
    let array = item.as_array().ok_or(EditError::Unreadable)?;
    Ok(Some(array.clone()))
}

/// The items of an array that are strings.
fn strings(array: &Array) -> Vec<Option<&str>> {
    array.iter().map(toml_edit::Value::as_str).collect()
}

/// Adds an array, and the table if it is missing, with the mark above each. An inline table has no
/// room for a comment.
fn insert_array(
    document: &mut DocumentMut,
    [table, name]: [&str; 2],
    array: Array,
    is_first: bool,
) -> Result<(), EditError> {
    let known = document.get(table);
    let is_new_table = known.is_none_or(|known| known.as_table().is_some_and(Table::is_implicit));
    let is_inline = known.is_some_and(Item::is_inline_table);
    let parent = document
        .entry(table)
        .or_insert_with(|| Item::Table(Table::new()));
    let parent = parent.as_table_like_mut().ok_or(EditError::Unreadable)?;
    parent.insert(name, Item::Value(array.into()));
    if !is_inline && let Some(mut name) = parent.key_mut(name) {
        name.leaf_decor_mut().set_prefix(format!("{MARK}\n"));
    }
    if is_new_table && let Some(table) = document[table].as_table_mut() {
        table.set_implicit(false);
        let gap = if is_first { "" } else { "\n" };
        table.decor_mut().set_prefix(format!("{gap}{MARK}\n"));
    }
    Ok(())
}

/// Sets a string at the top of the file.
pub fn toml_string(text: &str, name: &str, value: &str, direction: Direction) -> Edited {
    let mut document: DocumentMut = text.parse().map_err(|_| EditError::Unreadable)?;
    let known = document.get(name);
    let is_same = known.is_some_and(|known| known.as_str() == Some(value));
    match (known, direction) {
        (None, Direction::Install) => {
            document[name] = toml_edit::value(value);
            if let Some(mut name) = document.key_mut(name) {
                name.leaf_decor_mut().set_prefix(format!("{MARK}\n"));
            }
            Ok(document.to_string())
        }
        (Some(known), Direction::Install) if !is_same => {
            Err(EditError::OtherValue(known.to_string().trim().to_owned()))
        }
        (Some(_), Direction::Remove) if is_same && is_marked(document.as_table(), name) => {
            Ok(without_marked(text, name))
        }
        _ => Ok(text.to_owned()),
    }
}

/// Whether the mark is in the comments above a setting of this name.
fn is_marked(table: &dyn TableLike, name: &str) -> bool {
    let prefix = table.key(name).and_then(|name| name.leaf_decor().prefix());
    prefix
        .and_then(RawString::as_str)
        .is_some_and(|prefix| prefix.contains(MARK))
}

/// The text without the line that begins with `start` and the mark above it. A table's header goes
/// only when nothing is left below it, and takes the empty line before it along.
fn without_marked(text: &str, start: &str) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let pair = lines
        .windows(2)
        .position(|pair| pair[0].trim() == MARK && pair[1].trim_start().starts_with(start));
    let Some(at) = pair else {
        return text.to_owned();
    };
    let is_header = start.starts_with('[');
    let below = lines[at + 2..].iter().find(|line| !line.trim().is_empty());
    if is_header && below.is_some_and(|line| !line.trim_start().starts_with('[')) {
        return text.to_owned();
    }
    let has_gap = is_header && at > 0 && lines[at - 1].trim().is_empty();
    lines.drain(at - usize::from(has_gap)..at + 2);
    lines.concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{check, check_any, other_value};
    use super::*;

    fn cargo(text: &str, direction: Direction) -> Edited {
        let written = |item: &str| item.ends_with("authctl hook cargo");
        toml_array(
            text,
            ["registry", "providers"],
            "cargo:token",
            "/a/authctl hook cargo",
            written,
            direction,
        )
    }

    fn uv(text: &str, direction: Direction) -> Edited {
        toml_string(text, "keyring-provider", "subprocess", direction)
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
        let installed = cargo(inline, Direction::Install).expect("installed");
        assert!(
            installed.parse::<DocumentMut>().is_ok() && !installed.contains(MARK),
            "{installed}"
        );
        let kept = cargo(
            &cargo("", Direction::Install)
                .expect("installed")
                .replace(MARK, &format!("# mine\n{MARK}")),
            Direction::Remove,
        );
        assert!(kept.expect("removed").contains("# mine"));
        let moved = cargo(
            "[registry]\nproviders = [\"/old/authctl hook cargo\", \"x\"]\n",
            Direction::Install,
        );
        assert_eq!(
            moved.as_deref(),
            Ok("[registry]\nproviders = [ \"x\", \"/a/authctl hook cargo\"]\n")
        );
        assert_eq!(
            cargo("[registry]\nproviders = 5\n", Direction::Install),
            Err(EditError::Unreadable)
        );

        check(
            "# mine\nx = 1\n",
            &format!("# mine\nx = 1\n{MARK}\nkeyring-provider = \"subprocess\"\n"),
            uv,
        );
        let by_user = "# mine\nkeyring-provider = \"subprocess\"\n";
        assert_eq!(
            (
                uv(by_user, Direction::Install).as_deref(),
                uv(by_user, Direction::Remove).as_deref()
            ),
            (Ok(by_user), Ok(by_user))
        );
        assert_eq!(
            uv("keyring-provider = \"disabled\"\n", Direction::Install),
            other_value("\"disabled\"")
        );
    }

    proptest! {
        #[test]
        fn any_text_has_it_once(text in "[a-z \\[\\]={}\",\n#:5]{0,80}") {
            check_any(&text, &[cargo, uv]);
        }
    }
}
