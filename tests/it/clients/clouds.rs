//! Clients of clouds and clusters.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::json;

use super::{Client, Loopback, Recovers, crowd, manifest};
use crate::support::machine;
use crate::support::programs::AUTHCTL;
use crate::support::stage::Done;

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

/// A security token service of another project.
struct Moto {
    child: Child,
    endpoint: String,
}

impl Moto {
    fn start(world: &Loopback) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("bound").port();
        drop(free);
        let mut command =
            world.command(&["moto_server", "-H", "127.0.0.1", "-p", &port.to_string()]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let moto = Self {
            child: child.expect("moto runs"),
            endpoint: format!("http://127.0.0.1:{port}"),
        };
        let up = (0..300).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        assert!(up, "moto does not start");
        moto
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ROLE: &str = "arn:aws:iam::123456789012:role/loaned";

/// Asks AWS which identity its client has.
const WHO: &[&str] = &["--region", "us-east-1", "sts", "get-caller-identity"];

#[test]
fn aws() {
    let Some(world) = Loopback::start(&["aws", "moto_server"]) else {
        return;
    };
    let moto = Moto::start(&world);
    world.install(
        "aws",
        "sts.amazonaws.com",
        &["--role-arn", ROLE, "--user", "cloud"],
    );
    let drive = || {
        let mut command = world.command(&[&["aws", "--profile", "cloud"], WHO].concat());
        let command = command.env("AWS_ENDPOINT_URL_STS", &moto.endpoint);
        Done::from(command.output().expect("it runs"))
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
}

/// The token file that every AWS SDK sends as it is, kept by `exec`.
#[test]
fn aws_by_a_file_that_is_kept_fresh() {
    let Some(world) = Loopback::start(&["aws", "moto_server"]) else {
        return;
    };
    let moto = Moto::start(&world);
    let file = ["--id-token", "--file", "AWS_WEB_IDENTITY_TOKEN_FILE"];
    let words = [&[AUTHCTL, "exec", "work"], &file[..], &["--", "aws"], WHO].concat();
    let mut command = world.command(&words);
    command
        .env("AWS_ROLE_ARN", ROLE)
        .env("AWS_ROLE_SESSION_NAME", "job");
    let command = command.env("AWS_ENDPOINT_URL_STS", &moto.endpoint);
    let done = Done::from(command.output().expect("it runs"));
    assert!(
        done.answer().contains("assumed-role/loaned/job"),
        "{done:?}"
    );
}

/// Google's library reads the token from a file, when it wants one.
#[test]
fn google_auth_by_a_file_that_is_kept_fresh() {
    let Some(world) = Loopback::start(&["python3"]) else {
        return;
    };
    let there = world
        .run(&["python3", "-c", "import google.auth.identity_pool"])
        .code
        == Some(0);
    if !machine::allows(there, "missing: google-auth (tests/run installs it)") {
        return;
    }
    let script = "import os\nfrom google.auth import identity_pool\n\
                  c = identity_pool.Credentials.from_info({'audience': \
                  '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/\
                  providers/x', 'subject_token_type': 'urn:ietf:params:oauth:token-type:id_token', \
                  'token_url': 'https://sts.googleapis.com/v1/token', \
                  'credential_source': {'file': os.environ['T']}})\n\
                  print(c.retrieve_subject_token(None))";
    let words = [
        AUTHCTL,
        "exec",
        "work",
        "--id-token",
        "--file",
        "T",
        "--",
        "python3",
        "-c",
        script,
    ];
    let done = world.run(&words);
    let token = world.run(&[AUTHCTL, "token", "work", "--id-token"]);
    assert_eq!(done.answer(), token.answer());
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
