//! The wire protocols of those who ask for credentials. One file each, all of the same
//! shape: a [`Row`] that says what it is, a [`Hook`] that reads what was asked and writes what is
//! told. Both are pure: bytes in, bytes out.
//!
//! Deliberately absent: profiles, sessions, the network, the process. `command::hook` joins a
//! question with the broker. Also absent: refresh tokens. Nothing that a hook is given can renew a
//! session.

mod aws;
mod bazel;
mod cargo;
mod docker;
mod git;
mod go;
mod google;
mod keyring;
mod kubectl;
mod kubelet;
mod nuget;
mod plain;
mod sasl;
mod terraform;
mod vault;

use std::time::Duration;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::exchange::aws::{AwsCredentials, Role};
use crate::oauth::want::TokenKind;
use crate::profile::target::Target;
use crate::secret::{Fingerprint, Secret};
use crate::time::Timestamp;

/// Every protocol, by name.
pub const HOOKS: &[Row] = &[
    aws::ROW,
    bazel::ROW,
    cargo::ROW,
    docker::ROW,
    git::ROW,
    go::ROW,
    google::ROW,
    plain::HEADERS,
    keyring::ROW,
    kubectl::ROW,
    kubelet::ROW,
    nuget::ROW,
    sasl::OAUTHBEARER,
    plain::PNPM,
    terraform::ROW,
    plain::TOKEN,
    vault::ROW,
    sasl::XOAUTH2,
];

/// A request longer than this is nobody's that we know.
pub const REQUEST_LIMIT: usize = 1 << 20;

/// A row of the table.
pub struct Row {
    /// What `authctl hook` calls it.
    pub name: &'static str,
    /// Who calls it, in one line.
    pub help: &'static str,
    /// How a call is written, after the options: verbs and what follows them.
    pub usage: &'static str,
    /// How much is read from stdin, and when.
    pub input: Input,
    /// An argument that its callers always give, and that says only which protocol it is.
    pub flag: Option<&'static str>,
    /// The environment variables that its callers set.
    pub variables: &'static [&'static str],
    /// The name under which its callers look for a program of ours, where they do.
    pub program: Option<&'static str>,
    /// Which token its callers expect.
    pub token: TokenKind,
    /// Whether stderr may be written: some callers take it for the answer.
    pub speaks: bool,
    /// Whether its callers show their user what we say on stderr. Where they do not, it is said at
    /// the terminal.
    pub shows: bool,
    /// What reads and writes.
    pub hook: &'static dyn Hook,
}

impl Row {
    /// The protocol of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Row> {
        HOOKS.iter().find(|row| row.name == name)
    }

    /// The protocol whose callers look for a program of that name.
    #[must_use]
    pub fn of_program(name: &str) -> Option<&'static Row> {
        HOOKS.iter().find(|row| row.program == Some(name))
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// How a caller writes its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Not on stdin, which is not touched.
    Nothing,
    /// Up to the end of stdin.
    ToTheEnd,
    /// The same, for these verbs only.
    ToTheEndFor(&'static [&'static str]),
    /// Up to the end of stdin, if there is an argument.
    ToTheEndAfterAWord,
    /// Up to the end of stdin or an empty line, for these verbs only.
    ToABlankLineFor(&'static [&'static str]),
    /// A line each, until the caller closes stdin.
    Lines,
}

/// One request.
#[derive(Debug, Default)]
pub struct Call {
    /// The arguments that are not options of ours.
    pub words: Vec<String>,
    /// What came on stdin: all of it, or one line.
    pub input: Zeroizing<Vec<u8>>,
    /// What the caller has set of [`Row::variables`].
    pub variables: Vec<(&'static str, String)>,
    /// The options.
    pub given: Given,
    /// Whether a person reads stderr.
    pub watched: bool,
}

impl Call {
    /// The argument at this place; empty if there is none.
    #[must_use]
    pub fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// A variable that the caller has set.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        let value = self
            .variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    /// The address in a variable that the caller has set.
    fn address(&self, name: &str) -> Result<Option<Target>, String> {
        let Some(text) = self.variable(name) else {
            return Ok(None);
        };
        Target::parse(text)
            .map(Some)
            .ok_or_else(|| format!("{name} is no address"))
    }

    fn text(&self) -> Result<&str, &'static str> {
        std::str::from_utf8(&self.input).map_err(|_| "the request is not UTF-8")
    }

    fn json(&self) -> Result<Value, &'static str> {
        serde_json::from_slice(&self.input).map_err(|_| "the request is not JSON")
    }
}

/// Options that a protocol has no place for.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The mail server.
    pub server: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// Leave out `Bearer`.
    pub bare: bool,
    /// The role at the cloud.
    pub role: Option<String>,
    /// The name of its session.
    pub session: Option<String>,
    /// How often the caller asks when nothing was refused.
    pub asks_every: Option<Duration>,
}

/// What a caller asks.
#[derive(Debug)]
pub enum Question {
    /// A token.
    Token(Ask),
    /// A token for every address that is bound: the caller does not say which it needs.
    All,
    /// Which addresses there are, without a token.
    List,
    /// Nothing: it says that this token was refused. Never a logout.
    Refused(Ask, Fingerprint),
    /// Something that needs no token.
    Known(Reply),
    /// Nothing that we understand; why.
    Malformed(String),
}

