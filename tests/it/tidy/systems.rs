//! Which operating system this is, only one room asks.

use super::house::{KNOWS_THE_SYSTEM, is_in};
use super::imports::library;
use super::refuse;
use super::source::{Source, program};
use super::tokens::{Token, closing, tokens};

/// The words of a condition that ask for the system.
const SYSTEM_WORDS: &[&str] = &["unix", "windows", "target_os", "target_family"];

/// What only one system has, and what tells the system's name.
const SYSTEM_PATHS: &[&str] = &["std::os", "std::env::consts", "rustix"];

#[test]
fn an_operating_system_is_named_only_in_platform() {
    let mut problems = Vec::new();
    let mut at_home = 0;
    for source in program() {
        let found = questions(source);
        if KNOWS_THE_SYSTEM
            .iter()
            .any(|home| is_in(source.file(), home))
        {
            at_home += found.len();
        } else {
            problems.extend(found);
        }
    }
    assert!(at_home > 10, "the test reads the sources wrongly");
    refuse(
        &problems,
        "only src/platform asks which operating system this is: give it a function with a neutral \
         meaning there, in the file of each system",
    );
}

/// The compiler denies unsafe code, and each place may lift that for itself: two attributes do, and
/// the one file that calls Windows.
#[test]
fn three_files_lift_the_ban_on_unsafe_code() {
    let mut files = Vec::new();
    for source in program() {
        let has_it = |token: &Token<'_>| ["unsafe", "unsafe_code"].contains(&token.text);
        if tokens(&source.code).iter().any(has_it) {
            files.push(source.path.clone());
        }
    }
    let lifted = [
        "src/main.rs",
        "src/platform/unix/stdout.rs",
        "src/platform/windows/api.rs",
    ];
    assert_eq!(files, lifted);
}

/// Where a file asks for the system, outside of its tests.
fn questions(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (line, word) in conditions(&tokens(&source.code)) {
        found.push(format!("{}:{line}: cfg({word})", source.path));
    }
    for mention in library().foreign(source.file()) {
        let path = mention.path.join("::");
        if SYSTEM_PATHS.iter().any(|system| path.starts_with(system)) {
            found.push(format!("{}:{}: {path}", source.path, mention.line));
        }
    }
    found
}

/// The words for a system in `cfg(...)`, `cfg!(...)` and `cfg_attr(...)`, each with its line.
fn conditions<'a>(tokens: &[Token<'a>]) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if !["cfg", "cfg_attr"].contains(&token.text) {
            continue;
        }
        let has_bang = tokens.get(index + 1).is_some_and(|next| next.text == "!");
        let open = index + 1 + usize::from(has_bang);
        if tokens.get(open).is_none_or(|next| next.text != "(") {
            continue;
        }
        let condition = &tokens[open..closing(tokens, open)];
        let word = condition
            .iter()
            .find(|word| SYSTEM_WORDS.contains(&word.text));
        found.extend(word.map(|word| (token.line, word.text)));
    }
    found
}

mod tests {
    use super::*;

    #[test]
    fn a_condition_is_found_in_every_form() {
        let text = "#[cfg(unix)]\n#![cfg(not(any(windows, x)))]\n#[cfg_attr(target_os, y)]\n\
                    if cfg!(target_family) {}\ncfg(feature); unix(cfg); cfg.windows()";
        let found = conditions(&tokens(text));
        let expected = [
            (1, "unix"),
            (2, "windows"),
            (3, "target_os"),
            (4, "target_family"),
        ];
        assert_eq!(found, expected);
    }
}
