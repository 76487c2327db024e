//! Ending a session: at the server (refresh token first), then on this machine, under the lock. A
//! server that does not confirm is reported and never in the way.

use super::{Context, Session, keys, proof};
use crate::broker::PATIENCE;
use crate::error::Error;
use crate::event::Event;
use crate::grant::endpoint::{BackChannel, Endpoint, EndpointKind};
use crate::grant::revoke::{Revoked, revoke};
use crate::grant::{self, GrantError, Server};
use crate::http::Http;
use crate::oauth::client::{AuthMethod, Client, Proof};
use crate::profile::Profile;
use crate::profile::store_kind::StoreKind;
use crate::provider::{Provider, Revocation};
use crate::store::key::KeySource;
use crate::store::record::Header;
use crate::store::{Locked, Store, StoreError};

/// Where a session is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logout {
    /// At the server, and on this machine.
    Everywhere,
    /// On this machine. The server is not told, and no key is needed.
    Local,
}

/// How a session ended.
pub enum Ended {
    /// There was none.
    NotLoggedIn,
    /// At the server and on this machine.
    Everywhere,
    /// On this machine. The server was not told.
    Here,
    /// On this machine. The server did not confirm, and why.
    Unconfirmed(String),
}

impl Ended {
    /// The event that says so.
    fn event(&self) -> Event {
        match self {
            Ended::NotLoggedIn => Event::NotLoggedIn,
            Ended::Everywhere => Event::LoggedOut,
            Ended::Here => Event::LoggedOutHere,
            Ended::Unconfirmed(cause) => Event::LoggedOutUnconfirmed {
                cause: cause.clone(),
            },
        }
    }
}

impl Session<'_> {
    /// Ends the session.
    ///
    /// # Errors
    /// When it cannot be read or removed on this machine.
    pub fn logout(&self, how: Logout) -> Result<Ended, Error> {
        end_session(self.context, &self.profile.name, Some(&self.profile), how)
    }
}

impl Context {
    /// The name of the profile whose session is to be ended: also one that is gone from the
    /// configuration, or cannot be used as it stands there, while it has a record or a registered
    /// client.
    ///
    /// # Errors
    /// When there is neither a profile nor a record of that name.
    pub fn name_for_logout(&self, named: Option<&str>) -> Result<String, Error> {
        let error = match self.profile(named) {
            Ok(profile) => return Ok(profile.name),
            Err(error) => error,
        };
        let has_record = |name: &str| {
            let has_client = |record: &Store| record.client().ok().flatten().is_some();
            self.record(name)
                .is_ok_and(|it| it.path().exists() || has_client(&it))
        };
        match named {
            Some(name) if !name.contains(['/', '\\']) && has_record(name) => Ok(name.to_owned()),
            _ => Err(error.into()),
        }
    }

    /// Ends the session of the profile `name`, also if the profile is gone from the configuration
    /// or cannot be used as it stands there.
    ///
    /// # Errors
    /// When the session cannot be read or removed on this machine.
    pub fn logout(&self, name: &str, how: Logout) -> Result<Ended, Error> {
        let profile = self.profile(Some(name)).ok();
        end_session(self, name, profile.as_ref(), how)
    }
}

fn end_session(
    context: &Context,
    name: &str,
    profile: Option<&Profile>,
    how: Logout,
) -> Result<Ended, Error> {
    let removal = Removal {
        context,
        name,
        profile,
        how,
    };
    let ended = removal.carry_out().map_err(|error| error.about(name))?;
    context.notify(Some(name), &ended.event());
    Ok(ended)
}

/// A session that is being ended.
struct Removal<'a> {
    context: &'a Context,
    name: &'a str,
    /// The profile, where there is one of this name.
    profile: Option<&'a Profile>,
    how: Logout,
}

