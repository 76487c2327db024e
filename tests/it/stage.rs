//! Where a test plays: a sandbox, a home of its own, and the program as a user runs it.
//!
//! Time is moved by writing the record's dates back, never by sleeping until they come. When a
//! stage is left, its ledger must show no reuse, unless the test said that there would be one.

use std::fs;
use std::io::Write;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

pub use authctl::profile::store_kind::StoreKind;
use authctl::sandbox::{Ledger, Options, PUBLIC_CLIENT, Sandbox};
use authctl::store::Store;
use authctl::store::key::{Keeper, Key, KeySource, Keys, Place};
use authctl::store::record::Record;
use authctl::store::seal::{Form, Sealing};
use authctl::time::Clock;
use serde_json::Value;
use tempfile::TempDir;

#[cfg(target_os = "linux")]
use crate::secret_service::SecretService;

/// The program under test.
pub const AUTHCTL: &str = env!("CARGO_BIN_EXE_authctl");

/// What a command did.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Done {
    /// The answer of a command that must have succeeded.
    #[track_caller]
    pub fn answer(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout.trim_end()
    }

    /// Asserts the failure that the manual promises: this code, nothing on stdout, these words and
    /// a hint.
    #[track_caller]
    pub fn fails(&self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "stdout is the answer or nothing: {self:?}");
        assert!(self.stderr.contains(words), "no `{words}` in {self:?}");
        assert!(
            self.stderr.contains("authctl: hint: "),
            "no hint in {self:?}"
        );
        assert!(!self.stderr.contains("panicked"), "{self:?}");
    }
}

/// How the sessions of a stage are kept.
pub trait Keeping: Sync {
    /// The profile's `store`.
    const STORE: StoreKind = StoreKind::File;
    /// Whether the access token is readable without the key.
    const READABLE: bool = false;
}

/// In a file, as by default.
pub struct InFile;
impl Keeping for InFile {}

/// By a key in the environment.
pub struct ByEnvironment;
impl Keeping for ByEnvironment {
    const STORE: StoreKind = StoreKind::Env;
}

/// A stage on which sessions are kept in a file.
pub type Stage = StageOf<InFile>;

/// A sandbox and a home.
pub struct StageOf<K: Keeping> {
    pub sandbox: Sandbox,
    pub home: TempDir,
    /// The key of sealed sessions, where it is not in a keyring.
    pub key: String,
    /// The keyring, where one is needed.
    #[cfg(target_os = "linux")]
    pub service: Option<SecretService>,
    /// How they are kept: as was asked for, if this machine can do that.
    store: StoreKind,
    keeping: PhantomData<K>,
    /// Set by tests in which a spent refresh token is meant to be sent again.
    pub expects_reuse: bool,
}

impl<K: Keeping> StageOf<K> {
    /// Everything by default: rotation, no grace, five minutes.
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    /// A stage whose sandbox behaves like that.
    pub fn with(options: Options) -> Self {
        let sandbox = Sandbox::spawn(options, Clock).expect("the sandbox starts");
        let home = tempfile::tempdir().expect("a directory");
        let key = Key::random().expose().to_owned();
        fs::write(home.path().join("key"), &key).expect("written");
        #[cfg(target_os = "linux")]
        let service = (K::STORE == StoreKind::Keyring && SecretService::is_installed())
            .then(SecretService::start);
        #[cfg(target_os = "linux")]
        let store = if K::STORE == StoreKind::Keyring && service.is_none() {
            StoreKind::File
        } else {
            K::STORE
        };
        #[cfg(not(target_os = "linux"))]
        let store = K::STORE;
        Self {
            sandbox,
            home,
            key,
            #[cfg(target_os = "linux")]
            service,
            store,
            keeping: PhantomData,
            expects_reuse: false,
        }
    }

    /// A stage on which `work` has logged in by a browser.
    pub fn logged_in() -> Self {
        Self::logged_in_with(Options::default())
    }

