//! Where the keys of sealed sessions are fetched and made: joins the keyring, the environment and
//! commands to the store, which knows nothing of them.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Context, secret};
use crate::config::env;
use crate::profile::Profile;
use crate::store::key::{Keeper, Key, KeyError, KeySource, Keys, Place};
use crate::store::keyring::Item;
use crate::store::{Store, StoreError};
use crate::time::Clock;
use crate::ui;

/// How long to wait for the keyring where nobody is there to unlock it.
const SHORT_LIMIT: Duration = Duration::from_secs(3);

/// The same where somebody may be typing a password.
const LONG_LIMIT: Duration = Duration::from_secs(60);

/// What each place gave, or why it gave nothing, with the command that prints it; and whether it
/// was asked twice. Each is asked once in a process, and once more for a key that may have come
/// since: not every way of asking is free, and a keyring that does not answer is not waited for
/// again.
static GIVEN: Mutex<Vec<Given>> = Mutex::new(vec![]);

struct Given {
    place: Place,
    command: Option<String>,
    keys: Result<Keys, KeyError>,
    twice: bool,
}

/// What the place gave, if it was asked; else what `ask` gets from it.
fn once(
    place: &Place,
    command: Option<&str>,
    again: bool,
    ask: impl FnOnce() -> Result<Keys, KeyError>,
) -> Result<Keys, KeyError> {
    let mut all = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = all
        .iter()
        .position(|given| given.place == *place && given.command.as_deref() == command);
    if let Some(known) = known
        && (!again || all[known].twice)
    {
        return all[known].keys.clone();
    }
    let keys = ask();
    if let Some(known) = known {
        all.swap_remove(known);
    }
    let command = command.map(str::to_owned);
    all.push(Given {
        place: place.clone(),
        command,
        keys: keys.clone(),
        twice: again,
    });
    keys
}

/// How long `profile` waits for the keyring when a token is asked for, a session moved or ended.
pub fn limit(profile: &Profile) -> Duration {
    profile.keyring_timeout.unwrap_or_else(usual_limit)
}

/// The same at a person's login: somebody is there.
pub fn login_limit(profile: &Profile) -> Duration {
    let limit = limit(profile);
    if profile.grant.needs_person() {
        limit.max(LONG_LIMIT)
    } else {
        limit
    }
}

/// How long the keyring is waited for where no profile says so.
#[must_use]
pub fn usual_limit() -> Duration {
    let somebody = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if somebody { LONG_LIMIT } else { SHORT_LIMIT }
}

/// The item of an installation, which is waited for so long.
pub fn item(run: &Context, installation: &str, limit: Duration) -> Item {
    Item {
        name: installation.to_owned(),
        limit,
        tell: if run.quiet { |_| {} } else { ui::say },
    }
}

/// How a profile's keys are asked for.
struct Asking {
    /// The item of whichever installation.
    item: Item,
    command: Option<String>,
}

impl Asking {
    fn new(run: &Context, profile: &Profile, limit: Duration) -> Self {
        Self {
            item: item(run, "", limit),
            command: profile.key_command.clone(),
        }
    }

    fn ask(&self, place: &Place, again: bool) -> Result<Keys, KeyError> {
        once(place, self.command.as_deref(), again, || {
            match place.keeper {
                Keeper::Keyring => Item {
                    name: place.keyspace.clone(),
                    ..self.item.clone()
                }
                .read(),
                Keeper::Env => parse(place, env::var(secret::KEY_VARIABLE).as_deref()),
                Keeper::Command => printed(place, self.command.as_deref()),
            }
        })
    }
}

/// Where the profile's keys come from.
pub fn source(run: &Context, profile: &Profile, limit: Duration) -> KeySource {
    let asking = Asking::new(run, profile, limit);
    KeySource::new(move |place, again| asking.ask(place, again))
}

/// The keys of a session whose profile is gone: all but a command's can be found all the same.
pub fn orphans(run: &Context) -> KeySource {
    let asking = Asking {
        item: item(run, "", usual_limit()),
        command: None,
    };
    KeySource::new(move |place, again| asking.ask(place, again))
}

/// The keys of `old`, and where its command is replaced by that of `new`, the keys that either
/// prints.
pub fn either(run: &Context, old: &Profile, new: &Profile) -> KeySource {
    let (one, other) = (
        Asking::new(run, old, limit(old)),
        Asking::new(run, new, limit(new)),
    );
    KeySource::new(
        move |place, again| match (one.ask(place, again), other.ask(place, again)) {
            (Ok(one), Ok(other)) => Ok(one.and(&other)),
            (Err(_), Ok(keys)) | (Ok(keys), Err(_)) => Ok(keys),
            (Err(why), Err(_)) => Err(why),
        },
    )
}

fn printed(place: &Place, command: Option<&str>) -> Result<Keys, KeyError> {
    let line =
        command.ok_or_else(|| unavailable(place, "the profile has no `key_command`".to_owned()))?;
    let text = secret::printed(line);
    parse(
        place,
        Some(
            &text
                .ok_or_else(|| unavailable(place, format!("`{line}` fails, or takes too long")))?,
        ),
    )
}

fn unavailable(place: &Place, why: String) -> KeyError {
    KeyError::Unavailable {
        place: place.clone(),
        why,
    }
}

fn parse(place: &Place, text: Option<&str>) -> Result<Keys, KeyError> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Err(KeyError::Missing {
            place: place.clone(),
        }),
        Some(text) => Keys::parse(text).ok_or_else(|| KeyError::malformed(place)),
    }
}

/// Sees to it that there is a key to seal the store's next session with. Whatever a person has to
/// do for that is done before any lock is taken that others wait for.
///
/// # Errors
/// When there is none, and none can be made.
pub fn ensure(
    run: &Context,
    profile: &Profile,
    store: &Store,
    limit: Duration,
) -> Result<(), StoreError> {
    let Some(place) = store.place()? else {
        return Ok(());
    };
    let keys = match store.keys().get(&place) {
        Err(KeyError::Missing { .. }) if place.keeper == Keeper::Keyring => {
            let item = item(run, &place.keyspace, limit);
            if profile.grant.needs_person() {
                item.rehearse()?;
            }
            let made = make(store, &item)?;
            once(&place, profile.key_command.as_deref(), true, || Ok(made))?
        }
        keys => keys?,
    };
    store.keys().take(place, keys);
    Ok(())
}

/// Has the newest key of the keyring in hand again: a person took their time, and it may have been
/// replaced. If that cannot be told, the one that was the newest is still there.
pub fn refresh(run: &Context, profile: &Profile, store: &Store) {
    let Ok(Some(place)) = store.place() else {
        return;
    };
    if place.keeper == Keeper::Keyring
        && let Ok(keys) = item(run, &place.keyspace, limit(profile)).read()
    {
        store.keys().take(place, keys);
    }
}

/// Makes a key, unless somebody else has made one meanwhile. One limit is for the lock and the
/// keyring together.
fn make(store: &Store, item: &Item) -> Result<Keys, StoreError> {
    let began = Instant::now();
    let _lock = store.lock_keys(Clock.now(), item.limit)?;
    let left = || Item {
        limit: item.limit.saturating_sub(began.elapsed()),
        ..item.clone()
    };
    match left().read() {
        Err(KeyError::Missing { .. }) => {
            let keys = Keys::only(Key::random());
            left().write(&keys)?;
            Ok(keys)
        }
        other => Ok(other?),
    }
}
