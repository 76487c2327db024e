//! Programs: other copies of this one, and those that are set up to ask it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::Finding;
use crate::config::env;
use crate::hook::protocol::HOOKS;
use crate::platform::{child, files, places};
use crate::session::Context;

/// How long another program may take to answer.
const LIMIT: Duration = Duration::from_secs(10);

/// How often it is looked whether it has.
const POLL: Duration = Duration::from_millis(10);

/// Copies of authctl in the directories in which programs are looked for.
pub(super) fn copies(context: &Context) -> Vec<Finding> {
    let own = own_program();
    let version = env!("CARGO_PKG_VERSION");
    let mut found = Vec::new();
    let in_path = all_in_path("authctl");
    for (place, path) in in_path.iter().enumerate() {
        if std::fs::canonicalize(path).ok() == own {
            continue;
        }
        let said = version_of(context, path);
        let shown = path.display();
        match said {
            Some(said) if said == version => {}
            Some(said) => {
                let first = if place == 0 {
                    ", and comes first in PATH"
                } else {
                    ""
                };
                found.push(Finding::warning(
                    format!("{shown} is version {said}, this is {version}{first}"),
                    "remove one of them: scripts and hooks run the first in PATH",
                ));
            }
            None => found.push(Finding::warning(
                format!("{shown} does not say which version it is"),
                "remove it, if it is no program of yours",
            )),
        }
    }
    for row in HOOKS {
        found.extend(
            row.program
                .and_then(|program| link(program, own.as_deref())),
        );
    }
    if found.is_empty() {
        found.push(Finding::ok(format!(
            "version {version}, and no other one in PATH"
        )));
    }
    found
}

/// A link by which a client calls authctl, if it leads to another program.
fn link(program: &str, own: Option<&Path>) -> Option<Finding> {
    let path = all_in_path(program).into_iter().next()?;
    let target = std::fs::canonicalize(&path).ok();
    if target.as_deref() == own {
        return None;
    }
    let name = target
        .as_deref()?
        .file_name()?
        .to_string_lossy()
        .into_owned();
    name.starts_with("authctl").then(|| {
        Finding::warning(
            format!("{} leads to another authctl", path.display()),
            "install that hook again: `authctl hook install`",
        )
    })
}

fn own_program() -> Option<PathBuf> {
    let path = std::env::current_exe().ok()?;
    std::fs::canonicalize(path).ok()
}

/// The programs of a name, in the order in which they are found.
fn all_in_path(name: &str) -> Vec<PathBuf> {
    let name = places::program_file(name);
    let directories = env::search_path().into_iter();
    let paths = directories.map(|directory| directory.join(&name));
    let mut found: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
    found.dedup();
    found
}

fn version_of(context: &Context, path: &Path) -> Option<String> {
    let mut command = child::command(path, &context.locations.secrets());
    let output = answer(command.arg("--version"), "")?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.trim().strip_prefix("authctl ")?;
    Some(crate::text::printable(version, 40))
}

/// Runs a command to its end, if that comes in time.
fn answer(command: &mut Command, input: &str) -> Option<Output> {
    use std::io::Write;
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let stdin = child.stdin.take();
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(input.as_bytes());
    }
    let ends = Instant::now() + LIMIT;
    while child.try_wait().ok()?.is_none() {
        if Instant::now() > ends {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(POLL);
    }
    child.wait_with_output().ok()
}

/// Whether git asks authctl for each address that is bound, and no other helper before it.
pub(super) fn hooks(context: &Context) -> Vec<Finding> {
    if all_in_path("git").is_empty() {
        return vec![Finding::ok("git is not there")];
    }
    if !git_knows_authctl(context) {
        return vec![Finding::ok("git is not set up to ask authctl")];
    }
    let Ok(config) = context.config() else {
        return vec![Finding::unknown("the configuration cannot be read")];
    };
    let mut found = Vec::new();
    for binding in config
        .bindings()
        .iter()
        .filter(|binding| binding.is_for("git"))
    {
        for (text, _) in &binding.patterns {
            found.extend(asks_authctl(context, text));
        }
    }
    if found.is_empty() {
        found.push(Finding::ok(
            "no address is bound that git could be asked about",
        ));
    }
    found
}

