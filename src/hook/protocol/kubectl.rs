//! kubectl's and client-go's exec plugins: API `client.authentication.k8s.io`, v1 and v1beta1.
//!
//! A token that the server refuses is not reported: the plugin is run again by the same process,
//! with the same environment, before the time that it was told. So that is what a refusal looks
//! like ([`Ask::repeated`]).

use serde_json::{Value, json};

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, TokenKind, understood};
use crate::profile::target::Target;

pub(super) const ROW: Row = Row {
    name: "kubectl",
    help: "kubectl, helm, client-go: users[].user.exec",
    usage: "",
    input: Input::Nothing,
    flag: None,
    variables: &[INFO],
    program: Some("kubectl-authctl"),
    token: TokenKind::Id,
    speaks: true,
    shows: true,
    hook: &Kubectl,
};

const INFO: &str = "KUBERNETES_EXEC_INFO";
const VERSIONS: &[&str] = &[
    "client.authentication.k8s.io/v1",
    "client.authentication.k8s.io/v1beta1",
];

struct Kubectl;

impl Hook for Kubectl {
    fn question(&self, call: &Call) -> Question {
        understood(info(call).and_then(|info| {
            let spec = &info["spec"];
            let server = spec["cluster"]["server"].as_str();
            let target = server
                .map(|server| Target::parse(server).ok_or("the cluster's server is no address"));
            Ok(Question::Token(Ask {
                target: target.transpose()?,
                interactive: spec["interactive"].as_bool().unwrap_or_default(),
                remember: Some(info.to_string()),
                // client-go says what it wants. Whoever does not is somebody else, and asks as it
                // likes.
                repeated: call.variable(INFO).is_some(),
                ..Ask::default()
            }))
        }))
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        let Answer::Token(token) = answer else {
            return Reply::fails();
        };
        let version = info(call)
            .ok()
            .and_then(|info| info["apiVersion"].as_str().map(str::to_owned));
        Reply::json(&json!({
            "kind": "ExecCredential",
            // Another version than the one asked for is refused.
            "apiVersion": version.as_deref().unwrap_or(OLDEST),
            "status": {"expirationTimestamp": token.end().to_string(),
                "token": token.secret.expose()},
        }))
    }
}

/// What a client means that says nothing.
const OLDEST: &str = "client.authentication.k8s.io/v1beta1";

fn info(call: &Call) -> Result<Value, String> {
    let Some(text) = call.variable(INFO) else {
        return Ok(json!({"apiVersion": OLDEST}));
    };
    let info: Value = serde_json::from_str(text).map_err(|_| format!("{INFO} is not JSON"))?;
    match info["apiVersion"].as_str() {
        Some(version) if VERSIONS.contains(&version) => Ok(info),
        _ => Err(format!(
            "{INFO} asks for an apiVersion that is none of {}",
            VERSIONS.join(", ")
        )),
    }
}
