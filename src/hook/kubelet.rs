//! The kubelet's image credential providers: API `credentialprovider.kubelet.k8s.io`, v1 and v1beta1.

use serde_json::{Value, json};

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, TokenKind, understood};
use crate::provider::target::Target;

pub(super) const ROW: Row = Row {
    name: "kubelet",
    help: "the kubelet: --image-credential-provider-config",
    usage: "",
    input: Input::ToTheEnd,
    variables: &[],
    program: Some("kubelet-credential-authctl"),
    token: TokenKind::Access,
    speaks: true,
    hook: &Kubelet,
};

const VERSIONS: &[&str] =
    &["credentialprovider.kubelet.k8s.io/v1", "credentialprovider.kubelet.k8s.io/v1beta1"];

struct Kubelet;

impl Hook for Kubelet {
    fn question(&self, call: &Call) -> Question {
        understood(
            request(call).map(|(_, target)| {
                Question::Token(Ask { target: Some(target), any: true, ..Ask::default() })
            }),
        )
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        let Ok((version, target)) = request(call) else { return Reply::fails() };
        let response = |seconds: i64, auth: Value| {
            Reply::json(&json!({
                "apiVersion": version,
                "kind": "CredentialProviderResponse",
                "cacheKeyType": "Registry",
                "cacheDuration": format!("{seconds}s"),
                "auth": auth,
            }))
        };
        match answer {
            Answer::Token(token) => {
                let host = target.port.map_or(target.host.clone(), |port| format!("{}:{port}", target.host));
                let left = token.end().seconds_since(token.now).max(0);
                response(
                    left,
                    json!({host: {"username": token.username(), "password": token.secret.expose()}}),
                )
            }
            Answer::NotMine => response(0, json!({})),
            _ => Reply::fails(),
        }
    }
}

/// The version, and the registry with the image's path.
fn request(call: &Call) -> Result<(String, Target), String> {
    let request = call.json()?;
    let version = request["apiVersion"].as_str().unwrap_or_default();
    if !VERSIONS.contains(&version) {
        return Err(format!("the request's apiVersion is none of {}", VERSIONS.join(", ")));
    }
    let image = request["image"].as_str().ok_or("the request names no image")?;
    Ok((version.to_owned(), registry(image).ok_or("the image's name has no registry")?))
}

/// `host/repository:tag` as an address. An image without a host is Docker Hub's.
fn registry(image: &str) -> Option<Target> {
    let named = image.split_once('/').filter(|(host, _)| host.contains(['.', ':']) || *host == "localhost");
    Target::parse(&named.map_or_else(|| format!("docker.io/{image}"), |_| image.to_owned()))
}
