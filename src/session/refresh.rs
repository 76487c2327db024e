//! The refresh itself, in the process that carries it out: how the server is asked, in the middle
//! of the broker's `renew`.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::story::Story;
use super::task::Task;
use super::{Session, server_keys};
use crate::broker::{self, BrokerError, Policy, REFRESH_LIMIT, Renewed, Report};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::grant::endpoint::{Endpoint, EndpointKind};
use crate::grant::id_token::Check;
use crate::grant::identify;
use crate::grant::{self, GrantError, Server, TokenEndpoint, client_credentials};
use crate::http;
use crate::oauth::client::Proof;
use crate::oauth::jwt::{self, Claims, Nonce};
use crate::oauth::response::ErrorBody;
use crate::oauth::token::RefreshToken;
use crate::profile::identity::Endpoints;
use crate::provider::outcome::{Disposition, Granted, Refusal};
use crate::store::record::Header;
use crate::store::{Locked, Peek};
use crate::time::{Timestamp, describe};

/// How a refresh ended, in whichever process: what happened, and the session or the failure. It
/// crosses from the helper process to its caller as JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct Outcome {
    /// What happened on the way. The caller tells it when the lock is free.
    pub events: Vec<Event>,
    /// The session without its refresh token, or why it was not renewed.
    pub result: Result<Peek, Report>,
    /// What is to be written into the log when the lock is free.
    #[serde(skip)]
    unlogged: Vec<Event>,
}

/// Carries out the refresh under the lock. What happened is in the log when this comes back, for
/// the caller may be dead by now; but not where the disk has just failed: see
/// [`Outcome::log_rest`].
pub(super) fn carry_out(task: &Task<'_>, locked: &mut Locked<'_>) -> Outcome {
    let Session {
        context, profile, ..
    } = task.session;
    let story = Story::begin(task, locked);
    let mut told: Vec<Event> = story.interruption(locked).into_iter().collect();
    // The intent that comes next says that this was told.
    context.log_all(&profile.name, &told);
    let events = RefCell::default();
    let result = renew(task, locked, &events, &story);
    let mut events = events.take();
    // How it was saved comes after what was saved.
    let unsaved = events.iter().position(is_unsaved);
    events.insert(unsaved.unwrap_or(events.len()), story.end(&result));
    events.extend(story.warning(&result));
    let mut unlogged = Vec::new();
    if unsaved.is_some() {
        unlogged.clone_from(&events);
    } else {
        context.log_all(&profile.name, &events);
    }
    told.append(&mut events);
    Outcome {
        events: told,
        result: result.map_err(|error| error.report()),
        unlogged,
    }
}

fn is_unsaved(event: &Event) -> bool {
    matches!(event, Event::SavedElsewhere { .. } | Event::NotSaved { .. })
}

impl Outcome {
    /// Writes into the log what was not written yet, because the disk had just failed: neither the
    /// caller nor the next holder of the lock waits for that.
    pub(super) fn log_rest(&self, session: &Session<'_>) {
        session
            .context
            .log_all(&session.profile.name, &self.unlogged);
    }
}

fn renew(
    task: &Task<'_>,
    locked: &mut Locked<'_>,
    events: &RefCell<Vec<Event>>,
    story: &Story<'_>,
) -> Result<Peek, Error> {
    let Task {
        session,
        proof,
        rejected,
        ..
    } = *task;
    let registration = session.profile.registration();
    let old_claims = locked.id_token().and_then(jwt::claims);
    let subject = locked.header().and_then(|header| header.subject.as_ref());
    let subject = subject.map(|subject| subject.id.clone());
    let asking = Asking {
        session,
        proof,
        old_claims: old_claims.as_ref(),
        subject,
        events,
    };
    // All that can fail for want of something on this machine fails before anything is prepared.
    let runtime = session.context.runtime()?;
    let mut stopped: Option<Error> = None;
    let ask = async |token: Option<&RefreshToken>, header: Option<&Header>| {
        let began = Instant::now();
        let answered = asking.ask_in_time(token, header, &mut stopped).await;
        story.note(&answered, began.elapsed());
        answered
    };
    let mut notify = |event| events.borrow_mut().push(event);
    let policy = Policy {
        rejected,
        ..session.policy(&registration)
    };
    let clock = &session.context.clock;
    let renewed = runtime.block_on(broker::renew(locked, &policy, clock, &mut notify, ask));
    renewed.map_err(|error| match (error, stopped) {
        // The server was never asked for a token, and why says more than "try again".
        (BrokerError::Transient { at_risk: false, .. }, Some(stopped)) => stopped,
        (error, _) => error.into(),
    })
}

/// Gets a token for a client that needs no person, without lock and record, within `patience`.
///
/// # Errors
/// Why there is none.
pub(super) fn without_record(
    session: &Session<'_>,
    proof: &Proof,
    patience: Option<Duration>,
) -> Result<Renewed, Error> {
    let events = RefCell::default();
    let asking = Asking {
        session,
        proof,
        old_claims: None,
        subject: None,
        events: &events,
    };
    let limit = patience.unwrap_or(REFRESH_LIMIT).min(REFRESH_LIMIT);
    let asked = asking.ask(None, Endpoints::default());
    let answered = session
        .context
        .block_on(async { tokio::time::timeout(limit, asked).await })?;
    session.notify_all(events.take());
    let Ok(answered) = answered else {
        let message = format!("the server took longer than {}", describe(limit));
        return Err(
            Error::new(ErrorKind::TryAgain, message).hint("give it more time with `--wait`")
        );
    };
    Ok(answered?)
}

