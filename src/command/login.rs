//! `authctl login`: asks a person once, keeps what comes of it, writes the profile, says who it was.
//!
//! Room on the disk is tried before anybody is asked. No lock of the credential is held while a human thinks; a lock
//! of its own keeps two logins of one profile from asking the same person twice.

use serde_json::json;
use tokio::sync::mpsc;

use super::login_method::{Method, choose};
use super::{Run, answer_json, runtime, secret, terms, token};
use crate::broker::PATIENCE;
use crate::browser;
use crate::cli::LoginArgs;
use crate::config::{ConfigError, ENVIRONMENT_PROFILE, env};
use crate::error::{Error, ErrorKind};
use crate::grant::identify::{Who, identify};
use crate::grant::{self, GrantError, Server, TokenEndpoint, authorization_code, device, revoke};
use crate::http::Http;
use crate::oauth::client::Client;
use crate::oauth::scope;
use crate::oauth::token::Credential;
use crate::oauth::want::Want;
use crate::provider::key::{Setting, Source};
use crate::provider::outcome::Granted;
use crate::provider::profile::Profile;
use crate::secret::Secret;
use crate::signals;
use crate::store::record::{Record, Session, Subject};
use crate::store::{LoginLock, Saved, Store, StoreError};
use crate::time::{Timestamp, describe};
use crate::ui::{self, Wait};

/// Logs in.
///
/// # Errors
/// Why nobody is logged in now. What was there before is still there.
pub fn run(run: &Run, args: &LoginArgs) -> Result<(), Error> {
    let name = name(run, args)?;
    let flags = flags(args);
    let profile = run.locations.profile_with(&name, flags.clone())?;
    let store = run.store(&profile.name);
    let login = Login { run, args, profile: &profile, store: &store, http: run.http(&profile), flags };
    if !profile.interactive() {
        return login.machine();
    }
    let secret = secret::client_secret(&profile)?;
    let _asking = match login.begin()? {
        Some(lock) => lock,
        None => return Ok(()),
    };
    login.rehearse()?;
    runtime()?.block_on(login.person(secret))
}

/// The profile that is meant: named, or the preset's name for a new one, or the one that `token` would use.
fn name(run: &Run, args: &LoginArgs) -> Result<String, Error> {
    if let Some(name) = args.profile.clone().or_else(|| env::var("AUTHCTL_PROFILE")) {
        return Ok(name);
    }
    match run.locations.profile(None) {
        Ok(profile) => Ok(profile.name),
        Err(ConfigError::Nothing) if args.provider.is_some() => Ok(args.provider.clone().unwrap_or_default()),
        Err(ConfigError::Nothing) if args.issuer.is_some() => Ok("default".to_owned()),
        Err(error) => Err(error.into()),
    }
}

fn flags(args: &LoginArgs) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut add = |key: &'static str, values: Vec<String>| {
        if !values.is_empty() {
            settings.push(Setting { key, values, source: Source::Flag });
        }
    };
    let one = |value: &Option<String>| value.iter().cloned().collect();
    add("provider", one(&args.provider));
    add("issuer", one(&args.issuer));
    add("client_id", one(&args.client_id));
    add(
        "client_secret",
        args.client_secret_file.iter().map(|path| format!("file={}", path.display())).collect(),
    );
    add("scope", args.scope.iter().flat_map(|text| scope::parse(text)).collect());
    add("audience", one(&args.audience));
    add("resource", args.resource.clone());
    add("account", one(&args.account));
    add("params", args.param.clone());
    add("ports", args.port.iter().map(u16::to_string).collect());
    add("redirect_path", one(&args.redirect_path));
    add("redirect_host", one(&args.redirect_host));
    settings
}

/// One login under way.
struct Login<'a> {
    run: &'a Run,
    args: &'a LoginArgs,
    profile: &'a Profile,
    store: &'a Store,
    http: Http,
    flags: Vec<Setting>,
}

