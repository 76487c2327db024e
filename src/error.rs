//! What went wrong, in words for the outside. [`KINDS`] is the one table of exit codes:
//! `main`, the manual and the tests read it.
//!
//! An error says what happened and to what; its hints say what to do next; its kind decides the
//! exit code.

use crate::broker::{BrokerError, Report};
use crate::config::ConfigError;
use crate::grant::GrantError;
use crate::http::HttpError;
use crate::provider::outcome::{Disposition, Refusal};
use crate::store::StoreError;
use crate::store::key::{Keeper, KeyError, Place};

/// A kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "KINDS documents each")]
pub enum ErrorKind {
    Failed,
    Usage,
    Store,
    LoginRequired,
    TryAgain,
    Config,
    Interrupted,
}

/// A row of the table.
pub struct Row {
    /// The kind.
    pub kind: ErrorKind,
    /// The exit code.
    pub code: u8,
    /// Its name in JSON.
    pub name: &'static str,
    /// What it means.
    pub help: &'static str,
}

const fn row(kind: ErrorKind, code: u8, name: &'static str, help: &'static str) -> Row {
    Row {
        kind,
        code,
        name,
        help,
    }
}

/// Every way to fail, by exit code.
pub const KINDS: &[Row] = &[
    row(ErrorKind::Failed, 1, "failed", "something else went wrong"),
    row(
        ErrorKind::Usage,
        2,
        "usage",
        "the command line is not understood",
    ),
    row(
        ErrorKind::Store,
        3,
        "store",
        "the session cannot be read or saved on this machine; nothing was spent",
    ),
    row(
        ErrorKind::LoginRequired,
        4,
        "login_required",
        "a person has to log in",
    ),
    row(
        ErrorKind::TryAgain,
        5,
        "try_again",
        "the server or the lock could not answer now; the session is kept",
    ),
    row(
        ErrorKind::Config,
        6,
        "config",
        "the configuration, or the client's registration, is wrong",
    ),
    row(
        ErrorKind::Interrupted,
        130,
        "interrupted",
        "Ctrl-C ended the command",
    ),
];

impl ErrorKind {
    /// Its row of the table.
    #[must_use]
    pub fn row(self) -> &'static Row {
        KINDS
            .iter()
            .find(|row| row.kind == self)
            .unwrap_or(&KINDS[0])
    }
}

/// A failure, ready to be told.
#[derive(Debug)]
pub struct Error {
    /// What kind.
    pub kind: ErrorKind,
    /// What happened, to what: lower case, no full stop.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
}

