//! Root in the home of another user, who exchanges what lies there while root works: root does
//! nothing there that the user could not do.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use authctl::sandbox::{MACHINE_CLIENT, MACHINE_SECRET};

use super::{home_of_another, open};
use crate::support::machine;
use crate::support::stage::{Done, Stage};
use crate::support::users::{ANOTHER, give, run_script_as};

/// A file that only root may read.
fn treasure(directory: &Path) -> PathBuf {
    let path = directory.join("treasure");
    fs::write(&path, "only root's").expect("written");
    open(&path, 0o600);
    path
}

fn is_untouched(treasure: &Path) {
    assert_eq!(fs::read_to_string(treasure).expect("there"), "only root's");
    let meta = fs::metadata(treasure).expect("there");
    assert_eq!((meta.uid(), meta.mode() & 0o777), (0, 0o600));
}

/// A user put a link into the place of the record during a refresh, and root wrote over the file
/// that it led to.
#[test]
fn a_link_that_appears_during_a_refresh_is_not_written_through() {
    if !machine::has_root() {
        return;
    }
    let outside = tempfile::tempdir().expect("a directory");
    let treasure = treasure(outside.path());
    let stage = home_of_another(Stage::logged_in());
    stage.expire();
    stage.fault("slow=1200");
    let asked = stage.ledger().token_requests;
    let caller = stage.spawn(&["token", "work"]);
    stage.until_asked(asked + 1);
    let exchange = format!("rm work.json && ln -s {} work.json", treasure.display());
    run_script_as(ANOTHER, &stage.state(), &exchange);
    let done = Done::of(caller);
    assert!(done.answer().starts_with("at-"), "{done:?}");
    is_untouched(&treasure);
}

/// A file of root's in the user's home was renamed to a lock, and root gave it to the user.
#[test]
fn a_file_of_roots_that_becomes_a_lock_stays_roots() {
    if !machine::has_root() {
        return;
    }
    let stage = home_of_another(Stage::logged_in());
    let config = fs::read_to_string(stage.config()).expect("there");
    stage.configure(&format!(
        "{config}[profile.home]\nissuer = \"https://a.example\"\nclient_id = \"c\"\n"
    ));
    chown(stage.config(), Some(ANOTHER), Some(ANOTHER)).expect("root may");
    for lock in ["work.lock", "work.login"] {
        let treasure = treasure(stage.home.path());
        let place = stage.file(lock);
        let _ = fs::remove_file(&place);
        run_script_as(
            ANOTHER,
            stage.home.path(),
            &format!("mv treasure {}", place.display()),
        );
        stage.expire();
        let done = stage.run(&["token", "work", "--wait", "2s"]);
        assert!(done.code == Some(3) || lock != "work.lock", "{done:?}");
        is_untouched(&place);
        fs::rename(&place, &treasure).expect("root may");
    }
    let treasure = treasure(stage.home.path());
    let lock = stage.home.path().join("config.toml.lock");
    let _ = fs::remove_file(&lock);
    run_script_as(
        ANOTHER,
        stage.home.path(),
        &format!("mv {} {}", treasure.display(), lock.display()),
    );
    stage
        .run(&["profile", "use", "home"])
        .fails(6, "ermission denied");
    is_untouched(&lock);
}

/// The directory of the sessions became a link to root's own, and a logout removed root's sessions.
#[test]
fn a_logout_in_a_users_home_removes_nothing_of_roots() {
    if !machine::has_root() {
        return;
    }
    let outside = tempfile::tempdir().expect("a directory");
    let own = outside.path().join("work.json");
    fs::write(&own, "root's session").expect("written");
    let stage = home_of_another(Stage::logged_in());
    stage.fault("slow=1200@revoke");
    let revoked = stage.ledger().revocations;
    let caller = stage.spawn(&["logout", "work"]);
    while stage.ledger().revocations == revoked {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let state = stage.state().display().to_string();
    let exchange = format!(
        "mv {state} {state}.away && ln -s {} {state}",
        outside.path().display()
    );
    run_script_as(ANOTHER, stage.home.path(), &exchange);
    let done = Done::of(caller);
    assert!(done.code.is_some(), "{done:?}");
    assert_eq!(
        fs::read_to_string(&own).expect("it is there"),
        "root's session"
    );
}

/// A user wrote another token endpoint into a record, and root's client secret went there.
#[test]
fn roots_secret_goes_to_no_address_in_a_users_record() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    let outside = tempfile::tempdir().expect("a directory");
    let secret = outside.path().join("secret");
    fs::write(&secret, MACHINE_SECRET).expect("written");
    let config = outside.path().join("config.toml");
    let text = format!(
        "[profile.ci]\nissuer = \"{}\"\nclient_id = \"{MACHINE_CLIENT}\"\n\
         grant = \"client_credentials\"\nclient_secret = {{ file = \"secret\" }}\n",
        stage.sandbox.issuer()
    );
    fs::write(&config, text).expect("written");
    fs::create_dir(stage.state()).expect("a directory");
    let stage = home_of_another(stage);
    let run = || {
        let mut command = stage.command(&["token", "ci"]);
        command.env("AUTHCTL_CONFIG", &config);
        Done::from(command.output().expect("authctl runs"))
    };
    let first = run().answer().to_owned();
    let thief = TcpListener::bind("127.0.0.1:0").expect("a port");
    thief.set_nonblocking(true).expect("set");
    let address = format!("http://{}/token", thief.local_addr().expect("bound"));
    let record = stage.file("ci.json");
    let mut planted: serde_json::Value =
        serde_json::from_slice(&fs::read(&record).expect("there")).expect("json");
    planted["endpoints"]["token"] = address.into();
    planted["tokens"]["expires_at"] = 1.into();
    fs::write(&record, planted.to_string()).expect("written");
    give(&stage.state(), ANOTHER);
    assert_ne!(run().answer(), first);
    assert!(thief.accept().is_err(), "the secret went to another server");
}

