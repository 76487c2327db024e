//! Who carries out a refresh: where the system can, a helper process that the caller's death does
//! not reach.
//!
//! The caller starts this program once more, as `authctl refresh PROFILE`, and lends it the lock.
//! It is no verb for people: without an order it is not understood. Where no helper process can be
//! had, the caller refreshes the session itself, and its death would cost the session.

use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::refresh::{Outcome, carry_out};
use super::task::{Caller, Task};
use super::{Context, Session};
use crate::broker::{BrokerError, PATIENCE, REFRESH_LIMIT};
use crate::config::log_setting::LogSetting;
use crate::config::{TRUST_OWNER, env};
use crate::event::Event;
use crate::fault;
use crate::oauth::client::Proof;
use crate::platform::detached::{self, Ended, Process, Received};
use crate::platform::process;
use crate::platform::signals::{self, Ending, Then};
use crate::profile::Profile;
use crate::profile::setting::{SETTINGS, Setting, Source};
use crate::secret::{Fingerprint, Secret, exposed};
use crate::store::key::{KeySource, Keys, Place};
use crate::store::{Locked, Peek, Sighting};

/// The word that starts a refresh. The profile's name follows it, for people who read lists of
/// processes.
pub const VERB: &str = "refresh";

/// How long a process that refreshes may live. What the refresh's own limit does not reach (a disk
/// or a look-up that hangs) ends with the process. It is shorter than the usual patience
/// ([`PATIENCE`]): a caller that waits so long finds the lock free.
const LIMIT: Duration = Duration::from_secs(85);
const _: () = assert!(LIMIT.as_secs() > REFRESH_LIMIT.as_secs());
const _: () = assert!(LIMIT.as_secs() < PATIENCE.as_secs());

/// What the helper process has to know. It reads no configuration: the profile of a login may not
/// be in it yet.
#[derive(Serialize, Deserialize)]
struct Order {
    version: String,
    profile: String,
    settings: Vec<(String, Vec<String>, Source)>,
    /// The access token that the caller says was refused.
    rejected: Option<Fingerprint>,
    /// The client's secret, if it has one.
    secret: Option<Carried>,
    /// The keys of the sealed session, which were fetched before the lock was taken.
    keys: Vec<(Place, Carried)>,
    caller: Caller,
    /// What the caller found under the lock.
    sighting: Sighting,
    /// What the user wants of the log.
    log: LogSetting,
}

/// What the helper process answers.
#[derive(Serialize, Deserialize)]
enum Reply<O> {
    /// The refresh is over.
    Done(O),
    /// It was not begun: under the lock it is not as the caller has found it.
    Overtaken,
}

/// A secret on its way from one process to another.
#[derive(Serialize, Deserialize)]
struct Carried(#[serde(serialize_with = "exposed")] Secret);

impl Carried {
    fn new(secret: &str) -> Self {
        Self(Secret::new(secret.to_owned()))
    }
}

impl Order {
    fn new(task: &Task<'_>, locked: &Locked<'_>) -> Self {
        let Task {
            session,
            proof,
            rejected,
            ..
        } = *task;
        let mut settings = Vec::new();
        for setting in &session.profile.settings {
            let name = setting.name.to_owned();
            settings.push((name, setting.values.clone(), setting.source));
        }
        let mut keys = Vec::new();
        for (place, found) in locked.keys().all() {
            keys.push((place.clone(), Carried::new(&found.text())));
        }
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profile: session.profile.name.clone(),
            settings,
            rejected: rejected.cloned(),
            secret: match proof {
                Proof::Secret(secret) => Some(Carried::new(secret.expose())),
                Proof::None => None,
            },
            keys,
            caller: task.caller.clone(),
            sighting: locked.sighting(),
            log: session.context.log_setting(),
        }
    }

    /// The profile that the order describes; `None` if it has a setting that this program does not
    /// know.
    fn profile(&self) -> Option<Profile> {
        let mut settings = Vec::new();
        for (name, values, source) in &self.settings {
            let known = SETTINGS.iter().find(|known| known.name == *name)?;
            settings.push(Setting {
                name: known.name,
                values: values.clone(),
                source: *source,
            });
        }
        Profile::resolve(&self.profile, settings).ok()
    }

    /// The keys that the order brings; `None` if one of them is not a key.
    fn keys(&self) -> Option<KeySource> {
        let source = KeySource::none();
        for (place, Carried(text)) in &self.keys {
            source.put(place.clone(), Keys::parse(text.expose())?);
        }
        Some(source)
    }

    fn proof(&self) -> Proof {
        let secret = self.secret.as_ref();
        secret
            .map(|Carried(secret)| Secret::new(secret.expose().to_owned()))
            .into()
    }
}

