//! Logging in: asks a person once, saves what comes of it, writes the profile, says who it was.
//!
//! Whether the session can be saved is tried before a person is asked. No lock of the credential is
//! held while a person thinks; a lock of its own keeps two logins of one profile from asking the
//! same person twice.

mod accept;
mod doubt;
mod method;
mod naming;
mod person;
mod preview;
mod replaced;
mod spare;

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

pub use accept::LoggedIn;
pub use method::Method;
pub use naming::name_of_host;
pub use preview::Preview;

use super::{Context, Session, keys, proof};
use crate::broker::PATIENCE;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::http::Http;
use crate::oauth::client::Proof;
use crate::oauth::want::Want;
use crate::platform::files;
use crate::profile::Profile;
use crate::profile::identity::Subject;
use crate::profile::setting::{Setting, Source};
use crate::profile::store_kind::StoreKind;
use crate::secret::Secret;
use crate::store::record::Header;
use crate::store::seal::Summary;
use crate::store::{Locked, LoginLock, Store, StoreError};

/// Who wants a person to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The person, by a command.
    Person,
    /// A hook, for the program that called it. A person who has just not answered is left alone
    /// then.
    Hook,
}

/// What a login is to do.
#[derive(Clone, Debug)]
pub struct LoginRequest {
    /// How the person is asked; `None` where that is to be chosen.
    pub method: Option<Method>,
    /// How long to wait for the person.
    pub timeout: Duration,
    /// Whether the login of another account may take the place of the stored session.
    pub replace: bool,
    /// Whether the person sees only what is needed to log in: no spinner.
    pub quiet: bool,
    /// Who wants the person to log in.
    pub origin: Origin,
    /// The settings that are written into the profile when the login has succeeded.
    pub settings: Vec<Setting>,
    /// The client's secret that the person has typed, and where it is written when the login has
    /// succeeded.
    pub typed: Option<TypedSecret>,
}

/// A client's secret that is nowhere yet but in this process.
#[derive(Clone, Debug)]
pub struct TypedSecret {
    /// Where it is to be written, for the user alone.
    pub path: PathBuf,
    /// The secret.
    pub proof: Proof,
}

impl TypedSecret {
    /// Writes it into its file, for the user alone.
    fn keep(&self) -> Result<(), Error> {
        let secret = self.proof.secret().map_or("", Secret::expose);
        let write = || {
            files::create_directory(files::directory_of(&self.path))?;
            files::replace(&self.path, secret.as_bytes())
        };
        write().map_err(|error| {
            let message = format!("cannot write {}: {error}", self.path.display());
            Error::new(ErrorKind::Config, message)
                .hint("the session is there; write the client's secret into that file yourself")
        })
    }
}

/// What came of a login.
pub enum Login {
    /// A person has logged in.
    Person(LoggedIn),
    /// Another process has brought the session meanwhile: whose it is.
    OtherProcess(Option<Subject>),
    /// A client that needs no person was given a token.
    Client,
}

impl Session<'_> {
    /// Logs in. What there was before is replaced when the new session is safe, and not earlier.
    ///
    /// # Errors
    /// Why the login came to nothing. What was there before is still there.
    pub fn login(&self, request: &LoginRequest) -> Result<Login, Error> {
        self.login_as_stored(request)
            .map_err(|error| self.about(error))
    }

    fn login_as_stored(&self, request: &LoginRequest) -> Result<Login, Error> {
        if self.profile.store != StoreKind::Auto {
            return Attempt::new(self, request)?.run();
        }
        let setting = self.choose_store()?;
        let mut settings = request.settings.clone();
        settings.retain(|setting| setting.name != "store");
        settings.push(setting);
        let config = self.context.config()?;
        let profile = config.profile_with(&self.profile.name, &settings)?;
        let session = Session::new(self.context, profile)?;
        let request = LoginRequest {
            settings,
            ..request.clone()
        };
        Attempt::new(&session, &request)?.run()
    }

    /// Where the session is stored, if the profile leaves that to the login: behind the OS keyring,
    /// if that keeps what it is given. It is written into the profile, so that a process that wants
    /// a token need not find out.
    fn choose_store(&self) -> Result<Setting, Error> {
        let behind = Profile {
            store: StoreKind::Keyring,
            ..self.profile.clone()
        };
        let limit = keys::login_limit(&behind);
        let store = login_store(self.context, &behind)?;
        let (kind, reason) = match keys::ensure(self.context, &behind, &store, limit) {
            Ok(()) => (
                StoreKind::Keyring,
                "which keeps what it is given".to_owned(),
            ),
            Err(error @ StoreError::Key(_)) => (StoreKind::File, format!("because {error}")),
            // What is wrong on this machine is no reason to store the session in the clear for
            // good.
            Err(error) => return Err(error.into()),
        };
        let kept = kind.words().to_owned();
        self.notify(&Event::StoreChosen { kept, reason });
        Ok(Setting {
            name: "store",
            values: vec![kind.name().to_owned()],
            source: Source::Flag,
        })
    }
}

