//! Faults by name, written `KIND[=VALUE][*TIMES][@ENDPOINT]` in a flag, in a line of a script, or
//! in a request to the control endpoint: `drop_after` loses the answer to the next refresh,
//! `status=503*3@discovery` fails discovery three times.

use std::time::Duration;

/// What goes wrong. In most kinds the server carries out the request first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The connection closes before the request is carried out.
    DropBefore,
    /// The request is carried out, and the connection closes without an answer.
    DropAfter,
    /// The request is carried out, and the connection is reset without an answer.
    Reset,
    /// The request is carried out, and half of the answer arrives.
    Truncate,
    /// Instead of the request: this status with an HTML page.
    Status(u16),
    /// Instead of the request: the status 429, with this text as `Retry-After`.
    Busy(String),
    /// The request is carried out, and the answer is this status with an HTML page.
    StatusAfter(u16),
    /// Instead of the request: this status with JSON that is not OAuth's but a gateway's.
    Gateway(u16),
    /// Instead of the request: the challenge of an API with this code (RFC 6750, section 3.1).
    Challenge(String),
    /// Instead of the request: this OAuth error with status 400.
    Error(String),
    /// Instead of the request: the OAuth error `temporarily_unavailable` with this description.
    Description(String),
    /// Instead of the request: this OAuth error with status 200.
    ErrorIn200(String),
    /// Instead of the request: an error whose `error` is not a string but an object with this
    /// code.
    ErrorObject(String),
    /// The request is carried out, and the answer comes this many milliseconds later.
    Slow(u64),
    /// The request is carried out, and the answer comes byte by byte, with this many milliseconds
    /// between.
    Drip(u64),
    /// The request is carried out, and the answer is prose.
    NotJson,
    /// Instead of the request: a redirect to another address.
    Redirect,
    /// The request is carried out, and the answer never ends.
    Huge,
    /// The request is carried out, and the answer is compressed and expands to 80 megabytes.
    Bomb,
    /// The request is carried out, and the answer has this many headers more.
    Headers(u32),
    /// The request is carried out, and the `Date` of the answer is off by this many seconds.
    Date(i64),
    /// The request is carried out, and the answer lacks this member.
    Without(String),
    /// The request is carried out, and the members of this JSON object replace or extend those of
    /// the answer.
    With(String),
    /// The request is carried out, and the members of this JSON object replace or extend the claims
    /// of the ID token; those that are `null` are left out.
    Claims(String),
    /// The request is carried out, and `expires_in` in the answer is this text, JSON or not.
    ExpiresIn(String),
    /// The request is carried out, and the answer is form-encoded.
    Form,
    /// The request is carried out, and the ID token is signed by the secret of the confidential
    /// client (HS256).
    BySecret,
    /// The key set has another key than the one that ID tokens are signed with.
    OtherKey,
    /// The metadata names this issuer.
    Issuer(String),
}

/// What goes wrong, where, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: Kind,
    /// How many more times it happens.
    pub times: u32,
    /// Where it happens: `refresh`, `token` (at any grant), the name of a grant type, or an
    /// endpoint (`discovery`, `jwks`, `revoke`, `userinfo`, ...).
    pub at: String,
}

/// How a kind of fault is written.
pub struct Notation {
    /// The name of the kind.
    pub name: &'static str,
    /// What its value is, in capitals as help shows it; empty if it takes none.
    pub value: &'static str,
    /// What the fault does, in one line.
    pub help: &'static str,
    /// Reads the value.
    read: fn(&str) -> Option<Kind>,
}

const fn notation(
    name: &'static str,
    value: &'static str,
    read: fn(&str) -> Option<Kind>,
    help: &'static str,
) -> Notation {
    Notation {
        name,
        value,
        help,
        read,
    }
}

/// The longest pause that a fault makes, in milliseconds: ten minutes.
const LONGEST_PAUSE: u64 = 600_000;

/// How many headers a fault adds at most.
const MOST_HEADERS: u32 = 100_000;

