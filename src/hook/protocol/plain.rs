//! Those who want no more than the token: bare, as a line of a header, or as an object of headers.

use serde_json::json;

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, TokenKind, malformed};

/// A token on a line: `apiKeyHelper`, Codex' `auth.command`, rclone, `cargo:token-from-stdout`, and
/// scripts.
pub(super) const TOKEN: Row = Row {
    name: "token",
    help: "whoever runs a command and reads a token: Codex, Claude Code's apiKeyHelper, rclone, \
        frp",
    usage: "",
    input: Input::Nothing,
    flag: None,
    variables: &["CARGO_REGISTRY_INDEX_URL"],
    program: None,
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Plain(Form::Token),
};

/// An object of headers: the `headersHelper` of MCP clients, which say which server it is for.
pub(super) const HEADERS: Row = Row {
    name: "headers",
    help: "whoever reads headers as JSON: headersHelper of MCP clients",
    usage: "",
    input: Input::Nothing,
    flag: None,
    variables: &["CLAUDE_CODE_MCP_SERVER_URL"],
    program: None,
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Plain(Form::Headers),
};

/// A header's value on a line. pnpm takes a path and no arguments.
pub(super) const PNPM: Row = Row {
    name: "pnpm",
    help: "pnpm: tokenHelper",
    usage: "",
    input: Input::Nothing,
    flag: None,
    variables: &[],
    program: Some("pnpm-token-authctl"),
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Plain(Form::Value),
};

enum Form {
    Token,
    Headers,
    Value,
}

struct Plain(Form);

impl Hook for Plain {
    fn question(&self, call: &Call) -> Question {
        let target = match call.variables.iter().try_fold(None, |found, (name, _)| {
            Ok::<_, String>(found.or(call.address(name)?))
        }) {
            Ok(target) => target,
            Err(why) => return malformed(why),
        };
        let asks_every = call.given.asks_every;
        let remember = asks_every.map(|_| String::new());
        Question::Token(Ask {
            target,
            remember,
            repeated: true,
            asks_every,
            ..Ask::default()
        })
    }

    fn reply(&self, _call: &Call, answer: &Answer<'_>) -> Reply {
        let Answer::Token(token) = answer else {
            return Reply::fails();
        };
        match self.0 {
            Form::Token => Reply::line(token.secret.expose()),
            Form::Headers => Reply::json(&json!({"Authorization": token.header().as_str()})),
            Form::Value => Reply::line(&token.header()),
        }
    }
}
