//! Terraform's and OpenTofu's credentials helpers: "Credentials Helpers" of their CLI
//! configuration.
//!
//! An exit code is swallowed, and stderr with it: who has to log in reads it only in the client's
//! log.

use serde_json::json;

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, TokenKind, malformed};
use crate::profile::target::Target;

pub(super) const ROW: Row = Row {
    name: "terraform",
    help: "terraform, tofu: credentials_helper",
    usage: "get|store|forget HOST",
    input: Input::ToTheEndFor(&["store"]),
    flag: None,
    variables: &[],
    program: Some("terraform-credentials-authctl"),
    token: TokenKind::Access,
    speaks: true,
    shows: false,
    hook: &Terraform,
};

struct Terraform;

impl Hook for Terraform {
    fn question(&self, call: &Call) -> Question {
        let Some(target) = Target::parse(call.word(1)) else {
            return malformed("which host?");
        };
        match call.word(0) {
            "get" => Question::Token(Ask::about(target)),
            // `terraform logout`. The session is other callers', too: `authctl logout` ends it.
            "forget" => Question::Known(Reply::silent()),
            "store" => malformed("no tokens of others are kept here: log in with `authctl login`"),
            verb => malformed(format!(
                "`{}` is none of get, store, forget",
                verb.escape_debug()
            )),
        }
    }

    fn reply(&self, _call: &Call, answer: &Answer<'_>) -> Reply {
        match answer {
            Answer::Token(token) => Reply::json(&json!({"token": token.secret.expose()})),
            Answer::NotMine => Reply::json(&json!({})),
            _ => Reply::fails(),
        }
    }
}
