//! bazel's credential helpers, which uv, Buck2 and others speak, too:
//! EngFlow/credential-helper-spec.

use serde_json::json;

use super::{
    Answer, Ask, Call, Hook, Input, Question, Reply, Row, TokenKind, malformed, understood,
};
use crate::profile::target::Target;

pub(super) const ROW: Row = Row {
    name: "bazel",
    help: "bazel, uv and others: --credential_helper (EngFlow's protocol)",
    usage: "get",
    input: Input::ToTheEndFor(&["get"]),
    flag: None,
    variables: &[],
    program: Some("bazel-credential-authctl"),
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Bazel,
};

struct Bazel;

impl Hook for Bazel {
    fn question(&self, call: &Call) -> Question {
        if call.word(0) != "get" {
            return malformed(format!("`{}` is not `get`", call.word(0).escape_debug()));
        }
        understood(call.json().and_then(|request| {
            let uri = request["uri"].as_str().ok_or("the request has no uri")?;
            let target = Target::parse(uri).ok_or("the uri has no host")?;
            Ok(Question::Token(Ask::about(target)))
        }))
    }

    fn reply(&self, _call: &Call, answer: &Answer<'_>) -> Reply {
        match answer {
            Answer::Token(token) => Reply::json(&json!({
                "headers": {"Authorization": [token.header().as_str()]},
                "expires": token.end().to_string(),
            })),
            Answer::NotMine => Reply::json(&json!({"headers": {}})),
            _ => Reply::fails(),
        }
    }
}
