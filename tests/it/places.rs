//! Places where locks, disks and owners are not what they should be. If no file system can be made
//! to fail in a certain way here, the kernel is made to say so: `strace` changes what it answers to
//! the program's system calls.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::support::machine;
use crate::support::programs::{AUTHCTL, copy_program};
use crate::support::stage::{Done, Stage};
use crate::support::users::{ANOTHER, STRANGER, give, open_to_all};

/// Runs the program while the kernel answers some of its calls differently: `flock:error=ENOLCK`.
fn with_kernel_saying(stage: &Stage, answers: &[&str], args: &[&str]) -> Option<Done> {
    if !machine::has_strace() {
        return None;
    }
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    for answer in answers {
        command.args(["-e", &format!("inject={answer}")]);
    }
    command
        .arg(AUTHCTL)
        .args(args)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", stage.home.path());
    command
        .env("AUTHCTL_HOME", stage.state())
        .env("AUTHCTL_CONFIG", stage.config());
    Some(command.output().expect("strace runs").into())
}

#[test]
fn a_file_system_without_locks_is_refused_with_the_way_out() {
    // Two NFS servers, a FUSE file system, and one that gives the lock to every process that asks.
    for answer in [
        "flock:error=ENOLCK",
        "flock:error=EOPNOTSUPP",
        "flock:error=ENOSYS",
        "flock:retval=0",
    ] {
        let stage = Stage::logged_in();
        stage.expire();
        let Some(done) = with_kernel_saying(&stage, &[answer], &["token", "work"]) else {
            return;
        };
        done.fails(3, "has no locks that work");
        assert!(
            done.stderr.contains("`lock_dir` in the profile"),
            "{done:?}"
        );
        assert_eq!(
            stage.ledger().refreshes,
            0,
            "{answer}: nothing refreshes without the lock"
        );
        stage.token();
    }
}

#[test]
fn a_lock_directory_that_the_user_has_chosen_keeps_all_others_out() {
    let stage = Stage::logged_in();
    let locks = stage.home.path().join("locks");
    stage.add_to_config(&format!("lock_dir = \"{}\"\n", locks.display()));
    stage.age(280);
    let done = stage.run(&["token", "work", "--min-ttl", "1m"]);
    assert!(
        done.stderr
            .contains("lock_dir was beside the record and is"),
        "others may use the old one: {done:?}"
    );
    stage.log_in();
    stage
        .sandbox
        .set(|options| options.latency = std::time::Duration::from_millis(50));
    fs::remove_file(stage.file("work.lock")).expect("the login's");
    stage.expire();
    let callers: Vec<_> = (0..50).map(|_| stage.spawn(&["token", "work"])).collect();
    for caller in callers {
        assert!(Done::of(caller).answer().starts_with("at-"));
    }
    assert_eq!(stage.ledger().refreshes, 1);
    assert!(!stage.file("work.lock").exists(), "the locks are elsewhere");
    assert_eq!(
        fs::read_dir(&locks).expect("there").count(),
        2,
        "the session's and the login's"
    );
    assert_eq!(
        fs::metadata(&locks).expect("there").permissions().mode() & 0o777,
        0o700
    );
    assert_eq!(stage.run(&["logout", "work"]).code, Some(0));
    assert_eq!(
        fs::read_dir(&locks).expect("there").count(),
        2,
        "a lock file is never deleted"
    );
}

#[test]
fn a_quota_that_is_used_up_spends_nothing() {
    for answer in [
        "fallocate:error=EDQUOT",
        "fallocate:error=ENOSPC",
        "fsync:error=EIO:when=1",
    ] {
        let stage = Stage::logged_in();
        stage.expire();
        let Some(done) = with_kernel_saying(&stage, &[answer], &["token", "work"]) else {
            return;
        };
        done.fails(3, "make room for the next token");
        assert_eq!(stage.ledger().refreshes, 0, "{answer}");
        assert!(
            !stage.file("work.pending").exists(),
            "{answer}: nothing was sent"
        );
        stage.token();
    }
}

