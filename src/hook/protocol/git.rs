//! git's credential helpers: `git-credential(1)`, `gitcredentials(7)`. Tried with git 2.39 and
//! 2.47.
//!
//! Since 2.46 a helper can heal a refused token inside one command: `continue=1` makes git ask
//! again after a 401, with the `state[]` that it was given, in which we note the fingerprint of the
//! token. `erase` says the same when it is too late for this command; it never ends a session.
//! `store` comes even for what is marked `ephemeral`, and is not for us. Never sent:
//! `oauth_refresh_token`, which git would show to every other helper.

use zeroize::Zeroizing;

use super::{
    Answer, Ask, Call, FailureKind, Hook, Input, Question, Reply, Row, Token, TokenKind, understood,
};
use crate::profile::target::Target;
use crate::secret::Fingerprint;

pub(super) const ROW: Row = Row {
    name: "git",
    help: "git: credential.helper",
    usage: "get|store|erase|capability",
    input: Input::ToABlankLineFor(&["get", "erase"]),
    flag: None,
    variables: &["GIT_TERMINAL_PROMPT", "GCM_INTERACTIVE"],
    program: Some("git-credential-authctl"),
    token: TokenKind::Access,
    speaks: true,
    shows: true,
    hook: &Git,
};

/// git allows no longer lines.
const LINE_LIMIT: usize = 65_535;

/// What we note in `state[]`. git shows every helper the state of all, each under a name of its
/// own.
const GAVE: &str = "authctl.gave=";

struct Git;

impl Hook for Git {
    fn question(&self, call: &Call) -> Question {
        match call.word(0) {
            "get" => understood(request(call).map(|request| match request.target {
                Some(ref target) => Question::Token(ask(call, &request, target.clone())),
                None => Question::Known(Reply::silent()),
            })),
            "erase" => understood(request(call).map(|request| {
                match (request.target.clone(), request.secret()) {
                    (Some(target), Some(refused)) => {
                        Question::Refused(ask(call, &request, target), Fingerprint::of(refused))
                    }
                    _ => Question::Known(Reply::silent()),
                }
            })),
            "capability" => Question::Known(Reply::text(
                "version 0\ncapability authtype\ncapability state\n",
            )),
            // `store`, and whatever git will know one day.
            _ => Question::Known(Reply::silent()),
        }
    }

    fn reply(&self, call: &Call, answer: &Answer<'_>) -> Reply {
        match answer {
            Answer::Token(token) => request(call)
                .map_or_else(|_| Reply::silent(), |request| credential(&request, token)),
            Answer::Failed(failure) if failure.kind == FailureKind::Malformed => Reply::fails(),
            // No other helper and no prompt has what this host wants.
            Answer::Failed(_) => Reply {
                code: 0,
                ..Reply::text("quit=1\n").failing()
            },
            _ => Reply::silent(),
        }
    }
}

fn ask(call: &Call, request: &Request<'_>, target: Target) -> Ask {
    // git's own spellings of "no", of which nothing at all is one.
    const NO: &[&str] = &["", "0", "false", "no", "off", "never"];
    let never = call
        .variables
        .iter()
        .any(|(_, value)| NO.contains(&value.to_ascii_lowercase().as_str()));
    Ask {
        target: Some(target),
        any: true,
        rejected: request.gave(),
        interactive: call.watched && !never,
        ..Ask::default()
    }
}

