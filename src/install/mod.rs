//! `authctl hook install` and `uninstall`: shows what would change on this machine, and changes it.
//! Everything can be undone, nothing is done twice, and what other people have put there stays.

mod bindings;

mod clients;
mod edit;
mod ini;
mod plan;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use bindings::{self as bound, Fate};
use edit::Way;
use plan::{Change, Plan, Planned, Wish};

use crate::cli::HookInstallArgs;
use crate::config::{env, expand};
use crate::error::{Error, ErrorKind};
use crate::hook::protocol::Row;
use crate::platform::files;
use crate::platform::lock::acquire_briefly;
use crate::profile::binding::Binding;
use crate::profile::target::Pattern;
use crate::session::Context;

/// How a protocol is installed.
pub struct Recipe {
    /// The protocol's name.
    pub hook: &'static str,
    /// Whether its callers ask about every host that they meet, so that ours have to be named.
    pub needs_host: bool,
    /// What has to change.
    pub plan: fn(&Wish<'_>) -> Planned,
}

const fn recipe(hook: &'static str, needs_host: bool, plan: fn(&Wish<'_>) -> Planned) -> Recipe {
    Recipe {
        hook,
        needs_host,
        plan,
    }
}

/// How each protocol is installed.
pub const RECIPES: &[Recipe] = &[
    recipe("aws", false, clients::aws),
    recipe("bazel", true, clients::bazel),
    recipe("cargo", true, clients::cargo),
    recipe("docker", true, clients::docker),
    recipe("git", true, clients::git::git),
    recipe("go", true, clients::go),
    recipe("google", false, |wish| {
        let place = "in the credential configuration, as credential_source.executable.command, \
            with \
                     GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 in the environment";
        noted(wish, place, "google", "")
    }),
    recipe("headers", false, |wish| {
        noted(wish, "as the client's headersHelper", "headers", "")
    }),
    recipe("keyring", true, clients::keyring),
    recipe("kubectl", false, clients::kubectl),
    recipe("kubelet", true, clients::kubelet),
    recipe("nuget", true, clients::nuget),
    recipe("oauthbearer", false, |wish| {
        let more = " --server HOST --port PORT --username ADDRESS";
        noted(
            wish,
            "where the mail program runs a command for the response",
            "oauthbearer",
            more,
        )
    }),
    recipe("pnpm", true, clients::pnpm),
    recipe("terraform", true, clients::terraform),
    recipe("token", false, |wish| {
        noted(
            wish,
            "where the program runs a command and reads a token",
            "token",
            "",
        )
    }),
    recipe("vault", true, clients::vault),
    recipe("xoauth2", false, |wish| {
        let place = "where the mail program runs a command for the response (msmtp and mutt make \
            that themselves, and \
                     want the hook `token`)";
        noted(wish, place, "xoauth2", " --username ADDRESS")
    }),
];

/// For those whose configuration is no file that we know, or is written by hand in any case.
#[expect(clippy::unnecessary_wraps, reason = "the other recipes can fail")]
fn noted(wish: &Wish<'_>, place: &str, hook: &str, more: &str) -> Planned {
    let note = format!(
        "{place}: {} hook {hook} --profile {}{more}",
        wish.program, wish.profile
    );
    Ok(Plan {
        notes: if wish.makes() { vec![note] } else { vec![] },
        ..Plan::default()
    })
}

/// What an installation has done, as a person reads it.
pub enum Outcome {
    /// What would change. Nothing was changed.
    Planned(String),
    /// What was changed.
    Changed(String),
}

/// Makes it so that a client asks us.
///
/// # Errors
/// Why it cannot be made so. Then nothing was changed, or what was is said.
pub fn install(context: &Context, args: &HookInstallArgs) -> Result<Outcome, Error> {
    carry_out(context, args, Way::Make)
}

/// Makes it so that the client asks us no longer.
///
/// # Errors
/// As for [`install`].
pub fn uninstall(context: &Context, args: &HookInstallArgs) -> Result<Outcome, Error> {
    carry_out(context, args, Way::Undo)
}

