//! Files that always hold a token which is valid now, for programs that read one.
//!
//! A [`Keeper`] replaces each file as a whole before its token ends, and when another process has
//! refreshed the session. For a command that runs beside it (`authctl exec --file`) it works in a
//! process of its own, see [`process`], whose end takes the files away; for `authctl token --keep`
//! in the process that was asked.
//!
//! A token that cannot be renewed is told once. The file keeps its last token, and the keeper tries
//! again.
//!
//! Deliberately absent: a directory that is watched by the system's own means. A look at when a
//! record changed, a few times a second, is the same on all systems.

pub mod place;
pub mod process;
mod quiet;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use place::Leftover;
pub use quiet::once;

use crate::config::env;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::oauth::want::{TokenKind, Want};
use crate::platform::files::{self, Stamp};
use crate::platform::process as os_process;
use crate::platform::signals;
use crate::session::{Context, Session, Sink, Token};
use crate::time::Timestamp;

/// How often it is looked whether a record has changed.
const LOOK: Duration = Duration::from_millis(250);

/// How long after a failure a token is asked for again, unless the record changes before.
const RETRY: Duration = Duration::from_secs(2);

/// How long a token of unknown life stays before it is looked at again.
const UNKNOWN_LIFE: Duration = Duration::from_secs(60);

/// How much of its life a token has left at least when it is renewed; half, if that is less. Who
/// reads the file does not see how old its token is, and needs time to use it.
const EARLY: Duration = Duration::from_secs(3);

/// How long a keeper waits for other processes and the server: its file lives on meanwhile.
const WAIT: Duration = Duration::from_secs(20);

/// A file that is to be kept.
#[derive(Clone, Debug)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// The name of the profile; `None` for the one that is meant when none is named.
    pub profile: Option<String>,
    /// Whether it holds the ID token.
    pub id_token: bool,
    /// How long the token in it has to live on, where the user has said so.
    pub min_ttl: Option<Duration>,
    /// Whether a link at that path is followed. Where it is not, the file takes the link's place.
    pub follows: bool,
}

impl File {
    /// Writes a token, and nothing but that, in one step.
    fn write(&self, text: &str) -> Result<(), Error> {
        if self.follows {
            return write(&self.path, text);
        }
        files::write_hint(&self.path, text.as_bytes())
            .map_err(|error| cannot_write(&self.path, &error))
    }

    /// What is asked of a token that is to stay in the file for a while, and has this life.
    fn want(&self, session: &Session<'_>, lifetime: Option<Duration>) -> Want {
        let usual = session.want();
        let early = lifetime.map(|life| usual.margin(life).max(EARLY).min(life / 2));
        Want {
            kind: if self.id_token {
                TokenKind::Id
            } else {
                TokenKind::Access
            },
            // More than half of a life is asked for in vain again and again.
            min_ttl: match (self.min_ttl, lifetime) {
                (Some(asked), Some(life)) => {
                    Some(asked.min(life / 2).max(early.unwrap_or_default()))
                }
                (asked, _) => asked.or(early),
            },
            ..usual
        }
    }
}

/// Writes a token to a file, or to a pipe or a device, for a program that sends the whole of it:
/// without a line break, which would be a part.
///
/// # Errors
/// When it cannot be written. What was there is then still there.
pub fn write(path: &Path, text: &str) -> Result<(), Error> {
    files::deliver(path, text.as_bytes()).map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    let message = format!("cannot write {}: {error}", path.display());
    Error::new(ErrorKind::Failed, message)
        .hint("what was there is still there: check the directory's room, owner and mode")
}

/// Keeps a file that holds a token by now, until a signal ends this process. Where systemd started
/// it as a unit of `Type=notify`, that hears that the file is there.
///
/// # Errors
/// When the profile cannot be used any more.
pub fn until_told_to_stop(file: File, sink: Arc<Sink>) -> Result<(), Error> {
    let context = Context::new(once(sink))?;
    signals::survive_size_limit();
    let mut keeper = Keeper::new(&context, vec![file])?;
    if let Some(socket) = env::var("NOTIFY_SOCKET") {
        os_process::tell_service_manager(&socket, "READY=1");
    }
    keeper.run(|time| {
        std::thread::sleep(time);
        true
    });
    Ok(())
}

