//! Which programs may be run because a file names them.

use std::fs;
use std::path::Path;

use super::acting::is_lent;
use super::links::resolve_link;
use crate::platform::system;

/// Whether a program may be run because a file names it: it and the links that lead to it are the
/// effective user's or root's, only they may write to it, and it lies in no place of another user.
#[must_use]
pub fn is_own_program(path: &Path) -> bool {
    let Ok(program) = resolve_link(path) else {
        return false;
    };
    let own = [Some(0), system::effective_user(), None];
    let is_own = fs::metadata(&program)
        .is_ok_and(|meta| own.contains(&system::owner(&meta)) && !system::others_may_write(&meta));
    is_own && !is_lent(path) && !is_lent(&program)
}
