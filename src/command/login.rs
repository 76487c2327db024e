//! `authctl login`: which profile it is for, what its flags say of it, and what is printed of the
//! result.

use super::{Output, answer, answer_json};
use crate::cli::LoginArgs;
use crate::error::Error;
use crate::guide;
use crate::profile::setting::Setting;
use crate::session::Context;
use crate::session::login::{LoginRequest, Method, Origin, TypedSecret};
use crate::view::login as view;

/// Logs in.
///
/// # Errors
/// Why the login came to nothing. What was there before is still there.
pub fn run(context: &Context, output: Output, args: &LoginArgs) -> Result<(), Error> {
    let mut settings = args.settings();
    let named = args.profile.as_deref();
    let may_ask = output.may_ask() && !args.dry_run;
    if may_ask && guide::is_wanted(context, named, &settings) {
        let guided = guide::ask(context, named, &settings)?;
        let (name, typed) = (&guided.name, guided.typed.clone());
        log_in(context, output, args, name, guided.settings.clone(), typed)?;
        output.show(&guided.next_steps());
        return Ok(());
    }
    let name = context.name_for_login(named, &settings)?;
    if !args.add_scope.is_empty() {
        settings.push(context.with_more_scope(&name, args.more_scope())?);
    }
    if args.dry_run {
        let session = context.session_with(&name, settings.clone())?;
        let preview = session.preview(args.device)?;
        if output.json {
            return answer_json(&view::preview_json(&name, &preview, &settings));
        }
        return answer(&view::preview_text(&name, &preview, &settings));
    }
    log_in(context, output, args, &name, settings, None)
}

fn log_in(
    context: &Context,
    output: Output,
    args: &LoginArgs,
    name: &str,
    settings: Vec<Setting>,
    typed: Option<TypedSecret>,
) -> Result<(), Error> {
    let session = context.session_with(name, settings.clone())?;
    let login = session.login(&LoginRequest {
        method: method(args),
        timeout: args.timeout,
        replace: args.replace,
        quiet: output.quiet,
        origin: Origin::Person,
        settings,
        typed,
    })?;
    if output.json {
        return answer_json(&view::json(name, &login));
    }
    Ok(())
}

/// How the person is to be asked, if a flag says so.
fn method(args: &LoginArgs) -> Option<Method> {
    if args.device {
        return Some(Method::Device);
    }
    if args.paste {
        return Some(Method::Paste);
    }
    if args.no_browser {
        return Some(Method::Print);
    }
    let command = args.browser.clone()?;
    Some(Method::Browser(Some(command)))
}
