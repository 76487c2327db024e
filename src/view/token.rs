//! A token for programs: as assignments for a shell, and as JSON.

use serde_json::{Value, json};

use crate::error::{Error, ErrorKind};
use crate::session::Token;
use crate::time::Timestamp;

/// Assignments for a shell, which evaluates them.
///
/// # Errors
/// When the token cannot be quoted.
pub fn assignments(token: &Token) -> Result<String, Error> {
    let name = token.kind().name().to_ascii_uppercase();
    let quoted = shlex::try_quote(token.secret().expose())
        .map_err(|_| Error::new(ErrorKind::Failed, "the token cannot be quoted"))?;
    let mut text = format!("export AUTHCTL_{name}={quoted}\n");
    if let Some(end) = token.expires_at() {
        text.push_str(&format!("export AUTHCTL_EXPIRES_AT={}\n", end.0));
    }
    Ok(text)
}

/// The token as a JSON object, with what is known of it.
#[must_use]
pub fn json(token: &Token, now: Timestamp) -> Value {
    let header = token.header();
    let expires_at = token.expires_at();
    json!({
        token.kind().name(): token.secret().expose(),
        "token_type": token.facts().scheme(),
        "expires_at": expires_at.map(|end| end.to_string()),
        "expires_in": expires_at.map(|end| end.remaining(now).as_secs()),
        "expiry": token.facts().expiry,
        "scope": token.facts().scope.join(" "),
        "profile": header.profile,
        "server": header.identity.server,
        "subject": header.subject,
        "generation": header.generation,
        "fingerprint": token.secret().fingerprint(),
    })
}
