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

use serde_json::{Value, json};

use crate::support::machine;
use crate::support::programs::AUTHCTL;
use crate::support::stage::{Done, Stage};
use crate::support::tls;

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

/// Whether these programs are there. Where all tests are asked for, they have to be.
fn are_installed(programs: &[&str]) -> bool {
    let mut missing = programs.to_vec();
    missing.retain(|program| !is_installed(program));
    let why_not = format!("missing: {} (tests/run installs it)", missing.join(", "));
    machine::allows(missing.is_empty(), &why_not)
}

/// Whether a client is there. What calls itself kubectl may be a dispatcher, which looks for the
/// kubectl of the server's version: it asks the server without a token first, and then asks the
/// hook a second time, which says that its first token was refused.
fn is_installed(program: &str) -> bool {
    let found = std::env::split_paths(&path()).any(|directory| directory.join(program).is_file());
    found && (program != "kubectl" || !says_dispatcher())
}

fn says_dispatcher() -> bool {
    let mut command = Command::new("/usr/bin/env");
    command
        .args(["kubectl", "version", "--client"])
        .env("PATH", path());
    let output = command.output().expect("env runs");
    String::from_utf8_lossy(&output.stdout).contains("dispatcher")
}

/// Somebody who is logged in, and servers that want their token.
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

    /// A client with a home of its own, which finds us and trusts the servers.
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
        for toolchain in ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
            if let (true, Some(value)) = (toolchain != "CARGO_HOME", std::env::var_os(toolchain)) {
                command.env(toolchain, value);
            }
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

    /// What every client has to do. `drive` lets it do its work from nothing, and says whether that
    /// was done.
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
    /// It tells us somehow, and the next command works.
    Next,
    /// It tells nobody.
    WhenTold,
    /// It has no server here that could refuse.
    Nothing,
}

struct Client {
    name: &'static str,
    drive: fn(&Loopback) -> Done,
    recovers: Recovers,
    /// Whether its user reads what we say.
    tells: bool,
}

/// A repository with one commit, which git's own server serves.
fn repository(world: &Loopback) {
    world.ok(&["git", "config", "--global", "user.name", "somebody"]);
    world.ok(&[
        "git",
        "config",
        "--global",
        "user.email",
        "somebody@example.com",
    ]);
    world.ok(&["git", "init", "-q", "-b", "main", "here"]);
    world.file("here/file", "one\n");
    world.ok(&["git", "-C", "here", "add", "."]);
    world.ok(&["git", "-C", "here", "commit", "-qm", "one"]);
    fs::create_dir_all(world.home().join("repos")).expect("made");
    world.ok(&["git", "clone", "-q", "--bare", "here", "repos/r.git"]);
    world.ok(&[
        "git",
        "-C",
        "repos/r.git",
        "config",
        "http.receivepack",
        "true",
    ]);
}

/// Whether git knows `state[]` and `continue`.
fn git_heals(world: &Loopback) -> bool {
    let version = world.ok(&["git", "--version"]);
    let numbers: Vec<u32> = version
        .split([' ', '.'])
        .filter_map(|part| part.trim().parse().ok())
        .collect();
    let heals = numbers[..2] >= [2, 46][..];
    if !heals {
        eprintln!(
            "NOT RUN: {} is too old to heal inside one command (2.46)",
            version.trim()
        );
    }
    heals
}

#[test]
fn git_by_bearer_and_by_basic() {
    let Some(world) = Loopback::start(&["git"]) else {
        return;
    };
    repository(&world);
    world.install("git", &format!("http://127.0.0.1:{}", world.http), &[]);
    let recovers = if git_heals(&world) {
        Recovers::Inside
    } else {
        Recovers::Next
    };
    world.rehearse(&Client {
        name: "git",
        drive: |world| {
            world.run(&[
                "git",
                "ls-remote",
                &format!("http://127.0.0.1:{}/git/r.git", world.http),
            ])
        },
        recovers,
        tells: true,
    });
    assert!(!world.requests().is_empty());
    world.stage.log_in();
    world.stage.age(60);
    let basic = format!("http://127.0.0.1:{}/basic/r.git", world.http);
    assert_eq!(world.run(&["git", "ls-remote", &basic]).code, Some(0));
    world.refuse();
    let before = world.refreshes();
    assert_eq!(
        world.run(&["git", "ls-remote", &basic]).code == Some(0),
        recovers == Recovers::Inside
    );
    assert_eq!(world.run(&["git", "ls-remote", &basic]).code, Some(0));
    assert_eq!(world.refreshes(), before + 1);
}

