//! Logging in by a pasted address or a device code, and where no person can be asked.

use std::process::Stdio;

use authctl::sandbox::Options;

use crate::support::programs::get;
use crate::support::stage::Stage;

#[test]
fn a_pasted_address_logs_in_without_any_listener_being_reached() {
    let stage = Stage::with(Options {
        approve: Some("alice".to_owned()),
        ..Options::default()
    });
    let mut command = stage.login_command("work", &["--paste"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut said = std::io::BufReader::new(child.stderr.take().expect("piped"));
    let address = loop {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut said, &mut line).expect("read");
        if let Some(address) = line.trim().strip_prefix("http") {
            break format!("http{address}");
        }
    };
    let (_, answer) = get(&address);
    let redirect = answer
        .lines()
        .find_map(|line| line.strip_prefix("location: "))
        .expect("a redirect")
        .trim()
        .to_owned();
    let mut stdin = child.stdin.take().expect("piped");
    use std::io::Write;
    writeln!(stdin, "http://127.0.0.1/callback?code=wrong&state=wrong").expect("typed");
    writeln!(stdin, "{redirect}").expect("typed");
    assert!(child.wait().expect("it ends").success());
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut said, &mut rest).expect("read");
    assert!(
        rest.contains("that is not the address that the browser was sent back to"),
        "{rest}"
    );
    assert!(rest.contains("logged in as alice"), "{rest}");
    stage.token();
}

#[test]
fn a_device_login_polls_at_the_servers_pace_until_a_person_has_decided() {
    let stage = Stage::new();
    let mut command = stage.login_command("work", &["--device"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut said = std::io::BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("user_code=") {
        line.clear();
        assert_ne!(
            std::io::BufRead::read_line(&mut said, &mut line).expect("read"),
            0,
            "it ended early"
        );
    }
    stage.fault("error=slow_down@urn:ietf:params:oauth:grant-type:device_code");
    let visited = stage.run(&["sandbox", "visit", line.trim()]);
    assert!(
        visited.stderr.contains("The device is connected"),
        "{visited:?}"
    );
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut said, &mut rest).expect("read");
    assert!(child.wait().expect("it ends").success(), "{rest}");
    assert!(
        rest.contains("logged in as alice@sandbox.example"),
        "{rest}"
    );
    // One poll was told to slow down, the next one brought the tokens: the server counted no early
    // poll.
    assert_eq!(stage.ledger().logins, 1);
    assert_eq!(stage.ledger().token_requests, 1);
    stage.token();
}

#[test]
fn an_expired_device_code_and_a_denial_are_told() {
    let stage = Stage::new();
    stage
        .login(&["--device", "--timeout", "2s"])
        .fails(4, "the login did not finish within 2s");
    stage.fault("error=expired_token@urn:ietf:params:oauth:grant-type:device_code");
    stage.login(&["--device"]).fails(4, "expired_token");
    stage.fault("error=access_denied@urn:ietf:params:oauth:grant-type:device_code");
    stage.login(&["--device"]).fails(4, "access_denied");
    assert!(!stage.file("work.json").exists());
}

#[test]
fn without_a_terminal_no_person_is_asked_unless_the_caller_said_how() {
    let stage = Stage::new();
    stage
        .login(&[])
        .fails(4, "there is no terminal to ask a person at");
    assert_eq!(stage.ledger().token_requests, 0);
}
