//! docker's credential helpers: the README of docker-credential-helpers. podman, skopeo, buildah,
//! oras, crane and helm run the same helpers.
//!
//! The client reads errors from *stdout*, by their exact words; a message for its user goes to
//! stderr. docker takes the secret of a user named `<token>` for a refresh token and spends it, so
//! that user name is never written.

use serde_json::{Map, Value, json};

use super::{
    Failure, FailureKind, Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind,
    TokenRequest, malformed,
};
use crate::profile::target::Target;
use crate::text::repeatable;

pub(super) const ROW: Row = Row {
    name: "docker",
    help: "docker, podman, skopeo, buildah, oras, helm: credHelpers",
    usage: "get|list|store|erase|version",
    input: Input::ToTheEndFor(&["get", "store", "erase"]),
    flag: None,
    variables: &[],
    program: Some("docker-credential-authctl"),
    token: TokenKind::Access,
    own_options: false,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: true,
    hook: &Docker,
};

const NOT_FOUND: &str = "credentials not found in native keychain";
const NO_URL: &str = "no credentials server URL";
const NO_USERNAME: &str = "no credentials username";
const IDENTITY_TOKEN: &str = "<token>";

struct Docker;

impl Hook for Docker {
    fn question(&self, request: &Request) -> Question {
        match request.word(0) {
            "get" => match server(request) {
                Ok(target) => Question::Token(TokenRequest::about(target)),
                Err(why) => malformed(why),
            },
            "list" => Question::Addresses,
            // `docker logout`. Other callers use the same session, so it goes on.
            "erase" => Question::Answered(Reply::silent()),
            "version" => {
                Question::Answered(Reply::line(concat!("authctl ", env!("CARGO_PKG_VERSION"))))
            }
            "store" => malformed(why_not_stored(request)),
            verb => malformed(format!(
                "`{}` is none of {}",
                repeatable(verb).escape_debug(),
                ROW.usage
            )),
        }
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply {
        match outcome {
            Outcome::Token(token) => {
                let username = safe_username(token.username());
                let server = request.text().unwrap_or_default().trim();
                Reply::json(&json!({"ServerURL": server, "Username": username,
                        "Secret": token.secret.expose()}))
            }
            Outcome::Addresses(addresses) => {
                let addresses = addresses
                    .iter()
                    .filter(|(address, _)| is_whole_host(address));
                let all: Map<String, Value> = addresses
                    .map(|(address, user)| (address.clone(), json!(safe_username(user))))
                    .collect();
                Reply::json(&Value::Object(all))
            }
            Outcome::Failed(failure) => Reply::line(&error_text(failure)).with_failure(),
            _ => Reply::line(NOT_FOUND).with_failure().without_stderr(),
        }
    }
}

/// docker knows registries by host, and asks for no path.
fn is_whole_host(address: &str) -> bool {
    Target::parse(address).is_some_and(|target| target.path == "/")
}

/// The user name, unless docker would take it for a sign that the secret is a refresh token.
fn safe_username(user: &str) -> &str {
    if user == IDENTITY_TOKEN {
        "oauth2"
    } else {
        user
    }
}

/// The error on stdout. For a malformed request it is the protocol's own sentence, which the client
/// compares.
fn error_text(failure: &Failure) -> String {
    match failure.kind {
        FailureKind::Malformed => failure.message.clone(),
        _ => failure.one_line(),
    }
}

/// The registry that the client asks about.
fn server(request: &Request) -> Result<Target, &'static str> {
    let text = request.text()?.trim();
    if text.is_empty() || text.contains(char::is_control) {
        return Err(NO_URL);
    }
    Target::parse(text).ok_or(NO_URL)
}

/// The answer to `docker login`, which asks to store a password. What the request lacks is said in
/// the protocol's own words.
fn why_not_stored(request: &Request) -> &'static str {
    let credentials = match request.json() {
        Ok(credentials) => credentials,
        Err(why) => return why,
    };
    if credentials["ServerURL"].as_str().is_none_or(str::is_empty) {
        return NO_URL;
    }
    if credentials["Username"].as_str().is_none_or(str::is_empty) {
        return NO_USERNAME;
    }
    "no passwords are kept here: log in with `authctl login`"
}
