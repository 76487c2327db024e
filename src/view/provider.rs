//! Providers: what is known of each, how a client is registered there, and how to log in.

use serde_json::{Value, json};

use crate::profile::DEFAULT_REDIRECT_PATH;
use crate::provider::registration::{Redirects, Use};
use crate::provider::{Preset, Provider};

/// All of them as lines for a person: the name for `--provider`, and the provider's own.
#[must_use]
pub fn list(presets: &[Preset]) -> String {
    let width = presets.iter().map(|preset| preset.id.len()).max();
    let width = width.unwrap_or_default();
    let lines = presets
        .iter()
        .map(|preset| format!("{:width$}  {}\n", preset.id, preset.name));
    lines.collect()
}

/// All of them as JSON.
#[must_use]
pub fn list_json(presets: &[Preset]) -> Value {
    let rows = presets.iter().map(|preset| {
        json!({
            "provider": preset.id,
            "name": preset.name,
            "needs_issuer": preset.needs_issuer,
        })
    });
    Value::Array(rows.collect())
}

/// One as lines for a person. `wanted` is what a token is for.
#[must_use]
pub fn text(preset: &Preset, wanted: Option<Use>) -> String {
    let mut text = steps(preset, wanted);
    text.push_str("\nwhat is known of it, how reliably, and where that was read:\n");
    for fact in preset.facts {
        let mark = fact.mark.word();
        text.push_str(&format!("  {}  ({mark}: {})\n", fact.set, fact.source));
    }
    text
}

/// How a client is registered, and the command that logs in then, as lines for a person.
#[must_use]
pub fn steps(preset: &Preset, wanted: Option<Use>) -> String {
    let provider = preset.provider();
    let mut text = format!("{}: {}\n", preset.id, preset.name);
    let mut lines = provider.registration.lines(&redirect(&provider));
    for (what, scopes) in scopes(&provider, wanted) {
        lines.push(("scopes", format!("{what}: {}", scopes.join(" "))));
    }
    lines.push(("then", preset.login_command(preset.id, wanted)));
    for (label, value) in lines {
        text.push_str(&format!("  {label:<12} {value}\n"));
    }
    text
}

/// One as JSON. `wanted` is what a token is for.
#[must_use]
pub fn json(preset: &Preset, wanted: Option<Use>) -> Value {
    let provider = preset.provider();
    let registration = &provider.registration;
    let facts = preset.facts.iter().map(|fact| {
        json!({
            "fact": fact.set.to_string(),
            "mark": fact.mark.word(),
            "source": fact.source,
        })
    });
    let scopes: serde_json::Map<String, Value> = scopes(&provider, wanted)
        .into_iter()
        .map(|(what, scopes)| (what.to_owned(), json!(scopes)))
        .collect();
    json!({
        "provider": preset.id,
        "name": preset.name,
        "needs_issuer": preset.needs_issuer,
        "registration": {
            "page": registration.page,
            "client": registration.client,
            "redirect": redirect(&provider),
            "port_counts": registration.redirects == Redirects::OnePort,
            "secret": registration.secret.words(),
            "note": registration.note,
        },
        "scopes": scopes,
        "login": preset.login_command(preset.id, wanted),
        "facts": facts.collect::<Vec<Value>>(),
    })
}

fn redirect(provider: &Provider) -> String {
    let (host, path) = (provider.redirect_host, DEFAULT_REDIRECT_PATH);
    provider.registration.redirect(host, path, None)
}

/// The scopes by what they are for; only those for `wanted`, if there is one.
fn scopes(
    provider: &Provider,
    wanted: Option<Use>,
) -> Vec<(&'static str, &'static [&'static str])> {
    let mut rows = Vec::new();
    if wanted.is_none() && !provider.default_scope.is_empty() {
        rows.push(("by default", provider.default_scope));
    }
    for (known, scopes) in provider.scopes_for {
        if wanted.is_none_or(|wanted| wanted == *known) {
            rows.push((known.word(), *scopes));
        }
    }
    rows
}
