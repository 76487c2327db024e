//! Faults by name: `KIND[=VALUE][*TIMES][@ENDPOINT]`, as a flag, a line of a script, or a request
//! to the control endpoint. `drop_after` loses the answer to the next refresh;
//! `status=503*3@discovery` fails discovery thrice.

use std::time::Duration;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The connection closes before the request is looked at.
    DropBefore,
    /// The request is done, the connection closes without an answer.
    DropAfter,
    /// The request is done, the connection is torn down without an answer.
    Reset,
    /// The request is done, half of the answer arrives.
    Truncate,
    /// A status with an HTML page, before the request is looked at.
    Status(u16),
    /// The request is done, the answer is a status with an HTML page.
    StatusAfter(u16),
    /// A status with JSON that is a gateway's and not OAuth's, before the request is looked at.
    Gateway(u16),
    /// An OAuth error with status 400, before the request is looked at.
    Error(String),
    /// The OAuth error `temporarily_unavailable` with that description, before the request is
    /// looked at.
    Description(String),
    /// An OAuth error with status 200.
    ErrorIn200(String),
    /// The same as an object with a code.
    ErrorObject(String),
    /// The request is done, the answer comes so many milliseconds later.
    Slow(u64),
    /// The request is done, the answer comes byte by byte with so many milliseconds between.
    Drip(u64),
    /// The request is done, the answer is prose.
    NotJson,
    /// The answer sends the client elsewhere.
    Redirect,
    /// The request is done, and no end of the answer is in sight.
    Huge,
    /// The request is done, the answer is compressed and would be a thousand times as large.
    Bomb,
    /// The request is done, the answer has so many headers.
    Headers(u32),
    /// The request is done, the server's clock is off by so many seconds.
    Date(i64),
    /// The request is done, one member of the answer is left out.
    Without(String),
    /// The request is done, these members of a JSON object take their place in the answer.
    With(String),
    /// The request is done, `expires_in` is this piece of JSON.
    ExpiresIn(String),
    /// The request is done, the answer is form-encoded.
    Form,
    /// The key set shows another key than the one that signs.
    OtherKey,
    /// Discovery names another issuer.
    Issuer(String),
}

/// Something that goes wrong a number of times at an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub kind: Kind,
    /// How often still.
    pub times: u32,
    /// Where: `refresh` and `token`, or the path's last word (`discovery`, `jwks`, `revoke`,
    /// `userinfo`, ...).
    pub at: String,
}

type Reader = fn(&str) -> Option<Kind>;

/// Every kind: its name, what its value is, how it is read, what it does. Help and manual are loops
/// over it.
pub const KINDS: &[(&str, &str, Reader, &str)] = &[
    (
        "drop_before",
        "",
        |_| Some(Kind::DropBefore),
        "close the connection before the request is looked at",
    ),
    (
        "drop_after",
        "",
        |_| Some(Kind::DropAfter),
        "do it, then close the connection without an answer",
    ),
    (
        "reset",
        "",
        |_| Some(Kind::Reset),
        "do it, then tear the connection down",
    ),
    (
        "truncate",
        "",
        |_| Some(Kind::Truncate),
        "do it, then send half of the answer",
    ),
    (
        "status",
        "CODE",
        |v| v.parse().ok().map(Kind::Status),
        "answer with an HTML page of that status",
    ),
    (
        "status_after",
        "CODE",
        |v| v.parse().ok().map(Kind::StatusAfter),
        "do it, then answer with an HTML page",
    ),
    (
        "gateway",
        "CODE",
        |v| v.parse().ok().map(Kind::Gateway),
        "answer with a gateway's JSON and that status",
    ),
    (
        "error",
        "NAME",
        |v| Some(Kind::Error(v.to_owned())),
        "answer with that OAuth error",
    ),
    (
        "error_in_200",
        "NAME",
        |v| Some(Kind::ErrorIn200(v.to_owned())),
        "the same with status 200",
    ),
    (
        "error_object",
        "NAME",
        |v| Some(Kind::ErrorObject(v.to_owned())),
        "the same as an object with a code",
    ),
    (
        "description",
        "TEXT",
        |v| Some(Kind::Description(v.to_owned())),
        "answer temporarily_unavailable with that description",
    ),
    (
        "slow",
        "MS",
        |v| v.parse().ok().map(Kind::Slow),
        "do it, then answer so much later",
    ),
    (
        "drip",
        "MS",
        |v| v.parse().ok().map(Kind::Drip),
        "do it, then answer byte by byte",
    ),
    (
        "not_json",
        "",
        |_| Some(Kind::NotJson),
        "do it, then answer with prose",
    ),
    (
        "redirect",
        "",
        |_| Some(Kind::Redirect),
        "send the client elsewhere",
    ),
    (
        "huge",
        "",
        |_| Some(Kind::Huge),
        "do it, then never stop answering",
    ),
    (
        "bomb",
        "",
        |_| Some(Kind::Bomb),
        "do it, then send an answer that expands a thousandfold",
    ),
    (
        "headers",
        "N",
        |v| v.parse().ok().map(Kind::Headers),
        "do it, then answer with so many headers",
    ),
    (
        "date",
        "SECONDS",
        |v| v.parse().ok().map(Kind::Date),
        "do it with a clock that is off by so much",
    ),
    (
        "without",
        "MEMBER",
        |v| Some(Kind::Without(v.to_owned())),
        "do it, then leave that member out",
    ),
    (
        "with",
        "JSON",
        |v| Some(Kind::With(v.to_owned())),
        "do it, then put those members into the answer",
    ),
    (
        "expires_in",
        "JSON",
        |v| Some(Kind::ExpiresIn(v.to_owned())),
        "do it, then give that as expires_in",
    ),
    (
        "form",
        "",
        |_| Some(Kind::Form),
        "do it, then answer form-encoded",
    ),
    (
        "other_key",
        "",
        |_| Some(Kind::OtherKey),
        "show another key than the one that signs",
    ),
    (
        "issuer",
        "URL",
        |v| Some(Kind::Issuer(v.to_owned())),
        "name that issuer in the metadata",
    ),
];

impl std::str::FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (text, at) = text
            .rsplit_once('@')
            .filter(|(_, at)| !at.contains('/'))
            .unwrap_or((text, "refresh"));
        let counted = text
            .rsplit_once('*')
            .and_then(|(rest, n)| Some((rest, n.parse().ok()?)));
        let (text, times) = counted.unwrap_or((text, 1));
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let known = KINDS
            .iter()
            .find(|(known, ..)| *known == name)
            .ok_or_else(|| {
                let names: Vec<&str> = KINDS.iter().map(|(name, ..)| *name).collect();
                format!("`{name}` is no fault: expected one of {}", names.join(", "))
            })?;
        let (_, wants, read, _) = known;
        if wants.is_empty() != value.is_empty() {
            return Err(format!(
                "`{name}` takes {}",
                if wants.is_empty() { "no value" } else { wants }
            ));
        }
        let kind = read(value).ok_or_else(|| format!("`{value}` is no {wants}"))?;
        Ok(Fault {
            kind,
            times,
            at: at.to_owned(),
        })
    }
}

impl Kind {
    /// How long the answer is held back.
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
        for wrong in ["explode", "status", "status=x", "drop_after=1"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
