//! A token as a caller is given it: which one, with what goes with it, and until when.

use super::choice::Choice;
use super::protocol::{Failure, Token as ProtocolToken};
use crate::exchange::{Exchange, Exchanged};
use crate::secret::Fingerprint;
use crate::session::{Session, Token};
use crate::time::Timestamp;

/// A token with everything that goes with it.
pub(super) struct Handout<'a> {
    session: Session<'a>,
    choice: Choice,
    token: Token,
    /// When it is handed out.
    now: Timestamp,
    /// When the caller should ask again.
    until: Option<Timestamp>,
}

impl<'a> Handout<'a> {
    pub(super) fn new(session: Session<'a>, choice: Choice, token: Token, now: Timestamp) -> Self {
        let until = ask_again_at(&session, &token, now);
        Self {
            session,
            choice,
            token,
            now,
            until,
        }
    }

    /// The token, as a protocol hands it out.
    pub(super) fn protocol_token(&self) -> ProtocolToken<'_> {
        let subject = self.token.header().subject.as_ref();
        let account = self.choice.profile.account.as_deref();
        ProtocolToken {
            secret: self.token.secret(),
            scheme: self.token.facts().scheme(),
            until: self.until,
            now: self.now,
            coverage: &self.choice.coverage,
            chosen_username: self.choice.chosen_username.as_deref(),
            default_username: self.choice.profile.provider.basic_username,
            fixes_username: self.choice.profile.provider.fixes_username,
            account: account.or_else(|| subject?.name.as_deref()),
        }
    }

    /// The token's fingerprint.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.token.secret().fingerprint()
    }

    /// When it is handed out.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Exchanges the token for what the caller needs instead.
    pub(super) fn exchange(&self, exchange: &Exchange) -> Result<Exchanged, Failure> {
        Ok(self.session.exchange(self.token.secret(), exchange)?)
    }
}

/// When a caller should ask again, so that it finds the token refreshed.
fn ask_again_at(session: &Session<'_>, token: &Token, now: Timestamp) -> Option<Timestamp> {
    let end = token.expires_at()?;
    let Some(life) = token.lifetime() else {
        return Some(end);
    };
    let margin = session.want().margin(life).as_secs();
    let early = Timestamp(end.0.saturating_sub(i64::try_from(margin).unwrap_or(0)));
    Some(if early > now { early } else { end })
}
