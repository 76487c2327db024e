//! `authctl hook`: lists the protocols, explains which profile answers for an address, installs
//! authctl for a client, answers a client.

use serde_json::json;

use crate::cli::{HookArgs, HookCommand, HookInstallArgs, HookWhichArgs, OutputArgs, token_kind};
use crate::error::{Error, ErrorKind};
use crate::hook;
use crate::hook::protocol::Row;
use crate::install::{self, Direction};
use crate::output::Output;
use crate::profile::binding;
use crate::profile::target::Target;
use crate::session::Context;
use crate::view::bound::Bound;
use crate::view::hooks;

/// Carries out a verb of `hook`, other than a call.
///
/// # Errors
/// What went wrong.
pub fn run(context: &Context, output: Output, command: &HookCommand) -> Result<(), Error> {
    match command {
        HookCommand::List => list(output),
        HookCommand::Which(args) => which(context, output, args),
        HookCommand::Install(args) => install(context, output, args, Direction::Install),
        HookCommand::Uninstall(args) => install(context, output, args, Direction::Remove),
        // `main` has these: their exit codes are the protocols' own.
        HookCommand::Call(row, args) => {
            let message = format!("{row:?} {args:?} is a call");
            Err(Error::new(ErrorKind::Failed, message))
        }
    }
}

/// Answers a call. Gives the exit code: each protocol has its own. A failure is told as the
/// protocol wants it, and not as JSON.
#[must_use]
pub fn call(row: &'static Row, args: &HookArgs, flags: &OutputArgs) -> u8 {
    let output = Output::new(&OutputArgs {
        json: false,
        quiet: flags.quiet || !row.writes_stderr,
        verbose: flags.verbose && row.writes_stderr,
    });
    hook::call(row, args, output.sink())
}

/// Installs or removes. A dry run prints the plan; otherwise the changes are told when they are
/// made.
fn install(
    context: &Context,
    output: Output,
    args: &HookInstallArgs,
    direction: Direction,
) -> Result<(), Error> {
    let request = install::Request {
        direction,
        hook: args.hook.clone(),
        hosts: args.host.clone(),
        profile: args.profile.clone(),
        dry_run: args.dry_run,
        username: args.username.clone(),
        token: args.token.as_deref().map(token_kind).transpose()?,
        links: args.links.clone(),
        user: args.user.clone(),
        role: args.role_arn.clone(),
    };
    let resolved = install::resolve(context, &request)?;
    let plan = install::plan(context, &resolved)?;
    let shown = plan.to_string();
    let lines: Vec<String> = shown.lines().map(str::to_owned).collect();
    if request.dry_run {
        return output.answer(|| json!({"planned": lines}), || shown);
    }
    install::apply(context, &resolved, &plan)?;
    output.tell(&lines)
}

/// Lists the protocols.
fn list(output: Output) -> Result<(), Error> {
    output.answer(hooks::list_json, hooks::list)
}

/// Explains which profile answers for an address.
fn which(context: &Context, output: Output, args: &HookWhichArgs) -> Result<(), Error> {
    let Some(target) = Target::parse(&args.address) else {
        return Err(Error::new(ErrorKind::Usage, "not a valid address")
            .hint("write a URL, a host, or a host with its port"));
    };
    if let Some(name) = &args.hook
        && Row::find(name).is_none()
    {
        return Err(install::unknown_hook(name));
    }
    let config = context.config()?;
    let found = binding::find(config.bindings(), args.hook.as_deref(), &target);
    let Some((first, others)) = found.split_first() else {
        let message = format!("no profile is bound to {target}");
        return Err(
            Error::new(ErrorKind::Config, message).hint(hook::why_not_bound(&config, &target))
        );
    };
    let profile = config.profile(first.binding.profile.as_deref())?;
    let default_username = profile.provider.basic_username;
    let bound = Bound {
        target: &target,
        profile: &profile.name,
        username: first
            .binding
            .username
            .as_deref()
            .unwrap_or(default_username),
        first,
        others,
    };
    output.answer(|| bound.json(), || bound.text())
}