/// Lets the helper process refresh the session under the lock, and waits for at most `patience`.
/// Unless the user has set that, the first process of a container waits for [`LIMIT`]: its end
/// would end the helper. Without a helper the refresh happens here, and takes as long as it takes.
///
/// # Errors
/// Why there is no new token.
pub(super) fn dispatch(
    task: &Task<'_>,
    locked: Locked<'_>,
    patience: Duration,
) -> Result<Peek, BrokerError> {
    let session = task.session;
    // The death of a container's first process is the death of all its processes.
    let is_first = std::process::id() == 1;
    let patience = if is_first && !task.patience_is_set {
        LIMIT
    } else {
        patience
    };
    let outcome = match start(task, &locked) {
        Ok(helper) => {
            // The lock is the helper's alone now: a caller that is stopped keeps no other process
            // waiting.
            drop(locked);
            wait(session, helper, patience, is_first)?
        }
        Err(error) => {
            session.notify(&Event::NoHelper {
                cause: error.to_string(),
                usual: error.kind() == io::ErrorKind::Unsupported,
            });
            in_this_process(task, locked)
        }
    };
    for event in &outcome.events {
        session.show(event);
    }
    outcome.result.map_err(BrokerError::Reported)
}

/// Starts the helper process and lends it the lock.
///
/// # Errors
/// When none can be started. The session is untouched then.
fn start(task: &Task<'_>, locked: &Locked<'_>) -> io::Result<Process> {
    let session = task.session;
    let order = bytes(&Order::new(task, locked));
    let lock = locked.lend_lock().map_err(io::Error::other)?;
    let args = [VERB, &session.profile.name];
    detached::start(&args, &environment(session), lock, &order)
}

/// The variables that the helper process is given. It runs no program and fetches no secret; what
/// it needs beside its order is where the files are, which certificates count, and the way to the
/// network. Secrets that a profile keeps in one of them stay behind.
fn environment(session: &Session<'_>) -> Vec<(OsString, OsString)> {
    const NEEDED: &[&str] = &[
        // Where files are.
        "AUTHCTL_CONFIG",
        "AUTHCTL_HOME",
        TRUST_OWNER,
        // The network.
        "ALL_PROXY",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "NO_PROXY",
        "all_proxy",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "RUST_BACKTRACE",
    ];
    let mut given = env::all();
    // A library that is loaded into every program is told what to do by variables of its own.
    if env::var("LD_PRELOAD").is_none() {
        let is_needed = |name: &OsString| {
            let needed = NEEDED.iter().chain(process::NEEDED_VARIABLES);
            let mut needed = needed.chain(fault::VARIABLES);
            needed.any(|needed| process::is_variable(name, needed))
        };
        given.retain(|(name, _)| is_needed(name));
    }
    let secrets = session.context.locations.secrets();
    given.retain(|(name, _)| !secrets.hold(&name.to_string_lossy()));
    // The helper works in another directory.
    let bundle = env::path("SSL_CERT_FILE").and_then(|path| std::path::absolute(path).ok());
    given.extend(bundle.map(|path| ("SSL_CERT_FILE".into(), path.into_os_string())));
    given
}

/// A value as JSON, in a buffer that is wiped and large enough not to grow: growing would leave
/// pieces behind.
fn bytes(value: &impl Serialize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 << 10));
    serde_json::to_writer(&mut *bytes, value).expect("only string keys");
    bytes
}

/// Waits for at most `patience` for the outcome of a refresh that the helper process carries out.
///
/// # Errors
/// [`BrokerError::Unfinished`], [`BrokerError::Killed`] or [`BrokerError::Overtaken`].
fn wait(
    session: &Session<'_>,
    helper: Process,
    patience: Duration,
    is_first: bool,
) -> Result<Outcome, BrokerError> {
    let pid = helper.pid();
    session.notify(&Event::HelperStarted { pid });
    let deferred = signals::defer().hear(on_signal(session, pid, is_first));
    let ended = helper.wait(patience);
    drop(deferred);
    match ended {
        Ended::Unfinished if process::is_contained() => {
            Err(BrokerError::UnfinishedInContainer { pid })
        }
        Ended::Unfinished => Err(BrokerError::Unfinished { pid }),
        Ended::Killed => Err(BrokerError::Killed { pid }),
        // Half an answer is that of a process which was killed while it gave it.
        Ended::Answered(bytes) => match serde_json::from_slice::<Reply<Outcome>>(&bytes) {
            Ok(Reply::Done(outcome)) => Ok(outcome),
            Ok(Reply::Overtaken) => Err(BrokerError::Overtaken),
            Err(_) => Err(BrokerError::Killed { pid }),
        },
    }
}

