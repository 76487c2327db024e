//! Counts in the sources what makes them hard to read: long functions, closures with a name, words
//! that do not say who acts.

use super::source::Source;
use super::tokens::{Token, body_or_end, closing, text_at, tokens};

/// Words for a person or thing that the sentence does not name.
const PERSON_PRONOUNS: &[&str] = &[
    "whoever",
    "whom",
    "nobody",
    "somebody",
    "anybody",
    "everybody",
    "ours",
    "theirs",
];

/// A place in the sources that was counted, and why.
pub struct Finding {
    /// The file.
    pub path: String,
    /// The number of the line, from 1.
    pub line: usize,
    /// What was found there.
    pub what: String,
    /// How many lines it has, where that is what counts.
    pub lines: usize,
}

/// How often something was found among how many chances to be found.
#[derive(Default)]
pub struct Count {
    /// Where.
    pub findings: Vec<Finding>,
    /// Among how many comment words, lines of code or functions.
    pub among: usize,
}

impl Count {
    /// How many were found for each so many.
    #[expect(
        clippy::cast_precision_loss,
        reason = "the sources have fewer than 2^52 of anything"
    )]
    pub fn per(&self, so_many: usize) -> f64 {
        (self.findings.len() * so_many) as f64 / self.among.max(1) as f64
    }
}

/// The pronouns among the words of all comments.
pub fn person_pronouns(sources: &[Source]) -> Count {
    let mut count = Count::default();
    for source in sources {
        for (first, comment) in &source.comments {
            for (index, line) in comment.lines().enumerate() {
                let words = words(line);
                count.among += words.len();
                for word in words {
                    if PERSON_PRONOUNS.contains(&word.to_lowercase().as_str()) {
                        count.findings.push(Finding {
                            path: source.path.clone(),
                            line: first + index,
                            what: line.trim().to_owned(),
                            lines: 1,
                        });
                    }
                }
            }
        }
    }
    count
}

/// The words of a line, without the `'s` of a possessive.
fn words(line: &str) -> Vec<&str> {
    let parts = line.split(|c: char| !(c.is_alphabetic() || c == '\''));
    let parts = parts.map(|part| part.trim_matches('\''));
    let parts = parts.map(|part| part.strip_suffix("'s").unwrap_or(part));
    parts.filter(|part| !part.is_empty()).collect()
}

/// The closures that a `let` gives a name, among the lines of code outside of tests.
pub fn named_closures(sources: &[Source]) -> Count {
    let mut count = Count::default();
    for source in sources {
        count.among += code_lines(&source.code);
        let tokens = tokens(&source.code);
        for index in 0..tokens.len() {
            if let Some(name) = closure_name(&tokens, index) {
                count.findings.push(Finding {
                    path: source.path.clone(),
                    line: tokens[index].line,
                    what: name.to_owned(),
                    lines: 1,
                });
            }
        }
    }
    count
}

fn code_lines(code: &str) -> usize {
    code.lines().filter(|line| !line.trim().is_empty()).count()
}

/// The name in `let name = |...|` at this token, whatever stands between `let` and the bar.
fn closure_name<'a>(tokens: &[Token<'a>], index: usize) -> Option<&'a str> {
    if tokens[index].text != "let" {
        return None;
    }
    let mutable = usize::from(text_at(tokens, index + 1, &["mut"]));
    let name = tokens.get(index + 1 + mutable).filter(|t| t.is_name())?;
    let mut next = index + 2 + mutable;
    if text_at(tokens, next, &[":"]) {
        next = end_of_type(tokens, next);
    }
    if !text_at(tokens, next, &["="]) {
        return None;
    }
    next += 1;
    while ["&", "mut", "async", "move"].contains(&tokens.get(next)?.text) {
        next += 1;
    }
    text_at(tokens, next, &["|"]).then_some(name.text)
}

/// The index of the `=` or `;` that ends a type. `impl Iterator<Item = T>` has one inside.
fn end_of_type(tokens: &[Token<'_>], from: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(from) {
        match token.text {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            "=" | ";" if depth == 0 => return index,
            _ => {}
        }
    }
    tokens.len()
}

