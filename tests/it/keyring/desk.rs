//! A stage of files with a keyring beside it.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::programs::visitor;
use crate::support::secret_service::SecretService;
use crate::support::stage::{Done, Stage};

/// A stage of files, and a keyring beside it.
pub struct Desk {
    pub stage: Stage,
    pub service: SecretService,
}

impl Desk {
    /// With a keyring that is unlocked. `None` on a machine that cannot have one.
    pub fn new() -> Option<Self> {
        Some(Self::with(
            SecretService::is_available().then(SecretService::start)?,
        ))
    }

    pub fn with(service: SecretService) -> Self {
        Self {
            stage: Stage::new(),
            service,
        }
    }

    /// With a keyring that is unlocked, and `work` logged in behind it.
    pub fn logged_in() -> Option<Self> {
        let desk = Self::new()?;
        let done = desk.login(&["--store", "keyring"]);
        assert_eq!(done.code, Some(0), "{done:?}");
        Some(desk)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.stage.command(args);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.service.address);
        command
    }

    pub fn run(&self, args: &[&str]) -> Done {
        self.run_all(|| vec![self.command(args)]).remove(0)
    }

    /// Runs programs at once, and again if the keyring crashed under them.
    pub fn run_all(&self, commands: impl Fn() -> Vec<Command>) -> Vec<Done> {
        self.service.outlive(|| {
            let mut commands = commands();
            let children: Vec<_> = commands.iter_mut().map(spawn).collect();
            children.into_iter().map(Done::of).collect()
        })
    }

    /// The command that logs in to a profile by a browser.
    pub fn login_command(&self, profile: &str, user: &str, more: &[&str]) -> Command {
        let browser = visitor(user);
        let mut command = self.stage.login_command(profile, &["--browser", &browser]);
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.service.address)
            .args(more);
        command
    }

    pub fn login(&self, more: &[&str]) -> Done {
        self.run_all(|| vec![self.login_command("work", "alice", more)])
            .remove(0)
    }

    /// Runs the program with another state directory.
    pub fn run_at(&self, state: &Path, args: &[&str]) -> Done {
        let at = || {
            let mut command = self.command(args);
            command.env("AUTHCTL_HOME", state);
            vec![command]
        };
        self.run_all(at).remove(0)
    }

    /// Logs in as bob, with another state directory.
    pub fn login_at(&self, state: &Path, profile: &str) -> Done {
        let at = || {
            let more = ["--store", "keyring", "--replace"];
            let mut command = self.login_command(profile, "bob", &more);
            command.env("AUTHCTL_HOME", state);
            vec![command]
        };
        self.run_all(at).remove(0)
    }

    pub fn token(&self) -> String {
        self.run(&["token", "work"]).answer().to_owned()
    }

    /// What the profile says of its store.
    pub fn choice(&self) -> Option<String> {
        let config = fs::read_to_string(self.stage.config()).expect("there");
        let line = config.lines().find(|line| line.starts_with("store"))?;
        line.split('"').nth(1).map(str::to_owned)
    }

    /// The secrets in the keyring that authctl put there.
    pub fn items(&self) -> Vec<String> {
        let found = self.service.ask(&["search", "--all", "service", "authctl"]);
        found
            .lines()
            .filter_map(|line| line.strip_prefix("secret = "))
            .map(str::to_owned)
            .collect()
    }

    /// The keys in the keyring, newest first.
    pub fn keys(&self) -> Vec<String> {
        let of = ["lookup", "service", "authctl", "username", &self.item()];
        self.service
            .ask(&of)
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    }

    pub fn item(&self) -> String {
        let record = fs::read(self.stage.file("work.json")).expect("there");
        let record: Value = serde_json::from_slice(&record).expect("json");
        record["seal"]["installation"]
            .as_str()
            .expect("it is behind the keyring")
            .to_owned()
    }

    pub fn expire(&self) {
        self.rewrite(|record| {
            for date in ["obtained_at", "expires_at"] {
                record["tokens"][date] =
                    (record["tokens"][date].as_i64().expect("a date") - 100_000).into();
            }
        });
    }

    pub fn rewrite(&self, change: impl FnOnce(&mut Value)) {
        use authctl::store::key::Keys;
        use authctl::store::record::Record;
        use authctl::store::seal::{Form, Sealing};
        let path = self.stage.file("work.json");
        let bytes = fs::read(&path).expect("there");
        let Ok(Form::Sealed(envelope)) = Form::of(&bytes) else {
            panic!("it is not sealed")
        };
        let seal = envelope.seal.clone();
        let keys = self
            .service
            .ask(&["lookup", "service", "authctl", "username", &self.item()]);
        let key = Keys::parse(&keys)
            .expect("keys")
            .find(&seal.key)
            .expect("its key")
            .clone();
        let opened = envelope.open(&bytes, &key).expect("it is whole");
        let mut record: Value = serde_json::from_slice(&opened.bytes()).expect("json");
        change(&mut record);
        let record = Record::parse(record.to_string().as_bytes()).expect("a record");
        fs::write(path, &*Sealing::new(seal.place, key).bytes(&record, false)).expect("written");
    }

    /// Every verb that needs the key fails within the limit, in words and with a hint, and spends
    /// nothing.
    pub fn no_session_is_lost(&self, limit: Duration, words: &str) {
        let before = fs::read(self.stage.file("work.json")).expect("there");
        let asked = self.stage.ledger().token_requests;
        for args in [
            &["token", "work"][..],
            &["token", "work", "--min-ttl", "4m59s"],
            &["token", "work", "--id-token"],
        ] {
            let began = Instant::now();
            self.run(args).fails(3, words);
            assert!(
                began.elapsed() < limit,
                "{args:?} took {:?}",
                began.elapsed()
            );
        }
        let status = self.run(&["status", "work"]);
        assert!(
            status
                .answer()
                .contains("in a sealed file, whose key is in the OS keyring"),
            "{status:?}"
        );
        assert_eq!(
            fs::read(self.stage.file("work.json")).expect("there"),
            before
        );
        assert_eq!(self.stage.ledger().token_requests, asked);
    }
}

/// Starts a program, with pipes for what it prints.
pub fn spawn(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("authctl runs")
}
