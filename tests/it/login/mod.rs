//! Logging in by a browser: the waiting listener, what comes to it, and the pages that it shows.

use std::process::Stdio;

use crate::support::programs::{authorization_request, get, raw, scribe, visitor};
use crate::support::stage::{Done, Stage};

mod at_once;
mod by_other_ways;
mod elsewhere;
mod id_tokens;
mod own_redirects;
mod persons;
mod previews;
#[cfg(target_os = "linux")]
mod strangers;
#[cfg(unix)]
mod terminals;

/// A login that waits for a browser which only wrote its address down.
struct Waiting<'a> {
    stage: &'a Stage,
    child: std::process::Child,
    address: String,
}

impl<'a> Waiting<'a> {
    fn start(stage: &'a Stage, more: &[&str]) -> Self {
        let (script, address) = scribe(stage.home.path());
        let mut command = stage.login_command("work", &["--browser", &script]);
        command
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().expect("authctl runs");
        let address = authorization_request(&address);
        Self {
            stage,
            child,
            address,
        }
    }

    /// A parameter of the address that the browser was sent to.
    fn parameter(&self, name: &str) -> String {
        let url = url::Url::parse(&self.address).expect("an address");
        let found = url
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned());
        found.unwrap_or_else(|| panic!("no {name} in {}", self.address))
    }

    /// `host:port` of the waiting listener.
    fn door(&self) -> String {
        let redirect = url::Url::parse(&self.parameter("redirect_uri")).expect("an address");
        format!(
            "{}:{}",
            redirect.host_str().expect("a host"),
            redirect.port().expect("a port")
        )
    }

    /// Lets a person approve, as a browser would. Says the title of the page that they end at.
    fn visit(&self, more: &[&str]) -> Done {
        let mut args = vec!["sandbox", "visit", &self.address];
        args.extend(more);
        self.stage.run(&args)
    }

    fn finish(self) -> Done {
        self.child.wait_with_output().expect("it ends").into()
    }
}

#[test]
fn a_browser_login_says_who_it_was_and_writes_the_profile() {
    let stage = Stage::new();
    let done = stage.login(&[
        "--browser",
        &visitor("alice"),
        "--scope",
        "openid offline_access read",
    ]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), ""));
    assert!(
        done.stderr.contains("logged in as alice@sandbox.example"),
        "{done:?}"
    );
    let config = std::fs::read_to_string(stage.config()).expect("written");
    assert!(
        config.contains("scope = [\"openid\", \"offline_access\", \"read\"]"),
        "{config}"
    );
    assert_eq!(stage.record()["subject"]["id"], "alice");
    assert_eq!(stage.record()["generation"], 1);
    assert_eq!(get_resource(&stage, &stage.token()), 200);
}

fn get_resource(stage: &Stage, token: &str) -> u16 {
    let host = stage
        .sandbox
        .issuer()
        .strip_prefix("http://")
        .expect("plain http");
    let request = format!(
        "GET /resource HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: \
         close\r\n\r\n"
    );
    raw(host, &request).0
}

#[cfg(unix)]
fn status_of(door: &str, path: &str) -> u16 {
    get(&format!("http://{door}{path}")).0
}

