//! The kubelet's image credential providers: API `credentialprovider.kubelet.k8s.io`, v1 and
//! v1beta1.

use serde_json::{Value, json};

use super::{
    Coverage, Hook, Input, Outcome, Question, Reply, Request, Row, Token, TokenKind, TokenRequest,
    question_or_malformed,
};
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
    own_options: false,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: true,
    hook: &Kubelet,
};

const VERSIONS: &[&str] = &[
    "credentialprovider.kubelet.k8s.io/v1",
    "credentialprovider.kubelet.k8s.io/v1beta1",
];

struct Kubelet;

impl Hook for Kubelet {
    fn question(&self, request: &Request) -> Question {
        question_or_malformed(
            ImageRequest::read(request)
                .map(|image| Question::Token(TokenRequest::about(image.target))),
        )
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply {
        let Ok(image) = ImageRequest::read(request) else {
            return Reply::failure();
        };
        match outcome {
            Outcome::Token(token) => image.credential(token),
            Outcome::NotBound => image.response("Registry", 0, json!({})),
            _ => Reply::failure(),
        }
    }
}

/// What the kubelet asks: a credential for the image that it is going to pull.
struct ImageRequest {
    version: String,
    target: Target,
    /// The registry as the image's name has it. The kubelet compares it letter by letter, so a port
    /// is added only where the name has one.
    registry: String,
}

impl ImageRequest {
    fn read(request: &Request) -> Result<Self, String> {
        let request = request.json()?;
        let version = request["apiVersion"].as_str().unwrap_or_default();
        if !VERSIONS.contains(&version) {
            return Err(format!(
                "the request's apiVersion is none of {}",
                VERSIONS.join(", ")
            ));
        }
        let image = request["image"]
            .as_str()
            .ok_or("the request names no image")?;
        // An image's name without a registry means Docker Hub.
        let named = image
            .split_once('/')
            .filter(|(host, _)| host.contains(['.', ':']) || *host == "localhost");
        let (registry, path) = named.unwrap_or(("docker.io", image));
        let target =
            Target::of_parts("https", registry, path).ok_or("the image's name has no registry")?;
        Ok(Self {
            version: version.to_owned(),
            target,
            registry: registry.to_owned(),
        })
    }

    fn credential(&self, token: &Token<'_>) -> Reply {
        let seconds = token.expiry().seconds_since(token.now).max(0);
        let credential = json!({"username": token.username(), "password": token.secret.expose()});
        if *token.coverage == Coverage::Host {
            return self.response("Registry", seconds, json!({&self.registry: credential}));
        }
        // The token is bound to a part of the registry: the kubelet must not use it for all images.
        let image = format!("{}{}", self.registry, repository(&self.target.path));
        self.response("Image", seconds, json!({image: credential}))
    }

    /// A response that the kubelet keeps for so many seconds, for the image or for the registry.
    fn response(&self, cache_key: &str, seconds: i64, auth: Value) -> Reply {
        Reply::json(&json!({
            "apiVersion": self.version,
            "kind": "CredentialProviderResponse",
            "cacheKeyType": cache_key,
            "cacheDuration": format!("{seconds}s"),
            "auth": auth,
        }))
    }
}

/// The repository's path, without tag and digest.
fn repository(path: &str) -> &str {
    let path = path.split('@').next().unwrap_or_default();
    let tag = path
        .rfind(':')
        .filter(|tag| path.rfind('/').is_none_or(|slash| slash < *tag));
    &path[..tag.unwrap_or(path.len())]
}
