//! Logins at the same time, and callers that come while a login is under way.

use std::process::Stdio;

use super::Waiting;
use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};

#[cfg(unix)]
#[test]
fn two_logins_of_one_profile_ask_one_person_once() {
    let stage = Stage::new();
    let first = Waiting::start(&stage, &[]);
    // The second has no person to ask: it can only succeed by waiting for the first.
    let mut command = stage.login_command("work", &["--browser", "false"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut second = command.spawn().expect("authctl runs");
    let mut said = std::io::BufReader::new(second.stderr.take().expect("piped"));
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).expect("read");
    assert!(line.contains("another login is under way: pid "), "{line}");
    first.visit(&[]);
    assert_eq!(first.finish().code, Some(0));
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut said, &mut rest).expect("read");
    assert!(second.wait().expect("it ends").success(), "{rest}");
    assert!(rest.contains("the other login has done it"), "{rest}");
    assert_eq!(stage.ledger().logins, 1);
}

#[cfg(unix)]
#[test]
fn a_token_is_not_kept_waiting_by_a_login_that_is_under_way() {
    let stage = Stage::logged_in();
    let waiting = Waiting::start(&stage, &[]);
    stage.expire();
    stage.token();
    waiting.visit(&[]);
    assert_eq!(waiting.finish().code, Some(0));
    stage.token();
}

#[test]
fn logins_at_once_each_keep_their_profile() {
    let stage = Stage::new();
    let browser = visitor("alice");
    let children: Vec<_> = (0..8)
        .map(|n| {
            let mut command = stage.login_command(&format!("p{n}"), &["--browser", &browser]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("authctl runs")
        })
        .collect();
    for child in children {
        let done = Done::of(child);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    assert_eq!(stage.run(&["profile", "list"]).answer().lines().count(), 8);
}

#[cfg(unix)]
#[test]
fn a_login_that_waited_for_another_scope_is_not_done_by_it() {
    let stage = Stage::new();
    let first = Waiting::start(&stage, &[]);
    let browser = visitor("alice");
    let scope = "openid offline_access write";
    let mut command = stage.login_command("work", &["--scope", scope, "--browser", &browser]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let second = command.spawn().expect("authctl runs");
    std::thread::sleep(std::time::Duration::from_millis(300));
    first.visit(&[]);
    assert_eq!(first.finish().code, Some(0));
    assert_eq!(Done::of(second).code, Some(0));
    assert_eq!(stage.ledger().logins, 2);
    assert_eq!(stage.record()["tokens"]["scope"][2], "write");
}
