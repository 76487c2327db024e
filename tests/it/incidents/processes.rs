//! What went wrong between callers, their helper processes and signals.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use super::{by_shell, shell_command};
use crate::support::machine;
use crate::support::programs::copy_program;
use crate::support::stage::{Done, Stage};
use crate::support::users::{ANOTHER, give};

/// The only child of a process.
fn child_of(pid: &str) -> String {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    children.expect("there").trim().to_owned()
}

#[track_caller]
fn send(signal: &str, pid: &str) {
    let sent = machine::succeeds(&["kill", &format!("-{signal}"), pid]);
    assert!(sent, "{signal} to {pid}");
}

/// The first process of a container ended after five seconds, and its helper process with it.
#[test]
fn the_first_process_of_a_container_waits_for_its_helper_whatever_it_is_told() {
    if !machine::has_pid_namespaces() {
        return;
    }
    let stage = Stage::logged_in();
    stage.add_to_config("old_access_token = \"lives\"\n");
    stage.age(150);
    stage.fault("slow=5500");
    let done = by_shell(
        &stage,
        "exec unshare -pf --mount-proc \"$AUTHCTL\" token work --min-ttl 4m",
    );
    assert_eq!(
        stage.record()["tokens"]["access_token"],
        done.answer(),
        "{done:?}"
    );

    stage.expire();
    stage.fault("slow=1500");
    let script = "exec unshare -pf --mount-proc --kill-child \"$AUTHCTL\" token work";
    let container = shell_command(&stage, script).spawn().expect("runs");
    stage.until_asked(3);
    let first = child_of(&container.id().to_string());
    for _ in 0..3 {
        send("TERM", &first);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let done = Done::of(container);
    assert!(done.answer().starts_with("at-"), "{done:?}");
    assert!(
        done.stderr.contains("to end now could lose the session"),
        "{done:?}"
    );
    assert_eq!((stage.ledger().refreshes, stage.ledger().reuses), (2, 0));
}

/// The first process of a container crashed on a signal that came after its refresh.
#[test]
fn the_first_process_of_a_container_survives_a_signal_after_its_refresh() {
    if !machine::has_pid_namespaces() {
        return;
    }
    let mut stage = Stage::logged_in();
    // Its helper process dies when the server has rotated, and it asks once more.
    stage.expects_reuse = true;
    stage.expire();
    stage.fault("slow=60000");
    let script = "exec unshare -pf --mount-proc --kill-child \"$AUTHCTL\" token work --wait 3s";
    let container = shell_command(&stage, script).spawn().expect("runs");
    stage.until_asked(2);
    let first = child_of(&container.id().to_string());
    // Its helper process dies, and another process has the lock when it comes round again.
    let lock = fs::File::open(stage.file("work.lock")).expect("there");
    let waits = std::thread::spawn(move || lock.lock().map(|()| lock));
    std::thread::sleep(std::time::Duration::from_millis(300));
    send("KILL", &child_of(&first));
    std::thread::sleep(std::time::Duration::from_millis(300));
    // It may have ended by now.
    let _ = machine::succeeds(&["kill", "-TERM", &first]);
    let done = Done::of(container);
    assert!([Some(0), Some(4), Some(5)].contains(&done.code), "{done:?}");
    drop(waits.join());
}

/// Where the loader of programs is, by machine and C library.
const LOADERS: &[&str] = &[
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/ld-linux-aarch64.so.1",
    "/lib/ld-musl-x86_64.so.1",
    "/lib/ld-musl-aarch64.so.1",
];

/// A helper process that died before it had read its order was said to go on. Started by a loader,
/// each of them died so.
#[test]
fn where_no_helper_can_be_started_the_caller_refreshes_itself() {
    let loader = LOADERS
        .iter()
        .find(|path| std::path::Path::new(path).exists());
    if !machine::allows(
        loader.is_some(),
        "the loader of programs is not at a known place",
    ) {
        return;
    }
    let loader = loader.expect("there");
    let stage = Stage::logged_in();
    stage.expire();
    let done = by_shell(&stage, &format!("exec {loader} \"$AUTHCTL\" token work -v"));
    assert!(done.answer().starts_with("at-"), "{done:?}");
    assert!(
        done.stderr.contains("has no process of its own"),
        "{done:?}"
    );
    assert_eq!(stage.ledger().refreshes, 1);
}

/// A script's own lock and pipe stayed open in a helper process that outlived the script's command.
#[test]
fn a_helper_keeps_nothing_of_the_callers_open() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.fault("slow=4000");
    let script = "exec 8>&1; exec 9>\"$HOME/script.lock\"; flock 9; \"$AUTHCTL\" token work --wait \
        300ms; exec 9>&-; \
                  flock -n \"$HOME/script.lock\" echo free";
    // That this returns is the other half: no process holds the pipe.
    let done = by_shell(&stage, script);
    assert_eq!(done.stdout, "free\n", "{done:?}");
    assert_eq!(
        stage.record()["generation"],
        1,
        "the refresh is under way still"
    );
    stage.until_settled();
    stage.token();
    assert_eq!(stage.ledger().refreshes, 1);
}

