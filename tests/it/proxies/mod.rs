//! `authctl proxy`: a program that knows of no token asks an API by way of it.

mod sockets;
#[cfg(unix)]
mod strangers;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use ring::digest::{SHA256, digest};
use serde_json::Value;

use crate::support::machine;
use crate::support::programs::raw;
use crate::support::stage::{Done, Stage};

/// A proxy in front of an upstream server.
struct Proxy {
    child: Child,
    /// `host:port`.
    door: String,
    secret: String,
}

impl Proxy {
    fn start(stage: &Stage, upstream: &str) -> Self {
        let mut command = stage.command(&["proxy", "--upstream", upstream, "-p", "work", "--json"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("json");
        let origin = said["origin"].as_str().expect("a port");
        Self {
            child,
            door: origin.strip_prefix("http://").expect("plain").to_owned(),
            secret: said["secret"].as_str().expect("one").to_owned(),
        }
    }

    /// One request with the secret in its path: the status, and the whole answer.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let request = format!(
            "{method} /{}{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: \
             {}\r\n{headers}\r\n{body}",
            self.secret,
            self.door,
            body.len()
        );
        raw(&self.door, &request)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hash(bytes: &[u8]) -> String {
    let hash = digest(&SHA256, bytes);
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A stage whose token is old enough to be refused for its age, and unknown to the server.
fn with_dead_token() -> Stage {
    let stage = Stage::logged_in();
    stage.age(60);
    let mut record = stage.record();
    record["tokens"]["access_token"] = "at-dead".into();
    fs::write(stage.file("work.json"), record.to_string()).expect("written");
    stage
}

#[test]
fn a_program_without_a_token_is_let_in_and_never_sees_one() {
    let stage = Stage::logged_in();
    let proxy = Proxy::start(&stage, stage.sandbox.issuer());
    let (status, answer) = proxy.ask("GET", "/resource", "", "");
    assert_eq!(status, 200, "{answer}");
    assert!(answer.contains("alice") && !answer.contains(&stage.token()));
    let (status, _) = proxy.ask("GET", "/nowhere?a=b", "", "");
    assert_eq!(status, 404);
    // By the secret as a bearer token, which goes no further.
    let request = format!(
        "GET /resource HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: \
         close\r\n\r\n",
        proxy.door, proxy.secret
    );
    assert_eq!(raw(&proxy.door, &request).0, 200);
}

#[test]
fn strangers_and_pages_of_other_sites_are_refused() {
    let stage = Stage::logged_in();
    let proxy = Proxy::start(&stage, stage.sandbox.issuer());
    let plain = |path: &str, host: &str, headers: &str| {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");
        raw(&proxy.door, &request).0
    };
    let secret = format!("/{}/resource", proxy.secret);
    assert_eq!(plain("/resource", &proxy.door, ""), 403);
    assert_eq!(plain("/wrong/resource", &proxy.door, ""), 403);
    assert_eq!(plain(&secret, "evil.example", ""), 403);
    assert_eq!(
        plain(&secret, &proxy.door, "Origin: https://evil.example\r\n"),
        403
    );
    assert_eq!(
        plain(&secret, &proxy.door, "Sec-Fetch-Site: cross-site\r\n"),
        403
    );
    assert_eq!(plain(&secret, &proxy.door, ""), 200);
    let absolute = format!("GET http://evil.example/{}/resource", proxy.secret);
    let request = format!(
        "{absolute} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        proxy.door
    );
    let (status, answer) = raw(&proxy.door, &request);
    assert!(
        status == 200 && answer.contains("alice"),
        "only ever the upstream: {answer}"
    );
    let connect = format!(
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: {}\r\n\r\n",
        proxy.door
    );
    assert_eq!(raw(&proxy.door, &connect).0, 405);
    assert_eq!(stage.ledger().resource_ok, 2);
}

/// What the upstream server has below its path is reached, and nothing beside it.
#[test]
fn the_path_of_the_upstream_is_not_left() {
    let stage = Stage::logged_in();
    let upstream = format!("{}/resource", stage.sandbox.issuer());
    let proxy = Proxy::start(&stage, &upstream);
    assert_eq!(proxy.ask("GET", "/echo", "", "").0, 200);
    for path in [
        "/../userinfo",
        "/..%2fuserinfo",
        "/%2e%2e/userinfo",
        "/../resourcex",
        "/..//echo",
    ] {
        let (status, answer) = proxy.ask("GET", path, "", "");
        assert_eq!(status, 400, "{path}: {answer}");
    }
}

/// Two hundred requests whose token is refused at once: one refresh, and each body is whole.
#[test]
fn many_refused_requests_make_one_refresh_and_keep_their_bodies() {
    let stage = with_dead_token();
    let proxy = Proxy::start(&stage, stage.sandbox.issuer());
    std::thread::scope(|scope| {
        for n in 0..200 {
            let proxy = &proxy;
            scope.spawn(move || {
                let body = format!("{n} ").repeat(1 + n * 50);
                let (status, answer) = proxy.ask("POST", "/resource/echo", "", &body);
                assert_eq!(status, 200, "{answer}");
                assert!(answer.contains(&hash(body.as_bytes())), "{n}: {answer}");
            });
        }
    });
    let ledger = stage.ledger();
    assert_eq!((ledger.refreshes, ledger.resource_ok), (1, 200));
}

/// An upstream that refuses every token costs one refresh, and its answer is the answer.
#[test]
fn an_upstream_that_refuses_every_token_costs_one_refresh() {
    let stage = Stage::logged_in();
    stage.age(60);
    stage.fault("challenge=invalid_token*1000@resource");
    let proxy = Proxy::start(&stage, stage.sandbox.issuer());
    for _ in 0..3 {
        assert_eq!(proxy.ask("GET", "/resource", "", "").0, 401);
    }
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn a_long_body_in_pieces_is_sent_again_as_it_was() {
    let stage = with_dead_token();
    let proxy = Proxy::start(&stage, stage.sandbox.issuer());
    let mut stream = TcpStream::connect(&proxy.door).expect("it listens");
    write!(
        stream,
        "PUT /{}/resource/echo HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nTransfer-Encoding: \
         chunked\r\n\r\n",
        proxy.secret, proxy.door
    )
    .expect("sent");
    let piece = vec![b'y'; 1 << 20];
    for _ in 0..64 {
        write!(stream, "{:x}\r\n", piece.len()).expect("sent");
        stream.write_all(&piece).expect("sent");
        stream.write_all(b"\r\n").expect("sent");
    }
    stream.write_all(b"0\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.contains(&hash(&vec![b'y'; 64 << 20])), "{answer}");
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn a_redirect_is_never_followed_and_stays_at_the_proxy() {
    let stage = Stage::logged_in();
    let proxy = Proxy::start(&stage, stage.sandbox.issuer());
    let own = format!("{}/resource", stage.sandbox.issuer());
    let (status, answer) = proxy.ask("GET", &format!("/resource/away?to={own}"), "", "");
    assert_eq!(status, 307);
    let here = format!("location: /{}/resource\r\n", proxy.secret);
    assert!(answer.contains(&here), "{answer}");
    let (_, answer) = proxy.ask("GET", "/resource/away?to=https://evil.example/x", "", "");
    assert!(
        answer.contains("location: https://evil.example/x\r\n"),
        "{answer}"
    );
}

/// Events come through as they are sent.
#[test]
fn events_are_not_held_back() {
    let stage = Stage::logged_in();
    let proxy = Proxy::start(&stage, stage.sandbox.issuer());
    let mut stream = TcpStream::connect(&proxy.door).expect("it listens");
    let path = "resource/events?count=50&every=300";
    write!(
        stream,
        "GET /{}/{path} HTTP/1.1\r\nHost: {}\r\n\r\n",
        proxy.secret, proxy.door
    )
    .expect("sent");
    let began = Instant::now();
    let mut read = String::new();
    let mut some = [0; 512];
    while !read.contains("data: 2\n\n") {
        let count = stream.read(&mut some).expect("more");
        read.push_str(&String::from_utf8_lossy(&some[..count]));
    }
    assert!(
        began.elapsed() < Duration::from_secs(10) && !read.contains("data: 9"),
        "{read}"
    );
}

#[test]
fn an_upstream_that_is_down_and_a_session_that_ends_are_said_in_a_sentence() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("bound");
    let nowhere = format!("http://{}", closed.local_addr().expect("bound"));
    drop(closed);
    let stage = Stage::logged_in();
    let proxy = Proxy::start(&stage, &nowhere);
    let (status, answer) = proxy.ask("GET", "/", "", "");
    assert!(
        status == 502 && answer.contains("authctl: cannot reach 127.0.0.1"),
        "{answer}"
    );
    let stage = Stage::logged_in();
    let proxy = Proxy::start(&stage, stage.sandbox.issuer());
    stage.expire();
    stage.run(&["logout", "work"]);
    // The token that it has in memory has been revoked, and there is no other one.
    let (status, answer) = proxy.ask("GET", "/resource", "", "");
    assert!([401, 502].contains(&status), "{answer}");
}

#[test]
fn a_command_reaches_its_proxy_and_gives_its_exit_code() {
    if !machine::has_programs(&["curl"]) {
        return;
    }
    let stage = Stage::logged_in();
    let upstream = ["--upstream", stage.sandbox.issuer()];
    let run = |more: &[&str], script: &str| -> Done {
        let flags = [&["proxy", "-p", "work"][..], &upstream, more].concat();
        stage.run(&[&flags[..], &["--", "sh", "-c", script]].concat())
    };
    let done = run(&[], "curl -sf \"$AUTHCTL_PROXY_URL/resource\"; exit 7");
    assert_eq!(done.code, Some(7), "{done:?}");
    assert!(done.stdout.contains("alice"), "{done:?}");
    let script = "curl -sf -H \"Authorization: Bearer $API_KEY\" \"$AUTHCTL_PROXY/resource\"";
    let done = run(&["--secret-env", "API_KEY"], script);
    assert!(done.answer().contains("alice"), "{done:?}");
    assert_eq!(run(&[], "kill -9 $$").code, Some(137));

    let socket = stage.home.path().join("socket").display().to_string();
    let listen = format!("unix:{socket}");
    let script = "curl -sf --unix-socket \"$AUTHCTL_PROXY\" http://x/resource; stat -c %a \
                  \"$AUTHCTL_PROXY\"";
    let done = run(&["--listen", &listen], script);
    assert!(
        done.answer().contains("alice") && done.answer().ends_with("600"),
        "{done:?}"
    );
    assert!(!std::path::Path::new(&socket).exists());
}

#[test]
fn what_is_no_proxy_is_refused() {
    let stage = Stage::logged_in();
    for (args, code, words) in [
        (
            &["--upstream", "http://api.example"][..],
            2,
            "--upstream takes",
        ),
        (
            &["--upstream", "https://a:b@api.example"],
            2,
            "--upstream takes",
        ),
        (
            &["--upstream", "https://x", "--listen", "0.0.0.0:1"],
            2,
            "--listen: 127.0.0.1",
        ),
        (
            &["--upstream", "https://x", "-p", "nobody"],
            6,
            "there is no profile",
        ),
        (
            &["--upstream", "https://x", "--", "/no/such"],
            127,
            "cannot run /no/such",
        ),
    ] {
        stage.run(&[&["proxy"], args].concat()).fails(code, words);
    }
    let taken = TcpListener::bind("127.0.0.1:0").expect("bound");
    let taken = taken.local_addr().expect("bound").to_string();
    let _held = TcpListener::bind(&taken);
    let file = stage.config().display().to_string();
    let listen = format!("unix:{file}");
    let args = ["proxy", "--upstream", "https://x", "--listen", &listen];
    stage.run(&args).fails(1, "cannot listen at");
    assert!(stage.config().is_file());
    stage.run(&["logout", "work"]);
    stage
        .run(&["proxy", "--upstream", "https://x"])
        .fails(4, "");
}
