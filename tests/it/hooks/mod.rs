//! Every protocol, byte by byte: what its caller says and what it is told, with the exit code, in
//! golden files. `UPDATE_GOLDEN=1 cargo test hooks` writes them anew. The real callers are in
//! `clients`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use authctl::hook::protocol::{HOOKS, Input, REQUEST_LIMIT};

use crate::support::programs::AUTHCTL;
use crate::support::stage::{Done, Stage};

mod cases;
mod transcript;

use cases::{CASES, Case, Kind, NUGET_REQUEST};

/// What a stage is like for a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum World {
    /// `work` is logged in, and its token lives.
    LoggedIn,
    /// `work` is logged out.
    LoggedOut,
    /// The token has ended, and the server does not answer.
    ServerDown,
}

impl World {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::LoginRequired => Self::LoggedOut,
            Kind::TryAgain => Self::ServerDown,
            _ => Self::LoggedIn,
        }
    }
}

const CONFIGURATION: &str = r#"
default_profile = "work"

[[match]]
host = ["*.example.com", "example.com:8443"]
profile = "work"

[[match]]
url = "https://gitlab.example.com/team"
hook = "git"
username = "gitlab-user"
profile = "work"

[[match]]
host = "registry.example.com"
hook = ["docker", "go"]
username = "puller"
profile = "work"

[[match]]
url = "https://part.example.org/team/*"
profile = "work"

[[match]]
host = "id.example.com"
token = "id_token"
profile = "work"

[[match]]
host = "identity.example.com"
hook = "docker"
username = "<token>"
profile = "work"

[[match]]
host = "api.example.com"
audience = "somebody else"
profile = "work"
"#;

fn stage(world: World) -> Stage {
    let stage = if world == World::LoggedOut {
        Stage::new()
    } else {
        Stage::logged_in()
    };
    let issuer = stage.sandbox.issuer();
    stage.configure(&format!(
        "{CONFIGURATION}\n[profile.work]\nissuer = \"{issuer}\"\nclient_id = \"sandbox\"\n"
    ));
    if world == World::ServerDown {
        stage.expire();
        stage.fault("status=503*1000");
    }
    stage
}

/// A stage for each world.
struct Stages {
    logged_in: Stage,
    logged_out: Stage,
    server_down: Stage,
}

impl Stages {
    fn new() -> Self {
        Self {
            logged_in: stage(World::LoggedIn),
            logged_out: stage(World::LoggedOut),
            server_down: stage(World::ServerDown),
        }
    }

    fn of(&self, case: &Case) -> &Stage {
        match World::of(case.kind) {
            World::LoggedIn => &self.logged_in,
            World::LoggedOut => &self.logged_out,
            World::ServerDown => &self.server_down,
        }
    }
}

fn cases_of(hook: &str) -> &'static [Case] {
    let found = CASES.iter().find(|(name, _)| *name == hook);
    found.unwrap_or_else(|| panic!("{hook} has no cases")).1
}

/// Calls a hook as its caller would.
fn call(stage: &Stage, hook: &str, args: &[&str], env: &[(&str, &str)], stdin: &[u8]) -> Done {
    stage.let_the_server_be_asked();
    let mut command = stage.command(&["hook", hook]);
    command.args(args).envs(env.iter().copied());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("authctl runs");
    // A hook may end before it has read everything.
    let _ = child.stdin.take().expect("piped").write_all(stdin);
    child.wait_with_output().expect("it ends").into()
}

fn call_case(stage: &Stage, hook: &str, case: &Case) -> Done {
    call(stage, hook, case.args, case.env, case.stdin.as_bytes())
}

#[test]
fn every_protocol_says_what_its_golden_file_says() {
    let stages = Stages::new();
    for row in HOOKS {
        let mut made = String::new();
        for case in cases_of(row.name) {
            let stage = stages.of(case);
            let done = call_case(stage, row.name, case);
            made.push_str(&transcript::of(stage, row.name, case, &done));
        }
        transcript::compare(row.name, &made);
    }
    assert_eq!(
        stages.logged_in.ledger().token_requests,
        1,
        "a token that lives is not refreshed"
    );
}

#[test]
fn what_is_called_good_gives_a_token_and_nothing_else_does() {
    let stages = Stages::new();
    for (hook, cases) in CASES {
        for case in *cases {
            let stage = stages.of(case);
            check_outcome(stage, hook, case, &call_case(stage, hook, case));
        }
    }
}

fn check_outcome(stage: &Stage, hook: &str, case: &Case, done: &Done) {
    let what = format!("{hook} {}: {done:?}", case.title);
    let answer = transcript::answer(stage, hook, done);
    let token = answer.contains("{access_token}") || answer.contains("{id_token}");
    let may_answer = World::of(case.kind) == World::LoggedIn;
    match case.kind {
        Kind::Good => assert!(token && done.code == Some(0), "{what}"),
        Kind::NotMine | Kind::LoginRequired | Kind::TryAgain | Kind::Malformed => {
            assert!(!token || hook == "docker" && may_answer, "{what}");
        }
        Kind::UnknownVersion | Kind::UnknownFields | Kind::Special => {}
    }
    assert!(hook != "google" || done.stderr.is_empty(), "{what}");
    assert!(!done.stderr.contains("panicked"), "{what}");
    assert!(
        !transcript::normal(stage, &done.stderr).contains("_token}"),
        "{what}"
    );
    if may_answer {
        let refresh = stage.refresh_token();
        assert!(
            !done.stdout.contains(&refresh) && !done.stderr.contains(&refresh),
            "{what}"
        );
    }
}

