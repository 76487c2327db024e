//! Servers that mean harm, and strangers at the door in numbers. Nothing of it may cost memory,
//! time without end, or the session; and nothing may write to the terminal.

use std::io::Write;
use std::net::TcpStream;
use std::process::Stdio;

use serde_json::json;

use crate::support::machine;
use crate::support::programs::{AUTHCTL, authorization_request, get, scribe, visitor};
use crate::support::stage::{Done, Stage};

/// The program with so little memory that an answer that expands would kill it, or a process that
/// it starts.
fn with_little_memory(stage: &Stage, args: &[&str]) -> Done {
    let mut command = std::process::Command::new("sh");
    let kilobytes = 300_000;
    command
        .args([
            "-c",
            &format!("ulimit -v {kilobytes}; exec \"$@\""),
            "sh",
            AUTHCTL,
        ])
        .args(args)
        .env_clear()
        .env("AUTHCTL_HOME", stage.state())
        .env("AUTHCTL_CONFIG", stage.config());
    command.output().expect("sh runs").into()
}

#[test]
fn what_has_no_end_or_grows_a_thousandfold_costs_no_memory() {
    let long = "x".repeat(2 << 20);
    let cases = [
        ("bomb".to_owned(), "an answer that is not OAuth's"),
        ("huge".to_owned(), "larger than a mebibyte"),
        ("headers=100000".to_owned(), "no answer from 127.0.0.1"),
        (
            format!("with={}", json!({"access_token": long})),
            "larger than a mebibyte",
        ),
        (
            format!(
                "with={}",
                json!({"padding": [[[[[["deep"]]]]]], "nest": "[".repeat(1 << 19)})
            ),
            "",
        ),
    ];
    for (fault, words) in &cases {
        let name = &fault[..fault.len().min(40)];
        let stage = Stage::logged_in();
        let old = stage.token();
        stage.age(100);
        stage.fault(fault);
        let done = with_little_memory(&stage, &["token", "work", "--min-ttl", "4m"]);
        assert_eq!(done.code, Some(0), "{name}: {done:?}");
        assert!(
            words.is_empty() || done.answer() == old && done.stderr.contains(words),
            "{name}: {done:?}"
        );
        assert!(
            done.stderr.len() < 1000,
            "{name}: {} bytes on stderr",
            done.stderr.len()
        );
    }
}

#[test]
fn brackets_without_end_are_no_answer() {
    let stage = Stage::logged_in();
    stage.age(100);
    // Deeper than any stack: a parser that recurses without a limit would die of it.
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    stage.fault(&format!("expires_in={nested}"));
    let done = stage.run(&["token", "work", "--min-ttl", "4m"]);
    assert!(done.answer().starts_with("at-"), "{done:?}");
    assert!(
        done.stderr.contains("an answer that is not OAuth's"),
        "{done:?}"
    );
}

#[test]
fn a_token_with_a_line_break_is_none_and_a_very_long_one_is_one() {
    for token in ["a\nb", "a\r\nX-Evil: 1", "a b", "caf\u{e9}", "a\u{0}b", ""] {
        for member in ["access_token", "refresh_token"] {
            let stage = Stage::logged_in();
            let old = stage.token();
            stage.age(100);
            stage.fault(&format!("with={}", json!({member: token})));
            let done = stage.run(&["token", "work", "--min-ttl", "4m"]);
            // An empty refresh token is none, and the stored one is kept.
            let taken = token.is_empty() && member == "refresh_token";
            assert_eq!(done.answer() != old, taken, "{member} {token:?}: {done:?}");
            assert!(!done.stderr.contains("X-Evil"), "{done:?}");
        }
    }
    let stage = Stage::logged_in();
    let long = "t".repeat(700 << 10);
    stage.expire();
    stage.fault(&format!("with={}", json!({"access_token": long})));
    assert_eq!(stage.token(), long);
    assert_eq!(stage.token(), long, "and it is kept");
}

