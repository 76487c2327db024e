//! What came of a login, and what one would send.

use serde_json::{Value, json};

use crate::profile::setting::Setting;
use crate::session::login::{Login, Preview};
use crate::session::registration;
use crate::text::repeatable;

/// What came of the login, as JSON.
#[must_use]
pub fn json(profile: &str, login: &Login) -> Value {
    match login {
        Login::Client => json!({"profile": profile, "subject": null}),
        Login::OtherProcess(subject) => json!({"profile": profile, "subject": subject}),
        Login::Person(logged_in) => json!({
            "profile": profile,
            "subject": logged_in.subject,
            "renewable": logged_in.renewable,
            "missing_scope": logged_in.missing_scope,
            "expires_at": logged_in.expires_at.map(|end| end.to_string()),
        }),
    }
}

/// A preview as lines for a person. `settings` are those that the login would write into the
/// profile.
#[must_use]
pub fn preview_text(profile: &str, preview: &Preview, settings: &[Setting]) -> String {
    let mut lines = vec![("grant", preview.grant.name().to_owned())];
    lines.push(("request", format!("{} {}", preview.verb, preview.url)));
    if let Some(body) = &preview.body {
        lines.push(("with", body.clone()));
    }
    let Preview {
        token_endpoint,
        auth_method,
        ..
    } = preview;
    let client = match *auth_method {
        "none" => "a public client".to_owned(),
        method => format!("a client that proves itself by {method}"),
    };
    lines.push(("tokens from", format!("{token_endpoint}, as {client}")));
    for setting in settings {
        let value = shown(setting).join(" ");
        lines.push(("writes", format!("{} = {value}", setting.name)));
    }
    let lines: String = lines
        .into_iter()
        .map(|(label, value)| format!("  {label:<11} {value}\n"))
        .collect();
    format!("{profile}: nothing was sent but a request for the server's metadata\n{lines}")
}

/// The values of a setting. What a person has typed in the wrong place may be a secret; the names
/// of clients and servers look like one and are none.
fn shown(setting: &Setting) -> Vec<String> {
    let is_public = ["client_id", "issuer", "provider", "scope"].contains(&setting.name);
    let values = setting.values.iter();
    let shown = values.map(|value| {
        if is_public {
            value.clone()
        } else {
            repeatable(value)
        }
    });
    shown.collect()
}

/// A preview as JSON.
#[must_use]
pub fn preview_json(profile: &str, preview: &Preview, settings: &[Setting]) -> Value {
    let writes: serde_json::Map<String, Value> = settings
        .iter()
        .map(|setting| (setting.name.to_owned(), json!(shown(setting))))
        .collect();
    json!({
        "profile": profile,
        "grant": preview.grant.name(),
        "request": {"method": preview.verb, "url": preview.url, "body": preview.body},
        "token_endpoint": preview.token_endpoint,
        "auth_method": preview.auth_method,
        "writes": writes,
    })
}

/// The request that would have a server register a client, as lines for a person.
#[must_use]
pub fn registration_text(profile: &str, preview: &registration::Preview) -> String {
    let registration::Preview { url, body } = preview;
    format!(
        "{profile}: nothing was sent but a request for the server's metadata\n  request     POST \
         {url}\n  with        {body}\n"
    )
}

/// The same as JSON.
#[must_use]
pub fn registration_json(profile: &str, preview: &registration::Preview) -> Value {
    json!({
        "profile": profile,
        "registration": {"method": "POST", "url": preview.url.as_str(), "body": preview.body},
    })
}
