//! `authctl status`: who is logged in, and for how long. Reads the records without lock, network or
//! prompt.

use serde_json::{Value, json};

use super::{answer, answer_json};
use crate::cli::StatusArgs;
use crate::error::Error;
use crate::oauth::token::Expiry;
use crate::profile::identity::Identity;
use crate::session::Context;
use crate::store::seal::{Seal, Summary};
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
        summary: Box<Summary>,
        changed: Vec<String>,
    },
}

impl State {
    fn of(store: &Store, identity: Option<&Identity>) -> Self {
        match store.summary() {
            Err(error) => State::Unreadable(error),
            Ok(None) => State::None,
            Ok(Some(summary)) => {
                let changed = identity
                    .map(|now| summary.header.identity.changes(now))
                    .unwrap_or_default();
                State::Session {
                    summary: Box::new(summary),
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
            State::Session { summary, .. } => {
                let lives = summary.access.facts.may_live(now);
                let by_machine = summary.header.identity.grant != "user";
                match (lives, summary.header.refusal(now).is_some()) {
                    (true, _) => "logged in",
                    (false, true) => "ended by the server",
                    (false, false) if summary.renewable || by_machine => {
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
            State::Session { summary, changed } => {
                let header = &summary.header;
                object["server"] = json!(header.identity.server);
                object["client_id"] = json!(header.identity.client_id);
                object["subject"] = json!(header.subject);
                object["scope"] = json!(summary.access.facts.scope);
                object["generation"] = json!(header.generation);
                object["logged_in_at"] = json!(header.logged_in_at.to_string());
                object["expires_at"] =
                    json!(summary.access.facts.expires_at.map(|end| end.to_string()));
                object["expires_in"] = json!(
                    summary
                        .access
                        .facts
                        .expires_at
                        .map(|end| end.remaining(now).as_secs())
                );
                object["expiry"] = json!(summary.access.facts.expiry);
                object["renewable"] = json!(summary.renewable);
                object["refresh_expires_at"] =
                    json!(summary.refresh_expires_at.map(|end| end.to_string()));
                object["refused"] = json!(header.refused);
                object["clock_skew"] = json!(header.skew);
                object["fingerprint"] = json!(summary.access.fingerprint);
                object["seal"] = json!(summary.seal);
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
            State::Session { summary, changed } => {
                let header = &summary.header;
                let who = header
                    .subject
                    .as_ref()
                    .map_or("not told by the server".to_owned(), ToString::to_string);
                line("who", who);
                line("server", header.identity.server.clone());
                line("client", header.identity.client_id.clone());
                line("scope", summary.access.facts.scope.join(" "));
                line("expires", expires(summary, now));
                line("refresh", refresh(summary));
                line("kept", kept(summary.seal.as_ref()));
                line(
                    "generation",
                    format!("{}, since {}", header.generation, header.logged_in_at),
                );
                if let Some(refused) = &header.refused {
                    line("refused", format!("{} at {}", refused.error, refused.at));
                }
                if header.skew.abs() >= 30 {
                    line(
                        "clock",
                        format!("the server's is {} seconds ahead of ours", header.skew),
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

fn expires(summary: &Summary, now: Timestamp) -> String {
    let access = &summary.access.facts;
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

fn refresh(summary: &Summary) -> String {
    match (summary.renewable, summary.refresh_expires_at) {
        (true, Some(end)) => format!("by refresh token, until {end}"),
        (true, None) => "by refresh token".to_owned(),
        (false, _) if summary.header.identity.grant != "user" => "by asking again".to_owned(),
        (false, _) => "by a new login only".to_owned(),
    }
}