/// A file with what is known of it.
struct Kept<'a> {
    file: File,
    session: Session<'a>,
    /// What is in the file, as far as this process knows.
    written: Zeroizing<String>,
    /// The life of the token in it.
    lifetime: Option<Duration>,
    /// How the record was when the token was asked for.
    stamp: Option<Stamp>,
    /// When a token is asked for whether or not the record has changed.
    due: Timestamp,
}

impl Kept<'_> {
    /// Asks for a token if that is due, and writes it if it is another one. `tell` hears of the
    /// file before and after it is written.
    fn tend(&mut self, now: Timestamp, tell: &mut Tell<'_>) -> Result<(), Error> {
        let stamp = self.session.stamp();
        if now < self.due && stamp == self.stamp {
            return Ok(());
        }
        self.due = now.after(RETRY);
        let want = self.file.want(&self.session, self.lifetime);
        let asked = self.session.token(&want, Some(WAIT));
        // A failure is noted beside the record, and is no reason to ask again.
        self.stamp = self.session.stamp();
        let token = asked?;
        self.lifetime = token.lifetime();
        if *self.written != token.secret().expose() {
            let path = self.file.path.clone().into_os_string();
            let about = Leftover::File(path, token.secret().fingerprint());
            tell(about.clone());
            // A signal that ends this process would leave half of a new file behind.
            let deferred = signals::defer();
            let written = self.file.write(token.secret().expose());
            drop(deferred);
            written?;
            tell(about);
            self.written = Zeroizing::new(token.secret().expose().to_owned());
        }
        self.due = self.due_of(&token, now);
        Ok(())
    }

    /// When the token has to be renewed. One that was handed out although it should have been
    /// renewed is tried again soon.
    fn due_of(&self, token: &Token, now: Timestamp) -> Timestamp {
        let (Some(end), Some(life)) = (token.expires_at(), token.lifetime()) else {
            return now.after(UNKNOWN_LIFE);
        };
        let margin = self.file.want(&self.session, Some(life)).margin(life);
        let left = end.remaining(now).saturating_sub(margin);
        if left.is_zero() {
            // It was handed out because no other one is to be had.
            return now.after(RETRY);
        }
        now.after(left)
    }
}

/// Hears of each file that is written.
type Tell<'a> = dyn FnMut(Leftover) + 'a;

/// Keeps files.
pub struct Keeper<'a> {
    context: &'a Context,
    kept: Vec<Kept<'a>>,
    tell: Box<Tell<'a>>,
}

impl<'a> Keeper<'a> {
    /// A keeper of these files. Nothing is written yet.
    ///
    /// # Errors
    /// When a profile cannot be used.
    pub fn new(context: &'a Context, files: Vec<File>) -> Result<Self, Error> {
        let mut kept = Vec::new();
        for file in files {
            kept.push(Kept {
                session: context.session(file.profile.as_deref())?,
                file,
                written: Zeroizing::default(),
                lifetime: None,
                stamp: None,
                due: Timestamp(0),
            });
        }
        Ok(Self {
            context,
            kept,
            tell: Box::new(|_| {}),
        })
    }

    /// This keeper, which tells `tell` of each file before and after it is written.
    fn telling<'b>(self, tell: impl FnMut(Leftover) + 'b) -> Keeper<'b>
    where
        'a: 'b,
    {
        Keeper {
            context: self.context,
            kept: self.kept,
            tell: Box::new(tell),
        }
    }

    fn paths(&self) -> Vec<OsString> {
        let paths = self.kept.iter().map(|kept| kept.file.path.clone());
        paths.map(PathBuf::into_os_string).collect()
    }

    /// Brings every file up to date.
    ///
    /// # Errors
    /// Why one of them could not be. The others were seen to.
    pub fn tend(&mut self) -> Result<(), Error> {
        let mut failure = None;
        for kept in &mut self.kept {
            let tended = kept.tend(self.context.clock.now(), &mut self.tell);
            failure = failure.or(tended.err());
        }
        failure.map_or(Ok(()), Err)
    }

    /// Keeps the files for as long as `goes_on` says so. It is given the time until the next look,
    /// and waits for so long or until the end.
    pub fn run(&mut self, mut goes_on: impl FnMut(Duration) -> bool) {
        while goes_on(LOOK) {
            if let Err(error) = self.tend() {
                let cause = error.to_string();
                self.context.notify(None, &Event::FileNotRenewed { cause });
            }
        }
    }
}
