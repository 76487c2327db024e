//! What went wrong once, each under the name of what was seen. All of it was found in attempts to
//! break a refresh that happens in a helper process.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use authctl::sandbox::{Grace, Options};

use crate::support::machine;
use crate::support::programs::{AUTHCTL, copy_program};
use crate::support::stage::{Done, Stage};

/// The program, started by a shell that does something first.
fn shell_command(stage: &Stage, script: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", script])
        .env_clear()
        .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
        .env("AUTHCTL", AUTHCTL)
        .env("AUTHCTL_HOME", stage.state())
        .env("AUTHCTL_CONFIG", stage.config())
        .env("HOME", stage.home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn by_shell(stage: &Stage, script: &str) -> Done {
    let output = shell_command(stage, script).output();
    output.expect("sh runs").into()
}

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

/// A gateway lost the first answer and refused the second try: the intent was taken back, and the
/// spent token was sent again when the grace was over.
#[test]
fn what_a_gateway_says_of_the_second_try_does_not_undo_the_loss_of_the_first() {
    for second in [
        "status=503",
        "error=temporarily_unavailable",
        "error=interaction_required",
        "error=what_is_this",
    ] {
        let grace_interval = std::time::Duration::from_secs(1);
        let stage = Stage::logged_in_with(Options {
            grace: Grace::SamePair,
            grace_interval,
            ..Options::default()
        });
        stage.add_to_config("reuse_interval = \"1s\"\n");
        stage.age(150);
        let early = ["token", "work", "--min-ttl", "4m"];
        stage.fault("drop_after");
        stage.fault(second);
        assert!(
            stage
                .run(&early)
                .stderr
                .contains("handing out the old token"),
            "{second}"
        );
        assert!(
            stage.file("work.pending").exists(),
            "{second}: the answer is missing still"
        );
        std::thread::sleep(std::time::Duration::from_millis(2100));
        let done = stage.run(&early);
        assert!(
            done.stderr
                .contains("not tried again while the token lives"),
            "{second}: {done:?}"
        );
        assert_eq!(stage.ledger().reuses, 0, "{second}");
    }
}

/// The first process of a container ended after five seconds, and its helper process with it.
#[test]
fn the_first_process_of_a_container_waits_for_its_errand_whatever_it_is_told() {
    if !machine::has_pid_namespaces() {
        return;
    }
    let stage = Stage::logged_in();
    stage.add_to_config("old_access_token = \"lives\"\n");
    stage.age(150);
    stage.fault("slow=5500");
    let done = by_shell(
        &stage,
        "exec unshare -pf --mount-proc \"$AUTHCTL\" token work --min-ttl 4m --wait 100ms",
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

/// A refresh whose preparation failed was taken for one whose answer was lost.
#[test]
fn a_preparation_that_failed_leaves_nothing_behind() {
    for limit in ["-f 20", "-f 1", "-n 9"] {
        let stage = Stage::logged_in();
        stage.age(150);
        let early = format!("ulimit {limit}; exec \"$AUTHCTL\" token work --min-ttl 4m");
        let done = by_shell(&stage, &early);
        assert!(
            done.stderr.contains("handing out the old token"),
            "{limit}: {done:?}"
        );
        assert!(!stage.file("work.pending").exists(), "{limit}");
        let next = stage.run(&["token", "work", "--min-ttl", "4m"]);
        assert_ne!(next.answer(), done.answer(), "{limit}: {next:?}");
        assert_eq!(
            (next.stderr.as_str(), stage.ledger().refreshes),
            ("", 1),
            "{limit}"
        );
    }
}

/// Root made the directory of the locks, and the user could take no lock any more, nor log out.
#[test]
fn locks_that_root_made_are_their_users() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    let locks = stage.home.path().join("locks");
    stage.configure(&format!(
        "[profile.work]\nlock_dir = \"{}\"\n",
        locks.display()
    ));
    stage.log_in();
    fs::remove_dir_all(&locks).expect("removed");
    crate::places::give(stage.home.path(), 65534);
    stage.expire();
    assert!(
        stage.run(&["token", "work"]).answer().starts_with("at-"),
        "root may"
    );
    let owner = std::os::unix::fs::MetadataExt::uid(&fs::metadata(&locks).expect("made"));
    assert_eq!(owner, 65534);
    std::os::unix::fs::chown(&locks, Some(0), Some(0)).expect("root may");
    stage.expire();
    let done = crate::places::as_nobody(&stage, &["token", "work"]);
    done.fails(3, "it belongs to another user");
    assert!(
        done.stderr
            .contains("`lock_dir` in the profile must be a directory of your own"),
        "{done:?}"
    );
    let out = crate::places::as_nobody(&stage, &["logout", "work"]);
    assert_eq!(out.code, Some(0), "{out:?}");
    assert!(
        out.stderr
            .contains("the locks beside the record are used instead"),
        "{out:?}"
    );
}

/// A session that lay in memory because its disk was full was no longer handed out when the disk
/// stayed full.
#[test]
fn what_could_not_be_saved_is_handed_out_still() {
    if !machine::has_strace() {
        return;
    }
    let stage = Stage::logged_in();
    stage.expire();
    let first = by_shell(
        &stage,
        "exec strace -f -qq -o /dev/null -e inject=rename:error=EIO \"$AUTHCTL\" token work",
    );
    assert!(
        first.stderr.contains("the new session is kept in"),
        "{first:?}"
    );
    // Only the copy in memory is left, and the disk has no room for it.
    fs::remove_file(stage.file("work.pending")).expect("it was whole");
    let script = "exec strace -f -qq -o /dev/null -e inject=fallocate:error=ENOSPC \"$AUTHCTL\" \
        token work --min-ttl 4m59s";
    let again = by_shell(&stage, script);
    assert_eq!(again.answer(), first.answer(), "{again:?}");
    assert!(
        again.stderr.contains("and still cannot be saved"),
        "{again:?}"
    );
    assert_eq!(stage.run(&["logout", "work"]).code, Some(0));
}

/// Two spellings of one state directory had two locks.
#[test]
fn a_lock_directory_locks_the_record_and_not_its_spelling() {
    let stage = Stage::new();
    let locks = stage.home.path().join("locks");
    stage.configure(&format!(
        "[profile.work]\nlock_dir = \"{}\"\n",
        locks.display()
    ));
    stage.log_in();
    std::os::unix::fs::symlink(stage.state(), stage.home.path().join("link")).expect("a link");
    let state = stage.state().display().to_string();
    let spellings = [
        state.clone(),
        format!("{state}/"),
        state.replace("/state", "//state"),
        state.replace("/state", "/link"),
    ];
    stage
        .sandbox
        .set(|options| options.latency = std::time::Duration::from_millis(300));
    stage.expire();
    let callers: Vec<_> = spellings
        .iter()
        .map(|state| {
            let mut command = stage.command(&["token", "work"]);
            command
                .env("AUTHCTL_HOME", state)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command.spawn().expect("runs")
        })
        .collect();
    let mut tokens: Vec<String> = callers
        .into_iter()
        .map(|caller| Done::of(caller).answer().to_owned())
        .collect();
    tokens.dedup();
    assert_eq!((tokens.len(), stage.ledger().refreshes), (1, 1));
}

/// A relative lock directory was another one from each current directory.
#[test]
fn a_lock_directory_is_a_place_of_its_own_and_a_private_one() {
    let stage = Stage::logged_in();
    let config = fs::read_to_string(stage.config()).expect("there");
    // And `~` depends on HOME.
    for relative in ["locks", "~somebody/locks", "./locks", "~/locks"] {
        stage.configure(&format!("{config}lock_dir = \"{relative}\"\n"));
        stage
            .run(&["token", "work"])
            .fails(6, "lock_dir is not an absolute path");
    }
    stage.configure(&format!("{config}lock_dir = \"/tmp\"\n"));
    stage
        .run(&["login", "work", "--browser", "true"])
        .fails(3, "others may write to it, and keep us out");
    assert_eq!(stage.ledger().refreshes, 0);
}

/// The request used up the files that the commit needed, or its writing was stopped by a limit: the
/// token was spent and could not be saved.
#[test]
fn limits_of_the_process_spend_nothing_that_could_not_be_saved() {
    for limit in [
        "-n 7", "-n 8", "-n 9", "-n 10", "-n 11", "-n 12", "-n 14", "-f 1", "-f 16", "-v 20000",
    ] {
        for trap in ["", "trap '' XFSZ; "] {
            let stage = Stage::logged_in();
            stage.expire();
            let done = by_shell(
                &stage,
                &format!("{trap}ulimit {limit}; exec \"$AUTHCTL\" token work"),
            );
            let case = format!("{trap}{limit}: {done:?}");
            assert!(!done.stderr.contains("COULD NOT BE SAVED"), "{case}");
            assert!(done.code.is_some_and(|code| code < 100), "{case}");
            assert!(
                !stage.file("work.pending").exists(),
                "nothing was sent, or all is saved: {case}"
            );
            let next = stage.run(&["token", "work"]);
            assert!(next.answer().starts_with("at-"), "{case}, then {next:?}");
            assert_eq!(
                (stage.ledger().refreshes, stage.ledger().reuses),
                (1, 0),
                "{case}"
            );
        }
    }
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
    assert!(done.stderr.contains("so it is done here"), "{done:?}");
    assert_eq!(stage.ledger().refreshes, 1);
}

/// A script's own lock and pipe stayed open in a helper process that outlived the script's command.
#[test]
fn an_errand_keeps_nothing_of_the_callers_open() {
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
    crate::places::give(stage.home.path(), 12_345);
    let mut command = Command::new("bash");
    command
        .args(["-c", "ulimit -u 1; exec \"$0\" token work --min-ttl 4m"])
        .arg(&program)
        .env_clear();
    command
        .env("AUTHCTL_HOME", stage.state())
        .env("AUTHCTL_CONFIG", stage.config());
    let done = Done::from(command.uid(12345).gid(65534).output().expect("runs"));
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

/// A pipe in place of the certificates kept the helper process, and with it the lock, for ever.
#[test]
fn a_pipe_in_place_of_the_certificates_is_no_file() {
    let stage = Stage::logged_in();
    let pipe = stage.home.path().join("ca.pem");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .expect("mkfifo runs")
            .success()
    );
    stage.edit_record(|record| record["endpoints"]["token"] = "https://127.0.0.1:1/token".into());
    stage.expire();
    stage.add_to_config(&format!("ca_file = \"{}\"\n", pipe.display()));
    stage
        .run(&["token", "work"])
        .fails(6, "it is not a regular file");
    assert!(!stage.file("work.pending").exists(), "nothing was sent");
}

/// A lock file that was made under an odd umask could never be opened again.
#[test]
fn a_lock_file_can_be_opened_again_whatever_the_umask() {
    let stage = Stage::logged_in();
    fs::remove_file(stage.file("work.lock")).expect("the login's");
    stage.expire();
    let done = by_shell(&stage, "umask 777; exec \"$AUTHCTL\" token work");
    assert!(done.answer().starts_with("at-"), "{done:?}");
    for name in ["work.lock", "work.json"] {
        let mode = fs::metadata(stage.file(name))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
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

/// A caller with a living token left after five seconds although the refresh might have killed that
/// token.
#[test]
fn a_living_token_is_handed_out_early_only_where_it_lives_on() {
    std::thread::scope(|scope| {
        for lives in [true, false] {
            scope.spawn(move || {
                let stage = Stage::logged_in();
                let old = stage.token();
                let config = fs::read_to_string(stage.config()).expect("there");
                let fate = if lives { "lives" } else { "dies_on_refresh" };
                stage.configure(&format!("{config}old_access_token = \"{fate}\"\n"));
                stage.age(150);
                stage.fault("slow=7000");
                let done = stage.run(&["token", "work", "--min-ttl", "4m"]);
                assert_eq!(done.answer() == old, lives, "{fate}: {done:?}");
                stage.until_settled();
                assert_eq!(stage.ledger().refreshes, 1);
            });
        }
    });
}

/// The secret that the order carries was in the helper process's environment as well.
#[test]
fn an_errand_has_no_secret_in_its_environment() {
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
        environment.contains("AUTHCTL_CLIENT_ID") && !environment.contains("sandbox-secret"),
        "{environment}"
    );
    assert!(Done::of(caller).answer().starts_with("at-"));
}
