//! Why the broker has no token, in kinds and in words.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::oauth::response::ErrorBody;
use crate::provider::outcome::Refusal;
use crate::store::StoreError;
use crate::store::record::{Failed, Interrupted, Refused};
use crate::time::{Timestamp, describe};

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// What is wrong with the disk, or who is in the way.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no session.
    #[error("nobody has logged in")]
    NeverLoggedIn,
    /// The profile is not what it was when its user logged in: each difference as a clause.
    #[error("the profile has changed since its login: {}", .0.join(", "))]
    Changed(Vec<String>),
    /// The server has ended the session, now or earlier.
    #[error("{}", sentence_of_the_end(.0))]
    Ended(Box<Refused>),
    /// The access token will not do, and there is no refresh token.
    #[error("{}", sentence_without_refresh_token(*ended))]
    NotRenewable {
        /// When the access token ended, if it did.
        ended: Option<Timestamp>,
    },
    /// The server wants the user to log in, or to confirm something.
    #[error("the server wants to see you: {0}")]
    Interaction(ErrorBody),
    /// The client or the request is wrong.
    #[error("the server does not accept this client: {0}")]
    Config(ErrorBody),
    /// There was no useful answer. A later try may succeed.
    #[error("{refusal}{}", sentence_of_the_risk(*at_risk))]
    Transient {
        /// What was answered instead.
        refusal: Refusal,
        /// Whether a refresh token may have been spent, and the answer lost.
        at_risk: bool,
    },
    /// A refresh has just failed, and the server is left alone for a while.
    #[error("{}; the server is left alone for {}", failed.error, describe(*left))]
    Failing {
        /// How it failed.
        failed: Box<Failed>,
        /// For how long still.
        left: Duration,
    },
    /// The token cannot have these scopes without a new login.
    #[error("the token does not have the scope {}", .0.join(" "))]
    MissingScope(Vec<String>),
    /// There is no ID token that is still valid.
    #[error("there is no ID token that is still good")]
    NoIdToken,
    /// The answer to an earlier refresh is missing, and asking again could end a session that
    /// lives.
    #[error(
        "{} at {}; it is not tried again while the token lives",
        .0.what,
        .0.since
    )]
    Interrupted(Interrupted),
    /// The helper process was killed. The files that it left say how far it came.
    #[error("the process that refreshed the session, pid {pid}, was killed")]
    Killed {
        /// Its process id.
        pid: u32,
    },
    /// Other processes refreshed the session, or failed to, each time before the helper process had
    /// the lock. Possible where a lock cannot be lent (Windows).
    #[error("other processes were quicker, again and again")]
    Overtaken,
    /// The helper process goes on with the refresh, longer than the caller wanted to wait.
    #[error("the server takes its time; the refresh goes on by itself, as pid {pid}")]
    Unfinished {
        /// Its process id.
        pid: u32,
    },
    /// The helper process goes on with the refresh in a container, longer than the caller wanted to
    /// wait. The end of the container is its end.
    #[error(
        "the server takes its time; the refresh goes on as pid {pid}, unless this container ends"
    )]
    UnfinishedInContainer {
        /// Its process id.
        pid: u32,
    },
    /// The failure that the helper process reports.
    #[error("{}", .0.message)]
    Reported(Report),
}

/// A failure in words, as it crosses from the helper process to its caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its kind, by the name that it has in the JSON output.
    pub kind: String,
    /// What happened.
    pub message: String,
    /// What the user can do next.
    pub hints: Vec<String>,
}

fn sentence_of_the_end(refused: &Refused) -> String {
    let Refused { at, error, .. } = refused;
    if let Some(Interrupted { since, what, .. }) = &refused.after {
        return format!(
            "the session is lost: {what} at {since}, and at {at} the server refused the refresh \
             token that was left: {error}"
        );
    }
    if let Some(until) = &refused.until {
        return format!(
            "the server refused to renew the session at {at}: {error}; not asked again before \
             {until}"
        );
    }
    format!("the session has ended: the server refused to renew it at {at}: {error}")
}

fn sentence_without_refresh_token(ended: Option<Timestamp>) -> String {
    match ended {
        Some(ended) => format!("the token ended at {ended} and the server gave no refresh token"),
        None => "the token will not do and the server gave no refresh token".to_owned(),
    }
}

fn sentence_of_the_risk(at_risk: bool) -> &'static str {
    if at_risk {
        "; whether the session was renewed is not known until the next try"
    } else {
        ""
    }
}