/// One login under way.
struct Attempt<'a> {
    session: &'a Session<'a>,
    request: &'a LoginRequest,
    /// The store of the session that is there.
    store: Store,
    /// The store of the new session: a record that no key opens gives way to it.
    new_store: Store,
    /// A client of this login's own: its connections end with the login's runtime.
    http: Http,
    /// Whether a person was asked: they see an address now, or a code.
    asked: Cell<bool>,
}

impl<'a> Attempt<'a> {
    fn new(session: &'a Session<'a>, request: &'a LoginRequest) -> Result<Self, Error> {
        let store = login_store(session.context, &session.profile)?;
        let new_store = login_store(session.context, &session.profile)?.for_new_session();
        Ok(Self {
            session,
            request,
            store,
            new_store,
            http: session.context.http(&session.profile),
            asked: Cell::default(),
        })
    }

    fn run(&self) -> Result<Login, Error> {
        if !self.profile().grant.needs_person() {
            return self.ask_for_client();
        }
        self.guard_session()?;
        let proof = match &self.request.typed {
            Some(typed) => typed.proof.clone(),
            None => proof::fetch(self.context(), self.profile())?,
        };
        let _asking = match self.lock_person()? {
            Turn::Mine(lock) => lock,
            Turn::Done(subject) => return Ok(Login::OtherProcess(subject)),
        };
        if self.request.origin == Origin::Hook {
            spare::check(self.context(), self.profile())?;
        }
        self.rehearse()?;
        let logged_in = Context::block_on_apart(self.ask_person(proof))?;
        if self.request.origin == Origin::Hook && self.asked.get() {
            spare::note(self.context(), self.profile(), logged_in.is_ok());
        }
        logged_in.map(Login::Person)
    }

    /// Refuses to put the session of another server or account in the place of one that lives,
    /// before a person is sent anywhere: the old one would neither be used nor ended.
    fn guard_session(&self) -> Result<(), Error> {
        let Some(header) = self.header().filter(|_| !self.request.replace) else {
            return Ok(());
        };
        let identity = self.profile().identity();
        let (was, is) = (&header.identity.server, &identity.server);
        let is_same = identity.is_at(was);
        if header.refusal(self.session.now()).is_some() {
            return Ok(());
        }
        let message = match (is_same, self.other_account(&header)) {
            (true, None) => return Ok(()),
            (true, Some((stored, account))) => {
                format!("the session belongs to {stored}, and this login is for {account}")
            }
            (false, _) => {
                format!("the profile has a session at {was}, and this login is at {is}")
            }
        };
        Err(Error::new(ErrorKind::Failed, message)
            .hint("`authctl logout {profile}` ends that session; `--replace` leaves it to run out")
            .hint("for both, use a profile for each: `authctl login OTHER ...`"))
    }

