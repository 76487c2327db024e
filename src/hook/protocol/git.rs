//! git's credential helpers: `git-credential(1)`, `gitcredentials(7)`. Tried with git 2.39 and
//! 2.47.
//!
//! Since git 2.46 a helper can replace a refused token inside one git command. With `continue=1`
//! git asks again after a 401 and repeats the helper's `state[]`, in which authctl writes the
//! token's fingerprint. `erase` reports a refusal when it is too late for this command; it never
//! ends a session. git sends `store` even for credentials that are marked `ephemeral`; authctl
//! ignores it.
//!
//! Deliberately absent: `oauth_refresh_token`, which git would show to every other helper.

use zeroize::Zeroizing;

use super::{
    FailureKind, Hook, Input, Outcome, Question, Reply, Request, Row, Token, TokenKind,
    TokenRequest, question_or_malformed,
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
    own_options: false,
    path_setting: Some("credential.useHttpPath"),
    writes_stderr: true,
    shows_stderr: true,
    hook: &Git,
};

/// The longest line that git reads, in bytes.
const LINE_LIMIT: usize = 65_535;

/// What a value of `state[]` begins with if authctl has written it. git shows every helper the
/// states of all helpers.
const STATE_PREFIX: &str = "authctl.gave=";

struct Git;

impl Hook for Git {
    fn question(&self, request: &Request) -> Question {
        match request.word(0) {
            "get" => question_or_malformed(token_question(request)),
            "erase" => question_or_malformed(refusal_question(request)),
            "capability" => Question::Answered(Reply::text(
                "version 0\ncapability authtype\ncapability state\n",
            )),
            // `store`, and verbs that later versions of git may have.
            _ => Question::Answered(Reply::silent()),
        }
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Reply {
        match outcome {
            Outcome::Token(token) => match Description::read(request) {
                Ok(description) => credential(&description, token),
                Err(_) => Reply::silent(),
            },
            Outcome::Failed(failure) if failure.kind == FailureKind::Malformed => Reply::failure(),
            // Neither another helper nor a prompt has a credential for this host.
            Outcome::Failed(_) => Reply {
                code: 0,
                ..Reply::text("quit=1\n").with_failure()
            },
            _ => Reply::silent(),
        }
    }
}

/// What `get` asks.
fn token_question(request: &Request) -> Result<Question, String> {
    let description = Description::read(request)?;
    Ok(match &description.target {
        Some(target) => Question::Token(token_request(request, &description, target)),
        None => Question::Answered(Reply::silent()),
    })
}

/// What `erase` says: that the server has refused a token.
fn refusal_question(request: &Request) -> Result<Question, String> {
    let description = Description::read(request)?;
    Ok(match (&description.target, description.secret()) {
        (Some(target), Some(secret)) => {
            let wanted = token_request(request, &description, target);
            Question::Refused(wanted, Fingerprint::of(secret))
        }
        _ => Question::Answered(Reply::silent()),
    })
}

fn token_request(
    request: &Request,
    description: &Description<'_>,
    target: &Target,
) -> TokenRequest {
    TokenRequest {
        rejected: description.handed_out(),
        interactive: request.watched && !request.variables.iter().any(|(_, value)| is_no(value)),
        ..TokenRequest::about(target.clone())
    }
}

/// Whether git reads this value of a variable as "no". An empty one is.
fn is_no(value: &str) -> bool {
    const SPELLINGS: &[&str] = &["", "0", "false", "no", "off", "never"];
    SPELLINGS.contains(&value.to_ascii_lowercase().as_str())
}

/// The reply with a token, as a header or as a password.
fn credential(description: &Description<'_>, token: &Token<'_>) -> Reply {
    let mut lines = Lines::with_room_for(token);
    if description.has("capability[]", "state") && description.handed_out().is_none() {
        let form = description.form();
        lines.push("capability[]", "state");
        lines.push(
            "state[]",
            &format!("{STATE_PREFIX}{form}.{}", token.secret.fingerprint()),
        );
        lines.push("continue", "1");
    }
    if description.wants_header() {
        lines.push("capability[]", "authtype");
        lines.push("authtype", token.scheme);
        lines.push("credential", token.secret.expose());
        lines.push("ephemeral", "1");
    } else {
        // A server that takes one name only takes no other, whatever stands in the address.
        let fixed = token.fixes_username.then_some(token.default_username);
        let username = token
            .chosen_username
            .or(fixed)
            .or(description.last("username"));
        lines.push("username", username.unwrap_or(token.default_username));
        lines.push("password", token.secret.expose());
    }
    if let Some(until) = token.until {
        lines.push("password_expiry_utc", &until.0.to_string());
    }
    Reply::text(&lines.0)
}

/// The lines of a reply.
struct Lines(Zeroizing<String>);

impl Lines {
    /// No lines, with room for all that one reply has: a string that grows leaves copies of the
    /// token behind.
    fn with_room_for(token: &Token<'_>) -> Self {
        let room = token.secret.expose().len() + 4096;
        Self(Zeroizing::new(String::with_capacity(room)))
    }

