//! The rehearsal server believes no page of another site, and nobody who did not start it.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::support::programs::raw;
use crate::support::stage::Stage;

/// Host and port of the server.
fn host(stage: &Stage) -> &str {
    let address = stage.sandbox.issuer().strip_prefix("http://");
    address.expect("plain http")
}

/// One request with these headers: the status of the answer.
fn ask(stage: &Stage, line: &str, headers: &str, body: &str) -> u16 {
    let host = host(stage);
    let named = if headers.contains("Host:") {
        String::new()
    } else {
        format!("Host: {host}\r\n")
    };
    let length = body.len();
    let last = format!("Content-Length: {length}\r\nConnection: close\r\n");
    let request = format!("{line} HTTP/1.1\r\n{named}{headers}{last}\r\n{body}");
    raw(host, &request).0
}

#[test]
fn a_page_of_another_site_changes_and_reads_nothing() {
    let stage = Stage::new();
    let token = format!(
        "Authorization: Bearer {}\r\n",
        stage.sandbox.control_token()
    );
    let issuer = stage.sandbox.issuer();
    let control = |headers: &str| ask(&stage, "POST /control", headers, "set rotate false");
    assert_eq!(control(""), 401);
    assert_eq!(control("Authorization: Bearer guess\r\n"), 401);
    assert_eq!(control(&format!("{token}Host: evil.example\r\n")), 403);
    assert_eq!(
        control(&format!("{token}Origin: https://evil.example\r\n")),
        403
    );
    assert_eq!(control(&format!("{token}Origin: null\r\n")), 403);
    assert_eq!(
        control(&format!("{token}Sec-Fetch-Site: cross-site\r\n")),
        403
    );
    assert_eq!(
        control(&format!("{token}Sec-Fetch-Site: same-site\r\n")),
        403
    );
    assert_eq!(control(&token), 200);
    assert_eq!(control(&format!("{token}Origin: {issuer}\r\n")), 200);
    for line in [
        "GET /control/ledger",
        "GET /jwks",
        "POST /token",
        "POST /authorize",
    ] {
        assert_eq!(
            ask(&stage, line, "Host: evil.example:80\r\n", ""),
            403,
            "{line}"
        );
        assert_eq!(
            ask(&stage, line, "Sec-Fetch-Site: cross-site\r\n", ""),
            403,
            "{line}"
        );
    }
    // A link to the page on which a person logs in may be anywhere.
    assert_ne!(
        ask(
            &stage,
            "GET /authorize",
            "Sec-Fetch-Site: cross-site\r\n",
            ""
        ),
        403
    );
    assert_eq!(
        ask(&stage, "GET /authorize", "Host: evil.example\r\n", ""),
        403
    );
}

#[test]
fn the_control_token_is_printed_at_the_start() {
    let stage = Stage::new();
    let mut command = stage.command(&["sandbox"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut told = String::new();
    let stderr = child.stderr.take().expect("piped");
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        told.push_str(&line);
        if line.contains("to change it") {
            break;
        }
    }
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(told.contains("Authorization: Bearer "), "{told}");
    let mut profile = String::new();
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_to_string(&mut profile).expect("text");
    assert!(!profile.contains("Bearer"), "{profile}");
}

#[test]
fn every_number_has_a_limit() {
    for fault in [
        "slow=600001",
        "drip=18446744073709551615",
        "headers=100001",
        "date=9223372036854775807",
        "date=-3155760001",
        "status=99",
        "status=600",
        "status=503*1000001",
        "status=503*0",
    ] {
        let parsed = fault.parse::<authctl::sandbox::fault::Fault>();
        assert!(parsed.is_err(), "{fault}: {parsed:?}");
    }
    let stage = Stage::new();
    let token = format!(
        "Authorization: Bearer {}\r\n",
        stage.sandbox.control_token()
    );
    let many = "fault status=503\n".repeat(3000);
    for expected in [200, 200, 200, 400] {
        assert_eq!(ask(&stage, "POST /control", &token, &many), expected);
    }
}

/// The server's own page shows the ledger, and asks for it anew without a script.
#[test]
fn the_page_of_the_server_shows_what_happens() {
    let stage = Stage::logged_in();
    let host = host(&stage);
    let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let (status, page) = raw(host, &request);
    assert_eq!(status, 200);
    assert!(
        page.contains("refresh: 2\r\n") && !page.contains("<script"),
        "{page}"
    );
    assert!(page.contains("1 logins are open"), "{page}");
    assert!(page.contains("<td>logins</td><td><b>1</b></td>"), "{page}");
}