#[test]
fn a_server_cannot_write_to_the_terminal() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[31mred\u{1b}[2J\rauthctl: work: logged \
        in\u{202e}\u{9b}1m\nsecond line";
    for args in [&["token", "work"][..], &["token", "work", "--json"]] {
        let stage = Stage::logged_in();
        stage.expire();
        stage.fault(&format!("description={evil}"));
        let done = stage.run(args);
        assert_eq!(done.code, Some(5), "{done:?}");
        assert!(done.stderr.contains("temporarily_unavailable"), "{done:?}");
        assert!(
            !done
                .stderr
                .chars()
                .any(|c| c.is_control() && c != '\n' || c == '\u{202e}'),
            "{done:?}"
        );
        assert!(
            done.stderr
                .lines()
                .all(|line| line.starts_with("authctl: ") || line.starts_with('{')),
            "{done:?}"
        );
    }
}

#[test]
fn metadata_cannot_send_secrets_into_the_open() {
    for (member, address, words) in [
        ("token_endpoint", "http://evil.example/token", "plain http"),
        (
            "authorization_endpoint",
            "http://evil.example/authorize",
            "plain http",
        ),
        (
            "token_endpoint",
            "https://user:password@evil.example/",
            "not a plain https address",
        ),
        (
            "token_endpoint",
            "file:///etc/passwd",
            "not a plain https address",
        ),
        ("token_endpoint", "/token", "not a valid address"),
        (
            "authorization_endpoint",
            "javascript:alert(1)",
            "not a plain https address",
        ),
    ] {
        let stage = Stage::new();
        stage.fault(&format!(
            "with={}@discovery",
            json!({member: address}).to_string().replace('/', "\\u002f")
        ));
        let done = stage.login(&["--browser", &visitor("alice")]);
        done.fails(6, words);
        assert_eq!(stage.ledger().token_requests, 0, "{address}");
    }
    // Another host over TLS is what Google has. Here no server listens there, and nothing else is
    // tried.
    let stage = Stage::new();
    let elsewhere = json!({"token_endpoint": "https://127.0.0.1:1/token"})
        .to_string()
        .replace('/', "\\u002f");
    stage.fault(&format!("with={elsewhere}@discovery"));
    stage
        .login(&["--browser", &visitor("alice")])
        .fails(5, "cannot reach 127.0.0.1:1");
    assert_eq!(stage.ledger().token_requests, 0);
}

#[test]
fn an_answer_byte_by_byte_ends_at_the_limit() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.fault("drip=1000");
    stage.run(&["token", "work"]).fails(5, "it took too long");
}

#[test]
fn a_flood_at_the_door_does_not_keep_the_right_one_out() {
    let stage = Stage::new();
    let (script, address) = scribe(stage.home.path());
    let mut command = stage.login_command("work", &["--browser", &script]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let login = command.spawn().expect("authctl runs");
    let address = authorization_request(&address);
    let url = url::Url::parse(&address).expect("an address");
    let redirect = url.query_pairs().find(|(name, _)| name == "redirect_uri");
    let redirect = url::Url::parse(&redirect.expect("there").1).expect("an address");
    let door = format!("127.0.0.1:{}", redirect.port().expect("a port"));
    // The attacker is first, and more than the door has places: half a request each, and none of
    // them ever finished.
    machine::use_all_files();
    let mut slow: Vec<TcpStream> = (0..700)
        .map(|_| TcpStream::connect(&door).expect("a place"))
        .collect();
    for stream in &mut slow {
        stream
            .write_all(b"GET /callback?code=stolen&state=")
            .expect("sent");
    }
    // Others speak, and keep their connections for more.
    let mut talking = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(&door).expect("a place");
        let request = format!("GET /nothing HTTP/1.1\r\nHost: {door}\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        talking.push(stream);
    }
    // And others say too much, and keep the place that they have after the refusal.
    for _ in 0..700 {
        let mut stream = TcpStream::connect(&door).expect("a place");
        let head = format!("POST /x HTTP/1.1\r\nHost: {door}\r\nContent-Length: 90000\r\n\r\n");
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(&[b'x'; 70_000]);
        talking.push(stream);
    }
    // And quick: a thousand guesses, each of which gets its answer.
    for guess in 0..1000 {
        assert_eq!(
            get(&format!(
                "http://{door}/callback?code=stolen&state=guess{guess}"
            ))
            .0,
            400
        );
    }
    let visited = stage.run(&["sandbox", "visit", &address]);
    assert!(visited.stderr.contains("You are logged in"), "{visited:?}");
    drop((slow, talking));
    let done = Done::of(login);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stderr.len() < 2000,
        "guesses are not worth a word: {} bytes",
        done.stderr.len()
    );
    stage.token();
}
