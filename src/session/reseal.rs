//! Sealing every session anew: with a new key where it is in the keyring, else with the first that
//! its place gives now.

use super::{Context, keys};
use crate::broker::PATIENCE;
use crate::error::Error;
use crate::event::Event;
use crate::fault;
use crate::platform::signals;
use crate::profile::Profile;
use crate::profile::store_kind::StoreKind;
use crate::store::key::{Keeper, Key, Place};
use crate::store::keyring::Item;
use crate::store::seal::{Seal, Sealing};
use crate::store::{KeyLock, Locked, Store, StoreError};

/// What became of all sessions.
pub struct Resealed {
    /// Those that were sealed anew: the name of the profile, and what the session is sealed with
    /// now.
    pub sealed: Vec<(String, Seal)>,
    /// The first failure. That session can still be opened, for its key is kept.
    pub failed: Option<Error>,
}

/// A key in the keyring that is being replaced, and what keeps other processes from replacing it at
/// the same time.
struct Replacement {
    place: Place,
    item: Item,
    store: Store,
    _lock: KeyLock,
}

impl Context {
    /// Seals every session anew.
    ///
    /// # Errors
    /// When no session could be tried: the configuration cannot be read, or a new key cannot be
    /// made.
    pub fn reseal(&self) -> Result<Resealed, Error> {
        let names = self.names()?;
        let replacements = self.make_new_keys(&names)?;
        fault::point("reseal: the new key is there");
        let mut resealed = Resealed {
            sealed: vec![],
            failed: None,
        };
        for name in &names {
            match self.reseal_one(name) {
                Ok(None) => {}
                Ok(Some(seal)) => {
                    let place = seal.place.to_string();
                    self.notify(Some(name), &Event::SealedAnew { place });
                    resealed.sealed.push((name.clone(), seal));
                }
                Err(error) => {
                    let error = error.about(name);
                    let cause = error.message.clone();
                    self.notify(Some(name), &Event::NotSealed { cause });
                    resealed.failed.get_or_insert(error);
                }
            }
        }
        fault::point("reseal: every session has it");
        for replacement in &replacements {
            drop_old_keys(self, replacement)?;
        }
        if resealed.sealed.is_empty() && resealed.failed.is_none() {
            self.notify(None, &Event::NothingSealed);
        }
        Ok(resealed)
    }

    /// Puts a new key before the others wherever a session's key is in the keyring.
    fn make_new_keys(&self, names: &[String]) -> Result<Vec<Replacement>, Error> {
        let mut made: Vec<Replacement> = Vec::new();
        for name in names {
            let Some(place) = self.keyring_place(name) else {
                continue;
            };
            let is_done = made.iter().any(|replacement| replacement.place == place);
            // The keys of another directory's sessions are not replaced.
            if !is_done && self.store_in_any_form(name)?.owns_keys_of(&place)? {
                made.push(
                    self.make_new_key(name, place)
                        .map_err(|error| error.about(name))?,
                );
            }
        }
        Ok(made)
    }

    /// Where the key of a session is, if it is in the keyring.
    fn keyring_place(&self, name: &str) -> Option<Place> {
        let record = self.record(name).ok()?;
        let of_session = record.summary().ok().flatten().and_then(|it| it.seal);
        let Seal { place, .. } = of_session.or_else(|| seal_of_client(&record))?;
        (place.keeper == Keeper::Keyring).then_some(place)
    }

    /// A session in whichever form it is stored, whether or not it has a profile.
    pub(super) fn store_in_any_form(&self, name: &str) -> Result<Store, Error> {
        let profile = self.profile(Some(name)).ok();
        let lock_dir = self.lock_dir_of(name, profile.as_ref());
        let store = self.record_with_locks(name, lock_dir.as_deref())?;
        Ok(self.in_any_form(store, profile.as_ref()))
    }

