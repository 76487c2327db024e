//! The record on the disk: modes, links, damage, versions.

use std::fs;

use crate::support::machine;
use crate::support::programs::visitor;
use crate::support::stage::{Done, StageOf, StoreKind};
use crate::support::storage::Storage;

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("there").permissions().mode() & 0o777
}

#[cfg(unix)]
fn everything_is_private_from_birth_whatever_the_umask<S: Storage>() {
    for umask in ["0", "077", "277", "777"] {
        let stage = StageOf::<S>::new();
        let (issuer, browser) = (stage.sandbox.issuer(), visitor("alice"));
        let by_umask = format!("umask {umask}; exec \"$0\" \"$@\"");
        let mut login = vec![
            "login",
            "work",
            "--issuer",
            issuer,
            "--client-id",
            "sandbox",
        ];
        login.extend(["--browser", &browser]);
        let key_command = stage.key_command();
        if S::STORE == StoreKind::Command {
            login.extend(["--key-command", &key_command]);
        }
        for args in [&login[..], &["token", "work", "--min-ttl", "4m59s"]] {
            let mut command = stage.command_by(&["sh", "-c", &by_umask], args);
            let done = Done::from(command.output().expect("sh runs"));
            assert_eq!(done.code, Some(0), "umask {umask}: {done:?}");
            if args[0] == "login" {
                stage.age(60);
            }
        }
        assert_eq!(stage.ledger().refreshes, 1, "umask {umask}");
        assert_eq!(mode(&stage.state()), 0o700, "umask {umask}");
        for entry in fs::read_dir(stage.state()).expect("there") {
            let path = entry.expect("an entry").path();
            let expected = if path.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode(&path), expected, "umask {umask}: {}", path.display());
        }
        assert_eq!(mode(&stage.config()), 0o600, "umask {umask}");
        let lock = stage.config().with_extension("toml.lock");
        assert_eq!(mode(&lock) & 0o600, 0o600, "umask {umask}: opened again");
    }
}

#[cfg(unix)]
fn a_loose_mode_is_mended_with_a_warning_and_stays_so_after_a_refresh<S: Storage>() {
    use std::os::unix::fs::PermissionsExt;
    let stage = StageOf::<S>::logged_in();
    for expired in [false, true] {
        if expired {
            stage.expire();
        }
        fs::set_permissions(stage.file("work.json"), fs::Permissions::from_mode(0o644))
            .expect("owned");
        let done = stage.run(&["token", "work"]);
        assert!(
            done.answer().starts_with("at-"),
            "a loose mode is no reason to fail"
        );
        assert!(
            done.stderr.contains("had mode 644 and now has 600"),
            "{done:?}"
        );
        assert_eq!(mode(&stage.file("work.json")), 0o600);
    }
}

#[cfg(unix)]
fn a_symlinked_record_is_replaced_at_its_target<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    let elsewhere = stage.home.path().join("dotfiles");
    fs::create_dir(&elsewhere).expect("a directory");
    let target = elsewhere.join("session.json");
    fs::rename(stage.file("work.json"), &target).expect("moved");
    std::os::unix::fs::symlink("../dotfiles/session.json", stage.file("work.json"))
        .expect("linked");
    stage.expire();
    stage.token();
    assert!(
        fs::symlink_metadata(stage.file("work.json"))
            .expect("there")
            .is_symlink(),
        "the link is still a link"
    );
    assert_eq!(stage.record()["generation"], 2, "and its target is new");
    assert!(
        elsewhere.join("session.lock").exists(),
        "programs that share the target share the lock"
    );
}

fn a_torn_record_is_kept_aside_and_the_generation_before_is_used<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    stage.token();
    // The generation before still has a token that lives; only its refresh token is spent.
    let mut previous = stage.read("work.previous");
    previous["tokens"]["expires_at"] = stage.record()["tokens"]["expires_at"].clone();
    previous["tokens"]["obtained_at"] = stage.record()["tokens"]["obtained_at"].clone();
    stage.write("work.previous", &previous);
    let torn = &fs::read(stage.file("work.json")).expect("there")[..200];
    fs::write(stage.file("work.json"), torn).expect("written");

    let done = stage.run(&["token", "work"]);
    assert_eq!(
        done.answer(),
        previous["tokens"]["access_token"]
            .as_str()
            .expect("a token")
    );
    assert!(
        done.stderr
            .contains("the record was damaged; it is kept as"),
        "{done:?}"
    );
    let aside = fs::read_dir(stage.state()).expect("there").flatten();
    let aside: Vec<_> = aside
        .filter(|entry| entry.file_name().to_string_lossy().contains(".corrupt-"))
        .collect();
    assert_eq!(aside.len(), 1);
    assert_eq!(
        fs::read(aside[0].path()).expect("there"),
        torn,
        "kept to the byte"
    );
    assert_eq!(
        stage.ledger().refreshes,
        1,
        "and nothing was asked for that"
    );
}

