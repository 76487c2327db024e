//! The wire: what each address of the sandbox does.

use std::time::Duration;

use serde_json::{Map, Value, json};
use url::{Url, form_urlencoded};

use super::fault::{Fault, Kind};
use super::pages;
use super::state::{Code, Device, Pair};
use super::{Grace, MACHINE_CLIENT, MACHINE_SECRET, Options, PUBLIC_CLIENT, Sandbox};
use crate::loopback::{Delivery, Reply, Request};
use crate::oauth::authorize::Attempt;
use crate::oauth::discovery::is_loopback;
use crate::oauth::jwt;
use crate::oauth::scope;
use crate::secret::{Secret, from_base64url};
use crate::time;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The fields of a form or a query. A repeated one counts once.
struct Fields(Map<String, Value>);

impl Fields {
    fn read(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect())
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn optional(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }
}

/// Answers a request, or does to it what the next fault says.
pub async fn answer(sandbox: &Sandbox, request: Request) -> Reply {
    let form = Fields::read(&String::from_utf8_lossy(&request.body));
    let endpoint = endpoint(&request.path);
    let grant = if form.get("grant_type") == "refresh_token" { "refresh" } else { form.get("grant_type") };
    let fault = sandbox.state().next_fault(endpoint, grant);
    if let Some(reply) = fault.as_ref().and_then(|kind| before(kind, sandbox)) {
        return reply;
    }
    let latency = if endpoint == "token" { sandbox.state().options.latency / 2 } else { Duration::ZERO };
    tokio::time::sleep(latency).await;
    let reply = route(sandbox, &request, &form);
    tokio::time::sleep(latency + fault.as_ref().map_or(Duration::ZERO, Kind::delay)).await;
    match fault {
        Some(kind) => after(&kind, reply, sandbox),
        None => reply,
    }
}

fn endpoint(path: &str) -> &str {
    if path.starts_with("/.well-known/") {
        return "discovery";
    }
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn route(sandbox: &Sandbox, request: &Request, form: &Fields) -> Reply {
    let query = Fields::read(&request.query);
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server") => {
            metadata(sandbox)
        }
        ("GET", "/jwks") => ok(&sandbox.shared.keys.set()),
        ("GET", "/authorize") => authorize(sandbox, &request.query, &query),
        ("POST", "/authorize") => decide(sandbox, form),
        ("POST", "/token") => token(sandbox, request, form),
        ("POST", "/device_authorization") => device_authorization(sandbox, form),
        ("GET", "/device") => device_page(sandbox, query.get("user_code")),
        ("POST", "/device") => device_decide(sandbox, form),
        ("POST", "/revoke") => {
            sandbox.state().revoke(form.get("token"));
            ok(&json!({}))
        }
        ("POST", "/introspect") => introspect(sandbox, form.get("token")),
        ("GET" | "POST", "/userinfo") => userinfo(sandbox, request),
        ("GET", "/resource") => resource(sandbox, request),
        ("GET", "/control/ledger") => ok(&serde_json::to_value(sandbox.ledger()).unwrap_or_default()),
        ("POST", "/control") => control(sandbox, &String::from_utf8_lossy(&request.body)),
        _ => Reply::new(404, "text/plain", "nothing here\n"),
    }
}

fn ok(value: &Value) -> Reply {
    Reply::new(200, "application/json", value.to_string())
}