fn git_knows_authctl(context: &Context) -> bool {
    let mut git = child::command("git", &context.locations.secrets());
    git.args(["config", "--get-regexp", r"^credential\..*helper$"]);
    let output = answer(&mut git, "");
    output.is_some_and(|output| String::from_utf8_lossy(&output.stdout).contains("authctl"))
}

/// Asks git for credentials of an address, as `git fetch` would, and looks which helpers it asks.
/// authctl is called for real, with a home in which nothing is: it has no token to give, and spends
/// none. `None` for an address that is a pattern.
fn asks_authctl(context: &Context, text: &str) -> Option<Finding> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if host.contains('*') || path.contains('*') || host.is_empty() {
        return None;
    }
    let home = files::temporary_directory("authctl-doctor-").ok()?;
    let mut git = child::command("git", &context.locations.secrets());
    for (name, _) in env::all() {
        if name.to_string_lossy().starts_with("AUTHCTL_") {
            git.env_remove(name);
        }
    }
    git.args(["credential", "fill"])
        .env("AUTHCTL_HOME", home.path().join("state"))
        .env("AUTHCTL_CONFIG", home.path().join("config.toml"))
        .env("GIT_TRACE", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "false")
        .env("SSH_ASKPASS", "false")
        .env("GCM_INTERACTIVE", "never");
    let question = format!("protocol={scheme}\nhost={host}\npath={path}\n\n");
    let Some(output) = answer(&mut git, &question) else {
        return Some(Finding::unknown(format!("git does not answer for {text}")));
    };
    let trace = String::from_utf8_lossy(&output.stderr).into_owned();
    let helpers = helpers_in(&trace);
    let place = helpers.iter().position(|helper| helper.contains("authctl"));
    let is_answered = String::from_utf8_lossy(&output.stdout).contains("password=");
    let first = helpers
        .first()
        .map(|helper| crate::text::printable(helper, 60));
    Some(match (place, first) {
        (Some(0), _) => Finding::ok(format!("git asks authctl for {text}")),
        (_, Some(first)) if is_answered => Finding::warning(
            format!("for {text} git has an answer from `{first}`, before it asks authctl"),
            "an empty `helper =` before authctl's takes back the helpers for all addresses; \
             `authctl hook install git --host ...` writes both",
        ),
        (Some(_), Some(first)) => Finding::ok(format!(
            "git asks authctl for {text}, after `{first}`, which has nothing"
        )),
        _ => Finding::warning(
            format!("git does not ask authctl for {text}"),
            "`authctl hook install git --host ...` has it asked",
        ),
    })
}

/// The helpers that git ran, by its own trace.
fn helpers_in(trace: &str) -> Vec<String> {
    let mut helpers = Vec::new();
    for line in trace.lines() {
        let Some((_, command)) = line.split_once("run_command: ") else {
            continue;
        };
        let command = command.trim().trim_matches('\'');
        if let Some(helper) = command.strip_suffix(" get") {
            helpers.push(helper.to_owned());
        }
    }
    helpers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_helpers_are_read_from_what_git_says_it_does() {
        let trace = "17:56:36.821043 git.c:479  trace: built-in: git credential fill\n\
            17:56:36.821186 run-command.c:666 trace: run_command: 'store get'\n\
            17:56:36.821193 run-command.c:758 trace: start_command: /bin/sh -c 'store get'\n\
            17:56:36.822625 run-command.c:666 trace: run_command: '/b/authctl hook git get'\n\
            17:56:36.831189 run-command.c:666 trace: run_command: false 'Password for: '\n";
        assert_eq!(helpers_in(trace), ["store", "/b/authctl hook git"]);
    }
}
