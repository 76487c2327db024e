//! How a person is asked to log in: by a browser here, by a browser elsewhere, by pasting. An
//! explicit choice is obeyed, terminal or not; otherwise the reason for the choice is told.

use crate::cli::LoginArgs;
use crate::config::env;
use crate::error::{Error, ErrorKind};
use crate::grant::Server;
use crate::platform::browser;
use crate::profile::{Grant, Profile};
use crate::ui;

/// A way to ask a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// A browser on this machine, by the platform's opener or by this command.
    Browser(Option<String>),
    /// The address is printed, and somebody opens it.
    Print,
    /// The address is printed, and the one that the browser ends at is pasted.
    Paste,
    /// A code is typed on another device.
    Device,
}

/// Chooses, and says why if nobody chose.
///
/// # Errors
/// When there is nobody to ask.
pub fn choose(
    args: &LoginArgs,
    profile: &Profile,
    server: &Server,
) -> Result<(Method, Option<&'static str>), Error> {
    if args.device {
        return Ok((Method::Device, None));
    }
    if args.paste {
        return Ok((Method::Paste, None));
    }
    if args.no_browser {
        return Ok((Method::Print, None));
    }
    if let Some(command) = &args.browser {
        return Ok((Method::Browser(Some(command.clone())), None));
    }
    // A caller that lets a hook ask says itself that somebody is there.
    if !ui::is_watched() && !args.by_hook {
        let error = Error::new(
            ErrorKind::LoginRequired,
            format!("{}: there is no terminal to ask anybody at", profile.name),
        );
        return Err(error.hint("say how: --device, --paste, --no-browser or --browser CMD"));
    }
    if profile.grant == Grant::DeviceCode {
        return Ok((Method::Device, Some("the profile says so")));
    }
    if profile.redirect_uri.is_some() {
        return Ok((Method::Paste, Some("the redirect leads elsewhere")));
    }
    if let Some(command) = &profile.browser {
        return Ok((Method::Browser(Some(command.clone())), None));
    }
    let exists = |path: &str| std::path::Path::new(path).exists();
    match browser::is_at_hand(&env::var, &exists) {
        Ok(note) => Ok((Method::Browser(from_environment()), note)),
        Err(reason) if server.endpoints.device_authorization.is_some() => {
            Ok((Method::Device, Some(reason)))
        }
        Err(reason) if args.by_hook => {
            let message = format!(
                "{}: a hook cannot ask for a login here: {reason}",
                profile.name
            );
            Err(Error::new(ErrorKind::LoginRequired, message)
                .hint(format!("run `authctl login {}`", profile.name)))
        }
        Err(reason) => Ok((Method::Paste, Some(reason))),
    }
}

/// `$BROWSER`: commands separated by colons, of which the first counts; `%s` stands for the
/// address, which comes last anyway.
fn from_environment() -> Option<String> {
    let all = env::var("BROWSER")?;
    all.split(':')
        .find(|command| !command.is_empty())
        .map(|command| command.replace("%s", "").trim().to_owned())
}
