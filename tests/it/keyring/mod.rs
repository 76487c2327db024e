//! Sessions behind a real Secret Service: chosen, locked, frozen, gone, emptied, asked by fifty at
//! once. Whatever it does, the answer comes within the limit, says what it is, and costs no
//! session.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::programs::visitor;
use crate::support::secret_service::SecretService;
use crate::support::stage::{Done, Stage};

mod keys;

/// A stage of files, and a keyring beside it.
struct Desk {
    stage: Stage,
    service: SecretService,
}

impl Desk {
    /// With a keyring that is unlocked. `None` on a machine that cannot have one.
    fn new() -> Option<Self> {
        Some(Self::with(
            SecretService::is_available().then(SecretService::start)?,
        ))
    }

    fn with(service: SecretService) -> Self {
        Self {
            stage: Stage::new(),
            service,
        }
    }

    /// With a keyring that is unlocked, and `work` logged in behind it.
    fn logged_in() -> Option<Self> {
        let desk = Self::new()?;
        let done = desk.login(&["--store", "keyring"]);
        assert_eq!(done.code, Some(0), "{done:?}");
        Some(desk)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.stage.command(args);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.service.address);
        command
    }

    fn run(&self, args: &[&str]) -> Done {
        self.run_all(|| vec![self.command(args)]).remove(0)
    }

    /// Runs programs at once, and again if the keyring crashed under them.
    fn run_all(&self, commands: impl Fn() -> Vec<Command>) -> Vec<Done> {
        self.service.outlive(|| {
            let mut commands = commands();
            let children: Vec<_> = commands.iter_mut().map(spawn).collect();
            children.into_iter().map(Done::of).collect()
        })
    }

    /// The command that logs in to a profile by a browser.
    fn login_command(&self, profile: &str, user: &str, more: &[&str]) -> Command {
        let browser = visitor(user);
        let mut command = self.stage.login_command(profile, &["--browser", &browser]);
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.service.address)
            .args(more);
        command
    }

    fn login(&self, more: &[&str]) -> Done {
        self.run_all(|| vec![self.login_command("work", "alice", more)])
            .remove(0)
    }

    /// Runs the program with another state directory.
    fn run_at(&self, state: &Path, args: &[&str]) -> Done {
        let at = || {
            let mut command = self.command(args);
            command.env("AUTHCTL_HOME", state);
            vec![command]
        };
        self.run_all(at).remove(0)
    }

    /// Logs in as bob, with another state directory.
    fn login_at(&self, state: &Path, profile: &str) -> Done {
        let at = || {
            let more = ["--store", "keyring", "--replace"];
            let mut command = self.login_command(profile, "bob", &more);
            command.env("AUTHCTL_HOME", state);
            vec![command]
        };
        self.run_all(at).remove(0)
    }

    fn token(&self) -> String {
        self.run(&["token", "work"]).answer().to_owned()
    }

    /// What the profile says of its store.
    fn choice(&self) -> Option<String> {
        let config = fs::read_to_string(self.stage.config()).expect("there");
        let line = config.lines().find(|line| line.starts_with("store"))?;
        line.split('"').nth(1).map(str::to_owned)
    }

    /// The secrets in the keyring that authctl put there.
    fn items(&self) -> Vec<String> {
        let found = self.service.ask(&["search", "--all", "service", "authctl"]);
        found
            .lines()
            .filter_map(|line| line.strip_prefix("secret = "))
            .map(str::to_owned)
            .collect()
    }

    /// The keys in the keyring, newest first.
    fn keys(&self) -> Vec<String> {
        let of = ["lookup", "service", "authctl", "username", &self.item()];
        self.service
            .ask(&of)
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    }

    fn item(&self) -> String {
        let record = fs::read(self.stage.file("work.json")).expect("there");
        let record: Value = serde_json::from_slice(&record).expect("json");
        record["seal"]["installation"]
            .as_str()
            .expect("it is behind the keyring")
            .to_owned()
    }

    fn expire(&self) {
        self.rewrite(|record| {
            for date in ["obtained_at", "expires_at"] {
                record["tokens"][date] =
                    (record["tokens"][date].as_i64().expect("a date") - 100_000).into();
            }
        });
    }

    fn rewrite(&self, change: impl FnOnce(&mut Value)) {
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
    fn no_session_is_lost(&self, limit: Duration, words: &str) {
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
fn spawn(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("authctl runs")
}

fn signal(signal: &str, pid: u32) {
    let status = Command::new("kill")
        .args([&format!("-{signal}"), &pid.to_string()])
        .status();
    assert!(status.expect("kill runs").success());
}

#[test]
fn auto_takes_a_keyring_that_keeps_things_and_writes_that_down() {
    let Some(desk) = Desk::new() else { return };
    let done = desk.login(&["--store", "auto"]);
    assert!(
        done.stderr
            .contains("sealed, by a key in the OS keyring, which keeps what it is given"),
        "{done:?}"
    );
    assert_eq!(desk.choice().as_deref(), Some("keyring"));
    let items = desk.items();
    assert_eq!(
        (items.len(), items[0].len()),
        (1, 43),
        "one small item, and no trial is left"
    );
    assert!(desk.token().starts_with("at-"));
}

#[test]
fn auto_says_why_it_takes_a_file_and_no_other_command_tries_again() {
    let Some(desk) = Desk::new() else { return };
    desk.service.kill_daemon();
    let done = desk.login(&["--store", "auto"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stderr
            .contains("in a file that only you may read, because the OS keyring cannot be used"),
        "{done:?}"
    );
    assert_eq!(desk.choice().as_deref(), Some("file"));
    desk.service.start_daemon(Some("password"));
    let token = desk.token();
    assert_eq!(desk.items().len(), 0, "a read never looks elsewhere");
    assert_eq!(
        desk.run(&["profile", "move", "work", "--store", "keyring"])
            .code,
        Some(0)
    );
    assert_eq!((desk.token(), desk.items().len()), (token, 1));
}

#[test]
fn a_login_that_wants_a_keyring_asks_no_person_where_there_is_none() {
    let Some(desk) = Desk::new() else { return };
    desk.service.kill_daemon();
    desk.login(&["--store", "keyring"])
        .fails(3, "the OS keyring cannot be used");
    assert_eq!(
        (
            desk.stage.ledger().token_requests,
            desk.stage.config().exists()
        ),
        (0, false)
    );
}

#[test]
fn a_session_moves_into_the_keyring_and_out_of_it() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let token = desk.token();
    assert_eq!(
        desk.run(&["profile", "move", "work", "--store", "file"])
            .code,
        Some(0)
    );
    assert_eq!(desk.stage.token(), token, "no keyring is needed");
    assert_eq!(
        desk.run(&["profile", "move", "work", "--store", "keyring"])
            .code,
        Some(0)
    );
    assert_eq!(
        (desk.token(), desk.items().len()),
        (token, 1),
        "the key is the same one"
    );
    desk.stage
        .run(&["token", "work"])
        .fails(3, "the OS keyring cannot be used");
}

#[test]
fn a_frozen_keyring_ends_within_the_limit() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let token = desk.token();
    signal("STOP", desk.service.daemon());
    desk.no_session_is_lost(Duration::from_secs(5), "it did not answer within 3s");
    let began = Instant::now();
    let mut command = desk.command(&["token", "work"]);
    let done = Done::from(
        command
            .env("AUTHCTL_KEYRING_TIMEOUT", "1s")
            .output()
            .expect("runs"),
    );
    done.fails(3, "it did not answer within 1s");
    assert!(
        began.elapsed() < Duration::from_millis(2500),
        "the limit can be set"
    );
    signal("CONT", desk.service.daemon());
    assert_eq!(desk.token(), token);
}

#[test]
fn a_readable_access_token_does_not_ask_the_keyring() {
    let Some(desk) = Desk::new() else { return };
    let config = "[profile.work]\ncache_access_token = \"file\"\n";
    desk.stage.configure(config);
    assert_eq!(desk.login(&["--store", "keyring"]).code, Some(0));
    let token = desk.token();
    signal("STOP", desk.service.daemon());
    let began = Instant::now();
    assert_eq!(desk.token(), token);
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "the keyring was not asked"
    );
    desk.run(&["token", "work", "--id-token"])
        .fails(3, "it did not answer within 3s");
    signal("CONT", desk.service.daemon());
}

