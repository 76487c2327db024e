//! `authctl status`: who is logged in, and for how long. Reads the records without lock, network or
//! prompt.

use serde_json::{Value, json};

use super::{answer, answer_json};
use crate::cli::StatusArgs;
use crate::error::Error;
use crate::oauth::token::Expiry;
use crate::profile::identity::Identity;
use crate::session::Context;
use crate::store::seal::{Outline, Seal};
use crate::store::{Store, StoreError};
use crate::time::{Timestamp, describe};
use crate::ui;

/// Prints the state of a profile, or of all.
///
/// # Errors
/// When there is no such profile.
pub fn run(run: &Context, args: &StatusArgs) -> Result<(), Error> {
    let names = match &args.profile {
        Some(name) => vec![run.locations.profile(Some(name))?.name],
        None => {
            let all = run.locations.profiles()?;
            if all.is_empty() {
                vec![run.locations.profile(None)?.name]
            } else {
                all
            }
        }
    };
    let now = run.clock.now();
    let mut human = String::new();
    let mut machine = Vec::new();
    for name in names {
        let identity = run
            .locations
            .profile(Some(&name))
            .map(|profile| profile.identity());
        let store = run.store(&name);
        let state = State::of(&store, identity.as_ref().ok());
        if run.json {
            machine.push(state.json(&name, &store, now));
        } else {
            human.push_str(&state.text(&name, &store, now));
        }
    }
    if run.json {
        return answer_json(&Value::Array(machine));
    }
    answer(&human)
}

/// What is known of a session.
enum State {
    Unreadable(StoreError),
    None,
    Session {
        outline: Box<Outline>,
        changed: Vec<String>,
    },
}

impl State {
    fn of(store: &Store, identity: Option<&Identity>) -> Self {
        match store.outline() {
            Err(error) => State::Unreadable(error),
            Ok(None) => State::None,
            Ok(Some(outline)) => {
                let changed = identity
                    .map(|now| outline.session.identity.changes(now))
                    .unwrap_or_default();
                State::Session {
                    outline: Box::new(outline),
                    changed,
                }
            }
        }
    }

    /// One word, the same for people and for scripts.
    fn word(&self, now: Timestamp) -> &'static str {
        match self {
            State::Unreadable(_) => "unreadable",
            State::None => "not logged in",
            State::Session { changed, .. } if !changed.is_empty() => "profile changed",
            State::Session { outline, .. } => {
                let lives = outline.access.facts.may_live(now);
                let by_machine = outline.session.identity.grant != "user";
                match (lives, outline.session.refusal(now).is_some()) {
                    (true, _) => "logged in",
                    (false, true) => "ended by the server",
                    (false, false) if outline.renewable || by_machine => {
                        "logged in, token to be refreshed"
                    }
                    (false, false) => "expired",
                }
            }
        }
    }

    fn json(&self, name: &str, store: &Store, now: Timestamp) -> Value {
        let mut object = json!({"profile": name, "state": self.word(now), "path": store.path(),
            "in_flight": store.in_flight()});
        match self {
            State::None => {}
            State::Unreadable(error) => object["error"] = json!(error.to_string()),
            State::Session { outline, changed } => {
                let session = &outline.session;
                object["server"] = json!(session.identity.server);
                object["client_id"] = json!(session.identity.client_id);
                object["subject"] = json!(session.subject);
                object["scope"] = json!(outline.access.facts.scope);
                object["generation"] = json!(session.generation);
                object["logged_in_at"] = json!(session.logged_in_at.to_string());
                object["expires_at"] =
                    json!(outline.access.facts.expires_at.map(|end| end.to_string()));
                object["expires_in"] = json!(
                    outline
                        .access
                        .facts
                        .expires_at
                        .map(|end| end.remaining(now).as_secs())
                );
                object["expiry"] = json!(outline.access.facts.expiry);
                object["renewable"] = json!(outline.renewable);
                object["refresh_expires_at"] =
                    json!(outline.refresh_expires_at.map(|end| end.to_string()));
                object["refused"] = json!(session.refused);
                object["clock_skew"] = json!(session.skew);
                object["fingerprint"] = json!(outline.access.fingerprint);
                object["seal"] = json!(outline.seal);
                object["changed"] = json!(changed);
            }
        }
        object
    }

    fn text(&self, name: &str, store: &Store, now: Timestamp) -> String {
        let mut lines = vec![format!("{name}: {}", self.word(now))];
        let mut line = |label: &str, value: String| lines.push(format!("  {label:<11} {value}"));
        match self {
            State::None => {}
            State::Unreadable(error) => line("error", error.to_string()),
            State::Session { outline, changed } => {
                let session = &outline.session;
                let who = session
                    .subject
                    .as_ref()
                    .map_or("not told by the server".to_owned(), ToString::to_string);
                line("who", who);
                line("server", session.identity.server.clone());
                line("client", session.identity.client_id.clone());
                line("scope", outline.access.facts.scope.join(" "));
                line("expires", expires(outline, now));
                line("refresh", refresh(outline));
                line("kept", kept(outline.seal.as_ref()));
                line(
                    "generation",
                    format!("{}, since {}", session.generation, session.logged_in_at),
                );
                if let Some(refused) = &session.refused {
                    line("refused", format!("{} at {}", refused.error, refused.at));
                }
                if session.skew.abs() >= 30 {
                    line(
                        "clock",
                        format!("the server's is {} seconds ahead of ours", session.skew),
                    );
                }
                for change in changed {
                    line("changed", change.clone());
                }
            }
        }
        if store.in_flight() {
            line(
                "in flight",
                "a refresh is under way, or was interrupted".to_owned(),
            );
        }
        lines.join("\n") + "\n"
    }
}

fn expires(outline: &Outline, now: Timestamp) -> String {
    let access = &outline.access.facts;
    let Some(end) = access.expires_at else {
        return "nobody knows: the server did not say".to_owned();
    };
    let source = match access.expiry {
        Expiry::Jwt => ", by the token itself",
        Expiry::Assumed => ", assumed",
        Expiry::Server | Expiry::Unknown => "",
    };
    if now < access.obtained_at {
        return format!("{end}{source}, but the clock was set back since it came");
    }
    let left = end.remaining(now);
    if left.is_zero() {
        return format!("{end}, which has passed");
    }
    let bar = if std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        format!("{} ", ui::bar(left, access.lifetime().unwrap_or_default()))
    } else {
        String::new()
    };
    format!("{bar}{} left, until {end}{source}", describe(left))
}

fn kept(seal: Option<&Seal>) -> String {
    match seal {
        None => "in a file that only you may read".to_owned(),
        Some(Seal { place, .. }) => format!("in a sealed file, whose key is in {place}"),
    }
}

fn refresh(outline: &Outline) -> String {
    match (outline.renewable, outline.refresh_expires_at) {
        (true, Some(end)) => format!("by refresh token, until {end}"),
        (true, None) => "by refresh token".to_owned(),
        (false, _) if outline.session.identity.grant != "user" => "by asking again".to_owned(),
        (false, _) => "by a new login only".to_owned(),
    }
}
