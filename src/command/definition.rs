//! The command line as a whole: the flags, with the parts of help that are loops over tables.

use clap::{Args, CommandFactory};

use crate::cli::{Cli, HookArgs};
use crate::config;
use crate::error::KINDS;
use crate::hook::protocol::{HOOKS, Row};
use crate::profile::setting::SETTINGS;
use crate::provider::PRESETS;
use crate::sandbox::fault;

/// The whole definition, with the parts of help that come from tables.
#[must_use]
pub fn definition() -> clap::Command {
    let codes: String = KINDS
        .iter()
        .map(|row| format!("  {:>3}  {}\n", row.code, row.help))
        .collect();
    let presets: Vec<&str> = PRESETS.iter().map(|preset| preset.id).collect();
    let presets = format!("Presets: {}", presets.join(", "));
    let faults: String = fault::KINDS
        .iter()
        .map(|form| {
            let name = if form.value.is_empty() {
                form.name.to_owned()
            } else {
                format!("{}={}", form.name, form.value)
            };
            format!("  {name:<20} {}\n", form.help)
        })
        .collect();
    let faults = format!(
        "Faults, each KIND[=VALUE][*TIMES][@ENDPOINT], by default once at the next \
         refresh:\n{faults}\nWhile it runs, POST \
         lines to /control: `fault SPEC`, `set NAME VALUE`, `revoke`. GET /control/ledger counts \
         what happened."
    );
    Cli::command()
        .after_help(format!(
            "Environment:\n  AUTHCTL_PROFILE, AUTHCTL_CONFIG, AUTHCTL_HOME, AUTHCTL_KEY, and \
             AUTHCTL_ before each setting of a profile in \
             capitals:\n  AUTHCTL_ISSUER, AUTHCTL_CLIENT_ID, AUTHCTL_CLIENT_SECRET, AUTHCTL_SCOPE, \
             ... (`man authctl` has \
             all)\n\nExit codes:\n    0  done\n{codes}"
        ))
        .mut_subcommand("login", |login| login.after_help(presets))
        .mut_subcommand("sandbox", |sandbox| sandbox.after_help(faults))
        .mut_subcommand("hook", |hook| hook.subcommands(HOOKS.iter().map(protocol)))
}

fn protocol(row: &Row) -> clap::Command {
    let mut notes = vec![];
    if !row.usage.is_empty() {
        notes.push(format!("It is called with: {}", row.usage));
    }
    if !row.variables.is_empty() {
        notes.push(format!(
            "It reads from the environment: {}",
            row.variables.join(", ")
        ));
    }
    if let Some(program) = row.program {
        notes.push(format!(
            "A link of the name {program} to authctl is the same as this verb."
        ));
    }
    HookArgs::augment_args(
        clap::Command::new(row.name)
            .about(row.help)
            .after_help(notes.join("\n")),
    )
}

/// The manual's section on the configuration: every setting of a profile with its variable and its
/// meaning.
#[must_use]
pub fn settings() -> Vec<(&'static str, String, &'static str)> {
    SETTINGS
        .iter()
        .map(|setting| (setting.name, config::variable(setting.name), setting.help))
        .collect()
}
