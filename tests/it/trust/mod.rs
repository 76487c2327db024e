//! Whose files these are, and which address a secret may go to: scenes with two real users. Root
//! only builds the stage, by giving a home to the user who is to be protected and letting the
//! stranger into what that user left open.

mod accounts;
mod addresses;
mod audited;
mod callers;
mod found;
mod guests;
mod rooted;
mod sandbox;
mod typed;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use authctl::sandbox::{MACHINE_CLIENT, MACHINE_SECRET};

use crate::support::machine;
use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};
use crate::support::users::{ANOTHER, STRANGER, give, run_script_as};

/// A stage whose home belongs to [`ANOTHER`], and which the stranger may enter.
fn home_of_another(stage: Stage) -> Stage {
    give(stage.home.path(), ANOTHER);
    open(stage.home.path(), 0o755);
    stage
}

fn open(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("root may");
}

fn mode_of(path: &Path) -> u32 {
    fs::metadata(path).expect("there").mode() & 0o7777
}

/// A configuration whose profile has a command that leaves a trace.
fn with_command(stage: &Stage) -> (String, std::path::PathBuf) {
    let trace = stage.home.path().join("trace");
    let text = format!(
        "[profile.work]\nissuer = \"{}\"\nclient_id = \"{MACHINE_CLIENT}\"\n\
         grant = \"client_credentials\"\n\
         client_secret = {{ command = \"sh -c 'echo x >> {}; echo {MACHINE_SECRET}'\" }}\n",
        stage.sandbox.issuer(),
        trace.display()
    );
    (text, trace)
}

/// With a umask of 000, another user's `config.toml` ran a command as the user who found it.
#[test]
fn the_configuration_of_a_stranger_runs_no_command() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    let (text, trace) = with_command(&stage);
    let stage = home_of_another(stage);
    open(stage.home.path(), 0o777);
    let planted = format!("umask 000; cat > config.toml <<'END'\n{text}END\n");
    run_script_as(STRANGER, stage.home.path(), &planted);
    let done = stage.run_as_another(&["token", "work"]);
    done.fails(6, "it belongs to another user (uid 54321)");
    assert!(!trace.exists(), "the command ran");

    // The user's own file, which a stranger could write to, is closed to strangers, and believed
    // when the user has had a chance to look at it.
    chown(stage.config(), Some(ANOTHER), Some(ANOTHER)).expect("root may");
    let done = stage.run_as_another(&["token", "work"]);
    done.fails(6, "other users could write to it until now");
    assert!(!trace.exists(), "the command ran");
    assert_eq!(mode_of(&stage.config()), 0o644);
    let done = stage.run_as_another(&["token", "work"]);
    assert!(done.answer().starts_with("at-") && done.stderr.is_empty());
}

/// Root, with the HOME of a user, ran the commands that the user's configuration names.
#[test]
fn root_runs_no_command_of_a_user_who_was_not_named() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    let (text, trace) = with_command(&stage);
    fs::write(stage.config(), text).expect("written");
    let stage = home_of_another(stage);
    let refused = stage.run(&["token", "work"]);
    refused.fails(6, "AUTHCTL_TRUST_OWNER=65534");
    assert!(!trace.exists(), "the command ran");
    let other = stage.run_with(&[("AUTHCTL_TRUST_OWNER", "1")], &["token", "work"]);
    other.fails(6, "root does not run");
    let wrong = stage.run_with(&[("AUTHCTL_TRUST_OWNER", "joe")], &["token", "work"]);
    wrong.fails(6, "AUTHCTL_TRUST_OWNER is not the number of a user");
    let trusted = stage.run_with(&[("AUTHCTL_TRUST_OWNER", "65534")], &["token", "work"]);
    assert!(trusted.answer().starts_with("at-"));
    assert!(trace.exists());

    let key = stage.home.path().join("key-was-asked-for");
    let text = format!(
        "[profile.work]\nissuer = \"{}\"\nclient_id = \"sandbox\"\nstore = \"command\"\n\
         key_command = \"touch {}\"\n",
        stage.sandbox.issuer(),
        key.display()
    );
    fs::write(stage.config(), text).expect("written");
    chown(stage.config(), Some(ANOTHER), Some(ANOTHER)).expect("root may");
    let browser = visitor("alice");
    let login = stage.run(&["login", "work", "--browser", &browser]);
    login.fails(3, "root does not run");
    assert!(!key.exists(), "the command ran");
}

