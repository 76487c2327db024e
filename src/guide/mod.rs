//! A guided login: asks a person for what the command line does not say, so that only the server's
//! name has to be known beforehand.
//!
//! The questions come in the order of `steps::STEPS`. One whose answer is known is not asked, and
//! `back` leads to the one before. Nothing is written until all are answered. What comes of it is
//! what flags could have said, and the login that follows is the usual one.
//!
//! Deliberately absent: a library of prompts that draws lists. Numbers and names work on any
//! terminal.

mod server;
mod steps;
pub mod terminal;

use crate::config::of_flag;
use crate::error::Error;
use crate::grant::Server;
use crate::oauth::client::Proof;
use crate::profile::setting::{Setting, value};
use crate::provider::registration::Use;
use crate::provider::{Preset, Provider};
use crate::secret::Secret;
use crate::session::Context;
use crate::session::login::TypedSecret;
use crate::ui;
use steps::{Move, STEPS};

/// What is known of the login, and what was answered.
struct Guide<'a> {
    context: &'a Context,
    /// What the flags say: it is not asked for.
    given: &'a [Setting],
    /// The profile's name, where the command line says it.
    named: Option<&'a str>,
    preset: Option<&'static Preset>,
    issuer: Option<String>,
    /// What the server says of itself, where it was asked.
    server: Option<Server>,
    wanted: Option<Use>,
    client_id: String,
    /// Whether the server is to register a client.
    registers: bool,
    secret: Option<Secret>,
    redirect_uri: Option<String>,
    name: String,
}

/// A login whose questions are answered.
pub struct Guided {
    /// The name of the profile.
    pub name: String,
    /// What flags would have said.
    pub settings: Vec<Setting>,
    /// The client's secret, which is written when the login has succeeded.
    pub typed: Option<TypedSecret>,
    /// Whether the server is to register a client before the login.
    pub registers: bool,
    wanted: Option<Use>,
    host: Option<String>,
}

/// Whether a person is there to be asked, and neither the flags nor the configuration say which
/// client is to log in.
#[must_use]
pub fn is_wanted(context: &Context, named: Option<&str>, given: &[Setting]) -> bool {
    if !terminal::is_there() {
        return false;
    }
    let known = match context.name_for_login(named, given) {
        Ok(name) => context.session_with(&name, given.to_vec()).map(|_| ()),
        Err(error) => Err(error),
    };
    known.is_err_and(|error| error.lacks_client())
}

/// Asks for what `given` does not say.
///
/// # Errors
/// When the person leaves, or the configuration cannot be read.
pub fn ask(context: &Context, named: Option<&str>, given: &[Setting]) -> Result<Guided, Error> {
    let mut guide = Guide {
        context,
        given,
        named,
        preset: value(given, "provider").and_then(Preset::find),
        issuer: value(given, "issuer").map(str::to_owned),
        server: None,
        wanted: None,
        client_id: String::new(),
        registers: false,
        secret: None,
        redirect_uri: None,
        name: named.unwrap_or_default().to_owned(),
    };
    ui::show(&format!(
        "A few questions. Enter takes what is in brackets, `{}` leads to the question before,\n\
         Ctrl-C leaves, and nothing is written before the last one.\n",
        terminal::BACK
    ));
    let mut at = 0;
    let mut is_going_back = false;
    while let Some(step) = STEPS.get(at) {
        let next = step(&mut guide)?;
        is_going_back = match next {
            Move::Next => false,
            Move::Back => true,
            Move::NothingToAsk => is_going_back,
        };
        at = if is_going_back {
            at.saturating_sub(1)
        } else {
            at + 1
        };
        // Before the first question there is none.
        is_going_back &= at > 0;
    }
    guide.finish()
}

impl Guide<'_> {
    fn provider(&self) -> Provider {
        self.preset.map_or_else(Provider::default, Preset::provider)
    }

    fn is_given(&self, setting: &str) -> bool {
        value(self.given, setting).is_some()
    }

    /// What flags would say, but for the secret.
    fn answered(&self) -> Vec<Setting> {
        let one = |value: Option<&str>| value.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let provider = self.provider();
        let scope = self.wanted.and_then(|wanted| provider.scopes_for(wanted));
        let scope = scope
            .unwrap_or_default()
            .iter()
            .map(|&scope| scope.to_owned());
        let by_device = self.is_by_device().then_some("device_code");
        let port = self.port().map(|port| port.to_string());
        let client_id = Some(&*self.client_id).filter(|id| !id.is_empty());
        let answers = [
            ("provider", one(self.preset.map(|preset| preset.id))),
            ("issuer", one(self.issuer.as_deref())),
            ("client_id", one(client_id)),
            ("scope", scope.collect()),
            ("grant", one(by_device)),
            ("ports", one(port.as_deref())),
            ("redirect_uri", one(self.redirect_uri.as_deref())),
        ];
        let mut settings = self.given.to_vec();
        for (name, values) in answers {
            if !values.is_empty() && !self.is_given(name) {
                settings.push(of_flag(name, values));
            }
        }
        settings
    }

    fn finish(self) -> Result<Guided, Error> {
        let mut settings = self.answered();
        let host = self.host();
        let mut typed = None;
        if let Some(secret) = self.secret {
            let config = self.context.locations.config()?;
            let path = config.with_file_name(format!("{}.secret", self.name));
            let place = format!("file={}", path.display());
            settings.push(of_flag("client_secret", vec![place]));
            let proof = Proof::from(secret);
            typed = Some(TypedSecret { path, proof });
        }
        Ok(Guided {
            name: self.name,
            settings,
            typed,
            registers: self.registers,
            wanted: self.wanted,
            host,
        })
    }
}

impl Guided {
    /// What can be done now, as lines for a person.
    #[must_use]
    pub fn next_steps(&self) -> String {
        let name = &self.name;
        let mut lines = vec![
            (format!("authctl token {name}"), "a token that is valid now"),
            (
                format!("authctl exec {name} -- COMMAND"),
                "a command with one",
            ),
        ];
        let host = self.host.as_deref().unwrap_or("HOST");
        if self.wanted == Some(Use::Git) {
            let install = format!("authctl hook install git --host {host} --profile {name}");
            lines.push((install, "git asks authctl"));
        }
        if self.wanted == Some(Use::Mail) {
            lines.push(("authctl hook xoauth2 --help".to_owned(), "mail programs"));
        }
        lines.push((
            "authctl hook install --help".to_owned(),
            "kubectl, docker, ...",
        ));
        lines.push((format!("authctl status {name}"), "how it stands"));
        let width = lines.iter().map(|(command, _)| command.len()).max();
        let width = width.unwrap_or_default();
        let lines: String = lines
            .iter()
            .map(|(command, what)| format!("  {command:width$}  {what}\n"))
            .collect();
        format!("\nWhat now:\n\n{lines}")
    }
}
