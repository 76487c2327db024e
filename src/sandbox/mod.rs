//! A real authorization server on loopback, to rehearse with: short lives, rotation, reuse,
//! outages.
//!
//! It is the fixture of the tests, and a verb for users. It does what servers should do (single-use
//! refresh tokens, families of tokens, revocation on reuse) and, when asked, what some servers do
//! (drop answers, answer HTML, leave out `expires_in`). Its ledger counts what happened, so that a
//! test can assert "one refresh, no reuse".
//!
//! | file | what it holds |
//! |---|---|
//! | [`fault`] | faults by name, as flags and as scripts |
//! | `options` | how the server behaves |
//! | `clients`, `registration` | clients that were registered; which client a request is from |
//! | `state`, `ledger` | codes, families of tokens; counts of what happened |
//! | `endpoints`, `device`, `wire` | the endpoints; how requests are read, answers written |
//! | `control` | changes while the server runs, and what faults do to requests and answers |
//! | `pages` | the pages that a person sees |
//! | `resource` | what an API is to a client |
//! | `keys` | the signing key |
//! | [`visit`] | a scripted browser |
//!
//! Deliberately absent: any other address than loopback, any storage, any secret worth having.

mod clients;
mod control;
mod device;
mod endpoints;
pub mod fault;
mod keys;
mod ledger;
mod options;
mod pages;
mod registration;
mod resource;
mod state;
pub mod visit;
mod wire;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use crate::loopback::Listener;
use crate::secret::Secret;
use crate::time::Clock;
use fault::Fault;
use keys::Keys;
pub use ledger::Ledger;
pub use options::{Grace, Options, Registration, Revokes};
use state::State;

/// The public client that every sandbox knows: any redirect on loopback, PKCE demanded.
pub const PUBLIC_CLIENT: &str = "sandbox";
/// The confidential client that every sandbox knows, for the grants of clients and of devices.
pub const MACHINE_CLIENT: &str = "machine";
/// The secret of [`MACHINE_CLIENT`], which protects nothing.
pub const MACHINE_SECRET: &str = "sandbox-secret";
/// The initial access token (RFC 7591, section 3), for a sandbox that wants to see one.
pub const REGISTRATION_TOKEN: &str = "sandbox-registration-token";

/// How many connections are served at once. More wait.
const CONNECTIONS: usize = 2048;

/// The length of an outage that does not end.
const FOR_GOOD: Duration = Duration::MAX;

/// A running sandbox. A clone is a handle of the same server.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    /// The port that it listens on.
    port: u16,
    /// Tells the thread of a [spawned](Sandbox::spawn) sandbox to be gone for so long.
    outage: watch::Sender<Duration>,
    issuer: String,
    clock: Clock,
    keys: Keys,
    /// Who has it may change how the server behaves, over the network.
    control_token: Secret,
    state: Mutex<State>,
}

