//! Carries a plan out: first the bindings in authctl's own configuration, then the client's changes
//! in their order.
//!
//! Deliberately absent: a way back from the middle. A change that was made stays, and the same
//! command makes the rest.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::plan::Change;
use super::{Direction, Plan, ResolvedRequest, bindings, made};
use crate::error::{Error, ErrorKind};
use crate::platform::child::{self, Secrets};
use crate::platform::files;
use crate::platform::lock::acquire_briefly;
use crate::session::Context;

/// How long an installation waits for another one to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps other installations out for as long as the file lives.
///
/// # Errors
/// When another installation does not end, or the file cannot be locked.
pub fn lock(context: &Context) -> Result<File, Error> {
    let path = context
        .locations
        .state()?
        .join(".hooks")
        .join("install.lock");
    acquire_briefly(&path, PATIENCE).map_err(|error| {
        let message = format!("cannot lock {}: {error}", path.display());
        Error::new(ErrorKind::TryAgain, message)
            .hint("another `authctl hook install` may be running")
    })
}

/// Makes the changes.
///
/// # Errors
/// When one of them fails. What was changed before it stays.
pub fn apply(context: &Context, resolved: &ResolvedRequest<'_>, plan: &Plan) -> Result<(), Error> {
    // The clients' own tools make files, too.
    files::let_no_others_write();
    bindings::write(
        context,
        resolved.config.bindings(),
        &plan.binding,
        plan.binding_change,
    )?;
    let secrets = context.locations.secrets();
    if plan.direction == Direction::Install {
        made::note(context, &plan.client);
    }
    for change in &plan.client.changes {
        make(change, &plan.program, &secrets)?;
    }
    if plan.direction == Direction::Remove {
        made::clean_up(context, &plan.client);
    }
    Ok(())
}

/// Makes one change.
pub fn make(change: &Change, program: &str, secrets: &Secrets) -> Result<(), Error> {
    let (path, made) = match change {
        Change::Text {
            path,
            before,
            after,
        } => (path, rewrite(path, before, after)),
        Change::Run(words) => return run(words, secrets),
        Change::Link(path) => (path, link(program, path)),
        Change::Unlink(path) => (path, files::unlink(path)),
    };
    made.map_err(|error| {
        let message = format!("cannot change {}: {error}", path.display());
        Error::new(ErrorKind::Failed, message)
            .hint("earlier changes stay; run the same command again, or `authctl hook uninstall`")
    })
}

/// Replaces a file's text, if it is still the one that the plan was made from.
fn rewrite(path: &Path, before: &str, after: &str) -> io::Result<()> {
    create_parent(path)?;
    if std::fs::read_to_string(path).is_ok_and(|now| now != before) {
        return Err(io::Error::other("another program has changed it meanwhile"));
    }
    files::replace_keeping_mode(path, after.as_bytes())
}

fn link(program: &str, path: &Path) -> io::Result<()> {
    create_parent(path)?;
    files::link(program, path)
}

fn create_parent(path: &Path) -> io::Result<()> {
    path.parent()
        .map_or(Ok(()), files::create_readable_directory)
}

/// Runs the client's own tool. Its messages go to stderr.
fn run(words: &[String], secrets: &Secrets) -> Result<(), Error> {
    let status = child::command(&words[0], secrets)
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    let why = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    let message = format!("`{}` failed: {why}", words.join(" "));
    Err(Error::new(ErrorKind::Failed, message)
        .hint("read its messages, and run the same command again"))
}
