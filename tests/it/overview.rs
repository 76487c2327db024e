//! `status` of several profiles, and the line for a prompt.

use serde_json::Value;

use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};

/// A profile of alice's, one of bob's, and one that nobody has logged in to.
fn three() -> Stage {
    let stage = Stage::logged_in();
    stage
        .run(&["profile", "copy", "work", "home"])
        .answer_nothing();
    stage
        .run(&["profile", "copy", "work", "new"])
        .answer_nothing();
    let login = ["login", "home", "--browser", &visitor("bob")];
    assert_eq!(stage.run(&login).code, Some(0));
    stage
}

/// Thirty profiles were 246 lines.
#[test]
fn several_profiles_have_a_line_each_and_all_details_on_demand() {
    let stage = three();
    let host = stage.sandbox.issuer();
    let table = stage.run(&["status"]).answer().to_owned();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 3, "{table}");
    for (line, words) in lines.iter().zip([
        ["* work ", "alice@sandbox.example", host, "logged in", "m"],
        ["  home ", "bob@sandbox.example", host, "logged in", "m"],
        ["  new ", "-", "-", "not logged in", "not logged in"],
    ]) {
        for words in words {
            assert!(line.contains(words), "{words}: {table}");
        }
    }
    assert_eq!(
        lines[0].find("logged in"),
        lines[1].find("logged in"),
        "{table}"
    );
    let all = stage.run(&["status", "--all"]).answer().to_owned();
    assert!(
        all.lines().count() > 15 && all.contains("generation"),
        "{all}"
    );
    let named = stage.run(&["status", "home"]).answer().to_owned();
    assert!(named.contains("generation"), "{named}");
    let found: Value =
        serde_json::from_str(stage.run(&["status", "--json"]).answer()).expect("json");
    assert_eq!(found.as_array().expect("a list").len(), 3);
    stage
        .run(&["status", "home", "--all"])
        .fails(2, "cannot be used with");
}

#[test]
fn a_prompt_gets_one_line_of_the_profile_that_is_meant() {
    let stage = three();
    let short = |args: &[&str]| -> Done { stage.run(&[&["status", "--short"], args].concat()) };
    let line = short(&[]).answer().to_owned();
    let left = line.strip_prefix("work ").expect("the default's name");
    assert!(left.contains('m') || left.contains('s'), "{line}");
    let whole = ["home", "--format", "<{account}|{server}|{state}|{left}>"];
    let line = short(&whole).answer().to_owned();
    let begin = format!("<bob@sandbox.example|{}|logged in|", stage.sandbox.issuer());
    assert!(line.starts_with(&begin), "{line}");
    // What is not logged in says so, and by the exit code as well.
    let done = short(&["new"]);
    assert_eq!(
        (done.code, &*done.stdout),
        (Some(4), "new not logged in\n"),
        "{done:?}"
    );
    short(&["--format", "{token}"]).fails(2, "`{token}` in --format names nothing");
    short(&["--format", "{name"]).fails(2, "names nothing");
    stage.run(&["status", "--format", "x"]).fails(2, "--short");
    stage.expire();
    assert_eq!(short(&[]).answer(), "work to be refreshed");
    let refreshes = stage.ledger().refreshes;
    assert_eq!(refreshes, 0, "nothing is asked for a prompt");
}

/// A line that is wider than the terminal breaks the table.
#[cfg(unix)]
#[test]
fn a_table_keeps_to_the_width_of_its_terminal() {
    use crate::support::terminal::AtTerminal;

    let stage = three();
    for columns in [40, 60, 200] {
        let command = stage.command(&["status"]);
        let mut terminal = AtTerminal::start_whole(command, "xterm", columns);
        let said = terminal
            .read_until("not logged in  not logged in")
            .to_owned();
        for line in said.lines() {
            assert!(
                line.trim_end().chars().count() <= columns.max(60).into(),
                "{columns}: {said}"
            );
        }
        assert_eq!(
            said.contains("alice@sandbox.example"),
            columns == 200,
            "{said}"
        );
        terminal.child.wait().expect("it ends");
    }
}

/// A job that needs an hour got five minutes, and a line on stderr that no script reads.
#[test]
fn a_life_that_cannot_be_had_is_a_failure_where_that_is_wanted() {
    let stage = Stage::logged_in();
    let done = stage.run(&["token", "work", "--min-ttl", "1h"]);
    assert!(done.answer().starts_with("at-"));
    assert!(
        done.stderr.contains("less than --min-ttl asks for"),
        "{done:?}"
    );
    let strict = ["--min-ttl", "1h", "--strict"];
    stage
        .run(&[&["token", "work"], &strict[..]].concat())
        .fails(1, "less than --min-ttl asks for");
    stage
        .run(&[&["exec", "work"], &strict[..], &["--", "true"]].concat())
        .fails(1, "less than --min-ttl asks for");
    stage
        .run(&["token", "work", "--min-ttl", "1m", "--strict"])
        .answer();
    stage
        .run(&["token", "work", "--strict"])
        .fails(2, "--min-ttl");
}
