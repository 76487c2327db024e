//! `authctl status`: who is logged in, and for how long. Reads the records without lock, network or
//! prompt.

use serde_json::{Value, json};

use super::{Output, answer, answer_json};
use crate::cli::StatusArgs;
use crate::error::{Error, ErrorKind};
use crate::oauth::token::Expiry;
use crate::profile::identity::Registration;
use crate::session::Context;
use crate::store::record::Header;
use crate::store::seal::{Seal, Summary};
use crate::store::{Store, StoreError};
use crate::time::{Timestamp, describe};
use crate::ui;

/// A difference between two clocks that is worth a line, in seconds.
const NOTABLE_SKEW: i64 = 30;

/// Prints the state of a profile, or of all.
///
/// # Errors
/// When there is no such profile.
pub fn run(context: &Context, output: Output, args: &StatusArgs) -> Result<(), Error> {
    let now = context.clock.now();
    let mut text = String::new();
    let mut rows = Vec::new();
    let mut nothing = None;
    for name in names(context, args)? {
        let profile = context.profile(Some(&name)).ok();
        let registration = profile.map(|profile| profile.registration());
        let store = context.record(&name)?;
        let state = State::of(&store, registration.as_ref());
        if output.json {
            rows.push(state.json(&name, &store, now));
        } else {
            text.push_str(&state.text(&name, &store, now));
        }
        nothing = args
            .profile
            .as_ref()
            .and_then(|_| state.nothing_to_hand_out(&name, now));
    }
    if output.json {
        answer_json(&Value::Array(rows))?;
    } else {
        answer(&text)?;
    }
    nothing.map_or(Ok(()), Err)
}

/// The profile that is named; else all of them; else the one that is meant when none is named.
fn names(context: &Context, args: &StatusArgs) -> Result<Vec<String>, Error> {
    if args.profile.is_none() {
        let all = context.config()?.names();
        if !all.is_empty() {
            return Ok(all);
        }
    }
    let profile = context.profile(args.profile.as_deref())?;
    Ok(vec![profile.name])
}

/// What is known of a session.
enum State {
    Unreadable(StoreError),
    None,
    Known(Box<Known>),
}

/// A session whose record can be read, as far as that needs no key.
struct Known {
    summary: Summary,
    /// How the profile has changed since the login, each as a clause.
    changed: Vec<String>,
}

impl State {
    fn of(store: &Store, registration: Option<&Registration>) -> Self {
        let summary = match store.summary() {
            Err(error) => return State::Unreadable(error),
            Ok(None) => return State::None,
            Ok(Some(summary)) => summary,
        };
        let changed = registration.map(|now| summary.header.changes_to(now));
        State::Known(Box::new(Known {
            summary,
            changed: changed.unwrap_or_default(),
        }))
    }

    /// The state in a few words, the same for people and for scripts.
    fn word(&self, now: Timestamp) -> &'static str {
        match self {
            State::Unreadable(_) => "unreadable",
            State::None => "not logged in",
            State::Known(known) => known.word(now),
        }
    }

    /// What a caller who asks for a token would be told, if there is none to be had.
    fn nothing_to_hand_out(&self, name: &str, now: Timestamp) -> Option<Error> {
        let kind = match self {
            State::Unreadable(_) => ErrorKind::Store,
            State::Known(known) if known.hands_out(now) => return None,
            _ => ErrorKind::LoginRequired,
        };
        let error = Error::new(kind, self.word(now)).about(name);
        Some(error.hint("run `authctl login {profile}`"))
    }

    fn json(&self, name: &str, store: &Store, now: Timestamp) -> Value {
        let mut object = json!({
            "profile": name,
            "state": self.word(now),
            "path": store.path(),
            "in_flight": store.in_flight(),
        });
        match self {
            State::None => {}
            State::Unreadable(error) => object["error"] = json!(error.to_string()),
            State::Known(known) => known.add_to(&mut object, now),
        }
        object
    }

    fn text(&self, name: &str, store: &Store, now: Timestamp) -> String {
        let mut text = format!("{name}: {}\n", self.word(now));
        let mut lines = match self {
            State::None => vec![],
            State::Unreadable(error) => vec![("error", error.to_string())],
            State::Known(known) => known.lines(now),
        };
        if store.in_flight() {
            let what = "a refresh is under way, or was interrupted";
            lines.push(("in flight", what.to_owned()));
        }
        for (label, value) in lines {
            text.push_str(&format!("  {label:<11} {value}\n"));
        }
        text
    }
}

