//! `authctl profile move` and `reseal`: how a session is kept changes, and nothing else of it does.
//!
//! Under the session's lock, by the same write-ahead file as a refresh: whoever dies on the way leaves the old record
//! or the new one. The profile is changed while a record in either form may be had with it: after one was sealed,
//! before one is opened for good. So nobody who asks for a token meanwhile is turned away.

use serde_json::{Value, json};

use super::{Run, answer_json, key, logout};
use crate::broker::PATIENCE;
use crate::cli::ProfileMoveArgs;
use crate::config::variable;
use crate::error::{Error, ErrorKind};
use crate::fault;
use crate::provider::keeping::StoreKind;
use crate::provider::key::{Setting, Source};
use crate::provider::profile::Profile;
use crate::signals;
use crate::store::key::{Key, KeyError, Place};
use crate::store::keyring::Item;
use crate::store::seal::{Seal, Sealing};
use crate::store::{StoreError, installation};

/// Keeps the session of a profile in another way from now on.
///
/// # Errors
/// Why it is kept as it was. Nothing was lost.
pub(super) fn relocate(run: &Run, args: &ProfileMoveArgs) -> Result<(), Error> {
    let old = run.locations.profile(Some(&args.profile))?;
    let settings = settings(&old, args)?;
    let new = run.locations.profile_with(&old.name, settings.clone())?;
    if matches!(new.store, StoreKind::None | StoreKind::Auto) {
        let message = format!("a session cannot be moved to `{}`", new.store.name());
        return Err(Error::new(ErrorKind::Usage, message).hint("move it to file, keyring, command or env"));
    }
    run.locations.rehearse()?;
    let to = run.store_with(&new, key::source(run, &new, key::long_limit(&new)))?;
    key::ensure(run, &new, &to)?;
    // Whoever is interrupted here finds a record of either form when they come again.
    let from = Profile { store: StoreKind::Auto, ..old.clone() };
    let from = run.store_with(&from, key::source(run, &old, key::long_limit(&old)))?;
    let mut tell = |holder: &str| run.say(&format!("{}: waiting for {holder}", old.name));
    let _asking = from.lock_login(run.clock.now(), PATIENCE, &mut tell)?;
    let target = to.sealing()?;
    let mut locked = from.lock(run.clock.now(), "move", PATIENCE, &mut tell)?;
    let notices = locked.notices();
    let left = locked.sealing().map(Sealing::seal);
    let write = |settings: &[Setting]| run.locations.write_profile(&old.name, settings);
    if target.is_none() {
        write(&settings)?;
        fault::point("move: the profile says file");
    }
    if let (None, [_, command]) = (&old.key_command, settings.as_slice()) {
        // Those who read a sealed record before the profile says so need it, too.
        write(std::slice::from_ref(command))?;
    }
    let deferred = signals::defer();
    locked.seal_anew(target.clone(), run.clock.now())?;
    drop(deferred);
    fault::point("move: the session is moved");
    if target.is_some() {
        write(&settings)?;
        fault::point("move: the profile says so");
    }
    drop(locked);
    notices.iter().for_each(|notice| run.say(&format!("{}: {notice}", old.name)));
    key::confirm(run, &new, &to)?;
    put_away(run, left.as_ref(), target.as_ref());
    run.say(&format!("{}: {}", old.name, words(new.store)));
    if run.json {
        return answer_json(&json!({"profile": old.name, "store": new.store.name()}));
    }
    Ok(())
}

/// How a session is kept, as a sentence's end.
pub(super) fn words(kind: StoreKind) -> &'static str {
    match kind {
        StoreKind::File | StoreKind::Auto => "the session is in a file that only you may read",
        StoreKind::Keyring => "the session is sealed, by a key in the OS keyring",
        StoreKind::Command => "the session is sealed, by the key that `key_command` prints",
        StoreKind::Env => "the session is sealed, by the key in AUTHCTL_KEY",
        StoreKind::None => "nothing is kept",
    }
}

/// What the profile will say.
fn settings(old: &Profile, args: &ProfileMoveArgs) -> Result<Vec<Setting>, Error> {
    let fixed = old.settings.iter().find(|setting| setting.key == "store" && setting.source != Source::File);
    if let Some(setting) = fixed {
        let message = format!("{}: `store` comes from the {}", old.name, setting.source);
        return Err(Error::new(ErrorKind::Config, message)
            .hint(format!("unset {}, or change it there", variable("store"))));
    }
    let one = |key, value: &String| Setting { key, values: vec![value.clone()], source: Source::Flag };
    let command = args.key_command.iter().map(|command| one("key_command", command));
    Ok([one("store", &args.store)].into_iter().chain(command).collect())
}

