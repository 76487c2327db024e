//! What each endpoint of the sandbox does with a request.

use std::time::Duration;

use serde_json::json;
use url::Url;

use super::fault::Kind;
use super::options::Registration;
use super::resource::{self, bearer, unauthorized};
use super::state::Code;
use super::wire::{Fields, error, ok, tokens};
use super::{MACHINE_CLIENT, PUBLIC_CLIENT, Sandbox, control, device, pages, registration};
use crate::loopback::{HOSTS, Reply, Request};
use crate::oauth::authorize::Attempt;
use crate::oauth::device::GRANT_TYPE as DEVICE_GRANT;
use crate::oauth::jwt;
use crate::oauth::scope;
use crate::secret::Secret;

/// Answers a request, with the next fault that is meant for it.
pub async fn answer(sandbox: &Sandbox, request: Request) -> Reply {
    if let Some(why) = objection(sandbox, &request) {
        return Reply::new(403, "text/plain", why);
    }
    let form = Fields::read(&String::from_utf8_lossy(&request.body));
    let endpoint = endpoint(&request.path);
    let grant = match form.get("grant_type") {
        "refresh_token" => "refresh",
        other => other,
    };
    let fault = sandbox.state().next_fault(endpoint, grant);
    let latency = if endpoint == "token" {
        sandbox.state().options.latency / 2
    } else {
        Duration::ZERO
    };
    tokio::time::sleep(latency).await;
    let refusal = fault
        .as_ref()
        .and_then(|kind| control::reply_instead(kind, sandbox));
    if let Some(reply) = refusal {
        sandbox.state().ledger.turned_away += 1;
        return reply;
    }
    let reply = route(sandbox, &request, &form);
    tokio::time::sleep(latency + fault.as_ref().map_or(Duration::ZERO, Kind::delay)).await;
    match fault {
        Some(kind) => control::damage_reply(&kind, reply, sandbox),
        None => reply,
    }
}

/// Why a request is not answered: a page of another site makes it, under a name of that site or
/// from a browser that says so. A person may come from anywhere to the pages on which people log
/// in.
fn objection(sandbox: &Sandbox, request: &Request) -> Option<&'static str> {
    let host = request
        .host
        .rsplit_once(':')
        .map_or(&*request.host, |(host, _)| host);
    if !HOSTS.contains(&host) {
        return Some("this server is 127.0.0.1\n");
    }
    let is_page = ["/authorize", "/device"].contains(&request.path.as_str());
    if request.method == "GET" && is_page {
        return None;
    }
    let is_own = match (request.fetch_site.as_deref(), request.origin.as_deref()) {
        (Some(site), _) => ["same-origin", "none"].contains(&site),
        (None, Some(origin)) => origin == sandbox.issuer(),
        (None, None) => true,
    };
    (!is_own).then_some("a page of another site asks\n")
}

/// The name of the endpoint at `path`, as faults name it.
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
        ("GET", "/") => {
            let open = sandbox.state().open_families();
            pages::landing(sandbox.issuer(), &sandbox.ledger(), open)
        }
        ("GET", "/jwks") => ok(&sandbox.shared.keys.set()),
        ("GET", "/authorize") => authorize(sandbox, &request.query, &query),
        ("POST", "/authorize") => decide(sandbox, form),
        ("POST", "/token") => token(sandbox, request, form),
        ("POST", "/device_authorization") => {
            let client = registration::of_request(sandbox, request, form);
            device::authorization(sandbox, client, form)
        }
        ("GET", "/device") => device::page(query.get("user_code")),
        ("POST", "/device") => device::decide(sandbox, form),
        ("POST", registration::PATH) => registration::register(sandbox, request),
        ("DELETE", path) if path.starts_with(registration::PATH) => {
            registration::unregister(sandbox, request, &path[registration::PATH.len()..])
        }
        ("POST", "/revoke") => {
            sandbox.state().revoke(form.get("token"));
            ok(&json!({}))
        }
        ("GET", "/logout") => log_out(sandbox, &query),
        ("POST", "/introspect") => introspect(sandbox, form.get("token")),
        ("GET" | "POST", "/userinfo") => userinfo(sandbox, request),
        (_, path) if path == "/resource" || path.starts_with("/resource/") => {
            resource::answer(sandbox, request, &query)
        }
        ("GET", "/control/ledger") => {
            ok(&serde_json::to_value(sandbox.ledger()).unwrap_or_default())
        }
        ("POST", "/control") if !is_in_control(sandbox, request) => error(
            401,
            "invalid_token",
            "the control token is printed at the start",
        ),
        ("POST", "/control") => control::control(sandbox, &String::from_utf8_lossy(&request.body)),
        _ => Reply::new(404, "text/plain", "nothing here\n"),
    }
}

