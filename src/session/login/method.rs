//! How a person is asked to log in: by a browser here, by a browser elsewhere, by pasting. An
//! explicit choice is obeyed, terminal or not; otherwise the reason for the choice is told.

use super::{LoginRequest, Origin};
use crate::config::env;
use crate::error::{Error, ErrorKind};
use crate::grant::Server;
use crate::platform::browser;
use crate::platform::console;
use crate::profile::Grant;
use crate::profile::redirect::Destination;
use crate::session::Session;
use crate::session::command::CommandLine;
use crate::ui;

/// A way to ask a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// A browser on this machine, by the platform's opener or by this command, whose last argument
    /// the address becomes.
    Browser(Option<String>),
    /// The address is printed, and the person opens it.
    Print,
    /// The address is printed, and the one that the browser ends at is pasted.
    Paste,
    /// A code is typed on another device (RFC 8628).
    Device,
}

impl Method {
    /// The method, as a sentence about a login names it.
    pub(super) fn words(&self) -> &'static str {
        match self {
            Method::Browser(_) | Method::Print => "a browser",
            Method::Device => "a code on another device",
            Method::Paste => "pasting",
        }
    }
}

/// Why a method was chosen that the request does not name.
type Reason = &'static str;

/// Chooses a method, and says why if the request names none.
///
/// # Errors
/// When there is no terminal to ask a person at, or a hook cannot ask one here.
pub(super) fn choose(
    request: &LoginRequest,
    session: &Session<'_>,
    server: &Server,
) -> Result<(Method, Option<Reason>), Error> {
    let chosen = choose_anywhere(request, session, server)?;
    if chosen.0 == Method::Paste && console::is_in_background() {
        // The system would stop this process when it reads, and the login's lock would stay taken.
        let message = "this job is in the background, where nothing can be pasted";
        return Err(Error::new(ErrorKind::LoginRequired, message)
            .hint("log in in the foreground, or by --device or --no-browser"));
    }
    Ok(chosen)
}

fn choose_anywhere(
    request: &LoginRequest,
    session: &Session<'_>,
    server: &Server,
) -> Result<(Method, Option<Reason>), Error> {
    if let Some(method) = &request.method {
        return Ok((method.clone(), None));
    }
    let profile = &session.profile;
    // A caller that lets a hook ask says itself that a person is there.
    if !ui::is_watched() && request.origin == Origin::Person {
        let message = "there is no terminal to ask a person at";
        return Err(Error::new(ErrorKind::LoginRequired, message)
            .hint("say how: --device, --paste, --no-browser or --browser CMD"));
    }
    if profile.grant == Grant::DeviceCode {
        return Ok((Method::Device, Some("the profile says so")));
    }
    if matches!(profile.redirect(), Destination::Elsewhere(_)) {
        return Ok((Method::Paste, Some("the redirect leads elsewhere")));
    }
    if let Some(command) = &profile.browser {
        let locations = &session.context.locations;
        let checked = CommandLine::new(locations, profile, "browser", command).check();
        checked.map_err(|why| {
            Error::new(ErrorKind::Config, why).hint("or log in with --no-browser")
        })?;
        return Ok((Method::Browser(Some(command.clone())), None));
    }
    by_environment(request.origin, server)
}

/// Chooses by what the environment tells of a browser.
fn by_environment(origin: Origin, server: &Server) -> Result<(Method, Option<Reason>), Error> {
    match browser::is_at_hand(&env::var, &|path| std::path::Path::new(path).exists()) {
        Ok(note) => Ok((Method::Browser(browser_variable()), note)),
        Err(reason) if server.endpoints.device_authorization.is_some() => {
            Ok((Method::Device, Some(reason)))
        }
        Err(reason) if origin == Origin::Hook => {
            let message = format!("a hook cannot ask for a login here: {reason}");
            Err(Error::new(ErrorKind::LoginRequired, message).hint("run `authctl login {profile}`"))
        }
        Err(reason) => Ok((Method::Paste, Some(reason))),
    }
}

/// `$BROWSER`: commands separated by colons, of which the first counts that can be found. A value
/// that is a program's whole path, spaces and all, is that program.
fn browser_variable() -> Option<String> {
    let all = env::var("BROWSER")?;
    if std::path::Path::new(&all).is_file() {
        return shlex::try_quote(&all)
            .ok()
            .map(std::borrow::Cow::into_owned);
    }
    let commands = all
        .split(':')
        .map(str::trim)
        .filter(|command| !command.is_empty());
    let mut commands = commands.peekable();
    let first = commands.peek().map(|&command| command.to_owned());
    commands
        .find(|command| is_at_hand(command))
        .map(str::to_owned)
        .or(first)
}

/// Whether the program of a command line is there.
fn is_at_hand(command: &str) -> bool {
    let Some(words) = shlex::split(command).filter(|words| !words.is_empty()) else {
        return false;
    };
    let program = std::path::Path::new(&words[0]);
    if program.components().count() > 1 {
        return program.is_file();
    }
    let mut directories = env::search_path().into_iter();
    directories.any(|directory| directory.join(program).is_file())
}
