//! `authctl token`: the verb that everything else is for.
//!
//! Most calls find a token that will do, and print it: config, record, nothing else. Only a miss
//! builds an HTTP client and a runtime.

use std::io::Read;
use std::time::Duration;

use serde_json::json;

use super::{answer, refresh};
use crate::broker::{self, BrokerError, Obtained, Policy};
use crate::cli::{Format, TokenArgs};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::oauth::want::{TokenKind, Want};
use crate::oauth::{jwt, scope};
use crate::platform::files;
use crate::platform::signals;
use crate::profile::Profile;
use crate::profile::store_kind::StoreKind;
use crate::secret::{Fingerprint, Secret};
use crate::session::Context;
use crate::session::{keys as key, secret, terms};
use crate::store::{Locked, Peek, Store};
use crate::time::{Timestamp, describe};

/// What a key takes that is there: however little somebody wants to wait for others, this is not
/// for others.
const KEY_WAIT: Duration = Duration::from_secs(1);

/// How long to wait for whoever moves a session, if somebody does.
const MOVE_LIMIT: Duration = Duration::from_millis(500);

/// How often a session may be moved while a token of it is asked for.
const MOVES: u32 = 5;

/// More than any token has.
const REJECTED_LIMIT: u64 = 1 << 20;

/// Prints a token that is valid now.
///
/// # Errors
/// Why there is none.
pub fn run(run: &Context, args: &TokenArgs) -> Result<(), Error> {
    let profile = run.locations.profile(args.profile.as_deref())?;
    let rejected = args.rejected.as_deref().map(rejected).transpose()?;
    let peek = of_profile(run, args, &profile, rejected.as_ref())?;
    print(run, args, &peek)
}

/// A token of this profile that is valid now. What is worth a warning has been said.
///
/// # Errors
/// Why there is none.
pub(super) fn of_profile(
    run: &Context,
    args: &TokenArgs,
    profile: &Profile,
    rejected: Option<&Fingerprint>,
) -> Result<Peek, Error> {
    let obtained = match have(run, args, profile, rejected) {
        Err(error) if error.kind == ErrorKind::Store => have_moved(run, args, rejected, error),
        other => other,
    }?;
    if let Some(error) = &obtained.despite {
        run.say(&format!(
            "{}: handing out the old token, which lives on: {error}",
            profile.name
        ));
    }
    Ok(obtained.peek)
}

/// When a token ends, and how long it has lived then.
pub(super) fn life(peek: &Peek, id_token: bool) -> (Option<Timestamp>, Option<Duration>) {
    match &peek.id_token {
        Some(token) if id_token => (
            jwt::expires_at(token).map(|end| peek.header.here(end)),
            jwt::lifetime(token.0.expose()),
        ),
        _ if id_token => (None, None),
        _ => (peek.access.facts.expires_at, peek.access.facts.lifetime()),
    }
}

/// The store failed, perhaps because the session was moved to another place since the profile was
/// read. Whoever moves it has the login's lock until the profile says so.
fn have_moved(
    run: &Context,
    args: &TokenArgs,
    rejected: Option<&Fingerprint>,
    mut error: Error,
) -> Result<Obtained, Error> {
    for _ in 0..MOVES {
        let profile = run.locations.profile(args.profile.as_deref())?;
        drop(
            run.store_of(&profile)?
                .lock_login(run.clock.now(), MOVE_LIMIT, &mut |_| {}),
        );
        let profile = run.locations.profile(args.profile.as_deref())?;
        match have(run, args, &profile, rejected) {
            Err(again) if again.kind == ErrorKind::Store && again.message != error.message => {
                error = again
            }
            other => return other,
        }
    }
    Err(error)
}