fn is_in_control(sandbox: &Sandbox, request: &Request) -> bool {
    let given = request.authorization.as_deref().unwrap_or_default();
    let given = given.strip_prefix("Bearer ").unwrap_or_default();
    sandbox.shared.control_token.same_as(given)
}

fn metadata(sandbox: &Sandbox) -> Reply {
    let issuer = sandbox.issuer();
    let options = sandbox.state().options.clone();
    let methods: &[&str] = match options.client_secrets {
        true => &["client_secret_basic", "client_secret_post"],
        false => &["none", "client_secret_basic", "client_secret_post"],
    };
    let registers = options.registration != Registration::None;
    ok(&json!({
        "issuer": issuer,
        "registration_endpoint": registers.then(|| format!("{issuer}{}", registration::PATH)),
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "device_authorization_endpoint": format!("{issuer}/device_authorization"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "introspection_endpoint": format!("{issuer}/introspect"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/logout"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials",
            DEVICE_GRANT],
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid", "offline_access", "read", "write"],
        "token_endpoint_auth_methods_supported": methods,
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// Ends a login in the browser (OpenID Connect RP-Initiated Logout 1.0, section 2). The ID token
/// tells which one: its name is known to its owner alone.
fn log_out(sandbox: &Sandbox, query: &Fields) -> Reply {
    let hint = jwt::open(query.get("id_token_hint"));
    let session = hint
        .as_ref()
        .and_then(|hint| hint.claims.get("sid")?.as_str());
    sandbox.state().log_out(session.unwrap_or_default());
    pages::page(
        200,
        "Logged out",
        "<p>This login has ended in the browser.</p>",
    )
}

/// How long the query of an authorization request may be, in bytes.
const LONGEST_REQUEST: usize = 8192;

/// How many authorization codes are remembered.
const MOST_CODES: usize = 100_000;

/// The authorization endpoint (RFC 6749, section 4.1.1). An error of the client or the redirect URI
/// is shown to the person, any other is sent to the client.
fn authorize(sandbox: &Sandbox, raw: &str, query: &Fields) -> Reply {
    match registration::admits(sandbox, query.get("client_id"), query.get("redirect_uri")) {
        None => {
            let body = format!("<p>The sandbox knows <b>{PUBLIC_CLIENT}</b>.</p>");
            return pages::page(400, "Unknown client", &body);
        }
        Some(false) => {
            let body = "<p>The redirect has to be on this machine, and registered.</p>";
            return pages::page(400, "Bad redirect", body);
        }
        Some(true) => {}
    }
    // A page of another site may ask as often as it likes, and each request is remembered.
    if raw.len() > LONGEST_REQUEST || sandbox.state().codes.len() >= MOST_CODES {
        return redirect_error(sandbox, query, "invalid_request", "too long, or too many");
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

/// The form of the login page: the person approves or denies.
fn decide(sandbox: &Sandbox, form: &Fields) -> Reply {
    let query = Fields::read(form.get("request"));
    let admitted = registration::admits(sandbox, query.get("client_id"), query.get("redirect_uri"));
    if admitted != Some(true) {
        return pages::page(400, "Bad request", "<p>This form is not the sandbox's.</p>");
    }
    match (form.get("decision"), form.get("user")) {
        ("approve", user) if !user.is_empty() => grant_code(sandbox, &query, user),
        _ => redirect_error(sandbox, &query, "access_denied", "the person said no"),
    }
}

/// Makes a code, and sends the browser to the client with it.
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
        return pages::page(
            400,
            "Bad redirect",
            "<p>The redirect is not a valid address.</p>",
        );
    };
    url.query_pairs_mut()
        .extend_pairs(answer)
        .append_pair("state", query.get("state"))
        .append_pair("iss", sandbox.issuer());
    Reply::new(303, "text/plain", "").header("location", url.as_str())
}

/// The token endpoint (RFC 6749, section 3.2).
fn token(sandbox: &Sandbox, request: &Request, form: &Fields) -> Reply {
    sandbox.state().ledger.token_requests += 1;
    let Some(client) = registration::of_request(sandbox, request, form) else {
        return error(
            401,
            "invalid_client",
            "this client is not known, or its secret is wrong",
        )
        .header("www-authenticate", "Basic realm=\"sandbox\"");
    };
    let now = sandbox.shared.clock.now();
    match form.get("grant_type") {
        "authorization_code" => redeem(sandbox, form, &client),
        "refresh_token" => {
            let refusal = sandbox.state().options.refusal.clone();
            let pair = sandbox
                .state()
                .spend(form.get("refresh_token"), &client, now);
            pair.map_or_else(
                || error(400, &refusal, "Unknown or invalid refresh token."),
                |pair| tokens(sandbox, &pair, true),
            )
        }
        "client_credentials" if client == MACHINE_CLIENT => {
            let pair = sandbox.state().issue_client_token(&client, now);
            tokens(sandbox, &pair, false)
        }
        "client_credentials" => error(
            400,
            "unauthorized_client",
            "this client may not use this grant",
        ),
        DEVICE_GRANT => device::poll(sandbox, form.get("device_code"), &client),
        _ => error(400, "unsupported_grant_type", "not here"),
    }
}

/// Redeems an authorization code (RFC 6749, section 4.1.3). The second use of a code ends what came
/// of the first (section 4.1.2).
fn redeem(sandbox: &Sandbox, form: &Fields, client: &str) -> Reply {
    let now = sandbox.shared.clock.now();
    let mut state = sandbox.state();
    let Some(code) = state.codes.get(form.get("code")) else {
        return error(400, "invalid_grant", "unknown code");
    };
    if let Some(family) = code.family {
        state.end_family(family);
        return error(400, "invalid_grant", "the code was used before");
    }
    let attempt = Attempt {
        verifier: Secret::new(form.get("code_verifier").to_owned()),
        ..Attempt::new()
    };
    let fault = if code.client != client {
        Some("the code belongs to another client")
    } else if code.redirect_uri != form.get("redirect_uri") {
        Some("the redirect URI is another one")
    } else if code.challenge != attempt.challenge() {
        Some("the code verifier does not fit")
    } else {
        None
    };
    if let Some(fault) = fault {
        return error(400, "invalid_grant", fault);
    }
    let user = code.user.clone();
    let scope = code.scope.clone();
    let nonce = code.nonce.clone();
    let pair = state.begin_family(client, &user, scope, nonce, now);
    if let Some(code) = state.codes.get_mut(form.get("code")) {
        code.family = pair.family;
    }
    drop(state);
    tokens(sandbox, &pair, false)
}

/// The introspection endpoint (RFC 7662, section 2.2).
fn introspect(sandbox: &Sandbox, token: &str) -> Reply {
    let state = sandbox.state();
    let owner = state.owner(token, sandbox.shared.clock.now());
    let is_active = owner.is_some() || state.is_active(token);
    let life = owner.and_then(|_| state.life_of(token));
    let (iat, exp) = life.map(|(from, until)| (from.0, until.0)).unzip();
    ok(&json!({"active": is_active, "sub": owner, "iat": iat, "exp": exp}))
}

/// The userinfo endpoint (OpenID Connect Core 1.0, section 5.3).
fn userinfo(sandbox: &Sandbox, request: &Request) -> Reply {
    let state = sandbox.state();
    match state.owner(bearer(request), sandbox.shared.clock.now()) {
        Some(user) => ok(&json!({"sub": user, "email": format!("{user}@sandbox.example")})),
        None => unauthorized(),
    }
}