/// How far a fault moves a date at most, in seconds: a century.
const FARTHEST_DATE: i64 = 3_155_760_000;

/// How often a fault happens at most.
const MOST_TIMES: u32 = 1_000_000;

/// A number up to `most`.
fn number<N: std::str::FromStr + PartialOrd>(text: &str, most: N) -> Option<N> {
    text.parse().ok().filter(|number| *number <= most)
}

/// A status of an answer that is whole (RFC 9110, section 15).
fn status(text: &str) -> Option<u16> {
    number(text, 599).filter(|status| *status >= 200)
}

fn date_offset(text: &str) -> Option<i64> {
    number(text, FARTHEST_DATE).filter(|seconds| *seconds >= -FARTHEST_DATE)
}

/// Every kind of fault. Help and manual are loops over it.
pub const KINDS: &[Notation] = &[
    notation(
        "drop_before",
        "",
        |_| Some(Kind::DropBefore),
        "close the connection before the request \
        is carried out",
    ),
    notation(
        "drop_after",
        "",
        |_| Some(Kind::DropAfter),
        "carry it out, then close the connection \
        without an answer",
    ),
    notation(
        "reset",
        "",
        |_| Some(Kind::Reset),
        "carry it out, then reset the connection",
    ),
    notation(
        "truncate",
        "",
        |_| Some(Kind::Truncate),
        "carry it out, then send half of the answer",
    ),
    notation(
        "status",
        "CODE",
        |v| status(v).map(Kind::Status),
        "answer with an HTML page of that \
        status",
    ),
    notation(
        "busy",
        "SECONDS|DATE",
        |v| Some(Kind::Busy(v.to_owned())),
        "answer with status 429, and that as Retry-After",
    ),
    notation(
        "status_after",
        "CODE",
        |v| status(v).map(Kind::StatusAfter),
        "carry it out, then \
        answer with an HTML page",
    ),
    notation(
        "gateway",
        "CODE",
        |v| status(v).map(Kind::Gateway),
        "answer with a gateway's JSON \
        and that status",
    ),
    notation(
        "challenge",
        "CODE",
        |v| Some(Kind::Challenge(v.to_owned())),
        "answer as an API that refuses a token: invalid_token, insufficient_scope, use_dpop_nonce",
    ),
    notation(
        "error",
        "NAME",
        |v| Some(Kind::Error(v.to_owned())),
        "answer with that OAuth error",
    ),
    notation(
        "error_in_200",
        "NAME",
        |v| Some(Kind::ErrorIn200(v.to_owned())),
        "answer with that OAuth \
        error and status 200",
    ),
    notation(
        "error_object",
        "NAME",
        |v| Some(Kind::ErrorObject(v.to_owned())),
        "answer with an error \
        that is an object with that code",
    ),
    notation(
        "description",
        "TEXT",
        |v| Some(Kind::Description(v.to_owned())),
        "answer \
        temporarily_unavailable with that description",
    ),
    notation(
        "slow",
        "MS",
        |v| number(v, LONGEST_PAUSE).map(Kind::Slow),
        "carry it out, then answer so many \
        milliseconds later",
    ),
    notation(
        "drip",
        "MS",
        |v| number(v, LONGEST_PAUSE).map(Kind::Drip),
        "carry it out, then answer byte by \
        byte, so many milliseconds apart",
    ),
    notation(
        "not_json",
        "",
        |_| Some(Kind::NotJson),
        "carry it out, then answer with prose",
    ),
    notation(
        "redirect",
        "",
        |_| Some(Kind::Redirect),
        "send the client elsewhere",
    ),
    notation(
        "huge",
        "",
        |_| Some(Kind::Huge),
        "carry it out, then never stop answering",
    ),
    notation(
        "bomb",
        "",
        |_| Some(Kind::Bomb),
        "carry it out, then send an answer that expands to 80 \
        MB",
    ),
    notation(
        "headers",
        "N",
        |v| number(v, MOST_HEADERS).map(Kind::Headers),
        "carry it out, then answer with so \
        many headers",
    ),
    notation(
        "date",
        "SECONDS",
        |v| date_offset(v).map(Kind::Date),
        "carry it out, with a Date that is \
        off by so much",
    ),
    notation(
        "without",
        "MEMBER",
        |v| Some(Kind::Without(v.to_owned())),
        "carry it out, then leave \
        that member out",
    ),
    notation(
        "with",
        "JSON",
        |v| Some(Kind::With(v.to_owned())),
        "carry it out, then put the members \
        of that object into the answer",
    ),
    notation(
        "claims",
        "JSON",
        |v| Some(Kind::Claims(v.to_owned())),
        "carry it out, then put the members \
        of that object into the ID token; null leaves a claim out",
    ),
    notation(
        "expires_in",
        "JSON",
        |v| Some(Kind::ExpiresIn(v.to_owned())),
        "carry it out, then give \
        that as expires_in",
    ),
    notation(
        "form",
        "",
        |_| Some(Kind::Form),
        "carry it out, then answer form-encoded",
    ),
    notation(
        "by_secret",
        "",
        |_| Some(Kind::BySecret),
        "carry it out, then sign the ID token with the confidential client's secret (HS256)",
    ),
    notation(
        "other_key",
        "",
        |_| Some(Kind::OtherKey),
        "show another key than the one that ID tokens \
        are signed with",
    ),
    notation(
        "issuer",
        "URL",
        |v| Some(Kind::Issuer(v.to_owned())),
        "name that issuer in the metadata",
    ),
];

