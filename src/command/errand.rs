//! The refresh in a process of its own, whom the caller's death does not reach: `authctl token`
//! starts this program once more, as `authctl refresh PROFILE`, and leaves it the lock. It is no
//! verb for people: without an order it is not understood.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::refresh::{Answer, carry_out};
use crate::broker::{BrokerError, PATIENCE, REFRESH_LIMIT};
use crate::platform::detached::{self, Ended, Process, Received};
use crate::platform::signals::{self, Then};
use crate::profile::Profile;
use crate::profile::setting::{SETTINGS, Setting, Source};
use crate::secret::{Secret, exposed};
use crate::session::Context;
use crate::session::secret;
use crate::store::Locked;
use crate::store::key::{KeySource, Keys, Place};
use crate::time::describe;
use crate::ui;

/// The word that starts a refresh. The profile's name follows it, for those who read lists of
/// processes.
pub const VERB: &str = "refresh";

/// How long a process that refreshes may live. What the refresh's own limit does not reach (a disk
/// or a look-up that hangs) ends with the process; it is shorter than anybody's patience, who then
/// finds the lock free.
const LIMIT: Duration = Duration::from_secs(85);
const _: () =
    assert!(LIMIT.as_secs() > REFRESH_LIMIT.as_secs() && LIMIT.as_secs() < PATIENCE.as_secs());

/// What a process that refreshes has to know. It reads no configuration: a login's profile may not
/// be in it yet.
#[derive(Serialize, Deserialize)]
struct Order {
    version: String,
    profile: String,
    settings: Vec<(String, Vec<String>)>,
    secret: Option<Carried>,
    /// The keys of the sealed session, which were in hand before the lock.
    keys: Vec<(Place, Carried)>,
}

/// A secret on its way from one process to another.
#[derive(Serialize, Deserialize)]
struct Carried(#[serde(serialize_with = "exposed")] Secret);

fn carried(secret: &str) -> Carried {
    Carried(Secret::new(secret.to_owned()))
}

/// Has a process begin with the refresh under the lock, which it holds from now on, too. `None`:
/// none can be had, and nothing has happened.
pub(super) fn send(
    run: &Context,
    profile: &Profile,
    secret: Option<&Secret>,
    locked: &Locked<'_>,
) -> Option<Process> {
    let order = Order {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        profile: profile.name.clone(),
        settings: profile
            .settings
            .iter()
            .map(|s| (s.name.to_owned(), s.values.clone()))
            .collect(),
        secret: secret.map(|secret| carried(secret.expose())),
        keys: locked
            .keys()
            .all()
            .iter()
            .map(|(place, keys)| (place.clone(), carried(&keys.text())))
            .collect(),
    };
    let lent = locked.lend().map_err(std::io::Error::other);
    let args = [VERB, &profile.name];
    let secrets = secret::variables(profile);
    let sent = lent.and_then(|lock| detached::start(&args, &secrets, lock, &bytes(&order)));
    if let Err(error) = &sent {
        run.explain(&format!(
            "{}: no process for the refresh, so it is done here: {error}",
            profile.name
        ));
    }
    sent.ok()
}

/// As JSON, in a buffer that is wiped and large enough not to grow: growing would leave pieces
/// behind.
fn bytes(value: &impl Serialize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 << 10));
    serde_json::to_writer(&mut *bytes, value).expect("only string keys");
    bytes
}

/// Waits for at most `patience` for what comes of a refresh that somebody else carries out.
///
/// # Errors
/// [`BrokerError::Unfinished`] or [`BrokerError::Killed`].
pub(super) fn wait(
    run: &Context,
    profile: &Profile,
    errand: Process,
    patience: Duration,
) -> Result<Answer, BrokerError> {
    let (pid, began, quiet, name) = (
        errand.pid(),
        Instant::now(),
        run.quiet,
        profile.name.clone(),
    );
    run.explain(&format!("{name}: refreshing, as pid {pid}"));
    // Whoever is the first process of a container takes everybody along.
    let is_first = std::process::id() == 1;
    let patience = if is_first { LIMIT } else { patience };
    let deferred = signals::defer().hear(move |count| {
        let left = describe(REFRESH_LIMIT.saturating_sub(began.elapsed()));
        let (what, then) = match count {
            _ if is_first => (
                format!("to end now could lose the session; it is over in at most {left}"),
                Then::Wait,
            ),
            1 => (
                format!(
                    "a refresh is under way, for at most {left}: once more leaves it to itself"
                ),
                Then::Wait,
            ),
            _ => (
                format!("the refresh goes on as pid {pid}, for at most {left}; nothing is lost"),
                Then::Obey,
            ),
        };
        if !quiet {
            ui::say(&format!("{name}: {what}"));
        }
        then
    });
    let ended = errand.wait(patience);
    drop(deferred);
    match ended {
        Ended::Unfinished => Err(BrokerError::Unfinished { pid }),
        Ended::Killed => Err(BrokerError::Killed { pid }),
        // Half an answer is that of a process which was killed while it gave it.
        Ended::Answered(bytes) => {
            serde_json::from_slice(&bytes).map_err(|_| BrokerError::Killed { pid })
        }
    }
}

/// Carries out the order that this process was started for; `None` when it was started by a person.
#[must_use]
pub fn run() -> Option<ExitCode> {
    match detached::receive() {
        Ok(Some(received)) => Some(obey(received).unwrap_or(ExitCode::FAILURE)),
        Ok(None) => None,
        Err(_) => Some(ExitCode::FAILURE),
    }
}

/// Whoever gave the order does it themselves where this gives up before it has begun.
fn obey(received: Received) -> Option<ExitCode> {
    let Received {
        bytes: order,
        lock,
        mut starter,
    } = received;
    let order: Order = serde_json::from_slice(&order).ok()?;
    if order.version != env!("CARGO_PKG_VERSION") {
        return None;
    }
    let setting = |(name, values): &(String, Vec<String>)| {
        let known = SETTINGS.iter().find(|known| known.name == *name)?;
        Some(Setting {
            name: known.name,
            values: values.clone(),
            source: Source::File,
        })
    };
    let settings = order.settings.iter().map(setting).collect::<Option<_>>()?;
    let profile = Profile::resolve(&order.profile, settings).ok()?;
    let run = Context::new(false, false, false).ok()?;
    let keys = KeySource::none();
    for (place, Carried(text)) in order.keys {
        keys.take(place, Keys::parse(text.expose())?);
    }
    let store = run.store_with(&profile, keys).ok()?;
    signals::survive_size_limit();
    std::thread::Builder::new()
        .spawn(|| signals::end_process_after(LIMIT))
        .ok()?;
    let mut locked = store.inherit(run.clock.now(), lock).ok()?;
    starter.report_start();
    let answer = carry_out(
        &run,
        &profile,
        order.secret.as_ref().map(|Carried(secret)| secret),
        &mut locked,
    );
    starter.send_answer(&bytes(&answer));
    Some(if answer.result.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