/// What a caller does about a signal while the helper process refreshes. A demand to end is obeyed
/// at once, for nothing is lost. A person's first interrupt is answered by words, the second ends
/// the caller. The first process of a container stays, because its end would end the helper.
fn on_signal(
    session: &Session<'_>,
    pid: u32,
    is_first: bool,
) -> impl Fn(Ending, u32) -> Then + Send + 'static {
    let sink = Arc::clone(session.context.sink());
    let name = session.profile.name.clone();
    let began = Instant::now();
    move |ending, count| {
        let left = REFRESH_LIMIT.saturating_sub(began.elapsed());
        let (event, then) = match (ending, count) {
            _ if is_first => (Event::InterruptDeferred { left }, Then::Wait),
            (Ending::Interrupt, 1) => (Event::InterruptWarned { left }, Then::Wait),
            _ => (left_alone(pid, left), Then::Obey),
        };
        sink(Some(&name), &event);
        then
    }
}

/// What becomes of a helper process whose caller ends.
fn left_alone(pid: u32, left: Duration) -> Event {
    if process::is_contained() {
        Event::HelperLeftInContainer { pid, left }
    } else {
        Event::HelperLeftAlone { pid, left }
    }
}

/// Refreshes in this process, whose death would cost the session.
fn in_this_process(task: &Task<'_>, mut locked: Locked<'_>) -> Outcome {
    let session = task.session;
    let sink = Arc::clone(session.context.sink());
    let name = session.profile.name.clone();
    let began = Instant::now();
    let deferred = signals::defer().hear(move |_, count| {
        let left = REFRESH_LIMIT.saturating_sub(began.elapsed());
        if left.is_zero() {
            // It hangs, and nothing is to be had from waiting any longer.
            return Then::Obey;
        }
        if count > 1 {
            sink(Some(&name), &Event::InterruptDeferred { left });
        }
        Then::Wait
    });
    let outcome = carry_out(task, &mut locked);
    drop(locked);
    drop(deferred);
    outcome.log_rest(session);
    outcome
}

/// Carries out the order that this process was started for; `None` when a person started it.
#[must_use]
pub fn run() -> Option<u8> {
    match detached::receive() {
        Ok(Some(received)) => Some(obey(received).unwrap_or(1)),
        Ok(None) => None,
        Err(_) => Some(1),
    }
}

/// Where this gives up before it has begun, the caller does it itself.
fn obey(received: Received) -> Option<u8> {
    let Received {
        bytes: order,
        lock,
        mut starter,
    } = received;
    let order: Order = serde_json::from_slice(&order).ok()?;
    if order.version != env!("CARGO_PKG_VERSION") {
        return None;
    }
    // What happens here goes to the caller with the outcome: this process has no stderr.
    let context = Context::new(Arc::new(|_, _| {})).ok()?.with_log(&order.log);
    let session = Session::with_keys(&context, order.profile()?, order.keys()?).ok()?;
    signals::survive_size_limit();
    std::thread::Builder::new()
        .spawn(|| signals::end_process_after(LIMIT))
        .ok()?;
    let mut locked = session.store.inherit(session.now(), lock).ok()?;
    // The caller has seen, and tells, what was found under this lock.
    drop(locked.take_events());
    starter.report_start();
    if locked.sighting() != order.sighting {
        starter.send_answer(&bytes(&Reply::<Outcome>::Overtaken));
        return Some(1);
    }
    let task = Task {
        session: &session,
        proof: &order.proof(),
        rejected: order.rejected.as_ref(),
        patience_is_set: false,
        caller: &order.caller,
    };
    let outcome = carry_out(&task, &mut locked);
    starter.send_answer(&bytes(&Reply::Done(&outcome)));
    drop(locked);
    outcome.log_rest(&session);
    Some(match outcome.result {
        Ok(_) => 0,
        Err(_) => 1,
    })
}
