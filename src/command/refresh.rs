//! The refresh itself, between the broker's two halves: who carries it out, how the server is
//! asked, what is said on the way. Where the platform can, it is carried out by a process of its
//! own, see `errand`.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::broker::{self, BrokerError, REFRESH_LIMIT, Renewed, Report};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::grant::endpoint::{BackChannel, Endpoint, EndpointKind};
use crate::grant::{
    self, GrantError, Server, TokenEndpoint, client_credentials, identify, refresh,
};
use crate::http::Http;
use crate::oauth::client::Client;
use crate::oauth::jwt::{self, Claims};
use crate::oauth::token::RefreshToken;
use crate::platform::signals::{self, Then};
use crate::profile::Profile;
use crate::profile::identity::Endpoints;
use crate::provider::outcome::{Disposition, Refusal};
use crate::secret::Secret;
use crate::session::Context;
use crate::session::{runtime, terms};
use crate::store::record::Header;
use crate::store::{Locked, Peek};
use crate::time::describe;
use crate::ui;

/// What came of a refresh, whoever carried it out.
#[derive(Serialize, Deserialize)]
pub(super) struct Answer {
    /// What the person should hear, and what only those who asked for more.
    pub said: Vec<String>,
    pub explained: Vec<String>,
    pub result: Result<Peek, Report>,
}

/// Has the session refreshed under the lock, and waits for at most `patience`.
///
/// # Errors
/// Why there is no new token.
pub(super) fn dispatch(
    run: &Context,
    profile: &Profile,
    secret: Option<&Secret>,
    locked: Locked<'_>,
    patience: Duration,
) -> Result<Peek, BrokerError> {
    let answer = match super::errand::send(run, profile, secret, &locked) {
        Some(errand) => {
            // The lock is the errand's alone now: a caller that is stopped keeps nobody waiting.
            drop(locked);
            super::errand::wait(run, profile, errand, patience)?
        }
        None => here(run, profile, secret, locked),
    };
    answer.said.iter().for_each(|what| run.say(what));
    answer.explained.iter().for_each(|what| run.explain(what));
    answer.result.map_err(BrokerError::Reported)
}

/// Refreshes in this process, whose death would cost the session.
fn here(
    run: &Context,
    profile: &Profile,
    secret: Option<&Secret>,
    mut locked: Locked<'_>,
) -> Answer {
    let (began, quiet, name) = (Instant::now(), run.quiet, profile.name.clone());
    let deferred = signals::defer().hear(move |count| {
        let left = REFRESH_LIMIT.saturating_sub(began.elapsed());
        if left.is_zero() {
            // It hangs, and nothing is to be had from waiting any longer.
            return Then::Obey;
        }
        let left = describe(left);
        if count > 1 && !quiet {
            ui::say(&format!(
                "{name}: to end now could lose the session; the refresh is over in at most {left}"
            ));
        }
        Then::Wait
    });
    let answer = carry_out(run, profile, secret, &mut locked);
    drop((locked, deferred));
    answer
}

/// Carries out the refresh, in whichever process.
pub(super) fn carry_out(
    run: &Context,
    profile: &Profile,
    secret: Option<&Secret>,
    locked: &mut Locked<'_>,
) -> Answer {
    let words = Words::default();
    let result = renew(run, profile, secret, locked, &words);
    Answer {
        said: words.said.take(),
        explained: words.explained.take(),
        result: result.map_err(|error| error.report(&profile.name)),
    }
}

/// What is said on the way. Whoever waits says it when it is over.
#[derive(Default)]
struct Words {
    said: RefCell<Vec<String>>,
    explained: RefCell<Vec<String>>,
}

fn renew(
    run: &Context,
    profile: &Profile,
    secret: Option<&Secret>,
    locked: &mut Locked<'_>,
    words: &Words,
) -> Result<Peek, Error> {
    let (http, identity) = (run.http(profile), profile.identity());
    let old = locked.id_token().and_then(jwt::claims);
    let asking = Asking {
        run,
        profile,
        http: &http,
        secret,
        old: old.as_ref(),
        words,
    };
    // All that can fail for want of something on this machine fails before anything is prepared.
    let runtime = runtime()?;
    let mut stopped: Option<Error> = None;
    let ask = async |token: Option<&RefreshToken>, header: Option<&Header>| {
        let known = header
            .map(|header| header.endpoints.clone())
            .unwrap_or_default();
        let Ok(answered) = tokio::time::timeout(REFRESH_LIMIT, asking.ask(token, known)).await
        else {
            return Err(Refusal::Unanswered("the server took too long".to_owned()));
        };
        answered.map_err(|error| match error {
            GrantError::Refused(refusal) => refusal,
            error => {
                let refusal = Refusal::NotSent(error.to_string());
                stopped = Some(Error::of_grant(&profile.name, error));
                refusal
            }
        })
    };
    let mut notify = |what: Event| {
        words
            .said
            .borrow_mut()
            .push(format!("{}: {what}", profile.name))
    };
    let terms = terms(profile, &identity);
    let renewed = runtime.block_on(broker::renew(locked, &terms, &run.clock, &mut notify, ask));
    // A look-up of a name that hangs is not waited for.
    runtime.shutdown_background();
    renewed.map_err(|error| match (error, stopped) {
        // The server was never asked for a token, and why says more than "try again".
        (BrokerError::Transient { at_risk: false, .. }, Some(stopped)) => stopped,
        (error, _) => Error::of_broker(&profile.name, error),
    })
}