impl Removal<'_> {
    fn carry_out(&self) -> Result<Ended, Error> {
        if !self.context.record(self.name)?.holds_anything() {
            return Ok(Ended::NotLoggedIn);
        }
        let server = self.server();
        let lock_dir = self.context.lock_dir_of(self.name, self.profile);
        let stores = Stores::new(self, lock_dir.as_deref())?;
        let mut locked = self.lock(&stores, lock_dir.is_some())?;
        let mut events = locked.take_events();
        // The copy of a damaged record is removed with the session.
        events.retain(|event| !matches!(event, Event::DamageKept { .. }));
        let ended = self.tell_server_and_remove(locked, server);
        self.context.notify_all(self.name, events);
        ended
    }

    fn tell_server_and_remove(
        &self,
        locked: Locked<'_>,
        server: ToBeTold<'_>,
    ) -> Result<Ended, Error> {
        let ended = self.tell_server(&locked, server)?;
        locked.remove_session()?;
        Ok(ended)
    }

    /// What is known of the server that is told, fetched before the lock: a command that prints the
    /// secret may ask a person. A profile that describes another server or client than the
    /// session's has no say: nothing of one goes to the other.
    fn server(&self) -> ToBeTold<'_> {
        let record = self.context.record(self.name).ok();
        let is_lent = record.as_ref().is_some_and(Store::is_lent);
        let summary = record.and_then(|record| record.summary().ok().flatten());
        let header = summary.map(|summary| summary.header);
        let profile = self.profile.filter(|it| answers_for(it, header.as_ref()));
        let proof = match profile {
            // Root's secret goes to no address that another user may have written down.
            Some(profile) if is_lent && profile.endpoints.revocation.is_none() => Ok(Proof::None),
            Some(profile) if self.how == Logout::Everywhere => proof::fetch(self.context, profile),
            _ => Ok(Proof::None),
        };
        ToBeTold { profile, proof }
    }

    /// Takes the session's lock, in whichever form its record is.
    fn lock<'s>(&self, stores: &'s Stores, has_lock_dir: bool) -> Result<Locked<'s>, Error> {
        let now = self.context.clock.now();
        let mut notify = |event: Event| self.notify(&event);
        match stores.chosen.lock(now, "logout", PATIENCE, &mut notify) {
            // What no key opens, no process can end at the server.
            Err(StoreError::KeyLost { .. } | StoreError::Foreign { .. }) => {
                let lost = &stores.for_unopened;
                Ok(lost.lock(now, "logout", PATIENCE, &mut notify)?)
            }
            Err(
                error @ (StoreError::Key(_)
                | StoreError::Sealed { .. }
                | StoreError::Unreadable { .. }),
            ) => Err(Error::from(error)
                .hint("`authctl logout {profile} --local` removes it without telling the server")),
            // No process refreshes under locks that cannot be had, and a session must not be there
            // for ever because of them.
            Err(error) if has_lock_dir && !matches!(error, StoreError::Busy { .. }) => {
                let cause = error.to_string();
                notify(Event::LocksBesideRecord { cause });
                let beside = &stores.with_locks_beside;
                Ok(beside.lock(now, "logout", PATIENCE, &mut |_| {})?)
            }
            locked => Ok(locked?),
        }
    }

    /// Has the server end the session, if it is to be told.
    fn tell_server(&self, locked: &Locked<'_>, server: ToBeTold<'_>) -> Result<Ended, Error> {
        if self.how == Logout::Local {
            return Ok(Ended::Here);
        }
        let proof = match server.proof {
            Ok(proof) => proof,
            Err(error) => return Ok(Ended::Unconfirmed(error.about(self.name).to_string())),
        };
        let header = locked.header();
        let profile = server.profile.filter(|it| answers_for(it, header));
        let told = self.context.block_on(self.revoke(locked, profile, proof))?;
        Ok(match told {
            Revoked::Done => Ended::Everywhere,
            Revoked::Failed(why) => Ended::Unconfirmed(why),
        })
    }

    async fn revoke(
        &self,
        locked: &Locked<'_>,
        profile: Option<&Profile>,
        proof: Proof,
    ) -> Revoked {
        let Some(header) = locked.header() else {
            return Revoked::Failed("its tokens cannot be read".to_owned());
        };
        if let Some(profile) = profile
            && let Revocation::Elsewhere(place) = profile.provider.revocation
        {
            return Revoked::Failed(format!("it can only be ended at {place}"));
        }
        let named = profile.and_then(|profile| profile.endpoints.revocation.clone());
        let Some(address) = header.endpoints.revocation.clone().or(named) else {
            return Revoked::Failed("it has no revocation endpoint".to_owned());
        };
        let server = &header.identity.server;
        if !header.endpoints.are_beside(server, &address) {
            return Revoked::Failed(format!(
                "{address} was not named when this session was made"
            ));
        }
        let checked = grant::check_remembered(&header.identity.server, &header.endpoints);
        let parsed = checked.and_then(|()| Endpoint::parse(EndpointKind::Revocation, &address));
        let endpoint = match parsed {
            Ok(endpoint) => endpoint,
            Err(error @ GrantError::BadEndpoint { .. }) => {
                return Revoked::Failed(error.to_string());
            }
            Err(_) => return Revoked::Failed("its revocation endpoint cannot be used".to_owned()),
        };
        let client = client(locked, profile, proof);
        let http = profile.map_or_else(Http::default, |profile| self.context.http(profile));
        let provider = profile.map_or_else(Provider::default, |profile| profile.provider.clone());
        let channel = BackChannel {
            http: &http,
            client: &client,
            provider: &provider,
            clock: &self.context.clock,
        };
        let refresh = match locked.refresh_token() {
            Some(token) => revoke(&channel, &endpoint, token.expose(), "refresh_token").await,
            None => Revoked::Done,
        };
        let access = match locked.access() {
            Some(access) => {
                let token = access.secret.expose();
                revoke(&channel, &endpoint, token, "access_token").await
            }
            None => Revoked::Done,
        };
        // The refresh token is the session. A server that does not revoke access tokens lets them
        // run out.
        if locked.refresh_token().is_some() {
            refresh
        } else {
            access
        }
    }

    fn notify(&self, event: &Event) {
        self.context.notify(Some(self.name), event);
    }
}

