//! What is made from the command line's definition and committed: manual pages and completions. `UPDATE_GOLDEN=1
//! cargo test golden` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use authctl::command::definition::{definition, keys};
use authctl::error::KINDS;
use authctl::provider::PRESETS;
use clap_complete::Shell;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn compare(path: &Path, made: &[u8]) {
    let path = root().join(path);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        fs::write(&path, made).expect("written");
        return;
    }
    let committed = fs::read(&path).unwrap_or_default();
    assert!(committed == made, "{} is out of date: UPDATE_GOLDEN=1 cargo test golden", path.display());
}

#[test]
fn completions_are_up_to_date_for_every_shell() {
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut definition(), "authctl", &mut script);
        let name = clap_complete::Generator::file_name(&shell, "authctl");
        compare(&Path::new("completions").join(name), &script);
        let printed = std::process::Command::new(crate::stage::AUTHCTL)
            .args(["completions", &shell.to_string()])
            .output();
        assert!(printed.expect("runs").stdout == script, "{shell}: the verb prints something else");
    }
}

#[test]
fn manual_pages_are_up_to_date() {
    let made = tempfile::tempdir().expect("a directory");
    clap_mangen::generate_to(definition(), &made).expect("rendered");
    let pages: Vec<_> = fs::read_dir(&made).expect("there").flatten().map(|entry| entry.path()).collect();
    assert!(pages.len() > 10);
    for page in pages {
        let mut text = fs::read(&page).expect("readable");
        let name = page.file_name().expect("a name");
        if name == "authctl.1" {
            text.extend(configuration().into_bytes());
        }
        compare(&Path::new("man").join(name), &text);
    }
    if std::env::var_os("UPDATE_GOLDEN").is_none() {
        let main = fs::read_to_string(root().join("man/authctl.1")).expect("there");
        for row in KINDS {
            assert!(
                main.contains(&row.help.replace('\'', "\\*(Aq")),
                "the manual does not know exit code {}",
                row.code
            );
        }
    }
}

/// The section on the configuration, from its table.
fn configuration() -> String {
    let mut text = String::from(
        ".SH CONFIGURATION\nA TOML file, $AUTHCTL_CONFIG or config.toml in the platform's configuration directory, with a \
         table [profile.NAME] for each profile. Every key is also read from the environment, which wins over the file; \
         flags win over both. Sessions are kept in $AUTHCTL_HOME, or the platform's state directory.\n",
    );
    for (name, variable, help) in keys() {
        text.push_str(&format!(".TP\n\\fB{name}\\fR (${variable})\n{help}\n"));
    }
    text
}

#[test]
fn the_readme_knows_every_exit_code_and_every_preset() {
    let readme = fs::read_to_string(root().join("README.md")).expect("there");
    for row in KINDS {
        assert!(readme.contains(&format!("| {} | ", row.code)), "exit code {}", row.code);
    }
    for preset in PRESETS {
        assert!(readme.contains(&format!("`{}`", preset.id)), "preset {}", preset.id);
    }
}