    /// A store whose record may have either form, with the keys of this profile.
    pub(super) fn in_any_form(&self, store: Store, profile: Option<&Profile>) -> Store {
        let readable = profile.is_some_and(|profile| profile.readable_access);
        store.with_kind(StoreKind::Auto, readable, keys::of_session(self, profile))
    }

    /// Puts a new key before the others.
    fn make_new_key(&self, name: &str, place: Place) -> Result<Replacement, Error> {
        let profile: Option<Profile> = self.profile(Some(name)).ok();
        let limit = profile.as_ref().map_or_else(keys::usual_limit, keys::limit);
        let store = self.store_in_any_form(name)?;
        let item = keys::item(self, &place.keyspace, limit);
        let mut notify = |event: Event| self.notify(None, &event);
        let lock = store.lock_reseal(self.clock.now(), PATIENCE, &mut notify)?;
        // A keyring that is locked is unlocked before another process can be kept waiting.
        item.read().map_err(StoreError::from)?;
        let keys_lock = store.lock_keys(self.clock.now(), limit)?;
        let keys = item.read().map_err(StoreError::from)?;
        item.write(&keys.with(Key::random()))
            .map_err(StoreError::from)?;
        drop(keys_lock);
        Ok(Replacement {
            place,
            item,
            store,
            _lock: lock,
        })
    }

    /// Seals one session with the newest key of the place where its key is; `None` when it is not
    /// sealed.
    fn reseal_one(&self, name: &str) -> Result<Option<Seal>, Error> {
        let record = self.record(name)?;
        let is_sealed = match record.summary() {
            Ok(Some(summary)) => summary.seal.is_some(),
            Ok(None) => seal_of_client(&record).is_some(),
            // Under the lock more can be done about a record that is damaged.
            Err(StoreError::Unreadable { .. }) => true,
            Err(error) => return Err(error.into()),
        };
        if !is_sealed {
            return Ok(None);
        }
        let store = self.store_in_any_form(name)?;
        store.fetch_client_key()?;
        let mut notify = |event: Event| self.notify(Some(name), &event);
        let mut locked = store.lock(self.clock.now(), "reseal", PATIENCE, &mut notify)?;
        let events = locked.take_events();
        let sealed = self.seal_by_newest(&store, &mut locked);
        drop(locked);
        self.notify_all(name, events);
        sealed
    }

    /// Seals a session with the newest key of its place; `None` when it was moved meanwhile to
    /// where there is none.
    fn seal_by_newest(
        &self,
        store: &Store,
        locked: &mut Locked<'_>,
    ) -> Result<Option<Seal>, Error> {
        let of_session = locked.sealing().map(Sealing::seal);
        let Some(Seal { place, .. }) = of_session.or_else(|| seal_of_client(store)) else {
            return Ok(None);
        };
        let Some(Ok(keys)) = locked.keys().in_hand(&place) else {
            return Ok(None);
        };
        let target = Sealing::new(place, keys.newest().clone());
        let _deferred = signals::defer();
        // A record that is not sealed stays as it is: its profile says so.
        if locked.sealing().is_some() {
            locked.seal_anew(Some(target.clone()), self.clock.now())?;
        }
        locked.seal_client_anew(Some(&target))?;
        Ok(Some(target.seal()))
    }
}

/// What the registered client beside a record is sealed with, if there is one that is.
fn seal_of_client(record: &Store) -> Option<Seal> {
    record.client().ok().flatten()?.seal().cloned()
}

/// Drops the keys that no file needs any more.
fn drop_old_keys(context: &Context, replacement: &Replacement) -> Result<(), Error> {
    let Replacement { item, store, .. } = replacement;
    let _lock = store.lock_keys(context.clock.now(), item.limit)?;
    let keys = item.read().map_err(StoreError::from)?;
    let needed = store.keys_still_needed(&keys);
    if needed.count() < keys.count() {
        item.write(&needed).map_err(StoreError::from)?;
    }
    Ok(())
}
