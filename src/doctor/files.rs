//! The files: the configuration, the directory of the sessions, records, and what was left behind.

use std::path::Path;

use super::{Finding, Grade, Patient};
use crate::platform::files;
use crate::platform::files::trust::{self, Distrust};
use crate::profile::Profile;
use crate::session::Context;
use crate::session::state::Recorded;
use crate::time::describe;

/// The configuration file.
pub(super) fn config(context: &Context) -> Vec<Finding> {
    let path = match context.locations.config() {
        Ok(path) => path.display().to_string(),
        Err(error) => return vec![Finding::of_error(&error.into())],
    };
    let mut found = vec![match context.config() {
        Err(error) => Finding::of_error(&error.into()),
        Ok(config) => match config.names().len() {
            0 => Finding::ok(format!("{path} has no profile yet")),
            1 => Finding::ok(format!("{path} has one profile")),
            count => Finding::ok(format!("{path} has {count} profiles")),
        },
    }];
    for variable in context.unread_log_variables() {
        found.push(Finding::warning(
            format!("{variable} is not understood, and does not count"),
            format!("unset {variable}, or see the files in the README"),
        ));
    }
    found
}

/// The directory of the sessions.
pub(super) fn state(context: &Context) -> Vec<Finding> {
    let path = match context.locations.state() {
        Ok(path) => path,
        Err(error) => return vec![Finding::of_error(&error.into())],
    };
    let shown = path.display();
    if std::fs::symlink_metadata(path).is_err() {
        return vec![missing(path)];
    }
    if !path.is_dir() {
        let fix = "set AUTHCTL_HOME to a directory of your own";
        return vec![Finding::fault(format!("{shown} is no directory"), fix)];
    }
    vec![match trust::check_own_directory(path) {
        Ok(()) => Finding::ok(format!("{shown} is private")),
        Err(Distrust::Foreign { user: 0 }) => Finding::ok(format!("{shown} is root's")),
        Err(why @ Distrust::Open) => Finding::fault(
            format!("{shown} is not believed: {why}"),
            format!("look whether everything in it is yours, then `chmod 700 {shown}`"),
        ),
        Err(why) => Finding::fault(
            format!("{shown} is not believed: {why}"),
            "set AUTHCTL_HOME to a directory of your own",
        ),
    }]
}

/// A directory that is made when it is needed, if it can be.
fn missing(path: &Path) -> Finding {
    let shown = path.display();
    let nearest = path
        .ancestors()
        .find(|path| std::fs::symlink_metadata(path).is_ok());
    match nearest {
        Some(nearest) if !nearest.is_dir() => Finding::fault(
            format!(
                "{shown} cannot be made: {} is no directory",
                nearest.display()
            ),
            "set AUTHCTL_HOME to a directory of your own",
        ),
        _ => Finding::ok(format!("{shown} is made at the first login")),
    }
}

/// Why the directory of the sessions cannot be looked into; `None` where it can.
pub(super) fn obstacle(context: &Context) -> Option<Finding> {
    if context.locations.state().is_err() {
        return Some(Finding::unknown("no directory of sessions is known"));
    }
    let is_fault = |found: &Finding| found.grade == Grade::Fault;
    let is_bad = state(context).iter().any(is_fault);
    is_bad.then(|| Finding::unknown("it needs a directory of sessions that is believed"))
}

/// Places in memory for a session that cannot be saved.
pub(super) fn salvage(context: &Context) -> Vec<Finding> {
    let places = &context.locations.salvage;
    let usable = places.iter().find(|place| files::is_safe_place(place));
    vec![match usable {
        Some(place) => Finding::ok(place.display().to_string()),
        None if places.is_empty() => {
            Finding::unknown("this system has no directory in memory that is looked for")
        }
        None => Finding::warning(
            "a session that cannot be saved on the disk would be lost: there is no directory in \
             memory for it",
            "set XDG_RUNTIME_DIR, or mount /dev/shm",
        ),
    }]
}

