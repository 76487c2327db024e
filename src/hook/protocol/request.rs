//! What a caller sends ([`Request`]), and what a protocol reads out of it ([`Question`]).
//!
//! Deliberately absent: the decision whether a question is answered. A protocol does not know which
//! addresses are bound.

use std::time::Duration;

use serde_json::Value;
use zeroize::Zeroizing;

use super::reply::Reply;
use super::strict;
use crate::exchange::Exchange;
use crate::profile::target::Target;
use crate::secret::Fingerprint;

/// One request, as the caller makes it.
#[derive(Debug, Default)]
pub struct Request {
    /// The arguments that follow authctl's own options.
    pub words: Vec<String>,
    /// What came on stdin: all of it, or one line where each line is a request.
    pub input: Zeroizing<Vec<u8>>,
    /// The variables of the protocol's row that the caller has set, with their values.
    pub variables: Vec<(&'static str, String)>,
    /// authctl's own options.
    pub options: Options,
    /// Whether a person reads stderr.
    pub watched: bool,
}

impl Request {
    /// The argument at this place; empty if there is none.
    #[must_use]
    pub fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// The value of a variable that the caller has set; `None` if it is empty.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        let (_, value) = self.variables.iter().find(|(known, _)| *known == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// The addresses in the variables that the caller has set, and whose names end so.
    ///
    /// # Errors
    /// When the value of one of the variables is not a valid address.
    pub(super) fn addresses_in_variables(&self, endings: &[&str]) -> Result<Vec<Target>, String> {
        let mut all = Vec::new();
        for (name, value) in &self.variables {
            if value.is_empty() || !endings.iter().any(|ending| name.ends_with(ending)) {
                continue;
            }
            let target = Target::parse(value);
            let target = target.ok_or_else(|| format!("{name} is not a valid address"))?;
            all.push(target);
        }
        Ok(all)
    }

    /// The input as text.
    pub(super) fn text(&self) -> Result<&str, &'static str> {
        std::str::from_utf8(&self.input).map_err(|_| "the request is not UTF-8")
    }

    /// The input as JSON.
    pub(super) fn json(&self) -> Result<Value, &'static str> {
        strict::parse(&self.input).ok_or("the request is not JSON, or has a member twice")
    }
}

/// What the user says on the command line because the protocol has no place for it. Each protocol
/// uses some of them.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The host name of the server that the token is for.
    pub server: Option<String>,
    /// That server's port.
    pub port: Option<u16>,
    /// Whether to leave out the scheme (`Bearer`) before the token.
    pub bare: bool,
    /// The role that the token is exchanged for, as the exchanging service names it.
    pub exchange_role: Option<String>,
    /// What the exchanging service's logs call the session with that role.
    pub exchange_session: Option<String>,
    /// How often the caller asks when no token was refused.
    pub asks_every: Option<Duration>,
}

/// What a caller asks.
#[derive(Debug)]
pub enum Question {
    /// It asks for a token.
    Token(TokenRequest),
    /// It asks for a token for every address that is bound, and does not say which it needs.
    AllTokens,
    /// It asks which addresses are bound, and for no token.
    Addresses,
    /// It asks nothing, but says that this token was refused. This never ends a session.
    Refused(TokenRequest, Fingerprint),
    /// It asks something that the protocol answers without a token.
    Answered(Reply),
    /// The request cannot be understood, for this reason.
    Malformed(String),
}

/// What is known of the token that a caller asks for.
#[derive(Debug, Default)]
pub struct TokenRequest {
    /// The address that the token is for, where the caller says so.
    pub target: Option<Target>,
    /// Other addresses that see the token or vouch for the server. Each has to be bound to the
    /// profile that is bound to the target.
    pub also: Vec<Target>,
    /// Whether the caller asks about every address that it meets. Then an address that is not bound
    /// is not a failure, and another program may know it.
    pub asks_about_all: bool,
    /// The token that the caller says was refused.
    pub rejected: Option<Fingerprint>,
    /// The name under which to remember which token this caller got. Set for callers that ask again
    /// after a refusal and do not say so in any other way.
    pub remember_as: Option<String>,
    /// Whether a second request under that name, before the time that the caller was told, means
    /// that the token was refused.
    pub repeat_means_refused: bool,
    /// How often this caller asks by itself, if not only at the token's end.
    pub asks_every: Option<Duration>,
    /// Whether the caller allows that a person is asked to log in.
    pub interactive: bool,
    /// What the token is exchanged for; `None` if the caller gets the token itself.
    pub exchange: Option<Exchange>,
    /// The file in which the caller looks for a reply before it calls again.
    pub output_file: Option<String>,
    /// Whether the caller looks only in that file, because stdout is shown to a person.
    pub only_output_file: bool,
}

impl TokenRequest {
    /// The request of a caller that asks about every address that it meets.
    pub(super) fn about(target: Target) -> Self {
        Self {
            target: Some(target),
            asks_about_all: true,
            ..Self::default()
        }
    }
}

/// The question that was read, or why there is none.
pub(super) fn question_or_malformed(read: Result<Question, impl Into<String>>) -> Question {
    read.unwrap_or_else(|why| Question::Malformed(why.into()))
}

/// A request that cannot be understood.
pub(super) fn malformed(why: impl Into<String>) -> Question {
    Question::Malformed(why.into())
}