#[test]
fn every_protocol_is_tried_in_every_way_that_it_has() {
    for row in HOOKS {
        let mut missing = vec![Kind::LoginRequired, Kind::TryAgain];
        // The good case of aws needs its cloud.
        if row.name != "aws" {
            missing.push(Kind::Good);
        }
        if row.input != Input::Nothing || !row.usage.is_empty() {
            missing.extend([Kind::Malformed, Kind::NotMine]);
        }
        let reads = ![Input::Nothing, Input::ToTheEndAfterAWord].contains(&row.input);
        if reads && row.name != "vault" {
            missing.extend([Kind::UnknownVersion, Kind::UnknownFields]);
        }
        for case in cases_of(row.name) {
            missing.retain(|kind| *kind != case.kind);
        }
        assert!(missing.is_empty(), "{}: {missing:?}", row.name);
    }
}

#[test]
fn a_request_without_end_is_refused_by_everyone_who_reads() {
    let stage = stage(World::LoggedIn);
    let long = vec![b'x'; REQUEST_LIMIT + 2];
    for row in HOOKS {
        let args: &[&str] = match row.input {
            Input::Nothing => continue,
            Input::ToTheEndAfterAWord => &["https://proxy.example.com/mod/@v/list"],
            Input::ToTheEndFor(verbs) | Input::ToABlankLineFor(verbs) => &verbs[..1],
            Input::ToTheEnd | Input::Lines => &[],
        };
        let host: &[&str] = if row.name == "terraform" {
            &["tf.example.com"]
        } else {
            &[]
        };
        let done = call(&stage, row.name, &[args, host].concat(), &[], &long);
        let said = format!("{}{}", done.stdout, done.stderr);
        assert!(
            said.contains("longer than a mebibyte"),
            "{}: {done:?}",
            row.name
        );
        assert!(
            !said.contains("xxxx"),
            "{}: the request is not repeated",
            row.name
        );
        assert_ne!((done.code, row.name), (Some(0), "git"), "{done:?}");
    }
}

/// Called by the name that a client looks for, the program speaks that client's protocol.
#[cfg(unix)]
#[test]
fn a_link_of_the_clients_name_is_the_protocol() {
    let stage = stage(World::LoggedIn);
    for row in HOOKS {
        let Some(program) = row.program else { continue };
        let link = stage.home.path().join(program);
        std::os::unix::fs::symlink(AUTHCTL, &link).expect("linked");
        let case = cases_of(row.name).iter().find(|case| case.title == "good");
        let case = case.expect("a good case");
        let expected = call_case(&stage, row.name, case);
        let mut command = Command::new(&link);
        command
            .env_clear()
            .env("AUTHCTL_HOME", stage.state())
            .env("AUTHCTL_CONFIG", stage.config());
        command
            .args(row.flag)
            .args(case.args)
            .envs(case.env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("runs");
        let _ = child
            .stdin
            .take()
            .expect("piped")
            .write_all(case.stdin.as_bytes());
        let done = Done::of(child);
        assert_eq!(
            transcript::normal(&stage, &done.stdout),
            transcript::normal(&stage, &expected.stdout),
            "{program}: {done:?}"
        );
        assert_eq!(done.code, Some(0), "{program}");
    }
    for words in [
        &["--cargo-plugin"][..],
        &["hook", "cargo", "--cargo-plugin"],
        &["hook", "cargo"],
    ] {
        let done = Done::from(stage.command(words).output().expect("runs"));
        assert_eq!(
            (done.code, done.stdout.as_str()),
            (Some(0), "{\"v\":[1]}\n")
        );
    }
    assert_eq!(
        stage
            .run(&["hook", "nuget", "-Plugin"])
            .answer()
            .lines()
            .count(),
        1
    );
    let talk = format!(
        "{{\"RequestId\":\"c\",\"Type\":\"Request\",\"Method\":\"Close\"}}\n{NUGET_REQUEST}\n"
    );
    let closed = stage.run_with_stdin(&["hook", "nuget"], &talk);
    assert_eq!(
        closed.answer().lines().count(),
        1,
        "after the end nothing is answered"
    );
}

/// A caller that stops in the middle of its request, and does not close stdin.
#[cfg(unix)]
#[test]
fn a_request_that_stops_in_the_middle_is_not_waited_for() {
    let stage = stage(World::LoggedIn);
    let mut child = stage
        .command(&["hook", "git", "get"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(b"protocol=https\nho").expect("written");
    let done = Done::of(child);
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.stderr.contains("does not come to its end"), "{done:?}");
    // With a blank line it is whole, although stdin stays open.
    let mut child = stage
        .command(&["hook", "git", "get"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut stdin = child.stdin.take().expect("piped");
    stdin
        .write_all(b"protocol=https\nhost=git.example.com\n\n")
        .expect("written");
    let done = Done::of(child);
    assert!(done.answer().contains("password=at-"), "{done:?}");
    drop(stdin);
}
