//! Sessions behind a real Secret Service: chosen, locked, frozen, gone, emptied, asked by fifty at
//! once. Whatever it does, the answer comes within the limit, says what it is, and costs no
//! session.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::machine;
use crate::support::programs::visitor;
use crate::support::secret_service::SecretService;
use crate::support::stage::{Done, Stage};

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
        self.command(args).output().expect("authctl runs").into()
    }

    /// The command that logs in to a profile by a browser.
    fn login_command(&self, profile: &str, user: &str, more: &[&str]) -> Command {
        let browser = visitor(user);
        let mut command = self.stage.login_command(profile, &["--browser", &browser]);
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.service.address)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn login(&self, more: &[&str]) -> Done {
        let output = self.login_command("work", "alice", more).output();
        output.expect("authctl runs").into()
    }

    /// Runs the program with another state directory.
    fn run_at(&self, state: &Path, args: &[&str]) -> Done {
        let mut command = self.command(args);
        let output = command.env("AUTHCTL_HOME", state).output();
        output.expect("authctl runs").into()
    }

    /// Logs in as bob, with another state directory.
    fn login_at(&self, state: &Path, profile: &str) -> Done {
        let mut command = self.login_command(profile, "bob", &["--store", "keyring", "--replace"]);
        let output = command.env("AUTHCTL_HOME", state).output();
        output.expect("authctl runs").into()
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
        let found = self
            .service
            .tool("secret-tool", &["search", "--all", "service", "authctl"]);
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
            .tool("secret-tool", &of)
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
        let keys = self.service.tool(
            "secret-tool",
            &["lookup", "service", "authctl", "username", &self.item()],
        );
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
    desk.service.tool(
        "secret-tool",
        &["clear", "service", "authctl", "username", &item],
    );
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
    let mut command = desk.command(&["token", "work"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("runs");
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
    let children: Vec<_> = (0..50)
        .map(|_| {
            let mut command = desk.command(&["token", "work"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("runs")
        })
        .collect();
    for child in children {
        assert_eq!(Done::of(child).answer(), token);
    }
}

#[test]
fn a_logout_leaves_the_others_and_the_key_even_with_copies() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let mut home = desk.login_command("home", "bob", &["--store", "keyring"]);
    assert!(home.status().expect("runs").success());
    assert_eq!(desk.items().len(), 1, "one item for all");
    let copy = desk.stage.home.path().join("copy");
    assert!(
        Command::new("cp")
            .arg("-a")
            .arg(desk.stage.state())
            .arg(&copy)
            .status()
            .expect("runs")
            .success()
    );
    assert_eq!(desk.run(&["logout", "work"]).code, Some(0));
    let token = desk.run(&["token", "home"]).answer().to_owned();
    // A copy, or a directory that was moved, has the same key; and it never takes any away.
    for _ in 0..3 {
        assert_eq!(desk.run_at(&copy, &["profile", "reseal"]).code, Some(0));
    }
    assert_eq!(
        desk.run_at(&copy, &["logout", "home", "--local"]).code,
        Some(0)
    );
    assert_eq!(desk.run(&["token", "home"]).answer(), token);
}

#[test]
fn a_directory_that_lost_its_name_or_has_strangers_in_it_takes_no_others_key() {
    let (Some(desk), Some(_)) = (Desk::logged_in(), Desk::new()) else {
        return;
    };
    let token = desk.token();
    // Its name is hidden, and is left behind easily.
    fs::remove_file(desk.stage.file(".installation")).expect("there");
    assert_eq!(desk.login_at(&desk.stage.state(), "home").code, Some(0));
    assert_eq!(
        (desk.token(), desk.items().len()),
        (token.clone(), 1),
        "it has it from its session"
    );

    let copy = desk.stage.home.path().join("copy");
    fs::create_dir(&copy).expect("a directory");
    fs::copy(desk.stage.file("work.json"), copy.join("work.json")).expect("copied");
    assert_eq!(desk.login_at(&copy, "work").code, Some(0));
    for _ in 0..3 {
        assert_eq!(desk.run_at(&copy, &["profile", "reseal"]).code, Some(0));
    }
    assert_eq!(
        desk.token(),
        token,
        "a copy without a name is not the original"
    );

    let elsewhere = desk.stage.home.path().join("elsewhere");
    assert_eq!(desk.login_at(&elsewhere, "home").code, Some(0));
    fs::copy(desk.stage.file("work.json"), elsewhere.join("work.json")).expect("copied");
    for _ in 0..3 {
        let began = Instant::now();
        desk.run_at(&elsewhere, &["profile", "reseal"])
            .fails(3, "is the sealed record of another installation");
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "no command waits for itself"
        );
    }
    assert!(
        desk.run_at(&elsewhere, &["token", "home"])
            .answer()
            .starts_with("at-")
    );
    assert_eq!(desk.token(), token);
}

#[test]
fn a_login_that_takes_its_time_has_the_key_that_is_the_newest_then() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    desk.stage.fault("slow=2500@authorization_code");
    let mut home = desk.login_command("home", "bob", &["--store", "keyring"]);
    let mut home = home.spawn().expect("runs");
    desk.stage.until_asked(2);
    for _ in 0..3 {
        assert_eq!(desk.run(&["profile", "reseal"]).code, Some(0));
    }
    assert!(home.wait().expect("it ends").success());
    assert!(desk.run(&["token", "home"]).answer().starts_with("at-"));
}

#[test]
fn two_that_seal_anew_at_once_lose_no_session() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let token = desk.token();
    for _ in 0..3 {
        let mut children: Vec<_> = (0..4)
            .map(|_| {
                let mut command = desk.command(&["profile", "reseal"]);
                command.stderr(Stdio::null()).spawn().expect("runs")
            })
            .collect();
        for child in &mut children {
            assert!(child.wait().expect("it ends").success());
        }
        assert_eq!(desk.token(), token);
    }
    assert_eq!(
        desk.keys().len(),
        2,
        "the newest, and the one that another process may be using"
    );
}

