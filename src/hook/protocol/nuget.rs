//! NuGet's and dotnet's credential plugins: "NuGet cross platform plugins", protocol 2.0.0.
//!
//! Both sides begin with a handshake. Every message is one JSON object on a line.

use serde_json::{Value, json};

use super::{
    FailureKind, Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind, TokenRequest,
    malformed,
};
use crate::profile::target::Target;
use crate::secret::random_bytes;
use crate::text::repeatable;

pub(super) const ROW: Row = Row {
    name: "nuget",
    help: "dotnet, nuget, msbuild: a credential plugin",
    usage: "",
    input: Input::Lines,
    flag: Some("-Plugin"),
    variables: &[],
    program: Some("nuget-plugin-authctl"),
    token: TokenKind::Access,
    own_options: false,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: true,
    hook: &Nuget,
};

struct Nuget;

impl Hook for Nuget {
    fn greeting(&self) -> Option<Reply> {
        Some(message(
            &random_id(),
            "Request",
            "Handshake",
            json!({"ProtocolVersion": "2.0.0", "MinimumProtocolVersion": "1.0.0"}),
        ))
    }

    fn question(&self, request: &Request) -> Question {
        let Ok(request) = request.json() else {
            return malformed("the message is not JSON");
        };
        if request["Type"] != "Request" {
            // The response to authctl's handshake, or the cancelling of a request.
            return Question::Answered(Reply::silent());
        }
        let payload = match request["Method"].as_str().unwrap_or_default() {
            "Handshake" => json!({"ResponseCode": "Success", "ProtocolVersion": "2.0.0"}),
            "Initialize" | "SetLogLevel" | "SetCredentials" | "MonitorNuGetProcessExit" => {
                json!({"ResponseCode": "Success"})
            }
            // The claims are for all sources, and are asked for without one. For a single source
            // there are none.
            "GetOperationClaims" if request["Payload"]["PackageSourceRepository"].is_null() => {
                json!({"Claims": ["Authentication"]})
            }
            "GetOperationClaims" => json!({"Claims": []}),
            "GetAuthenticationCredentials" => return credentials(&request["Payload"]),
            "Close" => {
                return Question::Answered(Reply {
                    ends_conversation: true,
                    ..Reply::silent()
                });
            }
            other => {
                return malformed(format!(
                    "`{}` is not supported",
                    repeatable(other).escape_debug()
                ));
            }
        };
        Question::Answered(response(&request, payload))
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply {
        let request = request.json().unwrap_or_default();
        let payload = match outcome {
            Outcome::Token(token) => json!({
                "ResponseCode": "Success",
                "Username": token.username(),
                "Password": token.secret.expose(),
                "AuthenticationTypes": ["basic"],
            }),
            Outcome::Failed(failure) if failure.kind == FailureKind::Malformed => {
                let id = request["RequestId"]
                    .as_str()
                    .map_or_else(random_id, str::to_owned);
                let method = request["Method"].as_str().unwrap_or("None");
                return message(&id, "Fault", method, json!({"Message": failure.message}));
            }
            Outcome::Failed(failure) => {
                json!({"ResponseCode": "Error", "Message": failure.one_line()})
            }
            _ => json!({"ResponseCode": "NotFound"}),
        };
        response(&request, payload)
    }
}

fn credentials(payload: &Value) -> Question {
    let Some(target) = payload["Uri"].as_str().and_then(Target::parse) else {
        return malformed("the request has no Uri");
    };
    Question::Token(TokenRequest {
        interactive: !is_true(payload, "IsNonInteractive") && is_true(payload, "CanShowDialog"),
        // With IsRetry the caller says that its credential was refused. It does not say which
        // credential that was.
        remember_as: Some(String::new()),
        repeat_means_refused: is_true(payload, "IsRetry"),
        ..TokenRequest::about(target)
    })
}

fn is_true(payload: &Value, name: &str) -> bool {
    payload[name].as_bool().unwrap_or_default()
}

/// The response to a request, with its id and method.
fn response(request: &Value, payload: Value) -> Reply {
    let id = request["RequestId"].as_str().unwrap_or_default();
    let method = request["Method"].as_str().unwrap_or_default();
    message(id, "Response", method, payload)
}

fn message(id: &str, kind: &str, method: &str, payload: Value) -> Reply {
    Reply::json(&json!({"RequestId": id, "Type": kind, "Method": method, "Payload": payload}))
}

/// A random id in the form of RFC 9562, section 5.4.
fn random_id() -> String {
    let mut bytes = *random_bytes::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}