fn error(status: u16, code: &str, description: &str) -> Reply {
    Reply::new(
        status,
        "application/json",
        json!({"error": code, "error_description": description}).to_string(),
    )
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
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials", DEVICE_GRANT],
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid", "offline_access", "read", "write"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// RFC 6749, section 4.1.1. What is wrong with client or redirect is said to the person, the rest to the client.
fn authorize(sandbox: &Sandbox, raw: &str, query: &Fields) -> Reply {
    if query.get("client_id") != PUBLIC_CLIENT {
        return pages::page(
            400,
            "Unknown client",
            &format!("<p>The sandbox knows <b>{PUBLIC_CLIENT}</b>.</p>"),
        );
    }
    let redirect = Url::parse(query.get("redirect_uri")).ok().filter(is_loopback);
    if redirect.is_none() {
        return pages::page(400, "Bad redirect", "<p>The redirect has to be on this machine.</p>");
    }
    if query.get("response_type") != "code" {
        return redirect_error(sandbox, query, "unsupported_response_type", "only code");
    }
    if query.get("code_challenge_method") != "S256" || query.get("code_challenge").len() != 43 {
        return redirect_error(sandbox, query, "invalid_request", "PKCE with S256 is demanded");
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
    redirect(sandbox, query, &[("error", code), ("error_description", description)])
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
            let pair = sandbox.state().spend(form.get("refresh_token"), &client, now);
            pair.map_or_else(
                || error(400, "invalid_grant", "Unknown or invalid refresh token."),
                |pair| tokens(sandbox, &pair, true),
            )
        }
        "client_credentials" if client == MACHINE_CLIENT => {
            let pair = sandbox.state().give_client(&client, now);
            tokens(sandbox, &pair, false)
        }
        "client_credentials" => error(400, "unauthorized_client", "this client is nobody's machine"),
        DEVICE_GRANT => poll(sandbox, form.get("device_code"), &client),
        _ => error(400, "unsupported_grant_type", "not here"),
    }
}

/// Who asks, by HTTP Basic or by the body (RFC 6749, section 2.3.1).
fn client(request: &Request, form: &Fields) -> Option<String> {
    use base64::Engine;
    let basic = request.authorization.as_deref().and_then(|header| header.strip_prefix("Basic "));
    let (id, secret) = match basic {
        Some(encoded) => {
            let pair = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
            let pair = String::from_utf8(pair).ok()?;
            let (id, secret) = pair.split_once(':')?;
            let plain = |text: &str| Fields::read(&format!("x={text}")).get("x").to_owned();
            (plain(id), plain(secret))
        }
        None => (form.get("client_id").to_owned(), form.get("client_secret").to_owned()),
    };
    let known =
        (id == PUBLIC_CLIENT && secret.is_empty()) || (id == MACHINE_CLIENT && secret == MACHINE_SECRET);
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
    let attempt = Attempt { verifier: Secret::new(form.get("code_verifier").to_owned()), ..Attempt::new() };
    let wrong = [
        (code.client != client, "the code belongs to another client"),
        (code.redirect_uri != form.get("redirect_uri"), "the redirect URI is another"),
        (code.challenge != attempt.challenge(), "the code verifier does not fit"),
    ];
    if let Some((_, why)) = wrong.iter().find(|(wrong, _)| *wrong) {
        return error(400, "invalid_grant", why);
    }
    let (user, scope, nonce) = (code.user.clone(), code.scope.clone(), code.nonce.clone());
    let pair = state.begin(client, &user, scope, nonce, now);
    state.codes.entry(form.get("code").to_owned()).and_modify(|code| code.family = pair.family);
    drop(state);
    tokens(sandbox, &pair, false)
}

/// RFC 6749, section 5.1; OpenID Connect Core 1.0, sections 3.1.3.3 and 12.2.
fn tokens(sandbox: &Sandbox, pair: &Pair, refreshed: bool) -> Reply {
    let now = sandbox.shared.clock.now();
    let state = sandbox.state();
    let mut answer = json!({
        "access_token": pair.access,
        "token_type": "Bearer",
        "expires_in": state.options.access_ttl.as_secs().max(1),
    });
    if let Some(refresh) = &pair.refresh {
        answer["refresh_token"] = json!(refresh);
    }
    if let Some(family) = pair.family.and_then(|family| state.families.get(usize::try_from(family).ok()?)) {
        answer["scope"] = json!(family.scope.join(" "));
        if family.scope.iter().any(|scope| scope == "openid") {
            let mut claims = json!({
                "iss": sandbox.issuer(), "sub": family.user, "aud": family.client, "iat": now.0, "exp": now.0 + 3600,
                "email": format!("{}@sandbox.example", family.user),
                "at_hash": jwt::access_token_hash("ES256", &Secret::new(pair.access.clone())),
            });
            // OpenID Connect Core 1.0, section 12.2: a refreshed ID token should have no nonce.
            if let (Some(nonce), false) = (&family.nonce, refreshed) {
                claims["nonce"] = json!(nonce);
            }
            answer["id_token"] = json!(sandbox.shared.keys.sign(&claims));
        }
    }
    ok(&answer)
}

