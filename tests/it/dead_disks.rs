//! Disks that die in the middle of a refresh. What the server has sent by then is rescued, can be
//! used and is named, and goes home when the disk is there again.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use authctl::sandbox::Options;
use serde_json::Value;

use crate::support::disks::{Disk, Kind};
use crate::support::machine;
use crate::support::stage::{Done, Stage, StageOf};
use crate::support::storage::Storage;
use crate::support::users::{ANOTHER, give, open_to_all};

/// A session on a disk of its own.
struct Scene<S: Storage> {
    stage: StageOf<S>,
    disk: Disk,
    runtime: PathBuf,
}

impl<S: Storage> Scene<S> {
    fn new(kind: Kind, options: Options) -> Option<Self> {
        let stage = StageOf::<S>::with(options);
        let disk = Disk::mount(kind, &stage.home.path().join("behind"), &stage.state())?;
        let runtime = stage.home.path().join("runtime");
        fs::create_dir(&runtime).expect("a directory");
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).expect("owned");
        stage.log_in();
        Some(Self {
            stage,
            disk,
            runtime,
        })
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.stage.command(args);
        command
            .env("XDG_RUNTIME_DIR", &self.runtime)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Done {
        self.command(args).output().expect("authctl runs").into()
    }

    /// The disk dies between the request of a refresh and its answer.
    fn die_in_a_refresh(&mut self) -> Done {
        self.stage.fault("slow=1200");
        let asked = self.stage.ledger().token_requests;
        let caller = self
            .command(&["token", "work"])
            .spawn()
            .expect("authctl runs");
        self.stage.until_asked(asked + 1);
        self.disk.die();
        Done::of(caller)
    }
}

/// The rescue was refused because the record could not be read again, and the session was lost.
fn a_session_survives_the_death_of_its_disk<S: Storage>() {
    for kind in [Kind::Ext4, Kind::Fuse] {
        if let Some(scene) = Scene::<S>::new(kind, Options::default()) {
            live_through_death(scene);
        }
    }
}

fn live_through_death<S: Storage>(mut scene: Scene<S>) {
    scene.stage.expire();
    let done = scene.die_in_a_refresh();
    let token = done.answer().to_owned();
    assert!(done.stderr.contains("is kept in"), "{done:?}");

    // It can be used and is named for as long as the disk is dead.
    for _ in 0..2 {
        let next = scene.run(&["token", "work"]);
        assert_eq!(next.answer(), token);
        assert!(next.stderr.contains("/runtime/authctl-"), "{next:?}");
    }
    let status = scene.run(&["status", "work"]);
    assert_eq!(
        status.code,
        Some(0),
        "there is a token to hand out: {status:?}"
    );
    assert!(status.stdout.contains("generation 2 is in "), "{status:?}");
    let status = scene.run(&["status", "work", "--json"]);
    let status: Value = serde_json::from_str(status.answer()).expect("json");
    assert_eq!(status[0]["rescued"]["generation"], 2, "{status}");
    assert_eq!(
        scene.stage.ledger().refreshes,
        1,
        "nothing refreshes without the lock"
    );

    scene.disk.come_back();
    let next = scene.run(&["token", "work"]);
    assert_eq!(next.answer(), token, "{next:?}");
    scene.stage.expire();
    assert_ne!(scene.run(&["token", "work"]).answer(), token);
    assert_eq!(scene.stage.record()["generation"], 3);
    let ledger = scene.stage.ledger();
    assert_eq!((ledger.refreshes, ledger.reuses), (2, 0));
}

/// Every call after the rescue said "cannot open the lock", and not where the session was.
fn a_rescued_session_whose_token_has_expired_is_named<S: Storage>() {
    let options = Options {
        access_ttl: Duration::from_secs(2),
        ..Options::default()
    };
    let Some(mut scene) = Scene::<S>::new(Kind::Ext4, options) else {
        return;
    };
    std::thread::sleep(Duration::from_secs(2));
    scene.die_in_a_refresh().answer();
    std::thread::sleep(Duration::from_secs(2));
    let done = scene.run(&["token", "work"]);
    assert_eq!(done.code, Some(3), "{done:?}");
    let hint = done.stderr.lines().nth(1).expect("a hint");
    assert!(
        hint.contains("/runtime/authctl-") && hint.contains("a reboot ends it"),
        "{done:?}"
    );
    scene
        .run(&["status", "work"])
        .stdout
        .contains("generation 2 is in ");
    scene.disk.come_back();
    scene.run(&["token", "work"]).answer();
    let ledger = scene.stage.ledger();
    assert_eq!((ledger.refreshes, ledger.reuses), (2, 0));
}

/// An administrator's script took the directory away in the middle of a refresh.
#[test]
fn a_session_survives_when_access_to_it_is_taken_away() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    stage.expire();
    let runtime = stage.home.path().join("runtime");
    fs::create_dir(&runtime).expect("a directory");
    fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).expect("owned");
    give(stage.home.path(), ANOTHER);
    open_to_all(stage.home.path());
    let command = || {
        let mut command = stage.command_as_another(&["token", "work"]);
        command
            .env("XDG_RUNTIME_DIR", &runtime)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    };
    stage.fault("slow=1200");
    let asked = stage.ledger().token_requests;
    let caller = command().spawn().expect("authctl runs");
    stage.until_asked(asked + 1);
    chown(stage.state(), Some(0), Some(0)).expect("root may");
    let done = Done::of(caller);
    let token = done.answer().to_owned();
    assert!(done.stderr.contains("is kept in"), "{done:?}");
    let next = Done::from(command().output().expect("authctl runs"));
    assert_eq!(next.answer(), token, "{next:?}");
    chown(stage.state(), Some(ANOTHER), Some(ANOTHER)).expect("root may");
    let next = Done::from(command().output().expect("authctl runs"));
    assert_eq!((next.answer(), next.code), (&*token, Some(0)));
    assert_eq!(stage.record()["generation"], 2);
    assert_eq!((stage.ledger().refreshes, stage.ledger().reuses), (1, 0));
}

tests_by_storage! {
    a_session_survives_the_death_of_its_disk,
    a_rescued_session_whose_token_has_expired_is_named,
}
