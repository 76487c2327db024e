//! What is known of a token.

use serde_json::{Map, Value, json};

use crate::oauth::scope;
use crate::profile::Profile;
use crate::session::inspect::{Inspection, Said, Signature};
use crate::text::printable;
use crate::time::{Timestamp, describe};

/// How much of a value is shown.
const SHOWN: usize = 300;

/// How much of a name is shown.
const LABEL: usize = 60;

/// The claims that are moments (RFC 7519, section 4.1).
const MOMENTS: [&str; 4] = ["iat", "nbf", "exp", "auth_time"];

/// What is known of a token as JSON.
#[must_use]
pub fn json(found: &Inspection, profile: Option<&Profile>) -> Value {
    let said = |said: &Said| match said {
        None => Value::Null,
        Some(Ok(members)) => json!(members),
        Some(Err(why)) => json!({"failed": why}),
    };
    let opened = found.opened.as_ref();
    json!({
        "profile": found.profile,
        "fingerprint": found.fingerprint,
        "format": if opened.is_some() { "jwt" } else { "opaque" },
        "header": opened.map(|opened| &opened.header),
        "claims": opened.map(|opened| &opened.claims),
        "signature": found.signature.as_ref().map(|signature| match signature {
            Signature::Verified => json!({"verified": true}),
            Signature::Wrong(why) => json!({"verified": false, "why": why}),
            Signature::Unchecked(why) => json!({"verified": null, "why": why}),
        }),
        "differences": opened.map(|opened| differences(&opened.claims, profile)),
        "clock_skew": found.skew,
        "introspection": said(&found.introspection),
        "userinfo": said(&found.userinfo),
    })
}

/// What is known of a token as lines for a person.
#[must_use]
pub fn text(found: &Inspection, profile: Option<&Profile>, now: Timestamp) -> String {
    let mut lines = vec![];
    let format = match &found.opened {
        Some(_) => "a JSON web token",
        None => "opaque: only its server can read it",
    };
    lines.push(("token".to_owned(), format.to_owned()));
    lines.push(("fingerprint".to_owned(), found.fingerprint.to_string()));
    match &found.signature {
        None => {}
        Some(Signature::Verified) => {
            lines.push(("signature".to_owned(), verified_by(found)));
        }
        Some(Signature::Wrong(why)) => {
            lines.push(("signature".to_owned(), format!("WRONG: {why}")))
        }
        Some(Signature::Unchecked(why)) => {
            lines.push(("signature".to_owned(), format!("not checked: {why}")));
        }
    }
    if let Some(opened) = &found.opened {
        for (name, value) in &opened.header {
            lines.push((format!("header {name}"), shown(value)));
        }
        for (name, value) in &opened.claims {
            lines.push((name.clone(), claim(name, value, found.skew, now)));
        }
        for difference in differences(&opened.claims, profile) {
            lines.push(("note".to_owned(), difference));
        }
    }
    if found.skew != 0 {
        let skew = format!(
            "the server's is {} seconds ahead of this machine's",
            found.skew
        );
        lines.push(("clock".to_owned(), skew));
    }
    for (what, said) in [
        ("server", &found.introspection),
        ("userinfo", &found.userinfo),
    ] {
        match said {
            None => {}
            Some(Err(why)) => lines.push((what.to_owned(), format!("failed: {why}"))),
            Some(Ok(members)) => {
                for (name, value) in members {
                    lines.push((
                        format!("{what} {name}"),
                        claim(name, value, found.skew, now),
                    ));
                }
            }
        }
    }
    let line = |(label, value): (String, String)| {
        // A member's name is its server's text, like its value.
        let label = printable(&label, LABEL);
        format!("{label:<18} {value}\n")
    };
    lines.into_iter().map(line).collect()
}

/// Which key made the signature, as the header names it.
fn verified_by(found: &Inspection) -> String {
    let header = found.opened.as_ref().map(|opened| &opened.header);
    match header.and_then(|header| header.get("kid")) {
        Some(kid) => format!("verified by the server's key {}", shown(kid)),
        None => "verified by a key of the server".to_owned(),
    }
}

/// A claim for a person. A moment is by this machine's clock in words, and by the server's as it
/// stands in the token.
fn claim(name: &str, value: &Value, skew: i64, now: Timestamp) -> String {
    let moment = value.as_i64().filter(|_| MOMENTS.contains(&name));
    let Some(moment) = moment.map(Timestamp) else {
        return shown(value);
    };
    let here = Timestamp(moment.0.saturating_sub(skew));
    let words = if here > now {
        format!("in {}", describe(here.remaining(now)))
    } else {
        format!("{} ago", describe(now.remaining(here)))
    };
    format!("{moment} ({words})")
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => printable(text, SHOWN),
        other => printable(&other.to_string(), SHOWN),
    }
}

/// In what a token is another one than its profile asks for.
fn differences(claims: &Map<String, Value>, profile: Option<&Profile>) -> Vec<String> {
    let Some(profile) = profile else {
        return vec![];
    };
    let mut found = vec![];
    let issuer = claims.get("iss").and_then(Value::as_str);
    if let (Some(said), Some(asked)) = (issuer, &profile.issuer)
        && said != asked
    {
        found.push(format!("the issuer is not the profile's, {asked}"));
    }
    let audience = |wanted: &str| match claims.get("aud") {
        Some(Value::String(one)) => one == wanted,
        Some(Value::Array(list)) => list.iter().any(|one| one == wanted),
        _ => false,
    };
    let wanted = profile.audience.iter().chain(&profile.resource);
    for wanted in wanted.filter(|wanted| !audience(wanted)) {
        found.push(format!(
            "the audience is not {wanted}, which the profile asks for"
        ));
    }
    let granted = claims.get("scope").or_else(|| claims.get("scp"));
    if let Some(granted) = granted {
        let granted = match granted {
            Value::Array(list) => list
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(" "),
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        for scope in scope::missing(&profile.scope, &scope::parse(&granted)) {
            found.push(format!(
                "the scope {scope} is not granted, which the profile asks for"
            ));
        }
    }
    found
}
