//! `authctl login`: which profile it is for, what its flags say of it, and what is printed of the
//! result.

use crate::cli::LoginArgs;
use crate::error::Error;
use crate::guide;
use crate::output::Output;
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
    let register = |name: &str, settings: &[Setting]| {
        let token_file = args.registration_token_file.as_deref();
        context.register_client(name, settings, token_file, args.timeout)
    };
    let may_ask = output.may_ask() && !args.dry_run && !args.register;
    if may_ask && guide::is_wanted(context, named, &settings) {
        let mut guided = guide::ask(context, named, &settings)?;
        if guided.registers {
            let said = register(&guided.name, &guided.settings)?;
            guided.settings.extend(said);
        }
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
        return dry_run(context, output, args, &name, &settings);
    }
    if args.register {
        settings.extend(register(&name, &settings)?);
    }
    log_in(context, output, args, &name, settings, None)
}

fn dry_run(
    context: &Context,
    output: Output,
    args: &LoginArgs,
    name: &str,
    settings: &[Setting],
) -> Result<(), Error> {
    if args.register {
        let preview = context.preview_registration(name, settings)?;
        return output.answer(
            || view::registration_json(name, &preview),
            || view::registration_text(name, &preview),
        );
    }
    let session = context.session_with(name, settings.to_vec())?;
    let preview = session.preview(args.device)?;
    output.answer(
        || view::preview_json(name, &preview, settings),
        || view::preview_text(name, &preview, settings),
    )
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
    output.done(|| view::json(name, &login))
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
