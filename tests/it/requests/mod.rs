//! `authctl request`: one HTTP request with a token, healed once.

mod output;
mod terms;

use std::fs;
use std::io::{Read, Write};

use ring::digest::{SHA256, digest};
use serde_json::Value;

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

/// A binding to plain http is for this machine only, whatever the configuration says.
#[test]
fn no_binding_sends_a_token_in_the_clear() {
    let stage = Stage::logged_in();
    stage.add_to_config("[[match]]\nurl = \"http://as.example\"\nprofile = \"work\"\n");
    stage
        .run(&["request", "http://as.example/"])
        .fails(6, "in plain http");
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

/// A server that accepts and says nothing is not waited for without end.
#[test]
fn a_silent_server_is_waited_for_as_long_as_the_user_says() {
    let stage = bound();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let url = format!("http://{}/", silent.local_addr().expect("bound"));
    let done = stage.run(&["request", "--timeout", "300ms", &url]);
    done.fails(5, "no answer from 127.0.0.1 within");
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
