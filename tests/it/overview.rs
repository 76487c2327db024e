//! `status` of several profiles, and the line for a prompt.

use serde_json::Value;

use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};

/// Alice has a session in the profile `work`, Bob one in `home`, and `new` has none.
fn three() -> Stage {
    with_neighbours(Stage::logged_in())
}

/// A stage with a session, and beside it the profile `home` with a session of Bob's, and the
/// profile `new` without one.
pub fn with_neighbours(stage: Stage) -> Stage {
    for name in ["home", "new"] {
        stage
            .run(&["profile", "copy", "work", name])
            .answer_nothing();
    }
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
        ["  new ", "-", "-", "not logged in", "-"],
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

/// How many columns a line has: a style has none.
fn width(line: &str) -> usize {
    let plain = line.replace("\u{1b}[32m", "").replace("\u{1b}[33m", "");
    plain.replace("\u{1b}[0m", "").trim_end().chars().count()
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
        terminal.read_until("not logged in");
        terminal.child.wait().expect("it ends");
        let said = terminal.rest();
        for line in said.lines() {
            assert!(width(line) <= columns.into(), "{columns}: {said}");
        }
        let is_whole = said.contains("alice@sandbox.example");
        assert_eq!(is_whole, columns > 40, "{said}");
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

/// `token` used the profile that the environment makes, and `status` did not know it.
#[test]
fn the_profile_of_the_environment_is_listed_and_is_the_default() {
    let stage = three();
    let done = stage.run_machine(&[], &["status"]);
    let table = done.answer();
    let starred: Vec<&str> = table.lines().filter(|line| line.starts_with('*')).collect();
    assert_eq!(starred.len(), 1, "{table}");
    assert!(starred[0].starts_with("* env "), "{table}");
    let short = stage.run_machine(&[], &["status", "--short", "--format", "{name}"]);
    assert_eq!(short.answer(), "env");
}

/// A client that speaks for itself was told to log in, though each call gets a token.
#[test]
fn a_client_that_needs_no_person_is_never_sent_to_a_login() {
    let stage = Stage::new();
    let nothing_kept = [("AUTHCTL_STORE", "none")];
    stage.run_machine(&nothing_kept, &["token"]).answer();
    let done = stage.run_machine(&nothing_kept, &["status"]);
    assert!(done.answer().starts_with("env: no token yet"), "{done:?}");
    let short = stage.run_machine(&nothing_kept, &["status", "--short"]);
    assert_eq!(
        (short.code, short.stderr.as_str()),
        (Some(0), ""),
        "{short:?}"
    );
}

/// A slash at the end of the issuer's address cost the session.
#[test]
fn a_slash_at_the_end_of_an_issuer_is_no_other_server() {
    let stage = Stage::logged_in();
    let token = stage.token();
    let slashed = format!("{}/", stage.sandbox.issuer());
    let done = stage.run(&["profile", "set", "work", "issuer", &slashed]);
    assert!(!done.stderr.contains("login"), "{done:?}");
    assert_eq!(stage.token(), token);
    stage.expire();
    assert_ne!(stage.token(), token);
    assert_eq!((stage.ledger().refreshes, stage.ledger().reuses), (1, 0));
}

/// What is wrong stood between what is well, all in one colour.
#[cfg(unix)]
#[test]
fn what_a_check_found_has_a_colour_at_a_terminal_only() {
    use crate::support::terminal::AtTerminal;

    let stage = Stage::logged_in();
    let mut doctor = stage.command(&["doctor"]);
    doctor.env("LANG", "C.UTF-8");
    let said = AtTerminal::start_whole(doctor, "xterm", 100).rest();
    assert!(said.contains("\u{1b}[32mok       \u{1b}[0m"), "{said:?}");
    assert!(!stage.run(&["doctor"]).stdout.contains('\u{1b}'));
}
