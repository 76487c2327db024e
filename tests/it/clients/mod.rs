//! The real clients, against servers on loopback that want the token: each works on a fresh token,
//! refreshes an expired one once, comes back from a 401 as far as it can, and tells its user when a
//! person has to log in.
//!
//! `tests/run` installs them and sets `AUTHCTL_TESTS_ALL`. Without that, a client that is missing
//! is said to be, and nothing is claimed of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::programs::AUTHCTL;
use crate::support::stage::{Done, Stage};
use crate::support::{machine, tls};

mod clouds;
mod git;
mod others;
mod packages;

fn manifest() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where clients are looked for: what `tests/run` has installed first.
fn path() -> String {
    let usual = std::env::var("PATH").unwrap_or_default();
    format!(
        "{}:{usual}",
        manifest().join("target/clients/bin").display()
    )
}

/// Whether these clients can be tested here. If not, says which are missing.
fn are_installed(programs: &[&str]) -> bool {
    let missing: Vec<&str> = programs.iter().filter_map(|name| missing(name)).collect();
    let why_not = format!("missing: {} (tests/run installs it)", missing.join(", "));
    machine::allows(missing.is_empty(), &why_not)
}

/// What has to be installed before a client can be tested.
fn missing(program: &str) -> Option<&str> {
    let there = |directory: PathBuf| directory.join(program).is_file();
    if !std::env::split_paths(&path()).any(there) {
        return Some(program);
    }
    match program {
        // A dispatcher looks for the kubectl of the server's version. It asks the server without a
        // token first, and then asks the hook a second time, which means that its first token was
        // refused.
        "kubectl" => output_of(&["kubectl", "version", "--client"])
            .contains("dispatcher")
            .then_some("kubectl itself, and not a dispatcher"),
        // It cannot call a program named keyring before.
        "pip" => (version_of("pip") < [23, 1]).then_some("pip 23.1"),
        _ => None,
    }
}

fn output_of(words: &[&str]) -> String {
    let mut command = Command::new("/usr/bin/env");
    let output = command.args(words).env("PATH", path()).output();
    String::from_utf8_lossy(&output.expect("env runs").stdout).into_owned()
}

/// The first two numbers that `PROGRAM --version` prints.
fn version_of(program: &str) -> [u32; 2] {
    let text = output_of(&[program, "--version"]);
    let mut numbers = text
        .split([' ', '.'])
        .filter_map(|part| part.trim().parse().ok());
    [0; 2].map(|none| numbers.next().unwrap_or(none))
}

/// A user who is logged in, and servers that want the user's token.
struct Loopback {
    stage: Stage,
    child: Child,
    http: u16,
    https: u16,
    smtp: u16,
}

/// A request, as the servers noted it.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    what: String,
    status: u16,
    token: String,
}

