//! `authctl logout`: ends one session, or every session on this machine.

use serde_json::{Value, json};

use crate::cli::LogoutArgs;
use crate::error::Error;
use crate::event::Event;
use crate::output::Output;
use crate::session::Context;
use crate::session::logout::Logout;
use crate::view::logout as view;

/// Logs out.
///
/// # Errors
/// When a session cannot be read or removed on this machine.
pub fn run(context: &Context, output: Output, args: &LogoutArgs) -> Result<(), Error> {
    let names = if args.all {
        context.names()?
    } else {
        vec![context.name_for_logout(args.profile.as_deref())?]
    };
    let how = if args.local {
        Logout::Local
    } else {
        Logout::Everywhere
    };
    let mut rows = Vec::new();
    let mut failed = None;
    for name in &names {
        match end(context, name, how, args.unregister) {
            Ok(row) => rows.push(row),
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
        None => output.done(|| Value::Array(rows)),
    }
}

fn end(context: &Context, name: &str, how: Logout, unregister: bool) -> Result<Value, Error> {
    let ended = context.logout(name, how)?;
    let mut row = view::json(name, &ended);
    if unregister {
        row["unregistered"] = json!(context.unregister_client(name, how)?);
    }
    Ok(row)
}