fn foreign_content_with_nothing_before_it_means_a_login_and_is_kept<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    fs::write(stage.file("work.json"), "{\"somebody\": \"else's\"}").expect("written");
    let _ = fs::remove_file(stage.file("work.previous"));
    let done = stage.run(&["token", "work"]);
    done.fails(4, "nobody has logged in");
    let kept = fs::read_dir(stage.state()).expect("there").flatten();
    assert!(
        kept.into_iter()
            .any(|entry| entry.file_name().to_string_lossy().contains(".corrupt-"))
    );
}

fn a_record_of_a_newer_version_is_left_alone<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.edit_record(|record| record["format"] = 99.into());
    let before = fs::read(stage.file("work.json")).expect("there");
    stage
        .run(&["token", "work"])
        .fails(3, "written by a newer authctl");
    stage
        .run(&["logout", "work"])
        .fails(3, "written by a newer authctl");
    assert_eq!(fs::read(stage.file("work.json")).expect("there"), before);
    // Who insists has a way out.
    let done = stage.run(&["logout", "work", "--local"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(!stage.file("work.json").exists());
    stage.log_in();
    stage.token();
}

fn fields_of_a_later_version_survive_a_refresh<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.edit_record(|record| {
        record["mood"] = "sunny".into();
        record["tokens"]["colour"] = "blue".into();
    });
    stage.expire();
    stage.token();
    assert_eq!(stage.record()["mood"], "sunny");
    assert_eq!(stage.record()["tokens"]["colour"], "blue");
}

fn a_whole_record_that_a_dead_writer_left_is_rolled_forward<S: Storage>() {
    if !machine::has_fault_points() {
        return;
    }
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    let (step, _) = stage.token_dying_at(8, true);
    assert_eq!(step.as_deref(), Some("commit: record written and synced"));
    assert_eq!(
        stage.record()["generation"],
        1,
        "the rename has not happened"
    );
    let done = stage.run(&["token", "work"]);
    assert!(done.answer().starts_with("at-"));
    assert!(
        done.stderr
            .contains("completed a save that another process had begun"),
        "{done:?}"
    );
    assert_eq!(
        (
            stage.record()["generation"].clone(),
            stage.ledger().refreshes
        ),
        (2.into(), 1)
    );
}

fn a_record_that_cannot_be_read_is_not_an_empty_one<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    fs::remove_file(stage.file("work.json")).expect("removed");
    fs::create_dir(stage.file("work.json")).expect("a directory in its place");
    stage.run(&["token", "work"]).fails(3, "cannot read");
}

fn a_damaged_record_that_is_json_still_is_healed_and_spends_nothing_twice<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    stage.token();
    let fresh = stage.record();
    stage.edit_record(|record| record["logged_in_at"] = "yesterday".into());
    // The generation before has a spent refresh token and a token that has ended: one try, and then
    // the truth.
    let mut stage = stage;
    stage.expects_reuse = true;
    stage
        .run(&["token", "work"])
        .fails(4, "the record was damaged; it is kept as");
    stage.log_in();
    assert_ne!(
        stage.token(),
        fresh["tokens"]["access_token"].as_str().expect("a token")
    );
    assert_eq!(stage.record()["generation"], 4, "restored, then the login");
}

fn a_write_ahead_file_of_a_newer_version_is_left_alone<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    let newer = "{\"format\":3,\"all\":\"different\"}";
    fs::write(stage.file("work.pending"), newer).expect("written");
    stage.expire();
    stage
        .run(&["token", "work"])
        .fails(3, "written by a newer authctl");
    assert_eq!(
        fs::read_to_string(stage.file("work.pending")).expect("there"),
        newer
    );
    assert_eq!(stage.ledger().refreshes, 0);
    fs::remove_file(stage.file("work.pending")).expect("removed");
    stage.token();
}

fn a_salvaged_record_of_another_login_is_never_brought_home<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    let runtime = stage.home.path().join("runtime");
    fs::create_dir(&runtime).expect("a directory");
    let name = authctl::secret::Fingerprint::of(&stage.file("work.json").to_string_lossy());
    let salvage = runtime.join(format!("authctl-{name}.json"));
    let mut old = stage.record();
    old["generation"] = 10.into();
    fs::write(&salvage, stage.bytes(&old)).expect("written");
    #[cfg(unix)]
    fs::set_permissions(
        &salvage,
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .expect("owned");
    stage.run(&["logout", "work"]);
    stage.log_in();
    stage.expire();
    let token = stage
        .command(&["token", "work"])
        .env("XDG_RUNTIME_DIR", &runtime)
        .output()
        .expect("runs");
    assert_ne!(
        Done::from(token).answer(),
        old["tokens"]["access_token"].as_str().expect("a token")
    );
    assert_eq!(stage.record()["generation"], 2);
}

