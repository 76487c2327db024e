//! What happened to a session, to its files, or during a login, as a value. Its `Display` is the
//! sentence that the user reads, without the profile's name: the code that shows it puts the name
//! in front.
//!
//! Every variant is plain data: text, numbers, times. An event crosses from the helper process to
//! its caller as JSON, and may be written to a log, so it holds no secret, no error value and no
//! handle. A cause is the text of the error. A path is the text that is shown for it: a path that
//! is not UTF-8 could not be written as JSON.
//!
//! The sentence stands beside its variant by means of `thiserror`, as it does for the errors of the
//! program. An event is not a failure all the same: no function returns one as its error.
//!
//! Deliberately absent: where an event goes. The caller of an operation passes a
//! `notify: &mut dyn FnMut(Event)`, and decides.

mod attempt;
mod kinds;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use attempt::{Attempt, Why};

use serde::{Deserialize, Serialize};

use crate::time::{Timestamp, describe};

/// What happened to a session, to its files, or during a login.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "event", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the sentence beside each variant shows its fields"
)]
pub enum Event {
    // What is waited for.
    /// A lock that another process holds has been waited for longer than a second.
    #[error("waiting for {holder}")]
    WaitingFor { holder: String },
    /// The keyring has not answered for two seconds. It is waited for at most this long still.
    #[error(
        "waiting for the OS keyring for at most {}: does it ask for a password?",
        describe(*left)
    )]
    WaitingForKeyring { left: Duration },
    /// The profile names an account, and the server does not say who has logged in.
    #[error("the server does not say who logged in: whether it is {account} is not known")]
    AccountUnchecked { account: String },
    /// Another process holds the lock under which a person is asked to log in.
    #[error("another login is under way: {holder}")]
    AnotherLogin { holder: String },
    /// The locks are not in the directory that the session's `lock_dir` names, because they cannot
    /// be placed there.
    #[error("{cause}; the locks beside the record are used instead")]
    LocksBesideRecord { cause: String },

    // Files of a session.
    /// Other users could use a file or a directory that is the user's own. Its mode was changed.
    #[error("{path} had mode {from:03o} and now has {to:03o}")]
    ModeMended { path: String, from: u32, to: u32 },
    /// The record cannot be opened, and the new session will replace it.
    #[error("{cause}; it gives way to a new session")]
    RecordGivesWay { cause: String },
    /// A process died after it had written a whole record and before it had renamed it. The rename
    /// was done now.
    #[error("completed a save that another process had begun when it died")]
    SaveCompleted,
    /// The record was damaged, and is kept under this other name.
    #[error("the record was damaged; it is kept as {path}")]
    DamageKept { path: String },
    /// The generation before the damaged one is used. `saved`: it has the record's place again.
    #[error("the last good generation is used instead{}", unless_saved(*saved))]
    GenerationRestored { saved: bool },
    /// A record that an earlier call had to write elsewhere is used. `saved`: it has its place now.
    #[error("brought home a record that could not be saved in its place{}", unless_saved(*saved))]
    RecordBroughtHome { saved: bool },
    /// The generation before was not sealed, and the session is.
    #[error("wiped an earlier generation that was not sealed")]
    EarlierGenerationWiped,
    /// A file outside the record's place has a newer generation that is not sealed, and the session
    /// is sealed. The file was left alone.
    #[error("{path} has a newer generation of this session, which is not sealed and not used")]
    UnsealedGenerationIgnored { path: String },
    /// The record is older than the one that it took the place of.
    #[error(
        "the record is of generation {generation}, and one of generation {newer} was here before: \
         a copy was put back, and its refresh token may be spent"
    )]
    OlderRecordFound { generation: u64, newer: u64 },
    /// The record was saved in another directory, of which this one is a copy.
    #[error(
        "this session was saved in another directory before: if that one is in use still, the next \
         refresh of either ends the other's session"
    )]
    CopyFound,
    /// A refresh succeeded, and its result was written elsewhere than in the record's place.
    #[error("{cause}; the new session is kept in {path} for now: mend this soon")]
    SavedElsewhere { cause: String, path: String },
    /// A refresh succeeded, and its result could not be written anywhere.
    #[error("{cause}; THE NEW SESSION COULD NOT BE SAVED and ends with this token")]
    NotSaved { cause: String },
    /// A token is handed out of a session that lies elsewhere than in the record's place, which
    /// cannot be used.
    #[error("{cause}; handing out the token of the session in {path}, which a reboot ends")]
    RescuedTokenUsed { cause: String, path: String },
    /// A login succeeded, and its session was written elsewhere than in the record's place.
    #[error("{cause}; the session is in {path} all the same")]
    LoginSavedElsewhere { cause: String, path: String },
    /// A token was obtained that costs no other token, and cannot be saved.
    #[error("{cause}; the token is not kept, and the next call has to ask again")]
    TokenNotKept { cause: String },

    // Tokens and refreshes.
    /// An API refused the token of a request, which is sent again with another one.
    #[error("the token was refused: the request is sent again with another one")]
    RequestSentAgain,
    /// An API refused the token of a request, and there is no other one.
    #[error("the token was refused, and there is no other one: {cause}")]
    RequestNotSentAgain { cause: String },
    /// An API refused the token of a request whose body was too long to be kept.
    #[error("the token was refused, and the body is too long to be sent again")]
    BodyNotKept,
    /// A file that is kept fresh could not be.
    #[error("{cause}; the file keeps its last token")]
    FileNotRenewed { cause: String },
    /// The stored token of this generation is handed out.
    #[error("generation {generation} will do")]
    GenerationUsed { generation: u64 },
    /// How much life the token has that is handed out.
    #[error("{} left", describe(*left))]
    TimeLeft { left: Duration },
    /// The helper process that refreshes the session has started.
    #[error("refreshing, as pid {pid}")]
    HelperStarted { pid: u32 },
    /// No helper process could be started, so the caller refreshes the session. `usual`: this
    /// system has no helper processes at all.
    #[error(
        "the refresh has no process of its own, so that to kill this one could lose the \
        session: {cause}"
    )]
    NoHelper { cause: String, usual: bool },
    /// The token endpoint on this host is asked.
    #[error("asking {host}")]
    Asking { host: String },
    /// A token is about to be exchanged at this address.
    #[error("exchanging the token at {endpoint}")]
    ExchangingAt { endpoint: String },
    /// The answer to a refresh has an ID token that is not believed, or is of another user.
    #[error("the server's new ID token is not kept: {why}")]
    StrangeIdToken { why: String },
    /// There is no new token, and the old one is still valid.
    #[error("handing out the old token, which lives on: {cause}")]
    OldTokenUsed { cause: String },
    /// A caller reports a token as refused. There is no new one, and the stored one is handed out.
    #[error("{cause}; handing out the token that is there")]
    StoredTokenUsed { cause: String },
    /// The session ends by itself, and a person has to log in again before that.
    #[error("the session ends in {}, at {at}: log in again before that", describe(*left))]
    SessionEndsSoon { left: Duration, at: Timestamp },
    /// The token that is handed out does not live as long as `--min-ttl` asks for.
    #[error("the token lives for {} only, less than --min-ttl asks for", describe(*left))]
    LifeTooShort { left: Duration },
    /// There is no key for sealed sessions, and none could be made.
    #[error("no key is made: {cause}")]
    NoKeyMade { cause: String },
    /// The user interrupts this process, which refreshes the session for at most this long still.
    #[error("to end now could lose the session; the refresh is over in at most \
        {}", describe(*left))]
    InterruptDeferred { left: Duration },
    /// The user interrupts a caller for the first time while a helper process refreshes.
    #[error(
        "a refresh is under way, for at most {}: once more leaves it to itself",
        describe(*left)
    )]
    InterruptWarned { left: Duration },
    /// The user interrupts a caller again. The helper process goes on without it.
    #[error("the refresh goes on as pid {pid}, for at most {}; nothing is lost", describe(*left))]
    HelperLeftAlone { pid: u32, left: Duration },
    /// The user ends a caller that runs in a container. The helper process goes on without it,
    /// unless the container ends, which ends all its processes.
    #[error(
        "the refresh goes on as pid {pid}, for at most {}, unless this container ends before",
        describe(*left)
    )]
    HelperLeftInContainer { pid: u32, left: Duration },

    // What became of a session, for the log.
    /// A login, or the first token of a client, is saved. `refresh`, `access`: keyed fingerprints
    /// of the tokens. `until`: when the session itself ends, where that is known.
    #[error("a session begins, as generation {generation}")]
    SessionBegan {
        session: String,
        generation: u64,
        server: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refresh: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        access: Option<String>,
        skew: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// A refresh brought new tokens, and they are saved.
    #[error("refreshed: generation {} is now {to}{attempt}", attempt.generation)]
    Refreshed {
        #[serde(flatten)]
        attempt: Attempt,
        to: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refresh: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        access: Option<String>,
        /// When the session itself ends, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// The server refused the refresh token.
    #[error("generation {} was refused: {error}{attempt}", attempt.generation)]
    RefreshRefused {
        #[serde(flatten)]
        attempt: Attempt,
        error: String,
    },
    /// A refresh brought nothing, and the session may go on. `lost`: the server may have spent the
    /// refresh token.
    #[error("no new token for generation {}: {error}{attempt}", attempt.generation)]
    RefreshFailed {
        #[serde(flatten)]
        attempt: Attempt,
        why: Why,
        error: String,
        lost: bool,
    },
    /// A process died while it refreshed the session.
    #[error(
        "a refresh of generation {generation} by pid {of_pid} on {of_host} was interrupted at \
        {since}"
    )]
    RefreshInterrupted {
        session: String,
        generation: u64,
        since: Timestamp,
        of_pid: u32,
        of_host: String,
    },

    /// A hook that answers for all addresses has no token for this one.
    #[error("{address}: {cause}")]
    NoTokenFor { address: String, cause: String },
    /// A hook could not put its answer where its caller looks before it calls again.
    #[error("cannot write {path}: {cause}")]
    AnswerNotWritten { path: String, cause: String },

    // Logins.
    /// Where the login will keep the session, as a sentence, and why there.
    #[error("{kept}, {reason}")]
    StoreChosen { kept: String, reason: String },
    /// The way in which the person logs in, and why it is this one.
    #[error("logging in by {method}, because {reason}")]
    MethodChosen { method: String, reason: String },
    /// What is known of the provider says that the login will fail there.
    #[error("this login may not work: {cause}")]
    LoginDoubted { cause: String },
    /// The address and the code of a device login follow.
    #[error("open this address on any device, and check that it shows the code below it")]
    OpenOnAnyDevice,
    /// A browser was started. The address follows.
    #[error("a browser opens this address; if it does not, open it yourself")]
    BrowserOpened,
    /// No browser was to be started. The address follows.
    #[error("open this address")]
    OpenAddress,
    /// No browser could be started. The address follows.
    #[error("no browser could be opened ({cause}); open this address yourself")]
    NoBrowser { cause: String },
    /// The address was one of this machine. The one that it leads to follows.
    #[error("a browser on another machine opens this one")]
    WholeAddress,
    /// The client's secret that a person has typed was written into a file.
    #[error("the client's secret is in {path}, for you alone")]
    SecretKept { path: String },
    /// The server has registered a client for this profile.
    #[error("{server} has registered a client for this: {client}")]
    ClientRegistered { client: String, server: String },
    /// The server has registered a client for this profile before.
    #[error("the client {client} was registered before")]
    ClientKnown { client: String },
    /// The command that opens the browser has failed after it was started.
    #[error("the browser command ended with {status}: open the address yourself")]
    BrowserCommandEnded { status: String },
    /// The address at which the browser ends may be pasted.
    #[error(
        "if the browser is on another machine, paste the address that it ends at here (a \
         terminal does not show it)"
    )]
    PasteAccepted,
    /// What was pasted is not the address at which this login ends.
    #[error("{cause}")]
    PasteRefused { cause: String },
    /// Another login of the same profile has brought the session that this one was to bring.
    #[error("the other login has done it")]
    OtherLoginDone,
    /// A client that logs in without a person got its first token.
    #[error("the server gives this client tokens")]
    ClientAccepted,
    /// A person has logged in. `life`: of the access token, where it is known.
    #[error("logged in{}{}", as_whom(who.as_deref()), and_life(*life))]
    LoggedIn {
        who: Option<String>,
        life: Option<Duration>,
    },
    /// The session whose place the login took was ended at the server. `whose`: a clause.
    #[error("the session{whose} that was here was ended at the server")]
    ReplacedEnded { whose: String },
    /// The session whose place the login took may live on at its server. `whose`: a clause.
    #[error("the session{whose} that was here lives on at {server} until it ends by itself")]
    ReplacedLivesOn { whose: String, server: String },
    /// The server granted less than the profile asks for.
    #[error("the server did not grant {}", missing.join(" "))]
    ScopeNotGranted { missing: Vec<String> },
    /// The session cannot be renewed. `flag`: of the login after which many servers give a refresh
    /// token.
    #[error(
        "the server gave no refresh token: you will have to log in again when this one ends{}",
        unless_flag(flag.as_deref())
    )]
    NoRefreshToken { flag: Option<String> },
    /// The login's flags were written to the profile in this configuration file.
    #[error("the profile in {path} now has this {}", settings.join(", "))]
    ProfileWritten { path: String, settings: Vec<String> },

    // What a user does to a session.
    /// The session is stored in another way from now on: how, as a sentence.
    #[error("{kept}")]
    Relocated { kept: String },
    /// The profile and its session have another name.
    #[error("this was {from}")]
    Renamed { from: String },
    /// The session was sealed with the newest key of this place.
    #[error("sealed anew, by {place}")]
    SealedAnew { place: String },
    /// The session could not be sealed anew. It can still be opened.
    #[error("{cause}")]
    NotSealed { cause: String },
    /// No session had to be sealed with another key.
    #[error("no session is sealed")]
    NothingSealed,
    /// The server has deleted the client that it had registered for this profile.
    #[error("the server has deleted the client {client}")]
    ClientDeleted { client: String },
    /// The client that a server had registered for this profile is known here no more.
    #[error("the client {client} is forgotten here; it lives on at the server")]
    ClientForgotten { client: String },
    /// There is no client that authctl had a server register.
    #[error("no client was registered for this")]
    NoClientRegistered,
    /// A session could not be ended, and the next one is.
    #[error("{cause}")]
    NotEnded { cause: String },
    /// There was no session to end.
    #[error("was not logged in")]
    NotLoggedIn,
    /// The session was ended. The server has confirmed it.
    #[error("logged out, here and at the server")]
    LoggedOut,
    /// The session was removed from this machine. The server was not asked to end it.
    #[error("logged out on this machine; the server was not told")]
    LoggedOutHere,
    /// The session was removed from this machine. The server did not confirm that it ended.
    #[error("logged out on this machine; the session may live on at the server: {cause}")]
    LoggedOutUnconfirmed { cause: String },
}

fn unless_saved(saved: bool) -> &'static str {
    if saved {
        ""
    } else {
        ", and still cannot be saved"
    }
}

fn unless_flag(flag: Option<&str>) -> String {
    flag.map_or(String::new(), |flag| {
        format!("; many servers give one after `{flag}`")
    })
}

fn as_whom(who: Option<&str>) -> String {
    who.map_or(String::new(), |who| format!(" as {who}"))
}

fn and_life(life: Option<Duration>) -> String {
    life.map_or(String::new(), |life| {
        format!("; the token lives {}", describe(life))
    })
}
