//! The completions, in real shells: loading runs nothing, and TAB gives the values that are there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use authctl::cli::complete::VARIABLE;

use crate::support::machine;
use crate::support::programs::AUTHCTL;
use crate::support::stage::Stage;

/// A zsh on a terminal of its own, in which TAB is pressed. The script is found as zsh finds it.
const ZSH: &str = "zmodload zsh/zpty
zpty w env TERM=dumb PATH=$PATH zsh -f -i
zpty -w w \"fpath=(${1:h} \\$fpath); autoload -Uz compinit; compinit -u -d $2; LISTMAX=1000\"
zpty -w w 'print -r -- ready-$((1 + 1))'
zpty -r w out '*ready-2*'
zpty -w -n w \"$3\"$'\\t\\t'
sleep 0.2
zpty -w w $'\\x15print -r -- end-$((1 + 1))'
zpty -r w out '*end-2*'
print -r -- $out
zpty -d w
";

/// What is typed before TAB, and words that are shown then.
const TYPED: &[(&str, &[&str])] = &[
    (
        "authctl token --format ",
        &["token", "json", "header", "env"],
    ),
    ("authctl token ", &["work", "home"]),
    ("authctl status w", &["work"]),
    ("authctl login --provider gitl", &["gitlab"]),
    (
        "authctl provider show git",
        &["github", "github-app", "gitlab"],
    ),
    ("authctl hook install k", &["kubectl", "kubelet", "keyring"]),
    ("authctl hook uninstall git --host ", &["git.example.com"]),
    ("authctl profile set work reuse", &["reuse_interval"]),
    ("authctl profile move work --store k", &["keyring"]),
    ("authctl login --add-scope read_u", &["read_user"]),
    (
        "authctl sandbox --fault drop",
        &["drop_before", "drop_after"],
    ),
    ("authctl prof", &["profile"]),
];

/// A home in which two profiles are configured, and an authctl that writes down how it is called.
struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self {
            directory: tempfile::tempdir().expect("a directory"),
        };
        let traced = place.path("authctl");
        let trace = place.path("trace");
        let script = format!(
            "#!/bin/sh\necho \"${{{VARIABLE}-}} $*\" >>{}\nexec {AUTHCTL} \"$@\"\n",
            trace.display()
        );
        fs::write(&traced, script).expect("written");
        fs::set_permissions(&traced, fs::Permissions::from_mode(0o755)).expect("owned");
        let client = "issuer = \"https://as.example\"\nclient_id = \"c\"\n";
        let config = format!(
            "[profile.work]\n{client}[profile.home]\n{client}[[match]]\n\
             host = \"git.example.com\"\nprofile = \"work\"\n"
        );
        fs::write(place.path("config.toml"), config).expect("written");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// How authctl was called so far.
    fn calls(&self) -> String {
        fs::read_to_string(self.path("trace")).unwrap_or_default()
    }

    fn run(&self, shell: &str, words: &[String]) -> String {
        let output = Command::new("timeout")
            .args(["60", shell])
            .args(words)
            .env_clear()
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.directory.path().display()),
            )
            .env("HOME", self.directory.path())
            .env("AUTHCTL_CONFIG", self.path("config.toml"))
            .env("AUTHCTL_HOME", self.path("state"))
            .output()
            .expect("timeout runs");
        assert!(output.status.success(), "{shell}: {output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{shell}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What a shell shows after `typed` and TAB.
    fn completed(&self, shell: &str, script: &Path, typed: &str) -> String {
        let source = format!("source {}", script.display());
        match shell {
            "fish" => {
                let ask = format!("{source}; complete -C '{typed}'");
                self.run(shell, &["--no-config".into(), "-c".into(), ask])
            }
            "zsh" => {
                let driver = self.path("driver.zsh");
                fs::write(&driver, ZSH).expect("written");
                let words = [&*driver, script, &self.path("dump")];
                let mut words: Vec<String> = words
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect();
                words.push(typed.to_owned());
                self.run(shell, &words)
            }
            _ => {
                let mut words: Vec<&str> = typed.split(' ').collect();
                let at = words.len() - 1;
                let current = words.pop().expect("a word");
                let before = words.last().copied().unwrap_or_default().to_owned();
                let typed = words.join(" ");
                let ask = format!(
                    "{source}; COMP_WORDS=({typed} '{current}'); COMP_CWORD={at}; COMP_TYPE=9; \
                     _clap_complete_authctl authctl '{current}' {before}; \
                     printf '%s\\n' \"${{COMPREPLY[@]}}\""
                );
                self.run(shell, &["--norc".into(), "-c".into(), ask])
            }
        }
    }
}

