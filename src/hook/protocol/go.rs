//! Go's GOAUTH commands: `go help goauth`.
//!
//! go first runs the command without an argument, and gets every token that there is, so that it
//! seldom has to run it again. After a 4xx go runs it with the URL as its argument and the response
//! on stdin: the server has refused the token, or go had none.

use zeroize::Zeroizing;

use super::{
    Coverage, Hook, Input, Outcome, Question, Reply, Request, Row, Token, TokenKind, TokenRequest,
    malformed,
};
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
    own_options: false,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: false,
    hook: &Go,
};

struct Go;

impl Hook for Go {
    fn question(&self, request: &Request) -> Question {
        let url = match request.words.as_slice() {
            [] => return Question::AllTokens,
            [url] => url,
            _ => return malformed("expected no more than one URL"),
        };
        let Some(target) = Target::parse(url) else {
            return malformed("the argument is not a valid URL");
        };
        // go asks about no other scheme, and sends no credential over one.
        if target.scheme.as_deref() != Some("https") {
            return Question::Answered(Reply::silent());
        }
        Question::Token(TokenRequest {
            remember_as: Some(String::new()),
            // go also asks after a 404, which does not refuse the token.
            repeat_means_refused: status(request) == Some(401),
            ..TokenRequest::about(target)
        })
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply {
        match outcome {
            Outcome::AllTokens(all) => headers(all),
            Outcome::Token(token) => match address(request, token) {
                Some(address) => headers(&[(address, **token)]),
                None => Reply::silent(),
            },
            Outcome::Failed(_) => Reply::failure(),
            _ => Reply::silent(),
        }
    }
}

/// The HTTP status of the response that go writes to stdin.
fn status(request: &Request) -> Option<u16> {
    let line = request.input.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.strip_prefix("HTTP/")?;
    line.split(' ').nth(1)?.trim().parse().ok()
}

/// The address that the token is given for. go sends the token to everything that begins with it,
/// so it covers no more than is bound.
fn address(request: &Request, token: &Token<'_>) -> Option<String> {
    if let Coverage::Path(bound) = token.coverage {
        return Some(bound.clone());
    }
    let mut target = Target::parse(request.word(0))?;
    target.user = None;
    if *token.coverage == Coverage::Host {
        "/".clone_into(&mut target.path);
    }
    Some(target.to_string())
}

/// The reply with a header for each address.
fn headers(tokens: &[(String, Token<'_>)]) -> Reply {
    // Room for all of it at once: a string that grows leaves copies of the tokens behind.
    let mut room = 0;
    for (address, token) in tokens {
        room += address.len() + token.secret.expose().len() + 4096;
    }
    let mut text = Zeroizing::new(String::with_capacity(room));
    for (address, token) in tokens {
        for part in [address, "\n\nAuthorization: ", &token.header(), "\n\n"] {
            text.push_str(part);
        }
    }
    Reply::text(&text)
}
