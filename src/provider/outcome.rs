//! What came of a request to a token endpoint: tokens, or a refusal and what it means. The list of
//! meanings is closed; the error code and the provider's data decide.
//!
//! Never by the HTTP status alone (a firewall sends 403, two providers send a dead token as 403),
//! never by the description (one server has five texts for one cause).

use std::time::Duration;

use super::Provider;
use crate::oauth::response::ErrorBody;
use crate::oauth::token::TokenResponse;
use crate::time::Timestamp;

/// Tokens, with what has to be known to make a credential of them.
#[derive(Debug)]
pub struct Granted {
    /// The answer.
    pub response: TokenResponse,
    /// When the request was sent: lifetimes count from here.
    pub sent: Timestamp,
    /// The server's clock minus ours, in seconds, where it told the time.
    pub skew: Option<i64>,
}

/// Why no tokens came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The server said no, in OAuth's words.
    #[error("the server refused: {error}")]
    #[expect(missing_docs, reason = "the names say it")]
    Said {
        disposition: Disposition,
        error: ErrorBody,
    },
    /// The request did not leave this machine. Nothing was spent.
    #[error("{0}")]
    NotSent(String),
    /// The request left and no answer came. Something may have been spent.
    #[error("{0}")]
    Unanswered(String),
    /// Something answered that is no authorization server, or was not well. Something may have been
    /// spent.
    #[error("{what} (HTTP {status})")]
    #[expect(missing_docs, reason = "the names say it")]
    NotOAuth {
        status: u16,
        what: &'static str,
        retry_after: Option<Duration>,
    },
}

impl Refusal {
    /// What follows from it.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        match self {
            Refusal::Said { disposition, .. } => *disposition,
            _ => Disposition::Transient,
        }
    }

    /// Whether the server may have spent what we sent although we have nothing to show for it.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Refusal::Unanswered(_) => true,
            // Not found, forbidden, too many, unavailable: said before anything is looked at. The
            // others come from behind, or are an answer of which we cannot read the tokens.
            Refusal::NotOAuth { status, .. } => matches!(status, 200..=299 | 500 | 502 | 504),
            // One server was seen to rotate, to fail then, and to say so with a 500.
            Refusal::Said { error, .. } => {
                matches!(error.code.as_str(), "server_error" | "internal_error")
            }
            Refusal::NotSent(_) => false,
        }
    }
}

/// What follows from a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// The session has ended. Only a login helps.
    Terminal,
    /// The server wants to see the person: a login helps, and the session may live on after it.
    Interaction,
    /// The client or the request is wrong: nothing about the session.
    Config,
    /// The server could not say. Ask again later; nothing has changed.
    Transient,
    /// A refusal in words that we do not know. The session is kept; it is not asked for again for a
    /// while.
    Unclear,
}

/// Codes that mean the same at every provider.
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
