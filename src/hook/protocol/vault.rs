//! Vault's and OpenBao's token helpers: "Token helpers" of their documentation.

use super::{
    Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind, TokenRequest, malformed,
    question_or_malformed,
};
use crate::profile::target::Target;
use crate::text::repeatable;

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
        "VAULT_HTTP_PROXY",
        "BAO_HTTP_PROXY",
        "VAULT_SKIP_VERIFY",
        "BAO_SKIP_VERIFY",
        "VAULT_TLS_SERVER_NAME",
        "BAO_TLS_SERVER_NAME",
        "VAULT_SRV_LOOKUP",
        "BAO_SRV_LOOKUP",
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

/// How the names of variables end that hold addresses.
const ADDRESSES: &[&str] = &["_ADDR", "_HTTP_PROXY"];

/// How the names of variables end that switch a check of the server off, or look it up elsewhere.
const SWITCHES: &[&str] = &["_SKIP_VERIFY", "_SRV_LOOKUP"];

struct Vault;

/// Whether the client reads a value as "no" (Go's `strconv.ParseBool`).
fn is_off(value: &str) -> bool {
    ["", "0", "f", "false"].contains(&value.to_ascii_lowercase().as_str())
}

/// The client sends the token to one of the addresses that it was given, and which one depends on
/// its version: so all of them have to be bound.
fn token_request(request: &Request) -> Result<TokenRequest, String> {
    for (name, value) in &request.variables {
        if SWITCHES.iter().any(|switch| name.ends_with(switch)) && !is_off(value) {
            return Err(format!(
                "{name} is set: which server gets the token is not certain"
            ));
        }
    }
    let mut addresses = request.addresses_in_variables(ADDRESSES)?.into_iter();
    let target = addresses.next().or_else(|| Target::parse(DEFAULT_ADDRESS));
    // It is a name for the same server, at the same port.
    let port = target.as_ref().and_then(|target| target.port);
    let names = request.addresses_in_variables(&["_TLS_SERVER_NAME"])?;
    let names = names.into_iter().map(|name| Target { port, ..name });
    Ok(TokenRequest {
        target,
        also: addresses.chain(names).collect(),
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
                repeatable(verb).escape_debug()
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
