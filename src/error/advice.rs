//! What to do about each kind of failure of the rooms below: the kind that decides the exit code,
//! and the hint. An error keeps the failure that it was made from as its source.

mod config;

use std::path::Path;

use super::{Error, ErrorKind};
use crate::broker::BrokerError;
use crate::grant::GrantError;
use crate::grant::register::{self, Unregistered};
use crate::http::HttpError;
use crate::oauth::jwt::Untrusted;
use crate::platform::files::trust::Distrust;
use crate::platform::process;
use crate::provider::outcome::{Disposition, Refusal};
use crate::store::StoreError;
use crate::store::key::{Keeper, KeyError, Place};
use crate::store::record::Meaning;
use crate::time::describe;

/// What most failures of a session call for.
const LOG_IN: &str = "run `authctl login {profile}`";

/// Who tells why a session has ended.
const EXPLAIN: &str = "`authctl explain {profile}` tells why";

/// What to do where the server does not accept the client.
const CHECK_CLIENT: &str = "check the client's registration: `authctl profile show {profile}`";

impl From<BrokerError> for Error {
    fn from(error: BrokerError) -> Self {
        match error {
            BrokerError::Store(error) => return error.into(),
            BrokerError::Reported(report) => return report.into(),
            _ => {}
        }
        let (kind, hints) = of_broker(&error);
        let failure = Self::caused_by(kind, error);
        hints.into_iter().fold(failure, Error::hint)
    }
}

fn of_broker(error: &BrokerError) -> (ErrorKind, Vec<String>) {
    let (kind, hints): (ErrorKind, &[&str]) = match error {
        BrokerError::Transient { refusal, .. } => {
            return (ErrorKind::TryAgain, vec![transient_hint(refusal)]);
        }
        BrokerError::Failing { failed, .. } => return of_failing(failed.meaning),
        BrokerError::Store(_) | BrokerError::Reported(_) => (ErrorKind::Failed, &[]),
        BrokerError::Killed { .. } | BrokerError::Overtaken => {
            (ErrorKind::TryAgain, &["try again"])
        }
        BrokerError::Unfinished { .. } => (
            ErrorKind::TryAgain,
            &["ask again: its token will be there, or give it more time with `--wait`"],
        ),
        BrokerError::UnfinishedInContainer { .. } => (
            ErrorKind::TryAgain,
            &["before the container ends, ask again without `--wait`: that waits for it"],
        ),
        BrokerError::Changed(_) => (
            ErrorKind::LoginRequired,
            &[
                LOG_IN,
                "or put the profile back as it was: the session is still there",
            ],
        ),
        BrokerError::Ended(refused) if refused.until.is_some() => (
            ErrorKind::LoginRequired,
            &[
                LOG_IN,
                "if the server was only confused, wait and ask again",
                EXPLAIN,
            ],
        ),
        BrokerError::Ended(_) => (ErrorKind::LoginRequired, &[LOG_IN, EXPLAIN]),
        BrokerError::NeverLoggedIn
        | BrokerError::NotRenewable { .. }
        | BrokerError::Interaction(_) => (ErrorKind::LoginRequired, &[LOG_IN]),
        BrokerError::Config(_) => (
            ErrorKind::Config,
            &["check client_id, client_secret and scope: `authctl profile show {profile}`"],
        ),
        BrokerError::MissingScope(_) => (
            ErrorKind::LoginRequired,
            &["run `authctl login {profile} --add-scope SCOPE`, which keeps those that it has"],
        ),
        BrokerError::Interrupted(_) => (
            ErrorKind::TryAgain,
            &["wait until the token ends, or log in again"],
        ),
        BrokerError::NoIdToken => (
            ErrorKind::LoginRequired,
            &[LOG_IN, "the profile's scope must have `openid`"],
        ),
    };
    (kind, hints.iter().map(|&hint| hint.to_owned()).collect())
}

impl From<GrantError> for Error {
    fn from(error: GrantError) -> Self {
        if let GrantError::Http(error) = error {
            return error.into();
        }
        let (kind, hint) = of_grant(&error);
        Self::caused_by(kind, error).hint(hint)
    }
}

