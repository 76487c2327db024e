//! Mail: the initial responses of XOAUTH2 (Google's "XOAUTH2 protocol") and OAUTHBEARER (RFC 7628,
//! section 3.1), for programs that have no such mechanism of their own. Programs that have one want
//! the bare token, which the hook `token` gives.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Hook, Outcome, Question, Reply, Request, Row, Token, TokenRequest, malformed};
use crate::profile::target::Target;

pub(super) const XOAUTH2: Row = Row::without_request(
    "xoauth2",
    "mail: the SASL mechanism XOAUTH2",
    &Sasl(Mechanism::Xoauth2),
);

pub(super) const OAUTHBEARER: Row = Row::without_request(
    "oauthbearer",
    "mail: the SASL mechanism OAUTHBEARER",
    &Sasl(Mechanism::Oauthbearer),
);

const NO_USER: &str = "cannot tell whose mailbox it is: the server does not say who logged in; use \
                       `--username ADDRESS`";

enum Mechanism {
    Xoauth2,
    Oauthbearer,
}

struct Sasl(Mechanism);

impl Hook for Sasl {
    fn question(&self, request: &Request) -> Question {
        let Some(server) = &request.options.server else {
            return Question::Token(TokenRequest::default());
        };
        // The port is left out: a `[[match]]` names the ports of web servers.
        match Target::parse(server) {
            Some(target) => Question::Token(TokenRequest {
                target: Some(target),
                ..TokenRequest::default()
            }),
            None => malformed("--server is not a valid host"),
        }
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply {
        let Outcome::Token(token) = outcome else {
            return Reply::failure();
        };
        let user = token.chosen_username.or(token.account);
        let Some(user) = user.filter(|user| !user.is_empty()) else {
            return Reply {
                complaint: Some(NO_USER),
                ..Reply::failure()
            };
        };
        let response = match self.0 {
            Mechanism::Xoauth2 => format!("user={user}\x01auth={}\x01\x01", *token.header()),
            Mechanism::Oauthbearer => oauthbearer(request, user, token),
        };
        Reply::line(&Zeroizing::new(
            STANDARD.encode(Zeroizing::new(response).as_bytes()),
        ))
    }
}

fn oauthbearer(request: &Request, user: &str, token: &Token<'_>) -> String {
    // RFC 5801, section 4: these two characters would end the name.
    let name = user.replace('=', "=3D").replace(',', "=2C");
    let host = match &request.options.server {
        Some(host) => format!("host={host}\x01"),
        None => String::new(),
    };
    let port = match request.options.port {
        Some(port) => format!("port={port}\x01"),
        None => String::new(),
    };
    let header = token.header();
    format!("n,a={name},\x01{host}{port}auth={}\x01\x01", *header)
}
