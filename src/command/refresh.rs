//! The refresh itself: the half of the protocol in which a session can be lost, carried out where the caller's death
//! does not reach it. `authctl token` starts this program once more, as `authctl refresh PROFILE`, and lends it the
//! lock. It is no verb for people: without an order it is not understood.

use std::cell::RefCell;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Run, runtime, terms};
use crate::broker::{self, BrokerError, REFRESH_LIMIT, Renewed, Report};
use crate::cli::Manner;
use crate::error::{Error, ErrorKind};
use crate::grant::{self, GrantError, Server, TokenEndpoint, client_credentials, identify, refresh};
use crate::http::Http;
use crate::oauth::client::Client;
use crate::oauth::jwt::IdToken;
use crate::oauth::token::RefreshToken;
use crate::provider::identity::Endpoints;
use crate::provider::key::{KEYS, Setting, Source};
use crate::provider::outcome::{Disposition, Refusal};
use crate::provider::profile::Profile;
use crate::secret::{Secret, exposed};
use crate::signals::{self, Then};
use crate::store::record::Session;
use crate::store::{Locked, Peek};
use crate::time::describe;
use crate::ui;

/// The word that starts a refresh. The profile's name follows it, for those who read lists of processes.
pub const VERB: &str = "refresh";

/// What a process that refreshes has to know. It reads no configuration: a login's profile may not be in it yet.
#[derive(Serialize, Deserialize)]
struct Order {
    version: String,
    profile: String,
    settings: Vec<(String, Vec<String>)>,
    secret: Option<Carried>,
}

