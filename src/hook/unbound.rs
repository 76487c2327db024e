//! Why no profile answers for an address, although a binding looks as if it meant it.

use super::protocol::HOOKS;
use crate::config::Config;
use crate::profile::binding;
use crate::profile::target::Target;

/// What the user can do so that a profile answers for `target`, for which none does.
#[must_use]
pub fn why_not_bound(config: &Config, target: &Target) -> String {
    let https = Target {
        scheme: Some("https".to_owned()),
        ..target.clone()
    };
    let why = if target.scheme.as_deref() == Some("http") && is_bound(config, &https) {
        "it is bound for https only: a token crosses no network in the clear unless `url = \
         \"http://...\"` says so"
    } else if is_bound(config, target) {
        "it is bound for other hooks only"
    } else if target.path == "/" && has_bound_path(config, target) {
        return caller_names_no_path();
    } else {
        "`[[match]]` in the configuration binds a profile to a host or a URL"
    };
    why.to_owned()
}

/// Only paths of the host are bound: which callers can be told to name one, and how.
fn caller_names_no_path() -> String {
    let mut text = "only paths of that host are bound, and the caller has to name one".to_owned();
    for row in HOOKS {
        if let Some(setting) = row.path_setting {
            text.push_str(&format!(": for {}, set {setting}", row.name));
        }
    }
    text
}

fn is_bound(config: &Config, target: &Target) -> bool {
    !binding::find(config.bindings(), None, target).is_empty()
}

/// Whether a path of the target's host is bound.
fn has_bound_path(config: &Config, target: &Target) -> bool {
    let bindings = config.bindings().iter();
    let mut patterns = bindings.flat_map(|binding| &binding.patterns);
    patterns.any(|(text, pattern)| {
        let known = Target::parse(&text.replace('*', "x"));
        pattern.has_path() && known.is_some_and(|known| known.host == target.host)
    })
}
