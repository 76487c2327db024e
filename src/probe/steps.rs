//! The requests of a probe, in their order, on up to four logins.

use std::time::Duration;

use super::measured::{End, Measured, Renewal, Spent};
use crate::error::Error;
use crate::grant::revoke::Revoked;
use crate::oauth::jwt;
use crate::provider::outcome::{Granted, Refusal};
use crate::secret::Secret;
use crate::session::Context;
use crate::session::trial::{Tokens, Trial};
use crate::time::describe;

/// How long to wait between two requests.
const PAUSE: Duration = Duration::from_millis(250);

/// After how many seconds a spent token is sent again, at once and in a long probe.
const AGES: [u64; 4] = [0, 5, 35, 65];

/// The longest life of an access token that a long probe waits for.
const LONGEST_WATCH: Duration = Duration::from_secs(120);

/// How exactly an end is seen.
const SHARPNESS: Duration = Duration::from_secs(2);

/// What measures a server.
pub(super) struct Prober<'a> {
    pub context: &'a Context,
    pub trial: Trial<'a>,
    pub log_in: &'a dyn Fn() -> Result<Tokens, Error>,
    pub long: bool,
    pub tell: &'a dyn Fn(&str),
    pub measured: Measured,
}

impl Prober<'_> {
    /// The first login: refreshes, and what a spent refresh token does.
    ///
    /// # Errors
    /// When the login comes to nothing.
    pub fn spend(&mut self) -> Result<(), Error> {
        let tokens = self.log_in("to refresh, and to send a spent refresh token again")?;
        let Some(first) = &tokens.refresh else {
            self.end(&tokens.access, None)?;
            return Ok(());
        };
        self.measured.renewable = true;
        let Some(granted) = self.refresh("a refresh", first)? else {
            return self.end(&tokens.access, Some(first));
        };
        let renewal = match &granted.response.refresh_token {
            None => Renewal::Omits,
            Some(token) if token.expose() == first.expose() => Renewal::Repeats,
            Some(_) => Renewal::Rotates,
        };
        self.measured.renewal = Some(renewal);
        self.measured.skew = granted.skew;
        self.measured.stated_life = granted.response.expires_in;
        let access = copy(granted.response.access_token.expose());
        self.measured.true_life = self.true_life(&access)?;
        self.measured.old_access_lives = self.is_alive(&tokens.access)?;
        if self.long {
            self.watch(&access)?;
        }
        let newest = match (renewal, granted.response.refresh_token) {
            (Renewal::Rotates, Some(token)) => {
                let token = copy(token.expose());
                let token = self.send_at_once(token)?;
                self.send_spent(token)?
            }
            _ => copy(first.expose()),
        };
        self.end(&access, Some(&newest))
    }

    /// Two refreshes with one token at once. Gives the refresh token that is the newest then.
    fn send_at_once(&mut self, token: Secret) -> Result<Secret, Error> {
        (self.tell)("two refreshes with one refresh token at once");
        let both = async {
            let (one, other) = (self.trial.refresh(&token), self.trial.refresh(&token));
            tokio::join!(one, other)
        };
        let (one, other) = self.context.block_on(both)?;
        let mut newest = token;
        let mut answered = 0;
        for outcome in [one, other] {
            match outcome {
                Ok(granted) => {
                    answered += 1;
                    if let Some(token) = granted.response.refresh_token {
                        newest = copy(token.expose());
                    }
                }
                Err(refusal) => self.note("one of two refreshes at once", &refusal),
            }
        }
        self.measured.at_once = Some(answered);
        if answered == 1 {
            self.measured.spent.push((0, Spent::Refused));
        }
        Ok(newest)
    }

    /// A spent refresh token, sent again: at once, and in a long probe later, until it is refused.
    /// Then whether its session lives. Gives the refresh token that is the newest then.
    fn send_spent(&mut self, mut newest: Secret) -> Result<Secret, Error> {
        let ages = if self.long { &AGES[..] } else { &AGES[..1] };
        for age in ages {
            let Some(granted) = self.refresh("a refresh", &newest)? else {
                // The two at once have ended it.
                self.measured.reuse_ends_session.get_or_insert(true);
                return Ok(newest);
            };
            let spent = newest;
            newest = renewed(&granted).unwrap_or_else(|| copy(spent.expose()));
            (self.tell)(&format!("a refresh token that was spent {age} s ago"));
            self.wait(Duration::from_secs(*age))?;
            let again = self.refresh("a spent refresh token", &spent)?;
            let outcome = match &again {
                None => Spent::Refused,
                Some(again) if renewed(again).is_some_and(|it| it.same_as(newest.expose())) => {
                    Spent::SameTokens
                }
                Some(_) => Spent::NewTokens,
            };
            self.measured.spent.push((*age, outcome));
            let Some(again) = again else {
                let lives = self.refresh("a refresh after a reuse", &newest)?;
                self.measured.reuse_ends_session = Some(lives.is_none());
                return Ok(lives
                    .and_then(|granted| renewed(&granted))
                    .unwrap_or(newest));
            };
            newest = renewed(&again).unwrap_or(newest);
        }
        Ok(newest)
    }

    /// The second login: what revoking an access token does; and if that leaves the session alive,
    /// what revoking its refresh token does.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn revoke(&mut self) -> Result<(), Error> {
        if self.trial.server().endpoints.revocation.is_none() {
            self.measured.revoked_access = Some(End::NotOffered);
            self.measured.revoked_refresh = Some(End::NotOffered);
            return Ok(());
        }
        let Some(tokens) = self.log_in_again("to revoke its access token") else {
            return Ok(());
        };
        self.ask_to_revoke("revoking an access token", &tokens.access, "access_token")?;
        self.measured.revoked_access = self.is_alive(&tokens.access)?.map(End::of_life);
        let Some(refresh) = tokens.refresh else {
            return Ok(());
        };
        let granted = self.refresh("a refresh after its access token was revoked", &refresh)?;
        self.measured.refresh_after_revoked_access = Some(End::of_life(granted.is_some()));
        match granted {
            Some(granted) => self.revoke_refresh(&granted, &refresh),
            None => Ok(()),
        }
    }

    /// A last login, if it is not known yet: what revoking a refresh token does.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn revoke_last(&mut self) -> Result<(), Error> {
        if !self.measured.renewable || self.measured.revoked_refresh.is_some() {
            return Ok(());
        }
        let Some(tokens) = self.log_in_again("to revoke its refresh token") else {
            return Ok(());
        };
        let Some(refresh) = tokens.refresh else {
            return self.end(&tokens.access, None);
        };
        match self.refresh("a refresh", &refresh)? {
            Some(granted) => self.revoke_refresh(&granted, &refresh),
            None => self.end(&tokens.access, Some(&refresh)),
        }
    }

    /// Revokes the refresh token that `granted` has brought, or `sent` if it has brought none.
    fn revoke_refresh(&mut self, granted: &Granted, sent: &Secret) -> Result<(), Error> {
        let access = copy(granted.response.access_token.expose());
        let newest = renewed(granted).unwrap_or_else(|| copy(sent.expose()));
        self.ask_to_revoke("revoking a refresh token", &newest, "refresh_token")?;
        self.measured.access_after_revoked_refresh = self.is_alive(&access)?.map(End::of_life);
        let granted = self.refresh("a revoked refresh token", &newest)?;
        self.measured.revoked_refresh = Some(End::of_life(granted.is_some()));
        let Some(granted) = granted else {
            return Ok(());
        };
        let newest = renewed(&granted).unwrap_or(newest);
        self.end(&access, Some(&newest))
    }

    /// The third login: whether a refresh token lives on after a logout in the browser.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn log_out(&mut self) -> Result<(), Error> {
        if !self.measured.renewable {
            return Ok(());
        }
        if self.trial.server().end_session.is_none() {
            self.measured.refresh_after_logout = Some(End::NotOffered);
            return Ok(());
        }
        let Some(tokens) = self.log_in_again("to log out in the browser") else {
            return Ok(());
        };
        let (Some(refresh), Some(id_token)) = (&tokens.refresh, &tokens.id_token) else {
            return self.end(&tokens.access, tokens.refresh.as_ref());
        };
        self.wait(PAUSE)?;
        let ended = self.context.block_on(self.trial.end_session(id_token))?;
        let granted = self.refresh("a refresh after a logout", refresh)?;
        // A page that asks the person whether they mean it has ended nothing yet.
        let is_done = ended == Some(true);
        self.measured.refresh_after_logout = match (&granted, is_done) {
            (None, _) => Some(End::Ended),
            (Some(_), true) => Some(End::LivesOn),
            (Some(_), false) => None,
        };
        let newest = granted.as_ref().and_then(renewed);
        let newest = newest.unwrap_or_else(|| copy(refresh.expose()));
        self.end(&tokens.access, Some(&newest))
    }

    fn log_in(&mut self, why: &str) -> Result<Tokens, Error> {
        self.measured.logins += 1;
        (self.tell)(&format!("login {}: {why}", self.measured.logins));
        (self.log_in)()
    }

    /// A later login, without which much is known already.
    fn log_in_again(&mut self, why: &str) -> Option<Tokens> {
        let tokens = self.log_in(why);
        if let Err(error) = &tokens {
            (self.tell)(&format!("this login came to nothing: {error}"));
        }
        tokens.ok()
    }

    /// A refresh; `None` where it is refused.
    fn refresh(&mut self, what: &'static str, token: &Secret) -> Result<Option<Granted>, Error> {
        self.wait(PAUSE)?;
        match self.context.block_on(self.trial.refresh(token))? {
            Ok(granted) => Ok(Some(granted)),
            Err(refusal) => {
                self.note(what, &refusal);
                Ok(None)
            }
        }
    }

    /// Notes an error that was answered.
    fn note(&mut self, what: &'static str, refusal: &Refusal) {
        let (code, status) = match refusal {
            Refusal::Said { error, status, .. } => (error.code.clone(), *status),
            Refusal::NotOAuth { status, .. } => ("no error of OAuth".to_owned(), Some(*status)),
            other => (other.to_string(), None),
        };
        self.measured.errors.insert((what, code, status));
    }

    fn is_alive(&self, access: &Secret) -> Result<Option<bool>, Error> {
        self.wait(PAUSE)?;
        self.context.block_on(self.trial.is_alive(access))
    }

    fn ask_to_revoke(
        &mut self,
        what: &'static str,
        token: &Secret,
        hint: &str,
    ) -> Result<(), Error> {
        self.wait(PAUSE)?;
        let revoked = self.context.block_on(self.trial.revoke(token, hint))?;
        if let Some(Revoked::Failed(why)) = revoked {
            self.measured.errors.insert((what, why, None));
        }
        Ok(())
    }

    /// Ends a login, and finds out whether that worked.
    fn end(&mut self, access: &Secret, refresh: Option<&Secret>) -> Result<(), Error> {
        if let Some(refresh) = refresh {
            self.ask_to_revoke("revoking a refresh token", refresh, "refresh_token")?;
        }
        self.ask_to_revoke("revoking an access token", access, "access_token")?;
        let Some(refresh) = refresh else {
            return Ok(());
        };
        self.wait(PAUSE)?;
        if self.context.block_on(self.trial.refresh(refresh))?.is_ok() {
            let what = format!("login {} could not be ended", self.measured.logins);
            self.measured.left.push(what);
        }
        Ok(())
    }

    /// How long an access token lives by what it says itself, else by introspection.
    fn true_life(&self, access: &Secret) -> Result<Option<Duration>, Error> {
        if let Some(life) = jwt::lifetime(access.expose()) {
            return Ok(Some(life));
        }
        self.wait(PAUSE)?;
        let said = self.context.block_on(self.trial.introspect(access))?;
        let end = said.and_then(|said| said.get("exp")?.as_i64());
        let server_now = self
            .context
            .clock
            .now()
            .0
            .saturating_add(self.measured.skew.unwrap_or(0));
        let life = end.and_then(|end| u64::try_from(end.saturating_sub(server_now)).ok());
        Ok(life.map(Duration::from_secs))
    }

    /// Watches the end of an access token that lives for a short time.
    fn watch(&mut self, access: &Secret) -> Result<(), Error> {
        let Some(life) = self
            .measured
            .stated_life
            .filter(|life| *life <= LONGEST_WATCH)
        else {
            return Ok(());
        };
        (self.tell)(&format!(
            "the end of an access token, in {}",
            describe(life)
        ));
        self.wait(life.saturating_sub(2 * SHARPNESS))?;
        let before = self.is_alive(access)?;
        self.wait(3 * SHARPNESS)?;
        let after = self.is_alive(access)?;
        self.measured.ends_as_stated = match (before, after) {
            (Some(before), Some(after)) => Some(before && !after),
            _ => None,
        };
        Ok(())
    }

    fn wait(&self, time: Duration) -> Result<(), Error> {
        self.context
            .block_on(async { tokio::time::sleep(time).await })
    }
}

impl End {
    fn of_life(lives: bool) -> Self {
        if lives { End::LivesOn } else { End::Ended }
    }
}

fn renewed(granted: &Granted) -> Option<Secret> {
    let token = granted.response.refresh_token.as_ref()?;
    Some(copy(token.expose()))
}

fn copy(text: &str) -> Secret {
    Secret::new(text.to_owned())
}
