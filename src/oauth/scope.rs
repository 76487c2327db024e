//! Scope lists (RFC 6749, section 3.3).
//!
//! The RFC separates scopes with spaces; GitHub, Linear and Slack answer with commas. No provider
//! uses a comma inside a scope, so both separate here.

/// The scopes in `text`, in order, each once. Words that are not scopes are left out.
#[must_use]
pub fn parse(text: &str) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for word in text.split([' ', ',', '\t', '\n']) {
        if is_scope(word) && !scopes.iter().any(|known| known == word) {
            scopes.push(word.to_owned());
        }
    }
    scopes
}

/// Whether all characters are printable ASCII, about as the RFC demands. Scopes are shown on
/// terminals.
fn is_scope(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic())
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
    }

    #[test]
    fn missing_names_what_was_not_granted() {
        assert_eq!(missing(&parse("a b c"), &parse("c,a")), ["b"]);
    }
}
