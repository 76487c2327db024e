//! What a rehearsal asks for: changes while the server runs, and what a fault does to a request or
//! to its answer.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::fault::{Fault, Kind};
use super::keys::{self, Keys};
use super::wire::{error, ok};
use super::{MACHINE_SECRET, Sandbox, resource};
use crate::loopback::{Delivery, Reply};
use crate::secret::from_base64url;

/// How many faults may wait to happen.
const MOST_FAULTS: usize = 10_000;

/// Carries out a script, one instruction a line: `fault SPEC`, `set NAME VALUE`, `revoke`. It stops
/// at the first line that cannot be carried out.
pub(super) fn control(sandbox: &Sandbox, script: &str) -> Reply {
    let lines = script.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty()) {
        if let Err(why) = carry_out(sandbox, line) {
            return error(400, "invalid_request", &why);
        }
    }
    ok(&json!({}))
}

fn carry_out(sandbox: &Sandbox, line: &str) -> Result<(), String> {
    let words: Vec<&str> = line.splitn(3, ' ').collect();
    match words.as_slice() {
        ["fault", _] if sandbox.state().faults.len() >= MOST_FAULTS => {
            return Err(format!("{MOST_FAULTS} faults are waiting already"));
        }
        ["fault", spec] => sandbox.fault(spec.parse::<Fault>()?),
        ["set", name, value] => {
            set_option(sandbox, name, value).map_err(|why| format!("`{name}`: {why}"))?;
        }
        ["revoke"] => sandbox.revoke_everything(),
        _ => {
            return Err(format!(
                "`{line}`: expected `fault SPEC`, `set NAME VALUE` or `revoke`"
            ));
        }
    }
    Ok(())
}

fn set_option(sandbox: &Sandbox, name: &str, value: &str) -> Result<(), String> {
    sandbox.state().options.set(name, value)
}

/// What a fault answers instead of carrying out the request. `None` if it lets the request through.
pub(super) fn reply_instead(kind: &Kind, sandbox: &Sandbox) -> Option<Reply> {
    let reply = match kind {
        Kind::DropBefore => Reply {
            delivery: Delivery::Dropped,
            ..html(502)
        },
        Kind::Status(status) => html(*status),
        Kind::Busy(until) => html(429).header("retry-after", until),
        Kind::Gateway(status) => json_reply(
            *status,
            &json!({"status": status, "error": "Service Unavailable", "path": "/token"}),
        ),
        Kind::Challenge(code) => resource::challenge(code),
        Kind::Error(code) => error(400, code, "a rehearsed error"),
        Kind::Description(text) => error(503, "temporarily_unavailable", text),
        Kind::ErrorIn200(code) => error(200, code, "a rehearsed error"),
        Kind::ErrorObject(code) => json_reply(
            400,
            &json!({"error": {"code": code, "message": "a rehearsed error"}}),
        ),
        Kind::Redirect => html(307).header("location", &format!("{}/elsewhere", sandbox.issuer())),
        _ => return None,
    };
    Some(reply)
}

fn html(status: u16) -> Reply {
    let page = format!("<html><h1>{status}</h1>a page</html>");
    Reply::new(status, "text/html", page)
}

fn json_reply(status: u16, body: &Value) -> Reply {
    Reply::new(status, "application/json", body.to_string())
}

/// An answer with what a fault does to it.
pub(super) fn damage_reply(kind: &Kind, mut reply: Reply, sandbox: &Sandbox) -> Reply {
    if let Some(delivery) = delivery(kind) {
        reply.delivery = delivery;
        return reply;
    }
    if let Some(body) = changed_body(kind, &reply.body, sandbox) {
        reply.body = body;
        return reply;
    }
    match kind {
        Kind::StatusAfter(status) => Reply::new(*status, "text/html", "<html>after all</html>"),
        Kind::Bomb => {
            reply.body = bomb();
            reply.header("content-encoding", "gzip")
        }
        Kind::Headers(count) => {
            for _ in 0..*count {
                reply = reply.header("x-flood", &"x".repeat(100));
            }
            reply
        }
        Kind::Date(offset) => {
            let seconds = sandbox.shared.clock.now().0 + offset;
            let since_1970 = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            reply.header("date", &httpdate::fmt_http_date(UNIX_EPOCH + since_1970))
        }
        Kind::Form => {
            let form = form_encode(&members(&reply.body));
            Reply::new(200, "application/x-www-form-urlencoded", form)
        }
        _ => reply,
    }
}

