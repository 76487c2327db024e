//! Logins at a redirect URI that the user has registered: on this machine, behind a server of the
//! user's own, or at a page of the server that shows the code.

use std::net::TcpListener;

use authctl::sandbox::Options;

use crate::support::programs::{authorization_request, get, raw, scribe, visitor};
use crate::support::stage::Stage;

/// A port that nothing listens at.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("bound").port()
}

fn configure(stage: &Stage, lines: &str) {
    let issuer = stage.sandbox.issuer();
    stage.configure(&format!(
        "[profile.work]\nissuer = \"{issuer}\"\nclient_id = \"sandbox\"\n{lines}"
    ));
}

/// A client registered with `http://localhost:8080/` could log in only by pasting the address of an
/// error page.
#[test]
fn a_registered_redirect_on_this_machine_is_received() {
    for path in ["", "/", "/oauth/callback?from=authctl"] {
        let stage = Stage::new();
        let uri = format!("http://localhost:{}{path}", free_port());
        configure(&stage, &format!("redirect_uri = \"{uri}\"\n"));
        let done = stage.run(&["login", "work", "--browser", &visitor("alice")]);
        assert_eq!(done.code, Some(0), "{uri}: {done:?}");
        stage.token();
    }
}

#[test]
fn what_another_server_hands_on_ends_the_login() {
    let stage = Stage::with(Options {
        approve: Some("alice".to_owned()),
        ..Options::default()
    });
    let port = free_port();
    configure(
        &stage,
        &format!("redirect_uri = \"http://localhost/app/cb\"\nlisten = \"127.0.0.1:{port}\"\n"),
    );
    let (script, written) = scribe(stage.home.path());
    let child = stage
        .command(&["login", "work", "--browser", &script])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("runs");
    let (_, answer) = get(&authorization_request(&written));
    let query = answer
        .lines()
        .find_map(|line| line.strip_prefix("location: http://localhost/app/cb?"))
        .expect("the redirect, as it was registered")
        .trim();
    let here = format!("127.0.0.1:{port}");
    let ask = |host: &str| {
        let request =
            format!("GET /app/cb?{query} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        raw(&here, &request).0
    };
    assert_eq!(ask("evil.example"), 404);
    assert_eq!(ask("localhost"), 200);
    let done = child.wait_with_output().expect("it ends");
    assert!(done.status.success(), "{done:?}");
    stage.token();
}

#[test]
fn a_listen_that_is_not_on_this_machine_is_an_error_of_the_configuration() {
    for listen in ["0.0.0.0:8080", "8080", "127.0.0.1:0", "127.0.0.1", ""] {
        let stage = Stage::new();
        configure(
            &stage,
            &format!("redirect_uri = \"https://app.example/cb\"\nlisten = \"{listen}\"\n"),
        );
        stage.run(&["login", "work"]).fails(6, "`listen`");
    }
}
