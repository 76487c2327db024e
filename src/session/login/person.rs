//! Asking a person: by an address that they open, or by a code that they type on another device.

use tokio::sync::mpsc;

use super::Attempt;
use super::accept::LoggedIn;
use super::doubt;
use super::method::{Method, choose};
use crate::config::is_anothers_home;
use crate::error::Error;
use crate::event::Event;
use crate::grant::authorization_code::{BrowserLogin, Code, WaitingBrowser};
use crate::grant::endpoint::{BackChannel, Endpoint, EndpointKind};
use crate::grant::{self, GrantError, Server, TokenEndpoint, authorization_code, device};
use crate::oauth::client::Proof;
use crate::platform::manner::Style;
use crate::platform::{browser, console};
use crate::profile::identity::Endpoints;
use crate::ui::{self, Shown, Wait};

impl Attempt<'_> {
    /// Asks the person and saves what comes of it.
    pub(super) async fn ask_person(&self, proof: Proof) -> Result<LoggedIn, Error> {
        let server = grant::discover(&self.http, self.profile()).await?;
        let client = grant::client(self.profile(), proof, Some(&server));
        let endpoint = TokenEndpoint {
            channel: BackChannel {
                http: &self.http,
                ..self.session.channel(&client)
            },
            endpoint: Endpoint::find(EndpointKind::Token, &server.endpoints)?,
        };
        let (method, reason) = choose(self.request, self.session, &server)?;
        if let Some(reason) = reason {
            self.session.notify(&Event::MethodChosen {
                method: method.words().to_owned(),
                reason: reason.to_owned(),
            });
        }
        match method {
            Method::Device => self.by_device(&server, &endpoint).await,
            method => self.by_code(&server, &endpoint, &method).await,
        }
    }

    async fn by_device(
        &self,
        server: &Server,
        endpoint: &TokenEndpoint<'_>,
    ) -> Result<LoggedIn, Error> {
        let channel = &endpoint.channel;
        let authorization = Endpoint::find(EndpointKind::DeviceAuthorization, &server.endpoints)?;
        let code = device::request_code(channel, &authorization, self.profile()).await?;
        let complete = code.verification_uri_complete.as_deref();
        let complete = complete.unwrap_or(&code.verification_uri);
        self.asked.set(true);
        self.session.notify(&Event::OpenOnAnyDevice);
        let user_code = ui::styled(&code.user_code, Style::Strong);
        ui::show(&format!("\n  {}\n\n  {user_code}\n", ui::link(complete)));
        if ui::can_draw()
            && let Some(qr) = ui::qr(complete)
        {
            ui::show(&qr);
        }
        let limit = self.request.timeout.min(code.expires_in);
        let wait = Wait::begin("waiting for you to approve", limit, self.shown(false));
        let polled = device::poll(endpoint, &code, limit, &|| wait.tick()).await;
        drop(wait);
        let logged_in = self.accept(server, channel, polled?, None).await?;
        self.tell(&logged_in);
        Ok(logged_in)
    }

    async fn by_code(
        &self,
        server: &Server,
        endpoint: &TokenEndpoint<'_>,
        method: &Method,
    ) -> Result<LoggedIn, Error> {
        for cause in doubt::of_browser_login(self.profile()) {
            self.session.notify(&Event::LoginDoubted { cause });
        }
        let waiting = authorization_code::begin_login(self.profile(), server).await?;
        let redirect_uri = waiting.redirect_uri.clone();
        let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stdin());
        let pasting = *method == Method::Paste || is_terminal && !console::is_in_background();
        let (sender, pasted) = mpsc::channel(1);
        let unseen = pasting.then(console::read_unseen).flatten();
        if pasting {
            read_lines(sender, unseen.is_some());
        }
        self.present(&waiting, method, pasting);
        let shown = self.shown(pasting);
        let wait = Wait::begin("waiting for the browser", self.request.timeout, shown);
        let tick = || wait.tick();
        let refuse = |error: &GrantError| self.refuse_pasted(error);
        let arrived = waiting
            .wait_for_code(pasted, self.request.timeout, &tick, &refuse)
            .await;
        drop((wait, unseen));
        match arrived {
            Ok((code, browser)) => self.exchange(server, endpoint, code, browser).await,
            Err((error, browser)) => {
                let is_silent = matches!(error, GrantError::TimedOut(_));
                let mut error = self.session.about(error);
                if is_silent {
                    error = error.hint(doubt::to_register(self.profile(), &redirect_uri));
                }
                browser.show_failure(&page_text(&error)).await;
                Err(error)
            }
        }
    }

    /// Exchanges the code for tokens. The browser hears of it when it is true: after the record is
    /// safe.
    async fn exchange(
        &self,
        server: &Server,
        endpoint: &TokenEndpoint<'_>,
        code: Code,
        browser: WaitingBrowser,
    ) -> Result<LoggedIn, Error> {
        let redirect_uri = Some(code.redirect_uri().to_owned());
        let server = &Server {
            endpoints: Endpoints {
                redirect_uri,
                ..server.endpoints.clone()
            },
            ..server.clone()
        };
        match self.exchange_and_save(server, endpoint, &code).await {
            Ok(logged_in) => {
                let who = logged_in.who();
                browser
                    .show_success(&self.profile().name, who.as_deref())
                    .await;
                self.tell(&logged_in);
                Ok(logged_in)
            }
            Err(error) => {
                let error = self.session.about(error);
                browser.show_failure(&page_text(&error)).await;
                Err(error)
            }
        }
    }

    async fn exchange_and_save(
        &self,
        server: &Server,
        endpoint: &TokenEndpoint<'_>,
        code: &Code,
    ) -> Result<LoggedIn, Error> {
        let granted = code
            .exchange(endpoint, self.profile())
            .await
            .map_err(GrantError::from)?;
        self.accept(server, &endpoint.channel, granted, Some(code.nonce()))
            .await
    }

    /// Shows the address, and opens it where a browser is to be had.
    fn present(&self, login: &BrowserLogin, method: &Method, pasting: bool) {
        self.asked.set(true);
        let event = match method {
            Method::Browser(command) => {
                self.open_browser(login.to_open.expose(), command.as_deref())
            }
            _ => Event::OpenAddress,
        };
        self.session.notify(&event);
        let opens_here = matches!(method, Method::Browser(_)) && pasting;
        if let Some(short) = login.to_show.as_deref().filter(|_| opens_here) {
            ui::show(&format!("\n  {}\n", ui::link(short)));
            self.session.notify(&Event::WholeAddress);
        }
        ui::show(&format!("\n  {}\n", ui::link(login.url.as_str())));
        if pasting {
            self.session.notify(&Event::PasteAccepted);
        }
    }

    fn open_browser(&self, url: &str, command: Option<&str>) -> Event {
        if command.is_none() && is_anothers_home() {
            let cause = "the home is another user's, whose settings root's browser would obey";
            return Event::NoBrowser {
                cause: cause.to_owned(),
            };
        }
        let secrets = self.context().locations.secrets();
        let sink = std::sync::Arc::clone(self.context().sink());
        let ended = move |status: String| sink(None, &Event::BrowserCommandEnded { status });
        match browser::open(url, command, &secrets, ended) {
            Ok(()) => Event::BrowserOpened,
            Err(cause) => Event::NoBrowser { cause },
        }
    }

    /// How the wait for the person is shown, who may be `typing` meanwhile.
    fn shown(&self, typing: bool) -> Shown {
        match (self.request.quiet, ui::can_draw()) {
            (true, _) => Shown::Nothing,
            (false, true) if !typing => Shown::Spinner,
            _ => Shown::Line,
        }
    }

    fn refuse_pasted(&self, error: &GrantError) {
        let cause = error.to_string();
        self.session.notify(&Event::PasteRefused { cause });
    }
}

/// A failure as a page tells it: what happened, and what to do next.
fn page_text(error: &Error) -> String {
    let mut text = format!("{error}.");
    for hint in error.hints() {
        text.push_str(&format!(" Hint: {hint}."));
    }
    text
}

/// Reads lines that a person pastes, perhaps unseen, on a thread that is not waited for: it may sit
/// in a read for ever.
fn read_lines(sender: mpsc::Sender<String>, unseen: bool) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            let line = if unseen { console::edited(&line) } else { line };
            if !line.trim().is_empty() && sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
}
