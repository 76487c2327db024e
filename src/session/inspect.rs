//! What a token says of itself, and what its server says of it.

use serde_json::{Map, Value};
use url::Url;
use zeroize::Zeroizing;

use super::{Context, Session, server_keys};
use crate::broker::BrokerError;
use crate::error::Error;
use crate::grant::{self, GrantError, Server, inspect};
use crate::http::{Body, HttpError, Response};
use crate::oauth::client::Proof;
use crate::oauth::jwt::{self, IdToken, KeySet, Opened, Signers};
use crate::oauth::want::TokenKind;
use crate::profile::identity::Endpoints;
use crate::profile::{SecretSource, setting};
use crate::secret::{Fingerprint, Secret};

/// Whether the server made a token's signature.
#[derive(Debug)]
pub enum Signature {
    /// A key of the server did, or its secret that the client shares.
    Verified,
    /// No key of the server did, or the token is signed in a way that is not accepted. Why.
    Wrong(String),
    /// It was not checked. Why.
    Unchecked(String),
}

/// The members that an endpoint answered with, or why there are none; `None` where it was not
/// asked.
pub type Said = Option<Result<Map<String, Value>, String>>;

/// What is known of a token. The token itself is not in it.
#[derive(Debug)]
pub struct Inspection {
    /// The profile whose server the token is compared with, if there is one.
    pub profile: Option<String>,
    /// By which it is told from other tokens.
    pub fingerprint: Fingerprint,
    /// Header and claims; `None` for a token that only its server can read.
    pub opened: Option<Opened>,
    /// Whether the server made the signature; `None` where there is none.
    pub signature: Option<Signature>,
    /// The server's clock minus this machine's, in seconds, as of its last answer.
    pub skew: i64,
    /// What the introspection endpoint says of the token.
    pub introspection: Said,
    /// What the userinfo endpoint says of the user.
    pub userinfo: Said,
}

/// What a token says of itself, where no profile is of its server.
#[must_use]
pub fn alone(token: &Secret) -> Inspection {
    let opened = jwt::open(token.expose());
    let unchecked = || Signature::Unchecked("no profile is of its issuer".to_owned());
    Inspection {
        profile: None,
        fingerprint: token.fingerprint(),
        signature: opened.as_ref().map(|_| unchecked()),
        opened,
        skew: 0,
        introspection: None,
        userinfo: None,
    }
}

/// The session of the first profile whose issuer a JWT names, if there is one.
#[must_use]
pub fn session_of<'a>(context: &'a Context, token: &Secret) -> Option<Session<'a>> {
    let opened = jwt::open(token.expose())?;
    let issuer = opened.claims.get("iss")?.as_str()?;
    let config = context.config().ok()?;
    let mut profiles = config.names().into_iter().filter_map(|name| {
        let profile = config.profile(Some(&name)).ok()?;
        (profile.issuer.as_deref() == Some(issuer)).then_some(profile)
    });
    Session::new(context, profiles.next()?).ok()
}

