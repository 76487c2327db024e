//! The session whose place a login takes: ended at the server where that is certain to end no
//! other, else named.
//!
//! Two logins of one person may be one session to the server: to end the old one would end the new
//! one, too (Google takes the whole grant away, Keycloak the browser's session). So only another
//! person's is ended, with the client that both have. What is left to run out at another server is
//! told.

use crate::event::Event;
use crate::grant::check_remembered;
use crate::grant::endpoint::{BackChannel, Endpoint, EndpointKind};
use crate::grant::revoke::{Revoked, revoke};
use crate::oauth::token::RefreshToken;
use crate::profile::identity::{Endpoints, Registration, Subject};
use crate::secret::Secret;
use crate::store::Locked;
use crate::time::Timestamp;

/// A session that gives way to another person's, or to one at another server.
pub(super) struct Replaced {
    whose: String,
    server: String,
    /// The addresses that it was made with: its token goes to no other.
    endpoints: Endpoints,
    /// Its refresh token, where the client that logs in now may end it.
    token: Option<Secret>,
}

impl Replaced {
    /// The session in `locked`, if the login of `who` at `identity` is another one and it may live
    /// on at its server. Root sends nothing to addresses of a record that is lent (`is_lent`): the
    /// user in whose place it lies may have written them.
    pub(super) fn by(
        locked: &Locked<'_>,
        registration: &Registration,
        who: Option<&Subject>,
        is_lent: bool,
        now: Timestamp,
    ) -> Option<Self> {
        let header = locked.header()?;
        let token = locked.refresh_token()?;
        if header.refusal(now).is_some() {
            return None;
        }
        let was = &header.identity;
        let identity = &registration.identity;
        let is_same_client = identity.is_at(&was.server) && was.client_id == identity.client_id;
        let known = header.subject.as_ref().zip(who);
        let is_other_person = known.is_some_and(|(old, new)| old.id != new.id);
        if is_same_client && !is_other_person {
            return None;
        }
        let whose = header.subject.as_ref();
        let is_sound = registration.has_addresses_of(&header.endpoints)
            && check_remembered(&was.server, &header.endpoints).is_ok();
        Some(Self {
            whose: whose.map_or_else(String::new, |whose| format!(" of {whose}")),
            server: was.server.clone(),
            endpoints: header.endpoints.clone(),
            token: (is_same_client && is_sound && !is_lent).then(|| copy(token)),
        })
    }

    /// Ends it at its server, if that is possible. Returns what there is to say of it.
    pub(super) async fn end(self, channel: &BackChannel<'_>) -> Event {
        let Self {
            whose,
            server,
            endpoints,
            token,
        } = self;
        let endpoint = Endpoint::find(EndpointKind::Revocation, &endpoints).ok();
        if let (Some(token), Some(endpoint)) = (token, endpoint) {
            let revoked = revoke(channel, &endpoint, token.expose(), "refresh_token").await;
            if revoked == Revoked::Done {
                return Event::ReplacedEnded { whose };
            }
        }
        Event::ReplacedLivesOn { whose, server }
    }
}

fn copy(token: &RefreshToken) -> Secret {
    Secret::new(token.expose().to_owned())
}
