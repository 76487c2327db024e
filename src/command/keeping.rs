//! `authctl profile move` and `reseal`: how a session is kept changes, and nothing else of it does.
//!
//! Under the session's lock, by the same write-ahead file as a refresh: whoever dies on the way
//! leaves the old record or the new one. The profile is changed while a record in either form may
//! be had with it: after one was sealed, before one is opened for good. So nobody who asks for a
//! token meanwhile is turned away.

use serde_json::{Value, json};

use super::{answer_json, login_profile, logout};
use crate::broker::PATIENCE;
use crate::cli::ProfileMoveArgs;
use crate::config::variable;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::fault;
use crate::platform::signals;
use crate::profile::Profile;
use crate::profile::setting::{Setting, Source};
use crate::profile::store_kind::StoreKind;
use crate::session::Context;
use crate::session::keys as key;
use crate::store::key::{Keeper, Key, Place};
use crate::store::keyring::Item;
use crate::store::seal::{Seal, Sealing};
use crate::store::{KeyLock, Locked, Store, StoreError};

/// Keeps the session of a profile in another way from now on.
///
/// # Errors
/// Why it is kept as it was. Nothing was lost.
pub(super) fn relocate(run: &Context, args: &ProfileMoveArgs) -> Result<(), Error> {
    let old = run.locations.profile(Some(&args.profile))?;
    let settings = settings(&old, args)?;
    let new = run.locations.profile_with(&old.name, settings.clone());
    let new = new.map_err(|error| login_profile::blame(error, &settings))?;
    if matches!(new.store, StoreKind::None | StoreKind::Auto) {
        let message = format!("a session cannot be moved to `{}`", new.store.name());
        return Err(
            Error::new(ErrorKind::Usage, message).hint("move it to file, keyring, command or env")
        );
    }
    run.locations.rehearse()?;
    // A refresh that is under way holds the lock that it was begun with, whatever the profile says
    // by now.
    let lock_dir = match run.store(&old.name).summary().ok().flatten() {
        Some(summary) => summary.header.lock_dir,
        None => old.lock_dir.clone(),
    };
    let store = || run.store_with_locks(&old.name, lock_dir.as_deref());
    let to = store()?.kept(
        new.store,
        new.readable_access,
        key::source(run, &new, key::limit(&new)),
    );
    let mut notify = |event: Event| run.say(&format!("{}: {event}", old.name));
    // The key that is the newest now has to be that until the session is sealed with it.
    let _alone = match new.store {
        StoreKind::Keyring => Some(to.lock_reseal(run.clock.now(), PATIENCE, &mut notify)?),
        _ => None,
    };
    key::ensure(run, &new, &to, key::limit(&new))?;
    // Whoever is interrupted here finds a record of either form when they come again.
    let from = store()?.kept(
        StoreKind::Auto,
        new.readable_access,
        key::either(run, &old, &new),
    );
    let mut waits = |event: Event| match event {
        Event::AnotherLogin { holder } => notify(Event::WaitingFor { holder }),
        event => notify(event),
    };
    let _asking = from.lock_login(run.clock.now(), PATIENCE, &mut waits)?;
    let target = to.sealing()?;
    let mut locked = from.lock(run.clock.now(), "move", PATIENCE, &mut notify)?;
    let events = locked.take_events();
    let moved = exchange(run, &old, &mut locked, target, &settings);
    drop(locked);
    events
        .iter()
        .for_each(|event| run.say(&format!("{}: {event}", old.name)));
    moved?;
    run.say(&format!("{}: {}", old.name, new.store.words()));
    if run.json {
        return answer_json(&json!({"profile": old.name, "store": new.store.name()}));
    }
    Ok(())
}

