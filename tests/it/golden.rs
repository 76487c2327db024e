//! What is made from the command line's definition and committed: manual pages and completions.
//! `UPDATE_GOLDEN=1 cargo test golden` writes them anew.

use std::fs;
use std::path::Path;

use authctl::cli::complete;
use authctl::cli::manual;
use authctl::cli::topics::{DescribedSetting, TOPICS, settings};
use authctl::error::KINDS;
use authctl::hook::protocol::HOOKS;
use authctl::provider::PRESETS;
use clap_complete::Shell;

use crate::pages::{pages, root};
use crate::support::programs::AUTHCTL;
use crate::support::stage::Stage;

fn compare(path: &Path, made: &[u8]) {
    let path = root().join(path);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        fs::write(&path, made).expect("written");
        return;
    }
    let committed = fs::read(&path).unwrap_or_default();
    assert!(
        committed == made,
        "{} is out of date: UPDATE_GOLDEN=1 cargo test golden",
        path.display()
    );
}

#[test]
fn completions_are_up_to_date_for_every_shell() {
    for shell in [
        Shell::Bash,
        Shell::Zsh,
        Shell::Fish,
        Shell::PowerShell,
        Shell::Elvish,
    ] {
        let script = complete::script(shell);
        let name = clap_complete::Generator::file_name(&shell, "authctl");
        compare(&Path::new("completions").join(name), &script);
        let printed = std::process::Command::new(AUTHCTL)
            .args(["completions", &shell.to_string()])
            .output();
        assert!(
            printed.expect("runs").stdout == script,
            "{shell}: the verb prints something else"
        );
    }
}

#[test]
fn manual_pages_are_up_to_date() {
    let pages = manual::pages();
    assert!(pages.len() > 10);
    for page in pages {
        compare(&Path::new("man").join(page.file), page.text.as_bytes());
    }
    if std::env::var_os("UPDATE_GOLDEN").is_none() {
        let main = fs::read_to_string(root().join("man/authctl.1")).expect("there");
        for row in KINDS {
            assert!(
                main.contains(&row.help.replace('\'', "\\*(Aq").replace('-', "\\-")),
                "the manual does not know exit code {}",
                row.code
            );
        }
    }
}

#[test]
fn topics_of_the_help_are_made_of_the_tables() {
    let stage = Stage::new();
    for (topic, _) in TOPICS {
        stage.run(&["help", topic]).answer();
    }
    let config = stage.run(&["help", "config"]).answer().to_owned();
    let environment = stage.run(&["help", "environment"]).answer().to_owned();
    for DescribedSetting {
        name,
        shape,
        variable,
        ..
    } in settings()
    {
        assert!(config.contains(&format!("  {name} ({shape})")), "{name}");
        assert!(environment.contains(&variable), "{variable}");
    }
    let codes = stage.run(&["help", "exit-codes"]).answer().to_owned();
    for row in KINDS {
        assert!(codes.contains(row.help), "{codes}");
    }
    stage.run(&["help", "token"]).answer();
    stage
        .run(&["help", "nothing"])
        .fails(2, "unrecognized subcommand");
}

#[test]
fn the_pages_know_every_exit_code_and_every_preset() {
    let readme = everything();
    for row in KINDS {
        assert!(
            readme.contains(&format!("| {} | ", row.code)),
            "exit code {}",
            row.code
        );
    }
    for preset in PRESETS {
        assert!(
            readme.contains(&format!("`{}`", preset.id)),
            "preset {}",
            preset.id
        );
    }
}

/// The text of all pages.
fn everything() -> String {
    pages().into_iter().map(|(_, text)| text).collect()
}

/// The blocks of all pages in one language.
fn blocks(language: &str) -> Vec<String> {
    let readme = everything();
    let fence = format!("```{language}\n");
    readme
        .split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn the_profiles_of_the_pages_are_profiles() {
    let stage = Stage::new();
    // A table of bindings ends the part of the file that is not about one.
    let mut blocks = blocks("toml");
    blocks.sort_by_key(|block| block.contains("[[match]]"));
    stage.configure(&blocks.concat());
    let names = stage.run(&["profile", "list"]);
    assert_eq!(names.answer().lines().count(), 3);
    for name in names.answer().lines() {
        let name = name.trim_start_matches(['*', ' ']);
        assert_eq!(
            stage.run(&["profile", "show", name]).code,
            Some(0),
            "{name}"
        );
    }
    for (address, profile) in [
        ("https://git.example.com/team/app.git", "work\n"),
        ("https://git.example.com/partners/app.git", "github\n"),
    ] {
        let which = stage.run(&["hook", "which", address, "--hook", "git"]);
        assert!(which.answer().starts_with(profile), "{which:?}");
    }
}

#[test]
fn the_pages_and_the_manual_know_every_hook() {
    let readme = everything();
    for row in HOOKS {
        assert!(readme.contains(&format!("`{}`", row.name)), "{}", row.name);
        assert!(
            root()
                .join(format!("man/authctl-hook-{}.1", row.name))
                .exists(),
            "{}",
            row.name
        );
    }
}

/// Tokens and numbers differ from run to run; everything else is as the pages show it.
fn normal(text: &str) -> String {
    let mut normal = String::new();
    for word in text.trim_end().split_inclusive([' ', '\n']) {
        if word.starts_with("at-") {
            normal.push_str("at-...");
            normal.extend(word.chars().filter(|c| c.is_whitespace()));
        } else {
            normal.extend(
                word.chars()
                    .map(|c| if c.is_ascii_digit() { '#' } else { c }),
            );
        }
    }
    normal
}

#[cfg(unix)]
fn at_sandbox(stage: &Stage, text: &str) -> String {
    text.replace("http://127.0.0.1:8088", stage.sandbox.issuer())
}

#[cfg(unix)]
#[test]
fn the_tour_is_what_happens() {
    let stage = Stage::new();
    let bin = Path::new(AUTHCTL).parent().expect("a directory");
    let mut steps = 0;
    for block in blocks("console") {
        for step in block.split("$ ").skip(1) {
            let (command, shown) = step.split_once('\n').expect("a command and what it prints");
            let mut shell = std::process::Command::new("sh");
            shell
                .args(["-c", &at_sandbox(&stage, command)])
                .env_clear()
                .env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
            shell
                .env("AUTHCTL_HOME", stage.state())
                .env("AUTHCTL_CONFIG", stage.config());
            let output = shell
                .stdin(std::process::Stdio::null())
                .output()
                .expect("sh runs");
            let printed = String::from_utf8(output.stdout).expect("text");
            assert_eq!(
                normal(&printed),
                normal(&at_sandbox(&stage, shown)),
                "{command}"
            );
            steps += 1;
        }
    }
    assert!(steps >= 6, "the pages have no tour");
}
