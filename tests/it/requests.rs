//! `authctl request`: one HTTP request with a token, healed once.

use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use ring::digest::{SHA256, digest};
use serde_json::Value;

use crate::support::programs::AUTHCTL;
use crate::support::stage::{Done, Stage};

/// A stage whose token is old enough to be refused for its age, and may go to the sandbox.
fn bound() -> Stage {
    let stage = Stage::logged_in();
    stage.add_to_config("[[match]]\nurl = \"http://127.0.0.1:*\"\nprofile = \"work\"\n");
    stage.age(60);
    stage
}

fn address(stage: &Stage, path: &str) -> String {
    format!("{}{path}", stage.sandbox.issuer())
}

fn json(done: &Done) -> Value {
    serde_json::from_str(done.answer()).expect("json")
}

fn hash(bytes: &[u8]) -> String {
    let hash = digest(&SHA256, bytes);
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Puts a token into the record that no server has ever given.
fn kill_token(stage: &Stage) {
    let mut record = stage.record();
    record["tokens"]["access_token"] = "at-dead".into();
    fs::write(stage.file("work.json"), record.to_string()).expect("written");
}

#[test]
fn a_request_has_the_token_and_its_answer_is_the_answer() {
    let stage = bound();
    let done = stage.run(&["request", &address(&stage, "/resource")]);
    assert_eq!(json(&done)["hello"], "alice");
    let done = stage.run(&["request", "-i", &address(&stage, "/resource")]);
    let (head, body) = done.answer().split_once("\r\n\r\n").expect("a head");
    assert!(
        head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains("content-type: "),
        "{head}"
    );
    assert!(body.contains("alice"));
    let done = stage.run(&["request", &address(&stage, "/nowhere"), "-X", "DELETE"]);
    assert_eq!(done.answer(), "nothing here");
    let done = stage.run(&["request", "--fail", &address(&stage, "/nowhere")]);
    done.fails(1, "127.0.0.1 answers 404 Not Found");
}

#[test]
fn only_bound_hosts_get_the_token() {
    let stage = Stage::logged_in();
    let url = address(&stage, "/resource");
    stage
        .run(&["request", &url])
        .fails(6, "127.0.0.1 is not bound");
    stage
        .run(&["request", "-p", "work", &url])
        .fails(6, "127.0.0.1 is not bound");
    let wrong = ["request", "-p", "work", "--host", "localhost", &url];
    stage.run(&wrong).fails(6, "127.0.0.1 is not bound");
    assert_eq!(
        stage.ledger().resource_ok + stage.ledger().resource_denied,
        0
    );
    let clear = [
        "request",
        "-p",
        "work",
        "--host",
        "as.example",
        "http://as.example/",
    ];
    stage.run(&clear).fails(6, "in plain http");
    let host = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split('/').next());
    let host = format!("http://{}", host.expect("a host"));
    let done = stage.run(&["request", "-p", "work", "--host", &host, &url]);
    assert_eq!(json(&done)["hello"], "alice");
    let done = stage.run(&["request", "--host", &host, &url]);
    assert_eq!(
        json(&done)["hello"],
        "alice",
        "of the profile that is meant"
    );
}

/// A redirect took the token to another host.
#[test]
fn a_redirect_keeps_the_token_only_where_it_may_go() {
    let stage = bound();
    let port = stage.sandbox.issuer().rsplit(':').next().expect("a port");
    let to = |host: &str, path: &str| {
        address(
            &stage,
            &format!("/resource/away?to=http://{host}:{port}{path}"),
        )
    };
    let done = stage.run(&["request", &to("127.0.0.1", "/resource")]);
    assert_eq!(json(&done)["hello"], "alice");
    let done = stage.run(&["request", &to("localhost", "/resource")]);
    assert_eq!(
        json(&done)["error"],
        "invalid_token",
        "it came without a token: {done:?}"
    );
    assert_eq!(
        (stage.ledger().resource_denied, stage.ledger().refreshes),
        (1, 0)
    );
    let echo = to("127.0.0.1", "/resource/echo");
    let done = stage.run(&["request", "-d", "text", &echo]);
    assert_eq!(
        json(&done)["sha256"],
        hash(b"text"),
        "307 keeps method and body: {done:?}"
    );
    // What is the user's own goes to no other host: neither headers nor a body.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let stranger = listener.local_addr().expect("bound").port();
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a request");
        let mut some = [0; 4096];
        let count = stream.read(&mut some).expect("read");
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        String::from_utf8_lossy(&some[..count]).to_lowercase()
    });
    let away = format!("/resource/away?to=http://localhost:{stranger}/x");
    let url = address(&stage, &away);
    let done = stage.run(&["request", "-d", "secret", &url, "-i"]);
    assert!(
        done.answer().starts_with("HTTP/1.1 307"),
        "a body is not taken there: {done:?}"
    );
    let headers = [
        "-H",
        "Cookie: c=1",
        "-H",
        "X-Api-Key: k",
        "-H",
        "Accept: text/x",
    ];
    stage
        .run(&[&["request", &url][..], &headers].concat())
        .answer();
    let heard = heard.join().expect("heard");
    assert!(heard.contains("accept: text/x"), "{heard}");
    assert!(
        !heard.contains("cookie") && !heard.contains("x-api-key"),
        "{heard}"
    );
    assert!(!heard.contains("authorization"), "{heard}");
    let round = address(&stage, "/resource/away?to=away?to=away");
    let done = stage.run(&["request", &round]);
    assert!([Some(0), Some(1)].contains(&done.code), "{done:?}");
}

