//! Where the keys of sealed sessions are fetched, made and put away: joins the keyring, the environment and commands to
//! the store, which knows nothing of them.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Run, secret};
use crate::broker::PATIENCE;
use crate::config::env;
use crate::provider::profile::Profile;
use crate::store::installation::{self, KeyLock};
use crate::store::key::{Key, KeyError, KeySource, Keys, Place};
use crate::store::keyring::Item;
use crate::store::{Store, StoreError};
use crate::time::Clock;
use crate::ui;

/// How long to wait for the keyring where nobody is there to unlock it.
const SHORT_LIMIT: Duration = Duration::from_secs(3);

/// The same where somebody may be typing a password.
pub(super) const LONG_LIMIT: Duration = Duration::from_secs(60);

/// What each place gave, or why it gave nothing, with the command that prints it. Each is asked once in a process: not
/// every way of asking is free, and a keyring that does not answer is not waited for twice.
static GIVEN: Mutex<Vec<Given>> = Mutex::new(vec![]);
type Given = (Place, Option<String>, Result<Keys, KeyError>);

/// What the place gave, if it was asked; else what `ask` gets from it.
fn once(
    place: &Place,
    command: Option<&str>,
    again: bool,
    ask: impl FnOnce() -> Result<Keys, KeyError>,
) -> Result<Keys, KeyError> {
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = given.iter().position(|(known, by, _)| known == place && by.as_deref() == command);
    match known {
        Some(known) if !again => return given[known].2.clone(),
        Some(known) => drop(given.swap_remove(known)),
        None => {}
    }
    let keys = ask();
    given.push((place.clone(), command.map(str::to_owned), keys.clone()));
    keys
}

/// How long `profile` waits for the keyring when a token is asked for.
pub(super) fn limit(profile: &Profile) -> Duration {
    let somebody = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    profile.keyring_timeout.unwrap_or(if somebody { LONG_LIMIT } else { SHORT_LIMIT })
}

/// The same at a login, or when a session is moved: somebody is there.
pub(super) fn long_limit(profile: &Profile) -> Duration {
    profile.keyring_timeout.map_or(LONG_LIMIT, |limit| limit.max(LONG_LIMIT))
}

/// An item of the keyring, which is waited for so long.
pub(super) fn item(run: &Run, name: &str, limit: Duration) -> Item {
    Item { name: name.to_owned(), limit, tell: if run.quiet { |_| {} } else { ui::say } }
}

/// Where the profile's keys come from.
pub(super) fn source(run: &Run, profile: &Profile, limit: Duration) -> KeySource {
    let command = profile.key_command.clone();
    // Nobody logs in for a client that speaks for itself, and has a key made.
    let makes = (!profile.interactive()).then(|| run.locations.state.clone());
    let unnamed = item(run, "", limit);
    KeySource::new(move |place, again| {
        once(place, command.as_deref(), again, || match place {
            Place::Keyring { item } => {
                let item = Item { name: item.clone(), ..unnamed.clone() };
                match (item.read(), &makes) {
                    (Err(KeyError::Missing { .. }), Some(state)) => make(&item, state),
                    (keys, _) => keys,
                }
            }
            Place::Env => parse(place, env::var(secret::KEY_VARIABLE).as_deref()),
            Place::Command => printed(place, command.as_deref()),
        })
    })
}

/// The keys of a session whose profile is gone: the keyring's can be found all the same.
pub(super) fn orphans(run: &Run) -> KeySource {
    let unnamed = item(run, "", LONG_LIMIT);
    KeySource::new(move |place, again| {
        once(place, None, again, || match place {
            Place::Keyring { item } => Item { name: item.clone(), ..unnamed.clone() }.read(),
            _ => Err(unavailable(place, "its profile is gone".to_owned())),
        })
    })
}

fn printed(place: &Place, command: Option<&str>) -> Result<Keys, KeyError> {
    let line = command.ok_or_else(|| unavailable(place, "the profile has no `key_command`".to_owned()))?;
    let text = secret::printed(line);
    parse(place, Some(&text.ok_or_else(|| unavailable(place, format!("`{line}` fails, or takes too long")))?))
}

fn unavailable(place: &Place, why: String) -> KeyError {
    KeyError::Unavailable { place: place.clone(), why }
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
        (Err(KeyError::Missing { .. }), Place::Keyring { item: name }) => {
            let item = item(run, name, long_limit(profile));
            item.rehearse()?;
            once(&place, profile.key_command.as_deref(), true, || make(&item, &run.locations.state))?
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
fn make(item: &Item, state: &Path) -> Result<Keys, KeyError> {
    let place = Place::Keyring { item: item.name.clone() };
    let locked = installation::lock_keys(state, Clock.now(), PATIENCE, &mut |_| {});
    let _lock = locked.map_err(|error| unavailable(&place, error.to_string()))?;
    match item.read() {
        Err(KeyError::Missing { .. }) => {
            let keys = Keys::only(Key::random());
            item.write(&keys).map(|()| keys)
        }
        other => other,
    }
}

/// A new session was saved: sees to it that its key is where it should be. Somebody who ended the last other session
/// may have taken the key away while this one began.
///
/// # Errors
/// When that cannot be told, or done.
pub(super) fn confirm(run: &Run, profile: &Profile, store: &Store) -> Result<(), StoreError> {
    let Some(place @ Place::Keyring { item: name }) = &store.place()? else { return Ok(()) };
    let Some(Ok(ours)) = store.keys().in_hand(place) else { return Ok(()) };
    let item = item(run, name, long_limit(profile));
    let _lock = lock(run)?;
    let there = match item.read() {
        Ok(there) if there.find(&ours.newest().id()).is_some() => return Ok(()),
        Err(KeyError::Missing { .. }) => None,
        other => Some(other?),
    };
    let all = there.map_or(ours.clone(), |there| there.and(ours.newest().clone()));
    Ok(item.write(&all)?)
}

/// Takes the installation's key out of the keyring, if nothing is sealed with it any more. Says whether it did.
///
/// # Errors
/// When that cannot be told, or done. Then the key stays.
pub(super) fn forget(run: &Run, name: &str) -> Result<bool, StoreError> {
    let _lock = lock(run)?;
    let needed = installation::seals(&run.locations.state)?;
    if needed.iter().any(|seal| matches!(&seal.place, Place::Keyring { item } if item == name)) {
        return Ok(false);
    }
    item(run, name, SHORT_LIMIT).delete()?;
    Ok(true)
}
