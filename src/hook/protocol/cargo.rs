//! cargo's credential providers: the cargo book, "Credential Provider Protocol", version 1.
//!
//! cargo waits for a greeting before it sends a request, and does not report a refused token. It
//! runs the provider with `--cargo-plugin` alone; the arguments from its configuration come in each
//! request.

use serde_json::{Value, json};

use super::{
    FailureKind, Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind, TokenRequest,
    malformed,
};
use crate::profile::target::Target;

pub(super) const ROW: Row = Row {
    name: "cargo",
    help: "cargo: registry.global-credential-providers",
    usage: "",
    input: Input::Lines,
    flag: Some("--cargo-plugin"),
    variables: &[],
    program: Some("cargo-credential-authctl"),
    token: TokenKind::Access,
    own_options: false,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: true,
    hook: &Cargo,
};

struct Cargo;

impl Hook for Cargo {
    fn greeting(&self) -> Option<Reply> {
        Some(Reply::json(&json!({"v": [1]})))
    }

    /// The arguments from cargo's configuration, without the words `hook cargo` at their beginning.
    fn arguments(&self, request: &Request) -> Vec<String> {
        let request = request.json().unwrap_or_default();
        let words = request["args"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        let words: Vec<String> = words.map(str::to_owned).collect();
        match words.as_slice() {
            [hook, name, rest @ ..] if hook == "hook" && name == ROW.name => rest.to_vec(),
            _ => words,
        }
    }

    fn question(&self, request: &Request) -> Question {
        let Ok(request) = request.json() else {
            return malformed("the request is not JSON");
        };
        if request["v"] != 1 {
            return malformed("the request is of another version than 1");
        }
        match request["kind"].as_str() {
            Some("get") => {}
            Some(_) => {
                return Question::Answered(refuse(
                    "operation-not-supported",
                    "authctl keeps its own sessions",
                ));
            }
            None => return malformed("the request has no kind"),
        }
        match request["registry"]["index-url"]
            .as_str()
            .and_then(Target::parse)
        {
            Some(target) => Question::Token(TokenRequest::about(target)),
            None => malformed("the request names no registry"),
        }
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply {
        match outcome {
            Outcome::Token(token) => {
                let header = token.header();
                let text = if request.options.bare {
                    token.secret.expose()
                } else {
                    header.as_str()
                };
                Reply::json(&json!({"Ok": {
                    "kind": "get",
                    "token": text,
                    "cache": "expires",
                    "expiration": token.expiry().0,
                    // cargo then uses this token for all operations of one command.
                    "operation_independent": true,
                }}))
            }
            Outcome::Failed(failure) if failure.kind == FailureKind::Malformed => {
                refuse("other", &failure.message)
            }
            Outcome::Failed(failure) => refuse("other", &failure.one_line()),
            _ => refuse(
                "url-not-supported",
                "no profile of authctl is bound to this registry",
            ),
        }
    }
}

/// An error reply of this kind, which is one of the protocol's own.
fn refuse(kind: &str, message: &str) -> Reply {
    Reply::json(&json!({"Err": {"kind": kind, "message": message, "caused-by": []}}))
}
