//! Files that stay fresh: what is in them, what stays behind, and what becomes of the user's own.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use authctl::sandbox::Options;
use authctl::secret::Fingerprint;

use super::exec;
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

/// A command that waits, with a file that is kept, and where that is.
struct Job {
    command: Child,
    file: PathBuf,
}

impl Job {
    fn start(stage: &Stage, script: &str) -> Self {
        Self::start_after(stage, ":", script)
    }

    /// A command that has done `first` before the test goes on.
    fn start_after(stage: &Stage, first: &str, script: &str) -> Self {
        let note = stage.home.path().join("note");
        let _ = fs::remove_file(&note);
        let tell = format!("echo $T >{0}.new; mv {0}.new {0}", note.display());
        let script = format!("{first}; {tell}; {script}");
        let command = stage.spawn(&["exec", "--file", "T", "work", "--", "sh", "-c", &script]);
        let file = PathBuf::from(wait_for(&note).trim());
        Self { command, file }
    }

    fn token(&self) -> String {
        fs::read_to_string(&self.file).expect("never missing")
    }
}

/// The processes that keep files for this stage: the keeper, then its guard.
fn keepers(stage: &Stage) -> Vec<u32> {
    let home = format!("AUTHCTL_HOME={}", stage.state().display());
    let mut found: Vec<u32> = vec![];
    for entry in fs::read_dir("/proc").expect("there").flatten() {
        let read = |name: &str| fs::read(entry.path().join(name)).unwrap_or_default();
        let environment = read("environ");
        let is_this = environment
            .split(|byte| *byte == 0)
            .any(|it| it == home.as_bytes());
        if is_this && read("cmdline").ends_with(b"keep\0files\0") {
            found.push(
                entry
                    .file_name()
                    .to_string_lossy()
                    .parse()
                    .expect("a number"),
            );
        }
    }
    // The numbers of processes begin again some time: the guard is the keeper's child.
    let is_child = |pid: &u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let parent = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.split(' ').nth(1));
        parent.is_some_and(|parent| found.iter().any(|it| it.to_string() == parent))
    };
    let (guards, mut keepers): (Vec<u32>, Vec<u32>) = found.iter().copied().partition(is_child);
    keepers.extend(guards);
    keepers
}

fn send(signal: &str, pids: &[u32]) {
    let pids: Vec<String> = pids.iter().map(u32::to_string).collect();
    let mut words = vec!["kill".to_owned(), format!("-{signal}")];
    words.extend(pids);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let _ = machine::succeeds(&words);
}

/// Whether `is_so` becomes true; a machine under load takes its time.
fn soon(is_so: impl Fn() -> bool) -> bool {
    let ends = Instant::now() + Duration::from_secs(30);
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
    if !machine::can_look_into_processes() {
        return;
    }
    let stage = Stage::logged_in();
    for victim in [
        "command",
        "keeper",
        "guard",
        "command and keeper",
        "all are told to end",
    ] {
        let mut job = Job::start(&stage, "exec sleep 30");
        let command = job.command.id();
        let [keeper, guard] = keepers(&stage)[..] else {
            panic!("{:?}", keepers(&stage))
        };
        assert_eq!(job.token(), stage.token());
        match victim {
            "command" => send("KILL", &[command]),
            "keeper" => send("KILL", &[keeper]),
            "guard" => {
                send("KILL", &[guard]);
                assert_eq!(job.token(), stage.token(), "the keeper goes on");
                // It is replaced when the next token is written.
                let refused = Fingerprint::of(&stage.token()).to_string();
                stage
                    .run(&["token", "work", "--rejected", &refused])
                    .answer();
                assert!(soon(|| keepers(&stage).len() == 2));
                send("KILL", &[keeper]);
            }
            "command and keeper" => send("KILL", &[keeper, command]),
            // As a service manager does.
            _ => send("TERM", &[command, keeper, guard]),
        }
        assert!(soon(|| !job.file.exists()), "{victim}");
        assert!(!job.file.parent().expect("its own").exists(), "{victim}");
        let _ = job.command.kill();
        let _ = job.command.wait();
        assert!(soon(|| keepers(&stage).is_empty()), "{victim}");
    }
}

/// A command that is told to end may need its token until it has.
#[cfg(target_os = "linux")]
#[test]
fn a_file_stays_until_a_command_that_takes_its_time_has_ended() {
    if !machine::can_look_into_processes() {
        return;
    }
    let stage = Stage::logged_in();
    let job = Job::start_after(
        &stage,
        "trap 'sleep 1; cat $T; exit 3' TERM",
        "while :; do sleep 0.1; done",
    );
    let mut all = keepers(&stage);
    all.push(job.command.id());
    send("TERM", &all);
    let file = job.file.clone();
    let done = Done::of(job.command);
    assert_eq!((done.code, done.stdout), (Some(3), stage.token()));
    assert!(soon(|| !file.exists()));
}

