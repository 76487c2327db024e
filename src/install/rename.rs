//! Clients that name a profile in their own configuration, when the profile gets another name. The
//! others ask by address, and the bindings are renamed with the profile.

use super::clients::{aws, kubectl};
use super::plan::ClientPlan;
use super::{apply, program, refuse_other_homes};
use crate::error::Error;
use crate::session::Context;

/// What the clients that name the profile `old` are told, for each: the change, in words.
///
/// # Errors
/// When a client's configuration cannot be read or changed. What was changed before it stays.
pub fn rename_in_clients(context: &Context, old: &str, new: &str) -> Result<Vec<String>, Error> {
    refuse_other_homes()?;
    let _lock = apply::lock(context)?;
    let program = program::own_path()?;
    let secrets = context.locations.secrets();
    let mut done = Vec::new();
    let plans: [ClientPlan; 2] = [aws::rename(old, new), kubectl::rename(&secrets, old, new)?];
    for plan in plans {
        for change in &plan.changes {
            apply::make(change, &program, &secrets)?;
        }
        done.extend(plan.manual_steps);
    }
    Ok(done)
}
