//! How the protocols are installed: a table, and what its rows are made with. `clients` has the
//! rows whose client keeps a configuration that can be changed for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::edit::{Changed, Refused, Way};
use crate::config::{env, expand};
use crate::error::{Error, ErrorKind};
use crate::oauth::want::TokenKind;

/// What to install.
pub struct Wish<'a> {
    /// Whether to make or to undo it.
    pub way: Way,
    /// Whether nothing else is bound for this protocol any more: then what all hosts share is
    /// undone, too.
    pub last: bool,
    /// Our own path.
    pub program: String,
    /// The profile.
    pub profile: &'a str,
    /// The hosts or URLs, as they are written.
    pub hosts: &'a [String],
    /// Where links of ours go: a whole path.
    pub links: PathBuf,
    /// Which token, if somebody says so.
    pub token: Option<TokenKind>,
    /// kubectl: the name of the user; aws: that of the profile there.
    pub user: Option<&'a str>,
    /// aws: the role.
    pub role: Option<&'a str>,
}

/// Something that changes.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// A file's text.
    Text {
        /// Which.
        path: PathBuf,
        /// As it is.
        before: String,
        /// As it will be.
        after: String,
    },
    /// A client's own tool does it.
    Run(Vec<String>),
    /// A link to us, under the name that the client looks for.
    Link(PathBuf),
    /// That link no longer.
    Unlink(PathBuf),
}

/// Everything that changes, and what is left to the person.
#[derive(Debug, Default)]
pub struct Plan {
    /// In this order.
    pub changes: Vec<Change>,
    /// What to do besides.
    pub notes: Vec<String>,
}

/// A plan, or why there is none.
pub type Planned = Result<Plan, Error>;

/// A refusal. Plans only read, so that nothing was changed.
pub fn refusal(message: String, hint: &str) -> Error {
    Error::new(ErrorKind::Failed, message).hint(format!("{hint}; nothing was changed"))
}

/// Whether a command in somebody's configuration is one of ours, wherever authctl was when it was
/// written.
#[must_use]
pub fn is_ours(command: &str, hook: &str) -> bool {
    let words = shlex::split(command.trim_start_matches('!')).unwrap_or_default();
    let [program, verb, name, ..] = words.as_slice() else {
        return false;
    };
    is_authctl(Path::new(program)) && verb == "hook" && name == hook
}

/// Whether a path looks like one of ours: a release's name may have its version in it.
fn is_authctl(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| {
            name.strip_prefix("authctl")
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
        })
}