impl Error {
    /// A failure without a hint.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: vec![],
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The failure as one JSON object.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let row = self.kind.row();
        serde_json::json!({"error": row.name, "code": row.code, "message": self.message,
            "hints": self.hints})
    }

    /// The failure as it crosses to another process, which will say itself that it is about
    /// `profile`.
    #[must_use]
    pub fn report(&self, profile: &str) -> Report {
        let about = format!("{profile}: ");
        let message = self
            .message
            .strip_prefix(&about)
            .unwrap_or(&self.message)
            .to_owned();
        Report {
            kind: self.kind.row().name.to_owned(),
            message,
            hints: self.hints.clone(),
        }
    }

    /// What the broker says about `profile`.
    #[must_use]
    pub fn of_broker(profile: &str, error: BrokerError) -> Self {
        let login = format!("run `authctl login {profile}`");
        let about = |kind| Self::new(kind, format!("{profile}: {error}"));
        match error {
            BrokerError::Store(error) => {
                let error = Self::from(error);
                Self {
                    message: format!("{profile}: {}", error.message),
                    ..error
                }
            }
            BrokerError::Reported(ref report) => {
                let kind = KINDS
                    .iter()
                    .find(|row| row.name == report.kind)
                    .map(|row| row.kind);
                Self {
                    hints: report.hints.clone(),
                    ..about(kind.unwrap_or(ErrorKind::Failed))
                }
            }
            BrokerError::Killed { .. } => about(ErrorKind::TryAgain).hint("try again"),
            BrokerError::Unfinished { .. } => about(ErrorKind::TryAgain)
                .hint("ask again: its token will be there, or give it more time with `--wait`"),
            BrokerError::NeverLoggedIn | BrokerError::NotRenewable { .. } => {
                about(ErrorKind::LoginRequired).hint(login)
            }
            BrokerError::Changed(_) => about(ErrorKind::LoginRequired)
                .hint(login)
                .hint("or put the profile back as it was: the session is still there"),
            BrokerError::Ended(ref refused) => {
                let error = about(ErrorKind::LoginRequired).hint(login);
                if refused.until.is_some() {
                    error.hint("if the server was only confused, wait and ask again")
                } else {
                    error
                }
            }
            BrokerError::Interaction(_) => about(ErrorKind::LoginRequired).hint(login),
            BrokerError::Config(_) => about(ErrorKind::Config).hint(format!(
                "check client_id, client_secret and scope: `authctl profile show \
                    {profile}`"
            )),
            BrokerError::Transient { ref refusal, .. } => {
                about(ErrorKind::TryAgain).hint(transient_hint(refusal))
            }
            BrokerError::MissingScope(_) => about(ErrorKind::LoginRequired).hint(format!(
                "run `authctl login {profile} --scope \"...\"` with every scope that you need, old \
                 and new"
            )),
            BrokerError::Interrupted(_) => {
                about(ErrorKind::TryAgain).hint("wait until the token ends, or log in again")
            }
            BrokerError::NoIdToken => about(ErrorKind::LoginRequired).hint(login).hint(
                "the profile's scope must have \
                    `openid`",
            ),
        }
    }

    /// What a grant says about `profile`.
    #[must_use]
    pub fn of_grant(profile: &str, error: GrantError) -> Self {
        let about = |kind| Self::new(kind, format!("{profile}: {error}"));
        match &error {
            GrantError::Http(http) => Self {
                message: format!("{profile}: {http}"),
                ..http.into()
            },
            GrantError::Refused(refusal) => match refusal.disposition() {
                Disposition::Config => about(ErrorKind::Config).hint(format!(
                    "check the client's registration: `authctl profile show \
                        {profile}`"
                )),
                Disposition::Transient => about(ErrorKind::TryAgain).hint(transient_hint(refusal)),
                _ => about(ErrorKind::LoginRequired).hint(format!(
                    "run `authctl login {profile}` \
                    again"
                )),
            },
            GrantError::Discovery { .. } => about(ErrorKind::Config).hint(
                "is that the issuer? its metadata must be at \
                    ISSUER/.well-known/openid-configuration",
            ),
            GrantError::WrongIssuer { said, .. } => {
                about(ErrorKind::Config).hint(format!("if you trust it, use `--issuer {said}`"))
            }
            GrantError::BadEndpoint { .. } => {
                about(ErrorKind::Config).hint("only https is used, and plain http on this machine")
            }
            GrantError::NoEndpoint { what } => about(ErrorKind::Config).hint(format!(
                "give the server's issuer (`--issuer`, AUTHCTL_ISSUER), or set `{}` in the profile",
                what.replace(' ', "_")
            )),
            GrantError::MixUp { .. } => about(ErrorKind::Failed).hint(
                "somebody may be trying to swap logins: do not approve what you did not \
                    start",
            ),
            GrantError::Untrusted(_) => about(ErrorKind::Failed).hint(
                "nothing was saved; check the issuer and this \
                    machine's clock",
            ),
            GrantError::TimedOut(_) => {
                about(ErrorKind::LoginRequired).hint("give it more time with `--timeout 15m`")
            }
            GrantError::Listen { .. } => about(ErrorKind::Failed)
                .hint("choose another port with `--port`, or log in with `--paste` or `--device`"),
            GrantError::NotTheRedirect => about(ErrorKind::Failed).hint(
                "copy the whole address from the browser's address bar, with everything behind the \
                 `?`",
            ),
        }
    }
}

fn transient_hint(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotOAuth {
            retry_after: Some(after),
            ..
        } => {
            format!(
                "the server asks to be left alone for {}",
                crate::time::describe(*after)
            )
        }
        Refusal::NotOAuth {
            status: 403 | 407 | 511,
            ..
        } => {
            "something between here and the server answered: a proxy, a firewall, a login page of \
             the network"
                .to_owned()
        }
        _ => "try again".to_owned(),
    }
}

