//! The state of a session, as far as it can be told without lock, key, network and prompt.

use std::path::PathBuf;

use super::Context;
use super::ends::{End, Life};
use crate::config::{self, Config, ConfigError, ENVIRONMENT_PROFILE};
use crate::error::{Error, ErrorKind};
use crate::profile::Profile;
use crate::store::record::Failed;
use crate::store::seal::Summary;
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// What is known of the session of one profile.
pub struct SessionState {
    /// The name of the profile.
    pub profile: String,
    /// Whether it is used when none is named.
    pub is_default: bool,
    /// Whether its client needs no person, so that a token is asked for whenever one is wanted.
    pub asks_anew: bool,
    /// What is wrong with the profile, so that nothing can be asked with it.
    pub fault: Option<ConfigError>,
    /// The path of the record.
    pub path: PathBuf,
    /// What is in the record.
    pub recorded: Recorded,
    /// Whether a refresh is under way, or was interrupted.
    pub in_flight: bool,
    /// The process whose refresh is under way, or died in it, see [`Store::refreshing`].
    pub refreshing: Option<(u32, String, Timestamp)>,
    /// The refresh that failed last, unless one has succeeded since.
    pub failed: Option<Failed>,
    /// Where a newer session lies that could not be saved in the record's place, and what can be
    /// seen of it.
    pub rescued: Option<(PathBuf, Summary)>,
}

/// What is in a record.
pub enum Recorded {
    /// It cannot be told.
    Unreadable(StoreError),
    /// There is no record.
    Nothing,
    /// A session.
    Known(Box<Known>),
}

/// A session whose record can be read, as far as that needs no key.
pub struct Known {
    /// What can be seen of it.
    pub summary: Summary,
    /// How the profile has changed since the login, each as a clause.
    pub changed: Vec<String>,
    /// When the session ends by itself, where that is known.
    pub end: Option<End>,
}

impl Context {
    /// The state of the profile `name`. Without a name: of all profiles, or if there is none, of
    /// the one that is meant when none is named. The configuration is read once.
    ///
    /// # Errors
    /// When there is no such profile, or the configuration cannot be read. What is wrong with one
    /// of all profiles is part of its state.
    pub fn states(&self, name: Option<&str>) -> Result<Vec<SessionState>, Error> {
        if name.is_none() {
            let config = self.config()?;
            if !config.names().is_empty() {
                return self.all_states(&config);
            }
        }
        let profile = self.profile(name)?;
        let name = profile.name.clone();
        Ok(vec![self.state(name, Ok(profile))?])
    }

    /// The state of each profile that the file has, and of the one that the environment makes.
    fn all_states(&self, config: &Config) -> Result<Vec<SessionState>, Error> {
        let names = config.names().into_iter();
        let mut profiles: Vec<(String, Result<Profile, ConfigError>)> = names
            .map(|name| {
                let profile = config.profile(Some(&name));
                (name, profile)
            })
            .collect();
        let mut default = config.default_profile();
        if let Some(profile) = config::environment_profile(None) {
            default = Some(ENVIRONMENT_PROFILE);
            let same = profiles
                .iter_mut()
                .find(|(name, _)| name == ENVIRONMENT_PROFILE);
            match same {
                Some(row) => row.1 = profile,
                None => profiles.insert(0, (ENVIRONMENT_PROFILE.to_owned(), profile)),
            }
        }
        let states = profiles.into_iter().map(|(name, profile)| {
            let is_default = default == Some(&*name);
            let state = self.state(name, profile)?;
            Ok(SessionState {
                is_default,
                ..state
            })
        });
        states.collect()
    }

    /// The state of the record `name`, whatever has become of its profile; `None` if there is no
    /// record.
    #[must_use]
    pub fn state_of_record(&self, name: &str) -> Option<SessionState> {
        let profile = self.profile(Some(name));
        let state = self.state(name.to_owned(), profile).ok()?;
        (!matches!(state.recorded, Recorded::Nothing)).then_some(state)
    }

    fn state(
        &self,
        name: String,
        profile: Result<Profile, ConfigError>,
    ) -> Result<SessionState, Error> {
        let store = self.record(&name)?;
        let (profile, fault) = match profile {
            Ok(profile) => (Some(profile), None),
            Err(fault) => (None, Some(fault)),
        };
        Ok(SessionState {
            profile: name,
            is_default: false,
            asks_anew: profile
                .as_ref()
                .is_some_and(|profile| !profile.grant.needs_person()),
            fault,
            path: store.path().to_owned(),
            recorded: Recorded::of(&store, profile.as_ref()),
            in_flight: store.in_flight(),
            refreshing: store.refreshing(),
            failed: store.failed(),
            rescued: store.rescued(),
        })
    }
}

impl SessionState {
    /// The state in a few words, the same for people and for scripts.
    #[must_use]
    pub fn word(&self, now: Timestamp) -> &'static str {
        match &self.recorded {
            Recorded::Unreadable(_) => "unreadable",
            Recorded::Nothing if self.asks_anew => "no token yet",
            Recorded::Nothing => "not logged in",
            Recorded::Known(known) => known.word(now),
        }
    }

    /// What a caller who asks for a token would be told, if there is none to be had.
    #[must_use]
    pub fn nothing_to_hand_out(&self, now: Timestamp) -> Option<Error> {
        let rescued = self.rescued.as_ref();
        if rescued.is_some_and(|(_, summary)| summary.access.facts.may_live(now)) {
            return None;
        }
        let kind = match &self.recorded {
            Recorded::Unreadable(_) => ErrorKind::Store,
            _ if self.asks_anew => return None,
            Recorded::Known(known) if known.hands_out(now) => return None,
            _ => ErrorKind::LoginRequired,
        };
        let error = Error::new(kind, self.word(now)).about(&self.profile);
        Some(error.hint("run `authctl login {profile}`"))
    }
}

impl Recorded {
    fn of(store: &Store, profile: Option<&Profile>) -> Self {
        let summary = match store.summary() {
            Err(error) => return Self::Unreadable(error),
            Ok(None) => return Self::Nothing,
            Ok(Some(summary)) => summary,
        };
        let registration = profile.map(Profile::registration);
        let changed = registration.map(|now| summary.header.changes_to(&now));
        let end = profile.and_then(|profile| Life::of_summary(&summary).end(&profile.provider));
        Self::Known(Box::new(Known {
            summary,
            changed: changed.unwrap_or_default(),
            end,
        }))
    }
}

impl Known {
    fn word(&self, now: Timestamp) -> &'static str {
        let Summary { header, access, .. } = &self.summary;
        if !self.changed.is_empty() {
            return "profile changed";
        }
        match (header.refusal(now), access.facts.may_live(now)) {
            (None, true) => return "logged in",
            (None, false) => {}
            (Some(_), true) => return "refused",
            (Some(_), false) => return "ended by the server",
        }
        if self.summary.renewable || !header.is_of_person() {
            return "logged in, token to be refreshed";
        }
        "expired"
    }

    /// Whether a caller would be given a token, as far as no server has to be asked for that.
    fn hands_out(&self, now: Timestamp) -> bool {
        let Summary { header, access, .. } = &self.summary;
        match self.word(now) {
            "refused" => header.refused_access() != Some(&access.fingerprint),
            word => word.starts_with("logged in"),
        }
    }
}
