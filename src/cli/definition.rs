//! The command line as a whole: the flags of [`Cli`], and the parts of it that are loops over
//! tables. Help, manual pages and completions are made from it.

use clap::{Args, CommandFactory};

use super::topics::{self, DescribedSetting, settings};
use crate::cli::{Cli, HookArgs};
use crate::explain::cause::CAUSES;
use crate::hook::protocol::{HOOKS, Row};
use crate::provider::PRESETS;
use crate::sandbox::fault;

/// The whole definition.
#[must_use]
pub fn definition() -> clap::Command {
    Cli::command()
        .after_help(environment_and_exit_codes())
        .mut_subcommand("login", |login| login.after_help(presets()))
        .mut_subcommand("profile", |profile| {
            profile.after_help(settings_of_profile())
        })
        .mut_subcommand("sandbox", |sandbox| sandbox.after_help(faults()))
        .mut_subcommand("explain", |explain| explain.after_help(causes()))
        .mut_subcommand("hook", |hook| hook.subcommands(HOOKS.iter().map(protocol)))
}

fn environment_and_exit_codes() -> String {
    let mut text = String::from(
        "Environment:\n  AUTHCTL_PROFILE, AUTHCTL_CONFIG, AUTHCTL_HOME, AUTHCTL_KEY, AUTHCTL_LOG, \
         AUTHCTL_LOG_SIZE, and AUTHCTL_ before each setting of a profile in \
         capitals:\n  AUTHCTL_ISSUER, AUTHCTL_CLIENT_ID, AUTHCTL_CLIENT_SECRET, AUTHCTL_SCOPE, ... \
         (`authctl profile --help` has all)\n\n",
    );
    text.push_str(&topics::exit_codes());
    text
}

fn presets() -> String {
    let names: Vec<&str> = PRESETS.iter().map(|preset| preset.id).collect();
    format!("Presets: {}", names.join(", "))
}

fn settings_of_profile() -> String {
    let mut text = String::from("Settings of a profile in the configuration file:\n");
    for DescribedSetting { name, help, .. } in settings() {
        text.push_str(&format!("  {name:<31} {help}\n"));
    }
    text
}

fn causes() -> String {
    let mut text = String::from(
        "It reads the record, the log and what is known of the provider, and asks no server.\n\n\
         Causes, as --json names them:\n",
    );
    for row in CAUSES {
        text.push_str(&format!("  {:<18} {}\n", row.name, row.help));
    }
    text
}

fn faults() -> String {
    let mut text = String::from(
        "Faults, each KIND[=VALUE][*TIMES][@ENDPOINT], by default once at the next refresh:\n",
    );
    for known in fault::KINDS {
        let name = if known.value.is_empty() {
            known.name.to_owned()
        } else {
            format!("{}={}", known.name, known.value)
        };
        text.push_str(&format!("  {name:<20} {}\n", known.help));
    }
    text.push_str(
        "\n--set and the control's `set` take: access_ttl, grace, grace_interval, latency, rotate, \
         repeats, refusal, reuse_ends_family, access_dies_on_refresh, revokes (all, refresh, \
         nothing), logout_ends_family, stated_ttl, registration (open, guarded, none), \
         client_secrets, client_secret_ttl.\n\nWhile it runs, POST lines to /control, with \
         the token that it prints at its start: `fault SPEC`, `set NAME VALUE`, `revoke`. GET \
         /control/ledger counts what happened.",
    );
    text
}

/// Flags that only some hooks have a use for.
const OWN: &[(&str, &[&str])] = &[
    ("bare", &["cargo"]),
    ("server", &["oauthbearer"]),
    ("port", &["oauthbearer"]),
    ("role_arn", &["aws"]),
    ("role_session_name", &["aws"]),
    ("asks_every", &["token", "headers", "pnpm"]),
];

/// The verb of a hook protocol.
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
    HookArgs::augment_args(clap::Command::new(row.name))
        .mut_args(|arg| {
            let of = OWN.iter().find(|(name, _)| *name == arg.get_id().as_str());
            let is_anothers = of.is_some_and(|(_, hooks)| !hooks.contains(&row.name));
            arg.hide(is_anothers)
        })
        .about(row.help)
        .after_help(notes.join("\n"))
}
