//! The device authorization grant, as the server carries it out (RFC 8628).

use serde_json::json;

use super::state::Device;
use super::wire::{Fields, error, ok, tokens};
use super::{Sandbox, pages};
use crate::loopback::Reply;
use crate::oauth::scope;
use crate::secret::{Secret, from_base64url};

/// The letters of a user code: no vowels, so that none spells a word, and no letters that look
/// alike (RFC 8628, section 6.1).
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";

/// How much earlier than the interval demands a poll may come, in milliseconds.
const LEEWAY_MS: u128 = 50;

/// The device authorization endpoint (RFC 8628, section 3.1), asked by a client that has proved who
/// it is.
pub(super) fn authorization(sandbox: &Sandbox, client: Option<String>, form: &Fields) -> Reply {
    let Some(client) = client else {
        return error(401, "invalid_client", "this client is not known");
    };
    let device_code = Secret::random().expose().to_owned();
    let user_code = user_code();
    let mut state = sandbox.state();
    let ttl = state.options.device_ttl;
    let interval = state.options.device_interval;
    let approved = state.options.approve.clone();
    let device = Device {
        client,
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

/// Eight random letters, in two groups for the eye.
fn user_code() -> String {
    let random = from_base64url(Secret::random().expose()).unwrap_or_default();
    let mut code = String::new();
    for (place, byte) in random.iter().take(8).enumerate() {
        if place == 4 {
            code.push('-');
        }
        code.push(char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
    }
    code
}

/// The page to which the device sends its user (RFC 8628, section 3.3).
pub(super) fn page(user_code: &str) -> Reply {
    pages::device(user_code)
}

/// The form of that page: the user approves or denies the device that shows the code.
pub(super) fn decide(sandbox: &Sandbox, form: &Fields) -> Reply {
    let typed = form.get("user_code").trim().to_ascii_uppercase();
    let mut state = sandbox.state();
    let Some(device) = state
        .devices
        .values_mut()
        .find(|device| device.user_code == typed)
    else {
        return pages::page(
            400,
            "Unknown code",
            "<p>No device waits with that code.</p>",
        );
    };
    if form.get("decision") == "approve" && !form.get("user").is_empty() {
        device.decision = Some(Ok(form.get("user").to_owned()));
        return pages::page(
            200,
            "The device is connected",
            "<p>You can close this page.</p>",
        );
    }
    device.decision = Some(Err(()));
    pages::page(
        200,
        "The device was turned away",
        "<p>You can close this page.</p>",
    )
}

/// The token endpoint, asked by a device (RFC 8628, sections 3.4 and 3.5).
pub(super) fn poll(sandbox: &Sandbox, device_code: &str, client: &str) -> Reply {
    let now = sandbox.shared.clock.now();
    let mut state = sandbox.state();
    let Some(device) = state
        .devices
        .get_mut(device_code)
        .filter(|device| device.client == client)
    else {
        return error(400, "invalid_grant", "unknown device code");
    };
    if now >= device.expires_at {
        return error(400, "expired_token", "the device code has expired");
    }
    let interval_ms = u128::from(device.interval) * 1000;
    let is_early = device
        .last_poll
        .is_some_and(|last| last.elapsed().as_millis() + LEEWAY_MS < interval_ms);
    device.last_poll = Some(std::time::Instant::now());
    let user = match &device.decision {
        _ if is_early => {
            device.interval += 5;
            return error(400, "slow_down", "the device polls too often");
        }
        None => {
            return error(
                400,
                "authorization_pending",
                "the person has not decided yet",
            );
        }
        Some(Err(())) => return error(400, "access_denied", "the person said no"),
        Some(Ok(user)) => user.clone(),
    };
    let scope = device.scope.clone();
    state.devices.remove(device_code);
    let pair = state.begin_family(client, &user, scope, None, now);
    drop(state);
    tokens(sandbox, &pair, false)
}
