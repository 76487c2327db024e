//! What comes of a login: who it was, whether they may have the place, the session saved, what is
//! said of it.

use std::time::Duration;

use super::Attempt;
use super::replaced::Replaced;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::grant::endpoint::{BackChannel, Endpoint, EndpointKind};
use crate::grant::identify::{Identified, identify};
use crate::grant::{Server, revoke};
use crate::oauth::jwt::KeySet;
use crate::oauth::scope;
use crate::oauth::token::{Credential, RefreshToken};
use crate::platform::signals;
use crate::profile::Profile;
use crate::profile::identity::{Endpoints, Subject};
use crate::provider::outcome::Granted;
use crate::secret::Secret;
use crate::session::{keys, server_keys, story};
use crate::store::record::{Header, Record};
use crate::store::seal::Sealing;
use crate::store::{Locked, Saved, StoreError};
use crate::time::Timestamp;

/// What is known of a person's login.
pub struct LoggedIn {
    /// Who has logged in, where the server tells.
    pub subject: Option<Subject>,
    /// When the access token ends, where that is known.
    pub expires_at: Option<Timestamp>,
    /// From the access token's birth to its end.
    pub lifetime: Option<Duration>,
    /// The scopes that the profile asks for and the server did not grant.
    pub missing_scope: Vec<String>,
    /// Whether there is a refresh token.
    pub renewable: bool,
}

impl LoggedIn {
    /// The person, as a message names them.
    pub(super) fn who(&self) -> Option<String> {
        self.subject.as_ref().map(ToString::to_string)
    }
}

