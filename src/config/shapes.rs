//! The shapes that values of the configuration file have, and what is said of a value that has
//! another one.

use toml_edit::{Item, Value};

use crate::profile::binding;
use crate::profile::setting::{Definition, Shape};
use crate::text::{nearest, repeatable};

/// What is wrong, and where in the text.
pub(super) struct Wrong {
    /// The offset in bytes.
    pub at: usize,
    /// What it is.
    pub message: String,
}

/// Reads a setting of a `[[match]]` table: one string, or an array of them if the table of settings
/// allows that.
pub(super) fn texts(name: &str, item: &Item) -> Result<Vec<String>, Wrong> {
    let is_list = binding::SETTINGS
        .iter()
        .any(|known| known.name == name && known.is_list);
    match item.as_array().filter(|_| is_list) {
        Some(array) => {
            strings(array.iter()).ok_or_else(|| wrong(item, format!("`{name}`: expected strings")))
        }
        None => Ok(vec![string(name, item)?]),
    }
}

/// Reads a setting of a profile, in the shape that its definition gives it.
pub(super) fn values(definition: &Definition, item: &Item) -> Result<Vec<String>, Wrong> {
    let read = match definition.shape {
        Shape::Text => text_or_switch(item),
        Shape::Duration => duration(item),
        Shape::List => list(item),
        Shape::Ports => ports(item),
        Shape::Table => pairs(item),
    };
    let read = read
        .map(|values| visible(definition.name, item, values))
        .transpose()?;
    read.ok_or_else(|| {
        let expected = match definition.shape {
            Shape::Text => "a string",
            Shape::Duration => "a length of time such as \"90s\" or \"5m\"",
            Shape::List => "an array of strings",
            Shape::Ports => "an array of ports",
            Shape::Table => "a table of strings",
        };
        wrong(item, format!("`{}`: expected {expected}", definition.name))
    })
}

/// A string, or the word for TOML's `true` and `false`.
fn text_or_switch(item: &Item) -> Option<Vec<String>> {
    match item.as_bool() {
        Some(is_on) => Some(vec![is_on.to_string()]),
        None => Some(vec![item.as_str()?.to_owned()]),
    }
}

/// A string such as `90s`, or a number of seconds.
fn duration(item: &Item) -> Option<Vec<String>> {
    match item.as_value()? {
        Value::String(text) => Some(vec![text.value().clone()]),
        Value::Integer(seconds) => Some(vec![seconds.value().to_string()]),
        _ => None,
    }
}

/// An array of strings, as TOML has lists; or one string with spaces, as OAuth writes a scope.
fn list(item: &Item) -> Option<Vec<String>> {
    match item.as_value()? {
        Value::String(text) => Some(text.value().split_whitespace().map(str::to_owned).collect()),
        Value::Array(array) => strings(array.iter()),
        _ => None,
    }
}

/// An array of numbers. Whether they are ports is not decided here.
fn ports(item: &Item) -> Option<Vec<String>> {
    let array = item.as_array()?;
    let ports = array.iter().map(Value::as_integer);
    ports
        .map(|port| port.map(|port| port.to_string()))
        .collect()
}

/// A table of strings, each as `name=value`.
fn pairs(item: &Item) -> Option<Vec<String>> {
    let mut pairs = Vec::new();
    for (name, item) in item.as_table_like()?.iter() {
        pairs.push(format!("{name}={}", item.as_str()?));
    }
    Some(pairs)
}

/// The values as strings, if all of them are strings.
fn strings<'a>(values: impl Iterator<Item = &'a Value>) -> Option<Vec<String>> {
    values
        .map(|value| value.as_str().map(str::to_owned))
        .collect()
}

pub(super) fn string(name: &str, item: &Item) -> Result<String, Wrong> {
    let text = item.as_str().map(str::to_owned);
    let text = text.ok_or_else(|| wrong(item, format!("`{name}`: expected a string")))?;
    let mut visible = visible(name, item, vec![text])?;
    Ok(visible.remove(0))
}

/// Refuses control characters. No setting has a use for one, and a terminal obeys them.
fn visible(name: &str, item: &Item, values: Vec<String>) -> Result<Vec<String>, Wrong> {
    if values.iter().any(|value| value.contains(char::is_control)) {
        return Err(wrong(item, format!("`{name}`: it has a control character")));
    }
    Ok(values)
}

/// The message for a name that is not one of `known`.
pub(super) fn unknown_setting(name: &str, known: &[&str]) -> String {
    let nearest = nearest(name, known.iter().copied());
    let name = repeatable(name);
    match nearest.first() {
        Some(best) => format!("unknown setting `{name}`: did you mean `{best}`?"),
        None => format!(
            "unknown setting `{name}`: expected one of {}",
            known.join(", ")
        ),
    }
}

pub(super) fn wrong(item: &Item, message: impl Into<String>) -> Wrong {
    Wrong {
        at: item.span().map_or(0, |span| span.start),
        message: message.into(),
    }
}
