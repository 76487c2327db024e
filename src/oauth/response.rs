//! One decoder for all responses of token endpoints (RFC 6749, sections 5.1 and 5.2, and what
//! servers make of them).
//!
//! It reads what servers were seen to send: form-encoded bodies (GitHub), an error in a response
//! with status 200 (GitHub, Slack), `ok: false` (Slack), `error` as an object (OpenAI), numbers as
//! strings (Entra v1, Salesforce), a refresh token of `""`. The body alone decides: what a status
//! code means is the caller's question.
//!
//! Deliberately absent: the body itself in any error. One server was seen to put a new refresh
//! token into the text of a response with status 500.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::jwt::IdToken;
use super::scope;
use super::token::{RefreshToken, TokenResponse};
use crate::secret::Secret;
use crate::text::printable;

/// How many characters of an error's code are read.
const CODE_LIMIT: usize = 64;

/// How many characters of an error's description are read.
const DESCRIPTION_LIMIT: usize = 400;

/// From how many characters on a word may be a token.
const LOOKS_SECRET: usize = 24;

/// The longest time that a server may name: a century, in seconds.
const CENTURY: f64 = 3_155_760_000.0;

/// The members by which servers tell how long a refresh token lives. They are in no specification.
const REFRESH_LIVES: [&str; 3] = [
    "refresh_token_expires_in",
    "refresh_expires_in",
    "refresh_token_timeout",
];

/// What a response of a token endpoint holds.
#[derive(Debug)]
pub enum Decoded {
    /// Tokens (RFC 6749, section 5.1).
    Granted(Box<TokenResponse>),
    /// An OAuth error (RFC 6749, section 5.2).
    Refused(ErrorBody),
    /// Neither: HTML of a proxy, an empty body, half a response. What it is, in a few words.
    Unreadable(&'static str),
}

/// An OAuth error (RFC 6749, section 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorBody {
    /// `error`, or what a provider puts in its place. It alone decides what happens next.
    pub code: String,
    /// `error_description`, cleaned for a terminal. It is for people to read and decides nothing.
    pub description: Option<String>,
    /// `interval`, which some servers send with `slow_down` (RFC 8628, section 3.5).
    pub interval: Option<Duration>,
}

impl ErrorBody {
    /// Whether `code` has the form in which every specification and every provider writes codes. A
    /// gateway writes prose.
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

/// Reads the body of a token endpoint's response. `pointer` is a JSON pointer (RFC 6901) to the
/// object that holds the tokens: `""` where the server keeps to RFC 6749.
#[must_use]
pub fn decode(body: &[u8], pointer: &str) -> Decoded {
    let Some(fields) = read_fields(body) else {
        return Decoded::Unreadable(if body.is_empty() {
            "an empty answer"
        } else {
            "an answer that is not OAuth's"
        });
    };
    if let Some(error) = read_error(&fields) {
        return Decoded::Refused(error);
    }
    let whole = Value::Object(fields);
    let Some(fields) = whole.pointer(pointer).and_then(Value::as_object) else {
        return Decoded::Unreadable("an answer without tokens");
    };
    read_tokens(fields)
}

/// Reads the OAuth error in a JSON or form-encoded body, if it holds one.
#[must_use]
pub fn decode_error(body: &[u8]) -> Option<ErrorBody> {
    read_error(&read_fields(body)?)
}

/// The members of a JSON object, or the parameters of a form.
fn read_fields(body: &[u8]) -> Option<Map<String, Value>> {
    if let Ok(Value::Object(fields)) = serde_json::from_slice(body) {
        return Some(fields);
    }
    // A form has no brackets, braces or spaces outside of escapes. HTML and prose have.
    let text = std::str::from_utf8(body).ok()?.trim();
    if !text.contains('=') || text.contains(['<', '{', '[', ' ', '\n']) {
        return None;
    }
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        fields.insert(name.into_owned(), Value::String(value.into_owned()));
    }
    Some(fields)
}

/// A member that is text and not empty.
pub(super) fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let text = fields.get(name)?.as_str()?;
    (!text.is_empty()).then_some(text)
}

/// A member that is text and not empty, or a number as text.
pub(super) fn word(fields: &Map<String, Value>, name: &str) -> Option<String> {
    match fields.get(name)? {
        Value::Number(number) => Some(number.to_string()),
        _ => text(fields, name).map(str::to_owned),
    }
}

fn read_error(fields: &Map<String, Value>) -> Option<ErrorBody> {
    let (code, own_description) = match fields.get("error") {
        Some(Value::String(code)) if !code.is_empty() => (code.clone(), None),
        Some(Value::Number(code)) => (code.to_string(), None),
        Some(Value::Array(codes)) => {
            let code = codes.iter().find_map(Value::as_str).unwrap_or("error");
            (code.to_owned(), None)
        }
        Some(Value::Object(error)) => {
            let code = word(error, "code").or_else(|| word(error, "type"));
            let code = code.unwrap_or_else(|| "error".to_owned());
            (code, text(error, "message"))
        }
        Some(Value::Bool(true)) => ("error".to_owned(), None),
        _ if fields.get("ok") == Some(&Value::Bool(false)) => ("error".to_owned(), None),
        _ => return None,
    };
    let description = own_description
        .or_else(|| text(fields, "error_description"))
        .or_else(|| text(fields, "message"));
    Some(ErrorBody {
        code: redact(&code, CODE_LIMIT),
        description: description.map(|text| redact(text, DESCRIPTION_LIMIT)),
        interval: fields.get("interval").and_then(seconds),
    })
}