fn carry_out(context: &Context, args: &HookInstallArgs, way: Way) -> Result<Outcome, Error> {
    let recipe = RECIPES
        .iter()
        .find(|recipe| recipe.hook == args.hook)
        .ok_or_else(|| {
            let message = format!("there is no hook `{}`", args.hook.escape_debug());
            Error::new(ErrorKind::Usage, message).hint("`authctl hook list` shows them")
        })?;
    if way == Way::Make && recipe.needs_host && args.host.is_empty() {
        let message = format!(
            "{} asks about every host that it meets: which is ours?",
            args.hook
        );
        return Err(Error::new(ErrorKind::Usage, message)
            .hint("`--host HOST`, or `--host https://HOST/PATH`"));
    }
    // Two at once would each lose what the other has written.
    let _lock = (!args.dry_run).then(|| lock(context)).transpose()?;
    let config = context.locations.read()?;
    let bindings = config.bindings();
    let profile = match (&args.profile, way) {
        // One that is gone may have left something; and what is bound says for whom.
        (Some(name), Way::Undo) => name.clone(),
        (None, Way::Undo) => match bound::only_profile(bindings, args) {
            Some(name) => name,
            None => context.locations.profile(None)?.name,
        },
        (name, Way::Make) => context.locations.profile(name.as_deref())?.name,
    };
    let binding = bound::binding(args, &profile, bindings, way)?;
    if way == Way::Make {
        bound::refuse_others(bindings, &binding)?;
    }
    let left = bound::left(bindings, &binding);
    let needed = |pattern: &Pattern| {
        left.iter().any(|left| {
            left.is_beside(pattern) || args.hook == "bazel" && left.host() == pattern.host()
        })
    };
    // What is still bound for this protocol when ours is gone needs what it has.
    let hosts = binding
        .patterns
        .iter()
        .filter(|(_, pattern)| way == Way::Make || !needed(pattern));
    let hosts: Vec<String> = hosts.map(|(host, _)| host.clone()).collect();
    let wish = Wish {
        way,
        last: left.is_empty(),
        program: program()?,
        profile: &profile,
        hosts: &hosts,
        links: std::path::absolute(args.links.clone().unwrap_or_else(|| expand("~/.local/bin")))
            .map_err(|error| Error::new(ErrorKind::Usage, format!("--links: {error}")))?,
        token: binding.token,
        user: args.user.as_deref(),
        role: args.role_arn.as_deref(),
    };
    let plan = (recipe.plan)(&wish)?;
    let fate = bound::fate(bindings, &binding, way);
    let shown = show(
        context,
        &plan,
        (fate != Fate::AsItWas).then_some(&binding),
        &wish,
    );
    if args.dry_run {
        return Ok(Outcome::Planned(shown));
    }
    bound::write(context, bindings, &binding, fate)?;
    plan.changes
        .iter()
        .try_for_each(|change| apply(change, &wish.program))?;
    Ok(Outcome::Changed(shown))
}

/// How long one installation waits for another.
const PATIENCE: Duration = Duration::from_secs(10);

fn lock(context: &Context) -> Result<std::fs::File, Error> {
    let path = context.locations.state.join(".hooks").join("install.lock");
    acquire_briefly(&path, PATIENCE).map_err(|error| {
        let message = format!("cannot lock {}: {error}", path.display());
        Error::new(ErrorKind::TryAgain, message).hint("is another installation under way?")
    })
}

/// Who we are, by the path under which we were found: behind a link of that name may be another
/// version tomorrow.
fn program() -> Result<String, Error> {
    let real = std::env::current_exe()
        .ok()
        .and_then(|path| std::fs::canonicalize(path).ok());
    let called = std::env::args_os()
        .next()
        .map(PathBuf::from)
        .filter(|path| path.file_stem().is_some_and(|stem| stem == "authctl"));
    let found = called.and_then(|called| match called.components().count() {
        1 => std::env::split_paths(&env::path("PATH")?)
            .filter_map(|directory| std::path::absolute(directory.join(&called)).ok())
            .find(|path| path.is_file()),
        _ => std::path::absolute(called).ok(),
    });
    let same = found.filter(|found| std::fs::canonicalize(found).ok() == real);
    same.or(real)
        .and_then(|path| path.to_str().map(str::to_owned))
        .ok_or_else(|| {
            Error::new(ErrorKind::Failed, "authctl's own path is not known")
                .hint("call it by its whole path")
        })
}