/// Asks for tokens for as long as `asking` says so, and refuses each fifth of them.
fn ask_and_refuse(desk: &Desk, asking: &AtomicBool) -> u32 {
    let mut count = 0;
    while asking.load(Ordering::SeqCst) {
        let refused = authctl::secret::Fingerprint::of(&desk.token()).to_string();
        if count % 5 == 0 {
            let again = ["token", "work", "--rejected", &refused];
            desk.run(&again).answer();
        }
        count += 1;
    }
    count
}

#[test]
fn no_caller_is_turned_away_while_sessions_are_sealed_anew() {
    let Some(desk) = Desk::logged_in() else {
        return;
    };
    let asking = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let askers: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| ask_and_refuse(&desk, &asking)))
            .collect();
        for _ in 0..10 {
            assert_eq!(desk.run(&["profile", "reseal"]).code, Some(0));
        }
        asking.store(false, Ordering::SeqCst);
        let asked: u32 = askers
            .into_iter()
            .map(|asker| asker.join().expect("none was turned away"))
            .sum();
        assert!(asked > 10, "only {asked} asked");
    });
    assert!(desk.stage.ledger().refreshes > 1);
}

#[test]
fn sessions_are_sealed_anew_with_a_new_key_at_whatever_step_it_dies() {
    if !machine::has_fault_points() {
        return;
    }
    let mut steps = 0;
    for n in 1.. {
        let Some(desk) = Desk::logged_in() else {
            return;
        };
        let (token, old) = (desk.token(), desk.keys());
        let file = desk.stage.home.path().join("step");
        let mut command = desk.command(&["profile", "reseal"]);
        let done = Done::from(
            command
                .env("AUTHCTL_FAULT", format!("{n}:self:{}", file.display()))
                .output()
                .expect("runs"),
        );
        let step = fs::read_to_string(&file).ok();
        let step = step.as_deref().unwrap_or("the end");
        assert_eq!(desk.token(), token, "at `{step}`");
        if step != "the end" {
            steps += 1;
            assert_eq!(
                desk.run(&["profile", "reseal"]).code,
                Some(0),
                "at `{step}`"
            );
            assert_eq!(desk.token(), token, "at `{step}`");
        } else {
            assert_eq!(done.code, Some(0), "{done:?}");
        }
        let new = desk.keys();
        assert_eq!((desk.items().len(), new.len()), (1, 2), "at `{step}`");
        assert!(
            !new[..1].contains(&old[0]),
            "at `{step}` what is sealed has a new key"
        );
        if step == "the end" {
            break;
        }
    }
    assert!(steps > 10, "only {steps} steps were tried");
}

#[test]
fn two_that_log_in_for_the_first_time_at_once_make_one_key() {
    let Some(desk) = Desk::new() else { return };
    let names: Vec<String> = (0..6).map(|n| format!("p{n}")).collect();
    let mut children = Vec::new();
    for name in &names {
        let mut command = desk.login_command(name, "alice", &["--store", "keyring"]);
        children.push(command.spawn().expect("runs"));
    }
    for child in children {
        let done = Done::of(child);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    for name in &names {
        assert!(
            desk.run(&["token", name]).answer().starts_with("at-"),
            "{name}"
        );
    }
    assert_eq!(desk.items().len(), 1);
}