/// A container's root in a mounted home: all but the commands goes on as before.
#[test]
fn root_in_the_home_of_a_user_has_tokens_and_takes_nothing() {
    if !machine::has_root() {
        return;
    }
    let stage = home_of_another(Stage::logged_in());
    stage.expire();
    assert!(stage.token().starts_with("at-"));
    for name in ["work.json", "work.lock"] {
        let owner = fs::metadata(stage.file(name)).expect("there").uid();
        assert_eq!(owner, ANOTHER, "{name}");
    }
    assert_eq!(stage.run_as_another(&["token", "work"]).stderr, "");
}

/// A link that a stranger had planted as a record made a login replace the user's own file.
#[test]
fn a_login_writes_through_no_strangers_link() {
    if !machine::has_root() {
        return;
    }
    for mode in [0o777, 0o1777] {
        let stage = Stage::new();
        let bashrc = stage.home.path().join("bashrc");
        fs::write(&bashrc, "alias ls=ls\n").expect("written");
        fs::create_dir(stage.state()).expect("made");
        let stage = home_of_another(stage);
        open(&stage.state(), mode);
        run_script_as(STRANGER, &stage.state(), "ln -s ../bashrc work.json");
        let done = login_as_another(&stage);
        done.fails(3, "it is a link that another user made");
        assert_eq!(fs::read_to_string(&bashrc).expect("there"), "alias ls=ls\n");
        assert_eq!(mode_of(&stage.state()), mode, "nothing is changed in doubt");
        assert_eq!(stage.ledger().token_requests, 0);
    }
}

fn login_as_another(stage: &Stage) -> Done {
    let browser = visitor("alice");
    let output = stage.login_command_as_another(&browser).output();
    output.expect("runs").into()
}

/// Behind a user's link, root's `token` took a file of root's for a damaged record and moved it.
#[test]
fn root_follows_no_users_link_to_a_file_of_root() {
    if !machine::has_root() {
        return;
    }
    let stage = home_of_another(Stage::logged_in());
    let precious = tempfile::NamedTempFile::new().expect("a file");
    fs::write(precious.path(), "root's own\n").expect("written");
    fs::remove_file(stage.file("work.json")).expect("removed");
    let planted = format!("ln -s {} work.json", precious.path().display());
    run_script_as(ANOTHER, &stage.state(), &planted);
    let done = stage.run(&["token", "work"]);
    done.fails(3, "it is a link that another user made");
    assert_eq!(
        fs::read_to_string(precious.path()).expect("there"),
        "root's own\n"
    );
    let count = fs::read_dir(precious.path().parent().expect("a directory"))
        .expect("there")
        .flatten()
        .filter(|entry| entry.path().to_string_lossy().contains(".corrupt-"))
        .count();
    assert_eq!(count, 0);
}

/// Files that only root may write, under a second name in a user's directory, were written over by
/// root and given to the user.
#[test]
fn second_names_of_files_are_not_written_over() {
    if !machine::has_root() {
        return;
    }
    for name in ["work.lock", "work.pending", "work.login"] {
        let stage = home_of_another(Stage::logged_in());
        stage.expire();
        let precious = stage.home.path().join("precious");
        fs::write(&precious, "root's own\n").expect("written");
        let _ = fs::remove_file(stage.file(name));
        // As where the kernel does not forbid it (fs.protected_hardlinks = 0).
        fs::hard_link(&precious, stage.file(name)).expect("root may");
        let done = if name == "work.login" {
            let browser = visitor("alice");
            stage.login(&["--browser", &browser])
        } else {
            stage.run(&["token", "work"])
        };
        assert_eq!(done.code, Some(3), "{name}: {done:?}");
        // Root works there with the rights of the user, who has none.
        let whys = ["a second name of a file", "Permission denied"];
        assert!(
            whys.iter().any(|why| done.stderr.contains(why)),
            "{name}: {done:?}"
        );
        assert_eq!(
            fs::read_to_string(&precious).expect("there"),
            "root's own\n",
            "{name}"
        );
        assert_eq!(fs::metadata(&precious).expect("there").uid(), 0, "{name}");
        assert_eq!(stage.ledger().refreshes, 0, "{name}");
    }
}

