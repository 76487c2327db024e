//! Which server is meant by what a person types: a number of the list, a name, an address.

use crate::oauth::discovery::parse_endpoint;
use crate::profile::target::Target;
use crate::provider::{PRESETS, Preset};

/// A server that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// One that is known by name: the name of its preset.
    Known(&'static str),
    /// Another, by the address of its issuer.
    Issuer(String),
}

/// What `typed` means; `None` when it means no server, or several.
#[must_use]
pub fn chosen(typed: &str) -> Option<Chosen> {
    if let Ok(number) = typed.parse::<usize>() {
        let preset = PRESETS.get(number.checked_sub(1)?)?;
        return Some(Chosen::Known(preset.id));
    }
    if let Some(preset) = Preset::find(&typed.to_lowercase()) {
        return Some(Chosen::Known(preset.id));
    }
    if let Some(address) = address(typed) {
        return Some(Chosen::Issuer(address));
    }
    let typed = typed.to_lowercase();
    let mut similar = PRESETS
        .iter()
        .filter(|preset| preset.name.to_lowercase().contains(&typed));
    match (similar.next(), similar.next()) {
        (Some(only), None) => Some(Chosen::Known(only.id)),
        _ => None,
    }
}

/// The address that was typed, perhaps without its scheme.
#[must_use]
pub fn address(typed: &str) -> Option<String> {
    let whole = if typed.contains("://") {
        typed.to_owned()
    } else if typed.contains('.') && !typed.contains(char::is_whitespace) {
        // A server on this machine seldom has a certificate.
        let is_here = Target::parse(typed).is_some_and(|target| target.is_loopback());
        format!("{}://{typed}", if is_here { "http" } else { "https" })
    } else {
        return None;
    };
    parse_endpoint(&whole).is_ok().then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_chosen_by_number_name_or_address() {
        let known = |id| Some(Chosen::Known(id));
        let issuer = |address: &str| Some(Chosen::Issuer(address.to_owned()));
        for (typed, expected) in [
            ("1", known(PRESETS[0].id)),
            ("0", None),
            ("999", None),
            ("github", known("github")),
            ("GitHub", known("github")),
            ("entra", known("entra")),
            ("microsoft", known("entra")),
            ("oauth app", known("github")),
            ("o", None),
            (
                "https://as.example/realm",
                issuer("https://as.example/realm"),
            ),
            ("as.example", issuer("https://as.example")),
            ("http://127.0.0.1:8088", issuer("http://127.0.0.1:8088")),
            ("127.0.0.1:8088", issuer("http://127.0.0.1:8088")),
            ("http://as.example", None),
            ("nothing like it", None),
        ] {
            assert_eq!(chosen(typed), expected, "{typed}");
        }
    }
}
