//! Clients that authctl has a server register for a profile (RFC 7591), and deletes again (RFC
//! 7592).
//!
//! A client is made before a person is asked, and kept at once: a login that comes to nothing
//! leaves it for the next one, so that no server is filled with clients. What the profile says of
//! it is written when the login has succeeded, as all that a login writes.
//!
//! No lock is held while the server is asked, but that of the login: another login of the same
//! profile waits, and finds the client.

use std::path::Path;
use std::time::Duration;

use url::Url;

use super::logout::Logout;
use super::{Context, Session, keys, proof};
use crate::broker::PATIENCE;
use crate::config::of_flag;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::grant::endpoint::parse_address;
use crate::grant::register::{self, Deletion};
use crate::grant::{self, GrantError, Server};
use crate::http::Http;
use crate::oauth::client::AuthMethod;
use crate::oauth::registration::{ClientMetadata, Registered, RegisteredSecrets};
use crate::platform::signals;
use crate::profile::redirect::Destination;
use crate::profile::setting::{Setting, value};
use crate::profile::{FROM_REGISTRATION, Profile, SecretSource};
use crate::provider::registration::USUAL_PORT;
use crate::secret::Secret;
use crate::store::Store;
use crate::store::client::KeptClient;

/// How many ports are registered where the profile names none: the next one is there for a login
/// while another program has the first.
const PORTS: u16 = 3;

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
            body: metadata(&session.profile, &server).to_json(),
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
        let mut session = self.session_with(name, settings.clone())?;
        let profile = &session.profile;
        if value(&profile.settings, "ports").is_none() && profile.redirect_uri.is_none() {
            settings.push(of_flag("ports", usual_ports()));
            session = self.session_with(name, settings)?;
        }
        Ok((session, is_named))
    }

    /// Deletes the client that authctl had a server register for a profile, and what the profile
    /// says of it. Says whether there was one.
    ///
    /// # Errors
    /// When the server does not confirm it. The client is still known here then.
    pub fn unregister_client(&self, name: &str, how: Logout) -> Result<bool, Error> {
        self.unregister(name, how)
            .map_err(|error| error.about(name))
    }

    fn unregister(&self, name: &str, how: Logout) -> Result<bool, Error> {
        let store = self.store_in_any_form(name)?;
        let Some(client) = store.client()? else {
            self.notify(Some(name), &Event::NoClientRegistered);
            return Ok(false);
        };
        if how == Logout::Everywhere {
            let (client, secrets) = store.client_with_secrets()?.unwrap_or_else(|| {
                // Another process has deleted it meanwhile.
                (client.clone(), RegisteredSecrets::default())
            });
            let http = match self.profile(Some(name)) {
                Ok(profile) => self.http(&profile),
                Err(_) => self.http_trusting(None),
            };
            self.delete_at_server(&http, &client, &secrets)?;
        }
        self.forget_client_in_profile(name, &client.client_id)?;
        let mut notify = |event: Event| self.notify(Some(name), &event);
        let locked = store.lock(self.clock.now(), "unregister", PATIENCE, &mut notify);
        locked?.remove_client()?;
        let client = client.client_id;
        self.notify(
            Some(name),
            &match how {
                Logout::Everywhere => Event::ClientDeleted { client },
                Logout::Local => Event::ClientForgotten { client },
            },
        );
        Ok(true)
    }

    fn delete_at_server(
        &self,
        http: &Http,
        client: &KeptClient,
        secrets: &RegisteredSecrets,
    ) -> Result<(), Error> {
        let by_hand = "delete it at the server by hand; `authctl logout {profile} --unregister \
                       --local` forgets it on this machine";
        let id = &client.client_id;
        let address = client.address.as_deref();
        let address = address.and_then(|address| usable(address, &client.server));
        let (Some(address), Some(token)) = (address, secrets.registration_access_token()) else {
            let message = format!("the server did not say how the client {id} can be deleted");
            return Err(Error::new(ErrorKind::Failed, message).hint(by_hand));
        };
        match self.block_on(register::unregister(http, &address, token))?? {
            Deletion::Done => Ok(()),
            Deletion::Unconfirmed(why) => {
                let message = format!("the server did not delete the client {id}: {why}");
                Err(Error::new(ErrorKind::Failed, message).hint(by_hand))
            }
        }
    }

    /// Takes out of the profile in the file what a registration has written there.
    fn forget_client_in_profile(&self, name: &str, client_id: &str) -> Result<(), Error> {
        let config = self.config()?;
        if !config.names().iter().any(|known| known == name) {
            return Ok(());
        }
        let Ok(profile) = config.profile(Some(name)) else {
            return Ok(());
        };
        if profile.client_id != client_id {
            return Ok(());
        }
        let written: &[&str] = match profile.client_secret {
            Some(SecretSource::Registration) => &["client_id", "client_secret", "auth_method"],
            _ => &["client_id"],
        };
        for setting in written {
            self.locations.remove_setting(name, setting)?;
        }
        Ok(())
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
            let client = kept.client_id.clone();
            self.notify(&Event::ClientKnown { client });
            return Ok(said_of(kept, profile));
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
        Ok(said_of(&kept, profile))
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
            Some(kept) if self.can_use(&kept) => {
                let client = kept.client_id.clone();
                self.notify(&Event::ClientKnown { client });
                Ok(Some(said_of(&kept, profile)))
            }
            Some(kept) if kept.has_ended(self.now()) => Ok(None),
            None if is_copy => Ok(None),
            Some(_) => {
                let message = "the registered client has other redirect addresses, or is another \
                               server's";
                Err(Error::new(ErrorKind::Usage, message)
                    .hint("`authctl logout {profile} --unregister` deletes it"))
            }
            None => {
                let client = &profile.client_id;
                let message = format!("the profile has a client already: {client}");
                Err(Error::new(ErrorKind::Usage, message)
                    .hint("leave `--register` out to log in as that client")
                    .hint("or take it out first: `authctl profile unset {profile} client_id`"))
            }
        }
    }

    /// Whether a kept client is one for this profile's logins.
    fn can_use(&self, kept: &KeptClient) -> bool {
        let server = self.profile.identity().server;
        kept.server.trim_end_matches('/') == server.trim_end_matches('/')
            && kept.redirect_uris == redirect_uris(&self.profile)
            && !kept.has_ended(self.now())
    }

    fn register_and_keep(
        &self,
        store: &Store,
        token_file: Option<&Path>,
    ) -> Result<KeptClient, Error> {
        let initial = token_file.map(proof::read_secret).transpose()?;
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
        let metadata = metadata(&self.profile, &server);
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

fn endpoint(server: &Server) -> Result<Url, GrantError> {
    let what = register::ENDPOINT;
    let address = server.registration.as_deref();
    parse_address(what, address.ok_or(GrantError::NoEndpoint { what })?)
}

/// What the profile's client says of itself to this server. It has no secret where the server
/// allows that: a program on a user's machine cannot keep one from that user (RFC 8252, section
/// 8.5).
fn metadata(profile: &Profile, server: &Server) -> ClientMetadata {
    let offered = server.auth_methods.as_deref().unwrap_or_default();
    let offers = |method: AuthMethod| offered.iter().any(|name| name == method.name());
    let mut methods = AuthMethod::ALL.iter().map(|(_, method)| *method);
    let auth_method = methods.find(|method| offers(*method));
    let scope = profile.scope_parameter();
    ClientMetadata {
        redirect_uris: redirect_uris(profile),
        auth_method: auth_method.unwrap_or(AuthMethod::None),
        by_device: server.endpoints.device_authorization.is_some(),
        scope: (!scope.is_empty()).then_some(scope),
    }
}

fn usual_ports() -> Vec<String> {
    let ports = (USUAL_PORT..).take(usize::from(PORTS));
    ports.map(|port| port.to_string()).collect()
}

/// The addresses to which a browser may be sent back, with each port that a login may use.
fn redirect_uris(profile: &Profile) -> Vec<String> {
    match profile.redirect() {
        Destination::Elsewhere(uri) => vec![uri],
        Destination::Here(listening) => match listening.uri {
            Some(uri) => vec![uri],
            None => {
                let (host, path) = (&listening.host, &listening.path);
                let ports = listening.ports.iter();
                let uris = ports.map(|port| format!("http://{host}:{port}{path}"));
                uris.collect()
            }
        },
    }
}

/// What a profile has to say of its registered client.
fn said_of(kept: &KeptClient, profile: &Profile) -> Vec<Setting> {
    let mut said = vec![of_flag("client_id", vec![kept.client_id.clone()])];
    if kept.auth_method != AuthMethod::None {
        let method = kept.auth_method.name().to_owned();
        said.push(of_flag("client_secret", vec![FROM_REGISTRATION.to_owned()]));
        said.push(of_flag("auth_method", vec![method]));
    }
    if profile.redirect_uri.is_none() {
        let ports = profile.ports.iter().map(u16::to_string);
        said.push(of_flag("ports", ports.collect()));
    }
    said
}

/// The address of a registration, unless it may not be used: one in plain http of a server that is
/// known by https.
fn usable(address: &str, server: &str) -> Option<Url> {
    let url = parse_address("registration", address).ok()?;
    let is_open = server.starts_with("https:") && url.scheme() != "https";
    (!is_open).then_some(url)
}
