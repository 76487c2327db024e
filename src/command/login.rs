//! `authctl login`: asks a person once, keeps what comes of it, writes the profile, says who it
//! was.
//!
//! Room on the disk is tried before anybody is asked. No lock of the credential is held while a
//! human thinks; a lock of its own keeps two logins of one profile from asking the same person
//! twice.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;

use super::login_method::{Method, choose};
use super::{answer_json, login_profile, token};
use crate::broker::PATIENCE;
use crate::cli::LoginArgs;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::grant::endpoint::{BackChannel, Endpoint, EndpointKind};
use crate::grant::{self, GrantError, Server, TokenEndpoint, authorization_code, device};
use crate::http::Http;
use crate::oauth::want::Want;
use crate::platform::browser;
use crate::platform::files;
use crate::profile::Profile;
use crate::profile::identity::Endpoints;
use crate::profile::setting::Setting;
use crate::profile::store_kind::StoreKind;
use crate::secret::Secret;
use crate::session::Context;
use crate::session::{keys as key, runtime, secret, terms};
use crate::store::record::Header;
use crate::store::seal::Summary;
use crate::store::{Locked, LoginLock, Store, StoreError};
use crate::time::Timestamp;
use crate::ui::{self, Wait};

/// Logs in.
///
/// # Errors
/// Why nobody is logged in now. What was there before is still there.
pub fn run(run: &Context, args: &LoginArgs) -> Result<(), Error> {
    let name = login_profile::name(run, args)?;
    let flags = login_profile::flags(args);
    let profile = run
        .locations
        .profile_with(&name, flags.clone())
        .map_err(|error| login_profile::blame(error, &flags))?;
    let (profile, flags) = login_profile::choose_store(run, profile, flags)?;
    let keys = || key::source(run, &profile, key::login_limit(&profile));
    let (store, anew) = (
        run.store_with(&profile, keys())?,
        run.store_with(&profile, keys())?.replacing(),
    );
    let login = Login {
        run,
        args,
        profile: &profile,
        store: &store,
        anew: &anew,
        http: run.http(&profile),
        flags,
        asked: Cell::default(),
    };
    if !profile.grant.needs_person() {
        return login.machine();
    }
    let secret = secret::client_secret(&profile)?;
    let _asking = match login.begin()? {
        Some(lock) => lock,
        None => return Ok(()),
    };
    login.spare()?;
    login.rehearse()?;
    let done = runtime()?.block_on(login.person(secret));
    if args.by_hook && login.asked.get() {
        login.note_asked(done.is_ok());
    }
    done
}

/// How long a person is left alone by hooks who has not answered one.
const SPARED_FOR: Duration = Duration::from_secs(300);

/// One login under way.
pub(super) struct Login<'a> {
    pub(super) run: &'a Context,
    pub(super) args: &'a LoginArgs,
    pub(super) profile: &'a Profile,
    pub(super) store: &'a Store,
    /// The same for the new session, to which one that nobody can open gives way.
    pub(super) anew: &'a Store,
    pub(super) http: Http,
    pub(super) flags: Vec<Setting>,
    /// Whether a person was asked: they see an address now, or a code.
    asked: Cell<bool>,
}