impl Loopback {
    /// The servers, if they and these clients can be run here.
    fn start(programs: &[&str]) -> Option<Self> {
        if !are_installed(&[&["node", "openssl"], programs].concat()) {
            return None;
        }
        let stage = Stage::logged_in();
        stage.age(60);
        let directory = stage.home.path();
        tls::certify(directory);
        let mut command = Command::new("node");
        command
            .arg(manifest().join("tests/clients/server.mjs"))
            .arg(directory)
            .arg(stage.sandbox.issuer());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("node runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let ports: Value = serde_json::from_str(&line).expect("ports");
        let port =
            |name: &str| u16::try_from(ports[name].as_u64().expect("a port")).expect("a port");
        let (http, https, smtp) = (port("http"), port("https"), port("smtp"));
        Some(Self {
            stage,
            child,
            http,
            https,
            smtp,
        })
    }

    fn home(&self) -> PathBuf {
        self.stage.home.path().to_owned()
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.home().join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        fs::write(&path, content).expect("written");
        path.display().to_string()
    }

    /// A client with a home of its own, which finds authctl and trusts the servers.
    fn command(&self, words: &[&str]) -> Command {
        let home = self.home();
        let bin = Path::new(AUTHCTL).parent().expect("a directory");
        let mut command = Command::new("/usr/bin/env");
        command
            .args(words)
            .env_clear()
            .env("HOME", &home)
            .env(
                "PATH",
                format!(
                    "{}:{}:{}",
                    home.join("links").display(),
                    bin.display(),
                    path()
                ),
            )
            .env("AUTHCTL_HOME", self.stage.state())
            .env("AUTHCTL_CONFIG", self.stage.config())
            .env("SSL_CERT_FILE", home.join("ca.crt"))
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_SSL_CAINFO", home.join("ca.crt"))
            .env("LANG", "C.UTF-8")
            .current_dir(&home)
            .stdin(Stdio::null());
        // What rustup has installed is in the home of the user who runs the tests.
        let usual = std::env::home_dir().unwrap_or_default().join(".rustup");
        let installed = std::env::var_os("RUSTUP_HOME").unwrap_or(usual.into());
        command.env("RUSTUP_HOME", installed);
        if let Some(toolchain) = std::env::var_os("RUSTUP_TOOLCHAIN") {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    }

    fn run(&self, words: &[&str]) -> Done {
        self.command(words).output().expect("it runs").into()
    }

    #[track_caller]
    fn ok(&self, words: &[&str]) -> String {
        let done = self.run(words);
        assert_eq!(done.code, Some(0), "{words:?}: {done:?}");
        done.stdout
    }

    /// `authctl hook install`, as a user types it.
    #[track_caller]
    fn install(&self, hook: &str, host: &str, more: &[&str]) {
        let links = self.home().join("links").display().to_string();
        let words = [
            AUTHCTL,
            "hook",
            "install",
            hook,
            "--host",
            host,
            "--profile",
            "work",
            "--links",
            &links,
        ];
        self.ok(&[&words[..], more].concat());
    }

    fn requests(&self) -> Vec<Request> {
        let text = fs::read_to_string(self.home().join("requests.log")).unwrap_or_default();
        let request = |line: &str| {
            let [method, path, status, token] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let status = status.parse().expect("a status");
            Request {
                what: format!("{method} {path}"),
                status,
                token: token.to_owned(),
            }
        };
        text.lines().map(request).collect()
    }

    /// The server refuses the token that is there, however alive it looks.
    fn refuse(&self) {
        self.file("refused", &format!("{}\n", self.stage.token()));
        self.stage.age(60);
    }

    fn refreshes(&self) -> u64 {
        self.stage.ledger().refreshes
    }

    /// What every client has to do. `drive` lets the client do its work from the start, and says
    /// whether it was done.
    fn rehearse(&self, client: &Client) {
        let Client {
            name,
            drive,
            recovers,
            tells,
        } = client;
        let done = drive(self);
        assert_eq!(done.code, Some(0), "{name}, fresh token: {done:?}");
        assert_eq!(
            self.refreshes(),
            0,
            "{name}: a fresh token is not refreshed"
        );
        let served = self
            .requests()
            .iter()
            .filter(|request| [200, 204, 235].contains(&request.status))
            .count();
        assert!(
            served > 0 || *name == "google-auth",
            "{name} was let in without the server"
        );

        self.stage.expire();
        let done = drive(self);
        assert_eq!(done.code, Some(0), "{name}, expired token: {done:?}");
        assert_eq!(
            self.refreshes(),
            1,
            "{name}: one refresh, however often it asks"
        );
        self.stage.age(60);
        assert_eq!(drive(self).code, Some(0), "{name}, again");
        assert_eq!(self.refreshes(), 1, "{name}");

        if *recovers != Recovers::Nothing {
            self.refuse();
            let first = drive(self);
            match recovers {
                Recovers::Inside => {
                    assert_eq!(
                        first.code,
                        Some(0),
                        "{name} heals inside one command: {first:?}"
                    )
                }
                Recovers::Next => {
                    assert_ne!(first.code, Some(0), "{name} was refused");
                    let next = drive(self);
                    assert_eq!(
                        next.code,
                        Some(0),
                        "{name} heals with the next command: {next:?}"
                    );
                }
                Recovers::WhenTold => {
                    assert_ne!(first.code, Some(0), "{name} was refused");
                    let refused = self.stage.token();
                    let done = self
                        .stage
                        .run_with_stdin(&["token", "work", "--rejected", "-"], &refused);
                    assert_eq!(done.code, Some(0), "{done:?}");
                    let next = drive(self);
                    assert_eq!(
                        next.code,
                        Some(0),
                        "{name} heals once somebody has said so: {next:?}"
                    );
                }
                Recovers::Nothing => {}
            }
            assert_eq!(
                self.refreshes(),
                2,
                "{name}: one refresh for the token that was refused"
            );
        }

        assert_eq!(self.stage.run(&["logout", "work", "--local"]).code, Some(0));
        let done = drive(self);
        assert_ne!(done.code, Some(0), "{name} without a session: {done:?}");
        let said = format!("{}{}", done.stdout, done.stderr);
        assert_eq!(
            said.contains("authctl login work"),
            *tells,
            "{name} tells its user what to do: {said}"
        );
        for request in self.requests() {
            assert!(request.token.len() <= 32, "the log has digests only");
        }
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a client does about a 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recovers {
    /// It asks again in the same command.
    Inside,
    /// It tells authctl in some way, and the next command works.
    Next,
    /// It tells authctl nothing: the user has to say that the token was refused.
    WhenTold,
    /// It has no server here that could refuse.
    Nothing,
}

struct Client {
    name: &'static str,
    drive: fn(&Loopback) -> Done,
    recovers: Recovers,
    /// Whether its user gets to read what authctl says.
    tells: bool,
}

/// All at once, as far as the machine lets them.
fn crowd(world: &Loopback, count: usize, words: &[&str]) {
    let children: Vec<Child> = (0..count)
        .map(|_| {
            world
                .command(words)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("it runs")
        })
        .collect();
    for child in children {
        let done = Done::of(child);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    assert_eq!(world.refreshes(), 1);
}

/// What a client does not pass on is read by the user at the terminal.
fn tells_at_the_terminal(world: &Loopback, line: &str) {
    let done = world.run(&[
        "script",
        "--quiet",
        "--return",
        "--command",
        line,
        "/dev/null",
    ]);
    assert_ne!(done.code, Some(0), "{done:?}");
    assert!(done.stdout.contains("authctl login work"), "{done:?}");
}
