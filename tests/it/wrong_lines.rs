//! Command lines that people try and that are wrong: what they are told, as a list that is kept.
//! `UPDATE_GOLDEN=1 cargo test wrong_lines` writes it anew.

use std::fs;
use std::path::Path;

use crate::support::stage::Stage;

/// What is typed, a command line each.
const TYPED: &[&str] = &[
    "",
    "tokn",
    "whoami",
    "refresh",
    "run -- make",
    "config",
    "list",
    "ls",
    "switch work",
    "auth login",
    "init",
    "get work",
    "revoke",
    "git",
    "version",
    "curl https://api.example.com",
    "signin",
    "profile get work",
    "profile lst",
    "profile set work",
    "provider",
    "provider show",
    "provider show githup",
    "hook install",
    "hook install gti",
    "hook install git",
    "hook gti get",
    "login --issuer",
    "login --provider githup --client-id x",
    "login --provider github",
    "login --issuer example.com --client-id x",
    "login --browser firefox --device",
    "token --profile work",
    "token -p work",
    "token work extra",
    "token --min-ttl soon",
    "token --format yaml",
    "token nobody",
    "status nobody",
    "exec work",
    "exec -- nonexistent-program",
    "request",
    "request ftp://example.com",
    "logout nobody",
    "sandbox --fault nothing",
    "completions tcsh",
    "log --since yesterday",
    "--helpp",
    "help nothing",
];

#[test]
fn wrong_command_lines_get_the_answers_that_are_kept() {
    let stage = Stage::new();
    let mut text = String::new();
    for typed in TYPED {
        let words = shlex::split(typed).expect("words");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let done = stage.run(&words);
        assert!(
            done.code != Some(0) && done.stdout.is_empty(),
            "{typed}: {done:?}"
        );
        text.push_str(&format!("$ authctl {typed}\n{}", done.stderr));
        text.push_str(&format!("[exit {}]\n\n", done.code.expect("a code")));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/wrong_lines.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).expect("written");
    }
    let kept = fs::read_to_string(&path).expect("there");
    assert_eq!(text, kept, "UPDATE_GOLDEN=1 cargo test wrong_lines");
}
