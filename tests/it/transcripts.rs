//! What a person sees on terminals of different kinds, kept as text.
//! `UPDATE_GOLDEN=1 cargo test transcripts` writes it anew.

use std::fs;
use std::path::Path;
use std::time::Duration;

use authctl::sandbox::Options;

use crate::overview::with_neighbours;
use crate::support::machine;
use crate::support::stage::Stage;
use crate::support::terminal::AtTerminal;

/// A kind of terminal: its name, its width, and what the environment says.
type Terminal = (&'static str, u16, &'static [(&'static str, &'static str)]);

/// Every one of them.
const TERMINALS: &[Terminal] = &[
    ("xterm", 80, &[("LANG", "C.UTF-8")]),
    ("xterm", 40, &[("LANG", "C.UTF-8")]),
    ("dumb", 80, &[("LANG", "C.UTF-8")]),
    ("xterm", 80, &[("LANG", "C")]),
    ("xterm", 80, &[("LANG", "C.UTF-8"), ("NO_COLOR", "1")]),
];

/// What is run, and what is on the terminal when it has said all.
const SCENES: &[(&[&str], &str)] = &[
    (&["status"], "not logged in"),
    (&["status", "work"], "generation"),
    (&["token", "new"], "authctl login new"),
    (
        &["login", "work", "--device", "--timeout", "1m"],
        "waiting for you to approve",
    ),
];

/// Codes, addresses, times and numbers differ from run to run.
fn normal(text: &str, stage: &Stage) -> String {
    let text = text.replace(stage.sandbox.issuer(), "http://127.0.0.1:PORT");
    let mut normal = String::new();
    for line in text.split('\n') {
        let line = match line.split_once("user_code=") {
            Some((before, _)) => format!("{before}user_code=CODE"),
            None => line.trim_end().to_owned(),
        };
        let is_code = |word: &str| {
            word.len() == 9 && word.as_bytes()[4] == b'-' && !word.contains(char::is_lowercase)
        };
        let visible = line.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
        let line = match visible.trim() {
            code if is_code(code) => line.replace(code, "CODE-CODE"),
            _ => line.replace('\u{1b}', "ESC"),
        };
        let line = line.replace('\u{1b}', "ESC");
        if line.contains("ESC[30;107m") {
            let is_first = !normal.ends_with("(a QR code)\n");
            normal.push_str(if is_first { "(a QR code)\n" } else { "" });
            continue;
        }
        let digits = line
            .chars()
            .map(|sign| if sign.is_ascii_digit() { '#' } else { sign });
        normal.extend(digits);
        normal.push('\n');
    }
    normal.replace("####-##-## ##:##", "##:##")
}

#[test]
fn terminals_of_all_kinds_show_what_is_kept() {
    // Whatever the machine takes, that is a thousand days.
    let stage = with_neighbours(Stage::logged_in_with(Options {
        access_ttl: Duration::from_secs(1000 * 86_400 + 1800),
        ..Options::default()
    }));
    let by_default = machine::default_signals().unwrap_or_default();
    let mut text = String::new();
    for (term, columns, environment) in TERMINALS {
        for (args, last) in SCENES {
            let mut command = stage.command_by(by_default, args);
            command.envs(environment.iter().copied()).env("TZ", "UTC");
            let mut terminal = AtTerminal::start_whole(command, term, *columns);
            let mut said = terminal.read_until(last).to_owned();
            if args[0] == "login" {
                terminal.interrupt();
                // How often the wait was drawn is a matter of the machine's speed.
                said.truncate(said.find(last).expect("it was read") + last.len());
            } else {
                terminal.child.wait().expect("it ends");
                said = terminal.rest();
            }
            let environment: Vec<String> = environment
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            text.push_str(&format!(
                "== {term}, {columns} columns, {}: authctl {}\n",
                environment.join(" "),
                args.join(" ")
            ));
            text.push_str(&normal(&said.replace('\r', ""), &stage));
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/transcripts.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).expect("written");
    }
    let kept = fs::read_to_string(&path).expect("there");
    assert_eq!(text, kept, "UPDATE_GOLDEN=1 cargo test transcripts");
}
