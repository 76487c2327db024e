//! `authctl hook install` and `uninstall`: shows what would change on this machine, and changes it. Everything can be
//! undone, nothing is done twice, and what other people have put there stays.

mod edit;
mod recipe;

use std::path::Path;
use std::process::{Command, Stdio};

use edit::Way;
use recipe::{Change, Plan, RECIPES, Wish};

use super::super::{Run, answer};
use super::choice;
use crate::cli::HookInstallArgs;
use crate::config::expand;
use crate::error::{Error, ErrorKind};
use crate::hook::Row;
use crate::note;
use crate::provider::binding::Binding;
use crate::provider::target::Pattern;

/// Makes it so that a client asks us.
///
/// # Errors
/// Why it cannot be made so. Then nothing was changed, or what was is said.
pub fn install(run: &Run, args: &HookInstallArgs) -> Result<(), Error> {
    carry_out(run, args, Way::Make)
}

/// Makes it so that the client asks us no longer.
///
/// # Errors
/// As for [`install`].
pub fn uninstall(run: &Run, args: &HookInstallArgs) -> Result<(), Error> {
    carry_out(run, args, Way::Undo)
}

fn carry_out(run: &Run, args: &HookInstallArgs, way: Way) -> Result<(), Error> {
    let recipe = RECIPES.iter().find(|recipe| recipe.hook == args.hook).ok_or_else(|| {
        let message = format!("there is no hook `{}`", args.hook.escape_debug());
        Error::new(ErrorKind::Usage, message).hint("`authctl hook list` shows them")
    })?;
    if recipe.needs_host && args.host.is_empty() {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("{} asks about every host that it meets: which is ours?", args.hook),
        )
        .hint("`--host HOST`, or `--host https://HOST/PATH`"));
    }
    let profile = run.locations.profile(args.profile.as_deref())?;
    let binding = binding(args, &profile.name)?;
    let wish = Wish {
        token: binding.token,
        way,
        program: program()?,
        profile: &profile.name,
        hosts: &args.host,
        links: args.links.clone().unwrap_or_else(|| expand("~/.local/bin")),
        user: args.user.as_deref(),
        role: args.role_arn.as_deref(),
    };
    let plan = (recipe.plan)(&wish)?;
    let known = run.locations.read()?.bindings().contains(&binding);
    let binds = !binding.patterns.is_empty() && known != (way == Way::Make);
    let shown = show(run, &plan, binds.then_some(&binding), &wish);
    if args.dry_run {
        return answer(&shown);
    }
    if binds {
        match way {
            Way::Make => run.locations.write_binding(&binding)?,
            Way::Undo => run.locations.remove_binding(&binding)?,
        };
    }
    plan.changes.iter().try_for_each(|change| apply(change, &wish.program))?;
    shown.lines().for_each(|line| run.say(line));
    Ok(())
}

/// Who we are, by a path that stays: the one by which we were found.
fn program() -> Result<String, Error> {
    let path = std::env::current_exe().ok().and_then(|path| path.to_str().map(str::to_owned));
    path.ok_or_else(|| {
        Error::new(ErrorKind::Failed, "authctl's own path is not known").hint("is /proc there?")
    })
}

fn binding(args: &HookInstallArgs, profile: &str) -> Result<Binding, Error> {
    let pattern = |host: &String| {
        Pattern::parse(host).map(|pattern| (host.clone(), pattern)).ok_or_else(|| {
            Error::new(ErrorKind::Usage, format!("`{}` is no host", host.escape_debug()))
                .hint("git.example.com, or https://git.example.com/team")
        })
    };
    Ok(Binding {
        patterns: args.host.iter().map(pattern).collect::<Result<_, _>>()?,
        profile: Some(profile.to_owned()),
        hooks: vec![args.hook.clone()],
        username: args.username.clone(),
        token: args.token.as_deref().map(choice::kind).transpose()?,
        ..Binding::default()
    })
}

/// What changes, as a person reads it.
fn show(run: &Run, plan: &Plan, binding: Option<&Binding>, wish: &Wish<'_>) -> String {
    let mut text = String::new();
    let sign = if wish.way == Way::Make { '+' } else { '-' };
    if let Some(binding) = binding {
        let hosts: Vec<&str> = binding.patterns.iter().map(|(host, _)| host.as_str()).collect();
        text.push_str(&format!(
            "{}\n  {sign} [[match]] {} for {}: profile {}\n",
            run.locations.config.display(),
            hosts.join(", "),
            binding.hooks.join(", "),
            wish.profile
        ));
    }
    for change in &plan.changes {
        match change {
            Change::Text { path, before, after } => {
                text.push_str(&format!("{}\n", path.display()));
                difference(before, after).iter().for_each(|line| text.push_str(&format!("  {line}\n")));
            }
            Change::Run(words) => {
                let words: Vec<_> = words.iter().filter_map(|word| shlex::try_quote(word).ok()).collect();
                text.push_str(&format!("$ {}\n", words.join(" ")));
            }
            Change::Link(path) => text.push_str(&format!("{} -> {}\n", path.display(), wish.program)),
            Change::Unlink(path) => {
                text.push_str(&format!("{}\n  - the link to {}\n", path.display(), wish.program))
            }
        }
    }
    if text.is_empty() && plan.notes.is_empty() {
        text.push_str("nothing to change\n");
    }
    plan.notes.iter().for_each(|note| text.push_str(&format!("left to you: {note}\n")));
    text
}

/// The lines that differ: all our changes are in one place.
fn difference(before: &str, after: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let begin = old.iter().zip(&new).take_while(same).count();
    let rest = old.len().min(new.len()) - begin;
    let end = old.iter().rev().zip(new.iter().rev()).take_while(same).count().min(rest);
    let minus = old[begin..old.len() - end].iter().map(|line| format!("- {line}"));
    minus.chain(new[begin..new.len() - end].iter().map(|line| format!("+ {line}"))).collect()
}

fn apply(change: &Change, program: &str) -> Result<(), Error> {
    let failed = |path: &Path, error: std::io::Error| {
        Error::new(ErrorKind::Failed, format!("cannot change {}: {error}", path.display()))
            .hint("what was changed before it stays; do the same again, or `authctl hook uninstall`")
    };
    match change {
        Change::Text { path, after, .. } => parent(path)
            .and_then(|()| note::rewrite(path, after.as_bytes()))
            .map_err(|error| failed(path, error)),
        Change::Run(words) => {
            let status =
                Command::new(&words[0]).args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::null()).status();
            match status {
                Ok(status) if status.success() => Ok(()),
                other => {
                    let why = other.map_or_else(|error| error.to_string(), |status| status.to_string());
                    let message = format!("`{}` failed: {why}", words.join(" "));
                    Err(Error::new(ErrorKind::Failed, message)
                        .hint("see what it says; then do the same again"))
                }
            }
        }
        Change::Link(path) => {
            parent(path).and_then(|()| note::link(program, path)).map_err(|error| failed(path, error))
        }
        Change::Unlink(path) => note::unlink(path).map_err(|error| failed(path, error)),
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
    use crate::hook::HOOKS;

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
