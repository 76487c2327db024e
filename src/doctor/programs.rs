//! Other copies of this program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Finding;
use crate::config::env;
use crate::hook::protocol::HOOKS;
use crate::platform::child::{self, Answer};
use crate::platform::{files, places};
use crate::session::Context;

/// How long another program may take to answer.
const LIMIT: Duration = Duration::from_secs(10);

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
        let shown = path.display();
        if !files::is_own_program(path) {
            found.push(Finding::warning(
                format!("{shown} may be another user's, and was not run"),
                "remove its directory from PATH, if it is no program of yours",
            ));
            continue;
        }
        let said = version_of(context, path);
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

pub(super) fn own_program() -> Option<PathBuf> {
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

pub(super) fn version_of(context: &Context, path: &Path) -> Option<String> {
    let mut command = child::command(path, &context.locations.secrets());
    let output = answer(command.arg("--version"), "")?;
    let version = output.stdout.trim().strip_prefix("authctl ")?;
    Some(crate::text::printable(version, 40))
}

/// Runs a command to its end, if that comes in time.
pub(super) fn answer(command: &mut Command, input: &str) -> Option<Answer> {
    child::answer(command, input, LIMIT)
}
