//! authctl's own path: what is written into other programs' configuration, and how that is
//! recognized again.

use std::path::{Path, PathBuf};

use crate::config::env;
use crate::error::{Error, ErrorKind};

/// authctl's path, as clients are to run it. It is the path by which authctl was found now: behind
/// a link of that name there may be a newer version tomorrow.
///
/// # Errors
/// When the path cannot be found out, or is not UTF-8.
pub fn own_path() -> Result<String, Error> {
    let real = std::env::current_exe()
        .ok()
        .and_then(|path| std::fs::canonicalize(path).ok());
    let same = path_in_arguments().filter(|path| std::fs::canonicalize(path).ok() == real);
    same.or(real)
        .and_then(|path| path.to_str().map(str::to_owned))
        .ok_or_else(|| {
            Error::new(ErrorKind::Failed, "cannot find out authctl's own path")
                .hint("call it by its whole path")
        })
}

/// The absolute path of the program that argument zero names, if that is called `authctl`.
fn path_in_arguments() -> Option<PathBuf> {
    let called = PathBuf::from(std::env::args_os().next()?);
    if called.file_stem()? != "authctl" {
        return None;
    }
    if called.components().count() != 1 {
        return std::path::absolute(called).ok();
    }
    let directories = env::search_path().into_iter();
    directories
        .filter_map(|directory| std::path::absolute(directory.join(&called)).ok())
        .find(|path| path.is_file())
}

/// Whether a path looks like authctl's, wherever it is. A release's name may have its version in
/// it.
pub fn is_authctl(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.and_then(|name| name.strip_prefix("authctl"))
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Whether a command in a client's configuration is `authctl hook HOOK`, wherever authctl was when
/// it was written.
pub fn calls_authctl(command: &str, hook: &str) -> bool {
    let words = shlex::split(command.trim_start_matches('!')).unwrap_or_default();
    let [program, verb, name, ..] = words.as_slice() else {
        return false;
    };
    is_authctl(Path::new(program)) && verb == "hook" && name == hook
}
