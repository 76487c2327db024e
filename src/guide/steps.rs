//! The questions of a guided login, each of which is asked only where its answer is not known.

use super::server::{Chosen, address, chosen};
use super::terminal::{self, Answer};
use super::{Guide, ui};
use crate::config::of_flag;
use crate::error::Error;
use crate::grant::describe;
use crate::platform::browser;
use crate::profile::DEFAULT_REDIRECT_PATH;
use crate::profile::setting::{Setting, value};
use crate::profile::target::Target;
use crate::provider::registration::{ClientSecret, Redirects, Registration, USUAL_PORT, Use};
use crate::provider::{PRESETS, Preset, Provider};
use crate::session::login::name_of_host;
use crate::session::registration::NO_NAME_YET;

/// Where an answered question leads.
pub enum Move {
    /// To the next one.
    Next,
    /// To the one before.
    Back,
    /// On in the direction in which it was come to.
    NothingToAsk,
}

type Step = fn(&mut Guide<'_>) -> Result<Move, Error>;

/// All questions, in their order.
pub const STEPS: &[Step] = &[
    |guide| guide.ask_server(),
    |guide| guide.ask_issuer(),
    |guide| guide.ask_use(),
    |guide| guide.ask_client(),
    |guide| guide.ask_redirect(),
    |guide| guide.ask_secret(),
    |guide| guide.ask_name(),
    |guide| guide.confirm(),
];

impl Guide<'_> {
    fn ask_server(&mut self) -> Result<Move, Error> {
        if self.is_given("provider") || self.is_given("issuer") {
            return Ok(Move::NothingToAsk);
        }
        let mut text = String::from("Which server?\n\n");
        for (number, preset) in PRESETS.iter().enumerate() {
            text.push_str(&format!("  {:>2}  {}\n", number + 1, preset.name));
        }
        ui::show(&text);
        loop {
            let Answer::Given(typed) =
                terminal::line("a number, a name, or an issuer's address", None)?
            else {
                return Ok(Move::Back);
            };
            match chosen(&typed) {
                Some(Chosen::Known(id)) => {
                    (self.preset, self.issuer, self.server) = (Preset::find(id), None, None);
                    return Ok(Move::Next);
                }
                Some(Chosen::Issuer(issuer)) if self.discover(&issuer, &Provider::default())? => {
                    (self.preset, self.issuer) = (None, Some(issuer));
                    return Ok(Move::Next);
                }
                Some(Chosen::Issuer(_)) => {}
                None => ui::show("that is none of them, and no address (https://...)"),
            }
        }
    }

    /// The issuer of a server of which each customer has an own one.
    fn ask_issuer(&mut self) -> Result<Move, Error> {
        let provider = self.provider();
        if let Some(issuer) = value(self.given, "issuer") {
            if self.server.is_none() {
                self.discover(issuer, &provider)?;
            }
            return Ok(Move::NothingToAsk);
        }
        if !self.preset.is_some_and(|preset| preset.needs_issuer) {
            return Ok(Move::NothingToAsk);
        }
        if !provider.registration.note.is_empty() {
            ui::show(&format!("\n{}", provider.registration.note));
        }
        loop {
            let Answer::Given(typed) =
                terminal::line("the issuer's address", self.issuer.as_deref())?
            else {
                return Ok(Move::Back);
            };
            match address(&typed) {
                Some(issuer) if self.discover(&issuer, &provider)? => {
                    self.issuer = Some(issuer);
                    return Ok(Move::Next);
                }
                Some(_) => {}
                None => ui::show("that is no address (https://...)"),
            }
        }
    }

    /// Asks a server what it is. Says to the person why not, where it does not tell.
    fn discover(&mut self, issuer: &str, provider: &Provider) -> Result<bool, Error> {
        let http = self.context.http_trusting(None);
        match self.context.block_on(describe(&http, issuer, provider))? {
            Ok(server) => {
                self.server = Some(server);
                Ok(true)
            }
            Err(error) => {
                let error = Error::from(error);
                ui::show(&error.to_string());
                for hint in error.hints() {
                    ui::show(&format!("hint: {hint}"));
                }
                Ok(false)
            }
        }
    }

    fn ask_use(&mut self) -> Result<Move, Error> {
        let uses = self.provider().scopes_for;
        if self.is_given("scope") || uses.is_empty() {
            self.wanted = None;
            return Ok(Move::NothingToAsk);
        }
        ui::show("\nWhat is the token for?\n");
        let usual = self.provider().default_scope.join(" ");
        ui::show(&format!("  who you are  {usual}"));
        for (wanted, scopes) in uses {
            ui::show(&format!("  {:<11}  {}", wanted.word(), scopes.join(" ")));
        }
        let words: Vec<&str> = uses.iter().map(|(wanted, _)| wanted.word()).collect();
        let question = format!("{}, or scopes of your own with --scope", words.join(", "));
        loop {
            let Answer::Given(typed) = terminal::line(&question, Some("who you are"))? else {
                return Ok(Move::Back);
            };
            if "who you are".starts_with(&typed) {
                self.wanted = None;
                return Ok(Move::Next);
            }
            let typed = typed.to_lowercase();
            match uses.iter().find(|(wanted, _)| wanted.word() == typed) {
                Some((wanted, _)) => {
                    self.wanted = Some(*wanted);
                    return Ok(Move::Next);
                }
                None => ui::show("that is none of them; other scopes are given by --scope"),
            }
        }
    }

    fn ask_client(&mut self) -> Result<Move, Error> {
        if self.is_given("client_id") {
            return Ok(Move::NothingToAsk);
        }
        let registration = self.provider().registration;
        let offers_registration = self.offers_registration();
        if offers_registration && self.preset.is_none() {
            ui::show("\nThe server has to know authctl as a client. This one registers clients.\n");
        } else {
            ui::show("\nThe server has to know authctl as a client. If it does not yet:\n");
            for (label, value) in registration.lines(&self.redirect(&registration)) {
                ui::show(&format!("  {label:<12} {value}"));
            }
            ui::show("");
        }
        let (question, usual) = match (offers_registration, registration.address()) {
            (true, _) => ("client id (Enter: the server registers one)", Some("")),
            (false, Some(_)) => ("client id (`open` opens that page)", None),
            (false, None) => ("client id", None),
        };
        loop {
            let before = Some(&*self.client_id).filter(|id| !id.is_empty());
            let Answer::Given(typed) = terminal::line(question, usual.or(before))? else {
                return Ok(Move::Back);
            };
            match (typed.as_str(), registration.address()) {
                ("open", Some(page)) => self.open(page),
                (typed, _) if typed.contains(char::is_whitespace) => {
                    ui::show("that has a blank in it");
                }
                _ => {
                    self.registers = typed.is_empty();
                    self.client_id = typed;
                    return Ok(Move::Next);
                }
            }
        }
    }

    /// Whether the server registers clients by itself (RFC 7591).
    fn offers_registration(&self) -> bool {
        let server = self.server.as_ref();
        server.is_some_and(|server| server.registration.is_some())
    }

    fn open(&self, page: &str) {
        let secrets = self.context.locations.secrets();
        let ended = |status| ui::show(&format!("the browser ended: {status}"));
        let command = value(self.given, "browser");
        if let Err(cause) = browser::open(page, command, &secrets, ended) {
            ui::show(&format!("no browser could be opened ({cause}): {page}"));
        }
    }

    /// The redirect address of the person's own, where none on this machine can be registered.
    fn ask_redirect(&mut self) -> Result<Move, Error> {
        if self.registers || self.provider().registration.redirects != Redirects::HttpsOnly {
            return Ok(Move::NothingToAsk);
        }
        ui::show("\nThe browser ends at that address, and you paste what its address bar says.");
        let usual = self.redirect_uri.as_deref();
        let Answer::Given(typed) =
            terminal::line("the redirect address that you registered", usual)?
        else {
            return Ok(Move::Back);
        };
        self.redirect_uri = Some(typed);
        Ok(Move::Next)
    }

    fn ask_secret(&mut self) -> Result<Move, Error> {
        let announced = self
            .server
            .as_ref()
            .and_then(|server| server.auth_methods.as_ref());
        let takes_none = announced.is_none_or(|methods| methods.iter().any(|it| it == "none"));
        if self.registers || self.is_given("client_secret") {
            return Ok(Move::NothingToAsk);
        }
        let (question, may_lack) = match (self.preset, self.provider().registration.secret) {
            (Some(_), ClientSecret::None) => return Ok(Move::NothingToAsk),
            (None, _) if takes_none => ("client secret (Enter: it has none)", true),
            (Some(_), ClientSecret::UnlessByDevice) => (
                "client secret (Enter: none, and a login by a code that you type in a browser)",
                true,
            ),
            _ => ("client secret", false),
        };
        loop {
            let Answer::Given(secret) = terminal::secret(question)? else {
                return Ok(Move::Back);
            };
            self.secret = secret;
            if self.secret.is_some() || may_lack {
                return Ok(Move::Next);
            }
        }
    }

    fn ask_name(&mut self) -> Result<Move, Error> {
        if self.named.is_some() {
            return Ok(Move::NothingToAsk);
        }
        let usual = match (&self.host(), self.preset) {
            _ if !self.name.is_empty() => self.name.clone(),
            (_, Some(preset)) => preset.id.to_owned(),
            (Some(host), None) => name_of_host(host),
            (None, None) => "default".to_owned(),
        };
        loop {
            let Answer::Given(typed) = terminal::line("\nname of the profile", Some(&usual))?
            else {
                return Ok(Move::Back);
            };
            let settings = self.answered();
            let mut whole = settings.clone();
            if self.registers {
                whole.push(of_flag("client_id", vec![NO_NAME_YET.to_owned()]));
            }
            let profile = self.context.session_with(&typed, whole);
            let known = self.context.profile(Some(&typed)).ok();
            match (profile, known) {
                (Err(error), _) => ui::show(&error.to_string()),
                (Ok(_), Some(known)) if known.is_elsewhere(&settings) => {
                    ui::show(&format!("the profile {typed} is for another server"));
                }
                (Ok(_), known) => {
                    if known.is_some() {
                        ui::show(&format!("there is a profile {typed}, which this changes"));
                    }
                    self.name = typed;
                    return Ok(Move::Next);
                }
            }
        }
    }

    fn confirm(&mut self) -> Result<Move, Error> {
        let mut command = command_line(&self.name, &self.answered(), self.secret.is_some());
        if self.registers {
            command.push_str(" --register");
        }
        ui::show(&format!("\nThe same without questions:\n\n  {command}\n"));
        loop {
            let Answer::Given(typed) = terminal::line("log in now (yes, back)", Some("yes"))?
            else {
                return Ok(Move::Back);
            };
            match typed.as_str() {
                "y" | "yes" => return Ok(Move::Next),
                _ => ui::show("`yes` logs in, `back` leads back, Ctrl-C leaves"),
            }
        }
    }

    /// Whether the login is to be by a code that is typed in a browser, so that no secret is
    /// needed.
    pub(super) fn is_by_device(&self) -> bool {
        let registration = self.provider().registration;
        let has_secret = self.secret.is_some() || self.is_given("client_secret");
        registration.secret == ClientSecret::UnlessByDevice && !has_secret
    }

    /// The port of the redirect, where the registration compares it.
    pub(super) fn port(&self) -> Option<u16> {
        let registration = self.provider().registration;
        (registration.redirects == Redirects::OnePort).then_some(USUAL_PORT)
    }

    fn redirect(&self, registration: &Registration) -> String {
        let provider = self.provider();
        let host = value(self.given, "redirect_host").unwrap_or(provider.redirect_host);
        let path = value(self.given, "redirect_path").unwrap_or(DEFAULT_REDIRECT_PATH);
        let port = value(self.given, "ports").and_then(|port| port.parse().ok());
        registration.redirect(host, path, port)
    }

    /// The server's host, as clients name it.
    pub(super) fn host(&self) -> Option<String> {
        let provider = self.provider();
        let is_own_server = self.issuer.is_some();
        if self.wanted == Some(Use::Git) && !is_own_server && provider.git_host.is_some() {
            return provider.git_host.map(str::to_owned);
        }
        let address = self.issuer.as_deref().or(provider.issuer);
        let address = address.or(provider.authorization_endpoint)?;
        Some(Target::parse(address)?.authority())
    }
}

/// The command that says the same by flags; the secret's file stands for the secret.
fn command_line(name: &str, settings: &[Setting], has_secret: bool) -> String {
    let mut words = vec!["authctl".to_owned(), "login".to_owned(), name.to_owned()];
    for (setting, flag) in [
        ("provider", "--provider"),
        ("issuer", "--issuer"),
        ("client_id", "--client-id"),
        ("ports", "--port"),
    ] {
        if let Some(value) = value(settings, setting) {
            words.extend([flag.to_owned(), value.to_owned()]);
        }
    }
    let scope = settings.iter().find(|setting| setting.name == "scope");
    if let Some(scope) = scope {
        words.extend(["--scope".to_owned(), scope.values.join(" ")]);
    }
    if has_secret {
        words.extend(["--client-secret-file".to_owned(), "FILE".to_owned()]);
    }
    if value(settings, "grant") == Some("device_code") {
        words.push("--device".to_owned());
    }
    let words = words.iter().map(String::as_str);
    shlex::try_join(words).unwrap_or_default()
}