/// How a fault delivers the answer, if that is what it changes.
fn delivery(kind: &Kind) -> Option<Delivery> {
    match kind {
        Kind::DropAfter => Some(Delivery::Dropped),
        Kind::Reset => Some(Delivery::Reset),
        Kind::Truncate => Some(Delivery::Truncated),
        Kind::Drip(ms) => Some(Delivery::Dripping(Duration::from_millis(*ms))),
        Kind::Huge => Some(Delivery::Endless),
        _ => None,
    }
}

/// The body that a fault puts in place of `body`, if that is what it changes.
fn changed_body(kind: &Kind, body: &[u8], sandbox: &Sandbox) -> Option<Vec<u8>> {
    let mut members = members(body);
    match kind {
        Kind::NotJson => return Some(b"All is well.".to_vec()),
        Kind::OtherKey => return Some(Keys::generate().set().to_string().into_bytes()),
        Kind::With(more) => {
            members.extend(serde_json::from_str::<Map<String, Value>>(more).unwrap_or_default());
        }
        Kind::Claims(changes) => {
            let mut claims = claims(&members)?;
            claims.extend(serde_json::from_str::<Map<String, Value>>(changes).ok()?);
            claims.retain(|_, value| !value.is_null());
            let token = sandbox.shared.keys.sign(&Value::Object(claims));
            members.insert("id_token".to_owned(), json!(token));
        }
        Kind::BySecret => {
            let claims = Value::Object(claims(&members)?);
            let token = keys::sign_with_secret(&claims, MACHINE_SECRET);
            members.insert("id_token".to_owned(), json!(token));
        }
        Kind::Without(member) => drop(members.remove(member)),
        Kind::Issuer(issuer) => drop(members.insert("issuer".to_owned(), json!(issuer))),
        Kind::ExpiresIn(json) => {
            // Written as it is, for it need not be valid JSON.
            members.remove("expires_in");
            let rest = Value::Object(members).to_string();
            return Some(format!("{{\"expires_in\":{json},{}", &rest[1..]).into_bytes());
        }
        _ => return None,
    }
    Some(Value::Object(members).to_string().into_bytes())
}

/// The claims of the ID token that an answer has.
fn claims(members: &Map<String, Value>) -> Option<Map<String, Value>> {
    let token = members.get("id_token")?.as_str()?;
    let payload = from_base64url(token.split('.').nth(1)?)?;
    serde_json::from_slice(&payload).ok()
}

/// The members of a JSON object; none if `body` is something else.
fn members(body: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(body).unwrap_or_default()
}

fn form_encode(members: &Map<String, Value>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in members {
        match value.as_str() {
            Some(text) => form.append_pair(name, text),
            None => form.append_pair(name, &value.to_string()),
        };
    }
    form.finish()
}

/// Half a megabyte of gzip (RFC 1952) that expands a hundred and sixty times: one byte, and then
/// over and over "the last 258 bytes again", which takes thirteen bits (RFC 1951, section 3.2.6).
fn bomb() -> Vec<u8> {
    const COPY: &[bool] = &[
        true, true, false, false, false, true, false, true, // length code 285: 258 bytes
        false, false, false, false, false, // distance code 0: one byte back
    ];
    // The last block, with fixed codes, and the byte 0 (code 00110000).
    let begin = [
        true, true, false, false, false, true, true, false, false, false, false,
    ];
    let bits = begin
        .iter()
        .chain(COPY.iter().cycle().take(COPY.len() * 320_000));
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    for (at, bit) in bits.enumerate() {
        if at % 8 == 0 {
            bytes.push(0);
        }
        if let Some(last) = bytes.last_mut() {
            *last |= u8::from(*bit) << (at % 8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_bomb_is_small_and_starts_like_gzip() {
        let bomb = super::bomb();
        assert!(
            bomb.starts_with(&[0x1f, 0x8b, 8]) && bomb.len() < 1 << 20,
            "{}",
            bomb.len()
        );
    }
}