/// Gets a token for a client that speaks for itself, without lock and record, within `patience`.
///
/// # Errors
/// Why there is none.
pub(super) fn unsaved(
    run: &Context,
    profile: &Profile,
    secret: Option<&Secret>,
    patience: Option<Duration>,
) -> Result<Peek, Error> {
    let (http, identity, words) = (run.http(profile), profile.identity(), Words::default());
    let asking = Asking {
        run,
        profile,
        http: &http,
        secret,
        old: None,
        words: &words,
    };
    let limit = patience.unwrap_or(REFRESH_LIMIT).min(REFRESH_LIMIT);
    let runtime = runtime()?;
    let answered = runtime.block_on(async {
        tokio::time::timeout(limit, asking.ask(None, Endpoints::default())).await
    });
    runtime.shutdown_background();
    words
        .explained
        .take()
        .iter()
        .for_each(|what| run.explain(what));
    let Ok(answered) = answered else {
        let message = format!(
            "{}: the server took longer than {}",
            profile.name,
            describe(limit)
        );
        return Err(
            Error::new(ErrorKind::TryAgain, message).hint("give it more time with `--wait`")
        );
    };
    let renewed = answered.map_err(|error| Error::of_grant(&profile.name, error))?;
    Ok(broker::unsaved_peek(renewed, &terms(profile, &identity)))
}

/// What the server is asked with, and for whom.
struct Asking<'a> {
    run: &'a Context,
    profile: &'a Profile,
    http: &'a Http,
    secret: Option<&'a Secret>,
    /// What the ID token says that is there: a new one must be the same person's.
    old: Option<&'a Claims>,
    words: &'a Words,
}

impl Asking<'_> {
    /// Asks the server: by refresh token, or as a client that speaks for itself.
    async fn ask(
        &self,
        token: Option<&RefreshToken>,
        known: Endpoints,
    ) -> Result<Renewed, GrantError> {
        let Asking {
            run,
            profile,
            http,
            words,
            ..
        } = *self;
        // What the profile says wins over what was discovered at login, which saves asking again.
        let endpoints = profile.endpoints.clone().or(known);
        let server = match &endpoints.token {
            Some(_) => Server::known(endpoints),
            None => grant::discover(http, profile).await?,
        };
        let token_endpoint = Endpoint::find(EndpointKind::Token, &server.endpoints)?;
        http.ready(&token_endpoint.url)?;
        let asking = format!(
            "{}: asking {}",
            profile.name,
            token_endpoint.url.host_str().unwrap_or_default()
        );
        words.explained.borrow_mut().push(asking);
        let secret = self
            .secret
            .map(|secret| Secret::new(secret.expose().to_owned()));
        let client: Client = grant::client(profile, secret.into(), Some(&server));
        let endpoint = TokenEndpoint {
            channel: BackChannel {
                http,
                client: &client,
                provider: &profile.provider,
                clock: &run.clock,
            },
            endpoint: token_endpoint,
        };
        let mut granted = match (profile.grant.spends_refresh_token(), token) {
            (false, _) => client_credentials::request_token(&endpoint, profile).await?,
            (true, Some(token)) => {
                refresh::refresh(&endpoint, profile, &server.endpoints, token).await?
            }
            (true, None) => return Err(GrantError::Refused(no_refresh_token())),
        };
        if granted
            .response
            .id_token
            .as_ref()
            .is_some_and(|new| !identify::continues(self.old, new))
        {
            let strange = format!(
                "{}: the server sent another person's ID token, which is not kept",
                profile.name
            );
            words.said.borrow_mut().push(strange);
            granted.response.id_token = None;
        }
        let endpoints = Endpoints {
            auth_method: Some(client.auth_method),
            ..server.endpoints
        };
        Ok(Renewed {
            granted,
            endpoints: Some(endpoints),
        })
    }
}

/// The broker does not ask without one; the types cannot say so.
fn no_refresh_token() -> Refusal {
    let error = crate::oauth::response::ErrorBody {
        code: "login_required".to_owned(),
        description: None,
        interval: None,
    };
    Refusal::Said {
        disposition: Disposition::Interaction,
        error,
    }
}