    /// Adds `name=value`, unless a line break in the value would begin another line of the reply.
    fn push(&mut self, name: &str, value: &str) {
        if value.contains(['\n', '\r', '\0']) {
            return;
        }
        for part in [name, "=", value, "\n"] {
            self.0.push_str(part);
        }
    }
}

/// The credential that git asks about: attributes with their values, in the order in which git
/// writes them.
struct Description<'a> {
    attributes: Vec<(&'a str, &'a str)>,
    target: Option<Target>,
}

impl<'a> Description<'a> {
    /// Reads the request up to its first empty line.
    fn read(request: &'a Request) -> Result<Self, String> {
        let mut attributes: Vec<(&str, &str)> = Vec::new();
        let text = request.text()?;
        // All lines end as those of Windows do, or none does.
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        for line in text.split(end) {
            if line.is_empty() {
                break;
            }
            if line.contains(['\r', '\n']) {
                return Err("the lines of the request end in two ways".to_owned());
            }
            if line.len() > LINE_LIMIT || line.contains('\0') {
                return Err("a line of the request is too long, or has a NUL".to_owned());
            }
            let (name, value) = line
                .split_once('=')
                .ok_or("a line of the request has no `=`")?;
            if ["protocol", "host", "url"].contains(&name) && value.trim() != value {
                return Err(format!("`{name}` has a blank before or behind it"));
            }
            match value {
                // An empty value removes the list's earlier values.
                "" if name.ends_with("[]") => attributes.retain(|(known, _)| *known != name),
                _ => attributes.push((name, value)),
            }
        }
        let target = target(&attributes).filter(|_| !contradicts_itself(&attributes));
        let mut names = attributes.iter().filter(|(name, _)| *name == "username");
        let user = names.next_back().map(|(_, user)| *user);
        let target = target.map(|target| target.with_user(user));
        Ok(Self { attributes, target })
    }

    /// The value of an attribute; the last one if there are several.
    fn last(&self, name: &str) -> Option<&'a str> {
        self.values(name).next_back()
    }

    /// All values of an attribute.
    fn values(&self, name: &str) -> impl DoubleEndedIterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |(known, _)| *known == name)
            .map(|(_, value)| *value)
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.attributes.contains(&(name, value))
    }

    /// The token that git says was refused.
    fn secret(&self) -> Option<&'a str> {
        self.last("credential")
            .or(self.last("password"))
            .filter(|secret| !secret.is_empty())
    }

    /// The token that authctl gave when git asked first, in this same git command. `None` if it was
    /// given in another form than git wants now: then the server refused the form, and not the
    /// token.
    fn handed_out(&self) -> Option<Fingerprint> {
        let mut last = None;
        for state in self.values("state[]") {
            let state = state.strip_prefix(STATE_PREFIX);
            let Some((form, token)) = state.and_then(|state| state.split_once('.')) else {
                continue;
            };
            if form == self.form() {
                last = Fingerprint::parse(token).or(last);
            }
        }
        last
    }

    /// The form in which the token is given, as it is written in `state[]`.
    fn form(&self) -> &'static str {
        if self.wants_header() {
            "header"
        } else {
            "password"
        }
    }

    /// Whether git takes a whole header, and the server's challenges do not exclude Bearer. A reply
    /// in both forms would make git send the header even to a server that knows only Basic.
    fn wants_header(&self) -> bool {
        self.has("capability[]", "authtype") && (self.offers("bearer") || !self.offers("basic"))
    }

    /// Whether one of the server's challenges begins with this scheme.
    fn offers(&self, scheme: &str) -> bool {
        self.values("wwwauth[]").any(|challenge| {
            challenge
                .get(..scheme.len())
                .is_some_and(|word| word.eq_ignore_ascii_case(scheme))
        })
    }
}

/// Whether an attribute that is no list is there with two values, or the address is there as a
/// whole and in parts. git writes none so: a line break in an address would.
fn contradicts_itself(attributes: &[(&str, &str)]) -> bool {
    const PARTS: [&str; 3] = ["protocol", "host", "path"];
    let has = |name: &str| attributes.iter().any(|(known, _)| *known == name);
    if has("url") && PARTS.into_iter().any(has) {
        return true;
    }
    attributes.iter().enumerate().any(|(place, (name, value))| {
        let mut earlier = attributes[..place].iter();
        !name.ends_with("[]") && earlier.any(|(known, other)| known == name && other != value)
    })
}

/// The address that the credential is for. A later attribute replaces an earlier one, part by part.
fn target(attributes: &[(&str, &str)]) -> Option<Target> {
    let mut protocol = String::new();
    let mut host = String::new();
    let mut path = String::new();
    for (name, value) in attributes {
        match *name {
            "protocol" => protocol = (*value).to_owned(),
            "host" => host = (*value).to_owned(),
            "path" => path = (*value).to_owned(),
            "url" => {
                let url = Target::parse(value)?;
                host = url.authority();
                path = url.path.trim_start_matches('/').to_owned();
                protocol = url.scheme?;
            }
            _ => {}
        }
    }
    Target::of_parts(&protocol, &host, &path)
}
