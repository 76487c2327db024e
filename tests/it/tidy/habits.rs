//! Habits: small files, short lines and functions, an opening comment, words that say who acts.

use super::measure::{Count, long_functions, named_closures, person_pronouns};
use super::refuse;
use super::source::{Source, program, tests};
use super::tokens::tokens;

/// Person-pronouns in 1000 comment words of `src`.
const SRC_PRONOUNS: f64 = 1.0;
/// Person-pronouns in 1000 comment words of `tests`.
const TEST_PRONOUNS: f64 = 1.0;
/// Closures with a name in 1000 lines of code in `src`.
const NAMED_CLOSURES: f64 = 3.0;
/// Functions of more than [`LONG`] lines in 100 functions of `src`.
const LONG_FUNCTIONS: f64 = 3.0;

/// More lines than this make a function a long one.
const LONG: usize = 40;
/// How wide a line may be.
const COLUMNS: usize = 100;
/// How many lines a file may have.
const LINES: usize = 430;

/// Parts of a name that say nothing about a thing.
const EMPTY_NAMES: &[&str] = &["Manager", "Util", "Handler"];

fn everything() -> impl Iterator<Item = &'static Source> {
    program().iter().chain(tests())
}

#[test]
fn every_file_opens_by_saying_what_it_is_for() {
    let mut silent = Vec::new();
    for source in everything() {
        if !source.text.starts_with("//!") {
            silent.push(source.path.clone());
        }
    }
    refuse(
        &silent,
        "open every file with `//!`: what it is for, and what is deliberately absent",
    );
}

#[test]
fn a_file_is_short_enough_to_be_read_at_once() {
    let mut problems = Vec::new();
    for source in everything() {
        let lines = source.text.lines().count();
        if lines > LINES {
            problems.push(format!("{} has {lines} lines", source.path));
        }
    }
    refuse(
        &problems,
        "a file has at most 430 lines, its tests included: divide it by meaning, never by size",
    );
}

#[test]
fn a_line_has_at_most_100_columns() {
    let mut problems = Vec::new();
    for source in everything() {
        for (index, line) in source.text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > COLUMNS {
                problems.push(format!(
                    "{}:{} has {columns} columns",
                    source.path,
                    index + 1
                ));
            }
        }
    }
    refuse(
        &problems,
        "break these lines: `cargo fmt` leaves comments and strings alone",
    );
}

#[test]
fn a_name_says_what_a_thing_is() {
    let mut problems = Vec::new();
    for source in program() {
        for pair in tokens(&source.code).windows(2) {
            let (word, name) = (pair[0].text, pair[1].text);
            let is_empty = EMPTY_NAMES.iter().any(|empty| name.starts_with(empty));
            if ["struct", "enum", "trait"].contains(&word) && is_empty {
                problems.push(format!(
                    "{}:{}: what is a {name}?",
                    source.path, pair[1].line
                ));
            }
        }
    }
    refuse(
        &problems,
        "name a thing after what it is: a lock, a request, a record",
    );
}

#[test]
fn comments_say_who_acts() {
    for (directory, sources, limit) in [
        ("src", program(), SRC_PRONOUNS),
        ("tests", tests(), TEST_PRONOUNS),
    ] {
        keep_under(
            &person_pronouns(sources),
            1000,
            limit,
            &format!(
                "person-pronouns in 1000 comment words of {directory}: name the actor (the caller, \
                 the helper process, the profile, the server, the user) in these lines"
            ),
        );
    }
}

#[test]
fn few_closures_have_names() {
    keep_under(
        &named_closures(program()),
        1000,
        NAMED_CLOSURES,
        "closures with a name in 1000 lines of code: write a function, or a loop, instead of these",
    );
}

#[test]
fn few_functions_are_long() {
    keep_under(
        &long_functions(program(), LONG),
        100,
        LONG_FUNCTIONS,
        "functions of more than 40 lines in 100 functions: divide these by meaning",
    );
}

/// Prints what was measured, and fails with every finding, the longest first, where it is too much.
fn keep_under(count: &Count, so_many: usize, limit: f64, advice: &str) {
    let measured = count.per(so_many);
    println!(
        "{measured:.2} {}, at most {limit}",
        advice.split(':').next().unwrap_or(advice)
    );
    if measured <= limit {
        return;
    }
    let mut findings: Vec<_> = count.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.lines));
    let mut listed = Vec::new();
    for finding in findings {
        let long = match finding.lines {
            1 => String::new(),
            lines => format!(" ({lines} lines)"),
        };
        let what = &finding.what;
        listed.push(format!("{}:{}: {what}{long}", finding.path, finding.line));
    }
    refuse(
        &listed,
        &format!("{measured:.2}, at most {limit}: {advice}"),
    );
}