impl Login<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.run.clock.now()
    }

    pub(super) fn told(&self, error: GrantError) -> Error {
        Error::of_grant(&self.profile.name, error)
    }

    pub(super) fn say(&self, message: &str) {
        self.run.say(&format!("{}: {message}", self.profile.name));
    }

    /// A client that speaks for itself has nobody to ask: its first token is the proof.
    fn machine(&self) -> Result<(), Error> {
        key::ensure(
            self.run,
            self.profile,
            self.store,
            key::login_limit(self.profile),
        )?;
        let identity = self.profile.identity();
        let terms = terms(self.profile, &identity);
        // What is there proves nothing of the secret that was just given.
        let old = self.summary().map(|summary| summary.access.fingerprint);
        let want = Want {
            rejected: old,
            ..Want::default()
        };
        token::obtain(self.run, self.profile, self.store, &want, &terms)?;
        self.write_profile()?;
        if self.profile.store == StoreKind::None && self.store.holds_anything() {
            // What is kept from before would be readable for as long as it lives.
            self.lock(self.anew)?.remove()?;
        }
        self.say("the server gives this client tokens");
        if self.run.json {
            answer_json(&json!({"profile": self.profile.name, "subject": null}))
        } else {
            Ok(())
        }
    }

    /// Waits until nobody else asks the same person. `None`: somebody did, and the session is
    /// there.
    fn begin(&self) -> Result<Option<LoginLock>, Error> {
        let before = self.header();
        let mut notify = |event: Event| self.say(&event.to_string());
        let waited = self
            .store
            .lock_login(self.now(), self.args.timeout, &mut notify);
        let lock = waited.map_err(|error| match error {
            StoreError::Busy { holder } => {
                let message = format!(
                    "{}: another login is under way: {holder}",
                    self.profile.name
                );
                Error::new(ErrorKind::TryAgain, message).hint("finish it, or end that process")
            }
            other => other.into(),
        })?;
        if self.args.by_hook && self.lives() {
            return Ok(None);
        }
        match self.header() {
            // Only if it is what we were asked for: another scope or account is another login.
            Some(header)
                if before.as_ref().is_none_or(|before| before.id != header.id)
                    && header.identity == self.profile.identity()
                    && !self.args.replace =>
            {
                self.say("the other login has done it");
                if self.run.json {
                    answer_json(&json!({"profile": self.profile.name, "subject": header.subject}))?;
                }
                Ok(None)
            }
            _ => Ok(Some(lock)),
        }
    }

    /// Whether there is what a hook wants a person for: somebody may have brought it since it
    /// looked.
    fn lives(&self) -> bool {
        let (now, identity) = (self.now(), self.profile.identity());
        self.summary().is_some_and(|summary| {
            let header = &summary.header;
            header.identity == identity
                && header.refusal(now).is_none()
                && summary.access.facts.may_live(now)
        })
    }

    /// Whoever waited for a person that did not answer does not ask them again at once, and neither
    /// does the next hook.
    fn spare(&self) -> Result<(), Error> {
        let asked = files::read_hint(&self.asked_at())
            .and_then(|text| text.trim().parse().ok())
            .map(Timestamp);
        let since = asked.map(|at| self.now().seconds_since(at));
        let limit = i64::try_from(SPARED_FOR.as_secs()).unwrap_or(i64::MAX);
        match since {
            Some(since) if self.args.by_hook && (0..limit).contains(&since) => {
                let name = &self.profile.name;
                let message =
                    format!("{name}: a login was asked for {since}s ago and did not come about");
                Err(Error::new(ErrorKind::LoginRequired, message)
                    .hint(format!("run `authctl login {name}`")))
            }
            _ => Ok(()),
        }
    }

    fn note_asked(&self, answered: bool) {
        let at = if answered { 0 } else { self.now().0 };
        let _ = files::write_hint(&self.asked_at(), at.to_string().as_bytes());
    }

    /// Where it is noted when a hook last asked in vain.
    fn asked_at(&self) -> PathBuf {
        self.run
            .locations
            .state
            .join(".hooks")
            .join(format!("{}.asked", self.profile.name))
    }

    pub(super) fn header(&self) -> Option<Header> {
        self.summary().map(|summary| summary.header)
    }

    pub(super) fn summary(&self) -> Option<Summary> {
        self.store.summary().ok().flatten()
    }

    /// Tries whether what will come could be saved, before anybody is asked.
    fn rehearse(&self) -> Result<(), Error> {
        key::ensure(
            self.run,
            self.profile,
            self.store,
            key::login_limit(self.profile),
        )?;
        match self.lock(self.store) {
            Ok(mut locked) => {
                locked.prepare_grant(self.now())?.never_sent();
                let events = locked.take_events();
                drop(locked);
                events.iter().for_each(|event| self.say(&event.to_string()));
            }
            // It stays as it is until there is a new one.
            Err(error) if error.is_closed() => self.store.rehearse()?,
            Err(error) => return Err(error.into()),
        }
        if !self.flags.is_empty() {
            self.run.locations.rehearse()?;
        }
        Ok(())
    }

    async fn person(&self, secret: Option<Secret>) -> Result<(), Error> {
        let server = grant::discover(&self.http, self.profile)
            .await
            .map_err(|error| self.told(error))?;
        let client = grant::client(self.profile, secret.into(), Some(&server));
        let found = Endpoint::find(EndpointKind::Token, &server.endpoints);
        let token_endpoint = found.map_err(|error| self.told(error))?;
        let clock = &self.run.clock;
        let endpoint = TokenEndpoint {
            channel: BackChannel {
                http: &self.http,
                client: &client,
                provider: &self.profile.provider,
                clock,
            },
            endpoint: token_endpoint,
        };
        let (method, reason) = choose(self.args, self.profile, &server)?;
        if let Some(reason) = reason {
            let how = match method {
                Method::Browser(_) | Method::Print => "a browser",
                Method::Device => "a code on another device",
                Method::Paste => "pasting",
            };
            self.say(&format!("logging in by {how}, because {reason}"));
        }
        match method {
            Method::Device => self.by_device(&server, &endpoint).await,
            method => self.by_code(&server, &endpoint, &method).await,
        }
    }

    async fn by_device(&self, server: &Server, endpoint: &TokenEndpoint<'_>) -> Result<(), Error> {
        let device_endpoint = Endpoint::find(EndpointKind::DeviceAuthorization, &server.endpoints)
            .map_err(|error| self.told(error))?;
        let begun = device::request_code(&endpoint.channel, &device_endpoint, self.profile).await;
        let code = begun.map_err(|error| self.told(error))?;
        let complete = code
            .verification_uri_complete
            .as_deref()
            .unwrap_or(&code.verification_uri);
        self.asked.set(true);
        self.say("open this address on any device, and check that it shows the code below it");
        ui::show(&format!("\n  {complete}\n\n  {}\n", code.user_code));
        if let Some(qr) = ui::is_watched().then(|| ui::qr(complete)).flatten() {
            ui::show(&qr);
        }
        let limit = self.args.timeout.min(code.expires_in);
        let wait = Wait::begin("waiting for you to approve", limit, true);
        let polled = device::poll(endpoint, &code, limit, &|| wait.tick()).await;
        drop(wait);
        let granted = polled.map_err(|error| self.told(error))?;
        let line = self
            .accept(server, &endpoint.channel, granted, None)
            .await?;
        self.done(&line)
    }

    async fn by_code(
        &self,
        server: &Server,
        endpoint: &TokenEndpoint<'_>,
        method: &Method,
    ) -> Result<(), Error> {
        let waiting = authorization_code::begin_login(self.profile, server)
            .await
            .map_err(|error| self.told(error))?;
        let pasting =
            *method == Method::Paste || std::io::IsTerminal::is_terminal(&std::io::stdin());
        let (sender, pasted) = mpsc::channel(1);
        if pasting {
            read_lines(sender);
        }
        self.present(waiting.url.as_str(), method, pasting);
        let wait = Wait::begin("waiting for the browser", self.args.timeout, !pasting);
        let complain = |error: &GrantError| self.say(&error.to_string());
        let arrived = waiting
            .wait_for_code(pasted, self.args.timeout, &|| wait.tick(), &complain)
            .await;
        drop(wait);
        let (code, browser) = match arrived {
            Ok(arrived) => arrived,
            Err((error, browser)) => {
                let error = self.told(error);
                browser.show_failure(&page_text(&error)).await;
                return Err(error);
            }
        };
        let redirect_uri = Some(code.redirect_uri().to_owned());
        let server = &Server {
            endpoints: Endpoints {
                redirect_uri,
                ..server.endpoints.clone()
            },
            ..server.clone()
        };
        let kept = async {
            let exchanged = code.exchange(endpoint, self.profile).await;
            let granted = exchanged.map_err(|refusal| self.told(refusal.into()))?;
            self.accept(server, &endpoint.channel, granted, Some(code.nonce()))
                .await
        };
        // The browser hears of it when it is true: after the exchange, and after the record is
        // safe.
        match kept.await {
            Ok(line) => {
                browser
                    .show_success(&self.profile.name, line.who.as_deref())
                    .await;
                self.done(&line)
            }
            Err(error) => {
                browser.show_failure(&page_text(&error)).await;
                Err(error)
            }
        }
    }

    fn present(&self, url: &str, method: &Method, pasting: bool) {
        self.asked.set(true);
        let opened = match method {
            Method::Browser(command) => {
                let ended =
                    |status: String| ui::say(&format!("the browser command ended with {status}"));
                browser::open(
                    url,
                    command.as_deref(),
                    &secret::variables(self.profile),
                    ended,
                )
            }
            _ => Err(String::new()),
        };
        match &opened {
            Ok(()) => self.say("a browser opens this address; if it does not, open it yourself"),
            Err(why) if why.is_empty() => self.say("open this address"),
            Err(why) => self.say(&format!(
                "no browser could be opened ({why}); open this address yourself"
            )),
        }
        ui::show(&format!("\n  {url}\n"));
        if pasting {
            self.say(
                "if the browser is on another machine, paste the address that it ends at here",
            );
        }
    }

    pub(super) fn lock<'s>(&self, store: &'s Store) -> Result<Locked<'s>, StoreError> {
        let mut notify = |event: Event| self.say(&event.to_string());
        store.lock(self.now(), "login", PATIENCE, &mut notify)
    }

    pub(super) fn write_profile(&self) -> Result<(), Error> {
        if !self.flags.is_empty()
            && self
                .run
                .locations
                .write_profile(&self.profile.name, &self.flags)?
        {
            let names: Vec<&str> = self.flags.iter().map(|setting| setting.name).collect();
            let config = self.run.locations.config.display();
            self.say(&format!(
                "the profile in {config} now has this {}",
                names.join(", ")
            ));
        }
        Ok(())
    }
}

/// A failure as a page tells it: what happened, and what to do next.
fn page_text(error: &Error) -> String {
    let hints: String = error
        .hints
        .iter()
        .map(|hint| format!(" Hint: {hint}."))
        .collect();
    format!("{}.{hints}", error.message)
}

/// Reads lines that a person pastes, on a thread that nobody waits for: it may sit in a read for
/// ever.
fn read_lines(sender: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        for line in std::io::stdin()
            .lines()
            .map_while(Result::ok)
            .filter(|line| !line.trim().is_empty())
        {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
}
