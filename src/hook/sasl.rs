//! Mail: the initial responses of XOAUTH2 (Google's "XOAUTH2 protocol") and OAUTHBEARER (RFC 7628, section 3.1), for
//! programs that have no such mechanism of their own. Those that have want the bare token: the hook `token`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, Token, TokenKind};
use crate::provider::target::Target;

pub(super) const XOAUTH2: Row = Row {
    name: "xoauth2",
    help: "mail: the SASL mechanism XOAUTH2",
    usage: "",
    input: Input::Nothing,
    variables: &[],
    program: None,
    token: TokenKind::Access,
    speaks: true,
    hook: &Sasl(Mechanism::Xoauth2),
};

pub(super) const OAUTHBEARER: Row = Row {
    name: "oauthbearer",
    help: "mail: the SASL mechanism OAUTHBEARER",
    usage: "",
    input: Input::Nothing,
    variables: &[],
    program: None,
    token: TokenKind::Access,
    speaks: true,
    hook: &Sasl(Mechanism::Oauthbearer),
};

enum Mechanism {
    Xoauth2,
    Oauthbearer,
}

struct Sasl(Mechanism);

impl Hook for Sasl {
    fn question(&self, call: &Call) -> Question {
        let target = call.given.server.as_deref().and_then(|server| match call.given.port {
            Some(port) => Target::parse(&format!("{server}:{port}")),
            None => Target::parse(server),
        });
        Question::Token(Ask { target, ..Ask::default() })
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        let Answer::Token(token) = answer else { return Reply::fails() };
        let user = token.named.or(token.account).unwrap_or_default();
        let response = match self.0 {
            Mechanism::Xoauth2 => format!("user={user}\x01auth={}\x01\x01", *token.header()),
            Mechanism::Oauthbearer => oauthbearer(call, user, token),
        };
        Reply::line(&Zeroizing::new(STANDARD.encode(Zeroizing::new(response).as_bytes())))
    }
}

fn oauthbearer(call: &Call, user: &str, token: &Token<'_>) -> String {
    // RFC 5801, section 4: in a name these two would end it.
    let name = user.replace('=', "=3D").replace(',', "=2C");
    let identity = if name.is_empty() { String::new() } else { format!("a={name}") };
    let host = call.given.server.as_ref().map(|host| format!("host={host}\x01")).unwrap_or_default();
    let port = call.given.port.map(|port| format!("port={port}\x01")).unwrap_or_default();
    format!("n,{identity},\x01{host}{port}auth={}\x01\x01", *token.header())
}
