//! The kubelet's image credential providers: API `credentialprovider.kubelet.k8s.io`, v1 and
//! v1beta1.

use serde_json::{Value, json};

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, TokenKind, understood};
use crate::profile::target::Target;

pub(super) const ROW: Row = Row {
    name: "kubelet",
    help: "the kubelet: --image-credential-provider-config",
    usage: "",
    input: Input::ToTheEnd,
    flag: None,
    variables: &[],
    program: Some("kubelet-credential-authctl"),
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Kubelet,
};

const VERSIONS: &[&str] = &[
    "credentialprovider.kubelet.k8s.io/v1",
    "credentialprovider.kubelet.k8s.io/v1beta1",
];

struct Kubelet;

impl Hook for Kubelet {
    fn question(&self, call: &Call) -> Question {
        understood(request(call).map(|Request { target, .. }| Question::Token(Ask::about(target))))
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        let Ok(Request {
            version,
            target,
            registry,
        }) = request(call)
        else {
            return Reply::fails();
        };
        let response = |cached_for: &str, seconds: i64, auth: Value| {
            Reply::json(&json!({
                "apiVersion": version,
                "kind": "CredentialProviderResponse",
                "cacheKeyType": cached_for,
                "cacheDuration": format!("{seconds}s"),
                "auth": auth,
            }))
        };
        match answer {
            Answer::Token(token) => {
                let left = token.end().seconds_since(token.now).max(0);
                let credential =
                    json!({"username": token.username(), "password": token.secret.expose()});
                // Where only a part of the registry is meant, another image must not get it.
                match token.bound {
                    None => response("Registry", left, json!({registry: credential})),
                    Some(_) => {
                        let image = format!("{registry}{}", repository(&target.path));
                        response("Image", left, json!({image: credential}))
                    }
                }
            }
            Answer::NotMine => response("Registry", 0, json!({})),
            _ => Reply::fails(),
        }
    }
}

struct Request {
    version: String,
    target: Target,
    /// As it is written: the kubelet compares it letter by letter, with a port only where that was
    /// named.
    registry: String,
}

fn request(call: &Call) -> Result<Request, String> {
    let request = call.json()?;
    let version = request["apiVersion"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if !VERSIONS.contains(&version.as_str()) {
        return Err(format!(
            "the request's apiVersion is none of {}",
            VERSIONS.join(", ")
        ));
    }
    let image = request["image"]
        .as_str()
        .ok_or("the request names no image")?;
    // An image without a host is Docker Hub's.
    let named = image
        .split_once('/')
        .filter(|(host, _)| host.contains(['.', ':']) || *host == "localhost");
    let (registry, path) = named.unwrap_or(("docker.io", image));
    let target =
        Target::of_parts("https", registry, path).ok_or("the image's name has no registry")?;
    Ok(Request {
        version,
        target,
        registry: registry.to_owned(),
    })
}

/// The repository's path, without tag and digest.
fn repository(path: &str) -> &str {
    let path = path.split('@').next().unwrap_or_default();
    let tag = path
        .rfind(':')
        .filter(|tag| path.rfind('/').is_none_or(|slash| slash < *tag));
    &path[..tag.unwrap_or(path.len())]
}
