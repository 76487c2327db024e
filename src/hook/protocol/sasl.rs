//! Mail: the initial responses of XOAUTH2 (Google's "XOAUTH2 protocol") and OAUTHBEARER (RFC 7628,
//! section 3.1), for programs that have no such mechanism of their own. Those that have want the
//! bare token: the hook `token`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, Token, TokenKind, malformed};
use crate::profile::target::Target;

pub(super) const XOAUTH2: Row = Row {
    name: "xoauth2",
    help: "mail: the SASL mechanism XOAUTH2",
    usage: "",
    input: Input::Nothing,
    flag: None,
    variables: &[],
    program: None,
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Sasl(Mechanism::Xoauth2),
};

pub(super) const OAUTHBEARER: Row = Row {
    name: "oauthbearer",
    help: "mail: the SASL mechanism OAUTHBEARER",
    usage: "",
    input: Input::Nothing,
    flag: None,
    variables: &[],
    program: None,
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Sasl(Mechanism::Oauthbearer),
};

enum Mechanism {
    Xoauth2,
    Oauthbearer,
}

struct Sasl(Mechanism);

impl Hook for Sasl {
    fn question(&self, call: &Call) -> Question {
        // Mail's ports are not the web's, and say nothing of whose server it is.
        let server = call.given.server.as_deref();
        let Ok(target) = server
            .map(|server| Target::parse(server).ok_or(()))
            .transpose()
        else {
            return malformed("--server is no host");
        };
        Question::Token(Ask {
            target,
            ..Ask::default()
        })
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        let Answer::Token(token) = answer else {
            return Reply::fails();
        };
        let Some(user) = token
            .named
            .or(token.account)
            .filter(|user| !user.is_empty())
        else {
            let complaint = Some(
                "whose mailbox? the server does not say who logged in: give `--username ADDRESS`",
            );
            return Reply {
                complaint,
                ..Reply::fails()
            };
        };
        let response = match self.0 {
            Mechanism::Xoauth2 => format!("user={user}\x01auth={}\x01\x01", *token.header()),
            Mechanism::Oauthbearer => oauthbearer(call, user, token),
        };
        Reply::line(&Zeroizing::new(
            STANDARD.encode(Zeroizing::new(response).as_bytes()),
        ))
    }
}

fn oauthbearer(call: &Call, user: &str, token: &Token<'_>) -> String {
    // RFC 5801, section 4: in a name these two would end it.
    let name = user.replace('=', "=3D").replace(',', "=2C");
    let host = call
        .given
        .server
        .as_ref()
        .map(|host| format!("host={host}\x01"))
        .unwrap_or_default();
    let port = call
        .given
        .port
        .map(|port| format!("port={port}\x01"))
        .unwrap_or_default();
    format!(
        "n,a={name},\x01{host}{port}auth={}\x01\x01",
        *token.header()
    )
}
