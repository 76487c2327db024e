//! What can be done with one profile's session: get a token, log in, log out, store it in another
//! way.
//!
//! A [`Session`] is how every verb, every hook and every other caller reaches the refresh protocol.
//! It joins the record ([`crate::store`]) with the ways to get tokens ([`crate::grant`]) by means
//! of the protocol ([`crate::broker`]). An error that leaves this room has the profile's name on
//! it, once. What happens on the way is told as events to the sink of the [`Context`].
//!
//! Deliberately absent: flags, and stdout. A caller makes a request out of its flags, and prints
//! what comes back as it likes.

mod command;
mod context;
pub mod detached;
pub mod ends;
mod exchange;
pub mod inspect;
mod key_memo;
pub mod keys;
pub mod login;
pub mod logout;
pub mod profiles;
mod proof;
mod refresh;
pub mod registration;
mod relocate;
mod rename;
mod reseal;
mod server_keys;
pub mod state;
mod story;
mod task;
mod token;
pub mod trial;

use std::cell::OnceCell;

pub use context::{Context, Sink};
pub use reseal::Resealed;
pub use token::{Token, YOUNG};

use crate::broker::Policy;
use crate::config::ENVIRONMENT_PROFILE;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::grant::endpoint::BackChannel;
use crate::http::Http;
use crate::oauth::client::{Client, Proof};
use crate::oauth::want::Want;
use crate::profile::Profile;
use crate::profile::identity::Registration;
use crate::provider::OldAccessToken;
use crate::store::Store;
use crate::store::key::KeySource;
use crate::time::Timestamp;
use crate::ui;

/// One profile's session, as every verb and every hook uses it. Making one touches nothing.
pub struct Session<'a> {
    context: &'a Context,
    profile: Profile,
    /// The name by which the profile was asked for; `None` for the one that is meant when none is
    /// named.
    asked_as: Option<String>,
    store: Store,
    http: Http,
    /// What the client proves itself with, once it was fetched.
    proof: OnceCell<Proof>,
}

impl<'a> Session<'a> {
    /// The session of `profile`.
    ///
    /// # Errors
    /// When the profile's `lock_dir` is a relative path.
    pub fn new(context: &'a Context, profile: Profile) -> Result<Self, Error> {
        let keys = keys::source(context, &profile, keys::limit(&profile));
        Self::with_keys(context, profile, keys)
    }

    fn with_keys(context: &'a Context, profile: Profile, keys: KeySource) -> Result<Self, Error> {
        let store = context.store(&profile, keys)?;
        let http = context.http(&profile);
        Ok(Self {
            context,
            asked_as: Some(profile.name.clone()),
            profile,
            store,
            http,
            proof: OnceCell::new(),
        })
    }

    /// The profile whose session this is.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// A token as the profile wants it when nothing else is asked for.
    #[must_use]
    pub fn want(&self) -> Want {
        Want {
            margin: self.profile.margin(),
            ..Want::default()
        }
    }

    fn now(&self) -> Timestamp {
        self.context.clock.now()
    }

    /// Tells that something happened to this session.
    fn notify(&self, event: &Event) {
        self.context.notify(Some(&self.profile.name), event);
    }

    /// Tells what happened to this session in a process that has written it into the log itself.
    fn show(&self, event: &Event) {
        self.context.show(&self.profile.name, event);
    }

    /// Tells all that happened under a lock, which is free by now.
    fn notify_all(&self, events: Vec<Event>) {
        self.context.notify_all(&self.profile.name, events);
    }

    /// Puts the profile's name on an error, at the border of this room.
    fn about(&self, error: impl Into<Error>) -> Error {
        let error = error.into();
        let is_for_job = error.about.is_none()
            && error.kind == ErrorKind::LoginRequired
            && self.profile.name == ENVIRONMENT_PROFILE;
        let error = error.about(&self.profile.name);
        if !is_for_job {
            return error;
        }
        let hint = "for a job without a person, set AUTHCTL_GRANT=client_credentials and \
                    AUTHCTL_CLIENT_SECRET";
        if ui::is_watched() {
            error.hint(hint)
        } else {
            error.first_hint(hint)
        }
    }

    /// What the client proves itself with: fetched once, and before any lock is taken, because a
    /// command that prints a secret may ask a person.
    fn proof(&self) -> Result<&Proof, Error> {
        if let Some(proof) = self.proof.get() {
            return Ok(proof);
        }
        let proof = proof::fetch(self.context, &self.profile)?;
        proof::demand(&self.profile, &proof)?;
        Ok(self.proof.get_or_init(|| proof))
    }

    /// How `client` reaches the profile's server.
    fn channel<'c>(&'c self, client: &'c Client) -> BackChannel<'c> {
        BackChannel {
            http: &self.http,
            client,
            provider: &self.profile.provider,
            clock: &self.context.clock,
        }
    }

    /// What the refresh protocol has to know of the profile.
    fn policy<'p>(&'p self, registration: &'p Registration) -> Policy<'p> {
        let profile = &self.profile;
        Policy {
            profile: &profile.name,
            rejected: None,
            registration,
            scope: &profile.scope,
            assumed_ttl: profile.assumed_ttl,
            asks_again: !profile.grant.spends_refresh_token(),
            reuse_interval: profile.provider.reuse_interval,
            old_lives: profile.provider.old_access_token == OldAccessToken::Lives,
            lock_dir: profile.lock_dir.as_deref(),
            patience: None,
        }
    }
}