/// Seals the session anew and changes the profile, in an order in which both can be had by whoever
/// asks.
fn exchange(
    run: &Context,
    old: &Profile,
    locked: &mut Locked<'_>,
    target: Option<Sealing>,
    settings: &[Setting],
) -> Result<(), Error> {
    let now = run.clock.now();
    let write = |settings: &[Setting]| run.locations.write_profile(&old.name, settings);
    // What is wrong with the disk shows before anything is changed.
    locked.prepare_grant(now)?.never_sent();
    let _deferred = signals::defer();
    let sealed = target.is_some();
    if !sealed {
        write(settings)?;
        fault::point("move: the profile says file");
    } else if let (None, [_, command]) = (&old.key_command, settings) {
        // Those who read a sealed record before the profile says so need it, too.
        write(std::slice::from_ref(command))?;
    }
    if let Err(error) = locked.seal_anew(target, now) {
        if !sealed {
            write(&[setting("store", old.store.name())])?;
        }
        return Err(error.into());
    }
    fault::point("move: the session is moved");
    if sealed {
        write(settings)?;
        fault::point("move: the profile says so");
    }
    Ok(())
}

/// What the profile will say.
fn settings(old: &Profile, args: &ProfileMoveArgs) -> Result<Vec<Setting>, Error> {
    let changed: &[&str] = if args.key_command.is_some() {
        &["store", "key_command"]
    } else {
        &["store"]
    };
    let of_file = |setting: &&Setting| setting.source == Source::File;
    let fixed = old
        .settings
        .iter()
        .filter(|setting| changed.contains(&setting.name))
        .find(|s| !of_file(s));
    if let Some(setting) = fixed {
        let message = format!(
            "{}: `{}` comes from the {}",
            old.name, setting.name, setting.source
        );
        return Err(Error::new(ErrorKind::Config, message).hint(format!(
            "unset {}, or change it there",
            variable(setting.name)
        )));
    }
    let command = args
        .key_command
        .iter()
        .map(|command| setting("key_command", command));
    Ok([setting("store", &args.store)]
        .into_iter()
        .chain(command)
        .collect())
}

fn setting(name: &'static str, value: &str) -> Setting {
    Setting {
        name,
        values: vec![value.to_owned()],
        source: Source::Flag,
    }
}

/// A key in the keyring that is being replaced, and what keeps others from replacing it at the same
/// time.
struct Round {
    place: Place,
    item: Item,
    store: Store,
    _lock: KeyLock,
}

/// Seals every session anew. A key in the keyring is made anew for that; others are those that are
/// now the first that their place gives.
///
/// # Errors
/// The first session that could not be sealed anew. It can still be opened, for its key is kept.
pub(super) fn reseal(run: &Context) -> Result<(), Error> {
    let names = logout::everybody(run)?;
    let mut rounds: Vec<Round> = Vec::new();
    for name in &names {
        let seal = run
            .store(name)
            .summary()
            .ok()
            .flatten()
            .and_then(|summary| summary.seal);
        let Some(Seal { place, .. }) = seal.filter(|seal| seal.place.keeper == Keeper::Keyring)
        else {
            continue;
        };
        // The keys of others are not ours to replace.
        if !rounds.iter().any(|round| round.place == place) && any_store(run, name)?.owns(&place)? {
            rounds.push(begin(run, name, place)?);
        }
    }
    fault::point("reseal: the new key is there");
    let (mut rows, mut failed) = (Vec::new(), None);
    for name in &names {
        match reseal_one(run, name) {
            Ok(None) => {}
            Ok(Some(seal)) => {
                run.say(&format!("{name}: sealed anew, by {}", seal.place));
                rows.push(json!({"profile": name, "key": seal.key}));
            }
            Err(error) => {
                run.say(&format!("{name}: {}", error.message));
                failed.get_or_insert(error);
            }
        }
    }
    fault::point("reseal: every session has it");
    for round in &rounds {
        end(run, round)?;
    }
    if rows.is_empty() && failed.is_none() {
        run.say("no session is sealed");
    }
    match failed {
        Some(error) => Err(error),
        None if run.json => answer_json(&Value::Array(rows)),
        None => Ok(()),
    }
}

