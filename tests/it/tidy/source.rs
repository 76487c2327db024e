//! Reads a Rust source as far as the other tests need it: which characters are code, which are a
//! comment, which belong to a test.
//!
//! Deliberately absent: a parser. The tests count tokens and follow paths; both need no more than
//! to know where strings and comments end.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use super::tokens::{Token, body_or_end, closing, is_name_part, text_at, tokens};

/// One source file, read and taken apart.
pub struct Source {
    /// Where it is, below the package's directory, with `/` on every system.
    pub path: String,
    /// Everything, as it is written.
    pub text: String,
    /// The code without the items under `#[cfg(test)]`. Comments are spaces here, and what stands
    /// in a string or a character literal is `~`; every line keeps its number.
    pub code: String,
    /// Every comment, with the number of its first line.
    pub comments: Vec<(usize, String)>,
}

impl Source {
    /// Where it is below `src`.
    pub fn file(&self) -> &str {
        self.path.trim_start_matches("src/")
    }

    /// Takes a text apart.
    pub fn new(path: &str, text: &str) -> Self {
        let (code, comments) = Scanner::new(text).scan();
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: without_tests(&code),
            comments,
        }
    }
}

/// Every source of the program, by its path.
pub fn program() -> &'static [Source] {
    static PROGRAM: LazyLock<Vec<Source>> = LazyLock::new(|| sources("src"));
    &PROGRAM
}

/// Every source of the tests, by its path.
pub fn tests() -> &'static [Source] {
    static TESTS: LazyLock<Vec<Source>> = LazyLock::new(|| sources("tests"));
    &TESTS
}

/// Every Rust source below a directory of the package.
fn sources(directory: &str) -> Vec<Source> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    read_directory(package, &package.join(directory), &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(found.len() > 10, "{directory}: the sources are not found");
    found
}

