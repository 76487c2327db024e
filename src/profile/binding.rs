//! The `[[match]]` tables of the configuration, as data: which token of which profile goes to which
//! addresses, and with which user name.

use std::cmp::Reverse;

use super::target::{Pattern, Specificity, Target};
use crate::oauth::want::TokenKind;

/// A setting that a `[[match]]` table may have.
pub struct Definition {
    /// Its name in the file.
    pub name: &'static str,
    /// Whether it may be an array of strings. If not, it is one string.
    pub is_list: bool,
    /// What it means, in one line.
    pub help: &'static str,
}

const fn one(name: &'static str, help: &'static str) -> Definition {
    Definition {
        name,
        is_list: false,
        help,
    }
}

const fn several(name: &'static str, help: &'static str) -> Definition {
    Definition {
        name,
        is_list: true,
        help,
    }
}

/// Every setting that a `[[match]]` table may have.
pub const SETTINGS: &[Definition] = &[
    several(
        "url",
        "addresses: https://git.example.com/team, https://*.example.com",
    ),
    several(
        "host",
        "hosts: git.example.com, *.example.com:8443, registry.example.com:*, 10.0.0.0/8",
    ),
    one("profile", "the profile whose token they get"),
    several("hook", "only for these hooks; for all if absent"),
    one(
        "username",
        "the user name that goes with the token where one is needed",
    ),
    one(
        "audience",
        "who the token must be for: a token for another audience is not handed out",
    ),
    one(
        "token",
        "access_token or id_token; by default what the hook's callers expect",
    ),
];

/// A `[[match]]` table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binding {
    /// The addresses that are bound: each `url` and `host` as it is written, with its meaning.
    pub patterns: Vec<(String, Pattern)>,
    /// The profile whose token they get.
    pub profile: Option<String>,
    /// The hooks that the table is for; empty for all.
    pub hooks: Vec<String>,
    /// The user name that goes with the token where one is needed.
    pub username: Option<String>,
    /// The audience that the token must be for.
    pub audience: Option<String>,
    /// The token that they get; `None` for the one that the hook's callers expect.
    pub token: Option<TokenKind>,
}

/// A binding that means an address, and the pattern that says so.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The binding.
    pub binding: &'a Binding,
    /// The pattern, as it is written.
    pub pattern: &'a str,
    specificity: Specificity,
}

impl Binding {
    /// Whether the table is for the hook of this name.
    #[must_use]
    pub fn is_for(&self, hook: &str) -> bool {
        self.hooks.is_empty() || self.hooks.iter().any(|name| name == hook)
    }

    /// The most specific of the binding's patterns that mean `target`.
    #[must_use]
    pub fn find(&self, target: &Target) -> Option<Found<'_>> {
        let (text, pattern) = self
            .patterns
            .iter()
            .filter(|(_, pattern)| pattern.matches(target))
            .max_by_key(|(_, pattern)| pattern.specificity())?;
        Some(Found {
            binding: self,
            pattern: text,
            specificity: pattern.specificity(),
        })
    }
}

/// The bindings that mean `target`, for `hook` or for any hook, the winning one first: the one with
/// the user name that the target has; else the one with the most specific pattern; of equals the
/// one that names hooks, then the one that stands first.
#[must_use]
pub fn find<'a>(bindings: &'a [Binding], hook: Option<&str>, target: &Target) -> Vec<Found<'a>> {
    let mut found: Vec<Found<'a>> = bindings
        .iter()
        .filter(|binding| hook.is_none_or(|hook| binding.is_for(hook)))
        .filter_map(|binding| binding.find(target))
        .collect();
    // Of two accounts on one host the caller names the one that it means.
    let is_named = |found: &Found<'_>| {
        target.user.is_some() && found.binding.username.as_deref() == target.user.as_deref()
    };
    found.sort_by_key(|found| {
        let names_hooks = !found.binding.hooks.is_empty();
        Reverse((is_named(found), found.specificity, names_hooks))
    });
    found
}

/// The binding by which `target` gets the token of `profile`: one that is as specific as the
/// winning one. `None` where `target` is another profile's.
#[must_use]
pub fn find_of<'a>(
    bindings: &'a [Binding],
    hook: &str,
    target: &Target,
    profile: &str,
) -> Option<&'a Binding> {
    let found = find(bindings, Some(hook), target);
    let winning = found.first()?.specificity;
    let mut equals = found.iter().filter(|found| found.specificity == winning);
    let own = equals.find(|found| found.binding.profile.as_deref() == Some(profile));
    own.map(|found| found.binding)
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
            let target = Target::parse(target).expect("an address");
            let found = find(&bindings, Some(hook), &target);
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
