//! Where the keys of sealed sessions are fetched, made and put away: joins the keyring, the environment and commands to
//! the store, which knows nothing of them.

use std::cell::RefCell;
use std::io::IsTerminal;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use super::{Run, secret};
use crate::broker::PATIENCE;
use crate::config::env;
use crate::provider::profile::Profile;
use crate::store::installation::{self, KeyLock};
use crate::store::key::{Key, KeyError, KeySource, Keys, Place};
use crate::store::{Store, StoreError, keyring};
use crate::time::Clock;

/// How long to wait for the keyring where nobody is there to unlock it.
const SHORT_LIMIT: Duration = Duration::from_secs(3);

/// The same where somebody may be typing a password.
pub(super) const LONG_LIMIT: Duration = Duration::from_secs(60);

/// What was read from the keyring, by item: each is read once in a process, and a keyring that does not answer is not
/// waited for twice.
#[derive(Default)]
pub(super) struct Keyrings(RefCell<Vec<(String, Result<Keys, KeyError>)>>);

impl Keyrings {
    fn read(&self, item: &str, again: bool, limit: Duration) -> Result<Keys, KeyError> {
        let known = self.0.borrow().iter().find(|(known, _)| known == item).map(|(_, keys)| keys.clone());
        if let Some(keys) = known.filter(|_| !again) {
            return keys;
        }
        self.note(item, keyring::read(item, limit))
    }

    fn note(&self, item: &str, keys: Result<Keys, KeyError>) -> Result<Keys, KeyError> {
        let mut all = self.0.borrow_mut();
        all.retain(|(known, _)| known != item);
        all.push((item.to_owned(), keys.clone()));
        keys
    }
}

/// How long `profile` waits for the keyring when a token is asked for.
pub(super) fn limit(profile: &Profile) -> Duration {
    let somebody = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    profile.keyring_timeout.unwrap_or(if somebody { LONG_LIMIT } else { SHORT_LIMIT })
}

/// The same at a login, or when a session is moved: somebody is there.
pub(super) fn long_limit(profile: &Profile) -> Duration {
    profile.keyring_timeout.unwrap_or(LONG_LIMIT)
}

/// Where the profile's keys come from.
pub(super) fn source(run: &Run, profile: &Profile, limit: Duration) -> KeySource {
    let (keyrings, command) = (run.keyrings.clone(), profile.key_command.clone());
    // Nobody logs in for a client that speaks for itself, and has a key made.
    let makes = (!profile.interactive()).then(|| run.locations.state.clone());
    KeySource::new(move |place, again| match place {
        Place::Keyring { item } => match (keyrings.read(item, again, limit), &makes) {
            (Err(KeyError::Missing { .. }), Some(state)) => make(&keyrings, item, state, limit),
            (keys, _) => keys,
        },
        Place::Env => parse(place, env::var(secret::KEY_VARIABLE).as_deref()),
        Place::Command => {
            let line = command.as_deref().ok_or_else(|| KeyError::Unavailable {
                place: place.clone(),
                why: "the profile has no `key_command`".to_owned(),
            })?;
            let printed = secret::printed(line).ok_or_else(|| KeyError::Unavailable {
                place: place.clone(),
                why: format!("`{line}` fails, or takes too long"),
            })?;
            parse(place, Some(&printed))
        }
    })
}

/// The keys of a session whose profile is gone: the keyring's can be found all the same.
pub(super) fn orphans(run: &Run) -> KeySource {
    let keyrings = run.keyrings.clone();
    KeySource::new(move |place, again| match place {
        Place::Keyring { item } => keyrings.read(item, again, SHORT_LIMIT),
        _ => Err(KeyError::Unavailable { place: place.clone(), why: "its profile is gone".to_owned() }),
    })
}

fn parse(place: &Place, text: Option<&str>) -> Result<Keys, KeyError> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Err(KeyError::Missing { place: place.clone() }),
        Some(text) => Keys::parse(text).ok_or_else(|| KeyError::Malformed { place: place.clone() }),
    }
}

/// Sees to it that there is a key to seal the store's next session with. Whatever a person has to do for that is done
/// before any lock is taken.
///
/// # Errors
/// When there is none, and none can be made.
pub(super) fn ensure(run: &Run, profile: &Profile, store: &Store) -> Result<(), StoreError> {
    let Some(place) = store.place()? else { return Ok(()) };
    let keys = match (store.keys().get(&place), &place) {
        (Err(KeyError::Missing { .. }), Place::Keyring { item }) => {
            keyring::probe(long_limit(profile))?;
            make(&run.keyrings, item, &run.locations.state, long_limit(profile))?
        }
        (keys, _) => keys?,
    };
    store.keys().take(place, keys);
    Ok(())
}

/// Takes the lock under which keys change. Nobody holds it while a person is asked.
pub(super) fn lock(run: &Run) -> Result<KeyLock, StoreError> {
    let mut tell = |holder: &str| run.say(&format!("waiting for {holder}"));
    installation::lock_keys(&run.locations.state, run.clock.now(), PATIENCE, &mut tell)
}

/// Makes a key, unless somebody else has made one meanwhile.
fn make(keyrings: &Rc<Keyrings>, item: &str, state: &Path, limit: Duration) -> Result<Keys, KeyError> {
    let place = || Place::Keyring { item: item.to_owned() };
    let unavailable = |error: StoreError| KeyError::Unavailable { place: place(), why: error.to_string() };
    let _lock = installation::lock_keys(state, Clock.now(), PATIENCE, &mut |_| {}).map_err(unavailable)?;
    let keys = match keyring::read(item, limit) {
        Err(KeyError::Missing { .. }) => {
            let keys = Keys::only(Key::random());
            keyring::write(item, &keys, limit).map(|()| keys)
        }
        other => other,
    };
    keyrings.note(item, keys)
}

/// A new session was saved: sees to it that its key is where it should be. Somebody who ended the last other session
/// may have taken the key away while this one began.
///
/// # Errors
/// When that cannot be told, or done.
pub(super) fn confirm(run: &Run, profile: &Profile, store: &Store) -> Result<(), StoreError> {
    let Some(Place::Keyring { item }) = store.place()? else { return Ok(()) };
    let Some((_, ours)) = store
        .keys()
        .all()
        .into_iter()
        .find(|(place, _)| matches!(place, Place::Keyring { item: known } if *known == item))
    else {
        return Ok(());
    };
    let limit = long_limit(profile);
    let _lock = lock(run)?;
    let there = match keyring::read(&item, limit) {
        Ok(there) if there.find(&ours.newest().id()).is_some() => return Ok(()),
        Err(KeyError::Missing { .. }) => None,
        other => Some(other?),
    };
    let all = there.map_or(ours.clone(), |there| there.and(ours.newest().clone()));
    Ok(keyring::write(&item, &all, limit)?)
}

/// Takes the installation's key out of the keyring, if nothing is sealed with it any more. Says whether it did.
///
/// # Errors
/// When that cannot be told, or done. Then the key stays.
pub(super) fn forget(run: &Run, item: &str) -> Result<bool, StoreError> {
    let _lock = lock(run)?;
    let needed = installation::seals(&run.locations.state)?;
    if needed.iter().any(|seal| matches!(&seal.place, Place::Keyring { item: needed } if needed == item)) {
        return Ok(false);
    }
    keyring::delete(item, SHORT_LIMIT)?;
    Ok(true)
}
