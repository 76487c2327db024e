//! Where a test plays: a sandbox, a home of its own, and the program as a user runs it.
//!
//! Time is moved by writing the record's dates back, never by sleeping until they come. When a
//! stage is left, its ledger must show no reuse, unless the test said that there would be one.

use std::fs;
use std::io::Write;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

pub use authctl::profile::store_kind::StoreKind;
use authctl::sandbox::{Ledger, MACHINE_CLIENT, MACHINE_SECRET, Options, PUBLIC_CLIENT, Sandbox};
use authctl::store::key::Key;
use authctl::time::Clock;
use tempfile::TempDir;

use super::machine;
use super::programs::{AUTHCTL, visitor};
#[cfg(target_os = "linux")]
use super::secret_service::SecretService;
use super::storage::{InFile, Storage};

/// How a command ended, and what it printed.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is text"),
            stderr: String::from_utf8(output.stderr).expect("stderr is text"),
        }
    }
}

impl Done {
    /// Waits for a process that was started with pipes for what it prints.
    pub fn of(child: Child) -> Self {
        child.wait_with_output().expect("it ends").into()
    }

    /// The answer of a command that must have succeeded.
    #[track_caller]
    pub fn answer(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout.trim_end()
    }

    /// Asserts that it worked, and that there is no answer.
    #[track_caller]
    pub fn answer_nothing(&self) {
        assert_eq!((self.code, &*self.stdout), (Some(0), ""), "{self:?}");
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

/// A stage on which the sessions are in files that are not sealed.
pub type Stage = StageOf<InFile>;

/// A sandbox and a home, with sessions that are stored in one way.
pub struct StageOf<S: Storage> {
    pub sandbox: Sandbox,
    pub home: TempDir,
    /// The key of sealed sessions, unless it is in a keyring.
    pub key: String,
    /// The keyring, if the storage is one.
    #[cfg(target_os = "linux")]
    pub service: Option<SecretService>,
    /// Set by tests in which a spent refresh token is meant to be sent again.
    pub expects_reuse: bool,
    storage: PhantomData<S>,
}

impl<S: Storage> StageOf<S> {
    /// A stage whose sandbox has the default options: rotation, no grace, tokens for five minutes.
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    /// A stage whose sandbox has these options.
    pub fn with(options: Options) -> Self {
        machine::demand_helpers();
        machine::use_the_usual_umask();
        let sandbox = Sandbox::spawn(options, Clock).expect("the sandbox starts");
        let home = tempfile::tempdir().expect("a directory");
        let key = Key::random().expose().to_owned();
        fs::write(home.path().join("key"), &key).expect("written");
        #[cfg(target_os = "linux")]
        let service = (S::STORE == StoreKind::Keyring).then(SecretService::start);
        Self {
            sandbox,
            home,
            key,
            #[cfg(target_os = "linux")]
            service,
            expects_reuse: false,
            storage: PhantomData,
        }
    }

    /// A stage on which `work` has logged in by a browser.
    pub fn logged_in() -> Self {
        Self::logged_in_with(Options::default())
    }

    /// A stage with these options on which `work` has logged in by a browser.
    pub fn logged_in_with(options: Options) -> Self {
        let stage = Self::with(options);
        stage.log_in();
        stage
    }

    /// Logs in to `work` as alice.
    #[track_caller]
    pub fn log_in(&self) {
        let browser = visitor("alice");
        let done = self.login(&["--browser", &browser]);
        assert_eq!(done.code, Some(0), "{done:?}");
    }

    /// Runs `authctl login work` against the sandbox.
    pub fn login(&self, more: &[&str]) -> Done {
        self.outlive_one(|| self.login_command("work", more))
    }

    /// The command that logs in to a profile at the sandbox.
    pub fn login_command(&self, profile: &str, more: &[&str]) -> Command {
        self.login_command_by(&[], profile, more)
    }

    /// The same, started by way of another program, as [`Self::command_by`] does.
    pub fn login_command_by(&self, way: &[&str], profile: &str, more: &[&str]) -> Command {
        let args = ["login", profile, "--issuer", self.sandbox.issuer()];
        let mut command = self.command_by(way, &args);
        command.args(["--client-id", PUBLIC_CLIENT]);
        if S::STORE == StoreKind::Command {
            command.args(["--key-command", &self.key_command()]);
        }
        command.args(more);
        command
    }

    /// Runs the login of the profile `work` with these flags more.
    pub fn run_login(&self, more: &[&str]) -> Done {
        self.outlive_one(|| self.login_command("work", more))
    }

    /// The program with the profile of a machine in its environment, as in a CI job.
    pub fn machine_command(&self, args: &[&str]) -> Command {
        let mut command = self.command(args);
        command.envs([
            ("AUTHCTL_ISSUER", self.sandbox.issuer()),
            ("AUTHCTL_CLIENT_ID", MACHINE_CLIENT),
            ("AUTHCTL_CLIENT_SECRET", MACHINE_SECRET),
            ("AUTHCTL_GRANT", "client_credentials"),
        ]);
        if S::STORE == StoreKind::Command {
            command.env("AUTHCTL_KEY_COMMAND", self.key_command());
        }
        command
    }

    /// The command that prints the key of sealed sessions.
    pub fn key_command(&self) -> String {
        let key = self.home.path().join("key");
        let prints = if cfg!(windows) { "cmd /c type" } else { "cat" };
        format!("{prints} {}", key.display())
    }

    /// The program, with nothing in its environment but what places it on this stage.
    pub fn command(&self, args: &[&str]) -> Command {
        self.command_by(&[], args)
    }

    /// The program, started by another one that runs its last arguments as a command: `env`, a
    /// shell, `setpriv`.
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
        self.configure_storage(&mut command);
        command
    }

    /// Tells a command how the sessions of this stage are stored.
    pub fn configure_storage(&self, command: &mut Command) {
        if S::READABLE {
            command.env("AUTHCTL_CACHE_ACCESS_TOKEN", "file");
        }
        if S::STORE != StoreKind::File {
            command.env("AUTHCTL_STORE", S::STORE.name());
        }
        match S::STORE {
            StoreKind::Env => {
                command.env("AUTHCTL_KEY", &self.key);
            }
            StoreKind::Keyring => {
                // Many tests at once slow a keyring down beyond its usual limit.
                command.env("AUTHCTL_KEYRING_TIMEOUT", "60s");
                #[cfg(target_os = "linux")]
                if let Some(service) = &self.service {
                    command.env("DBUS_SESSION_BUS_ADDRESS", &service.address);
                }
            }
            // The configuration names the command: the environment may not.
            StoreKind::Command | StoreKind::File | StoreKind::None | StoreKind::Auto => {}
        }
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> Done {
        self.outlive_one(|| self.command(args))
    }

    /// Runs the program with more variables in its environment.
    pub fn run_with(&self, variables: &[(&str, &str)], args: &[&str]) -> Done {
        let mut command = self.command(args);
        let output = command.envs(variables.iter().copied()).output();
        output.expect("authctl runs").into()
    }

    /// Runs the program as a machine, with more variables in its environment.
    pub fn run_machine(&self, variables: &[(&str, &str)], args: &[&str]) -> Done {
        let mut command = self.machine_command(args);
        let output = command.envs(variables.iter().copied()).output();
        output.expect("authctl runs").into()
    }

    /// Runs the program with a text on stdin.
    pub fn run_with_stdin(&self, args: &[&str], text: &str) -> Done {
        let mut command = self.command(args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("authctl runs");
        let written = child
            .stdin
            .take()
            .expect("piped")
            .write_all(text.as_bytes());
        // The program may end before it has read everything.
        if let Err(error) = written {
            assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe, "{error}");
        }
        Done::of(child)
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

    /// Starts the keyring again if it did not survive the death of a program that asked it. Says
    /// whether it had to.
    pub fn revive_keyring(&self) -> bool {
        #[cfg(target_os = "linux")]
        return self.service.as_ref().is_some_and(SecretService::revive);
        #[cfg(not(target_os = "linux"))]
        false
    }

    /// What the programs answer that `scene` runs, once the keyring, if there is one, has lived
    /// through it.
    pub fn outlive(&self, mut scene: impl FnMut() -> Vec<Done>) -> Vec<Done> {
        #[cfg(target_os = "linux")]
        if let Some(service) = &self.service {
            return service.outlive(scene);
        }
        scene()
    }

    fn outlive_one(&self, command: impl Fn() -> Command) -> Done {
        let run = || vec![command().output().expect("authctl runs").into()];
        self.outlive(run).remove(0)
    }

    /// Starts the program, with pipes for what it prints.
    pub fn spawn(&self, args: &[&str]) -> Child {
        self.spawn_by(&[], args)
    }

    /// Starts the program by way of another one, as [`Self::command_by`] does.
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

    /// Waits until the server has looked at so many requests for tokens, of which the login's was
    /// the first.
    pub fn until_asked(&self, requests: u64) {
        for _ in 0..4000 {
            if self.ledger().token_requests >= requests {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("no process asks the server");
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
        panic!("the lock stays taken");
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

    /// Adds lines to the configuration file, which has a profile already.
    pub fn add_to_config(&self, lines: &str) {
        let config = fs::read_to_string(self.config()).expect("there is a profile");
        self.configure(&format!("{config}{lines}"));
    }
}

impl<S: Storage> Drop for StageOf<S> {
    fn drop(&mut self) {
        self.sandbox.stop();
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
