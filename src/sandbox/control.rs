//! What a rehearsal asks for: changes while the server runs, and the faults as they happen.

use std::time::Duration;

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::fault::{Fault, Kind};
use super::keys::Keys;
use super::wire::{error, ok};
use super::{Grace, Options, Sandbox};
use crate::loopback::{Delivery, Reply};
use crate::time;

/// One instruction a line: `fault SPEC`, `set NAME VALUE`, `revoke`.
pub(super) fn control(sandbox: &Sandbox, script: &str) -> Reply {
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let done = match words.as_slice() {
            ["fault", spec] => spec.parse::<Fault>().map(|fault| sandbox.fault(fault)),
            ["set", name, value] => set(sandbox, name, value),
            ["revoke"] => {
                sandbox.revoke_everything();
                Ok(())
            }
            _ => Err(format!(
                "`{line}`: expected `fault SPEC`, `set NAME VALUE` or `revoke`"
            )),
        };
        if let Err(why) = done {
            return error(400, "invalid_request", &why);
        }
    }
    ok(&json!({}))
}

fn set(sandbox: &Sandbox, name: &str, value: &str) -> Result<(), String> {
    let length = || time::parse_duration(value);
    let yes = || {
        value
            .parse::<bool>()
            .map_err(|_| format!("`{value}` is not true or false"))
    };
    let change: Box<dyn FnOnce(&mut Options)> = match name {
        "access_ttl" => {
            length().map(|v| Box::new(move |o: &mut Options| o.access_ttl = v) as Box<_>)?
        }
        "grace_interval" => {
            length().map(|v| Box::new(move |o: &mut Options| o.grace_interval = v) as Box<_>)?
        }
        "latency" => length().map(|v| Box::new(move |o: &mut Options| o.latency = v) as Box<_>)?,
        "rotate" => yes().map(|v| Box::new(move |o: &mut Options| o.rotate = v) as Box<_>)?,
        "access_dies_on_refresh" => yes()
            .map(|v| Box::new(move |o: &mut Options| o.access_dies_on_refresh = v) as Box<_>)?,
        "grace" => {
            let grace = Grace::ALL
                .iter()
                .find(|(known, _)| *known == value)
                .map(|(_, grace)| *grace);
            let grace = grace.ok_or_else(|| format!("`{value}` is no grace"))?;
            Box::new(move |o| o.grace = grace)
        }
        _ => return Err(format!("`{name}` cannot be set")),
    };
    sandbox.set(change);
    Ok(())
}

/// What a fault does instead of the request.
pub(super) fn before(kind: &Kind, sandbox: &Sandbox) -> Option<Reply> {
    let html = |status: u16| {
        Reply::new(
            status,
            "text/html",
            format!("<html><h1>{status}</h1>a page</html>"),
        )
    };
    Some(match kind {
        Kind::DropBefore => Reply {
            delivery: Delivery::Dropped,
            ..html(502)
        },
        Kind::Status(status) => html(*status),
        Kind::Gateway(status) => {
            let body = json!({"status": status, "error": "Service Unavailable", "path": "/token"});
            Reply::new(*status, "application/json", body.to_string())
        }
        Kind::Error(code) => error(400, code, "a rehearsed error"),
        Kind::Description(text) => error(503, "temporarily_unavailable", text),
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
pub(super) fn after(kind: &Kind, mut reply: Reply, sandbox: &Sandbox) -> Reply {
    let fields = || serde_json::from_slice::<Map<String, Value>>(&reply.body).unwrap_or_default();
    match kind {
        Kind::DropAfter => reply.delivery = Delivery::Dropped,
        Kind::Reset => reply.delivery = Delivery::Reset,
        Kind::Truncate => reply.delivery = Delivery::Truncated,
        Kind::Drip(ms) => reply.delivery = Delivery::Dripping(Duration::from_millis(*ms)),
        Kind::Huge => reply.delivery = Delivery::Endless,
        Kind::StatusAfter(status) => {
            return Reply::new(*status, "text/html", "<html>after all</html>");
        }
        Kind::NotJson => reply.body = b"All is well.".to_vec(),
        Kind::Bomb => {
            reply.body = bomb();
            return reply.header("content-encoding", "gzip");
        }
        Kind::Headers(count) => {
            return (0..*count).fold(reply, |reply, _| reply.header("x-flood", &"x".repeat(100)));
        }
        Kind::With(members) => {
            let mut fields = fields();
            fields.extend(serde_json::from_str::<Map<String, Value>>(members).unwrap_or_default());
            reply.body = Value::Object(fields).to_string().into_bytes();
        }
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
                form.append_pair(
                    &name,
                    value.as_str().map_or(&value.to_string(), |text| text),
                );
            }
            return Reply::new(200, "application/x-www-form-urlencoded", form.finish());
        }
        Kind::OtherKey => reply.body = Keys::generate().set().to_string().into_bytes(),
        Kind::Issuer(issuer) => {
            let mut fields = fields();
            fields.insert("issuer".to_owned(), json!(issuer));
            reply.body = Value::Object(fields).to_string().into_bytes();
        }
        _ => {}
    }
    reply
}

/// Half a megabyte of gzip (RFC 1952) that expands a thousandfold: one byte, and then over and over
/// "the last 258 bytes again", which takes thirteen bits (RFC 1951, section 3.2.6).
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
