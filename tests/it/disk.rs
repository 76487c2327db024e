//! Disks that are full, read-only, mounted oddly. Nothing is spent that could not be saved.
//!
//! Each of these tests needs a file system of its own, which only root may mount.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use authctl::secret::Fingerprint;

use crate::support::machine;
use crate::support::stage::{Done, StageOf};
use crate::support::storage::Storage;
#[cfg(unix)]
use crate::support::users::{ANOTHER, STRANGER, give, run_script_as};

/// A small file system in memory, unmounted when it goes out of scope.
struct Tmpfs(PathBuf);

impl Tmpfs {
    fn mount(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).expect("a directory");
        let options = format!("size={size},mode=0700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(at)
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(at.to_owned()));
        }
        machine::not_run("no file system can be mounted here");
        None
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        let filler = self.0.join("filler");
        let mut size = 1 << 20;
        while size > 0 {
            let more = vec![0_u8; size];
            let mut file = fs::File::options()
                .create(true)
                .append(true)
                .open(&filler)
                .expect("a file");
            if std::io::Write::write_all(&mut file, &more).is_err() {
                size /= 2;
            }
        }
    }

    fn remount(&self, how: &str) {
        let status = Command::new("mount")
            .args(["-o", &format!("remount,{how}")])
            .arg(&self.0)
            .status();
        assert!(status.expect("mount runs").success());
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn on_tmpfs<S: Storage>(size: &str) -> Option<(StageOf<S>, Tmpfs)> {
    let stage = StageOf::<S>::new();
    let tmpfs = Tmpfs::mount(&stage.state(), size)?;
    stage.log_in();
    Some((stage, tmpfs))
}

/// Asserts that a failure of the disk is reported by exit 3, costs no refresh token, and leaves a
/// living token in use.
fn nothing_is_spent<S: Storage>(stage: &StageOf<S>, words: &str) {
    let token = stage.token();
    let early = stage.run(&["token", "work", "--min-ttl", "4m30s"]);
    assert_eq!(
        early.answer(),
        token,
        "the old token still prints while it lives"
    );
    assert_eq!(stage.ledger().refreshes, 0);
    let dead = stage.run(&[
        "token",
        "work",
        "--rejected",
        &Fingerprint::of(&token).to_string(),
    ]);
    dead.fails(3, words);
    assert_eq!(stage.ledger().refreshes, 0, "nothing was spent");
}

fn a_full_disk_spends_nothing<S: Storage>() {
    let Some((stage, tmpfs)) = on_tmpfs::<S>("256k") else {
        return;
    };
    tmpfs.fill();
    nothing_is_spent(&stage, "make room for the next token");
    fs::remove_file(stage.file("filler")).expect("removed");
    stage.expire();
    stage.token();
    assert_eq!(stage.ledger().refreshes, 1);
    // A line that did not fit spoils none that comes after it.
    let log = stage.run(&["log"]);
    let last = log.answer().lines().last().unwrap_or_default();
    assert!(last.contains("generation 1 is now 2"), "{log:?}");
}

fn a_read_only_file_system_spends_nothing<S: Storage>() {
    let Some((stage, tmpfs)) = on_tmpfs::<S>("1m") else {
        return;
    };
    tmpfs.remount("ro");
    nothing_is_spent(&stage, "Read-only file system");
    tmpfs.remount("rw");
    stage.expire();
    stage.token();
}

#[cfg(unix)]
fn a_read_only_directory_spends_nothing<S: Storage>() {
    let Some((stage, _tmpfs)) = on_tmpfs::<S>("1m") else {
        return;
    };
    // Root may write where the mode forbids it, so another user has to try.
    let home = stage.home.path();
    give(home, ANOTHER);
    fs::set_permissions(home, fs::Permissions::from_mode(0o755)).expect("owned");
    fs::set_permissions(stage.state(), fs::Permissions::from_mode(0o500)).expect("owned");
    let token = stage.run_as_another(&["token", "work"]).answer().to_owned();
    let refused = Fingerprint::of(&token).to_string();
    stage
        .run_as_another(&["token", "work", "--rejected", &refused])
        .fails(3, "Permission denied");
    assert_eq!(stage.ledger().refreshes, 0, "nothing was spent");
}

fn a_record_that_is_mounted_as_a_single_file_is_explained<S: Storage>() {
    let Some((stage, _tmpfs)) = on_tmpfs::<S>("1m") else {
        return;
    };
    let original = stage.home.path().join("original.json");
    fs::copy(stage.file("work.json"), &original).expect("copied");
    let bound = Command::new("mount")
        .arg("--bind")
        .arg(&original)
        .arg(stage.file("work.json"))
        .status();
    assert!(bound.expect("mount runs").success());
    nothing_is_spent(&stage, "mount its directory instead");
    let unbound = Command::new("umount").arg(stage.file("work.json")).status();
    assert!(unbound.expect("umount runs").success());
}

fn a_disk_that_fills_while_the_server_thinks_has_room_left_for_the_answer<S: Storage>() {
    let Some((stage, tmpfs)) = on_tmpfs::<S>("512k") else {
        return;
    };
    stage.expire();
    // More than one page of the file system, so that it cannot fit in by luck.
    stage.edit_record(|record| record["ballast"] = "x".repeat(20_000).into());
    stage.fault("slow=1500");
    let child = stage.spawn(&["token", "work"]);
    stage.until_asked(2);
    tmpfs.fill();
    let done = Done::of(child);
    assert!(done.answer().starts_with("at-"));
    assert_eq!(done.stderr, "", "it was saved in its place");
    assert_eq!(stage.record()["generation"], 2);
}

#[cfg(unix)]
fn a_record_that_cannot_be_saved_after_all_is_rescued_and_brought_home<S: Storage>() {
    rescue_and_bring_home::<S>(|_| {});
}

/// In a directory that all users share, a stranger had been first with the name of the rescued
/// record, and the session was lost.
#[cfg(unix)]
fn a_stranger_who_is_first_keeps_no_record_from_being_rescued<S: Storage>() {
    let user = rustix::process::geteuid().as_raw();
    let rescued = rescue_and_bring_home::<S>(|shared| {
        let everybodys = fs::Permissions::from_mode(0o1777);
        fs::set_permissions(shared, everybodys).expect("owned");
        run_script_as(STRANGER, shared, &format!("mkdir -m 777 authctl-{user}"));
    });
    // It lies in a directory of the user's own, and not among everybody's files.
    if let Some(done) = rescued {
        let own = format!("/runtime/authctl-{user}-");
        assert!(done.stderr.contains(&own), "no {own} in {done:?}");
    }
}

#[cfg(unix)]
fn rescue_and_bring_home<S: Storage>(prepare: impl Fn(&Path)) -> Option<Done> {
    let (stage, tmpfs) = on_tmpfs::<S>("1m")?;
    let runtime = stage.home.path().join("runtime");
    fs::create_dir(&runtime).expect("a directory");
    fs::set_permissions(stage.home.path(), fs::Permissions::from_mode(0o755)).expect("owned");
    fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).expect("owned");
    prepare(&runtime);
    stage.expire();
    // The disk fails between the request and the answer.
    stage.fault("slow=1500");
    let mut command = stage.command(&["token", "work"]);
    command
        .env("XDG_RUNTIME_DIR", &runtime)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("runs");
    stage.until_asked(2);
    // A file that is open for writing keeps a file system from becoming read-only. A second mount
    // of the directory can become so.
    let state = stage.state().display().to_string();
    for words in [
        &["mount", "--bind", &state, &state][..],
        &["mount", "-o", "remount,bind,ro", &state],
    ] {
        assert!(machine::succeeds(words), "{words:?}");
    }
    let done = Done::of(child);
    drop(Command::new("umount").arg("-l").arg(stage.state()).status());
    let token = done.answer().to_owned();
    assert!(done.stderr.contains("is kept in"), "{done:?}");
    // The old record is still in its place; the next call finds the new one and brings it home.
    assert_eq!(stage.record()["generation"], 1);
    let next = stage
        .command(&["token", "work"])
        .env("XDG_RUNTIME_DIR", &runtime)
        .output()
        .expect("runs");
    assert_eq!(Done::from(next).answer(), token);
    assert_eq!(stage.record()["generation"], 2);
    let left = Command::new("find")
        .arg(&runtime)
        .args(["-name", "*.json"])
        .output();
    let left = left.expect("find runs").stdout;
    assert!(left.is_empty(), "what was brought home is gone from there");
    assert_eq!(stage.ledger().refreshes, 1);
    drop(tmpfs);
    Some(done)
}