/// What came of asking.
struct Tokens {
    granted: Granted,
    who: Option<Who>,
}

impl Login<'_> {
    fn now(&self) -> Timestamp {
        self.run.clock.now()
    }

    fn told(&self, error: GrantError) -> Error {
        Error::of_grant(&self.profile.name, error)
    }

    fn say(&self, message: &str) {
        self.run.say(&format!("{}: {message}", self.profile.name));
    }

    /// A client that speaks for itself has nobody to ask: its first token is the proof.
    fn machine(&self) -> Result<(), Error> {
        let identity = self.profile.identity();
        let terms = terms(self.profile, &identity);
        token::obtain(self.run, self.profile, self.store, &Want::default(), &terms)?;
        self.write_profile()?;
        self.say("the server gives this client tokens");
        if self.run.json {
            answer_json(&json!({"profile": self.profile.name, "subject": null}))
        } else {
            Ok(())
        }
    }

    /// Waits until nobody else asks the same person. `None`: somebody did, and the session is there.
    fn begin(&self) -> Result<Option<LoginLock>, Error> {
        let before = self.generation();
        let mut tell = |holder: &str| self.say(&format!("another login is under way: {holder}"));
        let waited = self.store.lock_login(self.now(), self.args.timeout, &mut tell);
        let lock = waited.map_err(|error| match error {
            StoreError::Busy { holder } => {
                let message = format!("{}: another login is under way: {holder}", self.profile.name);
                Error::new(ErrorKind::TryAgain, message).hint("finish it, or end that process")
            }
            other => other.into(),
        })?;
        if self.generation() <= before {
            return Ok(Some(lock));
        }
        self.say("the other login has done it");
        Ok(None)
    }

    fn generation(&self) -> u64 {
        self.store.peek().ok().flatten().map_or(0, |peek| peek.session.generation)
    }

    /// Tries whether what will come could be saved, before anybody is asked.
    fn rehearse(&self) -> Result<(), Error> {
        let mut locked = self
            .store
            .lock(self.now(), "login", PATIENCE, &mut |holder| self.say(&format!("waiting for {holder}")))?;
        for notice in locked.notices() {
            self.say(&notice);
        }
        locked.prepare_grant(self.now())?.never_sent();
        Ok(())
    }

    async fn person(&self, secret: Option<Secret>) -> Result<(), Error> {
        let server = grant::discover(&self.http, self.profile).await.map_err(|error| self.told(error))?;
        let client = grant::client(self.profile, secret, Some(&server));
        let address = server.endpoints.token.as_deref();
        let missing = GrantError::NoEndpoint { what: "token endpoint", key: "token_endpoint" };
        let address = address.ok_or(missing).map_err(|error| self.told(error))?;
        let url = grant::endpoint("token endpoint", address).map_err(|error| self.told(error))?;
        let clock = &self.run.clock;
        let endpoint =
            TokenEndpoint { http: &self.http, url, client: &client, provider: &self.profile.provider, clock };
        let (method, reason) = choose(self.args, self.profile, &server)?;
        if let Some(reason) = reason {
            let how = if method == Method::Device { "a code on another device" } else { "pasting" };
            self.say(&format!("logging in by {how}, because {reason}"));
        }
        match method {
            Method::Device => self.by_device(&server, &endpoint).await,
            method => self.by_code(&server, &endpoint, &method).await,
        }
    }

    async fn by_device(&self, server: &Server, endpoint: &TokenEndpoint<'_>) -> Result<(), Error> {
        let missing = GrantError::NoEndpoint {
            what: "device authorization endpoint",
            key: "device_authorization_endpoint",
        };
        let address =
            server.endpoints.device_authorization.as_deref().ok_or(missing).map_err(|e| self.told(e))?;
        let url =
            grant::endpoint("device authorization endpoint", address).map_err(|error| self.told(error))?;
        let begun = device::begin(&self.http, &url, self.profile, endpoint.client).await;
        let code = begun.map_err(|error| self.told(error))?;
        let complete = code.verification_uri_complete.as_deref().unwrap_or(&code.verification_uri);
        self.say("open this address on any device, and check that it shows the code below it");
        ui::show(&format!("\n  {complete}\n\n  {}\n", code.user_code));
        if let Some(qr) = ui::is_watched().then(|| ui::qr(complete)).flatten() {
            ui::show(&qr);
        }
        let limit = self.args.timeout.min(code.expires_in);
        let wait = Wait::begin("waiting for you to approve", limit);
        let polled = device::poll(endpoint, &code, limit, &|| wait.tick()).await;
        drop(wait);
        let granted = polled.map_err(|error| self.told(error))?;
        let who = self.identify(server, &granted, None).await?;
        let line = self.keep(server, endpoint.client, Tokens { granted, who }).await?;
        self.done(&line)
    }

    async fn by_code(
        &self,
        server: &Server,
        endpoint: &TokenEndpoint<'_>,
        method: &Method,
    ) -> Result<(), Error> {
        let waiting =
            authorization_code::begin(self.profile, server).await.map_err(|error| self.told(error))?;
        let pasting = *method == Method::Paste || std::io::IsTerminal::is_terminal(&std::io::stdin());
        let (sender, pasted) = mpsc::channel(1);
        if pasting {
            read_lines(sender);
        }
        self.present(waiting.url.as_str(), method, pasting);
        let wait = Wait::begin("waiting for the browser", self.args.timeout);
        let complain = |error: &GrantError| self.say(&error.to_string());
        let arrived = waiting.code(pasted, self.args.timeout, &|| wait.tick(), &complain).await;
        drop(wait);
        let (code, browser) = match arrived {
            Ok(arrived) => arrived,
            Err((error, browser)) => {
                let error = self.told(error);
                browser.fail(&error.message).await;
                return Err(error);
            }
        };
        let kept = async {
            let exchanged = code.exchange(endpoint, self.profile).await;
            let granted = exchanged.map_err(|refusal| self.told(refusal.into()))?;
            let who = self.identify(server, &granted, Some(code.nonce())).await?;
            self.keep(server, endpoint.client, Tokens { granted, who }).await
        };
        // The browser hears of it when it is true: after the exchange, and after the record is safe.
        match kept.await {
            Ok(line) => {
                browser.succeed(&self.profile.name, line.who.as_deref()).await;
                self.done(&line)
            }
            Err(error) => {
                browser.fail(&error.message).await;
                Err(error)
            }
        }
    }

    fn present(&self, url: &str, method: &Method, pasting: bool) {
        let opened = match method {
            Method::Browser(command) => browser::open(url, command.as_deref()),
            _ => Err(String::new()),
        };
        match &opened {
            Ok(()) => self.say("a browser opens this address; if it does not, open it yourself"),
            Err(why) if why.is_empty() => self.say("open this address"),
            Err(why) => self.say(&format!("no browser could be opened ({why}); open this address yourself")),
        }
        ui::show(&format!("\n  {url}\n"));
        if pasting {
            self.say("if the browser is on another machine, paste the address that it ends at here");
        }
    }

    async fn identify(
        &self,
        server: &Server,
        granted: &Granted,
        nonce: Option<&Secret>,
    ) -> Result<Option<Who>, Error> {
        let server_time = Timestamp(self.now().0.saturating_add(granted.skew.unwrap_or(0)));
        let who = identify(&self.http, self.profile, server, &granted.response, nonce, server_time).await;
        who.map_err(|error| self.told(error))
    }

    /// Saves the session and the profile. Refuses to put somebody in another's place.
    async fn keep(&self, server: &Server, client: &Client, tokens: Tokens) -> Result<Line, Error> {
        let now = self.now();
        let mut locked = self
            .store
            .lock(now, "login", PATIENCE, &mut |holder| self.say(&format!("waiting for {holder}")))?;
        let old = locked.session().and_then(|session| session.subject.clone());
        if let (Some(old), Some(new)) = (&old, &tokens.who)
            && old.id != new.id
            && !self.args.replace
        {
            drop(locked);
            return Err(self.stranger(server, client, &tokens, old).await);
        }
        let asked = &self.profile.scope;
        let subject = tokens.who.map(|who| Subject { id: who.id, name: who.name });
        let mut session =
            Session::begin(&self.profile.name, self.profile.identity(), server.endpoints.clone(), now);
        session.skew = tokens.granted.skew.unwrap_or(0);
        session.subject = subject.clone();
        let Granted { response, sent, .. } = tokens.granted;
        let tokens = Credential::granted(response, sent, asked, self.profile.assumed_ttl);
        let line = Line {
            who: subject.as_ref().map(ToString::to_string),
            subject,
            expires_at: tokens.access.expires_at,
            missing: scope::missing(asked, &tokens.access.scope).into_iter().map(str::to_owned).collect(),
            renewable: tokens.refresh_token.is_some(),
        };
        let deferred = signals::defer();
        let saved = locked.prepare_grant(now)?.commit(|_| Record { session, tokens });
        drop(deferred);
        match saved {
            Saved::InPlace => {}
            Saved::Rescued(path, error) => {
                self.say(&format!("{error}; the session is kept in {} for now", path.display()))
            }
            Saved::Nowhere(error) => return Err(error.into()),
        }
        drop(locked);
        self.write_profile()?;
        Ok(line)
    }

    /// Somebody else logged in. What they were given is given back.
    async fn stranger(&self, server: &Server, client: &Client, tokens: &Tokens, old: &Subject) -> Error {
        if let (Some(address), Some(token)) =
            (&server.endpoints.revocation, &tokens.granted.response.refresh_token)
            && let Ok(url) = grant::endpoint("revocation endpoint", address)
        {
            revoke::revoke(&self.http, &url, client, token.expose(), "refresh_token").await;
        }
        let new = tokens.who.as_ref().map_or("somebody else", |who| who.name.as_deref().unwrap_or(&who.id));
        let message = format!("{} belongs to {old}, and {new} logged in", self.profile.name);
        Error::new(ErrorKind::Failed, message)
            .hint(format!("`authctl login {} --replace` puts {new} in that place", self.profile.name))
            .hint("for both, use a profile for each: `authctl login OTHER ...`")
    }

    fn write_profile(&self) -> Result<(), Error> {
        if self.profile.name == ENVIRONMENT_PROFILE && self.flags.is_empty() {
            return Ok(());
        }
        if !self.flags.is_empty() && self.run.locations.write_profile(&self.profile.name, &self.flags)? {
            self.say(&format!("the profile is in {}", self.run.locations.config.display()));
        }
        Ok(())
    }

    fn done(&self, line: &Line) -> Result<(), Error> {
        let who = line.who.as_ref().map_or(String::new(), |who| format!(" as {who}"));
        let left =
            line.expires_at.map(|end| format!("; the token lives {}", describe(end.remaining(self.now()))));
        self.say(&format!("logged in{who}{}", left.unwrap_or_default()));
        if !line.missing.is_empty() {
            self.say(&format!("the server did not grant {}", line.missing.join(" ")));
        }
        if !line.renewable {
            self.say("the server gave no refresh token: you will have to log in again when this one ends");
        }
        if self.run.json {
            return answer_json(
                &json!({"profile": self.profile.name, "subject": line.subject, "renewable": line.renewable,
                "missing_scope": line.missing, "expires_at": line.expires_at.map(|end| end.to_string())}),
            );
        }
        Ok(())
    }
}

/// What there is to say of a login.
struct Line {
    who: Option<String>,
    subject: Option<Subject>,
    expires_at: Option<Timestamp>,
    missing: Vec<String>,
    renewable: bool,
}

/// Reads lines that a person pastes, on a thread that nobody waits for: it may sit in a read for ever.
fn read_lines(sender: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok).filter(|line| !line.trim().is_empty()) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
}