/// No thread was to be had for the look-up of a name, and the runtime died of it after the intent
/// was written.
#[test]
fn without_a_thread_to_be_had_nothing_is_begun() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    stage.edit_record(|record| {
        let address = record["endpoints"]["token"]
            .as_str()
            .expect("known")
            .replace("127.0.0.1", "localhost");
        record["endpoints"]["token"] = address.into();
    });
    stage.age(150);
    let old = stage.record()["tokens"]["access_token"].clone();
    let program = copy_program(stage.home.path());
    // A user without any other process.
    give(stage.home.path(), 12_345);
    let mut command = Command::new("bash");
    command
        .args(["-c", "ulimit -u 1; exec \"$0\" token work --min-ttl 4m"])
        .arg(&program)
        .env_clear();
    command
        .env("AUTHCTL_HOME", stage.state())
        .env("AUTHCTL_CONFIG", stage.config());
    let done = Done::from(command.uid(12345).gid(ANOTHER).output().expect("runs"));
    assert_eq!(done.answer(), old.as_str().expect("a token"), "{done:?}");
    assert!(done.stderr.contains("cannot start a thread"), "{done:?}");
    assert!(!stage.file("work.pending").exists(), "nothing was begun");
    assert_eq!(stage.ledger().refreshes, 0);
}

/// A caller that was stopped (Ctrl-Z) kept the lock after its refresh was over, and the lock named
/// another process.
#[test]
fn a_stopped_caller_lets_no_other_wait() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.fault("slow=500");
    let mut caller = stage.spawn(&["token", "work"]);
    stage.until_asked(2);
    let pid = caller.id().to_string();
    send("STOP", &pid);
    stage.until_settled();
    assert_eq!(stage.record()["generation"], 2);
    stage.expire();
    let done = stage.run(&["token", "work", "--wait", "5s"]);
    assert!(done.answer().starts_with("at-"), "{done:?}");
    send("CONT", &pid);
    assert!(caller.wait().expect("it ends").success());
    assert_eq!(stage.ledger().refreshes, 2);
}

/// Notices were written under the lock, to a pipe that no process read.
#[test]
fn a_caller_that_cannot_be_told_lets_no_other_wait() {
    let stage = Stage::logged_in();
    stage.expire();
    fs::set_permissions(stage.file("work.json"), fs::Permissions::from_mode(0o644)).expect("owned");
    let (reader, mut full) = std::io::pipe().expect("a pipe");
    std::io::Write::write_all(&mut full, &[b'x'; 65_536]).expect("it takes so much");
    let mut command = stage.command(&["token", "work"]);
    let mut stuck = command
        .stdout(Stdio::null())
        .stderr(full)
        .spawn()
        .expect("runs");
    drop(command);
    stage.until_asked(2);
    stage.until_settled();
    stage.expire();
    assert!(
        stage
            .run(&["token", "work", "--wait", "5s"])
            .answer()
            .starts_with("at-")
    );
    drop(reader);
    stuck.wait().expect("it ends");
    assert_eq!(stage.ledger().refreshes, 2);
}