#[test]
fn git_clones_and_pushes_with_one_refresh_and_leaves_no_token_behind() {
    let Some(world) = Loopback::start(&["git"]) else {
        return;
    };
    repository(&world);
    let url = format!("https://127.0.0.1:{}/git/r.git", world.https);
    // A helper that stores whatever passes is asked for all hosts.
    let stored = world.home().join("stored");
    world.ok(&[
        "git",
        "config",
        "--global",
        "credential.helper",
        &format!("store --file {}", stored.display()),
    ]);
    world.install("git", &format!("127.0.0.1:{}", world.https), &[]);
    world.stage.expire();
    world.ok(&["git", "clone", "-q", &url, "there"]);
    world.file("there/file", "two\n");
    world.ok(&["git", "-C", "there", "commit", "-qam", "two"]);
    world.ok(&["git", "-C", "there", "push", "-q"]);
    assert_eq!(world.refreshes(), 1);
    assert!(
        world
            .ok(&["git", "-C", "repos/r.git", "log", "--oneline"])
            .lines()
            .count()
            == 2
    );
    let left = fs::read_to_string(&stored).unwrap_or_default()
        + &fs::read_to_string(world.home().join("there/.git/config")).expect("there");
    assert!(!left.contains(&world.stage.token()), "{left}");
    let links = world.home().join("links").display().to_string();
    let host = format!("127.0.0.1:{}", world.https);
    world.ok(&[
        AUTHCTL,
        "hook",
        "uninstall",
        "git",
        "--host",
        &host,
        "--profile",
        "work",
        "--links",
        &links,
    ]);
    let config = fs::read_to_string(world.home().join(".gitconfig")).expect("there");
    assert!(
        !config.contains("authctl") && config.contains("store --file"),
        "{config}"
    );
    assert_ne!(world.run(&["git", "ls-remote", &url]).code, Some(0));
}

#[test]
fn a_hundred_gits_at_once_on_an_expired_token_make_one_refresh() {
    let Some(world) = Loopback::start(&["git"]) else {
        return;
    };
    repository(&world);
    world.install("git", &format!("http://127.0.0.1:{}", world.http), &[]);
    world.stage.expire();
    crowd(
        &world,
        100,
        &[
            "git",
            "ls-remote",
            &format!("http://127.0.0.1:{}/git/r.git", world.http),
        ],
    );
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
        let done = Done::from(child.wait_with_output().expect("it ends"));
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    assert_eq!(world.refreshes(), 1);
}

fn cluster(world: &Loopback) {
    let server = format!("--server=https://127.0.0.1:{}", world.https);
    let ca = format!(
        "--certificate-authority={}",
        world.home().join("ca.crt").display()
    );
    world.ok(&["kubectl", "config", "set-cluster", "c", &server, &ca]);
    world.install(
        "kubectl",
        &format!("127.0.0.1:{}", world.https),
        &["--token", "access_token"],
    );
    world.ok(&[
        "kubectl",
        "config",
        "set-context",
        "c",
        "--cluster=c",
        "--user=authctl-work",
    ]);
    world.ok(&["kubectl", "config", "use-context", "c"]);
}

#[test]
fn kubectl() {
    let Some(world) = Loopback::start(&["kubectl"]) else {
        return;
    };
    cluster(&world);
    world.rehearse(&Client {
        name: "kubectl",
        drive: |world| world.run(&["kubectl", "get", "pods", "-o", "name"]),
        recovers: Recovers::Next,
        tells: true,
    });
}

#[test]
fn a_hundred_kubectls_at_once_on_an_expired_token_make_one_refresh() {
    let Some(world) = Loopback::start(&["kubectl"]) else {
        return;
    };
    cluster(&world);
    world.stage.expire();
    crowd(&world, 100, &["kubectl", "get", "pods", "-o", "name"]);
}

