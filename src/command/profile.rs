//! `authctl profile`: list, show, use, move, reseal, remove.

use serde_json::{Value, json};

use super::{Output, answer, answer_json};
use crate::cli::{ProfileCommand, ProfileMoveArgs};
use crate::config::ConfigError;
use crate::error::{Error, ErrorKind};
use crate::session::{Context, Resealed};
use crate::view::profile as view;

/// Carries out a verb of `profile`.
///
/// # Errors
/// When there is no such profile, or the configuration cannot be read or written.
pub fn run(context: &Context, output: Output, command: &ProfileCommand) -> Result<(), Error> {
    match command {
        ProfileCommand::List => list(context, output),
        ProfileCommand::Show(args) => show(context, output, args.profile.as_deref()),
        ProfileCommand::Use(args) => choose(context, output, &args.profile),
        ProfileCommand::Move(args) => relocate(context, output, args),
        ProfileCommand::Reseal => reseal(context, output),
        ProfileCommand::Remove(args) => remove(context, output, &args.profile),
    }
}

fn list(context: &Context, output: Output) -> Result<(), Error> {
    let config = context.config()?;
    let mut text = String::new();
    let mut rows = Vec::new();
    for name in config.names() {
        let is_default = config.default_profile() == Some(&*name);
        text.push_str(&format!("{} {name}\n", if is_default { '*' } else { ' ' }));
        rows.push(json!({"profile": name, "default": is_default}));
    }
    if output.json {
        return answer_json(&Value::Array(rows));
    }
    answer(&text)
}

/// Each value with its source, and what the preset says with how sure it is.
fn show(context: &Context, output: Output, name: Option<&str>) -> Result<(), Error> {
    let profile = context.profile(name)?;
    if output.json {
        return answer_json(&view::json(&profile));
    }
    answer(&view::text(&profile))
}

fn choose(context: &Context, output: Output, name: &str) -> Result<(), Error> {
    context.profile(Some(name))?;
    context.locations.write_default(name)?;
    output.say(&format!("{name} is used when no profile is named"));
    Ok(())
}

/// Stores the session of a profile in another way.
fn relocate(context: &Context, output: Output, args: &ProfileMoveArgs) -> Result<(), Error> {
    let session = context.session(Some(&args.profile))?;
    let store = session.relocate(&args.store, args.key_command.as_deref())?;
    if output.json {
        return answer_json(&json!({"profile": session.profile().name, "store": store.name()}));
    }
    Ok(())
}

/// Seals every session anew.
fn reseal(context: &Context, output: Output) -> Result<(), Error> {
    let Resealed { sealed, failed } = context.reseal()?;
    if let Some(error) = failed {
        return Err(error);
    }
    if !output.json {
        return Ok(());
    }
    let mut rows = Vec::new();
    for (name, seal) in sealed {
        rows.push(json!({"profile": name, "key": seal.key}));
    }
    answer_json(&Value::Array(rows))
}

/// Removes the profile from the configuration only. A session that is still there would be
/// forgotten and not ended: that needs a logout.
fn remove(context: &Context, output: Output, name: &str) -> Result<(), Error> {
    if context.record(name)?.path().exists() {
        let error = Error::new(ErrorKind::Failed, format!("{name} is still logged in"));
        return Err(error.hint(format!("run `authctl logout {name}` first")));
    }
    if !context.locations.remove_profile(name)? {
        return Err(Error::from(ConfigError::Unknown {
            name: name.to_owned(),
            nearest: vec![],
            all: context.config()?.names(),
        }));
    }
    output.say(&format!("{name} is removed"));
    Ok(())
}
