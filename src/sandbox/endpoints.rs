//! The wire: what each address of the sandbox does.

use std::time::Duration;

use serde_json::json;
use url::Url;

use super::fault::Kind;
use super::state::Code;
use super::wire::{Fields, error, ok, tokens};
use super::{MACHINE_CLIENT, MACHINE_SECRET, PUBLIC_CLIENT, Sandbox, control, device, pages};
use crate::loopback::{Reply, Request};
use crate::oauth::authorize::Attempt;
use crate::oauth::discovery::is_loopback;
use crate::oauth::scope;
use crate::secret::Secret;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Answers a request, or does to it what the next fault says.
pub async fn answer(sandbox: &Sandbox, request: Request) -> Reply {
    let form = Fields::read(&String::from_utf8_lossy(&request.body));
    let endpoint = endpoint(&request.path);
    let grant = if form.get("grant_type") == "refresh_token" {
        "refresh"
    } else {
        form.get("grant_type")
    };
    let fault = sandbox.state().next_fault(endpoint, grant);
    if let Some(reply) = fault
        .as_ref()
        .and_then(|kind| control::before(kind, sandbox))
    {
        return reply;
    }
    let latency = if endpoint == "token" {
        sandbox.state().options.latency / 2
    } else {
        Duration::ZERO
    };
    tokio::time::sleep(latency).await;
    let reply = route(sandbox, &request, &form);
    tokio::time::sleep(latency + fault.as_ref().map_or(Duration::ZERO, Kind::delay)).await;
    match fault {
        Some(kind) => control::after(&kind, reply, sandbox),
        None => reply,
    }
}

fn endpoint(path: &str) -> &str {
    if path.starts_with("/.well-known/") {
        return "discovery";
    }
    path.trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default()
}

fn route(sandbox: &Sandbox, request: &Request, form: &Fields) -> Reply {
    let query = Fields::read(&request.query);
    match (request.method.as_str(), request.path.as_str()) {
        (
            "GET",
            "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server",
        ) => metadata(sandbox),
        ("GET", "/jwks") => ok(&sandbox.shared.keys.set()),
        ("GET", "/authorize") => authorize(sandbox, &request.query, &query),
        ("POST", "/authorize") => decide(sandbox, form),
        ("POST", "/token") => token(sandbox, request, form),
        ("POST", "/device_authorization") => device::authorization(sandbox, form),
        ("GET", "/device") => device::page(query.get("user_code")),
        ("POST", "/device") => device::decide(sandbox, form),
        ("POST", "/revoke") => {
            sandbox.state().revoke(form.get("token"));
            ok(&json!({}))
        }
        ("POST", "/introspect") => introspect(sandbox, form.get("token")),
        ("GET" | "POST", "/userinfo") => userinfo(sandbox, request),
        ("GET", "/resource") => resource(sandbox, request),
        ("GET", "/control/ledger") => {
            ok(&serde_json::to_value(sandbox.ledger()).unwrap_or_default())
        }
        ("POST", "/control") => control::control(sandbox, &String::from_utf8_lossy(&request.body)),
        _ => Reply::new(404, "text/plain", "nothing here\n"),
    }
}