/// A record that a stranger had planted in a directory of a group sent the client's secret to an
/// address of the stranger's, with no more than a notice.
#[test]
fn a_planted_record_sends_nothing_anywhere() {
    if !machine::has_root() {
        return;
    }
    let stage = home_of_another(Stage::logged_in());
    stage.expire();
    let record = fs::read_to_string(stage.file("work.json")).expect("there");
    chown(stage.state(), Some(ANOTHER), Some(STRANGER)).expect("root may");
    open(&stage.state(), 0o770);
    let planted = format!("umask 000; rm -f work.json; cat > work.json <<'END'\n{record}\nEND\n");
    run_script_as(STRANGER, &stage.state(), &planted);
    let done = stage.run_as_another(&["token", "work"]);
    done.fails(3, "it belongs to another user (uid 54321)");
    assert_eq!(stage.ledger().refreshes, 0);
    // The stranger's file is not the user's by being moved out of the stranger's reach.
    open(&stage.state(), 0o700);
    let done = stage.run_as_another(&["token", "work"]);
    done.fails(3, "it belongs to another user (uid 54321)");
    assert_eq!(stage.ledger().refreshes, 0);
}

/// What is the user's own and only too open is closed, told once, and goes on working.
#[test]
fn a_directory_that_is_only_too_open_is_closed() {
    let stage = Stage::logged_in();
    for (mode, closed) in [(0o777, 0o755), (0o722, 0o700), (0o703, 0o701)] {
        stage.expire();
        open(&stage.state(), mode);
        let done = stage.run(&["token", "work"]);
        assert!(done.answer().starts_with("at-"));
        let told = format!("had mode {mode:03o} and now has {closed:03o}");
        assert!(done.stderr.contains(&told), "{done:?}");
        assert_eq!(mode_of(&stage.state()), closed);
        assert_eq!(stage.run(&["token", "work"]).stderr, "");
    }
}

/// A volume's root, to which everybody may write, is no place for sessions; a directory in it is.
#[test]
fn a_place_that_is_everybodys_is_refused_with_the_way_out() {
    if !machine::has_root() {
        return;
    }
    for mode in [0o777, 0o1777] {
        let stage = home_of_another(Stage::new());
        let volume = stage.home.path().join("volume");
        fs::create_dir(&volume).expect("made");
        open(&volume, mode);
        let log_in_at = |home: &Path| {
            let browser = visitor("alice");
            let mut command = stage.login_command_as_another(&browser);
            command
                .env("AUTHCTL_HOME", home)
                .output()
                .expect("runs")
                .into()
        };
        let done: Done = log_in_at(&volume);
        done.fails(3, "other users may write to it");
        let way_out = volume.join("authctl");
        assert!(
            done.stderr.contains(&format!("{}", way_out.display())),
            "{done:?}"
        );
        let done = log_in_at(&way_out);
        assert_eq!(done.code, Some(0), "{done:?}");
        assert_eq!(mode_of(&way_out), 0o700);
        assert_eq!(mode_of(&volume), mode);
    }
}

/// A directory in which other things lie is not closed to those who share them.
#[test]
fn a_directory_of_other_things_is_left_as_it_is() {
    let stage = Stage::logged_in();
    stage.expire();
    fs::write(stage.file("README"), "a project\n").expect("written");
    open(&stage.state(), 0o777);
    stage
        .run(&["token", "work"])
        .fails(3, "not for sessions alone");
    assert_eq!(mode_of(&stage.state()), 0o777);
    assert_eq!(stage.ledger().refreshes, 0);
}

/// Whoever may read a lock may hold it, and keep its user waiting.
#[test]
fn a_lock_is_closed_to_all_others() {
    let stage = Stage::logged_in();
    stage.run(&["profile", "use", "work"]);
    let lock = stage.home.path().join("config.toml.lock");
    for path in [&lock, &stage.file("work.lock")] {
        open(path, 0o666);
    }
    stage.expire();
    stage.token();
    stage.configure_default();
    for path in [&lock, &stage.file("work.lock")] {
        assert_eq!(mode_of(path), 0o600, "{}", path.display());
    }
}

impl Stage {
    /// Changes the configuration by the program.
    fn configure_default(&self) {
        let done = self.run(&["profile", "use", "work"]);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
}

/// The user's own links, and root's, are followed as before.
#[test]
fn a_link_of_ones_own_leads_to_the_record() {
    let stage = Stage::logged_in();
    let elsewhere = stage.home.path().join("elsewhere");
    fs::create_dir(&elsewhere).expect("made");
    open(&elsewhere, 0o700);
    fs::rename(stage.file("work.json"), elsewhere.join("kept.json")).expect("moved");
    symlink("../elsewhere/kept.json", stage.file("work.json")).expect("linked");
    let token = stage.token();
    let record = fs::read_to_string(elsewhere.join("kept.json")).expect("there");
    assert!(record.contains(&token) && stage.file("work.json").is_symlink());
}
