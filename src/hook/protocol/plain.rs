//! Programs that want no more than the token: bare, as the value of a header, or as an object of
//! headers.

use serde_json::json;

use super::{Hook, Outcome, Question, Reply, Request, Row, TokenRequest, malformed};

/// A token on a line, for `apiKeyHelper`, Codex' `auth.command`, rclone, `cargo:token-from-stdout`
/// and scripts.
pub(super) const TOKEN: Row = Row {
    variables: &["CARGO_REGISTRY_INDEX_URL"],
    ..Row::without_request(
        "token",
        "programs that run a command and read a token: Codex, Claude Code's apiKeyHelper, rclone, \
         frp",
        &Plain(Form::Token),
    )
};

/// An object of headers, for the `headersHelper` of MCP clients. They say which server it is for.
pub(super) const HEADERS: Row = Row {
    variables: &["CLAUDE_CODE_MCP_SERVER_URL"],
    ..Row::without_request(
        "headers",
        "programs that read headers as JSON: headersHelper of MCP clients",
        &Plain(Form::Headers),
    )
};

/// The value of a header on a line. pnpm takes the path of a program, and no arguments.
pub(super) const PNPM: Row = Row {
    program: Some("pnpm-token-authctl"),
    ..Row::without_request("pnpm", "pnpm: tokenHelper", &Plain(Form::HeaderValue))
};

/// How the token is written.
enum Form {
    Token,
    Headers,
    HeaderValue,
}

struct Plain(Form);

impl Hook for Plain {
    fn question(&self, request: &Request) -> Question {
        let mut addresses = match request.addresses_in_variables(&[""]) {
            Ok(addresses) => addresses.into_iter(),
            Err(why) => return malformed(why),
        };
        let asks_every = request.options.asks_every;
        Question::Token(TokenRequest {
            target: addresses.next(),
            also: addresses.collect(),
            // A second request is a sign of a refusal only if the usual time between two is known.
            remember_as: asks_every.map(|_| String::new()),
            repeat_means_refused: true,
            asks_every,
            ..TokenRequest::default()
        })
    }

    fn reply(&self, _request: &Request, outcome: &Outcome<'_>) -> Reply {
        let Outcome::Token(token) = outcome else {
            return Reply::failure();
        };
        match self.0 {
            Form::Token => Reply::line(token.secret.expose()),
            Form::Headers => Reply::json(&json!({"Authorization": token.header().as_str()})),
            Form::HeaderValue => Reply::line(&token.header()),
        }
    }
}