/// RFC 8628, section 3.1.
fn device_authorization(sandbox: &Sandbox, form: &Fields) -> Reply {
    if form.get("client_id") != PUBLIC_CLIENT {
        return error(401, "invalid_client", "who are you?");
    }
    let device_code = Secret::random().expose().to_owned();
    // No vowels and no look-alikes (RFC 8628, section 6.1).
    const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
    let random = from_base64url(Secret::random().expose()).unwrap_or_default();
    let letters: String =
        random.iter().take(8).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect();
    let user_code = format!("{}-{}", &letters[..4], &letters[4..]);
    let mut state = sandbox.state();
    let (ttl, interval) = (state.options.device_ttl, state.options.device_interval);
    let approved = state.options.approve.clone();
    let device = Device {
        client: form.get("client_id").to_owned(),
        user_code: user_code.clone(),
        scope: scope::parse(form.get("scope")),
        expires_at: sandbox.shared.clock.now().after(ttl),
        interval: interval.unwrap_or(5),
        last_poll: None,
        decision: approved.map(Ok),
    };
    state.devices.insert(device_code.clone(), device);
    let address = format!("{}/device", sandbox.issuer());
    let mut answer = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": address,
        "verification_uri_complete": format!("{address}?user_code={user_code}"),
        "expires_in": ttl.as_secs(),
    });
    if let Some(interval) = interval {
        answer["interval"] = json!(interval);
    }
    ok(&answer)
}

fn device_page(sandbox: &Sandbox, user_code: &str) -> Reply {
    let _ = sandbox;
    pages::device(user_code)
}

fn device_decide(sandbox: &Sandbox, form: &Fields) -> Reply {
    let typed = form.get("user_code").trim().to_ascii_uppercase();
    let mut state = sandbox.state();
    let Some(device) = state.devices.values_mut().find(|device| device.user_code == typed) else {
        return pages::page(400, "Unknown code", "<p>No device waits with that code.</p>");
    };
    if form.get("decision") == "approve" && !form.get("user").is_empty() {
        device.decision = Some(Ok(form.get("user").to_owned()));
        return pages::page(200, "The device is connected", "<p>You can close this page.</p>");
    }
    device.decision = Some(Err(()));
    pages::page(200, "The device was turned away", "<p>You can close this page.</p>")
}

/// RFC 8628, section 3.5.
fn poll(sandbox: &Sandbox, device_code: &str, client: &str) -> Reply {
    let now = sandbox.shared.clock.now();
    let mut state = sandbox.state();
    let Some(device) = state.devices.get_mut(device_code).filter(|device| device.client == client) else {
        return error(400, "invalid_grant", "unknown device code");
    };
    if now >= device.expires_at {
        return error(400, "expired_token", "the device code has expired");
    }
    let early = device
        .last_poll
        .is_some_and(|last| last.elapsed().as_millis() + 50 < u128::from(device.interval) * 1000);
    device.last_poll = Some(std::time::Instant::now());
    let user = match &device.decision {
        _ if early => {
            device.interval += 5;
            return error(400, "slow_down", "you poll too often");
        }
        None => return error(400, "authorization_pending", "nobody has decided yet"),
        Some(Err(())) => return error(400, "access_denied", "the person said no"),
        Some(Ok(user)) => user.clone(),
    };
    let scope = device.scope.clone();
    state.devices.remove(device_code);
    let pair = state.begin(client, &user, scope, None, now);
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
    request.authorization.as_deref().and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default()
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
    let owner = state.owner(bearer(request), sandbox.shared.clock.now()).map(|(owner, _)| owner);
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

/// One instruction a line: `fault SPEC`, `set NAME VALUE`, `revoke`.
fn control(sandbox: &Sandbox, script: &str) -> Reply {
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let done = match words.as_slice() {
            ["fault", spec] => spec.parse::<Fault>().map(|fault| sandbox.fault(fault)),
            ["set", name, value] => set(sandbox, name, value),
            ["revoke"] => {
                sandbox.revoke_everything();
                Ok(())
            }
            _ => Err(format!("`{line}`: expected `fault SPEC`, `set NAME VALUE` or `revoke`")),
        };
        if let Err(why) = done {
            return error(400, "invalid_request", &why);
        }
    }
    ok(&json!({}))
}