/// `token --output` wrote the token into another user's pipe.
#[test]
fn a_strangers_pipe_is_given_no_token() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    let shared = stage.home.path().join("shared");
    fs::create_dir(&shared).expect("a directory");
    open(stage.home.path(), 0o755);
    open(&shared, 0o1777);
    run_script_as(ANOTHER, &shared, "mkfifo -m 666 token; ln -s token link");
    let pipe = shared.join("token");
    let mut reader = Command::new("cat");
    reader.arg(&pipe).stdout(Stdio::piped());
    let reader = reader.spawn().expect("cat runs");
    for name in ["token", "link"] {
        let path = shared.join(name).display().to_string();
        let done = stage.run(&["token", "work", "--output", &path]);
        assert_ne!(done.code, Some(0), "{name}: {done:?}");
    }
    drop(fs::File::options().read(true).write(true).open(&pipe));
    assert_eq!(Done::of(reader).stdout, "", "nothing was written");
    let own = shared.join("of root's");
    symlink("/dev/null", &own).expect("linked");
    let done = stage.run(&["token", "work", "--output", &own.display().to_string()]);
    assert_eq!(done.code, Some(0), "{done:?}");
}

/// What others could write to was not believed once; but one call read it twice, and believed it
/// the second time.
#[test]
fn what_was_open_is_not_believed_by_the_same_call() {
    let stage = Stage::new();
    let trace = stage.home.path().join("trace");
    stage.configure(&format!(
        "[profile.work]\nissuer = \"{}\"\nclient_id = \"{MACHINE_CLIENT}\"\n\
         client_secret = {{ command = \"touch {}\" }}\n",
        stage.sandbox.issuer(),
        trace.display()
    ));
    for args in [
        &["logout", "work"][..],
        &["token", "work"],
        &["status"],
        &["profile", "remove", "work"],
        &["profile", "list"],
    ] {
        open(&stage.config(), 0o666);
        let inode = fs::metadata(stage.config()).expect("there").ino();
        stage.run(args).fails(6, "could write to it until now");
        let now = fs::metadata(stage.config()).expect("there");
        assert_eq!(now.mode() & 0o777, 0o644, "{args:?}");
        assert_ne!(
            now.ino(),
            inode,
            "who had it open writes to another file: {args:?}"
        );
        assert!(!trace.exists(), "{args:?}");
    }

    let stage = Stage::logged_in();
    for args in [
        &["token", "work"][..],
        &["logout", "work"],
        &["status", "work"],
    ] {
        open(&stage.file("work.json"), 0o666);
        let asked = stage.ledger();
        let done = stage.run(args);
        assert_ne!(done.code, Some(0), "{args:?}: {done:?}");
        assert_eq!(
            stage.ledger(),
            asked,
            "{args:?}: nothing is sent by what it says"
        );
    }
    assert!(
        stage.token().starts_with("at-"),
        "the next call believes it"
    );
}

/// The clients' own tools obey the user's files, and did so as root.
#[test]
fn root_installs_nothing_in_the_home_of_another_user() {
    if !machine::has_root() {
        return;
    }
    let stage = home_of_another(Stage::logged_in());
    let trace = stage.home.path().join("trace");
    let settings = format!("[trace2]\n\tnormalTarget = {}\n", trace.display());
    fs::write(stage.home.path().join(".gitconfig"), settings).expect("written");
    let done = stage.run(&[
        "hook",
        "install",
        "git",
        "--host",
        "git.example.com",
        "--dry-run",
    ]);
    done.fails(6, "root installs nothing in the home of another user");
    assert!(!trace.exists());
}

/// A directory that `sudo`, or a container's earlier step, has made in a user's home is root's.
#[test]
fn roots_own_directories_in_a_users_home_go_on_working() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    chown(stage.home.path(), Some(ANOTHER), Some(ANOTHER)).expect("root may");
    stage.expire();
    assert!(stage.token().starts_with("at-"));
    assert_eq!(stage.run(&["logout", "work"]).code, Some(0));
}
