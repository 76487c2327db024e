//! The words and signs of code without comments, and where its brackets close.

/// A word or a sign of the code.
#[derive(Clone, Copy)]
pub struct Token<'a> {
    /// An identifier, a number, a string with its quotes, a lifetime, or punctuation. `::`, `->`,
    /// `=>` and `==` are one token each; all other punctuation is a token for each character.
    pub text: &'a str,
    /// The byte at which it begins.
    pub start: usize,
    /// The number of its line, from 1.
    pub line: usize,
}

impl Token<'_> {
    /// Whether it can be a name.
    pub fn is_name(&self) -> bool {
        self.text.starts_with(is_name_start)
    }
}

/// The tokens of code from which a [`Source`] has taken the comments.
pub fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut line = 1;
    while let Some(next) = code[at..].chars().next() {
        let length = token_length(&code[at..], next);
        let text = &code[at..at + length];
        if !next.is_whitespace() {
            tokens.push(Token {
                text,
                start: at,
                line,
            });
        }
        line += text.matches('\n').count();
        at += length;
    }
    tokens
}

fn token_length(rest: &str, first: char) -> usize {
    if is_name_part(first) {
        return rest.find(|c| !is_name_part(c)).unwrap_or(rest.len());
    }
    if first == '"' {
        return rest[1..].find('"').map_or(rest.len(), |end| end + 2);
    }
    if first == '\'' {
        let body = rest[1..].find(|c: char| c != '~' && !is_name_part(c));
        let end = body.map_or(rest.len(), |body| body + 1);
        return end + usize::from(rest[end..].starts_with('\''));
    }
    for pair in ["::", "->", "=>", "=="] {
        if rest.starts_with(pair) {
            return pair.len();
        }
    }
    first.len_utf8()
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether a name may have this character.
pub fn is_name_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The index of the token that closes the bracket at `open`; the last token if none does.
pub fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" if depth <= 1 => return index,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
    }
    tokens.len() - 1
}

/// Where the item that begins at `from` has its body or its end: the index of the first `{` or `;`
/// outside of brackets.
pub fn body_or_end(tokens: &[Token<'_>], from: usize) -> Option<usize> {
    let mut index = from;
    while let Some(token) = tokens.get(index) {
        match token.text {
            "{" | ";" => return Some(index),
            "(" | "[" => index = closing(tokens, index) + 1,
            _ => index += 1,
        }
    }
    None
}

/// Whether the tokens from `index` on are these.
pub fn text_at(tokens: &[Token<'_>], index: usize, expected: &[&str]) -> bool {
    let found = tokens.iter().skip(index).map(|token| token.text);
    found.take(expected.len()).eq(expected.iter().copied())
}

mod tests {
    use super::super::source::Source;
    use super::*;

    #[test]
    fn tokens_know_their_lines_and_pairs_of_signs() {
        let text = Source::new("x.rs", "a::b -> 'c\n\"d e\" == 'f' => |g| x_1").code;
        let found: Vec<(&str, usize)> = tokens(&text).iter().map(|t| (t.text, t.line)).collect();
        let expected = [
            ("a", 1),
            ("::", 1),
            ("b", 1),
            ("->", 1),
            ("'c", 1),
            ("\"~ ~\"", 2),
            ("==", 2),
            ("'~'", 2),
            ("=>", 2),
            ("|", 2),
            ("g", 2),
            ("|", 2),
            ("x_1", 2),
        ];
        assert_eq!(found, expected);
    }
}
