//! What became of a session that was ended.

use serde_json::{Value, json};

use crate::session::logout::Ended;

/// As JSON.
#[must_use]
pub fn json(profile: &str, ended: &Ended) -> Value {
    let unconfirmed = match ended {
        Ended::Unconfirmed(why) => Some(why),
        _ => None,
    };
    json!({
        "profile": profile,
        "removed": !matches!(ended, Ended::NotLoggedIn),
        "revoked": matches!(ended, Ended::Everywhere),
        "server": unconfirmed,
    })
}
