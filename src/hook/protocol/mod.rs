//! The wire protocols of the programs that ask for credentials.
//!
//! There is one file for each protocol, all of the same shape: a [`Row`] that says what the
//! protocol is, and a [`Hook`] that reads a request and writes a reply. Both are pure: bytes in,
//! bytes out.
//!
//! The request is read once to learn what is asked ([`Hook::question`]), and some protocols read it
//! again to write the reply ([`Hook::reply`]). Handing the first reading over would need a type for
//! each protocol behind `dyn`, and the reply has to do without it anyway: a failure is told in the
//! protocol's words even where no request could be read.
//!
//! Deliberately absent: profiles, sessions, the network, the process. `hook::conversation` finds
//! the outcome of a question. Also absent: refresh tokens. Nothing that a hook is given can renew a
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
mod reply;
mod request;
mod sasl;
mod strict;
mod terraform;
mod vault;

pub use reply::{Coverage, Failure, FailureKind, Outcome, Reply, Token};
pub use request::{Options, Question, Request, TokenRequest};
use request::{malformed, question_or_malformed};

use crate::oauth::want::TokenKind;

/// Every protocol, sorted by name.
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

/// The longest request that is read, in bytes. No known client sends a longer one.
pub const REQUEST_LIMIT: usize = 1 << 20;

/// What the rest of authctl has to know about a protocol.
pub struct Row {
    /// The protocol's name, as in `authctl hook NAME`.
    pub name: &'static str,
    /// Which programs speak it and where they are told to, in one line for the help.
    pub help: &'static str,
    /// How a request is written on the command line, after authctl's own options. Empty if the
    /// protocol has no words.
    pub usage: &'static str,
    /// How much is read from stdin, and when.
    pub input: Input,
    /// An argument that callers always give and that only names the protocol.
    pub flag: Option<&'static str>,
    /// The environment variables by which callers say what they want.
    pub variables: &'static [&'static str],
    /// The name of the program that callers look for, where they do not run a configured command.
    pub program: Option<&'static str>,
    /// Which token callers expect, unless the user says otherwise.
    pub token: TokenKind,
    /// Whether callers put options of their own between the words. Elsewhere a word that begins
    /// with `-` is an option for authctl that comes too late.
    pub own_options: bool,
    /// The setting by which callers name the path of an address, where they leave it out otherwise.
    pub path_setting: Option<&'static str>,
    /// Whether stderr may be written. Some callers read it as part of the reply.
    pub writes_stderr: bool,
    /// Whether callers show stderr to their user. Where they do not, a failure is written to the
    /// terminal.
    pub shows_stderr: bool,
    /// The code that reads requests and writes replies.
    pub hook: &'static dyn Hook,
}

impl Row {
    /// A protocol without a request: its callers run a command and read an access token.
    const fn without_request(
        name: &'static str,
        help: &'static str,
        hook: &'static dyn Hook,
    ) -> Self {
        Self {
            name,
            help,
            usage: "",
            input: Input::Nothing,
            flag: None,
            variables: &[],
            program: None,
            token: TokenKind::Access,
            own_options: false,
            path_setting: None,
            writes_stderr: true,
            shows_stderr: true,
            hook,
        }
    }

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

/// How a caller writes its request on stdin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Not at all: stdin is not read.
    Nothing,
    /// Up to the end of stdin.
    ToTheEnd,
    /// Up to the end of stdin, for requests that begin with one of these verbs.
    ToTheEndFor(&'static [&'static str]),
    /// Up to the end of stdin, for requests that have a word on the command line.
    ToTheEndAfterAWord,
    /// Up to an empty line or the end of stdin, for requests that begin with one of these verbs.
    ToABlankLineFor(&'static [&'static str]),
    /// Several requests, each on a line of its own, until the caller closes stdin.
    Lines,
}

/// A wire protocol.
pub trait Hook: Sync {
    /// What authctl writes before it reads anything.
    fn greeting(&self) -> Option<Reply> {
        None
    }

    /// The command line arguments for authctl that the request itself carries.
    fn arguments(&self, _request: &Request) -> Vec<String> {
        vec![]
    }

    /// Reads what the caller asks.
    fn question(&self, request: &Request) -> Question;

    /// Writes the reply to a request, whose question had this outcome.
    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply;
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
