//! A person who did not answer a hook is left alone by the next hooks for a while.

use std::path::PathBuf;
use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::platform::files;
use crate::profile::Profile;
use crate::session::Context;
use crate::time::Timestamp;

/// How long a person is left alone by hooks who has not answered one.
const SPARED_FOR: Duration = Duration::from_secs(300);

/// Refuses a login that a hook started, if an earlier one was not answered within [`SPARED_FOR`].
///
/// # Errors
/// When there was one.
pub(super) fn check(context: &Context, profile: &Profile) -> Result<(), Error> {
    let noted = path(context, profile).and_then(|path| files::read_hint(&path));
    let asked = noted.and_then(|text| text.trim().parse().ok());
    let Some(since) = asked.map(|at| context.clock.now().seconds_since(Timestamp(at))) else {
        return Ok(());
    };
    let limit = i64::try_from(SPARED_FOR.as_secs()).unwrap_or(i64::MAX);
    if !(0..limit).contains(&since) {
        return Ok(());
    }
    let message = format!("a login was asked for {since}s ago and did not come about");
    Err(Error::new(ErrorKind::LoginRequired, message).hint("run `authctl login {profile}`"))
}

/// Notes that a hook asked the person of this profile, and whether that was answered.
pub(super) fn note(context: &Context, profile: &Profile, answered: bool) {
    let at = if answered { 0 } else { context.clock.now().0 };
    if let Some(path) = path(context, profile) {
        let _ = files::write_hint(&path, at.to_string().as_bytes());
    }
}

/// The file that says when a hook last asked in vain. No profile's name begins with a dot.
fn path(context: &Context, profile: &Profile) -> Option<PathBuf> {
    let directory = context.locations.state().ok()?.join(".hooks");
    Some(directory.join(format!("{}.asked", profile.name)))
}
