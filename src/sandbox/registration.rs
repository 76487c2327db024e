//! Which client a request is from: one of the two that the sandbox knows from the start, or one
//! that was registered (RFC 7591, RFC 7592).

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use url::Url;

use super::clients::Registered;
use super::options::Registration;
use super::resource::bearer;
use super::wire::{Fields, error};
use super::{MACHINE_CLIENT, MACHINE_SECRET, PUBLIC_CLIENT, REGISTRATION_TOKEN, Sandbox};
use crate::loopback::{Reply, Request};
use crate::oauth::discovery::is_loopback;
use crate::secret::Secret;

/// Where clients are registered; the address of a registration is below it.
pub const PATH: &str = "/register";

/// How many registered clients are remembered.
const MOST_CLIENTS: usize = 10_000;

/// The client registration endpoint (RFC 7591, section 3).
pub fn register(sandbox: &Sandbox, request: &Request) -> Reply {
    let mut state = sandbox.state();
    match state.options.registration {
        Registration::None => return Reply::new(404, "text/plain", "nothing here\n"),
        Registration::Guarded if bearer(request) != REGISTRATION_TOKEN => {
            return error(401, "invalid_token", "an initial access token is needed");
        }
        Registration::Guarded | Registration::Open => {}
    }
    let wanted: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let uris = wanted["redirect_uris"].as_array();
    let uris = uris.into_iter().flatten().filter_map(Value::as_str);
    let uris: Vec<String> = uris.map(str::to_owned).collect();
    let is_here = |uri: &String| Url::parse(uri).is_ok_and(|url| is_loopback(&url));
    if uris.is_empty() || !uris.iter().all(is_here) {
        return error(
            400,
            "invalid_redirect_uri",
            "only loopback is redirected to",
        );
    }
    if state.clients.len() >= MOST_CLIENTS {
        return error(503, "temporarily_unavailable", "too many clients");
    }
    let method = wanted["token_endpoint_auth_method"].as_str();
    let method = method.unwrap_or("client_secret_basic").to_owned();
    let is_public = method == "none";
    if is_public && state.options.client_secrets {
        return error(400, "invalid_client_metadata", "a client has a secret here");
    }
    let id = format!("client-{}", &Secret::random().expose()[..16]);
    let client = Registered {
        redirect_uris: uris,
        secret: (!is_public).then(Secret::random),
        token: Secret::random(),
    };
    let mut answer = wanted;
    answer["client_id"] = json!(id);
    answer["token_endpoint_auth_method"] = json!(method);
    answer["registration_access_token"] = json!(client.token.expose());
    answer["registration_client_uri"] = json!(format!("{}{PATH}/{id}", sandbox.issuer()));
    if let Some(secret) = &client.secret {
        let now = sandbox.shared.clock.now();
        let end = state.options.client_secret_ttl.map(|ttl| now.after(ttl).0);
        answer["client_secret"] = json!(secret.expose());
        answer["client_secret_expires_at"] = json!(end.unwrap_or(0));
    }
    state.clients.insert(id, client);
    state.ledger.registrations += 1;
    Reply::new(201, "application/json", answer.to_string())
}

/// Deletes the registration whose address has this path (RFC 7592, section 2.3).
pub fn unregister(sandbox: &Sandbox, request: &Request, path: &str) -> Reply {
    let mut state = sandbox.state();
    let id = path.trim_start_matches('/');
    let is_its_own = |client: &Registered| client.token.same_as(bearer(request));
    if !state.clients.get(id).is_some_and(is_its_own) {
        return error(401, "invalid_token", "this registration is not known");
    }
    state.clients.remove(id);
    state.ledger.unregistrations += 1;
    Reply::new(204, "text/plain", "")
}

/// Whether a browser may be sent to `redirect_uri` for the client of this identifier. `None` where
/// there is no such client.
pub fn admits(sandbox: &Sandbox, id: &str, redirect_uri: &str) -> Option<bool> {
    if id == PUBLIC_CLIENT {
        return Some(Url::parse(redirect_uri).is_ok_and(|url| is_loopback(&url)));
    }
    let state = sandbox.state();
    let client = state.clients.get(id)?;
    Some(client.redirect_uris.iter().any(|uri| uri == redirect_uri))
}

/// The client that a request is from, if it has proved that. The identifier and the secret come by
/// HTTP Basic or in the body (RFC 6749, section 2.3.1).
pub fn of_request(sandbox: &Sandbox, request: &Request, form: &Fields) -> Option<String> {
    let header = request.authorization.as_deref();
    let (id, secret) = match header.and_then(|header| header.strip_prefix("Basic ")) {
        Some(encoded) => basic(encoded)?,
        None => (
            form.get("client_id").to_owned(),
            form.get("client_secret").to_owned(),
        ),
    };
    let is_known = match id.as_str() {
        PUBLIC_CLIENT => secret.is_empty(),
        MACHINE_CLIENT => secret == MACHINE_SECRET,
        _ => match &sandbox.state().clients.get(&id)?.secret {
            Some(own) => own.same_as(&secret),
            None => secret.is_empty(),
        },
    };
    is_known.then_some(id)
}

/// The identifier and the secret in the credentials of HTTP Basic, each of them form-encoded.
fn basic(encoded: &str) -> Option<(String, String)> {
    let pair = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let fields = Fields::read(&format!("id={id}&secret={secret}"));
    Some((fields.get("id").to_owned(), fields.get("secret").to_owned()))
}
