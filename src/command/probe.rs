//! `authctl probe`: what a provider really does with its tokens.

use std::io::{BufRead, IsTerminal};

use crate::cli::ProbeArgs;
use crate::error::{Error, ErrorKind};
use crate::output::{Output, answer};
use crate::probe::{self, MOST_LOGINS, Request, report};
use crate::profile::setting::Setting;
use crate::session::Context;
use crate::session::login::{LoginRequest, Method, Origin};
use crate::ui;

/// Measures a provider on logins of its own.
///
/// # Errors
/// When a person does not want that, or the first login comes to nothing.
pub fn run(context: &Context, output: Output, args: &ProbeArgs) -> Result<(), Error> {
    let request = Request {
        settings: settings(context, args)?,
        login: LoginRequest {
            method: method(args),
            timeout: args.timeout,
            replace: true,
            quiet: false,
            origin: Origin::Person,
            settings: vec![],
            typed: None,
        },
        long: args.long,
    };
    let server = probe::profile(&request)?.identity().server;
    output.say(&format!(
        "this logs in up to {MOST_LOGINS} times at {server}, in sessions of their own that are \
         ended again; no session of yours is touched"
    ));
    if !args.yes && ui::is_watched() && std::io::stdin().is_terminal() {
        ask()?;
    }
    let tell = |what: &str| output.say(&format!("probe: {what}"));
    let measured = probe::probe(context, &request, &tell)?;
    if args.toml {
        return answer(&report::toml(&server, &measured, context.clock.now()));
    }
    output.answer(
        || report::json(&server, &measured),
        || report::text(&server, &measured),
    )
}

fn method(args: &ProbeArgs) -> Option<Method> {
    if args.device {
        return Some(Method::Device);
    }
    if args.no_browser {
        return Some(Method::Print);
    }
    let command = args.browser.clone()?;
    Some(Method::Browser(Some(command)))
}

fn ask() -> Result<(), Error> {
    ui::say("go on? [y/N]");
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    if read.is_ok() && ["y", "yes"].contains(&line.trim().to_ascii_lowercase().as_str()) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Failed, "nothing was done").hint("`--yes` asks nothing"))
}

/// What is known of the client: from the flags, and without an issuer among them from the profile.
fn settings(context: &Context, args: &ProbeArgs) -> Result<Vec<Setting>, Error> {
    let mut settings = args.settings();
    if args.issuer.is_none() {
        settings.extend(context.profile(args.profile.as_deref())?.settings);
    }
    Ok(settings)
}