fn metadata(sandbox: &Sandbox) -> Reply {
    let issuer = sandbox.issuer();
    ok(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "device_authorization_endpoint": format!("{issuer}/device_authorization"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "introspection_endpoint": format!("{issuer}/introspect"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials",
            DEVICE_GRANT],
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid", "offline_access", "read", "write"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic",
            "client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// RFC 6749, section 4.1.1. What is wrong with client or redirect is said to the person, the rest
/// to the client.
fn authorize(sandbox: &Sandbox, raw: &str, query: &Fields) -> Reply {
    if query.get("client_id") != PUBLIC_CLIENT {
        return pages::page(
            400,
            "Unknown client",
            &format!("<p>The sandbox knows <b>{PUBLIC_CLIENT}</b>.</p>"),
        );
    }
    let redirect = Url::parse(query.get("redirect_uri"))
        .ok()
        .filter(is_loopback);
    if redirect.is_none() {
        return pages::page(
            400,
            "Bad redirect",
            "<p>The redirect has to be on this machine.</p>",
        );
    }
    if query.get("response_type") != "code" {
        return redirect_error(sandbox, query, "unsupported_response_type", "only code");
    }
    if query.get("code_challenge_method") != "S256" || query.get("code_challenge").len() != 43 {
        return redirect_error(
            sandbox,
            query,
            "invalid_request",
            "PKCE with S256 is demanded",
        );
    }
    let approve = sandbox.state().options.approve.clone();
    match approve {
        Some(user) => grant_code(sandbox, query, &user),
        None => pages::login(raw, query.get("client_id"), query.get("scope")),
    }
}

fn decide(sandbox: &Sandbox, form: &Fields) -> Reply {
    let query = Fields::read(form.get("request"));
    if query.get("client_id") != PUBLIC_CLIENT
        || !Url::parse(query.get("redirect_uri")).is_ok_and(|u| is_loopback(&u))
    {
        return pages::page(400, "Bad request", "<p>This form is not the sandbox's.</p>");
    }
    match (form.get("decision"), form.get("user")) {
        ("approve", user) if !user.is_empty() => grant_code(sandbox, &query, user),
        _ => redirect_error(sandbox, &query, "access_denied", "the person said no"),
    }
}

fn grant_code(sandbox: &Sandbox, query: &Fields, user: &str) -> Reply {
    let code = Secret::random().expose().to_owned();
    let granted = Code {
        client: query.get("client_id").to_owned(),
        redirect_uri: query.get("redirect_uri").to_owned(),
        challenge: query.get("code_challenge").to_owned(),
        nonce: query.optional("nonce"),
        user: user.to_owned(),
        scope: scope::parse(query.get("scope")),
        family: None,
    };
    sandbox.state().codes.insert(code.clone(), granted);
    redirect(sandbox, query, &[("code", &code)])
}

fn redirect_error(sandbox: &Sandbox, query: &Fields, code: &str, description: &str) -> Reply {
    redirect(
        sandbox,
        query,
        &[("error", code), ("error_description", description)],
    )
}

fn redirect(sandbox: &Sandbox, query: &Fields, answer: &[(&str, &str)]) -> Reply {
    let Ok(mut url) = Url::parse(query.get("redirect_uri")) else {
        return pages::page(400, "Bad redirect", "<p>The redirect is no address.</p>");
    };
    url.query_pairs_mut()
        .extend_pairs(answer)
        .append_pair("state", query.get("state"))
        .append_pair("iss", sandbox.issuer());
    Reply::new(303, "text/plain", "").header("location", url.as_str())
}

/// RFC 6749, section 3.2.
fn token(sandbox: &Sandbox, request: &Request, form: &Fields) -> Reply {
    sandbox.state().ledger.token_requests += 1;
    let Some(client) = client(request, form) else {
        return error(401, "invalid_client", "who are you?")
            .header("www-authenticate", "Basic realm=\"sandbox\"");
    };
    let now = sandbox.shared.clock.now();
    match form.get("grant_type") {
        "authorization_code" => redeem(sandbox, form, &client),
        "refresh_token" => {
            let pair = sandbox
                .state()
                .spend(form.get("refresh_token"), &client, now);
            pair.map_or_else(
                || error(400, "invalid_grant", "Unknown or invalid refresh token."),
                |pair| tokens(sandbox, &pair, true),
            )
        }
        "client_credentials" if client == MACHINE_CLIENT => {
            let pair = sandbox.state().give_client(&client, now);
            tokens(sandbox, &pair, false)
        }
        "client_credentials" => error(
            400,
            "unauthorized_client",
            "this client is nobody's machine",
        ),
        DEVICE_GRANT => device::poll(sandbox, form.get("device_code"), &client),
        _ => error(400, "unsupported_grant_type", "not here"),
    }
}

/// Who asks, by HTTP Basic or by the body (RFC 6749, section 2.3.1).
fn client(request: &Request, form: &Fields) -> Option<String> {
    use base64::Engine;
    let basic = request
        .authorization
        .as_deref()
        .and_then(|header| header.strip_prefix("Basic "));
    let (id, secret) = match basic {
        Some(encoded) => {
            let pair = base64::engine::general_purpose::STANDARD
                .decode(encoded)
                .ok()?;
            let pair = String::from_utf8(pair).ok()?;
            let (id, secret) = pair.split_once(':')?;
            let plain = |text: &str| Fields::read(&format!("x={text}")).get("x").to_owned();
            (plain(id), plain(secret))
        }
        None => (
            form.get("client_id").to_owned(),
            form.get("client_secret").to_owned(),
        ),
    };
    let known = (id == PUBLIC_CLIENT && secret.is_empty())
        || (id == MACHINE_CLIENT && secret == MACHINE_SECRET);
    known.then_some(id)
}

/// RFC 6749, section 4.1.3. A code that is redeemed twice ends what came of it (section 4.1.2).
fn redeem(sandbox: &Sandbox, form: &Fields, client: &str) -> Reply {
    let now = sandbox.shared.clock.now();
    let mut state = sandbox.state();
    let Some(code) = state.codes.get(form.get("code")) else {
        return error(400, "invalid_grant", "unknown code");
    };
    if let Some(family) = code.family {
        state.end(family);
        return error(400, "invalid_grant", "the code was used before");
    }
    let attempt = Attempt {
        verifier: Secret::new(form.get("code_verifier").to_owned()),
        ..Attempt::new()
    };
    let wrong = [
        (code.client != client, "the code belongs to another client"),
        (
            code.redirect_uri != form.get("redirect_uri"),
            "the redirect URI is another",
        ),
        (
            code.challenge != attempt.challenge(),
            "the code verifier does not fit",
        ),
    ];
    if let Some((_, why)) = wrong.iter().find(|(wrong, _)| *wrong) {
        return error(400, "invalid_grant", why);
    }
    let (user, scope, nonce) = (code.user.clone(), code.scope.clone(), code.nonce.clone());
    let pair = state.begin(client, &user, scope, nonce, now);
    state
        .codes
        .entry(form.get("code").to_owned())
        .and_modify(|code| code.family = pair.family);
    drop(state);
    tokens(sandbox, &pair, false)
}

/// RFC 7662, section 2.2.
fn introspect(sandbox: &Sandbox, token: &str) -> Reply {
    let (state, now) = (sandbox.state(), sandbox.shared.clock.now());
    let active = state.is_active(token) || state.owner(token, now).is_some();
    let subject = state.owner(token, now).map(|(owner, _)| owner);
    ok(&json!({"active": active, "sub": subject}))
}

fn bearer(request: &Request) -> &str {
    request
        .authorization
        .as_deref()
        .and_then(|header| header.strip_prefix("Bearer "))
        .unwrap_or_default()
}

fn userinfo(sandbox: &Sandbox, request: &Request) -> Reply {
    let state = sandbox.state();
    match state.owner(bearer(request), sandbox.shared.clock.now()) {
        Some((user, _)) => ok(&json!({"sub": user, "email": format!("{user}@sandbox.example")})),
        None => denied(),
    }
}

/// A protected resource (RFC 6750): says who was let in.
fn resource(sandbox: &Sandbox, request: &Request) -> Reply {
    let mut state = sandbox.state();
    let owner = state
        .owner(bearer(request), sandbox.shared.clock.now())
        .map(|(owner, _)| owner);
    match owner {
        Some(owner) => {
            state.ledger.resource_ok += 1;
            ok(&json!({"hello": owner}))
        }
        None => {
            state.ledger.resource_denied += 1;
            denied()
        }
    }
}

fn denied() -> Reply {
    error(401, "invalid_token", "this token does not work")
        .header("www-authenticate", "Bearer error=\"invalid_token\"")
}