fn key_hint(error: &KeyError) -> &'static str {
    match error {
        KeyError::Unavailable {
            place: Place {
                keeper: Keeper::Keyring,
                ..
            },
            ..
        } => {
            "nothing was spent and nobody is logged out: unlock the keyring or start its service, \
             and try again; `--store file` needs none"
        }
        KeyError::Missing {
            place: Place {
                keeper: Keeper::Keyring,
                ..
            },
        } => "a keyring that is locked may say the same; if the key is gone for good, log in anew",
        KeyError::Malformed {
            place: Place {
                keeper: Keeper::Keyring,
                ..
            },
            ..
        } => {
            "remove from the keyring what is not the key (`secret-tool search service authctl` \
             shows it); then try again, or log in anew"
        }
        KeyError::Unavailable { .. } => "nothing was spent: see that it works, and try again",
        KeyError::Missing { .. } | KeyError::Malformed { .. } => {
            "give it the key that the session was sealed with; for a new session, `openssl rand \
             -base64 32` makes one"
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let (kind, hint) = match &error {
            StoreError::Busy { .. } => (
                ErrorKind::TryAgain,
                "try again: a refresh ends by itself, within a minute and a half",
            ),
            StoreError::BadLockDirectory { .. } => (
                ErrorKind::Store,
                "nothing was spent; `lock_dir` in the profile must be a directory of your own",
            ),
            StoreError::Newer { .. } => (
                ErrorKind::Store,
                "upgrade this authctl; the session is left as it is",
            ),
            StoreError::Key(error) => (ErrorKind::Store, key_hint(error)),
            StoreError::KeyLost { .. } => (
                ErrorKind::Store,
                "bring that key back; if `profile move` or `reseal` was interrupted, do the same \
                 again; else log in anew",
            ),
            StoreError::Foreign { .. } => (
                ErrorKind::Store,
                "put the profile's own record, or the directory's own `.installation`, back in its \
                 place; or log in anew",
            ),
            StoreError::Unsealed { .. } => (
                ErrorKind::Store,
                "if you put it there, `authctl profile move NAME --store KIND` seals it; if not, \
                 log in anew",
            ),
            StoreError::Sealed { .. } => (ErrorKind::TryAgain, "try again"),
            StoreError::BadPlace { .. } => (
                ErrorKind::Store,
                "nothing was spent; set AUTHCTL_HOME to another directory",
            ),
            StoreError::NoLocks { .. } => (
                ErrorKind::Store,
                "set AUTHCTL_HOME to a directory on a local disk, or, if only this machine uses \
                 it, `lock_dir` in the profile",
            ),
            StoreError::Overtaken { .. } => (
                ErrorKind::TryAgain,
                "try again; do not let other programs write that file",
            ),
            StoreError::Unreadable { .. } => (
                ErrorKind::Store,
                "check the file's owner and mode; nothing was changed",
            ),
            StoreError::Unwritable { .. } => (
                ErrorKind::Store,
                "check the disk's room and the directory's owner and mode, or set AUTHCTL_HOME to \
                 another directory",
            ),
        };
        Self::new(kind, error.to_string()).hint(hint)
    }
}

impl From<&HttpError> for Error {
    fn from(error: &HttpError) -> Self {
        match error {
            HttpError::Trust { .. } => Self::new(ErrorKind::Config, error.to_string())
                .hint("ca_file and SSL_CERT_FILE must name a PEM bundle"),
            _ => Self::new(ErrorKind::TryAgain, error.to_string()).hint(
                "is the network there? behind a proxy set HTTPS_PROXY, for a private authority set \
                 ca_file",
            ),
        }
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        let of = |hint: String| Self::new(ErrorKind::Config, error.to_string()).hint(hint);
        match &error {
            ConfigError::NoHome => of("set AUTHCTL_HOME and AUTHCTL_CONFIG".to_owned()),
            ConfigError::Relative { variable, .. } => of(format!(
                "write {variable} with its whole \
                path"
            )),
            ConfigError::Io { .. } => of("check the file's owner and mode, or set \
                AUTHCTL_CONFIG"
                .to_owned()),
            ConfigError::Syntax { .. } => of("`man authctl` lists the settings of a \
                profile"
                .to_owned()),
            ConfigError::Unknown { nearest, all, .. } => {
                of(match (nearest.as_slice(), all.as_slice()) {
                    ([], []) => {
                        "there are none yet: `authctl login NAME --issuer URL --client-id ID` \
                    makes one"
                            .to_owned()
                    }
                    ([], all) => format!("there are {}", all.join(", ")),
                    (nearest, _) => format!("did you mean {}?", nearest.join(" or ")),
                })
            }
            ConfigError::Ambiguous { .. } => {
                of("name one, or choose one for good with `authctl profile use NAME`".to_owned())
            }
            ConfigError::NoClient => of("a CI job needs AUTHCTL_ISSUER, AUTHCTL_CLIENT_ID and \
                    AUTHCTL_CLIENT_SECRET"
                .to_owned()),
            ConfigError::Nothing => of(
                "`authctl login NAME --issuer URL --client-id ID` makes one; to try it out: \
                 `authctl demo`"
                    .to_owned(),
            ),
            ConfigError::Name { .. } => of("it becomes the name of a file".to_owned()),
            ConfigError::Invalid { profile, invalid } if invalid.setting == "client_id" => {
                of(format!(
                    "`authctl login {profile} --issuer URL --client-id ID` makes the \
                    profile"
                ))
            }
            ConfigError::Invalid { profile, .. } => of(format!(
                "see `authctl profile show {profile}`, or the file and the environment"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_row_and_every_code_is_its_own() {
        let mut codes: Vec<u8> = KINDS.iter().map(|row| row.code).collect();
        codes.dedup();
        assert_eq!(codes.len(), KINDS.len());
        assert!(KINDS.is_sorted_by_key(|row| row.code));
        for row in KINDS {
            assert_eq!(row.kind.row().code, row.code);
        }
    }
}
