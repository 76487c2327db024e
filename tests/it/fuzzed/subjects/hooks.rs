//! What the callers of hooks say.

use authctl::hook::protocol::{
    Coverage, Failure, FailureKind, HOOKS, Outcome, Question, Reply, Request, Row, Token,
};
use authctl::secret::Secret;
use authctl::time::Timestamp;
use serde_json::Value;

/// What a caller of a hook says, on stdin, as an argument and in its variables: every protocol
/// reads the same bytes.
pub fn hook(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).replace('\0', " ");
    for row in HOOKS {
        let verbs = row
            .usage
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .split('|');
        for verb in verbs.filter(|verb| verb.bytes().all(|byte| byte.is_ascii_lowercase())) {
            let words = if verb.is_empty() {
                vec![]
            } else {
                vec![verb.to_owned()]
            };
            for words in [words.clone(), [words, vec![text.clone()]].concat()] {
                let variables = row
                    .variables
                    .iter()
                    .map(|name| (*name, text.clone()))
                    .collect();
                one_call(
                    row,
                    &Request {
                        words,
                        variables,
                        input: bytes.to_vec().into(),
                        ..Request::default()
                    },
                );
            }
        }
    }
}

fn one_call(row: &Row, call: &Request) {
    let secret = Secret::new("the-token-that-is-handed-out".to_owned());
    let (now, until) = (Timestamp(1_800_000_000), Some(Timestamp(1_800_000_300)));
    let token = Token {
        fixes_username: false,
        secret: &secret,
        scheme: "Bearer",
        until,
        now,
        coverage: &Coverage::Host,
        chosen_username: None,
        default_username: "oauth2",
        account: Some("me"),
    };
    let told = |answer: &Outcome<'_>| row.hook.reply(call, answer);
    let _ = row.hook.arguments(call);
    let replies = match row.hook.question(call) {
        Question::Answered(reply) => vec![reply],
        Question::Malformed(why) => {
            assert!(
                !why.chars().any(char::is_control),
                "{}: {why:?} is shown on a terminal",
                row.name
            );
            let failure = Failure {
                kind: FailureKind::Malformed,
                message: why,
                hints: vec![],
            };
            vec![told(&Outcome::Failed(&failure))]
        }
        Question::Refused(..) => vec![],
        Question::AllTokens => vec![told(&Outcome::AllTokens(&[(
            "https://h".to_owned(),
            token,
        )]))],
        Question::Addresses => vec![told(&Outcome::Addresses(&[(
            "https://h".to_owned(),
            "u".to_owned(),
        )]))],
        Question::Token(_) => {
            let failure = Failure {
                kind: FailureKind::LoginRequired,
                message: "m".to_owned(),
                hints: vec![],
            };
            let good = told(&Outcome::Token(&token));
            let bad = [told(&Outcome::NotBound), told(&Outcome::Failed(&failure))];
            for reply in &bad {
                assert!(
                    !String::from_utf8_lossy(&reply.stdout).contains(secret.expose()),
                    "{}",
                    row.name
                );
            }
            std::iter::once(good).chain(bad).collect()
        }
    };
    replies
        .iter()
        .for_each(|reply| well_formed(row, call, reply));
}

/// Whatever was asked, the answer is one that the caller's parser takes.
fn well_formed(row: &Row, call: &Request, reply: &Reply) {
    let text = std::str::from_utf8(&reply.stdout).expect("an answer is text");
    assert!(
        text.len() <= 20 * (call.input.len() + call.word(0).len() + call.word(1).len()) + 2000,
        "{}",
        row.name
    );
    match row.name {
        "git" => assert!(
            text.lines()
                .all(|line| line.contains('=') && !line.contains('\r'))
                || call.word(0) == "capability",
            "{text:?}"
        ),
        "bazel" | "cargo" | "google" | "headers" | "kubectl" | "kubelet" | "nuget"
        | "terraform" => {
            let lines: Vec<&str> = text.lines().collect();
            assert!(
                lines.len() <= 1
                    && lines
                        .iter()
                        .all(|line| serde_json::from_str::<Value>(line).is_ok()),
                "{text:?}"
            );
        }
        "docker" if reply.code == 0 && text.starts_with('{') => {
            assert!(serde_json::from_str::<Value>(text).is_ok())
        }
        _ => {}
    }
}
