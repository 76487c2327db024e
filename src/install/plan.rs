//! What a client's recipe gets ([`Setup`]), and what it plans from that ([`ClientPlan`]).
//!
//! A recipe only reads. What it plans is carried out by `apply`, after everything that can be
//! refused.

use std::path::{Path, PathBuf};

use super::edit::{Direction, EditError, Edited, TextForm};
use super::program::is_authctl;
use crate::config::env;
use crate::error::{Error, ErrorKind};
use crate::oauth::want::TokenKind;
use crate::platform::child::Secrets;
use crate::platform::files;
use crate::platform::process::PROGRAM_ENDING;

/// How a client is to be set up.
pub struct Setup<'a> {
    /// Whether the client is told to ask authctl, or told no longer to.
    pub direction: Direction,
    /// Whether no address remains bound for this protocol. Then what all hosts share is removed,
    /// too.
    pub is_last: bool,
    /// The path of authctl, as it is written into the client's configuration.
    pub program: &'a str,
    /// The profile that answers.
    pub profile: &'a str,
    /// The hosts or URLs, as the user writes them.
    pub hosts: &'a [String],
    /// The directory of links to authctl, as an absolute path.
    pub links: &'a Path,
    /// Which token the client gets, if the user says so.
    pub token: Option<TokenKind>,
    /// What the client's own configuration calls its user or profile, if the client names one.
    pub user: Option<&'a str>,
    /// The role that the token is exchanged for, if it is exchanged.
    pub role: Option<&'a str>,
    /// The environment variables that the client's own tools are not given.
    pub secrets: &'a Secrets,
}

/// A change that authctl makes.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// A file's text is replaced.
    Text {
        /// The file.
        path: PathBuf,
        /// Its text now; empty if there is no file.
        before: String,
        /// Its text after the change.
        after: String,
    },
    /// The client's own tool is run, with these words.
    Run(Vec<String>),
    /// A link to authctl is made, under the name that the client looks for.
    Link(PathBuf),
    /// That link is removed.
    Unlink(PathBuf),
}

/// What a client's recipe plans.
#[derive(Debug, Default)]
pub struct ClientPlan {
    /// The changes, in this order.
    pub changes: Vec<Change>,
    /// What the user has to do besides.
    pub manual_steps: Vec<String>,
    /// The file that the client's own tool changes, where it is the tool that does.
    pub tool_file: Option<PathBuf>,
}

/// A refusal of a recipe. Recipes only read, so that nothing was changed.
pub fn refusal(message: String, hint: &str) -> Error {
    Error::new(ErrorKind::Failed, message).hint(format!("{hint}; nothing was changed"))
}

impl Setup<'_> {
    /// Whether the client is told to ask authctl.
    pub fn installs(&self) -> bool {
        self.direction == Direction::Install
    }

    /// Whether what all hosts share has to be installed or removed.
    pub fn changes_shared(&self) -> bool {
        self.installs() || self.is_last
    }

    /// The hosts with their ports, without scheme and path: `git.example.com:8443`.
    pub fn authorities(&self) -> Vec<&str> {
        self.hosts.iter().map(|host| authority(host)).collect()
    }

    /// The hosts, for clients that know no paths and no schemes.
    ///
    /// # Errors
    /// When one of them is a URL with a path or another scheme than `https`, or is not ASCII.
    pub fn plain_hosts(&self) -> Result<Vec<&str>, Error> {
        if self.hosts.iter().any(|host| has_path(host)) {
            return Err(refusal(
                "this client knows hosts, and no paths".to_owned(),
                "give the host alone",
            ));
        }
        if let Some(host) = self.hosts.iter().find(|host| !is_plain(host)) {
            return Err(refusal(
                format!("`{host}` is not how this client writes a host"),
                "give it in ASCII, without a scheme",
            ));
        }
        Ok(self.authorities())
    }

    /// The hosts, for clients that know no wildcards either.
    ///
    /// # Errors
    /// When one of them is not a plain host, or has a wildcard.
    pub fn literal_hosts(&self) -> Result<Vec<&str>, Error> {
        let hosts = self.plain_hosts()?;
        if self.hosts.iter().any(|host| host.contains('*')) {
            return Err(refusal(
                "this client knows no wildcards".to_owned(),
                "give each host",
            ));
        }
        Ok(hosts)
    }
}

