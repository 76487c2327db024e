//! What came of a request to a token endpoint: tokens ([`Granted`]), or a [`Refusal`] and what
//! follows from it ([`Disposition`]).
//!
//! The OAuth error code and the provider's data decide. The HTTP status alone never does: a
//! firewall answers 403 too, and two providers send a dead token as 403. The description never does
//! either: one server has five texts for one cause.

use std::time::Duration;

use super::Provider;
use crate::oauth::response::ErrorBody;
use crate::oauth::token::TokenResponse;
use crate::time::Timestamp;

/// The tokens of a successful request, with what is needed to make a credential of them.
#[derive(Debug)]
pub struct Granted {
    /// The server's answer.
    pub response: TokenResponse,
    /// When the request was sent. Lifetimes count from here.
    pub sent: Timestamp,
    /// The server's clock minus the clock of this machine, in seconds. `None` if the server did not
    /// tell the time.
    pub skew: Option<i64>,
}

/// Why a request brought no tokens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The server answered with an OAuth error (RFC 6749, section 5.2).
    #[error("the server refused: {error}")]
    Said {
        /// What follows from the error at this provider.
        disposition: Disposition,
        /// The error as the server wrote it.
        error: ErrorBody,
        /// The HTTP status that it came with; `None` where it came in a redirect. It decides
        /// nothing.
        status: Option<u16>,
        /// How long the answer asks to wait (`Retry-After`).
        retry_after: Option<Duration>,
    },
    /// The request did not leave this machine, for the reason in the text. Nothing was spent.
    #[error("{0}")]
    NotSent(String),
    /// There was no request: this machine, or the configuration, is not ready for one, for the
    /// reason in the text.
    #[error("{0}")]
    NotTried(String),
    /// The request was sent and no answer came, for the reason in the text. The server may have
    /// spent the refresh token.
    #[error("{0}")]
    Unanswered(String),
    /// The answer is not one of OAuth: it came from a proxy, or from a server that had failed. The
    /// server may have spent the refresh token.
    #[error("{what} (HTTP {status})")]
    NotOAuth {
        /// The HTTP status.
        status: u16,
        /// What is wrong with the answer, in words.
        what: &'static str,
        /// How long the answer asks to wait (`Retry-After`).
        retry_after: Option<Duration>,
    },
}

impl Refusal {
    /// What follows from the refusal.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        match self {
            Refusal::Said { disposition, .. } => *disposition,
            _ => Disposition::Transient,
        }
    }

    /// How long the server asks to be left alone, if it does.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Refusal::Said { retry_after, .. } | Refusal::NotOAuth { retry_after, .. } => {
                *retry_after
            }
            Refusal::NotSent(_) | Refusal::NotTried(_) | Refusal::Unanswered(_) => None,
        }
    }

    /// Whether the server may have spent the refresh token although no new one came.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Refusal::Unanswered(_) => true,
            // Not found, forbidden, too many requests, unavailable: a server says these before it
            // looks at a request. 500, 502 and 504 come from behind a proxy that has passed the
            // request on, and a 2xx may hold tokens that could not be read.
            Refusal::NotOAuth { status, .. } => matches!(status, 200..=299 | 500 | 502 | 504),
            // One server was seen to rotate the token, then to fail and to say so in a 500.
            Refusal::Said { error, .. } => {
                matches!(error.code.as_str(), "server_error" | "internal_error")
            }
            Refusal::NotSent(_) | Refusal::NotTried(_) => false,
        }
    }
}

/// What follows from a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// The session has ended. Only a new login helps.
    Terminal,
    /// The server wants the person to take part: a login helps, and the session may go on after it.
    Interaction,
    /// The client or the request is wrong, which says nothing about the session.
    Config,
    /// The server could not decide. The session is unchanged, and a later try may succeed.
    Transient,
    /// An error code that is not known. The session is kept, and no process asks again for a while.
    Unclear,
}

/// Error codes that have one meaning at every provider.
const CODES: &[(Disposition, &[&str])] = &[
    (
        Disposition::Terminal,
        &[
            "invalid_grant",
            "bad_refresh_token",
            "invalid_refresh_token",
            "refresh_token_reused",
            "token_inactive",
            "token_revoked",
            "token_expired",
            "expired_token",
        ],
    ),
    (
        Disposition::Interaction,
        &[
            "interaction_required",
            "login_required",
            "consent_required",
            "account_selection_required",
            "insufficient_user_authentication",
        ],
    ),
    (
        Disposition::Config,
        &[
            "invalid_client",
            "incorrect_client_credentials",
            "unauthorized_client",
            "unsupported_grant_type",
            "invalid_scope",
            "invalid_target",
            "redirect_uri_mismatch",
        ],
    ),
    (
        Disposition::Transient,
        &[
            "temporarily_unavailable",
            "server_error",
            "slow_down",
            "rate_limited",
            "ratelimited",
            "internal_error",
        ],
    ),
];

/// What `error` means at `provider`.
#[must_use]
pub fn classify(error: &ErrorBody, provider: &Provider) -> Disposition {
    let code = error.code.as_str();
    if provider.terminal_codes.contains(&code) {
        return Disposition::Terminal;
    }
    CODES
        .iter()
        .find(|(_, codes)| codes.contains(&code))
        .map_or(Disposition::Unclear, |(disposition, _)| *disposition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Preset;

    fn error(code: &str) -> ErrorBody {
        ErrorBody {
            code: code.to_owned(),
            description: None,
            interval: None,
        }
    }

    #[test]
    fn each_code_has_one_meaning() {
        let unknown = Provider::default();
        for (code, meaning) in [
            ("invalid_grant", Disposition::Terminal),
            ("interaction_required", Disposition::Interaction),
            ("invalid_client", Disposition::Config),
            ("temporarily_unavailable", Disposition::Transient),
            ("invalid_request", Disposition::Unclear),
            ("what_is_this", Disposition::Unclear),
        ] {
            assert_eq!(classify(&error(code), &unknown), meaning, "{code}");
        }
        let mut all: Vec<&str> = CODES
            .iter()
            .flat_map(|(_, codes)| codes.iter().copied())
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "a code stands in two rows");
    }

    #[test]
    fn dex_says_invalid_request_for_a_dead_token() {
        let dex = Preset::find("dex").expect("a preset").provider();
        assert_eq!(
            classify(&error("invalid_request"), &dex),
            Disposition::Terminal
        );
    }
}
