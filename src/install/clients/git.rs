//! git's configuration: `credential.URL.helper`, by `git config`, and a link to authctl.
//!
//! What authctl adds for a URL is noted in `credential.URL.authctl`, a setting that git ignores. So
//! what was there before is told from what is to be removed again.

use super::{quoted, tool_output};
use crate::config::{env, expand};
use crate::error::Error;
use crate::install::plan::{ClientPlan, Setup, refusal};
use crate::install::program::calls_authctl;
use crate::platform::child::Secrets;
use crate::profile::target::Target;

/// The beginning of every command that reads or writes the file that is changed.
const GIT: [&str; 3] = ["git", "config", "--global"];

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let mut urls = Vec::new();
    for host in setup.hosts {
        urls.extend(git_urls(host)?);
    }
    urls.sort();
    urls.dedup();
    let file = env::path("GIT_CONFIG_GLOBAL").unwrap_or_else(|| expand("~/.gitconfig"));
    let mut plan = ClientPlan {
        tool_file: Some(file),
        ..ClientPlan::default()
    };
    for url in &urls {
        let section = Section::read(setup, url)?;
        if setup.installs() {
            section.install(&mut plan)?;
        } else {
            section.remove(&mut plan);
        }
    }
    if setup.changes_shared() {
        // For users who write `credential.helper = authctl` themselves.
        plan.link(setup, setup.links, "git-credential-authctl")?;
    }
    Ok(plan)
}

/// The URLs by which git knows a host. git compares scheme, port and path letter by letter, and
/// takes `*` for one label of the host.
fn git_urls(host: &str) -> Result<Vec<String>, Error> {
    let scheme = host.split_once("://").map(|(scheme, _)| scheme);
    let rest = host.split_once("://").map_or(host, |(_, rest)| rest);
    let is_known_scheme = scheme.is_none_or(|scheme| ["http", "https"].contains(&scheme));
    if !is_known_scheme || !host.is_ascii() || !has_git_wildcards(rest) {
        return Err(refusal(
            format!("git has no way to name `{host}`"),
            "a `*` may stand for one label of a host, and for no port and no part of a path",
        ));
    }
    let rest = rest
        .trim_end_matches('*')
        .trim_end_matches('/')
        .to_ascii_lowercase();
    let is_loopback = Target::parse(&rest).is_some_and(|target| target.is_loopback());
    let schemes = match scheme {
        Some(scheme) => vec![scheme],
        None if is_loopback => vec!["https", "http"],
        None => vec!["https"],
    };
    Ok(schemes
        .iter()
        .map(|scheme| format!("{scheme}://{rest}"))
        .collect())
}

/// Whether git understands every `*` in a host with its path. One at the end of the path is left
/// out, because a path means everything below it.
fn has_git_wildcards(rest: &str) -> bool {
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let is_part_of_label = authority
        .split('.')
        .any(|label| label.contains('*') && label != "*");
    !is_part_of_label
        && authority != "*"
        && !authority.ends_with(":*")
        && !path.trim_end_matches('*').contains('*')
}

/// The values of a setting in the file that is changed.
fn global_values(secrets: &Secrets, name: &str) -> Result<Vec<String>, Error> {
    values(secrets, "--global", name)
}

/// The values of a setting in all files that git reads.
fn all_values(secrets: &Secrets, name: &str) -> Result<Vec<String>, Error> {
    values(secrets, "--includes", name)
}

fn values(secrets: &Secrets, scope: &str, name: &str) -> Result<Vec<String>, Error> {
    let words = ["git", "config", scope, "--get-all", name];
    let output = tool_output(secrets, &words)?.unwrap_or_default();
    let Some(lines) = output.strip_suffix('\n') else {
        return Ok(vec![]);
    };
    Ok(lines.split('\n').map(str::to_owned).collect())
}

/// The settings `credential.URL.*` of one URL.
struct Section<'a> {
    url: &'a str,
    secrets: &'a Secrets,
    /// The names of the settings.
    helper: String,
    use_http_path: String,
    mark: String,
    /// The value of the helper that authctl writes.
    command: String,
    /// The helpers that there are. An empty one takes back the helpers for all URLs.
    helpers: Vec<String>,
    /// What authctl has added, by the marks of an earlier installation.
    marks: Vec<String>,
}

