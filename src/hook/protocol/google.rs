//! Google's executable-sourced credentials: AIP-4117.
//!
//! Google's Python library reads stdout and stderr together, so that one byte on stderr breaks it.
//! A failure is a reply with exit code 0.

use serde_json::{Value, json};

use super::{
    Failure, FailureKind, Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind,
    TokenRequest, malformed,
};

pub(super) const ROW: Row = Row {
    name: "google",
    help: "gcloud and Google's client libraries: credential_source.executable",
    usage: "",
    input: Input::Nothing,
    flag: None,
    variables: &[TOKEN_TYPE, INTERACTIVE, OUTPUT_FILE, REVOKE],
    program: None,
    token: TokenKind::Id,
    own_options: false,
    path_setting: None,
    writes_stderr: false,
    shows_stderr: true,
    hook: &Google,
};

const TOKEN_TYPE: &str = "GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE";
const INTERACTIVE: &str = "GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE";
const OUTPUT_FILE: &str = "GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE";
const REVOKE: &str = "GOOGLE_EXTERNAL_ACCOUNT_REVOKE";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

struct Google;

impl Hook for Google {
    fn question(&self, request: &Request) -> Question {
        if request.variable(REVOKE) == Some("1") {
            return malformed("a hook cannot end a session: use `authctl logout`");
        }
        if !matches!(request.variable(TOKEN_TYPE), None | Some(ID_TOKEN | JWT)) {
            return malformed(format!("{TOKEN_TYPE} is neither id_token nor jwt"));
        }
        let interactive = request.variable(INTERACTIVE) == Some("1");
        Question::Token(TokenRequest {
            interactive,
            output_file: request.variable(OUTPUT_FILE).map(str::to_owned),
            only_output_file: interactive,
            ..TokenRequest::default()
        })
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply {
        Reply::json(&match outcome {
            Outcome::Token(token) => json!({
                "version": 1,
                "success": true,
                "token_type": request.variable(TOKEN_TYPE).unwrap_or(ID_TOKEN),
                "id_token": token.secret.expose(),
                "expiration_time": token.expiry().0,
            }),
            Outcome::Failed(failure) => error(error_code(failure), &failure.one_line()),
            _ => error("404", "no profile of authctl is bound to this"),
        })
    }
}

fn error(code: &str, message: &str) -> Value {
    json!({"version": 1, "success": false, "code": code, "message": message})
}

fn error_code(failure: &Failure) -> &'static str {
    match failure.kind {
        FailureKind::LoginRequired => "401",
        FailureKind::TryAgain => "503",
        FailureKind::Malformed => "400",
        FailureKind::Unknown | FailureKind::Other => "500",
    }
}