fn read_directory(package: &Path, directory: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(directory).expect("a directory").flatten() {
        let path = entry.path();
        if path.is_dir() {
            // The browser that drives the interoperability tests.
            if !path.ends_with("node_modules") {
                read_directory(package, &path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("UTF-8");
            let name = path
                .strip_prefix(package)
                .expect("a path below the package");
            let name = name.to_str().expect("UTF-8").replace('\\', "/");
            found.push(Source::new(&name, &text));
        }
    }
}

/// Replaces every item under `#[cfg(test)]` or `#[cfg(all(test, ...))]` by spaces.
fn without_tests(code: &str) -> String {
    let tokens = tokens(code);
    let mut kept = String::new();
    let mut at = 0;
    for (index, token) in tokens.iter().enumerate() {
        if !is_test(&tokens, index) || token.start < at {
            continue;
        }
        let Some(body) = body_or_end(&tokens, closing(&tokens, index + 1) + 1) else {
            continue;
        };
        let end = &tokens[closing_or_self(&tokens, body)];
        kept.push_str(&code[at..token.start]);
        at = end.start + end.text.len();
        kept.extend(code[token.start..at].chars().map(blank));
    }
    kept.push_str(&code[at..]);
    kept
}

/// Whether an attribute begins here that compiles an item for tests only.
fn is_test(tokens: &[Token<'_>], index: usize) -> bool {
    text_at(tokens, index, &["#", "[", "cfg", "(", "test", ")", "]"])
        || text_at(
            tokens,
            index,
            &["#", "[", "cfg", "(", "all", "(", "test", ","],
        )
}

fn closing_or_self(tokens: &[Token<'_>], index: usize) -> usize {
    match tokens[index].text {
        "{" => closing(tokens, index),
        _ => index,
    }
}

fn blank(c: char) -> char {
    if c.is_whitespace() { c } else { ' ' }
}

fn masked(c: char) -> char {
    if c.is_whitespace() { c } else { '~' }
}

/// Walks through a text once and tells comments, literals and code apart.
struct Scanner {
    chars: Vec<char>,
    at: usize,
    line: usize,
    code: String,
    comments: Vec<(usize, String)>,
}

impl Scanner {
    fn new(text: &str) -> Self {
        Self {
            chars: text.chars().collect(),
            at: 0,
            line: 1,
            code: String::new(),
            comments: Vec::new(),
        }
    }

    fn scan(mut self) -> (String, Vec<(usize, String)>) {
        while let Some(next) = self.peek(0) {
            match next {
                '/' if self.peek(1) == Some('/') => self.line_comment(),
                '/' if self.peek(1) == Some('*') => self.block_comment(),
                '"' => self.string(),
                '\'' => self.character_or_lifetime(),
                'r' | 'b' | 'c' if self.raw_string_prefix().is_some() => self.raw_string(),
                _ => self.copy(1, std::convert::identity),
            }
        }
        (self.code, self.comments)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// Moves over characters and leaves something in the place of each.
    fn copy(&mut self, count: usize, into: fn(char) -> char) {
        let end = (self.at + count).min(self.chars.len());
        for &c in &self.chars[self.at..end] {
            self.line += usize::from(c == '\n');
            self.code.push(into(c));
        }
        self.at = end;
    }

    fn comment(&mut self, length: usize) {
        let end = (self.at + length).min(self.chars.len());
        let text = self.chars[self.at..end].iter().collect();
        self.comments.push((self.line, text));
        self.copy(length, blank);
    }

    fn line_comment(&mut self) {
        let rest = &self.chars[self.at..];
        let length = rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
        self.comment(length);
    }

    /// Block comments may hold block comments.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        let mut length = 0;
        while let Some(c) = self.peek(length) {
            match (c, self.peek(length + 1)) {
                ('/', Some('*')) => depth += 1,
                ('*', Some('/')) => depth -= 1,
                _ => {
                    length += 1;
                    continue;
                }
            }
            length += 2;
            if depth == 0 {
                break;
            }
        }
        self.comment(length);
    }

    fn string(&mut self) {
        let mut length = 1;
        while let Some(c) = self.peek(length).filter(|c| *c != '"') {
            length += if c == '\\' { 2 } else { 1 };
        }
        self.literal(1, length - 1, 1);
    }

    /// `'x'` and `'\n'` are literals; `'static` is code.
    fn character_or_lifetime(&mut self) {
        let length = match (self.peek(1), self.peek(2)) {
            (Some('\\'), _) => {
                let rest = self.chars.iter().skip(self.at + 3);
                rest.take_while(|c| **c != '\'').count() + 2
            }
            (Some(_), Some('\'')) => 1,
            _ => return self.copy(1, std::convert::identity),
        };
        self.literal(1, length, 1);
    }

    /// For `r"`, `br##"` and the like: how many characters come before the quote, and how many of
    /// them are `#`.
    fn raw_string_prefix(&self) -> Option<(usize, usize)> {
        let before = self.at.checked_sub(1).and_then(|at| self.chars.get(at));
        if before.is_some_and(|c| is_name_part(*c)) {
            return None;
        }
        let letters = match (self.peek(0), self.peek(1)) {
            (Some('r'), _) => 1,
            (Some('b' | 'c'), Some('r')) => 2,
            _ => return None,
        };
        let rest = self.chars.iter().skip(self.at + letters);
        let hashes = rest.take_while(|c| **c == '#').count();
        (self.peek(letters + hashes) == Some('"')).then_some((letters + hashes, hashes))
    }

    fn raw_string(&mut self) {
        let (prefix, hashes) = self.raw_string_prefix().unwrap_or_default();
        let mut end = vec!['"'];
        end.resize(hashes + 1, '#');
        let body = &self.chars[self.at + prefix + 1..];
        let length = body.windows(end.len()).position(|part| part == end);
        let length = length.unwrap_or(body.len());
        // The prefix and the hashes go: what is left is a string like any other.
        self.copy(prefix, |_| ' ');
        self.literal(1, length, 1);
        self.copy(hashes, |_| ' ');
    }

    fn literal(&mut self, opening: usize, content: usize, closing: usize) {
        self.copy(opening, std::convert::identity);
        self.copy(content, masked);
        self.copy(closing, std::convert::identity);
    }
}

mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::new("x.rs", text).code
    }

    #[test]
    fn comments_are_taken_out_and_kept_with_their_lines() {
        let source = Source::new("x.rs", "a; // one\n/* two /* in */ two\n*/ b; //! four\n");
        let lines: Vec<&str> = source.code.lines().map(str::trim_end).collect();
        assert_eq!(lines, ["a;", "", "   b;"]);
        let comments: Vec<(usize, &str)> = source
            .comments
            .iter()
            .map(|(line, text)| (*line, text.as_str()))
            .collect();
        let expected = [
            (1, "// one"),
            (2, "/* two /* in */ two\n*/"),
            (3, "//! four"),
        ];
        assert_eq!(comments, expected);
    }

    #[test]
    fn what_stands_in_a_literal_is_neither_code_nor_a_comment() {
        assert_eq!(code(r#"f("// a\" {", b"x")"#), r#"f("~~ ~~~ ~", b"~")"#);
        assert_eq!(code("f(r#\"a \" {\"#) }"), "f(  \"~ ~ ~\" ) }");
        assert_eq!(code("f(br\"\\\") }"), "f(  \"~\") }");
        assert_eq!(
            code(r"f('{', '\'', b'\u{7b}', '\\')"),
            r"f('~', '~~', b'~~~~~~', '~~')"
        );
        assert_eq!(code("\"a\n b\"\n"), "\"~\n ~\"\n");
    }

    #[test]
    fn a_lifetime_opens_no_literal_and_a_raw_name_no_string() {
        assert_eq!(code("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(code("r#type; var\"x\""), "r#type; var\"~\"");
    }

    #[test]
    fn what_is_under_cfg_test_is_taken_out_and_what_follows_stays() {
        let text = "a();\n#[cfg(test)]\nmod tests {\n  fn f() { \"}\" }\n}\nb();\n";
        assert_eq!(
            code(text).split_whitespace().collect::<Vec<_>>(),
            ["a();", "b();"]
        );
        assert_eq!(code(text).lines().count(), 6);
        let one_line = "#[cfg(test)]\n#[expect(a, reason = \"x\")]\nuse a::{b, c};\nd();\n";
        // The braces of a `use` are its body here: what is left of it is only a semicolon.
        assert_eq!(
            code(one_line).split_whitespace().collect::<Vec<_>>(),
            [";", "d();"]
        );
        let on_unix = code("#[cfg(all(test, unix))]\nmod tests { e(); }\nf();");
        assert_eq!(on_unix.trim(), "f();");
        let not_a_test = "#[cfg(all(unix, not(test)))]\nfn g() {}";
        assert_eq!(code(not_a_test), not_a_test);
    }
}