#[test]
fn a_locked_keyring_is_no_logout_and_answers_when_it_is_unlocked() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let token = desk.token();
    desk.service.kill_daemon();
    desk.service.start_daemon(None);
    desk.no_session_is_lost(Duration::from_secs(5), "the OS keyring");
    desk.service.kill_daemon();
    desk.service.start_daemon(Some("password"));
    assert_eq!(desk.token(), token);
}

#[test]
fn a_bus_without_a_keyring_and_no_bus_at_all_are_named() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    desk.service.kill_daemon();
    desk.no_session_is_lost(Duration::from_secs(5), "the OS keyring cannot be used");
    let busless = Instant::now();
    desk.stage
        .run(&["token", "work"])
        .fails(3, "the OS keyring cannot be used");
    assert!(busless.elapsed() < Duration::from_secs(5));
    // Over ssh the variable may name a bus that has gone with its session.
    let mut gone = desk.stage.command(&["token", "work"]);
    let gone = gone
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .output()
        .expect("runs");
    Done::from(gone).fails(3, "the OS keyring cannot be used");
}

#[test]
fn a_key_that_was_deleted_is_told_from_a_login_that_is_needed_and_from_damage() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let item = desk.item();
    desk.service
        .ask(&["clear", "service", "authctl", "username", &item]);
    desk.no_session_is_lost(Duration::from_secs(5), "there is no key in the OS keyring");
    let corrupt = fs::read_dir(desk.stage.state()).expect("there").flatten();
    assert!(
        !corrupt
            .into_iter()
            .any(|entry| entry.file_name().to_string_lossy().contains("corrupt"))
    );
    // Without the key nothing can be ended at the server, and the session stays until the user
    // insists.
    desk.run(&["logout", "work"])
        .fails(3, "there is no key in the OS keyring");
    assert_eq!(desk.run(&["logout", "work", "--local"]).code, Some(0));
    assert!(!desk.stage.file("work.json").exists());
    assert_eq!(desk.login(&[]).code, Some(0), "and a login makes a new key");
    assert!(desk.token().starts_with("at-"));
}

#[test]
fn a_keyring_that_dies_during_a_refresh_is_not_missed() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    desk.expire();
    desk.stage.fault("slow=1500");
    let child = spawn(&mut desk.command(&["token", "work"]));
    desk.stage.until_asked(2);
    desk.service.kill_daemon();
    let done = Done::of(child);
    assert!(done.answer().starts_with("at-"), "{done:?}");
    desk.service.start_daemon(Some("password"));
    assert_eq!(desk.token(), done.answer());
    assert_eq!(desk.stage.ledger().refreshes, 1);
}

#[test]
fn fifty_processes_at_once_have_their_token() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let token = desk.token();
    let fifty = || (0..50).map(|_| desk.command(&["token", "work"])).collect();
    for done in desk.run_all(fifty) {
        assert_eq!(done.answer(), token);
    }
}
