//! Many processes at once: one refresh, no reuse, equal tokens.

use std::time::Duration;

use authctl::sandbox::Options;

use crate::stage::{Done, Stage};

fn herd(stage: &Stage, size: usize, args: &[&str]) -> Vec<String> {
    let children: Vec<_> = (0..size).map(|_| stage.spawn(args)).collect();
    let done = children.into_iter().map(|child| Done::from(child.wait_with_output().expect("it ends")));
    done.map(|done| done.answer().to_owned()).collect()
}

fn slow_server() -> Options {
    Options { latency: Duration::from_millis(50), ..Options::default() }
}

#[test]
fn two_hundred_processes_on_an_expired_token_make_one_refresh() {
    let stage = Stage::logged_in_with(slow_server());
    stage.expire();
    let mut tokens = herd(&stage, 200, &["token", "work"]);
    tokens.dedup();
    assert_eq!(tokens.len(), 1, "all the same token");
    assert_eq!(stage.ledger().refreshes, 1);
    assert_eq!(stage.record()["generation"], 2);
}

#[test]
fn two_hundred_processes_whose_token_was_refused_make_one_refresh() {
    let stage = Stage::logged_in_with(slow_server());
    let old: serde_json::Value =
        serde_json::from_str(stage.run(&["token", "work", "--json"]).answer()).expect("json");
    let refused = old["fingerprint"].as_str().expect("a fingerprint");
    let mut tokens = herd(&stage, 200, &["token", "work", "--rejected", refused]);
    tokens.dedup();
    assert_eq!(tokens.len(), 1, "all the same token");
    assert_ne!(tokens[0], old["access_token"]);
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn twenty_rotations_in_a_row_each_cost_one_refresh() {
    let stage = Stage::logged_in();
    for rotation in 1..=20 {
        stage.expire();
        let mut tokens = herd(&stage, 20, &["token", "work"]);
        tokens.dedup();
        assert_eq!((tokens.len(), stage.ledger().refreshes), (1, rotation));
    }
    assert_eq!(stage.record()["generation"], 21);
}

#[test]
fn a_herd_of_machines_asks_once() {
    let stage = Stage::with(slow_server());
    let machine = || {
        let mut command = stage.command(&["token"]);
        command
            .env("AUTHCTL_ISSUER", stage.sandbox.issuer())
            .env("AUTHCTL_CLIENT_ID", "machine")
            .env("AUTHCTL_CLIENT_SECRET", "sandbox-secret")
            .env("AUTHCTL_GRANT", "client_credentials")
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        command.spawn().expect("authctl runs")
    };
    let children: Vec<_> = (0..50).map(|_| machine()).collect();
    let mut tokens: Vec<String> = children
        .into_iter()
        .map(|c| Done::from(c.wait_with_output().expect("it ends")).answer().to_owned())
        .collect();
    tokens.dedup();
    assert_eq!((tokens.len(), stage.ledger().client_credentials), (1, 1));
}

#[test]
fn a_busy_lock_names_its_holder_and_a_living_token_is_handed_out_all_the_same() {
    let stage = Stage::logged_in();
    let token = stage.token();
    // Somebody else holds the lock: this test itself, and for longer than anybody is willing to wait.
    let path = stage.file("work.lock");
    let lock = std::fs::File::options().read(true).write(true).open(&path).expect("the lock file is there");
    lock.lock().expect("free");
    std::fs::write(&path, "pid 1 on elsewhere (authctl token)").expect("written");
    let mut waiting = stage.spawn(&["token", "work", "--min-ttl", "4m30s"]);
    std::thread::sleep(Duration::from_millis(300));
    assert!(waiting.try_wait().expect("asked").is_none(), "it waits");
    lock.unlock().expect("held");
    assert_eq!(Done::from(waiting.wait_with_output().expect("it ends")).answer(), token);
}
