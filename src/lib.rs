//! Keeps a person, a script or a CI job logged in.
//!
//! authctl gets OAuth 2.0 and OpenID Connect tokens, stores them in a file, plain or sealed, and
//! hands out one that is valid *now*, to any number of processes at once, without ever losing the
//! session. This page is the map of the house.
//!
//! The library is no public API. It exists so that the program, its tests and its benchmarks share
//! one build. What other programs may rely on are the command line, the exit codes, the output of
//! `--json` and the format of records.
//!
//! # The one idea that carries it
//!
//! **What you can get without the lock holds no refresh token.** [`store::Store::peek`] gives an
//! access token. Only [`store::Store::lock`] gives a [`store::Locked`] (and
//! [`store::Store::inherit`] one whose lock another process has lent), which reads *as it locks*,
//! lends the refresh token, and alone leads to a [`store::Pending`] that can save. The refresh
//! protocol is two functions. [`broker::obtain`] is the caller's half; the caller may be killed at
//! any moment. [`broker::renew`] is the half in which a session can be lost. It runs in a helper
//! process that the caller's death does not reach; where none can be had, in the caller, whose
//! death then costs the session:
//!
//! ```text
//! obtain   peek -> acceptable? hand it out              no lock, no write, no network, no runtime
//!          lock (bounded, names the holder) -> read -> acceptable? hand it out: another refreshed
//!          lend the lock to the helper process, wait for its outcome: the new token, or the old
//!          one while it lives
//! helper   read again, under the same lock
//!   renew  defer signals -> prepare: claim room on the disk and write the intent BEFORE the
//!          refresh token is spent -> ask the server -> merge -> commit
//!          answer -> unlock
//! ```
//!
//! One predicate, [`oauth::want::Want::accepts`], decides which access token will do: expiry,
//! minimum life, scope, and "an API has just refused this very token". The broker adds whether the
//! session is still the profile's, and whether an ID token that is wanted lives. A burst of
//! refusals in N processes therefore makes one refresh, not N.
//!
//! # The way of a call
//!
//! A verb in `command`, or the conversation with a calling program in `hook`, makes a request and
//! gives it to a [`session::Session`], which is one profile's session with all that can be done
//! with it. The session joins the record (`store`) with the ways to get tokens (`grant`) by means
//! of the refresh protocol (`broker`). What happens on the way is an [`event::Event`], which goes
//! to the sink of the [`session::Context`]; what fails is an [`error::Error`], whose kind decides
//! the exit code.
//!
//! # Floors
//!
//! A room is a folder or a file. It uses only rooms of lower floors, and rooms of one floor do not
//! know each other. `tests/it/tidy` reads the sources and keeps it so.
//!
//! ```text
//! door      main                        arguments in, exit code out
//! floor 10  command                     one file per verb: flags to a request, and what it prints
//! floor 9   hook, install, keep, proxy, view, explain, doctor, probe, guide, output, demo
//!                                       answers programs; configures them; keeps files fresh;
//!                                       requests that heal; what is shown; why a session ended;
//!                                       what is wrong here; what a provider does; questions of a
//!                                       first login; how verbs answer; a show
//! floor 8   cli, session                flags and help; what can be done with a profile's session
//! floor 7   error                       kinds, hints, exit codes
//! floor 6   broker, grant               the refresh protocol; ways to get tokens
//! floor 5   store, log, sandbox, hook/protocol
//!                                       where a session lives; what happened to it; a rehearsal
//!                                       server; wire protocols
//! floor 4   http, loopback, ui, config  the world outside, and what the user wants
//! floor 3   profile                     the user's registration with one server, as data
//! floor 2   provider, exchange, fault   what is known of servers; AWS STS; crash points
//! floor 1   oauth, platform, event, explain/cause
//!                                       the RFCs as values; the operating system; what happened;
//!                                       causes
//! floor 0   secret, time, text, body    what everything is made of
//! ```
//!
//! # Invariants
//!
//! - Nothing refreshes without the lock. Every wait has an end. No lock is held while a person
//!   thinks, or by a process that was stopped. A lock is probed: one that two processes can have at
//!   a time is none.
//! - A key is fetched before a lock is taken. A record says itself where its key is, and it is
//!   looked for nowhere else.
//! - What cannot be saved is not spent. "Cannot read" is never "empty". Nothing is deleted in
//!   doubt.
//! - A hook is never given a refresh token and ends no session. A caller that asks about every
//!   address gets a token only for those that are bound; another caller also gets that of the
//!   profile that its command line names, or of the default. A person is asked only where the
//!   caller and the profile both allow that.
//! - stdout is the answer or nothing. The kind of an error decides the exit code
//!   ([`error::KINDS`]).
//! - A secret is a [`secret::Secret`]: no `Display`, no `Serialize`, a `Debug` that says nothing.
//! - Time is a value. Sets that may grow are tables: hook protocols (`HOOKS`), installation recipes
//!   (`RECIPES`), providers (`PRESETS`), error kinds (`KINDS`), settings (`SETTINGS`), grants, the
//!   sandbox's faults.
//! - These crates are imported in one file each: `reqwest` in `http`, `rustls` in `http::tls`,
//!   `hyper` in `loopback`, `keyring-core` and its stores in `store/keyring`,
//!   `chacha20poly1305` in `store/envelope`, `open` in `platform/browser`,
//!   `directories` in `config`, `jiff` in `platform/zone`, `supports-hyperlinks` in `ui`,
//!   `clap_mangen` in `cli/manual`, `signal-hook` in `platform/unix/signals`, `close_fds` in
//!   `platform/unix/detached`. Which operating system this is, only `platform` and
//!   `store/keyring` ask.
//!
//! # Deliberately absent
//!
//! A clock, lock, logger or HTTP trait: tests use the real ones. An `if` about a particular
//! provider. A daemon. A network request that is repeated without bound. Any breaking of a lock by
//! its age. A store that is not a local file.

pub mod body;
pub mod broker;
pub mod cli;
pub mod command;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod error;
pub mod event;
pub mod exchange;
pub mod explain;
pub mod fault;
pub mod grant;
pub mod guide;
pub mod hook;
pub mod http;
pub mod install;
pub mod keep;
pub mod log;
pub mod loopback;
pub mod oauth;
pub mod output;
pub mod platform;
pub mod probe;
pub mod profile;
pub mod provider;
pub mod proxy;
pub mod sandbox;
pub mod secret;
pub mod session;
pub mod store;
pub mod text;
pub mod time;
pub mod ui;
pub mod view;
