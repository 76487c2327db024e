//! Why the broker has no token, in kinds and in words.

use serde::{Deserialize, Serialize};

use crate::oauth::response::ErrorBody;
use crate::provider::outcome::Refusal;
use crate::store::StoreError;
use crate::store::record::{Interrupted, Refused};
use crate::time::Timestamp;

/// Why there is no token.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum BrokerError {
    /// What is wrong with the disk, or who is in the way.
    Store(StoreError),
    /// Nobody has logged in.
    NeverLoggedIn,
    /// The profile is not what it was when somebody logged in.
    Changed(Vec<String>),
    /// The server has ended the session, now or earlier.
    Ended(Refused),
    /// The access token has ended, and there is no refresh token.
    NotRenewable { ended: Option<Timestamp> },
    /// The server wants to see the person.
    Interaction(ErrorBody),
    /// The client or the request is wrong.
    Config(ErrorBody),
    /// Ask again later. `at_risk`: the answer may be lost, and the session with it.
    Transient { refusal: Refusal, at_risk: bool },
    /// The token cannot have these scopes without a new login.
    MissingScope(Vec<String>),
    /// There is no ID token that is still good.
    NoIdToken,
    /// The answer to an earlier refresh is missing, and asking again could end what lives.
    Interrupted(Interrupted),
    /// The process that refreshed was killed. What it left says how far it came.
    Killed { pid: u32 },
    /// The refresh goes on in a process of its own, longer than the caller wanted to wait.
    Unfinished { pid: u32 },
    /// What the process that refreshed reports.
    Reported(Report),
}

/// A failure in words, as it crosses from one process to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its kind, by the name that it has in JSON.
    pub kind: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
}

impl From<StoreError> for BrokerError {
    fn from(error: StoreError) -> Self {
        BrokerError::Store(error)
    }
}

impl std::fmt::Display for BrokerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            BrokerError::Store(error) => write!(f, "{error}"),
            BrokerError::NeverLoggedIn => f.write_str("nobody has logged in"),
            BrokerError::Changed(changes) => {
                write!(
                    f,
                    "the profile has changed since its login: {}",
                    changes.join(", ")
                )
            }
            BrokerError::Ended(Refused {
                at,
                error,
                after: Some(Interrupted { since, what, .. }),
                ..
            }) => {
                write!(
                    f,
                    "the session is lost: {what} at {since}, and at {at} the server refused the \
                     refresh token that was left: {error}"
                )
            }
            BrokerError::Ended(Refused {
                at,
                error,
                until: Some(until),
                ..
            }) => {
                write!(
                    f,
                    "the server refused to renew the session at {at}: {error}; not asked again \
                     before {until}"
                )
            }
            BrokerError::Ended(Refused { at, error, .. }) => {
                write!(
                    f,
                    "the session has ended: the server refused to renew it at {at}: {error}"
                )
            }
            BrokerError::NotRenewable { ended: Some(ended) } => {
                write!(
                    f,
                    "the token ended at {ended} and the server gave no refresh token"
                )
            }
            BrokerError::NotRenewable { ended: None } => {
                f.write_str("the token will not do and the server gave no refresh token")
            }
            BrokerError::Interaction(error) => write!(f, "the server wants to see you: {error}"),
            BrokerError::Config(error) => {
                write!(f, "the server does not accept this client: {error}")
            }
            BrokerError::Transient {
                refusal,
                at_risk: false,
            } => write!(f, "{refusal}"),
            BrokerError::Transient {
                refusal,
                at_risk: true,
            } => {
                write!(
                    f,
                    "{refusal}; whether the session was renewed is not known until the next try"
                )
            }
            BrokerError::MissingScope(missing) => {
                write!(f, "the token does not have the scope {}", missing.join(" "))
            }
            BrokerError::Interrupted(Interrupted { since, what, .. }) => {
                write!(
                    f,
                    "{what} at {since}; it is not tried again while the token lives"
                )
            }
            BrokerError::Killed { pid } => {
                write!(
                    f,
                    "the process that refreshed the session, pid {pid}, was killed"
                )
            }
            BrokerError::Unfinished { pid } => {
                write!(
                    f,
                    "the server takes its time; the refresh goes on by itself, as pid {pid}"
                )
            }
            BrokerError::Reported(report) => f.write_str(&report.message),
            BrokerError::NoIdToken => f.write_str("there is no ID token that is still good"),
        }
    }
}