#[test]
fn a_disk_that_dies_between_spending_and_saving_loses_nothing() {
    // The first three syncs are of the preparation. On the last disk every rename fails, that of
    // the copy in memory included.
    for answer in [
        "fsync:error=EIO:when=4+",
        "rename:error=EBUSY",
        "rename:error=EIO",
    ] {
        let stage = Stage::logged_in();
        stage.expire();
        let Some(done) = with_kernel_saying(&stage, &[answer], &["token", "work"]) else {
            return;
        };
        assert!(done.answer().starts_with("at-"), "{answer}: {done:?}");
        assert!(
            done.stderr.contains("the new session is kept in"),
            "{answer}: {done:?}"
        );
        let next = stage.run(&["token", "work"]);
        assert_eq!(next.answer(), done.answer(), "{answer}");
        stage.expire();
        stage.token();
        assert_eq!(
            (stage.ledger().refreshes, stage.ledger().reuses),
            (2, 0),
            "{answer}"
        );
        assert_eq!(
            stage.run(&["logout", "work"]).code,
            Some(0),
            "and nothing of it stays behind"
        );
    }
}

/// Runs the program from the stage's home, with another HOME or none, and without `AUTHCTL_HOME`.
fn with_home(stage: &Stage, home: Option<&Path>, args: &[&str]) -> Done {
    let mut command = stage.command(args);
    command
        .env_remove("HOME")
        .env_remove("AUTHCTL_HOME")
        .current_dir(stage.home.path());
    if let Some(home) = home {
        command.env("HOME", home);
    }
    Done::from(command.output().expect("runs"))
}

fn names_in(directory: &Path) -> BTreeSet<OsString> {
    let entries = fs::read_dir(directory).expect("there").flatten();
    entries.map(|entry| entry.file_name()).collect()
}

#[test]
fn without_a_home_the_user_database_is_asked_and_a_home_that_is_nowhere_is_named() {
    let stage = Stage::logged_in();
    let before = names_in(stage.home.path());
    // Only a command that writes nothing: this is the home of the user who runs the tests.
    if machine::allows(
        machine::succeeds(&["id", "-un"]),
        "the user database does not know this user",
    ) {
        let status = with_home(&stage, None, &["status", "--json"]);
        assert_eq!(status.code, Some(0), "{status:?}");
    }
    let elsewhere = tempfile::tempdir().expect("a directory");
    let home = elsewhere.path().join("not/there/yet");
    with_home(&stage, Some(&home), &["token", "work"]).fails(4, "nobody has logged in");
    // Not even root can make a directory there.
    let nowhere = Path::new("/proc/nowhere");
    let login = ["login", "work", "--no-browser", "--timeout", "1s"];
    with_home(&stage, Some(nowhere), &login).fails(3, "create the directory at /proc/nowhere");
    assert_eq!(
        names_in(stage.home.path()),
        before,
        "the current directory is left as it was"
    );
}

#[test]
fn a_machine_with_nowhere_to_write_has_its_token_all_the_same() {
    let stage = Stage::new();
    let nowhere = [("AUTHCTL_HOME", "/proc/nowhere")];
    let done = stage.run_machine(&nowhere, &["token"]);
    assert!(done.answer().starts_with("at-"));
    assert!(done.stderr.contains("the token is not kept"), "{done:?}");
    let next = stage.run_machine(&nowhere, &["token"]);
    assert_ne!(next.answer(), done.answer());
    assert_eq!(stage.ledger().client_credentials, 2);
}

