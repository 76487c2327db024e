//! What comes of a login: who it was, whether they may have the place, the session saved, what is
//! said of it.

use std::time::Duration;

use serde_json::json;

use super::answer_json;
use super::login::Login;
use crate::error::{Error, ErrorKind};
use crate::grant::endpoint::{BackChannel, Endpoint, EndpointKind};
use crate::grant::identify::identify;
use crate::grant::{Server, revoke};
use crate::oauth::client::Client;
use crate::oauth::scope;
use crate::oauth::token::Credential;
use crate::platform::signals;
use crate::profile::identity::{Endpoints, Subject};
use crate::provider::outcome::Granted;
use crate::secret::Secret;
use crate::session::keys as key;
use crate::store::record::{Header, Record};
use crate::store::seal::Sealing;
use crate::store::{Locked, Saved};
use crate::time::{Timestamp, describe};

/// What there is to say of a login.
pub(super) struct Line {
    pub who: Option<String>,
    subject: Option<Subject>,
    expires_at: Option<Timestamp>,
    lifetime: Option<Duration>,
    missing: Vec<String>,
    renewable: bool,
}

impl Login<'_> {
    /// Finds out who it was, and saves. What comes to nothing is given back to the server.
    pub(super) async fn accept(
        &self,
        server: &Server,
        channel: &BackChannel<'_>,
        granted: Granted,
        nonce: Option<&Secret>,
    ) -> Result<Line, Error> {
        let server_time = Timestamp(self.now().0.saturating_add(granted.skew.unwrap_or(0)));
        let who = identify(
            &self.http,
            self.profile,
            server,
            &granted.response,
            nonce,
            server_time,
        )
        .await;
        let admitted = who
            .map_err(|error| self.told(error))
            .and_then(|who| self.admit(who));
        key::refresh(self.run, self.profile, self.anew);
        match admitted.and_then(|who| Ok((who, self.lock(self.anew)?))) {
            Ok((who, locked)) => self.keep(locked, server, channel.client, granted, who),
            Err(error) => {
                self.give_back(server, channel, &granted).await;
                Err(error)
            }
        }
    }

    /// Refuses to put somebody in another's place, or nobody knows whom.
    fn admit(&self, who: Option<Subject>) -> Result<Option<Subject>, Error> {
        let old = self.header().and_then(|header| header.subject);
        let (Some(old), false) = (old, self.args.replace) else {
            return Ok(who);
        };
        let new = match &who {
            Some(new) if new.id == old.id => return Ok(who),
            Some(new) => new.to_string(),
            None => "somebody whom the server does not name".to_owned(),
        };
        let message = format!(
            "{} belongs to {old}, and {new} logged in",
            self.profile.name
        );
        Err(Error::new(ErrorKind::Failed, message)
            .hint(format!(
                "`authctl login {} --replace` puts the new login in that place",
                self.profile.name
            ))
            .hint("for both, use a profile for each: `authctl login OTHER ...`"))
    }

    async fn give_back(&self, server: &Server, channel: &BackChannel<'_>, granted: &Granted) {
        if let Some(token) = &granted.response.refresh_token
            && let Ok(endpoint) = Endpoint::find(EndpointKind::Revocation, &server.endpoints)
        {
            revoke::revoke(channel, &endpoint, token.expose(), "refresh_token").await;
        }
    }

    /// Saves the session and the profile.
    fn keep(
        &self,
        mut locked: Locked<'_>,
        server: &Server,
        client: &Client,
        granted: Granted,
        who: Option<Subject>,
    ) -> Result<Line, Error> {
        let now = self.now();
        let asked = &self.profile.scope;
        let endpoints = Endpoints {
            auth_method: Some(client.auth_method),
            ..server.endpoints.clone()
        };
        let mut header = Header::begin(&self.profile.name, self.profile.identity(), endpoints, now);
        header.skew = granted.skew.unwrap_or(0);
        header.subject = who;
        header.lock_dir.clone_from(&self.profile.lock_dir);
        let subject = header.subject.clone();
        let tokens = Credential::granted(
            granted.response,
            granted.sent,
            asked,
            self.profile.assumed_ttl,
        );
        let line = Line {
            who: subject.as_ref().map(ToString::to_string),
            subject,
            expires_at: tokens.access.facts.expires_at,
            lifetime: tokens.access.facts.lifetime(),
            missing: scope::missing(asked, &tokens.access.facts.scope)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            renewable: tokens.refresh_token.is_some(),
        };
        let (before, target) = (
            self.summary().and_then(|summary| summary.seal),
            self.anew.sealing()?,
        );
        let sealed = target.as_ref().map(Sealing::seal);
        let deferred = signals::defer();
        let saved = locked
            .prepare_grant(now)?
            .sealed_with(target)
            .commit(|_| Record { header, tokens });
        drop(deferred);
        match saved {
            Saved::InPlace => {}
            Saved::Rescued(path, error) => {
                self.say(&format!(
                    "{error}; the session is in {} all the same",
                    path.display()
                ));
            }
            Saved::Nowhere(error) => return Err(error.into()),
        }
        if before != sealed {
            locked.wipe_earlier();
        }
        let events = locked.take_events();
        drop(locked);
        events.iter().for_each(|event| self.say(&event.to_string()));
        self.write_profile()?;
        Ok(line)
    }

    pub(super) fn done(&self, line: &Line) -> Result<(), Error> {
        let who = line
            .who
            .as_ref()
            .map_or(String::new(), |who| format!(" as {who}"));
        let life = line
            .lifetime
            .map(|life| format!("; the token lives {}", describe(life)));
        self.say(&format!("logged in{who}{}", life.unwrap_or_default()));
        if !line.missing.is_empty() {
            self.say(&format!(
                "the server did not grant {}",
                line.missing.join(" ")
            ));
        }
        if !line.renewable {
            self.say(
                "the server gave no refresh token: you will have to log in again when this \
                one ends",
            );
        }
        if self.run.json {
            return answer_json(
                &json!({"profile": self.profile.name, "subject": line.subject,
                    "renewable": line.renewable,
                "missing_scope": line.missing,
                    "expires_at": line.expires_at.map(|end| end.to_string())}),
            );
        }
        Ok(())
    }
}
