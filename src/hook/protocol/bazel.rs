//! bazel's credential helpers: the README of EngFlow/credential-helper-spec. uv, Buck2 and other
//! programs run the same helpers.

use serde_json::json;

use super::{
    Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind, TokenRequest, malformed,
    question_or_malformed,
};
use crate::profile::target::Target;
use crate::text::repeatable;

pub(super) const ROW: Row = Row {
    name: "bazel",
    help: "bazel, uv and others: --credential_helper (EngFlow's protocol)",
    usage: "get",
    input: Input::ToTheEndFor(&["get"]),
    flag: None,
    variables: &[],
    program: Some("bazel-credential-authctl"),
    token: TokenKind::Access,
    own_options: false,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: true,
    hook: &Bazel,
};

struct Bazel;

impl Hook for Bazel {
    fn question(&self, request: &Request) -> Question {
        if request.word(0) != "get" {
            return malformed(format!(
                "`{}` is not `get`",
                repeatable(request.word(0)).escape_debug()
            ));
        }
        question_or_malformed(request.json().and_then(|request| {
            let uri = request["uri"].as_str().ok_or("the request has no uri")?;
            let target = Target::parse(uri).ok_or("the uri has no host")?;
            Ok(Question::Token(TokenRequest::about(target)))
        }))
    }

    fn reply(&self, _request: &Request, outcome: &Outcome<'_>) -> Reply {
        match outcome {
            Outcome::Token(token) => Reply::json(&json!({
                "headers": {"Authorization": [token.header().as_str()]},
                "expires": token.expiry().to_string(),
            })),
            Outcome::NotBound => Reply::json(&json!({"headers": {}})),
            _ => Reply::failure(),
        }
    }
}
