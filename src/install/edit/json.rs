//! A string in an object of a JSON file. The order of the members and the indent stay.

use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Value, json};

use super::{Direction, EditError, Edited};

/// Sets the member `inner` of the object that is the member `outer` of the whole; `names` are
/// `[outer, inner]`.
pub fn json(text: &str, names: [&str; 2], value: &str, direction: Direction) -> Edited {
    let mut root: Map<String, Value> = match text.trim() {
        "" => Map::new(),
        text => serde_json::from_str(text).map_err(|_| EditError::Unreadable)?,
    };
    let [outer, inner] = names;
    let known = root.get(outer).and_then(|object| object.get(inner));
    match (known, direction) {
        (None, Direction::Install) => insert(&mut root, names, value)?,
        (Some(known), Direction::Install) if known != value => {
            return Err(EditError::OtherValue(known.to_string()));
        }
        (Some(known), Direction::Remove) if known == value => remove(&mut root, names),
        _ => return Ok(text.to_owned()),
    }
    write(&root, text)
}

fn insert(
    root: &mut Map<String, Value>,
    [outer, inner]: [&str; 2],
    value: &str,
) -> Result<(), EditError> {
    let object = root.entry(outer).or_insert_with(|| json!({}));
    let object = object.as_object_mut().ok_or(EditError::Unreadable)?;
    object.insert(inner.to_owned(), json!(value));
    Ok(())
}

/// Takes the member out, and the object with its last member.
fn remove(root: &mut Map<String, Value>, [outer, inner]: [&str; 2]) {
    let Some(object) = root.get_mut(outer).and_then(Value::as_object_mut) else {
        return;
    };
    object.shift_remove(inner);
    if object.is_empty() {
        root.shift_remove(outer);
    }
}

/// Writes the whole with the indent and the last line break that `before` has. Without an example a
/// tab is the indent, as docker writes it.
fn write(root: &Map<String, Value>, before: &str) -> Edited {
    let second = before.lines().nth(1).unwrap_or_default();
    let indent = match &second[..second.len() - second.trim_start().len()] {
        "" => "\t",
        indent => indent,
    };
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(indent.as_bytes());
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    root.serialize(&mut serializer)
        .map_err(|_| EditError::Unreadable)?;
    let end = if before.ends_with('\n') { "\n" } else { "" };
    Ok(String::from_utf8_lossy(&bytes).into_owned() + end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{check, check_any, other_value};
    use super::*;

    fn docker(text: &str, direction: Direction) -> Edited {
        json(text, ["credHelpers", "r.example.com"], "authctl", direction)
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
        assert_eq!(
            docker(&other, Direction::Install),
            other_value("\"gcloud\"")
        );
        assert_eq!(
            docker(&other, Direction::Remove),
            Ok(other.clone()),
            "authctl has not written it"
        );
        assert_eq!(docker("{", Direction::Install), Err(EditError::Unreadable));
        assert_eq!(
            docker("{\"credHelpers\":5}", Direction::Install),
            Err(EditError::Unreadable)
        );
    }

    proptest! {
        #[test]
        fn any_text_has_it_once(text in "[a-z \\[\\]={}\",\n#:5]{0,80}") {
            check_any(&text, &[docker]);
        }
    }
}
