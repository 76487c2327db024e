//! What a profile is for: which of its tokens goes to which addresses, under which name. The
//! `[[match]]` tables of the configuration, as data.

use super::target::{Pattern, Target};
use crate::oauth::want::TokenKind;

/// A setting of a `[[match]]` table: its name, whether it is a list, its meaning.
pub const SETTINGS: &[(&str, bool, &str)] = &[
    (
        "url",
        true,
        "addresses: https://git.example.com/team, https://*.example.com",
    ),
    (
        "host",
        true,
        "hosts: git.example.com, *.example.com:8443, registry.example.com:*",
    ),
    ("profile", false, "the profile whose token they get"),
    ("hook", true, "only for these hooks; for all if absent"),
    (
        "username",
        false,
        "the user name that goes with the token where one is needed",
    ),
    (
        "audience",
        false,
        "who the token must be for: one for somebody else is not handed out",
    ),
    (
        "token",
        false,
        "access_token or id_token; by default what the hook's callers expect",
    ),
];

/// A `[[match]]` table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binding {
    /// `url` and `host`, as they are written, with what they mean.
    pub patterns: Vec<(String, Pattern)>,
    /// `profile`.
    pub profile: Option<String>,
    /// `hook`; empty for all.
    pub hooks: Vec<String>,
    /// `username`.
    pub username: Option<String>,
    /// `audience`.
    pub audience: Option<String>,
    /// `token`.
    pub token: Option<TokenKind>,
}

/// A binding that means an address, by which of its patterns.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The binding.
    pub binding: &'a Binding,
    /// The pattern, as it is written.
    pub pattern: &'a str,
    length: (usize, usize, bool),
}

impl Binding {
    /// Whether it is for this hook.
    #[must_use]
    pub fn is_for(&self, hook: &str) -> bool {
        self.hooks.is_empty() || self.hooks.iter().any(|name| name == hook)
    }

    /// The pattern of it that means `target` and says most.
    #[must_use]
    pub fn find(&self, target: &Target) -> Option<Found<'_>> {
        let meant = self
            .patterns
            .iter()
            .filter(|(_, pattern)| pattern.matches(target));
        let best = meant.max_by_key(|(_, pattern)| pattern.length())?;
        Some(Found {
            binding: self,
            pattern: &best.0,
            length: best.1.length(),
        })
    }
}

/// All that mean `target`, the one that wins first: the longest pattern; of two as long the one
/// that names the hook, then the one that stands first.
#[must_use]
pub fn find<'a>(bindings: &'a [Binding], hook: Option<&str>, target: &Target) -> Vec<Found<'a>> {
    let ours = bindings
        .iter()
        .filter(|binding| hook.is_none_or(|hook| binding.is_for(hook)));
    let mut found: Vec<Found<'a>> = ours.filter_map(|binding| binding.find(target)).collect();
    found.sort_by_key(|found| std::cmp::Reverse((found.length, !found.binding.hooks.is_empty())));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(pattern: &str, profile: &str, hooks: &[&str]) -> Binding {
        Binding {
            patterns: vec![(
                pattern.to_owned(),
                Pattern::parse(pattern).expect("a pattern"),
            )],
            profile: Some(profile.to_owned()),
            hooks: hooks.iter().map(|&hook| hook.to_owned()).collect(),
            ..Binding::default()
        }
    }

    #[test]
    fn the_longest_wins_then_the_one_that_names_the_hook_then_the_first() {
        let bindings = [
            binding("*.example.com", "wide", &[]),
            binding("git.example.com", "first", &[]),
            binding("git.example.com", "second", &[]),
            binding("git.example.com", "docker's", &["docker"]),
            binding("https://git.example.com/team", "team", &[]),
        ];
        let winner = |hook: &str, target: &str| {
            let found = find(
                &bindings,
                Some(hook),
                &Target::parse(target).expect("an address"),
            );
            found
                .first()
                .and_then(|found| found.binding.profile.clone())
                .unwrap_or_default()
        };
        assert_eq!(winner("git", "https://git.example.com/team/x"), "team");
        assert_eq!(winner("git", "https://git.example.com/other"), "first");
        assert_eq!(winner("docker", "git.example.com"), "docker's");
        assert_eq!(winner("git", "https://www.example.com"), "wide");
        assert_eq!(winner("git", "https://example.org"), "");
    }
}