impl<'a> Section<'a> {
    fn read(setup: &Setup<'a>, url: &'a str) -> Result<Self, Error> {
        let helper = format!("credential.{url}.helper");
        let mark = format!("credential.{url}.authctl");
        Ok(Self {
            url,
            secrets: setup.secrets,
            use_http_path: format!("credential.{url}.useHttpPath"),
            command: format!("!{} hook git", quoted(setup.program)?),
            helpers: global_values(setup.secrets, &helper)?,
            marks: global_values(setup.secrets, &mark)?,
            helper,
            mark,
        })
    }

    fn install(&self, plan: &mut ClientPlan) -> Result<(), Error> {
        self.refuse_other_helper()?;
        self.refuse_earlier_settings()?;
        if !self.is_current() {
            self.remove_commands(plan);
            if !self.helpers.iter().any(String::is_empty) {
                // Without it, a helper that stores passwords for all hosts would be shown the token
                // for this one.
                change(plan, &["--add", &self.mark, "helper"]);
                change(plan, &["--add", &self.helper, ""]);
            }
            change(plan, &["--add", &self.helper, &self.command]);
        }
        let has_path = self.url.splitn(4, '/').nth(3).is_some();
        if has_path && all_values(self.secrets, &self.use_http_path)?.is_empty() {
            change(plan, &["--add", &self.mark, "useHttpPath"]);
            change(plan, &[&self.use_http_path, "true"]);
        }
        Ok(())
    }

    /// Removes what authctl has added, and nothing that was there before.
    fn remove(&self, plan: &mut ClientPlan) {
        self.remove_commands(plan);
        if self.has_mark("helper") && self.helpers.iter().any(String::is_empty) {
            change(plan, &["--unset-all", &self.helper, "^$"]);
        }
        if self.has_mark("useHttpPath") {
            change(plan, &["--unset-all", &self.use_http_path]);
        }
        if !self.marks.is_empty() {
            change(plan, &["--unset-all", &self.mark]);
        }
    }

    fn has_mark(&self, name: &str) -> bool {
        self.marks.iter().any(|mark| mark == name)
    }

    /// Removes every helper that runs authctl, also under an earlier path.
    fn remove_commands(&self, plan: &mut ClientPlan) {
        let mut commands: Vec<&String> = self.helpers.iter().filter(|it| runs_hook(it)).collect();
        commands.dedup();
        for command in commands {
            change(
                plan,
                &["--fixed-value", "--unset-all", &self.helper, command],
            );
        }
    }

    /// Whether the helpers are already what would be written: an empty one, and then authctl.
    fn is_current(&self) -> bool {
        let commands = self.helpers.iter().filter(|value| !value.is_empty());
        self.helpers.first().is_some_and(String::is_empty) && commands.eq([&self.command])
    }

    fn refuse_other_helper(&self) -> Result<(), Error> {
        let mut known = all_values(self.secrets, &self.helper)?;
        known.extend(all_values(
            self.secrets,
            &format!("credential.{}/.helper", self.url),
        )?);
        let other = known
            .iter()
            .find(|value| !value.is_empty() && !runs_hook(value));
        match other {
            Some(other) => Err(refusal(
                format!("git already asks `{other}` for {}", self.url),
                "remove that first, if authctl is to answer instead",
            )),
            None => Ok(()),
        }
    }

    /// Refuses where git would add the helper to a section that stands before the helper for all
    /// hosts. That helper would then be shown the token.
    fn refuse_earlier_settings(&self) -> Result<(), Error> {
        if self.helpers.iter().any(|value| runs_hook(value))
            || !self.has_other_settings()?
            || global_values(self.secrets, "credential.helper")?.is_empty()
        {
            return Ok(());
        }
        Err(refusal(
            format!(
                "git has settings for {} already, which stand before its helper for all hosts",
                self.url
            ),
            "move them below `[credential] helper`, in the order in which git reads them",
        ))
    }

    /// Whether the section has settings that authctl does not write.
    fn has_other_settings(&self) -> Result<bool, Error> {
        let url = self.url.replace(['.', '*', '[', ']'], ".");
        let pattern = format!("^credential\\.{url}\\.");
        let command = [&GIT[..], &["--name-only", "--get-regexp", &pattern]].concat();
        let names = tool_output(self.secrets, &command)?.unwrap_or_default();
        Ok(names.lines().any(|name| {
            [&self.helper, &self.use_http_path, &self.mark]
                .iter()
                .all(|known| !known.eq_ignore_ascii_case(name))
        }))
    }
}

fn runs_hook(helper: &str) -> bool {
    calls_authctl(helper, "git")
}

/// Plans a change of the global configuration.
fn change(plan: &mut ClientPlan, words: &[&str]) {
    plan.run(&[&GIT[..], words].concat());
}
