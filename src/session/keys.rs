//! Where the keys of sealed sessions are fetched and made: joins the keyring, the environment and
//! commands to the store, which knows nothing of them.

use std::io::IsTerminal;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Context, proof};
use crate::config::env;
use crate::profile::Profile;
use crate::store::key::{Keeper, Key, KeyError, KeySource, Keys, Place};
use crate::store::keyring::Item;
use crate::store::{Store, StoreError};
use crate::time::Clock;

/// How long to wait for the keyring where no person is there to unlock it.
const SHORT_LIMIT: Duration = Duration::from_secs(3);

/// How long to wait for the keyring where a person may be typing a password.
const LONG_LIMIT: Duration = Duration::from_secs(60);

/// How long a failure is remembered: a keyring that does not answer is not waited for again by the
/// next request of this process, and a process that lives long does not remember it for ever.
const FAILURE_AGE: Duration = Duration::from_secs(60);

/// What each place gave, or why it gave nothing. A place is asked once in a process, and once more
/// for a key that may have come since: a command may cost something, and a keyring may ask a
/// person.
///
/// There is one entry for each place. While a place is asked, no lock is held: a person may be
/// typing. Another thread that wants a key of the same place waits for the answer, which has a
/// limit; one that wants a key of another place does not.
#[derive(Default)]
pub struct KeyMemo {
    entries: Mutex<Vec<Entry>>,
    answered: Condvar,
}

struct Entry {
    place: Place,
    /// The command that prints the key, where that is the place.
    command: Option<String>,
    state: State,
}

enum State {
    /// A thread of this process is asking.
    Asked,
    /// What the place gave, when, and whether that was the second answer.
    Known {
        keys: Result<Keys, KeyError>,
        at: Instant,
        twice: bool,
    },
}

impl State {
    /// The answer, if it still counts for one who asks for the first time, or `again`.
    fn answer(&self, again: bool) -> Option<Result<Keys, KeyError>> {
        let State::Known { keys, at, twice } = self else {
            return None;
        };
        let counts = (!again || *twice) && (keys.is_ok() || at.elapsed() < FAILURE_AGE);
        counts.then(|| keys.clone())
    }
}

impl KeyMemo {
    /// What the place gave, if it was asked; else what `ask` gets from it. `again` wants it asked
    /// for a second time.
    fn once(
        &self,
        place: &Place,
        command: Option<&str>,
        again: bool,
        ask: impl FnOnce() -> Result<Keys, KeyError>,
    ) -> Result<Keys, KeyError> {
        let mut entries = self.lock();
        loop {
            let known = entries
                .iter_mut()
                .find(|entry| entry.place == *place && entry.command.as_deref() == command);
            match known {
                None => {
                    entries.push(Entry {
                        place: place.clone(),
                        command: command.map(str::to_owned),
                        state: State::Asked,
                    });
                    break;
                }
                Some(entry) => {
                    if let Some(keys) = entry.state.answer(again) {
                        return keys;
                    }
                    if !matches!(entry.state, State::Asked) {
                        entry.state = State::Asked;
                        break;
                    }
                }
            }
            let waited = self.answered.wait(entries);
            entries = waited.unwrap_or_else(PoisonError::into_inner);
        }
        drop(entries);
        let asking = Asking {
            memo: self,
            place,
            command,
        };
        let keys = ask();
        asking.record(State::Known {
            keys: keys.clone(),
            at: Instant::now(),
            twice: again,
        });
        keys
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place that is being asked. Dropped without an answer, it is as if it had not been asked.
struct Asking<'a> {
    memo: &'a KeyMemo,
    place: &'a Place,
    command: Option<&'a str>,
}

impl Asking<'_> {
    fn record(self, state: State) {
        let mut entries = self.memo.lock();
        let entry = entries.iter_mut().find(|entry| self.is_of(entry));
        if let Some(entry) = entry {
            entry.state = state;
        }
    }

    fn is_of(&self, entry: &Entry) -> bool {
        entry.place == *self.place && entry.command.as_deref() == self.command
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let mut entries = self.memo.lock();
        entries.retain(|entry| !self.is_of(entry) || matches!(entry.state, State::Known { .. }));
        drop(entries);
        self.memo.answered.notify_all();
    }
}

