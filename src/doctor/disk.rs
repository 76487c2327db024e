//! The file system of the sessions, by trying what a refresh does there: on files of a name of
//! their own, which are removed at once.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Finding;
use super::files::obstacle;
use crate::platform::{child, files, lock, process};
use crate::session::Context;

/// The word that starts the other process which tries to have a lock that this one holds. No verb
/// for people: it does nothing with a file of another name than this check's.
pub const VERB: &str = "try-lock";

/// What the files of this check are called.
const PREFIX: &str = ".authctl-doctor-";

/// How much room a session is given, in bytes.
const ROOM: u64 = 64 << 10;

/// How long the other process may take.
const LIMIT: Duration = Duration::from_secs(10);

/// A write that takes longer than this makes every refresh slow.
const SLOW: Duration = Duration::from_secs(1);

/// The exit codes of the other process.
const REFUSED: u8 = 10;
const GRANTED: u8 = 11;

/// A directory of this check's own beside the sessions; `Err` says why there is none.
fn place(context: &Context) -> Result<tempfile::TempDir, Finding> {
    if let Some(obstacle) = obstacle(context) {
        return Err(obstacle);
    }
    let Ok(state) = context.locations.state() else {
        return Err(Finding::unknown("no directory of sessions is known"));
    };
    // What is missing is made at the first login, below the nearest one that is there.
    let nearest = state.ancestors().find(|path| path.is_dir());
    let Some(nearest) = nearest else {
        return Err(Finding::unknown("there is no directory to try it in"));
    };
    files::private_directory(nearest, PREFIX).map_err(|error| {
        let path = nearest.display();
        if error.kind() == io::ErrorKind::StorageFull {
            return Finding::unknown(format!("{path} has no room to try it"));
        }
        Finding::unknown(format!("nothing can be made in {path}: {error}"))
    })
}

/// Whether a lock keeps another process out.
pub(super) fn locks(context: &Context) -> Vec<Finding> {
    let place = match place(context) {
        Ok(place) => place,
        Err(why) => return vec![why],
    };
    let path = place.path().join("lock");
    let unusable = |why: String| {
        Finding::fault(
            format!("locks do not work there: {why}"),
            "set AUTHCTL_HOME to a directory on a local disk, or, if only this machine uses it, \
             `lock_dir` in the profile",
        )
    };
    let held = match lock::acquire_briefly(&path, Duration::ZERO) {
        Ok(held) => held,
        Err(error) if error.kind() == io::ErrorKind::StorageFull => {
            return vec![Finding::unknown("there is no room to try it")];
        }
        Err(error) => return vec![unusable(error.to_string())],
    };
    let other = other_process(context, &path);
    drop(held);
    vec![match other {
        Ok(REFUSED) => Finding::ok("a lock that one process holds, another one cannot have"),
        Ok(GRANTED) => unusable("two processes can hold one and the same at a time".to_owned()),
        Ok(_) => Finding::unknown("the other process could not try"),
        Err(error) => Finding::unknown(format!("no other process could be asked: {error}")),
    }]
}

/// Has another process try to have the lock.
fn other_process(context: &Context, path: &Path) -> io::Result<u8> {
    let mut command = child::command(process::own_program()?, &context.locations.secrets());
    let mut child = command.arg(VERB).arg(path).spawn()?;
    let ends = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(child::exit_code(status));
        }
        if Instant::now() > ends {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The other process: tries to have the lock at the path that `args` name. `None` when a person
/// started it.
#[must_use]
pub fn run(args: &[std::ffi::OsString]) -> Option<u8> {
    let [path] = args else { return None };
    let path = PathBuf::from(path);
    let directory = path.parent()?.file_name()?.to_str()?;
    if !directory.starts_with(PREFIX) {
        return None;
    }
    let tried = lock::acquire_briefly(&path, Duration::ZERO);
    Some(match tried {
        Ok(_) => GRANTED,
        Err(error) if error.kind() == io::ErrorKind::TimedOut => REFUSED,
        Err(_) => 1,
    })
}

/// Whether what a refresh writes would be there.
pub(super) fn writes(context: &Context) -> Vec<Finding> {
    if let Some(obstacle) = obstacle(context) {
        return vec![obstacle];
    }
    let Ok(state) = context.locations.state() else {
        return vec![Finding::unknown("no directory of sessions is known")];
    };
    let nearest = state.ancestors().find(|path| path.is_dir());
    let path = nearest.unwrap_or(state).display().to_string();
    let fix = "check the disk's room and the directory's owner and mode, or set AUTHCTL_HOME to \
               another directory";
    let began = Instant::now();
    let tried = nearest.map_or(Err(io::ErrorKind::NotFound.into()), try_writing);
    let took = began.elapsed();
    vec![match tried {
        Err(error) => Finding::fault(format!("nothing can be saved in {path}: {error}"), fix),
        Ok(()) if took > SLOW => Finding::warning(
            format!(
                "it takes {} ms to save something in {path}",
                took.as_millis()
            ),
            "each refresh waits for that: a local disk is faster",
        ),
        Ok(()) => Finding::ok(format!(
            "written, synced and renamed in {} ms",
            took.as_millis()
        )),
    }]
}

fn try_writing(directory: &Path) -> io::Result<()> {
    let place = files::private_directory(directory, PREFIX)?;
    let (new, old) = (place.path().join("new"), place.path().join("old"));
    for path in [&old, &new] {
        let mut file = files::create(path, true)?;
        files::claim_room(&file, ROOM)?;
        file.write_all(b"{}\n")?;
        file.sync_all()?;
    }
    files::rename(&new, &old)?;
    files::sync_directory(place.path())
}
