//! What a client says of itself to a server, and what a profile says of the client that it got.

use std::ops::Range;

use url::Url;

use crate::config::of_flag;
use crate::grant::Server;
use crate::oauth::client::AuthMethod;
use crate::oauth::registration::ClientMetadata;
use crate::profile::redirect::{Destination, Listening};
use crate::profile::setting::Setting;
use crate::profile::{FROM_REGISTRATION, Profile};
use crate::secret::random_bytes;
use crate::store::client::KeptClient;

/// How many ports are registered where the profile names none: the next one is there for a login
/// while another program has the first.
const PORTS: usize = 3;

/// The ports that they are chosen from by chance: users of one machine should not all have the
/// same, and these are below the ports that systems give to outgoing connections.
const PORT_RANGE: Range<u16> = 17_000..32_000;

/// What the profile's client says of itself to this server. It has no secret where the server
/// allows that: a program on a user's machine cannot keep one from that user (RFC 8252, section
/// 8.5).
pub(super) fn metadata(profile: &Profile, server: &Server) -> ClientMetadata {
    let offered = server.auth_methods.as_deref().unwrap_or_default();
    let offers = |method: AuthMethod| offered.iter().any(|name| name == method.name());
    let mut methods = AuthMethod::ALL.iter().map(|(_, method)| *method);
    let auth_method = methods.find(|method| offers(*method));
    let scope = profile.scope_parameter();
    ClientMetadata {
        redirect_uris: redirect_uris(profile, ports_by_chance),
        auth_method: auth_method.unwrap_or(AuthMethod::None),
        by_device: server.endpoints.device_authorization.is_some(),
        scope: (!scope.is_empty()).then_some(scope),
    }
}

/// The addresses to which a browser may be sent back, with each port that a login may use: those
/// that the profile names, else these.
fn redirect_uris(profile: &Profile, ports: impl FnOnce() -> Vec<u16>) -> Vec<String> {
    match profile.redirect() {
        Destination::Elsewhere(uri) | Destination::Here(Listening { uri: Some(uri), .. }) => {
            vec![uri]
        }
        Destination::Here(Listening {
            host,
            ports: own,
            path,
            ..
        }) => {
            let ports = if own.is_empty() { ports() } else { own };
            let uris = ports
                .iter()
                .map(|port| format!("http://{host}:{port}{path}"));
            uris.collect()
        }
    }
}

fn ports_by_chance() -> Vec<u16> {
    let mut ports = Vec::new();
    while ports.len() < PORTS {
        let chance = u16::from_le_bytes(*random_bytes());
        let port = PORT_RANGE.start + chance % (PORT_RANGE.end - PORT_RANGE.start);
        if !ports.contains(&port) {
            ports.push(port);
        }
    }
    ports
}

/// Whether a client with these redirect addresses is one for the logins of this profile. Where the
/// profile names no ports, any will do.
pub(super) fn admits(known: &[String], profile: &Profile) -> bool {
    let expected = redirect_uris(profile, || ports_in(known));
    !expected.is_empty() && known == expected
}

/// The ports of redirect addresses.
fn ports_in(redirect_uris: &[String]) -> Vec<u16> {
    let urls = redirect_uris.iter().filter_map(|uri| Url::parse(uri).ok());
    urls.filter_map(|url| url.port()).collect()
}

/// What a profile has to say of its registered client.
pub(super) fn said_of(kept: &KeptClient, profile: &Profile) -> Vec<Setting> {
    let mut said = vec![of_flag("client_id", vec![kept.client_id.clone()])];
    if kept.auth_method != AuthMethod::None {
        let method = kept.auth_method.name().to_owned();
        said.push(of_flag("client_secret", vec![FROM_REGISTRATION.to_owned()]));
        said.push(of_flag("auth_method", vec![method]));
    }
    if profile.redirect_uri.is_none() {
        let ports = ports_in(&kept.redirect_uris);
        said.push(of_flag("ports", ports.iter().map(u16::to_string).collect()));
    }
    said
}