/// Loading the completions for fish ran `authctl token --format env`, and zsh's TAB broke: a help
/// text had a command in it.
#[test]
fn loading_runs_nothing_and_tab_gives_the_values_that_are_there() {
    if !machine::has_programs(&["bash", "zsh", "fish", "timeout"]) {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    for (shell, script) in [
        ("bash", "authctl.bash"),
        ("zsh", "_authctl"),
        ("fish", "authctl.fish"),
    ] {
        let script = root.join(script);
        let place = Place::new();
        let load = format!("source {}", script.display());
        let load = if shell == "zsh" {
            format!("compdef() {{}}; {load}")
        } else {
            load
        };
        place.run(shell, &["-c".into(), load]);
        assert_eq!(place.calls(), "", "{shell}");
        for (typed, words) in TYPED {
            let shown = place.completed(shell, &script, typed);
            // A single word is typed to its end, and not listed.
            for word in *words {
                assert!(
                    shown.contains(word),
                    "{shell}: {typed}: no {word} in {shown}"
                );
            }
        }
        for call in place.calls().lines() {
            assert!(call.starts_with(&format!("{shell} -- authctl")), "{call}");
        }
    }
}

/// Who installed with cargo had no completions, and nothing said where they go.
#[test]
fn completions_are_put_where_each_shell_looks() {
    let stage = Stage::new();
    let home = stage.home.path();
    for (shell, file, to_add) in [
        (
            "bash",
            ".local/share/bash-completion/completions/authctl",
            "",
        ),
        ("fish", ".config/fish/completions/authctl.fish", ""),
        ("zsh", ".zfunc/_authctl", ".zshrc"),
        (
            "elvish",
            ".config/elvish/lib/authctl-completions.elv",
            "rc.elv",
        ),
        (
            "powershell",
            ".config/powershell/authctl-completions.ps1",
            "$PROFILE",
        ),
    ] {
        for _ in 0..2 {
            let done = stage.run(&["completions", shell, "--install"]);
            done.answer_nothing();
            assert!(done.stderr.contains(file), "{done:?}");
            assert_eq!(
                done.stderr.contains(": add to "),
                !to_add.is_empty(),
                "{done:?}"
            );
            assert!(done.stderr.contains(to_add), "{done:?}");
        }
        let written = fs::read_to_string(home.join(file)).expect("there");
        assert_eq!(written, stage.run(&["completions", shell]).stdout);
    }
    let elsewhere = home.join("data").display().to_string();
    let done = stage.run_with(
        &[("XDG_DATA_HOME", &elsewhere)],
        &["completions", "bash", "--install"],
    );
    assert!(done.stderr.contains(&elsewhere), "{done:?}");
    fs::write(home.join("in the way"), "").expect("written");
    let blocked = home.join("in the way").display().to_string();
    let install = ["completions", "fish", "--install"];
    stage
        .run_with(&[("XDG_CONFIG_HOME", &blocked)], &install)
        .fails(1, "`authctl completions fish` prints it");
}

/// A reader that has read enough, or none, is no failure of what is only shown.
#[test]
fn help_and_completions_end_quietly_without_a_reader() {
    for args in ["--help", "token --help", "completions fish"] {
        let script = format!("{AUTHCTL} {args} | true; {AUTHCTL} {args} >&-");
        let output = Command::new("sh")
            .args(["-c", &script])
            .output()
            .expect("sh runs");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args}");
    }
}