/// The host and the port of a host or URL.
fn authority(host: &str) -> &str {
    let rest = host.split_once("://").map_or(host, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

fn has_path(host: &str) -> bool {
    let rest = host.split_once("://").map_or(host, |(_, rest)| rest);
    rest.split_once('/')
        .is_some_and(|(_, path)| !path.is_empty())
}

fn is_plain(host: &str) -> bool {
    let scheme = host.split_once("://").map(|(scheme, _)| scheme);
    host.is_ascii() && scheme.is_none_or(|scheme| scheme == "https")
}

impl ClientPlan {
    /// Plans the change of a file's text, if `edit` changes it.
    ///
    /// # Errors
    /// When the file cannot be read, or `edit` refuses.
    pub fn edit_file(
        &mut self,
        setup: &Setup<'_>,
        path: PathBuf,
        edit: impl FnOnce(&str, Direction) -> Edited,
    ) -> Result<(), Error> {
        let before = read_or_empty(&path)?;
        let form = TextForm::of(&before);
        let text = form.remove(&before);
        let edited = edit(&text, setup.direction).map_err(|error| edit_refusal(&path, error))?;
        if edited != text {
            self.changes.push(Change::Text {
                path,
                after: form.restore(&edited),
                before,
            });
        }
        Ok(())
    }

    /// Plans a link to authctl, or its removal. A file or link of another program stays.
    ///
    /// # Errors
    /// When the link is to be made and another program's file or link is in its place.
    pub fn link(&mut self, setup: &Setup<'_>, directory: &Path, name: &str) -> Result<(), Error> {
        let path = directory.join(format!("{name}{PROGRAM_ENDING}"));
        let target = files::link_target(&path);
        let target = target.as_deref();
        let is_current = target.is_some_and(|target| target.as_os_str() == setup.program);
        let is_authctls = is_current || target.is_some_and(is_authctl);
        let exists = std::fs::symlink_metadata(&path).is_ok();
        if setup.installs() && exists && !is_authctls {
            return Err(refusal(
                format!(
                    "cannot create {}: it is there, and is not authctl's",
                    path.display()
                ),
                "put the link elsewhere with `--links DIR`, in a directory that comes first in \
                 PATH",
            ));
        }
        if setup.installs() && !is_current {
            self.changes.push(Change::Link(path));
        } else if !setup.installs() && is_authctls {
            self.changes.push(Change::Unlink(path));
        }
        Ok(())
    }

    /// Plans a link in the directory of links, and a manual step if that is not in PATH.
    ///
    /// # Errors
    /// When the link is to be made and another program's file or link is in its place.
    pub fn link_in_path(&mut self, setup: &Setup<'_>, name: &str) -> Result<(), Error> {
        self.link(setup, setup.links, name)?;
        let is_in_path = env::search_path().contains(&setup.links.to_owned());
        if setup.installs() && !is_in_path {
            self.manual_steps.push(format!(
                "add {} to PATH, where {name} is looked for",
                setup.links.display()
            ));
        }
        Ok(())
    }

    /// Refuses a plan that changes something in the place of another user. The clients' variables
    /// (`KUBECONFIG`, `GIT_CONFIG_GLOBAL`) may name such a place, and what runs as root follows
    /// that user's links.
    pub(super) fn refuse_other_places(&self) -> Result<(), Error> {
        for change in &self.changes {
            match change {
                Change::Text { path, .. } | Change::Link(path) | Change::Unlink(path) => {
                    refuse_other_place(path)?;
                }
                Change::Run(_) => {}
            }
        }
        self.tool_file.as_deref().map_or(Ok(()), refuse_other_place)
    }

    /// Plans a run of the client's own tool.
    pub fn run(&mut self, words: &[&str]) {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        self.changes.push(Change::Run(words));
    }
}

/// The text of a client's file; empty if there is none.
///
/// # Errors
/// When it cannot be read, or lies in the place of another user.
pub fn read_or_empty(path: &Path) -> Result<String, Error> {
    refuse_other_place(path)?;
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(refusal(
            format!("cannot read {}: {error}", path.display()),
            "check its owner and mode",
        )),
    }
}

/// Refuses a file in the place of another user: what root reads there by a path, that user chooses,
/// and what root writes there, that user reads.
fn refuse_other_place(path: &Path) -> Result<(), Error> {
    if !files::is_lent(path) {
        return Ok(());
    }
    let message = format!(
        "root changes nothing in the place of another user: {}",
        path.display()
    );
    Err(Error::new(ErrorKind::Config, message).hint("run it as that user, without sudo"))
}

fn edit_refusal(path: &Path, error: EditError) -> Error {
    match error {
        EditError::Unreadable => refusal(
            format!(
                "cannot change {}: it is not what its program could read",
                path.display()
            ),
            "correct it first",
        ),
        EditError::OtherValue(other) => refusal(
            format!("{} already has `{other}`", path.display()),
            "remove that first, if authctl is to answer instead",
        ),
    }
}
