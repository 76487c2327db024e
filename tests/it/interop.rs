//! A certified authorization server and a real browser: Node.js, the npm packages in
//! `tests/interop`, Chromium and OpenSSL, which `tests/run` installs.

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use authctl::http::{Body, Http};
use authctl::oauth::client::Form;
use authctl::secret::{Fingerprint, Secret};
use serde_json::Value;
use url::Url;

use crate::support::machine;
use crate::support::stage::{Done, Stage};
use crate::support::terminal::AtTerminal;
use crate::support::tls;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop")
}

/// Whether server and browser are installed. If not, says what is missing.
pub fn is_installed() -> bool {
    let modules = here().join("node_modules");
    let missing: Vec<PathBuf> = [
        modules.join("oidc-provider"),
        modules.join("playwright-core"),
        "/usr/bin/chromium".into(),
    ]
    .into_iter()
    .filter(|path| !path.exists())
    .collect();
    let missing: Vec<String> = missing
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let why_not = format!("missing: {} (tests/run installs it)", missing.join(", "));
    machine::allows(missing.is_empty(), &why_not)
}

/// The server, with certificates made for this run.
pub struct Server {
    child: Child,
    pub issuer: String,
    ca: PathBuf,
    /// Kept open: the server goes on writing notices, and dies if they cannot be written.
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Server {
    fn start(directory: &Path) -> Self {
        Self::with_grace(directory, 0)
    }

    /// A server that takes a spent refresh token for so many seconds more.
    pub fn with_grace(directory: &Path, seconds: u32) -> Self {
        tls::certify(directory);
        let mut command = Command::new("node");
        command
            .arg(here().join("server.mjs"))
            .arg(directory)
            .arg(seconds.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("node runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let said = lines.by_ref().map_while(Result::ok);
        let ready = said
            .into_iter()
            .find_map(|line| line.strip_prefix("READY ").map(str::to_owned));
        Self {
            child,
            issuer: ready.expect("the server starts"),
            ca: directory.join("ca.crt"),
            _lines: lines,
        }
    }

    async fn post(&self, path: &str, form: Form) -> (u16, Value) {
        let url = Url::parse(&format!("{}{path}", self.issuer)).expect("an address");
        let answer = Http::new(Some(self.ca.clone()))
            .post(&url, &Body::Form(form.encode()), &[])
            .await
            .expect("an answer");
        (
            answer.status,
            serde_json::from_slice(&answer.body).unwrap_or_default(),
        )
    }

    /// How many grants there have been, and how many there are, by the server's own view.
    pub fn grants(&self) -> Value {
        self.told("/grants")
    }

    fn told(&self, path: &str) -> Value {
        let url = Url::parse(&format!("{}{path}", self.issuer)).expect("an address");
        let http = Http::new(Some(self.ca.clone()));
        let answer = runtime().block_on(http.get(&url, &[]));
        serde_json::from_slice(&answer.expect("an answer").body).expect("json")
    }

    /// Whether the server has a client of this identifier, by its own view.
    fn knows_client(&self, id: &str) -> bool {
        self.told(&format!("/clients/{id}")) == Value::Bool(true)
    }

    /// What the userinfo endpoint says to a token.
    async fn userinfo(&self, token: &str) -> u16 {
        let url = Url::parse(&format!("{}/me", self.issuer)).expect("an address");
        let bearer = Secret::new(format!("Bearer {token}"));
        Http::new(Some(self.ca.clone()))
            .get(&url, &[("authorization", bearer)])
            .await
            .expect("an answer")
            .status
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn browser(directory: &Path, scheme: &str) -> String {
    format!(
        "node {} {} {scheme}",
        here().join("browser.mjs").display(),
        directory.display()
    )
}

fn authctl(stage: &Stage, server: &Server, args: &[&str]) -> Command {
    let mut command = stage.command(args);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command
        .env("SSL_CERT_FILE", &server.ca)
        .env("PATH", path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub fn run(stage: &Stage, server: &Server, args: &[&str]) -> Done {
    authctl(stage, server, args)
        .output()
        .expect("authctl runs")
        .into()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

fn wait_for<T>(runtime: &tokio::runtime::Runtime, future: impl Future<Output = T>) -> T {
    runtime.block_on(future)
}

/// Pictures are kept where a person can look at them.
pub fn album(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    directory
}

/// What a browser has written, once it is done: it outlives the login that opened it.
fn log_of(album: &Path) -> String {
    for _ in 0..1_000 {
        let log = fs::read_to_string(album.join("browser.log")).unwrap_or_default();
        if log.contains("\ndone ") {
            return log;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("the browser does not come to an end");
}

const SCOPE: &[&str] = &[
    "--scope",
    "openid",
    "--scope",
    "offline_access",
    "--scope",
    "api:read",
];

#[test]
fn a_certified_server_and_a_real_browser_by_code() {
    if !is_installed() {
        return;
    }
    let (stage, album) = (Stage::new(), album("by-code"));
    let server = Server::start(stage.home.path());
    let runtime = runtime();
    // This server gives a refresh token only to those who ask for consent.
    let browser = browser(&album, "light");
    let login = [
        "login",
        "work",
        "--issuer",
        &server.issuer,
        "--client-id",
        "cli",
        "--param",
        "prompt=consent",
        "--timeout",
        "60s",
    ];
    let login: Vec<&str> = login
        .into_iter()
        .chain(["--browser", browser.as_str()])
        .chain(SCOPE.iter().copied())
        .collect();
    let done = run(&stage, &server, &login);
    let log = fs::read_to_string(album.join("browser.log")).unwrap_or_default();
    assert!(
        done.code == Some(0) && done.stderr.contains("logged in as alice"),
        "{done:?}\n{log}"
    );

    let mut tokens = vec![run(&stage, &server, &["token", "work"]).answer().to_owned()];
    let spent = stage.refresh_token();
    for generation in 2..=3 {
        stage.expire();
        tokens.push(run(&stage, &server, &["token", "work"]).answer().to_owned());
        assert_eq!(stage.record()["generation"], generation);
    }
    tokens.dedup();
    assert_eq!(
        tokens.len(),
        3,
        "two refreshes, each with a token of its own"
    );
    assert_ne!(stage.refresh_token(), spent, "the server rotates");
    assert_eq!(wait_for(&runtime, server.userinfo(&tokens[2])), 200);

    // A thief replays the first refresh token: refused, and the family is dead, which the next
    // refresh reports.
    let replay = Form::grant("refresh_token")
        .with("refresh_token", &spent)
        .with("client_id", "cli");
    let (status, answer) = wait_for(&runtime, server.post("/token", replay));
    assert_eq!(
        (status, answer["error"].as_str()),
        (400, Some("invalid_grant"))
    );
    let refused = Fingerprint::of(&tokens[2]).to_string();
    run(&stage, &server, &["token", "work", "--rejected", &refused])
        .fails(4, "the session has ended");

    let done = run(&stage, &server, &login);
    assert_eq!(done.code, Some(0), "{done:?}");
    let token = run(&stage, &server, &["token", "work"]).answer().to_owned();
    let done = run(&stage, &server, &["logout", "work"]);
    assert!(
        done.stderr.contains("logged out, here and at the server"),
        "{done:?}"
    );
    assert_eq!(wait_for(&runtime, server.userinfo(&token)), 401);
    // The browser that authctl called has written down its last page: authctl's own, and without a
    // complaint of its content security policy.
    let log = log_of(&album);
    assert!(
        log.contains("done") && log.contains("You are logged in") && !log.contains("csp "),
        "{log}"
    );
}

#[test]
fn a_certified_server_and_a_real_browser_by_device() {
    if !is_installed() {
        return;
    }
    let (stage, album) = (Stage::new(), album("by-device"));
    let server = Server::start(stage.home.path());
    let login = [
        "login",
        "work",
        "--issuer",
        &server.issuer,
        "--client-id",
        "cli",
        "--device",
        "--timeout",
        "60s",
    ];
    let login: Vec<&str> = login.into_iter().chain(SCOPE.iter().copied()).collect();
    let mut child = authctl(&stage, &server, &login)
        .spawn()
        .expect("authctl runs");
    let mut said = BufReader::new(child.stderr.take().expect("piped"))
        .lines()
        .map_while(Result::ok);
    let address = said
        .find(|line| line.contains("user_code="))
        .expect("an address");
    let words = shlex::split(&browser(&album, "dark")).expect("words");
    let visited = Command::new(&words[0])
        .args(&words[1..])
        .arg(address.trim())
        .output()
        .expect("node runs");
    assert!(
        visited.status.success(),
        "{}",
        String::from_utf8_lossy(&visited.stderr)
    );
    let rest: Vec<String> = said.collect();
    assert!(child.wait().expect("it ends").success(), "{rest:?}");
    stage.expire();
    assert_eq!(run(&stage, &server, &["token", "work"]).code, Some(0));
    assert_eq!(stage.record()["generation"], 2);
    assert_eq!(run(&stage, &server, &["logout", "work"]).code, Some(0));
}

/// Nothing but the server's address is known: the server registers the client, a person logs in
/// with a browser, and in the end the server forgets the client.
#[test]
fn a_certified_server_by_questions_with_a_client_that_it_registers() {
    if !is_installed() {
        return;
    }
    let (stage, album) = (Stage::new(), album("registered"));
    let server = Server::start(stage.home.path());
    let runtime = runtime();
    let browser = browser(&album, "light");
    let words = ["login", "--timeout", "60s", "--browser", &browser];
    let by_default = machine::default_signals().unwrap_or_default();
    let mut command = stage.command_by(by_default, &words);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env("SSL_CERT_FILE", &server.ca).env("PATH", path);
    let mut login = AtTerminal::start(command, "xterm", 80);
    login.answer("a number, a name, or an issuer's address: ", &server.issuer);
    login.answer("client id (Enter: the server registers one)", "");
    login.answer("name of the profile", "corp");
    login.answer("log in now", "");
    let said = login.read_until("how it stands").to_owned();
    assert!(login.child.wait().expect("it ends").success(), "{said}");
    assert!(said.contains("logged in as alice"), "{said}");
    // This server gives a refresh token only to those who ask for consent, and that is said.
    assert!(said.contains("--param prompt=consent"), "{said}");
    let token = run(&stage, &server, &["token", "corp"]).answer().to_owned();
    assert_eq!(wait_for(&runtime, server.userinfo(&token)), 200);

    let words = ["login", "corp", "--register", "--param", "prompt=consent"];
    let more = ["--timeout", "60s", "--browser", &browser];
    let done = run(&stage, &server, &[&words[..], &more].concat());
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stderr.contains("was registered before"), "{done:?}");
    let refused = Fingerprint::of(run(&stage, &server, &["token", "corp"]).answer()).to_string();
    let next = run(&stage, &server, &["token", "corp", "--rejected", &refused]);
    assert_eq!(wait_for(&runtime, server.userinfo(next.answer())), 200);

    let kept = fs::read_to_string(stage.file("corp.client")).expect("there");
    let kept: Value = serde_json::from_str(&kept).expect("json");
    let id = kept["client_id"].as_str().expect("text");
    assert!(server.knows_client(id));
    let done = run(&stage, &server, &["logout", "corp", "--unregister"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(!server.knows_client(id));
}

#[test]
fn a_real_browser_at_authctls_own_pages_in_light_and_dark() {
    if !is_installed() {
        return;
    }
    let stage = Stage::new();
    for scheme in ["light", "dark"] {
        let album = album(&format!("own-{scheme}"));
        let mut command = stage.command(&[
            "login",
            "work",
            "--issuer",
            stage.sandbox.issuer(),
            "--client-id",
            "sandbox",
        ]);
        let browser = browser(&album, scheme);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let done = command
            .args(["--browser", &browser, "--timeout", "60s"])
            .env("PATH", path)
            .output()
            .expect("runs");
        let log = fs::read_to_string(album.join("browser.log")).unwrap_or_default();
        assert_eq!(Done::from(done).code, Some(0), "{log}");
        let log = log_of(&album);
        for words in [
            "page Log in to the sandbox",
            "page You are logged in",
            "work is ready as alice@sandbox.example",
        ] {
            assert!(log.contains(words), "no `{words}` in {log}");
        }
        assert!(!log.contains("csp "), "{log}");
    }
}