/// Takes the key out of the keyring that a session was sealed with, if it was the last one.
pub(super) fn put_away(run: &Run, left: Option<&Seal>, target: Option<&Sealing>) {
    let Some(Seal { place: Place::Keyring { item }, .. }) = left else { return };
    let stays = target.is_some_and(|target| matches!(target.seal().place, Place::Keyring { .. }));
    if stays {
        return;
    }
    match key::forget(run, item) {
        Ok(true) => run.explain("the key is taken out of the OS keyring: nothing is sealed with it any more"),
        Ok(false) => {}
        Err(error) => run.say(&format!("the key stays in the OS keyring: {error}")),
    }
}

/// Seals every session anew. A key in the keyring is made anew for that; others are those that are now the first that
/// their place gives.
///
/// # Errors
/// The first session that could not be sealed anew. It can still be opened, for its key is kept.
pub(super) fn reseal(run: &Run) -> Result<(), Error> {
    let state = &run.locations.state;
    let mut names: Vec<String> = installation::seals(state)?.into_iter().filter_map(item_of).collect();
    names.sort();
    names.dedup();
    let items: Vec<Item> = names.iter().map(|name| key::item(run, name, key::LONG_LIMIT)).collect();
    for item in &items {
        renew_key(run, item)?;
    }
    fault::point("reseal: the new key is there");
    let (mut rows, mut failed) = (Vec::new(), None);
    for name in &logout::everybody(run)? {
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
    for item in &items {
        drop_old_keys(run, item)?;
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

fn item_of(seal: Seal) -> Option<String> {
    match seal.place {
        Place::Keyring { item } => Some(item),
        Place::Command | Place::Env => None,
    }
}

/// Puts a new key before the others. Where there are several already, an earlier call was interrupted, and its new key
/// is the one.
fn renew_key(run: &Run, item: &Item) -> Result<(), Error> {
    // A keyring that is locked is unlocked before anybody can be kept waiting.
    item.read().map_err(StoreError::from)?;
    let _lock = key::lock(run)?;
    let keys = item.read().map_err(StoreError::from)?;
    if keys.count() == 1 {
        item.write(&keys.with(Key::random())).map_err(StoreError::from)?;
    }
    Ok(())
}

/// Drops the keys that no file needs any more.
fn drop_old_keys(run: &Run, item: &Item) -> Result<(), Error> {
    let _lock = key::lock(run)?;
    let needed = installation::seals(&run.locations.state)?;
    let keys = match item.read() {
        Err(KeyError::Missing { .. }) => return Ok(()),
        other => other.map_err(StoreError::from)?,
    };
    let left = keys.without(|id| needed.iter().any(|seal| seal.key == *id));
    if left.count() < keys.count() {
        item.write(&left).map_err(StoreError::from)?;
    }
    Ok(())
}

/// Seals one session with the newest key of the place where its key is.
fn reseal_one(run: &Run, name: &str) -> Result<Option<Seal>, Error> {
    let profile = run.locations.profile(Some(name)).ok();
    let Some(outline) = run.store(name).outline()? else { return Ok(None) };
    let Some(seal) = outline.seal else { return Ok(None) };
    let lock_dir = outline.session.lock_dir.as_deref();
    let keys = match &profile {
        Some(profile) => key::source(run, profile, key::long_limit(profile)),
        None => key::orphans(run),
    };
    let store = run.store_with_locks(name, lock_dir)?.kept(
        StoreKind::Auto,
        profile.as_ref().is_some_and(|profile| profile.readable_access),
        keys,
    );
    let mut tell = |holder: &str| run.say(&format!("{name}: waiting for {holder}"));
    let newest = store.keys().get(&seal.place).map_err(StoreError::from)?.newest().clone();
    let mut locked = store.lock(run.clock.now(), "reseal", PATIENCE, &mut tell)?;
    if locked.session().is_none() {
        return Ok(None);
    }
    let target = Sealing::new(seal.place, newest);
    let deferred = signals::defer();
    locked.seal_anew(Some(target.clone()), run.clock.now())?;
    drop(deferred);
    Ok(Some(target.seal()))
}
