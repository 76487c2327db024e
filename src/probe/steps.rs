//! The steps of a probe, in their order, on up to four logins.

use std::time::Duration;

use super::asking::{Open, PAUSE, Prober, Sent, copy, renewed};
use super::measured::{End, Renewal, Spent};
use crate::error::Error;
use crate::oauth::jwt;
use crate::secret::Secret;
use crate::time::{Timestamp, describe};

/// After how many seconds a spent token is sent again, at once and in a long probe.
const AGES: [u64; 4] = [0, 5, 35, 65];

/// The longest life of an access token that a long probe waits for.
const LONGEST_WATCH: Duration = Duration::from_secs(120);

/// How exactly an end is seen.
const SHARPNESS: Duration = Duration::from_secs(2);

impl Prober<'_> {
    /// Every step. Each login is ended, also that of a step which the person interrupts.
    ///
    /// # Errors
    /// When the first login comes to nothing, or the person interrupts.
    pub fn run(&mut self) -> Result<(), Error> {
        for step in [
            Self::spend,
            Self::revoke_access,
            Self::log_out,
            Self::revoke_last,
        ] {
            let done = step(self);
            self.end()?;
            done?;
        }
        Ok(())
    }

    /// The first login: refreshes, and what a spent refresh token does.
    fn spend(&mut self) -> Result<(), Error> {
        let tokens = self.log_in("to refresh, and to send a spent refresh token again")?;
        let issued = self.context.clock.now();
        self.measured.stated_life = tokens.stated_life;
        let Some(first) = tokens.refresh else {
            self.measured.true_life = self.true_life(&tokens.access, issued)?;
            return Ok(());
        };
        self.measured.renewable = true;
        let Sent::Granted(granted) = self.refresh("a refresh", &first)? else {
            return Ok(());
        };
        let issued = self.context.clock.now();
        let renewal = match &granted.response.refresh_token {
            None => Renewal::Omits,
            Some(token) if token.expose() == first.expose() => Renewal::Repeats,
            Some(_) => Renewal::Rotates,
        };
        self.measured.renewal = Some(renewal);
        self.measured.skew = granted.skew;
        self.measured.stated_life = granted.response.expires_in;
        let access = copy(granted.response.access_token.expose());
        self.measured.true_life = self.true_life(&access, issued)?;
        self.measured.old_access_lives = self.is_alive(&tokens.access)?;
        if self.long {
            self.watch(&access)?;
        }
        if let (Renewal::Rotates, Some(token)) = (renewal, renewed(&granted)) {
            let newest = self.send_at_once(token)?;
            self.send_spent(newest)?;
        }
        Ok(())
    }

    /// Two refreshes with one token at once. Gives the refresh token that is the newest then.
    fn send_at_once(&mut self, token: Secret) -> Result<Secret, Error> {
        self.tell("two refreshes with one refresh token at once");
        self.wait(PAUSE)?;
        let both = async {
            let (one, other) = (self.trial.refresh(&token), self.trial.refresh(&token));
            tokio::join!(one, other)
        };
        let (one, other) = self.context.block_on(both)?;
        let (one, other) = (
            self.noted("one of two refreshes at once", one),
            self.noted("one of two refreshes at once", other),
        );
        let both = one.lives().zip(other.lives());
        self.measured.at_once = both.map(|(one, other)| u32::from(one) + u32::from(other));
        if self.measured.at_once == Some(1) {
            self.measured.spent.push((0, Spent::Refused));
        }
        let newest = self.open.as_ref().and_then(|open| open.refresh.as_ref());
        Ok(newest.map_or(token, |newest| copy(newest.expose())))
    }

    /// A spent refresh token, sent again: at once, and in a long probe later, until it is refused.
    /// Then whether its session lives.
    fn send_spent(&mut self, mut newest: Secret) -> Result<(), Error> {
        let ages = if self.long { &AGES[..] } else { &AGES[..1] };
        for age in ages {
            let granted = match self.refresh("a refresh", &newest)? {
                Sent::Granted(granted) => granted,
                Sent::Refused => {
                    // The two at once have ended it.
                    self.measured.reuse_ends_session.get_or_insert(true);
                    return Ok(());
                }
                Sent::Unclear => return Ok(()),
            };
            let spent = newest;
            newest = renewed(&granted).unwrap_or_else(|| copy(spent.expose()));
            self.tell(&format!("a refresh token that was spent {age} s ago"));
            self.wait(Duration::from_secs(*age))?;
            let outcome = match self.refresh("a spent refresh token", &spent)? {
                Sent::Unclear => return Ok(()),
                Sent::Refused => Spent::Refused,
                Sent::Granted(again) => {
                    let other = renewed(&again);
                    let is_same = other.as_ref().is_some_and(|it| it.same_as(newest.expose()));
                    newest = other.unwrap_or(newest);
                    if is_same {
                        Spent::SameTokens
                    } else {
                        Spent::NewTokens
                    }
                }
            };
            self.measured.spent.push((*age, outcome));
            if outcome == Spent::Refused {
                let sent = self.refresh("a refresh after a reuse", &newest)?;
                self.measured.reuse_ends_session = sent.lives().map(|lives| !lives);
                return Ok(());
            }
        }
        Ok(())
    }

    /// The second login: what revoking an access token does; and if that leaves the session alive,
    /// what revoking its refresh token does.
    fn revoke_access(&mut self) -> Result<(), Error> {
        if self.trial.server().endpoints.revocation.is_none() {
            self.measured.revoked_access = Some(End::NotOffered);
            self.measured.revoked_refresh = Some(End::NotOffered);
            return Ok(());
        }
        let Some(tokens) = self.log_in_again("to revoke its access token") else {
            return Ok(());
        };
        if !self.ask_to_revoke("revoking an access token", &tokens.access, "access_token")? {
            return Ok(());
        }
        self.measured.revoked_access = self.is_alive(&tokens.access)?.map(End::of_life);
        let Some(refresh) = tokens.refresh else {
            return Ok(());
        };
        let sent = self.refresh("a refresh after its access token was revoked", &refresh)?;
        self.measured.refresh_after_revoked_access = sent.lives().map(End::of_life);
        match sent {
            Sent::Granted(_) => self.revoke_refresh(),
            Sent::Refused | Sent::Unclear => Ok(()),
        }
    }

    /// The third login: whether a refresh token lives on after a logout in the browser.
    fn log_out(&mut self) -> Result<(), Error> {
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
            return Ok(());
        };
        self.wait(PAUSE)?;
        let ended = self.context.block_on(self.trial.end_session(id_token))?;
        let sent = self.refresh("a refresh after a logout", refresh)?;
        // A page that asks the person whether they mean it has ended nothing yet.
        let is_done = ended == Some(true);
        let end = sent.lives().map(End::of_life);
        self.measured.refresh_after_logout = end.filter(|end| is_done || *end == End::Ended);
        Ok(())
    }

    /// A last login, if it is not known yet: what revoking a refresh token does.
    fn revoke_last(&mut self) -> Result<(), Error> {
        if !self.measured.renewable || self.measured.revoked_refresh.is_some() {
            return Ok(());
        }
        let Some(tokens) = self.log_in_again("to revoke its refresh token") else {
            return Ok(());
        };
        let Some(refresh) = tokens.refresh else {
            return Ok(());
        };
        match self.refresh("a refresh", &refresh)? {
            Sent::Granted(_) => self.revoke_refresh(),
            Sent::Refused | Sent::Unclear => Ok(()),
        }
    }

    /// Revokes the refresh token of the login that is under way.
    fn revoke_refresh(&mut self) -> Result<(), Error> {
        let Some(Open {
            access,
            refresh: Some(newest),
        }) = &self.open
        else {
            return Ok(());
        };
        let (access, newest) = (copy(access.expose()), copy(newest.expose()));
        if !self.ask_to_revoke("revoking a refresh token", &newest, "refresh_token")? {
            return Ok(());
        }
        self.measured.access_after_revoked_refresh = self.is_alive(&access)?.map(End::of_life);
        let sent = self.refresh("a revoked refresh token", &newest)?;
        self.measured.revoked_refresh = sent.lives().map(End::of_life);
        Ok(())
    }

    /// How long an access token lives by what it says itself, else by introspection. A server that
    /// says there only when the token ends leaves it to this machine's clock when it was `issued`.
    fn true_life(&self, access: &Secret, issued: Timestamp) -> Result<Option<Duration>, Error> {
        if let Some(life) = jwt::lifetime(access.expose()) {
            return Ok(Some(life));
        }
        self.wait(PAUSE)?;
        let said = self.context.block_on(self.trial.introspect(access))?;
        let time = |name: &str| said.as_ref()?.get(name)?.as_i64();
        let skew = self.measured.skew.unwrap_or(0);
        let start = time("iat").unwrap_or(issued.0.saturating_add(skew));
        let life = time("exp").and_then(|end| u64::try_from(end.saturating_sub(start)).ok());
        Ok(life.map(Duration::from_secs))
    }

    /// Watches the end of an access token that lives for a short time.
    fn watch(&mut self, access: &Secret) -> Result<(), Error> {
        let stated = self.measured.stated_life;
        let Some(life) = stated.filter(|life| *life <= LONGEST_WATCH) else {
            return Ok(());
        };
        self.tell(&format!(
            "the end of an access token, in {}",
            describe(life)
        ));
        self.wait(life.saturating_sub(2 * SHARPNESS))?;
        let before = self.is_alive(access)?;
        self.wait(3 * SHARPNESS)?;
        let after = self.is_alive(access)?;
        let both = before.zip(after);
        self.measured.ends_as_stated = both.map(|(before, after)| before && !after);
        Ok(())
    }
}

impl End {
    fn of_life(lives: bool) -> Self {
        if lives { End::LivesOn } else { End::Ended }
    }
}
