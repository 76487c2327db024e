//! Changing profiles: values, names, scopes; what becomes of comments, sessions and hooks.

mod renames;

use std::fs;

use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};

fn config(stage: &Stage) -> String {
    fs::read_to_string(stage.config()).expect("there")
}

#[test]
fn a_value_is_set_and_taken_out_and_comments_stay() {
    let stage = Stage::logged_in();
    let commented = config(&stage).replace("client_id", "# mine\nclient_id");
    fs::write(stage.config(), &commented).expect("written");
    let done = stage.run(&["profile", "set", "work", "min_life", "5"]);
    done.fails(2, "there is no setting `min_life`");
    stage
        .run(&["profile", "set", "work", "reuse_intervall", "5s"])
        .fails(2, "did you mean reuse_interval");
    stage
        .run(&["profile", "set", "work", "reuse_interval", "soon"])
        .fails(2, "`reuse_interval` is `soon`");
    stage
        .run(&["profile", "set", "wrok", "reuse_interval", "5s"])
        .fails(6, "did you mean work?");
    assert_eq!(
        config(&stage),
        commented,
        "nothing is written that cannot be used"
    );
    for (key, values, line) in [
        ("reuse_interval", &["5s"][..], "reuse_interval = \"5s\""),
        ("ports", &["8085", "8086"], "ports = [8085, 8086]"),
        ("params", &["a=b"], "params = { a = \"b\" }"),
    ] {
        let set = [&["profile", "set", "work", key][..], values].concat();
        let done = stage.run(&set);
        assert_eq!((done.code, &*done.stdout), (Some(0), ""), "{done:?}");
        assert!(config(&stage).contains(line), "{}", config(&stage));
        assert!(stage.run(&set).stderr.contains("work is as it was"));
        assert_eq!(stage.run(&["profile", "unset", "work", key]).code, Some(0));
        assert_eq!(config(&stage), commented, "{key}");
    }
    stage
        .run(&["profile", "unset", "work", "client_id"])
        .fails(6, "`client_id` is missing");
    stage.token();
}

/// A change of what a session was made for is told at once, and not by the next script.
#[test]
fn a_change_that_sets_the_session_aside_says_so() {
    let stage = Stage::logged_in();
    let done = stage.run(&["profile", "set", "work", "scope", "openid", "read"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stderr.contains("scope was"), "{done:?}");
    assert!(done.stderr.contains("authctl login work"), "{done:?}");
    stage.run(&["token", "work"]).fails(4, "scope was");
    stage
        .run(&["profile", "unset", "work", "scope"])
        .answer_nothing();
    stage.token();
}

/// The session would be looked for where it is not.
#[test]
fn where_a_session_is_kept_is_no_plain_value_while_there_is_one() {
    let stage = Stage::logged_in();
    for key in ["store", "key_command", "lock_dir"] {
        stage
            .run(&["profile", "set", "work", key, "env"])
            .fails(1, "authctl profile move work");
    }
    stage.run(&["logout", "work"]);
    let done = stage.run(&["profile", "set", "work", "store", "env"]);
    assert_eq!(done.code, Some(0), "{done:?}");
}

#[test]
fn a_copy_has_the_values_and_no_session() {
    let stage = Stage::logged_in();
    stage
        .run(&["profile", "copy", "work", "other"])
        .answer_nothing();
    stage
        .run(&["token", "other"])
        .fails(4, "nobody has logged in");
    stage
        .run(&["profile", "copy", "work", "other"])
        .fails(2, "there is a profile other already");
    stage
        .run(&["profile", "copy", "work", "WORK"])
        .fails(6, "differ only by capitals");
    stage
        .run(&["profile", "copy", "nothing", "x"])
        .fails(6, "there is no profile `nothing`");
    let login = ["login", "other", "--browser", &visitor("bob")];
    assert_eq!(stage.run(&login).code, Some(0));
    assert_ne!(stage.run(&["token", "other"]).answer(), stage.token());
    let shown = stage.run(&["profile", "list"]);
    assert_eq!(shown.answer(), "* work\n  other");
}

/// One command widens a session; a list of all scopes had to be typed.
#[test]
fn a_login_adds_a_scope_to_those_of_the_profile() {
    let stage = Stage::logged_in();
    stage
        .run(&["token", "work", "--require-scope", "read"])
        .fails(4, "authctl login work --add-scope SCOPE");
    let login = [
        "login",
        "work",
        "--add-scope",
        "read",
        "--browser",
        &visitor("alice"),
    ];
    assert_eq!(stage.run(&login).code, Some(0));
    stage
        .run(&["token", "work", "--require-scope", "read"])
        .answer();
    let text = config(&stage);
    assert!(
        text.contains(r#"scope = ["openid", "offline_access", "read"]"#),
        "{text}"
    );
    stage
        .run(&["login", "work", "--add-scope", "x", "--scope", "y"])
        .fails(2, "cannot be used with");
}

#[cfg(unix)]
#[test]
fn the_file_is_opened_in_the_persons_editor_and_checked_afterwards() {
    let stage = Stage::logged_in();
    let path = stage.run(&["profile", "path"]).answer().to_owned();
    assert_eq!(path, stage.config().display().to_string());
    let edit = |script: &str| -> Done {
        let editor = format!("sh -c {} sh", shlex::try_quote(script).expect("quoted"));
        stage.run_with(
            &[("VISUAL", &editor), ("EDITOR", "false")],
            &["profile", "edit"],
        )
    };
    edit("echo '# by hand' >>\"$1\"").answer_nothing();
    assert!(config(&stage).ends_with("# by hand\n"));
    edit("exit 3").fails(1, "sh failed");
    let secret = r#"test -z "$AUTHCTL_KEY" || echo x >>"$1""#;
    let editor = format!("sh -c {} sh", shlex::try_quote(secret).expect("quoted"));
    let variables = [("EDITOR", editor.as_str()), ("AUTHCTL_KEY", "secret")];
    stage
        .run_with(&variables, &["profile", "edit"])
        .answer_nothing();
    edit("echo 'what = 1' >>\"$1\"").fails(6, "what");
    stage
        .run_with(&[("EDITOR", "/nonexistent/editor")], &["profile", "edit"])
        .fails(127, "cannot run /nonexistent/editor");
}
