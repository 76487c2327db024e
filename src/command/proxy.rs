//! `authctl proxy`: forwards the requests of a program that knows of no token.

use std::sync::Arc;

use serde_json::json;

use crate::cli::ProxyArgs;
use crate::error::{Error, ErrorKind};
use crate::output::{Output, answer, answer_json};
use crate::platform::{child, process};
use crate::proxy::run::{self, Plan, Reached};
use crate::proxy::{Place, Tokens};
use crate::session::Context;

/// Forwards until told to stop, or until the command ends.
///
/// # Errors
/// When there is no token, or the proxy cannot listen.
pub fn run(context: &Context, output: Output, args: &ProxyArgs) -> Result<u8, Error> {
    let plan = Plan {
        upstream: run::upstream(&args.upstream)?,
        place: Place::parse(&args.listen).map_err(|why| {
            Error::new(ErrorKind::Usage, format!("--listen: {why}"))
                .hint("see `authctl proxy --help`")
        })?,
        profile: args.profile.clone(),
    };
    process::use_all_files();
    let session = context.session(args.profile.as_deref())?;
    // A session that has ended is told before a program relies on it.
    session.token(&session.want(), None)?;
    let of_tokens = Arc::new(Context::new(output.sink())?);
    let tokens = Tokens::new(of_tokens, args.profile.clone());
    let code = run::run(context, tokens, plan, |reached| {
        let Some((program, words)) = args.command.split_first() else {
            return announce(output, reached).map(|()| None);
        };
        let mut command = child::command(program, &context.locations.secrets());
        command.args(words);
        for (name, value) in environment(args, reached) {
            command.env(name, value);
        }
        Ok(Some(command))
    })?;
    Ok(code)
}

/// The variables by which a command reaches the proxy.
fn environment(args: &ProxyArgs, reached: &Reached) -> Vec<(String, String)> {
    let mut variables = vec![("AUTHCTL_PROXY_URL".to_owned(), reached.url())];
    if let Some(origin) = &reached.origin {
        variables.push(("AUTHCTL_PROXY".to_owned(), origin.clone()));
    }
    if let Some(path) = &reached.socket {
        variables.push(("AUTHCTL_PROXY".to_owned(), path.display().to_string()));
    }
    if let Some(secret) = &reached.secret {
        let names = ["AUTHCTL_PROXY_SECRET"]
            .into_iter()
            .chain(args.secret_env.as_deref());
        variables.extend(names.map(|name| (name.to_owned(), secret.expose().to_owned())));
    }
    variables
}

/// Says how the proxy is reached, before it answers the first request.
fn announce(output: Output, reached: &Reached) -> Result<(), Error> {
    if !output.json {
        return answer(&format!("{}\n", reached.url()));
    }
    answer_json(&json!({
        "url": reached.url(),
        "origin": reached.origin,
        "secret": reached.secret.as_ref().map(|secret| secret.expose().to_owned()),
        "socket": reached.socket,
    }))
}