/// What the server is asked with, and for which session.
struct Asking<'a> {
    session: &'a Session<'a>,
    proof: &'a Proof,
    /// What the stored ID token says: a new one must be of the same person.
    old_claims: Option<&'a Claims>,
    /// The identifier of the person who has logged in, where the server has named one.
    subject: Option<String>,
    events: &'a RefCell<Vec<Event>>,
}

impl Asking<'_> {
    /// Asks the server, with what the record says of it. `stopped` becomes why it was not asked.
    async fn ask_in_time(
        &self,
        token: Option<&RefreshToken>,
        header: Option<&Header>,
        stopped: &mut Option<Error>,
    ) -> Result<Renewed, Refusal> {
        // Root's secrets go to no address that another user may have written down.
        let header = header.filter(|_| !self.session.store.is_lent());
        let known = header.map(|header| header.endpoints.clone());
        let asked = self.ask(token, known.unwrap_or_default());
        let Some(answered) = http::within(REFRESH_LIMIT, asked).await else {
            return Err(Refusal::Unanswered("the server took too long".to_owned()));
        };
        answered.map_err(|error| match error {
            GrantError::Refused(refusal) => refusal,
            error => {
                let text = error.to_string();
                let error = Error::from(error);
                // What a person has to mend is no failure of the server's.
                let refusal = if error.kind == ErrorKind::TryAgain {
                    Refusal::NotSent(text)
                } else {
                    Refusal::NotTried(text)
                };
                *stopped = Some(error);
                refusal
            }
        })
    }

    /// Asks the server: by refresh token, or for a client that needs no person.
    async fn ask(
        &self,
        token: Option<&RefreshToken>,
        known: Endpoints,
    ) -> Result<Renewed, GrantError> {
        let profile = &self.session.profile;
        let server = self.server(known).await?;
        let endpoint = Endpoint::find(EndpointKind::Token, &server.endpoints)?;
        self.session.http.ready(&endpoint.url)?;
        let host = endpoint.url.host_str().unwrap_or_default().to_owned();
        self.tell(Event::Asking { host });
        let client = grant::client(profile, self.proof.clone(), Some(&server));
        let endpoint = TokenEndpoint {
            channel: self.session.channel(&client),
            endpoint,
        };
        let mut granted = match (profile.grant.spends_refresh_token(), token) {
            (false, _) => client_credentials::request_token(&endpoint, profile).await?,
            (true, Some(token)) => {
                grant::refresh::refresh(&endpoint, profile, &server.endpoints, token).await?
            }
            (true, None) => return Err(GrantError::Refused(no_refresh_token())),
        };
        self.check_id_token(&mut granted, &server.endpoints);
        let endpoints = Endpoints {
            auth_method: Some(client.auth_method),
            ..profile.without_environment(server.endpoints)
        };
        Ok(Renewed {
            granted,
            endpoints: Some(endpoints),
        })
    }

    /// The server's addresses. What the profile says wins over what was discovered at login, which
    /// saves asking for it again.
    async fn server(&self, known: Endpoints) -> Result<Server, GrantError> {
        let profile = &self.session.profile;
        match grant::remembered(profile, known)? {
            Some(server) => Ok(server),
            None => grant::discover(&self.session.http, profile).await,
        }
    }

    /// A new ID token that is not to be believed, or is of another person, is not kept (OpenID
    /// Connect Core 1.0, section 12.2).
    fn check_id_token(&self, granted: &mut Granted, endpoints: &Endpoints) {
        let Some(new) = &granted.response.id_token else {
            return;
        };
        let session = self.session;
        let old = self.old_claims;
        let keys = server_keys::known(session.context, &session.profile.name, new);
        let nonce = old.and_then(Claims::nonce);
        let check = Check {
            profile: &session.profile,
            issuer: old
                .map(|old| old.iss.as_str())
                .or(session.profile.issuer.as_deref()),
            endpoints,
            nonce: nonce.as_ref().map_or(Nonce::Unknown, Nonce::IfPresent),
            access_token: &granted.response.access_token,
            keys: keys.as_ref(),
            proof: self.proof,
            now: Timestamp(granted.sent.0.saturating_add(granted.skew.unwrap_or(0))),
        };
        let why = match check.verify(new) {
            Ok(claims) if self.is_of_session(&claims) => return,
            Ok(_) => "it is of another user, or for another client".to_owned(),
            Err(why) => why.to_string(),
        };
        self.tell(Event::StrangeIdToken { why });
        granted.response.id_token = None;
    }

    /// Whether claims are of the person who has logged in, as far as that is known.
    fn is_of_session(&self, claims: &Claims) -> bool {
        if let Some(old) = self.old_claims {
            return old.is_continued_by(claims);
        }
        let subject = self.subject.as_deref();
        subject.is_none_or(|subject| subject == identify::subject_id(claims))
    }

    fn tell(&self, event: Event) {
        self.events.borrow_mut().push(event);
    }
}

/// The broker does not ask without a refresh token; the types cannot say so.
fn no_refresh_token() -> Refusal {
    Refusal::Said {
        disposition: Disposition::Interaction,
        error: ErrorBody {
            code: "login_required".to_owned(),
            description: None,
            interval: None,
        },
        status: None,
        retry_after: None,
    }
}
