//! The token of a request, and which answers mean that it was refused.

use ::http::header::WWW_AUTHENTICATE;
use ::http::{HeaderMap, HeaderValue, StatusCode};

use crate::error::{Error, ErrorKind};
use crate::secret::Fingerprint;
use crate::session::{Token, YOUNG};
use crate::time::Timestamp;

/// Whether an answer means that another token may be accepted (RFC 6750, section 3.1): the status
/// 401, or another one with the code of an error of the token.
pub(super) fn is_refusal(status: StatusCode, headers: &HeaderMap) -> bool {
    let challenges = headers.get_all(WWW_AUTHENTICATE);
    let names = |code: &str| {
        let mut texts = challenges.iter().filter_map(|value| value.to_str().ok());
        texts.any(|text| text.contains(code))
    };
    match status.as_u16() {
        401 => true,
        403 => names("insufficient_scope"),
        400 => names("invalid_token"),
        _ => false,
    }
}

/// The value of the header `Authorization` for a token, marked as a secret.
pub(super) fn authorization(token: &Token) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(&token.authorization())
        .map_err(|_| Error::new(ErrorKind::Failed, "the token is not valid in a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The fingerprint by which another token than this one is asked for; `None` for one that is too
/// young to be refused for its age.
pub(super) fn refused(token: &Token, now: Timestamp) -> Option<Fingerprint> {
    let age = now.seconds_since(token.facts().obtained_at);
    (age >= YOUNG).then(|| token.access_fingerprint())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_status_and_code() {
        for (status, challenge, expected) in [
            (401, "", true),
            (401, "Bearer", true),
            (403, "Bearer error=\"insufficient_scope\"", true),
            (403, "Bearer", false),
            (403, "", false),
            (400, "Bearer error=\"invalid_token\"", true),
            (400, "Bearer error=\"invalid_request\"", false),
            (404, "Bearer error=\"invalid_token\"", false),
            (200, "", false),
        ] {
            let mut headers = HeaderMap::new();
            if !challenge.is_empty() {
                headers.append(WWW_AUTHENTICATE, challenge.parse().expect("a value"));
            }
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(
                is_refusal(status, &headers),
                expected,
                "{status} {challenge}"
            );
        }
    }
}