impl Attempt<'_> {
    /// Finds out who it was, and saves. What comes to nothing is given back to the server.
    pub(super) async fn accept(
        &self,
        server: &Server,
        channel: &BackChannel<'_>,
        granted: Granted,
        nonce: Option<&Secret>,
    ) -> Result<LoggedIn, Error> {
        let admitted = self.admit(server, channel, &granted, nonce).await;
        keys::fetch_again(self.context(), self.profile(), &self.new_store);
        let locked = admitted.and_then(|who| Ok((who, self.lock(&self.new_store)?)));
        match locked {
            Ok(((who, keys), locked)) => {
                let registration = self.profile().registration();
                let is_lent = self.new_store.is_lent();
                let now = self.session.now();
                let replaced = Replaced::by(&locked, &registration, who.as_ref(), is_lent, now);
                let logged_in = self.save(locked, server, channel, granted, who)?;
                server_keys::keep(self.context(), &self.profile().name, keys.as_ref());
                if let Some(replaced) = replaced {
                    let told = replaced.end(channel).await;
                    self.session.notify(&told);
                }
                Ok(logged_in)
            }
            Err(error) => {
                self.give_back(server, channel, &granted).await;
                Err(error)
            }
        }
    }

    /// Finds out who it was, and the keys with which the server showed that. Fails if the account
    /// differs from the stored session's, or is unknown, unless the request says that it may be
    /// replaced.
    async fn admit(
        &self,
        server: &Server,
        channel: &BackChannel<'_>,
        granted: &Granted,
        nonce: Option<&Secret>,
    ) -> Result<(Option<Subject>, Option<KeySet>), Error> {
        let now = self.session.now().0;
        let server_time = Timestamp(now.saturating_add(granted.skew.unwrap_or(0)));
        let (who, keys) = identify(
            channel,
            self.profile(),
            server,
            &granted.response,
            nonce,
            server_time,
        )
        .await?;
        self.check_account(who.as_ref())?;
        let who = who.map(|who| who.subject);
        let stored = self.header().and_then(|header| header.subject);
        let (Some(stored), false) = (stored, self.request.replace) else {
            return Ok((who, keys));
        };
        let new = match &who {
            Some(new) if new.id == stored.id => return Ok((who, keys)),
            Some(new) => new.to_string(),
            None => "a person whom the server does not name".to_owned(),
        };
        let message = format!("the session belongs to {stored}, and {new} logged in");
        Err(Error::new(ErrorKind::Failed, message)
            .hint("`authctl login {profile} --replace` puts the new login in that place")
            .hint("for both, use a profile for each: `authctl login OTHER ...`"))
    }

    /// Refuses a user who is not the one that the profile names.
    fn check_account(&self, who: Option<&Identified>) -> Result<(), Error> {
        let Some(account) = &self.profile().account else {
            return Ok(());
        };
        match who {
            Some(who) if who.is_called(account) => Ok(()),
            Some(who) => {
                let message = format!(
                    "the profile is for {account}, and {} logged in",
                    who.subject
                );
                Err(Error::new(ErrorKind::Failed, message)
                    .hint("log in as that account, or change `account` in the profile"))
            }
            None => {
                let account = account.clone();
                self.session.notify(&Event::AccountUnchecked { account });
                Ok(())
            }
        }
    }

    async fn give_back(&self, server: &Server, channel: &BackChannel<'_>, granted: &Granted) {
        if let Some(token) = &granted.response.refresh_token
            && let Ok(endpoint) = Endpoint::find(EndpointKind::Revocation, &server.endpoints)
        {
            revoke::revoke(channel, &endpoint, token.expose(), "refresh_token").await;
        }
    }

    /// Saves the session and the profile.
    fn save(
        &self,
        mut locked: Locked<'_>,
        server: &Server,
        channel: &BackChannel<'_>,
        granted: Granted,
        who: Option<Subject>,
    ) -> Result<LoggedIn, Error> {
        let header = self.header_of(server, channel, &granted, who);
        let asked = &self.profile().scope;
        let assumed = self.profile().assumed_ttl;
        let tokens = Credential::from_grant(granted.response, granted.sent, asked, assumed);
        let facts = &tokens.access.facts;
        let missing = scope::missing(asked, &facts.scope);
        let logged_in = LoggedIn {
            subject: header.subject.clone(),
            expires_at: facts.expires_at,
            lifetime: facts.lifetime(),
            missing_scope: missing.into_iter().map(str::to_owned).collect(),
            renewable: tokens.refresh_token.is_some(),
        };
        let begun = self.begun(&header, &tokens);
        self.commit(&mut locked, Record { header, tokens })?;
        let generation = locked.header().map_or(1, |header| header.generation);
        let events = locked.take_events();
        drop(locked);
        self.session.notify_all(events);
        self.session.notify(&begun(generation));
        self.write_profile()?;
        Ok(logged_in)
    }

    /// What the log says of the new session, once its generation is known.
    fn begun(&self, header: &Header, tokens: &Credential) -> impl FnOnce(u64) -> Event + use<> {
        let log = self.context().log();
        let refresh = tokens.refresh_token.as_ref().map(RefreshToken::fingerprint);
        let (session, server) = (story::name_of(header), header.identity.server.clone());
        let refresh = refresh.and_then(|refresh| log.mark(&refresh));
        let access = log.mark(&tokens.access.secret.fingerprint());
        let (skew, until) = (header.skew, tokens.refresh_expires_at);
        move |generation| Event::SessionBegan {
            session,
            generation,
            server,
            refresh,
            access,
            skew,
            until,
        }
    }

    /// What is known of the new session.
    fn header_of(
        &self,
        server: &Server,
        channel: &BackChannel<'_>,
        granted: &Granted,
        who: Option<Subject>,
    ) -> Header {
        let profile = self.profile();
        let endpoints = Endpoints {
            auth_method: Some(channel.client.auth_method),
            ..profile.without_environment(server.endpoints.clone())
        };
        let now = self.session.now();
        let mut header = Header::new(&profile.name, profile.identity(), endpoints, now);
        header.skew = granted.skew.unwrap_or(0);
        header.subject = who;
        header.lock_dir.clone_from(&profile.lock_dir);
        header
    }

    /// Puts the record in its place, and wipes what is left of an earlier one that was sealed
    /// otherwise.
    fn commit(&self, locked: &mut Locked<'_>, record: Record) -> Result<(), StoreError> {
        let before = self.summary().and_then(|summary| summary.seal);
        let target = self.new_store.sealing()?;
        let sealed = target.as_ref().map(Sealing::seal);
        let deferred = signals::defer();
        let prepared = locked.prepare_grant(self.session.now())?;
        let saved = prepared.sealed_with(target).commit(|_| record);
        drop(deferred);
        match saved {
            Saved::InPlace => {}
            Saved::Rescued(path, error) => {
                self.session.notify(&Event::LoginSavedElsewhere {
                    cause: error.to_string(),
                    path: path.display().to_string(),
                });
            }
            Saved::Nowhere(error) => return Err(error),
        }
        if before != sealed {
            locked.wipe_earlier();
        }
        Ok(())
    }

    /// Says what came of the login.
    pub(super) fn tell(&self, logged_in: &LoggedIn) {
        self.session.notify(&Event::LoggedIn {
            who: logged_in.who(),
            life: logged_in.lifetime,
        });
        if !logged_in.missing_scope.is_empty() {
            let missing = logged_in.missing_scope.clone();
            self.session.notify(&Event::ScopeNotGranted { missing });
        }
        if !logged_in.renewable {
            let flag = flag_for_refresh_token(self.profile()).map(str::to_owned);
            self.session.notify(&Event::NoRefreshToken { flag });
        }
    }
}

/// What a login at an OpenID provider may lack for a refresh token (OpenID Connect Core 1.0,
/// section 11), unless it is known how that provider gives one.
fn flag_for_refresh_token(profile: &Profile) -> Option<&'static str> {
    let asks_for = |scope: &str| profile.scope.iter().any(|asked| asked == scope);
    let is_known_how = !profile.provider.authorization_params.is_empty();
    if is_known_how || !asks_for("openid") {
        return None;
    }
    if !asks_for("offline_access") {
        return Some("--add-scope offline_access");
    }
    let has_prompt = profile.params.iter().any(|(name, _)| name == "prompt");
    (!has_prompt).then_some("--param prompt=consent")
}
