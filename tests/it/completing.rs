//! The completions, loaded by real shells: TAB shows what can be typed, and nothing runs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::support::machine;
use crate::support::programs::AUTHCTL;

/// A zsh on a terminal of its own, in which TAB is pressed.
const ZSH: &str = "zmodload zsh/zpty
zpty w env TERM=dumb PATH=$PATH zsh -f -i
zpty -w w \"autoload -Uz compinit; compinit -u -d $2; source $1; LISTMAX=1000\"
zpty -w -n w $'authctl token --format \\t\\t'
zpty -r w out '*line break*'
print -r -- $out
zpty -d w
";

/// What a shell shows after `authctl token --format ` and TAB.
fn completed(shell: &str, script: &Path, place: &Path) -> String {
    let source = format!("source {}", script.display());
    let words: Vec<String> = match shell {
        "fish" => vec![
            "--no-config".into(),
            "-c".into(),
            format!("{source}; complete -C 'authctl token --format '"),
        ],
        "zsh" => {
            let driver = place.join("driver.zsh");
            fs::write(&driver, ZSH).expect("written");
            let dump = place.join("dump");
            [&*driver, script, &*dump]
                .map(|path| path.display().to_string())
                .to_vec()
        }
        _ => vec![
            "--norc".into(),
            "-c".into(),
            format!(
                "{source}; COMP_WORDS=(authctl token --format ''); COMP_CWORD=3; \
                 _authctl authctl '' --format; printf '%s\\n' \"${{COMPREPLY[@]}}\""
            ),
        ],
    };
    let path = format!("{}:/usr/bin:/bin", place.display());
    let output = Command::new("timeout")
        .args(["60", shell])
        .args(words)
        .env_clear()
        .env("PATH", path)
        .env("HOME", place)
        .output()
        .expect("timeout runs");
    assert!(output.status.success(), "{shell}: {output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{shell}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Loading the completions for fish ran `authctl token --format env`, and zsh's TAB broke: a help
/// text had a command in it.
#[test]
fn loading_and_using_completions_runs_nothing() {
    if !machine::has_programs(&["bash", "zsh", "fish", "timeout"]) {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    for (shell, script) in [
        ("bash", "authctl.bash"),
        ("zsh", "_authctl"),
        ("fish", "authctl.fish"),
    ] {
        let place = tempfile::tempdir().expect("a directory");
        let traced = place.path().join("authctl");
        let trace = place.path().join("trace");
        fs::write(
            &traced,
            format!("#!/bin/sh\necho \"$@\" >> {}\n", trace.display()),
        )
        .expect("written");
        fs::set_permissions(&traced, fs::Permissions::from_mode(0o755)).expect("owned");
        let shown = completed(shell, &root.join(script), place.path());
        for word in ["token", "json", "header", "env"] {
            assert!(shown.contains(word), "{shell} shows no {word}: {shown}");
        }
        assert!(
            !trace.exists(),
            "{shell} ran: {:?}",
            fs::read_to_string(&trace)
        );
    }
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
