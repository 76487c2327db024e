//! What is process-wide, and what every session of a process shares: the time, where things are,
//! where events go, the keys that were fetched, the runtime for network requests.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::Session;
use super::key_memo::KeyMemo;
use crate::config::log_setting::LogSetting;
use crate::config::{self, Config, ConfigError, Locations, env};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::http::Http;
use crate::log::Log;
use crate::profile::Profile;
use crate::profile::setting::{Setting, Source};
use crate::store::key::KeySource;
use crate::store::{Store, keyspace};
use crate::time::Clock;

/// Where events go: the name of the profile, if an event is about one, and what happened.
pub type Sink = dyn Fn(Option<&str>, &Event) + Send + Sync;

/// What is process-wide. Made once, and lent to every session.
pub struct Context {
    /// Where the configuration and the sessions are.
    pub locations: Arc<Locations>,
    /// The time.
    pub clock: Clock,
    sink: Arc<Sink>,
    keys: Arc<KeyMemo>,
    /// What the configuration says of the log, once it was read.
    log_said: OnceLock<LogSetting>,
    log: OnceLock<Log>,
    runtime: OnceLock<tokio::runtime::Runtime>,
}

impl Context {
    /// A context whose events go to `sink`. Touches no file.
    ///
    /// # Errors
    /// When a variable names a relative path.
    pub fn new(sink: Arc<Sink>) -> Result<Self, Error> {
        Ok(Self {
            locations: Arc::new(Locations::find()?),
            clock: Clock,
            sink,
            keys: Arc::default(),
            log_said: OnceLock::new(),
            log: OnceLock::new(),
            runtime: OnceLock::new(),
        })
    }

    /// A context beside this one, whose configuration and sessions are in another directory.
    ///
    /// # Errors
    /// When a variable names a relative path.
    pub fn beside(&self, directory: &Path) -> Result<Self, Error> {
        // What this one's configuration names as secrets is secret there, too.
        let _ = self.locations.secrets();
        let mut other = Self::new(Arc::clone(&self.sink))?;
        let (config, state) = (directory.join("config.toml"), directory.join("state"));
        other.locations = Arc::new(Locations {
            named: self.locations.named.clone(),
            trusted: self.locations.trusted,
            ..Locations::at(config, state)
        });
        Ok(other)
    }

    /// Tells the sink and the log what happened, to the session of `profile` or to none in
    /// particular.
    pub fn notify(&self, profile: Option<&str>, event: &Event) {
        if event.is_logged() {
            self.log().write(self.clock.moment(), profile, event);
        }
        (self.sink)(profile, event);
    }

    /// Tells the log alone what happened to the session of `profile`.
    pub(super) fn log_all(&self, profile: &str, events: &[Event]) {
        for event in events.iter().filter(|event| event.is_logged()) {
            self.log().write(self.clock.moment(), Some(profile), event);
        }
    }

    /// Tells the sink alone what happened: the process that it happened in has written it into the
    /// log.
    pub(super) fn show(&self, profile: &str, event: &Event) {
        (self.sink)(Some(profile), event);
    }

    /// What the user wants of the log, as far as it is known: the configuration is read no second
    /// time, for it may be a pipe, and not at all for a profile that needs none.
    pub(super) fn log_setting(&self) -> LogSetting {
        let said = self.log_said.get().cloned();
        said.unwrap_or_default().with_environment()
    }

