//! The requests of a probe, each after a pause, and the login that is under way.

use std::time::Duration;

use super::measured::Measured;
use super::stop::Stop;
use crate::error::Error;
use crate::grant::revoke::Revoked;
use crate::provider::outcome::{Disposition, Granted, Refusal};
use crate::secret::Secret;
use crate::session::Context;
use crate::session::trial::{Tokens, Trial};

/// How long to wait between two requests.
pub(super) const PAUSE: Duration = Duration::from_millis(250);

/// What came of a refresh token that was sent.
pub(super) enum Sent {
    /// Tokens.
    Granted(Box<Granted>),
    /// A refusal in words of OAuth.
    Refused,
    /// Something else: no answer, or one that says nothing of the token.
    Unclear,
}

impl Sent {
    fn of(outcome: Result<Granted, Refusal>) -> Self {
        match outcome {
            Ok(granted) => Self::Granted(Box::new(granted)),
            Err(Refusal::Said { disposition, .. }) if disposition != Disposition::Transient => {
                Self::Refused
            }
            Err(_) => Self::Unclear,
        }
    }

    /// Whether the token lives; `None` where that was not found out.
    pub fn lives(&self) -> Option<bool> {
        match self {
            Self::Granted(_) => Some(true),
            Self::Refused => Some(false),
            Self::Unclear => None,
        }
    }
}

/// The tokens of the login that is under way, as far as they came.
pub(super) struct Open {
    pub access: Secret,
    pub refresh: Option<Secret>,
}

/// What measures a server.
pub(super) struct Prober<'a> {
    pub context: &'a Context,
    pub trial: Trial<'a>,
    log_in: &'a dyn Fn() -> Result<Tokens, Error>,
    stop: &'a Stop,
    pub long: bool,
    tell: &'a dyn Fn(&str),
    pub measured: Measured,
    /// The login that has to be ended.
    pub open: Option<Open>,
}

impl<'a> Prober<'a> {
    pub fn new(
        context: &'a Context,
        trial: Trial<'a>,
        log_in: &'a dyn Fn() -> Result<Tokens, Error>,
        stop: &'a Stop,
        long: bool,
        tell: &'a dyn Fn(&str),
    ) -> Self {
        Self {
            context,
            trial,
            log_in,
            stop,
            long,
            tell,
            measured: Measured::default(),
            open: None,
        }
    }

    pub fn tell(&self, what: &str) {
        (self.tell)(what);
    }

    pub fn log_in(&mut self, why: &str) -> Result<Tokens, Error> {
        self.stop.check()?;
        self.measured.logins += 1;
        self.tell(&format!("login {}: {why}", self.measured.logins));
        let tokens = self.stop.while_asking(self.log_in)?;
        self.open = Some(Open {
            access: copy(tokens.access.expose()),
            refresh: tokens.refresh.as_ref().map(|token| copy(token.expose())),
        });
        Ok(tokens)
    }

    /// A later login, without which much is known already.
    pub fn log_in_again(&mut self, why: &str) -> Option<Tokens> {
        let tokens = self.log_in(why);
        if let Err(error) = &tokens {
            self.tell(&format!("this login came to nothing: {error}"));
        }
        tokens.ok()
    }

    /// Sends a refresh token, after a pause.
    pub fn refresh(&mut self, what: &'static str, token: &Secret) -> Result<Sent, Error> {
        self.wait(PAUSE)?;
        let outcome = self.context.block_on(self.trial.refresh(token))?;
        Ok(self.noted(what, outcome))
    }

    /// Notes what came of a refresh token: the newest tokens, or the error that was answered.
    pub fn noted(&mut self, what: &'static str, outcome: Result<Granted, Refusal>) -> Sent {
        match &outcome {
            Ok(granted) => {
                let open = self.open.get_or_insert_with(|| Open {
                    access: copy(granted.response.access_token.expose()),
                    refresh: None,
                });
                open.access = copy(granted.response.access_token.expose());
                open.refresh = renewed(granted).or(open.refresh.take());
            }
            Err(refusal) => {
                let (code, status) = match refusal {
                    Refusal::Said { error, status, .. } => (error.code.clone(), *status),
                    Refusal::NotOAuth { status, .. } => {
                        ("no error of OAuth".to_owned(), Some(*status))
                    }
                    other => (other.to_string(), None),
                };
                self.measured.errors.insert((what, code, status));
            }
        }
        Sent::of(outcome)
    }

    pub fn is_alive(&self, access: &Secret) -> Result<Option<bool>, Error> {
        self.wait(PAUSE)?;
        self.context.block_on(self.trial.is_alive(access))
    }

    /// Revokes a token. Says whether the server has confirmed it.
    pub fn ask_to_revoke(
        &mut self,
        what: &'static str,
        token: &Secret,
        hint: &str,
    ) -> Result<bool, Error> {
        self.wait(PAUSE)?;
        let revoked = self.context.block_on(self.trial.revoke(token, hint))?;
        if let Some(Revoked::Failed(why)) = &revoked {
            self.measured.errors.insert((what, why.clone(), None));
        }
        Ok(revoked == Some(Revoked::Done))
    }

    /// Ends the login that is under way, and finds out whether that worked. A person who has
    /// interrupted waits for this.
    pub fn end(&mut self) -> Result<(), Error> {
        let Some(Open { access, refresh }) = self.open.take() else {
            return Ok(());
        };
        let was_stopped = self.stop.take();
        let ended = self.end_tokens(&access, refresh.as_ref())?;
        self.stop.restore(was_stopped);
        let login = self.measured.logins;
        match ended {
            Some(true) => {}
            Some(false) => {
                let what = format!("login {login} could not be ended");
                self.measured.left.push(what);
            }
            None => {
                let what = format!("whether login {login} has ended is not known");
                self.measured.left.push(what);
            }
        }
        if was_stopped {
            let left = self.measured.left.last().map_or("", String::as_str);
            self.tell(if left.is_empty() {
                "the login has ended"
            } else {
                left
            });
        }
        Ok(())
    }

    /// Whether a login has ended after its tokens were revoked; `None` where that is not known.
    pub fn end_tokens(
        &mut self,
        access: &Secret,
        refresh: Option<&Secret>,
    ) -> Result<Option<bool>, Error> {
        let Some(refresh) = refresh else {
            let what = "revoking an access token";
            let done = self.ask_to_revoke(what, access, "access_token")?;
            return Ok(done.then_some(true));
        };
        self.ask_to_revoke("revoking a refresh token", refresh, "refresh_token")?;
        self.ask_to_revoke("revoking an access token", access, "access_token")?;
        self.wait(PAUSE)?;
        let outcome = self.context.block_on(self.trial.refresh(refresh))?;
        Ok(Sent::of(outcome).lives().map(|lives| !lives))
    }

    /// Waits. A person who interrupts is not kept waiting.
    pub fn wait(&self, time: Duration) -> Result<(), Error> {
        let mut left = time;
        while !left.is_zero() {
            self.stop.check()?;
            let piece = left.min(PAUSE);
            self.context
                .block_on(async { tokio::time::sleep(piece).await })?;
            left -= piece;
        }
        self.stop.check()
    }
}

pub(super) fn renewed(granted: &Granted) -> Option<Secret> {
    let token = granted.response.refresh_token.as_ref()?;
    Some(copy(token.expose()))
}

pub(super) fn copy(text: &str) -> Secret {
    Secret::new(text.to_owned())
}