impl Known {
    fn word(&self, now: Timestamp) -> &'static str {
        let Summary { header, access, .. } = &self.summary;
        if !self.changed.is_empty() {
            return "profile changed";
        }
        match (header.refusal(now), access.facts.may_live(now)) {
            (None, true) => return "logged in",
            (None, false) => {}
            (Some(_), true) => return "refused",
            (Some(_), false) => return "ended by the server",
        }
        if self.summary.renewable || !is_of_person(header) {
            return "logged in, token to be refreshed";
        }
        "expired"
    }

    /// Whether a caller would be given a token, as far as no server has to be asked for that.
    fn hands_out(&self, now: Timestamp) -> bool {
        let Summary { header, access, .. } = &self.summary;
        match self.word(now) {
            "refused" => header.refused_access() != Some(&access.fingerprint),
            word => word.starts_with("logged in"),
        }
    }

    fn add_to(&self, object: &mut Value, now: Timestamp) {
        let Summary { header, access, .. } = &self.summary;
        let facts = &access.facts;
        let left = facts.expires_at.map(|end| end.remaining(now).as_secs());
        let refresh_end = self.summary.refresh_expires_at;
        object["server"] = json!(header.identity.server);
        object["client_id"] = json!(header.identity.client_id);
        object["subject"] = json!(header.subject);
        object["scope"] = json!(facts.scope);
        object["generation"] = json!(header.generation);
        object["logged_in_at"] = json!(header.logged_in_at.to_string());
        object["expires_at"] = json!(facts.expires_at.map(|end| end.to_string()));
        object["expires_in"] = json!(left);
        object["expiry"] = json!(facts.expiry);
        object["renewable"] = json!(self.summary.renewable);
        object["refresh_expires_at"] = json!(refresh_end.map(|end| end.to_string()));
        object["refused"] = json!(header.refused);
        object["clock_skew"] = json!(header.skew);
        object["fingerprint"] = json!(access.fingerprint);
        object["seal"] = json!(self.summary.seal);
        object["changed"] = json!(self.changed);
    }

    fn lines(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let Summary { header, access, .. } = &self.summary;
        let who = match &header.subject {
            Some(subject) => subject.to_string(),
            None => "not told by the server".to_owned(),
        };
        let generation = format!("{}, since {}", header.generation, header.logged_in_at);
        let mut lines = vec![
            ("who", who),
            ("server", header.identity.server.clone()),
            ("client", header.identity.client_id.clone()),
            ("scope", access.facts.scope.join(" ")),
            ("expires", expires(&self.summary, now)),
            ("refresh", refresh(&self.summary)),
            ("kept", where_stored(self.summary.seal.as_ref())),
            ("generation", generation),
        ];
        if let Some(refused) = &header.refused {
            lines.push(("refused", format!("{} at {}", refused.error, refused.at)));
            lines.push(("next", format!("authctl login {}", header.profile)));
        }
        if header.skew.abs() >= NOTABLE_SKEW {
            let skew = header.skew;
            let clock = format!("the server's is {skew} seconds ahead of this machine's");
            lines.push(("clock", clock));
        }
        for change in &self.changed {
            lines.push(("changed", change.clone()));
        }
        lines
    }
}

/// Whether a person logged in. A client that needs none asks again when its token ends.
fn is_of_person(header: &Header) -> bool {
    header.identity.grant == "user"
}

fn expires(summary: &Summary, now: Timestamp) -> String {
    let facts = &summary.access.facts;
    let Some(end) = facts.expires_at else {
        return "unknown: the server did not say".to_owned();
    };
    let source = match facts.expiry {
        Expiry::Jwt => ", by the token itself",
        Expiry::Assumed => ", assumed",
        Expiry::Server | Expiry::Unknown => "",
    };
    if now < facts.obtained_at {
        return format!("{end}{source}, but the clock was set back since it came");
    }
    let left = end.remaining(now);
    if left.is_zero() {
        return format!("{end}, which has passed");
    }
    let mut text = format!("{} left, until {end}{source}", describe(left));
    if std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        let bar = ui::bar(left, facts.lifetime().unwrap_or_default());
        text.insert_str(0, &format!("{bar} "));
    }
    text
}

fn where_stored(seal: Option<&Seal>) -> String {
    match seal {
        None => "in a file that only you may read".to_owned(),
        Some(Seal { place, .. }) => format!("in a sealed file, whose key is in {place}"),
    }
}

fn refresh(summary: &Summary) -> String {
    match (summary.renewable, summary.refresh_expires_at) {
        (true, Some(end)) => format!("by refresh token, until {end}"),
        (true, None) => "by refresh token".to_owned(),
        (false, _) if is_of_person(&summary.header) => "by a new login only".to_owned(),
        (false, _) => "by asking again".to_owned(),
    }
}
