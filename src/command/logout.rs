//! `authctl logout`: ends a session at the server (refresh token first), then on this machine,
//! under the lock. A server that does not confirm is reported and never in the way.

use serde_json::{Value, json};

use super::answer_json;
use crate::broker::PATIENCE;
use crate::cli::LogoutArgs;
use crate::error::Error;
use crate::event::Event;
use crate::grant::endpoint::{BackChannel, Endpoint, EndpointKind};
use crate::grant::revoke::{Revoked, revoke};
use crate::grant::{self, GrantError, Server};
use crate::http::Http;
use crate::oauth::client::{AuthMethod, Client, Proof};
use crate::profile::Profile;
use crate::profile::identity::Identity;
use crate::profile::store_kind::StoreKind;
use crate::provider::{Provider, Revocation};
use crate::session::Context;
use crate::session::{keys as key, runtime, secret};
use crate::store::key::KeySource;
use crate::store::{Locked, Store, StoreError, keyspace};

/// Logs out.
///
/// # Errors
/// When a session cannot be read or removed on this machine.
pub fn run(run: &Context, args: &LogoutArgs) -> Result<(), Error> {
    let names = if args.all {
        everybody(run)?
    } else {
        vec![name(run, args)?]
    };
    let (mut reports, mut failed) = (Vec::new(), None);
    for name in &names {
        let report = match end(run, args, name) {
            Ok(report) => report,
            Err(error) if args.all => {
                run.say(&error.message);
                failed.get_or_insert(error);
                continue;
            }
            Err(error) => return Err(error),
        };
        run.say(&format!("{name}: {}", report.sentence()));
        reports.push(
            json!({"profile": name, "removed": report.removed, "revoked": report.revoked,
            "server": report.server}),
        );
    }
    match failed {
        Some(error) => Err(error),
        None if run.json => answer_json(&Value::Array(reports)),
        None => Ok(()),
    }
}

/// A profile that is gone from the configuration may still have a session to end.
fn name(run: &Context, args: &LogoutArgs) -> Result<String, Error> {
    let profile = run.locations.profile(args.profile.as_deref());
    match (&args.profile, profile) {
        (_, Ok(profile)) => Ok(profile.name),
        (Some(name), Err(_)) if !name.contains(['/', '\\']) && run.store(name).path().exists() => {
            Ok(name.clone())
        }
        (_, Err(error)) => Err(error.into()),
    }
}

/// Every profile that is configured, or has a session.
pub(super) fn everybody(run: &Context) -> Result<Vec<String>, Error> {
    let mut names = run.locations.profiles()?;
    names.extend(keyspace::profiles(&run.locations.state));
    names.sort();
    names.dedup();
    Ok(names)
}

/// What became of a session.
struct Report {
    removed: bool,
    revoked: bool,
    server: Option<String>,
}

impl Report {
    fn sentence(&self) -> String {
        match (self.removed, self.revoked, &self.server) {
            (false, ..) => "was not logged in".to_owned(),
            (true, true, _) => "logged out, here and at the server".to_owned(),
            (true, false, None) => "logged out on this machine; the server was not told".to_owned(),
            (true, false, Some(said)) => {
                format!("logged out on this machine; the session may live on at the server: {said}")
            }
        }
    }
}