impl Sandbox {
    /// Binds the port (any free one for 0). Returns the server, and the future that runs it for as
    /// long as it is polled.
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
            outage: watch::Sender::default(),
            issuer: format!("http://127.0.0.1:{port}"),
            clock,
            keys: Keys::generate(),
            control_token: Secret::random(),
            state: Mutex::new(State::new(options)),
        };
        let sandbox = Self {
            shared: Arc::new(shared),
        };
        Ok((sandbox.clone(), sandbox.serve(listener)))
    }

    fn serve(self, listener: Listener) -> impl Future<Output = ()> + Send + 'static {
        let listener = listener.with_long_bodies(resource::takes_long_bodies);
        listener.serve(CONNECTIONS, move |request| {
            let sandbox = self.clone();
            async move { endpoints::answer(&sandbox, request).await }
        })
    }

    /// Binds any free port and serves on a thread of its own until it is [stopped](Self::stop).
    ///
    /// # Errors
    /// When no port can be bound, or no thread be started.
    pub fn spawn(options: Options, clock: Clock) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new().spawn(move || serve_with_outages(options, clock, &sender))?;
        receiver
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("the thread of the server has ended")))
    }

    /// Cuts all connections at once, is gone for so long, and then serves again on the same port
    /// with what it knew. Only a [spawned](Sandbox::spawn) sandbox can.
    pub fn restart(&self, gone_for: Duration) {
        self.shared.outage.send_replace(gone_for);
    }

    /// Ends a [spawned](Sandbox::spawn) sandbox: its port, connections and thread are free again.
    pub fn stop(&self) {
        self.shared.outage.send_replace(FOR_GOOD);
    }

    /// The issuer, which is the address that it listens on.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    /// The token that requests to `/control` must bring.
    #[must_use]
    pub fn control_token(&self) -> &str {
        self.shared.control_token.expose()
    }

    /// What has happened so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.state().ledger.clone()
    }

    /// Changes how the server behaves.
    pub fn set(&self, change: impl FnOnce(&mut Options)) {
        change(&mut self.state().options);
    }

    /// Adds a fault to those that are to happen.
    pub fn fault(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Ends every session, as an administrator would.
    pub fn revoke_everything(&self) {
        self.state().revoke_everything();
    }

    /// A profile for this server, as the configuration file would have it.
    #[must_use]
    pub fn profile(&self, name: &str) -> String {
        format!(
            "[profile.{name}]\nissuer = \"{}\"\nclient_id = \"{PUBLIC_CLIENT}\"\n",
            self.issuer()
        )
    }

    /// What can be done with the server, for the person who started it: a sentence a line.
    #[must_use]
    pub fn instructions(&self) -> [String; 5] {
        let issuer = self.issuer();
        [
            format!("an authorization server at {issuer}, until Ctrl-C"),
            format!("log in:  authctl login sandbox --issuer {issuer} --client-id {PUBLIC_CLIENT}"),
            format!(
                "as a machine: AUTHCTL_ISSUER={issuer} AUTHCTL_CLIENT_ID={MACHINE_CLIENT} \
                 AUTHCTL_CLIENT_SECRET={MACHINE_SECRET} AUTHCTL_GRANT=client_credentials authctl \
                 token"
            ),
            format!("the ledger: {issuer}/control/ledger, and as a page: {issuer}/"),
            format!(
                "to change it: echo 'header = \"Authorization: Bearer {}\"' | curl -K - -d 'fault \
                 drop_after' {issuer}/control",
                self.control_token()
            ),
        ]
    }

    /// Whether this refresh token would be accepted, without using it.
    #[must_use]
    pub fn is_active(&self, refresh_token: &str) -> bool {
        self.state().is_active(refresh_token)
    }

    /// Whether this access token would be accepted now.
    #[must_use]
    pub fn lets_in(&self, access_token: &str) -> bool {
        let now = self.shared.clock.now();
        self.state().owner(access_token, now).is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Binds any free port, sends the sandbox, or why there is none, and serves. At each outage it
/// closes every connection, waits, and serves again on the same port.
fn serve_with_outages(
    options: Options,
    clock: Clock,
    sender: &mpsc::Sender<io::Result<Sandbox>>,
) -> io::Result<()> {
    let first = runtime()?;
    let (sandbox, serving) = match first.block_on(Sandbox::bind(0, options, clock)) {
        Ok(bound) => bound,
        Err(error) => {
            let _ = sender.send(Err(error));
            return Ok(());
        }
    };
    let mut outages = sandbox.shared.outage.subscribe();
    let _ = sender.send(Ok(sandbox.clone()));
    first.block_on(serve_until_outage(serving, &mut outages));
    // A runtime takes its connections with it, as if the machine had been switched off.
    drop(first);
    loop {
        let length = *outages.borrow_and_update();
        if length == FOR_GOOD {
            return Ok(());
        }
        thread::sleep(length);
        let next = runtime()?;
        let Some(listener) = next.block_on(bind_again(sandbox.shared.port)) else {
            return Ok(());
        };
        let serving = sandbox.clone().serve(listener);
        next.block_on(serve_until_outage(serving, &mut outages));
    }
}

async fn serve_until_outage(
    serving: impl Future<Output = ()>,
    outages: &mut watch::Receiver<Duration>,
) {
    tokio::select! {
        () = serving => {}
        _ = outages.changed() => {}
    }
}

/// Binds a port that this server had before. The outgoing connection of another process may occupy
/// it for a moment.
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
