//! The token of a proxy: kept in memory while it lives, renewed once however many requests need
//! that.

use std::sync::Arc;

use ::http::HeaderValue;
use tokio::sync::Mutex;

use super::refusal::authorization;
use crate::error::{Error, ErrorKind};
use crate::oauth::want::Want;
use crate::secret::Fingerprint;
use crate::session::{Context, Token, YOUNG};
use crate::time::Timestamp;

/// For how many seconds a token is taken from memory whose end is not known.
const UNKNOWN_LIFE: i64 = 60;

/// A token as requests use it.
#[derive(Clone)]
pub struct Held {
    /// The value of the header `Authorization`, marked as a secret.
    pub header: HeaderValue,
    fingerprint: Fingerprint,
    born: Timestamp,
    /// Until when it is taken from memory.
    until: Timestamp,
}

impl Held {
    fn new(token: &Token, want: &Want, now: Timestamp) -> Result<Self, Error> {
        let until = match (token.expires_at(), token.lifetime()) {
            (Some(end), Some(life)) => {
                now.after(end.remaining(now).saturating_sub(want.margin(life)))
            }
            _ => Timestamp(now.0 + UNKNOWN_LIFE),
        };
        Ok(Self {
            header: authorization(token)?,
            fingerprint: token.access_fingerprint(),
            born: token.facts().obtained_at,
            until,
        })
    }
}

/// Where a proxy has its token from.
pub struct Tokens {
    context: Arc<Context>,
    profile: Option<String>,
    held: Mutex<Option<Held>>,
}

impl Tokens {
    /// The tokens of the profile `profile`, or of the one that is meant when none is named.
    #[must_use]
    pub fn new(context: Arc<Context>, profile: Option<String>) -> Self {
        Self {
            context,
            profile,
            held: Mutex::default(),
        }
    }

    /// A token that is valid now.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn get(&self) -> Result<Held, Error> {
        let mut held = self.held.lock().await;
        let now = self.context.clock.now();
        if let Some(held) = held.as_ref().filter(|held| now < held.until) {
            return Ok(held.clone());
        }
        let new = self.fetch(None).await?;
        *held = Some(new.clone());
        Ok(new)
    }

    /// Another token than one that was refused; `None` where no other one would help, because this
    /// one is young.
    ///
    /// # Errors
    /// Why there is no other one.
    pub async fn instead_of(&self, refused: &Held) -> Result<Option<Held>, Error> {
        // A request that comes second finds the token that the first one brought.
        let mut held = self.held.lock().await;
        if let Some(held) = held.as_ref()
            && held.fingerprint != refused.fingerprint
        {
            return Ok(Some(held.clone()));
        }
        if self.context.clock.now().seconds_since(refused.born) < YOUNG {
            return Ok(None);
        }
        let new = self.fetch(Some(refused.fingerprint.clone())).await?;
        *held = Some(new.clone());
        Ok(Some(new))
    }

    /// Asks the session, on a thread where it may wait.
    async fn fetch(&self, rejected: Option<Fingerprint>) -> Result<Held, Error> {
        let (context, profile) = (Arc::clone(&self.context), self.profile.clone());
        let asked = tokio::task::spawn_blocking(move || {
            let session = context.session(profile.as_deref())?;
            let want = Want {
                rejected,
                ..session.want()
            };
            let token = session.token(&want, None)?;
            Held::new(&token, &want, context.clock.now())
        });
        asked
            .await
            .map_err(|_| Error::new(ErrorKind::Failed, "the thread that asks for a token ended"))?
    }
}