fn end(run: &Context, args: &LogoutArgs, name: &str) -> Result<Report, Error> {
    let described = run.locations.profile(Some(name)).ok();
    let store = run.store(name);
    if !store.holds_anything() {
        return Ok(Report {
            removed: false,
            revoked: false,
            server: None,
        });
    }
    let header = store.summary().ok().flatten().map(|summary| summary.header);
    // A refresh that is under way holds the lock that it was begun with, whatever the profile says
    // by now.
    let lock_dir = match &header {
        Some(header) => header.lock_dir.clone(),
        None => described
            .as_ref()
            .and_then(|profile| profile.lock_dir.clone()),
    };
    let keys = || match &described {
        _ if args.local => KeySource::none(),
        Some(profile) => key::source(run, profile, key::limit(profile)),
        None => key::orphans(run),
    };
    // Whatever form the record has, it goes.
    let any_form = |store: Store| store.kept(StoreKind::Auto, false, keys());
    let store = any_form(run.store_with_locks(name, lock_dir.as_deref())?);
    let store = if args.local { store.replacing() } else { store };
    let made_for = header.map(|header| header.identity);
    // A profile that describes another server or client now has no say in this: nothing of one goes
    // to the other.
    let profile = described
        .clone()
        .filter(|profile| answers_for(profile, made_for.as_ref()));
    // Before the lock: a command that prints the secret may ask a person.
    let secret = match profile
        .as_ref()
        .filter(|_| !args.local)
        .map(secret::client_secret)
    {
        Some(Ok(secret)) => Ok(secret),
        Some(Err(error)) => Err(error.message),
        None => Ok(None),
    };
    let mut notify = |event: Event| run.say(&format!("{name}: {event}"));
    let unchosen = any_form(run.store(name));
    let unopened = any_form(run.store_with_locks(name, lock_dir.as_deref())?).replacing();
    let locked = match store.lock(run.clock.now(), "logout", PATIENCE, &mut notify) {
        // What nobody can open, nobody can end at the server.
        Err(StoreError::KeyLost { .. } | StoreError::Foreign { .. }) => {
            unopened.lock(run.clock.now(), "logout", PATIENCE, &mut notify)?
        }
        Err(
            error
            @ (StoreError::Key(_) | StoreError::Sealed { .. } | StoreError::Unreadable { .. }),
        ) => {
            let error = Error::from(error);
            return Err(error.hint(format!(
                "`authctl logout {name} --local` removes it without telling the server"
            )));
        }
        // Nobody refreshes under locks that cannot be had, and a session must not be there for ever
        // because of them.
        Err(error) if lock_dir.is_some() && !matches!(error, StoreError::Busy { .. }) => {
            run.say(&format!(
                "{name}: {error}; the locks beside the record are used instead"
            ));
            unchosen.lock(run.clock.now(), "logout", PATIENCE, &mut |_| {})?
        }
        locked => locked?,
    };
    let now_for = locked.header().map(|header| &header.identity);
    let profile = profile.filter(|profile| answers_for(profile, now_for));
    let (revoked, server) = match secret {
        _ if args.local => (false, None),
        Err(why) => (false, Some(why)),
        Ok(secret) => {
            let client = client(&locked, profile.as_ref(), secret);
            let told = runtime()?.block_on(tell_server(run, &locked, profile.as_ref(), &client));
            match told {
                Revoked::Done => (true, None),
                Revoked::Failed(why) => (false, Some(why)),
            }
        }
    };
    locked.remove()?;
    Ok(Report {
        removed: true,
        revoked,
        server,
    })
}

/// Whether a session of this identity is with the profile's server, by the profile's client.
fn answers_for(profile: &Profile, identity: Option<&Identity>) -> bool {
    let own = profile.identity();
    identity.is_some_and(|identity| {
        identity.server == own.server && identity.client_id == own.client_id
    })
}

/// The client that the session was made for. If its profile is gone or another now, all that is
/// left is its name.
fn client(
    locked: &Locked<'_>,
    profile: Option<&Profile>,
    secret: Option<crate::secret::Secret>,
) -> Client {
    let id = locked
        .header()
        .map(|header| header.identity.client_id.clone())
        .unwrap_or_default();
    match profile {
        Some(profile) => {
            let known = locked
                .header()
                .map(|header| Server::known(header.endpoints.clone()));
            grant::client(profile, secret.into(), known.as_ref())
        }
        None => Client {
            id,
            proof: Proof::None,
            auth_method: AuthMethod::None,
        },
    }
}

async fn tell_server(
    run: &Context,
    locked: &Locked<'_>,
    profile: Option<&Profile>,
    client: &Client,
) -> Revoked {
    let Some(header) = locked.header() else {
        return Revoked::Failed("its tokens cannot be read".to_owned());
    };
    if let Some(Revocation::Elsewhere(place)) = profile.map(|profile| profile.provider.revocation) {
        return Revoked::Failed(format!("it can only be ended at {place}"));
    }
    let address = profile.and_then(|profile| profile.endpoints.revocation.clone());
    let Some(address) = address.or_else(|| header.endpoints.revocation.clone()) else {
        return Revoked::Failed("it has no revocation endpoint".to_owned());
    };
    let endpoint = match Endpoint::parse(EndpointKind::Revocation, &address) {
        Ok(endpoint) => endpoint,
        Err(error @ GrantError::BadEndpoint { .. }) => return Revoked::Failed(error.to_string()),
        Err(_) => return Revoked::Failed("its revocation endpoint cannot be used".to_owned()),
    };
    let http: Http = profile.map_or_else(Http::default, |profile| run.http(profile));
    let unknown = Provider::default();
    let channel = BackChannel {
        http: &http,
        client,
        provider: profile.map_or(&unknown, |profile| &profile.provider),
        clock: &run.clock,
    };
    let refresh = match locked.refresh_token() {
        Some(token) => revoke(&channel, &endpoint, token.expose(), "refresh_token").await,
        None => Revoked::Done,
    };
    let access = match locked.access() {
        Some(access) => revoke(&channel, &endpoint, access.secret.expose(), "access_token").await,
        None => Revoked::Done,
    };
    // The refresh token is the session. A server that does not revoke access tokens lets them run
    // out.
    if locked.refresh_token().is_some() {
        refresh
    } else {
        access
    }
}