    /// The variables about the log that are set and not understood.
    #[must_use]
    pub fn unread_log_variables(&self) -> Vec<&'static str> {
        LogSetting::unread_variables()
    }

    /// The log, which is looked for when it is needed first.
    pub fn log(&self) -> &Log {
        self.log.get_or_init(|| self.log_as(&self.log_setting()))
    }

    /// This context, with its log as the process that started this one wants it.
    #[must_use]
    pub(super) fn with_log(mut self, setting: &LogSetting) -> Self {
        self.log = OnceLock::from(self.log_as(setting));
        self
    }

    fn log_as(&self, setting: &LogSetting) -> Log {
        Log::new(self.locations.state.clone(), setting)
    }

    /// Tells all that happened to the session of `profile` under a lock. The lock has to be free by
    /// now: the process that reads stderr may have stopped reading.
    pub(super) fn notify_all(&self, profile: &str, events: Vec<Event>) {
        for event in events {
            self.notify(Some(profile), &event);
        }
    }

    /// The configuration file, read anew.
    ///
    /// # Errors
    /// When it cannot be read or parsed, or is not believed.
    pub fn config(&self) -> Result<Config, ConfigError> {
        let config = self.locations.read()?;
        self.log_said.get_or_init(|| config.log().clone());
        Ok(config)
    }

    /// The profile `name`, or the one that is meant when no name is given, see [`Config::profile`].
    ///
    /// # Errors
    /// When there is no such profile, or one of its values cannot be used.
    pub fn profile(&self, name: Option<&str>) -> Result<Profile, ConfigError> {
        match config::environment_profile(name) {
            Some(profile) => profile,
            None => self.config()?.profile(name),
        }
    }

    /// The session of the profile `name`, or of the one that is meant when no name is given.
    ///
    /// # Errors
    /// When there is no such profile, or one of its values cannot be used.
    pub fn session(&self, name: Option<&str>) -> Result<Session<'_>, Error> {
        let mut session = Session::new(self, self.profile(name)?)?;
        session.asked_as = name.map(str::to_owned);
        Ok(session)
    }

    /// The session of the profile that `name` is with these settings over what it has. A setting
    /// that came by a flag and cannot be used is a wrong command line.
    ///
    /// # Errors
    /// When the name or a value cannot be used.
    pub fn session_with(&self, name: &str, settings: Vec<Setting>) -> Result<Session<'_>, Error> {
        Session::new(self, self.profile_with(name, settings)?)
    }

    pub(super) fn profile_with(
        &self,
        name: &str,
        settings: Vec<Setting>,
    ) -> Result<Profile, Error> {
        let flags: Vec<&'static str> = settings
            .iter()
            .filter(|setting| setting.source == Source::Flag)
            .map(|setting| setting.name)
            .collect();
        let profile = self.config()?.profile_with(name, &settings);
        profile.map_err(|error| blame_flags(error, &flags))
    }

    /// The names of all profiles that are configured, or that have a session, sorted.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let mut names = self.config()?.names();
        names.extend(keyspace::profiles_with_sessions(self.locations.state()?));
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The record of the profile `name`, as far as it can be seen without a key and without its
    /// configuration.
    ///
    /// # Errors
    /// When no home directory is known.
    pub fn record(&self, name: &str) -> Result<Store, ConfigError> {
        let state = self.locations.state()?;
        Ok(Store::new(state, &self.locations.salvage, name))
    }

    /// The record of a profile, stored as the profile says, with keys from `keys`.
    pub(super) fn store(&self, profile: &Profile, keys: KeySource) -> Result<Store, Error> {
        let needs_record = profile.grant.spends_refresh_token();
        let store = match self.record_with_locks(&profile.name, profile.lock_dir.as_deref()) {
            Err(error) if needs_record || self.locations.state().is_ok() => return Err(error),
            Err(_) => Store::nowhere(&profile.name),
            Ok(store) => store,
        };
        let store = store.with_kind(profile.store, profile.readable_access, keys);
        // A client that needs no person loses nothing with a record that no key opens: it asks
        // again.
        Ok(if needs_record {
            store
        } else {
            store.for_new_session()
        })
    }

    /// The record of the profile `name`, with its locks in `lock_dir` if there is one.
    pub(super) fn record_with_locks(
        &self,
        name: &str,
        lock_dir: Option<&str>,
    ) -> Result<Store, Error> {
        let store = self.record(name)?;
        // `~` is not expanded: for a service, or under sudo, it is another directory with other
        // locks.
        let Some(path) = lock_dir.map(PathBuf::from) else {
            return Ok(store);
        };
        if path.is_relative() {
            let variable = "lock_dir";
            return Err(ConfigError::Relative { variable, path }.into());
        }
        Ok(store.with_locks_in(path))
    }

    /// Where the locks of a session are. A refresh that is under way holds the lock that it was
    /// begun with, whatever the profile says by now, so that the record's word comes first.
    pub(super) fn lock_dir_of(&self, name: &str, profile: Option<&Profile>) -> Option<String> {
        let record = self.record(name).ok();
        match record.and_then(|record| record.summary().ok().flatten()) {
            Some(summary) => summary.header.lock_dir,
            None => profile.and_then(|profile| profile.lock_dir.clone()),
        }
    }

    pub(super) fn key_memo(&self) -> &Arc<KeyMemo> {
        &self.keys
    }

    /// Where events go.
    #[must_use]
    pub fn sink(&self) -> &Arc<Sink> {
        &self.sink
    }

    /// A client that trusts what the profile, else the environment, else the system trusts.
    pub(super) fn http(&self, profile: &Profile) -> Http {
        self.http_trusting(profile.ca_file.as_deref().map(config::expand))
    }

    /// A client that trusts the certificates in this file, else what the environment, else the
    /// system trusts.
    #[must_use]
    pub fn http_trusting(&self, ca_file: Option<PathBuf>) -> Http {
        Http::new(ca_file.or_else(|| env::path("SSL_CERT_FILE"))).with_proxy(env::proxy)
    }

    /// Makes the runtime, if there is none yet. What this machine may lack for it (threads, memory)
    /// is missed here, before anything is spent.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn runtime(&self) -> Result<&tokio::runtime::Runtime, Error> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let runtime = new_runtime()?;
        Ok(self.runtime.get_or_init(|| runtime))
    }

    /// Runs `future` to its end, on this thread and on a runtime of its own: what it has spawned
    /// ends with it, a socket that listens among them.
    ///
    /// # Errors
    /// When no runtime can be made.
    pub(super) fn block_on_apart<F: Future>(future: F) -> Result<F::Output, Error> {
        let runtime = new_runtime()?;
        let output = runtime.block_on(future);
        runtime.shutdown_background();
        Ok(output)
    }

    /// Runs what needs the network to its end, on this thread.
    ///
    /// # Errors
    /// When no runtime can be made.
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        Ok(self.runtime()?.block_on(future))
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // The look-up of a name may hang for longer than the process has to live.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A runtime on the thread that uses it.
fn new_runtime() -> Result<tokio::runtime::Runtime, Error> {
    // A name is looked up on a thread, and a runtime that cannot have one ends the process.
    let thread = std::thread::Builder::new().spawn(|| {});
    if let Err(error) = thread.map(std::thread::JoinHandle::join) {
        let message = format!("cannot start a thread: {error}");
        return Err(Error::new(ErrorKind::TryAgain, message)
            .hint("is there a limit on processes or memory?"));
    }
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new(ErrorKind::Failed, format!("cannot start: {error}")))
}

/// Whose fault it is that a profile cannot be used: that of the command line where a flag brought
/// the value, else that of the configuration.
fn blame_flags(error: ConfigError, flags: &[&'static str]) -> Error {
    match &error {
        ConfigError::Invalid { invalid, .. } if is_wanted_by(flags, invalid.setting) => {
            Error::new(ErrorKind::Usage, invalid.to_string()).hint("see `authctl login --help`")
        }
        ConfigError::Name { .. } | ConfigError::Reserved { .. } => {
            Error::new(ErrorKind::Usage, error.to_string()).hint("it becomes the name of a file")
        }
        _ => error.into(),
    }
}

/// Whether one of `flags` brought this setting, or made it necessary.
fn is_wanted_by(flags: &[&'static str], setting: &str) -> bool {
    flags
        .iter()
        .any(|flag| *flag == setting || (*flag, setting) == ("store", "key_command"))
}