/// A refused token is replaced once, and the body is sent again as it was.
#[test]
fn a_refused_request_is_sent_again_with_its_body() {
    let long = vec![b'x'; 64 << 20];
    for (name, body) in [("empty", &b""[..]), ("short", &[7; 1024]), ("long", &long)] {
        let stage = bound();
        kill_token(&stage);
        let file = stage.home.path().join("body");
        fs::write(&file, body).expect("written");
        let data = format!("@{}", file.display());
        let url = address(&stage, "/resource/echo");
        let done = stage.run(&["request", "-v", "-d", &data, &url]);
        let answer = json(&done);
        assert_eq!(answer["sha256"], hash(body), "{name}: {done:?}");
        assert_eq!(answer["length"], body.len(), "{name}");
        assert!(
            done.stderr.contains("is sent again with another"),
            "{done:?}"
        );
        let ledger = stage.ledger();
        assert_eq!(
            (ledger.refreshes, ledger.resource_denied, ledger.resource_ok),
            (1, 1, 1)
        );
    }
    // From a pipe, in pieces of unknown number, longer than what is kept in memory.
    let stage = bound();
    kill_token(&stage);
    let body = "0123456789abcdef".repeat(200_000);
    let url = address(&stage, "/resource/echo");
    let done = stage.run_with_stdin(&["request", "-X", "PUT", "-d", "@-", &url], &body);
    let answer = json(&done);
    assert_eq!(answer["sha256"], hash(body.as_bytes()), "{done:?}");
    assert_eq!(
        (&answer["method"], &answer["length"]),
        (&"PUT".into(), &body.len().into())
    );
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn what_means_a_refusal_is_told_from_what_does_not() {
    for (challenge, refreshes) in [
        ("challenge=invalid_token", 1),
        ("challenge=insufficient_scope", 1),
        ("challenge=use_dpop_nonce", 1),
        ("challenge=invalid_request", 0),
        ("status=401", 1),
        ("status=403", 0),
        ("status=500", 0),
    ] {
        let stage = bound();
        stage.fault(&format!("{challenge}@resource"));
        let done = stage.run(&["request", &address(&stage, "/resource")]);
        assert_eq!(done.code, Some(0), "{challenge}: {done:?}");
        assert_eq!(
            done.stdout.contains("alice"),
            refreshes == 1,
            "{challenge}: {done:?}"
        );
        assert_eq!(stage.ledger().refreshes, refreshes, "{challenge}");
    }
}

/// An API that refuses every token makes one refresh, and its answer is given as it is.
#[test]
fn what_is_refused_twice_is_the_answer() {
    let stage = bound();
    stage.fault("challenge=invalid_token*1000@resource");
    let url = address(&stage, "/resource");
    for _ in 0..3 {
        let done = stage.run(&["request", &url]);
        assert_eq!(json(&done)["error"], "invalid_token");
    }
    assert_eq!(
        stage.ledger().refreshes,
        1,
        "a young token is refused for another reason"
    );
    stage.run(&["request", "--fail", &url]).fails(1, "401");

    // A session that has ended gives no other token: the answer is told all the same.
    let stage = bound();
    stage.fault("challenge=invalid_token*1000@resource");
    stage.fault("error=invalid_grant*1000");
    let done = stage.run(&["request", &address(&stage, "/resource")]);
    assert_eq!(json(&done)["error"], "invalid_token");
    assert!(done.stderr.contains("there is no other one"), "{done:?}");
}

/// Two hundred clients whose token is refused at once cost one refresh.
#[test]
fn two_hundred_refused_requests_make_one_refresh() {
    let stage = bound();
    kill_token(&stage);
    let url = address(&stage, "/resource/echo");
    let children: Vec<_> = (0..200)
        .map(|n| stage.spawn(&["request", "-d", &format!("\"{n}\""), &url]))
        .collect();
    for (n, child) in children.into_iter().enumerate() {
        let done = Done::of(child);
        assert_eq!(
            json(&done)["sha256"],
            hash(format!("\"{n}\"").as_bytes()),
            "{done:?}"
        );
        assert_eq!(json(&done)["content_type"], "application/json");
    }
    let ledger = stage.ledger();
    assert_eq!((ledger.refreshes, ledger.resource_ok), (1, 200));
}

#[test]
fn a_file_takes_the_answer_once_it_is_whole() {
    let stage = bound();
    let file = stage.home.path().join("answer");
    let output = file.display().to_string();
    fs::write(&file, "before").expect("written");
    let url = address(&stage, "/resource");
    let events = address(&stage, "/resource/events?count=1000&every=20");
    let cut = stage.spawn(&["request", "-o", &output, &events]);
    while stage.ledger().resource_ok == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    stage.sandbox.restart(Duration::from_millis(10));
    Done::of(cut).fails(5, "the answer broke off");
    assert_eq!(fs::read_to_string(&file).expect("there"), "before");
    while stage.run(&["request", &url]).code != Some(0) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let done = stage.run(&["request", "-o", &output, &url]);
    assert_eq!((done.code, &*done.stdout, &*done.stderr), (Some(0), "", ""));
    assert!(fs::read_to_string(&file).expect("there").contains("alice"));
    let done = stage.run(&["request", "-o", "/no/such/directory/file", &url]);
    done.fails(1, "cannot write /no/such");
}

/// The mode of a file stays, and what may not be written to is not replaced.
#[cfg(unix)]
#[test]
fn a_file_keeps_its_mode() {
    let stage = bound();
    let file = stage.home.path().join("answer");
    let output = file.display().to_string();
    let url = address(&stage, "/resource");
    fs::write(&file, "before").expect("written");
    let mode = |mode| std::os::unix::fs::PermissionsExt::from_mode(mode);
    fs::set_permissions(&file, mode(0o644)).expect("owned");
    stage.run(&["request", "-o", &output, &url]).answer();
    let found: fs::Permissions = fs::metadata(&file).expect("there").permissions();
    assert_eq!(found, mode(0o100_644));
    fs::set_permissions(&file, mode(0o444)).expect("owned");
    stage
        .run(&["request", "-o", &output, &url])
        .fails(1, "cannot write");
}

/// `-o /dev/stdout` replaced the log that stdout was, and a token was written over its beginning.
#[cfg(unix)]
#[test]
fn what_is_open_already_is_written_behind_what_is_there() {
    let stage = bound();
    let log = stage.home.path().join("log");
    for verb in ["token work --output", "request -o"] {
        fs::write(&log, "").expect("written");
        let url = if verb.starts_with("request") {
            address(&stage, "/resource")
        } else {
            String::new()
        };
        let script = format!(
            "(echo first; {AUTHCTL} {verb} /dev/stdout {url}; {AUTHCTL} {verb} /dev/fd/5 {url} \
             5>&1; echo last) >>{}",
            log.display()
        );
        let done = stage
            .command_by(&["sh", "-c", &script], &[])
            .output()
            .expect("runs");
        assert!(done.status.success(), "{done:?}");
        let text = fs::read_to_string(&log).expect("there");
        assert!(
            text.starts_with("first\n") && text.ends_with("last\n"),
            "{text}"
        );
        let mark = if url.is_empty() { "at-" } else { "alice" };
        assert_eq!(text.matches(mark).count(), 2, "{text}");
    }
}

/// A server that accepts and says nothing is not waited for without end.
#[test]
fn a_silent_server_is_waited_for_as_long_as_the_user_says() {
    let stage = bound();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let url = format!("http://{}/", silent.local_addr().expect("bound"));
    let done = stage.run(&["request", "--timeout", "300ms", &url]);
    done.fails(5, "no answer from 127.0.0.1 within");
}

/// Events are seen as they come, and not when the last one has come.
#[test]
fn a_stream_is_passed_on_as_it_comes() {
    let stage = bound();
    let url = address(&stage, "/resource/events?count=100&every=200");
    let mut command = stage.command(&["request", &url]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("runs");
    let mut stdout = child.stdout.take().expect("piped");
    let began = Instant::now();
    let mut first = [0; 9];
    stdout.read_exact(&mut first).expect("an event");
    assert_eq!(&first, b"data: 1\n\n");
    assert!(began.elapsed() < Duration::from_secs(10));
    child.kill().expect("it runs");
    let _ = child.wait();
}

#[test]
fn what_cannot_be_sent_is_said() {
    let stage = bound();
    let url = address(&stage, "/resource");
    for (args, words) in [
        (
            &["-H", "Authorization: Bearer mine"][..],
            "Authorization is what authctl adds",
        ),
        (&["-H", "Host: evil.example"], "the header host follows"),
        (
            &["-H", "Content-Length: 5"],
            "the header content-length follows",
        ),
        (&["-H", "no colon"], "a header is written"),
        (&["-H", "a b: c"], "a header is written"),
        (&["-X", "a b"], "the method is not a name"),
        (&["-d", "@/no/such/file"], "cannot read /no/such/file"),
        (&["--host", "*"], "--host takes"),
    ] {
        stage
            .run(&[&["request"], args, &[&url]].concat())
            .fails(2, words);
    }
    stage.run(&["request", "nonsense"]).fails(2, "not a URL");
    stage.run(&["logout", "work"]);
    stage.run(&["request", &url]).fails(4, "");
    stage.log_in();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let nowhere = format!("http://{}/", closed.local_addr().expect("bound"));
    drop(closed);
    stage
        .run(&["request", &nowhere])
        .fails(5, "cannot reach 127.0.0.1");
    let mut piped = stage.spawn(&["request", "-d", "@-", &url]);
    drop(piped.stdin.take().map(|mut stdin| stdin.write_all(b"x")));
    let _ = piped.wait();
}
