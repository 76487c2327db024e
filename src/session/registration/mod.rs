//! Clients that authctl has a server register for a profile (RFC 7591), and deletes again (RFC
//! 7592).
//!
//! A client is made before a person is asked, and kept at once: a login that comes to nothing
//! leaves it for the next one, so that no server is filled with clients. What the profile says of
//! it is written when the login has succeeded, as all that a login writes.
//!
//! No lock is held while the server is asked, but that of the login: another login of the same
//! profile waits, and finds the client.

mod client;
mod deletion;

use std::path::Path;
use std::time::Duration;

use url::Url;

use super::{Context, Session, keys, proof};
use crate::broker::PATIENCE;
use crate::config::of_flag;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::grant::endpoint::parse_address;
use crate::grant::{self, GrantError, Server, register};
use crate::oauth::registration::{ClientMetadata, Registered, RegisteredSecrets};
use crate::platform::signals;
use crate::profile::SecretSource;
use crate::profile::setting::Setting;
use crate::secret::Secret;
use crate::store::Store;
use crate::store::client::KeptClient;

/// Stands for the name of a client that has none yet. It is sent nowhere.
pub const NO_NAME_YET: &str = "not registered yet";

/// The request that would have a server register a client.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Where it would be sent.
    pub url: Url,
    /// Its body.
    pub body: serde_json::Value,
}

impl Context {
    /// Has the server of a profile register a client for it, unless it has one by an earlier call.
    /// Returns what the profile has to say of the client. `token_file` has the initial access token
    /// (RFC 7591, section 3), where the server demands one; `patience` is how long to wait for
    /// another login of the same profile.
    ///
    /// # Errors
    /// When the profile has another client, or the server registers none.
    pub fn register_client(
        &self,
        name: &str,
        settings: &[Setting],
        token_file: Option<&Path>,
        patience: Duration,
    ) -> Result<Vec<Setting>, Error> {
        let (session, is_named) = self.unregistered(name, settings)?;
        session
            .register(is_named, token_file, patience)
            .map_err(|error| error.about(name))
    }

    /// What [`Context::register_client`] would send, of which nothing is sent.
    ///
    /// # Errors
    /// When the server cannot be found out about, or registers no clients.
    pub fn preview_registration(&self, name: &str, settings: &[Setting]) -> Result<Preview, Error> {
        let (session, _) = self.unregistered(name, settings)?;
        let server = self.block_on(grant::discover(&session.http, &session.profile))?;
        let server = server.map_err(|error| Error::from(error).about(name))?;
        Ok(Preview {
            url: endpoint(&server)?,
            body: client::metadata(&session.profile, &server).to_json(),
        })
    }

    /// The session of a profile whose client may have no name yet, and whether it has one.
    fn unregistered(&self, name: &str, settings: &[Setting]) -> Result<(Session<'_>, bool), Error> {
        let mut settings = settings.to_vec();
        let is_named = match self.session_with(name, settings.clone()) {
            Ok(_) => true,
            Err(error) if error.lacks_client() => {
                settings.push(of_flag("client_id", vec![NO_NAME_YET.to_owned()]));
                false
            }
            Err(error) => return Err(error),
        };
        Ok((self.session_with(name, settings)?, is_named))
    }
}