fn set(sandbox: &Sandbox, name: &str, value: &str) -> Result<(), String> {
    let length = || time::parse_duration(value);
    let yes = || value.parse::<bool>().map_err(|_| format!("`{value}` is not true or false"));
    let change: Box<dyn FnOnce(&mut Options)> = match name {
        "access_ttl" => length().map(|v| Box::new(move |o: &mut Options| o.access_ttl = v) as Box<_>)?,
        "grace_interval" => {
            length().map(|v| Box::new(move |o: &mut Options| o.grace_interval = v) as Box<_>)?
        }
        "latency" => length().map(|v| Box::new(move |o: &mut Options| o.latency = v) as Box<_>)?,
        "rotate" => yes().map(|v| Box::new(move |o: &mut Options| o.rotate = v) as Box<_>)?,
        "access_dies_on_refresh" => {
            yes().map(|v| Box::new(move |o: &mut Options| o.access_dies_on_refresh = v) as Box<_>)?
        }
        "grace" => {
            let grace = Grace::ALL.iter().find(|(known, _)| *known == value).map(|(_, grace)| *grace);
            let grace = grace.ok_or_else(|| format!("`{value}` is no grace"))?;
            Box::new(move |o| o.grace = grace)
        }
        _ => return Err(format!("`{name}` cannot be set")),
    };
    sandbox.set(change);
    Ok(())
}

/// What a fault does instead of the request.
fn before(kind: &Kind, sandbox: &Sandbox) -> Option<Reply> {
    let html = |status: u16| Reply::new(status, "text/html", format!("<html><h1>{status}</h1>a page</html>"));
    Some(match kind {
        Kind::DropBefore => Reply { delivery: Delivery::Dropped, ..html(502) },
        Kind::Status(status) => html(*status),
        Kind::Error(code) => error(400, code, "a rehearsed error"),
        Kind::ErrorIn200(code) => error(200, code, "a rehearsed error"),
        Kind::ErrorObject(code) => {
            let body = json!({"error": {"code": code, "message": "a rehearsed error"}});
            Reply::new(400, "application/json", body.to_string())
        }
        Kind::Redirect => html(307).header("location", &format!("{}/elsewhere", sandbox.issuer())),
        _ => return None,
    })
}

/// What a fault does to the answer.
fn after(kind: &Kind, mut reply: Reply, sandbox: &Sandbox) -> Reply {
    let fields = || serde_json::from_slice::<Map<String, Value>>(&reply.body).unwrap_or_default();
    match kind {
        Kind::DropAfter => reply.delivery = Delivery::Dropped,
        Kind::Truncate => reply.delivery = Delivery::Truncated,
        Kind::Drip(ms) => reply.delivery = Delivery::Dripping(Duration::from_millis(*ms)),
        Kind::Huge => reply.delivery = Delivery::Endless,
        Kind::StatusAfter(status) => return Reply::new(*status, "text/html", "<html>after all</html>"),
        Kind::NotJson => reply.body = b"All is well.".to_vec(),
        Kind::Date(seconds) => {
            let at = sandbox.shared.clock.now().0 + seconds;
            let at = std::time::UNIX_EPOCH + Duration::from_secs(u64::try_from(at).unwrap_or(0));
            return reply.header("date", &httpdate::fmt_http_date(at));
        }
        Kind::Without(member) => {
            let mut fields = fields();
            fields.remove(member);
            reply.body = Value::Object(fields).to_string().into_bytes();
        }
        Kind::ExpiresIn(json) => {
            let mut fields = fields();
            fields.remove("expires_in");
            let rest = Value::Object(fields).to_string();
            reply.body = format!("{{\"expires_in\":{json},{}", &rest[1..]).into_bytes();
        }
        Kind::Form => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            for (name, value) in fields() {
                form.append_pair(&name, value.as_str().map_or(&value.to_string(), |text| text));
            }
            return Reply::new(200, "application/x-www-form-urlencoded", form.finish());
        }
        Kind::Issuer(issuer) => {
            let mut fields = fields();
            fields.insert("issuer".to_owned(), json!(issuer));
            reply.body = Value::Object(fields).to_string().into_bytes();
        }
        _ => {}
    }
    reply
}