impl Wish<'_> {
    /// Whether it is made and not undone.
    #[must_use]
    pub fn makes(&self) -> bool {
        self.way == Way::Make
    }

    /// Whether what all hosts share has to change.
    #[must_use]
    pub fn shared(&self) -> bool {
        self.makes() || self.last
    }

    /// The change of a file's text, if there is one.
    ///
    /// # Errors
    /// When it cannot be read, or not changed.
    pub fn text(
        &self,
        path: PathBuf,
        edit: impl FnOnce(&str, Way) -> Changed,
    ) -> Result<Option<Change>, Error> {
        let before = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| {
                refusal(
                    format!("cannot read {}: {error}", path.display()),
                    "check its owner and mode",
                )
            })?,
        };
        let (mark, text) = before
            .strip_prefix('\u{feff}')
            .map_or(("", before.as_str()), |text| ("\u{feff}", text));
        // Where lines end in both ways, ours is only one more.
        let windows =
            text.contains("\r\n") && text.matches('\n').count() == text.matches("\r\n").count();
        let plain = if windows {
            text.replace("\r\n", "\n")
        } else {
            text.to_owned()
        };
        match edit(&plain, self.way) {
            Ok(after) if after == plain => Ok(None),
            Ok(after) => {
                let after = if windows {
                    after.replace('\n', "\r\n")
                } else {
                    after
                };
                Ok(Some(Change::Text {
                    path,
                    after: format!("{mark}{after}"),
                    before,
                }))
            }
            Err(Refused::Unreadable) => Err(refusal(
                format!("{} is not what its program could read", path.display()),
                "mend it first",
            )),
            Err(Refused::Taken(other)) => Err(refusal(
                format!("{} already has `{other}`", path.display()),
                "remove that first, if authctl is to answer instead",
            )),
        }
    }

    /// A link of ours, if it has to change. What somebody else has put there is not ours to
    /// replace.
    ///
    /// # Errors
    /// When something else is there.
    pub fn link(&self, directory: PathBuf, name: &str) -> Result<Option<Change>, Error> {
        let path = directory.join(name);
        let target = std::fs::read_link(&path).ok();
        let right = target
            .as_ref()
            .is_some_and(|target| target.as_os_str() == self.program.as_str());
        let ours = right || target.is_some_and(|target| is_authctl(&target));
        let there = std::fs::symlink_metadata(&path).is_ok();
        match self.way {
            Way::Make if there && !ours => Err(refusal(
                format!("{} is there, and is not authctl's", path.display()),
                "put the link elsewhere with `--links DIR`, in a directory that comes first in \
                 PATH",
            )),
            Way::Make => Ok((!right).then_some(Change::Link(path))),
            Way::Undo => Ok(ours.then_some(Change::Unlink(path))),
        }
    }

    /// A link in the usual place, and a word where that is not on the path.
    ///
    /// # Errors
    /// As for [`Wish::link`].
    pub fn on_path(&self, plan: &mut Plan, name: &str) -> Result<(), Error> {
        plan.changes.extend(self.link(self.links.clone(), name)?);
        let path = env::path("PATH").unwrap_or_default();
        if self.makes() && !std::env::split_paths(&path).any(|directory| directory == self.links) {
            plan.notes.push(format!(
                "{} has to be in PATH, where {name} is looked for",
                self.links.display()
            ));
        }
        Ok(())
    }

    /// `git.example.com:8443`, without scheme and path.
    #[must_use]
    pub fn authorities(&self) -> Vec<&str> {
        let bare = |host: &String| host.find("://").map_or(0, |at| at + 3);
        self.hosts
            .iter()
            .map(|host| host[bare(host)..].split('/').next().unwrap_or_default())
            .collect()
    }

    /// The same, for clients that name nothing else and know no wildcards.
    ///
    /// # Errors
    /// When one of them is more than a host.
    pub fn plain_hosts(&self, wildcards: bool) -> Result<Vec<&str>, Error> {
        let deep = |host: &String| {
            host.splitn(4, '/')
                .nth(if host.contains("://") { 3 } else { 1 })
                .is_some_and(|path| !path.is_empty())
        };
        if self.hosts.iter().any(deep) {
            return Err(refusal(
                "this client names hosts, and no paths".to_owned(),
                "give the host alone",
            ));
        }
        let odd = |host: &String| {
            !host.is_ascii()
                || host
                    .split_once("://")
                    .is_some_and(|(scheme, _)| scheme != "https")
        };
        if let Some(host) = self.hosts.iter().find(|host| odd(host)) {
            return Err(refusal(
                format!("`{host}` is not how this client writes a host"),
                "give it in ASCII, without a scheme",
            ));
        }
        if !wildcards && self.hosts.iter().any(|host| host.contains('*')) {
            return Err(refusal(
                "this client knows no wildcards".to_owned(),
                "give each host",
            ));
        }
        Ok(self.authorities())
    }

    /// A file of the client's, below a directory that a variable may name.
    #[must_use]
    pub fn home(&self, variable: &str, otherwise: &str, name: &str) -> PathBuf {
        env::path(variable)
            .unwrap_or_else(|| expand(otherwise))
            .join(name)
    }
}

/// What a client's own tool says; `None` if it says no.
///
/// # Errors
/// When it is not there.
pub fn says(words: &[&str]) -> Result<Option<String>, Error> {
    let [program, args @ ..] = words else {
        return Ok(None);
    };
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let output = output.map_err(|error| {
        refusal(
            format!("cannot run {program}: {error}"),
            "it is the client's own tool that changes its configuration",
        )
    })?;
    Ok(output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// A command of the client's own tool.
#[must_use]
pub fn run(words: &[&str]) -> Change {
    Change::Run(words.iter().map(|&word| word.to_owned()).collect())
}
