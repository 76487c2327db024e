//! What verbs answer that have nothing to print: with `--json`, what they have done.

use std::fs;

use authctl::cli::manual;
use serde_json::Value;

use crate::support::stage::Stage;

/// A program that asked for JSON got nothing from half of the verbs, and could not tell one that
/// had done its work from one that had nothing to do.
#[test]
fn a_verb_that_does_something_says_so_as_json() {
    let stage = Stage::logged_in();
    let bind = ["--host", "git.example.com", "--profile", "work"];
    let rows: &[(&[&str], &str)] = &[
        (&["profile", "use", "work"], "used when no profile is named"),
        (
            &["profile", "set", "work", "warn_before", "1d"],
            "work is changed",
        ),
        (
            &["profile", "set", "work", "warn_before", "1d"],
            "work is as it was",
        ),
        (
            &["profile", "unset", "work", "warn_before"],
            "work is changed",
        ),
        (&["profile", "copy", "work", "other"], "other is as work"),
        (&["profile", "remove", "other"], "other is removed"),
        (
            &["completions", "bash", "--install"],
            "bash-completion/completions/authctl is written",
        ),
        (&["man", "--install"], "pages are written to"),
    ];
    for (args, words) in rows {
        let done = stage.run(&[*args, &["--json"]].concat());
        let answer: Value = serde_json::from_str(done.answer()).expect("json");
        let said = answer["done"].to_string();
        assert!(said.contains(words), "{args:?}: {answer}");
        assert_eq!(done.stderr, "", "{args:?}");
    }
    for verb in ["install", "uninstall"] {
        let plan = [&["hook", verb, "git", "--dry-run", "--json"][..], &bind].concat();
        let plan: Value = serde_json::from_str(stage.run(&plan).answer()).expect("json");
        let done = [&["hook", verb, "git", "--json"][..], &bind].concat();
        let done: Value = serde_json::from_str(stage.run(&done).answer()).expect("json");
        let (plan, done) = (plan["planned"].as_array(), done["done"].as_array());
        let (plan, done) = (plan.expect("a list"), done.expect("a list"));
        // The last one tells what holds afterwards, and what holds now.
        assert_eq!(plan[..plan.len() - 1], done[..done.len() - 1], "{verb}");
        assert!(plan.len() > 1, "{verb}: {plan:?}");
    }
    let renamed = stage.run(&["profile", "rename", "work", "home", "--json"]);
    let answer: Value = serde_json::from_str(renamed.answer()).expect("json");
    assert!(answer["done"].is_array(), "{answer}");
}

#[test]
fn the_manual_is_installed_where_man_looks_and_printed() {
    let stage = Stage::new();
    let done = stage.run(&["man", "--install"]);
    done.answer_nothing();
    let place = stage.home.path().join(".local/share/man/man1");
    for page in manual::pages() {
        let written = fs::read_to_string(place.join(&page.file)).expect("there");
        assert_eq!(written, page.text, "{}", page.file);
    }
    let printed = stage.run(&["man", "hook", "git"]);
    assert!(
        printed.answer().contains("authctl\\-hook\\-git"),
        "{printed:?}"
    );
    assert_eq!(printed.stderr, "", "a program reads it");
    assert!(stage.run(&["man"]).answer().contains(".SH CONFIGURATION"));
    stage
        .run(&["man", "nothing"])
        .fails(2, "there is no page of `nothing`");
}
