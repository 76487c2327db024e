//! Terraform's and OpenTofu's credentials helpers: "Credentials Helpers" of their CLI
//! configuration.
//!
//! The client ignores the exit code and writes stderr only to its log. So a user who has to log in
//! does not see the message there.

use serde_json::json;

use super::{
    Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind, TokenRequest, malformed,
};
use crate::profile::target::Target;
use crate::text::repeatable;

pub(super) const ROW: Row = Row {
    name: "terraform",
    help: "terraform, tofu: credentials_helper",
    usage: "get|store|forget HOST",
    input: Input::ToTheEndFor(&["store"]),
    flag: None,
    variables: &[],
    program: Some("terraform-credentials-authctl"),
    token: TokenKind::Access,
    own_options: false,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: false,
    hook: &Terraform,
};

struct Terraform;

impl Hook for Terraform {
    fn question(&self, request: &Request) -> Question {
        let Some(target) = Target::parse(request.word(1)) else {
            return malformed("the request names no host");
        };
        match request.word(0) {
            "get" => Question::Token(TokenRequest::about(target)),
            // `terraform logout`. Other callers use the same session, so it goes on.
            "forget" => Question::Answered(Reply::silent()),
            "store" => {
                malformed("no tokens of other programs are kept here: log in with `authctl login`")
            }
            verb => malformed(format!(
                "`{}` is none of get, store, forget",
                repeatable(verb).escape_debug()
            )),
        }
    }

    fn reply(&self, _request: &Request, outcome: &Outcome<'_>) -> Reply {
        match outcome {
            Outcome::Token(token) => Reply::json(&json!({"token": token.secret.expose()})),
            Outcome::NotBound => Reply::json(&json!({})),
            _ => Reply::failure(),
        }
    }
}
