//! What a server really does with its tokens, measured on a login of its own.
//!
//! | file | what it holds |
//! |---|---|
//! | [`measured`] | what was found out |
//! | `steps` | the steps, in their order |
//! | `asking` | the requests that they make, and the login that is under way |
//! | `stop` | what an interrupt does to a step |
//! | [`report`] | the findings with a judgement, as lines, JSON and TOML |
//!
//! It logs in up to four times, because some questions end a session: what a spent refresh token
//! does, what a revocation does, what a logout in the browser does. Each login is ended again. The
//! sessions lie in a directory of their own, and the session of a profile is never touched.
//!
//! Deliberately absent: load. Requests come one after the other with a pause between, but for two
//! that are sent at once, and there are fewer than fifty.

mod asking;
pub mod measured;
pub mod report;
mod steps;
mod stop;

use std::path::Path;

use crate::config::of_flag;
use crate::error::{Error, ErrorKind};
use crate::platform::files;
use crate::profile::Profile;
use crate::profile::setting::Setting;
use crate::session::login::{Login, LoginRequest};
use crate::session::trial::Tokens;
use crate::session::{Context, Session};
use asking::Prober;
use measured::Measured;
use stop::Stop;

/// The name of the profile that is measured, in messages.
const NAME: &str = "probe";

/// What a probe is to do.
pub struct Request {
    /// The settings of the profile whose server is measured: of one that there is, or by flags.
    pub settings: Vec<Setting>,
    /// How each login asks the person.
    pub login: LoginRequest,
    /// Whether to wait for what takes up to two minutes: when a spent token is refused, and whether
    /// an access token ends when it should.
    pub long: bool,
}

/// How often a person logs in at most.
pub const MOST_LOGINS: u32 = 4;

/// The profile that a request describes, with a store of its own.
///
/// # Errors
/// When it lacks a setting, or its client logs in without a person and has no refresh token.
pub fn profile(request: &Request) -> Result<Profile, Error> {
    let own = [("store", "file"), ("reuse_interval", "0s")];
    let mut settings: Vec<Setting> = Vec::new();
    for (name, value) in own {
        settings.push(of_flag(name, vec![value.to_owned()]));
    }
    let left_out = [
        "store",
        "reuse_interval",
        "lock_dir",
        "key_command",
        "cache_access_token",
    ];
    let taken = request.settings.iter();
    settings.extend(taken.filter(|it| !left_out.contains(&it.name)).cloned());
    let profile = Profile::resolve(NAME, settings).map_err(|invalid| {
        Error::new(ErrorKind::Usage, invalid.to_string())
            .hint("name a profile, or `--issuer URL --client-id ID`")
    })?;
    if !profile.grant.needs_person() {
        let message = "this client gets its tokens without a person, and has no refresh token";
        return Err(Error::new(ErrorKind::Usage, message)
            .hint("there is nothing to measure that `authctl inspect` does not show"));
    }
    Ok(profile)
}

/// Measures a server. `tell` hears what is done next.
///
/// # Errors
/// When the first login comes to nothing, or the server cannot be asked.
pub fn probe(context: &Context, request: &Request, tell: &dyn Fn(&str)) -> Result<Measured, Error> {
    let place = files::temporary_directory("authctl-probe-").map_err(|error| {
        let message = format!("cannot make a directory for the probe's own sessions: {error}");
        Error::new(ErrorKind::Failed, message).hint("set TMPDIR to a directory of your own")
    })?;
    let stop = Stop::new(place.path());
    let measured = probe_at(place.path(), context, request, &stop, tell);
    // An interrupt that was put off ends this process as soon as `stop` goes.
    drop(place);
    drop(stop);
    measured
}

fn probe_at(
    place: &Path,
    context: &Context,
    request: &Request,
    stop: &Stop,
    tell: &dyn Fn(&str),
) -> Result<Measured, Error> {
    let own = context.beside(place)?;
    let session = Session::new(&own, profile(request)?)?;
    let log_in = || log_in(&session, request);
    let mut prober = Prober::new(&own, session.trial()?, &log_in, stop, request.long, tell);
    prober.run()?;
    Ok(prober.measured)
}

/// One login of the probe's own.
fn log_in(session: &Session<'_>, request: &Request) -> Result<Tokens, Error> {
    let login = session.login(&request.login)?;
    let tokens = match login {
        Login::Person(_) => session.take_tokens()?,
        Login::OtherProcess(_) | Login::Client => None,
    };
    tokens.ok_or_else(|| {
        Error::new(ErrorKind::Failed, "the login brought no tokens")
            .hint("does another probe of this directory run?")
    })
}
