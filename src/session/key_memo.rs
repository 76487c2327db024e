//! What each place gave that was asked for a key, for as long as the process lives.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::store::key::{KeyError, Keys, Place};

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
    pub(super) fn once(
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::*;
    use crate::store::key::{Keeper, Key};

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
