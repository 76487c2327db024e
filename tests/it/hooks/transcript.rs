//! How a call of a hook is written down, with names for what differs from run to run.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::cases::Case;
use crate::support::stage::{Done, Stage};

/// A call, its answer and its exit code.
pub fn of(stage: &Stage, hook: &str, case: &Case, done: &Done) -> String {
    let args = case.args.join(" ");
    let mut text = format!("## {}\n$ authctl hook {hook} {args}\n", case.title);
    for (name, value) in case.env {
        let _ = writeln!(text, "  {name}={value}");
    }
    text.push_str(&marked('<', case.stdin));
    text.push_str(&marked('>', &answer(stage, hook, done)));
    text.push_str(&marked('!', &normal(stage, &done.stderr)));
    let _ = writeln!(text, "= {}\n", done.code.expect("a code"));
    text
}

/// What a caller was answered, in plain text.
pub fn answer(stage: &Stage, hook: &str, done: &Done) -> String {
    let is_sasl = ["xoauth2", "oauthbearer"].contains(&hook);
    if is_sasl && done.code == Some(0) {
        return normal(stage, &decode(&done.stdout));
    }
    normal(stage, &done.stdout)
}

/// A text with names in the place of what differs from run to run.
pub fn normal(stage: &Stage, text: &str) -> String {
    let mut text = text.to_owned();
    if let Ok(bytes) = fs::read(stage.file("work.json")) {
        let record: serde_json::Value = serde_json::from_slice(&bytes).expect("json");
        for name in ["access_token", "id_token"] {
            let token = record["tokens"][name].as_str().expect("a token");
            text = text.replace(token, &format!("{{{name}}}"));
            let fingerprint = authctl::secret::Fingerprint::of(token).to_string();
            text = text.replace(&fingerprint, &format!("{{fingerprint of the {name}}}"));
        }
    }
    text = text.replace(stage.sandbox.issuer(), "{issuer}");
    text = text.replace(env!("CARGO_PKG_VERSION"), "{version}");
    text = rename(
        &text,
        |c| c.is_ascii_alphanumeric() || "-:".contains(c),
        name_of_stamp,
    );
    rename(&text, |c| c.is_ascii_alphanumeric(), name_of_number)
}

fn name_of_stamp(word: &str) -> Option<&'static str> {
    if word.starts_with("20") && word.ends_with('Z') && word.contains('T') {
        return Some("{date}");
    }
    let is_guid = word.len() == 36 && word.matches('-').count() == 4;
    is_guid.then_some("{guid}")
}

fn name_of_number(word: &str) -> Option<&'static str> {
    if word.len() == 10 && number(word) > 1_700_000_000 {
        return Some("{unix time}");
    }
    let seconds = word.strip_suffix('s')?;
    (number(seconds) > 9).then_some("{seconds}s")
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

/// The text with some of its words replaced by names.
fn rename(
    text: &str,
    is_in_word: impl Fn(char) -> bool,
    name_of: impl Fn(&str) -> Option<&'static str>,
) -> String {
    let mut renamed = String::new();
    for part in text.split_inclusive(|c: char| !is_in_word(c)) {
        let word = part.trim_end_matches(|c: char| !is_in_word(c));
        match name_of(word) {
            Some(name) => renamed.push_str(&part.replacen(word, name, 1)),
            None => renamed.push_str(part),
        }
    }
    renamed
}

/// A SASL response is in base64, and its token with it.
fn decode(text: &str) -> String {
    use base64::Engine;
    let engine = base64::engine::general_purpose::STANDARD;
    let bytes = engine.decode(text.trim_end()).expect("base64");
    let text = String::from_utf8(bytes).expect("text");
    format!("base64 of {}\n", text.escape_debug())
}

fn marked(mark: char, text: &str) -> String {
    let mut lines = String::new();
    for line in text.split_inclusive('\n') {
        let line = line.replace('\n', "\\n").replace('\r', "\\r");
        let _ = writeln!(lines, "{mark} {line}");
    }
    lines
}

/// Compares a transcript with the golden file of the hook, or writes it where `UPDATE_GOLDEN` is
/// set.
#[track_caller]
pub fn compare(hook: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/hooks")
        .join(format!("{hook}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, made).expect("written");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    for (at, (golden, made)) in golden.lines().zip(made.lines()).enumerate() {
        assert_eq!(
            golden,
            made,
            "{hook}.txt:{}: UPDATE_GOLDEN=1 cargo test hooks",
            at + 1
        );
    }
    assert_eq!(
        golden.lines().count(),
        made.lines().count(),
        "{hook}.txt has other lines"
    );
}