/// A job's user often has no home directory. Where nothing is kept, "no home directory is known"
/// ended calls that needed none.
#[test]
fn without_a_home_works_what_needs_none() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    open_to_all(stage.home.path());
    let program = copy_program(stage.home.path());
    let homeless = |variables: &[(&str, &str)], args: &[&str]| {
        let machine = stage.machine_command(&[]);
        let mut command = Command::new(&program);
        let known = machine.get_envs();
        command.args(args).env_clear().uid(STRANGER).gid(STRANGER);
        command.envs(known.filter_map(|(name, value)| Some((name, value?))));
        for place in ["HOME", "AUTHCTL_HOME", "AUTHCTL_CONFIG", "XDG_RUNTIME_DIR"] {
            command.env_remove(place);
        }
        let output = command.envs(variables.iter().copied()).output();
        Done::from(output.expect("authctl runs"))
    };
    let unkept = homeless(&[("AUTHCTL_STORE", "none")], &["token"]);
    assert!(unkept.answer().starts_with("at-"), "{unkept:?}");
    assert_eq!(unkept.stderr, "", "it was asked not to keep it");
    let told = homeless(&[], &["token"]);
    assert!(told.answer().starts_with("at-"), "{told:?}");
    assert!(
        told.stderr.contains("no home directory is known"),
        "{told:?}"
    );
    assert_eq!(stage.ledger().client_credentials, 2);
    assert_eq!(homeless(&[], &["completions", "bash"]).code, Some(0));

    // What is kept, and what is configured, has its place in a home.
    let person = [("AUTHCTL_GRANT", "authorization_code")];
    for (variables, args) in [
        (&person[..], &["token"][..]),
        (
            &person,
            &["login", "env", "--no-browser", "--timeout", "1s"],
        ),
        (&[], &["status"]),
        (&[], &["token", "work"]),
        (&[], &["logout", "work"]),
        (&[], &["profile", "list"]),
        (
            &[],
            &["hook", "install", "git", "--host", "git.example.com"],
        ),
    ] {
        let done = homeless(variables, args);
        assert!(
            done.code != Some(0) && done.stderr.contains("set AUTHCTL_HOME and AUTHCTL_CONFIG"),
            "{args:?}: {done:?}"
        );
    }
}

/// A dotfile manager's link stays a link. Root follows another user's link to that user's own file,
/// and to no other file.
#[test]
fn a_configuration_behind_a_link_is_written_where_it_lies() {
    let stage = Stage::new();
    stage.configure("[profile.work]\nclient_id = \"a\"\n[profile.home]\nclient_id = \"b\"\n");
    let file = stage.home.path().join("managed.toml");
    fs::rename(stage.config(), &file).expect("moved");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("owned");
    symlink("managed.toml", stage.config()).expect("linked");
    let done = stage.run(&["profile", "use", "work"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let there = fs::metadata(&file).expect("there");
    assert!(stage.config().is_symlink() && there.mode() & 0o777 == 0o640);
    if !machine::has_root() {
        return;
    }
    lchown(stage.config(), Some(ANOTHER), Some(ANOTHER)).expect("root may");
    let refused = "it is a link that another user made";
    stage.run(&["profile", "use", "home"]).fails(6, refused);
    chown(&file, Some(ANOTHER), Some(ANOTHER)).expect("root may");
    assert_eq!(stage.run(&["profile", "use", "home"]).code, Some(0));
    assert_eq!(fs::metadata(&file).expect("there").uid(), ANOTHER);
    let text = fs::read_to_string(&file).expect("there");
    assert!(text.contains("default_profile = \"home\""), "{text}");
}

/// What `sudo authctl` of another tool, or an older one, left: files in the user's directory that
/// are root's.
#[test]
fn leftovers_of_root_are_named_and_are_no_logout() {
    if !machine::has_root() {
        return;
    }
    let cases: [(&str, &str); 3] = [
        ("work.json", "cannot read"),
        ("work.lock", "open the lock"),
        ("work.pending", "work.pending"),
    ];
    for (leftover, words) in cases {
        let stage = Stage::logged_in();
        stage.expire();
        if !stage.file(leftover).exists() {
            fs::write(stage.file(leftover), "{}").expect("written");
        }
        give(stage.home.path(), ANOTHER);
        chown(stage.file(leftover), Some(0), Some(0)).expect("root may");
        fs::set_permissions(stage.file(leftover), fs::Permissions::from_mode(0o600))
            .expect("root may");
        let done = stage.run_as_another(&["token", "work"]);
        done.fails(3, words);
        assert!(
            done.stderr.contains("Permission denied"),
            "{leftover}: {done:?}"
        );
        assert_eq!(stage.ledger().refreshes, 0, "{leftover}");
        chown(stage.file(leftover), Some(ANOTHER), Some(ANOTHER)).expect("root may");
        assert!(
            stage
                .run_as_another(&["token", "work"])
                .answer()
                .starts_with("at-"),
            "{leftover}"
        );
    }
}