/// What is known of the server that is to be told of the session's end.
struct ToBeTold<'a> {
    /// The profile, if it describes the server and the client that the session was made for.
    profile: Option<&'a Profile>,
    /// What the client proves itself with.
    proof: Result<Proof, Error>,
}

/// Whether a profile still describes the server and the client that a session was made for.
fn answers_for(profile: &Profile, header: Option<&Header>) -> bool {
    let own = profile.registration();
    header.is_some_and(|header| {
        let made_for = &header.identity;
        made_for.server == own.identity.server
            && made_for.client_id == own.identity.client_id
            && own.has_addresses_of(&header.endpoints)
    })
}

/// The ways to open one session that is to be removed.
struct Stores {
    /// With the locks and the keys that it has.
    chosen: Store,
    /// For a record that no key opens: it gives way.
    for_unopened: Store,
    /// For locks that cannot be had: with those beside the record.
    with_locks_beside: Store,
}

impl Stores {
    fn new(removal: &Removal<'_>, lock_dir: Option<&str>) -> Result<Self, Error> {
        let Removal { context, name, .. } = *removal;
        let chosen = in_any_form(context.record_with_locks(name, lock_dir)?, removal);
        let for_unopened = in_any_form(context.record_with_locks(name, lock_dir)?, removal);
        Ok(Self {
            chosen: match removal.how {
                Logout::Everywhere => chosen,
                Logout::Local => chosen.for_removal(),
            },
            for_unopened: for_unopened.for_new_session(),
            with_locks_beside: in_any_form(context.record(name)?, removal),
        })
    }
}

/// The store whatever form its record has: it goes in any case.
fn in_any_form(store: Store, removal: &Removal<'_>) -> Store {
    let keys = match removal.how {
        Logout::Everywhere => keys::of_session(removal.context, removal.profile),
        Logout::Local => KeySource::none(),
    };
    store.with_kind(StoreKind::Auto, false, keys)
}

/// The client that the session was made for. If its profile is gone or another now, all that is
/// left is its name.
fn client(locked: &Locked<'_>, profile: Option<&Profile>, proof: Proof) -> Client {
    let header = locked.header();
    if let Some(profile) = profile {
        let known = header.map(|header| Server::without_metadata(header.endpoints.clone()));
        return grant::client(profile, proof, known.as_ref());
    }
    Client {
        id: header
            .map(|header| header.identity.client_id.clone())
            .unwrap_or_default(),
        proof: Proof::None,
        auth_method: AuthMethod::None,
    }
}