fn of_grant(error: &GrantError) -> (ErrorKind, String) {
    let (kind, hint) = match error {
        GrantError::Http(error) => return of_http(error),
        GrantError::Refused(refusal) => return of_refusal(refusal),
        GrantError::WrongIssuer { said, .. } => {
            let hint = format!("if you trust it, use `--issuer {said}`");
            return (ErrorKind::Config, hint);
        }
        GrantError::NoEndpoint {
            what: register::ENDPOINT,
        } => (
            ErrorKind::Config,
            "register a client by hand, and use `--client-id ID`",
        ),
        GrantError::NoEndpoint { what } => {
            let setting = what.replace(' ', "_");
            let hint = format!(
                "set `{setting}` in the profile, or `issuer` if the server's metadata names it"
            );
            return (ErrorKind::Config, hint);
        }
        GrantError::Discovery { .. } => (
            ErrorKind::Config,
            "is that the issuer? its metadata must be at ISSUER/.well-known/openid-configuration",
        ),
        GrantError::BadEndpoint { .. } => (
            ErrorKind::Config,
            "only https is used, and plain http on this machine",
        ),
        GrantError::Unregistered(Unregistered::Guarded(_)) => (
            ErrorKind::Config,
            "give it with `--registration-token-file FILE`, or register a client by hand and use \
             `--client-id ID`",
        ),
        GrantError::Unregistered(Unregistered::Unwell(_)) => (ErrorKind::TryAgain, "try again"),
        GrantError::Unregistered(_) => (
            ErrorKind::Failed,
            "register a client by hand, and use `--client-id ID`",
        ),
        GrantError::MixUp { .. } => (
            ErrorKind::Failed,
            "another site may be trying to swap logins: do not approve what you did not start",
        ),
        GrantError::Untrusted(Untrusted::NoNonce) => (
            ErrorKind::Failed,
            "nothing was saved; if this server leaves the nonce out, set `nonce = \"optional\"` in \
             the profile: PKCE protects the code all the same",
        ),
        GrantError::Untrusted(_) => (
            ErrorKind::Failed,
            "nothing was saved; check the issuer and this machine's clock",
        ),
        GrantError::TimedOut(_) => (
            ErrorKind::LoginRequired,
            "give it more time with `--timeout 15m`",
        ),
        GrantError::Listen { .. } => (
            ErrorKind::Failed,
            "choose another port with `--port`, or log in with `--paste` or `--device`",
        ),
        GrantError::NotTheRedirect => (
            ErrorKind::Failed,
            "copy the whole address from the browser's address bar, with everything behind the `?`",
        ),
    };
    (kind, hint.to_owned())
}

/// The failure of another caller's refresh.
fn of_failing(meaning: Meaning) -> (ErrorKind, Vec<String>) {
    let (kind, first) = match meaning {
        Meaning::TryAgain => (ErrorKind::TryAgain, None),
        Meaning::Config => (ErrorKind::Config, Some(CHECK_CLIENT.to_owned())),
        Meaning::Interaction => (ErrorKind::LoginRequired, Some(format!("{LOG_IN} again"))),
    };
    let insist =
        "try again after that time; `authctl token {profile} --now` asks at once".to_owned();
    (kind, first.into_iter().chain([insist]).collect())
}

fn of_refusal(refusal: &Refusal) -> (ErrorKind, String) {
    match refusal.disposition() {
        Disposition::Config => (ErrorKind::Config, CHECK_CLIENT.to_owned()),
        Disposition::Transient => (ErrorKind::TryAgain, transient_hint(refusal)),
        _ => (ErrorKind::LoginRequired, format!("{LOG_IN} again")),
    }
}

fn transient_hint(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotOAuth {
            retry_after: Some(after),
            ..
        } => {
            format!("the server asks to be left alone for {}", describe(*after))
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
            "nothing was spent and no session has ended: unlock the keyring or start its service, \
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
        let (kind, hint) = of_store(&error);
        Self::caused_by(kind, error).hint(hint)
    }
}

/// The way out where a file or directory is not believed. `variable` names the place of such files.
fn of_distrust(why: &Distrust, path: &Path, variable: &str) -> String {
    let path = path.display();
    match why {
        Distrust::Shared => format!(
            "set {variable} to a directory in it, which is then made for you alone: \
             `mkdir -m 700 {path}/authctl`"
        ),
        Distrust::WasOpen => {
            format!("nothing was used of it: look whether {path} is as you left it, and try again")
        }
        Distrust::Open => format!("if nothing in it is strange: `chmod go-w {path}`"),
        Distrust::Foreign { .. } => format!(
            "nothing was used of it: if it is yours, `chown` it; if not, find out who put it \
             there; or set {variable} to a place of your own"
        ),
        Distrust::ForeignLink | Distrust::SecondName | Distrust::Special => {
            format!("nothing was used of it: find out who put it there, and remove {path}")
        }
        Distrust::Holds { .. } => format!(
            "nothing was used of it: find out who put it there, and remove it; or set {variable} \
             to a directory of your own"
        ),
    }
}

fn of_store(error: &StoreError) -> (ErrorKind, String) {
    if let StoreError::Unwritable { source, .. } | StoreError::Unreadable { source, .. } = error
        && let Some(limit) = process::limit_behind(source)
    {
        let hint = format!("a limit of this process was reached: raise it (`{limit}`)");
        return (ErrorKind::Store, hint);
    }
    let (kind, hint) = match error {
        StoreError::Distrusted { path, why } => {
            return (ErrorKind::Store, of_distrust(why, path, "AUTHCTL_HOME"));
        }
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
            "upgrade this authctl; the session is left as it is. `authctl logout {profile} \
             --local` removes it, and tells no server",
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
    (kind, hint.to_owned())
}

impl From<HttpError> for Error {
    fn from(error: HttpError) -> Self {
        let (kind, hint) = of_http(&error);
        Self::caused_by(kind, error).hint(hint)
    }
}

fn of_http(error: &HttpError) -> (ErrorKind, String) {
    let (kind, hint) = match error {
        HttpError::Proxy { .. } => (
            ErrorKind::Config,
            "write it as http://HOST:PORT or socks5h://HOST:PORT, or unset it",
        ),
        HttpError::Trust { .. } => (
            ErrorKind::Config,
            "ca_file and SSL_CERT_FILE must name a PEM bundle",
        ),
        HttpError::NotSent { .. } | HttpError::Unanswered { .. } => (
            ErrorKind::TryAgain,
            "is the network there? behind a proxy set HTTPS_PROXY, for a private authority set \
             ca_file",
        ),
    };
    (kind, hint.to_owned())
}
