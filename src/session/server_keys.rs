//! The keys with which a login's ID token was checked, kept for those that refreshes bring: a
//! refresh asks the token endpoint and nothing else. They are public. Where they are lost, or the
//! server has newer ones, TLS stands for the signature.

use std::path::PathBuf;

use super::Context;
use crate::oauth::jwt::{IdToken, KeySet};
use crate::platform::files;

/// Keeps the keys of a profile's server, or forgets those of the server before.
pub(super) fn keep(context: &Context, profile: &str, keys: Option<&KeySet>) {
    let text = keys.map(KeySet::text).unwrap_or_default();
    let Some(path) = path(context, profile) else {
        return;
    };
    if text.is_empty() && !path.exists() {
        return;
    }
    let _ = files::write_hint(&path, text.as_bytes());
}

/// The keys that were kept, if one of them may have signed this token.
pub(super) fn known(context: &Context, profile: &str, token: &IdToken) -> Option<KeySet> {
    let text = files::read_hint(&path(context, profile)?)?;
    KeySet::parse(text.as_bytes()).filter(|keys| keys.knows(token))
}

/// No profile's name begins with a dot.
fn path(context: &Context, profile: &str) -> Option<PathBuf> {
    let directory = context.locations.state().ok()?.join(".jwks");
    Some(directory.join(format!("{profile}.json")))
}