/// What is known of the token that is asked for.
#[derive(Debug, Default)]
pub struct Ask {
    /// For where.
    pub target: Option<Target>,
    /// Whether the caller asks us about every address that it meets: then only one that is bound is
    /// ours.
    pub any: bool,
    /// Which token, if the caller says so.
    pub kind: Option<TokenKind>,
    /// The token that was refused.
    pub rejected: Option<Fingerprint>,
    /// Under which name to remember what this caller is given, where a refusal is told by asking
    /// again and by nothing else.
    pub remember: Option<String>,
    /// Whether to be asked again under that name, before the time that was told, means that the
    /// token was refused.
    pub repeated: bool,
    /// When this caller asks again by itself, if not at the token's end.
    pub asks_every: Option<Duration>,
    /// Whether the caller allows that a person is asked.
    pub interactive: bool,
    /// The role at the cloud that the token is exchanged for.
    pub role: Option<Role>,
    /// Where the caller looks for the answer before it calls again.
    pub output: Option<String>,
    /// Whether it looks only there, because stdout is the person's.
    pub only_output: bool,
}

impl Ask {
    /// By a caller who asks us about every address that it meets.
    fn about(target: Target) -> Self {
        Self {
            target: Some(target),
            any: true,
            ..Self::default()
        }
    }
}

/// What a caller is told.
#[derive(Debug)]
pub enum Answer<'a> {
    /// A token.
    Token(&'a Token<'a>),
    /// A token each for the addresses that begin so.
    All(&'a [(String, Token<'a>)]),
    /// The addresses that there are, with their user names.
    List(&'a [(String, String)]),
    /// What the token was exchanged for.
    Aws(&'a AwsCredentials),
    /// It is not for us to say: ask the next one.
    NotMine,
    /// It is for us, and there is no token.
    Failed(&'a Failure),
}

/// A token, as it is handed out.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// The token.
    pub secret: &'a Secret,
    /// What stands before it in a header: `Bearer`.
    pub scheme: &'a str,
    /// Until when to use it before asking again, where that is known.
    pub until: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
    /// The address that it is bound to, where only a part of a host is meant; if that can be
    /// written as one.
    pub bound: Option<Option<&'a str>>,
    /// The user name that goes with it, if somebody said which.
    pub named: Option<&'a str>,
    /// The one that goes with it otherwise.
    pub usual: &'a str,
    /// Who it belongs to, where that is known: a mail server wants to hear it.
    pub account: Option<&'a str>,
}

impl Token<'_> {
    fn username(&self) -> &str {
        self.named.unwrap_or(self.usual)
    }

    fn header(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{} {}", self.scheme, self.secret.expose()))
    }

    /// Its end, or a moment after which it does no harm to ask again.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.until.unwrap_or_else(|| self.now.after(UNKNOWN_LASTS))
    }
}

/// How long a token of which nobody knows the end is used before it is asked for again.
const UNKNOWN_LASTS: Duration = Duration::from_secs(300);

/// Why there is no token, in the words of the one who is to read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whether a person has to do something, or time has to pass.
    pub kind: FailureKind,
    /// What happened, to what.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
}

/// Kinds of [`Failure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// A person has to log in.
    LoginRequired,
    /// Ask again later.
    TryAgain,
    /// The request is not understood.
    Malformed,
    /// What we know is not enough to say whether the address is ours.
    Unknown,
    /// Anything else.
    Other,
}

impl Failure {
    /// All of it on one line, for callers that show only that.
    #[must_use]
    pub fn line(&self) -> String {
        let hints: String = self.hints.iter().map(|hint| format!("; {hint}")).collect();
        format!("authctl: {}{hints}", self.message)
    }
}

/// What goes back.
#[derive(Debug, Default)]
pub struct Reply {
    /// Every byte of stdout.
    pub stdout: Zeroizing<Vec<u8>>,
    /// The exit code.
    pub code: u8,
    /// Whether the failure is also told on stderr, because that is where this caller's user reads
    /// it.
    pub tell: bool,
    /// Whether the conversation is over.
    pub ends: bool,
    /// What is wrong although there is a token.
    pub complaint: Option<&'static str>,
}

impl Reply {
    /// Nothing, and all is well.
    #[must_use]
    pub fn silent() -> Self {
        Self::default()
    }

    fn text(text: &str) -> Self {
        Self {
            stdout: Zeroizing::new(text.as_bytes().to_vec()),
            ..Self::default()
        }
    }

    fn line(text: &str) -> Self {
        Self::text(&Zeroizing::new(format!("{text}\n")))
    }

    /// JSON on one line.
    fn json(value: &Value) -> Self {
        Self::line(&Zeroizing::new(value.to_string()))
    }

    /// Nothing on stdout; the words on stderr, the usual code.
    fn fails() -> Self {
        Self {
            code: 1,
            tell: true,
            ..Self::default()
        }
    }

    /// The same with something on stdout, too.
    fn failing(self) -> Self {
        Self {
            code: 1,
            tell: true,
            ..self
        }
    }

    fn quietly(self) -> Self {
        Self {
            tell: false,
            ..self
        }
    }
}

/// A wire protocol.
pub trait Hook: Sync {
    /// What is said before anything is read.
    fn greeting(&self) -> Option<Reply> {
        None
    }

    /// The options that a request itself carries.
    fn options(&self, _call: &Call) -> Vec<String> {
        vec![]
    }

    /// What the caller asks.
    fn question(&self, call: &Call) -> Question;

    /// What it is told.
    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply;
}

/// For questions: what cannot be understood is said, and nothing else happens.
fn understood(read: Result<Question, impl Into<String>>) -> Question {
    read.unwrap_or_else(|why| Question::Malformed(why.into()))
}

fn malformed(why: impl Into<String>) -> Question {
    Question::Malformed(why.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_name_is_there_once() {
        assert!(HOOKS.is_sorted_by(|a, b| a.name < b.name));
        let mut programs: Vec<_> = HOOKS.iter().filter_map(|row| row.program).collect();
        programs.sort_unstable();
        programs.dedup();
        assert_eq!(
            programs.len(),
            HOOKS.iter().filter(|row| row.program.is_some()).count()
        );
    }
}