/// The functions with more than so many lines, among all functions with a body outside of tests.
pub fn long_functions(sources: &[Source], limit: usize) -> Count {
    let mut count = Count::default();
    for source in sources {
        let functions = functions(&source.code);
        count.among += functions.len();
        for (name, line, lines) in functions {
            if lines > limit {
                count.findings.push(Finding {
                    path: source.path.clone(),
                    line,
                    what: name,
                    lines,
                });
            }
        }
    }
    count
}

/// Name, first line and number of lines of every function that has a body, from `fn` to `}`.
fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let tokens = tokens(code);
    let mut functions = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        // `fn(u8) -> u8` is a type.
        let Some(name) = tokens.get(index + 1).filter(|next| next.is_name()) else {
            continue;
        };
        if token.text != "fn" {
            continue;
        }
        let Some(body) = body_or_end(&tokens, index).filter(|body| tokens[*body].text == "{")
        else {
            continue;
        };
        let last = tokens[closing(&tokens, body)].line;
        functions.push((name.text.to_owned(), token.line, last - token.line + 1));
    }
    functions
}

mod tests {
    use super::*;

    fn source(text: &str) -> Vec<Source> {
        vec![Source::new("x.rs", text)]
    }

    #[test]
    fn pronouns_are_counted_in_comments_and_nowhere_else() {
        let text = "//! Whoever asks, asks nobody's server.\nlet nobody = \"somebody\"; // ours\n\
                    /* 'hours'\n to-whom */\n#[cfg(test)]\nmod tests {\n  // theirs\n}\n";
        let count = person_pronouns(&source(text));
        let lines: Vec<usize> = count.findings.iter().map(|f| f.line).collect();
        assert_eq!(lines, [1, 1, 2, 4, 7]);
        assert_eq!(count.among, 5 + 1 + 1 + 2 + 1);
        assert!((count.per(10) - 5.0).abs() < 0.001);
    }

    #[test]
    fn a_closure_has_a_name_where_let_gives_it_one() {
        for (text, expected) in [
            ("let f = |x| x;", Some("f")),
            ("let mut f = move || 1;", Some("f")),
            ("let f: Box<dyn Fn(u8) -> u8> = &|x| x;", Some("f")),
            (
                "let f: impl Iterator<Item = u8> =\n    async move |x| x;",
                Some("f"),
            ),
            ("let a = b | c;", None),
            ("let a = b.map(|x| x);", None),
            ("let a = \"= |x| x\";", None),
            ("if let Some(a) = b {} x(|a| a);", None),
            ("// let f = |x| x;", None),
            ("let a: u8; f(|x| x);", None),
        ] {
            let count = named_closures(&source(text));
            let names: Vec<&str> = count.findings.iter().map(|f| f.what.as_str()).collect();
            assert_eq!(names, Vec::from_iter(expected), "{text}");
        }
    }

    #[test]
    fn lines_of_code_are_those_with_code() {
        let text = "a\n\n// b\n\"c\nd\"\n#[cfg(test)]\nmod tests {\n    e\n}\n";
        assert_eq!(named_closures(&source(text)).among, 3);
    }

    #[test]
    fn a_function_has_the_lines_from_its_name_to_its_last_brace() {
        let text = "type F = fn(u8) -> u8;\ntrait T {\n    fn none(&self);\n}\n\
                    fn short() {}\nconst fn long(a: [u8; 2]) -> u8 {\n    if true {\n        '{'\n\
                    } // }\n}\nimpl T for U {\n    fn inner() {\n\
                    let a = \"}\";\n    }\n}\n";
        let expected = [
            ("short".to_owned(), 5, 1),
            ("long".to_owned(), 6, 5),
            ("inner".to_owned(), 12, 3),
        ];
        assert_eq!(functions(&Source::new("x.rs", text).code), expected);
        let count = long_functions(&source(text), 4);
        assert_eq!(count.findings.len(), 1);
        assert_eq!(count.findings[0].what, "long");
        assert_eq!(count.among, 3);
    }
}