#[cfg(unix)]
fn a_lock_file_that_was_deleted_lets_no_process_in_beside_its_holder<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    let held = fs::File::options()
        .read(true)
        .write(true)
        .open(stage.file("work.lock"))
        .expect("there");
    held.lock().expect("free");
    let child = stage.spawn(&["token", "work"]);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    fs::remove_file(stage.file("work.lock")).expect("removed");
    let anew = fs::File::create(stage.file("work.lock")).expect("another process makes a new one");
    anew.lock().expect("free");
    // The waiter gets the lock of a file that no process can find any more: it has to wait for the
    // lock of the new one.
    held.unlock().expect("held");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(stage.ledger().refreshes, 0, "two would hold a lock at once");
    anew.unlock().expect("held");
    assert!(Done::of(child).answer().starts_with("at-"));
}

#[cfg(unix)]
fn a_pipe_in_a_records_place_lets_no_caller_wait<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    let made = std::process::Command::new("mkfifo")
        .arg(stage.file("work.pending"))
        .status();
    assert!(made.expect("mkfifo runs").success());
    stage
        .run(&["token", "work"])
        .fails(3, "it is not a regular file");
}

fn a_record_that_was_written_without_the_lock_is_not_written_over<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    stage.fault("slow=1500");
    let child = stage.spawn(&["token", "work"]);
    stage.until_asked(2);
    stage.edit_record(|record| record["generation"] = 7.into());
    let foreign = stage.record();
    let done = Done::of(child);
    assert!(
        done.stderr
            .contains("was changed by a program that does not use its lock"),
        "{done:?}"
    );
    assert!(
        done.answer().starts_with("at-"),
        "the token is good all the same"
    );
    assert_eq!(stage.record(), foreign);
    // What could not be saved was put elsewhere, and goes with the logout.
    assert_eq!(stage.run(&["logout", "work", "--local"]).code, Some(0));
}

fn a_second_damage_finds_the_good_generation_still_there<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    stage.token();
    stage.write("work.previous", &stage.record());
    let token = stage.token();
    for _ in 0..3 {
        let mut bytes = fs::read(stage.file("work.json")).expect("there");
        bytes.push(b'x');
        fs::write(stage.file("work.json"), bytes).expect("written");
        assert_eq!(stage.token(), token);
    }
    assert_eq!(stage.ledger().refreshes, 1);
}

fn a_restored_generation_is_not_taken_for_one_within_its_grace<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.add_to_config("reuse_interval = \"30s\"\n");
    stage.expire();
    stage.token();
    let mut previous = stage.read("work.previous");
    for date in ["obtained_at", "expires_at"] {
        previous["tokens"][date] =
            (stage.record()["tokens"][date].as_i64().expect("a date") - 293).into();
    }
    stage.write("work.previous", &previous);
    fs::write(stage.file("work.json"), "{").expect("written");
    let done = stage.run(&["token", "work"]);
    assert_eq!(
        done.answer(),
        previous["tokens"]["access_token"]
            .as_str()
            .expect("a token")
    );
    assert!(
        done.stderr.contains("an earlier generation took its place"),
        "{done:?}"
    );
    assert_eq!((stage.ledger().refreshes, stage.ledger().reuses), (1, 0));
}

tests_by_storage! {
    #[cfg(unix)]
    everything_is_private_from_birth_whatever_the_umask,
    #[cfg(unix)]
    a_loose_mode_is_mended_with_a_warning_and_stays_so_after_a_refresh,
    #[cfg(unix)]
    a_symlinked_record_is_replaced_at_its_target,
    a_torn_record_is_kept_aside_and_the_generation_before_is_used,
    foreign_content_with_nothing_before_it_means_a_login_and_is_kept,
    a_record_of_a_newer_version_is_left_alone,
    fields_of_a_later_version_survive_a_refresh,
    a_whole_record_that_a_dead_writer_left_is_rolled_forward,
    a_record_that_cannot_be_read_is_not_an_empty_one,
    a_damaged_record_that_is_json_still_is_healed_and_spends_nothing_twice,
    a_write_ahead_file_of_a_newer_version_is_left_alone,
    a_salvaged_record_of_another_login_is_never_brought_home,
    #[cfg(unix)]
    a_lock_file_that_was_deleted_lets_no_process_in_beside_its_holder,
    #[cfg(unix)]
    a_pipe_in_a_records_place_lets_no_caller_wait,
    a_record_that_was_written_without_the_lock_is_not_written_over,
    #[cfg(unix)]
    a_second_damage_finds_the_good_generation_still_there,
    a_restored_generation_is_not_taken_for_one_within_its_grace,
}
