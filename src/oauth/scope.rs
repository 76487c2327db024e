//! Scope lists (RFC 6749, section 3.3).
//!
//! The RFC separates scopes with spaces; GitHub, Linear and Slack answer with commas. No provider
//! uses a comma inside a scope, so both separate here.

use std::collections::BTreeSet;

/// The scopes in `text`, in order, each once. Words that are not scopes are left out.
#[must_use]
pub fn parse(text: &str) -> Vec<String> {
    let mut known = BTreeSet::new();
    let words = words(text).filter(|word| is_scope(word) && known.insert(*word));
    words.map(str::to_owned).collect()
}

/// The scopes in `text`, in order, each once; `None` if there is none, or a word in it is not a
/// scope: for what a user demands, which must not shrink unseen.
#[must_use]
pub fn parse_whole(text: &str) -> Option<Vec<String>> {
    let scopes = parse(text);
    (!scopes.is_empty() && words(text).all(is_scope)).then_some(scopes)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split([' ', ',', '\t', '\n']);
    words.filter(|word| !word.is_empty())
}

/// Whether all characters are printable ASCII, about as the RFC demands. Scopes are shown on
/// terminals.
fn is_scope(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The scopes of `asked` that are not in `granted`.
#[must_use]
pub fn missing<'a>(asked: &'a [String], granted: &[String]) -> Vec<&'a str> {
    asked
        .iter()
        .filter(|scope| !granted.contains(scope))
        .map(String::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_commas_separate_and_repetitions_vanish() {
        assert_eq!(
            parse("repo,gist read:org  repo"),
            ["repo", "gist", "read:org"]
        );
        assert!(parse("").is_empty());
        assert_eq!(parse_whole("a b").as_deref().map(<[_]>::len), Some(2));
        for unclear in ["", " ", ",", "admin\u{a0}", "ädmin", "a ad\u{1}min"] {
            assert_eq!(parse_whole(unclear), None, "{unclear:?}");
        }
    }

    #[test]
    fn missing_names_what_was_not_granted() {
        assert_eq!(missing(&parse("a b c"), &parse("c,a")), ["b"]);
    }
}
