//! Go's GOAUTH commands: `go help goauth`.
//!
//! The first call has no argument and gets every token that there is, so that it is the only one. After a 4xx comes
//! another with the URL, and the response on stdin: the token was refused, or there was none.

use zeroize::Zeroizing;

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, Token, TokenKind, malformed};
use crate::provider::target::Target;

pub(super) const ROW: Row = Row {
    name: "go",
    help: "go: GOAUTH",
    usage: "[URL]",
    input: Input::Nothing,
    variables: &[],
    program: Some("goauth-authctl"),
    token: TokenKind::Access,
    speaks: true,
    hook: &Go,
};

struct Go;

impl Hook for Go {
    fn question(&self, call: &Call) -> Question {
        match call.words.as_slice() {
            [] => Question::All,
            [url] => match Target::parse(url) {
                Some(target) => Question::Token(Ask {
                    remember: Some(String::new()),
                    repeated: true,
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
        let mut text = Zeroizing::new(String::new());
        let mut put = |address: &str, token: &Token<'_>| {
            for part in [address, "\n\nAuthorization: ", &token.header(), "\n\n"] {
                text.push_str(part);
            }
        };
        match answer {
            Answer::All(all) => all.iter().for_each(|(address, token)| put(address, token)),
            Answer::Token(token) => {
                let target = Target::parse(call.word(0));
                let host = target.map(|target| Target { path: "/".to_owned(), user: None, ..target });
                put(&host.map_or_else(String::new, |host| host.to_string()), token);
            }
            Answer::Failed(_) => return Reply::fails(),
            _ => {}
        }
        Reply::text(&text)
    }
}