#[test]
fn docker() {
    let Some(world) = Loopback::start(&["docker"]) else {
        return;
    };
    let config = json!({"architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": []}})
    .to_string();
    let digest = sha256(&config);
    let config_type = "application/vnd.docker.container.image.v1+json";
    world.file("blob.json", &config);
    world.file(
        "manifest.json",
        &json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"mediaType": config_type, "size": config.len(),
                "digest": format!("sha256:{digest}")},
            "layers": [],
        })
        .to_string(),
    );
    world.install("docker", &format!("127.0.0.1:{}", world.https), &[]);
    world.rehearse(&Client {
        name: "docker",
        drive: |world| {
            world.run(&[
                "docker",
                "manifest",
                "inspect",
                "--insecure",
                &format!("127.0.0.1:{}/app:1", world.https),
            ])
        },
        recovers: Recovers::WhenTold,
        tells: true,
    });
}

fn sha256(text: &str) -> String {
    use ring::digest::{SHA256, digest};
    digest(&SHA256, text.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn cargo_from_an_authenticated_sparse_registry() {
    let Some(world) = Loopback::start(&["cargo", "tar"]) else {
        return;
    };
    world.file(
        "loaned-1.0.0/Cargo.toml",
        "[package]\nname = \"loaned\"\nversion = \"1.0.0\"\nedition = \"2021\"\n",
    );
    world.file("loaned-1.0.0/src/lib.rs", "");
    world.ok(&["tar", "czf", "loaned.crate", "loaned-1.0.0"]);
    let sum = world.ok(&["sha256sum", "loaned.crate"]);
    let sum = sum.split(' ').next().expect("a sum");
    world.file(
        "loaned.json",
        &json!({"name": "loaned", "vers": "1.0.0", "deps": [], "cksum": sum,
        "features": {}, "yanked": false})
        .to_string(),
    );
    world.file(
        "project/Cargo.toml",
        "[package]\nname = \"p\"\nversion = \"1.0.0\"\nedition \
        = \"2021\"\n[dependencies]\nloaned = { version = \"1\", registry = \"ours\" }\n",
    );
    world.file("project/src/lib.rs", "");
    world.install("cargo", &format!("127.0.0.1:{}", world.http), &[]);
    let config = world.home().join(".cargo/config.toml");
    let index = format!(
        "[registries.ours]\nindex = \"sparse+http://127.0.0.1:{}/index/\"\n",
        world.http
    );
    fs::write(
        &config,
        fs::read_to_string(&config).expect("there") + &index,
    )
    .expect("written");
    world.rehearse(&Client {
        name: "cargo",
        drive: |world| {
            let _ = fs::remove_dir_all(world.home().join(".cargo/registry"));
            let _ = fs::remove_file(world.home().join("project/Cargo.lock"));
            world.run(&["cargo", "fetch", "--manifest-path", "project/Cargo.toml"])
        },
        recovers: Recovers::WhenTold,
        tells: true,
    });
}

#[test]
fn terraform() {
    let Some(world) = Loopback::start(&["terraform", "script"]) else {
        return;
    };
    world.file("module/main.tf", "output \"x\" {\n  value = 1\n}\n");
    world.file(
        "tf/main.tf",
        &format!(
            "module \"m\" {{\n  source  = \"127.0.0.1:{}/ns/thing/null\"\n  version \
             = \"1.0.0\"\n}}\n",
            world.https
        ),
    );
    world.install("terraform", &format!("127.0.0.1:{}", world.https), &[]);
    world.rehearse(&Client {
        name: "terraform",
        drive: |world| {
            let _ = fs::remove_dir_all(world.home().join("tf/.terraform"));
            let mut command = world.command(&["terraform", "-chdir=tf", "init", "-no-color"]);
            command
                .env("CHECKPOINT_DISABLE", "1")
                .output()
                .expect("it runs")
                .into()
        },
        recovers: Recovers::WhenTold,
        // It swallows what a helper says, with its exit code.
        tells: false,
    });
    let _ = fs::remove_dir_all(world.home().join("tf/.terraform"));
    tells_at_the_terminal(
        &world,
        "CHECKPOINT_DISABLE=1 terraform -chdir=tf init -no-color",
    );
}

/// What a client keeps to itself is read by whoever sits at the terminal.
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

/// A wheel with nothing in it.
fn wheel(world: &Loopback) {
    let make = "import zipfile\nz = zipfile.ZipFile('loaned-1.0-py3-none-any.whl', \
        'w')\nz.writestr('loaned.py', '')\n\
                z.writestr('loaned-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: \
                loaned\\nVersion: 1.0\\n')\n\
                z.writestr('loaned-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: \
                x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')\n\
                z.writestr('loaned-1.0.dist-info/RECORD', \
                'loaned.py,,\\nloaned-1.0.dist-info/METADATA,,\\nloaned-1.0.dist-info/WHEEL,,\\n\
                loaned-1.0.dist-info/RECORD,,\\n')\nz.close()\n";
    world.ok(&["python3", "-c", make]);
}

fn index(world: &Loopback) -> String {
    format!("http://oauth2@127.0.0.1:{}/simple/", world.http)
}

#[test]
fn pip() {
    let Some(world) = Loopback::start(&["pip", "python3"]) else {
        return;
    };
    wheel(&world);
    world.install("keyring", &format!("127.0.0.1:{}", world.http), &[]);
    world.rehearse(&Client {
        name: "pip",
        drive: |world| {
            let _ = fs::remove_dir_all(world.home().join("downloads"));
            let mut command = world.command(&[
                "pip",
                "download",
                "--no-input",
                "--no-deps",
                "--no-cache-dir",
                "--disable-pip-version-check",
                "-d",
                "downloads",
            ]);
            command
                .args(["--index-url", &index(world), "loaned"])
                .output()
                .expect("it runs")
                .into()
        },
        recovers: Recovers::WhenTold,
        tells: true,
    });
}

#[test]
fn uv() {
    let Some(world) = Loopback::start(&["uv", "python3"]) else {
        return;
    };
    wheel(&world);
    world.install("keyring", &format!("127.0.0.1:{}", world.http), &[]);
    world.rehearse(&Client {
        name: "uv",
        drive: |world| {
            let _ = fs::remove_dir_all(world.home().join("site"));
            let python = world.ok(&["sh", "-c", "command -v python3"]);
            let mut command = world.command(&[
                "uv",
                "pip",
                "install",
                "--no-cache",
                "--no-deps",
                "--target",
                "site",
                "--python",
                python.trim(),
            ]);
            command
                .args(["--index-url", &index(world), "loaned"])
                .output()
                .expect("it runs")
                .into()
        },
        recovers: Recovers::WhenTold,
        tells: true,
    });
}

#[test]
fn go() {
    let Some(world) = Loopback::start(&["go", "script"]) else {
        return;
    };
    world.install("go", &format!("127.0.0.1:{}", world.https), &[]);
    world.rehearse(&Client {
        name: "go",
        drive: |world| {
            let mut command =
                world.command(&["go", "list", "-m", "-versions", "example.com/loaned"]);
            command
                .env("GOPROXY", format!("https://127.0.0.1:{}/go", world.https))
                .env("GONOSUMDB", "*")
                .env("GOTELEMETRY", "off")
                .env("GOFLAGS", "-modcacherw")
                .output()
                .expect("it runs")
                .into()
        },
        recovers: Recovers::Inside,
        // It keeps to itself what a second call says.
        tells: false,
    });
    let go = format!(
        "GOPROXY=https://127.0.0.1:{}/go GONOSUMDB='*' GOTELEMETRY=off go list -m -versions \
         example.com/loaned",
        world.https
    );
    tells_at_the_terminal(&world, &go);
}

#[test]
fn curl() {
    let Some(world) = Loopback::start(&["curl"]) else {
        return;
    };
    world.rehearse(&Client {
        name: "curl",
        drive: |world| {
            let url = format!("https://127.0.0.1:{}/plain", world.https);
            let ca = world.home().join("ca.crt").display().to_string();
            let script = format!(
                "header=$(authctl token work --format header) && printf \
                %s \"$header\" | curl -sS --fail --cacert {ca} -H @- {url}"
            );
            world.run(&["sh", "-c", &script])
        },
        recovers: Recovers::WhenTold,
        tells: true,
    });
}

#[test]
fn msmtp_by_both_mechanisms() {
    for mechanism in ["xoauth2", "oauthbearer"] {
        let Some(world) = Loopback::start(&["msmtp"]) else {
            return;
        };
        let rc = world.file(
            "msmtprc",
            &format!(
                "account a\nhost 127.0.0.1\nport {}\ntls off\nauth {mechanism}\nuser \
                 me@example.com\nfrom me@example.com\n\
                 passwordeval \"authctl hook token --profile work\"\naccount default : a\n",
                world.smtp
            ),
        );
        world.ok(&["chmod", "600", &rc]);
        world.rehearse(&Client {
            name: "msmtp",
            drive: |world| {
                let script = "printf 'Subject: x\\n\\nhello\\n' | msmtp -C msmtprc you@example.com";
                world.run(&["sh", "-c", script])
            },
            recovers: Recovers::WhenTold,
            tells: true,
        });
        let let_in = format!("AUTH {}", mechanism.to_uppercase());
        assert!(
            world
                .requests()
                .iter()
                .any(|request| request.what == let_in && request.status == 235)
        );
    }
}

#[test]
fn google_auth() {
    let Some(world) = Loopback::start(&["python3"]) else {
        return;
    };
    let check = ["python3", "-c", "import google.auth.pluggable, requests"];
    let there = world.run(&check).code == Some(0);
    if !machine::allows(there, "missing: google-auth (tests/run installs it)") {
        return;
    }
    world.file(
        "google.json",
        &json!({
            "type": "external_account",
            "audience":
                concat!("//iam.googleapis.com/projects/1/locations/global/",
                    "workloadIdentityPools/p/providers/x"),
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            "token_url": "https://sts.googleapis.com/v1/token",
            "credential_source": {"executable": {"command": format!("{AUTHCTL} hook google \
             --profile work"), "timeout_millis": 30000}},
        })
        .to_string(),
    );
    world.rehearse(&Client {
        name: "google-auth",
        drive: |world| {
            let script = manifest()
                .join("tests/clients/subject_token.py")
                .display()
                .to_string();
            let mut command = world.command(&["python3", &script, "google.json"]);
            let done = Done::from(
                command
                    .env("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1")
                    .output()
                    .expect("it runs"),
            );
            let ends = done.stdout.trim().matches('.').count() == 2;
            if ends {
                // The rehearsal moves the access token's end; this client wants the ID token, whose
                // end is in it.
                let _ = world.stage.token();
            }
            done
        },
        recovers: Recovers::Nothing,
        tells: true,
    });
}

/// AWS' own client, and a security token service that we did not write.
#[test]
fn aws() {
    let Some(world) = Loopback::start(&["aws", "moto_server"]) else {
        return;
    };
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("bound")
        .port();
    let mut moto = world
        .command(&["moto_server", "-H", "127.0.0.1", "-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("moto runs");
    let up = (0..300).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        assert!(up, "moto does not start");
        let role = "arn:aws:iam::123456789012:role/loaned";
        world.install(
            "aws",
            "sts.amazonaws.com",
            &["--role-arn", role, "--user", "cloud"],
        );
        let endpoint = format!("http://127.0.0.1:{port}");
        let drive = || {
            let mut command = world.command(&[
                "aws",
                "--profile",
                "cloud",
                "--region",
                "us-east-1",
                "sts",
                "get-caller-identity",
            ]);
            Done::from(
                command
                    .env("AWS_ENDPOINT_URL_STS", &endpoint)
                    .output()
                    .expect("it runs"),
            )
        };
        let done = drive();
        assert!(
            done.answer().contains("assumed-role/loaned/authctl"),
            "{done:?}"
        );
        world.stage.expire();
        assert_eq!(drive().code, Some(0));
        assert_eq!(
            world.stage.run(&["logout", "work", "--local"]).code,
            Some(0)
        );
        let done = drive();
        assert!(
            done.code != Some(0) && done.stderr.contains("authctl login work"),
            "{done:?}"
        );
    }));
    let _ = moto.kill();
    let _ = moto.wait();
    if let Err(failure) = tried {
        std::panic::resume_unwind(failure);
    }
}

/// The token file that every AWS SDK sends as it is.
#[test]
fn aws_by_a_web_identity_token_file() {
    let Some(world) = Loopback::start(&[]) else {
        return;
    };
    let path = world.home().join("identity").display().to_string();
    world.ok(&[AUTHCTL, "token", "work", "--id-token", "--output", &path]);
    let token = fs::read_to_string(&path).expect("there");
    assert!(
        !token.contains('\n') && token.matches('.').count() == 2,
        "{token}"
    );
}
