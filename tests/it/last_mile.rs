//! From `hook install` to the first use: what a person is told, and what is left afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::machine;
use crate::support::stage::Stage;
use crate::support::terminal::AtTerminal;

/// Every client whose configuration is a file that authctl edits, or that its own tool does.
const CLIENTS: &[(&str, &[&str])] = &[
    ("git", &["--host", "git.example.com"]),
    ("docker", &["--host", "registry.example.com"]),
    ("cargo", &["--host", "crates.example.com"]),
    ("bazel", &["--host", "bazel.example.com"]),
    ("pnpm", &["--host", "https://npm.example.com/"]),
    ("keyring", &["--host", "https://pypi.example.com/simple/"]),
    ("vault", &["--host", "https://vault.example.com"]),
    ("terraform", &["--host", "tf.example.com"]),
    (
        "nuget",
        &["--host", "https://nuget.example.com/v3/index.json"],
    ),
    ("aws", &["--role-arn", "arn:aws:iam::123456789012:role/r"]),
];

/// Every file below a directory of a home, but for authctl's own.
fn files_below(home: &Path, directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("there").flatten() {
        let path = entry.path();
        let names = ["state", "config.toml", "config.toml.lock"];
        let is_own = names.iter().any(|name| path == home.join(name));
        match entry.file_type().expect("known") {
            _ if is_own => {}
            kind if kind.is_dir() => found.extend(files_below(home, &path)),
            _ => found.push(path),
        }
    }
    found
}

fn change(stage: &Stage, verb: &str, client: &str, more: &[&str]) -> String {
    let done = stage.run(&[&["hook", verb, client, "--profile", "work"], more].concat());
    done.answer_nothing();
    done.stderr
}

/// An empty `.npmrc`, `.gitconfig` or `{}` stayed behind.
#[test]
fn uninstall_leaves_no_file_that_was_not_there_before() {
    if !machine::has_programs(&["git"]) {
        return;
    }
    let stage = Stage::logged_in();
    let home = stage.home.path();
    let before = files_below(home, home);
    for (client, more) in CLIENTS {
        change(&stage, "install", client, more);
        assert_ne!(files_below(home, home), before, "{client}");
        let hosts = if more[0] == "--host" { more } else { &[][..] };
        change(&stage, "uninstall", client, hosts);
        assert_eq!(files_below(home, home), before, "{client}");
    }
    // A file of the user's own stays, empty or not; so does one to which they have added.
    let npmrc = home.join(".npmrc");
    fs::write(&npmrc, "").expect("written");
    let pnpm = ["--host", "https://npm.example.com/"];
    change(&stage, "install", "pnpm", &pnpm);
    change(&stage, "uninstall", "pnpm", &pnpm);
    assert_eq!(fs::read_to_string(&npmrc).expect("there"), "");
    fs::remove_file(&npmrc).expect("removed");
    change(&stage, "install", "pnpm", &pnpm);
    let text = fs::read_to_string(&npmrc).expect("there") + "color=false\n";
    fs::write(&npmrc, text).expect("written");
    change(&stage, "uninstall", "pnpm", &pnpm);
    assert_eq!(fs::read_to_string(&npmrc).expect("there"), "color=false\n");
}

/// A token without the right scope was refused by the forge, and git showed a password prompt.
#[test]
fn an_installation_warns_of_scopes_that_do_not_fit_and_says_how_to_try_it() {
    if !machine::has_programs(&["git"]) {
        return;
    }
    let stage = Stage::logged_in();
    for (scopes, missing) in [
        (
            "\"openid\"",
            Some("read_user read_repository write_repository"),
        ),
        (
            "\"openid\", \"read_user\", \"read_repository\", \"write_repository\"",
            None,
        ),
    ] {
        stage.configure(&format!(
            "[profile.work]\nprovider = \"gitlab\"\nclient_id = \"c\"\nscope = [{scopes}]\n"
        ));
        let said = change(&stage, "install", "git", &["--host", "gitlab.com"]);
        let mends = missing.map(|missing| format!("authctl login work --add-scope \"{missing}\""));
        assert_eq!(said.contains("warning"), missing.is_some(), "{said}");
        assert!(said.contains(&mends.unwrap_or_default()), "{said}");
        let try_it = "git ls-remote https://gitlab.com/OWNER/REPOSITORY";
        assert!(said.contains(try_it), "{said}");
        let dry = [
            "hook",
            "install",
            "docker",
            "--host",
            "r.example.com",
            "--profile",
            "work",
        ];
        let shown = stage
            .run(&[&dry[..], &["--dry-run"]].concat())
            .answer()
            .to_owned();
        assert!(shown.contains("docker pull r.example.com/IMAGE"), "{shown}");
        let said = change(&stage, "uninstall", "git", &["--host", "gitlab.com"]);
        assert!(
            !said.contains("try:") && !said.contains("warning"),
            "{said}"
        );
    }
}

/// Every hook's help had the flags of all others.
#[test]
fn the_help_of_a_hook_shows_its_own_flags() {
    let stage = Stage::new();
    for (flag, hooks) in [
        ("--bare", &["cargo"][..]),
        ("--server", &["oauthbearer"]),
        ("--role-arn", &["aws"]),
        ("--asks-every", &["token", "headers", "pnpm"]),
        ("--profile", &["git", "cargo", "aws", "token"]),
    ] {
        for hook in [
            "git",
            "cargo",
            "oauthbearer",
            "aws",
            "token",
            "headers",
            "pnpm",
        ] {
            let help = stage.run(&["hook", hook, "--help"]).answer().to_owned();
            let is_own = hooks.contains(&hook) || flag == "--profile";
            assert_eq!(help.contains(flag), is_own, "{flag} in the help of {hook}");
        }
    }
}

/// `authctl hook git get`, typed, seemed to hang.
#[test]
fn a_person_who_types_the_call_of_a_hook_is_told_what_it_waits_for() {
    let stage = Stage::logged_in();
    let command = stage.command(&["hook", "git", "get"]);
    let mut terminal = AtTerminal::start_whole(command, "xterm", 80);
    let said = terminal.read_until("tells a program to ask").to_owned();
    assert!(said.contains("waits for its request on stdin"), "{said}");
    // Who started the tests may have had signals ignored: it cannot be interrupted then.
    terminal.child.kill().expect("it is a child");
    terminal.child.wait().expect("it ends");
    // A program that asks is told nothing.
    let done = stage.run_with_stdin(
        &["hook", "git", "get"],
        "protocol=https\nhost=a.example\n\n",
    );
    assert!(!done.stderr.contains("waits for"), "{done:?}");
}