impl Session<'_> {
    fn register(
        &self,
        is_named: bool,
        token_file: Option<&Path>,
        patience: Duration,
    ) -> Result<Vec<Setting>, Error> {
        let profile = &self.profile;
        self.refuse_registration()?;
        let limit = keys::login_limit(profile);
        let keys = keys::source(self.context, profile, limit);
        let store = self.context.store(profile, keys)?.for_new_session();
        if is_named && let Some(settings) = self.client_of_profile(&store)? {
            return Ok(settings);
        }
        let mut notify = |event: Event| self.notify(&event);
        let _login = store.lock_login(self.now(), patience, &mut notify)?;
        let before = store.client()?;
        if let Some(kept) = before.as_ref().filter(|kept| self.can_use(kept)) {
            return self.reuse(&store, kept);
        }
        if before
            .as_ref()
            .is_some_and(|kept| self.is_in_use(&store, kept))
        {
            return Err(other_client());
        }
        keys::ensure(self.context, profile, &store, limit)?;
        store.rehearse()?;
        self.context.locations.rehearse()?;
        let old = before.and_then(|_| store.client_with_secrets().ok().flatten());
        let kept = self.register_and_keep(&store, token_file)?;
        if let Some((old, secrets)) = old {
            // It is of no use any more, and the server may have deleted it long ago.
            let _ = self.context.delete_at_server(&self.http, &old, &secrets);
        }
        Ok(client::said_of(&kept, profile))
    }

    fn refuse_registration(&self) -> Result<(), Error> {
        let profile = &self.profile;
        let message = if profile.issuer.is_none() {
            "a client is registered at a server that is known by its issuer"
        } else if !profile.grant.needs_person() {
            "a client that speaks for itself is registered by hand: it is trusted by itself"
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::Usage, message).hint("see `authctl login --help`"))
    }

    /// What the profile has to say of the client that it names, if that was registered by an
    /// earlier call; nothing when another has to be registered in its place.
    fn client_of_profile(&self, store: &Store) -> Result<Option<Vec<Setting>>, Error> {
        let profile = &self.profile;
        let kept = store.client()?;
        let kept = kept.filter(|kept| kept.client_id == profile.client_id);
        let is_copy = profile.client_secret == Some(SecretSource::Registration);
        match kept {
            Some(kept) if self.can_use(&kept) => Ok(Some(self.reuse(store, &kept)?)),
            Some(kept) if kept.has_ended(self.now()) => Ok(None),
            None if is_copy => Ok(None),
            Some(_) => Err(other_client()),
            None => {
                let client = &profile.client_id;
                let message = format!("the profile has a client already: {client}");
                Err(Error::new(ErrorKind::Usage, message)
                    .hint("leave `--register` out to log in as that client")
                    .hint("or take it out first: `authctl profile unset {profile} client_id`"))
            }
        }
    }

    /// What the profile has to say of a kept client that is used again. Its seal is checked:
    /// another program may have written another name into its file.
    fn reuse(&self, store: &Store, kept: &KeptClient) -> Result<Vec<Setting>, Error> {
        store.client_with_secrets()?;
        let client = kept.client_id.clone();
        self.notify(&Event::ClientKnown { client });
        Ok(client::said_of(kept, &self.profile))
    }

    /// Whether a kept client is one for this profile's logins.
    fn can_use(&self, kept: &KeptClient) -> bool {
        self.profile.identity().is_at(&kept.server)
            && client::admits(&kept.redirect_uris, &self.profile)
            && !kept.has_ended(self.now())
    }

    /// Whether the stored session was made with a kept client that works: it would end with the
    /// client, before there is another session.
    fn is_in_use(&self, store: &Store, kept: &KeptClient) -> bool {
        let summary = store.summary().ok().flatten();
        let is_of_it = summary.is_some_and(|it| it.header.identity.client_id == kept.client_id);
        is_of_it && !kept.has_ended(self.now())
    }

    fn register_and_keep(
        &self,
        store: &Store,
        token_file: Option<&Path>,
    ) -> Result<KeptClient, Error> {
        let initial = token_file
            .map(|path| proof::read_secret(&self.profile, path))
            .transpose()?;
        let asked = self.ask_to_register(initial.as_ref());
        let (registered, metadata) = self.context.block_on(asked)??;
        let kept = self.kept(&registered, metadata);
        let deferred = signals::defer();
        let saved = self.keep(store, &kept, &registered.secrets);
        drop(deferred);
        if let Err(error) = saved {
            let context = self.context;
            let _ = context.delete_at_server(&self.http, &kept, &registered.secrets);
            return Err(error);
        }
        self.notify(&Event::ClientRegistered {
            client: kept.client_id.clone(),
            server: kept.server.clone(),
        });
        Ok(kept)
    }

    async fn ask_to_register(
        &self,
        initial: Option<&Secret>,
    ) -> Result<(Registered, ClientMetadata), GrantError> {
        let server = grant::discover(&self.http, &self.profile).await?;
        let endpoint = endpoint(&server)?;
        let metadata = client::metadata(&self.profile, &server);
        let registered = register::register(&self.http, &endpoint, &metadata, initial).await?;
        Ok((registered, metadata))
    }

    fn kept(&self, registered: &Registered, metadata: ClientMetadata) -> KeptClient {
        let server = self.profile.identity().server;
        let now = self.now();
        let Registered {
            client_id,
            auth_method,
            ..
        } = registered;
        let mut kept = KeptClient::new(&server, client_id, *auth_method, now);
        kept.redirect_uris = metadata.redirect_uris;
        kept.secret_expires_at = registered.secret_expires_at;
        kept.address.clone_from(&registered.address);
        kept
    }

    fn keep(
        &self,
        store: &Store,
        kept: &KeptClient,
        secrets: &RegisteredSecrets,
    ) -> Result<(), Error> {
        let mut notify = |event: Event| self.notify(&event);
        let mut locked = store.lock(self.now(), "register", PATIENCE, &mut notify)?;
        let events = locked.take_events();
        let saved = locked.keep_client(kept, secrets);
        drop(locked);
        self.notify_all(events);
        Ok(saved?)
    }
}

/// The refusal to replace a registered client.
fn other_client() -> Error {
    let message = "the registered client has other redirect addresses, or is another server's";
    Error::new(ErrorKind::Usage, message).hint("`authctl logout {profile} --unregister` deletes it")
}

fn endpoint(server: &Server) -> Result<Url, GrantError> {
    let what = register::ENDPOINT;
    let address = server.registration.as_deref();
    parse_address(what, address.ok_or(GrantError::NoEndpoint { what })?)
}