#[cfg(unix)]
#[test]
fn strangers_at_the_door_get_their_answer_and_the_wait_goes_on() {
    let stage = Stage::new();
    let waiting = Waiting::start(&stage, &[]);
    let door = waiting.door();
    let state = waiting.parameter("state");
    assert_eq!(status_of(&door, "/favicon.ico"), 404);
    assert_eq!(status_of(&door, "/callback"), 400);
    assert_eq!(status_of(&door, "/callback?code=stolen&state=guessed"), 400);
    assert_eq!(
        status_of(&door, "/callback?error=access_denied"),
        400,
        "an error without this login's state ends nothing"
    );
    let issuer = stage.sandbox.issuer();
    assert_eq!(
        status_of(&door, &format!("/callback?state={state}&iss={issuer}")),
        400,
        "neither code nor error"
    );
    assert_eq!(
        raw(
            &door,
            &format!(
                "POST /callback?code=x&state={state} HTTP/1.1\r\nHost: \
        {door}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        )
        .0,
        405
    );
    assert_eq!(
        raw(
            &door,
            &format!(
                "GET /callback?code=x&state={state} HTTP/1.1\r\nHost: \
        evil.example\r\nConnection: close\r\n\r\n"
            )
        )
        .0,
        404,
        "DNS rebinding"
    );
    assert_eq!(
        raw(&door, "\u{16}\u{3}\u{1} not http at all\r\n\r\n").0,
        400
    );
    let slow = std::net::TcpStream::connect(&door).expect("a place");
    let crowd: Vec<_> = (0..200)
        .map(|_| std::net::TcpStream::connect(&door).expect("a place"))
        .collect();

    let visited = waiting.visit(&[]);
    assert!(
        visited
            .stderr
            .contains("the last page says: You are logged in"),
        "{visited:?}"
    );
    drop((slow, crowd));
    assert_eq!(waiting.finish().code, Some(0));
    stage.token();
}

#[cfg(unix)]
#[test]
fn the_page_needs_nothing_from_elsewhere_and_says_so() {
    let stage = Stage::new();
    stage
        .sandbox
        .set(|options| options.approve = Some("alice".to_owned()));
    let waiting = Waiting::start(&stage, &[]);
    let (status, answer) = get(&waiting.address);
    assert_eq!(status, 303);
    let location = answer
        .lines()
        .find_map(|line| line.strip_prefix("location: "))
        .expect("a redirect")
        .trim()
        .to_owned();
    let (status, page) = get(&location);
    assert_eq!(status, 200);
    assert!(
        page.contains("content-security-policy: default-src 'none'"),
        "{page}"
    );
    assert!(
        page.contains("referrer-policy: no-referrer") && page.contains("cache-control: no-store"),
        "{page}"
    );
    assert!(page.contains("<b>alice@sandbox.example</b>"), "{page}");
    assert_eq!(waiting.finish().code, Some(0));
}

#[cfg(unix)]
#[test]
fn a_denied_login_is_told_to_the_browser_and_to_the_person() {
    let stage = Stage::new();
    let waiting = Waiting::start(&stage, &[]);
    let visited = waiting.visit(&["--deny"]);
    assert!(visited.stderr.contains("The login failed"), "{visited:?}");
    waiting.finish().fails(4, "access_denied");
    assert!(!stage.file("work.json").exists() && !stage.config().exists());
}

#[cfg(unix)]
#[test]
fn the_browser_hears_of_a_failed_exchange_and_never_of_success() {
    let stage = Stage::new();
    let waiting = Waiting::start(&stage, &[]);
    stage.fault("error=invalid_grant@authorization_code");
    let visited = waiting.visit(&[]);
    assert!(visited.stderr.contains("The login failed"), "{visited:?}");
    waiting.finish().fails(4, "invalid_grant");
}

#[cfg(unix)]
#[test]
fn a_redirect_from_another_server_is_a_mix_up_and_its_code_is_never_used() {
    let stage = Stage::new();
    let waiting = Waiting::start(&stage, &[]);
    let url = format!(
        "http://{}/callback?code=x&state={}&iss=https%3A%2F%2Fevil.example",
        waiting.door(),
        waiting.parameter("state")
    );
    assert_eq!(get(&url).0, 400);
    waiting.finish().fails(
        1,
        "came from https://evil.example and not from the server that was asked",
    );
    assert_eq!(stage.ledger().token_requests, 0);
}

#[cfg(unix)]
#[test]
fn no_login_waits_for_ever() {
    let stage = Stage::new();
    let waiting = Waiting::start(&stage, &["--timeout", "1s"]);
    waiting
        .finish()
        .fails(4, "the login did not finish within 1s");
}

#[cfg(unix)]
#[test]
fn a_localhost_redirect_is_answered_on_both_families() {
    let stage = Stage::new();
    let waiting = Waiting::start(
        &stage,
        &["--redirect-host", "localhost", "--redirect-path", "/a/b"],
    );
    let redirect = waiting.parameter("redirect_uri");
    assert!(
        redirect.starts_with("http://localhost:") && redirect.ends_with("/a/b"),
        "{redirect}"
    );
    let port = url::Url::parse(&redirect)
        .expect("an address")
        .port()
        .expect("a port");
    for host in ["127.0.0.1", "[::1]"] {
        if host == "[::1]" && std::net::TcpListener::bind("[::1]:0").is_err() {
            continue;
        }
        assert_eq!(
            get(&format!("http://{host}:{port}/elsewhere")).0,
            404,
            "{host}"
        );
    }
    waiting.visit(&[]);
    assert_eq!(waiting.finish().code, Some(0));
}

#[cfg(unix)]
#[test]
fn a_port_that_is_taken_gives_way_to_the_next_one_and_all_taken_is_said() {
    let stage = Stage::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = (taken.local_addr().expect("bound").port().to_string(), taken);
    let done = stage.login(&["--browser", "true", "--port", &taken.0]);
    done.fails(1, &format!("cannot listen on port {}", taken.0));
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("bound")
        .port()
        .to_string();
    let waiting = Waiting::start(&stage, &["--port", &taken.0, "--port", &free]);
    assert!(waiting.door().ends_with(&free));
    waiting.visit(&[]);
    assert_eq!(waiting.finish().code, Some(0));
    let config = std::fs::read_to_string(stage.config()).expect("written");
    assert!(
        config.contains(&format!("ports = [{}, {free}]", taken.0)),
        "{config}"
    );
}

#[test]
fn a_login_that_could_not_be_saved_asks_no_person() {
    let stage = Stage::new();
    std::fs::write(stage.state(), "a file where the directory should be").expect("written");
    stage
        .login(&["--browser", &visitor("alice")])
        .fails(3, "create the directory");
    assert_eq!(stage.ledger().logins, 0);
}

#[cfg(unix)]
#[test]
fn a_browser_does_not_see_the_clients_secret_and_its_failure_is_told() {
    let stage = Stage::new();
    let script = stage.home.path().join("dump.sh");
    let dump = stage.home.path().join("dump");
    std::fs::write(
        &script,
        format!("env > {0}.new && mv {0}.new {0}; exit 3\n", dump.display()),
    )
    .expect("written");
    let mut command = stage.login_command("work", &["--timeout", "2s"]);
    command
        .args(["--browser", &format!("sh {}", script.display())])
        .env("AUTHCTL_CLIENT_SECRET", "topsecret");
    let done = Done::from(command.output().expect("runs"));
    assert!(
        done.stderr
            .contains("the browser command ended with exit status: 3"),
        "{done:?}"
    );
    let seen = std::fs::read_to_string(dump).expect("dumped");
    assert!(
        seen.contains("AUTHCTL_HOME") && !seen.contains("topsecret"),
        "{seen}"
    );
}

#[test]
fn parameters_that_are_authctls_own_cannot_be_set() {
    let stage = Stage::new();
    let done = stage.login(&["--browser", "true", "--param", "state=evil"]);
    done.fails(
        2,
        "`params` is `state`: expected a parameter that is not authctl's own to set",
    );
}