/// A kill before the keeper was there left a token for ever.
#[cfg(target_os = "linux")]
#[test]
fn a_kill_at_any_moment_of_the_start_leaves_no_token() {
    let stage = Stage::logged_in();
    let runtime = stage.home.path().join("runtime");
    fs::create_dir(&runtime).expect("a directory");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs::set_permissions(&runtime, mode).expect("owned");
    for round in 0..60_u64 {
        let mut command = stage.command(&["exec", "work", "--file", "T", "--", "sleep", "5"]);
        command
            .env("XDG_RUNTIME_DIR", &runtime)
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("runs");
        std::thread::sleep(Duration::from_millis(round));
        send(if round % 2 == 0 { "TERM" } else { "KILL" }, &[child.id()]);
        let _ = child.wait();
    }
    let left = || fs::read_dir(&runtime).expect("there").flatten().count();
    assert!(soon(|| left() == 0), "{} are left", left());
}

/// What the user had at a path is lost only if a token took its place.
#[test]
fn a_failed_start_leaves_the_users_files_alone_and_another_runs_file_too() {
    let stage = Stage::logged_in();
    let file = stage.home.path().join("mine");
    fs::write(&file, "precious").expect("written");
    let place = format!("T={}", file.display());
    exec(&stage, &["nobody", "--file", &place], "true").fails(6, "");
    exec(&stage, &["--file", &place, "--file", "U=/dev/null"], "true").fails(2, "");
    assert_eq!(fs::read_to_string(&file).expect("there"), "precious");
    // Another writer's file at the same path is not taken away.
    let script = "mv \"$T\" \"$T.old\"; printf theirs >\"$T\"";
    let done = exec(&stage, &["work", "--file", &place], script);
    assert_eq!(done.code, Some(0), "{done:?}");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(fs::read_to_string(&file).expect("there"), "theirs");
}

/// A link led to the token's file, which stayed behind.
#[cfg(target_os = "linux")]
#[test]
fn a_link_of_the_users_stays_and_what_it_led_to_goes() {
    let stage = Stage::logged_in();
    let (link, target) = (
        stage.home.path().join("link"),
        stage.home.path().join("target"),
    );
    std::os::unix::fs::symlink("target", &link).expect("linked");
    let place = format!("T={}", link.display());
    let done = exec(&stage, &["work", "--file", &place], "cat $T");
    assert_eq!(done.answer(), stage.token());
    assert!(soon(|| !target.exists()));
    assert!(link.is_symlink());
}

/// A command put a link in the place of its file, and the next token was written where that led.
#[test]
fn a_link_that_takes_the_files_place_is_not_followed() {
    let stage = Stage::logged_in();
    let other = stage.home.path().join("other");
    let script = format!("ln -sf {} $T; sleep 20", other.display());
    let mut job = Job::start(&stage, &script);
    assert!(soon(|| job.file.is_symlink()));
    let refused = Fingerprint::of(&stage.token()).to_string();
    let done = stage.run(&["token", "work", "--rejected", &refused]);
    assert!(soon(
        || fs::read_to_string(&job.file).is_ok_and(|text| text == done.answer())
    ));
    assert!(!job.file.is_symlink() && !other.exists());
    let _ = job.command.kill();
    let _ = job.command.wait();
}

/// A command that waits for all of its children waited for the keeper.
#[cfg(target_os = "linux")]
#[test]
fn the_keeper_is_no_child_of_the_command() {
    let stage = Stage::logged_in();
    let count = "ls /proc/$$/task/$$ | wc -l; cat /proc/$$/task/$$/children";
    let done = exec(&stage, &["work", "--file", "T"], count);
    // The only child is the one that lists.
    assert_eq!(
        done.answer()
            .lines()
            .nth(1)
            .unwrap_or_default()
            .split_whitespace()
            .count(),
        1
    );
}

/// A name that is no Unicode made the program panic.
#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_no_text_is_a_path_all_the_same() {
    use std::os::unix::ffi::OsStrExt;
    let stage = Stage::logged_in();
    let strange = stage
        .home
        .path()
        .join(std::ffi::OsStr::from_bytes(b"bad\xff"));
    fs::create_dir(&strange).expect("a directory");
    let mut command = stage.command(&["exec", "work", "--file", "T=x", "--", "sh", "-c", "cat x"]);
    let done = Done::from(command.current_dir(&strange).output().expect("runs"));
    assert_eq!(done.answer(), stage.token());
    assert!(soon(|| !strange.join("x").exists()));
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
