//! kubectl's and client-go's exec plugins: API `client.authentication.k8s.io`, v1 and v1beta1.
//!
//! The client does not report a token that the server refused. It runs the plugin again, in the
//! same process and with the same environment, before the time that it was told. So a second
//! request is how a refusal is recognized ([`TokenRequest::repeat_means_refused`]).

use serde_json::{Value, json};

use super::{
    Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind, TokenRequest,
    question_or_malformed, strict,
};
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
    own_options: false,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: true,
    hook: &Kubectl,
};

const INFO: &str = "KUBERNETES_EXEC_INFO";
const VERSIONS: &[&str] = &["client.authentication.k8s.io/v1", V1BETA1];

/// The version of clients that do not name one.
const V1BETA1: &str = "client.authentication.k8s.io/v1beta1";

struct Kubectl;

impl Hook for Kubectl {
    fn question(&self, request: &Request) -> Question {
        question_or_malformed(token_request(request).map(Question::Token))
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply {
        let Outcome::Token(token) = outcome else {
            return Reply::failure();
        };
        let info = exec_info(request).unwrap_or_default();
        Reply::json(&json!({
            "kind": "ExecCredential",
            // The client refuses another version than the one that it asks for.
            "apiVersion": info["apiVersion"].as_str().unwrap_or(V1BETA1),
            "status": {"expirationTimestamp": token.expiry().to_string(),
                "token": token.secret.expose()},
        }))
    }
}

fn token_request(request: &Request) -> Result<TokenRequest, String> {
    let info = exec_info(request)?;
    let spec = &info["spec"];
    let target = match text(&spec["cluster"], "server")? {
        Some(server) => {
            Some(Target::parse(server).ok_or("the cluster's server is not a valid address")?)
        }
        None => None,
    };
    let cluster = &spec["cluster"];
    let skips = &cluster["insecure-skip-tls-verify"];
    if !skips.is_null() && skips != &Value::Bool(false) {
        return Err("the cluster is asked without a look at its certificate \
                    (insecure-skip-tls-verify), and anybody could read the token"
            .to_owned());
    }
    let mut also = Vec::new();
    if let Some(name) = text(cluster, "tls-server-name")? {
        let named = Target::parse(name).ok_or("tls-server-name is not a valid host")?;
        // It is a name for the same server, at the same port.
        let port = target.as_ref().and_then(|target| target.port);
        also.push(Target { port, ..named });
    }
    if let Some(proxy) = text(cluster, "proxy-url")? {
        also.push(Target::of_proxy(proxy).ok_or("proxy-url is not a valid address")?);
    }
    Ok(TokenRequest {
        target,
        also,
        interactive: spec["interactive"].as_bool().unwrap_or_default(),
        remember_as: Some(info.to_string()),
        // client-go always sets the variable. Another program may ask as often as it likes.
        repeat_means_refused: request.variable(INFO).is_some(),
        ..TokenRequest::default()
    })
}

/// A member that is text; `None` if it is absent or empty.
fn text<'a>(cluster: &'a Value, name: &str) -> Result<Option<&'a str>, String> {
    match &cluster[name] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        _ => Err(format!("{name} is not a text")),
    }
}

/// The `ExecCredential` object that the client sends, in one of the known versions.
fn exec_info(request: &Request) -> Result<Value, String> {
    let Some(text) = request.variable(INFO) else {
        return Ok(json!({"apiVersion": V1BETA1}));
    };
    let info = strict::parse(text.as_bytes());
    let info = info.ok_or_else(|| format!("{INFO} is not JSON, or has a member twice"))?;
    let spec = &info["spec"];
    for (name, part) in [("spec", spec), ("cluster", &spec["cluster"])] {
        if !part.is_null() && !part.is_object() {
            return Err(format!("{name} is not an object"));
        }
    }
    match info["apiVersion"].as_str() {
        Some(version) if VERSIONS.contains(&version) => Ok(info),
        _ => Err(format!(
            "{INFO} asks for an apiVersion that is none of {}",
            VERSIONS.join(", ")
        )),
    }
}
