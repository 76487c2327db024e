//! Clocks that are wrong, or are set while the program runs. Only the program's clock is wrong:
//! the library of `faketime` answers in the kernel's place. The server's is right.

use std::process::Command;

use authctl::sandbox::Options;

use crate::support::machine;
use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};

/// The path of faketime's library, if it is installed.
fn library() -> Option<String> {
    let asked = Command::new("faketime")
        .args(["-f", "+1h", "sh", "-c", "printf %s \"$LD_PRELOAD\""])
        .output();
    let found = asked.ok().filter(|output| output.status.success());
    machine::allows(found.is_some(), "missing: faketime (tests/run installs it)");
    found.map(|output| String::from_utf8(output.stdout).expect("a path"))
}

/// The program with a clock that is off: `+3600`, `-3600`.
fn at(stage: &Stage, library: &str, offset: &str, args: &[&str]) -> Command {
    let mut command = stage.command(args);
    command
        .env("LD_PRELOAD", library)
        .env("FAKETIME", offset)
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    command
}

fn run(mut command: Command) -> Done {
    command.output().expect("authctl runs").into()
}

fn number(text: &str, member: &str) -> i64 {
    let value: serde_json::Value = serde_json::from_str(text).expect("json");
    value[member]
        .as_i64()
        .unwrap_or_else(|| panic!("no number {member} in {text}"))
}

#[test]
fn a_clock_that_is_an_hour_off_logs_in_and_stays_logged_in() {
    let Some(library) = library() else { return };
    for offset in ["+3600", "-3600"] {
        let stage = Stage::new();
        let browser = visitor("alice");
        let login = [
            "login",
            "work",
            "--issuer",
            stage.sandbox.issuer(),
            "--client-id",
            "sandbox",
            "--browser",
            &browser,
        ];
        assert_eq!(
            run(at(&stage, &library, offset, &login)).code,
            Some(0),
            "an ID token is judged by its own server's clock"
        );
        for _ in 0..5 {
            let done = run(at(&stage, &library, offset, &["token", "work", "--json"]));
            assert!(
                (280..=300).contains(&number(done.answer(), "expires_in")),
                "{offset}: {done:?}"
            );
        }
        let id_token = run(at(
            &stage,
            &library,
            offset,
            &["token", "work", "--json", "--id-token"],
        ));
        assert!(
            (3500..=3600).contains(&number(id_token.answer(), "expires_in")),
            "{offset}: {id_token:?}"
        );
        assert_eq!(stage.ledger().refreshes, 0, "{offset}: nothing had ended");
        let status = run(at(&stage, &library, offset, &["status", "work", "--json"]));
        let status: serde_json::Value = serde_json::from_str(status.answer()).expect("json");
        let skew = status[0]["clock_skew"].as_i64();
        let off: i64 = offset.parse().expect("a number");
        assert!(
            skew.is_some_and(|skew| (skew + off).abs() <= 2),
            "{offset}: {skew:?}"
        );
    }
}

#[test]
fn a_clock_that_is_set_costs_one_refresh_for_each_time_and_never_a_login() {
    let Some(library) = library() else { return };
    let stage = Stage::logged_in();
    for (turn, offset) in ["+3600", "+0", "-3600", "+0"].iter().enumerate() {
        let mut tokens: Vec<String> = (0..4)
            .map(|_| {
                run(at(&stage, &library, offset, &["token", "work"]))
                    .answer()
                    .to_owned()
            })
            .collect();
        tokens.dedup();
        assert_eq!(tokens.len(), 1, "{offset}");
        assert_eq!(stage.ledger().refreshes, turn as u64 + 1, "{offset}");
    }
}

/// A laptop sleeps while a caller waits: its monotonic clock stands still, its wall clock does not.
#[test]
fn who_slept_while_waiting_for_the_lock_knows_that_the_token_has_ended() {
    let Some(library) = library() else { return };
    let stage = Stage::logged_in();
    let old = stage.token();
    let offset = stage.home.path().join("offset");
    std::fs::write(&offset, "+0\n").expect("written");
    let lock = std::fs::File::options()
        .write(true)
        .open(stage.file("work.lock"))
        .expect("there");
    lock.lock().expect("free");
    let refused = authctl::secret::Fingerprint::of("another token").to_string();
    let mut command = at(
        &stage,
        &library,
        "+0",
        &[
            "token",
            "work",
            "--min-ttl",
            "4m20s",
            "--rejected",
            &refused,
        ],
    );
    command
        .env_remove("FAKETIME")
        .env("FAKETIME_TIMESTAMP_FILE", &offset)
        .env("FAKETIME_NO_CACHE", "1");
    stage.age(60);
    let waiting = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn();
    let waiting = waiting.expect("runs");
    std::thread::sleep(std::time::Duration::from_millis(500));
    std::fs::write(&offset, "+7200\n").expect("written");
    lock.unlock().expect("held");
    let done = Done::of(waiting);
    assert_ne!(done.answer(), old, "{done:?}");
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn an_expiry_that_the_token_itself_claims_is_not_believed_over_the_servers_word() {
    let stage = Stage::logged_in();
    // A JWT that says it has ended in 1970, and one that says it never will.
    for claims in ["{\"iat\":1,\"exp\":2}", "{\"iat\":1,\"exp\":99999999999}"] {
        let jwt = format!("e30.{}.e30", authctl::secret::base64url(claims.as_bytes()));
        stage.expire();
        stage.fault(&format!(
            "with={}",
            serde_json::json!({"access_token": jwt})
        ));
        assert_eq!(stage.token(), jwt);
        let again = stage.run(&["token", "work", "--json"]);
        assert!(
            (280..=300).contains(&number(again.answer(), "expires_in")),
            "{again:?}"
        );
        let record = stage.record();
        assert_eq!(record["tokens"]["expiry"], "server");
    }
    assert_eq!(stage.ledger().refreshes, 2);
}

#[test]
fn where_a_refresh_kills_the_old_token_it_comes_at_the_last_moment() {
    let stage = Stage::logged_in_with(Options {
        access_dies_on_refresh: true,
        ..Options::default()
    });
    let config = std::fs::read_to_string(stage.config()).expect("there");
    let first = stage.token();
    stage.age(280);
    assert_eq!(
        stage.token(),
        first,
        "twenty seconds before its end a sibling may be using it"
    );
    stage.configure(&format!("{config}old_access_token = \"lives\"\n"));
    let second = stage.token();
    assert_ne!(
        second, first,
        "where it lives on, it is replaced in its last tenth"
    );
    stage.configure(&config);
    stage.age(293);
    assert_ne!(stage.token(), second);
    assert_eq!(stage.ledger().refreshes, 2);
}