fn read_tokens(fields: &Map<String, Value>) -> Decoded {
    let Some(access_token) = text(fields, "access_token") else {
        return Decoded::Unreadable("an answer without an access token");
    };
    let refresh_token = text(fields, "refresh_token");
    let id_token = text(fields, "id_token");
    let tokens = [Some(access_token), refresh_token, id_token];
    let tokens = tokens.into_iter().flatten();
    if !tokens.clone().all(is_token) {
        return Decoded::Unreadable("a token with characters that no token may have");
    }
    // What is shown to people, and kept where it can be read, repeats no token.
    let shows_token = |text: &str| {
        let mut long = tokens.clone().filter(|token| token.len() >= LOOKS_SECRET);
        long.any(|token| text.contains(token))
    };
    let token_type = text(fields, "token_type");
    let token_type = token_type.filter(|kind| is_token_type(kind) && !shows_token(kind));
    let mut scope = granted_scope(fields, "scope").or_else(|| granted_scope(fields, "scopes"));
    if let Some(words) = &mut scope {
        words.retain(|word| !shows_token(word));
    }
    Decoded::Granted(Box::new(TokenResponse {
        access_token: Secret::new(access_token.to_owned()),
        token_type: token_type.map_or_else(|| "Bearer".to_owned(), |kind| printable(kind, 32)),
        expires_in: fields.get("expires_in").and_then(seconds),
        refresh_token: refresh_token.map(|text| RefreshToken::new(Secret::new(text.to_owned()))),
        scope,
        id_token: id_token.map(|text| IdToken(Secret::new(text.to_owned()))),
        refresh_expires_in: REFRESH_LIVES
            .iter()
            .find_map(|name| fields.get(*name).and_then(seconds)),
        session_expires_in: fields.get("authorization_expires_in").and_then(seconds),
    }))
}

/// The scopes that a member names, as text or as a list of texts; `None` when it is absent, `null`
/// or an empty text, which means those that were asked for. What cannot be read grants nothing.
fn granted_scope(fields: &Map<String, Value>, name: &str) -> Option<Vec<String>> {
    match fields.get(name)? {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(scope::parse(text)),
        Value::Array(list) => {
            let words = list.iter().filter_map(Value::as_str);
            Some(words.flat_map(scope::parse).collect())
        }
        _ => Some(vec![]),
    }
}

/// Whether `text` consists of VSCHAR without the space (RFC 6749, appendix A.12 and A.17). A token
/// with a line break in it would write a header of its own.
fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
}

/// Whether `text` can stand before a token in a header (RFC 9110, section 11.1).
fn is_token_type(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte))
}

/// A number of seconds, written as a number or as a string. Zero, negative numbers, infinity and
/// more than a century cannot be meant and count as unknown.
pub(super) fn seconds(value: &Value) -> Option<Duration> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (1.0..=CENTURY)
        .contains(&number)
        .then(|| Duration::from_secs_f64(number.trunc()))
}

/// Text of a server, made fit for a terminal by [`printable`], without any word that looks like a
/// token: servers repeat tokens in their errors. `limit` is in characters.
#[must_use]
pub fn redact(text: &str, limit: usize) -> String {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        words.push(if looks_secret(word) {
            "[removed]"
        } else {
            word
        });
    }
    printable(&words.join(" "), limit)
}

/// Whether a word holds a run of [`LOOKS_SECRET`] characters or more that a token may have, with a
/// digit or a capital letter in the word. Prose has no such words.
fn looks_secret(word: &str) -> bool {
    let mut runs = word.split(|character| !is_token68(character));
    runs.any(|run| run.len() >= LOOKS_SECRET)
        && word.contains(|character: char| {
            character.is_ascii_digit() || character.is_ascii_uppercase()
        })
}

/// Whether a character may stand in a bearer token (RFC 6750, section 2.1).
fn is_token68(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~+/=".contains(character)
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

    /// `status` shows scopes, and a record keeps them where they can be read.
    #[test]
    fn a_token_that_is_repeated_as_a_scope_is_kept_secret() {
        let token = "at-0123456789abcdefghijklmn";
        let body = format!(
            r#"{{"access_token":"at","refresh_token":"{token}","token_type":"x{token}",
                 "scope":"attic x{token} {token}"}}"#
        );
        let response = granted(&body);
        assert_eq!(response.scope, Some(vec!["attic".to_owned()]));
        assert_eq!(response.token_type, "Bearer");
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
    fn slack_keeps_the_users_token_in_a_member_of_its_own() {
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
    fn what_is_not_oauth_is_unreadable_and_is_not_repeated() {
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
    fn a_token_with_a_line_break_is_refused() {
        assert!(matches!(
            decode(br#"{"access_token":"a\r\nX-Evil: 1"}"#, ""),
            Decoded::Unreadable(_)
        ));
    }

    #[test]
    fn descriptions_lose_escapes_and_echoed_tokens() {
        let error = refused(concat!(
            r#"{"error":"server_error","#,
            r#""error_description":"\u001b[31mtoken rt_8Jf7sK2mPq0Zx91LtVbN4cYw clashed"}"#,
        ));
        assert_eq!(
            error.description.as_deref(),
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
