//! Parts of the configuration file as TOML: what a setting and a binding look like in it, and how
//! one value is changed without touching the text around it.

use toml_edit::{Array, InlineTable, Item, Table, TableLike, Value};

use crate::oauth::want::TokenKind;
use crate::profile::binding::Binding;
use crate::profile::setting::{SETTINGS, Setting, Shape};

/// Sets a value in a table. A value that is there keeps its place and its comments, and one that is
/// right already is not touched.
pub(super) fn set_value(table: &mut dyn TableLike, name: &str, mut value: Value) {
    let Some(item) = table.get_mut(name) else {
        table.insert(name, Item::Value(value));
        return;
    };
    // A table that is written out counts as the inline table of the same content.
    let old = item.clone().into_value();
    if old.is_ok_and(|old| without_decor(old) == without_decor(value.clone())) {
        return;
    }
    let decor = item.as_value().map(|old| old.decor().clone());
    *value.decor_mut() = decor.unwrap_or_default();
    *item = Item::Value(value);
}

/// A value as text, without the comments and spaces around it.
fn without_decor(mut value: Value) -> String {
    value.decor_mut().clear();
    value.to_string()
}

/// Removes strings from the array `name` of a table, or the one string that is there. The last one
/// takes `name` with it.
pub(super) fn remove_strings(table: &mut Table, name: &str, is_removed: impl Fn(&str) -> bool) {
    let Some(item) = table.get_mut(name) else {
        return;
    };
    let is_empty = if let Some(array) = item.as_array_mut() {
        array.retain(|text| !text.as_str().is_some_and(&is_removed));
        array.is_empty()
    } else {
        item.as_str().is_some_and(&is_removed)
    };
    if is_empty {
        table.remove(name);
    }
}

/// The text before a table, if it holds a comment.
pub(super) fn comments_above(table: &Table) -> &str {
    let prefix = table.decor().prefix().and_then(|prefix| prefix.as_str());
    prefix
        .filter(|prefix| prefix.contains('#'))
        .unwrap_or_default()
}

/// A binding as a `[[match]]` table.
pub(super) fn binding_table(binding: &Binding) -> Table {
    let mut urls = Vec::new();
    let mut hosts = Vec::new();
    for (text, _) in &binding.patterns {
        if text.contains('/') {
            urls.push(text.as_str());
        } else {
            hosts.push(text.as_str());
        }
    }
    let hooks: Vec<&str> = binding.hooks.iter().map(String::as_str).collect();
    let mut table = Table::new();
    insert_strings(&mut table, "url", &urls);
    insert_strings(&mut table, "host", &hosts);
    insert_strings(&mut table, "hook", &hooks);
    insert_strings(&mut table, "profile", binding.profile.as_deref().as_slice());
    insert_strings(
        &mut table,
        "username",
        binding.username.as_deref().as_slice(),
    );
    insert_strings(
        &mut table,
        "audience",
        binding.audience.as_deref().as_slice(),
    );
    insert_strings(
        &mut table,
        "token",
        binding.token.map(TokenKind::name).as_slice(),
    );
    table
}

/// Inserts one string as it is and several as an array. No string inserts nothing.
fn insert_strings(table: &mut Table, name: &str, texts: &[&str]) {
    match texts {
        [] => {}
        [only] => table[name] = toml_edit::value(*only),
        several => table[name] = toml_edit::value(several.iter().copied().collect::<Array>()),
    }
}

/// A setting of a profile as the file writes it. `None` for a setting that no profile has, or one
/// without a value.
pub(super) fn toml_value(setting: &Setting) -> Option<Value> {
    let values = &setting.values;
    let definition = SETTINGS.iter().find(|known| known.name == setting.name)?;
    match definition.shape {
        Shape::Text | Shape::Duration => Some(values.first()?.as_str().into()),
        Shape::List => Some(Value::Array(
            values.iter().map(String::as_str).collect::<Array>(),
        )),
        Shape::Ports => {
            let ports = values.iter().filter_map(|port| port.parse::<i64>().ok());
            Some(Value::Array(ports.collect::<Array>()))
        }
        Shape::Table => {
            let pairs = values.iter().filter_map(|pair| pair.split_once('='));
            Some(Value::InlineTable(pairs.collect::<InlineTable>()))
        }
    }
}