/// What changes, as a person reads it.
fn show(context: &Context, plan: &Plan, binding: Option<&Binding>, wish: &Wish<'_>) -> String {
    let mut text = String::new();
    let sign = if wish.way == Way::Make { '+' } else { '-' };
    if let Some(binding) = binding {
        let hosts: Vec<&str> = binding
            .patterns
            .iter()
            .map(|(host, _)| host.as_str())
            .collect();
        text.push_str(&format!(
            "{}\n  {sign} [[match]] {} for {}: profile {}\n",
            context.locations.config.display(),
            hosts.join(", "),
            binding.hooks.join(", "),
            wish.profile
        ));
    }
    for change in &plan.changes {
        match change {
            Change::Text {
                path,
                before,
                after,
            } => {
                text.push_str(&format!("{}\n", path.display()));
                difference(before, after)
                    .iter()
                    .for_each(|line| text.push_str(&format!("  {line}\n")));
            }
            Change::Run(words) => {
                let words: Vec<_> = words
                    .iter()
                    .filter_map(|word| shlex::try_quote(word).ok())
                    .collect();
                text.push_str(&format!("$ {}\n", words.join(" ")));
            }
            Change::Link(path) => {
                text.push_str(&format!("{} -> {}\n", path.display(), wish.program))
            }
            Change::Unlink(path) => text.push_str(&format!(
                "{}\n  - the link to {}\n",
                path.display(),
                wish.program
            )),
        }
    }
    if text.is_empty() && plan.notes.is_empty() {
        text.push_str("nothing to change\n");
    }
    plan.notes
        .iter()
        .for_each(|note| text.push_str(&format!("left to you: {note}\n")));
    text
}

/// The lines that differ: all our changes are in one place.
fn difference(before: &str, after: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let begin = old.iter().zip(&new).take_while(same).count();
    let rest = old.len().min(new.len()) - begin;
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(same)
        .count()
        .min(rest);
    let minus = old[begin..old.len() - end]
        .iter()
        .map(|line| format!("- {line}"));
    minus
        .chain(
            new[begin..new.len() - end]
                .iter()
                .map(|line| format!("+ {line}")),
        )
        .collect()
}

fn apply(change: &Change, program: &str) -> Result<(), Error> {
    let failed = |path: &Path, error: std::io::Error| {
        Error::new(
            ErrorKind::Failed,
            format!("cannot change {}: {error}", path.display()),
        )
        .hint("what was changed before it stays; do the same again, or `authctl hook uninstall`")
    };
    match change {
        Change::Text {
            path,
            before,
            after,
        } => parent(path)
            .and_then(|()| match std::fs::read_to_string(path) {
                Ok(now) if now != *before => {
                    Err(std::io::Error::other("somebody has changed it meanwhile"))
                }
                _ => Ok(()),
            })
            .and_then(|()| files::replace_keeping_mode(path, after.as_bytes()))
            .map_err(|error| failed(path, error)),
        Change::Run(words) => {
            let status = Command::new(&words[0])
                .args(&words[1..])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .status();
            match status {
                Ok(status) if status.success() => Ok(()),
                other => {
                    let why =
                        other.map_or_else(|error| error.to_string(), |status| status.to_string());
                    let message = format!("`{}` failed: {why}", words.join(" "));
                    Err(Error::new(ErrorKind::Failed, message)
                        .hint("see what it says; then do the same again"))
                }
            }
        }
        Change::Link(path) => parent(path)
            .and_then(|()| files::link(program, path))
            .map_err(|error| failed(path, error)),
        Change::Unlink(path) => files::unlink(path).map_err(|error| failed(path, error)),
    }
}

fn parent(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)
}

/// The names of the protocols that can be installed: all of them.
#[must_use]
pub fn covers(row: &Row) -> bool {
    RECIPES.iter().any(|recipe| recipe.hook == row.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::protocol::HOOKS;

    #[test]
    fn every_protocol_has_its_recipe() {
        assert!(HOOKS.iter().all(covers));
        assert_eq!(RECIPES.len(), HOOKS.len());
    }

    #[test]
    fn what_differs_is_shown() {
        assert_eq!(difference("a\nb\nc\n", "a\nx\nc\n"), ["- b", "+ x"]);
        assert_eq!(difference("", "a\n"), ["+ a"]);
        assert_eq!(difference("a\na\n", "a\na\na\n"), ["+ a"]);
    }
}
