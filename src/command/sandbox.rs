//! `authctl sandbox`: the rehearsal server as a verb. stdout gets a profile for it; stderr says
//! what to do with it.

use crate::cli::{SandboxArgs, SandboxCommand, VisitArgs};
use crate::error::{Error, ErrorKind};
use crate::http::Http;
use crate::output::{Output, answer};
use crate::sandbox::{Sandbox, visit};
use crate::session::Context;

/// Runs the server until it is interrupted, or the scripted browser.
///
/// # Errors
/// When a flag is wrong, or the port cannot be bound.
pub fn run(context: &Context, output: Output, args: &SandboxArgs) -> Result<(), Error> {
    if let Some(SandboxCommand::Visit(args)) = &args.command {
        return visit(context, output, args);
    }
    let options = args.options().map_err(wrong_flag)?;
    let faults = args.faults().map_err(wrong_flag)?;
    context.block_on(async {
        let bound = Sandbox::bind(args.port, options, context.clock).await;
        let (sandbox, serving) = bound.map_err(|error| {
            Error::new(
                ErrorKind::Failed,
                format!("cannot listen on port {}: {error}", args.port),
            )
            .hint("choose another with --port, or leave it out")
        })?;
        for fault in faults {
            sandbox.fault(fault);
        }
        answer(&sandbox.profile("sandbox"))?;
        for line in sandbox.instructions() {
            output.say(&line);
        }
        serving.await;
        Ok(())
    })?
}

fn wrong_flag(why: String) -> Error {
    Error::new(ErrorKind::Usage, why).hint("see `authctl sandbox --help`")
}

fn visit(context: &Context, output: Output, args: &VisitArgs) -> Result<(), Error> {
    let visited = context.block_on(visit::visit(
        &Http::default(),
        &args.url,
        &args.user,
        !args.deny,
    ))?;
    let (title, good) = visited.map_err(|why| Error::new(ErrorKind::Failed, why))?;
    if !good {
        return Err(Error::new(
            ErrorKind::Failed,
            format!("the last page says: {title}"),
        ));
    }
    output.say(&format!("the last page says: {title}"));
    Ok(())
}
