//! `authctl exec` and `token --keep`: commands that get a token, and files that stay fresh.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use authctl::sandbox::Options;
use authctl::secret::Fingerprint;

use crate::support::machine;
use crate::support::programs::{raw, wait_for};
use crate::support::stage::{Done, Stage};

/// Tokens that live for three seconds.
fn short_lived() -> Stage {
    Stage::logged_in_with(Options {
        access_ttl: Duration::from_secs(3),
        ..Options::default()
    })
}

fn exec(stage: &Stage, flags: &[&str], script: &str) -> Done {
    stage.run(&[&["exec"], flags, &["--", "sh", "-c", script]].concat())
}

/// What the server says of a token at its protected resource.
fn verdict(stage: &Stage, token: &str) -> u16 {
    let host = stage
        .sandbox
        .issuer()
        .strip_prefix("http://")
        .expect("plain");
    let request = format!(
        "GET /resource HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n\r\n"
    );
    raw(host, &request).0
}

#[test]
fn the_program_becomes_the_command() {
    let stage = Stage::logged_in();
    let child = stage
        .command(&[
            "exec",
            "work",
            "--",
            "sh",
            "-c",
            "echo $$ $AUTHCTL_ACCESS_TOKEN; exit 7",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let pid = child.id();
    let done = Done::of(child);
    let said = format!("{pid} {}\n", stage.token());
    assert_eq!((done.code, done.stdout), (Some(7), said));
    let done = exec(&stage, &["work"], "kill -9 $$");
    assert_eq!(done.code, None, "{done:?}");
}

#[test]
fn variables_and_headers_hold_the_tokens_of_several_profiles() {
    let stage = Stage::logged_in();
    stage
        .login_command(
            "other",
            &["--browser", &crate::support::programs::visitor("bob")],
        )
        .output()
        .expect("runs");
    let done = exec(
        &stage,
        &["-e", "A", "-e", "B=other", "--header", "C=other", "work"],
        "echo \"$A/$B/$C/$AUTHCTL_ACCESS_TOKEN\"",
    );
    let other = stage.run(&["token", "other"]).answer().to_owned();
    let said = format!("{}/{other}/Authorization: Bearer {other}/", stage.token());
    assert_eq!(done.answer(), said);
    let done = exec(&stage, &["-e", "A", "--id-token", "work"], "echo $A");
    assert_eq!(
        done.answer(),
        stage.run(&["token", "work", "--id-token"]).answer()
    );
}

/// A make's jobserver and a shell's own files are the command's, also where a token had to be
/// refreshed first; and the limit on core dumps is the user's.
#[cfg(target_os = "linux")]
#[test]
fn a_command_keeps_what_was_open_and_the_limits_that_it_had() {
    let stage = Stage::logged_in();
    stage.expire();
    let script = "exec 7>\"$HOME/seven\"; ulimit -Sc 100; exec \"$0\" \"$@\"";
    let inner = "ulimit -Sc; ulimit -Hc; echo written >&7";
    let way = ["sh", "-c", script];
    let limits = Done::of(stage.spawn_by(
        &["sh", "-c", "ulimit -Sc 100; exec \"$@\"", "-"],
        &["--version"],
    ));
    drop(limits);
    let done = Done::of(stage.spawn_by(&way, &["exec", "work", "--", "sh", "-c", inner]));
    let hard = std::process::Command::new("sh")
        .args(["-c", "ulimit -Hc"])
        .output()
        .expect("runs");
    let hard = String::from_utf8(hard.stdout).expect("text");
    assert_eq!(done.answer(), format!("100\n{}", hard.trim()));
    let seven = fs::read_to_string(stage.home.path().join("seven"));
    assert_eq!(seven.expect("there"), "written\n");
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn a_command_gets_no_secret_but_its_token() {
    let stage = Stage::logged_in();
    let secrets = [
        ("AUTHCTL_CLIENT_SECRET", "s"),
        ("AUTHCTL_KEY", "k"),
        ("OTHER", "o"),
    ];
    let script = "echo $AUTHCTL_CLIENT_SECRET $AUTHCTL_KEY $OTHER";
    let done = stage.run_with(&secrets, &["exec", "work", "--", "sh", "-c", script]);
    assert_eq!(done.answer(), "o");
}

#[test]
fn without_a_token_or_a_program_nothing_is_run() {
    let stage = Stage::logged_in();
    let mark = stage.home.path().join("mark");
    let touch = format!("touch {}", mark.display());
    exec(&stage, &["nobody"], &touch).fails(6, "there is no profile");
    exec(&stage, &["-e", "A=work", "-e", "B=nobody"], &touch).fails(6, "there is no profile");
    let done = stage.run(&["exec", "work"]);
    done.fails(2, "required");
    for flags in [
        ["-e", "1A"],
        ["--file", "A-B"],
        ["--file", "A="],
        ["--header", ""],
    ] {
        exec(&stage, &flags, &touch).fails(2, "");
    }
    exec(&stage, &["work", "--file", "A=/dev/null"], &touch).fails(2, "not a regular file");
    stage
        .run(&["exec", "work", "--", "/no/such"])
        .fails(127, "cannot run /no/such");
    stage
        .run(&["exec", "work", "--", "no-such-program"])
        .fails(127, "cannot run no-such");
    stage
        .run(&["exec", "work", "--", "/dev/null"])
        .fails(126, "cannot run /dev/null");
    stage.run(&["logout", "work"]);
    exec(&stage, &["work"], &touch).fails(4, "");
    exec(&stage, &["work", "--file", "A"], &touch).fails(4, "");
    assert!(!mark.exists());
}

/// A command that waits, with a file that is kept, and where that is.
struct Job {
    command: Child,
    file: PathBuf,
}

impl Job {
    fn start(stage: &Stage, script: &str) -> Self {
        let note = stage.home.path().join("note");
        let _ = fs::remove_file(&note);
        let script = format!("echo $T >{0}.new; mv {0}.new {0}; {script}", note.display());
        let command = stage.spawn(&["exec", "--file", "T", "work", "--", "sh", "-c", &script]);
        let file = PathBuf::from(wait_for(&note).trim());
        Self { command, file }
    }

    fn token(&self) -> String {
        fs::read_to_string(&self.file).expect("never missing")
    }
}

/// The children of a process.
fn children(pid: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    children
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok())
        .collect()
}

fn kill(pid: u32) {
    assert!(machine::succeeds(&["kill", "-KILL", &pid.to_string()]));
}

/// Whether `is_so` becomes true within two seconds.
fn soon(is_so: impl Fn() -> bool) -> bool {
    let ends = Instant::now() + Duration::from_secs(2);
    while Instant::now() < ends {
        if is_so() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

/// A long job's token died in its middle.
#[cfg(target_os = "linux")]
#[test]
fn a_file_is_fresh_whole_and_there_for_as_long_as_the_command_runs() {
    let stage = short_lived();
    let job = Job::start(&stage, "sleep 9; cat \"$T\"");
    let mut tokens = vec![];
    let ends = Instant::now() + Duration::from_secs(8);
    while Instant::now() < ends {
        let token = job.token();
        assert_eq!(verdict(&stage, &token), 200, "{token:?}");
        tokens.push(token);
        std::thread::sleep(Duration::from_millis(20));
    }
    tokens.dedup();
    let refreshes = stage.ledger().refreshes;
    assert!((3..=6).contains(&refreshes), "{refreshes}");
    assert!(tokens.len() > 2, "{tokens:?}");
    let Job { command, file } = job;
    let done = Done::of(command);
    assert_eq!((done.code, &*done.stderr), (Some(0), ""), "{done:?}");
    assert!(soon(
        || !file.exists() && !file.parent().expect("its own").exists()
    ));
}

/// Which process is killed does not matter: no token and no process stay behind.
#[cfg(target_os = "linux")]
#[test]
fn a_kill_leaves_no_token_and_no_process_behind() {
    let stage = Stage::logged_in();
    for victim in [
        "command",
        "keeper",
        "guard",
        "command and keeper",
        "all but the guard",
    ] {
        let mut job = Job::start(&stage, "exec sleep 30");
        let command = job.command.id();
        let keeper = children(command);
        let [keeper] = keeper[..] else {
            panic!("{keeper:?}")
        };
        let guard = children(keeper)[0];
        assert_eq!(job.token(), stage.token());
        match victim {
            "command" => kill(command),
            "keeper" => kill(keeper),
            "guard" => {
                kill(guard);
                assert!(soon(|| children(keeper).iter().any(|pid| *pid != guard)));
                assert_eq!(job.token(), stage.token(), "the keeper goes on");
                kill(keeper);
            }
            _ => {
                kill(keeper);
                kill(command);
            }
        }
        assert!(soon(|| !job.file.exists()), "{victim}");
        assert!(!job.file.parent().expect("its own").exists(), "{victim}");
        let _ = job.command.kill();
        let _ = job.command.wait();
        let is_gone = |pid: u32| !Path::new(&format!("/proc/{pid}")).exists();
        assert!(soon(|| is_gone(keeper) && is_gone(guard)), "{victim}");
    }
}

/// A token that cannot be renewed in the middle of a job is told once, and the file keeps its last.
#[cfg(target_os = "linux")]
#[test]
fn a_session_that_ends_in_the_middle_of_a_job_is_told_once() {
    let stage = short_lived();
    let job = Job::start(&stage, "sleep 9");
    let token = job.token();
    stage.fault("error=invalid_grant*1000");
    std::thread::sleep(Duration::from_secs(7));
    assert_eq!(job.token(), token);
    let done = Done::of(job.command);
    assert_eq!(done.code, Some(0));
    assert_eq!(
        done.stderr.matches("the file keeps its last token").count(),
        1,
        "{done:?}"
    );
    assert!(done.stderr.contains("invalid_grant"), "{done:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn another_process_that_refreshes_is_noticed_and_a_login_heals() {
    let stage = Stage::logged_in();
    let job = Job::start(&stage, "sleep 20");
    let token = job.token();
    let refused = Fingerprint::of(&token).to_string();
    let next = stage
        .run(&["token", "work", "--rejected", &refused])
        .answer()
        .to_owned();
    assert_ne!(token, next);
    assert!(soon(|| job.token() == next));
    stage.run(&["logout", "work"]);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(job.token(), next, "the file keeps its last token");
    stage.log_in();
    let fresh = stage.token();
    assert!(soon(|| job.token() == fresh) || soon(|| job.token() == fresh));
    let mut command = job.command;
    command.kill().expect("it runs");
    let _ = command.wait();
}

#[cfg(target_os = "linux")]
#[test]
fn a_kept_output_is_fresh_until_it_is_told_to_stop_and_the_service_manager_hears_of_it() {
    let stage = short_lived();
    let file = stage.home.path().join("token");
    let socket = stage.home.path().join("notify");
    let manager = std::os::unix::net::UnixDatagram::bind(&socket).expect("bound");
    let output = file.display().to_string();
    let mut keeper = stage
        .command(&["token", "work", "--output", &output, "--keep"])
        .env("NOTIFY_SOCKET", &socket)
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut said = [0; 64];
    let length = manager.recv(&mut said).expect("it is told");
    assert_eq!(&said[..length], b"READY=1");
    let first = fs::read_to_string(&file).expect("there");
    for _ in 0..100 {
        let token = fs::read_to_string(&file).expect("never missing");
        assert_eq!(verdict(&stage, &token), 200);
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_ne!(fs::read_to_string(&file).expect("there"), first);
    assert!(machine::succeeds(&[
        "kill",
        "-TERM",
        &keeper.id().to_string()
    ]));
    keeper.wait().expect("it ends");
    let names: Vec<_> = fs::read_dir(stage.home.path())
        .expect("there")
        .flatten()
        .collect();
    let left = names
        .iter()
        .filter(|name| name.file_name().to_string_lossy().contains("token"));
    assert_eq!(left.count(), 1, "only the file itself");
    stage.run(&["token", "work", "--keep"]).fails(2, "--output");
}