fn credential(request: &Request<'_>, token: &Token<'_>) -> Reply {
    // Room for all of it at once: a string that grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(token.secret.expose().len() + 4096));
    let mut put = |key: &str, value: &str| {
        // A line break would begin another line of the answer.
        if !value.contains(['\n', '\r', '\0']) {
            for part in [key, "=", value, "\n"] {
                text.push_str(part);
            }
        }
    };
    if request.has("capability[]", "state") && request.gave().is_none() {
        put("capability[]", "state");
        put(
            "state[]",
            &format!("{GAVE}{}.{}", request.kind(), token.secret.fingerprint()),
        );
        put("continue", "1");
    }
    if request.wants_header() {
        put("capability[]", "authtype");
        put("authtype", token.scheme);
        put("credential", token.secret.expose());
        put("ephemeral", "1");
    } else {
        put(
            "username",
            token
                .named
                .or(request.last("username"))
                .unwrap_or(token.usual),
        );
        put("password", token.secret.expose());
    }
    if let Some(until) = token.until {
        put("password_expiry_utc", &until.0.to_string());
    }
    Reply::text(&text)
}

/// What git says: keys with their values, in order.
struct Request<'a> {
    lines: Vec<(&'a str, &'a str)>,
    target: Option<Target>,
}

fn request(call: &Call) -> Result<Request<'_>, String> {
    let mut lines: Vec<(&str, &str)> = Vec::new();
    for line in call
        .text()?
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
    {
        if line.is_empty() {
            break;
        }
        if line.len() > LINE_LIMIT || line.contains('\0') {
            return Err("a line of the request is too long, or has a NUL".to_owned());
        }
        let (key, value) = line
            .split_once('=')
            .ok_or("a line of the request has no `=`")?;
        match value {
            // An empty value takes back what stood in the list.
            "" if key.ends_with("[]") => lines.retain(|(known, _)| *known != key),
            _ => lines.push((key, value)),
        }
    }
    let target = target(&lines);
    Ok(Request { lines, target })
}

/// Where the credential is for. What comes later wins, part by part.
fn target(lines: &[(&str, &str)]) -> Option<Target> {
    let (mut protocol, mut host, mut path) = (String::new(), String::new(), String::new());
    for (key, value) in lines {
        match *key {
            "protocol" => protocol = (*value).to_owned(),
            "host" => host = (*value).to_owned(),
            "path" => path = (*value).to_owned(),
            "url" => {
                let url = Target::parse(value)?;
                (host, path) = (url.authority(), url.path.trim_start_matches('/').to_owned());
                protocol = url.scheme?;
            }
            _ => {}
        }
    }
    Target::of_parts(&protocol, &host, &path)
}

impl<'a> Request<'a> {
    fn last(&self, key: &str) -> Option<&'a str> {
        self.lines
            .iter()
            .rev()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| *value)
    }

    fn has(&self, key: &str, value: &str) -> bool {
        self.lines.contains(&(key, value))
    }

    /// The token that git says was refused.
    fn secret(&self) -> Option<&'a str> {
        self.last("credential")
            .or(self.last("password"))
            .filter(|secret| !secret.is_empty())
    }

    /// The token that we gave when git asked first, in this very command, if in the form that it
    /// wants now: another one than it had before says that the form was refused and not the token.
    fn gave(&self) -> Option<Fingerprint> {
        let states = self.lines.iter().filter(|(key, _)| *key == "state[]");
        let given = states.filter_map(|(_, value)| value.strip_prefix(GAVE)?.split_once('.'));
        given
            .filter(|(kind, _)| *kind == self.kind())
            .filter_map(|(_, token)| Fingerprint::parse(token))
            .next_back()
    }

    fn kind(&self) -> &'static str {
        if self.wants_header() {
            "header"
        } else {
            "password"
        }
    }

    /// Whether git takes a whole header, and the server does not want it otherwise. Told both, a
    /// git that takes headers would send one to a server that knows only Basic.
    fn wants_header(&self) -> bool {
        let challenges = || self.lines.iter().filter(|(key, _)| *key == "wwwauth[]");
        let offers = |scheme: &str| {
            let first = |value: &str| {
                value
                    .get(..scheme.len())
                    .is_some_and(|word| word.eq_ignore_ascii_case(scheme))
            };
            challenges().any(|(_, value)| first(value))
        };
        self.has("capability[]", "authtype") && (offers("bearer") || !offers("basic"))
    }
}