/// How long `profile` waits for the keyring when a token is asked for, a session moved or ended.
pub(super) fn limit(profile: &Profile) -> Duration {
    profile.keyring_timeout.unwrap_or_else(usual_limit)
}

/// How long `profile` waits for the keyring at the login of a person, who is there to unlock it.
pub(super) fn login_limit(profile: &Profile) -> Duration {
    let limit = limit(profile);
    if profile.grant.needs_person() {
        limit.max(LONG_LIMIT)
    } else {
        limit
    }
}

/// How long the keyring is waited for where no profile says so.
pub(super) fn usual_limit() -> Duration {
    let is_attended = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if is_attended { LONG_LIMIT } else { SHORT_LIMIT }
}

/// The keyring's item for the sessions of one directory, which is waited for at most `limit`.
pub(super) fn item(context: &Context, keyspace: &str, limit: Duration) -> Item {
    let sink = Arc::clone(context.sink());
    Item {
        name: keyspace.to_owned(),
        limit,
        notify: Arc::new(move |event| sink(None, &event)),
    }
}

/// How a profile's keys are asked for.
struct Source {
    memo: Arc<KeyMemo>,
    /// The keyring's item, whose name is set for each place.
    item: Item,
    command: Option<String>,
}

impl Source {
    fn new(context: &Context, command: Option<String>, limit: Duration) -> Self {
        Self {
            memo: Arc::clone(context.key_memo()),
            item: item(context, "", limit),
            command,
        }
    }

    fn ask(&self, place: &Place, again: bool) -> Result<Keys, KeyError> {
        let command = self.command.as_deref();
        self.memo
            .once(place, command, again, || match place.keeper {
                Keeper::Keyring => self.item_of(place).read(),
                Keeper::Env => parse(place, env::var(proof::KEY_VARIABLE).as_deref()),
                Keeper::Command => printed(place, command),
            })
    }

    fn item_of(&self, place: &Place) -> Item {
        Item {
            name: place.keyspace.clone(),
            ..self.item.clone()
        }
    }
}

/// Where the profile's keys come from.
pub(super) fn source(context: &Context, profile: &Profile, limit: Duration) -> KeySource {
    let source = Source::new(context, profile.key_command.clone(), limit);
    KeySource::new(move |place, again| source.ask(place, again))
}

/// The keys of a session whose profile is gone: all can be found but those that a command prints.
pub(super) fn without_profile(context: &Context) -> KeySource {
    let source = Source::new(context, None, usual_limit());
    KeySource::new(move |place, again| source.ask(place, again))
}

/// The keys of `old`, and where its command is replaced by that of `new`, the keys that either
/// prints.
pub(super) fn either(context: &Context, old: &Profile, new: &Profile) -> KeySource {
    let first = Source::new(context, old.key_command.clone(), limit(old));
    let second = Source::new(context, new.key_command.clone(), limit(new));
    KeySource::new(
        move |place, again| match (first.ask(place, again), second.ask(place, again)) {
            (Ok(first), Ok(second)) => Ok(first.and(&second)),
            (Err(_), Ok(keys)) | (Ok(keys), Err(_)) => Ok(keys),
            (Err(why), Err(_)) => Err(why),
        },
    )
}