/// A token of this profile that will do: the one that is there, or a new one.
fn have(
    run: &Context,
    args: &TokenArgs,
    profile: &Profile,
    rejected: Option<&Fingerprint>,
) -> Result<Obtained, Error> {
    let want = Want {
        min_ttl: args.min_ttl,
        margin: profile.margin(),
        scopes: args
            .require_scope
            .iter()
            .flat_map(|text| scope::parse(text))
            .collect(),
        rejected: rejected.cloned(),
        kind: if args.id_token {
            TokenKind::Id
        } else {
            TokenKind::Access
        },
    };
    let identity = profile.identity();
    let terms = Policy {
        patience: args.wait,
        ..terms(profile, &identity)
    };
    let limit = key::limit(profile);
    let limit = args
        .wait
        .map_or(limit, |wait| wait.max(KEY_WAIT).min(limit));
    let store = run.store_with(profile, key::source(run, profile, limit))?;
    let found = cached(run, profile, &store, &want, &terms);
    match found.map_err(|error| Error::of_broker(&profile.name, error))? {
        Some(peek) => {
            run.explain(&format!(
                "{}: generation {} will do",
                profile.name, peek.header.generation
            ));
            Ok(Obtained {
                peek,
                despite: None,
            })
        }
        None => obtain(run, profile, &store, &want, &terms),
    }
}

/// The shortest way: no flags, a token that will do. Says whether it was printed; if not, nothing
/// has happened.
///
/// # Errors
/// Only when the answer could not be written.
pub fn print_cached(profile: Option<&str>) -> Result<bool, Error> {
    let Ok(run) = Context::new(false, false, false) else {
        return Ok(false);
    };
    let Ok(profile) = run.locations.profile(profile) else {
        return Ok(false);
    };
    let identity = profile.identity();
    let Ok(store) = run.store_of(&profile) else {
        return Ok(false);
    };
    let want = Want {
        margin: profile.margin(),
        ..Want::default()
    };
    let found = cached(&run, &profile, &store, &want, &terms(&profile, &identity));
    let Ok(Some(peek)) = found else {
        return Ok(false);
    };
    print(&run, &TokenArgs::default(), &peek).map(|()| true)
}

/// The token that is there, if it will do, from a record that nobody else may read from now on.
fn cached(
    run: &Context,
    profile: &Profile,
    store: &Store,
    want: &Want,
    terms: &Policy<'_>,
) -> Result<Option<Peek>, BrokerError> {
    if profile.store == StoreKind::None {
        return Ok(None);
    }
    let peek = broker::cached(store, want, terms, run.clock.now())?;
    if let Some(mended) = peek.as_ref().and_then(|_| store.mend_mode()) {
        run.say(&mended.to_string());
    }
    Ok(peek)
}

/// A fingerprint, or the token itself on stdin. A token as an argument would be there for every
/// process to see.
fn rejected(text: &str) -> Result<Fingerprint, Error> {
    if text != "-" {
        let message =
            "--rejected takes a fingerprint (32 hexadecimal digits), or `-` for the token on stdin";
        return Fingerprint::parse(text).ok_or_else(|| {
            Error::new(ErrorKind::Usage, message)
                .hint("`authctl token --json` tells each token's fingerprint")
        });
    }
    let mut token = zeroize::Zeroizing::new(String::new());
    let read = std::io::stdin()
        .take(REJECTED_LIMIT)
        .read_to_string(&mut token);
    match read {
        Ok(_) if !token.trim().is_empty() => Ok(Fingerprint::of(token.trim())),
        _ => Err(
            Error::new(ErrorKind::Usage, "there is no token on stdin").hint(
                "write the refused token to it: `printf %s \"$TOKEN\" | authctl token --rejected \
                -`",
            ),
        ),
    }
}

