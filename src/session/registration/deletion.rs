//! Deleting a registered client: at the server, in the profile, on this machine (RFC 7592).

use url::Url;

use crate::broker::PATIENCE;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::grant::endpoint::parse_address;
use crate::grant::register::{self, Deletion};
use crate::http::Http;
use crate::oauth::registration::RegisteredSecrets;
use crate::profile::SecretSource;
use crate::session::logout::Logout;
use crate::session::{Context, keys};
use crate::store::Store;
use crate::store::client::KeptClient;

impl Context {
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
        let store = self.store_of_client(name)?;
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

    /// The store of a client, in the form in which its profile wants it. A profile that is gone
    /// wants none in particular.
    fn store_of_client(&self, name: &str) -> Result<Store, Error> {
        match self.profile(Some(name)) {
            Ok(profile) => {
                let keys = keys::source(self, &profile, keys::limit(&profile));
                Ok(self.store(&profile, keys)?.for_new_session())
            }
            Err(_) => Ok(self.store_in_any_form(name)?.for_new_session()),
        }
    }

    pub(super) fn delete_at_server(
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

/// The address of a registration, unless it may not be used: one in plain http of a server that is
/// known by https.
fn usable(address: &str, server: &str) -> Option<Url> {
    let url = parse_address("registration", address).ok()?;
    let server = parse_address("issuer", server).ok()?;
    let is_open = server.scheme() == "https" && url.scheme() != "https";
    (!is_open).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gives_access_to_a_registration_is_not_sent_in_the_open() {
        let is_usable = |address: &str, server: &str| usable(address, server).is_some();
        assert!(is_usable("https://as.example/r", "https://as.example"));
        assert!(is_usable("http://127.0.0.1:1/r", "http://127.0.0.1:1"));
        // A server on another machine has no registration on this one.
        assert!(!is_usable("http://127.0.0.1:1/r", "https://as.example"));
        assert!(!is_usable("http://127.0.0.1:1/r", "HTTPS://as.example"));
        assert!(!is_usable("http://as.example/r", "http://as.example"));
        assert!(!is_usable("/r", "https://as.example"));
    }
}