fn printed(place: &Place, command: Option<&str>) -> Result<Keys, KeyError> {
    let Some(line) = command else {
        return Err(unavailable(
            place,
            "the profile has no `key_command`".to_owned(),
        ));
    };
    let Some(text) = proof::printed(line) else {
        return Err(unavailable(
            place,
            format!("`{line}` fails, or takes too long"),
        ));
    };
    parse(place, Some(&text))
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

/// Makes sure that there is a key to seal the store's next session with. What a person has to do
/// for that is done before any lock is taken that other processes wait for.
///
/// # Errors
/// When there is none, and none can be made.
pub(super) fn ensure(
    context: &Context,
    profile: &Profile,
    store: &Store,
    limit: Duration,
) -> Result<(), StoreError> {
    let Some(place) = store.key_place()? else {
        return Ok(());
    };
    let keys = match store.keys().get(&place) {
        Err(KeyError::Missing { .. }) if place.keeper == Keeper::Keyring => {
            let item = item(context, &place.keyspace, limit);
            if profile.grant.needs_person() {
                item.rehearse()?;
            }
            let made = make(store, &item)?;
            let memo = context.key_memo();
            memo.once(&place, profile.key_command.as_deref(), true, || Ok(made))?
        }
        keys => keys?,
    };
    store.keys().put(place, keys);
    Ok(())
}

/// Fetches the newest key of the keyring again: a person took their time, and it may have been
/// replaced. If that cannot be told, the one that was the newest is still there.
pub(super) fn fetch_again(context: &Context, profile: &Profile, store: &Store) {
    let Ok(Some(place)) = store.key_place() else {
        return;
    };
    if place.keeper == Keeper::Keyring
        && let Ok(keys) = item(context, &place.keyspace, limit(profile)).read()
    {
        store.keys().put(place, keys);
    }
}

/// Makes a key, unless another process has made one meanwhile. One limit is for the lock and the
/// keyring together.
fn make(store: &Store, item: &Item) -> Result<Keys, StoreError> {
    let began = Instant::now();
    let _lock = store.lock_keys(Clock.now(), item.limit)?;
    match rest_of(item, began).read() {
        Err(KeyError::Missing { .. }) => {
            let keys = Keys::only(Key::random());
            rest_of(item, began).write(&keys)?;
            Ok(keys)
        }
        other => Ok(other?),
    }
}

/// `item` with the time that is left of its limit.
fn rest_of(item: &Item, began: Instant) -> Item {
    Item {
        limit: item.limit.saturating_sub(began.elapsed()),
        ..item.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::*;

    fn place(keeper: Keeper) -> Place {
        Place {
            keeper,
            keyspace: "0".repeat(32),
        }
    }

    fn missing(place: &Place) -> Result<Keys, KeyError> {
        Err(KeyError::Missing {
            place: place.clone(),
        })
    }

    #[test]
    fn a_place_is_asked_once_and_once_more() {
        let (memo, place, asked) = (KeyMemo::default(), place(Keeper::Env), AtomicU32::new(0));
        let ask = |again| {
            memo.once(&place, None, again, || {
                asked.fetch_add(1, Ordering::SeqCst);
                missing(&place)
            })
        };
        for again in [false, false, true, true, false] {
            assert!(ask(again).is_err());
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn who_wants_the_same_place_waits_and_who_wants_another_does_not() {
        let (memo, keyring, env) = (
            KeyMemo::default(),
            place(Keeper::Keyring),
            place(Keeper::Env),
        );
        let asked = AtomicU32::new(0);
        let (sender, typing) = std::sync::mpsc::channel::<()>();
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                memo.once(&keyring, None, false, move || {
                    // A person is typing.
                    typing.recv().expect("a word");
                    Ok(Keys::only(Key::random()))
                })
            });
            while memo.lock().is_empty() {
                thread::yield_now();
            }
            assert!(memo.once(&env, None, false, || missing(&env)).is_err());
            let second = scope.spawn(|| {
                memo.once(&keyring, None, false, || {
                    asked.fetch_add(1, Ordering::SeqCst);
                    missing(&keyring)
                })
            });
            sender.send(()).expect("heard");
            assert!(first.join().expect("no panic").is_ok());
            assert!(second.join().expect("no panic").is_ok());
        });
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_failure_ends_with_its_age_and_a_key_does_not() {
        let old = Instant::now().checked_sub(FAILURE_AGE);
        let Some(old) = old else { return };
        let state = |keys| State::Known {
            keys,
            at: old,
            twice: false,
        };
        let place = place(Keeper::Env);
        assert!(state(missing(&place)).answer(false).is_none());
        assert!(state(Ok(Keys::only(Key::random()))).answer(false).is_some());
    }

    #[test]
    fn an_answer_that_never_comes_leaves_the_place_unasked() {
        let (memo, place) = (KeyMemo::default(), place(Keeper::Env));
        let panicked = thread::scope(|scope| {
            let asking = scope.spawn(|| memo.once(&place, None, false, || panic!("on purpose")));
            asking.join().is_err()
        });
        assert!(panicked);
        assert!(memo.lock().is_empty());
    }
}