/// What is there will not do: under the lock, and over the network.
pub(super) fn obtain(
    run: &Context,
    profile: &Profile,
    store: &Store,
    want: &Want,
    terms: &Policy<'_>,
) -> Result<Obtained, Error> {
    signals::survive_size_limit();
    // Fetched before the lock, for it may take a person; and missed only if it comes to asking.
    let secret = secret::client_secret(profile).and_then(|secret| demand(profile, secret));
    if profile.store == StoreKind::None {
        let peek = refresh::unsaved(run, profile, secret?.as_ref(), terms.patience)?;
        return Ok(Obtained {
            peek,
            despite: None,
        });
    }
    if !profile.grant.needs_person() {
        // Nobody logs in for it, and has a key made.
        if let Err(error) = key::ensure(run, profile, store, key::limit(profile)) {
            run.explain(&format!("{}: no key is made: {error}", profile.name));
        }
    }
    let mut notify = |what: Event| run.say(&format!("{}: {what}", profile.name));
    let dispatch = |locked: Locked<'_>, patience| match &secret {
        Ok(secret) => refresh::dispatch(run, profile, secret.as_ref(), locked, patience),
        Err(error) => Err(BrokerError::Reported(error.report(&profile.name))),
    };
    let obtained = broker::obtain(store, want, terms, &run.clock, &mut notify, dispatch);
    match obtained.map_err(|error| Error::of_broker(&profile.name, error)) {
        // What spends nothing may be had although it cannot be kept: a job on a read-only disk has
        // no other way.
        Err(error) if error.kind == ErrorKind::Store && !profile.grant.spends_refresh_token() => {
            run.say(&format!(
                "{}; the token is not kept, and the next call has to ask again",
                error.message
            ));
            let peek = refresh::unsaved(run, profile, secret?.as_ref(), terms.patience)?;
            Ok(Obtained {
                peek,
                despite: None,
            })
        }
        other => other,
    }
}

/// A client that speaks for itself has nothing but its secret to show.
fn demand(profile: &Profile, secret: Option<Secret>) -> Result<Option<Secret>, Error> {
    if secret.is_some() || !profile.grant.needs_client_authentication() {
        return Ok(secret);
    }
    let message = format!(
        "{}: a client that speaks for itself needs a secret, and none is configured",
        profile.name
    );
    Err(Error::new(ErrorKind::Config, message)
        .hint("set AUTHCTL_CLIENT_SECRET, or `client_secret` in the profile"))
}

fn print(run: &Context, args: &TokenArgs, peek: &Peek) -> Result<(), Error> {
    let now = run.clock.now();
    let access = &peek.access;
    let (secret, name) = match (&peek.id_token, args.id_token) {
        (Some(id_token), true) => (&id_token.0, "id_token"),
        (None, true) => {
            return Err(Error::of_broker(
                &peek.header.profile,
                BrokerError::NoIdToken,
            ));
        }
        (_, false) => (&access.secret, "access_token"),
    };
    let (expires_at, _) = life(peek, args.id_token);
    if let Some(left) = expires_at.map(|end| end.remaining(now)) {
        run.explain(&format!("{}: {} left", peek.header.profile, describe(left)));
    }
    let token = secret.expose();
    let answer = |text: &str| give(args, text);
    match if run.json { Format::Json } else { args.format } {
        Format::Token => answer(&format!("{token}\n")),
        Format::Header => answer(&format!(
            "Authorization: {} {token}\n",
            access.facts.scheme()
        )),
        Format::Env => {
            let quoted = shlex::try_quote(token)
                .map_err(|_| Error::new(ErrorKind::Failed, "the token cannot be quoted"))?;
            let end = expires_at
                .map(|end| format!("export AUTHCTL_EXPIRES_AT={}\n", end.0))
                .unwrap_or_default();
            answer(&format!(
                "export AUTHCTL_{}={quoted}\n{end}",
                name.to_ascii_uppercase()
            ))
        }
        Format::Json => answer(&format!(
            "{}\n",
            json!({
                name: token,
                "token_type": access.facts.scheme(),
                "expires_at": expires_at.map(|end| end.to_string()),
                "expires_in": expires_at.map(|end| end.remaining(now).as_secs()),
                "expiry": access.facts.expiry,
                "scope": access.facts.scope.join(" "),
                "profile": peek.header.profile,
                "server": peek.header.identity.server,
                "subject": peek.header.subject,
                "generation": peek.header.generation,
                "fingerprint": secret.fingerprint(),
            })
        )),
    }
}

/// On stdout, or in a file, for those who send the whole of it: without the line break, which would
/// be a part.
fn give(args: &TokenArgs, text: &str) -> Result<(), Error> {
    let Some(path) = &args.output else {
        return answer(text);
    };
    files::replace(path, text.trim_end_matches('\n').as_bytes()).map_err(|error| {
        Error::new(
            ErrorKind::Failed,
            format!("cannot write {}: {error}", path.display()),
        )
        .hint("what was there is still there: check the directory's room, owner and mode")
    })
}
