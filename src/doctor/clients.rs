//! Programs that are set up to ask authctl: by the path that stands in their configuration, and for
//! git by a request.

use std::path::{Path, PathBuf};

use super::Finding;
use super::programs::{answer, own_program, version_of};
use crate::config::{env, expand, is_anothers_home};
use crate::platform::{child, files};
use crate::session::Context;
use crate::text::printable;

/// Where the clients have their configuration, and the variable that names another place.
const FILES: &[(&str, &str, Option<&str>)] = &[
    ("aws", "~/.aws/config", Some("AWS_CONFIG_FILE")),
    ("bazel", "~/.bazelrc", None),
    ("cargo", "~/.cargo/config.toml", None),
    ("docker", "~/.docker/config.json", None),
    ("go", "~/.config/go/env", Some("GOENV")),
    ("kubectl", "~/.kube/config", Some("KUBECONFIG")),
    ("pnpm", "~/.npmrc", None),
    ("terraform", "~/.terraformrc", Some("TF_CLI_CONFIG_FILE")),
];

/// No configuration is longer.
const LONGEST: u64 = 1 << 20;

/// Every client that is set up to ask authctl.
pub(super) fn hooks(context: &Context) -> Vec<Finding> {
    let mut found = Vec::new();
    for (client, place, variable) in FILES {
        let named = variable.and_then(env::path);
        let path = named.unwrap_or_else(|| expand(place));
        found.extend(called_by(context, client, &path));
    }
    found.extend(git(context));
    if found.is_empty() {
        found.push(Finding::ok("no program is set up to ask authctl"));
    }
    found
}

/// The programs of authctl's name that a client's configuration calls by their whole path.
fn called_by(context: &Context, client: &str, path: &Path) -> Vec<Finding> {
    let text = files::read_hint(path).filter(|text| text.len() as u64 <= LONGEST);
    let mut programs: Vec<PathBuf> = words(&text.unwrap_or_default())
        .filter(|word| word.ends_with("/authctl"))
        .map(PathBuf::from)
        .filter(|word| word.is_absolute())
        .collect();
    programs.sort();
    programs.dedup();
    let judged = programs.iter().map(|program| {
        let again = format!("`authctl hook install {client}` writes where it is now");
        let shown = program.display();
        if !program.is_file() {
            return Finding::fault(format!("{client} calls {shown}, which is gone"), again);
        }
        let is_own = std::fs::canonicalize(program).ok() == own_program();
        if !is_own && !files::is_own_program(program) {
            return Finding::warning(
                format!("{client} calls {shown}, which may be another user's, and was not run"),
                again,
            );
        }
        let version = env!("CARGO_PKG_VERSION");
        match version_of(context, program) {
            _ if is_own => Finding::ok(format!("{client} calls {shown}")),
            Some(said) if said == version => Finding::ok(format!("{client} calls {shown}")),
            Some(said) => Finding::warning(
                format!("{client} calls {shown} of version {said}, this is {version}"),
                again,
            ),
            None => Finding::warning(
                format!("{client} calls {shown}, which does not start"),
                again,
            ),
        }
    });
    judged.collect()
}

/// The words of a configuration, whatever its format quotes them with.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| sign.is_whitespace() || "\"'=,[]{}!".contains(sign))
}

/// Whether git asks authctl for each address that is bound, and no other helper before it.
fn git(context: &Context) -> Vec<Finding> {
    if is_anothers_home() {
        let what = "the home is another user's: git was not asked, which would run what it names";
        return vec![Finding::unknown(what)];
    }
    if !git_knows_authctl(context) {
        return vec![];
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
        let what = "no address is bound that git could be asked about";
        found.push(Finding::ok(what));
    }
    found
}

fn git_knows_authctl(context: &Context) -> bool {
    let mut git = child::command("git", &context.locations.secrets());
    // The repository in which authctl happens to be called has no say.
    git.current_dir("/");
    git.args(["config", "--get-regexp", r"^credential\..*helper$"]);
    let output = answer(&mut git, "");
    output.is_some_and(|output| output.stdout.contains("authctl"))
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
        .current_dir("/")
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
    let helpers = helpers_in(&output.stderr);
    let place = helpers.iter().position(|helper| helper.contains("authctl"));
    let is_answered = output.stdout.contains("password=");
    let first = helpers.first().map(|helper| named(helper));
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

/// How a helper is named: by its program. Its arguments, or its script, may hold a secret.
fn named(helper: &str) -> String {
    let word = helper.split_whitespace().next().unwrap_or_default();
    if word.contains(['(', '{', ';', '$', '=']) {
        return "a shell script".to_owned();
    }
    printable(word, 60)
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
