//! Every path that a file's code has, and the names that it declares.

use std::collections::BTreeSet;

use super::tokens::{Token, closing, text_at};

/// A path as the code has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Its names, with `*` for everything.
    pub path: Vec<String>,
    /// The modules below the file's own module in which it stands.
    pub inner: Vec<String>,
    /// The name that a `use` gives it here.
    pub name: Option<String>,
    /// The number of its line.
    pub line: usize,
}

/// The names that a file declares outside of functions' bodies or inside of them: a name too many
/// only means that a re-export is not followed.
pub fn declared(tokens: &[Token<'_>]) -> BTreeSet<String> {
    const DECLARING: &[&str] = &[
        "fn", "struct", "enum", "union", "trait", "type", "const", "static", "mod",
    ];
    let mut names = BTreeSet::new();
    for pair in tokens.windows(2) {
        if DECLARING.contains(&pair[0].text) && pair[1].is_name() {
            names.insert(pair[1].text.to_owned());
        }
    }
    names
}

/// Every path in the code, those of `use` trees one by one.
pub fn mentions(tokens: &[Token<'_>]) -> Vec<Mention> {
    let mut mentions = Vec::new();
    // The modules around the token, each with the index of the token that ends it.
    let mut inner: Vec<(String, usize)> = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        inner.retain(|(_, end)| index < *end);
        let around: Vec<String> = inner.iter().map(|(name, _)| name.clone()).collect();
        if tokens[index].text == "mod" && text_at(tokens, index + 2, &["{"]) {
            let name = tokens[index + 1].text.to_owned();
            inner.push((name, closing(tokens, index + 2)));
            index += 3;
        } else if tokens[index].text == "use" && !text_at(tokens, index + 1, &["<"]) {
            let mut tree = UseTree {
                tokens,
                inner: &around,
                mentions: &mut mentions,
            };
            index = tree.read(index + 1, &[]);
        } else if begins_path(tokens, index) {
            let (path, next) = plain_path(tokens, index);
            mentions.push(Mention {
                path,
                inner: around,
                name: None,
                line: tokens[index].line,
            });
            index = next;
        } else {
            index += 1;
        }
    }
    mentions
}

/// Whether a path with more than one name begins here.
fn begins_path(tokens: &[Token<'_>], index: usize) -> bool {
    if !tokens[index].is_name() || !is_joined(tokens, index) {
        return false;
    }
    match tokens[..index] {
        [.., Token { text: ".", .. }] => false,
        // `return ::krate::x` begins a path; `a::b::x` and `Vec::<T>::x` go on with one.
        [.., before, Token { text: "::", .. }] => {
            !is_joined(tokens, index - 2) || !(before.is_name() || before.text == ">")
        }
        _ => true,
    }
}

/// Whether `::` follows a token without a space. After a keyword, a space comes first.
fn is_joined(tokens: &[Token<'_>], index: usize) -> bool {
    let end = tokens[index].start + tokens[index].text.len();
    let next = tokens.get(index + 1);
    next.is_some_and(|next| next.text == "::" && next.start == end)
}

/// The names of a path from here on, and the index of the token after them.
fn plain_path(tokens: &[Token<'_>], from: usize) -> (Vec<String>, usize) {
    let mut path = vec![tokens[from].text.to_owned()];
    let mut index = from + 1;
    while text_at(tokens, index, &["::"]) {
        let Some(name) = tokens.get(index + 1).filter(|token| token.is_name()) else {
            break;
        };
        path.push(name.text.to_owned());
        index += 2;
    }
    (path, index)
}

/// What follows a `use`.
struct UseTree<'a> {
    tokens: &'a [Token<'a>],
    inner: &'a [String],
    mentions: &'a mut Vec<Mention>,
}

impl UseTree<'_> {
    /// Reads one tree, with the names before it, and returns the index of the token after it.
    fn read(&mut self, from: usize, before: &[String]) -> usize {
        let mut path = before.to_vec();
        let mut index = from;
        while let Some(token) = self.tokens.get(index) {
            match token.text {
                "::" => index += 1,
                "{" => return self.branches(index, &path),
                "*" => {
                    path.push("*".to_owned());
                    index += 1;
                }
                "as" => {
                    let name = self.tokens[index + 1].text;
                    self.push(path, name, token.line);
                    return index + 2;
                }
                _ if token.is_name() => {
                    // `a::{self}` is `a`.
                    if token.text != "self" || path.is_empty() {
                        path.push(token.text.to_owned());
                    }
                    index += 1;
                }
                _ => break,
            }
        }
        let line = self.tokens[index - 1].line;
        if let Some(name) = path.last().cloned() {
            self.push(path, &name, line);
        }
        index
    }

    fn branches(&mut self, open: usize, path: &[String]) -> usize {
        let end = closing(self.tokens, open);
        let mut index = open + 1;
        while index < end {
            index = match self.tokens[index].text {
                "," => index + 1,
                _ => self.read(index, path),
            };
        }
        end + 1
    }

    fn push(&mut self, path: Vec<String>, name: &str, line: usize) {
        self.mentions.push(Mention {
            path,
            inner: self.inner.to_vec(),
            name: Some(name.to_owned()),
            line,
        });
    }
}

mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn paths(code: &str) -> Vec<String> {
        let mentions = mentions(&tokens(code));
        let described = mentions.into_iter().map(|mention| {
            let inner: String = mention
                .inner
                .iter()
                .map(|name| format!("{name}/"))
                .collect();
            let name = mention
                .name
                .map_or(String::new(), |name| format!(" as {name}"));
            format!("{inner}{}{name} {}", mention.path.join("::"), mention.line)
        });
        described.collect()
    }

    #[test]
    fn a_use_tree_is_read_branch_by_branch() {
        let found = paths("use a::{self, b::{C as D, *},\n e};\npub(crate) use ::f;");
        let expected = [
            "a as a 1",
            "a::b::C as D 1",
            "a::b::* as * 1",
            "a::e as e 2",
            "f as f 3",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_path_in_the_code_is_read_to_its_last_name() {
        assert_eq!(
            paths("if a { return ::b::c; } d::<E>::f::g()"),
            ["b::c 1", "d 1"]
        );
        let found = paths("fn f(x: a::B<c::D>) -> impl use<'a> E { x.g::<h::I>(); ::j::k!() }");
        assert_eq!(found, ["a::B 1", "c::D 1", "h::I 1", "j::k 1"]);
        assert_eq!(
            paths("pub(in super::x) fn f() { Vec::<T>::new() }"),
            ["super::x 1", "Vec 1"]
        );
    }

    #[test]
    fn a_path_knows_the_modules_around_it() {
        let found = paths("mod a { mod b { use super::C; } d::e() } f::g()");
        assert_eq!(found, ["a/b/super::C as C 1", "a/d::e 1", "f::g 1"]);
    }

    #[test]
    fn what_a_file_declares() {
        let names = declared(&tokens(
            "pub fn f<T>() { let g = 1; } enum H { I } const J: u8 = 1;",
        ));
        assert_eq!(Vec::from_iter(names), ["H", "J", "f"]);
    }
}
