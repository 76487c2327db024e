//! What is wrong on this machine or on the way to the server, check by check, with what mends it.
//!
//! | file | what it looks at |
//! |---|---|
//! | `finding` | how good or bad something is, and in which words |
//! | `files` | the configuration, the directory of the sessions, records, leftovers |
//! | `disk` | locks, renames, syncing and room, by trying each |
//! | `keys` | the keys of sealed sessions |
//! | `network` | proxy, names, certificates, discovery, endpoints, clocks |
//! | [`report`] | what is shown of it all |
//! | `programs`, `clients` | other copies of authctl; the programs that ask it |
//!
//! A check that cannot be made because another one failed is not known, and never a fault: so a
//! fault is found once, in the row where it arises.
//!
//! Deliberately absent: any change, but for files of a name of their own that are removed at once.
//! No token is refreshed, and no session is locked.

mod clients;
mod disk;
mod files;
mod finding;
mod keys;
mod network;
mod programs;
pub mod report;

pub use disk::{VERB, run};
pub use finding::{Finding, Grade};

use crate::error::Error;
use crate::profile::Profile;
use crate::session::{Context, Session};

/// A check of the machine, or of one profile.
pub struct Check {
    /// Its name, in both outputs.
    pub name: &'static str,
    /// What it looks at, in one line.
    pub help: &'static str,
    look: Look,
}

/// What a check looks at.
enum Look {
    /// This machine.
    Machine(fn(&Context) -> Vec<Finding>),
    /// One profile and its session.
    Profile(fn(&Patient<'_>) -> Vec<Finding>),
}

const fn of_machine(
    name: &'static str,
    help: &'static str,
    look: fn(&Context) -> Vec<Finding>,
) -> Check {
    let look = Look::Machine(look);
    Check { name, help, look }
}

const fn of_profile(
    name: &'static str,
    help: &'static str,
    look: fn(&Patient<'_>) -> Vec<Finding>,
) -> Check {
    let look = Look::Profile(look);
    Check { name, help, look }
}

/// Every check, in the order in which they are made.
pub const CHECKS: &[Check] = &[
    of_machine(
        "config",
        "the configuration: whose it is, and whether it is understood",
        files::config,
    ),
    of_machine(
        "state",
        "the directory of the sessions: whose it is, and who may write to it",
        files::state,
    ),
    of_machine(
        "locks",
        "whether a lock there keeps another process out",
        disk::locks,
    ),
    of_machine(
        "disk",
        "whether a file there can be written, synced, renamed, and has room",
        disk::writes,
    ),
    of_machine(
        "salvage",
        "a place in memory for a session that cannot be saved there",
        files::salvage,
    ),
    of_machine(
        "leftovers",
        "what processes that died have left",
        files::leftovers,
    ),
    of_machine("log", "whether the log can be written", files::log),
    of_machine(
        "program",
        "other copies of authctl in PATH, with other versions",
        programs::copies,
    ),
    of_machine(
        "hooks",
        "whether programs that are set up to ask authctl do so",
        clients::hooks,
    ),
    of_profile(
        "profile",
        "its settings, and what its provider demands",
        files::profile,
    ),
    of_profile(
        "session",
        "whether its record can be read, and what it says",
        files::session,
    ),
    of_profile(
        "keys",
        "the key of its sealed session, with a round trip",
        keys::round_trip,
    ),
    of_profile(
        "proxy",
        "the proxy that the environment names",
        network::proxy,
    ),
    of_profile(
        "names",
        "whether the server's name can be looked up",
        network::names,
    ),
    of_profile("server", "whether it can be reached", network::server),
    of_profile(
        "tls",
        "whether its certificate is accepted, and by which authorities",
        network::tls,
    ),
    of_profile(
        "discovery",
        "its metadata, against what the profile says",
        network::discovery,
    ),
    of_profile(
        "endpoint",
        "whether its token endpoint answers",
        network::endpoint,
    ),
    of_profile(
        "clock",
        "this machine's clock against the server's",
        network::clock,
    ),
];

/// A profile that is looked at.
pub(crate) struct Patient<'a> {
    context: &'a Context,
    session: Session<'a>,
    /// What came of asking its server.
    answers: network::Answers,
}

impl Patient<'_> {
    fn profile(&self) -> &Profile {
        self.session.profile()
    }
}

/// What a check found.
pub struct Examined {
    /// The check.
    pub check: &'static Check,
    /// The name of the profile, if it is about one.
    pub profile: Option<String>,
    /// What it found.
    pub finding: Finding,
}

/// Makes every check: of the profile `name`, or of all if none is named.
///
/// # Errors
/// When there is no profile `name`.
pub fn examine(context: &Context, name: Option<&str>) -> Result<Vec<Examined>, Error> {
    let mut examined = Vec::new();
    for check in CHECKS {
        if let Look::Machine(look) = check.look {
            examined.extend(look(context).into_iter().map(|finding| Examined {
                check,
                profile: None,
                finding,
            }));
        }
    }
    for name in names(context, name)? {
        examined.extend(examine_profile(context, &name));
    }
    Ok(examined)
}

/// The names of the profiles that are looked at. A configuration that cannot be read has its own
/// row.
fn names(context: &Context, name: Option<&str>) -> Result<Vec<String>, Error> {
    let Ok(config) = context.config() else {
        return Ok(vec![]);
    };
    let names = config.names();
    match name {
        Some(name) if names.iter().any(|known| known == name) => Ok(vec![name.to_owned()]),
        Some(name) => Ok(vec![context.profile(Some(name))?.name]),
        None if names.is_empty() => {
            let usual = context.profile(None);
            Ok(usual.map(|profile| profile.name).into_iter().collect())
        }
        None => Ok(names),
    }
}

fn examine_profile(context: &Context, name: &str) -> Vec<Examined> {
    let profile = context.profile(Some(name));
    let session = profile.map_err(Error::from);
    let session = session.and_then(|profile| Session::new(context, profile));
    let patient = session.map(|session| Patient {
        context,
        answers: network::Answers::default(),
        session,
    });
    let mut examined = Vec::new();
    for check in CHECKS {
        let Look::Profile(look) = check.look else {
            continue;
        };
        let findings = match &patient {
            Ok(patient) => look(patient),
            // The first row of a profile says what is wrong with it.
            Err(error) if check.name == "profile" => vec![Finding::of_error(error)],
            Err(_) => vec![Finding::unknown("the profile cannot be used as it stands")],
        };
        examined.extend(findings.into_iter().map(|finding| Examined {
            check,
            profile: Some(name.to_owned()),
            finding,
        }));
    }
    examined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_name_of_its_own() {
        let mut names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CHECKS.len());
    }
}
