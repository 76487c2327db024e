//! What has to change for git to ask us: by `git config`, and marked in a key of our own, so that
//! what was there before is told from what we have added.

use super::quoted;
use crate::error::Error;
use crate::install::edit::Way;
use crate::install::plan::{Plan, Planned, Wish, is_ours, refusal, run, says};
use crate::profile::target::Target;

const GIT: [&str; 3] = ["git", "config", "--global"];

pub fn git(wish: &Wish<'_>) -> Planned {
    let mut plan = Plan::default();
    let mut urls: Vec<String> = Vec::new();
    for host in wish.hosts {
        urls.extend(git_urls(host)?);
    }
    urls.sort();
    urls.dedup();
    urls.iter()
        .try_for_each(|url| git_helper(wish, &mut plan, url))?;
    if wish.shared() {
        // For those who write `credential.helper = authctl` themselves.
        plan.changes
            .extend(wish.link(wish.links.clone(), "git-credential-authctl")?);
    }
    Ok(plan)
}

/// git compares scheme, port and path letter by letter, but for `*` in the place of one label.
fn git_urls(host: &str) -> Result<Vec<String>, Error> {
    let (scheme, rest) = host
        .split_once("://")
        .map_or((None, host), |(scheme, rest)| (Some(scheme), rest));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let wild = authority
        .split('.')
        .any(|label| label.contains('*') && label != "*")
        || authority == "*";
    let odd = scheme.is_some_and(|scheme| !["http", "https"].contains(&scheme)) || !host.is_ascii();
    if wild || odd || authority.ends_with(":*") || path.trim_end_matches('*').contains('*') {
        let hint = "a `*` may stand for one label of a host, and for no port and no part of a path";
        return Err(refusal(
            format!("git asks for nothing by the name of `{host}`"),
            hint,
        ));
    }
    let rest = rest
        .trim_end_matches('*')
        .trim_end_matches('/')
        .to_ascii_lowercase();
    let loopback = Target::parse(&rest).is_some_and(|target| target.is_loopback());
    let schemes = match scheme {
        Some(scheme) => vec![scheme],
        None if loopback => vec!["https", "http"],
        None => vec!["https"],
    };
    Ok(schemes
        .iter()
        .map(|scheme| format!("{scheme}://{rest}"))
        .collect())
}

/// What git has in the file that we change, and in all that it reads.
fn git_values(key: &str, everywhere: bool) -> Result<Vec<String>, Error> {
    let scope = if everywhere { "--includes" } else { "--global" };
    let said = says(&["git", "config", scope, "--get-all", key])?.unwrap_or_default();
    Ok(said
        .strip_suffix('\n')
        .map_or(vec![], |said| said.split('\n').map(str::to_owned).collect()))
}

fn git_helper(wish: &Wish<'_>, plan: &mut Plan, url: &str) -> Result<(), Error> {
    let keys = ["helper", "useHttpPath", "authctl"].map(|name| format!("credential.{url}.{name}"));
    let [key, path, mark] = &keys;
    let mut git = |words: &[&str]| plan.changes.push(run(&[&GIT[..], words].concat()));
    let helper = format!("!{} hook git", quoted(&wish.program)?);
    let ours = |value: &String| is_ours(value, "git");
    let (values, marks) = (git_values(key, false)?, git_values(mark, false)?);
    if wish.way == Way::Undo {
        let mut known: Vec<&String> = values.iter().filter(|value| ours(value)).collect();
        known.dedup();
        known
            .iter()
            .for_each(|ours| git(&["--fixed-value", "--unset-all", key, ours]));
        // What is marked is ours as well, and what is not was there before.
        if marks.iter().any(|mark| mark == "helper") && values.iter().any(String::is_empty) {
            git(&["--unset-all", key, "^$"]);
        }
        if marks.iter().any(|mark| mark == "useHttpPath") {
            git(&["--unset-all", path]);
        }
        if !marks.is_empty() {
            git(&["--unset-all", mark]);
        }
        return Ok(());
    }
    let there = [
        git_values(key, true)?,
        git_values(&key.replace(".helper", "/.helper"), true)?,
    ]
    .concat();
    if let Some(other) = there.iter().find(|value| !value.is_empty() && !ours(value)) {
        let message = format!("git already asks `{other}` for {url}");
        return Err(refusal(
            message,
            "remove that first, if authctl is to answer instead",
        ));
    }
    let section = format!(
        "^credential\\.{}\\.",
        url.replace(['.', '*', '[', ']'], ".")
    );
    let names =
        says(&[&GIT[..], &["--name-only", "--get-regexp", &section]].concat())?.unwrap_or_default();
    let foreign = names
        .lines()
        .any(|name| keys.iter().all(|ours| !ours.eq_ignore_ascii_case(name)));
    if foreign && !values.iter().any(ours) && !git_values("credential.helper", false)?.is_empty() {
        // git would put ours into that section, before the helper for all hosts, which would then
        // see the token.
        let message = format!(
            "git has settings for {url} already, which stand before its helper for all hosts"
        );
        return Err(refusal(
            message,
            "move them below `[credential] helper`, in the order in which git reads them",
        ));
    }
    if !(values.first().is_some_and(String::is_empty)
        && values
            .iter()
            .filter(|value| !value.is_empty())
            .eq([&helper]))
    {
        let mut known: Vec<&String> = values.iter().filter(|value| ours(value)).collect();
        known.dedup();
        known
            .iter()
            .for_each(|ours| git(&["--fixed-value", "--unset-all", key, ours]));
        if !values.iter().any(String::is_empty) {
            // Without it, whatever stores passwords for all hosts would be shown this one's token.
            git(&["--add", mark, "helper"]);
            git(&["--add", key, ""]);
        }
        git(&["--add", key, &helper]);
    }
    let deep = url.splitn(4, '/').nth(3).is_some();
    if deep && git_values(path, true)?.is_empty() {
        git(&["--add", mark, "useHttpPath"]);
        git(&[path, "true"]);
    }
    Ok(())
}
