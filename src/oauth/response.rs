//! One decoder for whatever a token endpoint answers (RFC 6749, sections 5.1 and 5.2, and what
//! servers make of it).
//!
//! Seen in the wild, and read here: form-encoded bodies (GitHub), an error inside a 200 (GitHub,
//! Slack), `ok: false` (Slack), `error` as an object (OpenAI), numbers as strings (Entra v1,
//! Salesforce), a refresh token of `""`. What a status code means is not decided here: the body
//! alone says what the server said.
//!
//! Deliberately absent: the body itself in any error. One server was seen to put a fresh refresh
//! token into the text of a 500.

use crate::text::printable;
use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::jwt::IdToken;
use super::scope;
use super::token::{RefreshToken, TokenResponse};
use crate::secret::Secret;

/// What a token endpoint's answer turned out to be.
#[derive(Debug)]
pub enum Decoded {
    /// Tokens.
    Granted(Box<TokenResponse>),
    /// A refusal in OAuth's words.
    Refused(ErrorBody),
    /// Neither: HTML from a proxy, an empty body, half an answer. Why, in a few words.
    Unreadable(&'static str),
}

/// A refusal in OAuth's words (RFC 6749, section 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorBody {
    /// `error`, or what a provider puts in its place. It alone decides what happens next.
    pub code: String,
    /// `error_description`, cleaned for a terminal. For people only.
    pub description: Option<String>,
    /// `interval`, which some servers send with `slow_down` (RFC 8628, section 3.5).
    pub interval: Option<Duration>,
}

impl ErrorBody {
    /// Whether it looks like a code, as every specification and every provider writes them, and not
    /// like prose.
    #[must_use]
    pub fn is_a_code(&self) -> bool {
        self.code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    }
}

impl fmt::Display for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        match &self.description {
            Some(description) => write!(f, " ({description})"),
            None => Ok(()),
        }
    }
}

/// Reads the body of a token endpoint's answer. `pointer` is where the tokens are inside a JSON
/// answer, as a JSON pointer: `""` by the RFC, `/authed_user` at Slack.
#[must_use]
pub fn decode(body: &[u8], pointer: &str) -> Decoded {
    let Some(fields) = fields(body) else {
        return Decoded::Unreadable(if body.is_empty() {
            "an empty answer"
        } else {
            "an answer that is not OAuth's"
        });
    };
    if let Some(error) = refusal(&fields) {
        return Decoded::Refused(error);
    }
    let whole = Value::Object(fields);
    let Some(fields) = whole.pointer(pointer).and_then(Value::as_object) else {
        return Decoded::Unreadable("an answer without tokens");
    };
    tokens(fields)
}

/// Reads the refusal in a JSON or form-encoded body, if it holds one.
#[must_use]
pub fn decode_error(body: &[u8]) -> Option<ErrorBody> {
    refusal(&fields(body)?)
}

fn fields(body: &[u8]) -> Option<Map<String, Value>> {
    if let Ok(Value::Object(fields)) = serde_json::from_slice(body) {
        return Some(fields);
    }
    // A form has no brackets, braces or spaces outside of escapes. HTML and prose have.
    let text = std::str::from_utf8(body).ok()?.trim();
    let is_form = text.contains('=') && !text.contains(['<', '{', '[', ' ', '\n']);
    is_form.then(|| {
        let pairs = form_urlencoded::parse(text.as_bytes());
        pairs
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect()
    })
}

fn refusal(fields: &Map<String, Value>) -> Option<ErrorBody> {
    let said = |name: &str| {
        fields
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let (code, mut description) = match fields.get("error") {
        Some(Value::String(code)) if !code.is_empty() => (code.as_str(), said("error_description")),
        Some(Value::Object(error)) => {
            let inner = |name: &str| {
                error
                    .get(name)
                    .and_then(Value::as_str)
                    .filter(|text| !text.is_empty())
            };
            (
                inner("code").or_else(|| inner("type")).unwrap_or("error"),
                inner("message"),
            )
        }
        _ if fields.get("ok") == Some(&Value::Bool(false)) => ("error", None),
        _ => return None,
    };
    description = description
        .or_else(|| said("error_description"))
        .or_else(|| said("message"));
    Some(ErrorBody {
        code: redacted(code, 64),
        description: description.map(|text| redacted(text, 400)),
        interval: fields.get("interval").and_then(seconds),
    })
}

fn tokens(fields: &Map<String, Value>) -> Decoded {
    let text = |name: &str| {
        fields
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let Some(access_token) = text("access_token") else {
        return Decoded::Unreadable("an answer without an access token");
    };
    let secrets = [Some(access_token), text("refresh_token"), text("id_token")];
    if !secrets.iter().flatten().all(|secret| is_token(secret)) {
        return Decoded::Unreadable("a token with characters that no token may have");
    }
    let secret = |text: &str| Secret::new(text.to_owned());
    Decoded::Granted(Box::new(TokenResponse {
        access_token: secret(access_token),
        token_type: text("token_type")
            .map_or_else(|| "Bearer".to_owned(), |kind| printable(kind, 32)),
        expires_in: fields.get("expires_in").and_then(seconds),
        refresh_token: text("refresh_token").map(|text| RefreshToken::new(secret(text))),
        scope: text("scope").or_else(|| text("scopes")).map(scope::parse),
        id_token: text("id_token").map(|text| IdToken(secret(text))),
        refresh_expires_in: ["refresh_token_expires_in", "refresh_expires_in"]
            .iter()
            .find_map(|name| fields.get(*name).and_then(seconds)),
    }))
}

/// VSCHAR of RFC 6749, appendix A.12 and A.17, without the space. A token with a line break in it
/// would write a header of its own.
fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
}

/// A number of seconds, as a number or as a string. Zero, negative, infinite and longer than a
/// century are nobody's true word: unknown.
pub(super) fn seconds(value: &Value) -> Option<Duration> {
    const CENTURY: f64 = 3_155_760_000.0;
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (1.0..=CENTURY)
        .contains(&number)
        .then(|| Duration::from_secs_f64(number.trunc()))
}

/// A server's own words: [`printable`], without anything that looks like a token. Servers echo
/// tokens.
#[must_use]
pub fn redacted(text: &str, limit: usize) -> String {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|w| if looks_secret(w) { "[removed]" } else { w })
        .collect();
    printable(&words.join(" "), limit)
}

