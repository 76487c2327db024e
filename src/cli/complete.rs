//! Completions: the script that a shell loads, and the answer when it asks at TAB.
//!
//! The script is a few lines. At TAB it calls authctl with [`VARIABLE`] set to the shell's name and
//! the words that were typed behind `--`. So the values come from where they are: profiles and
//! bound hosts from the configuration, providers, hooks and settings from the tables. Nothing else
//! of authctl runs then.

use std::ffi::OsString;

use clap::{Arg, Command};
use clap_complete::Shell;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;

use super::definition::definition;
use crate::config::{Config, Locations, env, is_name};
use crate::hook::protocol::HOOKS;
use crate::profile::setting::SETTINGS;
use crate::profile::store_kind::StoreKind;
use crate::provider::PRESETS;
use crate::sandbox::fault;

/// The variable that a shell sets when it completes a command line: to its name.
pub const VARIABLE: &str = "AUTHCTL_COMPLETE";

/// What zsh runs of the script on the first TAB, if it loads it by itself (`$fpath`).
const ZSH_FIRST: &str = "if [[ \"$funcstack[1]\" == _authctl ]]; then
    _clap_dynamic_completer_authctl \"$@\"
fi
";

/// The candidates for a value.
type Candidates = fn() -> Vec<CompletionCandidate>;

/// Which values an argument has, by the argument's name.
const VALUES: &[(&str, Candidates)] = &[
    ("profile", profiles),
    ("provider", providers),
    ("hook", hooks),
    ("host", hosts),
    ("address", hosts),
    ("key", settings),
    ("store", stores),
    ("scope", scopes),
    ("add_scope", scopes),
    ("require_scope", scopes),
    ("fault", faults),
];

/// The script for a shell.
#[must_use]
pub fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    let name = shell.to_string();
    if let Some(shell) = Shells::builtins().completer(&name) {
        // Writing into memory does not fail.
        let _ = shell.write_registration(VARIABLE, "authctl", "authctl", "authctl", &mut script);
    }
    if shell == Shell::Zsh {
        script.extend_from_slice(ZSH_FIRST.as_bytes());
    }
    script
}

/// The answer to a shell that completes a command line; `None` where none asks.
#[must_use]
pub fn answer(args: &[OsString]) -> Option<String> {
    // Every script says so, and no other call begins with it.
    let [_, separator, words @ ..] = args else {
        return None;
    };
    if separator != "--" {
        return None;
    }
    let name = env::var(VARIABLE)?;
    let shells = Shells::builtins();
    let shell = shells.completer(&name)?;
    let here = std::env::current_dir().ok();
    let mut known = with_values(definition());
    known.build();
    let mut answer = Vec::new();
    shell
        .write_complete(&mut known, words.to_vec(), here.as_deref(), &mut answer)
        .ok()?;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

/// A verb, and those below it, with the values of their arguments.
fn with_values(verb: Command) -> Command {
    verb.mut_args(with_candidates).mut_subcommands(with_values)
}

fn with_candidates(arg: Arg) -> Arg {
    let row = VALUES
        .iter()
        .find(|(name, _)| *name == arg.get_id().as_str());
    match row {
        Some((_, candidates)) => arg.add(ArgValueCandidates::new(*candidates)),
        None => arg,
    }
}

fn candidate(value: impl Into<OsString>, help: &str) -> CompletionCandidate {
    let help = (!help.is_empty()).then(|| help.to_owned().into());
    CompletionCandidate::new(value).help(help)
}

/// The configuration, if it can be read.
fn config() -> Option<Config> {
    Locations::find().ok()?.read().ok()
}

fn profiles() -> Vec<CompletionCandidate> {
    let Some(config) = config() else {
        return vec![];
    };
    let names = config.names().into_iter().filter(|name| is_name(name));
    let names = names.map(|name| {
        let server = config
            .profile(Some(&name))
            .map(|profile| profile.identity().server);
        candidate(name, &server.unwrap_or_default())
    });
    names.collect()
}

fn providers() -> Vec<CompletionCandidate> {
    let presets = PRESETS
        .iter()
        .map(|preset| candidate(preset.id, preset.name));
    presets.collect()
}

fn hooks() -> Vec<CompletionCandidate> {
    HOOKS
        .iter()
        .map(|row| candidate(row.name, row.help))
        .collect()
}

fn hosts() -> Vec<CompletionCandidate> {
    let Some(config) = config() else {
        return vec![];
    };
    let mut hosts = Vec::new();
    for binding in config.bindings() {
        let profile = binding.profile.as_deref().unwrap_or_default();
        for (text, _) in &binding.patterns {
            if !text.contains('*') && is_plain(text) {
                hosts.push(candidate(text, profile));
            }
        }
    }
    hosts
}

fn settings() -> Vec<CompletionCandidate> {
    let settings = SETTINGS
        .iter()
        .map(|setting| candidate(setting.name, setting.help));
    settings.collect()
}

fn stores() -> Vec<CompletionCandidate> {
    let kinds = StoreKind::ALL
        .iter()
        .map(|(name, kind)| candidate(*name, kind.words()));
    kinds.collect()
}

/// The scopes that profiles ask for, and those of the providers' table.
fn scopes() -> Vec<CompletionCandidate> {
    let mut all: Vec<String> = Vec::new();
    if let Some(config) = config() {
        for name in config.names() {
            let profile = config.profile(Some(&name));
            all.extend(profile.map(|profile| profile.scope).unwrap_or_default());
        }
    }
    for preset in PRESETS {
        let provider = preset.provider();
        let by_use = provider
            .scopes_for
            .iter()
            .flat_map(|(_, scopes)| scopes.iter());
        let scopes = provider.default_scope.iter().chain(by_use);
        all.extend(scopes.map(|&scope| scope.to_owned()));
    }
    all.sort();
    all.dedup();
    all.retain(|scope| is_plain(scope));
    all.into_iter().map(|scope| candidate(scope, "")).collect()
}

/// Whether a word means nothing to a shell: what is completed is run as it stands, and the
/// configuration may be another user's.
fn is_plain(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_alphanumeric() || "._-@:/+%,".contains(c))
}

fn faults() -> Vec<CompletionCandidate> {
    let kinds = fault::KINDS.iter().map(|kind| {
        let end = if kind.value.is_empty() { "" } else { "=" };
        candidate(format!("{}{end}", kind.name), kind.help)
    });
    kinds.collect()
}
