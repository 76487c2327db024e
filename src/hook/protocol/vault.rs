//! Vault's and OpenBao's token helpers: "Token helpers" of their documentation.

use super::{
    Answer, Ask, Call, Hook, Input, Question, Reply, Row, TokenKind, malformed, understood,
};
use crate::profile::target::Target;

pub(super) const ROW: Row = Row {
    name: "vault",
    help: "vault, bao: token_helper",
    usage: "get|store|erase",
    input: Input::ToTheEndFor(&["store"]),
    flag: None,
    variables: &["VAULT_ADDR", "BAO_ADDR"],
    program: Some("vault-token-authctl"),
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Vault,
};

struct Vault;

impl Hook for Vault {
    fn question(&self, call: &Call) -> Question {
        match call.word(0) {
            "get" => {
                let addresses = ROW.variables.iter().map(|name| call.address(name));
                understood(addresses.collect::<Result<Vec<_>, _>>().map(|addresses| {
                    // Without a word, its client means this one.
                    let address = addresses
                        .into_iter()
                        .flatten()
                        .next()
                        .or_else(|| Target::parse("https://127.0.0.1:8200"));
                    Question::Token(Ask {
                        target: address,
                        any: true,
                        ..Ask::default()
                    })
                }))
            }
            "erase" => Question::Known(Reply::silent()),
            "store" => malformed("no tokens of others are kept here: log in with `authctl login`"),
            verb => malformed(format!(
                "`{}` is none of get, store, erase",
                verb.escape_debug()
            )),
        }
    }

    fn reply(&self, _call: &Call, answer: &Answer<'_>) -> Reply {
        match answer {
            Answer::Token(token) => Reply::text(token.secret.expose()),
            Answer::NotMine => Reply::silent(),
            _ => Reply::fails(),
        }
    }
}
