//! Where the keys of sealed sessions are fetched and made: joins the keyring, the environment and
//! commands to the store, which knows nothing of them.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::command::CommandLine;
use super::key_memo::KeyMemo;
use super::{Context, Session};
use crate::config::{self, env};
use crate::profile::Profile;
use crate::profile::store_kind::StoreKind;
use crate::store::key::{Keeper, Key, KeyError, KeySource, Keys, Place};
use crate::store::keyring::Item;
use crate::store::{Store, StoreError};
use crate::time::Clock;

/// How long to wait for the keyring where no person is there to unlock it.
const SHORT_LIMIT: Duration = Duration::from_secs(3);

/// How long to wait for the keyring where a person may be typing a password.
const LONG_LIMIT: Duration = Duration::from_secs(60);

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
    command: Option<CommandLine>,
}

impl Source {
    fn new(context: &Context, command: Option<CommandLine>, limit: Duration) -> Self {
        Self {
            memo: Arc::clone(context.key_memo()),
            item: item(context, "", limit),
            command,
        }
    }

    fn ask(&self, place: &Place, again: bool) -> Result<Keys, KeyError> {
        let command = self.command.as_ref();
        let line = command.map(|command| &*command.line);
        self.memo.once(place, line, again, || match place.keeper {
            Keeper::Keyring => self.item_of(place).read(),
            Keeper::Env => parse(place, env::var(config::KEY_VARIABLE).as_deref()),
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
    let source = Source::new(context, key_command(context, profile), limit);
    KeySource::new(move |place, again| source.ask(place, again))
}

/// The keys of a session: from where its profile says, else from all places that need no profile.
pub(super) fn of_session(context: &Context, profile: Option<&Profile>) -> KeySource {
    match profile {
        Some(profile) => source(context, profile, limit(profile)),
        None => without_profile(context),
    }
}

/// The keys of a session whose profile is gone: all can be found but those that a command prints.
fn without_profile(context: &Context) -> KeySource {
    let source = Source::new(context, None, usual_limit());
    KeySource::new(move |place, again| source.ask(place, again))
}

/// The keys of `old`, and where its command is replaced by that of `new`, the keys that either
/// prints.
pub(super) fn either(context: &Context, old: &Profile, new: &Profile) -> KeySource {
    let first = Source::new(context, key_command(context, old), limit(old));
    let second = Source::new(context, key_command(context, new), limit(new));
    KeySource::new(
        move |place, again| match (first.ask(place, again), second.ask(place, again)) {
            (Ok(first), Ok(second)) => Ok(first.and(&second)),
            (Err(_), Ok(keys)) | (Ok(keys), Err(_)) => Ok(keys),
            (Err(why), Err(_)) => Err(why),
        },
    )
}

/// The command that prints the profile's key, if it has one.
fn key_command(context: &Context, profile: &Profile) -> Option<CommandLine> {
    let line = profile.key_command.as_deref()?;
    Some(CommandLine::new(
        &context.locations,
        profile,
        "key_command",
        line,
    ))
}

fn printed(place: &Place, command: Option<&CommandLine>) -> Result<Keys, KeyError> {
    let Some(command) = command else {
        return Err(unavailable(
            place,
            "the profile has no `key_command`".to_owned(),
        ));
    };
    let text = command.printed().map_err(|why| unavailable(place, why))?;
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

impl Session<'_> {
    /// Tries whether the keys of the session can be had, and a keyring keeps what it is given. Says
    /// how long that took.
    ///
    /// # Errors
    /// Why not.
    pub fn try_keys(&self) -> (Duration, Result<(), KeyError>) {
        let began = Instant::now();
        let tried = self.ask_for_keys();
        (began.elapsed(), tried)
    }

    fn ask_for_keys(&self) -> Result<(), KeyError> {
        let limit = limit(&self.profile);
        if matches!(self.profile.store, StoreKind::Keyring | StoreKind::Auto) {
            return item(self.context, "doctor", limit).rehearse();
        }
        let keeper = match self.profile.store {
            StoreKind::Command => Keeper::Command,
            StoreKind::Env => Keeper::Env,
            _ => return Ok(()),
        };
        // Such a key is the same for all directories, so that none has to have a name for it.
        let keyspace = "doctor".to_owned();
        self.store
            .keys()
            .get(&Place { keeper, keyspace })
            .map(|_| ())
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
