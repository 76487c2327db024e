//! Sessions behind a real Secret Service: chosen, locked, frozen, gone, emptied, asked by fifty at
//! once. Whatever it does, the answer comes within the limit, says what it is, and costs no
//! session.

mod desk;
mod keys;

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use desk::{Desk, spawn};

use crate::support::stage::Done;

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
    desk.no_session_is_lost(Duration::from_secs(15), "it did not answer within 3s");
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
        began.elapsed() < Duration::from_secs(10),
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
    let mut command = desk.command(&["token", "work"]);
    command.env("AUTHCTL_KEYRING_TIMEOUT", "30s");
    let done = Done::from(command.output().expect("runs"));
    assert_eq!(done.answer(), token);
    assert!(
        began.elapsed() < Duration::from_secs(15),
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
    desk.no_session_is_lost(Duration::from_secs(15), "the OS keyring");
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
    desk.no_session_is_lost(Duration::from_secs(15), "the OS keyring cannot be used");
    let busless = Instant::now();
    desk.stage
        .run(&["token", "work"])
        .fails(3, "the OS keyring cannot be used");
    assert!(busless.elapsed() < Duration::from_secs(15));
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
    desk.no_session_is_lost(Duration::from_secs(15), "there is no key in the OS keyring");
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
