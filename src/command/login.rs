//! `authctl login`: which profile it is for, what its flags say of it, and what is printed of the
//! result.

use serde_json::{Value, json};

use super::{Output, answer_json};
use crate::cli::LoginArgs;
use crate::config::of_flag;
use crate::error::Error;
use crate::oauth::scope;
use crate::profile::setting::Setting;
use crate::session::Context;
use crate::session::login::{Login, LoginRequest, Method, Origin};

/// Logs in.
///
/// # Errors
/// Why the login came to nothing. What was there before is still there.
pub fn run(context: &Context, output: Output, args: &LoginArgs) -> Result<(), Error> {
    let settings = settings(args);
    let name = context.name_for_login(args.profile.as_deref(), &settings)?;
    let session = context.session_with(&name, settings.clone())?;
    let login = session.login(&LoginRequest {
        method: method(args),
        timeout: args.timeout,
        replace: args.replace,
        quiet: output.quiet,
        origin: Origin::Person,
        settings,
    })?;
    if output.json {
        return answer_json(&object(&name, &login));
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

/// What the flags say of the profile.
fn settings(args: &LoginArgs) -> Vec<Setting> {
    let secret_file = args.client_secret_file.as_ref();
    let secret_file = secret_file.map(|path| format!("file={}", path.display()));
    let scope = args.scope.iter().flat_map(|text| scope::parse(text));
    let given = [
        ("provider", one(args.provider.as_ref())),
        ("issuer", one(args.issuer.as_ref())),
        ("client_id", one(args.client_id.as_ref())),
        ("client_secret", one(secret_file.as_ref())),
        ("scope", scope.collect()),
        ("audience", one(args.audience.as_ref())),
        ("resource", args.resource.clone()),
        ("account", one(args.account.as_ref())),
        ("params", args.param.clone()),
        ("ports", args.port.iter().map(u16::to_string).collect()),
        ("redirect_path", one(args.redirect_path.as_ref())),
        ("redirect_host", one(args.redirect_host.as_ref())),
        ("store", one(args.store.as_ref())),
        ("key_command", one(args.key_command.as_ref())),
    ];
    let mut settings = Vec::new();
    for (name, values) in given {
        if !values.is_empty() {
            settings.push(of_flag(name, values));
        }
    }
    settings
}

fn one(value: Option<&String>) -> Vec<String> {
    value.into_iter().cloned().collect()
}

/// What came of the login, as JSON.
fn object(profile: &str, login: &Login) -> Value {
    match login {
        Login::Client => json!({"profile": profile, "subject": null}),
        Login::OtherProcess(subject) => json!({"profile": profile, "subject": subject}),
        Login::Person(logged_in) => json!({
            "profile": profile,
            "subject": logged_in.subject,
            "renewable": logged_in.renewable,
            "missing_scope": logged_in.missing_scope,
            "expires_at": logged_in.expires_at.map(|end| end.to_string()),
        }),
    }
}
