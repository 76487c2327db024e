//! A protected resource (RFC 6750): what an API is to a client.

use std::time::Duration;

use serde_json::json;

use super::Sandbox;
use super::wire::{Fields, error, ok};
use crate::loopback::{Delivery, Reply, Request};

/// How many events are sent at most.
const MOST_EVENTS: u32 = 100_000;

/// How long a pause between events is at most, in milliseconds.
const LONGEST_PAUSE: u64 = 60_000;

/// Whether a request to this path may have a body of any length.
pub fn takes_long_bodies(path: &str) -> bool {
    path == "/resource/echo"
}

/// The access token of a request (RFC 6750, section 2.1); empty if there is none.
pub fn bearer(request: &Request) -> &str {
    request
        .authorization
        .as_deref()
        .and_then(|header| header.strip_prefix("Bearer "))
        .unwrap_or_default()
}

/// Lets in who brings a token that lives, and answers by the path: `/resource` says which user or
/// client was let in; `/resource/echo` says what body came, by its length and hash; and
/// `/resource/events` sends events; `/resource/socket` is a WebSocket that sends back what it gets.
pub fn answer(sandbox: &Sandbox, request: &Request, query: &Fields) -> Reply {
    let mut state = sandbox.state();
    let owner = state.owner(bearer(request), sandbox.shared.clock.now());
    let owner = owner.map(str::to_owned);
    let Some(owner) = owner else {
        state.ledger.resource_denied += 1;
        return unauthorized();
    };
    state.ledger.resource_ok += 1;
    drop(state);
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/resource") => ok(&json!({"hello": owner})),
        (_, "/resource/echo") => ok(&json!({
            "method": request.method,
            "content_type": request.content_type,
            "length": request.body_length,
            "sha256": request.body_hash,
        })),
        ("GET", "/resource/events") => events(query),
        ("GET", "/resource/socket") => match &request.socket_key {
            Some(key) => Reply::socket(key),
            None => Reply::new(426, "text/plain", "a WebSocket is here\n")
                .header("upgrade", "websocket"),
        },
        (_, "/resource/away") => {
            Reply::new(307, "text/plain", "").header("location", query.get("to"))
        }
        _ => Reply::new(404, "text/plain", "nothing here\n"),
    }
}

/// So many events (`count`), with so many milliseconds before each (`every`).
fn events(query: &Fields) -> Reply {
    let count: u32 = query.get("count").parse().unwrap_or(3).min(MOST_EVENTS);
    let every: u64 = query.get("every").parse().unwrap_or(100).min(LONGEST_PAUSE);
    let text: String = (1..=count).map(|n| format!("data: {n}\n\n")).collect();
    Reply {
        delivery: Delivery::Paced(Duration::from_millis(every)),
        ..Reply::new(200, "text/event-stream", text)
    }
}

/// The answer to a token that does not work.
pub fn unauthorized() -> Reply {
    challenge("invalid_token")
}

/// The challenge with this code (RFC 6750, section 3.1; RFC 9449, section 9).
pub fn challenge(code: &str) -> Reply {
    let status = match code {
        "insufficient_scope" => 403,
        "invalid_request" => 400,
        _ => 401,
    };
    let reply = error(status, code, "this token does not work");
    if code == "use_dpop_nonce" {
        return reply
            .header("www-authenticate", "DPoP error=\"use_dpop_nonce\"")
            .header("dpop-nonce", "rehearsed");
    }
    reply.header("www-authenticate", &format!("Bearer error=\"{code}\""))
}
