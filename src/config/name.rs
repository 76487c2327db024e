//! What a profile can be called.

use super::ConfigError;

/// Whether `name` can be the name of a profile.
#[must_use]
pub fn is_name(name: &str) -> bool {
    check_name(name).is_ok()
}

/// Whether `name` can be the name of a profile, and so of a file.
pub(super) fn check_name(name: &str) -> Result<(), ConfigError> {
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_plain = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b));
    if !begins_well || !is_plain || name.len() > 64 {
        return Err(ConfigError::Name {
            name: name.to_owned(),
        });
    }
    if is_reserved(name) {
        return Err(ConfigError::Reserved {
            name: name.to_owned(),
        });
    }
    Ok(())
}

/// Whether Windows has a device of that name, whatever ending it has and in capitals or not. It is
/// refused everywhere, so that a configuration goes from one system to another.
fn is_reserved(name: &str) -> bool {
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let numbered = stem.strip_prefix("com").or(stem.strip_prefix("lpt"));
    DEVICES.contains(&&*stem)
        || numbered.is_some_and(|number| number.len() == 1 && number.parse::<u8>().is_ok())
        // A file whose name ends with a dot loses it.
        || name.ends_with('.')
}
