//! A real authorization server on loopback, to rehearse with: short lives, rotation,
//! reuse, outages.
//!
//! It is the fixture of our tests and a verb for users. It does what servers should (single-use
//! refresh tokens, families, revocation on reuse) and, when asked, what servers do (drop answers,
//! answer HTML, forget `expires_in`). Its ledger counts what happened, so that "one refresh, no
//! reuse" is a figure and not a belief.
//!
//! | room | what it holds |
//! |---|---|
//! | [`fault`] | faults by name, as flags and as scripts |
//! | `state` | clients, codes, families of tokens, the ledger |
//! | `endpoints`, `device`, `wire` | what each address does, and how it reads and writes |
//! | `control` | changes while it runs, and faults as they happen |
//! | `pages` | what a person sees |
//! | `keys` | the signing key |
//! | [`visit`] | a scripted browser |
//!
//! Deliberately absent: any other address than loopback, any storage, any secret worth having.

mod control;
mod device;
mod endpoints;
pub mod fault;
mod keys;
mod pages;
mod state;
pub mod visit;
mod wire;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::thread;
use std::time::Duration;

use crate::loopback::Listener;
use crate::time::Clock;
use fault::Fault;
use keys::Keys;
pub use state::Ledger;
use state::State;

/// The public client that every sandbox knows: any redirect on loopback, PKCE demanded.
pub const PUBLIC_CLIENT: &str = "sandbox";
/// The confidential client that every sandbox knows, for client credentials.
pub const MACHINE_CLIENT: &str = "machine";
/// Its secret, which protects nothing.
pub const MACHINE_SECRET: &str = "sandbox-secret";

/// More connections at once wait for a place.
const PLACES: usize = 2048;

/// What a refresh token that was already spent is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// Nothing: its reuse ends the family.
    None,
    /// Another new pair, within the interval (Auth0, Hydra).
    NewPair,
    /// The same pair again, within the interval (Dex, Box).
    SamePair,
    /// Another new pair, and the one given before dies (WSO2).
    LatestWins,
}

impl Grace {
    /// Every mode with its name.
    pub const ALL: &[(&str, Grace)] = &[
        ("none", Grace::None),
        ("new-pair", Grace::NewPair),
        ("same-pair", Grace::SamePair),
        ("latest-wins", Grace::LatestWins),
    ];
}

/// How the server behaves. Every value can be changed while it runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// The life of an access token.
    pub access_ttl: Duration,
    /// Whether a refresh gives a new refresh token.
    pub rotate: bool,
    /// What a spent refresh token is worth.
    pub grace: Grace,
    /// For how long it is worth that.
    pub grace_interval: Duration,
    /// Whether a refresh ends the access tokens that were given before.
    pub access_dies_on_refresh: bool,
    /// How long the token endpoint takes, half before and half after the work.
    pub latency: Duration,
    /// The user who approves every request at once, if nobody is to be asked.
    pub approve: Option<String>,
    /// The interval that the device flow names; none to leave it out.
    pub device_interval: Option<u64>,
    /// The life of a device code.
    pub device_ttl: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            access_ttl: Duration::from_secs(300),
            rotate: true,
            grace: Grace::None,
            grace_interval: Duration::from_secs(30),
            access_dies_on_refresh: false,
            latency: Duration::ZERO,
            approve: None,
            device_interval: Some(1),
            device_ttl: Duration::from_secs(300),
        }
    }
}

/// A running sandbox. Clones are the same one.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    /// Where it listens.
    port: u16,
    /// Asks the thread of a spawned sandbox to be gone for a while.
    outage: tokio::sync::watch::Sender<Duration>,
    issuer: String,
    clock: Clock,
    keys: Keys,
    state: Mutex<State>,
}

impl Sandbox {
    /// Binds the port (any free one for 0) and returns the server with the future that runs it.
    ///
    /// # Errors
    /// When the port cannot be bound.
    pub async fn bind(
        port: u16,
        options: Options,
        clock: Clock,
    ) -> io::Result<(Self, impl Future<Output = ()> + Send + 'static)> {
        let listener = Listener::bind(&[port], false).await?;
        let port = listener.port();
        let shared = Shared {
            port,
            outage: tokio::sync::watch::Sender::default(),
            issuer: format!("http://127.0.0.1:{port}"),
            clock,
            keys: Keys::generate(),
            state: Mutex::new(State::new(options)),
        };
        let sandbox = Self {
            shared: Arc::new(shared),
        };
        Ok((sandbox.clone(), sandbox.serve(listener)))
    }

    fn serve(self, listener: Listener) -> impl Future<Output = ()> + Send + 'static {
        listener.serve(PLACES, move |request| {
            let server = self.clone();
            async move { endpoints::answer(&server, request).await }
        })
    }

    /// Binds any free port and serves on a thread of its own, for as long as this process lives.
    ///
    /// # Errors
    /// When no port can be bound, or no thread be had.
    pub fn spawn(options: Options, clock: Clock) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new().spawn(move || -> io::Result<()> {
            let mut outage = runtime()?.block_on(async {
                match Self::bind(0, options, clock).await {
                    Ok((sandbox, serving)) => {
                        let mut outage = sandbox.shared.outage.subscribe();
                        let _ = sender.send(Ok(sandbox.clone()));
                        tokio::select! { () = serving => {}, _ = outage.changed() => {} }
                        Some((sandbox, outage))
                    }
                    Err(error) => {
                        let _ = sender.send(Err(error));
                        None
                    }
                }
            });
            // With its runtime every connection is gone, as if the machine had been switched off.
            while let Some((sandbox, mut next)) = outage.take() {
                let length = *next.borrow_and_update();
                thread::sleep(length);
                outage = runtime()?.block_on(async {
                    let listener = bind_again(sandbox.shared.port).await?;
                    tokio::select! { () = sandbox.clone().serve(listener) => {},
                    _ = next.changed() => {} }
                    Some((sandbox, next))
                });
            }
            Ok(())
        })?;
        receiver
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("its thread has ended")))
    }

    /// Is gone for so long, in the middle of whatever it does, and then there again with what it
    /// knew. Only a [spawned](Sandbox::spawn) one can.
    pub fn restart(&self, gone_for: Duration) {
        self.shared.outage.send_replace(gone_for);
    }

    /// Its issuer, which is where it listens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    /// What has happened so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.state().ledger.clone()
    }

    /// Changes how it behaves.
    pub fn set(&self, change: impl FnOnce(&mut Options)) {
        change(&mut self.state().options);
    }

    /// Queues a fault.
    pub fn fault(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Ends every session, as an administrator would.
    pub fn revoke_everything(&self) {
        self.state().revoke_everything();
    }

    /// A profile for it, as it would stand in the configuration file.
    #[must_use]
    pub fn profile(&self, name: &str) -> String {
        format!(
            "[profile.{name}]\nissuer = \"{}\"\nclient_id = \"{PUBLIC_CLIENT}\"\n",
            self.issuer()
        )
    }

    /// Whether the server would take this refresh token.
    #[must_use]
    pub fn is_active(&self, refresh_token: &str) -> bool {
        self.state().is_active(refresh_token)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Binds a port that was ours. Somebody's outgoing connection may have it for a moment.
async fn bind_again(port: u16) -> Option<Listener> {
    for _ in 0..100 {
        match Listener::bind(&[port], false).await {
            Ok(listener) => return Some(listener),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    None
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}
