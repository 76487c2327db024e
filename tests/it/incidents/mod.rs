//! What went wrong once, each under the name of what was seen. All of it was found in attempts to
//! break a refresh that happens in a helper process.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use authctl::sandbox::{Grace, Options};

use crate::support::machine;
use crate::support::programs::AUTHCTL;
use crate::support::stage::{Done, Stage};
use crate::support::users::{ANOTHER, give};

mod contained;
mod processes;
#[cfg(target_os = "linux")]
mod stops;

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
    give(stage.home.path(), ANOTHER);
    stage.expire();
    assert!(
        stage.run(&["token", "work"]).answer().starts_with("at-"),
        "root may"
    );
    let owner = std::os::unix::fs::MetadataExt::uid(&fs::metadata(&locks).expect("made"));
    assert_eq!(owner, ANOTHER);
    std::os::unix::fs::chown(&locks, Some(0), Some(0)).expect("root may");
    stage.expire();
    let done = stage.run_as_another(&["token", "work"]);
    done.fails(3, "it belongs to another user");
    assert!(
        done.stderr
            .contains("`lock_dir` in the profile must be a directory of your own"),
        "{done:?}"
    );
    let out = stage.run_as_another(&["logout", "work"]);
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
        "-n 7", "-n 8", "-n 9", "-n 10", "-n 11", "-n 12", "-n 14", "-f 1", "-f 16", "-v 24000",
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
                !stage.store().in_flight(),
                "nothing was sent, or all is saved: {case}"
            );
            stage.let_the_server_be_asked();
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
    assert!(!stage.store().in_flight(), "nothing was sent");
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

/// A limit of the process was blamed on the disk, and a small one on the size of files ended it.
#[test]
fn a_limit_of_the_process_is_named() {
    for (limit, name) in [
        ("ulimit -n 10", "`ulimit -n`"),
        ("ulimit -f 0", "`ulimit -f`"),
    ] {
        let stage = Stage::logged_in();
        stage.expire();
        let done = by_shell(&stage, &format!("{limit}; exec \"$AUTHCTL\" token work"));
        assert_eq!(done.code, Some(3), "{limit}: {done:?}");
        assert!(done.stderr.contains(name), "{limit}: {done:?}");
        assert_eq!(stage.ledger().refreshes, 0, "{limit}: nothing is spent");
        stage.token();
    }
}
