//! What was found for a question ([`Outcome`]), and what goes back to the caller ([`Reply`]).
//!
//! Deliberately absent: a way to hand out a refresh token. A [`Token`] is an access token or an ID
//! token.

use std::time::Duration;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::exchange::Exchanged;
use crate::secret::Secret;
use crate::time::Timestamp;

/// What was found for a question.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// A token.
    Token(&'a Token<'a>),
    /// Addresses, each with the token for everything that begins with it.
    AllTokens(&'a [(String, Token<'a>)]),
    /// The addresses that are bound, with their user names.
    Addresses(&'a [(String, String)]),
    /// What the token was exchanged for.
    Exchanged(&'a Exchanged),
    /// No profile is bound to the address. Another program may have a credential for it.
    NotBound,
    /// A profile is bound to the address, and there is no token.
    Failed(&'a Failure),
}

/// A token, as it is handed out.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// The access token or the ID token.
    pub secret: &'a Secret,
    /// The scheme before it in an `Authorization` header: `Bearer`.
    pub scheme: &'a str,
    /// The moment from which to ask again instead of using it, where that is known.
    pub until: Option<Timestamp>,
    /// The time at which it is handed out.
    pub now: Timestamp,
    /// How much of its host it is bound to.
    pub coverage: &'a Coverage,
    /// The user name that the user has chosen to go with it.
    pub chosen_username: Option<&'a str>,
    /// The user name that goes with it where none is chosen.
    pub default_username: &'a str,
    /// Whether the server takes no other name than the default one.
    pub fixes_username: bool,
    /// The account that it belongs to, where that is known. Mail servers want to be told.
    pub account: Option<&'a str>,
}

/// How much of its host a token is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// The whole host.
    Host,
    /// This address and everything below it.
    Path(String),
    /// A part of the host that a pattern with a wildcard names, so that it is not one address.
    Pattern,
}

impl Token<'_> {
    /// The user name that goes with the token.
    pub(super) fn username(&self) -> &str {
        self.chosen_username.unwrap_or(self.default_username)
    }

    /// The value of an `Authorization` header.
    pub(super) fn header(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{} {}", self.scheme, self.secret.expose()))
    }

    /// The moment from which to ask again. Where the token's end is not known, it is a moment at
    /// which it does no harm to ask.
    #[must_use]
    pub fn expiry(&self) -> Timestamp {
        self.until.unwrap_or_else(|| self.now.after(ASSUMED_LIFE))
    }
}

/// How long a token is used before it is asked for again, where its end is not known.
const ASSUMED_LIFE: Duration = Duration::from_secs(300);

/// Why there is no token, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What a protocol may tell its caller by a code.
    pub kind: FailureKind,
    /// What failed, and why.
    pub message: String,
    /// What the user can do about it.
    pub hints: Vec<String>,
}

/// What a protocol may tell its caller about a [`Failure`] by a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// A person has to log in.
    LoginRequired,
    /// The same request may succeed later.
    TryAgain,
    /// The request cannot be understood.
    Malformed,
    /// The configuration cannot be used, so that it is not known whether the address is bound.
    Unknown,
    /// Anything else.
    Other,
}

impl Failure {
    /// The message and the hints on one line, for callers that show only one.
    #[must_use]
    pub fn one_line(&self) -> String {
        let hints: String = self.hints.iter().map(|hint| format!("; {hint}")).collect();
        format!("authctl: {}{hints}", self.message)
    }
}

/// What goes back to the caller.
#[derive(Debug, Default)]
pub struct Reply {
    /// Every byte of stdout.
    pub stdout: Zeroizing<Vec<u8>>,
    /// The exit code.
    pub code: u8,
    /// Whether the failure is also written to stderr, because this caller's user reads it there.
    pub failure_on_stderr: bool,
    /// Whether the conversation is over.
    pub ends_conversation: bool,
    /// What keeps the protocol from using a token that there is; it is written to stderr.
    pub complaint: Option<&'static str>,
}

impl Reply {
    /// An empty reply with exit code 0.
    #[must_use]
    pub fn silent() -> Self {
        Self::default()
    }

    /// A reply of this text, as it is.
    pub(super) fn text(text: &str) -> Self {
        Self {
            stdout: Zeroizing::new(text.as_bytes().to_vec()),
            ..Self::default()
        }
    }

    /// A reply of this text and a line break.
    pub(super) fn line(text: &str) -> Self {
        Self::text(&Zeroizing::new(format!("{text}\n")))
    }

    /// A reply of this JSON on one line.
    pub(super) fn json(value: &Value) -> Self {
        Self::line(&Zeroizing::new(value.to_string()))
    }

    /// A reply with nothing on stdout, the failure on stderr and exit code 1.
    pub(super) fn failure() -> Self {
        Self::default().with_failure()
    }

    /// This reply with the failure on stderr and exit code 1.
    pub(super) fn with_failure(self) -> Self {
        Self {
            code: 1,
            failure_on_stderr: true,
            ..self
        }
    }

    /// This reply without the failure on stderr.
    pub(super) fn without_stderr(self) -> Self {
        Self {
            failure_on_stderr: false,
            ..self
        }
    }
}