impl Session<'_> {
    /// Refuses to show the stored token to a server that it was not made for: the profile may name
    /// another one by now.
    ///
    /// # Errors
    /// How the profile has changed since the login.
    pub fn demand_own_session(&self) -> Result<(), Error> {
        let Some(summary) = self.store.summary()? else {
            return Ok(());
        };
        let header = &summary.header;
        let mut changes = header.changes_to(&self.profile.registration());
        let named = setting::value(&self.profile.settings, "userinfo_endpoint");
        match (named, header.endpoints.userinfo.as_deref()) {
            (Some(is), Some(was)) if is != was => {
                changes.push(format!("userinfo_endpoint was {was} and is {is}"));
            }
            (Some(is), None) if !header.endpoints.are_beside(&header.identity.server, is) => {
                changes.push(format!("userinfo_endpoint was nothing and is {is}"));
            }
            _ => {}
        }
        if changes.is_empty() {
            return Ok(());
        }
        Err(self.about(BrokerError::Changed(changes)))
    }

    /// What a token of this profile's server says. Asks the server for its keys and for its word
    /// only if `online`.
    ///
    /// # Errors
    /// When the server cannot be found, or the client's proof cannot be fetched.
    pub fn inspect(
        &self,
        token: &Secret,
        kind: TokenKind,
        online: bool,
    ) -> Result<Inspection, Error> {
        let mut found = Inspection {
            profile: Some(self.profile.name.clone()),
            skew: self.skew(),
            ..alone(token)
        };
        if !online {
            found.signature = found.opened.as_ref().map(|_| self.signature(token, None));
            return Ok(found);
        }
        let proof = self.proof()?;
        let asked = self.context.block_on(self.server_and_keys())?;
        let (server, keys) = asked.map_err(|error| self.about(error))?;
        found.signature = found
            .opened
            .as_ref()
            .map(|_| self.signature(token, keys.as_ref()));
        if kind == TokenKind::Access {
            let words = self.words_of_server(&server, token, proof);
            (found.introspection, found.userinfo) = self.context.block_on(words)?;
        }
        Ok(found)
    }

    /// Whether the client's secret is where the profile says. A command that prints it is not run:
    /// it may ask a person.
    ///
    /// # Errors
    /// When there is none.
    pub fn secret_is_there(&self) -> Result<(), Error> {
        match self.profile.client_secret {
            None | Some(SecretSource::Command(_)) => Ok(()),
            Some(SecretSource::Env(_) | SecretSource::File(_) | SecretSource::Registration) => {
                self.proof().map(|_| ())
            }
        }
    }

    /// What is known of the server by its metadata and the profile, asked for anew.
    ///
    /// # Errors
    /// Why nothing is.
    pub fn ask_for_server(&self) -> Result<Server, GrantError> {
        let asked = self
            .context
            .block_on(grant::discover(&self.http, &self.profile));
        asked.unwrap_or_else(|error| {
            let (host, why) = ("the server".to_owned(), error.message);
            Err(HttpError::NotSent { host, why }.into())
        })
    }

    /// What an endpoint answers to an empty form without any credentials.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn ask_without_proof(&self, url: &Url) -> Result<Response, HttpError> {
        let empty = Body::Form(Zeroizing::default());
        let asked = self.context.block_on(self.http.post(url, &empty, &[]));
        asked.unwrap_or_else(|error| {
            let (host, why) = ("the server".to_owned(), error.message);
            Err(HttpError::NotSent { host, why })
        })
    }

    /// The addresses that the session was made with, if there is one that can be read.
    #[must_use]
    pub fn recorded_endpoints(&self) -> Option<Endpoints> {
        let summary = self.store.summary().ok().flatten()?;
        Some(summary.header.endpoints)
    }

    fn skew(&self) -> i64 {
        let summary = self.store.summary().ok().flatten();
        summary.map_or(0, |summary| summary.header.skew)
    }

    async fn server_and_keys(&self) -> Result<(Server, Option<KeySet>), GrantError> {
        let server = grant::discover(&self.http, &self.profile).await?;
        let keys = match &server.jwks_uri {
            Some(address) => Some(grant::identify::fetch_keys(&self.http, address).await?),
            None => None,
        };
        Ok((server, keys))
    }

    /// Whether the server, by these keys or those that its last login showed, made the signature.
    fn signature(&self, token: &Secret, fetched: Option<&KeySet>) -> Signature {
        let id_token = IdToken(Secret::new(token.expose().to_owned()));
        let kept = match fetched {
            Some(_) => None,
            None => server_keys::known(self.context, &self.profile.name, &id_token),
        };
        let Some(keys) = fetched.or(kept.as_ref()) else {
            let why = "no key of the server is known here: `--online` asks for them";
            return Signature::Unchecked(why.to_owned());
        };
        let signers = Signers {
            keys: Some(keys),
            client_secret: None,
            tls: false,
        };
        match jwt::check_signature(token.expose(), &signers) {
            Ok(()) => Signature::Verified,
            Err(why) => Signature::Wrong(why.to_string()),
        }
    }

    /// What the introspection endpoint says, and the userinfo endpoint.
    async fn words_of_server(
        &self,
        server: &Server,
        token: &Secret,
        proof: &Proof,
    ) -> (Said, Said) {
        let client = grant::client(&self.profile, proof.clone(), Some(server));
        let channel = self.channel(&client);
        let introspection = match &server.introspection {
            Some(address) => Some(inspect::introspect(&channel, address, token).await),
            None => None,
        };
        let userinfo = match &server.endpoints.userinfo {
            Some(address) => Some(inspect::userinfo(&channel, address, token).await),
            None => None,
        };
        (introspection, userinfo)
    }
}