    /// The same with a sandbox that behaves like that.
    pub fn logged_in_with(options: Options) -> Self {
        let stage = Self::with(options);
        stage.log_in();
        stage
    }

    #[track_caller]
    pub fn log_in(&self) {
        let login = || self.login(&["--browser", &visitor("alice")]);
        let mut done = login();
        if done.code == Some(3) && self.revive_keyring() {
            done = login();
        }
        assert_eq!(done.code, Some(0), "{done:?}");
    }

    /// Runs `authctl login work` against the sandbox.
    pub fn login(&self, more: &[&str]) -> Done {
        let issuer = self.sandbox.issuer();
        let mut command = self.command(&[
            "login",
            "work",
            "--issuer",
            issuer,
            "--client-id",
            PUBLIC_CLIENT,
        ]);
        command.args(more).output().expect("authctl runs").into()
    }

    /// The program with an environment of its own.
    pub fn command(&self, args: &[&str]) -> Command {
        self.command_by(&[], args)
    }

    /// The same, started by way of another program, which ends with its arguments: `env`, a shell,
    /// `setpriv`.
    pub fn command_by(&self, way: &[&str], args: &[&str]) -> Command {
        let mut words = way.iter().chain(&[AUTHCTL]).chain(args);
        let mut command = Command::new(words.next().expect("a program"));
        command
            .args(words)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", "/usr/bin:/bin")
            .env("AUTHCTL_HOME", self.state())
            .env("AUTHCTL_CONFIG", self.config())
            .stdin(Stdio::null());
        self.keep(&mut command);
        command
    }

    /// Tells a command how sessions are kept here.
    pub fn keep(&self, command: &mut Command) {
        if K::READABLE {
            command.env("AUTHCTL_CACHE_ACCESS_TOKEN", "file");
        }
        if self.store != StoreKind::File {
            command.env("AUTHCTL_STORE", self.store.name());
        }
        match self.store {
            StoreKind::Env => {
                command.env("AUTHCTL_KEY", &self.key);
            }
            StoreKind::Command => {
                command.env(
                    "AUTHCTL_KEY_COMMAND",
                    format!("cat {}/key", self.home.path().display()),
                );
            }
            StoreKind::Keyring => {
                // A machine that runs many tests at once is no measure of a keyring.
                command.env("AUTHCTL_KEYRING_TIMEOUT", "60s");
                #[cfg(target_os = "linux")]
                if let Some(service) = &self.service {
                    command.env("DBUS_SESSION_BUS_ADDRESS", &service.address);
                }
            }
            StoreKind::File | StoreKind::None | StoreKind::Auto => {}
        }
    }

    /// The keys in a place, by other means than the program's own.
    pub fn keys(&self, place: &Place) -> Keys {
        #[cfg(target_os = "linux")]
        if place.keeper == Keeper::Keyring {
            let service = self.service.as_ref().expect("a keyring");
            let of = ["lookup", "service", "authctl", "username", &place.keyspace];
            return Keys::parse(&service.tool("secret-tool", &of))
                .expect("keys are in the keyring");
        }
        assert_ne!(place.keeper, Keeper::Keyring, "there is no keyring to ask");
        Keys::parse(&self.key).expect("a key")
    }

    /// The session of `work`, by way of the library.
    pub fn store(&self) -> Store {
        let keys = KeySource::none();
        if let Ok(Form::Sealed(envelope)) =
            Form::of(&fs::read(self.file("work.json")).expect("there"))
        {
            keys.take(envelope.seal.place.clone(), self.keys(&envelope.seal.place));
        }
        Store::new(&self.state(), &[], "work").kept(StoreKind::Auto, false, keys)
    }

    pub fn run(&self, args: &[&str]) -> Done {
        self.command(args).output().expect("authctl runs").into()
    }

