//! What can be done with a profile's session.

pub mod keys;
pub mod secret;

use std::path::PathBuf;

use crate::broker::Policy;
use crate::config::{self, ConfigError, Locations, env};
use crate::error::{Error, ErrorKind};
use crate::http::Http;
use crate::profile::Profile;
use crate::profile::identity::Identity;
use crate::provider::OldAccessToken;
use crate::store::Store;
use crate::store::key::KeySource;
use crate::time::Clock;
use crate::ui;

/// One run of the program: what every verb needs.
pub struct Context {
    /// Where things are.
    pub locations: Locations,
    /// The time.
    pub clock: Clock,
    /// Whether answers and failures are JSON.
    pub json: bool,
    /// Whether stderr is for failures only.
    pub quiet: bool,
    /// Whether to say what is done.
    pub verbose: bool,
}

impl Context {
    /// A run with these flags.
    ///
    /// # Errors
    /// When there is no home directory.
    pub fn new(json: bool, quiet: bool, verbose: bool) -> Result<Self, Error> {
        // With JSON, stderr is for one object: the failure.
        let (quiet, verbose) = (quiet || json, verbose && !json);
        Ok(Self {
            locations: Locations::find()?,
            clock: Clock,
            json,
            quiet,
            verbose,
        })
    }

    /// The session of a profile of which no more than the name is known: as far as it can be seen
    /// without a key.
    #[must_use]
    pub fn store(&self, profile: &str) -> Store {
        Store::new(&self.locations.state, &self.locations.salvage, profile)
    }

    /// The session of a profile whose configuration is known, with its locks where that says.
    ///
    /// # Errors
    /// When that is a place only from where somebody stands.
    pub fn store_of(&self, profile: &Profile) -> Result<Store, Error> {
        self.store_with(profile, keys::source(self, profile, keys::limit(profile)))
    }

    /// The same with keys from somewhere else.
    pub fn store_with(&self, profile: &Profile, keys: KeySource) -> Result<Store, Error> {
        let store = self.store_with_locks(&profile.name, profile.lock_dir.as_deref())?;
        let store = store.kept(profile.store, profile.readable_access, keys);
        // A client that speaks for itself loses nothing with a record that no key opens: it asks
        // again.
        Ok(if profile.grant.spends_refresh_token() {
            store
        } else {
            store.replacing()
        })
    }

    /// The session of a profile of that name, with its locks in that directory.
    ///
    /// # Errors
    /// When the directory is not an absolute path.
    pub fn store_with_locks(&self, profile: &str, lock_dir: Option<&str>) -> Result<Store, Error> {
        let store = self.store(profile);
        // Not expanded: `~` is another home for a service, or under sudo, and would be other locks.
        let Some(path) = lock_dir.map(PathBuf::from) else {
            return Ok(store);
        };
        if path.is_relative() {
            return Err(ConfigError::Relative {
                variable: "lock_dir",
                path,
            }
            .into());
        }
        Ok(store.with_locks_in(path))
    }

    /// A client that trusts what the profile, else the environment, else the system trusts.
    #[must_use]
    pub fn http(&self, profile: &Profile) -> Http {
        let ca_file: Option<PathBuf> = profile.ca_file.as_deref().map(config::expand);
        Http::new(ca_file.or_else(|| env::path("SSL_CERT_FILE")))
    }

    /// Says something to the person, unless they asked for quiet.
    pub fn say(&self, message: &str) {
        if !self.quiet {
            ui::say(message);
        }
    }

    /// Says what is done, to those who asked.
    pub fn explain(&self, message: &str) {
        if self.verbose {
            ui::say(message);
        }
    }
}

/// What the broker has to know of a profile.
pub fn terms<'a>(profile: &'a Profile, identity: &'a Identity) -> Policy<'a> {
    Policy {
        profile: &profile.name,
        identity,
        scope: &profile.scope,
        assumed_ttl: profile.assumed_ttl,
        asks_again: !profile.grant.spends_refresh_token(),
        reuse_interval: profile.provider.reuse_interval,
        old_lives: profile.provider.old_access_token == OldAccessToken::Lives,
        lock_dir: profile.lock_dir.as_deref(),
        patience: None,
    }
}

/// A runtime, for the few paths that need one: on this thread, made at the last moment.
pub fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    // A name is looked up on a thread, and a runtime that cannot have one ends the process.
    let thread = std::thread::Builder::new()
        .spawn(|| {})
        .map(std::thread::JoinHandle::join);
    if let Err(error) = thread {
        let message = format!("cannot start a thread: {error}");
        return Err(Error::new(ErrorKind::TryAgain, message)
            .hint("is there a limit on processes or memory?"));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(|error| Error::new(ErrorKind::Failed, format!("cannot start: {error}")))
}