/// What could be written and not renamed lay whole beside the record, until a note of the loss was
/// written over it.
#[cfg(target_os = "linux")]
fn a_session_that_can_only_not_be_renamed_is_kept_beside_its_place<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    let record = stage.file("work.json").display().to_string();
    let (fix, free) = (["chattr", "+i", &record], ["chattr", "-i", &record]);
    // Neither memory nor the user's own directory takes the session in.
    let script = "for place in /dev/shm /run/user; do
                    [ ! -d $place ] || mount -t tmpfs -o ro none $place
                  done
                  exec \"$@\"";
    let way = ["unshare", "-m", "sh", "-c", script, "sh"];
    let is_possible = machine::succeeds(&[&way[..], &["true"]].concat())
        && machine::succeeds(&fix)
        && machine::succeeds(&free);
    if !is_possible {
        machine::not_run("no file can be made immutable here");
        return;
    }
    stage.expire();
    stage.fault("slow=1500");
    let child = stage.spawn_by(&way, &["token", "work"]);
    stage.until_asked(2);
    assert!(machine::succeeds(&fix));
    let done = Done::of(child);
    assert!(machine::succeeds(&free));
    let token = done.answer().to_owned();
    assert!(done.stderr.contains("COULD NOT BE SAVED"), "{done:?}");
    let why = stage.run(&["explain", "work", "--json"]);
    assert!(why.answer().contains(r#""cause":"not_saved""#), "{why:?}");
    let next = stage.run(&["token", "work"]);
    assert_eq!(next.answer(), token, "{next:?}");
    assert_eq!(stage.record()["generation"], 2);
    assert_eq!(stage.ledger().refreshes, 1);
}

tests_by_storage! {
    #[cfg(target_os = "linux")]
    a_session_that_can_only_not_be_renamed_is_kept_beside_its_place,
    a_full_disk_spends_nothing,
    a_read_only_file_system_spends_nothing,
    #[cfg(unix)]
    a_read_only_directory_spends_nothing,
    a_record_that_is_mounted_as_a_single_file_is_explained,
    a_disk_that_fills_while_the_server_thinks_has_room_left_for_the_answer,
    #[cfg(unix)]
    a_record_that_cannot_be_saved_after_all_is_rescued_and_brought_home,
    #[cfg(unix)]
    a_stranger_who_is_first_keeps_no_record_from_being_rescued,
}
