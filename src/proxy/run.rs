//! A proxy at work: until it is told to stop, or for as long as a command runs.

use std::io;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::sync::Arc;

use tokio::sync::oneshot;
use url::Url;

use super::serve::{Door, Place};
use super::{Forward, Guard, Tokens};
use crate::error::{Error, ErrorKind};
use crate::oauth::discovery::is_loopback;
use crate::platform::child;
use crate::platform::signals::{self, Ending, Then};
use crate::secret::Secret;
use crate::session::Context;

/// What is forwarded where.
pub struct Plan {
    /// The server, with the path to which every request's path is added.
    pub upstream: Url,
    /// Where the proxy listens.
    pub place: Place,
    /// The name of the profile; `None` for the one that is meant when none is named.
    pub profile: Option<String>,
}

/// How a program reaches a running proxy.
pub struct Reached {
    /// The address without the secret; `None` for a UNIX socket.
    pub origin: Option<String>,
    /// The secret of this run; `None` for a UNIX socket.
    pub secret: Option<Secret>,
    /// The path of the UNIX socket, if it is one.
    pub socket: Option<PathBuf>,
}

impl Reached {
    /// The address with the secret as the first part of its path; for a UNIX socket its path.
    #[must_use]
    pub fn url(&self) -> String {
        match (&self.origin, &self.secret, &self.socket) {
            (Some(origin), Some(secret), _) => format!("{origin}/{}", secret.expose()),
            (_, _, Some(path)) => format!("unix:{}", path.display()),
            _ => String::new(),
        }
    }
}

/// Reads the address of an upstream server: https, or plain http on this machine.
///
/// # Errors
/// What it must be.
pub fn upstream(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).ok().filter(|url| {
        let is_safe = url.scheme() == "https" || url.scheme() == "http" && is_loopback(url);
        let is_plain = url.query().is_none() && url.fragment().is_none();
        is_safe && is_plain && url.username().is_empty() && url.password().is_none()
    });
    url.ok_or_else(|| {
        let message = "--upstream takes https://HOST/PATH, or plain http on this machine";
        Error::new(ErrorKind::Usage, message).hint("a token crosses no network in the clear")
    })
}

/// Serves until this process is ended, or `command` ends, whose environment `prepare` completes
/// when it is known how the proxy is reached. Gives the command's exit code.
///
/// # Errors
/// When the place cannot be bound, or the command not be run.
pub fn run(
    context: &Context,
    tokens: Tokens,
    plan: Plan,
    prepare: impl FnOnce(&Reached) -> Result<Option<Command>, Error>,
) -> Result<u8, Error> {
    let served = async {
        let door = Door::bind(&plan.place)
            .await
            .map_err(|error| cannot_listen(&plan.place, &error))?;
        let address = door.address();
        let reached = Reached {
            origin: address.map(|address| format!("http://{address}")),
            secret: address.map(|_| Secret::random()),
            socket: match &plan.place {
                Place::Path(path) => Some(path.clone()),
                Place::Loopback(_) => None,
            },
        };
        let guard = Guard {
            secret: reached
                .secret
                .as_ref()
                .map(|secret| Secret::new(secret.expose().to_owned())),
            port: address.map(|address| address.port()),
        };
        let forward = Arc::new(Forward {
            upstream: plan.upstream,
            guard,
            tokens,
            http: context.http_trusting(None),
            sink: Arc::clone(context.sink()),
        });
        let Some(command) = prepare(&reached)? else {
            door.serve(forward).await;
            return Ok(0);
        };
        let ended = start(command)?;
        tokio::select! {
            () = door.serve(forward) => Ok(0),
            status = ended => Ok(status.map_or(1, child::exit_code)),
        }
    };
    context.block_on(served)?
}

/// Starts the command. Signals that a terminal sends to both are the command's affair; a demand to
/// end is handed on to it.
fn start(mut command: Command) -> Result<oneshot::Receiver<ExitStatus>, Error> {
    let mut child = command
        .spawn()
        .map_err(|error| Error::command_not_run(command.get_program(), &error))?;
    let pid = child.id();
    let (sender, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let deferred = signals::defer().hear(move |ending, _| {
            if ending == Ending::Demand {
                child::ask_to_end(pid);
            }
            Then::Wait
        });
        if let Ok(status) = child.wait() {
            let _ = sender.send(status);
        }
        // What came for the command has reached it, and is not for this process, which ends now.
        loop {
            std::thread::park();
            let _ = &deferred;
        }
    });
    Ok(ended)
}

fn cannot_listen(place: &Place, error: &io::Error) -> Error {
    let place = match place {
        Place::Loopback(address) => address.to_string(),
        Place::Path(path) => path.display().to_string(),
    };
    Error::new(
        ErrorKind::Failed,
        format!("cannot listen at {place}: {error}"),
    )
    .hint("choose another place with `--listen`")
}