    /// The same with text on stdin.
    pub fn run_with_stdin(&self, args: &[&str], text: &str) -> Done {
        let mut command = self.command(args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("authctl runs");
        child
            .stdin
            .take()
            .expect("piped")
            .write_all(text.as_bytes())
            .expect("written");
        child.wait_with_output().expect("it ends").into()
    }

    /// Asks for a token, and lets the process that refreshes die at its n-th fault point, by itself
    /// or with its caller. Says at which step that was; `None` if there are fewer.
    pub fn token_dying_at(&self, n: u32, with_caller: bool) -> (Option<String>, Done) {
        let file = self.home.path().join("step");
        let _ = fs::remove_file(&file);
        let who = if with_caller { "all" } else { "self" };
        let mut command = self.command(&["token", "work"]);
        command.env("AUTHCTL_FAULT", format!("{n}:{who}:{}", file.display()));
        let done = command.output().expect("authctl runs").into();
        self.revive_keyring();
        (fs::read_to_string(&file).ok(), done)
    }

    /// Starts a keyring again that did not survive the death of somebody who asked it; says whether
    /// it had to.
    pub fn revive_keyring(&self) -> bool {
        #[cfg(target_os = "linux")]
        return self.service.as_ref().is_some_and(SecretService::revive);
        #[cfg(not(target_os = "linux"))]
        false
    }

    pub fn spawn(&self, args: &[&str]) -> Child {
        self.spawn_by(&[], args)
    }

    pub fn spawn_by(&self, way: &[&str], args: &[&str]) -> Child {
        let mut command = self.command_by(way, args);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("authctl runs")
    }

    /// The token that `authctl token work` prints.
    #[track_caller]
    pub fn token(&self) -> String {
        self.run(&["token", "work"]).answer().to_owned()
    }

    pub fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    pub fn config(&self) -> PathBuf {
        self.home.path().join("config.toml")
    }

    /// A file beside the record: `work.json`, `work.pending`, ...
    pub fn file(&self, name: &str) -> PathBuf {
        self.state().join(name)
    }

    #[track_caller]
    pub fn record(&self) -> Value {
        self.read("work.json")
    }

    /// A record, opened if it is sealed.
    #[track_caller]
    pub fn read(&self, name: &str) -> Value {
        let bytes = fs::read(self.file(name)).expect("there is a record");
        let whole: Value = serde_json::from_slice(&bytes).expect("the record is whole");
        let Ok(Form::Sealed(envelope)) = Form::of(&bytes) else {
            return whole;
        };
        let keys = self.keys(&envelope.seal.place);
        let key = keys
            .find(&envelope.seal.key)
            .expect("its key is there")
            .clone();
        let opened = envelope.open(&bytes, &key).expect("nobody has changed it");
        serde_json::from_slice(&opened.bytes()).expect("the record is whole")
    }

    /// Writes a record behind the program's back, in the form that the one has which is there.
    #[track_caller]
    pub fn write(&self, name: &str, record: &Value) {
        fs::write(self.file(name), self.bytes(record)).expect("written");
    }

    /// A record's bytes in the form that the one has which is there. What is no record is laid over
    /// that as it is.
    #[track_caller]
    pub fn bytes(&self, record: &Value) -> Vec<u8> {
        let there = fs::read(self.file("work.json")).expect("there is a record");
        let Ok(Form::Sealed(envelope)) = Form::of(&there) else {
            return record.to_string().into_bytes();
        };
        if let Ok(record) = Record::parse(record.to_string().as_bytes()) {
            let key = self
                .keys(&envelope.seal.place)
                .find(&envelope.seal.key)
                .expect("its key")
                .clone();
            return Sealing::new(envelope.seal.place, key)
                .bytes(&record, K::READABLE)
                .to_vec();
        }
        let mut whole: Value = serde_json::from_slice(&there).expect("json");
        for (name, value) in record
            .as_object()
            .expect("an object")
            .iter()
            .filter(|(name, _)| *name != "tokens")
        {
            whole[name] = value.clone();
        }
        whole.to_string().into_bytes()
    }

    pub fn refresh_token(&self) -> String {
        self.record()["tokens"]["refresh_token"]
            .as_str()
            .expect("there is a refresh token")
            .to_owned()
    }

    /// Changes the record behind the program's back, keeping its mode.
    pub fn edit_record(&self, change: impl FnOnce(&mut Value)) {
        let mut record = self.record();
        change(&mut record);
        self.write("work.json", &record);
    }

    /// Moves the record's dates into the past, as if so many seconds had gone by.
    pub fn age(&self, seconds: i64) {
        self.edit_record(|record| {
            for date in ["obtained_at", "expires_at"] {
                if let Some(at) = record["tokens"][date].as_i64() {
                    record["tokens"][date] = (at - seconds).into();
                }
            }
        });
    }

    /// Lets the access token be expired.
    pub fn expire(&self) {
        self.age(100_000);
    }

    /// Waits until the server has looked at so many requests for tokens, of which the login's was
    /// the first.
    pub fn until_asked(&self, requests: u64) {
        for _ in 0..4000 {
            if self.ledger().token_requests >= requests {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("nobody asks");
    }

    /// Waits until no refresh is under way: until the lock is free.
    pub fn until_settled(&self) {
        let lock = fs::File::open(self.file("work.lock")).expect("there is a lock");
        for _ in 0..6000 {
            if lock.try_lock().is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("somebody keeps the lock");
    }

    pub fn ledger(&self) -> Ledger {
        self.sandbox.ledger()
    }

    pub fn fault(&self, spec: &str) {
        self.sandbox.fault(spec.parse().expect("a fault"));
    }

    /// Writes the configuration file.
    pub fn configure(&self, text: &str) {
        fs::write(self.config(), text).expect("written");
    }
}

impl<K: Keeping> Drop for StageOf<K> {
    fn drop(&mut self) {
        if !self.expects_reuse && !std::thread::panicking() {
            let ledger = self.ledger();
            assert_eq!(
                (ledger.reuses, ledger.families_revoked),
                (0, 0),
                "a spent refresh token was sent again: {ledger:?}"
            );
        }
    }
}

/// A `--browser` that logs in to the sandbox as `user`.
pub fn visitor(user: &str) -> String {
    format!("{AUTHCTL} sandbox visit --user {user}")
}

/// A `--browser` that only writes the address down.
#[cfg(unix)]
pub fn scribe(directory: &Path) -> (String, PathBuf) {
    let (script, address) = (directory.join("scribe.sh"), directory.join("address"));
    let text = format!(
        "printf %s \"$1\" > {0}.new && mv {0}.new {0}\n",
        address.display()
    );
    fs::write(&script, text).expect("written");
    (format!("sh {}", script.display()), address)
}

/// A copy of the program where other users may go. Another process makes it: a file that we had
/// open for writing could be open still in a child that another test has just started, and would
/// then be too busy to be run.
pub fn copy_program(directory: &Path) -> PathBuf {
    let copy = directory.join("authctl");
    if !copy.exists() {
        let copied = Command::new("install")
            .args(["-m", "755", AUTHCTL])
            .arg(&copy)
            .status();
        assert!(copied.expect("install runs").success());
    }
    copy
}

/// Waits for a file that another process is about to write.
pub fn wait_for(path: &Path) -> String {
    for _ in 0..500 {
        if let Ok(text) = fs::read_to_string(path) {
            return text;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("{} does not appear", path.display());
}

/// One GET over a connection of its own: status and body.
pub fn get(url: &str) -> (u16, String) {
    let url = url.strip_prefix("http://").expect("plain http");
    let (host, path) = url.split_once('/').expect("a path");
    raw(
        host,
        &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
    )
}

/// Bytes as they are, and what comes back.
pub fn raw(host: &str, request: &str) -> (u16, String) {
    use std::io::Read;
    let mut stream = std::net::TcpStream::connect(host).expect("somebody listens");
    stream
        .set_read_timeout(Some(std::time::Duration::from_secs(20)))
        .expect("a limit");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0);
    (status, answer)
}
