//! Scope lists (RFC 6749, section 3.3).
//!
//! The RFC separates scopes with spaces; GitHub, Linear and Slack answer with commas. No provider
//! uses a comma inside a scope, so both separate here.

/// The scopes in `text`, in order, each once.
#[must_use]
pub fn parse(text: &str) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    // NQCHAR of the RFC: a scope is shown on terminals, and has no business with anything else.
    let is_scope =
        |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic());
    for word in text.split([' ', ',', '\t', '\n']).filter(is_scope) {
        if !scopes.iter().any(|known| known == word) {
            scopes.push(word.to_owned());
        }
    }
    scopes
}

/// Those of `asked` that are not in `granted`.
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
