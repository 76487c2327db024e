//! Whether an ID token is believed that came from a token endpoint, at a login or at a refresh
//! (OpenID Connect Core 1.0, sections 3.1.3.7 and 12.2).

use super::server::is_same_issuer;
use crate::oauth::client::Proof;
use crate::oauth::jwt::{self, Claims, Expected, IdToken, KeySet, Nonce, Signers, Untrusted};
use crate::profile::Profile;
use crate::profile::identity::Endpoints;
use crate::secret::Secret;
use crate::time::Timestamp;

/// What an ID token is checked by.
pub struct Check<'a> {
    /// The profile whose client asked for the token.
    pub profile: &'a Profile,
    /// The issuer that was asked; `None` for a server without one.
    pub issuer: Option<&'a str>,
    /// The addresses by which the token came.
    pub endpoints: &'a Endpoints,
    /// What is expected of its nonce.
    pub nonce: Nonce<'a>,
    /// The access token that came with it.
    pub access_token: &'a Secret,
    /// The server's keys, where they are known.
    pub keys: Option<&'a KeySet>,
    /// What the client proves itself with. A secret may have signed the token as well.
    pub proof: &'a Proof,
    /// The time, by the server's clock where that is known.
    pub now: Timestamp,
}

impl Check<'_> {
    /// Checks an ID token.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn verify(&self, token: &IdToken) -> Result<Claims, Untrusted> {
        // A server for many tenants signs with the issuer of the user's own tenant.
        let claimed = jwt::claims(token).map(|claims| claims.iss);
        let claimed = claimed.unwrap_or_default();
        let issuer = self.issuer.map(|issuer| {
            let is_same = is_same_issuer(&claimed, issuer, &self.profile.provider);
            if is_same { &claimed } else { issuer }
        });
        let expected = Expected {
            issuer,
            client_id: &self.profile.client_id,
            nonce: self.nonce,
            access_token: self.access_token,
            now: self.now,
        };
        let signers = Signers {
            keys: self.keys,
            client_secret: self.proof.secret(),
            tls: self.came_by_tls(),
        };
        jwt::verify(token, &signers, &expected)
    }

    fn came_by_tls(&self) -> bool {
        let address = self.endpoints.token.as_deref();
        address.is_some_and(|address| address.starts_with("https:"))
    }
}
