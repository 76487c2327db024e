//! NuGet's and dotnet's credential plugins: "NuGet cross platform plugins", protocol 2.0.0.
//!
//! Both sides open with a handshake. Every message is one JSON object on a line.

use serde_json::{Value, json};

use super::{Answer, Ask, Call, FailureKind, Hook, Input, Question, Reply, Row, TokenKind};
use crate::profile::target::Target;
use crate::secret::random_bytes;

pub(super) const ROW: Row = Row {
    name: "nuget",
    help: "dotnet, nuget, msbuild: a credential plugin",
    usage: "",
    input: Input::Lines,
    flag: Some("-Plugin"),
    variables: &[],
    program: Some("nuget-plugin-authctl"),
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Nuget,
};

struct Nuget;

impl Hook for Nuget {
    fn greeting(&self) -> Option<Reply> {
        Some(message(
            &id(),
            "Request",
            "Handshake",
            json!({"ProtocolVersion": "2.0.0", "MinimumProtocolVersion": "1.0.0"}),
        ))
    }

    fn question(&self, call: &Call) -> Question {
        let Ok(request) = call.json() else {
            return Question::Malformed("the message is not JSON".to_owned());
        };
        if request["Type"] != "Request" {
            // An answer to our handshake, or a word that a request is given up.
            return Question::Known(Reply::silent());
        }
        let respond = |payload: Value| Question::Known(response(&request, payload));
        match request["Method"].as_str().unwrap_or_default() {
            "Handshake" => respond(json!({"ResponseCode": "Success", "ProtocolVersion": "2.0.0"})),
            "Initialize" | "SetLogLevel" | "SetCredentials" | "MonitorNuGetProcessExit" => {
                respond(json!({"ResponseCode": "Success"}))
            }
            "GetOperationClaims" => {
                // Only without a source: nobody asks whether we serve that one, but what we serve
                // at all.
                let any = request["Payload"]["PackageSourceRepository"].is_null();
                respond(json!({"Claims": if any { json!(["Authentication"]) } else { json!([]) }}))
            }
            "GetAuthenticationCredentials" => credentials(&request["Payload"]),
            "Close" => Question::Known(Reply {
                ends: true,
                ..Reply::silent()
            }),
            other => Question::Malformed(format!("`{}` is not supported", other.escape_debug())),
        }
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        let request = call.json().unwrap_or_default();
        let payload = match answer {
            Answer::Token(token) => json!({
                "ResponseCode": "Success",
                "Username": token.username(),
                "Password": token.secret.expose(),
                "AuthenticationTypes": ["basic"],
            }),
            Answer::Failed(failure) if failure.kind == FailureKind::Malformed => {
                let id = request["RequestId"].as_str().map_or_else(id, str::to_owned);
                let method = request["Method"].as_str().unwrap_or("None");
                return message(&id, "Fault", method, json!({"Message": failure.message}));
            }
            Answer::Failed(failure) => json!({"ResponseCode": "Error", "Message": failure.line()}),
            _ => json!({"ResponseCode": "NotFound"}),
        };
        response(&request, payload)
    }
}

fn credentials(payload: &Value) -> Question {
    let yes = |name: &str| payload[name].as_bool().unwrap_or_default();
    match payload["Uri"].as_str().and_then(Target::parse) {
        Some(target) => Question::Token(Ask {
            target: Some(target),
            any: true,
            interactive: !yes("IsNonInteractive") && yes("CanShowDialog"),
            // With IsRetry the caller says that what it has was refused. It does not say what that
            // was.
            remember: Some(String::new()),
            repeated: yes("IsRetry"),
            ..Ask::default()
        }),
        None => Question::Malformed("the request has no Uri".to_owned()),
    }
}

fn response(request: &Value, payload: Value) -> Reply {
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    message(&text("RequestId"), "Response", &text("Method"), payload)
}

fn message(id: &str, kind: &str, method: &str, payload: Value) -> Reply {
    Reply::json(&json!({"RequestId": id, "Type": kind, "Method": method, "Payload": payload}))
}

/// A random id in the form of RFC 9562, section 5.4.
fn id() -> String {
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
