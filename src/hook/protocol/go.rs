//! Go's GOAUTH commands: `go help goauth`.
//!
//! The first call has no argument and gets every token that there is, so that it is the only one.
//! After a 4xx comes another with the URL, and the response on stdin: the token was refused, or
//! there was none.

use zeroize::Zeroizing;

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, Token, TokenKind, malformed};
use crate::profile::target::Target;

pub(super) const ROW: Row = Row {
    name: "go",
    help: "go: GOAUTH",
    usage: "[URL]",
    input: Input::ToTheEndAfterAWord,
    flag: None,
    variables: &[],
    program: Some("goauth-authctl"),
    token: TokenKind::Access,
    speaks: true,
    shows: false,
    hook: &Go,
};

struct Go;

/// What the server said: the status line of the response that go writes to stdin.
fn status(call: &Call) -> Option<u16> {
    let line = call.input.split(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(line)
        .ok()?
        .strip_prefix("HTTP/")?
        .split(' ')
        .nth(1)?
        .trim()
        .parse()
        .ok()
}

impl Hook for Go {
    fn question(&self, call: &Call) -> Question {
        match call.words.as_slice() {
            [] => Question::All,
            [url] => match Target::parse(url) {
                // go knows no other scheme, and neither does what it does with the answer.
                Some(target) if target.scheme.as_deref() != Some("https") => {
                    Question::Known(Reply::silent())
                }
                Some(target) => Question::Token(Ask {
                    remember: Some(String::new()),
                    // It comes for a 404 as well, which says nothing of the token.
                    repeated: status(call) == Some(401),
                    target: Some(target),
                    any: true,
                    ..Ask::default()
                }),
                None => malformed("that is no URL"),
            },
            _ => malformed("more than one URL"),
        }
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        let room: usize = match answer {
            Answer::All(all) => all
                .iter()
                .map(|(_, token)| token.secret.expose().len() + 4096)
                .sum(),
            _ => 1 << 16,
        };
        // Room for all of it at once: a string that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(room));
        let mut put = |address: &str, token: &Token<'_>| {
            for part in [address, "\n\nAuthorization: ", &token.header(), "\n\n"] {
                text.push_str(part);
            }
        };
        match answer {
            Answer::All(all) => all.iter().for_each(|(address, token)| put(address, token)),
            Answer::Token(token) => {
                let asked = Target::parse(call.word(0)).map(|target| Target {
                    user: None,
                    ..target
                });
                // No more than what is bound: go sends it to everything that begins so.
                let address = match (token.bound, asked) {
                    (Some(Some(bound)), _) => bound.to_owned(),
                    (Some(None), Some(asked)) => asked.to_string(),
                    (None, Some(asked)) => Target {
                        path: "/".to_owned(),
                        ..asked
                    }
                    .to_string(),
                    (_, None) => return Reply::silent(),
                };
                put(&address, token);
            }
            Answer::Failed(_) => return Reply::fails(),
            _ => {}
        }
        Reply::text(&text)
    }
}
