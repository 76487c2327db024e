//! A profile: each value with its source, and what its preset says with how sure that is.

use serde_json::{Value, json};

use crate::config::{self, Config};
use crate::profile::Profile;
use crate::profile::setting::{self, Source};
use crate::provider::Preset;
use crate::session::profiles::Effect;
use crate::text::without_passwords;

/// The names of all, the one that is used when none is named with a mark.
#[must_use]
pub fn list(config: &Config) -> String {
    let lines = config.names().into_iter().map(|name| {
        let is_default = config.default_profile() == Some(&*name);
        format!("{} {name}\n", if is_default { '*' } else { ' ' })
    });
    lines.collect()
}

/// The names of all as JSON.
#[must_use]
pub fn list_json(config: &Config) -> Value {
    let rows = config.names().into_iter().map(|name| {
        let is_default = config.default_profile() == Some(&*name);
        json!({"profile": name, "default": is_default})
    });
    rows.collect()
}

/// As lines for a person.
#[must_use]
pub fn text(profile: &Profile) -> String {
    let mut text = format!("{}\n", profile.name);
    for setting in profile.winning_settings() {
        let value = setting.values.join(" ");
        text.push_str(&line(setting.name, &value, setting.source));
    }
    if setting::find(&profile.settings, "scope").is_none() {
        let source = if Preset::find(profile.provider.id).is_some() {
            Source::Preset
        } else {
            Source::Default
        };
        text.push_str(&line("scope", &profile.scope.join(" "), source));
    }
    for fact in profile.provider.facts() {
        let what = fact.set.to_string();
        let mark = fact.mark.word();
        text.push_str(&format!("  preset: {what}  ({mark}: {})\n", fact.source));
    }
    for variable in config::unused_variables(&profile.name) {
        text.push_str(&format!(
            "  {variable:<30} does not count for a profile with a name\n"
        ));
    }
    text
}

fn line(name: &str, value: &str, source: Source) -> String {
    let value = without_passwords(value);
    format!("  {name:<30} {value}  ({source})\n")
}

/// As JSON.
#[must_use]
pub fn json(profile: &Profile) -> Value {
    let mut settings = Vec::new();
    for setting in profile.winning_settings() {
        settings.push(json!({
            "key": setting.name,
            "values": setting.values,
            "source": setting.source.to_string(),
        }));
    }
    let mut preset = Vec::new();
    for fact in profile.provider.facts() {
        preset.push(json!({
            "fact": fact.set.to_string(),
            "mark": fact.mark.word(),
            "source": fact.source,
        }));
    }
    json!({"profile": profile.name, "settings": settings, "preset": preset})
}

/// What a change of a profile means, each as a sentence.
#[must_use]
pub fn effect(name: &str, effect: &Effect) -> Vec<String> {
    match effect {
        Effect::Nothing => vec![format!("{name} is as it was")],
        Effect::Written => vec![format!("{name} is changed")],
        Effect::SessionSetAside(changes) => vec![
            format!("{name} is changed: {}", changes.join(", ")),
            format!("hint: run `authctl login {name}`; its session was made with other settings"),
        ],
    }
}
