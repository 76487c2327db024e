//! `authctl profile`: list, show, choose, change, rename, move, reseal, remove.

use serde_json::json;

use crate::cli::{ProfileCommand, ProfileMoveArgs, ProfilePairArgs};
use crate::error::Error;
use crate::install;
use crate::output::Output;
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
        ProfileCommand::Set(args) => {
            let effect = context.set_value(&args.profile, &args.key, &args.value)?;
            output.tell(&view::effect(&args.profile, &effect))
        }
        ProfileCommand::Unset(args) => {
            let effect = context.unset_value(&args.profile, &args.key)?;
            output.tell(&view::effect(&args.profile, &effect))
        }
        ProfileCommand::Rename(args) => rename(context, output, args),
        ProfileCommand::Copy(args) => {
            context.copy_profile(&args.profile, &args.new)?;
            let ProfilePairArgs { profile, new } = args;
            output.tell(&[format!("{new} is as {profile}, and nobody has logged in")])
        }
        ProfileCommand::Edit => context.edit_config(),
        ProfileCommand::Path => path(context, output),
        ProfileCommand::Move(args) => relocate(context, output, args),
        ProfileCommand::Reseal => reseal(context, output),
        ProfileCommand::Remove(args) => remove(context, output, &args.profile),
    }
}

fn list(context: &Context, output: Output) -> Result<(), Error> {
    let config = context.config()?;
    output.answer(|| view::list_json(&config), || view::list(&config))
}

/// Each value with its source, and what the preset says with how sure it is.
fn show(context: &Context, output: Output, name: Option<&str>) -> Result<(), Error> {
    let profile = context.profile(name)?;
    output.answer(|| view::json(&profile), || view::text(&profile))
}

fn choose(context: &Context, output: Output, name: &str) -> Result<(), Error> {
    context.profile(Some(name))?;
    context.locations.write_default(name)?;
    output.tell(&[format!("{name} is used when no profile is named")])
}

/// Gives a profile another name, here and in the clients that name it.
fn rename(context: &Context, output: Output, args: &ProfilePairArgs) -> Result<(), Error> {
    let ProfilePairArgs { profile, new } = args;
    // Before anything has another name: the clients' files could not follow.
    install::refuse_other_homes()?;
    context.rename_profile(profile, new)?;
    output.tell(&install::rename_in_clients(context, profile, new)?)
}

fn path(context: &Context, output: Output) -> Result<(), Error> {
    let (config, state) = (context.locations.config()?, context.locations.state()?);
    output.answer(
        || json!({"config": config, "state": state}),
        || format!("{}\n", config.display()),
    )
}

/// Stores the session of a profile in another way.
fn relocate(context: &Context, output: Output, args: &ProfileMoveArgs) -> Result<(), Error> {
    let session = context.session(Some(&args.profile))?;
    let store = session.relocate(&args.store, args.key_command.as_deref())?;
    output.done(|| json!({"profile": session.profile().name, "store": store.name()}))
}

/// Seals every session anew.
fn reseal(context: &Context, output: Output) -> Result<(), Error> {
    let Resealed { sealed, failed } = context.reseal()?;
    if let Some(error) = failed {
        return Err(error);
    }
    let rows = sealed.iter();
    let rows = rows.map(|(name, seal)| json!({"profile": name, "key": seal.key}));
    output.done(|| rows.collect())
}

fn remove(context: &Context, output: Output, name: &str) -> Result<(), Error> {
    context.remove_profile(name)?;
    output.tell(&[format!("{name} is removed")])
}
