//! `authctl profile`: list, show, use, remove; `keeping` has move and reseal.

use serde_json::{Value, json};

use super::{answer, answer_json, keeping};
use crate::cli::ProfileCommand;
use crate::config::ConfigError;
use crate::error::{Error, ErrorKind};
use crate::profile::Profile;
use crate::profile::setting::{Setting, Source};
use crate::provider::{Preset, Set};
use crate::session::Context;

/// Carries out a verb of `profile`.
///
/// # Errors
/// When there is no such profile, or the configuration cannot be read or written.
pub fn run(run: &Context, command: &ProfileCommand) -> Result<(), Error> {
    match command {
        ProfileCommand::List => list(run),
        ProfileCommand::Show(args) => show(run, args.profile.as_deref()),
        ProfileCommand::Use(args) => choose(run, &args.profile),
        ProfileCommand::Move(args) => keeping::relocate(run, args),
        ProfileCommand::Reseal => keeping::reseal(run),
        ProfileCommand::Remove(args) => remove(run, &args.profile),
    }
}

fn list(run: &Context) -> Result<(), Error> {
    let (names, default) = (run.locations.profiles()?, run.locations.default_profile()?);
    if run.json {
        let row =
            |name: &String| json!({"profile": name, "default": default.as_ref() == Some(name)});
        return answer_json(&names.iter().map(row).collect());
    }
    let row = |name: &String| {
        format!(
            "{} {name}\n",
            if default.as_ref() == Some(name) {
                '*'
            } else {
                ' '
            }
        )
    };
    answer(&names.iter().map(row).collect::<String>())
}

/// Each value with its source, and what the preset says with how sure it is.
fn show(run: &Context, name: Option<&str>) -> Result<(), Error> {
    let profile = run.locations.profile(name)?;
    let winners = winners(&profile);
    if run.json {
        let row = |setting: &&Setting| {
            json!({"key": setting.name, "values": setting.values,
            "source": setting.source.to_string()})
        };
        let rows: Vec<Value> = winners.iter().map(row).collect();
        return answer_json(
            &json!({"profile": profile.name, "settings": rows, "preset": preset(&profile)
            .map(|(what, mark, source)| json!({"fact": what, "mark": mark,
                "source": source})).collect::<Vec<_>>()}),
        );
    }
    let mut text = format!("{}\n", profile.name);
    for setting in winners {
        text.push_str(&format!(
            "  {:<30} {}  ({})\n",
            setting.name,
            setting.values.join(" "),
            setting.source
        ));
    }
    if !profile
        .settings
        .iter()
        .any(|setting| setting.name == "scope")
    {
        let source = if profile.provider.id == "generic" {
            Source::Default
        } else {
            Source::Preset
        };
        text.push_str(&format!(
            "  {:<30} {}  ({source})\n",
            "scope",
            profile.scope.join(" ")
        ));
    }
    for (what, mark, source) in preset(&profile) {
        text.push_str(&format!("  preset: {what}  ({mark}: {source})\n"));
    }
    answer(&text)
}

/// The settings that count: the first of each name, for the greatest source comes first.
fn winners(profile: &Profile) -> Vec<&Setting> {
    let mut winners: Vec<&Setting> = Vec::new();
    for setting in &profile.settings {
        if !winners.iter().any(|known| known.name == setting.name) {
            winners.push(setting);
        }
    }
    winners
}

fn preset(profile: &Profile) -> impl Iterator<Item = (String, &'static str, &'static str)> {
    let facts = Preset::find(profile.provider.id).map_or(&[][..], |preset| preset.facts);
    facts.iter().map(|fact| {
        let what = match fact.set {
            Set::Registration(text) => format!("to register: {text}"),
            other => format!("{other:?}"),
        };
        (what, fact.mark.word(), fact.source)
    })
}

fn choose(run: &Context, name: &str) -> Result<(), Error> {
    run.locations.profile(Some(name))?;
    run.locations.write_default(name)?;
    run.say(&format!("{name} is used when no profile is named"));
    Ok(())
}

/// The configuration only. A session that is still there would be forgotten and not ended: that
/// needs a logout.
fn remove(run: &Context, name: &str) -> Result<(), Error> {
    if run.store(name).path().exists() {
        let error = Error::new(ErrorKind::Failed, format!("{name} is still logged in"));
        return Err(error.hint(format!("run `authctl logout {name}` first")));
    }
    if !run.locations.remove_profile(name)? {
        let all = run.locations.profiles()?;
        return Err(ConfigError::Unknown {
            name: name.to_owned(),
            nearest: vec![],
            all,
        }
        .into());
    }
    run.say(&format!("{name} is removed"));
    Ok(())
}
