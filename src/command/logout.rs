//! `authctl logout`: ends one session, or every session on this machine.

use serde_json::{Value, json};

use super::{Output, answer_json};
use crate::cli::LogoutArgs;
use crate::error::Error;
use crate::event::Event;
use crate::session::Context;
use crate::session::logout::{Ended, Logout};

/// Logs out.
///
/// # Errors
/// When a session cannot be read or removed on this machine.
pub fn run(context: &Context, output: Output, args: &LogoutArgs) -> Result<(), Error> {
    let names = if args.all {
        context.names()?
    } else {
        vec![profile_name(context, args)?]
    };
    let how = if args.local {
        Logout::Local
    } else {
        Logout::Everywhere
    };
    let mut rows = Vec::new();
    let mut failed = None;
    for name in &names {
        match context.logout(name, how) {
            Ok(ended) => rows.push(row(name, &ended)),
            Err(error) if args.all => {
                let cause = error.to_string();
                context.notify(None, &Event::NotEnded { cause });
                failed.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    match failed {
        Some(error) => Err(error),
        None if output.json => answer_json(&Value::Array(rows)),
        None => Ok(()),
    }
}

/// The profile that is meant. One that is gone from the configuration may still have a session to
/// end.
fn profile_name(context: &Context, args: &LogoutArgs) -> Result<String, Error> {
    let error = match context.profile(args.profile.as_deref()) {
        Ok(profile) => return Ok(profile.name),
        Err(error) => error,
    };
    let has_record = |name: &str| {
        let record = context.record(name);
        record.is_ok_and(|record| record.path().exists())
    };
    match &args.profile {
        Some(name) if !name.contains(['/', '\\']) && has_record(name) => Ok(name.clone()),
        _ => Err(error.into()),
    }
}

/// What became of one session, as JSON.
fn row(profile: &str, ended: &Ended) -> Value {
    let unconfirmed = match ended {
        Ended::Unconfirmed(why) => Some(why),
        _ => None,
    };
    json!({
        "profile": profile,
        "removed": !matches!(ended, Ended::NotLoggedIn),
        "revoked": matches!(ended, Ended::Everywhere),
        "server": unconfirmed,
    })
}