impl std::str::FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // What follows an `@` in an address is not an endpoint.
        let (text, at) = match text.rsplit_once('@') {
            Some((text, at)) if !at.contains('/') => (text, at),
            _ => (text, "refresh"),
        };
        let (text, times) = split_times(text).unwrap_or((text, 1));
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let Some(known) = KINDS.iter().find(|known| known.name == name) else {
            let names: Vec<&str> = KINDS.iter().map(|known| known.name).collect();
            return Err(format!(
                "`{name}` is not a fault: expected one of {}",
                names.join(", ")
            ));
        };
        if known.value.is_empty() && !value.is_empty() {
            return Err(format!("`{name}` takes no value"));
        }
        if !known.value.is_empty() && value.is_empty() {
            return Err(format!("`{name}` takes {}", known.value));
        }
        let kind = (known.read)(value)
            .ok_or_else(|| format!("`{name}`: `{value}` cannot be {}", known.value))?;
        Ok(Fault {
            kind,
            times,
            at: at.to_owned(),
        })
    }
}

/// Splits `SPEC*TIMES`, if the last `*` has a number of times after it.
fn split_times(text: &str) -> Option<(&str, u32)> {
    let (rest, times) = text.rsplit_once('*')?;
    let times = number(times, MOST_TIMES).filter(|times| *times > 0)?;
    Some((rest, times))
}

impl Kind {
    /// How long the server holds the answer back.
    #[must_use]
    pub fn delay(&self) -> Duration {
        match self {
            Kind::Slow(ms) => Duration::from_millis(*ms),
            _ => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_as_they_are_written() {
        let read = |text: &str| text.parse::<Fault>();
        assert_eq!(
            read("drop_after"),
            Ok(Fault {
                kind: Kind::DropAfter,
                times: 1,
                at: "refresh".into()
            })
        );
        assert_eq!(
            read("status=503*3@discovery"),
            Ok(Fault {
                kind: Kind::Status(503),
                times: 3,
                at: "discovery".into()
            })
        );
        assert_eq!(
            read("expires_in=\"3600\"").map(|f| f.kind),
            Ok(Kind::ExpiresIn("\"3600\"".into()))
        );
        for wrong in [
            "explode",
            "status",
            "status=x",
            "drop_after=1",
            "drop_after*0",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