/// A session in whichever form it is kept, whether or not it has a profile.
fn any_store(run: &Context, name: &str) -> Result<Store, Error> {
    let profile = run.locations.profile(Some(name)).ok();
    let keys = match &profile {
        Some(profile) => key::source(run, profile, key::limit(profile)),
        None => key::orphans(run),
    };
    let lock_dir = match run.store(name).summary().ok().flatten() {
        Some(summary) => summary.header.lock_dir,
        None => profile
            .as_ref()
            .and_then(|profile| profile.lock_dir.clone()),
    };
    let readable = profile.is_some_and(|profile| profile.readable_access);
    Ok(run
        .store_with_locks(name, lock_dir.as_deref())?
        .kept(StoreKind::Auto, readable, keys))
}

/// Puts a new key before the others.
fn begin(run: &Context, name: &str, place: Place) -> Result<Round, Error> {
    let profile = run.locations.profile(Some(name)).ok();
    let limit = profile.as_ref().map_or_else(key::usual_limit, key::limit);
    let (store, item) = (
        any_store(run, name)?,
        key::item(run, &place.keyspace, limit),
    );
    let mut notify = |event: Event| run.say(&event.to_string());
    let lock = store.lock_reseal(run.clock.now(), PATIENCE, &mut notify)?;
    // A keyring that is locked is unlocked before anybody can be kept waiting.
    item.read().map_err(StoreError::from)?;
    let keys_lock = store.lock_keys(run.clock.now(), limit)?;
    let keys = item.read().map_err(StoreError::from)?;
    item.write(&keys.with(Key::random()))
        .map_err(StoreError::from)?;
    drop(keys_lock);
    Ok(Round {
        place,
        item,
        store,
        _lock: lock,
    })
}

/// Drops the keys that no file needs any more.
fn end(run: &Context, round: &Round) -> Result<(), Error> {
    let Round { item, store, .. } = round;
    let _lock = store.lock_keys(run.clock.now(), item.limit)?;
    let keys = item.read().map_err(StoreError::from)?;
    let needed = store.needed(&keys);
    if needed.count() < keys.count() {
        item.write(&needed).map_err(StoreError::from)?;
    }
    Ok(())
}

/// Seals one session with the newest key of the place where its key is.
fn reseal_one(run: &Context, name: &str) -> Result<Option<Seal>, Error> {
    let sealed = match run.store(name).summary() {
        Ok(summary) => summary.is_some_and(|summary| summary.seal.is_some()),
        // Under the lock more can be done about one that is damaged.
        Err(StoreError::Unreadable { .. }) => true,
        Err(error) => return Err(error.into()),
    };
    if !sealed {
        return Ok(None);
    }
    let store = any_store(run, name)?;
    let mut notify = |event: Event| run.say(&format!("{name}: {event}"));
    let mut locked = store.lock(run.clock.now(), "reseal", PATIENCE, &mut notify)?;
    let events = locked.take_events();
    let sealed = seal_by_newest(run, &mut locked);
    drop(locked);
    // Nothing is said under the lock: whoever reads it may have stopped reading.
    events
        .iter()
        .for_each(|event| run.say(&format!("{name}: {event}")));
    sealed
}

/// Seals it with the newest key of its place; `None` when it was moved to where there is none while
/// we waited.
fn seal_by_newest(run: &Context, locked: &mut Locked<'_>) -> Result<Option<Seal>, Error> {
    let Some(Seal { place, .. }) = locked.sealing().map(Sealing::seal) else {
        return Ok(None);
    };
    let Some(Ok(keys)) = locked.keys().in_hand(&place) else {
        return Ok(None);
    };
    let target = Sealing::new(place, keys.newest().clone());
    let _deferred = signals::defer();
    locked.seal_anew(Some(target.clone()), run.clock.now())?;
    Ok(Some(target.seal()))
}
