//! cargo's credential providers: the cargo book, "Credential Provider Protocol", version 1.
//!
//! cargo waits for our hello before it speaks, and says nothing of a token that was refused. It
//! starts us with `--cargo-plugin` alone; the words of its configuration come in each request.

use serde_json::{Value, json};

use super::{Answer, Ask, Call, FailureKind, Hook, Input, Question, Reply, Row, TokenKind};
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
    speaks: true,
    shows: true,
    hook: &Cargo,
};

struct Cargo;

impl Hook for Cargo {
    fn greeting(&self) -> Option<Reply> {
        Some(Reply::json(&json!({"v": [1]})))
    }

    /// The words of cargo's configuration, without those that only say which protocol it is.
    fn options(&self, call: &Call) -> Vec<String> {
        let request = call.json().unwrap_or_default();
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

    fn question(&self, call: &Call) -> Question {
        let Ok(request) = call.json() else {
            return Question::Malformed("the request is not JSON".to_owned());
        };
        if request["v"] != 1 {
            return Question::Malformed("the request is of another version than 1".to_owned());
        }
        match request["kind"].as_str() {
            Some("get") => {}
            Some(_) => {
                return Question::Known(refuse(
                    "operation-not-supported",
                    "authctl keeps its own sessions",
                ));
            }
            None => return Question::Malformed("the request has no kind".to_owned()),
        }
        match request["registry"]["index-url"]
            .as_str()
            .and_then(Target::parse)
        {
            Some(target) => Question::Token(Ask::about(target)),
            None => Question::Malformed("the request names no registry".to_owned()),
        }
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        match answer {
            Answer::Token(token) => {
                let header = token.header();
                let text = if call.given.bare {
                    token.secret.expose()
                } else {
                    header.as_str()
                };
                Reply::json(&json!({"Ok": {
                    "kind": "get",
                    "token": text,
                    "cache": "expires",
                    "expiration": token.end().0,
                    // One token serves all that one command does.
                    "operation_independent": true,
                }}))
            }
            Answer::Failed(failure) if failure.kind == FailureKind::Malformed => {
                refuse("other", &failure.message)
            }
            Answer::Failed(failure) => refuse("other", &failure.line()),
            _ => refuse(
                "url-not-supported",
                "no profile of authctl is bound to this registry",
            ),
        }
    }
}

fn refuse(kind: &str, message: &str) -> Reply {
    Reply::json(&json!({"Err": {"kind": kind, "message": message, "caused-by": []}}))
}