/// A secret on its way from one process to another.
#[derive(Serialize, Deserialize)]
struct Carried(#[serde(serialize_with = "exposed")] Secret);

/// What came of it.
#[derive(Serialize, Deserialize)]
struct Answer {
    said: Vec<String>,
    explained: Vec<String>,
    result: Result<Peek, Report>,
}

/// Has the session refreshed under the lock, and waits for at most `patience`. Where no process is to be had, this one
/// does it.
///
/// # Errors
/// Why there is no new token.
pub(super) fn dispatch(
    run: &Run,
    profile: &Profile,
    secret: Option<&Secret>,
    locked: &mut Locked<'_>,
    patience: Duration,
) -> Result<Peek, BrokerError> {
    let answer = match send(profile, secret, locked) {
        Ok(errand) => wait(run, &profile.name, errand, patience)?,
        Err(error) => {
            run.explain(&format!(
                "{}: no process for the refresh ({error}), so it is done here",
                profile.name
            ));
            here(run, profile, secret, locked)
        }
    };
    answer.said.iter().for_each(|what| run.say(what));
    answer.explained.iter().for_each(|what| run.explain(what));
    answer.result.map_err(BrokerError::Reported)
}

#[cfg(unix)]
fn send(
    profile: &Profile,
    secret: Option<&Secret>,
    locked: &Locked<'_>,
) -> std::io::Result<crate::errand::Errand> {
    let order = Order {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        profile: profile.name.clone(),
        settings: profile.settings.iter().map(|s| (s.key.to_owned(), s.values.clone())).collect(),
        secret: secret.map(|secret| Carried(Secret::new(secret.expose().to_owned()))),
    };
    let order = zeroize::Zeroizing::new(serde_json::to_vec(&order).map_err(std::io::Error::other)?);
    let lock = locked.lend().map_err(std::io::Error::other)?;
    crate::errand::send(&[VERB, &profile.name], lock, &order)
}

#[cfg(unix)]
fn wait(
    run: &Run,
    name: &str,
    errand: crate::errand::Errand,
    patience: Duration,
) -> Result<Answer, BrokerError> {
    use crate::errand::Ended;
    let (pid, began, quiet, said) = (errand.pid(), Instant::now(), run.quiet, name.to_owned());
    run.explain(&format!("{name}: refreshing, as pid {pid}"));
    let deferred = signals::defer().hear(move |count| {
        let left = describe(REFRESH_LIMIT.saturating_sub(began.elapsed()));
        let (what, then) = match count {
            1 => (
                format!("a refresh is under way, for at most {left}: once more leaves it to itself"),
                Then::Wait,
            ),
            _ => {
                (format!("the refresh goes on as pid {pid}, for at most {left}; nothing is lost"), Then::Obey)
            }
        };
        if !quiet {
            ui::say(&format!("{said}: {what}"));
        }
        then
    });
    let ended = errand.answer(patience);
    drop(deferred);
    match ended {
        Ended::Unfinished => Err(BrokerError::Unfinished { pid }),
        Ended::Killed => Err(BrokerError::Killed { pid }),
        // Half an answer is that of a process which was killed while it gave it.
        Ended::Answered(bytes) => serde_json::from_slice(&bytes).map_err(|_| BrokerError::Killed { pid }),
    }
}

#[cfg(not(unix))]
fn send(
    _profile: &Profile,
    _secret: Option<&Secret>,
    _locked: &Locked<'_>,
) -> std::io::Result<std::convert::Infallible> {
    Err(std::io::Error::other("a lock cannot be lent on this system"))
}

#[cfg(not(unix))]
fn wait(
    _run: &Run,
    _name: &str,
    errand: std::convert::Infallible,
    _patience: Duration,
) -> Result<Answer, BrokerError> {
    match errand {}
}

/// Refreshes in this process, whose death would cost the session.
fn here(run: &Run, profile: &Profile, secret: Option<&Secret>, locked: &mut Locked<'_>) -> Answer {
    let (began, quiet, name) = (Instant::now(), run.quiet, profile.name.clone());
    let deferred = signals::defer().hear(move |count| {
        let left = describe(REFRESH_LIMIT.saturating_sub(began.elapsed()));
        if count > 1 && !quiet {
            ui::say(&format!(
                "{name}: to end now could lose the session; the refresh is over in at most {left}"
            ));
        }
        Then::Wait
    });
    let answer = carry_out(run, profile, secret, locked);
    drop(deferred);
    answer
}

/// Carries out the order that this process was started for; `None` when it was started by a person.
#[cfg(unix)]
#[must_use]
pub fn run() -> Option<ExitCode> {
    let received = match crate::errand::receive() {
        Ok(Some(received)) => received,
        Ok(None) => return None,
        Err(_) => return Some(ExitCode::FAILURE),
    };
    let (Ok(order), Ok(run)) =
        (serde_json::from_slice::<Order>(&received.bytes), Run::new(&Manner::default()))
    else {
        return Some(ExitCode::FAILURE);
    };
    let result = under_the_lock(&run, &order, received.lock);
    let failed =
        |error: Error| Answer { said: vec![], explained: vec![], result: Err(error.report(&order.profile)) };
    let answer = result.unwrap_or_else(failed);
    if let Ok(bytes) = serde_json::to_vec(&answer).map(zeroize::Zeroizing::new) {
        received.sender.answer(&bytes);
    }
    Some(if answer.result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// There is nobody to give an order.
#[cfg(not(unix))]
#[must_use]
pub fn run() -> Option<ExitCode> {
    None
}

#[cfg(unix)]
fn under_the_lock(run: &Run, order: &Order, lock: std::fs::File) -> Result<Answer, Error> {
    if order.version != env!("CARGO_PKG_VERSION") {
        let message = "another version of authctl took this one's place";
        return Err(Error::new(ErrorKind::TryAgain, message).hint("try again"));
    }
    let setting = |(name, values): &(String, Vec<String>)| {
        let key = KEYS.iter().find(|key| key.name == *name)?;
        Some(Setting { key: key.name, values: values.clone(), source: Source::File })
    };
    let settings = order.settings.iter().filter_map(setting).collect();
    let profile = Profile::resolve(&order.profile, settings)
        .map_err(|invalid| Error::new(ErrorKind::Config, invalid.to_string()))?;
    let store = run.store_of(&profile);
    let mut locked = store.inherit(run.clock.now(), lock)?;
    Ok(carry_out(run, &profile, order.secret.as_ref().map(|Carried(secret)| secret), &mut locked))
}

/// What is said on the way. Whoever waits says it when it is over.
#[derive(Default)]
struct Words {
    said: RefCell<Vec<String>>,
    explained: RefCell<Vec<String>>,
}

fn carry_out(run: &Run, profile: &Profile, secret: Option<&Secret>, locked: &mut Locked<'_>) -> Answer {
    let words = Words::default();
    let result = renew(run, profile, secret, locked, &words);
    Answer {
        said: words.said.take(),
        explained: words.explained.take(),
        result: result.map_err(|error| error.report(&profile.name)),
    }
}

fn renew(
    run: &Run,
    profile: &Profile,
    secret: Option<&Secret>,
    locked: &mut Locked<'_>,
    words: &Words,
) -> Result<Peek, Error> {
    let (http, identity) = (run.http(profile), profile.identity());
    let terms = terms(profile, &identity);
    let old = run.store_of(profile).peek().ok().flatten().and_then(|peek| peek.id_token);
    let mut stopped: Option<Error> = None;
    let ask = async |token: Option<&RefreshToken>, session: Option<&Session>| {
        let known = session.map(|session| session.endpoints.clone()).unwrap_or_default();
        let asking = ask(run, profile, &http, secret, token, known, old.as_ref(), words);
        let Ok(asked) = tokio::time::timeout(REFRESH_LIMIT, asking).await else {
            return Err(Refusal::Unanswered("the server took too long".to_owned()));
        };
        asked.map_err(|error| match error {
            GrantError::Refused(refusal) => refusal,
            error => {
                let refusal = Refusal::NotSent(error.to_string());
                stopped = Some(Error::of_grant(&profile.name, error));
                refusal
            }
        })
    };
    let runtime = runtime()?;
    let mut tell = |what: &str| words.said.borrow_mut().push(format!("{}: {what}", profile.name));
    let renewed = runtime.block_on(broker::renew(locked, &terms, &run.clock, &mut tell, ask));
    // A look-up of a name that hangs is not waited for.
    runtime.shutdown_background();
    renewed.map_err(|error| match (error, stopped) {
        // The server was never asked for a token, and why says more than "try again".
        (BrokerError::Transient { at_risk: false, .. }, Some(stopped)) => stopped,
        (error, _) => Error::of_broker(&profile.name, error),
    })
}

/// Gets a token for a client that speaks for itself, without lock and record.
///
/// # Errors
/// Why there is none.
pub(super) fn unsaved(run: &Run, profile: &Profile, secret: Option<&Secret>) -> Result<Peek, Error> {
    let (http, identity, words) = (run.http(profile), profile.identity(), Words::default());
    let asking = ask(run, profile, &http, secret, None, Endpoints::default(), None, &words);
    let renewed = runtime()?.block_on(asking).map_err(|error| Error::of_grant(&profile.name, error))?;
    Ok(broker::unsaved(renewed, &terms(profile, &identity)))
}

/// Asks the server: by refresh token, or as a client that speaks for itself.
#[expect(clippy::too_many_arguments, reason = "it joins all that the floors below keep apart")]
async fn ask(
    run: &Run,
    profile: &Profile,
    http: &Http,
    secret: Option<&Secret>,
    token: Option<&RefreshToken>,
    known: Endpoints,
    old: Option<&IdToken>,
    words: &Words,
) -> Result<Renewed, GrantError> {
    // What the profile says wins over what was discovered at login, which saves asking again.
    let endpoints = profile.endpoints.clone().or(known);
    let server = match &endpoints.token {
        Some(_) => Server::known(endpoints),
        None => grant::discover(http, profile).await?,
    };
    let url = grant::required("token endpoint", server.endpoints.token.as_deref())?;
    let asking = format!("{}: asking {}", profile.name, url.host_str().unwrap_or_default());
    words.explained.borrow_mut().push(asking);
    let secret = secret.map(|secret| Secret::new(secret.expose().to_owned()));
    let client: Client = grant::client(profile, secret, Some(&server));
    let endpoint =
        TokenEndpoint { http, url, client: &client, provider: &profile.provider, clock: &run.clock };
    let mut granted = match (profile.interactive(), token) {
        (false, _) => client_credentials::grant(&endpoint, profile).await?,
        (true, Some(token)) => refresh::refresh(&endpoint, profile, &server.endpoints, token).await?,
        (true, None) => return Err(GrantError::Refused(no_refresh_token())),
    };
    if granted.response.id_token.as_ref().is_some_and(|new| !identify::continues(old, new)) {
        let strange =
            format!("{}: the server sent somebody else's ID token, which is not kept", profile.name);
        words.said.borrow_mut().push(strange);
        granted.response.id_token = None;
    }
    let endpoints = Endpoints { auth_method: Some(client.auth_method), ..server.endpoints };
    Ok(Renewed { granted, endpoints: Some(endpoints) })
}

/// The broker does not ask without one; the types cannot say so.
fn no_refresh_token() -> Refusal {
    let error = crate::oauth::response::ErrorBody {
        code: "login_required".to_owned(),
        description: None,
        interval: None,
    };
    Refusal::Said { disposition: Disposition::Interaction, error }
}
