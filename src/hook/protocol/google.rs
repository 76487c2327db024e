//! Google's executable-sourced credentials: AIP-4117.
//!
//! One byte on stderr breaks the Python library, which reads both as one; and a failure is told
//! with exit code 0. Both are this protocol's alone.

use serde_json::{Value, json};

use super::{
    Answer, Ask, Call, FailureKind, Hook, Input, Question, Reply, Row, TokenKind, malformed,
};

pub(super) const ROW: Row = Row {
    name: "google",
    help: "gcloud and Google's client libraries: credential_source.executable",
    usage: "",
    input: Input::Nothing,
    flag: None,
    variables: &[KIND, INTERACTIVE, OUTPUT, REVOKE],
    program: None,
    token: TokenKind::Id,
    speaks: false,
    shows: true,
    hook: &Google,
};

const KIND: &str = "GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE";
const INTERACTIVE: &str = "GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE";
const OUTPUT: &str = "GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE";
const REVOKE: &str = "GOOGLE_EXTERNAL_ACCOUNT_REVOKE";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

struct Google;

impl Hook for Google {
    fn question(&self, call: &Call) -> Question {
        if call.variable(REVOKE) == Some("1") {
            return malformed(
                "no session is ended for one of its callers: `authctl logout` ends it",
            );
        }
        match call.variable(KIND) {
            None | Some(ID_TOKEN | JWT) => Question::Token(Ask {
                interactive: call.variable(INTERACTIVE) == Some("1"),
                output: call.variable(OUTPUT).map(str::to_owned),
                only_output: call.variable(INTERACTIVE) == Some("1"),
                ..Ask::default()
            }),
            Some(_) => malformed(format!("{KIND} is neither id_token nor jwt")),
        }
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        let no = |code: &str, message: &str| -> Value {
            json!({"version": 1, "success": false, "code": code, "message": message})
        };
        Reply::json(&match answer {
            Answer::Token(token) => json!({
                "version": 1,
                "success": true,
                "token_type": call.variable(KIND).unwrap_or(ID_TOKEN),
                "id_token": token.secret.expose(),
                "expiration_time": token.end().0,
            }),
            Answer::Failed(failure) => {
                let code = match failure.kind {
                    FailureKind::LoginRequired => "401",
                    FailureKind::TryAgain => "503",
                    FailureKind::Malformed => "400",
                    FailureKind::Unknown | FailureKind::Other => "500",
                };
                no(code, &failure.line())
            }
            _ => no("404", "no profile of authctl is bound to this"),
        })
    }
}
