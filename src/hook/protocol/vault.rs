//! Vault's and OpenBao's token helpers: "Token helpers" of their documentation.

use super::{
    Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind, TokenRequest, malformed,
    question_or_malformed,
};
use crate::profile::target::Target;

pub(super) const ROW: Row = Row {
    name: "vault",
    help: "vault, bao: token_helper",
    usage: "get|store|erase",
    input: Input::ToTheEndFor(&["store"]),
    flag: None,
    variables: &[
        "VAULT_ADDR",
        "BAO_ADDR",
        "VAULT_AGENT_ADDR",
        "BAO_AGENT_ADDR",
        "VAULT_PROXY_ADDR",
        "BAO_PROXY_ADDR",
    ],
    program: Some("vault-token-authctl"),
    token: TokenKind::Access,
    own_options: false,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: true,
    hook: &Vault,
};

/// The server that the client asks where no variable names one.
const DEFAULT_ADDRESS: &str = "https://127.0.0.1:8200";

struct Vault;

/// The client sends the token to one of the addresses that it was given, and which one depends on
/// its version: so all of them have to be bound.
fn token_request(request: &Request) -> Result<TokenRequest, String> {
    let mut addresses = request.addresses_in_variables()?.into_iter();
    Ok(TokenRequest {
        target: addresses.next().or_else(|| Target::parse(DEFAULT_ADDRESS)),
        also: addresses.collect(),
        asks_about_all: true,
        ..TokenRequest::default()
    })
}

impl Hook for Vault {
    fn question(&self, request: &Request) -> Question {
        match request.word(0) {
            "get" => question_or_malformed(token_request(request).map(Question::Token)),
            "erase" => Question::Answered(Reply::silent()),
            "store" => {
                malformed("no tokens of other programs are kept here: log in with `authctl login`")
            }
            verb => malformed(format!(
                "`{}` is none of get, store, erase",
                verb.escape_debug()
            )),
        }
    }

    fn reply(&self, _request: &Request, outcome: &Outcome<'_>) -> Reply {
        match outcome {
            Outcome::Token(token) => Reply::text(token.secret.expose()),
            Outcome::NotBound => Reply::silent(),
            _ => Reply::failure(),
        }
    }
}