/// Files that processes which died have left.
pub(super) fn leftovers(context: &Context) -> Vec<Finding> {
    let state = match (obstacle(context), context.locations.state()) {
        (None, Ok(state)) => state,
        (obstacle, _) => return obstacle.into_iter().collect(),
    };
    let mut found = Vec::new();
    for name in names_in(state) {
        let path = state.join(&name);
        if name.contains(".corrupt-") {
            found.push(Finding::warning(
                format!("{} is a damaged record that was kept aside", path.display()),
                "remove it when nothing in it is of use: it may hold a token",
            ));
        }
        if let Some(profile) = name.strip_suffix(".pending") {
            found.extend(pending(context, profile));
        }
    }
    if found.is_empty() {
        found.push(Finding::ok("none"));
    }
    found
}

/// What a write-ahead file means.
fn pending(context: &Context, profile: &str) -> Option<Finding> {
    let store = context.record(profile).ok()?;
    let now = context.clock.now();
    if let Some(failed) = store.failed() {
        let left = failed.left(now)?;
        let what = format!(
            "{profile}: the last refresh failed ({}); the server is left alone for {}",
            failed.error,
            describe(left)
        );
        return Some(Finding::warning(
            what,
            format!("`authctl explain {profile}`"),
        ));
    }
    store.in_flight().then(|| {
        let what = format!("{profile}: a refresh is under way, or was interrupted");
        Finding::warning(what, format!("`authctl explain {profile}`"))
    })
}

fn names_in(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The log.
pub(super) fn log(context: &Context) -> Vec<Finding> {
    let state = match (obstacle(context), context.locations.state()) {
        (None, Ok(state)) => state,
        (obstacle, _) => return obstacle.into_iter().collect(),
    };
    vec![match crate::log::check(state) {
        Ok(None) => Finding::ok("nothing has happened yet"),
        Ok(Some(size)) => Finding::ok(format!("{} KiB", size.div_ceil(1024))),
        Err(error) => Finding::warning(
            format!("the log cannot be written: {error}"),
            "look at the owner and mode of `log.jsonl` beside the sessions",
        ),
    }]
}

/// The settings of a profile.
pub(super) fn profile(patient: &Patient<'_>) -> Vec<Finding> {
    let profile = patient.profile();
    let mut found = vec![Finding::ok(described(profile))];
    if let Err(error) = patient.session.secret_is_there() {
        found = vec![Finding::of_error(&error)];
    }
    for variable in crate::config::unused_variables(&profile.name) {
        found.push(Finding::warning(
            format!("{variable} does not count for a profile that has a name"),
            format!("write it into the profile, or unset {variable}"),
        ));
    }
    found
}

fn described(profile: &Profile) -> String {
    let server = profile.identity().server;
    let registration = profile.provider.registration;
    if profile.provider.facts().is_empty() {
        return format!("client {} of {server}", profile.client_id);
    }
    format!(
        "client {} of {server}; to register at {}: {registration}",
        profile.client_id, profile.provider.id
    )
}

/// The record of a profile.
pub(super) fn session(patient: &Patient<'_>) -> Vec<Finding> {
    if let Some(obstacle) = obstacle(patient.context) {
        return vec![obstacle];
    }
    let name = &patient.profile().name;
    let states = patient.context.states(Some(name));
    let Some(state) = states.ok().and_then(|states| states.into_iter().next()) else {
        return vec![Finding::unknown("its state cannot be told")];
    };
    let word = state.word(patient.context.clock.now());
    vec![match &state.recorded {
        Recorded::Unreadable(error) => {
            let fix = "check the file's owner and mode, and that its key can be had";
            Finding::fault(error.to_string(), fix)
        }
        Recorded::Nothing => Finding::ok(word),
        Recorded::Known(known) if !known.changed.is_empty() => Finding::warning(
            format!("{word}: {}", known.changed.join(", ")),
            format!("`authctl login {name}`, or put the profile back"),
        ),
        Recorded::Known(known) => {
            let refused = known.summary.header.refusal(patient.context.clock.now());
            match refused {
                Some(_) => Finding::warning(word, format!("`authctl explain {name}`")),
                None => Finding::ok(word),
            }
        }
    }]
}