    /// Whose the stored session is, and the account that this login is for, where these are two. A
    /// session that was made for this very account is its own, whatever the server calls that.
    fn other_account<'h>(&self, header: &'h Header) -> Option<(&'h Subject, &str)> {
        let account = self.profile().account.as_deref()?;
        let stored = header.subject.as_ref()?;
        let is_its_own = header.identity.account.as_deref() == Some(account);
        (!is_its_own && !stored.is_called(account)).then_some((stored, account))
    }

    fn context(&self) -> &Context {
        self.session.context
    }

    fn profile(&self) -> &Profile {
        &self.session.profile
    }

    fn limit(&self) -> Duration {
        keys::login_limit(self.profile())
    }

    /// Gets the first token of a client that needs no person: it proves that the client may have
    /// one.
    fn ask_for_client(&self) -> Result<Login, Error> {
        keys::ensure(self.context(), self.profile(), &self.store, self.limit())?;
        let registration = self.profile().registration();
        // The stored token proves nothing of the secret that was just given.
        let stored = self.summary().map(|summary| summary.access.fingerprint);
        let want = Want {
            rejected: stored,
            insists: true,
            ..Want::default()
        };
        let policy = self.session.policy(&registration);
        self.session.obtain(&self.store, &want, &policy)?;
        self.write_profile()?;
        if self.profile().store == StoreKind::None && self.store.holds_anything() {
            // A record from before would be readable for as long as its token lives.
            self.lock(&self.new_store)?.remove_session()?;
        }
        self.session.notify(&Event::ClientAccepted);
        Ok(Login::Client)
    }

    /// Waits until no other process asks the same person.
    fn lock_person(&self) -> Result<Turn, Error> {
        let before = self.header();
        let mut notify = |event: Event| self.session.notify(&event);
        let waited = self
            .store
            .lock_login(self.session.now(), self.request.timeout, &mut notify);
        let lock = waited.map_err(|error| match error {
            StoreError::Busy { holder } => {
                let message = Event::AnotherLogin { holder }.to_string();
                Error::new(ErrorKind::TryAgain, message).hint("finish it, or end that process")
            }
            other => other.into(),
        })?;
        if self.request.origin == Origin::Hook && self.lives() {
            return Ok(Turn::Done(self.header().and_then(|header| header.subject)));
        }
        match self.header() {
            Some(header) if self.is_answered_by(&header, before.as_ref()) => {
                self.session.notify(&Event::OtherLoginDone);
                Ok(Turn::Done(header.subject))
            }
            _ => Ok(Turn::Mine(lock)),
        }
    }

    /// Whether the stored session is what this login was to bring, and another process has brought
    /// it since `before` was read. Another scope or account is another login.
    fn is_answered_by(&self, header: &Header, before: Option<&Header>) -> bool {
        let is_new = before.is_none_or(|before| before.id != header.id);
        is_new && header.answers_for(&self.profile().registration()) && !self.request.replace
    }

    /// Whether there is what a hook wants a person for: another process may have brought it since
    /// the hook looked.
    fn lives(&self) -> bool {
        let Some(summary) = self.summary() else {
            return false;
        };
        let now = self.session.now();
        summary.header.answers_for(&self.profile().registration())
            && summary.header.refusal(now).is_none()
            && summary.access.facts.may_live(now)
    }

    fn summary(&self) -> Option<Summary> {
        self.store.summary().ok().flatten()
    }

    fn header(&self) -> Option<Header> {
        self.summary().map(|summary| summary.header)
    }

    /// Tries whether what will come could be saved, before a person is asked.
    fn rehearse(&self) -> Result<(), Error> {
        keys::ensure(self.context(), self.profile(), &self.store, self.limit())?;
        match self.lock(&self.store) {
            Ok(mut locked) => {
                locked.prepare_grant(self.session.now())?.withdraw_intent();
                let events = locked.take_events();
                drop(locked);
                self.session.notify_all(events);
            }
            // A record that cannot be opened stays as it is until there is a new session.
            Err(error) if error.is_closed() => self.store.rehearse()?,
            Err(error) => return Err(error.into()),
        }
        if !self.request.settings.is_empty() {
            self.context().locations.rehearse()?;
        }
        Ok(())
    }

    fn lock<'s>(&self, store: &'s Store) -> Result<Locked<'s>, StoreError> {
        let mut notify = |event: Event| self.session.notify(&event);
        store.lock(self.session.now(), "login", PATIENCE, &mut notify)
    }

    fn write_profile(&self) -> Result<(), Error> {
        let settings = &self.request.settings;
        let locations = &self.context().locations;
        if let Some(typed) = &self.request.typed {
            typed.keep()?;
            let path = typed.path.display().to_string();
            self.session.notify(&Event::SecretKept { path });
        }
        if settings.is_empty() || !locations.write_profile(&self.profile().name, settings)? {
            return Ok(());
        }
        let names = settings.iter().map(|setting| setting.name.to_owned());
        self.session.notify(&Event::ProfileWritten {
            path: locations.config()?.display().to_string(),
            settings: names.collect(),
        });
        Ok(())
    }
}

/// Whose turn it is to ask the person.
enum Turn {
    /// This process's, for as long as the lock lives.
    Mine(LoginLock),
    /// No one's: another process has brought the session, which is this subject's.
    Done(Option<Subject>),
}

/// The store of a profile's session, for a login: its keyring is waited for as long as a person may
/// take.
fn login_store(context: &Context, profile: &Profile) -> Result<Store, Error> {
    let keys = keys::source(context, profile, keys::login_limit(profile));
    context.store(profile, keys)
}