/// The secret that the order carries was in the helper process's environment as well.
#[test]
fn a_helper_has_no_secret_in_its_environment() {
    if !machine::can_look_into_processes() {
        return;
    }
    let stage = Stage::new();
    stage
        .sandbox
        .set(|options| options.latency = std::time::Duration::from_secs(2));
    let mut command = stage.machine_command(&["token"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let caller = command.spawn().expect("runs");
    stage.until_asked(1);
    let helper = child_of(&caller.id().to_string());
    let environment = fs::read(format!("/proc/{helper}/environ")).expect("root may");
    let environment = String::from_utf8_lossy(&environment).into_owned();
    assert!(
        environment.contains("AUTHCTL_HOME=") && !environment.contains("sandbox-secret"),
        "{environment}"
    );
    // It runs no program, and keeps no directory from being unmounted.
    assert!(!environment.contains("PATH="), "{environment}");
    let directory = fs::read_link(format!("/proc/{helper}/cwd")).expect("root may");
    assert_eq!(directory, std::path::Path::new("/"));
    assert!(Done::of(caller).answer().starts_with("at-"));
}

/// Each `token --output` that was killed left a file with a token: 434 after five minutes of load.
#[test]
fn killed_writers_leave_no_heap_of_files() {
    let stage = Stage::logged_in();
    let directory = stage.home.path().join("out");
    fs::create_dir(&directory).expect("a directory");
    let path = directory.join("token");
    let args = ["token", "work", "--output", &path.display().to_string()].map(str::to_owned);
    for turn in 0..60_u64 {
        let mut command = stage.command(&args.each_ref().map(String::as_str));
        let mut writers: Vec<_> = (0..4)
            .map(|_| command.spawn().expect("authctl runs"))
            .collect();
        std::thread::sleep(std::time::Duration::from_micros(turn % 15 * 500));
        for writer in &mut writers {
            writer.kill().expect("it is a child");
            writer.wait().expect("it ends");
        }
    }
    let names = || -> Vec<String> {
        let entries = fs::read_dir(&directory).expect("there").flatten();
        entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    };
    assert!(names().len() <= 2, "{:?}", names());
    let done = stage.run(&args.each_ref().map(String::as_str));
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(names(), ["token"]);
}

/// Google's kubectl asks for a token and makes way for the real one, which asks as well: that was
/// taken for a refusal, and cost a refresh.
#[test]
fn a_program_that_makes_way_for_another_one_refuses_nothing() {
    if !machine::has_programs(&["bash", "dash"]) {
        return;
    }
    let info = r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",
        "spec":{"interactive":false}}"#;
    let ask = "\"$AUTHCTL\" hook kubectl --profile work >/dev/null";
    for (script, refreshes) in [
        (format!("{ask}; exec bash -c '{ask}; true'"), 0),
        (format!("{ask}; {ask}; true"), 1),
    ] {
        let stage = Stage::logged_in();
        stage.age(30);
        let mut command = Command::new("dash");
        command
            .args(["-c", &script])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("AUTHCTL", crate::support::programs::AUTHCTL)
            .env("AUTHCTL_HOME", stage.state())
            .env("AUTHCTL_CONFIG", stage.config())
            .env("KUBERNETES_EXEC_INFO", info);
        let done = Done::from(command.output().expect("dash runs"));
        assert_eq!(done.code, Some(0), "{done:?}");
        assert_eq!(stage.ledger().refreshes, refreshes, "{script}: {done:?}");
    }
}