/// A run of 24 characters or more that a token may have and prose does not: servers echo tokens in
/// their errors.
fn looks_secret(word: &str) -> bool {
    let token68 = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    let longest = word.split(|c| !token68(c)).map(str::len).max().unwrap_or(0);
    longest >= 24 && word.contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn granted(body: &str) -> TokenResponse {
        match decode(body.as_bytes(), "") {
            Decoded::Granted(response) => *response,
            other => panic!("{other:?}"),
        }
    }

    fn refused(body: &str) -> ErrorBody {
        match decode(body.as_bytes(), "") {
            Decoded::Refused(error) => error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn json_and_form_are_read_alike() {
        for body in [
            concat!(
                r#"{"access_token":"at","token_type":"bearer","expires_in":"3600","#,
                r#""scope":"a b","refresh_token":""}"#,
            ),
            "access_token=at&token_type=bearer&expires_in=3600&scope=a%2Cb&refresh_token=",
        ] {
            let response = granted(body);
            assert_eq!(response.access_token.expose(), "at");
            assert_eq!(response.expires_in, Some(Duration::from_secs(3600)));
            assert_eq!(response.scope, Some(vec!["a".to_owned(), "b".to_owned()]));
            assert!(response.refresh_token.is_none());
        }
    }

    #[test]
    fn a_refusal_is_found_in_every_shape_it_was_seen_in() {
        for (body, code) in [
            (
                r#"{"error":"invalid_grant","error_description":"gone"}"#,
                "invalid_grant",
            ),
            (
                r#"{"error":{"code":"refresh_token_reused","message":"used"}}"#,
                "refresh_token_reused",
            ),
            (
                r#"{"ok":false,"error":"invalid_refresh_token"}"#,
                "invalid_refresh_token",
            ),
            (r#"{"ok":false}"#, "error"),
            (
                "error=bad_refresh_token&error_description=The+refresh+token",
                "bad_refresh_token",
            ),
        ] {
            assert_eq!(refused(body).code, code, "{body}");
        }
    }

    #[test]
    fn slack_keeps_the_users_token_in_a_room_of_its_own() {
        let body = br#"{"ok":true,"authed_user":{"access_token":"xoxp-1","token_type":"user"}}"#;
        assert!(matches!(decode(body, "/authed_user"), Decoded::Granted(_)));
        assert!(matches!(decode(body, ""), Decoded::Unreadable(_)));
    }

    #[test]
    fn absurd_lifetimes_are_unknown() {
        for life in [
            "-1", "0", "1e308", "null", "\"soon\"", "\"\"", "{}", "1e400", "\"NaN\"", "\"inf\"",
        ] {
            let body = format!(r#"{{"access_token":"at","expires_in":{life}}}"#);
            if let Decoded::Granted(response) = decode(body.as_bytes(), "") {
                assert_eq!(response.expires_in, None, "{life}");
            }
        }
    }

    #[test]
    fn what_is_not_oauth_is_unreadable_and_stays_unsaid() {
        for body in [
            "",
            "<html>403</html>",
            "try later",
            "[]",
            "{\"access_token\":1}",
            "a=b",
        ] {
            assert!(
                matches!(decode(body.as_bytes(), ""), Decoded::Unreadable(_)),
                "{body}"
            );
        }
    }

    #[test]
    fn a_token_with_a_line_break_is_no_token() {
        assert!(matches!(
            decode(br#"{"access_token":"a\r\nX-Evil: 1"}"#, ""),
            Decoded::Unreadable(_)
        ));
    }

    #[test]
    fn descriptions_lose_escapes_and_echoed_tokens() {
        let said = refused(concat!(
            r#"{"error":"server_error","#,
            r#""error_description":"\u001b[31mtoken rt_8Jf7sK2mPq0Zx91LtVbN4cYw clashed"}"#,
        ));
        assert_eq!(
            said.description.as_deref(),
            Some("[31mtoken [removed] clashed")
        );
    }

    proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..400),
            pointer in "(/[a-z]{0,3}){0,3}") {
            let _ = decode(&body, &pointer);
        }
    }
}
