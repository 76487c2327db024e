//! docker's credential helpers, which podman, skopeo, buildah, oras, crane and helm use, too: the
//! README of docker-credential-helpers.
//!
//! Errors are read from *stdout*, by their exact words; what a person should read goes to stderr. A
//! user name `<token>` would make docker spend the secret as a refresh token, so it never is one.

use serde_json::{Map, Value, json};

use super::{
    Answer, Ask, Call, Failure, FailureKind, Hook, Input, Question, Reply, Row, TokenKind,
    understood,
};
use crate::profile::target::Target;

pub(super) const ROW: Row = Row {
    name: "docker",
    help: "docker, podman, skopeo, buildah, oras, helm: credHelpers",
    usage: "get|list|store|erase|version",
    input: Input::ToTheEndFor(&["get", "store", "erase"]),
    flag: None,
    variables: &[],
    program: Some("docker-credential-authctl"),
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Docker,
};

const NOT_FOUND: &str = "credentials not found in native keychain";
const NO_URL: &str = "no credentials server URL";
const NO_USERNAME: &str = "no credentials username";
const IDENTITY_TOKEN: &str = "<token>";

struct Docker;

impl Hook for Docker {
    fn question(&self, call: &Call) -> Question {
        match call.word(0) {
            "get" => understood(server(call).map(|target| Question::Token(Ask::about(target)))),
            "list" => Question::List,
            // `docker logout`. The session is other callers', too: `authctl logout` ends it.
            "erase" => Question::Known(Reply::silent()),
            "version" => {
                Question::Known(Reply::line(concat!("authctl ", env!("CARGO_PKG_VERSION"))))
            }
            "store" => understood(stored(call)),
            verb => Question::Malformed(format!(
                "`{}` is none of {}",
                verb.escape_debug(),
                ROW.usage
            )),
        }
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        match answer {
            Answer::Token(token) => {
                let username = named(token.username());
                let server = call.text().unwrap_or_default().trim();
                Reply::json(&json!({"ServerURL": server, "Username": username,
                        "Secret": token.secret.expose()}))
            }
            Answer::List(addresses) => {
                // docker names no paths.
                let whole =
                    |address: &str| Target::parse(address).is_some_and(|target| target.path == "/");
                let addresses = addresses.iter().filter(|(address, _)| whole(address));
                let all: Map<String, Value> = addresses
                    .map(|(address, user)| (address.clone(), json!(named(user))))
                    .collect();
                Reply::json(&Value::Object(all))
            }
            Answer::Failed(failure) => Reply::line(&words(failure)).failing(),
            _ => Reply::line(NOT_FOUND).failing().quietly(),
        }
    }
}

/// Under the name that means a refresh token, docker would spend what it is given as one.
fn named(user: &str) -> &str {
    if user == IDENTITY_TOKEN {
        "oauth2"
    } else {
        user
    }
}

/// What stands on stdout: the protocol's own words as they are.
fn words(failure: &Failure) -> String {
    match failure.kind {
        FailureKind::Malformed => failure.message.clone(),
        _ => failure.line(),
    }
}

fn server(call: &Call) -> Result<Target, &'static str> {
    let text = call.text()?.trim();
    if text.is_empty() || text.contains(char::is_control) {
        return Err(NO_URL);
    }
    Target::parse(text).ok_or(NO_URL)
}

/// `docker login` wants to leave a password with us. What it lacks is said in the protocol's words.
fn stored(call: &Call) -> Result<Question, &'static str> {
    let credentials = call.json()?;
    let has = |name: &str| {
        credentials[name]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    };
    match (has("ServerURL"), has("Username")) {
        (false, _) => Err(NO_URL),
        (_, false) => Err(NO_USERNAME),
        _ => Err("no passwords are kept here: log in with `authctl login`"),
    }
}
